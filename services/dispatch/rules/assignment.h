// Assignments up to their approval: proposed by either side, accepted by person and home, approved along
// approvals.assignment (without a chain by the sending bureau) with every check made again in that
// transaction.
#pragma once
#include "services/dispatch/rules/gate.h"

int dsp_assignment_propose(const struct dir_view *dir, const struct dsp_view *view,
                           const Dsp__ProposeAssignment *cmd, const struct rule_context *ctx,
                           struct decision *out);
int dsp_assignment_accept(const struct dir_view *dir, const struct dsp_view *view,
                          const Dsp__AcceptAssignment *cmd, const struct rule_context *ctx,
                          struct decision *out);
int dsp_assignment_decline(const struct dir_view *dir, const struct dsp_view *view,
                           const Dsp__DeclineAssignment *cmd, const struct rule_context *ctx,
                           struct decision *out);
int dsp_assignment_approve(const struct dir_view *dir, const struct dsp_view *view,
                           const Dsp__ApproveAssignment *cmd, const struct rule_context *ctx,
                           struct decision *out);
int dsp_assignment_cancel(const struct dir_view *dir, const struct dsp_view *view,
                          const Dsp__CancelAssignment *cmd, const struct rule_context *ctx,
                          struct decision *out);
