// Level by level over one basis: after each level, arcs that it is not indifferent to are frozen where they
// are.
#include "services/dispatch/solver/crash.h"
#include "services/dispatch/solver/face.h"
#include "services/dispatch/solver/mend.h"
#include "services/dispatch/solver/notes.h"
#include "services/dispatch/solver/sift.h"

#define POTENTIAL_MAX ((unsigned __int128)1 << 60)
#define FLOW_MAX      ((unsigned __int128)1 << 59)

static unsigned __int128 reach_of(const struct df_store *store, int level)
{
  return ((unsigned __int128)store->n + 1) * ((unsigned __int128)store->cost_max[level] + 1);
}

static enum df_code admit(struct df *df)
{
  const struct df_store *store = &df->store;
  __int128 balance = 0;
  df->fault = DF_FAULT_NONE;
  df->bad_index = -1;
  for (int32_t v = 0; v < store->n; v++)
    balance += store->supply[v];
  if (balance != 0) {
    df->fault = DF_FAULT_BALANCE;
    return DF_BAD_INPUT;
  }
  for (int level = 0; level < store->levels; level++)
    if (reach_of(store, level) >= POTENTIAL_MAX) return DF_OVERFLOW;
  return store->mass < FLOW_MAX ? DF_OK : DF_OVERFLOW;
}

// An arc from a node to itself carries what its first cost that is not zero asks for.
static enum df_code settle_loops(struct df *df)
{
  struct df_store *store = &df->store;
  if (store->loops == 0) return DF_OK;
  for (int32_t arc = 0; arc < store->m; arc++) {
    if (!df_is_loop(store, arc)) continue;
    int64_t cost = 0;
    for (int level = 0; level < store->levels && cost == 0; level++)
      cost = df_column_get(&store->cost[level], arc);
    int64_t span = df_column_get(&store->span, arc);
    store->state[arc] &= (uint8_t)~DF_UPPER;
    if (cost >= 0 || span == 0) continue;
    if (span == DF_INFINITE) {
      df->bad_index = arc;
      return DF_UNBOUNDED;
    }
    store->state[arc] |= DF_UPPER;
  }
  return DF_OK;
}

static bool is_feasible(const struct df *df)
{
  const struct df_tree *tree = &df->tree;
  for (int32_t v = 0; v < df->store.n; v++) {
    int32_t pred = tree->link[v].pred;
    if (pred == DF_ARTIFICIAL_UP && df_tree_down(tree, v) > 0) return false;
    if (pred == DF_ARTIFICIAL_DOWN && df_tree_up(tree, v) > 0) return false;
  }
  return true;
}

static bool save_potentials(struct df *df, int level)
{
  int64_t **potential = &df->potential[level];
  if (!df_mem_resize(&df->mem, potential, (size_t)df->store.n + 1, sizeof **potential)) return false;
  for (int32_t v = 0; v < df->store.n; v++)
    (*potential)[v] = df->tree.pi[df->place[v]];
  return true;
}

// What the violated reduced costs could still gain at most: a proof of how far the flow is from the level's
// optimum.
static int64_t gap_of(const struct df *df, int level)
{
  const struct df_store *store = &df->store;

  unsigned __int128 gap = 0;
  for (int32_t arc = 0; arc < store->m; arc++) {
    uint8_t state = store->state[arc];
    if (state & (DF_TREE | DF_FROZEN)) continue;
    int64_t rc = df_reduced_cost(df, level, arc);
    int64_t span = df_column_get(&store->span, arc), gain = state & DF_UPPER ? rc : -rc;
    if (gain <= 0 || span == 0) continue;
    if (span == DF_INFINITE) return INT64_MAX;
    gap += (unsigned __int128)gain * (unsigned __int128)span;
  }
  return gap > INT64_MAX ? INT64_MAX : (int64_t)gap;
}

// One region: its entries of all layers, until none of them helps.
static enum df_stop solve_region(struct df *df, struct df_run *run, int32_t r)
{
  const struct df_regions *regions = &df->regions;
  for (uint64_t before = UINT64_MAX; before != run->stats->pivots;) {
    before = run->stats->pivots;
    for (int32_t layer = regions->layers - 1; layer >= 0; layer--) {
      const int32_t *first = regions->first + (ptrdiff_t)layer * (regions->count + 1);
      enum df_stop stop = df_simplex(df, run, first[r], first[r + 1]);
      if (stop != DF_STOP_OPTIMAL) return stop;
    }
    if (regions->layers == 1) break;
  }
  return DF_STOP_OPTIMAL;
}

