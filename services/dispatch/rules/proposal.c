#include "services/dispatch/rules/proposal.h"
#include "common/base/pb.h"
#include "common/domain/calendar.h"
#include "services/dispatch/rules/conflict.h"
#include "services/dispatch/rules/eligible.h"
#include "services/dispatch/rules/quota.h"
#include "services/dispatch/rules/sides.h"
#include <errno.h>
#include <string.h>

struct facts { // the records behind an assignment
  const Reg__Person *person;
  const Reg__Institution *home, *host;
  const Dsp__NeedsPlan *plan; // NULL: none
  const Reg__Partnership *partnership;
};

static int reject_home(const struct dsp_call *call, const char *home, const char *zh, const char *en)
{
  return decision_reject(call->out, REASON_AS_03, "home", dsp_gate_label(call, home), "why_zh", zh, "why_en",
                         en, NULL);
}

static int reject_host(const struct dsp_call *call, const char *host, const char *zh, const char *en)
{
  return decision_reject(call->out, REASON_AS_02, "host", dsp_gate_label(call, host), "why_zh", zh, "why_en",
                         en, NULL);
}

static int find_facts(const struct dsp_call *call, const Dsp__Assignment *assignment, struct facts *ret)
{
  struct facts facts = {0};
  int r = dsp_gate_person(call, assignment->person, &facts.person);
  if (r == 0) r = dsp_gate_institution(call, assignment->host, &facts.host);
  if (r != 0) return r;
  if (!dsp_gate_is_text(assignment->home))
    return reject_home(call, "-", "该人员没有登记所在单位", "the person has no home institution");
  if ((r = dsp_gate_institution(call, assignment->home, &facts.home)) != 0) return r;
  if (dsp_gate_is_text(assignment->plan)) {
    if ((r = dsp_view_plan(call->view, assignment->plan, &facts.plan)) < 0) return r;
    if (!facts.plan)
      return decision_reject(call->out, REASON_NOT_FOUND, "what_zh", "需求计划", "what_en", "plan", "ref",
                             assignment->plan, NULL);
  }
  *ret = facts;
  return 0;
}

// AS-05 in words: exact, at least, at most, or between.
static const char *wanted_zh(const struct dsp_call *call, const Prg__Term *term)
{
  static const char *const words[] = {"", "", "天", "周", "个月", "年", "学期", "学年", "暑期", "寒假"};
  const char *unit = words[term->unit];
  struct arena *arena = call->out->arena;
  if (term->min == term->max) return arena_printf(arena, "%u %s", term->min, unit);
  if (term->max == 0) return arena_printf(arena, "至少 %u %s", term->min, unit);
  if (term->min == 0) return arena_printf(arena, "至多 %u %s", term->max, unit);
  return arena_printf(arena, "%u 至 %u %s", term->min, term->max, unit);
}

static const char *wanted_en(const struct dsp_call *call, const Prg__Term *term)
{
  static const char *const words[] = {"",     "",         "day",         "week",   "month",
                                      "year", "semester", "school year", "summer", "winter"};
  const char *unit = words[term->unit], *s = (term->max ? term->max : term->min) > 1 ? "s" : "";
  struct arena *arena = call->out->arena;
  if (term->min == term->max) return arena_printf(arena, "%u %s%s", term->min, unit, s);
  if (term->max == 0) return arena_printf(arena, "at least %u %s%s", term->min, unit, s);
  if (term->min == 0) return arena_printf(arena, "at most %u %s%s", term->max, unit, s);
  return arena_printf(arena, "%u to %u %s%s", term->min, term->max, unit, s);
}

static int check_term(const struct dsp_call *call, const struct dsp_case *case_, const Typ__Period *period)
{
  const Prg__Term *term = case_->measure->term;
  if (dsp_gate_is_text(period->to) && date_compare(period->from, period->to) >= 0)
    return dsp_gate_dates(call, "止日须晚于起日", "the end must be after the start");
  if (!term || term_fits(case_->programme->calendar, term, period->from, period->to)) return 0;
  return decision_reject(call->out, REASON_AS_05, "wanted_zh", wanted_zh(call, term), "wanted_en",
                         wanted_en(call, term), "from", period->from, "to",
                         dsp_gate_is_text(period->to) ? period->to : "-", NULL);
}

