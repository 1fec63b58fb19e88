// Reviews: opened for a partnership or a division, taken step by step by the authorities of the template,
// shown to the public, confirmed, and followed by an award (document rows B20-B23).
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

int reg_review_open(const struct dir_view *dir, const Reg__OpenReview *cmd, const struct rule_context *ctx,
                    struct decision *out);
int reg_review_step(const struct dir_view *dir, const Reg__RecordReviewStep *cmd,
                    const struct rule_context *ctx, struct decision *out);
int reg_review_confirm(const struct dir_view *dir, const Reg__ConfirmReview *cmd,
                       const struct rule_context *ctx, struct decision *out);
int reg_review_award(const struct dir_view *dir, const Reg__GrantAward *cmd, const struct rule_context *ctx,
                     struct decision *out);
int reg_review_withdraw(const struct dir_view *dir, const Reg__WithdrawReview *cmd,
                        const struct rule_context *ctx, struct decision *out);
