#include "services/registry/rules/succession.h"
#include "common/domain/authority.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/lifecycle.h"
#include "services/registry/rules/reg.h"
#include "services/registry/rules/succession_part.h"
#include <errno.h>
#include <string.h>

enum { MERGED_MAX = 16 };
#define I(state) REG__INSTITUTION_STATUS__INSTITUTION_##state

struct work {
  struct reg_succession s;
  const Reg__Institution *old;   // what the command is about
  Reg__Institution *record;      // its next version
  struct reg_change *change;     // of it
  const Reg__Institution *other; // the one that remains, or the main school
};

static struct work begin(const struct dir_view *dir, const struct rule_context *ctx, struct decision *out,
                         const char *on, const char *reason)
{
  return (struct work){.s = {.dir = dir, .ctx = ctx, .out = out, .on = on, .reason = reason}};
}

// ---- what all of them ask

static int check_reason(struct work *work)
{
  return reg_check_text(work->s.out, "reason", work->s.reason, false, REG_TEXT_MAX);
}

static int find_covered(struct work *work, const char *id, const Reg__Institution **ret)
{
  int r = reg_find_institution(work->s.dir, id, work->s.out, ret);
  return r == 0 ? require_scope(work->s.ctx, (*ret)->division, NULL, (*ret)->name, work->s.out) : r;
}

// Its next version; on a day before the present state began it is refused, not moved.
static int change_of(struct work *work, const Reg__Institution *old, const char *verb, Reg__Institution **ret)
{
  struct reg_change *change = NULL;
  char *since = NULL;
  int to = 0;
  int r = lifecycle_move(&reg_institution_lifecycle, (int)old->status, verb, work->s.out, &to);
  if (r == 0) r = reg_effective_day(work->s.ctx, work->s.out, "on", work->s.on, old->since, &since);
  if (r == 0) r = reg_succession_change(&work->s, &old->base, &change);
  if (r != 0) return r;
  work->change = change;
  *ret = (Reg__Institution *)change->next;
  (*ret)->status = (Reg__InstitutionStatus)to;
  return 0;
}

static int load(struct work *work, const char *id, const char *verb)
{
  int r = find_covered(work, id, &work->old);
  if (r == 0) r = reg_expect_rev(work->s.ctx, work->old->rev, work->s.out);
  return r == 0 ? change_of(work, work->old, verb, &work->record) : r;
}

// An active institution that another can become part of.
static int check_main(struct work *work, const Reg__Institution *main, const Reg__Institution *part)
{
  bool kinds = main->kind == part->kind ||
               (reg_institution_has_school_code(main) && reg_institution_has_school_code(part));
  if (main->status == I(ACTIVE) && kinds && strcmp(main->id, part->id) != 0) return 0;
  return decision_reject(work->s.out, REASON_IN_07, "target", main->name, "wanted_zh",
                         "承接单位（同类、在办）", "wanted_en", "unit of a fitting kind to succeed another",
                         NULL);
}

static int reply(struct work *work, const Reg__Institution *record, bool unchanged)
{
  Reg__InstitutionReply *answer = REG_NEW(work->s.out, Reg__InstitutionReply, reg__institution_reply__init);
  if (!answer) return -ENOMEM;
  answer->id = record->id;
  answer->rev = record->rev;
  answer->unchanged = unchanged;
  work->s.out->reply = &answer->base;
  return reg_succession_warnings(&work->s, &answer->warnings, &answer->n_warnings);
}

static int finish(struct work *work, const Reg__Institution *about)
{
  int r = reg_succession_emit(&work->s);
  return r == 0 ? reply(work, about, false) : r;
}

// ---- codes: every one it held, the present one last

static int add_hold(struct decision *out, Reg__Institution *record, const char *code, const char *from)
{
  Reg__CodeHold *hold = REG_NEW(out, Reg__CodeHold, reg__code_hold__init);
  Reg__CodeHold **list = ARENA_ARRAY(out->arena, Reg__CodeHold *, record->n_codes + 1);
  if (!hold || !list) return -ENOMEM;
  hold->code = (char *)code;
  hold->from = (char *)from;
  if (record->n_codes) memcpy(list, record->codes, record->n_codes * sizeof *list);
  list[record->n_codes++] = hold;
  record->codes = list;
  return 0;
}

