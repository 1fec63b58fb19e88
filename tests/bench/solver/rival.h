// The rival: LEMON's NetworkSimplex and CostScaling, over the same arrays.
#pragma once
#include "tests/bench/solver/instance.h"

#ifdef __cplusplus
extern "C" {
#endif

enum rival { RIVAL_SIMPLEX, RIVAL_SCALING, RIVAL_SIMPLEX_INT }; // INT: costs and flows in 32 bits

struct rival_result {
  bool optimal;
  double seconds; // building the graph included
  int64_t cost;
};

// Prepared and solved as its users would. Counts the time from the arrays to the flows by `now` (seconds).
struct rival_result rival_solve(const struct instance *instance, enum rival rival, double (*now)(void));

#ifdef __cplusplus
}
#endif
