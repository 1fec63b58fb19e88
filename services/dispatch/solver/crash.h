// A better start than the all-artificial tree: arcs that are likely to be in the final basis, to be brought
// in first.
#pragma once
#include "services/dispatch/solver/df.h"

// Lists entries to try in order: with one source and one sink, arcs that can carry everything, found
// backwards from the sink; otherwise the cheapest arc into each sink. *ret is freed by the caller with
// df_mem_put. -1: no memory.
int32_t df_crash_list(struct df *df, int32_t **ret);
