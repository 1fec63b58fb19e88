#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/lifecycle.h"
#include "services/dispatch/rules/quota.h"
#include "services/dispatch/rules/sides.h"
#include <errno.h>
#include <string.h>

static int check_period(const struct dsp_call *call, const struct dsp_case *case_, const char *period,
                        char from[DATE_SIZE])
{
  char to[DATE_SIZE], named[10];
  if (dsp_gate_period(case_->programme, period, from, to)) {
    dsp_quota_period(case_, from, named);
    if (strcmp(named, period) == 0) return 0;
  }
  return dsp_gate_field(call, "period", "应如 2016-2017（按学年）或 2016（按年），与措施的名额期一致",
                        "should look like 2016-2017 or 2016, as the measure's quota counts");
}

// A candidate is put forward by the home or by one that manages it.
static int check_nominator(const struct dsp_call *call, const Reg__Institution *home, const char *nominator)
{
  struct dsp_chain chain;
  int r = dsp_sides_chain(call, home, &chain);
  if (r < 0) return r;
  for (size_t i = 0; i < chain.n; i++)
    if (strcmp(chain.ids[i], nominator) == 0) return 0;
  const char *by = dsp_gate_label(call, nominator);
  return decision_reject(
      call->out, REASON_AS_03, "home", home->name, "why_zh",
      arena_printf(call->out->arena, "不由 %s 管理，不能由其推荐", by), "why_en",
      arena_printf(call->out->arena, "is not managed by %s, which cannot nominate from it", by), NULL);
}

static int check_second(const struct dsp_call *call, const struct dsp_case *case_, const Dsp__Nominate *cmd)
{
  struct dsp_candidates others;
  int r = dsp_view_candidates_of(call->view, cmd->person, &others);
  if (r < 0) return r;
  for (size_t i = 0; i < others.n; i++) {
    const Dsp__Candidate *other = others.list[i];
    if (other->status != DSP__CANDIDATE_STATUS__CANDIDATE_OPEN ||
        strcmp(other->programme, case_->programme->id) != 0 || strcmp(other->measure, cmd->measure) != 0 ||
        strcmp(other->period, cmd->period) != 0)
      continue;
    return decision_reject(call->out, REASON_AS_14, "person", dsp_gate_label(call, cmd->person), "candidate",
                           other->id, NULL);
  }
  return 0;
}

#define TEAM_MAX 60 // bytes

static int check_team(const struct dsp_call *call, const Dsp__Nominate *cmd)
{
  if (strlen(cmd->team) <= TEAM_MAX) return 0;
  return dsp_gate_field(call, "team", "至多 60 字节", "is longer than 60 bytes");
}

static int check_wishes(const struct dsp_call *call, const Dsp__Nominate *cmd)
{
  if (cmd->n_wishes > DSP_CANDIDATE_WISHES_MAX)
    return dsp_gate_field(call, "wishes", "至多 20 个志愿", "has more than 20 entries");
  for (size_t i = 0; i < cmd->n_wishes; i++) {
    const Reg__Institution *host;
    for (size_t j = 0; j < i; j++)
      if (strcmp(cmd->wishes[i], cmd->wishes[j]) == 0)
        return dsp_gate_field(call, arena_printf(call->out->arena, "wishes[%zu]", i), "志愿重复",
                              "stands twice");
    int r = dsp_gate_institution(call, cmd->wishes[i], &host);
    if (r != 0) return r;
  }
  return 0;
}

// Where the person was under this measure in the period before; "" if nowhere.
static int last_host(const struct dsp_call *call, const Dsp__Nominate *cmd, const struct dsp_case *case_,
                     const char *from, const char **ret)
{
  struct dsp_assignments past;
  char before[DATE_SIZE];
  date_add_months(from, -12, before);
  *ret = "";
  int r = dsp_view_assignments(call->view, DSP_OF_PERSON, cmd->person, &past);
  for (size_t i = 0; r == 0 && i < past.n; i++) {
    const Dsp__Assignment *assignment = past.list[i];
    if (dsp_lifecycle_counts(assignment->status) && strcmp(assignment->measure, cmd->measure) == 0 &&
        strcmp(assignment->programme, case_->programme->id) == 0 &&
        period_contains(before, from, assignment->period->from))
      *ret = assignment->host;
  }
  return r;
}

