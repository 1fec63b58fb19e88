// Needs plans: drafted by the bureau that owns the need, verified step by step along approvals.plan, fixed by
// the last step (PL-01 .. PL-05). 0, a positive enum reason, or a negative system error of a view.
#pragma once
#include "services/dispatch/rules/gate.h"

#define DSP_PLAN_LINES_MAX 1000
#define DSP_PLAN_HEADS_MAX 10000 // of one line

int dsp_plan_draft(const struct dir_view *dir, const struct dsp_view *view, const Dsp__DraftPlan *cmd,
                   const struct rule_context *ctx, struct decision *out);
int dsp_plan_amend(const struct dir_view *dir, const struct dsp_view *view, const Dsp__AmendPlan *cmd,
                   const struct rule_context *ctx, struct decision *out);
int dsp_plan_submit(const struct dir_view *dir, const struct dsp_view *view, const Dsp__SubmitPlan *cmd,
                    const struct rule_context *ctx, struct decision *out);
int dsp_plan_verify(const struct dir_view *dir, const struct dsp_view *view, const Dsp__VerifyPlan *cmd,
                    const struct rule_context *ctx, struct decision *out);
int dsp_plan_return(const struct dir_view *dir, const struct dsp_view *view, const Dsp__ReturnPlan *cmd,
                    const struct rule_context *ctx, struct decision *out);
int dsp_plan_close(const struct dir_view *dir, const struct dsp_view *view, const Dsp__ClosePlan *cmd,
                   const struct rule_context *ctx, struct decision *out);
