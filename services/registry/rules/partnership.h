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
// Who is still posted under it is dispatchd's knowledge, so PN-11 cannot be refused here: the decisions
// travel in the event, and dispatchd opens an orphaned-assignment issue for each live posting without one.
int reg_partnership_dissolve(const struct dir_view *dir, const Reg__DissolvePartnership *cmd,
                             const struct rule_context *ctx, struct decision *out);

// Members and mode are changed by whoever approves last in approvals.partnership; without a chain by each
// side. All rules are checked again, of what contains it too (PN-09). Who only leaves need not mend what was
// broken before.
int reg_partnership_change_members(const struct dir_view *dir, const Reg__ChangeMembers *cmd,
                                   const struct rule_context *ctx, struct decision *out);
// To any mode of the programme whose structure holds; one that makes its members one legal person proposes
// the merger.
int reg_partnership_change_mode(const struct dir_view *dir, const Reg__ChangeMode *cmd,
                                const struct rule_context *ctx, struct decision *out);
// By the programme's owner or the province, or an authority that covers them.
int reg_partnership_designate(const struct dir_view *dir, const Reg__DesignatePartnership *cmd,
                              const struct rule_context *ctx, struct decision *out);
int reg_partnership_pause(const struct dir_view *dir, const Reg__PausePartnership *cmd,
                          const struct rule_context *ctx, struct decision *out);
int reg_partnership_resume(const struct dir_view *dir, const Reg__ResumePartnership *cmd,
                           const struct rule_context *ctx, struct decision *out);
// By an authority whose scope covers it: the rule counts as holding until the day.
int reg_partnership_waive(const struct dir_view *dir, const Reg__GrantWaiver *cmd,
                          const struct rule_context *ctx, struct decision *out);
