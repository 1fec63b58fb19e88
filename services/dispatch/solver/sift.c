#include "services/dispatch/solver/sift.h"
#include "services/dispatch/solver/face.h"
#include <math.h>
#include <string.h>

#define PER_HEAD  5
#define PER_TAIL  3
#define PAYS_FROM 20000 // arcs

bool df_sift_pays(const struct df *df)
{
  const struct df_store *store = &df->store;
  if (store->m < PAYS_FROM || store->m < 8 * (int64_t)store->n) return false;
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

static bool would_help(const struct df *df, int level, int32_t arc)
{
  const struct df_store *store = &df->store;
  if (df_reduced_cost(df, level, arc) >= 0) return false;
  return !(store->state[arc] & (DF_INSIDE | DF_FROZEN)) && df_column_get(&store->span, arc) > 0 &&
         !df_is_loop(store, arc);
}

int32_t df_sift_let_in(struct df *df, int level)
{
  const struct df_store *store = &df->store;
  int32_t room = 1024, count = 0;
  int32_t *list = df_mem_get(&df->mem, (size_t)room, sizeof *list);
  bool ok = list != NULL;
  for (int32_t arc = 0; ok && arc < store->m; arc++) {
    if (!would_help(df, level, arc)) continue;
    if (count == room) ok = df_mem_resize(&df->mem, &list, (size_t)(room *= 2), sizeof *list);
    if (ok) list[count++] = arc;
  }
  ok = ok && df_work_room(&df->work, &df->mem, df->work.count + count);
  int32_t stride = (int32_t)sqrt((double)count) + 1;
  for (int32_t start = 0; ok && start < stride; start++)
    for (int32_t i = start; i < count; i += stride)
      df_face_put(df, level, list[i], df->work.count++);
  df_mem_put(&df->mem, list);
  return ok ? count : -1;
}
