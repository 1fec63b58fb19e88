#include "services/registry/rules/person.h"
#include "common/base/check.h"
#include "common/base/date.h"
#include "common/domain/authority.h"
#include "services/registry/rules/code_table.h"
#include "services/registry/rules/codes.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { WORKING_AGE = 16 };

struct work {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  const struct reg_person_sealed *sealed;
  const Reg__Person *old;
  const Reg__Institution *home; // or NULL
  Reg__Person *record;
  char **warnings;
  size_t n_warnings;
  const char *on; // the day it takes effect, "" = today
};

// Nobody of that age is staff: what is told is a pupil.
static int check_working_age(const char *birth, const char *today, struct decision *out)
{
  if (!birth[0] || years_between(birth, today) >= WORKING_AGE) return 0;
  return decision_reject(out, REASON_PE_04, NULL);
}

// Digits 7 to 14 of an identity number that passes its check.
static int check_age_by_number(const char *number, const char *today, struct decision *out)
{
  char birth[DATE_SIZE];
  snprintf(birth, sizeof birth, "%.4s-%.2s-%.2s", number + 6, number + 10, number + 12);
  return date_valid(birth) ? check_working_age(birth, today, out) : 0;
}

int reg_person_check_secret(const Reg__PersonSecret *secret, const char *today, struct decision *out)
{
  if (!secret) return reg_field(out, "secret", "必填", "is required");
  int r = reg_check_text(out, "secret.name", secret->name, false, REG_TEXT_MAX);
  if (r == 0) r = reg_check_text(out, "secret.phone", secret->phone, true, 32);
  if (r == 0) r = reg_check_text(out, "secret.mail", secret->mail, true, REG_TEXT_MAX);
  if (r == 0 && secret->id_number[0] && !reg_codes_identity(secret->id_number))
    r = decision_reject(out, REASON_PE_01, NULL);
  return r == 0 && secret->id_number[0] ? check_age_by_number(secret->id_number, today, out) : r;
}

// ---- checks

static int check_lists(struct work *work)
{
  const Reg__Person *record = work->record;
  int r = reg_check_count(work->out, "person.posts", record->n_posts, 8);
  if (r == 0) r = reg_check_count(work->out, "person.stages", record->n_stages, 8);
  if (r == 0) r = reg_check_count(work->out, "person.honours", record->n_honours, 8);
  if (r == 0) r = reg_check_count(work->out, "person.subjects", record->n_subjects, 16);
  for (size_t i = 0; r == 0 && i < record->n_subjects; i++)
    if (!record->subjects[i][0] || strspn(record->subjects[i], "0123456789") != strlen(record->subjects[i]))
      r = reg_field(work->out, "person.subjects", "应为学科代码（数字）", "subject codes are digits");
  return r;
}

static int check_subjects(struct work *work)
{
  const Reg__Person *record = work->record;
  work->warnings = ARENA_ARRAY(work->out->arena, char *, record->n_subjects + 1);
  if (!work->warnings) return -ENOMEM;
  for (size_t i = 0; i < record->n_subjects; i++) {
    const char *warning = NULL;
    int r = reg_code_check(work->dir, "ZXXKC", record->subjects[i], work->out, &warning);
    if (r != 0) return r;
    if (warning) work->warnings[work->n_warnings++] = (char *)warning;
  }
  return 0;
}

static int check_fields(struct work *work)
{
  const Reg__Person *record = work->record;
  int r = reg_check_text(work->out, "person.staff_no", record->staff_no, false, 40);
  if (r == 0 && strpbrk(record->staff_no, ": |"))
    r = reg_field(work->out, "person.staff_no", "不能含空格、冒号和竖线",
                  "must not contain blanks, colons or bars");
  if (r == 0 && record->category == 0) r = reg_field(work->out, "person.category", "必填", "is required");
  if (r == 0) r = reg_check_date(work->out, "person.birth", record->birth, true);
  if (r == 0) r = reg_check_date(work->out, "person.here_since", record->here_since, true);
  if (r == 0 && record->status == REG__PERSON_STATUS__PERSON_ERASED)
    r = reg_field(work->out, "person.status", "抹除请用 ErasePerson", "use ErasePerson to erase");
  if (r == 0) r = check_lists(work);
  return r == 0 ? check_subjects(work) : r;
}

static int check_age(struct work *work)
{
  return check_working_age(work->record->birth, work->ctx->today, work->out);
}

static int find_home(struct work *work, const char *code)
{
  int r = 0;
  if (code[0]) {
    r = dir_institution_by_code(work->dir, code, &work->home);
    if (r == 0 && !work->home) r = reg_not_found(work->out, "单位", "institution", code);
  } else if (work->record->home[0])
    r = reg_find_institution(work->dir, work->record->home, work->out, &work->home);
  if (r != 0 || !work->home) return r;
  work->record->home = work->home->id;
  if (reg_institution_live(work->home)) return 0;
  return decision_reject(work->out, REASON_IN_07, "target", work->home->name, "wanted_zh", "单位",
                         "wanted_en", "institution", NULL);
}

