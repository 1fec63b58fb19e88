#include "services/registry/rules/institution.h"
#include "common/base/pb.h"
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "services/registry/rules/code_table.h"
#include "services/registry/rules/codes.h"
#include "services/registry/rules/division.h"
#include "services/registry/rules/recheck.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { CHAIN_MAX = 16 };

struct work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const Reg__Institution *old; // stored under the code or id, or NULL
  Reg__Institution *record;    // what is to be stored
  const char *on;              // the day given from which it holds, may be empty
  Reg__InstitutionReply *reply;
};

bool reg_institution_live(const Reg__Institution *institution)
{
  return institution->status == REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE ||
         institution->status == REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS ||
         institution->status == REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT;
}

// ---- fields and codes

bool reg_institution_has_school_code(const Reg__Institution *record)
{
  switch (record->kind) {
  case TYP__INSTITUTION_KIND__KIND_SCHOOL:
  case TYP__INSTITUTION_KIND__KIND_KINDERGARTEN:
  case TYP__INSTITUTION_KIND__KIND_VOCATIONAL:
  case TYP__INSTITUTION_KIND__KIND_SPECIAL:
  case TYP__INSTITUTION_KIND__KIND_UNIVERSITY:
    return true;
  default:
    return false;
  }
}

static int check_fields(struct work *work)
{
  const Reg__Institution *record = work->record;
  int r = reg_check_text(work->out, "institution.name", record->name, false, REG_TEXT_MAX);
  if (r == 0 && record->kind == 0) r = reg_field(work->out, "institution.kind", "必填", "is required");
  if (r == 0) r = reg_check_text(work->out, "institution.code", record->code, false, 32);
  if (r == 0 && strpbrk(record->code, ": |"))
    r = reg_field(work->out, "institution.code", "不能含空格、冒号和竖线",
                  "must not contain blanks, colons or bars");
  if (r == 0) r = reg_check_text(work->out, "institution.run_type", record->run_type, true, 8);
  if (r == 0) r = reg_check_text(work->out, "institution.urban_rural", record->urban_rural, true, 8);
  if (r == 0 && record->place == TYP__PLACE__PLACE_PASTORAL)
    r = reg_field(work->out, "institution.place", "牧区请用标签 pastoral",
                  "pastoral is the tag `pastoral`, not a place");
  if (r == 0) r = reg_check_count(work->out, "institution.stages", record->n_stages, 8);
  if (r == 0) r = reg_check_count(work->out, "institution.tags", record->n_tags, REG_LIST_MAX);
  for (size_t i = 0; r == 0 && i < record->n_tags; i++)
    r = reg_check_text(work->out, "institution.tags", record->tags[i], false, 64);
  for (size_t i = 0; r == 0 && i < record->n_stages; i++)
    if (record->stages[i] == 0)
      r = reg_field(work->out, "institution.stages", "学段不明", "an unspecified stage");
  return r;
}

static int warn(struct work *work, const char *text)
{
  Reg__InstitutionReply *reply = work->reply;
  char **grown = ARENA_ARRAY(work->out->arena, char *, reply->n_warnings + 1);
  if (!text || !grown) return -ENOMEM;
  if (reply->n_warnings) memcpy(grown, reply->warnings, reply->n_warnings * sizeof *grown);
  grown[reply->n_warnings++] = (char *)text;
  reply->warnings = grown;
  return 0;
}

static int warn_of_class(struct work *work)
{
  struct decision params = {.arena = work->out->arena};
  const char *kind = pb_enum_word(&typ__institution_kind__descriptor, (int)work->record->kind);
  const char *class = arena_strndup(work->out->arena, work->record->code, 2);
  decision_reject(&params, REASON_IN_02, "class", class, "kind", kind, NULL);
  return warn(work, reg_warning(work->out->arena, REASON_IN_02, &params));
}

