#include "services/dispatch/solver/price.h"

int32_t df_price_scalar(const struct df_work *work, const int64_t *pi, int32_t from, int32_t to,
                        struct df_pick *out)
{
  int32_t found = 0;
  for (int32_t entry = from; entry < to; entry++) {
    int64_t rc = work->cost[entry] + pi[work->tail[entry]] - pi[work->head[entry]];
    if (rc >= 0) continue;
    out[found++] = (struct df_pick){.rc = rc, .entry = entry};
  }
  return found;
}

df_price_fn *df_price_best(void)
{
  return df_price_scalar;
}