static int check_post(struct work *work)
{
  const Reg__Person *record = work->record;
  bool retired = record->category == TYP__PERSON_CATEGORY__CATEGORY_RETIRED_TEACHER;
  if (!retired && !work->home) return decision_reject(work->out, REASON_PE_03, NULL);
  if (retired && record->n_posts)
    return reg_field(work->out, "person.posts", "退休教师没有在任职务（PE-03）",
                     "a retired teacher holds no post (PE-03)");
  return 0;
}

// A person without a home belongs to nobody's jurisdiction but the nation's.
static const char *division_of(const Reg__Institution *home)
{
  return home ? home->division : "0";
}

static int check_scope(struct work *work)
{
  const Reg__Institution *old_home = NULL;
  int r = require_scope(work->ctx, division_of(work->home), NULL, work->record->staff_no, work->out);
  if (r != 0 || !work->old) return r;
  if (work->old->home[0]) r = dir_institution(work->dir, work->old->home, &old_home);
  return r == 0 ? require_scope(work->ctx, division_of(old_home), NULL, work->record->staff_no, work->out)
                : r;
}

static int check_identity(struct work *work)
{
  const Reg__Person *holder = NULL;
  const Reg__Institution *home = NULL;
  if (!work->sealed->has_hash) return 0;
  int r = dir_person_by_hash(work->dir, work->sealed->id_hash, &holder);
  if (r < 0 || !holder || strcmp(holder->id, work->record->id) == 0) return r;
  if (holder->home[0]) r = dir_institution(work->dir, holder->home, &home);
  if (r < 0) return r;
  return decision_reject(work->out, REASON_PE_02, "home", home ? home->name : "-", NULL);
}

// ---- what is stored

static void fill_secret(struct work *work)
{
  const struct reg_person_sealed *sealed = work->sealed;
  Reg__Person *record = work->record;
  if (sealed->same && work->old) {
    record->sealed = work->old->sealed;
    record->id_hash = work->old->id_hash;
    return;
  }
  record->sealed = (ProtobufCBinaryData){sealed->sealed_length, (uint8_t *)sealed->sealed};
  record->id_hash = (ProtobufCBinaryData){0, NULL};
  if (sealed->has_hash) record->id_hash = (ProtobufCBinaryData){32, (uint8_t *)sealed->id_hash};
}

static int reply(struct work *work, bool unchanged)
{
  Reg__PersonReply *answer = REG_NEW(work->out, Reg__PersonReply, reg__person_reply__init);
  if (!answer) return -ENOMEM;
  answer->id = work->record->id;
  answer->rev = work->record->rev;
  answer->unchanged = unchanged;
  answer->warnings = work->warnings;
  answer->n_warnings = work->n_warnings;
  work->out->reply = &answer->base;
  return 0;
}

static int emit(struct work *work, const ProtobufCMessageDescriptor *event)
{
  Reg__Person *record = work->record;
  struct event_head head = {.subject = record->id, .division = division_of(work->home), .rev = record->rev};
  reg_unit(&head, record->id);
  reg_unit(&head, record->home);
  ProtobufCMessage *told = NULL;
  int r = reg_emit(work->out, event, &record->base, &head, &told);
  if (r != 0 || event != &reg__person_amended__descriptor || work->sealed->n_changed == 0) return r;
  Reg__PersonAmended *amended = (Reg__PersonAmended *)told;
  amended->n_secret_fields = work->sealed->n_changed;
  amended->secret_fields = arena_memdup(work->out->arena, work->sealed->changed,
                                        work->sealed->n_changed * sizeof *work->sealed->changed);
  return amended->secret_fields ? 0 : -ENOMEM;
}

// A row that does not say since when says nothing against the day that is known: the same row again is
// unchanged, also after a transfer that set the day.
static void keep_arrival(struct work *work)
{
  const Reg__Person *old = work->old;
  Reg__Person *record = work->record;
  if (old && !record->here_since[0] && strcmp(old->home, record->home) == 0)
    record->here_since = old->here_since;
}

// Who came to another home without a word since when is there since the day the change takes effect.
static int set_day(struct work *work)
{
  const Reg__Person *old = work->old;
  Reg__Person *record = work->record;
  if (!old && !work->on[0]) return 0; // registered now, there for as long as anybody asks
  int r = reg_effective_day(work->ctx, work->out, "on", work->on, old ? old->since : "", &record->since);
  if (r == 0 && old && strcmp(old->home, record->home) != 0 && !record->here_since[0])
    record->here_since = record->since;
  return r;
}

