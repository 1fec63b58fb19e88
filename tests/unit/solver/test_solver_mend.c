// Re-solves after few edits go along cheapest ways from what was edited. Every answer goes to the second
// opinion and is compared with a cold solve or with all flows there are; what the work is limited to is
// asserted as well.
#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct net net;

static void agrees_with_cold(const struct df *warm, enum df_code code)
{
  struct df *cold = df_new(NULL);
  assert_int_equal(net_solve(&net, cold), code);
  for (int level = 0; code == DF_OPTIMAL && level < net.levels; level++)
    assert_int_equal(net_value(warm, level), net_value(cold, level));
  df_free(cold);
}

static void set_cost(struct df *df, int level, int32_t arc, int64_t cost)
{
  net.cost[level][arc] = cost;
  assert_int_equal(df_set_cost(df, level, arc, cost), DF_OK);
}

static void set_upper(struct df *df, int32_t arc, int64_t upper)
{
  net.upper[arc] = upper;
  assert_int_equal(df_set_bounds(df, arc, net.lower[arc], upper), DF_OK);
}

static int32_t draw_arc(struct net_random *random)
{
  return (int32_t)net_between(random, 0, net.m - 1);
}

// A unit arc that carries one.
static int32_t draw_used(const struct df *df, struct net_random *random)
{
  int32_t arc = draw_arc(random);
  while (net.upper[arc] != 1 || df_flow(df, arc) != 1)
    arc = (arc + 1) % net.m;
  return arc;
}

static int32_t draw_quota(struct net_random *random)
{
  int32_t arc = draw_arc(random);
  while (net.upper[arc] < 2)
    arc = (arc + 1) % net.m;
  return arc;
}

// The kinds of edits a plan sees: withdrawn, dearer or cheaper, a quota wider or narrower, one candidate
// more, one person and one post less or more.
static void withdraw(struct df *df, struct net_random *random)
{
  set_upper(df, draw_used(df, random), 0);
}

static void make_dearer(struct df *df, struct net_random *random)
{
  int level = (int)net_between(random, 0, net.levels - 1);
  int32_t arc = draw_used(df, random);
  set_cost(df, level, arc, net.cost[level][arc] + net_between(random, 1, 60));
}

static void make_cheaper(struct df *df, struct net_random *random)
{
  int level = (int)net_between(random, 0, net.levels - 1);
  int32_t arc = draw_arc(random);
  set_cost(df, level, arc, net.cost[level][arc] - net_between(random, 1, 60));
}

static void change_quota(struct df *df, struct net_random *random)
{
  int32_t arc = draw_quota(random);
  set_upper(df, arc, net.upper[arc] + (net_between(random, 0, 1) ? 1 : -1));
}

static void add_candidate(struct df *df, struct net_random *random)
{
  int32_t from = draw_used(df, random), to = draw_used(df, random);
  int32_t arc = net_arc(&net, net.tail[from], net.head[to], 1, 0);
  const int64_t *costs[NET_LEVELS];
  for (int level = 0; level < net.levels; level++) {
    net.cost[level][arc] = net.cost[level][from] - net_between(random, 0, 3);
    costs[level] = &net.cost[level][arc];
  }
  struct df_arcs arcs = {&net.tail[arc], &net.head[arc], NULL, &net.upper[arc], costs};
  assert_int_equal(df_add_arcs(df, 1, &arcs), DF_OK);
}

static void move_supply(struct df *df, struct net_random *random)
{
  int32_t from = 0, to = 0;
  while (net.supply[from] <= 0)
    from++;
  while (net.supply[to] >= 0)
    to++;
  int64_t by = net_between(random, 0, 1) ? 1 : -1;
  net.supply[from] += by;
  net.supply[to] -= by;
  assert_int_equal(df_set_supply(df, from, net.supply[from]), DF_OK);
  assert_int_equal(df_set_supply(df, to, net.supply[to]), DF_OK);
}

typedef void edit_fn(struct df *df, struct net_random *random);
static edit_fn *const edits[] = {withdraw,     make_dearer,   make_cheaper,
                                 change_quota, add_candidate, move_supply};
#define KINDS ((int)(sizeof edits / sizeof edits[0]))

static void make_plan(int levels, int32_t posts, struct net_random *random)
{
  static int32_t group[NET_NODES];
  net_make_dispatch(&net, posts, random, group);
  if (levels == 1) // emptiness far above distance
    for (int32_t arc = 0; arc < net.m; arc++)
      net.cost[0][arc] = net.cost[0][arc] * 1000 + net.cost[1][arc];
  net.levels = levels;
}

