#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// Where an agreement has an amendment on its way, Submit, Approve, Return and Sign act on the amendment. What
// takes effect, is suspended, resumed, amended or ended flags the partnerships that rest on it (PN-10,
// PN-12).

// AG-01 .. AG-04, IN-07. The drafting side is the first party that the actor acts for or whose division it
// covers.
int reg_agreement_draft(const struct dir_view *dir, const Reg__DraftAgreement *cmd,
                        const struct rule_context *ctx, struct decision *out);
// Without a chain in the programme the submission approves at once.
int reg_agreement_submit(const struct dir_view *dir, const Reg__SubmitAgreement *cmd,
                         const struct rule_context *ctx, struct decision *out);
int reg_agreement_approve(const struct dir_view *dir, const Reg__ApproveAgreement *cmd,
                          const struct rule_context *ctx, struct decision *out);
int reg_agreement_return(const struct dir_view *dir, const Reg__ReturnAgreement *cmd,
                         const struct rule_context *ctx, struct decision *out);
// For the party in the role (empty = any) that the actor acts for. The last required signature makes the
// agreement effective, or lets it await its first day.
int reg_agreement_sign(const struct dir_view *dir, const Reg__SignAgreement *cmd,
                       const struct rule_context *ctx, struct decision *out);
int reg_agreement_suspend(const struct dir_view *dir, const Reg__SuspendAgreement *cmd,
                          const struct rule_context *ctx, struct decision *out);
int reg_agreement_resume(const struct dir_view *dir, const Reg__ResumeAgreement *cmd,
                         const struct rule_context *ctx, struct decision *out);
int reg_agreement_terminate(const struct dir_view *dir, const Reg__TerminateAgreement *cmd,
                            const struct rule_context *ctx, struct decision *out);
// Drafts the next version of an agreement in force, or writes its draft over; what is empty stays. On its
// first day (valid.from; empty = at the last signature) it takes the present one's place. AG-06 unless
// accept_broken.
int reg_agreement_amend(const struct dir_view *dir, const Reg__AmendAgreement *cmd,
                        const struct rule_context *ctx, struct decision *out);
int reg_agreement_drop_amendment(const struct dir_view *dir, const Reg__DropAmendment *cmd,
                                 const struct rule_context *ctx, struct decision *out);
