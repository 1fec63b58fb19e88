// What is priced on a level: the arcs on which all earlier levels are indifferent.
#include "services/dispatch/solver/df.h"
#include <math.h>

// Whether an arc can take part in a pivot at all.
static bool moves(const struct df_store *store, int32_t arc)
{
  if (store->state[arc] & DF_TREE) return true;
  if (store->state[arc] & DF_FROZEN || df_is_loop(store, arc)) return false;
  return df_column_get(&store->span, arc) > 0;
}

static void add_entry(struct df *df, int level, int32_t arc)
{
  struct df_store *store = &df->store;
  struct df_work *work = &df->work;
  int32_t entry = work->count++, tail = store->tail[arc], head = store->head[arc];
  work->tail[entry] = tail;
  work->head[entry] = head;
  work->cost[entry] = df_column_get(&store->cost[level], arc);
  work->id[entry] = (uint32_t)arc * 2;
  if (store->state[arc] & DF_TREE)
    df->tree.link[df_tree_parent(&df->tree, tail) == head ? tail : head].pred = entry;
  else if (store->state[arc] & DF_UPPER)
    df_work_turn(work, entry);
}

// Entries are laid out in strides: neighbours in the caller's arrays are alike (same post, same school), and
// a block of pricing should see different ones.
enum df_code df_face_build(struct df *df, int level)
{
  struct df_store *store = &df->store;
  struct df_work *work = &df->work;
  int32_t count = 0;
  for (int32_t arc = 0; arc < store->m; arc++)
    count += moves(store, arc);
  if (!df_work_room(work, &df->mem, count)) return DF_NO_MEMORY;
  work->count = 0;
  int32_t stride = (int32_t)sqrt((double)store->m);
  if (stride < 10) stride = 10;
  for (int32_t start = 0; start < stride; start++)
    for (int64_t arc = start; arc < store->m; arc += stride)
      if (moves(store, (int32_t)arc)) add_entry(df, level, (int32_t)arc);
  struct df_pricer *pricer = &df->pricer;
  pricer->block = (int32_t)sqrt((double)count);
  if (pricer->block < 10) pricer->block = 10;
  pricer->next = 0;
  return df_mem_resize(&df->mem, &pricer->pick, (size_t)pricer->block, sizeof *pricer->pick) ? DF_OK
                                                                                             : DF_NO_MEMORY;
}

void df_face_freeze(struct df *df, int level)
{
  struct df_store *store = &df->store;
  const int64_t *pi = df->tree.pi;
  for (int32_t arc = 0; arc < store->m; arc++) {
    if (store->state[arc] & (DF_TREE | DF_FROZEN)) continue;
    int64_t rc = df_column_get(&store->cost[level], arc) + pi[store->tail[arc]] - pi[store->head[arc]];
    if (rc != 0) store->state[arc] |= DF_FROZEN;
  }
}

void df_face_thaw(struct df *df)
{
  for (int32_t arc = 0; arc < df->store.m; arc++)
    df->store.state[arc] &= (uint8_t)~DF_FROZEN;
}
