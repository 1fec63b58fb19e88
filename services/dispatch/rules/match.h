// The matching of a plan, stripped to numbers: candidates, lines with places, pairs with costs by level.
// Solved exactly as a minimum-cost flow (services/dispatch/solver): first as few empty places as possible,
// those of a higher class before others, then the cost levels of the pairs one after the other. Pure and
// deterministic.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DSP_MATCH_LEVELS    5 // costs of a pair, most important first
#define DSP_MATCH_PAIRS_MAX 500000

struct dsp_match_pair {
  int32_t candidate, line;
  int64_t cost[DSP_MATCH_LEVELS];
};
struct dsp_match_problem {
  int32_t candidates, lines;
  const int32_t *need;   // places of each line
  const int64_t *weight; // what an empty place of each line costs; > 0
  const struct dsp_match_pair *pairs;
  size_t n_pairs;
  int levels; // of the pairs that are used
};
struct dsp_match_solution {
  bool *taken;      // by pair; malloced, the caller frees it
  bool optimal;     // false: a limit was reached, the matching is valid but maybe not the best
  int64_t unfilled; // weighted
  int64_t value[DSP_MATCH_LEVELS];
};
// 0 or -ENOMEM, -E2BIG (too many pairs), -EDOM (figures too large for the kernel).
int dsp_match_solve(const struct dsp_match_problem *problem, struct dsp_match_solution *ret);
