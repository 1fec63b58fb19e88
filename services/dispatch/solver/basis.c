// Bases between solves are states of arcs plus a tree whose pred are arcs; while a level is solved, pred are
// entries of the working set. Here: the cold start, repair after edits, and the way back from entries to
// arcs.
#include "services/dispatch/solver/region.h"
#include <string.h>

static void carry_fixed(struct df *df, int32_t arc)
{
  const struct df_store *store = &df->store;
  int64_t fixed = df_column_get(&store->lower, arc);
  if (store->state[arc] & DF_UPPER) fixed += df_column_get(&store->span, arc);
  df->excess[df->place[store->tail[arc]]] -= fixed;
  df->excess[df->place[store->head[arc]]] += fixed;
}

// Supply still to be carried by tree arcs: supply, less what lower bounds and saturated arcs carry.
static void fill_excess(struct df *df)
{
  const struct df_store *store = &df->store;
  const uint64_t upper = UINT64_C(0x0101010101010101) * DF_UPPER;
  for (int32_t v = 0; v < store->n; v++)
    df->excess[df->place[v]] = store->supply[v];
  df->excess[store->n] = 0;
  bool lower = store->lower.narrow || store->lower.wide;
  for (int32_t arc = 0; arc < store->m; arc += 8) { // eight states at a time: few arcs are saturated
    uint64_t states = 0;
    memcpy(&states, store->state + arc, sizeof states); // storage goes on past the last arc, with state 0
    if (!lower && !(states & upper)) continue;
    for (int32_t i = arc; i < arc + 8 && i < store->m; i++)
      if (lower || store->state[i] & DF_UPPER) carry_fixed(df, i);
  }
}

static bool needs_wide(const struct df *df)
{
  unsigned __int128 total = 0;
  for (int32_t v = 0; v < df->store.n; v++)
    total += df->excess[v] < 0 ? (uint64_t)-df->excess[v] : (uint64_t)df->excess[v];
  return df->store.span.wide || total > INT32_MAX / 2;
}

static void load_artificial(struct df_tree *tree, int32_t v, int64_t excess)
{
  int64_t all = df_tree_infinite(tree);
  bool up = excess >= 0;
  tree->link[v].pred = up ? DF_ARTIFICIAL_UP : DF_ARTIFICIAL_DOWN;
  df_tree_residual(tree, v, up ? all - excess : -excess, up ? excess : all + excess);
}

static void hang_from_root(struct df_tree *tree, int32_t v, int64_t excess)
{
  df_tree_set(tree, v, tree->n, 0, 0);
  load_artificial(tree, v, excess);
}

static void root_alone(struct df_tree *tree)
{
  df_tree_set(tree, tree->n, -1, 0, 0);
  tree->link[tree->n].pred = DF_ARTIFICIAL_UP;
}

bool df_basis_room(struct df *df, bool wide)
{
  int32_t n = df->store.n;
  df_work_free(&df->work, &df->mem);
  df->kept = false;
  return df_mem_resize(&df->mem, &df->entry, (size_t)n + 1, sizeof *df->entry) &&
         df_mem_resize(&df->mem, &df->excess, (size_t)n + 1, sizeof *df->excess) && df_region_plan(df) &&
         df_tree_room(&df->tree, &df->mem, n, wide);
}

bool df_basis_cold(struct df *df)
{
  struct df_store *store = &df->store;
  struct df_tree *tree = &df->tree;
  for (int32_t arc = 0; arc < store->m; arc++)
    store->state[arc] = 0;
  if (!df_basis_room(df, tree->wide)) return false;
  fill_excess(df);
  if (!df_tree_room(tree, &df->mem, store->n, needs_wide(df))) return false;
  for (int32_t v = 0; v < store->n; v++)
    hang_from_root(tree, v, df->excess[v]);
  root_alone(tree);
  return df_tree_thread(tree);
}

