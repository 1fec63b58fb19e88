#include "services/registry/rules/programme.h"
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "common/domain/programme_check.h"
#include "services/registry/rules/division.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

struct work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  Prg__Programme *record;
  const char *division; // who may see the event
};

static void first_fault(void *context, const struct programme_fault *fault)
{
  struct programme_fault *first = context;
  if (!first->path[0]) *first = *fault;
}

static int check_template(struct work *work)
{
  struct programme_fault fault = {0};
  size_t n = programme_check(work->record, first_fault, &fault);
  if (n == 0) return 0;
  const char *zh = fault.detail_zh, *en = fault.detail_en;
  if (n > 1) {
    zh = arena_printf(work->out->arena, "%s（另有 %zu 处）", zh, n - 1);
    en = arena_printf(work->out->arena, "%s (and %zu more)", en, n - 1);
  }
  return decision_reject(work->out, REASON_PR_01, "path", fault.path, "detail_zh", zh, "detail_en", en, NULL);
}

static int keep_division(struct work *work, const char *division)
{
  char code[DIVISION_SIZE];
  division_short(division, code);
  work->division = arena_strdup(work->out->arena, code);
  return work->division ? 0 : -ENOMEM;
}

// A programme that every authority of a level may run is published by any of them, or one above.
static int check_level(struct work *work, Typ__DivisionLevel level)
{
  const struct actor *actor = &work->ctx->actor;
  for (size_t i = 0; i < actor->n_scopes; i++) {
    const char *division = actor->scopes[i].division;
    if (division_level(division) <= level && actor_covers(actor, division, work->record->id))
      return keep_division(work, division);
  }
  return require_scope(work->ctx, "0", work->record->id, work->record->id, work->out);
}

static int check_owner(struct work *work)
{
  const Prg__Owner *owner = work->record->owner; // the template's check has seen to it
  if (owner->level) return check_level(work, owner->level);
  int r = keep_division(work, owner->division);
  if (r == 0) r = require_scope(work->ctx, work->division, work->record->id, work->record->id, work->out);
  if (r == 0 && strcmp(work->division, "0") != 0)
    r = reg_division_in_force(work->dir, work->division, work->ctx->today, work->out);
  return r;
}

static int published_already(struct work *work, uint32_t newest)
{
  return decision_reject(work->out, REASON_PR_03, "programme", work->record->id, "version",
                         decision_number(work->out, work->record->version), "next",
                         decision_number(work->out, (int64_t)newest + 1), NULL);
}

static int reply(struct work *work, bool unchanged)
{
  Reg__ProgrammeReply *answer = REG_NEW(work->out, Reg__ProgrammeReply, reg__programme_reply__init);
  if (!answer) return -ENOMEM;
  answer->id = work->record->id;
  answer->version = work->record->version;
  answer->unchanged = unchanged;
  work->out->reply = &answer->base;
  return 0;
}

// What came before: nothing, an older version, or this very one.
static int check_version(struct work *work, bool *ret_same)
{
  const Prg__Programme *newest = NULL, *stored = NULL;
  int r = dir_programme(work->dir, work->record->id, 0, &newest);
  if (r == 0) r = dir_programme(work->dir, work->record->id, work->record->version, &stored);
  if (r < 0) return r;
  *ret_same = false;
  if (stored) {
    work->record->status = stored->status;
    work->record->rev = stored->rev;
    r = reg_same_content(work->out->arena, &work->record->base, &stored->base, ret_same);
    if (r < 0 || *ret_same) return r;
  }
  uint32_t highest = newest ? newest->version : 0;
  return stored || work->record->version < highest ? published_already(work, highest) : 0;
}

int reg_programme_publish(const struct dir_view *dir, const Reg__PublishProgramme *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  bool same = false;
  if (!cmd->programme) return reg_field(out, "programme", "必填", "is required");
  work.record = REG_COPY(out, Prg__Programme, cmd->programme);
  if (!work.record) return -ENOMEM;
  work.record->status = PRG__PROGRAMME_STATUS__PROGRAMME_PUBLISHED;
  work.record->rev = 1;
  int r = check_template(&work);
  if (r == 0) r = check_owner(&work);
  if (r == 0) r = check_version(&work, &same);
  if (r == 0 && !same) {
    struct event_head head = {.subject = work.record->id, .division = work.division, .rev = work.record->rev};
    r = reg_emit(out, &reg__programme_published__descriptor, &work.record->base, &head, NULL);
  }
  return r == 0 ? reply(&work, same) : r;
}
