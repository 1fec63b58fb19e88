// Verbs of dispatchd's records: needs plans, candidates, match runs, assignments, quotas.
#include "services/cli/import.h"
#include "services/cli/lang.h"
#include "services/cli/match.h"
#include "services/cli/nominate.h"
#include "services/cli/orphan.h"
#include "services/cli/plan.h"
#include "services/cli/summary.h"
#include "services/cli/verb.h"

#define AGREEMENT_INPUT(flags)                                                                               \
  {                                                                                                          \
    "--agreement", "agreement", VERB_AGREEMENT, flags, "REF", N_("the agreement")                            \
  }
#define MEASURE_INPUT(flags)                                                                                 \
  {                                                                                                          \
    "--measure", "measure", VERB_TEXT, flags, "ID", N_("the measure of the programme")                       \
  }
#define PERIOD_INPUT(flags)                                                                                  \
  {                                                                                                          \
    "--period", "period", VERB_TEXT, flags, "PERIOD",                                                        \
        N_("school year or year, as the quota counts: 2016-2017 or 2016")                                    \
  }

static const struct verb_input id_only[] = {VERB_ID, VERB_END};
static const struct verb_input id_reason[] = {VERB_ID, VERB_REASON, VERB_END};

static const struct verb_input plan_draft[] = {
    {"FILE", NULL, VERB_TEXT, VERB_REQUIRED, NULL,
     N_("CSV file: institution,stage,subject,requested,priority")},
    AGREEMENT_INPUT(VERB_REQUIRED),
    MEASURE_INPUT(VERB_REQUIRED),
    {"--year", "school_year", VERB_TEXT, VERB_REQUIRED, "2016-2017", N_("the school year")},
    {"--owner", "owner", VERB_UNIT, VERB_REQUIRED, "REF", N_("the bureau that owns the need")},
    {"--encoding", NULL, VERB_TEXT, 0, "auto|utf-8|gb18030", N_("of the file (default: auto)")},
    {"--skip-unknown", NULL, VERB_FLAG, 0, NULL, N_("leave columns out whose name is not known")},
    VERB_END};
static const struct verb_input plan_amend[] = {
    VERB_ID,
    {"FILE", NULL, VERB_TEXT, VERB_REQUIRED, NULL,
     N_("CSV file: institution,stage,subject,requested,priority")},
    {"--encoding", NULL, VERB_TEXT, 0, "auto|utf-8|gb18030", N_("of the file (default: auto)")},
    {"--skip-unknown", NULL, VERB_FLAG, 0, NULL, N_("leave columns out whose name is not known")},
    VERB_END};
static const struct verb_input plan_verify[] = {
    VERB_ID,
    {"FILE", NULL, VERB_TEXT, 0, NULL,
     N_("CSV file: no,approved,reason (default: the figures as they stand)")},
    {"--encoding", NULL, VERB_TEXT, 0, "auto|utf-8|gb18030", N_("of the file (default: auto)")},
    {"--skip-unknown", NULL, VERB_FLAG, 0, NULL, N_("leave columns out whose name is not known")},
    VERB_END};
static const struct verb_input plan_list[] = {
    VERB_OF_PROGRAMME,
    AGREEMENT_INPUT(0),
    {"--year", "school_year", VERB_TEXT, 0, "2016-2017", N_("the school year")},
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("DRAFT, SUBMITTED, APPROVED or CLOSED")},
    VERB_END};

static const struct verb_input candidate_nominate[] = {
    AGREEMENT_INPUT(VERB_REQUIRED),
    MEASURE_INPUT(VERB_REQUIRED),
    PERIOD_INPUT(VERB_REQUIRED),
    {"--person", "person", VERB_PERSON, VERB_REQUIRED, "REF", N_("id or staff number of the person")},
    {"--by", "nominated_by", VERB_UNIT, VERB_REQUIRED, "REF", N_("the unit that nominates")},
    {"--wish", "wishes", VERB_UNIT, VERB_REPEATED, "REF", N_("a wished host, best first")},
    {"--team", "team", VERB_TEXT, 0, "WORD", N_("those with the same word go to one host, or none of them")},
    VERB_END};
static const struct verb_input candidate_import[] = {
    IMPORT_INPUTS,
    {"--agreement", NULL, VERB_TEXT, VERB_REQUIRED, "REF", N_("the agreement")},
    {"--measure", NULL, VERB_TEXT, VERB_REQUIRED, "ID", N_("the measure of the programme")},
    {"--period", NULL, VERB_TEXT, VERB_REQUIRED, "PERIOD",
     N_("school year or year, as the quota counts: 2016-2017 or 2016")},
    {"--by", NULL, VERB_TEXT, VERB_REQUIRED, "REF", N_("the unit that nominates")},
    VERB_END};