// One to ten edits of a kind, or of all kinds mixed, on one level and on three.
static void every_kind_is_mended(void **state)
{
  (void)state;
  struct net_random random = {.state = 31};
  for (int kind = 0; kind <= KINDS; kind++)
    for (int levels = 1; levels <= 3; levels += 2) {
      make_plan(levels, 600, &random);
      struct df *df = df_new(NULL);
      assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
      int mended = 0;
      for (int turn = 0; turn < 10; turn++) {
        for (int i = 0; i <= turn; i++)
          edits[kind < KINDS ? kind : (int)net_between(&random, 0, KINDS - 1)](df, &random);
        struct df_stats stats = {0};
        enum df_code code = df_solve(df, NULL, &stats);
        assert_int_equal(code, DF_OPTIMAL);
        net_verify(&net, df, code);
        agrees_with_cold(df, code);
        mended += stats.mended;
      }
      print_message("kind %d, %d levels: %d of 10 mended\n", kind, levels, mended);
      assert_true(mended >= 9);
      df_free(df);
    }
}

// A few edits look at a small part of the network and pivot little.
static void touches_little(void **state)
{
  (void)state;
  struct net_random random = {.state = 32};
  for (int levels = 1; levels <= 3; levels += 2) {
    make_plan(levels, 1500, &random);
    struct df *df = df_new(NULL);
    struct df_stats cold = {0}, stats = {0};
    struct df_problem problem = net_problem(&net);
    assert_int_equal(df_load(df, &problem), DF_OK);
    assert_int_equal(df_solve(df, NULL, &cold), DF_OPTIMAL);
    uint64_t pivots = 0, priced = 0;
    for (int turn = 0; turn < 30; turn++) {
      withdraw(df, &random);
      assert_int_equal(df_solve(df, NULL, &stats), DF_OPTIMAL);
      pivots += stats.pivots;
      priced += stats.arcs_priced;
    }
    agrees_with_cold(df, DF_OPTIMAL);
    print_message("%d levels: %d pivots, %d of %d arcs looked at a turn\n", levels, (int)(pivots / 30),
                  (int)(priced / 30), (int)net.m);
    assert_true(pivots < 30 * 10);
    assert_true(priced / 30 < (uint64_t)net.m / 2);
    assert_true(priced / 30 < cold.arcs_priced / 30);
    df_free(df);
  }
}

// Tiny networks, everything tried out: bounds, costs, supplies and arcs change at random, whatever comes of
// it.
static void agrees_with_exhaustion(void **state)
{
  (void)state;
  struct net_random random = {.state = 33};
  int mended = 0, optimal = 0;
  for (int round = 0; round < 1500; round++) {
    struct net_shape shape = {.n = (int32_t)net_between(&random, 2, 5),
                              .m = (int32_t)net_between(&random, 2, 7),
                              .levels = (int)net_between(&random, 1, NET_LEVELS),
                              .cost_low = net_between(&random, -3, 0),
                              .cost_high = net_between(&random, 0, 4),
                              .span = 2,
                              .lower = net_between(&random, 0, 1),
                              .units = 2,
                              .feasible = true};
    net_make(&net, &shape, &random);
    struct df *df = df_new(NULL);
    (void)net_solve(&net, df);
    for (int turn = 0; turn < 6; turn++) {
      int32_t arc = draw_arc(&random), level = (int32_t)net_between(&random, 0, net.levels - 1);
      int what = (int)net_between(&random, 0, 2);
      int32_t from = (int32_t)net_between(&random, 0, net.n - 1),
              to = (int32_t)net_between(&random, 0, net.n - 1);
      if (what == 0) set_cost(df, level, arc, net_between(&random, -3, 4));
      if (what == 1) set_upper(df, arc, net.lower[arc] + net_between(&random, 0, 2));
      if (what == 2) {
        net.supply[from]++;
        assert_int_equal(df_set_supply(df, from, net.supply[from]), DF_OK);
        net.supply[to]--;
        assert_int_equal(df_set_supply(df, to, net.supply[to]), DF_OK);
      }
      struct df_stats stats = {0};
      enum df_code code = df_solve(df, NULL, &stats);
      net_verify(&net, df, code);
      int64_t best[NET_LEVELS] = {0};
      assert_int_equal(code, net_exhaust(&net, best) ? DF_OPTIMAL : DF_INFEASIBLE);
      for (int at = 0; code == DF_OPTIMAL && at < net.levels; at++)
        assert_int_equal(net_value(df, at), best[at]);
      mended += stats.mended && stats.pivots > 0;
      optimal += code == DF_OPTIMAL;
    }
    df_free(df);
  }
  print_message("%d of %d optima by mending with pivots\n", mended, optimal);
  assert_true(mended > 1000);
}