// Not in the past: a start before today cannot be approved any more (AS-10). The agreement must reach the
// first day.
static int check_dates(const struct dsp_call *call, const struct dsp_case *case_, const Typ__Period *period)
{
  const char *today = call->ctx->today;
  if (date_compare(period->from, today) < 0)
    return dsp_gate_dates(
        call, arena_printf(call->out->arena, "起日 %s 早于办理日 %s", period->from, today),
        arena_printf(call->out->arena, "the start %s is before the day of approval %s", period->from, today));
  const Typ__Period *valid = case_->agreement ? case_->agreement->valid : NULL;
  if (valid && date_compare(period->from, valid->from) < 0)
    return dsp_gate_dates(
        call, arena_printf(call->out->arena, "起日 %s 早于协议生效日 %s", period->from, valid->from),
        arena_printf(call->out->arena, "the start %s is before the agreement begins, %s", period->from,
                     valid->from));
  if (valid && dsp_gate_is_text(valid->to) && date_compare(valid->to, period->from) <= 0)
    return decision_reject(call->out, REASON_AS_11, "to", valid->to, "end",
                           dsp_gate_is_text(period->to) ? period->to : period->from, NULL);
  return 0;
}

// The line's institution, before the posting moved on from there.
static bool was_host(const Dsp__Assignment *assignment, const char *institution)
{
  for (size_t i = 0; i < assignment->n_former_hosts; i++)
    if (strcmp(assignment->former_hosts[i], institution) == 0) return true;
  return false;
}

static int check_plan(const struct dsp_call *call, const struct dsp_case *case_,
                      const Dsp__Assignment *assignment, const struct facts *facts)
{
  const Dsp__NeedsPlan *plan = facts->plan;
  const Prg__Quota *quota = case_->measure->quota;
  char from[DATE_SIZE], to[DATE_SIZE];
  if (!plan) return quota && quota->form == PRG__QUOTA_FORM__QUOTA_PLAN ? dsp_gate_missing(call, "plan") : 0;
  if (plan->status != DSP__PLAN_STATUS__PLAN_APPROVED)
    return decision_reject(call->out, REASON_AS_12, "plan", plan->id, "status",
                           pb_enum_word(&dsp__plan_status__descriptor, plan->status), NULL);
  if (strcmp(plan->measure, assignment->measure) != 0 ||
      strcmp(plan->agreement, assignment->agreement) != 0 ||
      strcmp(plan->programme, assignment->programme) != 0)
    return dsp_gate_field(call, "plan", "是另一项目、协议或措施的计划",
                          "is a plan of another programme, agreement or measure");
  if (assignment->plan_line == 0) return dsp_gate_missing(call, "plan_line");
  const Dsp__PlanLine *line = dsp_quota_line(plan, assignment->plan_line);
  if (!line) return dsp_gate_field(call, "plan_line", "计划中没有这一行", "is no line of the plan");
  if (strcmp(line->institution, assignment->host) != 0 && !was_host(assignment, line->institution))
    return reject_host(call, assignment->host, "计划该行的接收单位是另一所",
                       "the plan's line is for another institution");
  if (!dsp_eligible_stage(line, facts->person) || !dsp_eligible_subject(line, facts->person))
    return dsp_eligible_reject_need(call, line, facts->person);
  if (dsp_gate_period(case_->programme, plan->school_year, from, to) &&
      !period_contains(from, to, assignment->period->from))
    return dsp_gate_dates(call, arena_printf(call->out->arena, "计划属 %s 学年", plan->school_year),
                          arena_printf(call->out->arena, "the plan is for %s", plan->school_year));
  return 0;
}

static int check_sides(const struct dsp_call *call, const struct dsp_case *case_,
                       const Dsp__Assignment *assignment, const char *day, struct facts *facts)
{
  struct dsp_seats seats;
  struct dsp_chain chain;
  if (strcmp(assignment->home, assignment->host) == 0)
    return reject_home(call, assignment->home, "派出与接收是同一单位", "home and host are the same");
  if (strcmp(facts->person->home, assignment->home) != 0)
    return reject_home(call, assignment->home, "该人员已不在此单位", "the person is no longer there");
  if (!dsp_eligible_in_use(facts->home))
    return reject_home(call, assignment->home, "已撤并", "is closed or merged");
  int r = dsp_sides_seats(call, case_, facts->host, assignment->partnership, day, &seats);
  if (r < 0) return r;
  if (seats.n == 0)
    return reject_host(call, assignment->host, "在有效的结对关系中没有接收方角色",
                       "holds no receiving role in a live partnership");
  if ((r = dsp_sides_chain(call, facts->home, &chain)) < 0) return r;
  const struct dsp_seat *seat = dsp_sides_pick(&seats, &chain, NULL);
  if (!seat)
    return reject_home(call, assignment->home, "不属于本措施的派出方",
                       "is not on the sending side of the measure");
  facts->partnership = seat->partnership;
  return 0;
}

static int check_people(const struct dsp_call *call, const struct dsp_case *case_,
                        const Dsp__Assignment *assignment, const struct facts *facts)
{
  struct dsp_applicant applicant = {.person = facts->person, .on = assignment->period->from};
  struct dsp_verdict verdict;
  int r = dsp_eligible_person(call, case_, &applicant, &verdict);
  if (r < 0) return r;
  if (!verdict.ok) return dsp_eligible_reject(call, REASON_AS_01, assignment->person, &verdict);
  if ((r = dsp_eligible_host(call, case_, facts->host, assignment->period->from, &verdict)) < 0) return r;
  return verdict.ok ? 0 : dsp_eligible_reject(call, REASON_AS_02, assignment->host, &verdict);
}

