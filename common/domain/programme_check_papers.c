// Reviews, reports and notices (dialect §10, §11).
#include "common/domain/programme_check_part.h"
#include <string.h>

// Events of the three daemons, those of later versions included: a template is data of years (domain model
// §3.5).
static const char *const events[] = {"ProgrammePublished",
                                     "ProgrammeRetired",
                                     "AgreementDrafted",
                                     "AgreementSubmitted",
                                     "AgreementApproved",
                                     "AgreementReturned",
                                     "AgreementSigned",
                                     "AgreementEffective",
                                     "AgreementAmendmentDrafted",
                                     "AgreementAmendmentDropped",
                                     "AgreementAmended",
                                     "AgreementSuspended",
                                     "AgreementResumed",
                                     "AgreementExpired",
                                     "AgreementTerminated",
                                     "PartnershipProposed",
                                     "PartnershipEstablished",
                                     "PartnershipRejected",
                                     "PartnershipMembersChanged",
                                     "PartnershipModeChanged",
                                     "PartnershipDesignated",
                                     "PartnershipPaused",
                                     "PartnershipResumed",
                                     "MergerProposed",
                                     "WaiverGranted",
                                     "WaiverEnded",
                                     "PartnershipBroken",
                                     "PartnershipMended",
                                     "PartnershipDissolved",
                                     "InstitutionMerged",
                                     "InstitutionConverted",
                                     "InstitutionClosed",
                                     "InstitutionRestored",
                                     "ReviewOpened",
                                     "ReviewStepRecorded",
                                     "ReviewConfirmed",
                                     "AwardGranted",
                                     "IssueRaised",
                                     "IssueAnswered",
                                     "IndicatorRecorded",
                                     "TargetAtRisk",
                                     "TargetMet",
                                     "TargetMissed",
                                     "PlanDrafted",
                                     "PlanSubmitted",
                                     "PlanVerified",
                                     "PlanApproved",
                                     "PlanReturned",
                                     "PlanAmended",
                                     "PlanClosed",
                                     "CandidateNominated",
                                     "CandidateWithdrawn",
                                     "MatchAdopted",
                                     "AssignmentProposed",
                                     "AssignmentAccepted",
                                     "AssignmentDeclined",
                                     "AssignmentApproved",
                                     "AssignmentOrdered",
                                     "AssignmentArrived",
                                     "AssignmentNoShow",
                                     "AssignmentSuspended",
                                     "AssignmentResumed",
                                     "AssignmentExtended",
                                     "AssignmentRecalled",
                                     "AssignmentEndedEarly",
                                     "AssignmentCompleted",
                                     "AssignmentOutcomeRecorded",
                                     "AssignmentCancelled",
                                     "AssignmentOrphaned",
                                     "AssignmentMoved",
                                     "AssignmentKept",
                                     "ActivityPlanned",
                                     "ActivityAnnounced",
                                     "ActivityRescheduled",
                                     "ActivityHeld",
                                     "ActivityReported",
                                     "ActivityVerified",
                                     "ActivityCancelled",
                                     "ActivityReportOverdue",
                                     "ContributionRecorded",
                                     "ContributionVoided",
                                     "DutyDelivered",
                                     "DutyOverdue",
                                     "ReportBuilt",
                                     "ReportSubmitted",
                                     "ReportOverdue",
                                     NULL};

// An award is what PASS brings; a designation is a partnership's.
static void award(struct programme_checker *check, const Prg__Review *r)
{
  bool pass = r->n_outcomes == 0; // PASS and FAIL
  for (size_t i = 0; i < r->n_outcomes && i < PROGRAMME_ITEMS; i++)
    pass = pass || strcmp(r->outcomes[i], "PASS") == 0;
  if (r->award_kind[0] && !pass)
    programme_check_fault(check, "award", "outcomes 中没有 PASS", "outcomes lacks PASS, which brings it",
                          NULL);
  if (strcmp(r->subject, "division") == 0)
    programme_check_absent(check, "award.designation", r->award_designation[0] != 0, r->subject);
}