// Flows of many units: arcs between their bounds, long ways, costs that turn against tree arcs.
static void mends_big_flows(void **state)
{
  (void)state;
  struct net_random random = {.state = 34};
  int mended = 0;
  for (int round = 0; round < 60; round++) {
    bool huge = round % 3 == 0;
    struct net_shape shape = {.n = (int32_t)net_between(&random, 20, 300),
                              .m = (int32_t)net_between(&random, 100, 3000),
                              .levels = (int)net_between(&random, 1, NET_LEVELS),
                              .cost_low = -20,
                              .cost_high = huge ? 1000000 : 300,
                              .span = huge ? INT64_C(1) << 30 : 30,
                              .lower = round % 4 ? 0 : 5,
                              .units = 80,
                              .feasible = true};
    net_make(&net, &shape, &random);
    struct df *df = df_new(NULL);
    assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
    for (int turn = 0; turn < 8; turn++) {
      for (int i = 0; i < 3; i++) {
        int level = (int)net_between(&random, 0, net.levels - 1);
        int32_t arc = draw_arc(&random), other = draw_arc(&random);
        set_cost(df, level, arc, net.cost[level][arc] + net_between(&random, -40, 40));
        set_upper(df, other, net.upper[other] + net_between(&random, 0, 4));
      }
      struct df_stats stats = {0};
      enum df_code code = df_solve(df, NULL, &stats);
      net_verify(&net, df, code);
      agrees_with_cold(df, code);
      mended += stats.mended;
    }
    df_free(df);
  }
  print_message("%d of 480 mended\n", mended);
  assert_true(mended > 240);
}

static void edit_anything(struct df *df, struct net_random *random)
{
  int32_t arc = draw_arc(random), used = draw_arc(random);
  int level = (int)net_between(random, 0, net.levels - 1);
  int64_t by = net_between(random, -30, 30) * (net_between(random, 0, 9) ? 1 : 20);
  switch (net_between(random, 0, 3)) {
  case 0:
    set_cost(df, level, arc, net.cost[level][arc] + by);
    break;
  case 1:
    set_upper(df, arc, net.lower[arc] + net_between(random, 0, 3));
    break;
  case 2: // one unit less than it carries
    for (int32_t i = 0; i < net.m && df_flow(df, used) <= net.lower[used]; i++)
      used = (used + 1) % net.m;
    if (df_flow(df, used) > net.lower[used]) set_upper(df, used, df_flow(df, used) - 1);
    break;
  default:
    net.supply[net.tail[arc]]++;
    net.supply[net.head[arc]]--;
    assert_int_equal(df_set_supply(df, net.tail[arc], net.supply[net.tail[arc]]), DF_OK);
    assert_int_equal(df_set_supply(df, net.head[arc], net.supply[net.head[arc]]), DF_OK);
  }
}

// Up to a dozen edits at a time to networks of every kind, again and again, until nothing is feasible: long
// ways, arcs left out of the searches and let in, lists made anew while a search is going on.
static void weathers_a_storm(void **state)
{
  (void)state;
  int mended = 0, solves = 0;
  for (int round = 0; round < 1500; round++) {
    struct net_random random = {.state = (uint64_t)round * 7919 + 5};
    struct net_shape shape = {.n = (int32_t)net_between(&random, 10, 60),
                              .m = (int32_t)net_between(&random, 60, 400),
                              .levels = (int)net_between(&random, 1, NET_LEVELS),
                              .cost_low = round % 3 ? 0 : -20,
                              .cost_high = (int64_t[]){2, 1000, 60, 60, 60}[round % 5],
                              .span = round % 2 ? 5 : 1,
                              .lower = round % 4 ? 0 : 2,
                              .units = 20,
                              .feasible = true};
    net_make(&net, &shape, &random);
    struct df *df = df_new(NULL);
    enum df_code code = net_solve(&net, df);
    for (int turn = 0; code == DF_OPTIMAL && turn < 10; turn++) {
      int count = (int)net_between(&random, 1, 12);
      for (int i = 0; i < count; i++)
        edit_anything(df, &random);
      struct df_stats stats = {0};
      code = df_solve(df, NULL, &stats);
      net_verify(&net, df, code);
      mended += stats.mended;
      solves++;
    }
    df_free(df);
  }
  print_message("%d of %d mended\n", mended, solves);
  assert_true(mended > solves / 2);
}

