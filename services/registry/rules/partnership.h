#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// Checks the structure and, where the programme names no chain, establishes at once. A mode with signed: true
// needs an effective agreement whose parties are the members (PN-12); any other may rest on one (PN-10,
// PN-12, AG-05).
int reg_partnership_propose(const struct dir_view *dir, const Reg__ProposePartnership *cmd,
                            const struct rule_context *ctx, struct decision *out);
// The next step of approvals.partnership; the last one checks the structure again and establishes.
int reg_partnership_approve(const struct dir_view *dir, const Reg__ApprovePartnership *cmd,
                            const struct rule_context *ctx, struct decision *out);
int reg_partnership_reject(const struct dir_view *dir, const Reg__RejectPartnership *cmd,
                           const struct rule_context *ctx, struct decision *out);
// Who is still posted under it is dispatchd's knowledge, so PN-11 cannot be refused here: dispatchd follows
// PartnershipDissolved and opens an orphaned-assignment issue for each live posting, which ends none by
// itself. A check beforehand would be a query to dispatchd by the caller (the CLI asks), never by this rule.
int reg_partnership_dissolve(const struct dir_view *dir, const Reg__DissolvePartnership *cmd,
                             const struct rule_context *ctx, struct decision *out);
