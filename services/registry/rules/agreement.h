#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

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
// What the day brings: first days and last days. At most 200 agreements a call; the next Tick takes the rest.
int reg_agreement_tick(const struct dir_view *dir, const Reg__Tick *cmd, const struct rule_context *ctx,
                       struct decision *out);
