// Regions: sets of nodes with few arcs between them (a province, or what the network itself shows). A cold
// start numbers the nodes region by region and solves each region's arcs while they sit in the cache, before
// all together.
#pragma once
#include "services/dispatch/solver/df.h"

// Sets place (and region, where regions pay) for a cold start. False: no memory.
bool df_region_plan(struct df *df);
// The region an arc lies in; regions.count for arcs between regions.
int32_t df_region_of(const struct df *df, int32_t arc);