static int new_candidate(const struct dsp_call *call, const struct dsp_case *case_, const Dsp__Nominate *cmd,
                         const Reg__Institution *home, Dsp__Candidate **ret)
{
  Dsp__Candidate *candidate = ARENA_NEW(call->out->arena, Dsp__Candidate);
  char id[UUID_TEXT];
  if (!candidate) return -ENOMEM;
  dsp__candidate__init(candidate);
  id_source_next(call->ctx->ids, id);
  candidate->id = arena_strdup(call->out->arena, id);
  if (!candidate->id) return -ENOMEM;
  candidate->programme = case_->programme->id;
  candidate->agreement = cmd->agreement;
  candidate->measure = cmd->measure;
  candidate->period = cmd->period;
  candidate->person = cmd->person;
  candidate->home = home->id;
  candidate->nominated_by = dsp_gate_is_text(cmd->nominated_by) ? cmd->nominated_by : home->id;
  candidate->wishes = cmd->wishes;
  candidate->n_wishes = cmd->n_wishes;
  candidate->team = cmd->team;
  candidate->status = DSP__CANDIDATE_STATUS__CANDIDATE_OPEN;
  candidate->division = home->division;
  candidate->rev = 1;
  *ret = candidate;
  return 0;
}

int dsp_candidate_check(const struct dsp_call *call, const struct dsp_case *case_,
                        const struct dsp_applicant *applicant, struct dsp_verdict *ret)
{
  const Reg__Institution *home;
  struct dsp_verdict verdict;
  bool sends = false;
  int r = dsp_eligible_person(call, case_, applicant, &verdict);
  if (r < 0) return r;
  if ((r = dir_institution(call->dir, applicant->person->home, &home)) < 0) return r;
  if (home && dsp_eligible_in_use(home))
    if ((r = dsp_sides_may_send(call, case_, home, applicant->on, &sends)) < 0) return r;
  struct dsp_finding finding = {REASON_AS_03, sends, sends ? "所在单位属派出方" : "所在单位不属派出方",
                                sends ? "the home is on the sending side"
                                      : "the home is not on the sending side"};
  if (!sends) verdict.ok = false;
  if ((r = dsp_emit_finding(call->out->arena, &verdict.findings, &finding)) < 0) return r;
  *ret = verdict;
  return 0;
}

static int judge(const struct dsp_call *call, const struct dsp_case *case_, const Reg__Person *person,
                 const char *from, Dsp__Candidate *candidate)
{
  struct dsp_verdict verdict;
  struct dsp_applicant applicant = {.person = person,
                                    .on = date_compare(from, call->ctx->today) < 0 ? call->ctx->today : from,
                                    .period = candidate->period,
                                    .candidate = candidate->id};
  int r = dsp_candidate_check(call, case_, &applicant, &verdict);
  if (r < 0) return r;
  candidate->eligible = verdict.ok;
  candidate->findings = verdict.findings.list;
  candidate->n_findings = verdict.findings.n;
  return 0;
}

static int home_of(const struct dsp_call *call, const Reg__Person *person, const Reg__Institution **ret)
{
  if (dsp_gate_is_text(person->home)) return dsp_gate_institution(call, person->home, ret);
  return decision_reject(call->out, REASON_AS_03, "home", "-", "why_zh", "该人员没有登记所在单位", "why_en",
                         "the person has no home institution", NULL);
}

