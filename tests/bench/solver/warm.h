// Re-solves after 1 to 1000 changes: withdrawals, or changes of all kinds. What the first would have to make
// is made before (df_prepare) and printed beside the cold solve.
#pragma once
#include "tests/bench/solver/instance.h"

struct warm_options {
  bool ladder; // three levels: the great part of each cost, what is left of it, a hash of the arc
  bool mixed;  // withdrawn, opened, wider, narrower, more or less to be sent, dearer or cheaper
  int turns;   // five times as many for up to 10 changes
};
// Prints a line per number of changes, beside the rival's time for a cold solve (0: unknown). False: the
// second opinion objects. Changes `net`.
bool warm_measure(struct instance *net, const struct warm_options *options, double lemon);
