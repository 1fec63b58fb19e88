#include "services/dispatch/rules/plan.h"
#include "common/base/pb.h"
#include "common/domain/predicate.h"
#include "services/dispatch/rules/emit.h"
#include "services/dispatch/rules/lifecycle.h"
#include "services/dispatch/rules/plan_lines.h"
#include "services/dispatch/rules/sides.h"
#include "services/dispatch/rules/steps.h"
#include <errno.h>
#include <string.h>

static int case_of(const struct dsp_call *call, const Dsp__NeedsPlan *plan, struct dsp_case *ret)
{
  struct dsp_names names = {plan->programme, plan->agreement, plan->measure, plan->programme_version};
  return dsp_gate_case(call, &names, false, ret);
}

static int owner_acts(const struct dsp_call *call, const Dsp__NeedsPlan *plan)
{
  struct dsp_actors actors = {.n = 0};
  dsp_gate_add(&actors, plan->owner);
  return dsp_gate_acts(call, &actors, plan->programme);
}

// A plan's owner is a party to its agreement or managed by one.
static int check_owner(const struct dsp_call *call, const struct dsp_case *case_,
                       const Reg__Institution *owner)
{
  struct dsp_chain chain;
  if (!case_->agreement) return 0;
  int r = dsp_sides_chain(call, owner, &chain);
  if (r < 0) return r;
  for (size_t c = 0; c < chain.n; c++)
    for (size_t i = 0; i < case_->agreement->n_parties; i++)
      if (strcmp(case_->agreement->parties[i]->institution, chain.ids[c]) == 0) return 0;
  return dsp_gate_field(call, "owner", "不是协议的当事方，也不由其管理",
                        "is neither a party to the agreement nor managed by one");
}

static int check_only_one(const struct dsp_call *call, const Dsp__NeedsPlan *plan)
{
  struct dsp_plan_key key = {plan->programme, plan->owner, plan->school_year, plan->measure};
  const Dsp__NeedsPlan *other;
  int r = dsp_view_live_plan(call->view, &key, &other);
  if (r < 0 || !other) return r;
  return decision_reject(call->out, REASON_PL_01, "year", other->school_year, "version",
                         decision_number(call->out, other->version), "status",
                         pb_enum_word(&dsp__plan_status__descriptor, other->status), "plan", other->id, NULL);
}

static int new_plan(const struct dsp_call *call, const struct dsp_case *case_, const Dsp__DraftPlan *cmd,
                    const Reg__Institution *owner, Dsp__NeedsPlan **ret)
{
  Dsp__NeedsPlan *plan = ARENA_NEW(call->out->arena, Dsp__NeedsPlan);
  char id[UUID_TEXT];
  if (!plan) return -ENOMEM;
  dsp__needs_plan__init(plan);
  id_source_next(call->ctx->ids, id);
  plan->id = arena_strdup(call->out->arena, id);
  if (!plan->id) return -ENOMEM;
  plan->programme = case_->programme->id;
  plan->programme_version = case_->programme->version;
  plan->agreement = cmd->agreement;
  plan->measure = cmd->measure;
  plan->school_year = cmd->school_year;
  plan->owner = owner->id;
  plan->division = owner->division;
  plan->status = DSP__PLAN_STATUS__PLAN_DRAFT;
  plan->version = 1;
  plan->rev = 1;
  *ret = plan;
  return 0;
}

// Where every version is retired nothing new begins (PR-04). An agreement in force keeps the version it was
// made under, retired or not: it must get its yearly plan.
static int check_live(const struct dsp_call *call, const Dsp__DraftPlan *cmd)
{
  const Prg__Programme *newest = NULL;
  uint32_t highest = 0;
  if (dsp_gate_is_text(cmd->agreement) || !dsp_gate_is_text(cmd->programme)) return 0;
  int r = dir_programme(call->dir, cmd->programme, 0, &newest);
  if (r == 0 && !newest) r = dir_programme_highest(call->dir, cmd->programme, &highest);
  if (r < 0 || highest == 0) return r; // in force, or unknown
  static const char *const what[2] = {"需求计划", "plans"};
  return programme_retired_refuse(call->dir, cmd->programme, highest, what, call->out);
}

int dsp_plan_draft(const struct dir_view *dir, const struct dsp_view *view, const Dsp__DraftPlan *cmd,
                   const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_names names = {
      .programme = cmd->programme, .agreement = cmd->agreement, .measure = cmd->measure};
  struct dsp_case case_;
  const Reg__Institution *owner;
  Dsp__NeedsPlan *plan;
  char from[DATE_SIZE], to[DATE_SIZE];
  int r = check_live(&call, cmd);
  if (r == 0) r = dsp_gate_case(&call, &names, true, &case_);
  if (r == 0) r = dsp_gate_institution(&call, cmd->owner, &owner);
  if (r == 0) r = new_plan(&call, &case_, cmd, owner, &plan);
  if (r == 0) r = owner_acts(&call, plan);
  if (r != 0) return r;
  if (strlen(cmd->school_year) != 9 || !dsp_gate_period(case_.programme, cmd->school_year, from, to))
    return dsp_gate_field(&call, "school_year", "应如 2016-2017", "should look like 2016-2017");
  r = check_owner(&call, &case_, owner);
  if (r == 0) r = check_only_one(&call, plan);
  if (r == 0) r = dsp_plan_lines_take(&call, &case_, plan, cmd->lines, cmd->n_lines);
  if (r == 0) r = dsp_emit_plan(&call, plan, "PlanDrafted", NULL);
  return r != 0 ? r : dsp_emit_reply_plan(&call, plan);
}

