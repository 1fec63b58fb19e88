#include "services/dispatch/solver/incidence.h"
#include "services/dispatch/solver/df.h"

#define LATE_ARCS 4096 // more than that are listed like the others

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
  incidence->n = store->n;
  incidence->m = incidence->linked = store->m;
  return true;
}

static void chain(struct df_incidence *incidence, int32_t node, int32_t i)
{
  incidence->next[i] = incidence->late[node];
  incidence->late[node] = i + 1;
}

bool df_incidence_renew(struct df_incidence *incidence, struct df_mem *mem, const struct df_store *store)
{
  bool fits = incidence->first && incidence->n == store->n && incidence->linked <= store->m &&
              store->m - incidence->m <= LATE_ARCS;
  if (!fits) return df_incidence_build(incidence, mem, store);
  if (incidence->linked == store->m) return true;
  if (!incidence->late) incidence->late = df_mem_get(mem, (size_t)store->n + 1, sizeof *incidence->late);
  if (!incidence->next) incidence->next = df_mem_get(mem, LATE_ARCS * 2, sizeof *incidence->next);
  if (!incidence->late || !incidence->next) return false;
  for (; incidence->linked < store->m; incidence->linked++) {
    int32_t i = (incidence->linked - incidence->m) * 2;
    chain(incidence, store->tail[incidence->linked], i);
    chain(incidence, store->head[incidence->linked], i + 1);
  }
  return true;
}

void df_incidence_free(struct df_incidence *incidence, struct df_mem *mem)
{
  incidence->first = df_mem_put(mem, incidence->first);
  incidence->arc = df_mem_put(mem, incidence->arc);
  incidence->late = df_mem_put(mem, incidence->late);
  incidence->next = df_mem_put(mem, incidence->next);
  incidence->n = incidence->m = incidence->linked = 0;
}
