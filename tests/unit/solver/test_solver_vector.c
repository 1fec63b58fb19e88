// Every pricing and scanning code this processor has picks the same entries, or lists the same arcs, in the
// same order, so pivots do not depend on it.
#include "services/dispatch/solver/price.h"
#include "services/dispatch/solver/scan.h"
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

// ---- scanning

#define ARCS ENTRIES

static int32_t narrow[ARCS + 8];
static int64_t wide[ARCS + 8], potential[NODES];
static uint8_t mark[ARCS + 8];
static int32_t plain_arc[ARCS + DF_SCAN_SPARE], fast_arc[ARCS + DF_SCAN_SPARE];

enum costs { NARROW, WIDE, NONE, KINDS };

static struct df_scan fill_scan(struct net_random *random, enum costs costs, int64_t size)
{
  for (int v = 0; v < NODES; v++)
    potential[v] = net_between(random, -size, size);
  for (int i = 0; i < ARCS + 8; i++) {
    tail[i] = (int32_t)net_between(random, 0, NODES - 1);
    head[i] = (int32_t)net_between(random, 0, NODES - 1);
    wide[i] = net_between(random, -size, size);
    narrow[i] = (int32_t)net_between(random, size < INT32_MAX ? -size : INT32_MIN,
                                     size < INT32_MAX ? size : INT32_MAX);
    mark[i] = (uint8_t)net_between(random, 0, 7);
  }
  return (struct df_scan){.tail = tail,
                          .head = head,
                          .narrow = costs == NARROW ? narrow : NULL,
                          .wide = costs == WIDE ? wide : NULL,
                          .potential = potential,
                          .state = mark,
                          .skip = 5,
                          .most = net_between(random, -2, size)};
}

static int64_t reduced(const struct df_scan *scan, int32_t arc)
{
  int64_t cost = scan->narrow ? scan->narrow[arc] : scan->wide ? scan->wide[arc] : 0;
  return cost + potential[tail[arc]] - potential[head[arc]];
}

static void plain_code_lists_all(void **state)
{
  (void)state;
  struct net_random random = {.state = 51};
  for (int round = 0; round < 30; round++) {
    struct df_scan scan = fill_scan(&random, (enum costs)(round % KINDS), 5);
    int32_t found = df_scan_scalar(&scan, 3, ARCS, plain_arc), at = 0;
    for (int32_t arc = 3; arc < ARCS; arc++) {
      if (reduced(&scan, arc) > scan.most || mark[arc] & scan.skip) continue;
      assert_true(at < found);
      assert_int_equal(plain_arc[at++], arc);
    }
    assert_int_equal(at, found);
  }
}

static void same_arcs(df_scan_fn *look)
{
  struct net_random random = {.state = 52};
  for (int round = 0; round < 600; round++) {
    struct df_scan scan = fill_scan(&random, (enum costs)(round % KINDS), round % 7 ? 3 : INT64_C(1) << 60);
    int32_t from = (int32_t)net_between(&random, 0, ARCS), to = (int32_t)net_between(&random, from, ARCS);
    int32_t wanted = df_scan_scalar(&scan, from, to, plain_arc), found = look(&scan, from, to, fast_arc);
    assert_int_equal(found, wanted);
    for (int32_t i = 0; i < found; i++)
      assert_int_equal(fast_arc[i], plain_arc[i]);
  }
}

static void chosen_code_agrees(void **state)
{
  (void)state;
  same_picks(df_price_best());
  same_arcs(df_scan_best());
}

static void avx2_agrees(void **state)
{
  (void)state;
#ifdef __x86_64__
  if (!__builtin_cpu_supports("avx2")) skip();
  same_picks(df_price_avx2);
  same_arcs(df_scan_avx2);
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
  same_arcs(df_scan_avx512);
#else
  skip();
#endif
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_code_finds_all), cmocka_unit_test(plain_code_lists_all),
      cmocka_unit_test(chosen_code_agrees),   cmocka_unit_test(avx2_agrees),
      cmocka_unit_test(avx512_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