static int check_all(const struct dsp_call *call, const struct dsp_case *case_,
                     const Dsp__Assignment *assignment, struct facts *facts)
{
  int r = check_term(call, case_, assignment->period);
  if (r == 0) r = check_dates(call, case_, assignment->period);
  if (r == 0) r = check_sides(call, case_, assignment, assignment->period->from, facts);
  if (r == 0) r = check_plan(call, case_, assignment, facts);
  if (r == 0) r = check_people(call, case_, assignment, facts);
  if (r != 0) return r;
  struct dsp_booking booking = {.person = assignment->person,
                                .from = assignment->period->from,
                                .to = assignment->period->to,
                                .load_percent = assignment->load_percent,
                                .except = assignment->id};
  return dsp_conflict_check(call, &booking);
}

// ---- making one

int dsp_proposal_period(const struct dsp_call *call, const struct dsp_case *case_, const char *from,
                        const char *to, Typ__Period **ret)
{
  const Prg__Term *term = case_->measure->term;
  char end[DATE_SIZE];
  if (!dsp_gate_is_text(from)) return dsp_gate_missing(call, "period.from");
  if (!date_is_day(from) || (dsp_gate_is_text(to) && !date_is_day(to)))
    return dsp_gate_field(call, "period", "应为完整日期，如 2016-09-01",
                          "needs full dates such as 2016-09-01");
  if (!dsp_gate_is_text(to) && term &&
      term_end(case_->programme->calendar, term->unit, from, (int)(term->min ? term->min : term->max), end))
    to = end;
  Typ__Period *period = ARENA_NEW(call->out->arena, Typ__Period);
  if (!period) return -ENOMEM;
  typ__period__init(period);
  period->from = arena_strdup(call->out->arena, from);
  period->to = arena_strdup(call->out->arena, to ? to : "");
  if (!period->from || !period->to) return -ENOMEM;
  *ret = period;
  return 0;
}

static int fill_load(const struct dsp_call *call, const struct dsp_case *case_,
                     const struct dsp_proposal *proposal, Dsp__Assignment *assignment)
{
  assignment->load_percent = proposal->load_percent ? proposal->load_percent : 100;
  if (assignment->load_percent > 100)
    return dsp_gate_field(call, "load_percent", "至多 100", "is at most 100");
  if (assignment->load_percent < 100 && !case_->measure->part_time)
    return dsp_gate_field(call, "load_percent", "本措施须全职", "must be 100: the measure is full time");
  return 0;
}

static int draft(const struct dsp_call *call, const struct dsp_case *case_,
                 const struct dsp_proposal *proposal, Dsp__Assignment **ret)
{
  Dsp__Assignment *assignment = ARENA_NEW(call->out->arena, Dsp__Assignment);
  const Reg__Person *person;
  char id[UUID_TEXT];
  int r = dsp_gate_person(call, proposal->person, &person);
  if (r != 0) return r;
  if (!assignment) return -ENOMEM;
  dsp__assignment__init(assignment);
  id_source_next(call->ctx->ids, id);
  assignment->id = arena_strdup(call->out->arena, id);
  if (!assignment->id) return -ENOMEM;
  assignment->programme = case_->programme->id;
  assignment->programme_version = case_->programme->version;
  assignment->agreement = case_->agreement ? case_->agreement->id : "";
  assignment->measure = case_->measure->id;
  assignment->person = person->id;
  assignment->home = person->home;
  assignment->host = (char *)proposal->host;
  assignment->partnership = (char *)(proposal->partnership ? proposal->partnership : "");
  assignment->plan = (char *)(proposal->plan ? proposal->plan : "");
  assignment->plan_line = proposal->plan_line;
  assignment->match_run = (char *)(proposal->match_run ? proposal->match_run : "");
  assignment->status = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_PROPOSED;
  assignment->rev = 1;
  if ((r = dsp_proposal_period(call, case_, proposal->from, proposal->to, &assignment->period)) != 0)
    return r;
  if ((r = fill_load(call, case_, proposal, assignment)) != 0) return r;
  *ret = assignment;
  return 0;
}

static int fill_quota(const struct dsp_call *call, const struct dsp_case *case_, Dsp__Assignment *assignment)
{
  struct dsp_quota_of of = {.plan = assignment->plan,
                            .plan_line = assignment->plan_line,
                            .day = assignment->period->from,
                            .agreement = assignment->agreement,
                            .partnership = assignment->partnership,
                            .division = assignment->division};
  assignment->quota_keys = ARENA_ARRAY(call->out->arena, char *, DSP_QUOTA_KEYS);
  if (!assignment->quota_keys) return -ENOMEM;
  return dsp_quota_keys(call, case_, &of, assignment->quota_keys, &assignment->n_quota_keys);
}