static int store(struct work *work)
{
  bool same = false;
  fill_secret(work);
  keep_arrival(work);
  work->record->rev = work->old ? work->old->rev : 1;
  work->record->since = work->old ? work->old->since : (char *)protobuf_c_empty_string;
  int r = work->old ? reg_same_content(work->out->arena, &work->record->base, &work->old->base, &same) : 0;
  if (r < 0) return r;
  if (same) return reply(work, true);
  r = set_day(work);
  if (r != 0) return r;
  if (work->old) work->record->rev++;
  r = emit(work, work->old ? &reg__person_amended__descriptor : &reg__person_registered__descriptor);
  return r == 0 ? reply(work, false) : r;
}

static int erased_already(struct work *work, const char *verb)
{
  return decision_reject(work->out, REASON_STATE, "record", "Person", "state", "ERASED", "verb", verb,
                         "allowed", "-", NULL);
}

// What both registering and amending check, once record and old are set.
static int decide(struct work *work, const char *home_code)
{
  if (work->record->status == 0) work->record->status = REG__PERSON_STATUS__PERSON_ACTIVE;
  int r = find_home(work, home_code);
  if (r == 0) r = check_age(work);
  if (r == 0) r = check_post(work);
  if (r == 0) r = check_scope(work);
  if (r == 0) r = check_identity(work);
  if (r == 0 && work->old) r = reg_expect_rev(work->ctx, work->old->rev, work->out);
  return r == 0 ? store(work) : r;
}

int reg_person_register(const struct dir_view *dir, const Reg__RegisterPerson *cmd,
                        const struct rule_context *ctx, struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out, .sealed = ctx->prepared, .on = cmd->on};
  if (!cmd->person) return reg_field(out, "person", "必填", "is required");
  CHECK(work.sealed);
  work.record = REG_COPY(out, Reg__Person, cmd->person);
  if (!work.record) return -ENOMEM;
  int r = check_fields(&work);
  if (r == 0) r = dir_person_by_staff_no(dir, work.record->staff_no, &work.old);
  if (r == 0 && work.old && work.old->status == REG__PERSON_STATUS__PERSON_ERASED)
    r = erased_already(&work, "amend");
  if (r != 0) return r;
  work.record->id = (char *)(work.old ? work.old->id : work.sealed->id);
  return decide(&work, cmd->home_code);
}

int reg_person_amend(const struct dir_view *dir, const Reg__AmendPerson *cmd, const struct rule_context *ctx,
                     struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out, .sealed = ctx->prepared, .on = cmd->on};
  if (!cmd->person) return reg_field(out, "person", "必填", "is required");
  CHECK(work.sealed);
  int r = dir_person(dir, cmd->id, &work.old);
  if (r == 0 && !work.old) r = reg_not_found(out, "人员", "person", cmd->id);
  if (r == 0 && work.old->status == REG__PERSON_STATUS__PERSON_ERASED) r = erased_already(&work, "amend");
  if (r != 0) return r;
  work.record = REG_COPY(out, Reg__Person, cmd->person);
  if (!work.record) return -ENOMEM;
  if (!work.record->staff_no[0]) work.record->staff_no = work.old->staff_no;
  if (strcmp(work.record->staff_no, work.old->staff_no) != 0)
    return reg_field(out, "person.staff_no", "不可改", "cannot be changed");
  work.record->id = work.old->id;
  if (work.record->status == 0) work.record->status = work.old->status;
  r = check_fields(&work);
  return r == 0 ? decide(&work, cmd->home_code) : r;
}

// ---- erasing

// What counts stay possible with: category, home, stages, subjects, title. Nothing that tells who it was.
static void strip(Reg__Person *record)
{
  record->sealed = (ProtobufCBinaryData){0, NULL};
  record->id_hash = (ProtobufCBinaryData){0, NULL};
  record->sex = TYP__SEX__SEX_UNSPECIFIED;
  record->birth = (char *)protobuf_c_empty_string;
  record->here_since = (char *)protobuf_c_empty_string;
  record->status = REG__PERSON_STATUS__PERSON_ERASED;
  record->rev++;
}

int reg_person_erase(const struct dir_view *dir, const Reg__ErasePerson *cmd, const struct rule_context *ctx,
                     struct decision *out)
{
  struct work work = {.dir = dir, .ctx = ctx, .out = out};
  int r = reg_check_text(out, "reason", cmd->reason, false, REG_TEXT_MAX);
  if (r == 0) r = dir_person(dir, cmd->id, &work.old);
  if (r == 0 && !work.old) r = reg_not_found(out, "人员", "person", cmd->id);
  if (r == 0 && work.old->home[0]) r = dir_institution(dir, work.old->home, &work.home);
  if (r == 0) r = require_scope(ctx, division_of(work.home), NULL, work.old->staff_no, out);
  if (r == 0) r = reg_expect_rev(ctx, work.old->rev, out);
  if (r == 0 && work.old->status == REG__PERSON_STATUS__PERSON_ERASED) r = erased_already(&work, "erase");
  if (r != 0) return r;
  work.record = REG_COPY(out, Reg__Person, work.old);
  if (!work.record) return -ENOMEM;
  strip(work.record);
  r = emit(&work, &reg__person_erased__descriptor);
  return r == 0 ? reply(&work, false) : r;
}
