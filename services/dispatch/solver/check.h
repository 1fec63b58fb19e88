// The second opinion: checks what the solver says from the caller's own arrays. Shares no code with the
// solver, so that one mistake cannot hide another. Used by every test solve; cheap enough for production (two
// passes over the arcs).
#pragma once
#include "services/dispatch/solver/solver.h"

enum df_verdict {
  DF_SOUND,
  DF_UNSOUND_BOUND,   // index: the arc whose flow is outside its bounds
  DF_UNSOUND_BALANCE, // index: the node that does not pass on what it gets
  DF_UNSOUND_SLACK,   // index: the arc whose reduced cost on this level contradicts its flow
  DF_UNSOUND_DUAL,    // primal and dual value of this level differ
  DF_UNSOUND_CUT      // the marked nodes can in fact be served
};

struct df_finding {
  enum df_verdict verdict;
  int level;
  int64_t index;
};

struct df_claim {
  const int64_t *flow;             // m
  const int64_t *const *potential; // [level][n]
};

// An optimum on every level: each level may only use what the levels above it leave open.
struct df_finding df_check_optimal(const struct df_problem *problem, const struct df_claim *claim);
// Bounds and conservation only.
struct df_finding df_check_feasible(const struct df_problem *problem, const int64_t *flow);
// A proof that nothing is feasible: the marked nodes demand more than the arcs into them can bring in, what
// must leave them at least included. marks has n bytes.
struct df_finding df_check_cut(const struct df_problem *problem, const uint8_t *marks);
