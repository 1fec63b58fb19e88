#include "services/dispatch/solver/incidence.h"
#include "services/dispatch/solver/df.h"

bool df_incidence_build(struct df_incidence *incidence, struct df_mem *mem, const struct df_store *store)
{
  df_incidence_free(incidence, mem);
  incidence->first = df_mem_get(mem, (size_t)store->n + 2, sizeof *incidence->first);
  incidence->arc = df_mem_get(mem, (size_t)store->m * 2 + 1, sizeof *incidence->arc);
  if (!incidence->first || !incidence->arc) {
    df_incidence_free(incidence, mem);
    return false;
  }
  int32_t *first = incidence->first + 1; // one ahead, so that filling leaves it in place
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
    incidence->arc[first[store->tail[arc]]++] = arc * 2;
    incidence->arc[first[store->head[arc]]++] = arc * 2 + 1;
  }
  return true;
}

void df_incidence_free(struct df_incidence *incidence, struct df_mem *mem)
{
  incidence->first = df_mem_put(mem, incidence->first);
  incidence->arc = df_mem_put(mem, incidence->arc);
}
