// Networks of the shape and size at which sifting, baskets, regions and numbering by tree set in.
#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct net net;
static int32_t group[NET_NODES];

static enum df_code solve(struct df *df, const int32_t *hint, struct df_stats *stats)
{
  struct df_problem problem = net_problem(&net);
  assert_int_equal(df_load(df, &problem), DF_OK);
  assert_true(df_hint(df, hint));
  enum df_code code = df_solve(df, NULL, stats);
  net_verify(&net, df, code);
  return code;
}

static void hints_do_not_change_the_plan(void **state)
{
  (void)state;
  struct net_random random = {.state = 51};
  for (int round = 0; round < 3; round++) {
    net_make_dispatch(&net, 1500, &random, group);
    struct df *plain = df_new(NULL), *hinted = df_new(NULL);
    struct df_stats one = {0}, two = {0};
    assert_int_equal(solve(plain, NULL, &one), DF_OPTIMAL);
    assert_int_equal(solve(hinted, group, &two), DF_OPTIMAL);
    assert_true(one.pivots != two.pivots); // the ways differ
    for (int32_t arc = 0; arc < net.m; arc++)
      assert_int_equal(df_flow(plain, arc), df_flow(hinted, arc));
    df_free(plain);
    df_free(hinted);
  }
}

static void odd_hints_are_taken(void **state)
{
  (void)state;
  struct net_random random = {.state = 52};
  net_make_dispatch(&net, 1500, &random, group);
  struct df *df = df_new(NULL);
  assert_int_equal(solve(df, NULL, NULL), DF_OPTIMAL);
  int64_t best[] = {net_value(df, 0), net_value(df, 1), net_value(df, 2)};
  for (int kind = 0; kind < 4; kind++) {
    for (int32_t v = 0; v < net.n; v++)
      group[v] = kind == 0   ? v
                 : kind == 1 ? INT32_MAX
                 : kind == 2 ? -7
                             : (int32_t)net_between(&random, -1, 1);
    assert_int_equal(solve(df, group, NULL), DF_OPTIMAL);
    for (int level = 0; level < 3; level++)
      assert_int_equal(net_value(df, level), best[level]);
  }
  df_free(df);
}

static void same_input_same_pivots(void **state)
{
  (void)state;
  struct net_random random = {.state = 53};
  net_make_dispatch(&net, 1500, &random, group);
  struct df_stats first = {0}, second = {0};
  for (int hinted = 0; hinted < 2; hinted++) {
    struct df *one = df_new(NULL), *two = df_new(NULL);
    assert_int_equal(solve(one, hinted ? group : NULL, &first), DF_OPTIMAL);
    assert_int_equal(solve(two, hinted ? group : NULL, &second), DF_OPTIMAL);
    assert_int_equal(first.pivots, second.pivots);
    assert_int_equal(first.arcs_priced, second.arcs_priced);
    for (int32_t v = 0; v < net.n; v++)
      assert_int_equal(df_potential(one, 0, v), df_potential(two, 0, v));
    df_free(one);
    df_free(two);
  }
}

// The last level makes the plan unique, so seeds change the way only.
static void seeds_change_the_way_only(void **state)
{
  (void)state;
  struct net_random random = {.state = 56};
  net_make_dispatch(&net, 1500, &random, group);
  struct df *plain = df_new(NULL), *seeded = df_new(NULL);
  struct df_stats one = {0}, two = {0};
  struct df_problem problem = net_problem(&net);
  assert_int_equal(solve(plain, NULL, &one), DF_OPTIMAL);
  assert_int_equal(df_load(seeded, &problem), DF_OK);
  enum df_code code = df_solve(seeded, &(struct df_options){.seed = UINT64_MAX / 3}, &two);
  assert_int_equal(code, DF_OPTIMAL);
  net_verify(&net, seeded, code);
  assert_true(one.pivots != two.pivots);
  for (int32_t arc = 0; arc < net.m; arc++)
    assert_int_equal(df_flow(plain, arc), df_flow(seeded, arc));
  df_free(plain);
  df_free(seeded);
}

static void withdrawals_and_new_offers(void **state)
{
  (void)state;
  struct net_random random = {.state = 54};
  net_make_dispatch(&net, 1500, &random, group);
  struct df *warm = df_new(NULL), *cold = df_new(NULL);
  struct df_stats first = {0}, later = {0};
  assert_int_equal(solve(warm, group, &first), DF_OPTIMAL);
  for (int turn = 0; turn < 8; turn++) {
    for (int change = 0; change < 5; change++) {
      int32_t arc = (int32_t)net_between(&random, 0, net.m - 2);
      if (df_flow(warm, arc) == 1 && net.upper[arc] == 1) net.upper[arc] = 0;
      if (turn % 2) net.cost[1][arc] = net_between(&random, 0, 9);
      assert_int_equal(df_set_bounds(warm, arc, 0, net.upper[arc]), DF_OK);
      assert_int_equal(df_set_cost(warm, 1, arc, net.cost[1][arc]), DF_OK);
    }
    enum df_code code = df_solve(warm, NULL, &later);
    assert_int_equal(code, DF_OPTIMAL);
    net_verify(&net, warm, code);
    assert_true(later.pivots < first.pivots / 4);
    assert_int_equal(solve(cold, NULL, NULL), DF_OPTIMAL);
    for (int level = 0; level < 3; level++)
      assert_int_equal(net_value(warm, level), net_value(cold, level));
  }
  df_free(warm);
  df_free(cold);
}

static void too_small_quotas_are_named(void **state)
{
  (void)state;
  struct net_random random = {.state = 55};
  net_make_dispatch(&net, 1500, &random, group);
  net.upper[net.m - 1] = 3; // no longer allowed: leaving more than three posts empty
  struct df *df = df_new(NULL);
  assert_int_equal(solve(df, group, NULL), DF_INFEASIBLE);
  df_free(df);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(hints_do_not_change_the_plan), cmocka_unit_test(odd_hints_are_taken),
      cmocka_unit_test(same_input_same_pivots),       cmocka_unit_test(withdrawals_and_new_offers),
      cmocka_unit_test(too_small_quotas_are_named),   cmocka_unit_test(seeds_change_the_way_only),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
