#include "tests/bench/solver/warm.h"
#include "tests/bench/solver/measure.h"
#include <inttypes.h>
#include <malloc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// A unit arc that carries something: to be closed by a withdrawal. -1: none is found from a random one on.
static int32_t draw_used(const struct df *df, const struct instance *net, uint64_t *random)
{
  int32_t start = (int32_t)instance_random(random, 0, net->m - 1);
  for (int32_t i = 0; i < net->m; i++) {
    int32_t arc = (int32_t)(((int64_t)start + i) % net->m);
    if (net->upper[arc] == 1 && net->lower[arc] == 0 && df_flow(df, arc) == 1) return arc;
  }
  return -1;
}

// With -l three levels of costs: the great part of each cost, what is left of it, a hash of the arc.
static struct df_problem ladder_of(const struct instance *net, const int64_t **cost)
{
  struct df_problem problem = measure_problem(net);
  int64_t most = 0, *level[MEASURE_LEVELS];
  for (int i = 0; i < MEASURE_LEVELS; i++)
    cost[i] = level[i] = calloc((size_t)net->m + 1, sizeof(int64_t));
  for (int32_t arc = 0; arc < net->m; arc++)
    most = llabs(net->cost[arc]) > most ? llabs(net->cost[arc]) : most;
  int64_t step = (int64_t)sqrt((double)most) + 1;
  for (int32_t arc = 0; arc < net->m; arc++) {
    uint64_t hash = (uint64_t)arc + 1;
    level[0][arc] = net->cost[arc] / step;
    level[1][arc] = net->cost[arc] % step;
    level[2][arc] = instance_random(&hash, 0, INT64_C(1) << 30);
  }
  problem.levels = MEASURE_LEVELS;
  problem.cost = cost;
  return problem;
}

enum edit { CLOSE, OPEN, WIDEN, NARROW, MOVE, PRICE, EDITS };

// Re-solves after some changes.
struct warm {
  struct df *df;
  struct instance *net;
  struct df_problem *problem;
  uint64_t random;
  bool mixed;
  int turns;
  double editing, *spent; // of this turn; by turn
  double cold, prepared;  // the solve before the first turn, and getting ready for turns
  uint64_t pivots, priced;
  bool unsound;
};

static int32_t draw_arc(struct warm *warm)
{
  return (int32_t)instance_random(&warm->random, 0, warm->net->m - 1);
}

// From a random arc on, the first whose upper bound is in [low, high]; -1: none.
static int32_t draw_bound(struct warm *warm, int32_t low, int32_t high)
{
  int32_t start = draw_arc(warm);
  for (int32_t i = 0; i < warm->net->m; i++) {
    int32_t arc = (int32_t)(((int64_t)start + i) % warm->net->m), upper = warm->net->upper[arc];
    if (warm->net->lower[arc] == 0 && upper >= low && upper <= high) return arc;
  }
  return -1;
}

static void set_upper(struct warm *warm, int32_t arc, int32_t upper)
{
  if (arc < 0) return;
  warm->net->upper[arc] = upper;
  double start = measure_now();
  (void)df_set_bounds(warm->df, arc, 0, upper);
  warm->editing += measure_now() - start;
}

// Half of the arcs are ones that carry something; up or down by up to a tenth.
static void change_cost(struct warm *warm)
{
  int32_t used = draw_used(warm->df, warm->net, &warm->random), arc = draw_arc(warm);
  int level = (int)instance_random(&warm->random, 0, warm->problem->levels - 1);
  if (used >= 0 && instance_random(&warm->random, 0, 1)) arc = used;
  int64_t *cost = (int64_t *)(uintptr_t)warm->problem->cost[level];
  cost[arc] += cost[arc] / 100 * instance_random(&warm->random, -10, 10);
  cost[arc] += instance_random(&warm->random, -3, 3);
  double start = measure_now();
  (void)df_set_cost(warm->df, level, arc, cost[arc]);
  warm->editing += measure_now() - start;
}

// One unit more or less from the first source to the first sink.
static void change_supply(struct warm *warm)
{
  struct instance *net = warm->net;
  int64_t by = instance_random(&warm->random, 0, 1) ? 1 : -1;
  int32_t from = 0, to = 0;
  while (from < net->n && net->supply[from] <= 0)
    from++;
  while (to < net->n && net->supply[to] >= 0)
    to++;
  if (from == net->n || to == net->n) return;
  net->supply[from] += by;
  net->supply[to] -= by;
  double start = measure_now();
  (void)df_set_supply(warm->df, from, net->supply[from]);
  (void)df_set_supply(warm->df, to, net->supply[to]);
  warm->editing += measure_now() - start;
}

