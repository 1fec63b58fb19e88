#include "services/registry/api.h"
#include "services/registry/bulk.h"
#include "services/registry/prepare.h"
#include "services/registry/rules/agreement.h"
#include "services/registry/rules/body.h"
#include "services/registry/rules/code_table.h"
#include "services/registry/rules/division.h"
#include "services/registry/rules/indicator.h"
#include "services/registry/rules/institution.h"
#include "services/registry/rules/issue.h"
#include "services/registry/rules/partnership.h"
#include "services/registry/rules/person.h"
#include "services/registry/rules/person_access.h"
#include "services/registry/rules/programme.h"
#include "services/registry/rules/review.h"
#include "services/registry/rules/succession.h"
#include "services/registry/rules/tick.h"
#include "services/registry/state.h"
#include <errno.h>

// What kind of principal may try; whose the object or the step is, the rules say (SE-01, AS-09).
#define REGISTRARS ROLE_BIT(REGISTRAR)
#define OFFICE     (ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU))
#define PARTIES                                                                                              \
  (OFFICE | ROLE_BIT(UNIT)) // universities, governments and schools sign and approve for themselves
// Who may open personal data: those who keep it and their department, each in their scope, and the person.
#define KEEPERS (REGISTRARS | ROLE_BIT(AUTHORITY) | ROLE_BIT(PERSON))
#define CLOCK   (ROLE_BIT(SERVICE) | ROLE_BIT(OPERATOR))

static int prepare_person(struct svc_call *call, ProtobufCMessage *command, const void **ret,
                          struct decision *out)
{
  return reg_prepare_person(call->dir, svc_vault(call->svc), call->ctx, (const Reg__RegisterPerson *)command,
                            out, (const struct reg_person_sealed **)ret);
}

static int prepare_amended_person(struct svc_call *call, ProtobufCMessage *command, const void **ret,
                                  struct decision *out)
{
  return reg_prepare_amended_person(call->dir, svc_vault(call->svc), call->ctx,
                                    (const Reg__AmendPerson *)command, out,
                                    (const struct reg_person_sealed **)ret);
}

static int prepare_tick(struct svc_call *call, ProtobufCMessage *command, const void **ret,
                        struct decision *out)
{
  (void)command, (void)out;
  struct reg_sweep *sweep = reg_state_sweep(call->state);
  const uint32_t days = svc_conf(call->svc)->target_lead_days;
  sweep->lead_days = days ? days : 30;
  *ret = sweep;
  return 0;
}

static int prepare_snapshot(struct svc_call *call, ProtobufCMessage *command, const void **ret,
                            struct decision *out)
{
  (void)command;
  uint64_t *seq = ARENA_NEW(out->arena, uint64_t);
  if (!seq) return -ENOMEM;
  *seq = svc_seq(call->svc);
  *ret = seq;
  return 0;
}

