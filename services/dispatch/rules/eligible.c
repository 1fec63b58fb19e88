#include "services/dispatch/rules/eligible.h"
#include "common/domain/predicate.h"
#include <errno.h>
#include <string.h>

static struct predicate_env env_of(const struct dsp_call *call, const struct dsp_case *case_, const char *on)
{
  struct predicate_env env = {
      .dir = call->dir, .arena = call->out->arena, .programme = case_->programme, .on = on};
  if (case_->agreement) {
    env.parties = (const Reg__AgreementParty *const *)case_->agreement->parties;
    env.n_parties = case_->agreement->n_parties;
  }
  return env;
}

static int note(const struct dsp_call *call, struct dsp_verdict *verdict, const struct dsp_finding *finding)
{
  if (!finding->ok) verdict->ok = false;
  return dsp_emit_finding(call->out->arena, &verdict->findings, finding);
}

// one_application_per_year looks into dispatchd's own records, so it is answered here.
static int only_application(const struct dsp_call *call, const struct dsp_case *case_,
                            const struct dsp_applicant *applicant, struct dsp_finding *ret)
{
  struct dsp_candidates others = {0};
  int r = applicant->period ? dsp_view_candidates_of(call->view, applicant->person->id, &others) : 0;
  if (r < 0) return r;
  *ret = (struct dsp_finding){REASON_AS_01, true, "本年度没有其他报名", "has no other application this year"};
  for (size_t i = 0; i < others.n; i++) {
    const Dsp__Candidate *other = others.list[i];
    if (other->status == DSP__CANDIDATE_STATUS__CANDIDATE_WITHDRAWN ||
        strcmp(other->programme, case_->programme->id) != 0 ||
        strcmp(other->period, applicant->period) != 0 ||
        strcmp(other->id, applicant->candidate ? applicant->candidate : "") == 0)
      continue;
    *ret =
        (struct dsp_finding){REASON_AS_01, false, "本年度已有另一报名", "has another application this year"};
  }
  return 0;
}

int dsp_eligible_person(const struct dsp_call *call, const struct dsp_case *case_,
                        const struct dsp_applicant *applicant, struct dsp_verdict *ret)
{
  struct dsp_verdict verdict = {.ok = true};
  struct predicate_env env = env_of(call, case_, applicant->on);
  int r = 0;
  if (applicant->person->status != REG__PERSON_STATUS__PERSON_ACTIVE)
    r = note(call, &verdict, &(struct dsp_finding){REASON_AS_01, false, "已离职", "has left"});
  for (size_t i = 0; r == 0 && i < case_->measure->n_who; i++) {
    const Prg__Predicate *predicate = case_->measure->who[i];
    struct dsp_finding finding;
    if (predicate->kind == PRG__PREDICATE_KIND__PREDICATE_ONE_APPLICATION_PER_YEAR) {
      r = only_application(call, case_, applicant, &finding);
    } else {
      struct predicate_answer answer = {0};
      r = predicate_person(&env, predicate, applicant->person, &answer);
      finding = (struct dsp_finding){answer.code, answer.holds, answer.zh, answer.en};
    }
    if (r == 0) r = note(call, &verdict, &finding);
  }
  if (r < 0) return r;
  *ret = verdict;
  return 0;
}

bool dsp_eligible_in_use(const Reg__Institution *institution)
{
  return institution->status != REG__INSTITUTION_STATUS__INSTITUTION_MERGED &&
         institution->status != REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
}

int dsp_eligible_host(const struct dsp_call *call, const struct dsp_case *case_, const Reg__Institution *host,
                      const char *on, struct dsp_verdict *ret)
{
  struct dsp_verdict verdict = {.ok = true};
  struct predicate_env env = env_of(call, case_, on);
  int r = 0;
  if (!dsp_eligible_in_use(host))
    r = note(call, &verdict, &(struct dsp_finding){REASON_AS_02, false, "已撤并", "is closed or merged"});
  for (size_t i = 0; r == 0 && i < case_->measure->n_host; i++) {
    struct predicate_answer answer = {0};
    r = predicate_party(&env, case_->measure->host[i], host, &answer);
    if (r == 0)
      r = note(call, &verdict, &(struct dsp_finding){REASON_AS_02, answer.holds, answer.zh, answer.en});
  }
  if (r < 0) return r;
  *ret = verdict;
  return 0;
}

