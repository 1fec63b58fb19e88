#include "services/dispatch/solver/search.h"
#include <string.h>

static bool nearer(const struct df_search *search, int32_t a, int32_t b)
{
  const int64_t *distance = search->distance;
  size_t levels = (size_t)search->levels;
  int order =
      df_distance_compare(distance + (size_t)a * levels, distance + (size_t)b * levels, search->levels);
  return order < 0 || (order == 0 && a < b);
}

static void heap_put(struct df_search *search, int32_t at, int32_t node)
{
  search->heap[at] = node;
  search->place[node] = at + 1;
}

static void heap_up(struct df_search *search, int32_t node)
{
  int32_t at = search->place[node] - 1;
  while (at > 0 && nearer(search, node, search->heap[(at - 1) / 2])) {
    heap_put(search, at, search->heap[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  heap_put(search, at, node);
}

static int32_t heap_pop(struct df_search *search)
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

static void reach(struct df_search *search, int32_t node, const int64_t *distance, int32_t via)
{
  int64_t *known = search->distance + (size_t)node * (size_t)search->levels;
  memcpy(known, distance, (size_t)search->levels * sizeof *known);
  search->via[node] = via;
  if (search->place[node] == 0) {
    search->heap[search->count] = node;
    search->place[node] = ++search->count;
  }
  heap_up(search, node);
}

// The arc `step >> 1` at node `at`, which is its head if step is odd. Walking away from an end of the way
// goes with the direction of residual arcs, or against it in reverse.
static void relax(struct df_search *search, int32_t at, int32_t step)
{
  const struct df *df = search->residual.df;
  int32_t arc = step >> 1;
  bool at_head = step & 1, backwards = at_head != search->reverse;
  int32_t to = at_head ? df->store.tail[arc] : df->store.head[arc];
  if (arc == search->except || search->place[to] < 0 || !df_residual_has(df, arc, backwards)) return;
  int64_t fresh[DF_MAX_LEVELS];
  const int64_t *here = df_search_distance(search, at), *known = df_search_distance(search, to);
  bool nearer_yet = search->place[to] == 0; // most ways are longer, and mostly the first levels tell
  for (int level = 0; level < search->levels; level++) {
    int64_t rc = df_reduced_cost(df, level, arc);
    fresh[level] = here[level] + (backwards ? -rc : rc);
    if (!nearer_yet && fresh[level] > known[level]) return;
    nearer_yet |= fresh[level] < known[level];
  }
  if (nearer_yet) reach(search, to, fresh, arc * 2 + backwards);
}

bool df_search_run(struct df_search *search, int32_t from, int32_t to)
{
  search->heap[0] = from;
  search->place[from] = search->count = 1;
  while (search->count > 0) {
    int32_t v = heap_pop(search);
    if (v == to) return true;
    const struct df_residual *residual = &search->residual;
    for (int32_t k = residual->at.first[v]; k < residual->at.first[v + 1]; k++)
      relax(search, v, residual->at.arc[k]);
  }
  return to < 0;
}

bool df_search_open(struct df_search *search, const struct df *df, bool reverse)
{
  size_t n = (size_t)df->store.n;
  *search = (struct df_search){.levels = df->store.levels, .reverse = reverse, .except = -1};
  if (!df_residual_open(&search->residual, df)) return false;
  struct df_mem *mem = &search->residual.mem;
  search->distance =
      df_mem_get(mem, n * (size_t)(search->levels ? search->levels : 1) + 1, sizeof *search->distance);
  search->via = df_mem_get(mem, n + 1, sizeof *search->via);
  search->heap = df_mem_get(mem, n + 1, sizeof *search->heap);
  search->place = df_mem_get(mem, n + 1, sizeof *search->place);
  return search->distance && search->via && search->heap && search->place;
}

void df_search_close(struct df_search *search)
{
  struct df_mem *mem = &search->residual.mem;
  search->distance = df_mem_put(mem, search->distance);
  search->via = df_mem_put(mem, search->via);
  search->heap = df_mem_put(mem, search->heap);
  search->place = df_mem_put(mem, search->place);
  df_residual_close(&search->residual);
}
