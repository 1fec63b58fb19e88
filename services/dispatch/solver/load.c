// Taking networks and edits in: every number is checked here, so that the arithmetic after it cannot
// overflow.
#include "services/dispatch/solver/load.h"
#include "services/dispatch/solver/notes.h"
#include <string.h>

#define NUMBER_MAX (INT64_C(1) << 58) // of supplies and bounds

enum df_code df_refuse(struct df *df, enum df_fault what, int64_t index)
{
  df->fault = what;
  df->bad_index = index;
  return what == DF_FAULT_RANGE ? DF_OVERFLOW : DF_BAD_INPUT;
}

static bool in_range(int64_t value)
{
  return value >= -NUMBER_MAX && value <= NUMBER_MAX;
}

static unsigned __int128 size_of(int64_t value)
{
  return value < 0 ? (unsigned __int128)0 - (unsigned __int128)value : (unsigned __int128)value;
}

struct bounds {
  int64_t lower, span;
};

// What is wrong with the bounds, or DF_FAULT_NONE.
static enum df_fault read_bounds(int64_t lower, int64_t upper, struct bounds *ret)
{
  if (upper < lower) return DF_FAULT_BOUNDS;
  if (!in_range(lower)) return DF_FAULT_RANGE;
  bool open = upper >= DF_INFINITE;
  if (!open && !in_range(upper)) return DF_FAULT_RANGE;
  *ret = (struct bounds){.lower = lower, .span = open ? DF_INFINITE : upper - lower};
  return DF_FAULT_NONE;
}

static unsigned __int128 mass_of(struct bounds bounds)
{
  unsigned __int128 mass = size_of(bounds.lower);
  return bounds.span == DF_INFINITE ? mass : mass + (unsigned __int128)bounds.span;
}

static int64_t upper_of(const struct df_problem *problem, int32_t arc)
{
  return problem->upper32 ? problem->upper32[arc] : problem->upper[arc];
}

static int64_t lower_of(const struct df_problem *problem, int32_t arc)
{
  if (problem->lower32) return problem->lower32[arc];
  return problem->lower ? problem->lower[arc] : 0;
}

// What storage the arcs of a problem need.
struct widths {
  bool lower, lower_wide, span_wide;
  bool cost_wide[DF_MAX_LEVELS];
};

static bool fits(int64_t value)
{
  return value >= INT32_MIN && value <= INT32_MAX;
}

static enum df_code survey_arcs(struct df *df, const struct df_problem *problem, struct widths *ret)
{
  struct df_store *store = &df->store;
  for (int32_t arc = 0; arc < problem->m; arc++) {
    uint32_t tail = (uint32_t)problem->tail[arc], head = (uint32_t)problem->head[arc];
    if (tail >= (uint32_t)problem->n || head >= (uint32_t)problem->n)
      return df_refuse(df, DF_FAULT_NODE, arc);
    struct bounds bounds = {0};
    enum df_fault wrong = read_bounds(lower_of(problem, arc), upper_of(problem, arc), &bounds);
    if (wrong != DF_FAULT_NONE) return df_refuse(df, wrong, arc);
    store->mass += mass_of(bounds);
    store->loops += tail == head;
    ret->lower |= bounds.lower != 0;
    ret->lower_wide |= !fits(bounds.lower);
    ret->span_wide |= !fits(bounds.span);
  }
  return DF_OK;
}

static enum df_code survey_costs(struct df *df, const struct df_problem *problem, struct widths *ret)
{
  for (int level = 0; level < problem->levels; level++) {
    const int64_t *cost = problem->cost[level];
    int64_t most = 0;
    for (int32_t arc = 0; arc < problem->m; arc++) {
      if (!in_range(cost[arc])) return df_refuse(df, DF_FAULT_RANGE, arc);
      int64_t size = cost[arc] < 0 ? -cost[arc] : cost[arc];
      most = size > most ? size : most;
    }
    df->store.cost_max[level] = most;
    ret->cost_wide[level] = !fits(most);
  }
  return DF_OK;
}

static enum df_code survey(struct df *df, const struct df_problem *problem, struct widths *ret)
{
  if (problem->n < 0 || problem->n > DF_NODES_MAX || problem->m < 0 || problem->m > DF_ARCS_MAX ||
      problem->levels < 0 || problem->levels > DF_MAX_LEVELS)
    return df_refuse(df, DF_FAULT_SIZE, 0);
  for (int32_t node = 0; node < problem->n; node++) {
    if (!in_range(problem->supply[node])) return df_refuse(df, DF_FAULT_RANGE, node);
    df->store.mass += size_of(problem->supply[node]);
  }
  enum df_code code = survey_arcs(df, problem, ret);
  return code == DF_OK ? survey_costs(df, problem, ret) : code;
}

static bool make_room(struct df *df, const struct df_problem *problem, const struct widths *widths)
{
  struct df_store *store = &df->store;
  struct df_mem *mem = &df->mem;
  store->node_room = problem->n;
  store->arc_room = problem->m;
  size_t n = (size_t)problem->n, m = df_arc_slots(store);
  store->supply = df_mem_get(mem, n, sizeof *store->supply);
  store->tail = df_mem_get(mem, m, sizeof *store->tail);
  store->head = df_mem_get(mem, m, sizeof *store->head);
  store->state = df_mem_get(mem, m, sizeof *store->state);
  bool ok = store->supply && store->tail && store->head && store->state;
  ok = ok && df_column_new(&store->span, mem, m, widths->span_wide);
  if (widths->lower) ok = ok && df_column_new(&store->lower, mem, m, widths->lower_wide);
  for (int level = 0; level < problem->levels; level++)
    ok = ok && df_column_new(&store->cost[level], mem, m, widths->cost_wide[level]);
  return ok;
}

