#include "services/dispatch/rules/plan_lines.h"
#include "services/dispatch/rules/eligible.h"
#include "services/dispatch/rules/plan.h"
#include "services/dispatch/rules/quota.h"
#include "services/dispatch/rules/sides.h"
#include <errno.h>
#include <string.h>

static void sum_up(Dsp__NeedsPlan *plan)
{
  plan->requested = plan->approved = 0;
  for (size_t i = 0; i < plan->n_lines; i++) {
    plan->requested += plan->lines[i]->requested;
    plan->approved += plan->lines[i]->approved;
  }
}

static int line_field(const struct dsp_call *call, size_t index, const char *field, const char *zh,
                      const char *en)
{
  return dsp_gate_field(call, arena_printf(call->out->arena, "lines[%zu].%s", index, field), zh, en);
}

// The day on which a host must already be able to receive: when the school year opens, or today if that is
// later.
static const char *day_of_plan(const struct dsp_call *call, const struct dsp_case *case_,
                               const Dsp__NeedsPlan *plan)
{
  char from[DATE_SIZE], to[DATE_SIZE];
  if (!dsp_gate_period(case_->programme, plan->school_year, from, to) ||
      date_compare(from, call->ctx->today) < 0)
    return call->ctx->today;
  return arena_strdup(call->out->arena, from);
}

static int check_host(const struct dsp_call *call, const struct dsp_case *case_, const char *id,
                      const char *day)
{
  const Reg__Institution *host;
  struct dsp_seats seats;
  struct dsp_verdict verdict;
  int r = dsp_gate_institution(call, id, &host);
  if (r != 0) return r;
  if ((r = dsp_sides_seats(call, case_, host, "", day, &seats)) < 0) return r;
  if (seats.n == 0) {
    const Typ__Text *title = case_->programme->title;
    return decision_reject(call->out, REASON_PL_02, "host", dsp_gate_label(call, id), "programme_zh",
                           title ? title->zh : case_->programme->id, "programme_en",
                           title ? title->en : case_->programme->id, NULL);
  }
  if ((r = dsp_eligible_host(call, case_, host, day, &verdict)) < 0) return r;
  return verdict.ok ? 0 : dsp_eligible_reject(call, REASON_AS_02, id, &verdict);
}

static int check_numbers(const struct dsp_call *call, Dsp__PlanLine *const *lines, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    if (lines[i]->requested < 1 || lines[i]->requested > DSP_PLAN_HEADS_MAX)
      return line_field(call, i, "requested", "须为 1 至 10000", "must be 1 to 10000");
    if (strlen(lines[i]->subject) > 20)
      return line_field(call, i, "subject", "应为学科代码", "is no code of a subject");
    if (lines[i]->no > DSP_PLAN_LINES_MAX) return line_field(call, i, "no", "至多 1000", "is at most 1000");
    for (size_t j = 0; j < i; j++)
      if (lines[i]->no && lines[i]->no == lines[j]->no)
        return line_field(call, i, "no", "行号重复", "stands twice");
  }
  return 0;
}

// The lowest number no line holds yet.
static uint32_t free_number(const Dsp__NeedsPlan *plan)
{
  uint32_t no = 1;
  while (dsp_quota_line(plan, no))
    no++;
  return no;
}

static int copy_lines(const struct dsp_call *call, Dsp__NeedsPlan *plan, Dsp__PlanLine *const *lines,
                      size_t n)
{
  plan->n_lines = 0;
  plan->lines = ARENA_ARRAY(call->out->arena, Dsp__PlanLine *, n);
  if (!plan->lines) return -ENOMEM;
  for (size_t i = 0; i < n; i++) {
    Dsp__PlanLine *line = (Dsp__PlanLine *)arena_clone(call->out->arena, &lines[i]->base);
    if (!line) return -ENOMEM;
    line->approved = 0;
    line->reason = "";
    plan->lines[plan->n_lines++] = line;
  }
  for (size_t i = 0; i < n; i++)
    if (plan->lines[i]->no == 0) plan->lines[i]->no = free_number(plan);
  return 0;
}

int dsp_plan_lines_take(const struct dsp_call *call, const struct dsp_case *case_, Dsp__NeedsPlan *plan,
                        Dsp__PlanLine *const *lines, size_t n)
{
  if (n == 0) return decision_reject(call->out, REASON_PL_05, NULL);
  if (n > DSP_PLAN_LINES_MAX)
    return dsp_gate_field(call, "lines", "至多 1000 行", "has more than 1000 lines");
  const char *day = day_of_plan(call, case_, plan);
  int r = day ? check_numbers(call, lines, n) : -ENOMEM;
  for (size_t i = 0; r == 0 && i < n; i++)
    r = check_host(call, case_, lines[i]->institution, day);
  if (r == 0) r = copy_lines(call, plan, lines, n);
  if (r == 0) sum_up(plan);
  return r;
}

static int decide_line(const struct dsp_call *call, Dsp__NeedsPlan *plan, const Dsp__LineDecision *decision,
                       size_t index)
{
  Dsp__PlanLine *line = (Dsp__PlanLine *)dsp_quota_line(plan, decision->no);
  if (!line)
    return dsp_gate_field(call, arena_printf(call->out->arena, "decisions[%zu].no", index), "没有这一行",
                          "is no line of the plan");
  if (decision->approved > DSP_PLAN_HEADS_MAX)
    return dsp_gate_field(call, arena_printf(call->out->arena, "decisions[%zu].approved", index),
                          "至多 10000", "is at most 10000");
  if (strlen(decision->reason) > DSP_TEXT_MAX)
    return dsp_gate_field(call, arena_printf(call->out->arena, "decisions[%zu].reason", index),
                          "至多 1000 字节", "is longer than 1000 bytes");
  bool changed = decision->approved != line->approved;
  line->approved = decision->approved;
  if (dsp_gate_is_text(decision->reason))
    line->reason = decision->reason;
  else if (changed)
    line->reason = ""; // a reason given for another figure explains nothing here
  return 0;
}

static int check_reasons(const struct dsp_call *call, const Dsp__NeedsPlan *plan)
{
  for (size_t i = 0; i < plan->n_lines; i++) {
    const Dsp__PlanLine *line = plan->lines[i];
    if (line->approved == line->requested || dsp_gate_is_text(line->reason)) continue;
    return decision_reject(call->out, REASON_PL_04, "line", decision_number(call->out, line->no), "approved",
                           decision_number(call->out, line->approved), "requested",
                           decision_number(call->out, line->requested), NULL);
  }
  return 0;
}

int dsp_plan_lines_decide(const struct dsp_call *call, Dsp__NeedsPlan *plan,
                          Dsp__LineDecision *const *decisions, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    for (size_t j = 0; j < i; j++)
      if (decisions[i]->no == decisions[j]->no)
        return dsp_gate_field(call, arena_printf(call->out->arena, "decisions[%zu].no", i), "行号重复",
                              "stands twice");
    int r = decide_line(call, plan, decisions[i], i);
    if (r != 0) return r;
  }
  sum_up(plan);
  return check_reasons(call, plan);
}

void dsp_plan_lines_as_requested(Dsp__NeedsPlan *plan)
{
  for (size_t i = 0; i < plan->n_lines; i++) {
    plan->lines[i]->approved = plan->lines[i]->requested;
    plan->lines[i]->reason = "";
  }
  sum_up(plan);
}

void dsp_plan_lines_undecided(Dsp__NeedsPlan *plan)
{
  for (size_t i = 0; i < plan->n_lines; i++) {
    plan->lines[i]->approved = 0;
    plan->lines[i]->reason = "";
  }
  sum_up(plan);
}
