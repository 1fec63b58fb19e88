// Edits and warm starts: after any edits a re-solve must agree with a cold solve of the edited network.
#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct net net;

static void agrees_with_cold(struct df *warm)
{
  enum df_code code = df_solve(warm, NULL, NULL);
  net_verify(&net, warm, code);
  struct df *cold = df_new(NULL);
  assert_int_equal(net_solve(&net, cold), code);
  for (int level = 0; code == DF_OPTIMAL && level < net.levels; level++)
    assert_int_equal(net_value(warm, level), net_value(cold, level));
  df_free(cold);
}

static void change_cost(struct df *df, struct net_random *random)
{
  int level = (int)net_between(random, 0, net.levels - 1);
  int32_t arc = (int32_t)net_between(random, 0, net.m - 1);
  net.cost[level][arc] = net_between(random, -20, 200);
  assert_int_equal(df_set_cost(df, level, arc, net.cost[level][arc]), DF_OK);
}

static void change_bounds(struct df *df, struct net_random *random)
{
  int32_t arc = (int32_t)net_between(random, 0, net.m - 1);
  net.lower[arc] = net_between(random, 0, 5) == 0 ? 1 : 0;
  net.upper[arc] = net.lower[arc] + net_between(random, 0, 4);
  assert_int_equal(df_set_bounds(df, arc, net.lower[arc], net.upper[arc]), DF_OK);
}

static void change_supply(struct df *df, struct net_random *random)
{
  int32_t from = (int32_t)net_between(random, 0, net.n - 1), to = (int32_t)net_between(random, 0, net.n - 1);
  net.supply[from]++;
  assert_int_equal(df_set_supply(df, from, net.supply[from]), DF_OK);
  net.supply[to]--;
  assert_int_equal(df_set_supply(df, to, net.supply[to]), DF_OK);
}

static void add_arc(struct df *df, struct net_random *random)
{
  int32_t tail = (int32_t)net_between(random, 0, net.n - 1),
          head = (int32_t)net_between(random, 0, net.n - 1);
  int32_t arc = net_arc(&net, tail, head, net_between(random, 0, 3), 0);
  const int64_t *costs[NET_LEVELS];
  for (int level = 0; level < net.levels; level++) {
    net.cost[level][arc] = net_between(random, -20, 100);
    costs[level] = &net.cost[level][arc];
  }
  assert_int_equal(df_add_arcs(df, 1, &(struct df_arcs){&tail, &head, NULL, &net.upper[arc], costs}), DF_OK);
}

static void add_node(struct df *df, struct net_random *random)
{
  (void)random;
  assert_true(net.n < NET_NODES);
  net.supply[net.n] = 0;
  assert_int_equal(df_add_nodes(df, 1, &net.supply[net.n]), DF_OK);
  net.n++;
}

typedef void edit_fn(struct df *df, struct net_random *random);
static edit_fn *const edits[] = {change_cost,   change_cost, change_bounds, change_bounds,
                                 change_supply, add_arc,     add_node};

static void random_edits(void **state)
{
  (void)state;
  struct net_random random = {.state = 11};
  for (int round = 0; round < 40; round++) {
    struct net_shape shape = {.n = (int32_t)net_between(&random, 2, 120),
                              .m = (int32_t)net_between(&random, 5, 1200),
                              .levels = (int)net_between(&random, 1, 3),
                              .cost_high = 100,
                              .span = round % 2 ? 1 : 6,
                              .feasible = true};
    net_make(&net, &shape, &random);
    struct df *df = df_new(NULL);
    if (round % 5) (void)net_solve(&net, df);
    struct df_problem problem = net_problem(&net);
    if (round % 5 == 0) assert_int_equal(df_load(df, &problem), DF_OK); // edits before the first solve
    for (int turn = 0; turn < 12; turn++) {
      int count = (int)net_between(&random, 1, 10);
      for (int i = 0; i < count; i++)
        edits[net_between(&random, 0, 6)](df, &random);
      agrees_with_cold(df);
    }
    df_free(df);
  }
}

