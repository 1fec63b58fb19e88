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
      cmocka_unit_test(width_changes_on_the_way),
      cmocka_unit_test(basis_travels),
      cmocka_unit_test(damaged_basis_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
