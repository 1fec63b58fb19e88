#include "services/registry/rules/target.h"
#include "common/base/date.h"
#include "common/domain/division.h"
#include "services/registry/rules/figures.h"
#include "services/registry/rules/reg.h"
#include "services/registry/rules/target_due.h"
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What one tick looks at.
enum { ROWS_MAX = 20000, DIVISIONS_MAX = 400, DIVISIONS_STEP = 64 };

struct judging {
  const struct dir_view *dir;
  struct reg_sweep *sweep; // a copy: it counts when the tick succeeds
  const struct rule_context *ctx;
  struct decision *out;
  size_t rows, divisions; // looked at
  uint32_t moved;
  const Prg__Programme *programme;
  const Prg__Target *target;
  const Prg__Indicator *indicator;
  const char *due; // "" = none
  const char *day; // whose figures count: today, or the day it was due
  const struct dir_view *then;
  struct figures *figures; // NULL for what is entered by hand
};

static bool tired(const struct judging *judging)
{
  return judging->rows >= ROWS_MAX || judging->divisions >= DIVISIONS_MAX;
}

// ---- one division

struct measured {
  int64_t numerator, denominator;
  bool stated;
};

// The newest value entered by hand for the division, not after the day.
static int measure_by_hand(struct judging *judging, const char *division, struct measured *ret)
{
  const Reg__IndicatorValue *const *list = NULL, *newest = NULL;
  size_t n = 0;
  int r = dir_indicator_values_of(judging->dir, judging->programme->id, judging->indicator->id, division,
                                  &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++) {
    bool fits = list[i]->manual && date_compare(list[i]->as_of, judging->day) <= 0;
    if (fits && (!newest || date_compare(list[i]->as_of, newest->as_of) >= 0)) newest = list[i];
  }
  ret->stated = newest != NULL;
  ret->numerator = newest ? strtoll(newest->value, NULL, 10) : 0;
  ret->denominator = 100; // of a percentage
  return r;
}

static int measure(struct judging *judging, const char *division, struct measured *ret, bool *ret_applies)
{
  struct figure_count count = {0};
  *ret_applies = true;
  if (!judging->figures) return measure_by_hand(judging, division, ret);
  int r = figures_of(judging->figures, judging->then, division, &count, NULL, NULL);
  judging->rows += count.looked_at;
  *ret = (struct measured){count.numerator, count.denominator, true};
  *ret_applies = !figures_not_applicable(judging->indicator, &count);
  return r;
}

static bool is_met(const struct judging *judging, const struct measured *measured)
{
  const Prg__Target *target = judging->target;
  if (!measured->stated) return false;
  if (target->op == PRG__TARGET_OP__TARGET_STATED) return true;
  // In hundredths of what is compared, so that 99.6 % is not 100 %.
  bool percent = strcmp(target->unit, "percent") == 0 && measured->denominator;
  __int128 have = (__int128)measured->numerator * 100, unit = percent ? measured->denominator : 100;
  if (target->op == PRG__TARGET_OP__TARGET_GE) return have >= (__int128)target->value * unit;
  return have >= (__int128)target->min * unit && have <= (__int128)target->max * unit;
}

static Reg__TargetStatus status_of(const struct judging *judging, bool met)
{
  if (met) return REG__TARGET_STATUS__TARGET_STATUS_MET;
  if (!judging->due[0]) return REG__TARGET_STATUS__TARGET_STATUS_PENDING;
  int left = date_days(judging->due) - date_days(judging->ctx->today);
  if (left < 0) return REG__TARGET_STATUS__TARGET_STATUS_MISSED;
  return left <= (int)judging->sweep->lead_days ? REG__TARGET_STATUS__TARGET_STATUS_AT_RISK
                                                : REG__TARGET_STATUS__TARGET_STATUS_PENDING;
}

