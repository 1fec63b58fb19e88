// Cuts and exact marginal values from the residual network. Duals are degenerate, so no raw dual is given as
// a price.
#include "services/dispatch/solver/residual.h"
#include <string.h>

static void spread(const struct df *df, uint8_t *marks)
{
  struct df_residual residual;
  if (!df_residual_open(&residual, df)) return;
  int32_t *queue = df_mem_get(&residual.mem, (size_t)df->store.n + 1, sizeof *queue);
  if (queue) df_residual_spread(&residual, marks, queue);
  df_mem_put(&residual.mem, queue);
  df_residual_close(&residual);
}

void df_cut(const struct df *df, uint8_t *marks)
{
  int32_t n = df->store.n;
  if (n) memset(marks, 0, (size_t)n);
  if (df->result != DF_INFEASIBLE) return;
  for (int32_t v = 0; v < n; v++)
    marks[v] =
        df->tree.link[df->place[v]].pred == DF_ARTIFICIAL_DOWN && df_tree_up(&df->tree, df->place[v]) > 0;
  spread(df, marks);
}

void df_residual_cut(const struct df *df, int32_t node, uint8_t *marks)
{
  int32_t n = df->store.n;
  if (n) memset(marks, 0, (size_t)n);
  if (!df->basis || node < 0 || node >= n) return;
  marks[node] = 1;
  spread(df, marks);
}

// Dijkstra over vectors of reduced costs: on the residual network of an optimum they are lexicographically >=
// 0.
struct search {
  struct df_residual residual;
  int levels;
  int64_t *distance;     // n * levels
  int32_t *heap, *place; // place: 1 + position in the heap; 0 = not reached; -1 = done
  int32_t count;
};

static int compare(const int64_t *a, const int64_t *b, int levels)
{
  for (int level = 0; level < levels; level++)
    if (a[level] != b[level]) return a[level] < b[level] ? -1 : 1;
  return 0;
}

static bool nearer(const struct search *search, int32_t a, int32_t b)
{
  const int64_t *distance = search->distance;
  size_t levels = (size_t)search->levels;
  int order = compare(distance + (size_t)a * levels, distance + (size_t)b * levels, search->levels);
  return order < 0 || (order == 0 && a < b);
}

static void heap_put(struct search *search, int32_t at, int32_t node)
{
  search->heap[at] = node;
  search->place[node] = at + 1;
}

static void heap_up(struct search *search, int32_t node)
{
  int32_t at = search->place[node] - 1;
  while (at > 0 && nearer(search, node, search->heap[(at - 1) / 2])) {
    heap_put(search, at, search->heap[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  heap_put(search, at, node);
}

static int32_t heap_pop(struct search *search)
{
  int32_t top = search->heap[0], node = search->heap[--search->count], at = 0;
  search->place[top] = -1;
  if (search->count == 0) return top;
  for (;;) {
    int32_t child = 2 * at + 1;
    if (child >= search->count) break;
    if (child + 1 < search->count && nearer(search, search->heap[child + 1], search->heap[child])) child++;
    if (!nearer(search, search->heap[child], node)) break;
    heap_put(search, at, search->heap[child]);
    at = child;
  }
  heap_put(search, at, node);
  return top;
}

static void relax(struct search *search, int32_t from, int32_t arc, bool backwards)
{
  const struct df *df = search->residual.df;
  int32_t to = backwards ? df->store.tail[arc] : df->store.head[arc];
  if (search->place[to] < 0 || !df_residual_has(df, arc, backwards)) return;
  int64_t fresh[DF_MAX_LEVELS] = {0};
  for (int level = 0; level < search->levels; level++) {
    int64_t rc = df_reduced_cost(df, level, arc);
    fresh[level] =
        search->distance[(size_t)from * (size_t)search->levels + (size_t)level] + (backwards ? -rc : rc);
  }
  int64_t *known = search->distance + (size_t)to * (size_t)search->levels;
  bool reached = search->place[to] > 0;
  if (reached && compare(fresh, known, search->levels) >= 0) return;
  memcpy(known, fresh, (size_t)search->levels * sizeof *known);
  if (!reached) {
    search->heap[search->count] = to;
    search->place[to] = ++search->count;
  }
  heap_up(search, to);
}

static bool find_way(struct search *search, int32_t from, int32_t to)
{
  search->heap[0] = from;
  search->place[from] = search->count = 1;
  while (search->count > 0) {
    int32_t v = heap_pop(search);
    if (v == to) return true;
    const struct df_residual *residual = &search->residual;
    for (int32_t k = residual->first[v]; k < residual->first[v + 1]; k++)
      relax(search, v, residual->arc[k] >> 1, residual->arc[k] & 1);
  }
  return false;
}

static bool search_open(struct search *search, const struct df *df)
{
  size_t n = (size_t)df->store.n;
  *search = (struct search){.levels = df->store.levels};
  if (!df_residual_open(&search->residual, df)) return false;
  struct df_mem *mem = &search->residual.mem;
  search->distance =
      df_mem_get(mem, n * (size_t)(search->levels ? search->levels : 1), sizeof *search->distance);
  search->heap = df_mem_get(mem, n + 1, sizeof *search->heap);
  search->place = df_mem_get(mem, n + 1, sizeof *search->place);
  return search->distance && search->heap && search->place;
}

static void search_close(struct search *search)
{
  struct df_mem *mem = &search->residual.mem;
  search->distance = df_mem_put(mem, search->distance);
  search->heap = df_mem_put(mem, search->heap);
  search->place = df_mem_put(mem, search->place);
  df_residual_close(&search->residual);
}

bool df_marginal(struct df *df, int32_t arc, int64_t *values)
{
  const struct df_store *store = &df->store;
  if (df->result != DF_OPTIMAL || arc < 0 || arc >= store->m) return false;
  if (df_residual_has(df, arc, false) || df_is_loop(store, arc)) return false;
  struct search search;
  bool gains = false;
  if (search_open(&search, df) && find_way(&search, store->head[arc], store->tail[arc])) {
    const int64_t zero[DF_MAX_LEVELS] = {0};
    int64_t gain[DF_MAX_LEVELS] = {0};
    for (int level = 0; level < search.levels; level++)
      gain[level] = df_reduced_cost(df, level, arc) +
                    search.distance[(size_t)store->tail[arc] * (size_t)search.levels + (size_t)level];
    gains = compare(gain, zero, search.levels) < 0;
    if (gains) memcpy(values, gain, (size_t)search.levels * sizeof *values);
  }
  search_close(&search);
  return gains;
}
