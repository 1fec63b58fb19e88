// The residual network of the final flow, for explanations: neighbours of each node in both directions.
#pragma once
#include "services/dispatch/solver/df.h"
#include "services/dispatch/solver/incidence.h"

struct df_residual {
  const struct df *df;
  struct df_mem mem;
  struct df_incidence at;
};

bool df_residual_open(struct df_residual *residual, const struct df *df);
void df_residual_close(struct df_residual *residual);

// Whether one more unit can go over the arc; backwards: one unit taken back.
bool df_residual_has(const struct df *df, int32_t arc, bool backwards);
// Marks (1) every node that a residual path leads from to a marked one. queue has room for n.
void df_residual_spread(const struct df_residual *residual, uint8_t *marks, int32_t *queue);