// Finds the plan, checks the move and gives the next version of the record, one revision on.
static int begin(const struct dsp_call *call, const char *id, const char *verb, Dsp__NeedsPlan **ret)
{
  const Dsp__NeedsPlan *plan;
  int to, r = dsp_gate_plan(call, id, &plan);
  if (r == 0) r = lifecycle_move(&dsp_lifecycle_plan, plan->status, verb, call->out, &to);
  if (r != 0) return r;
  Dsp__NeedsPlan *next = (Dsp__NeedsPlan *)arena_clone(call->out->arena, &plan->base);
  if (!next) return -ENOMEM;
  next->status = to;
  next->rev++;
  *ret = next;
  return 0;
}

static int finish(const struct dsp_call *call, const Dsp__NeedsPlan *plan, const char *event,
                  const char *text)
{
  int r = dsp_emit_plan(call, plan, event, text);
  return r != 0 ? r : dsp_emit_reply_plan(call, plan);
}

int dsp_plan_amend(const struct dir_view *dir, const struct dsp_view *view, const Dsp__AmendPlan *cmd,
                   const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_case case_;
  Dsp__NeedsPlan *plan;
  int r = begin(&call, cmd->id, "amend", &plan);
  if (r == 0) r = owner_acts(&call, plan);
  if (r == 0) r = case_of(&call, plan, &case_);
  if (r == 0) r = dsp_plan_lines_take(&call, &case_, plan, cmd->lines, cmd->n_lines);
  return r != 0 ? r : finish(&call, plan, "PlanAmended", NULL);
}

static struct dsp_chain_at chain_of(const struct dsp_case *case_, const Dsp__NeedsPlan *plan)
{
  const Prg__Approvals *approvals = case_->programme->approvals;
  return (struct dsp_chain_at){.words = approvals ? approvals->plan : NULL,
                               .n = approvals ? approvals->n_plan : 0,
                               .done = plan->steps_done,
                               .agreement = case_->agreement,
                               .place = plan->division};
}

// Without a chain nobody else has a say: what is submitted is approved.
static int approve_at_once(const struct dsp_call *call, Dsp__NeedsPlan *submitted)
{
  int r = dsp_emit_plan(call, submitted, "PlanSubmitted", NULL);
  if (r != 0) return r;
  Dsp__NeedsPlan *plan = (Dsp__NeedsPlan *)arena_clone(call->out->arena, &submitted->base);
  if (!plan) return -ENOMEM;
  plan->status = DSP__PLAN_STATUS__PLAN_APPROVED;
  plan->rev++;
  return finish(call, plan, "PlanApproved", NULL);
}

int dsp_plan_submit(const struct dir_view *dir, const struct dsp_view *view, const Dsp__SubmitPlan *cmd,
                    const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_case case_;
  Dsp__NeedsPlan *plan;
  int r = begin(&call, cmd->id, "submit", &plan);
  if (r == 0) r = owner_acts(&call, plan);
  if (r == 0) r = case_of(&call, plan, &case_);
  if (r != 0) return r;
  dsp_plan_lines_as_requested(plan);
  plan->steps_done = 0;
  if (chain_of(&case_, plan).n == 0) return approve_at_once(&call, plan);
  return finish(&call, plan, "PlanSubmitted", NULL);
}

// The verb of the next step: the last one approves.
static const char *step_verb(const struct dsp_chain_at *chain)
{
  return chain->done + 1 >= chain->n ? "approve" : "verify";
}

int dsp_plan_verify(const struct dir_view *dir, const struct dsp_view *view, const Dsp__VerifyPlan *cmd,
                    const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_case case_;
  struct dsp_step step;
  Dsp__NeedsPlan *plan;
  int r = begin(&call, cmd->id, "verify", &plan);
  if (r == 0) r = case_of(&call, plan, &case_);
  if (r != 0) return r;
  struct dsp_chain_at chain = chain_of(&case_, plan);
  const char *verb = step_verb(&chain);
  const struct lifecycle_move *move = lifecycle_find(&dsp_lifecycle_plan, plan->status, verb);
  r = dsp_steps_next(&call, &case_, &chain, &step);
  if (r == 0) r = dsp_plan_lines_decide(&call, plan, cmd->decisions, cmd->n_decisions);
  if (r == 0) r = dsp_steps_record(&call, &step, "", &plan->approvals, &plan->n_approvals);
  if (r != 0) return r;
  plan->steps_done++;
  plan->status = move->to;
  return finish(&call, plan, move->event, step.word);
}

int dsp_plan_return(const struct dir_view *dir, const struct dsp_view *view, const Dsp__ReturnPlan *cmd,
                    const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_case case_;
  struct dsp_step step;
  Dsp__NeedsPlan *plan;
  int r = begin(&call, cmd->id, "return", &plan);
  if (r == 0) r = case_of(&call, plan, &case_);
  if (r != 0) return r;
  struct dsp_chain_at chain = chain_of(&case_, plan);
  if ((r = dsp_steps_next(&call, &case_, &chain, &step)) != 0) return r;
  if ((r = dsp_gate_text(&call, "reason", cmd->reason)) != 0) return r;
  r = dsp_steps_record(&call, &step, cmd->reason, &plan->approvals, &plan->n_approvals);
  if (r != 0) return r;
  dsp_plan_lines_undecided(plan);
  plan->steps_done = 0;
  plan->version++;
  return finish(&call, plan, "PlanReturned", cmd->reason);
}

int dsp_plan_close(const struct dir_view *dir, const struct dsp_view *view, const Dsp__ClosePlan *cmd,
                   const struct rule_context *ctx, struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  Dsp__NeedsPlan *plan;
  int r = begin(&call, cmd->id, "close", &plan);
  if (r == 0) r = owner_acts(&call, plan);
  return r != 0 ? r : finish(&call, plan, "PlanClosed", NULL);
}
