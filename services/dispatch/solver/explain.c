// Cuts and exact marginal values from the residual network. Duals are degenerate, so no raw dual is given as
// a price.
#include "services/dispatch/solver/search.h"
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

static const int64_t no_change[DF_MAX_LEVELS];

// Lists the way that was found from `from` to `to`. Returns its length, of which at most `room` steps are
// written.
static int32_t read_way(const struct df_search *search, int32_t from, int32_t to, int32_t *steps,
                        int32_t room)
{
  const struct df_store *store = &search->residual.df->store;
  int32_t count = 0;
  for (int32_t v = to; v != from; count++) {
    int32_t step = search->via[v];
    if (count < room) steps[count] = step;
    v = step & 1 ? store->head[step >> 1] : store->tail[step >> 1];
  }
  int32_t written = count < room ? count : room;
  for (int32_t i = 0; i < written / 2; i++) { // the way was followed from its end
    int32_t kept = steps[i];
    steps[i] = steps[written - 1 - i];
    steps[written - 1 - i] = kept;
  }
  return count;
}

static bool may_ask(const struct df *df, int32_t arc)
{
  return df->result == DF_OPTIMAL && arc >= 0 && arc < df->store.m && !df_is_loop(&df->store, arc);
}

int32_t df_chain(const struct df *df, int32_t arc, int32_t *steps, int32_t room, int64_t *values)
{
  if (!may_ask(df, arc)) return -1;
  int32_t from = df->store.head[arc], to = df->store.tail[arc], count = -1;
  struct df_search search;
  bool open = df_search_open(&search, df, false);
  search.except = arc; // taking back what the arc carries makes room for nothing
  if (open && df_search_run(&search, from, to)) {
    count = read_way(&search, from, to, steps, room);
    for (int level = 0; level < search.levels; level++)
      values[level] = df_reduced_cost(df, level, arc) + df_search_distance(&search, to)[level];
  }
  df_search_close(&search);
  return count;
}

bool df_marginal(const struct df *df, int32_t arc, int64_t *values)
{
  int64_t gain[DF_MAX_LEVELS] = {0};
  if (!may_ask(df, arc) || df_residual_has(df, arc, false)) return false;
  if (df_chain(df, arc, NULL, 0, gain) < 0) return false;
  if (df_distance_compare(gain, no_change, df->store.levels) >= 0) return false;
  memcpy(values, gain, (size_t)df->store.levels * sizeof *values);
  return true;
}

static int32_t insert(struct df_alternative *out, int32_t count, int32_t k, const struct df_alternative *next,
                      int levels)
{
  int32_t at = count < k ? count : k - 1;
  if (count == k && df_distance_compare(next->values, out[at].values, levels) >= 0) return count;
  for (; at > 0 && df_distance_compare(next->values, out[at - 1].values, levels) < 0; at--)
    out[at] = out[at - 1];
  out[at] = *next;
  return count < k ? count + 1 : k;
}

int32_t df_alternatives(const struct df *df, int32_t node, enum df_side side, int32_t k,
                        struct df_alternative *out)
{
  const struct df_store *store = &df->store;
  if (df->result != DF_OPTIMAL || node < 0 || node >= store->n || k <= 0) return 0;
  bool into = side == DF_INTO;
  struct df_search search;
  int32_t count = 0;
  if (df_search_open(&search, df, !into) && df_search_run(&search, node, -1)) {
    const struct df_residual *residual = &search.residual;
    for (int32_t i = residual->at.first[node]; i < residual->at.first[node + 1]; i++) {
      int32_t arc = residual->at.arc[i] >> 1, other = into ? store->tail[arc] : store->head[arc];
      if ((residual->at.arc[i] & 1) != into || other == node || !df_residual_has(df, arc, false)) continue;
      if (df_arc_flow(df, arc) > 0 || !df_search_reached(&search, other)) continue;
      struct df_alternative next = {.arc = arc};
      for (int level = 0; level < search.levels; level++)
        next.values[level] = df_reduced_cost(df, level, arc) + df_search_distance(&search, other)[level];
      count = insert(out, count, k, &next, search.levels);
    }
  }
  df_search_close(&search);
  return count;
}