static int stage_rank(Typ__Stage stage, const Reg__Person *person) // 0 = the first one listed, -1 = not there
{
  for (size_t i = 0; i < person->n_stages; i++)
    if (person->stages[i] == stage) return (int)i;
  return -1;
}

static int subject_rank(const char *subject, const Reg__Person *person)
{
  for (size_t i = 0; i < person->n_subjects; i++)
    if (strcmp(person->subjects[i], subject) == 0) return (int)i;
  return -1;
}

bool dsp_eligible_stage(const Dsp__PlanLine *line, const Reg__Person *person)
{
  return line->stage == TYP__STAGE__STAGE_UNSPECIFIED || stage_rank(line->stage, person) >= 0;
}

bool dsp_eligible_subject(const Dsp__PlanLine *line, const Reg__Person *person)
{
  return !dsp_gate_is_text(line->subject) || subject_rank(line->subject, person) >= 0;
}

int dsp_eligible_gap(const Dsp__PlanLine *line, const Reg__Person *person)
{
  int gap = 0;
  if (line->stage != TYP__STAGE__STAGE_UNSPECIFIED && stage_rank(line->stage, person) != 0) gap++;
  if (dsp_gate_is_text(line->subject) && subject_rank(line->subject, person) != 0) gap++;
  return gap;
}

const char *dsp_eligible_stage_zh(Typ__Stage stage)
{
  static const char *const words[] = {"不限", "学前", "小学", "初中", "高中", "高等"};
  return (unsigned)stage < sizeof words / sizeof words[0] ? words[stage] : "?";
}

const char *dsp_eligible_stage_en(Typ__Stage stage)
{
  static const char *const words[] = {"any stage", "preschool", "primary", "junior", "senior", "higher"};
  return (unsigned)stage < sizeof words / sizeof words[0] ? words[stage] : "?";
}

// The sentences that do not hold, joined; "?" when memory is short, for a refusal must not fail on its
// wording.
static const char *whys(const struct dsp_call *call, const struct dsp_verdict *verdict, bool zh)
{
  const char *text = NULL;
  for (size_t i = 0; i < verdict->findings.n; i++) {
    const Dsp__Finding *finding = verdict->findings.list[i];
    if (finding->ok) continue;
    const char *sentence = zh ? finding->zh : finding->en;
    text = text ? arena_printf(call->out->arena, "%s%s%s", text, zh ? "；" : "; ", sentence) : sentence;
    if (!text) return "?";
  }
  return text ? text : "?";
}

int dsp_eligible_reject(const struct dsp_call *call, enum reason reason, const char *who,
                        const struct dsp_verdict *verdict)
{
  return decision_reject(call->out, reason, reason == REASON_AS_02 ? "host" : "person",
                         dsp_gate_label(call, who), "why_zh", whys(call, verdict, true), "why_en",
                         whys(call, verdict, false), NULL);
}

static const char *person_has(const struct dsp_call *call, const Reg__Person *person, bool zh)
{
  const char *text = "";
  for (size_t i = 0; text && i < person->n_stages; i++)
    text = arena_printf(call->out->arena, "%s%s%s", text, i ? (zh ? "、" : ", ") : "",
                        zh ? dsp_eligible_stage_zh(person->stages[i])
                           : dsp_eligible_stage_en(person->stages[i]));
  for (size_t i = 0; text && i < person->n_subjects; i++)
    text = arena_printf(call->out->arena, "%s%s%s", text, i ? "+" : (zh ? "／学科" : " / subject "),
                        person->subjects[i]);
  if (text && !text[0]) return zh ? "未填学段和学科" : "neither stage nor subject stated";
  return text ? text : "?";
}

int dsp_eligible_reject_need(const struct dsp_call *call, const Dsp__PlanLine *line,
                             const Reg__Person *person)
{
  const char *subject = dsp_gate_is_text(line->subject) ? line->subject : NULL;
  return decision_reject(call->out, REASON_AS_08, "need_zh",
                         arena_printf(call->out->arena, "%s／学科%s", dsp_eligible_stage_zh(line->stage),
                                      subject ? subject : "不限"),
                         "need_en",
                         arena_printf(call->out->arena, "%s / subject %s", dsp_eligible_stage_en(line->stage),
                                      subject ? subject : "any"),
                         "person", dsp_gate_label(call, person->id), "has_zh", person_has(call, person, true),
                         "has_en", person_has(call, person, false), NULL);
}