static enum df_stop solve_regions(struct df *df, int level, struct df_run *run)
{
  struct df_regions *regions = &df->regions;
  for (;;) {
    for (int32_t r = 0; r < regions->count; r++) {
      enum df_stop stop = solve_region(df, run, r);
      if (stop != DF_STOP_OPTIMAL) return stop;
    }
    if (!df->sifted || regions->layers == DF_LAYERS) return DF_STOP_OPTIMAL;
    int32_t more = save_potentials(df, level) ? df_sift_let_in_regions(df, level) : -1;
    if (more < 0) return DF_STOP_MEMORY;
    if (more < df->work.count / 1000) return DF_STOP_OPTIMAL;
  }
}

static enum df_stop crash(struct df *df, struct df_run *run)
{
  int32_t *list = NULL, count = df_crash_list(df, &list);
  enum df_stop stop = count < 0 ? DF_STOP_MEMORY : df_simplex_try(df, run, list, count);
  df_mem_put(&df->mem, list);
  return stop;
}

// Region by region where there are regions, then everything, then with the arcs let in, until none is.
static enum df_stop run_level(struct df *df, int level, struct df_run *run)
{
  run->whole = false;
  enum df_stop stop = run->cold && level == 0 ? crash(df, run) : DF_STOP_OPTIMAL;
  if (stop == DF_STOP_OPTIMAL && run->cold && level == 0 && df->regions.count > 0)
    stop = solve_regions(df, level, run);
  run->whole = true;
  for (int32_t fresh = 0; stop == DF_STOP_OPTIMAL;) {
    stop = df_simplex(df, run, fresh, df->work.count); // entries just let in are where the work is
    if (stop == DF_STOP_OPTIMAL && fresh > 0) stop = df_simplex(df, run, 0, df->work.count);
    fresh = df->work.count;
    if (stop != DF_STOP_OPTIMAL || !df->sifted) break;
    int32_t more = save_potentials(df, level) ? df_sift_let_in(df, level) : -1;
    if (more == 0) break;
    if (more < 0) return DF_STOP_MEMORY;
  }
  return stop;
}

static enum df_code solve_level(struct df *df, int level, struct df_run *run)
{
  df->result_level = level;
  df->tree.big = level == 0 ? (int64_t)reach_of(&df->store, 0) : 0;
  enum df_code code = DF_OK;
  if (df->kept)
    df_basis_resume(df);
  else
    code = df_face_build(df, level);
  if (code != DF_OK) return code;
  df_tree_potentials(&df->tree, &df->work);
  enum df_stop stop = run_level(df, level, run);
  df_tree_normalise(&df->tree);
  df_basis_sync(df);
  df->kept = df->store.levels <= 1;
  df->sifted = df->kept;                                       // from now on arcs may be added
  if (df->kept) df->excess = df_mem_put(&df->mem, df->excess); // before potentials need as much
  if (stop == DF_STOP_MEMORY || !save_potentials(df, level)) return DF_NO_MEMORY;
  if (stop == DF_STOP_UNBOUNDED) return DF_UNBOUNDED;
  bool feasible = level > 0 || is_feasible(df);
  if (stop == DF_STOP_LIMIT) {
    if (!feasible) return DF_CANCELLED;
    run->stats->gap = gap_of(df, level);
    return DF_FEASIBLE_GAP;
  }
  return feasible ? DF_OPTIMAL : DF_INFEASIBLE;
}

static enum df_code start(struct df *df)
{
  if (!df->basis) return df_basis_cold(df) ? DF_OK : DF_NO_MEMORY;
  if (df->store.levels > 1) df_face_thaw(df);
  return df_basis_repair(df);
}

static enum df_code solve(struct df *df, struct df_run *run)
{
  enum df_code code = admit(df);
  run->cold = !df->basis;
  if (!run->cold) run->renumber = (uint64_t)df->store.n / 2;
  run->stats->mended = code == DF_OK && df_mend(df, run);
  if (run->stats->mended) return DF_OPTIMAL;
  df_near_forget(df);
  if (code == DF_OK) code = start(df);
  if (code == DF_OK) code = settle_loops(df);
  if (code != DF_OK) return code;
  df->basis = true;
  int levels = df->store.levels > 0 ? df->store.levels : 1;
  for (int level = 0; level < levels; level++) {
    if (level > 0) df_face_freeze(df, level - 1);
    code = solve_level(df, level, run);
    if (code != DF_OPTIMAL) break;
  }
  if (code == DF_NO_MEMORY) df->basis = false;
  return code;
}

enum df_code df_solve(struct df *df, const struct df_options *options, struct df_stats *stats)
{
  struct df_stats own = {0};
  struct df_run run = {
      .options = options, .stats = stats ? stats : &own, .checked = (uint64_t)0 - (1U << 20)};
  df->tree.touched = 0;
  *run.stats = (struct df_stats){0};
  df->result = solve(df, &run);
  df->optimal = df->result == DF_OPTIMAL;
  df_forget_notes(df);
  run.stats->peak_bytes = df->mem.peak;
  run.stats->level = df->result_level;
  return df->result;
}