// X(command, roles, class, prepare, rule)
#define COMMANDS(X)                                                                                          \
  X(ImportDivisions, REGISTRARS, SVC_CREATES, NULL, reg_division_import)                                     \
  X(ImportCodes, REGISTRARS, SVC_CREATES, NULL, reg_code_import)                                             \
  X(RegisterInstitution, REGISTRARS, SVC_CREATES, NULL, reg_institution_register)                            \
  X(AmendInstitution, REGISTRARS, SVC_FINISHES, NULL, reg_institution_amend)                                 \
  X(RegisterPerson, REGISTRARS, SVC_CREATES, prepare_person, reg_person_register)                            \
  X(AmendPerson, REGISTRARS, SVC_FINISHES, prepare_amended_person, reg_person_amend)                         \
  X(ErasePerson, REGISTRARS, SVC_FINISHES, NULL, reg_person_erase)                                           \
  X(UnmaskPerson, KEEPERS, SVC_FINISHES, NULL, reg_person_unmask)                                            \
  X(PublishProgramme, OFFICE, SVC_CREATES, NULL, reg_programme_publish)                                      \
  X(RetireProgramme, OFFICE, SVC_FINISHES, NULL, reg_programme_retire)                                       \
  X(DraftAgreement, OFFICE, SVC_CREATES, NULL, reg_agreement_draft)                                          \
  X(SubmitAgreement, OFFICE, SVC_FINISHES, NULL, reg_agreement_submit)                                       \
  X(ApproveAgreement, PARTIES, SVC_FINISHES, NULL, reg_agreement_approve)                                    \
  X(ReturnAgreement, PARTIES, SVC_FINISHES, NULL, reg_agreement_return)                                      \
  X(SignAgreement, PARTIES, SVC_FINISHES, NULL, reg_agreement_sign)                                          \
  X(SuspendAgreement, OFFICE, SVC_FINISHES, NULL, reg_agreement_suspend)                                     \
  X(ResumeAgreement, OFFICE, SVC_FINISHES, NULL, reg_agreement_resume)                                       \
  X(TerminateAgreement, OFFICE, SVC_FINISHES, NULL, reg_agreement_terminate)                                 \
  X(ProposePartnership, OFFICE, SVC_CREATES, NULL, reg_partnership_propose)                                  \
  X(ApprovePartnership, PARTIES, SVC_FINISHES, NULL, reg_partnership_approve)                                \
  X(RejectPartnership, PARTIES, SVC_FINISHES, NULL, reg_partnership_reject)                                  \
  X(DissolvePartnership, OFFICE, SVC_FINISHES, NULL, reg_partnership_dissolve)                               \
  X(AmendAgreement, OFFICE, SVC_CREATES, NULL, reg_agreement_amend)                                          \
  X(DropAmendment, OFFICE, SVC_FINISHES, NULL, reg_agreement_drop_amendment)                                 \
  X(ChangeMembers, PARTIES, SVC_FINISHES, NULL, reg_partnership_change_members)                              \
  X(ChangeMode, PARTIES, SVC_FINISHES, NULL, reg_partnership_change_mode)                                    \
  X(DesignatePartnership, OFFICE, SVC_FINISHES, NULL, reg_partnership_designate)                             \
  X(PausePartnership, OFFICE, SVC_FINISHES, NULL, reg_partnership_pause)                                     \
  X(ResumePartnership, OFFICE, SVC_FINISHES, NULL, reg_partnership_resume)                                   \
  X(GrantWaiver, ROLE_BIT(AUTHORITY), SVC_FINISHES, NULL, reg_partnership_waive)                             \
  X(MergeInstitutions, REGISTRARS, SVC_FINISHES, NULL, reg_succession_merge)                                 \
  X(ConvertInstitution, REGISTRARS, SVC_FINISHES, NULL, reg_succession_convert)                              \
  X(CloseInstitution, REGISTRARS, SVC_FINISHES, NULL, reg_succession_close)                                  \
  X(RestoreInstitution, REGISTRARS, SVC_FINISHES, NULL, reg_succession_restore)                              \
  X(RenameInstitution, REGISTRARS, SVC_FINISHES, NULL, reg_succession_rename)                                \
  X(RecodeInstitution, REGISTRARS, SVC_FINISHES, NULL, reg_succession_recode)                                \
  X(ChangeInstitution, REGISTRARS, SVC_FINISHES, NULL, reg_succession_row)                                   \
  X(FormBody, OFFICE, SVC_CREATES, NULL, reg_body_form)                                                      \
  X(AmendBody, OFFICE, SVC_FINISHES, NULL, reg_body_amend)                                                   \
  X(RaiseIssue, PARTIES, SVC_CREATES, NULL, reg_issue_raise)                                                 \
  X(AnswerIssue, PARTIES, SVC_FINISHES, NULL, reg_issue_answer)                                              \
  X(CloseIssue, PARTIES, SVC_FINISHES, NULL, reg_issue_close)                                                \
  X(OpenReview, OFFICE, SVC_CREATES, NULL, reg_review_open)                                                  \
  X(RecordReviewStep, PARTIES, SVC_FINISHES, NULL, reg_review_step)                                          \
  X(ConfirmReview, PARTIES, SVC_FINISHES, NULL, reg_review_confirm)                                          \
  X(GrantAward, OFFICE, SVC_FINISHES, NULL, reg_review_award)                                                \
  X(WithdrawReview, OFFICE, SVC_FINISHES, NULL, reg_review_withdraw)                                         \
  X(RecordIndicator, OFFICE, SVC_CREATES, NULL, reg_indicator_record)                                        \
  X(TakeSnapshot, OFFICE, SVC_CREATES, prepare_snapshot, reg_indicator_snapshot)                             \
  X(Tick, CLOCK, SVC_FINISHES, prepare_tick, reg_tick)

