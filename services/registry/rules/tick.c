// What the day brings to agreements and partnerships: first days, amendments, last days; waivers and members
// whose time is over, mergers that should have been done.
#include "services/registry/rules/tick.h"
#include "common/base/date.h"
#include "services/registry/rules/agreement.h"
#include "services/registry/rules/agreement_work.h"
#include "services/registry/rules/partnership_work.h"
#include "services/registry/rules/target.h"
#include <errno.h>

// Of one call; the next Tick takes the rest. An agreement brings the flags of its partnerships along.
enum { RECORDS_MAX = 200, EVENTS_MAX = 500 };

struct day {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  uint32_t moved;
};

static bool full(const struct day *day)
{
  return day->moved >= RECORDS_MAX || day->out->n_events >= EVENTS_MAX;
}

static int tick_agreements(struct day *day)
{
  const Reg__Agreement *const *list = NULL;
  size_t n = 0;
  int r = dir_agreements_due(day->dir, day->ctx->today, &list, &n);
  for (size_t i = 0; r == 0 && i < n && !full(day); i++) {
    struct agreement_work work = {.dir = day->dir, .ctx = day->ctx, .out = day->out};
    r = agreement_day(&work, list[i]->id, &day->moved);
    day->dir = work.dir;
  }
  return r;
}

static int tick_partnerships(struct day *day)
{
  const Reg__Partnership *const *list = NULL;
  size_t n = 0;
  int r = dir_partnerships_due(day->dir, day->ctx->today, &list, &n);
  for (size_t i = 0; r == 0 && i < n && !full(day); i++) {
    struct partnership_work work = {.dir = day->dir, .ctx = day->ctx, .out = day->out};
    r = partnership_day(&work, list[i]->id);
    day->dir = work.dir;
    day->moved++;
  }
  return r;
}

int reg_tick(const struct dir_view *dir, const Reg__Tick *cmd, const struct rule_context *ctx,
             struct decision *out)
{
  (void)cmd; // the business day is the context's
  struct day day = {.dir = dir, .ctx = ctx, .out = out};
  Reg__TickReply *answer = REG_NEW(out, Reg__TickReply, reg__tick_reply__init);
  if (!answer) return -ENOMEM;
  int r = tick_agreements(&day);
  if (r == 0) r = tick_partnerships(&day);
  // Targets are judged when everything that is due has moved.
  struct reg_sweep *sweep = (struct reg_sweep *)ctx->prepared;
  if (r == 0 && sweep && !out->n_events) r = reg_target_tick(dir, sweep, ctx, out, &day.moved);
  answer->moved = day.moved;
  out->reply = &answer->base;
  return r;
}
