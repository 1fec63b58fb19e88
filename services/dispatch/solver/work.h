// The working set: the residual arcs that pricing walks over, as flat arrays.
// An arc that left the basis at its upper bound lies here turned round (ends swapped, cost negated), so
// pricing knows one rule only: rc = cost + pi[tail] - pi[head] < 0 may enter. Basic arcs have rc = 0 and need
// no mark.
#pragma once
#include "services/dispatch/solver/mem.h"
#include <stdint.h>

struct df_work {
  int32_t count, room;
  int32_t *tail, *head; // inner node numbers
  int64_t *cost;        // of the level being solved
  uint32_t *id;         // arc * 2 + 1 if turned round
};

#define DF_WORK_SPARE 1024 // entries: room for those that edits add one by one

bool df_work_room(struct df_work *work, struct df_mem *mem, int32_t room);
void df_work_free(struct df_work *work, struct df_mem *mem);

static inline int32_t df_work_arc(const struct df_work *work, int32_t entry)
{
  return (int32_t)(work->id[entry] >> 1);
}
static inline bool df_work_turned(const struct df_work *work, int32_t entry)
{
  return work->id[entry] & 1;
}
static inline void df_work_turn(struct df_work *work, int32_t entry)
{
  int32_t tail = work->tail[entry];
  work->tail[entry] = work->head[entry];
  work->head[entry] = tail;
  work->cost[entry] = -work->cost[entry];
  work->id[entry] ^= 1;
}
