// The arcs at each node.
#pragma once
#include "services/dispatch/solver/mem.h"
#include <stdint.h>

struct df_store;

struct df_incidence {
  int32_t n, m;   // what of the network is listed
  int32_t *first; // n + 1: where the arcs at a node begin in `arc`
  int32_t *arc;   // 2 m: arc * 2, + 1 where the node is the head
  // Arcs added later are chained: late[node] and next[i] are 1 + i of the next one, 0 at the end; i stands
  // for the end 2 m + i, written as in `arc`.
  int32_t linked; // arcs listed or chained
  int32_t *late, *next;
};

bool df_incidence_build(struct df_incidence *incidence, struct df_mem *mem, const struct df_store *store);
// Chains the arcs that are not listed yet; lists all of them anew where they are many or nodes were added.
bool df_incidence_renew(struct df_incidence *incidence, struct df_mem *mem, const struct df_store *store);
void df_incidence_free(struct df_incidence *incidence, struct df_mem *mem);
