// The solver against every possible flow of small networks, and against the second opinion on bigger ones.
#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static struct net net;

static void agrees_with_exhaustion(void **state)
{
  (void)state;
  struct net_random random = {.state = 20160817};
  int feasible = 0, infeasible = 0;
  for (int round = 0; round < 3000; round++) {
    struct net_shape shape = {.n = (int32_t)net_between(&random, 1, 5),
                              .m = (int32_t)net_between(&random, 0, 7),
                              .levels = (int)net_between(&random, 1, NET_LEVELS),
                              .cost_low = net_between(&random, -3, 0),
                              .cost_high = net_between(&random, 0, 4),
                              .span = 2,
                              .lower = net_between(&random, 0, 1),
                              .units = 2,
                              .feasible = net_between(&random, 0, 2) > 0};
    net_make(&net, &shape, &random);
    int64_t best[NET_LEVELS] = {0};
    struct df *df = df_new(NULL);
    enum df_code code = net_solve(&net, df);
    if (net_exhaust(&net, best)) {
      assert_int_equal(code, DF_OPTIMAL);
      for (int level = 0; level < net.levels; level++)
        assert_int_equal(net_value(df, level), best[level]);
      feasible++;
    } else {
      assert_int_equal(code, DF_INFEASIBLE);
      infeasible++;
    }
    df_free(df);
  }
  assert_true(feasible > 1000 && infeasible > 300);
}

static void sound_on_random_networks(void **state)
{
  (void)state;
  struct net_random random = {.state = 1502};
  int optimal = 0;
  for (int round = 0; round < 300; round++) {
    bool huge = round % 7 == 0;
    struct net_shape shape = {.n = (int32_t)net_between(&random, 2, 400),
                              .m = (int32_t)net_between(&random, 1, 4000),
                              .levels = (int)net_between(&random, 1, NET_LEVELS),
                              .cost_low = round % 3 ? 0 : -50,
                              .cost_high = huge ? INT64_C(1000000000000) : net_between(&random, 1, 1000),
                              .span = huge        ? INT64_C(1000000000000)
                                      : round % 2 ? 1
                                                  : 40,
                              .lower = round % 5 == 0 ? 3 : 0,
                              .units = 50,
                              .feasible = round % 4 != 0};
    net_make(&net, &shape, &random);
    struct df *df = df_new(NULL);
    enum df_code code = net_solve(&net, df);
    assert_true(code == DF_OPTIMAL || (!shape.feasible && code == DF_INFEASIBLE));
    optimal += code == DF_OPTIMAL;
    df_free(df);
  }
  assert_true(optimal > 200);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(agrees_with_exhaustion),
      cmocka_unit_test(sound_on_random_networks),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
