// Sifting: where nearly all arcs carry one unit, an optimum uses few of them, and mostly the cheap ones. The
// working set starts with the cheapest at each node; arcs left out are priced against the potentials of its
// optimum and let in where they could help, until none can. The result is the optimum over all arcs.
#pragma once
#include "services/dispatch/solver/df.h"

// Whether most arcs carry one unit at most.
bool df_sift_units(const struct df *df);
// Whether the shape of the network makes sifting pay. Looks at the arcs only.
bool df_sift_pays(const struct df *df);
// Marks the arcs to start with (DF_INSIDE). False: no memory.
bool df_sift_choose(struct df *df, int level);
// Appends the arcs outside the working set that could improve it. Returns their number or -1: no memory.
int32_t df_sift_let_in(struct df *df, int level);
// The same for arcs inside regions, as a new layer of them.
int32_t df_sift_let_in_regions(struct df *df, int level);