static void review(struct programme_checker *check, const Prg__Review *r)
{
  static const char *const subjects[] = {"partnership", "division", NULL};
  static const char *const designations[] = {"NONE", "PILOT", "MODEL", NULL};
  static const char *const steps[] = {"SELF", "COUNTY", "PREFECTURE", "PROVINCE", "OWNER", "PUBLICITY", NULL};
  static const char *const outcomes[] = {"PASS", "FAIL", "CASE_SHARED", "ISSUE_RAISED", "OK", NULL};
  static const char *const awards[] = {"SPECIAL_FUND", NULL};
  static const char *const granted[] = {"PILOT", "MODEL", NULL};
  programme_check_lower(check, r->id);
  programme_check_title(check, "title", r->title);
  programme_check_word(check, "subject", r->subject, subjects);
  bool division = strcmp(r->subject, "division") == 0;
  if (division) programme_check_needed(check, "each", r->each != 0);
  if (!division) programme_check_absent(check, "each", r->each != 0, r->subject);
  if (division) programme_check_absent(check, "designation_in", r->n_designation_in > 0, r->subject);
  programme_check_inside_owner(check, "each", r->each);
  programme_check_words(check, "designation_in", r->designation_in, r->n_designation_in, designations);
  programme_check_every(check, r->every, r->n_every, false);
  programme_check_words(check, "steps", r->steps, r->n_steps, steps);
  programme_check_words(check, "outcomes", r->outcomes, r->n_outcomes, outcomes);
  if (r->award_kind[0]) programme_check_word(check, "award.kind", r->award_kind, awards);
  award(check, r);
  if (r->award_designation[0]) {
    programme_check_word(check, "award.designation", r->award_designation, granted);
    programme_check_needed(check, "award.kind", r->award_kind[0] != 0);
  }
  programme_check_parties(check, "to", r->to, r->n_to, PLACE_ANYWHERE);
  if (!r->n_steps && !r->n_to)
    programme_check_fault(check, "steps", "须有 steps 或 to", "needs steps or to", NULL);
}

static void reviews(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (!programme_check_items(check, "reviews", p->n_reviews)) return;
  size_t mark = programme_check_enter(check, "reviews");
  for (size_t i = 0; i < p->n_reviews; i++) {
    size_t item = programme_check_enter_item(check, p->reviews[i]->id, i);
    review(check, p->reviews[i]);
    programme_check_unique(check, p->reviews, i);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

static void report(struct programme_checker *check, const Prg__Report *r)
{
  programme_check_lower(check, r->id);
  programme_check_title(check, "title", r->title);
  programme_check_every(check, r->every, r->n_every, true);
  programme_check_needed(check, "by", r->n_by > 0);
  programme_check_needed(check, "to", r->n_to > 0);
  programme_check_parties(check, "by", r->by, r->n_by, PLACE_ANYWHERE);
  programme_check_parties(check, "to", r->to, r->n_to, PLACE_ANYWHERE);
  for (size_t i = 0; i < r->n_sections && i < PROGRAMME_ITEMS; i++)
    programme_check_title(check, "sections", r->sections[i]);
}

static void reports(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (!programme_check_items(check, "reports", p->n_reports)) return;
  size_t mark = programme_check_enter(check, "reports");
  for (size_t i = 0; i < p->n_reports; i++) {
    size_t item = programme_check_enter_item(check, p->reports[i]->id, i);
    report(check, p->reports[i]);
    programme_check_unique(check, p->reports, i);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

// Somebody posted is told of about postings, who organises about activities (dialect §3).
static void told_of(struct programme_checker *check, const char *key, const char *event, char *const *words,
                    size_t n)
{
  static const struct {
    const char *word, *events;
  } rows[] = {{"PERSON", "Assignment"},
              {"HOME", "Assignment"},
              {"HOST", "Assignment"},
              {"ORGANISER", "Activity"},
              {"PARTICIPANT_UNITS", "Activity"}};
  for (size_t i = 0; i < n && i < PROGRAMME_ITEMS; i++)
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
      if (strcmp(words[i], rows[r].word) == 0 && strncmp(event, rows[r].events, strlen(rows[r].events)) != 0)
        programme_check_fault(check, key, "此事件没有 {}", "the event has no {}", words[i]);
}

static void notice(struct programme_checker *check, const Prg__NoticeRule *n)
{
  bool answered = n->ack == PRG__ACK_KIND__ACK_RECEIPT || n->ack == PRG__ACK_KIND__ACK_SIGN;
  programme_check_word(check, "event", n->event, events);
  programme_check_needed(check, "to", n->n_to > 0);
  programme_check_parties(check, "to", n->to, n->n_to, PLACE_NOTICE);
  programme_check_parties(check, "escalate", n->escalate, n->n_escalate, PLACE_NOTICE);
  told_of(check, "to", n->event, n->to, n->n_to);
  told_of(check, "escalate", n->event, n->escalate, n->n_escalate);
  programme_check_needed(check, "ack", n->ack != 0);
  if (answered) programme_check_needed(check, "within_working_days", n->within_working_days > 0);
  if (!answered)
    programme_check_absent(check, "within_working_days", n->within_working_days > 0, "ack: none");
  for (size_t i = 0; i < n->n_channels && i < PROGRAMME_ITEMS; i++)
    programme_check_needed(check, "channels", n->channels[i] != 0);
}

static void notices(struct programme_checker *check)
{
  const Prg__Programme *p = check->programme;
  if (!programme_check_items(check, "notices", p->n_notices)) return;
  size_t mark = programme_check_enter(check, "notices");
  for (size_t i = 0; i < p->n_notices; i++) {
    size_t item = programme_check_enter_item(check, NULL, i);
    notice(check, p->notices[i]);
    programme_check_leave(check, item);
  }
  programme_check_leave(check, mark);
}

void programme_check_papers(struct programme_checker *check)
{
  reviews(check);
  reports(check);
  notices(check);
}
