#include "services/dispatch/rules/lifecycle.h"

#define P(state)    DSP__PLAN_STATUS__PLAN_##state
#define C(state)    DSP__CANDIDATE_STATUS__CANDIDATE_##state
#define M(state)    DSP__MATCH_STATUS__MATCH_##state
#define A(state)    DSP__ASSIGNMENT_STATUS__ASSIGNMENT_##state
#define ROWS(table) .moves = table, .n = sizeof table / sizeof table[0]

static const struct lifecycle_move plan_moves[] = {
    {STATE_BIT(P(DRAFT)), "amend", P(DRAFT), "owner", "PlanAmended"},
    {STATE_BIT(P(DRAFT)), "submit", P(SUBMITTED), "owner", "PlanSubmitted"},
    {STATE_BIT(P(SUBMITTED)), "verify", P(SUBMITTED), "next party of approvals.plan", "PlanVerified"},
    {STATE_BIT(P(SUBMITTED)), "approve", P(APPROVED), "last party of approvals.plan", "PlanApproved"},
    {STATE_BIT(P(SUBMITTED)), "return", P(DRAFT), "party awaited", "PlanReturned"},
    {STATE_BIT(P(DRAFT)) | STATE_BIT(P(SUBMITTED)) | STATE_BIT(P(APPROVED)), "close", P(CLOSED), "owner",
     "PlanClosed"},
};
const struct lifecycle dsp_lifecycle_plan = {
    .record = "NeedsPlan", .states = &dsp__plan_status__descriptor, .initial = P(DRAFT), ROWS(plan_moves)};

static const struct lifecycle_move candidate_moves[] = {
    {STATE_BIT(C(OPEN)), "withdraw", C(WITHDRAWN), "unit that nominated", "CandidateWithdrawn"},
    {STATE_BIT(C(OPEN)), "post", C(POSTED), "with the order of the posting", "CandidatePosted"},
};
const struct lifecycle dsp_lifecycle_candidate = {.record = "Candidate",
                                                  .states = &dsp__candidate_status__descriptor,
                                                  .initial = C(OPEN),
                                                  ROWS(candidate_moves)};

static const struct lifecycle_move run_moves[] = {
    {STATE_BIT(M(PROPOSED)), "adopt", M(ADOPTED), "owner of the plan or party to the agreement",
     "MatchAdopted"},
    {STATE_BIT(M(PROPOSED)), "discard", M(DISCARDED), "owner of the plan or party to the agreement",
     "MatchDiscarded"},
};
const struct lifecycle dsp_lifecycle_run = {
    .record = "MatchRun", .states = &dsp__match_status__descriptor, .initial = M(PROPOSED), ROWS(run_moves)};

#define LIVE                                                                                                 \
  (STATE_BIT(A(PROPOSED)) | STATE_BIT(A(ACCEPTED)) | STATE_BIT(A(APPROVED)) | STATE_BIT(A(DISPATCHED)) |     \
   STATE_BIT(A(ARRIVED)) | STATE_BIT(A(SUSPENDED)))

static const struct lifecycle_move assignment_moves[] = {
    {STATE_BIT(A(PROPOSED)), "accept", A(ACCEPTED), "person and home; PROPOSED until both have",
     "AssignmentAccepted"},
    {STATE_BIT(A(PROPOSED)) | STATE_BIT(A(ACCEPTED)), "decline", A(DECLINED), "person or home",
     "AssignmentDeclined"},
    {STATE_BIT(A(ACCEPTED)), "verify", A(ACCEPTED), "next party of approvals.assignment",
     "AssignmentStepApproved"},
    {STATE_BIT(A(ACCEPTED)), "approve", A(APPROVED),
     "last party of approvals.assignment; without a chain the sending bureau", "AssignmentApproved"},
    {STATE_BIT(A(PROPOSED)) | STATE_BIT(A(ACCEPTED)) | STATE_BIT(A(APPROVED)), "cancel", A(CANCELLED),
     "either side, or a decision in the registry", "AssignmentCancelled"},
    {STATE_BIT(A(APPROVED)), "order", A(DISPATCHED), "sending bureau", "AssignmentOrdered"},
    {STATE_BIT(A(DISPATCHED)), "arrive", A(ARRIVED), "host", "AssignmentArrived"},
    {STATE_BIT(A(DISPATCHED)), "no-show", A(NO_SHOW), "clock: 7 days after arrival_due", "AssignmentNoShow"},
    {STATE_BIT(A(ARRIVED)), "suspend", A(SUSPENDED), "host or home", "AssignmentSuspended"},
    {STATE_BIT(A(SUSPENDED)), "resume", A(ARRIVED), "host or home", "AssignmentResumed"},
    {STATE_BIT(A(DISPATCHED)) | STATE_BIT(A(ARRIVED)) | STATE_BIT(A(SUSPENDED)), "recall", A(ENDED_EARLY),
     "home or sending bureau; of one on the way a decision in the registry", "AssignmentRecalled"},
    {STATE_BIT(A(ARRIVED)) | STATE_BIT(A(SUSPENDED)), "end-early", A(ENDED_EARLY),
     "either side, or a decision in the registry", "AssignmentEndedEarly"},
    {STATE_BIT(A(ARRIVED)), "complete", A(COMPLETED), "host", "AssignmentCompleted"},
    {STATE_BIT(A(COMPLETED)), "record-outcome", A(COMPLETED), "home or sending bureau",
     "AssignmentOutcomeRecorded"},
    {LIVE, "orphan", LIFECYCLE_SAME, "registryd: what it rested on has gone", "AssignmentOrphaned"},
    {LIVE, "move", LIFECYCLE_SAME,
     "decision in the registry; of an orphaned one sending bureau, party to the agreement or owner of the "
     "plan",
     "AssignmentMoved"},
    {LIVE, "keep", LIFECYCLE_SAME,
     "of an orphaned one: sending bureau, party to the agreement or owner of the plan; registryd, when what "
     "it "
     "rested on is back",
     "AssignmentKept"},
};
const struct lifecycle dsp_lifecycle_assignment = {.record = "Assignment",
                                                   .states = &dsp__assignment_status__descriptor,
                                                   .initial = A(PROPOSED),
                                                   ROWS(assignment_moves)};

#define NEVER_TOOK_PLACE (STATE_BIT(A(DECLINED)) | STATE_BIT(A(CANCELLED)) | STATE_BIT(A(NO_SHOW)))

bool dsp_lifecycle_live(Dsp__AssignmentStatus status)
{
  return (STATE_BIT(status) & LIVE) != 0;
}

bool dsp_lifecycle_occupies(Dsp__AssignmentStatus status)
{
  return !(STATE_BIT(status) & (NEVER_TOOK_PLACE | STATE_BIT(A(UNSPECIFIED))));
}

bool dsp_lifecycle_counts(Dsp__AssignmentStatus status)
{
  return dsp_lifecycle_occupies(status) && status != A(PROPOSED) && status != A(ACCEPTED);
}
