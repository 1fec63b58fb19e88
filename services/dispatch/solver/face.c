#include "services/dispatch/solver/face.h"
#include "services/dispatch/solver/region.h"
#include "services/dispatch/solver/sift.h"
#include <math.h>

// Whether an arc can take part in a pivot at all.
static bool moves(const struct df_store *store, int32_t arc, bool sifted)
{
  if (store->state[arc] & DF_TREE) return true;
  if (sifted && !(store->state[arc] & DF_INSIDE)) return false;
  if (store->state[arc] & DF_FROZEN || df_is_loop(store, arc)) return false;
  return df_column_get(&store->span, arc) > 0;
}

void df_face_put(struct df *df, int level, int32_t arc, int32_t entry)
{
  struct df_store *store = &df->store;
  struct df_work *work = &df->work;
  int32_t tail = df->place[store->tail[arc]], head = df->place[store->head[arc]];
  work->tail[entry] = tail;
  work->head[entry] = head;
  work->cost[entry] = df_column_get(&store->cost[level], arc);
  work->id[entry] = (uint32_t)arc * 2;
  store->state[arc] |= DF_INSIDE;
  if (store->state[arc] & DF_TREE)
    df->tree.link[df_tree_parent(&df->tree, tail) == head ? tail : head].pred = entry;
  else if (store->state[arc] & DF_UPPER)
    df_work_turn(work, entry);
}

// Where the entries of each region begin; without regions all are of region 0.
static bool plan_places(struct df *df, int32_t *ret_count)
{
  const struct df_store *store = &df->store;
  struct df_regions *regions = &df->regions;
  int32_t *first = regions->first, before = 0;
  for (int32_t r = 0; r <= regions->count; r++)
    first[r] = 0;
  for (int32_t arc = 0; arc < store->m; arc++)
    if (moves(store, arc, df->sifted)) first[regions->count ? df_region_of(df, arc) : 0]++;
  for (int32_t r = 0; r <= regions->count; r++) {
    int32_t count = first[r];
    first[r] = before;
    before += count;
  }
  *ret_count = before;
  return df_work_room(&df->work, &df->mem, before + DF_WORK_SPARE);
}

// Entries are laid out in strides: neighbours in the caller's arrays are alike (same post, same school), and
// a block of pricing should see different ones.
static void lay_out(struct df *df, int level)
{
  const struct df_store *store = &df->store;
  struct df_regions *regions = &df->regions;
  int32_t *next = regions->first;
  int32_t stride = (int32_t)sqrt((double)store->m);
  if (stride < 10) stride = 10;
  for (int32_t start = 0; start < stride; start++)
    for (int64_t arc = start; arc < store->m; arc += stride)
      if (moves(store, (int32_t)arc, df->sifted))
        df_face_put(df, level, (int32_t)arc, next[regions->count ? df_region_of(df, (int32_t)arc) : 0]++);
  for (int32_t r = regions->count; r > 0; r--)
    next[r] = next[r - 1]; // filling moved each to its end
  next[0] = 0;
  regions->layers = 1;
}

enum df_code df_face_build(struct df *df, int level)
{
  struct df_store *store = &df->store;
  bool units = df_sift_units(df);
  df->sifted = level == 0 && df_sift_pays(df);
  df->pricer.basket = units ? DF_BASKET_MOST : DF_BASKET_MOST / 2;
  if (!df->sifted)
    for (int32_t arc = 0; arc < store->m; arc++)
      store->state[arc] &= (uint8_t) ~(DF_INSIDE | DF_EDITED);
  if (df->sifted && !df_sift_choose(df, level)) return DF_NO_MEMORY;
  int32_t count = 0;
  if (!plan_places(df, &count)) return DF_NO_MEMORY;
  lay_out(df, level);
  df->work.count = count;
  return DF_OK;
}

void df_face_freeze(struct df *df, int level)
{
  struct df_store *store = &df->store;
  for (int32_t arc = 0; arc < store->m; arc++)
    if (!(store->state[arc] & (DF_TREE | DF_FROZEN)) && df_reduced_cost(df, level, arc) != 0)
      store->state[arc] |= DF_FROZEN;
}

void df_face_thaw(struct df *df)
{
  for (int32_t arc = 0; arc < df->store.m; arc++)
    df->store.state[arc] &= (uint8_t)~DF_FROZEN;
}