static const ProtobufCMessageDescriptor *event_of(Reg__TargetStatus status, bool changed)
{
  if (!changed) return &reg__target_judged__descriptor;
  switch (status) {
  case REG__TARGET_STATUS__TARGET_STATUS_AT_RISK:
    return &reg__target_at_risk__descriptor;
  case REG__TARGET_STATUS__TARGET_STATUS_MET:
    return &reg__target_met__descriptor;
  case REG__TARGET_STATUS__TARGET_STATUS_MISSED:
    return &reg__target_missed__descriptor;
  default:
    return &reg__target_judged__descriptor;
  }
}

static Reg__TargetState *new_state(struct judging *judging, const char *id, const char *division)
{
  Reg__TargetState *state = REG_NEW(judging->out, Reg__TargetState, reg__target_state__init);
  if (!state) return NULL;
  state->id = (char *)id;
  state->programme = judging->programme->id;
  state->programme_version = judging->programme->version;
  state->target = (uint32_t)judging->sweep->target;
  state->indicator = judging->indicator->id;
  state->division = arena_strdup(judging->out->arena, division);
  state->due = arena_strdup(judging->out->arena, judging->due);
  return state->division && state->due ? state : NULL;
}

// Judged on the day it was due or later: that stands.
static bool is_final(const struct judging *judging, const Reg__TargetState *stored)
{
  return stored && judging->due[0] && date_compare(judging->ctx->today, judging->due) > 0 &&
         (stored->status == REG__TARGET_STATUS__TARGET_STATUS_MISSED ||
          (stored->status == REG__TARGET_STATUS__TARGET_STATUS_MET &&
           strcmp(stored->as_of, judging->due) == 0));
}

static int tell(struct judging *judging, const Reg__TargetState *stored, Reg__TargetState *state)
{
  bool changed = !stored || stored->status != state->status;
  bool moved = changed || stored->numerator != state->numerator ||
               stored->denominator != state->denominator ||
               (judging->day != judging->ctx->today && strcmp(stored->as_of, judging->day) != 0);
  if (!moved) return 0;
  struct event_head head = {.subject = state->id, .division = state->division};
  state->rev = stored ? stored->rev + 1 : 1;
  state->since = (char *)judging->ctx->today;
  head.rev = state->rev;
  judging->moved++;
  return reg_emit(judging->out, event_of(state->status, changed), &state->base, &head, NULL);
}

static int judge(struct judging *judging, const char *division)
{
  const Reg__TargetState *stored = NULL;
  struct measured measured = {0};
  bool applies = true;
  const char *id = arena_printf(judging->out->arena, "%s@%" PRIu32 "/%zu/%s/%s", judging->programme->id,
                                judging->programme->version, judging->sweep->target, division, judging->due);
  if (!id) return -ENOMEM;
  judging->divisions++;
  int r = dir_target_state(judging->dir, id, &stored);
  if (r < 0 || is_final(judging, stored)) return r;
  r = measure(judging, division, &measured, &applies);
  if (r < 0 || !applies) return r;
  Reg__TargetState *state = new_state(judging, id, division);
  if (!state) return -ENOMEM;
  state->status = status_of(judging, is_met(judging, &measured));
  state->numerator = measured.numerator;
  state->denominator = measured.denominator;
  state->as_of = arena_strdup(judging->out->arena, judging->day);
  return state->as_of ? tell(judging, stored, state) : -ENOMEM;
}

// ---- one target and day: all its divisions

static int judge_each(struct judging *judging, const char *owner)
{
  struct reg_sweep *sweep = judging->sweep;
  for (;;) {
    const Reg__Division **list = NULL;
    size_t n = 0;
    struct dir_range range = {owner, judging->target->each, judging->day, sweep->division, DIVISIONS_STEP};
    int r = dir_divisions_under(judging->then, &range, &list, &n);
    if (r < 0) return r;
    for (size_t i = 0; i < n; i++) {
      if (tired(judging)) return 1;
      r = judge(judging, list[i]->code);
      if (r < 0) return r;
      snprintf(sweep->division, sizeof sweep->division, "%s", list[i]->code);
    }
    if (n < DIVISIONS_STEP) return 0;
  }
}

