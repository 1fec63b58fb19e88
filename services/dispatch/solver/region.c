#include "services/dispatch/solver/region.h"

#define REGION_MIN 1500 // nodes: smaller groups are put together

static bool reset(struct df *df)
{
  struct df_mem *mem = &df->mem;
  size_t count = (size_t)df->store.n + 1;
  struct df_regions *regions = &df->regions;
  regions->count = 0;
  regions->of = df_mem_put(mem, regions->of);
  if (!df_mem_resize(mem, &df->place, count, sizeof *df->place)) return false;
  for (int32_t v = 0; v < df->store.n; v++)
    df->place[v] = v;
  if (!df->group) return true;
  regions->of = df_mem_get(mem, count, sizeof *regions->of);
  for (int32_t v = 0; regions->of && v < df->store.n; v++) {
    int32_t group = df->group[v];
    regions->of[v] = group >= 0 && group < df->store.n ? group : -1;
  }
  return regions->of != NULL;
}

// Replaces group numbers by 0, 1, ...: groups in order of their number, small neighbours put together.
static bool number_groups(struct df *df)
{
  int32_t n = df->store.n, *of = df->regions.of, regions = 0, size = 0;
  int32_t *count = df_mem_get(&df->mem, (size_t)n + 1, sizeof *count);
  if (!count) return false;
  for (int32_t v = 0; v < n; v++)
    if (of[v] >= 0) count[of[v]]++;
  for (int32_t group = 0; group < n; group++) {
    size += count[group];
    count[group] = regions;
    if (size < REGION_MIN) continue;
    regions++;
    size = 0;
  }
  int32_t last = regions > 0 ? regions - 1 : 0; // a small rest joins the region before it
  for (int32_t v = 0; v < n; v++)
    if (of[v] >= 0) of[v] = count[of[v]] > last ? last : count[of[v]];
  df->regions.count = regions;
  df_mem_put(&df->mem, count);
  return true;
}

// Inner numbers region by region; nodes of no region last.
static bool number_nodes(struct df *df)
{
  int32_t n = df->store.n, regions = df->regions.count, before = 0;
  const int32_t *of = df->regions.of;
  int32_t *next = df_mem_get(&df->mem, (size_t)regions + 2, sizeof *next);
  if (!next) return false;
  for (int32_t v = 0; v < n; v++)
    next[of[v] < 0 ? regions : of[v]]++;
  for (int32_t r = 0; r <= regions; r++) {
    int32_t count = next[r];
    next[r] = before;
    before += count;
  }
  for (int32_t v = 0; v < n; v++)
    df->place[v] = next[of[v] < 0 ? regions : of[v]]++;
  df_mem_put(&df->mem, next);
  return true;
}

static bool make_first(struct df *df)
{
  struct df_regions *regions = &df->regions;
  return df_mem_resize(&df->mem, &regions->first, ((size_t)regions->count + 1) * DF_LAYERS + 1,
                       sizeof *regions->first);
}

bool df_region_plan(struct df *df)
{
  if (!reset(df)) return false;
  if (!df->group) return make_first(df);
  if (!number_groups(df)) return false;
  if (df->regions.count < 2) {
    df->regions.count = 0;
    return make_first(df);
  }
  return number_nodes(df) && make_first(df);
}

int32_t df_region_of(const struct df *df, int32_t arc)
{
  const struct df_regions *regions = &df->regions;
  int32_t tail = regions->of[df->store.tail[arc]], head = regions->of[df->store.head[arc]];
  if (tail < 0) tail = head;
  if (head < 0) head = tail;
  return tail == head && tail >= 0 ? tail : regions->count;
}

bool df_hint(struct df *df, const int32_t *group)
{
  df->group = df_mem_put(&df->mem, df->group);
  if (!group) return true;
  df->group = df_mem_get(&df->mem, (size_t)df->store.n + 1, sizeof *df->group);
  if (!df->group) return false;
  for (int32_t v = 0; v < df->store.n; v++)
    df->group[v] = group[v];
  return true;
}
