// Changes of a network whose effect on the optimum is known without solving it.
#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct net net, other;

static void make(struct net_random *random, int levels)
{
  struct net_shape shape = {.n = (int32_t)net_between(random, 5, 100),
                            .m = (int32_t)net_between(random, 20, 900),
                            .levels = levels,
                            .cost_high = 200,
                            .span = net_between(random, 1, 5),
                            .lower = net_between(random, 0, 1),
                            .feasible = true};
  net_make(&net, &shape, random);
}

static int64_t optimum(struct net *which, int64_t values[NET_LEVELS])
{
  struct df *df = df_new(NULL);
  assert_int_equal(net_solve(which, df), DF_OPTIMAL);
  for (int level = 0; level < which->levels; level++)
    values[level] = net_value(df, level);
  df_free(df);
  return values[0];
}

static void shuffle(struct net_random *random, int32_t *order, int32_t count)
{
  for (int32_t i = 0; i < count; i++)
    order[i] = i;
  for (int32_t i = count - 1; i > 0; i--) {
    int32_t j = (int32_t)net_between(random, 0, i), kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
}

static void order_of_ids_does_not_matter(void **state)
{
  (void)state;
  struct net_random random = {.state = 21};
  static int32_t node[NET_NODES], arc[NET_ARCS];
  for (int round = 0; round < 40; round++) {
    make(&random, 3);
    // the last level makes the optimum unique, so that even the flow must not depend on the order
    for (int32_t i = 0; i < net.m; i++)
      net.cost[2][i] = net_between(&random, 0, INT64_C(1) << 40);
    shuffle(&random, node, net.n);
    shuffle(&random, arc, net.m);
    memset(&other, 0, sizeof other);
    other.n = net.n;
    other.levels = net.levels;
    for (int32_t v = 0; v < net.n; v++)
      other.supply[node[v]] = net.supply[v];
    for (int32_t i = 0; i < net.m; i++) {
      int32_t from = arc[i];
      net_arc(&other, node[net.tail[from]], node[net.head[from]], net.upper[from], 0);
      other.lower[i] = net.lower[from];
      for (int level = 0; level < net.levels; level++)
        other.cost[level][i] = net.cost[level][from];
    }
    struct df *one = df_new(NULL), *two = df_new(NULL);
    assert_int_equal(net_solve(&net, one), DF_OPTIMAL);
    assert_int_equal(net_solve(&other, two), DF_OPTIMAL);
    for (int32_t i = 0; i < net.m; i++)
      assert_int_equal(df_flow(two, i), df_flow(one, arc[i]));
    df_free(one);
    df_free(two);
  }
}

static void costs_scale(void **state)
{
  (void)state;
  struct net_random random = {.state = 22};
  for (int round = 0; round < 40; round++) {
    make(&random, 2);
    int64_t before[NET_LEVELS], after[NET_LEVELS], factor = net_between(&random, 2, 1000000);
    optimum(&net, before);
    for (int32_t i = 0; i < net.m; i++)
      net.cost[0][i] *= factor;
    optimum(&net, after);
    assert_int_equal(after[0], before[0] * factor);
    assert_int_equal(after[1], before[1]);
  }
}

static void a_constant_at_a_node_shifts_the_value(void **state)
{
  (void)state;
  struct net_random random = {.state = 23};
  for (int round = 0; round < 40; round++) {
    make(&random, 1);
    int64_t before[NET_LEVELS], after[NET_LEVELS], constant = net_between(&random, -500, 500);
    int32_t node = (int32_t)net_between(&random, 0, net.n - 1);
    optimum(&net, before);
    for (int32_t i = 0; i < net.m; i++) {
      if (net.tail[i] == node) net.cost[0][i] += constant;
      if (net.head[i] == node) net.cost[0][i] -= constant;
    }
    assert_int_equal(optimum(&net, after), before[0] + constant * net.supply[node]);
  }
}

static void a_split_arc_changes_nothing(void **state)
{
  (void)state;
  struct net_random random = {.state = 24};
  for (int round = 0; round < 40; round++) {
    make(&random, 2);
    int64_t before[NET_LEVELS], after[NET_LEVELS];
    optimum(&net, before);
    int32_t arc = (int32_t)net_between(&random, 0, net.m - 1), middle = net.n++;
    int32_t rest = net_arc(&net, middle, net.head[arc], net.upper[arc], 0);
    net.lower[rest] = net.lower[arc];
    for (int level = 0; level < net.levels; level++) {
      int64_t part = net_between(&random, -50, 50);
      net.cost[level][rest] = net.cost[level][arc] - part;
      net.cost[level][arc] = part;
    }
    net.head[arc] = middle;
    optimum(&net, after);
    for (int level = 0; level < net.levels; level++)
      assert_int_equal(after[level], before[level]);
  }
}

// One more unit of capacity is worth exactly what df_marginal says, on all levels.
static void a_relaxed_cap_is_worth_its_marginal(void **state)
{
  (void)state;
  struct net_random random = {.state = 25};
  int gains = 0;
  for (int round = 0; round < 30; round++) {
    make(&random, 3);
    struct df *df = df_new(NULL);
    assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
    for (int32_t arc = 0; arc < net.m; arc += 7) {
      int64_t values[NET_LEVELS] = {0}, after[NET_LEVELS];
      bool gain = df_marginal(df, arc, values);
      net.upper[arc]++;
      optimum(&net, after);
      net.upper[arc]--;
      for (int level = 0; level < net.levels; level++)
        assert_int_equal(after[level] - net_value(df, level), values[level]);
      gains += gain;
    }
    df_free(df);
  }
  assert_true(gains > 100);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(order_of_ids_does_not_matter),          cmocka_unit_test(costs_scale),
      cmocka_unit_test(a_constant_at_a_node_shifts_the_value), cmocka_unit_test(a_split_arc_changes_nothing),
      cmocka_unit_test(a_relaxed_cap_is_worth_its_marginal),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
