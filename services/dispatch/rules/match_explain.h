// Why a match came out as it did, in words a bureau understands: for each pair what speaks for it, for each
// place left empty what stands in the way (E0: which single condition, relaxed, would give how many
// candidates; E1: the lines that compete for the same people).
#pragma once
#include "services/dispatch/rules/match_pool.h"

int dsp_match_explain_pair(const struct dsp_call *call, const struct dsp_match_pool *pool,
                           const struct dsp_match_pair *pair, struct dsp_findings *ret);
int dsp_match_explain_unmet(const struct dsp_call *call, const struct dsp_match_pool *pool, const bool *taken,
                            size_t place, struct dsp_findings *ret);