static const struct verb_input candidate_list[] = {
    AGREEMENT_INPUT(0),
    MEASURE_INPUT(0),
    PERIOD_INPUT(0),
    {"--status", "status", VERB_TEXT, 0, "STATUS", N_("OPEN, WITHDRAWN or POSTED")},
    VERB_END};

static const struct verb_input match_run[] = {
    {"PLAN", "plan", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the approved plan")},
    {"--from", "period.from", VERB_TEXT, VERB_REQUIRED, "DATE", N_("first day of the postings")},
    {"--to", "period.to", VERB_TEXT, 0, "DATE",
     N_("first day after them (default: by the term of the measure)")},
    {"--keep", "keep", VERB_TEXT, 0, "ID", N_("an earlier match: place as few people otherwise as can be")},
    {"--pin", NULL, VERB_TEXT, VERB_REPEATED, "PERSON=LINE", N_("put this person on this line")},
    VERB_END};
static const struct verb_input match_why[] = {
    {"ID", "run", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the match")},
    {"--line", "plan_line", VERB_TEXT, 0, "N", N_("who else could take a place of this line")},
    {"--person", "candidate", VERB_PERSON, 0, "REF", N_("where else this person could go")},
    {"--top", "top", VERB_TEXT, 0, "N", N_("how many alternatives (default: 5)")},
    VERB_END};
static const struct verb_input match_adopt[] = {
    VERB_ID,
    {"--from", "period.from", VERB_TEXT, 0, "DATE", N_("first day of the postings (default: as matched)")},
    {"--to", "period.to", VERB_TEXT, 0, "DATE",
     N_("first day after them (default: by the term of the measure)")},
    VERB_END};
static const struct verb_input match_list[] = {
    {"PLAN", "plan", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the plan")}, VERB_END};

static const struct verb_input assignment_propose[] = {
    AGREEMENT_INPUT(VERB_REQUIRED),
    MEASURE_INPUT(VERB_REQUIRED),
    {"--person", "person", VERB_PERSON, VERB_REQUIRED, "REF", N_("id or staff number of the person")},
    {"--host", "host", VERB_UNIT, VERB_REQUIRED, "REF", N_("the unit that receives the person")},
    {"--from", "period.from", VERB_TEXT, VERB_REQUIRED, "DATE", N_("first day")},
    {"--to", "period.to", VERB_TEXT, 0, "DATE",
     N_("first day after it (default: by the term of the measure)")},
    {"--plan", "plan", VERB_TEXT, 0, "ID", N_("the approved plan it fills")},
    {"--line", "plan_line", VERB_TEXT, 0, "N", N_("the line of the plan")},
    {"--partnership", "partnership", VERB_TEXT, 0, "ID", N_("the partnership it belongs to")},
    {"--load", "load_percent", VERB_TEXT, 0, "PERCENT", N_("100 = full time (default)")},
    VERB_END};
static const struct verb_input assignment_import[] = {
    IMPORT_INPUTS,
    {"--agreement", NULL, VERB_TEXT, VERB_REQUIRED, "REF", N_("the agreement")},
    {"--measure", NULL, VERB_TEXT, VERB_REQUIRED, "ID", N_("the measure of the programme")},
    VERB_END};
static const struct verb_input assignment_accept[] = {
    VERB_ID,
    {"--as-person", "as_person", VERB_FLAG, 0, NULL, N_("the person accepts")},
    {"--as-home", "as_home", VERB_FLAG, 0, NULL, N_("the home unit accepts")},
    VERB_END};
static const struct verb_input assignment_order[] = {
    VERB_ID,
    {"--no", "order_no", VERB_TEXT, VERB_REQUIRED, "NO", N_("number of the dispatch order")},
    {"--due", "arrival_due", VERB_TEXT, VERB_REQUIRED, "DATE", N_("day of arrival at the latest")},
    VERB_END};
static const struct verb_input assignment_arrive[] = {
    VERB_ID, {"--on", "arrived_on", VERB_TEXT, VERB_REQUIRED, "DATE", N_("day of arrival")}, VERB_END};
static const struct verb_input assignment_complete[] = {
    VERB_ID,
    {"--on", "ended_on", VERB_TEXT, VERB_REQUIRED, "DATE", N_("last day")},
    {"--evaluation", "evaluation", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("how it went, by the host")},
    VERB_END};
static const struct verb_input assignment_end[] = {
    VERB_ID, {"--on", "ended_on", VERB_TEXT, VERB_REQUIRED, "DATE", N_("last day")}, VERB_REASON, VERB_END};
static const struct verb_input assignment_move[] = {
    VERB_ID,
    {"--to", "host", VERB_UNIT, VERB_REQUIRED, "REF", N_("the unit that receives the person from now on")},
    VERB_REASON,
    VERB_END};
static const struct verb_input assignment_outcome[] = {
    VERB_ID,
    {"--outcome", "outcome", VERB_TEXT, VERB_REQUIRED, "WORD", N_("an outcome of the measure: PROMOTED_TO")},
    VERB_END};
static const struct verb_input assignment_list[] = {
    AGREEMENT_INPUT(0),
    MEASURE_INPUT(0),
    {"--host", "host", VERB_UNIT, 0, "REF", N_("only those at this unit")},
    {"--home", "home", VERB_UNIT, 0, "REF", N_("only those from this unit")},
    {"--person", "person", VERB_PERSON, 0, "REF", N_("only those of this person")},
    {"--status", "status", VERB_TEXT, 0, "STATUS",
     N_("PROPOSED, ACCEPTED, APPROVED, DISPATCHED, ARRIVED ...")},
    {"--plan", "plan", VERB_TEXT, 0, "ID", N_("only those that fill this plan")},
    {"--on", "on_date", VERB_TEXT, 0, "DATE", N_("only those whose period covers this day")},
    {"--orphaned", "orphaned", VERB_FLAG, 0, NULL,
     N_("only those whose host or basis has gone, with why and what to do")},
    VERB_END};

static const struct verb_input quota_show[] = {AGREEMENT_INPUT(VERB_REQUIRED), MEASURE_INPUT(VERB_REQUIRED),
                                               PERIOD_INPUT(VERB_REQUIRED), VERB_END};
static const struct verb_input summary_inputs[] = {
    {"--agreement", NULL, VERB_TEXT, VERB_REQUIRED, "REF", N_("the agreement")},
    {"--year", NULL, VERB_TEXT, VERB_REQUIRED, "2016-2017", N_("the school year")},
    {"--as-of", NULL, VERB_TEXT, 0, "DATE",
     N_("agreement and pairs as they were on this day; plans, postings and notices are left out")},
    VERB_END};

const struct verb verb_dispatch_table[] = {
    {"plan", "draft", N_("Draft a needs plan from a CSV file"), "dispatch.DraftPlan", plan_draft_run,
     plan_draft, NULL, "jiedui plan submit {id}"},
    {"plan", "amend", N_("Replace the lines of a draft"), "dispatch.AmendPlan", plan_amend_run, plan_amend,
     NULL, "jiedui plan submit {id}"},
    {"plan", "submit", N_("Submit a plan for verification"), "dispatch.SubmitPlan", NULL, id_only, NULL,
     "jiedui plan verify {id}"},
    {"plan", "verify", N_("Verify and fix the figures, as the next party of the chain"),
     "dispatch.VerifyPlan", plan_verify_run, plan_verify, NULL, "jiedui plan show {id}"},
    {"plan", "return", N_("Return a plan to its owner"), "dispatch.ReturnPlan", NULL, id_reason, NULL, NULL},
    {"plan", "close", N_("Close a plan"), "dispatch.ClosePlan", NULL, id_only, NULL, NULL},
    {"plan", "list", N_("List plans"), "dispatch.ListPlans", NULL, plan_list,
     "id school_year measure owner requested approved status", NULL},
    {"plan", "show", N_("Show a plan"), "dispatch.GetPlan", NULL, id_only, NULL, NULL},

    {"candidate", "nominate", N_("Nominate a person"), "dispatch.Nominate", nominate_person_run,
     candidate_nominate, NULL, NULL},
    {"candidate", "import", N_("Nominate the persons of a CSV file"), NULL, nominate_candidates_run,
     candidate_import, NULL, NULL},
    {"candidate", "withdraw", N_("Withdraw a candidate"), "dispatch.WithdrawCandidate", NULL, id_reason, NULL,
     NULL},
    {"candidate", "list", N_("List candidates"), "dispatch.ListCandidates", NULL, candidate_list,
     "id person home eligible wishes last_host status", NULL},
    {"candidate", "show", N_("Show a candidate with the findings"), "dispatch.GetCandidate", NULL, id_only,
     NULL, NULL},

    {"match", "run", N_("Match the candidates with the needs of a plan"), "dispatch.RunMatch", match_make_run,
     match_run, NULL, "jiedui match show {id}"},
    {"match", "show", N_("Show a match with its reasons"), "dispatch.GetMatchRun", match_show_run, id_only,
     NULL, "jiedui match adopt {id}"},
    {"match", "why", N_("Who else could fill a line of a match, or where else a person could go"),
     "dispatch.ExplainMatch", match_why_run, match_why, NULL, NULL},
    {"match", "adopt", N_("Propose the assignments of a match"), "dispatch.AdoptMatch", NULL, match_adopt,
     NULL, "jiedui assignment list --status PROPOSED"},
    {"match", "discard", N_("Discard a match"), "dispatch.DiscardMatch", match_run_run, id_only, NULL, NULL},
    {"match", "list", N_("List the matches of a plan"), "dispatch.ListMatchRuns", NULL, match_list,
     "id needed filled candidates optimal method status", NULL},

    {"assignment", "propose", N_("Propose a posting"), "dispatch.ProposeAssignment", nominate_posting_run,
     assignment_propose, NULL, "jiedui assignment accept {id} --as-person"},
    {"assignment", "import", N_("Propose the postings of a CSV file"), NULL, nominate_postings_run,
     assignment_import, NULL, NULL},
    {"assignment", "accept", N_("Accept a posting, as the person or as the home unit"),
     "dispatch.AcceptAssignment", NULL, assignment_accept, NULL, "jiedui assignment approve {id}"},
    {"assignment", "decline", N_("Decline a posting"), "dispatch.DeclineAssignment", NULL, id_reason, NULL,
     NULL},
    {"assignment", "approve", N_("Approve a posting; the quota is checked here"),
     "dispatch.ApproveAssignment", NULL, id_only, NULL, "jiedui assignment order {id} --no NO --due DATE"},
    {"assignment", "order", N_("Issue the dispatch order"), "dispatch.IssueOrder", NULL, assignment_order,
     NULL, "jiedui assignment arrive {id} --on DATE"},
    {"assignment", "arrive", N_("Confirm the arrival, as the host"), "dispatch.ConfirmArrival", NULL,
     assignment_arrive, NULL, "jiedui assignment complete {id} --on DATE --evaluation TEXT"},
    {"assignment", "suspend", N_("Suspend a posting (leave)"), "dispatch.SuspendAssignment", NULL, id_reason,
     NULL, "jiedui assignment resume {id}"},
    {"assignment", "resume", N_("Resume a suspended posting"), "dispatch.ResumeAssignment", NULL, id_only,
     NULL, NULL},
    {"assignment", "complete", N_("Complete a posting with its evaluation"), "dispatch.CompleteAssignment",
     NULL, assignment_complete, NULL, NULL},
    {"assignment", "recall", N_("Recall the person, as the home unit"), "dispatch.RecallAssignment", NULL,
     assignment_end, NULL, NULL},
    {"assignment", "end-early", N_("End a posting early for an accepted reason"),
     "dispatch.EndAssignmentEarly", NULL, assignment_end, NULL, NULL},
    {"assignment", "outcome", N_("Record what became of it"), "dispatch.RecordOutcome", NULL,
     assignment_outcome, NULL, NULL},
    {"assignment", "cancel", N_("Cancel a posting before it starts"), "dispatch.CancelAssignment", NULL,
     id_reason, NULL, NULL},
    {"assignment", "move", N_("Move an orphaned posting to another host"), "dispatch.MoveAssignment", NULL,
     assignment_move, NULL, "jiedui assignment show {id}"},
    {"assignment", "keep", N_("Let an orphaned posting go on as it is"), "dispatch.KeepAssignment", NULL,
     id_reason, NULL, NULL},
    {"assignment", "list", N_("List postings"), "dispatch.ListAssignments", orphan_list_run, assignment_list,
     "id person home host measure period status", NULL},
    {"assignment", "show", N_("Show a posting"), "dispatch.GetAssignment", NULL, id_only, NULL, NULL},

    {"quota", "show", N_("Show how far a quota is used"), "dispatch.Quota", NULL, quota_show, NULL, NULL},
    {"summary", NULL, N_("The year of an agreement: who supports whom, plan, postings, notices"), NULL,
     summary_run, summary_inputs, NULL, NULL},
    {0},
};
