#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/lifecycle.h"
#include "services/dispatch/rules/move.h"
#include "services/dispatch/rules/proposal.h"
#include "services/dispatch/rules/steps.h"
#include <errno.h>

// Who may propose follows from the units concerned, before anything else is looked into.
static int may_propose(const struct dsp_call *call, const struct dsp_case *case_,
                       const Dsp__ProposeAssignment *cmd)
{
  Dsp__Assignment asked = DSP__ASSIGNMENT__INIT;
  const Reg__Person *person;
  int r = dsp_gate_person(call, cmd->person, &person);
  if (r != 0) return r;
  asked.person = person->id;
  asked.home = person->home;
  asked.host = cmd->host;
  asked.plan = cmd->plan;
  asked.partnership = cmd->partnership;
  return dsp_move_acts(call, case_, &asked, DSP_EITHER);
}

int dsp_assignment_propose(const struct dir_view *dir, const struct dsp_view *view,
                           const Dsp__ProposeAssignment *cmd, const struct rule_context *ctx,
                           struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_names names = {
      .programme = cmd->programme, .agreement = cmd->agreement, .measure = cmd->measure};
  struct dsp_proposal proposal = {.person = cmd->person,
                                  .host = cmd->host,
                                  .partnership = cmd->partnership,
                                  .plan = cmd->plan,
                                  .plan_line = cmd->plan_line,
                                  .from = cmd->period ? cmd->period->from : "",
                                  .to = cmd->period ? cmd->period->to : "",
                                  .load_percent = cmd->load_percent};
  struct dsp_case case_;
  Dsp__Assignment *assignment;
  int r = dsp_gate_case(&call, &names, true, &case_);
  if (r == 0) r = may_propose(&call, &case_, cmd);
  if (r == 0) r = dsp_proposal_make(&call, &case_, &proposal, &assignment);
  if (r == 0) r = dsp_emit_assignment(&call, assignment, "AssignmentProposed", NULL);
  return r != 0 ? r : dsp_emit_reply_assignment(&call, assignment);
}

int dsp_assignment_accept(const struct dir_view *dir, const struct dsp_view *view,
                          const Dsp__AcceptAssignment *cmd, const struct rule_context *ctx,
                          struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  if (!cmd->as_person && !cmd->as_home)
    return dsp_gate_field(&call, "as_person", "须说明代表本人还是派出单位", "or as_home must be set");
  int r = dsp_move_begin(&call, cmd->id, "accept", &move);
  if (r == 0 && cmd->as_person) r = dsp_move_acts_person(&call, move.next);
  if (r == 0 && cmd->as_home) r = dsp_move_acts(&call, &move.case_, move.next, DSP_HOME);
  if (r != 0) return r;
  bool person = move.before->person_accepted || cmd->as_person;
  bool home = move.before->home_accepted || cmd->as_home;
  if (person == move.before->person_accepted && home == move.before->home_accepted)
    return dsp_emit_reply_assignment(&call, move.before); // said before: nothing changes
  move.next->person_accepted = person;
  move.next->home_accepted = home;
  if (!person || !home) move.next->status = move.before->status;
  return dsp_move_finish(&call, &move, NULL);
}

int dsp_assignment_decline(const struct dir_view *dir, const struct dsp_view *view,
                           const Dsp__DeclineAssignment *cmd, const struct rule_context *ctx,
                           struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  int r = dsp_move_begin(&call, cmd->id, "decline", &move);
  if (r != 0) return r;
  if ((r = dsp_move_acts_person(&call, move.next)) > 0) {
    dsp_gate_forget(&call);
    r = dsp_move_acts(&call, &move.case_, move.next, DSP_HOME);
  }
  if (r != 0) return r;
  if ((r = dsp_gate_text(&call, "reason", cmd->reason)) != 0) return r;
  return dsp_move_finish(&call, &move, cmd->reason);
}

// The next step of approvals.assignment, or the sending bureau where there is no chain.
static int next_step(const struct dsp_call *call, const struct dsp_move *move, struct dsp_step *ret,
                     bool *ret_last)
{
  const Prg__Approvals *approvals = move->case_.programme->approvals;
  struct dsp_chain_at chain = {.words = approvals ? approvals->assignment : NULL,
                               .n = approvals ? approvals->n_assignment : 0,
                               .done = move->before->n_approvals,
                               .agreement = move->case_.agreement,
                               .place = move->before->division,
                               .home = move->before->home,
                               .host = move->before->host};
  *ret_last = chain.done + 1 >= chain.n;
  if (chain.n == 0) {
    *ret = (struct dsp_step){"", ""};
    return dsp_move_acts(call, &move->case_, move->before, DSP_SENDER);
  }
  if (dsp_gate_is_text(move->before->partnership)) {
    int r = dir_partnership(call->dir, move->before->partnership, &chain.partnership);
    if (r < 0) return r;
  }
  return dsp_steps_next(call, &move->case_, &chain, ret);
}

int dsp_assignment_approve(const struct dir_view *dir, const struct dsp_view *view,
                           const Dsp__ApproveAssignment *cmd, const struct rule_context *ctx,
                           struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  struct dsp_step step;
  bool last;
  int r = dsp_move_begin(&call, cmd->id, "approve", &move);
  if (r == 0) r = next_step(&call, &move, &step, &last);
  if (r != 0) return r;
  // The agreement may have been suspended or ended since the proposal.
  struct dsp_names names = {move.next->programme, move.next->agreement, move.next->measure,
                            move.next->programme_version};
  r = dsp_gate_case(&call, &names, true, &move.case_);
  if (r == 0) r = dsp_proposal_recheck(&call, &move.case_, move.next);
  if (r == 0) r = dsp_steps_record(&call, &step, "", &move.next->approvals, &move.next->n_approvals);
  if (r != 0) return r;
  if (last) return dsp_move_finish(&call, &move, NULL);
  const struct lifecycle_move *verify =
      lifecycle_find(&dsp_lifecycle_assignment, move.before->status, "verify");
  move.next->status = verify->to;
  move.event = verify->event;
  return dsp_move_finish(&call, &move, step.word);
}

int dsp_assignment_cancel(const struct dir_view *dir, const struct dsp_view *view,
                          const Dsp__CancelAssignment *cmd, const struct rule_context *ctx,
                          struct decision *out)
{
  struct dsp_call call = DSP_CALL(dir, view, ctx, out);
  struct dsp_move move;
  int r = dsp_move_begin(&call, cmd->id, "cancel", &move);
  if (r == 0) r = dsp_move_acts(&call, &move.case_, move.next, DSP_EITHER);
  if (r != 0) return r;
  if ((r = dsp_gate_text(&call, "reason", cmd->reason)) != 0) return r;
  return dsp_move_finish(&call, &move, cmd->reason);
}
