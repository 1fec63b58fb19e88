// LEMON as a second opinion: two of its algorithms must find the same cost as the solver, with and without
// hints.
#include "services/dispatch/solver/check.h"
#include "tests/bench/solver/make.h"
#include "tests/bench/solver/rival.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

static void check_sound(const struct instance *net, const struct df_problem *problem, const struct df *df)
{
  int64_t *flow = calloc((size_t)net->m, sizeof *flow),
          *potential = calloc((size_t)net->n, sizeof *potential);
  const int64_t *potentials[1] = {potential};
  for (int32_t arc = 0; arc < net->m; arc++)
    flow[arc] = df_flow(df, arc);
  for (int32_t v = 0; v < net->n; v++)
    potential[v] = df_potential(df, 0, v);
  struct df_claim claim = {.flow = flow, .potential = potentials};
  assert_int_equal(df_check_optimal(problem, &claim).verdict, DF_SOUND);
  free(flow);
  free(potential);
}

static int64_t solve(const struct instance *net, const int32_t *hint)
{
  const int64_t *cost[1] = {net->cost};
  struct df_problem problem = {.n = net->n,
                               .m = net->m,
                               .supply = net->supply,
                               .tail = net->tail,
                               .head = net->head,
                               .lower32 = net->lower,
                               .upper32 = net->upper,
                               .levels = 1,
                               .cost = cost};
  struct df *df = df_new(NULL);
  int64_t high = 0;
  uint64_t low = 0;
  assert_int_equal(df_load(df, &problem), DF_OK);
  if (hint) assert_true(df_hint(df, hint));
  assert_int_equal(df_solve(df, NULL, NULL), DF_OPTIMAL);
  df_objective(df, 0, &high, &low);
  assert_int_equal(high, 0);
  check_sound(net, &problem, df);
  df_free(df);
  return (int64_t)low;
}

static void compare(struct instance *net)
{
  struct rival_result simplex = rival_solve(net, RIVAL_SIMPLEX), scaling = rival_solve(net, RIVAL_SCALING);
  assert_true(simplex.optimal);
  assert_true(scaling.optimal);
  assert_int_equal(simplex.cost, scaling.cost);
  assert_int_equal(solve(net, NULL), simplex.cost);
  if (net->hint) assert_int_equal(solve(net, net->hint), simplex.cost);
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

// The generator follows a published one: so must the optimum.
static void reproduces_a_published_optimum(void **state)
{
  (void)state;
  struct make_goto torus = {.n = 256, .m = 2048, .capacity_max = 10000, .cost_max = 1000, .seed = 13502460};
  struct instance *net = make_goto("goto_8_08a", &torus);
  assert_int_equal(solve(net, NULL), 560870539);
  instance_free(net);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_on_dispatch),
      cmocka_unit_test(agrees_on_assignment_and_transport),
      cmocka_unit_test(agrees_on_transshipment),
      cmocka_unit_test(reproduces_a_published_optimum),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