static int judge_due(struct judging *judging)
{
  const Prg__Owner *owner = judging->programme->owner;
  const struct rule_context *ctx = judging->ctx;
  char scope[DIVISION_SIZE];
  division_short(owner && owner->division[0] ? owner->division : "0", scope);
  judging->day = judging->due[0] && date_compare(ctx->today, judging->due) > 0 ? judging->due : ctx->today;
  judging->then = dir_view_as_of(judging->dir, judging->day);
  judging->figures = NULL;
  if (!judging->then) return -ENOMEM;
  bool by_hand = judging->indicator->form == PRG__INDICATOR_FORM__INDICATOR_MANUAL;
  int r = by_hand ? 0
                  : figures_open(judging->then, judging->programme, judging->indicator, judging->day,
                                 &judging->figures);
  if (r == 0) r = judging->target->each ? judge_each(judging, scope) : judge(judging, scope);
  judging->figures = figures_close(judging->figures);
  return r;
}

// 1 when it stopped on the way.
static int judge_target(struct judging *judging)
{
  struct reg_sweep *sweep = judging->sweep;
  char dues[TARGET_DUES][DATE_SIZE];
  judging->indicator = figures_indicator(judging->programme, judging->target->indicator);
  if (!judging->indicator || strcmp(figures_owner(judging->indicator), "registry") != 0) return 0;
  size_t n = target_dues(judging->programme, judging->target, judging->ctx->today, dues);
  for (; sweep->due < n; sweep->due++, sweep->division[0] = '\0') {
    if (tired(judging)) return 1;
    judging->due = dues[sweep->due];
    int r = judge_due(judging);
    if (r != 0) return r;
  }
  return 0;
}

static int judge_programme(struct judging *judging)
{
  struct reg_sweep *sweep = judging->sweep;
  for (; sweep->target < judging->programme->n_targets; sweep->target++, sweep->due = 0) {
    if (tired(judging)) return 1;
    judging->target = judging->programme->targets[sweep->target];
    int r = judge_target(judging);
    if (r != 0) return r;
  }
  return 0;
}

// ---- all programmes: the newest version of each that is not retired

static bool is_newest(const Prg__Programme *const *list, size_t n, size_t i)
{
  if (list[i]->status == PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED) return false;
  for (size_t k = i + 1; k < n && strcmp(list[k]->id, list[i]->id) == 0; k++)
    if (list[k]->status != PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED) return false;
  return true;
}

static int judge_all(struct judging *judging)
{
  struct reg_sweep *sweep = judging->sweep;
  const Prg__Programme *const *list = NULL;
  size_t n = 0;
  int r = dir_programmes(judging->dir, &list, &n);
  for (size_t i = 0; r == 0 && i < n; i++) {
    int order = strcmp(list[i]->id, sweep->programme);
    if (order < 0 || !is_newest(list, n, i)) continue;
    if (order > 0) {
      snprintf(sweep->programme, sizeof sweep->programme, "%s", list[i]->id);
      sweep->target = sweep->due = 0;
      sweep->division[0] = '\0';
    }
    judging->programme = list[i];
    r = judge_programme(judging);
  }
  if (r == 0) sweep->done = true;
  return r < 0 ? r : 0;
}

int reg_target_tick(const struct dir_view *dir, struct reg_sweep *sweep, const struct rule_context *ctx,
                    struct decision *out, uint32_t *moved)
{
  struct reg_sweep next = *sweep;
  if (strcmp(next.day, ctx->today) != 0) {
    next = (struct reg_sweep){.lead_days = sweep->lead_days};
    memcpy(next.day, ctx->today, DATE_SIZE);
  }
  if (next.done) return 0;
  struct judging judging = {.dir = dir, .sweep = &next, .ctx = ctx, .out = out};
  int r = judge_all(&judging);
  if (r < 0) return r;
  *sweep = next;
  *moved += judging.moved;
  return 0;
}