// AS-11: an agreement or partnership that ends before the posting does is no reason to refuse, but must be
// seen.
static int warn_end(const struct dsp_call *call, const struct dsp_finding *as, const Typ__Period *valid,
                    const Typ__Period *period, struct dsp_findings *findings)
{
  if (!valid || !dsp_gate_is_text(valid->to)) return 0;
  if (dsp_gate_is_text(period->to) && date_compare(period->to, valid->to) <= 0) return 0;
  const char *end = dsp_gate_is_text(period->to) ? period->to : "-";
  struct dsp_finding finding = {
      REASON_AS_11, false,
      arena_printf(call->out->arena, "%s在 %s 到期，早于派遣结束 %s", as->zh, valid->to, end),
      arena_printf(call->out->arena, "the %s ends %s, before the posting ends %s", as->en, valid->to, end)};
  return dsp_emit_finding(call->out->arena, findings, &finding);
}

static int warn_quota(const struct dsp_call *call, const struct dsp_case *case_,
                      const Dsp__Assignment *assignment, const Dsp__NeedsPlan *plan,
                      struct dsp_findings *findings)
{
  for (size_t i = 0; i < assignment->n_quota_keys; i++) {
    uint32_t limit, used;
    const char *key = assignment->quota_keys[i];
    if (!dsp_quota_limit(case_, plan, key, &limit)) continue;
    int r = dsp_view_quota(call->view, key, &used);
    if (r < 0) return r;
    if (used < limit) continue;
    struct dsp_finding finding = {
        REASON_AS_06, false, arena_printf(call->out->arena, "名额已满（%s：%u 名），将不能批准", key, limit),
        arena_printf(call->out->arena, "the quota %s of %u is used up: approval will be refused", key,
                     limit)};
    return dsp_emit_finding(call->out->arena, findings, &finding);
  }
  return 0;
}

static int warn(const struct dsp_call *call, const struct dsp_case *case_, const struct facts *facts,
                Dsp__Assignment *assignment)
{
  struct dsp_findings findings = {0};
  struct dsp_finding agreement = {.zh = "协议", .en = "agreement"},
                     partnership = {.zh = "结对关系", .en = "partnership"};
  int r = warn_end(call, &agreement, case_->agreement ? case_->agreement->valid : NULL, assignment->period,
                   &findings);
  if (r == 0)
    r = warn_end(call, &partnership, facts->partnership ? facts->partnership->valid : NULL,
                 assignment->period, &findings);
  if (r == 0) r = warn_quota(call, case_, assignment, facts->plan, &findings);
  assignment->findings = findings.list;
  assignment->n_findings = findings.n;
  return r;
}

int dsp_proposal_make(const struct dsp_call *call, const struct dsp_case *case_,
                      const struct dsp_proposal *proposal, Dsp__Assignment **ret)
{
  Dsp__Assignment *assignment;
  struct facts facts;
  int r = draft(call, case_, proposal, &assignment);
  if (r == 0) r = find_facts(call, assignment, &facts);
  if (r == 0) r = check_all(call, case_, assignment, &facts);
  if (r != 0) return r;
  assignment->partnership = facts.partnership ? facts.partnership->id : "";
  assignment->division = facts.host->division;
  r = fill_quota(call, case_, assignment);
  if (r == 0) r = warn(call, case_, &facts, assignment);
  if (r == 0) *ret = assignment;
  return r;
}

int dsp_proposal_check_host(const struct dsp_call *call, const struct dsp_case *case_,
                            Dsp__Assignment *assignment)
{
  const char *from = assignment->period->from, *today = call->ctx->today;
  const char *day = date_compare(from, today) < 0 ? today : from;
  struct dsp_verdict verdict;
  struct facts facts;
  assignment->partnership = ""; // of the former host
  int r = find_facts(call, assignment, &facts);
  if (r == 0) r = check_sides(call, case_, assignment, day, &facts);
  if (r == 0) r = dsp_eligible_host(call, case_, facts.host, day, &verdict);
  if (r != 0) return r;
  if (!verdict.ok) return dsp_eligible_reject(call, REASON_AS_02, assignment->host, &verdict);
  if (facts.partnership) assignment->partnership = facts.partnership->id;
  return 0;
}

int dsp_proposal_recheck(const struct dsp_call *call, const struct dsp_case *case_,
                         const Dsp__Assignment *assignment)
{
  struct facts facts;
  int r = find_facts(call, assignment, &facts);
  if (r == 0) r = check_all(call, case_, assignment, &facts);
  return r == 0 ? dsp_quota_check(call, case_, assignment, facts.plan) : r;
}
