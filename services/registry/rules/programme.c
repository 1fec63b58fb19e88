#include "services/registry/rules/programme.h"
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "common/domain/programme_check.h"
#include "common/domain/programme_inherit.h"
#include "services/registry/rules/code_table.h"
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

struct faulty {
  struct programme_fault first;
  size_t n;
};

static void count_fault(void *context, const struct programme_fault *fault)
{
  struct faulty *faulty = context;
  if (faulty->n++ == 0) faulty->first = *fault;
}

// The first fault, with how many more there are.
static int refuse(struct work *work, const struct faulty *faulty)
{
  const struct programme_fault *fault = &faulty->first;
  const char *zh = fault->detail_zh, *en = fault->detail_en;
  if (fault->near[0]) {
    zh = arena_printf(work->out->arena, "%s，是否为 %s", zh, fault->near);
    en = arena_printf(work->out->arena, "%s, did you mean %s", en, fault->near);
  }
  if (faulty->n > 1) {
    zh = arena_printf(work->out->arena, "%s（另有 %zu 处）", zh, faulty->n - 1);
    en = arena_printf(work->out->arena, "%s (and %zu more)", en, faulty->n - 1);
  }
  if (fault->reason == REASON_PR_02)
    return decision_reject(work->out, REASON_PR_02, "path", fault->path, "division",
                           programme_owner_text(work->record), "allowed_zh", zh, "allowed_en", en, NULL);
  return decision_reject(work->out, REASON_PR_01, "path", fault->path, "detail_zh", zh, "detail_en", en,
                         NULL);
}

static int no_parent(struct work *work, const char *zh, const char *en)
{
  const Prg__Extends *extends = work->record->extends;
  const char *ref = arena_printf(work->out->arena, "%s@%u", extends->id, (unsigned)extends->version);
  if (!ref) return -ENOMEM;
  return decision_reject(work->out, REASON_PR_01, "path", "extends", "detail_zh",
                         arena_printf(work->out->arena, "%s %s", ref, zh), "detail_en",
                         arena_printf(work->out->arena, "%s %s", ref, en), NULL);
}

// What the file stands for takes the place of the record.
static int resolve(struct work *work)
{
  const Prg__Programme *parent = NULL;
  Prg__Programme *resolved = NULL;
  struct faulty faulty = {0};
  int r = dir_programme(work->dir, work->record->extends->id, work->record->extends->version, &parent);
  if (r < 0) return r;
  if (!parent) return no_parent(work, "未发布", "is not published");
  if (parent->status == PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED)
    return no_parent(work, "已停用", "is retired");
  r = programme_inherit(parent, work->record, work->out->arena, count_fault, &faulty, &resolved);
  if (r < 0) return r;
  if (!resolved) return refuse(work, &faulty);
  work->record = resolved;
  return 0;
}

// ---- codes of subjects, against the table that is loaded: what a file may name is data of the registry

static int unknown_subject(struct work *work, const char *path, const char *code, const char *near)
{
  struct arena *arena = work->out->arena;
  bool any = strcmp(near, "-") != 0;
  return decision_reject(
      work->out, REASON_PR_01, "path", path, "detail_zh",
      arena_printf(arena,
                   any ? "学科代码 %s 不在代码表 ZXXKC 中，是否为：%s" : "学科代码 %s 不在代码表 ZXXKC 中",
                   code, near),
      "detail_en",
      arena_printf(arena,
                   any ? "no subject has the code %s in table ZXXKC, did you mean: %s"
                       : "no subject has the code %s in table ZXXKC",
                   code, near),
      NULL);
}

static int check_subjects(struct work *work, const Prg__Measure *measure, const char *key,
                          Prg__Predicate *const *list, size_t n)
{
  struct arena *arena = work->out->arena;
  int r = 0;
  for (size_t i = 0; r == 0 && i < n; i++) {
    if (list[i]->kind != PRG__PREDICATE_KIND__PREDICATE_SUBJECT_IN) continue;
    for (size_t w = 0; r == 0 && w < list[i]->n_words; w++) {
      const char *near = NULL, *path;
      bool known = false;
      r = reg_code_known(work->dir, "ZXXKC", list[i]->words[w], arena, &known, &near);
      if (r < 0 || known) continue;
      path = arena_printf(arena, "measures.%s.%s[%zu].subject_in[%zu]", measure->id, key, i, w);
      r = path ? unknown_subject(work, path, list[i]->words[w], near) : -ENOMEM;
    }
  }
  return r;
}

static int check_codes(struct work *work)
{
  int r = 0;
  for (size_t i = 0; r == 0 && i < work->record->n_measures; i++) {
    const Prg__Measure *measure = work->record->measures[i];
    r = check_subjects(work, measure, "who", measure->who, measure->n_who);
    if (r == 0) r = check_subjects(work, measure, "audience", measure->audience, measure->n_audience);
  }
  return r;
}

