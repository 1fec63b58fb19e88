#include "services/registry/rules/lifecycle.h"
#include "proto/registry.pb-c.h"
#include "proto/supervision.pb-c.h"

#define A(state)   REG__AGREEMENT_STATUS__AGREEMENT_##state
#define P(state)   REG__PARTNERSHIP_STATUS__PARTNERSHIP_##state
#define I(state)   REG__INSTITUTION_STATUS__INSTITUTION_##state
#define S(state)   REG__ISSUE_STATUS__ISSUE_##state
#define R(state)   REG__REVIEW_STATUS__REVIEW_##state
#define BIT(state) STATE_BIT(state)

static const struct lifecycle_move agreement_moves[] = {
    {BIT(A(DRAFT)), "submit", A(SUBMITTED), "a party", "AgreementSubmitted"},
    {BIT(A(SUBMITTED)), "approve", A(APPROVED), "next in the chain",
     "AgreementStepApproved, AgreementApproved"},
    {BIT(A(SUBMITTED)), "return", A(DRAFT), "next in the chain", "AgreementReturned"},
    {BIT(A(APPROVED)), "sign", A(APPROVED), "the party itself", "AgreementSigned"},
    {BIT(A(APPROVED)), "await its first day", A(SIGNED_PENDING), "the last signature", "AgreementSigned"},
    {BIT(A(APPROVED)) | BIT(A(SIGNED_PENDING)), "take effect", A(EFFECTIVE),
     "the last signature, or the clock", "AgreementEffective"},
    {BIT(A(EFFECTIVE)), "suspend", A(SUSPENDED), "a party", "AgreementSuspended"},
    {BIT(A(SUSPENDED)), "resume", A(EFFECTIVE), "a party", "AgreementResumed"},
    {BIT(A(EFFECTIVE)) | BIT(A(SUSPENDED)), "expire", A(EXPIRED), "the clock", "AgreementExpired"},
    {BIT(A(DRAFT)) | BIT(A(APPROVED)) | BIT(A(SIGNED_PENDING)) | BIT(A(EFFECTIVE)) | BIT(A(SUSPENDED)),
     "terminate", A(TERMINATED), "a party", "AgreementTerminated"},
    {BIT(A(EFFECTIVE)), "amend", A(EFFECTIVE), "a party", "AgreementAmendmentDrafted"},
    {BIT(A(SUSPENDED)), "amend", A(SUSPENDED), "a party", "AgreementAmendmentDrafted"},
};
const struct lifecycle reg_agreement_lifecycle = {"Agreement", &reg__agreement_status__descriptor, A(DRAFT),
                                                  agreement_moves,
                                                  sizeof agreement_moves / sizeof *agreement_moves};

static const struct lifecycle_move amendment_moves[] = {
    {BIT(A(DRAFT)), "amend", A(DRAFT), "a party", "AgreementAmendmentDrafted"},
    {BIT(A(DRAFT)), "submit", A(SUBMITTED), "a party", "AgreementSubmitted"},
    {BIT(A(SUBMITTED)), "approve", A(APPROVED), "next in the chain",
     "AgreementStepApproved, AgreementApproved"},
    {BIT(A(SUBMITTED)), "return", A(DRAFT), "next in the chain", "AgreementReturned"},
    {BIT(A(APPROVED)), "sign", A(APPROVED), "the party itself", "AgreementSigned"},
    {BIT(A(APPROVED)), "await its first day", A(SIGNED_PENDING), "the last signature", "AgreementSigned"},
    {BIT(A(APPROVED)) | BIT(A(SIGNED_PENDING)), "take the present one's place", A(EFFECTIVE),
     "the last signature, or the clock", "AgreementAmended"},
    {BIT(A(DRAFT)) | BIT(A(SUBMITTED)) | BIT(A(APPROVED)) | BIT(A(SIGNED_PENDING)), "drop", A(TERMINATED),
     "a party, or the agreement's end", "AgreementAmendmentDropped"},
};
const struct lifecycle reg_amendment_lifecycle = {"Amendment", &reg__agreement_status__descriptor, A(DRAFT),
                                                  amendment_moves,
                                                  sizeof amendment_moves / sizeof *amendment_moves};

#define STAYS(state, verb, who, event)                                                                       \
  {                                                                                                          \
    BIT(P(state)), verb, P(state), who, event                                                                \
  }