// What is changed and changed back costs what it did; edits in another order end at the same values.
static void edits_commute(void **state)
{
  (void)state;
  struct net_random random = {.state = 35};
  for (int levels = 1; levels <= 3; levels += 2) {
    make_plan(levels, 500, &random);
    struct df *one = df_new(NULL), *other = df_new(NULL);
    assert_int_equal(net_solve(&net, one), DF_OPTIMAL);
    assert_int_equal(net_solve(&net, other), DF_OPTIMAL);
    int64_t before[NET_LEVELS];
    for (int level = 0; level < levels; level++)
      before[level] = net_value(one, level);
    int32_t arcs[8];
    for (int i = 0; i < 8; i++) {
      arcs[i] = draw_used(one, &random);
      set_upper(one, arcs[i], 0);
      assert_int_equal(df_solve(one, NULL, NULL), DF_OPTIMAL); // one by one
    }
    for (int i = 7; i >= 0; i--)
      set_upper(other, arcs[i], 0);
    assert_int_equal(df_solve(other, NULL, NULL), DF_OPTIMAL); // all at once, from the last
    for (int level = 0; level < levels; level++)
      assert_int_equal(net_value(one, level), net_value(other, level));
    for (int i = 0; i < 8; i++)
      set_upper(one, arcs[i], 1);
    enum df_code code = df_solve(one, NULL, NULL);
    net_verify(&net, one, code);
    for (int level = 0; level < levels; level++)
      assert_int_equal(net_value(one, level), before[level]);
    df_free(one);
    df_free(other);
  }
}

// Being prepared changes no flow; where there is no optimum there is nothing to prepare.
static void prepared_is_the_same(void **state)
{
  (void)state;
  for (int levels = 1; levels <= 3; levels += 2) {
    struct net_random random = {.state = 37};
    make_plan(levels, 1500, &random);
    struct df *plain = df_new(NULL), *ready = df_new(NULL);
    assert_false(df_prepare(ready));
    assert_int_equal(net_solve(&net, plain), DF_OPTIMAL);
    assert_int_equal(net_solve(&net, ready), DF_OPTIMAL);
    assert_true(df_prepare(ready));
    assert_true(df_prepare(ready));
    for (int turn = 0; turn < 4; turn++) {
      for (int i = 0; i < 5; i++) {
        int32_t arc = draw_used(plain, &random);
        set_upper(plain, arc, 0);
        set_upper(ready, arc, 0);
      }
      assert_int_equal(df_solve(plain, NULL, NULL), DF_OPTIMAL);
      assert_int_equal(df_solve(ready, NULL, NULL), DF_OPTIMAL);
      net_verify(&net, ready, DF_OPTIMAL);
      for (int32_t arc = 0; arc < net.m; arc++)
        assert_int_equal(df_flow(ready, arc), df_flow(plain, arc));
    }
    df_free(plain);
    df_free(ready);
  }
}

// The same edits twice: the same flow, arc by arc.
static void same_edits_same_answer(void **state)
{
  (void)state;
  static int64_t flow[NET_ARCS];
  for (int run = 0; run < 2; run++) {
    struct net_random random = {.state = 36};
    make_plan(1, 500, &random);
    struct df *df = df_new(NULL);
    assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
    for (int turn = 0; turn < 10; turn++) {
      for (int i = 0; i < 5; i++)
        edits[net_between(&random, 0, KINDS - 1)](df, &random);
      assert_int_equal(df_solve(df, NULL, NULL), DF_OPTIMAL);
    }
    for (int32_t arc = 0; arc < net.m; arc++) {
      if (run == 0) flow[arc] = df_flow(df, arc);
      assert_int_equal(df_flow(df, arc), flow[arc]);
    }
    df_free(df);
  }
}

