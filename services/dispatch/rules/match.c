#include "services/dispatch/rules/match.h"
#include "common/base/cleanup.h"
#include "services/dispatch/solver/solver.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

DEFINE_CLEANUP(struct df, df_free);

// Nodes: 0 the source, then candidates, then lines, last the sink. Every place is a unit of flow: through a
// candidate, or straight from the source as an empty place.
struct network {
  int32_t n, m;
  int64_t *supply, *lower, *upper;
  int32_t *tail, *head;
  int64_t *cost[1 + DSP_MATCH_LEVELS];
  int levels;
};

static void network_done(struct network *network)
{
  free(network->supply);
  free(network->lower);
  free(network->upper);
  free(network->tail);
  free(network->head);
  for (int i = 0; i < network->levels; i++)
    free(network->cost[i]);
}

static int network_init(const struct dsp_match_problem *problem, struct network *network)
{
  *network = (struct network){.n = problem->candidates + problem->lines + 2};
  size_t m = problem->n_pairs + (size_t)problem->candidates + 2 * (size_t)problem->lines;
  if (problem->n_pairs > DSP_MATCH_PAIRS_MAX || m > INT32_MAX) return -E2BIG;
  network->supply = calloc((size_t)network->n, sizeof *network->supply);
  network->lower = calloc(m + 1, sizeof *network->lower);
  network->upper = calloc(m + 1, sizeof *network->upper);
  network->tail = calloc(m + 1, sizeof *network->tail);
  network->head = calloc(m + 1, sizeof *network->head);
  bool short_of_memory =
      !network->supply || !network->lower || !network->upper || !network->tail || !network->head;
  for (int i = 0; i < 1 + problem->levels; i++) {
    network->cost[i] = calloc(m + 1, sizeof *network->cost[i]);
    network->levels = i + 1;
    if (!network->cost[i]) short_of_memory = true;
  }
  return short_of_memory ? -ENOMEM : 0;
}

static int32_t add_arc(struct network *network, int32_t tail, int32_t head, int64_t upper)
{
  network->tail[network->m] = tail;
  network->head[network->m] = head;
  network->upper[network->m] = upper;
  return network->m++;
}

// The pairs' arcs come first, so that arc i is pair i.
static void fill(const struct dsp_match_problem *problem, struct network *network)
{
  int32_t first_line = 1 + problem->candidates, sink = network->n - 1;
  for (size_t i = 0; i < problem->n_pairs; i++) {
    const struct dsp_match_pair *pair = &problem->pairs[i];
    int32_t arc = add_arc(network, 1 + pair->candidate, first_line + pair->line, 1);
    for (int level = 0; level < problem->levels; level++)
      network->cost[1 + level][arc] = pair->cost[level];
  }
  for (int32_t i = 0; i < problem->candidates; i++)
    add_arc(network, 0, 1 + i, 1);
  for (int32_t i = 0; i < problem->lines; i++) {
    int32_t arc = add_arc(network, 0, first_line + i, problem->need[i]);
    network->cost[0][arc] = problem->weight[i];
    add_arc(network, first_line + i, sink, problem->need[i]);
    network->supply[0] += problem->need[i];
    network->supply[sink] -= problem->need[i];
  }
}

static int solve(const struct network *network, struct df *df, bool *ret_optimal)
{
  struct df_problem problem = {.n = network->n,
                               .m = network->m,
                               .supply = network->supply,
                               .tail = network->tail,
                               .head = network->head,
                               .lower = network->lower,
                               .upper = network->upper,
                               .levels = network->levels,
                               .cost = (const int64_t *const *)network->cost};
  // A limit by work, not by time: the same input gives the same answer on every machine.
  struct df_options options = {.pivot_limit = 1000000 + 200 * (uint64_t)network->m};
  struct df_stats stats = {0};
  enum df_code code = df_load(df, &problem);
  if (code == DF_OK) code = df_solve(df, &options, &stats);
  if (code == DF_OPTIMAL || code == DF_FEASIBLE_GAP) {
    *ret_optimal = code == DF_OPTIMAL;
    return 0;
  }
  return code == DF_NO_MEMORY ? -ENOMEM : -EDOM;
}

static void take(const struct dsp_match_problem *problem, const struct df *df,
                 struct dsp_match_solution *solution)
{
  for (int32_t i = 0; i < problem->lines; i++)
    solution->unfilled += problem->need[i] * problem->weight[i];
  for (size_t i = 0; i < problem->n_pairs; i++) {
    const struct dsp_match_pair *pair = &problem->pairs[i];
    solution->taken[i] = df_flow(df, (int32_t)i) > 0;
    if (!solution->taken[i]) continue;
    solution->unfilled -= problem->weight[pair->line];
    for (int level = 0; level < problem->levels; level++)
      solution->value[level] += pair->cost[level];
  }
}

int dsp_match_solve(const struct dsp_match_problem *problem, struct dsp_match_solution *ret)
{
  _cleanup_(network_done) struct network network;
  _cleanup_(df_freep) struct df *df = NULL;
  struct dsp_match_solution solution = {.optimal = true};
  int r = network_init(problem, &network);
  if (r < 0) return r;
  solution.taken = calloc(problem->n_pairs + 1, sizeof *solution.taken);
  if (!solution.taken || !(df = df_new(NULL))) {
    free(solution.taken);
    return -ENOMEM;
  }
  fill(problem, &network);
  if ((r = solve(&network, df, &solution.optimal)) < 0) {
    free(solution.taken);
    return r;
  }
  take(problem, df, &solution);
  *ret = solution;
  return 0;
}