static const struct lifecycle_move partnership_moves[] = {
    {BIT(P(PROPOSED)), "approve", P(ESTABLISHED), "next in the chain",
     "PartnershipStepApproved, PartnershipEstablished, MergerProposed"},
    {BIT(P(PROPOSED)), "reject", P(REJECTED), "next in the chain", "PartnershipRejected"},
    {BIT(P(ESTABLISHED)) | BIT(P(PAUSED)), "dissolve", P(DISSOLVED), "a side of it", "PartnershipDissolved"},
    {BIT(P(ESTABLISHED)), "pause", P(PAUSED), "a side of it", "PartnershipPaused"},
    {BIT(P(PAUSED)), "resume", P(ESTABLISHED), "a side of it", "PartnershipResumed"},
    STAYS(ESTABLISHED, "change members", "last in the chain, or a side", "PartnershipMembersChanged"),
    STAYS(PAUSED, "change members", "last in the chain, or a side", "PartnershipMembersChanged"),
    STAYS(ESTABLISHED, "change mode", "last in the chain, or a side",
          "PartnershipModeChanged, MergerProposed"),
    STAYS(PAUSED, "change mode", "last in the chain, or a side", "PartnershipModeChanged, MergerProposed"),
    STAYS(ESTABLISHED, "designate", "the owner or the province", "PartnershipDesignated"),
    STAYS(PAUSED, "designate", "the owner or the province", "PartnershipDesignated"),
    STAYS(PROPOSED, "waive", "an authority above it", "WaiverGranted"),
    STAYS(ESTABLISHED, "waive", "an authority above it", "WaiverGranted"),
    STAYS(PAUSED, "waive", "an authority above it", "WaiverGranted"),
};
const struct lifecycle reg_partnership_lifecycle = {"Partnership", &reg__partnership_status__descriptor,
                                                    P(PROPOSED), partnership_moves,
                                                    sizeof partnership_moves / sizeof *partnership_moves};

#define LIVE (BIT(I(ACTIVE)) | BIT(I(CAMPUS)) | BIT(I(TEACHING_POINT)))
static const struct lifecycle_move institution_moves[] = {
    {BIT(I(ACTIVE)), "rename", I(ACTIVE), "registrar", "InstitutionRenamed"},
    {BIT(I(CAMPUS)), "rename", I(CAMPUS), "registrar", "InstitutionRenamed"},
    {BIT(I(TEACHING_POINT)), "rename", I(TEACHING_POINT), "registrar", "InstitutionRenamed"},
    {BIT(I(ACTIVE)), "recode", I(ACTIVE), "registrar", "InstitutionRecoded"},
    {BIT(I(CAMPUS)), "recode", I(CAMPUS), "registrar", "InstitutionRecoded"},
    {BIT(I(TEACHING_POINT)), "recode", I(TEACHING_POINT), "registrar", "InstitutionRecoded"},
    {LIVE, "merge", I(MERGED), "registrar", "InstitutionMerged, InstitutionsMerged"},
    {BIT(I(ACTIVE)) | BIT(I(TEACHING_POINT)), "become campus", I(CAMPUS), "registrar",
     "InstitutionConverted"},
    {BIT(I(ACTIVE)) | BIT(I(CAMPUS)), "become teaching point", I(TEACHING_POINT), "registrar",
     "InstitutionConverted"},
    {LIVE, "close", I(CLOSED), "registrar", "InstitutionClosed"},
    {BIT(I(CLOSED)), "restore", I(ACTIVE), "registrar", "InstitutionRestored"},
};
const struct lifecycle reg_institution_lifecycle = {"Institution", &reg__institution_status__descriptor,
                                                    I(ACTIVE), institution_moves,
                                                    sizeof institution_moves / sizeof *institution_moves};

static const struct lifecycle_move issue_moves[] = {
    {BIT(S(OPEN)) | BIT(S(ANSWERED)), "answer", S(ANSWERED), "its owner", "IssueAnswered"},
    {BIT(S(OPEN)) | BIT(S(ANSWERED)), "close", S(CLOSED),
     "who raised it, or an office above; its owner, if the registry raised it", "IssueClosed"},
};
const struct lifecycle reg_issue_lifecycle = {"Issue", &reg__issue_status__descriptor, S(OPEN), issue_moves,
                                              sizeof issue_moves / sizeof *issue_moves};

static const struct lifecycle_move review_moves[] = {
    {BIT(R(OPEN)) | BIT(R(PUBLICITY)), "step", R(OPEN), "the step's authority", "ReviewStepRecorded"},
    {BIT(R(OPEN)), "publish", R(PUBLICITY), "the step before the notice", "ReviewPublished"},
    {BIT(R(OPEN)) | BIT(R(PUBLICITY)), "confirm", R(CONFIRMED), "the last step's authority, after the notice",
     "ReviewConfirmed"},
    {BIT(R(CONFIRMED)), "award", R(AWARDED), "the programme's owner", "AwardGranted"},
    {BIT(R(CONFIRMED)), "refuse award", R(NOT_AWARDED), "the programme's owner", "AwardRefused"},
    {BIT(R(OPEN)) | BIT(R(PUBLICITY)), "withdraw", R(WITHDRAWN), "whoever may open it", "ReviewWithdrawn"},
};
const struct lifecycle reg_review_lifecycle = {"Review", &reg__review_status__descriptor, R(OPEN),
                                               review_moves, sizeof review_moves / sizeof *review_moves};
