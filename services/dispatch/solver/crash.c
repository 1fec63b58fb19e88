#include "services/dispatch/solver/crash.h"

// Reads supplies off the artificial tree of a cold start, by inner node.
struct ends {
  int32_t sources, sinks, source, sink;
  int64_t total;
};

static struct ends find_ends(const struct df *df)
{
  struct ends ends = {.source = -1, .sink = -1};
  for (int32_t v = 0; v < df->store.n; v++) {
    bool source = df->tree.link[v].pred == DF_ARTIFICIAL_UP && df_tree_down(&df->tree, v) > 0;
    bool sink = df->tree.link[v].pred == DF_ARTIFICIAL_DOWN;
    if (source) {
      ends.sources++;
      ends.source = v;
      ends.total += df_tree_down(&df->tree, v);
    }
    if (sink) {
      ends.sinks++;
      ends.sink = v;
    }
  }
  return ends;
}

static bool can_carry(const struct df *df, int32_t entry, int64_t total)
{
  return df_column_get(&df->store.span, df_work_arc(&df->work, entry)) >= total;
}

struct way {
  int32_t *first, *entry; // entries into each node that can carry everything
  int32_t *stack;
  uint8_t *seen;
};

static void list_entries(const struct df *df, int64_t total, struct way *way)
{
  const struct df_work *work = &df->work;
  int32_t *first = way->first + 1, before = 0;
  for (int32_t e = 0; e < work->count; e++)
    first[work->head[e]] += can_carry(df, e, total);
  for (int32_t v = 0; v < df->store.n; v++) {
    int32_t count = first[v];
    first[v] = before;
    before += count;
  }
  for (int32_t e = 0; e < work->count; e++)
    if (can_carry(df, e, total)) way->entry[first[work->head[e]]++] = e;
}

static int32_t walk_back(const struct df *df, const struct ends *ends, struct way *way, int32_t *list)
{
  int32_t count = 0, depth = 0;
  way->stack[depth++] = ends->sink;
  way->seen[ends->sink] = 1;
  while (depth > 0) {
    int32_t v = way->stack[--depth];
    if (v == ends->source) break;
    for (int32_t k = way->first[v]; k < way->first[v + 1]; k++) {
      int32_t tail = df->work.tail[way->entry[k]];
      if (way->seen[tail]) continue;
      way->seen[tail] = 1;
      way->stack[depth++] = tail;
      list[count++] = way->entry[k];
    }
  }
  return count;
}

static int32_t list_way(struct df *df, const struct ends *ends, int32_t *list)
{
  struct df_mem *mem = &df->mem;
  size_t n = (size_t)df->store.n, wide = 0;
  for (int32_t e = 0; e < df->work.count; e++)
    wide += can_carry(df, e, ends->total);
  struct way way = {.first = df_mem_get(mem, n + 2, sizeof(int32_t)),
                    .entry = df_mem_get(mem, wide + 1, sizeof(int32_t)),
                    .stack = df_mem_get(mem, n + 1, sizeof(int32_t)),
                    .seen = df_mem_get(mem, n + 1, 1)};
  int32_t count = -1;
  if (way.first && way.entry && way.stack && way.seen) {
    list_entries(df, ends->total, &way);
    count = walk_back(df, ends, &way, list);
  }
  df_mem_put(mem, way.first);
  df_mem_put(mem, way.entry);
  df_mem_put(mem, way.stack);
  df_mem_put(mem, way.seen);
  return count;
}

static int32_t list_cheapest(const struct df *df, int32_t *list)
{
  const struct df_work *work = &df->work;
  for (int32_t v = 0; v < df->store.n; v++)
    list[v] = -1;
  for (int32_t e = 0; e < work->count; e++) {
    int32_t head = work->head[e];
    if (df->tree.link[head].pred != DF_ARTIFICIAL_DOWN) continue;
    if (list[head] < 0 || work->cost[e] < work->cost[list[head]]) list[head] = e;
  }
  int32_t count = 0;
  for (int32_t v = 0; v < df->store.n; v++)
    if (list[v] >= 0) list[count++] = list[v];
  return count;
}

int32_t df_crash_list(struct df *df, int32_t **ret)
{
  int32_t *list = df_mem_get(&df->mem, (size_t)df->store.n + 1, sizeof *list);
  *ret = list;
  if (!list) return -1;
  struct ends ends = find_ends(df);
  if (ends.sources == 0 || ends.sinks == 0) return 0;
  return ends.sources == 1 && ends.sinks == 1 ? list_way(df, &ends, list) : list_cheapest(df, list);
}