static int check_template(struct work *work)
{
  struct faulty faulty = {0};
  bool extends = work->record->extends != NULL;
  size_t n = extends ? programme_check_own(work->record, count_fault, &faulty)
                     : programme_check(work->record, count_fault, &faulty);
  if (n > 0) return refuse(work, &faulty);
  int r = extends ? resolve(work) : 0;
  return r == 0 ? check_codes(work) : r;
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

static int check_scope(struct work *work)
{
  const Prg__Owner *owner = work->record->owner; // the template's check has seen to it
  if (owner->level) return check_level(work, owner->level);
  int r = keep_division(work, owner->division);
  return r == 0 ? require_scope(work->ctx, work->division, work->record->id, work->record->id, work->out) : r;
}

static int check_owner(struct work *work)
{
  int r = check_scope(work);
  if (r == 0 && !work->record->owner->level && strcmp(work->division, "0") != 0)
    r = reg_division_in_force(work->dir, work->division, work->ctx->today, work->out);
  return r;
}

// "3 agreements, 12 partnerships": what a change would have pulled the ground from under.
static int use_of(struct work *work, const char **ret_zh, const char **ret_en)
{
  struct dir_programme_use use;
  int r = dir_programme_use(work->dir, work->record->id, work->record->version, &use);
  if (r < 0) return r;
  const char *more = use.more ? "+" : "";
  *ret_zh = arena_printf(work->out->arena, "%zu%s 个协议、%zu%s 个结对关系", use.agreements, more,
                         use.partnerships, more);
  *ret_en = arena_printf(work->out->arena, "%zu%s agreements, %zu%s partnerships", use.agreements, more,
                         use.partnerships, more);
  return *ret_zh && *ret_en ? 0 : -ENOMEM;
}

static int published_already(struct work *work, uint32_t newest)
{
  const char *zh = NULL, *en = NULL;
  int r = use_of(work, &zh, &en);
  if (r < 0) return r;
  return decision_reject(work->out, REASON_PR_03, "programme", work->record->id, "version",
                         decision_number(work->out, work->record->version), "next",
                         decision_number(work->out, (int64_t)newest + 1), "use_zh", zh, "use_en", en, NULL);
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
  const Prg__Programme *stored = NULL;
  uint32_t highest = 0;
  int r = dir_programme_highest(work->dir, work->record->id, &highest);
  if (r == 0) r = dir_programme(work->dir, work->record->id, work->record->version, &stored);
  if (r < 0) return r;
  *ret_same = false;
  if (stored) {
    work->record->status = stored->status;
    work->record->rev = stored->rev;
    work->record->since = stored->since;
    work->record->retired_on = stored->retired_on;
    r = reg_same_content(work->out->arena, &work->record->base, &stored->base, ret_same);
    if (r < 0 || *ret_same) return r;
  }
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
  work.record->since = arena_strdup(out->arena, ctx->today);
  work.record->retired_on = (char *)"";
  if (!work.record->since) return -ENOMEM;
  int r = check_template(&work);
  if (r == 0) r = check_owner(&work);
  if (r == 0) r = check_version(&work, &same);
  if (r == 0 && !same) {
    struct event_head head = {.subject = work.record->id, .division = work.division, .rev = work.record->rev};
    r = reg_emit(out, &reg__programme_published__descriptor, &work.record->base, &head, NULL);
  }
  return r == 0 ? reply(&work, same) : r;
}

static int retired(struct work *work, const char *reason)
{
  ProtobufCMessage *event = NULL;
  work->record->status = PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED;
  work->record->rev++;
  work->record->retired_on = arena_strdup(work->out->arena, work->ctx->today);
  if (!work->record->retired_on) return -ENOMEM;
  struct event_head head = {
      .subject = work->record->id, .division = work->division, .rev = work->record->rev};
  int r = reg_emit(work->out, &reg__programme_retired__descriptor, &work->record->base, &head, &event);
  if (r != 0) return r;
  Reg__ProgrammeRetired *told = (Reg__ProgrammeRetired *)event;
  told->reason = arena_strdup(work->out->arena, reason);
  return told->reason ? 0 : -ENOMEM;
}

int reg_programme_retire(const struct dir_view *dir, const Reg__RetireProgramme *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  const Prg__Programme *stored = NULL;
  if (cmd->version == 0) return reg_field(out, "version", "须写明版本", "which one is to be given");
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = reg_find_programme(dir, cmd->id, cmd->version, out, &stored);
  if (r != 0) return r;
  work.record = REG_COPY(out, Prg__Programme, stored);
  if (!work.record) return -ENOMEM;
  r = check_scope(&work);
  if (r == 0) r = reg_expect_rev(ctx, stored->rev, out);
  if (r != 0) return r;
  bool already = stored->status == PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED;
  if (!already) r = retired(&work, cmd->reason);
  return r == 0 ? reply(&work, already) : r;
}