// Run type and urban-rural class are codes of tables that are loaded; who names no stages has those of its
// run type.
static int check_tables(struct work *work)
{
  const struct {
    const char *table, *code;
  } coded[] = {{"BXLX", work->record->run_type}, {"SZDCXLX", work->record->urban_rural}};
  for (size_t i = 0; i < sizeof coded / sizeof *coded; i++) {
    const char *warning = NULL;
    int r = reg_code_check(work->dir, coded[i].table, coded[i].code, work->out, &warning);
    if (r == 0 && warning) r = warn(work, warning);
    if (r != 0) return r;
  }
  if (work->record->n_stages) return 0;
  work->record->stages = ARENA_ARRAY(work->out->arena, Typ__Stage, REG_STAGES_MAX);
  if (!work->record->stages) return -ENOMEM;
  work->record->n_stages = reg_run_type_stages(work->record->run_type, work->record->stages);
  return 0;
}

static int check_code(struct work *work)
{
  if (!reg_institution_has_school_code(work->record)) return 0;
  if (!reg_codes_school(work->record->code))
    return decision_reject(work->out, REASON_IN_01, "code", work->record->code, NULL);
  return reg_codes_class_fits(work->record->code, (int)work->record->kind) ? 0 : warn_of_class(work);
}

static int check_organisation_code(struct work *work)
{
  char expected[2] = {0};
  struct decision params = {.arena = work->out->arena};
  if (reg_codes_organisation(work->record->uscc, &expected[0]) || !expected[0]) return 0;
  decision_reject(&params, REASON_ORG_CODE, "code", work->record->uscc, "expected", expected, NULL);
  return warn(work, reg_warning(work->out->arena, REASON_ORG_CODE, &params));
}

static int check_credit_code(struct work *work)
{
  char expected[2] = {0};
  const char *code = work->record->uscc;
  if (!code[0]) return 0;
  if (reg_codes_credit(code, &expected[0])) return check_organisation_code(work);
  if (!expected[0])
    return reg_field(work->out, "institution.uscc", "应为 18 位数字和大写字母（不含 I、O、S、V、Z）",
                     "must have 18 digits and capitals (no I, O, S, V, Z)");
  return decision_reject(work->out, REASON_IN_04, "code", code, "expected", expected, NULL);
}

static int check_division(struct work *work)
{
  char code[DIVISION_SIZE];
  if (!division_valid(work->record->division))
    return reg_field(work->out, "institution.division", "应为 2、4、6 或 9 位区划代码",
                     "must be a division code of 2, 4, 6 or 9 digits");
  division_short(work->record->division, code);
  work->record->division = arena_strdup(work->out->arena, code);
  if (!work->record->division) return -ENOMEM;
  return reg_division_in_force(work->dir, code, work->ctx->today, work->out);
}

// ---- relations

static int not_active(struct work *work, const Reg__Institution *target, const char *wanted_zh,
                      const char *wanted_en)
{
  return decision_reject(work->out, REASON_IN_07, "target", target->name, "wanted_zh", wanted_zh, "wanted_en",
                         wanted_en, NULL);
}

static bool manages(const Reg__Institution *target)
{
  bool kind = target->kind == TYP__INSTITUTION_KIND__KIND_BUREAU ||
              target->kind == TYP__INSTITUTION_KIND__KIND_GOVERNMENT ||
              target->kind == TYP__INSTITUTION_KIND__KIND_AGENCY;
  return kind && target->status == REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE;
}

static int chain_fault(struct work *work, const char *at)
{
  return decision_reject(work->out, REASON_IN_06, "institution", work->record->name, "at", at, NULL);
}

static bool may_end_chain(const Reg__Institution *top)
{
  return top->kind == TYP__INSTITUTION_KIND__KIND_BUREAU ||
         division_level(top->division) == TYP__DIVISION_LEVEL__LEVEL_NATION; // a ministry
}

