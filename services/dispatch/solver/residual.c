#include "services/dispatch/solver/residual.h"
#include <string.h>

bool df_residual_open(struct df_residual *residual, const struct df *df)
{
  const struct df_store *store = &df->store;
  *residual = (struct df_residual){.df = df};
  residual->first = df_mem_get(&residual->mem, (size_t)store->n + 2, sizeof *residual->first);
  residual->arc = df_mem_get(&residual->mem, (size_t)store->m * 2 + 1, sizeof *residual->arc);
  if (!residual->first || !residual->arc) {
    df_residual_close(residual);
    return false;
  }
  int32_t *first = residual->first + 1; // one ahead, so that filling leaves it in place
  for (int32_t arc = 0; arc < store->m; arc++) {
    first[store->tail[arc]]++;
    first[store->head[arc]]++;
  }
  int32_t before = 0;
  for (int32_t v = 0; v < store->n; v++) {
    int32_t count = first[v];
    first[v] = before;
    before += count;
  }
  for (int32_t arc = 0; arc < store->m; arc++) {
    residual->arc[first[store->tail[arc]]++] = arc * 2;
    residual->arc[first[store->head[arc]]++] = arc * 2 + 1;
  }
  return true;
}

void df_residual_close(struct df_residual *residual)
{
  residual->first = df_mem_put(&residual->mem, residual->first);
  residual->arc = df_mem_put(&residual->mem, residual->arc);
}

bool df_residual_has(const struct df *df, int32_t arc, bool backwards)
{
  int64_t flow = df_arc_flow(df, arc);
  return backwards ? flow > 0 : flow < df_column_get(&df->store.span, arc);
}

void df_residual_spread(const struct df_residual *residual, uint8_t *marks, int32_t *queue)
{
  const struct df_store *store = &residual->df->store;
  int32_t read = 0, count = 0;
  for (int32_t v = 0; v < store->n; v++)
    if (marks[v]) queue[count++] = v;
  while (read < count) {
    int32_t v = queue[read++];
    for (int32_t k = residual->first[v]; k < residual->first[v + 1]; k++) {
      int32_t arc = residual->arc[k] >> 1;
      bool v_is_tail = !(residual->arc[k] & 1);
      int32_t other = v_is_tail ? store->head[arc] : store->tail[arc];
      if (marks[other] || !df_residual_has(residual->df, arc, v_is_tail)) continue;
      marks[other] = 1;
      queue[count++] = other;
    }
  }
}