static void nothing_changed_needs_no_pivot(void **state)
{
  (void)state;
  struct net_random random = {.state = 12};
  struct net_shape shape = {.n = 200, .m = 3000, .levels = 1, .cost_high = 1000, .span = 4, .feasible = true};
  net_make(&net, &shape, &random);
  struct df *df = df_new(NULL);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  struct df_stats stats = {.pivots = 99};
  assert_int_equal(df_solve(df, NULL, &stats), DF_OPTIMAL);
  assert_int_equal(stats.pivots, 0);
  df_free(df);
}

// From 32-bit flows to 64-bit ones and back while a basis is there.
static void width_changes_on_the_way(void **state)
{
  (void)state;
  struct net_random random = {.state = 13};
  struct net_shape shape = {.n = 60, .m = 600, .levels = 2, .cost_high = 50, .span = 4, .feasible = true};
  net_make(&net, &shape, &random);
  struct df *df = df_new(NULL);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  net.upper[5] = INT64_C(1) << 40;
  net.supply[0] += INT64_C(1) << 36;
  net.supply[1] -= INT64_C(1) << 36;
  int32_t arc = net_arc(&net, 0, 1, INT64_MAX, 3);
  const int64_t *costs[] = {&net.cost[0][arc], &net.cost[1][arc]};
  assert_int_equal(df_set_bounds(df, 5, 0, net.upper[5]), DF_OK);
  assert_int_equal(df_set_supply(df, 0, net.supply[0]), DF_OK);
  assert_int_equal(df_set_supply(df, 1, net.supply[1]), DF_OK);
  assert_int_equal(
      df_add_arcs(df, 1, &(struct df_arcs){&net.tail[arc], &net.head[arc], NULL, &net.upper[arc], costs}),
      DF_OK);
  agrees_with_cold(df);
  df_free(df);
}

// Small edits are put right by a few dual pivots, mostly so where several levels would make the simplex start
// far away; and what comes out is the optimum.
static void small_edits_touch_little(void **state)
{
  (void)state;
  static int32_t group[NET_NODES];
  struct net_random random = {.state = 16};
  for (int levels = 1; levels <= 3; levels += 2) {
    net_make_dispatch(&net, 1500, &random, group);
    if (levels == 1) // one level: the distance, emptiness a great one
      for (int32_t arc = 0; arc < net.m; arc++)
        net.cost[0][arc] = net.cost[0][arc] * 1000 + net.cost[1][arc];
    net.levels = levels;
    struct df *df = df_new(NULL);
    assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
    int cheap = 0, done = 0;
    for (int32_t arc = 0; done < 40; arc = (arc + 7919) % net.m) {
      if (net.upper[arc] != 1 || df_flow(df, arc) != 1) continue;
      struct df_stats stats = {0};
      if (done % 2) {
        net.upper[arc] = 0;
        assert_int_equal(df_set_bounds(df, arc, 0, 0), DF_OK);
      } else {
        net.cost[levels / 2][arc] += 15;
        assert_int_equal(df_set_cost(df, levels / 2, arc, net.cost[levels / 2][arc]), DF_OK);
      }
      enum df_code code = df_solve(df, NULL, &stats);
      assert_int_equal(code, DF_OPTIMAL);
      net_verify(&net, df, code);
      cheap += stats.pivots < 100;
      if (++done % 10 == 0) agrees_with_cold(df);
    }
    print_message("%d levels: %d of %d were cheap\n", levels, cheap, done);
    assert_true(cheap > (levels == 1 ? 0 : done / 3));
    df_free(df);
  }
}

// Edits that leave nothing feasible, and the way back.
static void closed_and_opened_again(void **state)
{
  (void)state;
  struct net_random random = {.state = 17};
  struct net_shape shape = {.n = 60, .m = 500, .levels = 2, .cost_high = 90, .span = 3, .feasible = true};
  for (int round = 0; round < 20; round++) {
    net_make(&net, &shape, &random);
    struct df *df = df_new(NULL);
    assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
    int32_t node = 0;
    while (net.supply[node] <= 0)
      node++;
    static int64_t upper[NET_ARCS];
    for (int turn = 0; turn < 2; turn++) {
      for (int32_t arc = 0; arc < net.m; arc++) {
        if (net.tail[arc] != node || net.head[arc] == node) continue;
        if (turn == 0) upper[arc] = net.upper[arc];
        net.upper[arc] = turn == 0 ? net.lower[arc] : upper[arc];
        assert_int_equal(df_set_bounds(df, arc, net.lower[arc], net.upper[arc]), DF_OK);
      }
      enum df_code code = df_solve(df, NULL, NULL);
      assert_int_equal(code, turn == 0 ? DF_INFEASIBLE : DF_OPTIMAL);
      net_verify(&net, df, code);
    }
    agrees_with_cold(df);
    df_free(df);
  }
}

