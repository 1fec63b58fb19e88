// Going through all arcs of the network that cost little and can carry something.
#pragma once
#include "services/dispatch/solver/df.h"
#include "services/dispatch/solver/scan.h"

#define DF_LOOK_CHUNK 1024

struct df_look {
  const struct df_store *store;
  struct df_scan scan;
  df_scan_fn *run;
  int32_t next, at, count; // where the next chunk begins; of this one
  int32_t hit[DF_LOOK_CHUNK + DF_SCAN_SPARE];
};

// By the potentials saved last. skip: arcs with any of these bits in their state, looked at chunk by chunk.
void df_look_start(struct df_look *look, const struct df *df, int level, int64_t most, uint8_t skip);
int32_t df_look_next(struct df_look *look); // ascending; -1: there are no more

// Whether anything could ever go over the arc from one node to another.
bool df_is_way(const struct df_store *store, int32_t arc);
// False: no memory. The list is freed with df_mem_put(mem, list->arc).
bool df_list_add(struct df_list *list, struct df_mem *mem, int32_t arc);
