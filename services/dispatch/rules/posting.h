// Postings from the order on: arrival, leave, recall, early end, completion, outcome - and the clock's
// no-show. Dates of arrival and end are those of the fact, today or before (AS-10).
#pragma once
#include "services/dispatch/rules/gate.h"

#define DSP_POSTING_EARLY_DAYS 7 // arrival at most so long before the posting starts
#define DSP_POSTING_GRACE_DAYS 7 // after arrival_due: then it is a no-show

int dsp_posting_order(const struct dir_view *dir, const struct dsp_view *view, const Dsp__IssueOrder *cmd,
                      const struct rule_context *ctx, struct decision *out);
int dsp_posting_arrive(const struct dir_view *dir, const struct dsp_view *view,
                       const Dsp__ConfirmArrival *cmd, const struct rule_context *ctx, struct decision *out);
int dsp_posting_suspend(const struct dir_view *dir, const struct dsp_view *view,
                        const Dsp__SuspendAssignment *cmd, const struct rule_context *ctx,
                        struct decision *out);
int dsp_posting_resume(const struct dir_view *dir, const struct dsp_view *view,
                       const Dsp__ResumeAssignment *cmd, const struct rule_context *ctx,
                       struct decision *out);
int dsp_posting_recall(const struct dir_view *dir, const struct dsp_view *view,
                       const Dsp__RecallAssignment *cmd, const struct rule_context *ctx,
                       struct decision *out);
int dsp_posting_end_early(const struct dir_view *dir, const struct dsp_view *view,
                          const Dsp__EndAssignmentEarly *cmd, const struct rule_context *ctx,
                          struct decision *out);
int dsp_posting_complete(const struct dir_view *dir, const struct dsp_view *view,
                         const Dsp__CompleteAssignment *cmd, const struct rule_context *ctx,
                         struct decision *out);
int dsp_posting_outcome(const struct dir_view *dir, const struct dsp_view *view,
                        const Dsp__RecordOutcome *cmd, const struct rule_context *ctx, struct decision *out);
int dsp_posting_tick(const struct dir_view *dir, const struct dsp_view *view, const Dsp__Tick *cmd,
                     const struct rule_context *ctx, struct decision *out);
// When a tick is next due for a posting ordered to arrive on this day: the first moment that makes it a
// no-show.
int64_t dsp_posting_no_show_us(const char *arrival_due);
