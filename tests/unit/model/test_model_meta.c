// What must not matter, and what must follow.
#include "tests/unit/model/tiny.h"
#include <string.h>

static const struct tiny_kinds all_kinds = {true, true, true, true, true, true};

static const char *post_of(const struct tiny *tiny, const struct mdl *model, const char *person)
{
  for (int32_t p = 0; p < tiny->problem.n_people; p++) {
    int32_t pair = strcmp(tiny->people[p].id, person) == 0 ? mdl_given(model, p) : -1;
    if (pair >= 0) return tiny->posts[tiny->pairs[pair].post].id;
  }
  return "-";
}

static void the_listing_does_not_matter(void **state)
{
  uint64_t seed = test_seed();
  (void)state;
  for (int round = 0; round < 300; round++) {
    struct tiny one, other;
    struct mdl_result first, second;
    tiny_draw(&seed, &all_kinds, &one);
    tiny_shuffle(&seed, &one, &other);
    struct mdl *a = tiny_solve(&one, &first), *b = tiny_solve(&other, &second);
    assert_memory_equal(first.value, second.value, sizeof first.value);
    assert_int_equal(first.pivots, second.pivots); // the kernel was given the very same network
    for (int32_t p = 0; p < one.problem.n_people; p++)
      assert_string_equal(post_of(&one, a, one.people[p].id), post_of(&other, b, one.people[p].id));
    mdl_free(a);
    mdl_free(b);
  }
}

static void a_wider_cap_is_never_worse(void **state)
{
  uint64_t seed = test_seed();
  (void)state;
  for (int round = 0; round < 300; round++) {
    struct tiny tiny;
    struct mdl_result before, after;
    tiny_draw(&seed, &(struct tiny_kinds){.quotas = true, .floors = round % 2, .teams = true}, &tiny);
    mdl_free(tiny_solve(&tiny, &before));
    struct mdl_quota *quota = &tiny.quotas[test_random_below(&seed, (uint32_t)tiny.problem.n_quotas)];
    if (quota->cap == MDL_NO_CAP) continue;
    quota->cap++;
    mdl_free(tiny_solve(&tiny, &after));
    assert_true(tiny_compare(&tiny, after.value, before.value) <= 0);
    if (round % 2 == 0) assert_true(after.value[MDL_UNFILLED] <= before.value[MDL_UNFILLED]);
  }
}

// Whoever got nothing and leaves changes nothing for the others.
static void who_is_not_used_can_go(void **state)
{
  uint64_t seed = test_seed();
  int tried = 0;
  (void)state;
  for (int round = 0; round < 300; round++) {
    struct tiny tiny, less;
    struct mdl_result before, after;
    tiny_draw(&seed, &(struct tiny_kinds){.quotas = true, .floors = true, .spread = true}, &tiny);
    struct mdl *model = tiny_solve(&tiny, &before);
    int32_t idle = -1;
    for (int32_t p = 0; p < tiny.problem.n_people; p++)
      if (mdl_given(model, p) < 0) idle = p;
    less = tiny;
    less.problem.pairs = less.pairs;
    for (int32_t i = 0; idle >= 0 && i < tiny.problem.n_pairs; i++)
      if (less.pairs[i].person == idle) less.pairs[i].keep = 0; // was nowhere in the plan either
    if (idle >= 0) {
      // Pairs of the idle become impossible: a quota of nothing over them, on the sending side.
      less.problem.quotas = less.quotas;
      int32_t index = less.problem.n_quotas++;
      less.quotas[index] =
          (struct mdl_quota){.id = "none", .side = MDL_SENDING, .pairs = less.members[index]};
      for (int32_t i = 0; i < tiny.problem.n_pairs; i++)
        if (less.pairs[i].person == idle) less.members[index][less.quotas[index].n_pairs++] = i;
      struct mdl *without = tiny_solve(&less, &after);
      for (int32_t p = 0; p < tiny.problem.n_people; p++)
        assert_int_equal(mdl_given(model, p), mdl_given(without, p));
      mdl_free(without);
      tried++;
    }
    mdl_free(model);
  }
  assert_true(tried > 50);
}

static void solved_again_it_is_the_same(void **state)
{
  uint64_t seed = test_seed();
  (void)state;
  for (int round = 0; round < 100; round++) {
    struct tiny tiny;
    struct mdl_result first, second;
    struct mdl_fault fault;
    tiny_draw(&seed, &all_kinds, &tiny);
    struct mdl *model = tiny_solve(&tiny, &first);
    assert_int_equal(mdl_solve(model, NULL, &second, &fault), MDL_OK);
    assert_memory_equal(first.value, second.value, sizeof first.value);
    mdl_free(model);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_listing_does_not_matter),
      cmocka_unit_test(a_wider_cap_is_never_worse),
      cmocka_unit_test(who_is_not_used_can_go),
      cmocka_unit_test(solved_again_it_is_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
