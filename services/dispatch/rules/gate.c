#include "services/dispatch/rules/gate.h"
#include "common/base/pb.h"
#include "common/domain/authority.h"
#include "common/domain/calendar.h"
#include "common/domain/predicate.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

bool dsp_gate_is_text(const char *text)
{
  return text && text[0];
}

static int not_found(const struct dsp_call *call, const char *zh, const char *en, const char *ref)
{
  return decision_reject(call->out, REASON_NOT_FOUND, "what_zh", zh, "what_en", en, "ref", ref, NULL);
}

static int check_rev(const struct dsp_call *call, uint64_t rev)
{
  if (call->ctx->expect_rev == 0 || call->ctx->expect_rev == rev) return 0;
  return decision_reject(call->out, REASON_REV, "rev", decision_number(call->out, (int64_t)rev), "expected",
                         decision_number(call->out, (int64_t)call->ctx->expect_rev), NULL);
}

void dsp_gate_forget(const struct dsp_call *call)
{
  call->out->reason = REASON_NONE;
  call->out->n_params = 0;
}

int dsp_gate_missing(const struct dsp_call *call, const char *field)
{
  return decision_reject(call->out, REASON_AS_13, "field", field, NULL);
}

int dsp_gate_field(const struct dsp_call *call, const char *field, const char *zh, const char *en)
{
  return decision_reject(call->out, REASON_FIELD, "field", field, "detail_zh", zh, "detail_en", en, NULL);
}

int dsp_gate_text(const struct dsp_call *call, const char *field, const char *text)
{
  if (!dsp_gate_is_text(text)) return dsp_gate_missing(call, field);
  if (strlen(text) <= DSP_TEXT_MAX) return 0;
  return dsp_gate_field(call, field, "至多 1000 字节", "is longer than 1000 bytes");
}

int dsp_gate_dates(const struct dsp_call *call, const char *zh, const char *en)
{
  return decision_reject(call->out, REASON_AS_10, "detail_zh", zh, "detail_en", en, NULL);
}

int dsp_gate_institution(const struct dsp_call *call, const char *id, const Reg__Institution **ret)
{
  const Reg__Institution *found;
  int r = dir_institution(call->dir, id, &found);
  if (r < 0) return r;
  if (!found) return not_found(call, "单位", "institution", id);
  *ret = found;
  return 0;
}

int dsp_gate_person(const struct dsp_call *call, const char *id, const Reg__Person **ret)
{
  const Reg__Person *found;
  int r = dir_person(call->dir, id, &found);
  if (r < 0) return r;
  if (!found || found->status == REG__PERSON_STATUS__PERSON_ERASED)
    return not_found(call, "人员", "person", id);
  *ret = found;
  return 0;
}

int dsp_gate_plan(const struct dsp_call *call, const char *id, const Dsp__NeedsPlan **ret)
{
  const Dsp__NeedsPlan *found;
  int r = dsp_view_plan(call->view, id, &found);
  if (r < 0) return r;
  if (!found) return not_found(call, "需求计划", "plan", id);
  *ret = found;
  return check_rev(call, found->rev);
}

int dsp_gate_candidate(const struct dsp_call *call, const char *id, const Dsp__Candidate **ret)
{
  const Dsp__Candidate *found;
  int r = dsp_view_candidate(call->view, id, &found);
  if (r < 0) return r;
  if (!found) return not_found(call, "人选", "candidate", id);
  *ret = found;
  return check_rev(call, found->rev);
}

int dsp_gate_run(const struct dsp_call *call, const char *id, const Dsp__MatchRun **ret)
{
  const Dsp__MatchRun *found;
  int r = dsp_view_run(call->view, id, &found);
  if (r < 0) return r;
  if (!found) return not_found(call, "匹配方案", "match run", id);
  *ret = found;
  return check_rev(call, found->rev);
}

int dsp_gate_assignment(const struct dsp_call *call, const char *id, const Dsp__Assignment **ret)
{
  const Dsp__Assignment *found;
  int r = dsp_view_assignment(call->view, id, &found);
  if (r < 0) return r;
  if (!found) return not_found(call, "派遣", "assignment", id);
  *ret = found;
  return check_rev(call, found->rev);
}

// Signed by all, and neither suspended nor at an end.
static int check_running(const struct dsp_call *call, const Reg__Agreement *agreement)
{
  if (agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE ||
      agreement->status == REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING)
    return 0;
  return decision_reject(call->out, REASON_STATE, "record_zh", "协议", "record_en", "Agreement", "state",
                         pb_enum_word(&reg__agreement_status__descriptor, agreement->status), "verb_zh",
                         "作为依据", "verb_en", "be the basis", "allowed", "-", NULL);
}