#define ADAPTER(name, roles, class_, prepare, rule)                                                          \
  static int decide_##name(struct svc_call *call, const ProtobufCMessage *command, struct decision *out)     \
  {                                                                                                          \
    return rule(call->dir, (const Reg__##name *)command, call->ctx, out);                                    \
  }
COMMANDS(ADAPTER)

// Commands that are no single decision: they take the call as it is.
// X(command, roles, class, function)
#define LISTS(X)                                                                                             \
  X(ImportInstitutions, REGISTRARS, SVC_CREATES, reg_bulk_institutions)                                      \
  X(ImportPersons, REGISTRARS, SVC_CREATES, reg_bulk_persons)                                                \
  X(ChangeInstitutions, REGISTRARS, SVC_FINISHES, reg_bulk_changes)

#define LIST_ADAPTER(name, roles, class_, function)                                                          \
  static int decide_##name(struct svc_call *call, const ProtobufCMessage *command, struct decision *out)     \
  {                                                                                                          \
    return function(call, (const Reg__##name *)command, out);                                                \
  }
LISTS(LIST_ADAPTER)

#define ROW(name_, roles_, class_of, prepare_, rule)                                                         \
  {.name = #name_, .roles = (roles_), .class_ = (class_of), .prepare = (prepare_), .decide = decide_##name_},
#define LIST_ROW(name_, roles_, class_of, function)                                                          \
  {.name = #name_, .roles = (roles_), .class_ = (class_of), .decide = decide_##name_},
const struct svc_command reg_api_commands[] = {COMMANDS(ROW) LISTS(LIST_ROW){0}};

#define EVENT(name_)                                                                                         \
  {                                                                                                          \
    .name = #name_, .apply = reg_state_apply                                                                 \
  }
const struct svc_event reg_api_events[] = {EVENT(DivisionsImported),
                                           EVENT(CodesImported),
                                           EVENT(InstitutionRegistered),
                                           EVENT(InstitutionAmended),
                                           EVENT(PersonRegistered),
                                           EVENT(PersonAmended),
                                           EVENT(PersonErased),
                                           EVENT(PersonUnmasked),
                                           EVENT(ProgrammePublished),
                                           EVENT(ProgrammeRetired),
                                           EVENT(AgreementDrafted),
                                           EVENT(AgreementSubmitted),
                                           EVENT(AgreementStepApproved),
                                           EVENT(AgreementApproved),
                                           EVENT(AgreementReturned),
                                           EVENT(AgreementSigned),
                                           EVENT(AgreementEffective),
                                           EVENT(AgreementSuspended),
                                           EVENT(AgreementResumed),
                                           EVENT(AgreementExpired),
                                           EVENT(AgreementTerminated),
                                           EVENT(PartnershipProposed),
                                           EVENT(PartnershipStepApproved),
                                           EVENT(PartnershipEstablished),
                                           EVENT(PartnershipRejected),
                                           EVENT(PartnershipDissolved),
                                           EVENT(PartnershipBroken),
                                           EVENT(PartnershipMended),
                                           EVENT(AgreementAmendmentDrafted),
                                           EVENT(AgreementAmendmentDropped),
                                           EVENT(AgreementAmended),
                                           EVENT(PartnershipMembersChanged),
                                           EVENT(PartnershipModeChanged),
                                           EVENT(PartnershipDesignated),
                                           EVENT(PartnershipPaused),
                                           EVENT(PartnershipResumed),
                                           EVENT(MergerProposed),
                                           EVENT(WaiverGranted),
                                           EVENT(WaiverEnded),
                                           EVENT(InstitutionsMerged),
                                           EVENT(InstitutionMerged),
                                           EVENT(InstitutionConverted),
                                           EVENT(InstitutionClosed),
                                           EVENT(InstitutionRestored),
                                           EVENT(InstitutionRenamed),
                                           EVENT(InstitutionRecoded),
                                           EVENT(BodyFormed),
                                           EVENT(BodyAmended),
                                           EVENT(IssueRaised),
                                           EVENT(IssueAnswered),
                                           EVENT(IssueClosed),
                                           EVENT(ReviewOpened),
                                           EVENT(ReviewStepRecorded),
                                           EVENT(ReviewPublished),
                                           EVENT(ReviewConfirmed),
                                           EVENT(ReviewWithdrawn),
                                           EVENT(AwardGranted),
                                           EVENT(AwardRefused),
                                           EVENT(IndicatorRecorded),
                                           EVENT(SnapshotTaken),
                                           EVENT(TargetJudged),
                                           EVENT(TargetAtRisk),
                                           EVENT(TargetMet),
                                           EVENT(TargetMissed),
                                           {0}};
