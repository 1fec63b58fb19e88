// The words of a match, in both languages, filled with figures and names.
#pragma once
#include "services/dispatch/model/model.h"
#include "services/dispatch/rules/emit.h"

enum dsp_match_text {
#define X(id, zh, en) DSP_MATCH_##id,
#include "services/dispatch/rules/match_texts.def"
#undef X
  DSP_MATCH_TEXTS
};
struct dsp_match_words {
  const char *zh, *en; // NULL: no memory
};
// Parameters come in threes: name, value zh, value en; NULL ends them. Values NULL make the whole NULL.
struct dsp_match_words dsp_match_fill(const struct dsp_call *call, enum dsp_match_text text, ...)
    __attribute__((sentinel));
// With one more piece behind it, separated as the language does.
struct dsp_match_words dsp_match_join(const struct dsp_call *call, struct dsp_match_words list,
                                      struct dsp_match_words piece);
// As a finding; -ENOMEM for words that are NULL.
int dsp_match_add(const struct dsp_call *call, struct dsp_findings *findings, const char *code, bool ok,
                  struct dsp_match_words words);
Dsp__Finding *dsp_match_finding(const struct dsp_call *call, const char *code, struct dsp_match_words words);
const char *dsp_match_number(const struct dsp_call *call, int64_t number);

// The levels: their names in MatchRun.levels, and what a change comes to: "unfilled places +1, wish rank -2".
extern const char *const dsp_match_level_names[MDL_TERMS];
struct dsp_match_words dsp_match_term(enum mdl_term term);
struct dsp_match_words dsp_match_change(const struct dsp_call *call, const enum mdl_term *order, int n_order,
                                        const int64_t value[MDL_TERMS]);
