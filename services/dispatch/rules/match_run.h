// Running, adopting and discarding a match. A run changes nothing but its own record; adopting it proposes
// all its assignments in one decision, each checked as any proposal is, and only while plan and pool are what
// the run saw.
#pragma once
#include "services/dispatch/rules/gate.h"

int dsp_match_run(const struct dir_view *dir, const struct dsp_view *view, const Dsp__RunMatch *cmd,
                  const struct rule_context *ctx, struct decision *out);
int dsp_match_run_adopt(const struct dir_view *dir, const struct dsp_view *view, const Dsp__AdoptMatch *cmd,
                        const struct rule_context *ctx, struct decision *out);
int dsp_match_run_discard(const struct dir_view *dir, const struct dsp_view *view,
                          const Dsp__DiscardMatch *cmd, const struct rule_context *ctx, struct decision *out);
// Who else could take a place of a line, or where else a candidate could go (ExplainMatch). The run must be
// there; DA-02 when plan or pool moved since. Who may see the run is for the caller to check.
int dsp_match_run_explain(const struct dsp_call *call, const Dsp__ExplainMatch *query,
                          Dsp__MatchExplanation **ret);