// Edits in another order before the same solve: the same flow, in as many pivots.
static void order_of_edits_does_not_matter(void **state)
{
  (void)state;
  struct net_random random = {.state = 39};
  for (int levels = 1; levels <= 3; levels += 2) {
    make_plan(levels, 400, &random);
    struct df *one = df_new(NULL), *other = df_new(NULL);
    assert_int_equal(net_solve(&net, one), DF_OPTIMAL);
    assert_int_equal(net_solve(&net, other), DF_OPTIMAL);
    for (int turn = 0; turn < 10; turn++) {
      int32_t arcs[12];
      struct df_stats first = {0}, second = {0};
      for (int i = 0; i < 12; i++) {
        arcs[i] = draw_used(one, &random);
        set_upper(one, arcs[i], 0);
        move_supply(one, &random);
      }
      for (int32_t v = 0; v < net.n; v++)
        assert_int_equal(df_set_supply(other, v, net.supply[v]), DF_OK);
      for (int i = 11; i >= 0; i--)
        set_upper(other, arcs[i], 0);
      assert_int_equal(df_solve(one, NULL, &first), DF_OPTIMAL);
      assert_int_equal(df_solve(other, NULL, &second), DF_OPTIMAL);
      assert_int_equal(first.pivots, second.pivots);
      for (int32_t arc = 0; arc < net.m; arc++)
        assert_int_equal(df_flow(one, arc), df_flow(other, arc));
    }
    df_free(one);
    df_free(other);
  }
}

// Where mending ends, the simplex decides: nothing feasible, no lowest cost, too many edits, a limit struck.
static void hands_over(void **state)
{
  (void)state;
  struct net_random random = {.state = 37};
  memset(&net, 0, sizeof net);
  net.n = 3;
  net.levels = 1;
  net.supply[0] = 2;
  net.supply[2] = -2;
  int32_t first = net_arc(&net, 0, 1, 5, 3), second = net_arc(&net, 1, 2, 5, 3);
  int32_t back = net_arc(&net, 1, 0, INT64_MAX, -2);
  struct df *df = df_new(NULL);
  struct df_stats stats = {0};
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  set_upper(df, first, INT64_MAX);
  set_cost(df, 0, back, -4); // round for ever at a gain
  assert_int_equal(df_solve(df, NULL, &stats), DF_UNBOUNDED);
  assert_false(stats.mended);
  set_cost(df, 0, back, 4);
  assert_int_equal(df_solve(df, NULL, NULL), DF_OPTIMAL);
  set_upper(df, second, 1);
  enum df_code code = df_solve(df, NULL, &stats);
  assert_int_equal(code, DF_INFEASIBLE);
  assert_false(stats.mended);
  net_verify(&net, df, code);
  df_free(df);

  make_plan(1, 400, &random);
  df = df_new(NULL);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  for (int i = 0; i < 100; i++)
    withdraw(df, &random);
  code = df_solve(df, NULL, &stats);
  assert_false(stats.mended);
  net_verify(&net, df, code);
  agrees_with_cold(df, code);
  for (uint64_t limit = 1; limit < 6; limit++) { // stopped on the way, then finished
    for (int i = 0; i < 10; i++)
      withdraw(df, &random);
    struct df_options options = {.pivot_limit = limit};
    code = df_solve(df, &options, NULL);
    assert_true(code == DF_FEASIBLE_GAP || code == DF_CANCELLED || code == DF_OPTIMAL);
    net_verify(&net, df, code);
    code = df_solve(df, NULL, NULL);
    net_verify(&net, df, code);
    agrees_with_cold(df, code);
  }
  df_free(df);
}

// More arcs than are chained to the lists of the first re-solve.
static void many_arcs_come_later(void **state)
{
  (void)state;
  struct net_random random = {.state = 38};
  make_plan(1, 300, &random);
  struct df *df = df_new(NULL);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  for (int turn = 0; turn < 120; turn++) {
    for (int i = 0; i < 40; i++)
      add_candidate(df, &random);
    struct df_stats stats = {0};
    enum df_code code = df_solve(df, NULL, &stats);
    assert_int_equal(code, DF_OPTIMAL);
    if (turn % 10 == 9) net_verify(&net, df, code);
  }
  agrees_with_cold(df, DF_OPTIMAL);
  df_free(df);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_kind_is_mended),
      cmocka_unit_test(touches_little),
      cmocka_unit_test(agrees_with_exhaustion),
      cmocka_unit_test(mends_big_flows),
      cmocka_unit_test(weathers_a_storm),
      cmocka_unit_test(edits_commute),
      cmocka_unit_test(prepared_is_the_same),
      cmocka_unit_test(same_edits_same_answer),
      cmocka_unit_test(order_of_edits_does_not_matter),
      cmocka_unit_test(hands_over),
      cmocka_unit_test(many_arcs_come_later),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
