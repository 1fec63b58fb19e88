// Whatever comes in: a result code with the index at fault, never a crash, a hang or a wrapped number.
#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct net net;

static void triangle(void)
{
  memset(&net, 0, sizeof net);
  net.n = 3;
  net.levels = 1;
  net_arc(&net, 0, 1, 5, 2);
  net_arc(&net, 1, 2, 5, 3);
  net_arc(&net, 0, 2, 2, 9);
  net.supply[0] = 4;
  net.supply[2] = -4;
}

struct expected {
  enum df_code load, solve;
  enum df_fault fault;
  int64_t index;
};

static void none(void) {}
static void no_such_tail(void)
{
  net.tail[1] = 3;
}
static void negative_head(void)
{
  net.head[2] = -1;
}
static void crossed_bounds(void)
{
  net.lower[1] = 6;
}
static void negative_capacity(void)
{
  net.upper[2] = -1;
}
static void huge_bound(void)
{
  net.upper[0] = DF_INFINITE - 1;
}
static void huge_supply(void)
{
  net.supply[0] = INT64_MIN;
}
static void huge_cost(void)
{
  net.cost[0][2] = INT64_MAX;
}
static void lowest_cost(void)
{
  net.cost[0][0] = INT64_MIN;
}
static void big_cost(void)
{
  net.cost[0][2] = INT64_C(1) << 58;
}
static void unbalanced(void)
{
  net.supply[0] = 5;
}
static void too_much(void)
{
  net.supply[0] = 8;
  net.supply[2] = -8;
}
static void zero_capacities(void)
{
  for (int32_t arc = 0; arc < net.m; arc++)
    net.upper[arc] = 0;
}
static void isolated_demand(void)
{
  net.n = 4;
  net.supply[3] = -1;
  net.supply[0] = 5;
}
static void isolated_node(void)
{
  net.n = 4;
}
static void open_circle(void)
{
  net_arc(&net, 2, 0, INT64_MAX, -20);
  net.upper[0] = net.upper[1] = INT64_MAX;
}
static void bounded_circle(void)
{
  net_arc(&net, 2, 0, INT64_MAX, -20);
}
static void gaining_loop(void)
{
  net_arc(&net, 1, 1, 7, -1);
}
static void endless_loop(void)
{
  net_arc(&net, 1, 1, INT64_MAX, -1);
}
static void forced_loop(void)
{
  net.lower[net_arc(&net, 1, 1, 7, 1)] = 3;
}
static void parallel(void)
{
  net_arc(&net, 0, 1, 5, 2);
  net_arc(&net, 0, 1, 5, 1);
}
static void lower_above_all(void)
{
  net.lower[2] = 2;
}
static void negative_lower(void)
{
  net.lower[1] = -3;
}
static void nothing(void)
{
  memset(&net, 0, sizeof net);
}
static void no_arcs(void)
{
  net.m = 0;
}
static void no_levels(void)
{
  net.levels = 0;
}
static void negative_sizes(void)
{
  net.n = -1;
}
static void negative_arcs(void)
{
  net.m = -5;
}
static void too_many_levels(void)
{
  net.levels = DF_MAX_LEVELS + 1;
}

static const struct {
  const char *name;
  void (*change)(void);
  struct expected expected;
} cases[] = {
    {"as it is", none, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"tail is no node", no_such_tail, {DF_BAD_INPUT, 0, DF_FAULT_NODE, 1}},
    {"head is negative", negative_head, {DF_BAD_INPUT, 0, DF_FAULT_NODE, 2}},
    {"lower above upper", crossed_bounds, {DF_BAD_INPUT, 0, DF_FAULT_BOUNDS, 1}},
    {"negative capacity", negative_capacity, {DF_BAD_INPUT, 0, DF_FAULT_BOUNDS, 2}},
    {"bound out of range", huge_bound, {DF_OVERFLOW, 0, DF_FAULT_RANGE, 0}},
    {"supply out of range", huge_supply, {DF_OVERFLOW, 0, DF_FAULT_RANGE, 0}},
    {"cost out of range", huge_cost, {DF_OVERFLOW, 0, DF_FAULT_RANGE, 2}},
    {"lowest cost there is", lowest_cost, {DF_OVERFLOW, 0, DF_FAULT_RANGE, 0}},
    {"cost times nodes out of range", big_cost, {DF_OK, DF_OVERFLOW, DF_FAULT_NONE, -1}},
    {"unbalanced", unbalanced, {DF_OK, DF_BAD_INPUT, DF_FAULT_BALANCE, -1}},
    {"more than the arcs carry", too_much, {DF_OK, DF_INFEASIBLE, DF_FAULT_NONE, -1}},
    {"all capacities zero", zero_capacities, {DF_OK, DF_INFEASIBLE, DF_FAULT_NONE, -1}},
    {"a demand nothing leads to", isolated_demand, {DF_OK, DF_INFEASIBLE, DF_FAULT_NONE, -1}},
    {"an isolated node", isolated_node, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"a circle that gains without end", open_circle, {DF_OK, DF_UNBOUNDED, DF_FAULT_NONE, -1}},
    {"a circle that gains, bounded", bounded_circle, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"a loop that gains", gaining_loop, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"a loop that gains without end", endless_loop, {DF_OK, DF_UNBOUNDED, DF_FAULT_NONE, 3}},
    {"a loop with a lower bound", forced_loop, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"parallel arcs", parallel, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"a lower bound", lower_above_all, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"a negative lower bound", negative_lower, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"nothing at all", nothing, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"no arcs", no_arcs, {DF_OK, DF_INFEASIBLE, DF_FAULT_NONE, -1}},
    {"no levels", no_levels, {DF_OK, DF_OPTIMAL, DF_FAULT_NONE, -1}},
    {"n < 0", negative_sizes, {DF_BAD_INPUT, 0, DF_FAULT_SIZE, 0}},
    {"m < 0", negative_arcs, {DF_BAD_INPUT, 0, DF_FAULT_SIZE, 0}},
    {"too many levels", too_many_levels, {DF_BAD_INPUT, 0, DF_FAULT_SIZE, 0}},
};

