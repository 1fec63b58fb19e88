// The arcs at each node.
#pragma once
#include "services/dispatch/solver/mem.h"
#include <stdint.h>

struct df_store;

struct df_incidence {
  int32_t *first; // n + 1: where the arcs at a node begin in `arc`
  int32_t *arc;   // 2 m: arc * 2, + 1 where the node is the head
};

bool df_incidence_build(struct df_incidence *incidence, struct df_mem *mem, const struct df_store *store);
void df_incidence_free(struct df_incidence *incidence, struct df_mem *mem);