// The tree arc of v has to carry x towards the parent. Returns what it does carry; the rest goes over an
// artificial.
static int64_t settle(struct df *df, int32_t v, int64_t x, bool *changed)
{
  struct df_tree *tree = &df->tree;
  struct df_store *store = &df->store;
  int32_t arc = tree->link[v].pred, parent = df_tree_parent(tree, v);
  if (arc < 0) {
    load_artificial(tree, v, x);
    return x;
  }
  bool upwards = df->place[store->tail[arc]] == v;
  int64_t span = df_column_get(&store->span, arc), flow = upwards ? x : -x;
  int64_t kept = flow < 0 ? 0 : flow > span ? span : flow;
  int64_t up = upwards ? span - kept : kept;
  if (kept == flow && up > 0) {
    df_tree_residual(tree, v, up, span - up);
    return x;
  }
  store->state[arc] &= (uint8_t) ~(DF_TREE | DF_UPPER);
  if (kept == span && span > 0) store->state[arc] |= DF_UPPER;
  if (df->kept && df_work_turned(&df->work, df->entry[v]) != (kept == span && span > 0))
    df_work_turn(&df->work, df->entry[v]);
  int64_t carried = upwards ? kept : -kept;
  hang_from_root(tree, v, x - carried);
  df->excess[parent] += carried;
  *changed = true;
  return 0;
}

// Entries and tree arcs as the edits and dual pivots since the last run of the simplex left them.
static void refresh_entries(struct df *df, int level)
{
  struct df_store *store = &df->store;
  struct df_work *work = &df->work;
  for (int32_t entry = 0; entry < work->count; entry++) {
    int32_t arc = df_work_arc(work, entry);
    uint8_t state = store->state[arc];
    if (!(state & DF_EDITED)) continue;
    if (state & DF_TREE)
      df->entry[df_lower_end(df, arc)] = entry;
    else if (df_work_turned(work, entry) != (bool)(state & DF_UPPER))
      df_work_turn(work, entry);
    int64_t cost = df_column_get(&store->cost[level], arc);
    work->cost[entry] = df_work_turned(work, entry) ? -cost : cost;
    store->state[arc] &= (uint8_t)~DF_EDITED;
  }
}

enum df_code df_basis_repair(struct df *df)
{
  struct df_tree *tree = &df->tree;
  int32_t root = df->store.n;
  if (!df_mem_resize(&df->mem, &df->excess, (size_t)root + 1, sizeof *df->excess)) return DF_NO_MEMORY;
  if (df->kept && df->edited) refresh_entries(df, 0);
  df->edited = false;
  fill_excess(df);
  bool changed = false;
  if (!df_tree_convert(tree, &df->mem, needs_wide(df))) return DF_NO_MEMORY;
  for (int32_t v = tree->link[root].back; v != root;) {
    int32_t before = tree->link[v].back, parent = df_tree_parent(tree, v);
    int64_t carried = settle(df, v, df->excess[v], &changed);
    if (parent != root) df->excess[parent] += carried;
    v = before;
  }
  if (changed) (void)df_tree_thread(tree);
  return DF_OK;
}

void df_basis_resume(struct df *df)
{
  for (int32_t v = 0; v < df->store.n; v++)
    if (df->tree.link[v].pred >= 0) df->tree.link[v].pred = df->entry[v];
}

void df_basis_sync(struct df *df)
{
  struct df_store *store = &df->store;
  const struct df_work *work = &df->work;
  for (int32_t entry = 0; entry < work->count; entry++) {
    uint8_t *state = &store->state[df_work_arc(work, entry)];
    *state &= (uint8_t) ~(DF_UPPER | DF_TREE);
    if (df_work_turned(work, entry)) *state |= DF_UPPER;
  }
  for (int32_t v = 0; v < store->n; v++) {
    int32_t *pred = &df->tree.link[v].pred;
    df->entry[v] = *pred;
    if (*pred < 0) continue;
    *pred = df_work_arc(work, *pred);
    store->state[*pred] &= (uint8_t)~DF_UPPER;
    store->state[*pred] |= DF_TREE;
  }
}