static size_t export(const struct df *df, uint8_t **ret)
{
  size_t length = df_basis_export(df, NULL, 0);
  *ret = malloc(length + 1);
  assert_int_equal(df_basis_export(df, *ret, length), length);
  return length;
}

static void basis_travels(void **state)
{
  (void)state;
  struct net_random random = {.state = 14};
  for (int round = 0; round < 20; round++) {
    struct net_shape shape = {
        .n = 150, .m = 2000, .levels = 2, .cost_high = 300, .span = round % 2 ? 1 : 7, .feasible = true};
    net_make(&net, &shape, &random);
    struct df *first = df_new(NULL), *second = df_new(NULL);
    struct df_stats cold = {0}, warm = {0};
    struct df_problem problem = net_problem(&net);
    assert_int_equal(df_basis_export(first, NULL, 0), 0);
    assert_int_equal(df_load(first, &problem), DF_OK);
    assert_int_equal(df_solve(first, NULL, &cold), DF_OPTIMAL);
    uint8_t *bytes = NULL;
    size_t length = export(first, &bytes);
    assert_int_equal(df_load(second, &problem), DF_OK);
    assert_int_equal(df_basis_import(second, bytes, length), DF_OK);
    enum df_code code = df_solve(second, NULL, &warm);
    assert_int_equal(code, DF_OPTIMAL);
    net_verify(&net, second, code);
    assert_true(warm.pivots < cold.pivots / 4);
    for (int level = 0; level < net.levels; level++)
      assert_int_equal(net_value(first, level), net_value(second, level));
    free(bytes);
    df_free(first);
    df_free(second);
  }
}

static void damaged_basis_is_refused(void **state)
{
  (void)state;
  struct net_random random = {.state = 15};
  struct net_shape shape = {.n = 40, .m = 300, .levels = 1, .cost_high = 300, .span = 3, .feasible = true};
  net_make(&net, &shape, &random);
  struct df *df = df_new(NULL);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  int64_t optimum = net_value(df, 0);
  uint8_t *bytes = NULL;
  size_t length = export(df, &bytes);
  for (size_t cut = 0; cut < length; cut++)
    assert_int_equal(df_basis_import(df, bytes, cut), DF_BAD_INPUT);
  for (size_t at = 0; at < length; at++) {
    bytes[at] ^= 1;
    assert_int_equal(df_basis_import(df, bytes, length), DF_BAD_INPUT);
    bytes[at] ^= 1;
  }
  assert_int_equal(df_basis_import(df, NULL, length), DF_BAD_INPUT);
  assert_int_equal(df_solve(df, NULL, NULL), DF_OPTIMAL);
  assert_int_equal(net_value(df, 0), optimum);
  struct net_shape other = {.n = 39, .m = 300, .levels = 1, .cost_high = 9, .span = 3, .feasible = true};
  net_make(&net, &other, &random); // bytes of a bigger network
  struct df_problem problem = net_problem(&net);
  assert_int_equal(df_load(df, &problem), DF_OK);
  assert_int_equal(df_basis_import(df, bytes, length), DF_BAD_INPUT);
  agrees_with_cold(df);
  free(bytes);
  df_free(df);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_edits),
      cmocka_unit_test(nothing_changed_needs_no_pivot),
      cmocka_unit_test(small_edits_touch_little),
      cmocka_unit_test(closed_and_opened_again),
      cmocka_unit_test(width_changes_on_the_way),
      cmocka_unit_test(basis_travels),
      cmocka_unit_test(damaged_basis_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
