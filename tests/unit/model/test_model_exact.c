// Against everything there is, on thousands of tiny matchings of every kind of rule.
#include "tests/unit/model/tiny.h"
#include <string.h>

static void best_of_all(const struct tiny_kinds *kinds, int rounds)
{
  uint64_t seed = test_seed();
  for (int round = 0; round < rounds; round++) {
    struct tiny tiny;
    struct mdl_result result;
    int64_t best[MDL_TERMS];
    uint64_t of_round = seed;
    tiny_draw(&seed, kinds, &tiny);
    struct mdl *model = tiny_solve(&tiny, &result);
    assert_true(tiny_best(&tiny, NULL, best));
    if (tiny_compare(&tiny, result.value, best) != 0)
      fail_msg("round %d (state %llu): not the best", round, (unsigned long long)of_round);
    mdl_free(model);
  }
}

static void plain(void **state)
{
  (void)state;
  best_of_all(&(struct tiny_kinds){0}, 300);
}

static void quotas_on_both_sides(void **state)
{
  (void)state;
  best_of_all(&(struct tiny_kinds){.quotas = true}, 400);
}

static void floors_and_even_shares(void **state)
{
  (void)state;
  best_of_all(&(struct tiny_kinds){.quotas = true, .floors = true, .spread = true}, 500);
}

static void what_is_held(void **state)
{
  (void)state;
  best_of_all(&(struct tiny_kinds){.quotas = true, .floors = true, .holds = true}, 200);
}

static void teams(void **state)
{
  (void)state;
  best_of_all(&(struct tiny_kinds){.teams = true}, 400);
  best_of_all(&(struct tiny_kinds){.quotas = true, .floors = true, .spread = true, .teams = true}, 400);
}

static void everything_in_any_order(void **state)
{
  (void)state;
  best_of_all(&(struct tiny_kinds){true, true, true, true, true, true}, 400);
}

// What a limit leaves is allowed, and no further from the best than it says.
static void limits_state_their_gap(void **state)
{
  uint64_t seed = test_seed();
  int known = 0, stopped = 0;
  (void)state;
  for (int round = 0; round < 600; round++) {
    struct tiny tiny;
    struct mdl_result result = {0};
    struct mdl_fault fault;
    uint8_t taken[TINY_PAIRS];
    int64_t best[MDL_TERMS];
    tiny_draw(&seed, &(struct tiny_kinds){.quotas = true, .floors = true, .teams = round % 2}, &tiny);
    struct mdl *model = mdl_new(&tiny.problem, &fault);
    assert_non_null(model);
    struct mdl_options options = {.pivot_limit = 1 + test_random_below(&seed, 40),
                                  .node_limit = test_random_below(&seed, 8)};
    assert_int_equal(mdl_solve(model, &options, &result, &fault), MDL_OK);
    for (int32_t i = 0; i < tiny.problem.n_pairs; i++)
      taken[i] = mdl_taken(model, i);
    assert_true(tiny_allowed(&tiny, taken));
    assert_true(tiny_best(&tiny, NULL, best));
    stopped += !result.optimal;
    if (result.optimal) assert_int_equal(tiny_compare(&tiny, result.value, best), 0);
    if (!result.optimal && result.gap != INT64_MAX) {
      known++;
      for (int term = 0; term < (int)result.gap_term; term++)
        if (result.value[term] != best[term])
          fail_msg("round %d: term %d is %lld, best %lld; gap %lld on %d", round, term,
                   (long long)result.value[term], (long long)best[term], (long long)result.gap,
                   result.gap_term);
      assert_true(result.value[result.gap_term] - best[result.gap_term] <= result.gap);
    }
    if (!result.optimal) assert_int_equal(mdl_chain(model, 0, &(struct mdl_chain){0}), false);
    mdl_free(model);
  }
  assert_true(stopped > 50 && known > 20); // otherwise nothing was tried
}

static void a_cancelled_match_keeps_what_is_held(void **state)
{
  uint64_t seed = test_seed();
  volatile int cancel = 1;
  (void)state;
  for (int round = 0; round < 100; round++) {
    struct tiny tiny;
    struct mdl_result result;
    struct mdl_fault fault;
    tiny_draw(&seed, &(struct tiny_kinds){.quotas = true, .holds = true}, &tiny);
    struct mdl *model = mdl_new(&tiny.problem, &fault);
    assert_int_equal(mdl_solve(model, &(struct mdl_options){.cancel = &cancel}, &result, &fault), MDL_OK);
    for (int32_t i = 0; i < tiny.problem.n_pairs; i++)
      if (tiny.pairs[i].hold != MDL_FREE) assert_true(mdl_taken(model, i));
    assert_int_equal(mdl_solve(model, NULL, &result, &fault), MDL_OK); // and can be solved after all
    assert_true(result.optimal);
    mdl_free(model);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain),
      cmocka_unit_test(quotas_on_both_sides),
      cmocka_unit_test(floors_and_even_shares),
      cmocka_unit_test(what_is_held),
      cmocka_unit_test(teams),
      cmocka_unit_test(everything_in_any_order),
      cmocka_unit_test(limits_state_their_gap),
      cmocka_unit_test(a_cancelled_match_keeps_what_is_held),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