static int find_agreement(const struct dsp_call *call, const struct dsp_names *names, bool running,
                          const Reg__Agreement **ret)
{
  const Reg__Agreement *agreement = NULL;
  if (dsp_gate_is_text(names->agreement)) {
    int r = dir_agreement(call->dir, names->agreement, &agreement);
    if (r < 0) return r;
    if (!agreement) return not_found(call, "协议", "agreement", names->agreement);
    if (dsp_gate_is_text(names->programme) && strcmp(names->programme, agreement->programme) != 0)
      return dsp_gate_field(call, "programme", "与协议所属项目不同", "is not the agreement's programme");
    if (running && (r = check_running(call, agreement)) != 0) return r;
  }
  *ret = agreement;
  return 0;
}

int dsp_gate_case(const struct dsp_call *call, const struct dsp_names *names, bool running,
                  struct dsp_case *ret)
{
  struct dsp_case found = {0};
  int r = find_agreement(call, names, running, &found.agreement);
  if (r != 0) return r;
  const char *id = found.agreement ? found.agreement->programme : names->programme;
  uint32_t version = names->version    ? names->version
                     : found.agreement ? found.agreement->programme_version
                                       : 0;
  if (!dsp_gate_is_text(id)) return dsp_gate_field(call, "programme", "未填写", "is not given");
  if ((r = dir_programme(call->dir, id, version, &found.programme)) < 0) return r;
  if (!found.programme) return not_found(call, "项目", "programme", id);
  found.measure = programme_measure(found.programme, names->measure);
  if (!found.measure) return not_found(call, "措施", "measure", names->measure);
  if (found.measure->form != PRG__FORM__FORM_ASSIGNMENT)
    return dsp_gate_field(call, "measure", "不是人员派遣类措施", "is not a measure of form assignment");
  *ret = found;
  return 0;
}

void dsp_gate_add(struct dsp_actors *actors, const char *id)
{
  if (!dsp_gate_is_text(id) || actors->n == sizeof actors->ids / sizeof actors->ids[0]) return;
  for (size_t i = 0; i < actors->n; i++)
    if (strcmp(actors->ids[i], id) == 0) return;
  actors->ids[actors->n++] = id;
}

const char *dsp_gate_label(const struct dsp_call *call, const char *id)
{
  const Reg__Institution *institution;
  const Reg__Person *person;
  if (dir_institution(call->dir, id, &institution) == 0 && institution)
    return dsp_gate_is_text(institution->name) ? institution->name : institution->code;
  if (dir_person(call->dir, id, &person) == 0 && person && dsp_gate_is_text(person->staff_no))
    return person->staff_no;
  return id;
}

// "A / B": those who may, for the refusal; the first four are enough for a reader.
static const char *labels(const struct dsp_call *call, const struct dsp_actors *actors)
{
  const char *text = NULL;
  for (size_t i = 0; i < actors->n && i < 4; i++) {
    const char *label = dsp_gate_label(call, actors->ids[i]);
    text = text ? arena_printf(call->out->arena, "%s / %s", text, label) : label;
    if (!text) return "?";
  }
  return text ? text : "-";
}

bool dsp_gate_in_scope(const struct dsp_call *call, const Reg__Institution *institution,
                       const char *programme)
{
  const struct actor *actor = &call->ctx->actor;
  return actor->n_scopes == 0 || actor_covers(actor, institution->division, programme);
}

int dsp_gate_acts(const struct dsp_call *call, const struct dsp_actors *actors, const char *programme)
{
  const Reg__Institution *outside = NULL;
  for (size_t i = 0; i < actors->n; i++) {
    const Reg__Institution *institution;
    bool acts = false;
    int r = dir_institution(call->dir, actors->ids[i], &institution);
    if (r < 0) return r;
    if (!institution) continue;
    if ((r = actor_acts_for_unit(call->dir, &call->ctx->actor, institution, &acts)) < 0) return r;
    if (!acts) continue;
    if (dsp_gate_in_scope(call, institution, programme)) return 0;
    outside = institution;
  }
  if (outside)
    return require_scope(call->ctx, outside->division, programme, dsp_gate_label(call, outside->id),
                         call->out);
  return decision_reject(call->out, REASON_WRONG_ACTOR, "who", labels(call, actors), "actor",
                         call->ctx->actor.name, NULL);
}

bool dsp_gate_period(const Prg__Programme *programme, const char *text, char from[DATE_SIZE],
                     char to[DATE_SIZE])
{
  struct date date;
  if (strlen(text) != 4) return school_year_period(programme->calendar, text, from, to);
  if (!date_parse(text, &date)) return false;
  date_format((struct date){date.year, 1, 1}, from);
  date_add_months(from, 12, to);
  return true;
}
