// Chains, alternatives and cuts say what really happens when one acts on them.
#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static struct net net;

// Three teachers, three posts, a quota of two for the school; post C stays empty at a price.
enum { SOURCE, SCHOOL, WANG, LI, BAI, POST_A, POST_B, POST_C, SINK, NODES };
enum { QUOTA, WANG_A, WANG_B, LI_B, LI_C, BAI_A, FILL_A, FILL_B, FILL_C, EMPTY };

static void small_bureau(void)
{
  memset(&net, 0, sizeof net);
  net.n = NODES;
  net.levels = 2; // unfilled posts first, then distance
  net_arc(&net, SOURCE, SCHOOL, 2, 0);
  net_arc(&net, WANG, POST_A, 1, 0);
  net_arc(&net, WANG, POST_B, 1, 0);
  net_arc(&net, LI, POST_B, 1, 0);
  net_arc(&net, LI, POST_C, 1, 0);
  net_arc(&net, BAI, POST_A, 1, 0);
  net_arc(&net, POST_A, SINK, 1, 0);
  net_arc(&net, POST_B, SINK, 1, 0);
  net_arc(&net, POST_C, SINK, 1, 0);
  net_arc(&net, SOURCE, SINK, 3, 1);
  for (int32_t person = WANG; person <= BAI; person++)
    net_arc(&net, SCHOOL, person, 1, 0);
  const int64_t distance[] = {0, 10, 40, 20, 90, 15};
  for (int32_t arc = 0; arc <= BAI_A; arc++)
    net.cost[1][arc] = distance[arc];
  net.supply[SOURCE] = 3;
  net.supply[SINK] = -3;
}

static void chain_names_who_moves(void **state)
{
  (void)state;
  small_bureau();
  struct df *df = df_new(NULL);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  assert_int_equal(net_value(df, 0), 1);
  assert_int_equal(net_value(df, 1), 30);
  assert_int_equal(df_flow(df, FILL_C), 0);
  int32_t steps[16];
  int64_t values[2] = {-1, -1};
  // to fill C, Li goes there instead of B, which falls empty: 70 further, no post gained
  int32_t count = df_chain(df, FILL_C, steps, 16, values);
  assert_int_equal(values[0], 0);
  assert_int_equal(values[1], 70);
  assert_in_range(count, 3, 9);
  int met = 0;
  for (int32_t i = 0; i < count; i++)
    met |= steps[i] == LI_C * 2 ? 1 : steps[i] == LI_B * 2 + 1 ? 2 : 0;
  assert_int_equal(met, 3);
  // one more of the quota fills the third post
  assert_true(df_marginal(df, QUOTA, values));
  assert_int_equal(values[0], -1);
  assert_int_equal(values[1], (40 + 90 + 15) - (10 + 20)); // Wang to B, Li to C, Bai to A
  assert_false(df_marginal(df, FILL_C, values));
  assert_int_equal(df_chain(df, 99, steps, 16, values), -1);
  df_free(df);
}

static void alternatives_of_a_post_and_a_person(void **state)
{
  (void)state;
  small_bureau();
  struct df *df = df_new(NULL);
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  struct df_alternative found[4];
  assert_int_equal(df_alternatives(df, POST_A, DF_INTO, 4, found), 1); // Bai instead of Wang
  assert_int_equal(found[0].arc, BAI_A);
  assert_int_equal(found[0].values[0], 0);
  assert_int_equal(found[0].values[1], 5);
  assert_int_equal(df_alternatives(df, LI, DF_OUT_OF, 4, found), 1);
  assert_int_equal(found[0].arc, LI_C);
  assert_int_equal(found[0].values[1], 70);
  assert_int_equal(df_alternatives(df, LI, DF_OUT_OF, 0, found), 0);
  assert_int_equal(df_alternatives(df, -3, DF_INTO, 4, found), 0);
  df_free(df);
}

// Forcing an alternative costs exactly what was said.
static void alternatives_cost_what_they_say(void **state)
{
  (void)state;
  struct net_random random = {.state = 31};
  struct df_alternative found[6];
  int tried = 0;
  for (int round = 0; round < 15; round++) {
    struct net_shape shape = {.n = 30, .m = 220, .levels = 2, .cost_high = 50, .span = 1, .feasible = true};
    net_make(&net, &shape, &random);
    struct df *df = df_new(NULL);
    assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
    for (int32_t node = 0; node < net.n; node += 5) {
      enum df_side side = node % 2 ? DF_INTO : DF_OUT_OF;
      int32_t count = df_alternatives(df, node, side, 6, found);
      for (int32_t i = 0; i < count; i++, tried++) {
        int32_t arc = found[i].arc;
        assert_int_equal(side == DF_INTO ? net.head[arc] : net.tail[arc], node);
        net.lower[arc] = 1;
        struct df *forced = df_new(NULL);
        assert_int_equal(net_solve(&net, forced), DF_OPTIMAL);
        for (int level = 0; level < net.levels; level++)
          assert_int_equal(net_value(forced, level) - net_value(df, level), found[i].values[level]);
        df_free(forced);
        net.lower[arc] = 0;
      }
    }
    df_free(df);
  }
  assert_true(tried > 100);
}

static void residual_cut_closes_at_quotas(void **state)
{
  (void)state;
  small_bureau();
  struct df *df = df_new(NULL);
  uint8_t marks[NODES];
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  df_residual_cut(df, POST_C, marks);
  assert_int_equal(marks[POST_C], 1);
  assert_int_equal(marks[LI], 1);
  for (int32_t arc = 0; arc < net.m; arc++)
    if (!marks[net.tail[arc]] && marks[net.head[arc]]) assert_int_equal(df_flow(df, arc), net.upper[arc]);
  df_free(df);
}

static void edits_invalidate_explanations(void **state)
{
  (void)state;
  small_bureau();
  struct df *df = df_new(NULL);
  int64_t values[2];
  assert_int_equal(net_solve(&net, df), DF_OPTIMAL);
  assert_int_equal(df_set_cost(df, 1, WANG_A, 11), DF_OK);
  assert_false(df_marginal(df, QUOTA, values));
  assert_int_equal(df_solve(df, NULL, NULL), DF_OPTIMAL);
  assert_true(df_marginal(df, QUOTA, values));
  df_free(df);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chain_names_who_moves),
      cmocka_unit_test(alternatives_of_a_post_and_a_person),
      cmocka_unit_test(alternatives_cost_what_they_say),
      cmocka_unit_test(residual_cut_closes_at_quotas),
      cmocka_unit_test(edits_invalidate_explanations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
