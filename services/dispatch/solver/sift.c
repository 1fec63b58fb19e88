#include "services/dispatch/solver/sift.h"
#include "services/dispatch/solver/face.h"
#include "services/dispatch/solver/look.h"
#include "services/dispatch/solver/region.h"
#include <math.h>

#define PER_HEAD  5
#define PER_TAIL  3
#define PAYS_FROM 20000 // arcs

bool df_sift_pays(const struct df *df)
{
  const struct df_store *store = &df->store;
  return store->m >= PAYS_FROM && store->m >= 8 * (int64_t)store->n && df_sift_units(df);
}

bool df_sift_units(const struct df *df)
{
  const struct df_store *store = &df->store;
  int32_t units = 0;
  for (int32_t arc = 0; arc < store->m; arc++)
    units += df_column_get(&store->span, arc) <= 1;
  return units > store->m / 10 * 7;
}

struct ranked {
  int64_t cost;
  int32_t arc;
};

// Keeps the `keep` cheapest of a node, cheapest first; free places have arc -1.
static void rank(struct ranked *best, int keep, int64_t cost, int32_t arc)
{
  if (best[keep - 1].arc >= 0 && cost >= best[keep - 1].cost) return;
  int at = keep - 1;
  while (at > 0 && (best[at - 1].arc < 0 || cost < best[at - 1].cost)) {
    best[at] = best[at - 1];
    at--;
  }
  best[at] = (struct ranked){.cost = cost, .arc = arc};
}

static bool choose_at(struct df *df, int level, const int32_t *end, int keep)
{
  struct df_store *store = &df->store;
  size_t count = (size_t)store->n * (size_t)keep;
  struct ranked *best = df_mem_get(&df->mem, count + 1, sizeof *best);
  if (!best) return false;
  for (size_t i = 0; i < count; i++)
    best[i].arc = -1;
  for (int32_t arc = 0; arc < store->m; arc++)
    if (df_column_get(&store->span, arc) == 1)
      rank(best + (size_t)end[arc] * (size_t)keep, keep, df_column_get(&store->cost[level], arc), arc);
  for (size_t i = 0; i < count; i++)
    if (best[i].arc >= 0) store->state[best[i].arc] |= DF_INSIDE;
  df_mem_put(&df->mem, best);
  return true;
}

bool df_sift_choose(struct df *df, int level)
{
  struct df_store *store = &df->store;
  for (int32_t arc = 0; arc < store->m; arc++)
    if (store->state[arc] & (DF_TREE | DF_UPPER) || df_column_get(&store->span, arc) > 1)
      store->state[arc] |= DF_INSIDE;
  return choose_at(df, level, store->head, PER_HEAD) && choose_at(df, level, store->tail, PER_TAIL);
}

// Arcs outside the working set that would help, in the caller's order. False: no memory.
static bool gather(struct df *df, int level, bool inside_regions, struct df_list *list)
{
  struct df_look look;
  df_look_start(&look, df, level, -1, DF_INSIDE | DF_FROZEN);
  for (int32_t arc; (arc = df_look_next(&look)) >= 0;) {
    if (inside_regions && df_region_of(df, arc) == df->regions.count) continue;
    if (!df_list_add(list, &df->mem, arc)) return false;
  }
  return df_work_room(&df->work, &df->mem, df->work.count + list->count + DF_WORK_SPARE);
}

static int32_t stride_of(int32_t count)
{
  return (int32_t)sqrt((double)count) + 1;
}

int32_t df_sift_let_in(struct df *df, int level)
{
  struct df_list list = {0};
  bool ok = gather(df, level, false, &list);
  int32_t stride = stride_of(list.count);
  for (int32_t start = 0; ok && start < stride; start++)
    for (int32_t i = start; i < list.count; i += stride)
      df_face_put(df, level, list.arc[i], df->work.count++);
  df_mem_put(&df->mem, list.arc);
  return ok ? list.count : -1;
}

static void put_by_region(struct df *df, int level, const struct df_list *list)
{
  struct df_regions *regions = &df->regions;
  int32_t *first = regions->first + (ptrdiff_t)regions->layers * (regions->count + 1),
          before = df->work.count;
  for (int32_t r = 0; r <= regions->count; r++)
    first[r] = 0;
  for (int32_t i = 0; i < list->count; i++)
    first[df_region_of(df, list->arc[i])]++;
  for (int32_t r = 0; r <= regions->count; r++) {
    int32_t count = first[r];
    first[r] = before;
    before += count;
  }
  int32_t stride = stride_of(list->count);
  for (int32_t start = 0; start < stride; start++)
    for (int32_t i = start; i < list->count; i += stride)
      df_face_put(df, level, list->arc[i], first[df_region_of(df, list->arc[i])]++);
  for (int32_t r = regions->count; r > 0; r--)
    first[r] = first[r - 1]; // filling moved each to its end
  first[0] = df->work.count;
  df->work.count += list->count;
  regions->layers++;
}

int32_t df_sift_let_in_regions(struct df *df, int level)
{
  struct df_list list = {0};
  bool ok = gather(df, level, true, &list);
  if (ok && list.count > 0) put_by_region(df, level, &list);
  df_mem_put(&df->mem, list.arc);
  return ok ? list.count : -1;
}