int dsp_candidate_nominate(const struct dir_view *dir, const struct dsp_view *view, const Dsp__Nominate *cmd,
                           const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_names names = {
      .programme = cmd->programme, .agreement = cmd->agreement, .measure = cmd->measure};
  struct dsp_actors actors = {.n = 0};
  struct dsp_case case_;
  const Reg__Person *person;
  const Reg__Institution *home;
  Dsp__Candidate *candidate;
  char from[DATE_SIZE];
  const char *last;
  int r = dsp_gate_case(&call, &names, true, &case_);
  if (r == 0) r = dsp_gate_person(&call, cmd->person, &person);
  if (r == 0) r = home_of(&call, person, &home);
  if (r == 0) r = check_period(&call, &case_, cmd->period, from);
  if (r == 0) r = new_candidate(&call, &case_, cmd, home, &candidate);
  if (r != 0) return r;
  dsp_gate_add(&actors, candidate->nominated_by);
  r = dsp_gate_acts(&call, &actors, case_.programme->id);
  if (r == 0) r = check_nominator(&call, home, candidate->nominated_by);
  if (r == 0) r = check_second(&call, &case_, cmd);
  if (r == 0) r = check_wishes(&call, cmd);
  if (r == 0) r = check_team(&call, cmd);
  if (r == 0) r = last_host(&call, cmd, &case_, from, &last);
  if (r != 0) return r;
  candidate->last_host = (char *)last;
  r = judge(&call, &case_, person, from, candidate);
  if (r == 0) r = dsp_emit_candidate(&call, candidate, "CandidateNominated", NULL);
  return r != 0 ? r : dsp_emit_reply_candidate(&call, candidate);
}

static int move(const struct dsp_call *call, const Dsp__Candidate *candidate, const char *verb,
                Dsp__Candidate **ret)
{
  int to, r = lifecycle_move(&dsp_lifecycle_candidate, candidate->status, verb, call->out, &to);
  if (r != 0) return r;
  Dsp__Candidate *next = (Dsp__Candidate *)arena_clone(call->out->arena, &candidate->base);
  if (!next) return -ENOMEM;
  next->status = to;
  next->rev++;
  *ret = next;
  return 0;
}

int dsp_candidate_withdraw(const struct dir_view *dir, const struct dsp_view *view,
                           const Dsp__WithdrawCandidate *cmd, const struct rule_context *ctx,
                           struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_actors actors = {.n = 0};
  const Dsp__Candidate *candidate;
  Dsp__Candidate *next;
  int r = dsp_gate_candidate(&call, cmd->id, &candidate);
  if (r != 0) return r;
  dsp_gate_add(&actors, candidate->nominated_by);
  dsp_gate_add(&actors, candidate->home);
  r = dsp_gate_acts(&call, &actors, candidate->programme);
  if (r == 0 && dsp_gate_is_text(cmd->reason)) r = dsp_gate_text(&call, "reason", cmd->reason);
  if (r == 0) r = move(&call, candidate, "withdraw", &next);
  if (r == 0) r = dsp_emit_candidate(&call, next, "CandidateWithdrawn", cmd->reason);
  return r != 0 ? r : dsp_emit_reply_candidate(&call, next);
}

int dsp_candidate_post(const struct dsp_call *call, const Dsp__Assignment *assignment, const char *period)
{
  struct dsp_candidates all;
  int r = dsp_view_candidates_of(call->view, assignment->person, &all);
  for (size_t i = 0; r == 0 && i < all.n; i++) {
    const Dsp__Candidate *candidate = all.list[i];
    Dsp__Candidate *next;
    if (candidate->status != DSP__CANDIDATE_STATUS__CANDIDATE_OPEN ||
        strcmp(candidate->programme, assignment->programme) != 0 ||
        strcmp(candidate->measure, assignment->measure) != 0 || strcmp(candidate->period, period) != 0)
      continue;
    r = move(call, candidate, "post", &next);
    if (r == 0) r = dsp_emit_candidate(call, next, "CandidatePosted", NULL);
  }
  return r;
}