static void answers_every_input(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    print_message("%s\n", cases[i].name);
    triangle();
    cases[i].change();
    struct df *df = df_new(NULL);
    struct df_problem problem = net_problem(&net);
    enum df_code code = df_load(df, &problem);
    assert_int_equal(code, cases[i].expected.load);
    if (code == DF_OK) {
      code = df_solve(df, NULL, NULL);
      assert_int_equal(code, cases[i].expected.solve);
      net_verify(&net, df, code);
    }
    assert_int_equal(df_fault(df), cases[i].expected.fault);
    assert_int_equal(df_bad_index(df), cases[i].expected.index);
    df_free(df);
  }
}

static void reading_outside_is_harmless(void **state)
{
  (void)state;
  triangle();
  struct df *df = df_new(NULL);
  assert_int_equal(df_flow(df, 0), 0);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  assert_int_equal(df_flow(df, -1), 0);
  assert_int_equal(df_flow(df, 3), 0);
  assert_int_equal(df_potential(df, -1, 0), 0);
  assert_int_equal(df_potential(df, 1, 0), 0);
  assert_int_equal(df_potential(df, 0, 3), 0);
  assert_int_equal(net_value(df, 7), 0);
  assert_int_equal(df_flow(df, 0), 4);
  assert_int_equal(net_value(df, 0), 4 * 5);
  df_free(df);
  assert_null(df_free(NULL));
}

static void edits_are_checked(void **state)
{
  (void)state;
  triangle();
  struct df *df = df_new(NULL);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  const int32_t tail[] = {0, 1}, head[] = {2, 9};
  const int64_t upper[] = {1, 1}, cost[] = {1, 1}, *costs[] = {cost}, supply[] = {0, INT64_MAX};
  assert_int_equal(df_set_cost(df, 0, 3, 1), DF_BAD_INPUT);
  assert_int_equal(df_bad_index(df), 3);
  assert_int_equal(df_set_cost(df, 1, 0, 1), DF_BAD_INPUT);
  assert_int_equal(df_set_cost(df, 0, 0, INT64_MIN), DF_OVERFLOW);
  assert_int_equal(df_set_bounds(df, 1, 2, 1), DF_BAD_INPUT);
  assert_int_equal(df_fault(df), DF_FAULT_BOUNDS);
  assert_int_equal(df_set_supply(df, -1, 1), DF_BAD_INPUT);
  assert_int_equal(df_set_supply(df, 0, INT64_MAX), DF_OVERFLOW);
  assert_int_equal(df_add_arcs(df, 2, &(struct df_arcs){tail, head, NULL, upper, costs}), DF_BAD_INPUT);
  assert_int_equal(df_bad_index(df), 1);
  assert_int_equal(df_add_arcs(df, -1, &(struct df_arcs){tail, head, NULL, upper, costs}), DF_BAD_INPUT);
  assert_int_equal(df_add_nodes(df, 2, supply), DF_OVERFLOW);
  enum df_code code = df_solve(df, NULL, NULL);
  assert_int_equal(code, DF_OPTIMAL);
  net_verify(&net, df, code); // a refused edit changed nothing
  df_free(df);
}

static void memory_is_bounded(void **state)
{
  (void)state;
  struct net_random random = {.state = 7};
  struct net_shape shape = {.n = 300, .m = 3000, .levels = 2, .cost_high = 99, .span = 5, .feasible = true};
  net_make(&net, &shape, &random);
  struct df_problem problem = net_problem(&net);
  int refused = 0;
  for (size_t limit = 1000; limit < 400000; limit += 1700) {
    struct df *df = df_new(&(struct df_limits){.max_memory = limit});
    struct df_stats stats = {0};
    enum df_code code = df_load(df, &problem);
    if (code == DF_OK) code = df_solve(df, NULL, &stats);
    assert_true(code == DF_NO_MEMORY || code == DF_OPTIMAL);
    assert_true(stats.peak_bytes <= limit);
    net_verify(&net, df, code);
    refused += code == DF_NO_MEMORY;
    df_free(df);
  }
  assert_in_range(refused, 10, 230);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(answers_every_input),
      cmocka_unit_test(reading_outside_is_harmless),
      cmocka_unit_test(edits_are_checked),
      cmocka_unit_test(memory_is_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
