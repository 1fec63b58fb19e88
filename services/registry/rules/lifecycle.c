#include "services/registry/rules/lifecycle.h"
#include "proto/registry.pb-c.h"

#define A(state)   REG__AGREEMENT_STATUS__AGREEMENT_##state
#define P(state)   REG__PARTNERSHIP_STATUS__PARTNERSHIP_##state
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
};
const struct lifecycle reg_agreement_lifecycle = {"Agreement", &reg__agreement_status__descriptor, A(DRAFT),
                                                  agreement_moves,
                                                  sizeof agreement_moves / sizeof *agreement_moves};

static const struct lifecycle_move partnership_moves[] = {
    {BIT(P(PROPOSED)), "approve", P(ESTABLISHED), "next in the chain",
     "PartnershipStepApproved, PartnershipEstablished"},
    {BIT(P(PROPOSED)), "reject", P(REJECTED), "next in the chain", "PartnershipRejected"},
    {BIT(P(ESTABLISHED)) | BIT(P(PAUSED)), "dissolve", P(DISSOLVED), "a side of it", "PartnershipDissolved"},
};
const struct lifecycle reg_partnership_lifecycle = {"Partnership", &reg__partnership_status__descriptor,
                                                    P(PROPOSED), partnership_moves,
                                                    sizeof partnership_moves / sizeof *partnership_moves};
