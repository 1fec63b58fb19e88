// Why a match came out as it did, in words a bureau understands. For each pair what speaks for it; for each
// place left empty what stands in the way - E0: which single condition, relaxed, would give how many
// candidates; E1: the lines that compete for the same people and the figures that are used up; E2: the
// cheapest rearrangement that would fill it, and what that would change. What one more of a figure is worth,
// who else could go where, and who has a claim to a place he did not get.
#pragma once
#include "services/dispatch/rules/match.h"

int dsp_match_explain_pair(const struct dsp_call *call, const struct dsp_match_pool *pool,
                           const struct mdl_pair *pair, struct dsp_findings *ret);
int dsp_match_explain_unmet(const struct dsp_call *call, const struct dsp_match *match, size_t place,
                            struct dsp_findings *ret);
// A condition that bars the pair: its words, and the code of the rule. The pair need not be in the pool.
const char *dsp_match_explain_bar(const struct dsp_call *call, const struct dsp_match_pool *pool,
                                  const struct mdl_pair *pair, struct dsp_match_words *ret);
// The two halves of E0: the host itself; single conditions relaxed.
int dsp_match_explain_host(const struct dsp_call *call, const struct dsp_match_place *place,
                           struct dsp_findings *ret);
int dsp_match_explain_relaxed(const struct dsp_call *call, const struct dsp_match_pool *pool,
                              const struct dsp_match_place *place, struct dsp_findings *ret);
// The condition at this place in the order of dsp_match_pool_bars keeps a person from these lines.
int dsp_match_explain_barred(const struct dsp_call *call, const struct dsp_match_pool *pool, size_t bar,
                             const char *lines, struct dsp_findings *ret);
// A figure that is used up, with what one more of it would change.
int dsp_match_explain_figure(const struct dsp_call *call, const struct dsp_match *match, int32_t quota,
                             struct dsp_findings *ret);

// For the record of a run (match_why.c): the terms of a change; the figures kept to; claims.
int dsp_match_explain_change(const struct dsp_call *call, const struct dsp_match *match,
                             const int64_t value[MDL_TERMS], Dsp__LevelValue ***ret, size_t *ret_n);
int dsp_match_explain_quotas(const struct dsp_call *call, const struct dsp_match *match, Dsp__MatchRun *run);
int dsp_match_explain_envies(const struct dsp_call *call, const struct dsp_match *match, Dsp__MatchRun *run);
// For a question (match_ask.c): the line or person as it stands, and the alternatives.
int dsp_match_explain_alternatives(const struct dsp_call *call, const struct dsp_match *match,
                                   const Dsp__ExplainMatch *query, Dsp__MatchExplanation *ret);