static int void_code(struct work *work, Reg__Institution *record)
{
  int r = record->n_codes ? 0 : add_hold(work->s.out, record, record->code, "");
  if (r == 0) record->codes[record->n_codes - 1]->to = record->since;
  return r;
}

static int take_code(struct work *work, Reg__Institution *record, const char *code)
{
  int r = reg_check_count(work->s.out, "codes", record->n_codes + 1, REG_LIST_MAX);
  if (r == 0) r = add_hold(work->s.out, record, code, record->since);
  record->code = (char *)code;
  return r;
}

// ---- events of the institutions themselves

static void head_of(const Reg__Institution *record, const Reg__Institution *other, struct event_head *ret)
{
  *ret = (struct event_head){.subject = record->id, .division = record->division, .rev = record->rev};
  reg_unit(ret, record->id);
  if (other) reg_unit(ret, other->id);
}

// Fills what these events share after the record: the reason, and the decisions for whoever keeps further
// links.
#define EMIT(s, change, Type, type, other, ...)                                                              \
  ({                                                                                                         \
    struct event_head head_;                                                                                 \
    ProtobufCMessage *message_ = NULL;                                                                       \
    head_of((const Reg__Institution *)(change)->next, (other), &head_);                                      \
    int r_ = reg_emit((s)->out, &reg__##type##__descriptor, (change)->next, &head_, &message_);              \
    Type *event = (Type *)message_;                                                                          \
    if (r_ == 0) {                                                                                           \
      event->reason = (char *)(s)->reason;                                                                   \
      __VA_ARGS__                                                                                            \
    }                                                                                                        \
    r_;                                                                                                      \
  })
#define DECISIONS(s)                                                                                         \
  event->decisions = (Reg__LinkDecision **)(s)->decisions;                                                   \
  event->n_decisions = (s)->n_decisions

static int emit_merged(struct reg_succession *s, const struct reg_change *change)
{
  return EMIT(s, change, Reg__InstitutionMerged, institution_merged, s->successor,
              event->into = s->successor->id;
              DECISIONS(s););
}
static int emit_converted(struct reg_succession *s, const struct reg_change *change)
{
  return EMIT(s, change, Reg__InstitutionConverted, institution_converted, s->successor, DECISIONS(s););
}
static int emit_closed(struct reg_succession *s, const struct reg_change *change)
{
  return EMIT(s, change, Reg__InstitutionClosed, institution_closed, s->successor, DECISIONS(s););
}
static int emit_restored(struct reg_succession *s, const struct reg_change *change)
{
  return EMIT(s, change, Reg__InstitutionRestored, institution_restored, NULL, );
}
static int emit_renamed(struct reg_succession *s, const struct reg_change *change)
{
  return EMIT(s, change, Reg__InstitutionRenamed, institution_renamed, NULL,
              event->former = ((const Reg__Institution *)change->before)->name;);
}
static int emit_recoded(struct reg_succession *s, const struct reg_change *change)
{
  return EMIT(s, change, Reg__InstitutionRecoded, institution_recoded, NULL,
              event->former = ((const Reg__Institution *)change->before)->code;);
}

// The one that remains names those that ceased: they are the changes of this decision with status MERGED.
static int emit_remaining(struct reg_succession *s, const struct reg_change *change)
{
  char **ids = ARENA_ARRAY(s->out->arena, char *, MERGED_MAX);
  size_t n = 0;
  if (!ids) return -ENOMEM;
  for (size_t i = 0; i < s->n_changes; i++)
    if (s->changes[i].emit == emit_merged) ids[n++] = ((Reg__Institution *)s->changes[i].next)->id;
  return EMIT(s, change, Reg__InstitutionsMerged, institutions_merged, NULL, event->ids = ids;
              event->n_ids = n; DECISIONS(s););
}

// ---- merge

static int end_with(struct work *work, Reg__Institution *record, char *const *successors, size_t n)
{
  record->successors = (char **)successors;
  record->n_successors = n;
  record->end_reason = (char *)work->s.reason;
  return void_code(work, record);
}

static int merge_one(struct work *work, const char *id, const Reg__Institution **ret)
{
  Reg__Institution *next = NULL;
  char **successors = ARENA_ARRAY(work->s.out->arena, char *, 1);
  if (!successors) return -ENOMEM;
  int r = find_covered(work, id, ret);
  if (r == 0) r = check_main(work, work->other, *ret);
  if (r == 0) r = change_of(work, *ret, "merge", &next);
  if (r != 0) return r;
  if (work->change->emit) return reg_field(work->s.out, "ids", "有重复", "names one twice");
  work->change->emit = emit_merged;
  successors[0] = work->other->id;
  return end_with(work, next, successors, 1);
}

static int merge_all(struct work *work, const Reg__MergeInstitutions *cmd)
{
  const Reg__Institution *leaving[MERGED_MAX];
  int r = 0;
  for (size_t i = 0; r == 0 && i < cmd->n_ids; i++)
    r = merge_one(work, cmd->ids[i], &leaving[i]);
  return r == 0 ? reg_succession_decide(&work->s, leaving, cmd->n_ids) : r;
}

static int rename_to(struct work *work, Reg__Institution *record, const char *name)
{
  int r = reg_check_text(work->s.out, "name", name, false, REG_TEXT_MAX);
  record->name = (char *)name;
  return r == 0
             ? reg_institution_keep_name(work->s.out, (const Reg__Institution *)work->change->before, record)
             : r;
}

static int keep_remaining(struct work *work, const char *new_name)
{
  char *since = NULL;
  int r = reg_effective_day(work->s.ctx, work->s.out, "on", work->s.on, work->other->since, &since);
  if (r == 0) r = reg_succession_change(&work->s, &work->other->base, &work->change);
  if (r != 0) return r;
  work->record = (Reg__Institution *)work->change->next;
  work->change->emit = emit_remaining;
  return new_name[0] ? rename_to(work, work->record, new_name) : 0;
}

int reg_succession_merge(const struct dir_view *dir, const Reg__MergeInstitutions *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct work work = begin(dir, ctx, out, cmd->on, cmd->reason);
  work.s.decisions = cmd->decisions;
  work.s.n_decisions = cmd->n_decisions;
  work.s.ceases = true;
  int r = check_reason(&work);
  if (r == 0 && cmd->n_ids == 0) r = reg_field(out, "ids", "必填", "is required");
  if (r == 0) r = reg_check_count(out, "ids", cmd->n_ids, MERGED_MAX);
  if (r == 0) r = find_covered(&work, cmd->into, &work.other);
  if (r == 0) r = reg_expect_rev(ctx, work.other->rev, out);
  if (r != 0) return r;
  work.s.successor = work.other;
  r = merge_all(&work, cmd);
  if (r == 0) r = keep_remaining(&work, cmd->new_name);
  return r == 0 ? finish(&work, work.record) : r;
}

// ---- convert

static int find_main(struct work *work, const Reg__ConvertInstitution *cmd)
{
  bool campus = cmd->to == I(CAMPUS);
  if (!campus && cmd->to != I(TEACHING_POINT))
    return reg_field(work->s.out, "to", "应为 CAMPUS 或 TEACHING_POINT", "must be CAMPUS or TEACHING_POINT");
  if (!cmd->of[0])
    return campus ? reg_field(work->s.out, "of", "校区须有主校", "is required: a campus has a main school")
                  : 0;
  int r = find_covered(work, cmd->of, &work->other);
  if (r == 0) r = check_main(work, work->other, work->old);
  if (r != 0 || !work->other->campus_of[0]) return r;
  return decision_reject(work->s.out, REASON_IN_07, "target", work->other->name, "wanted_zh", "主校",
                         "wanted_en", "main school", NULL);
}

int reg_succession_convert(const struct dir_view *dir, const Reg__ConvertInstitution *cmd,
                           const struct rule_context *ctx, struct decision *out)
{
  struct work work = begin(dir, ctx, out, cmd->on, cmd->reason);
  work.s.decisions = cmd->decisions;
  work.s.n_decisions = cmd->n_decisions;
  int r = check_reason(&work);
  if (r == 0) r = load(&work, cmd->id, cmd->to == I(CAMPUS) ? "become campus" : "become teaching point");
  if (r == 0) r = find_main(&work, cmd);
  if (r == 0 && !reg_institution_has_school_code(work.old))
    r = reg_field(out, "id", "不是学校", "is no school");
  if (r != 0) return r;
  work.s.successor = work.other;
  work.change->emit = emit_converted;
  work.record->campus_of = work.other ? work.other->id : (char *)"";
  work.record->legal_person = false;
  r = reg_institution_check(dir, ctx, work.record, out);
  if (r == 0) r = reg_succession_decide(&work.s, &work.old, 1);
  return r == 0 ? finish(&work, work.record) : r;
}

// ---- close, restore

static int check_successors(struct work *work, const Reg__CloseInstitution *cmd)
{
  int r = reg_check_count(work->s.out, "successors", cmd->n_successors, MERGED_MAX);
  for (size_t i = 0; r == 0 && i < cmd->n_successors; i++) {
    const Reg__Institution *one = NULL;
    r = find_covered(work, cmd->successors[i], &one);
    if (r == 0) r = check_main(work, one, work->old);
    if (i == 0) work->s.successor = one;
  }
  return r;
}

int reg_succession_close(const struct dir_view *dir, const Reg__CloseInstitution *cmd,
                         const struct rule_context *ctx, struct decision *out)
{
  struct work work = begin(dir, ctx, out, cmd->on, cmd->reason);
  work.s.decisions = cmd->decisions;
  work.s.n_decisions = cmd->n_decisions;
  work.s.ceases = true;
  int r = check_reason(&work);
  if (r == 0) r = load(&work, cmd->id, "close");
  if (r == 0) r = check_successors(&work, cmd);
  if (r != 0) return r;
  work.change->emit = emit_closed;
  r = end_with(&work, work.record, cmd->successors, cmd->n_successors);
  if (r == 0) r = reg_succession_decide(&work.s, &work.old, 1);
  return r == 0 ? finish(&work, work.record) : r;
}

int reg_succession_restore(const struct dir_view *dir, const Reg__RestoreInstitution *cmd,
                           const struct rule_context *ctx, struct decision *out)
{
  struct work work = begin(dir, ctx, out, cmd->on, cmd->reason);
  int r = check_reason(&work);
  if (r == 0) r = load(&work, cmd->id, "restore");
  if (r != 0) return r;
  work.change->emit = emit_restored;
  work.record->campus_of = work.record->end_reason = (char *)"";
  work.record->n_successors = 0;
  r = take_code(&work, work.record, work.record->code);
  if (r == 0) r = reg_institution_check(dir, ctx, work.record, out);
  return r == 0 ? finish(&work, work.record) : r;
}

// ---- rename, recode

int reg_succession_rename(const struct dir_view *dir, const Reg__RenameInstitution *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct work work = begin(dir, ctx, out, cmd->on, cmd->reason);
  int r = load(&work, cmd->id, "rename");
  if (r != 0) return r;
  if (strcmp(cmd->name, work.old->name) == 0) return reply(&work, work.old, true);
  work.change->emit = emit_renamed;
  r = rename_to(&work, work.record, cmd->name);
  return r == 0 ? finish(&work, work.record) : r;
}

// A code that somebody else holds or held is not given out; an own former one may come back.
static int check_free(struct work *work, const char *code)
{
  const Reg__Institution *holder = NULL;
  int r = dir_institution_by_held_code(work->s.dir, code, &holder);
  if (r < 0 || !holder || strcmp(holder->id, work->old->id) == 0) return r;
  return decision_reject(work->s.out, REASON_IN_03, "code", code, "holder", holder->name, NULL);
}

int reg_succession_recode(const struct dir_view *dir, const Reg__RecodeInstitution *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct work work = begin(dir, ctx, out, cmd->on, cmd->reason);
  int r = check_reason(&work);
  if (r == 0) r = load(&work, cmd->id, "recode");
  if (r != 0) return r;
  if (strcmp(cmd->code, work.old->code) == 0) return reply(&work, work.old, true);
  work.change->emit = emit_recoded;
  r = void_code(&work, work.record);
  if (r == 0) r = take_code(&work, work.record, cmd->code);
  if (r == 0) r = reg_institution_check_code(work.record, out);
  if (r == 0) r = check_free(&work, cmd->code);
  return r == 0 ? finish(&work, work.record) : r;
}
