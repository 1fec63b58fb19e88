// Every pricing code this processor has picks the same entries in the same order, so pivots do not depend on
// it.
#include "services/dispatch/solver/price.h"
#include "tests/unit/solver/net.h"
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define ENTRIES 1003
#define NODES   97

static int32_t tail[ENTRIES + 8], head[ENTRIES + 8];
static int64_t cost[ENTRIES + 8], pi[NODES];
static uint32_t id[ENTRIES + 8];
static struct df_pick plain[ENTRIES + 8], fast[ENTRIES + 8];

static void fill(struct net_random *random, int64_t size)
{
  for (int v = 0; v < NODES; v++)
    pi[v] = net_between(random, -size, size);
  for (int i = 0; i < ENTRIES + 8; i++) {
    tail[i] = (int32_t)net_between(random, 0, NODES - 1);
    head[i] = (int32_t)net_between(random, 0, NODES - 1);
    cost[i] = net_between(random, -size, size);
  }
}

static void same_picks(df_price_fn *scan)
{
  struct net_random random = {.state = 41};
  struct df_work work = {.count = ENTRIES, .tail = tail, .head = head, .cost = cost, .id = id};
  for (int round = 0; round < 500; round++) {
    fill(&random, round % 3 ? 2 : INT64_C(1) << 60);
    int32_t from = (int32_t)net_between(&random, 0, ENTRIES),
            to = (int32_t)net_between(&random, from, ENTRIES);
    int32_t wanted = df_price_scalar(&work, pi, from, to, plain), found = scan(&work, pi, from, to, fast);
    assert_int_equal(found, wanted);
    for (int32_t i = 0; i < found; i++) {
      assert_int_equal(fast[i].entry, plain[i].entry);
      assert_int_equal(fast[i].rc, plain[i].rc);
      assert_true(fast[i].rc < 0);
    }
  }
}

static void plain_code_finds_all(void **state)
{
  (void)state;
  struct net_random random = {.state = 42};
  struct df_work work = {.count = ENTRIES, .tail = tail, .head = head, .cost = cost, .id = id};
  fill(&random, 5);
  int32_t found = df_price_scalar(&work, pi, 0, ENTRIES, plain), expected = 0;
  for (int32_t i = 0; i < ENTRIES; i++)
    expected += cost[i] + pi[tail[i]] < pi[head[i]];
  assert_int_equal(found, expected);
}

static void chosen_code_agrees(void **state)
{
  (void)state;
  same_picks(df_price_best());
}

static void avx2_agrees(void **state)
{
  (void)state;
#ifdef __x86_64__
  if (!__builtin_cpu_supports("avx2")) skip();
  same_picks(df_price_avx2);
#else
  skip();
#endif
}

static void avx512_agrees(void **state)
{
  (void)state;
#ifdef __x86_64__
  if (!__builtin_cpu_supports("avx512f")) skip();
  same_picks(df_price_avx512);
#else
  skip();
#endif
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_code_finds_all),
      cmocka_unit_test(chosen_code_agrees),
      cmocka_unit_test(avx2_agrees),
      cmocka_unit_test(avx512_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
