#include "services/dispatch/api.h"
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/match_run.h"
#include "services/dispatch/rules/orphan.h"
#include "services/dispatch/rules/plan.h"
#include "services/dispatch/rules/posting.h"
#include "services/dispatch/state.h"
#include <errno.h>

// Which unit a step belongs to is the rules' to say (AS-09); here only what kind of principal may try.
#define UNITS  (ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU) | ROLE_BIT(UNIT))
#define PEOPLE (UNITS | ROLE_BIT(PERSON))
#define OFFICE (ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU))
#define CLOCK  (ROLE_BIT(SERVICE) | ROLE_BIT(OPERATOR))

// X(command, roles, class, rule)
#define COMMANDS(X)                                                                                          \
  X(DraftPlan, UNITS, SVC_CREATES, dsp_plan_draft)                                                           \
  X(AmendPlan, UNITS, SVC_FINISHES, dsp_plan_amend)                                                          \
  X(SubmitPlan, UNITS, SVC_FINISHES, dsp_plan_submit)                                                        \
  X(VerifyPlan, OFFICE, SVC_FINISHES, dsp_plan_verify)                                                       \
  X(ReturnPlan, OFFICE, SVC_FINISHES, dsp_plan_return)                                                       \
  X(ClosePlan, UNITS, SVC_FINISHES, dsp_plan_close)                                                          \
  X(Nominate, UNITS, SVC_CREATES, dsp_candidate_nominate)                                                    \
  X(WithdrawCandidate, UNITS, SVC_FINISHES, dsp_candidate_withdraw)                                          \
  X(RunMatch, OFFICE, SVC_CREATES, dsp_match_run)                                                            \
  X(AdoptMatch, OFFICE, SVC_CREATES, dsp_match_run_adopt)                                                    \
  X(DiscardMatch, OFFICE, SVC_FINISHES, dsp_match_run_discard)                                               \
  X(ProposeAssignment, UNITS, SVC_CREATES, dsp_assignment_propose)                                           \
  X(AcceptAssignment, PEOPLE, SVC_FINISHES, dsp_assignment_accept)                                           \
  X(DeclineAssignment, PEOPLE, SVC_FINISHES, dsp_assignment_decline)                                         \
  X(ApproveAssignment, UNITS, SVC_FINISHES, dsp_assignment_approve)                                          \
  X(IssueOrder, UNITS, SVC_FINISHES, dsp_posting_order)                                                      \
  X(ConfirmArrival, UNITS, SVC_FINISHES, dsp_posting_arrive)                                                 \
  X(SuspendAssignment, UNITS, SVC_FINISHES, dsp_posting_suspend)                                             \
  X(ResumeAssignment, UNITS, SVC_FINISHES, dsp_posting_resume)                                               \
  X(RecallAssignment, UNITS, SVC_FINISHES, dsp_posting_recall)                                               \
  X(EndAssignmentEarly, UNITS, SVC_FINISHES, dsp_posting_end_early)                                          \
  X(CompleteAssignment, UNITS, SVC_FINISHES, dsp_posting_complete)                                           \
  X(RecordOutcome, UNITS, SVC_FINISHES, dsp_posting_outcome)                                                 \
  X(MoveAssignment, UNITS, SVC_FINISHES, dsp_orphan_move)                                                    \
  X(KeepAssignment, UNITS, SVC_FINISHES, dsp_orphan_keep)                                                    \
  X(CancelAssignment, UNITS, SVC_FINISHES, dsp_assignment_cancel)                                            \
  X(Tick, CLOCK, SVC_FINISHES, dsp_posting_tick)

#define ADAPTER(name, roles, class_, rule)                                                                   \
  static int decide_##name(struct svc_call *call, const ProtobufCMessage *command, struct decision *out)     \
  {                                                                                                          \
    const struct dsp_view *view = dsp_state_view(call->state, call->txn, call->arena);                       \
    if (!view) return -ENOMEM;                                                                               \
    return rule(call->dir, view, (const Dsp__##name *)command, call->ctx, out);                              \
  }
COMMANDS(ADAPTER)

#define ROW(name_, roles_, class_of, rule)                                                                   \
  {.name = #name_, .roles = (roles_), .class_ = (class_of), .decide = decide_##name_},
const struct svc_command dsp_api_commands[] = {COMMANDS(ROW){0}};

static int apply(void *state, struct store_txn *txn, const ProtobufCMessage *event)
{
  return dsp_state_apply(state, txn, event);
}

#define EVENT(name_)                                                                                         \
  {                                                                                                          \
    .name = #name_, .apply = apply                                                                           \
  }
const struct svc_event dsp_api_events[] = {EVENT(PlanDrafted),
                                           EVENT(PlanAmended),
                                           EVENT(PlanSubmitted),
                                           EVENT(PlanVerified),
                                           EVENT(PlanApproved),
                                           EVENT(PlanReturned),
                                           EVENT(PlanClosed),
                                           EVENT(CandidateNominated),
                                           EVENT(CandidateWithdrawn),
                                           EVENT(CandidatePosted),
                                           EVENT(MatchCompleted),
                                           EVENT(MatchAdopted),
                                           EVENT(MatchDiscarded),
                                           EVENT(AssignmentProposed),
                                           EVENT(AssignmentAccepted),
                                           EVENT(AssignmentDeclined),
                                           EVENT(AssignmentStepApproved),
                                           EVENT(AssignmentApproved),
                                           EVENT(AssignmentOrdered),
                                           EVENT(AssignmentArrived),
                                           EVENT(AssignmentNoShow),
                                           EVENT(AssignmentSuspended),
                                           EVENT(AssignmentResumed),
                                           EVENT(AssignmentRecalled),
                                           EVENT(AssignmentEndedEarly),
                                           EVENT(AssignmentCompleted),
                                           EVENT(AssignmentOutcomeRecorded),
                                           EVENT(AssignmentCancelled),
                                           EVENT(AssignmentOrphaned),
                                           EVENT(AssignmentMoved),
                                           EVENT(AssignmentKept),
                                           {0}};
