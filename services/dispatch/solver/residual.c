#include "services/dispatch/solver/residual.h"

bool df_residual_open(struct df_residual *residual, const struct df *df)
{
  *residual = (struct df_residual){.df = df};
  return df_incidence_build(&residual->at, &residual->mem, &df->store);
}

void df_residual_close(struct df_residual *residual)
{
  df_incidence_free(&residual->at, &residual->mem);
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
    for (int32_t k = residual->at.first[v]; k < residual->at.first[v + 1]; k++) {
      int32_t arc = residual->at.arc[k] >> 1;
      bool v_is_tail = !(residual->at.arc[k] & 1);
      int32_t other = v_is_tail ? store->head[arc] : store->tail[arc];
      if (marks[other] || !df_residual_has(residual->df, arc, v_is_tail)) continue;
      marks[other] = 1;
      queue[count++] = other;
    }
  }
}