static void fill(struct df *df, const struct df_problem *problem)
{
  struct df_store *store = &df->store;
  store->n = problem->n;
  store->m = problem->m;
  store->levels = problem->levels;
  if (problem->n) memcpy(store->supply, problem->supply, (size_t)problem->n * sizeof *store->supply);
  if (problem->m == 0) return;
  memcpy(store->tail, problem->tail, (size_t)problem->m * sizeof *store->tail);
  memcpy(store->head, problem->head, (size_t)problem->m * sizeof *store->head);
  size_t room = df_arc_slots(store);
  for (int32_t arc = 0; arc < problem->m; arc++) {
    struct bounds bounds = {0};
    (void)read_bounds(lower_of(problem, arc), upper_of(problem, arc), &bounds);
    (void)df_column_set(&store->span, &df->mem, room, arc, bounds.span);
    if (bounds.lower) (void)df_column_set(&store->lower, &df->mem, room, arc, bounds.lower);
  }
  for (int level = 0; level < problem->levels; level++)
    for (int32_t arc = 0; arc < problem->m; arc++)
      (void)df_column_set(&store->cost[level], &df->mem, room, arc, problem->cost[level][arc]);
}

enum df_code df_check_arc(struct df *df, const struct df_arcs *arcs, int32_t i)
{
  const struct df_store *store = &df->store;
  if (arcs->tail[i] < 0 || arcs->tail[i] >= store->n || arcs->head[i] < 0 || arcs->head[i] >= store->n)
    return df_refuse(df, DF_FAULT_NODE, i);
  struct bounds bounds = {0};
  enum df_fault wrong = read_bounds(arcs->lower ? arcs->lower[i] : 0, arcs->upper[i], &bounds);
  if (wrong != DF_FAULT_NONE) return df_refuse(df, wrong, i);
  for (int level = 0; level < store->levels; level++)
    if (!in_range(arcs->cost[level][i])) return df_refuse(df, DF_FAULT_RANGE, i);
  return DF_OK;
}

enum df_code df_load(struct df *df, const struct df_problem *problem)
{
  df_clear(df);
  struct widths widths = {0};
  enum df_code code = survey(df, problem, &widths);
  if (code == DF_OK && !make_room(df, problem, &widths)) code = DF_NO_MEMORY;
  if (code == DF_OK) {
    fill(df, problem);
    return DF_OK;
  }
  int64_t index = df->bad_index;
  enum df_fault what = df->fault;
  df_clear(df);
  df->bad_index = index;
  df->fault = what;
  return code;
}

enum df_code df_set_cost(struct df *df, int level, int32_t arc, int64_t cost)
{
  struct df_store *store = &df->store;
  if (level < 0 || level >= store->levels) return df_refuse(df, DF_FAULT_SIZE, level);
  if (arc < 0 || arc >= store->m) return df_refuse(df, DF_FAULT_SIZE, arc);
  if (!in_range(cost)) return df_refuse(df, DF_FAULT_RANGE, arc);
  df_note_arc(df, arc);
  if (!df_column_set(&store->cost[level], &df->mem, df_arc_slots(store), arc, cost)) return DF_NO_MEMORY;
  store->state[arc] |= DF_EDITED;
  df->edited = true;
  int64_t size = cost < 0 ? -cost : cost;
  if (size > store->cost_max[level]) store->cost_max[level] = size;
  df->result = DF_OK; // explanations need a solve first
  return DF_OK;
}

enum df_code df_set_bounds(struct df *df, int32_t arc, int64_t lower, int64_t upper)
{
  struct df_store *store = &df->store;
  if (arc < 0 || arc >= store->m) return df_refuse(df, DF_FAULT_SIZE, arc);
  struct bounds bounds = {0};
  enum df_fault wrong = read_bounds(lower, upper, &bounds);
  if (wrong != DF_FAULT_NONE) return df_refuse(df, wrong, arc);
  struct bounds old = {.lower = df_column_get(&store->lower, arc), .span = df_column_get(&store->span, arc)};
  size_t room = df_arc_slots(store);
  df_note_arc(df, arc);
  if (!df_column_set(&store->span, &df->mem, room, arc, bounds.span)) return DF_NO_MEMORY;
  if (!df_column_set(&store->lower, &df->mem, room, arc, bounds.lower)) {
    (void)df_column_set(&store->span, &df->mem, room, arc, old.span);
    return DF_NO_MEMORY;
  }
  store->mass = store->mass - mass_of(old) + mass_of(bounds);
  store->state[arc] |= DF_EDITED;
  df->edited = true;
  if (bounds.span == DF_INFINITE) store->state[arc] &= (uint8_t)~DF_UPPER; // no bound to be at
  df->result = DF_OK;                                                      // explanations need a solve first
  return DF_OK;
}

enum df_code df_set_supply(struct df *df, int32_t node, int64_t supply)
{
  struct df_store *store = &df->store;
  if (node < 0 || node >= store->n) return df_refuse(df, DF_FAULT_SIZE, node);
  if (!in_range(supply)) return df_refuse(df, DF_FAULT_RANGE, node);
  df_note_supply(df, node, supply - store->supply[node]);
  store->mass = store->mass - size_of(store->supply[node]) + size_of(supply);
  store->supply[node] = supply;
  df->result = DF_OK; // explanations need a solve first
  return DF_OK;
}
