// Stopped early: the flow is feasible and the gap it is given with is a proof.
#include "common/base/clock.h"
#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct net net;

static void prepare(uint64_t seed)
{
  struct net_random random = {.state = seed};
  struct net_shape shape = {.n = 200, .m = 2500, .levels = 2, .cost_high = 500, .span = 9, .feasible = true};
  net_make(&net, &shape, &random);
}

static void gap_is_a_proof(void **state)
{
  (void)state;
  prepare(3);
  struct df *best = df_new(NULL);
  assert_int_equal(net_solve(&net, best), DF_OPTIMAL);
  int64_t optimum = net_value(best, 0);
  int feasible = 0, early = 0;
  for (uint64_t limit = 1; limit < 4000; limit += 37) {
    struct df *df = df_new(NULL);
    struct df_problem problem = net_problem(&net);
    struct df_stats stats = {0};
    assert_int_equal(df_load(df, &problem), DF_OK);
    enum df_code code = df_solve(df, &(struct df_options){.pivot_limit = limit}, &stats);
    assert_true(stats.pivots <= limit);
    net_verify(&net, df, code);
    if (code == DF_FEASIBLE_GAP) {
      assert_true(stats.gap >= 0);
      if (stats.level == 0) assert_true(net_value(df, 0) - stats.gap <= optimum);
      if (stats.level > 0) assert_int_equal(net_value(df, 0), optimum);
      feasible++;
    } else {
      assert_true(code == DF_CANCELLED || code == DF_OPTIMAL);
      early += code == DF_CANCELLED;
    }
    enum df_code rest = df_solve(df, NULL, NULL); // and on from there
    assert_int_equal(rest, DF_OPTIMAL);
    net_verify(&net, df, rest);
    for (int level = 0; level < net.levels; level++)
      assert_int_equal(net_value(df, level), net_value(best, level));
    df_free(df);
  }
  df_free(best);
  assert_true(feasible > 5 && early > 5);
}

static void cancelled_before_anything_is_known(void **state)
{
  (void)state;
  prepare(4);
  int cancel = 1;
  struct df *df = df_new(NULL);
  struct df_problem problem = net_problem(&net);
  assert_int_equal(df_load(df, &problem), DF_OK);
  assert_int_equal(df_solve(df, &(struct df_options){.cancel = &cancel}, NULL), DF_CANCELLED);
  assert_int_equal(df_solve(df, &(struct df_options){.deadline_us = 1}, NULL), DF_CANCELLED);
  int64_t later = clock_monotonic_us() + INT64_C(600000000);
  enum df_code code = df_solve(df, &(struct df_options){.deadline_us = later}, NULL);
  assert_int_equal(code, DF_OPTIMAL);
  net_verify(&net, df, code);
  df_free(df);
}

// A feasible flow that a withdrawn capacity leaves standing is what a stopped re-solve answers with.
static void cancelled_with_a_feasible_flow(void **state)
{
  (void)state;
  prepare(5);
  int cancel = 1;
  struct df *df = df_new(NULL);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  int64_t before = net_value(df, 0);
  for (int32_t arc = 0; arc < net.m; arc++) {
    net.cost[0][arc] = -net.cost[0][arc];
    assert_int_equal(df_set_cost(df, 0, arc, net.cost[0][arc]), DF_OK);
  }
  struct df_stats stats = {0};
  enum df_code code = df_solve(df, &(struct df_options){.cancel = &cancel}, &stats);
  assert_int_equal(code, DF_FEASIBLE_GAP);
  net_verify(&net, df, code);
  int64_t stopped = net_value(df, 0);
  assert_true(stopped <= -before); // arcs from a node to itself are settled in any case
  assert_int_equal(df_solve(df, NULL, NULL), DF_OPTIMAL);
  assert_true(net_value(df, 0) < stopped);
  assert_true(stopped - stats.gap <= net_value(df, 0));
  df_free(df);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(gap_is_a_proof),
      cmocka_unit_test(cancelled_before_anything_is_known),
      cmocka_unit_test(cancelled_with_a_feasible_flow),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