static void edit_once(struct warm *warm)
{
  int32_t arc = -1;
  switch (warm->mixed ? (enum edit)instance_random(&warm->random, 0, EDITS - 1) : CLOSE) {
  case CLOSE:
    set_upper(warm, draw_used(warm->df, warm->net, &warm->random), 0);
    break;
  case OPEN:
    set_upper(warm, draw_bound(warm, 0, 0), 1);
    break;
  case WIDEN:
    arc = draw_bound(warm, 2, INT32_MAX - 1);
    set_upper(warm, arc, arc < 0 ? 0 : warm->net->upper[arc] + 1);
    break;
  case NARROW:
    arc = draw_bound(warm, 2, INT32_MAX);
    set_upper(warm, arc, arc < 0 ? 0 : warm->net->upper[arc] - 1);
    break;
  case MOVE:
    change_supply(warm);
    break;
  default:
    change_cost(warm);
  }
}

static int by_size(const void *a, const void *b)
{
  double left = *(const double *)a, right = *(const double *)b;
  return left < right ? -1 : left > right;
}

static void warm_solves(struct warm *warm, int changes)
{
  warm->pivots = warm->priced = 0;
  warm->unsound = false;
  for (int turn = 0; turn < warm->turns; turn++) {
    struct df_stats stats = {0};
    warm->editing = 0;
    for (int done = 0; done < changes; done++)
      edit_once(warm);
    double start = measure_now();
    enum df_code code = df_solve(warm->df, NULL, &stats);
    warm->spent[turn] = warm->editing + measure_now() - start;
    warm->pivots += stats.pivots;
    warm->priced += stats.arcs_priced;
    warm->unsound |= !measure_is_sound(warm->problem, warm->df, code);
  }
}

static void print_warm(const struct warm *warm, int changes, double lemon)
{
  int turns = warm->turns;
  double first = warm->spent[0];
  qsort(warm->spent, (size_t)turns, sizeof *warm->spent, by_size);
  double middle = warm->spent[turns / 2], most = warm->spent[turns - 1];
  printf("%-18s changes %4d warm ms median %8.3f (first %8.3f most %8.3f) pivots %8.1f priced %8.4f M | cold "
         "%7.3f s then %6.2f ms ns %7.3f s | %7.4f %% most %7.4f %%%s\n",
         warm->net->name, changes, middle * 1e3, first * 1e3, most * 1e3, (double)warm->pivots / turns,
         (double)warm->priced / 1e6 / turns, warm->cold, warm->prepared * 1e3, lemon,
         lemon > 0 ? middle / lemon * 100 : 0, lemon > 0 ? most / lemon * 100 : 0,
         warm->unsound ? " UNSOUND" : "");
  fflush(stdout);
}

// The second opinion takes and gives back much memory between two solves. Given back to the system, that
// makes the next access to every other page slow where page tables are shadowed, as on some virtual machines;
// it is not what a re-solve costs in a daemon.
static void keep_memory(void)
{
  (void)mallopt(M_MMAP_MAX, 0);
  (void)mallopt(M_TRIM_THRESHOLD, -1);
}

bool warm_measure(struct instance *net, const struct warm_options *options, double lemon)
{
  const int64_t *ladder[MEASURE_LEVELS] = {NULL};
  struct df_problem problem = options->ladder ? ladder_of(net, ladder) : measure_problem(net);
  keep_memory();
  struct df *df = measure_load(&problem, net->hint);
  double start = measure_now();
  enum df_code code = df ? df_solve(df, NULL, NULL) : DF_NO_MEMORY;
  double cold = measure_now() - start;
  bool ready = code == DF_OPTIMAL && df_prepare(df);
  double prepared = ready ? measure_now() - start - cold : 0;
  bool sound = true;
  if (code != DF_OPTIMAL) printf("%-18s no optimum to start from\n", net->name);
  struct warm warm = {.df = df,
                      .net = net,
                      .problem = &problem,
                      .random = 6,
                      .mixed = options->mixed,
                      .cold = cold,
                      .prepared = prepared};
  for (int changes = 1; changes <= 1000 && code == DF_OPTIMAL; changes *= 10) {
    warm.turns = changes > 10 ? options->turns : options->turns * 5;
    warm.spent = calloc((size_t)warm.turns, sizeof *warm.spent);
    warm_solves(&warm, changes);
    print_warm(&warm, changes, lemon);
    sound &= !warm.unsound;
    free(warm.spent);
  }
  df_free(df);
  for (int level = 0; level < MEASURE_LEVELS; level++)
    free((void *)(uintptr_t)ladder[level]);
  return sound;
}
