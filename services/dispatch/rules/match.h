// The matching of a plan, put to the model (services/dispatch/model): the pool's pairs, the programme's
// figures as quotas with words for each, teams, what is pinned and what is to be kept to. Solved exactly
// under a limit of work.
#pragma once
#include "services/dispatch/model/explain.h"
#include "services/dispatch/rules/match_pool.h"
#include "services/dispatch/rules/match_text.h"

struct dsp_match_rule { // a quota of the model, in words
  const char *key;
  struct dsp_match_words words;
};
struct dsp_match_asked { // of the command
  Dsp__MatchPin *const *pins;
  size_t n_pins;
  const Dsp__MatchRun *keep; // NULL: none
};
struct dsp_match {
  const struct dsp_match_pool *pool;
  struct mdl_problem problem;
  struct mdl_quota *quotas;
  struct dsp_match_rule *rules; // by quota
  enum mdl_term order[MDL_TIE]; // of the programme
  int n_order;
  struct mdl *model;
  struct mdl_result result;
};
// 0, a reason (SIZE, FIELD: what is pinned, teams, figures that cross) or negative.
int dsp_match_solve(const struct dsp_call *call, struct dsp_match_pool *pool,
                    const struct dsp_match_asked *asked, struct dsp_match *ret);
void dsp_match_done(struct dsp_match *match); // frees the model; all else lives in the arena
bool dsp_match_has(const struct dsp_match *match, enum mdl_term term); // whether the order has it
// Whether MatchRun.levels tells it: guarantees and changes only where there are any.
bool dsp_match_tells(const struct dsp_match *match, enum mdl_term term);

// The one of the pool with this id, of the candidate or of the person; n_people if there is none.
size_t dsp_match_find(const struct dsp_match_pool *pool, const char *id);

// The figures of a plan as quotas (match_rules.c).
int dsp_match_rules(const struct dsp_call *call, struct dsp_match *match);