static bool needs_manager(const Reg__Institution *record)
{
  bool school = record->kind == TYP__INSTITUTION_KIND__KIND_SCHOOL ||
                record->kind == TYP__INSTITUTION_KIND__KIND_KINDERGARTEN ||
                record->kind == TYP__INSTITUTION_KIND__KIND_SPECIAL;
  return school && !record->operator_[0] && !record->campus_of[0];
}

static int check_managing(struct work *work)
{
  const Reg__Institution *at = NULL;
  const char *next = work->record->managing_bureau;
  if (!next[0]) return needs_manager(work->record) ? chain_fault(work, work->record->name) : 0;
  for (int i = 0; i < CHAIN_MAX && next[0]; i++) {
    if (strcmp(next, work->record->id) == 0) return chain_fault(work, at ? at->name : work->record->name);
    int r = reg_find_institution(work->dir, next, work->out, &at);
    if (r != 0) return r;
    if (i == 0 && !manages(at)) return not_active(work, at, "教育局", "education bureau");
    next = at->managing_bureau;
  }
  return !next[0] && may_end_chain(at) ? 0 : chain_fault(work, at->name);
}

static int check_campus(struct work *work)
{
  const Reg__Institution *main = NULL;
  if (!work->record->campus_of[0]) return 0;
  int r = reg_find_institution(work->dir, work->record->campus_of, work->out, &main);
  if (r != 0) return r;
  bool fits = main->status == REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE &&
              reg_institution_has_school_code(main) && !main->campus_of[0] &&
              strcmp(main->id, work->record->id) != 0;
  return fits ? 0 : not_active(work, main, "主校", "main school");
}

static int check_operator(struct work *work)
{
  const Reg__Institution *runner = NULL;
  if (!work->record->operator_[0]) return 0;
  int r = reg_find_institution(work->dir, work->record->operator_, work->out, &runner);
  if (r != 0) return r;
  bool kind = runner->kind == TYP__INSTITUTION_KIND__KIND_UNIVERSITY ||
              runner->kind == TYP__INSTITUTION_KIND__KIND_RESEARCH_OFFICE ||
              runner->kind == TYP__INSTITUTION_KIND__KIND_AGENCY;
  if (kind && runner->status == REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE) return 0;
  return not_active(work, runner, "举办单位（高校、教研机构或事业单位）",
                    "operator (university, research office or agency)");
}

// ---- what is stored

int reg_institution_keep_name(struct decision *out, const Reg__Institution *old, Reg__Institution *record)
{
  record->former_names = old->former_names;
  record->n_former_names = old->n_former_names;
  if (strcmp(old->name, record->name) == 0) return 0;
  for (size_t i = 0; i < old->n_former_names; i++)
    if (strcmp(old->former_names[i], old->name) == 0) return 0;
  char **names = ARENA_ARRAY(out->arena, char *, old->n_former_names + 1);
  if (!names) return -ENOMEM;
  if (old->n_former_names) memcpy(names, old->former_names, old->n_former_names * sizeof *names);
  names[record->n_former_names++] = old->name;
  record->former_names = names;
  return 0;
}

// CLOSED, MERGED ...: a list does not end units, and one that is known changes by its own command.
static int status_refused(struct work *work, const char *zh, const char *en)
{
  return reg_field(work->out, "institution.status", zh, en);
}

static int check_new_status(struct work *work)
{
  const Reg__Institution *record = work->record;
  bool bound = record->campus_of[0] != '\0';
  if (!reg_institution_live(record))
    return status_refused(
        work, "登记时只能是在办、校区或教学点；撤销、合并请登记后用 CloseInstitution、MergeInstitutions",
        "a new institution is active, a campus or a teaching point; close or merge it afterwards "
        "with CloseInstitution or MergeInstitutions");
  if (record->status == REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS && !bound)
    return status_refused(work, "校区须写主校（campus_of）", "a campus has a main school (campus_of)");
  if (record->status == REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE && bound)
    return status_refused(work, "属于主校的是校区或教学点",
                          "what belongs to a main school is a campus or a teaching point");
  if (record->status == REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT &&
      !reg_institution_has_school_code(record))
    return status_refused(work, "只有学校有教学点", "only schools have teaching points");
  return 0;
}

