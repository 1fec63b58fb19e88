// LEMON as a second opinion: two of its algorithms must find the same cost as the solver, with and without
// hints.
#include "services/dispatch/solver/check.h"
#include "tests/bench/solver/families.h"
#include "tests/bench/solver/measure.h"
#include "tests/bench/solver/rival.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void check_sound(const struct instance *net, const struct df_problem *problem, const struct df *df,
                        enum df_code code)
{
  int64_t *flow = calloc((size_t)net->m + 1, sizeof *flow),
          *potential = calloc((size_t)net->n + 1, sizeof *potential);
  uint8_t *marks = calloc((size_t)net->n + 1, 1);
  const int64_t *potentials[1] = {potential};
  for (int32_t arc = 0; arc < net->m; arc++)
    flow[arc] = df_flow(df, arc);
  for (int32_t v = 0; v < net->n; v++)
    potential[v] = df_potential(df, 0, v);
  struct df_claim claim = {.flow = flow, .potential = potentials};
  df_cut(df, marks);
  struct df_finding finding =
      code == DF_OPTIMAL ? df_check_optimal(problem, &claim) : df_check_cut(problem, marks);
  assert_int_equal(finding.verdict, DF_SOUND);
  free(flow);
  free(potential);
  free(marks);
}

static enum df_code solve(const struct instance *net, const int32_t *hint, int64_t *ret)
{
  const struct df_problem problem = measure_problem(net);
  struct df *df = df_new(NULL);
  int64_t high = 0;
  uint64_t low = 0;
  assert_int_equal(df_load(df, &problem), DF_OK);
  if (hint) assert_true(df_hint(df, hint));
  enum df_code code = df_solve(df, NULL, NULL);
  check_sound(net, &problem, df, code);
  df_objective(df, 0, &high, &low);
  assert_int_equal(high, (int64_t)low < 0 ? -1 : 0);
  df_free(df);
  *ret = (int64_t)low;
  return code;
}

static void expect(const struct instance *net, const int32_t *hint, const struct rival_result *wanted)
{
  int64_t cost = 0;
  enum df_code code = solve(net, hint, &cost);
  assert_int_equal(code, wanted->optimal ? DF_OPTIMAL : DF_INFEASIBLE);
  if (wanted->optimal) assert_int_equal(cost, wanted->cost);
}

static double no_time(void)
{
  return 0;
}

// CostScaling multiplies costs by the number of nodes and more, and does not look whether that fits.
static void compare(struct instance *net)
{
  int64_t most = 0;
  for (int32_t arc = 0; arc < net->m; arc++)
    most = llabs(net->cost[arc]) > most ? llabs(net->cost[arc]) : most;
  struct rival_result simplex = rival_solve(net, RIVAL_SIMPLEX, no_time);
  if (most < INT64_MAX / 64 / (net->n + 1)) {
    struct rival_result scaling = rival_solve(net, RIVAL_SCALING, no_time);
    assert_int_equal(simplex.optimal, scaling.optimal);
    assert_int_equal(simplex.cost, scaling.cost);
  }
  expect(net, NULL, &simplex);
  if (net->hint) expect(net, net->hint, &simplex);
  instance_free(net);
}

static void agrees_on_dispatch(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++)
    for (enum make_variant variant = MAKE_STD; variant <= MAKE_LEX; variant++)
      compare(make_dispatch("dispatch", 1500, seed, variant));
  compare(make_dispatch("provinces", 13000, 9, MAKE_STD)); // several regions, sifted
}

static void agrees_on_assignment_and_transport(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed <= 3; seed++) {
    compare(make_assignment("loose", 800, 1000, 30, 10000, seed));
    compare(make_assignment("tight", 800, 800, 30, 20, seed));
    struct make_transport dense = {40, 40, 40, 1000, 50, seed}, sparse = {300, 400, 12, 1000, 50, seed};
    compare(make_transport("dense", &dense));
    compare(make_transport("sparse", &sparse));
  }
}

static void agrees_on_transshipment(void **state)
{
  (void)state;
  for (int64_t seed = 1; seed <= 3; seed++) {
    struct make_netgen netgen = {.n = 1000,
                                 .m = 8000,
                                 .sources = 30,
                                 .sinks = 30,
                                 .cost_max = 10000,
                                 .capacity_max = 1000,
                                 .supply = 30000,
                                 .seed = (uint64_t)seed};
    compare(make_netgen("netgen", &netgen));
    struct make_goto torus = {
        .n = 512, .m = 4096, .capacity_max = 10000, .cost_max = 1000, .seed = 13502460 + seed};
    compare(make_goto("goto", &torus));
  }
}

// Other shapes than those the solver was tuned on. Where nothing is feasible, both must say so.
static void agrees_on_other_families(void **state)
{
  (void)state;
  for (int family = 0; family < families_count(); family++)
    for (uint64_t seed = 1; seed <= 3; seed++)
      for (int32_t size = 30; size <= 1200; size *= 40)
        compare(families_make(family, size, seed));
}

// The generator follows a published one: so must the optimum.
static void reproduces_a_published_optimum(void **state)
{
  (void)state;
  struct make_goto torus = {.n = 256, .m = 2048, .capacity_max = 10000, .cost_max = 1000, .seed = 13502460};
  struct instance *net = make_goto("goto_8_08a", &torus);
  expect(net, NULL, &(struct rival_result){.optimal = true, .cost = 560870539});
  instance_free(net);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_on_dispatch),
      cmocka_unit_test(agrees_on_assignment_and_transport),
      cmocka_unit_test(agrees_on_transshipment),
      cmocka_unit_test(agrees_on_other_families),
      cmocka_unit_test(reproduces_a_published_optimum),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