static const char *command_to(Reg__InstitutionStatus status)
{
  switch (status) {
  case REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS:
  case REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT:
    return "ConvertInstitution";
  case REG__INSTITUTION_STATUS__INSTITUTION_MERGED:
    return "MergeInstitutions";
  case REG__INSTITUTION_STATUS__INSTITUTION_CLOSED:
    return "CloseInstitution";
  default:
    return "RestoreInstitution";
  }
}

static int check_known_status(struct work *work)
{
  const Reg__Institution *old = work->old;
  Reg__InstitutionStatus wanted = work->record->status;
  if (!wanted || wanted == old->status) return 0;
  const char *is = pb_enum_word(&reg__institution_status__descriptor, (int)old->status);
  const char *command = command_to(wanted);
  return status_refused(work, arena_printf(work->out->arena, "现为 %s，须由 %s 变更", is, command),
                        arena_printf(work->out->arena, "is %s: %s changes it", is, command));
}

static int settle_new(struct work *work)
{
  Reg__Institution *record = work->record;
  char *id = arena_alloc(work->out->arena, UUID_TEXT);
  if (!id) return -ENOMEM;
  id_source_next(work->ctx->ids, id);
  record->id = id;
  record->rev = 1;
  if (record->status == 0)
    record->status = record->campus_of[0] ? REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS
                                          : REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE;
  int r = check_new_status(work);
  if (r != 0) return r;
  record->n_codes = record->n_successors = 0; // what a succession writes
  record->end_reason = "";
  record->since = "";
  r = reg_check_count(work->out, "institution.former_names", record->n_former_names, REG_LIST_MAX);
  if (r != 0 || !work->on[0]) return r;
  return reg_effective_day(work->ctx, work->out, "on", work->on, "", &record->since);
}

static int settle_old(struct work *work)
{
  Reg__Institution *record = work->record;
  int r = check_known_status(work);
  if (r != 0) return r;
  record->id = work->old->id;
  record->status = work->old->status;
  record->rev = work->old->rev;
  record->codes = work->old->codes;
  record->n_codes = work->old->n_codes;
  record->successors = work->old->successors;
  record->n_successors = work->old->n_successors;
  record->end_reason = work->old->end_reason;
  record->since = work->old->since;
  return reg_institution_keep_name(work->out, work->old, record);
}

static int check_scope(struct work *work)
{
  int r = require_scope(work->ctx, work->record->division, NULL, work->record->name, work->out);
  if (r == 0 && work->old)
    r = require_scope(work->ctx, work->old->division, NULL, work->old->name, work->out);
  return r;
}

static int emit(struct work *work)
{
  Reg__Institution *record = work->record;
  struct event_head head = {.subject = record->id, .division = record->division, .rev = record->rev};
  reg_unit(&head, record->id);
  return reg_emit(
      work->out, work->old ? &reg__institution_amended__descriptor : &reg__institution_registered__descriptor,
      &record->base, &head, NULL);
}

static int store(struct work *work)
{
  bool same = false;
  int r = work->old ? reg_same_content(work->out->arena, &work->record->base, &work->old->base, &same) : 0;
  if (r < 0) return r;
  if (!same && work->old) {
    work->record->rev++;
    r = reg_effective_day(work->ctx, work->out, "on", work->on, work->old->since, &work->record->since);
    if (r != 0) return r;
  }
  work->reply->id = work->record->id;
  work->reply->rev = work->record->rev;
  work->reply->unchanged = same;
  work->out->reply = &work->reply->base;
  if (same) return 0;
  r = emit(work);
  if (r == 0 && work->old) r = reg_recheck_institution(work->dir, work->ctx, work->record, work->out);
  return r;
}

static int decide(struct work *work)
{
  static int (*const checks[])(struct work *) = {check_fields,   check_tables, check_division,
                                                 check_scope,    check_code,   check_credit_code,
                                                 check_managing, check_campus, check_operator};
  work->reply = REG_NEW(work->out, Reg__InstitutionReply, reg__institution_reply__init);
  if (!work->reply) return -ENOMEM;
  int r = work->old ? settle_old(work) : settle_new(work);
  for (size_t i = 0; r == 0 && i < sizeof checks / sizeof *checks; i++)
    r = checks[i](work);
  if (r == 0 && work->old) r = reg_expect_rev(work->ctx, work->old->rev, work->out);
  return r == 0 ? store(work) : r;
}

// ---- for successions

int reg_institution_check(const struct dir_view *dir, const struct rule_context *ctx,
                          Reg__Institution *record, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out, .record = record};
  int r = check_managing(&work);
  if (r == 0) r = check_campus(&work);
  return r == 0 ? check_operator(&work) : r;
}

int reg_institution_check_code(Reg__Institution *record, struct decision *out)
{
  Reg__InstitutionReply warned = REG__INSTITUTION_REPLY__INIT;
  struct work work = {.out = out, .record = record, .reply = &warned};
  int r = check_fields(&work);
  return r == 0 ? check_code(&work) : r;
}

// ---- commands

static int resolve_code(struct work *work, const char *code, char **ret_id)
{
  const Reg__Institution *found = NULL;
  if (!code[0]) return 0;
  int r = dir_institution_by_code(work->dir, code, &found);
  if (r < 0) return r;
  if (!found) return reg_not_found(work->out, "单位", "institution", code);
  *ret_id = found->id;
  return 0;
}

// The code is the key of an import: it stays with its kind and is not given out again after an end.
static int check_holder(struct work *work)
{
  const Reg__Institution *old = work->old;
  if (!work->record->kind) return 0; // told as such
  if (!old) {
    int r = dir_institution_by_held_code(work->dir, work->record->code, &old);
    if (r < 0 || !old) return r;
    return decision_reject(work->out, REASON_IN_03, "code", work->record->code, "holder", old->name, NULL);
  }
  if (old->kind == work->record->kind && reg_institution_live(old)) return 0;
  return decision_reject(work->out, REASON_IN_03, "code", old->code, "holder", old->name, NULL);
}

int reg_institution_register(const struct dir_view *dir, const Reg__RegisterInstitution *cmd,
                             const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out, .on = cmd->on};
  if (!cmd->institution) return reg_field(out, "institution", "必填", "is required");
  work.record = REG_COPY(out, Reg__Institution, cmd->institution);
  if (!work.record) return -ENOMEM;
  int r = resolve_code(&work, cmd->managing_bureau_code, &work.record->managing_bureau);
  if (r == 0) r = resolve_code(&work, cmd->operator_code, &work.record->operator_);
  if (r == 0) r = resolve_code(&work, cmd->campus_of_code, &work.record->campus_of);
  if (r == 0) r = dir_institution_by_code(dir, work.record->code, &work.old);
  if (r == 0) r = check_holder(&work);
  return r == 0 ? decide(&work) : r;
}

int reg_institution_amend(const struct dir_view *dir, const Reg__AmendInstitution *cmd,
                          const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out, .on = cmd->on};
  if (!cmd->institution) return reg_field(out, "institution", "必填", "is required");
  int r = reg_find_institution(dir, cmd->id, out, &work.old);
  if (r != 0) return r;
  work.record = REG_COPY(out, Reg__Institution, cmd->institution);
  if (!work.record) return -ENOMEM;
  if (!work.record->code[0]) work.record->code = work.old->code;
  if (!work.record->kind) work.record->kind = work.old->kind;
  if (strcmp(work.record->code, work.old->code) != 0)
    return reg_field(out, "institution.code", "不可改", "cannot be changed");
  if (work.record->kind != work.old->kind)
    return reg_field(out, "institution.kind", "不可改", "cannot be changed");
  return decide(&work);
}
