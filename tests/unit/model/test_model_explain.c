// Every figure of an explanation against matchings in which it is tried out.
#include "tests/unit/model/tiny.h"
#include <stdlib.h>
#include <string.h>

static void check_change(const struct tiny *tiny, const struct mdl_result *result, const int64_t *told,
                         const int64_t *forced)
{
  int n = tiny->problem.order ? tiny->problem.n_order : MDL_TIE;
  for (int i = 0; i < n; i++) {
    enum mdl_term term = tiny->problem.order ? tiny->problem.order[i] : (enum mdl_term)i;
    if (told[term] != forced[term] - result->value[term])
      fail_msg("term %d: told %lld, is %lld (n_order %d, levels of quota %d)", term, (long long)told[term],
               (long long)(forced[term] - result->value[term]), tiny->problem.n_order,
               tiny->problem.n_quotas);
  }
  assert_int_equal(told[MDL_TIE], forced[MDL_TIE] - result->value[MDL_TIE]);
}

// The posts told to lose a place are those that more people leave than join.
static void check_emptied(const struct tiny *tiny, const struct mdl_chain *chain)
{
  int32_t losing = 0;
  for (int32_t v = 0; v < tiny->problem.n_posts; v++) {
    int32_t gain = 0;
    bool told = false;
    for (int32_t i = 0; i < chain->n_moves; i++) {
      gain += chain->moves[i].to >= 0 && tiny->pairs[chain->moves[i].to].post == v;
      gain -= chain->moves[i].from >= 0 && tiny->pairs[chain->moves[i].from].post == v;
    }
    for (int32_t i = 0; i < chain->n_emptied; i++)
      told |= chain->emptied[i] == v;
    assert_int_equal(told, gain < 0);
    losing += gain < 0;
  }
  assert_int_equal(chain->n_emptied, losing);
}

static void check_chain(const struct tiny *tiny, const struct mdl *model, const struct mdl_result *result,
                        int32_t post)
{
  struct tiny_wish wish = {.pair = -1, .post = post, .filled = mdl_filled(model, post) + 1};
  struct mdl_chain chain;
  int64_t forced[MDL_TERMS];
  bool possible = tiny_best(tiny, &wish, forced);
  assert_int_equal(mdl_chain(model, post, &chain), possible);
  if (!possible) return;
  check_change(tiny, result, chain.value, forced);
  assert_true(chain.n_moves >= 1 && chain.n_moves <= MDL_MOVES);
  assert_true(chain.moves[0].to >= 0);
  assert_int_equal(tiny->pairs[chain.moves[0].to].post, post); // told from the place that gets filled
  for (int32_t i = 0; i < chain.n_moves; i++) {
    const struct mdl_move *move = &chain.moves[i];
    assert_int_equal(mdl_given(model, move->person), move->from);
    assert_true(move->to < 0 || tiny->pairs[move->to].person == move->person);
  }
  check_emptied(tiny, &chain);
}

static void chains_cost_what_they_say(void **state)
{
  uint64_t seed = test_seed();
  int tried = 0;
  (void)state;
  for (int round = 0; round < 400; round++) {
    struct tiny tiny;
    struct mdl_result result;
    tiny_draw(&seed, &(struct tiny_kinds){.quotas = true, .floors = true, .spread = true, .any_order = true},
              &tiny);
    struct mdl *model = tiny_solve(&tiny, &result);
    for (int32_t v = 0; v < tiny.problem.n_posts; v++)
      if (mdl_filled(model, v) < tiny.posts[v].need) {
        check_chain(&tiny, model, &result, v);
        tried++;
      }
    mdl_free(model);
  }
  assert_true(tried > 100);
}

static void one_more_of_a_quota(void **state)
{
  uint64_t seed = test_seed();
  int worth = 0, nothing = 0;
  (void)state;
  for (int round = 0; round < 300; round++) {
    struct tiny tiny;
    struct mdl_result result;
    tiny_draw(&seed, &(struct tiny_kinds){.quotas = true, .floors = true, .spread = true}, &tiny);
    struct mdl *model = tiny_solve(&tiny, &result);
    for (int32_t q = 0; q < tiny.problem.n_quotas; q++) {
      int64_t told[MDL_TERMS] = {0}, wider[MDL_TERMS];
      if (tiny.quotas[q].cap == MDL_NO_CAP) continue;
      bool some = mdl_worth(model, q, told);
      tiny.quotas[q].cap++;
      assert_true(tiny_best(&tiny, NULL, wider));
      tiny.quotas[q].cap--;
      check_change(&tiny, &result, told, wider);
      worth += some;
      nothing += !some;
    }
    mdl_free(model);
  }
  assert_true(worth > 30 && nothing > 30);
}

static void check_alternatives(const struct tiny *tiny, const struct mdl *model,
                               const struct mdl_result *result, const struct mdl_alternative *list, int32_t n)
{
  for (int32_t i = 0; i < n; i++) {
    struct tiny_wish wish = {.pair = list[i].pair, .post = -1};
    int64_t forced[MDL_TERMS];
    assert_false(mdl_taken(model, list[i].pair));
    assert_true(tiny_best(tiny, &wish, forced));
    check_change(tiny, result, list[i].value, forced);
    if (i > 0) assert_true(tiny_compare(tiny, list[i - 1].value, list[i].value) <= 0);
  }
}

static void alternatives_cost_what_they_say(void **state)
{
  uint64_t seed = test_seed();
  (void)state;
  for (int round = 0; round < 200; round++) {
    struct tiny tiny;
    struct mdl_result result;
    struct mdl_alternative list[TINY_PAIRS];
    tiny_draw(&seed, &(struct tiny_kinds){.quotas = true, .floors = true, .any_order = true}, &tiny);
    struct mdl *model = tiny_solve(&tiny, &result);
    for (int32_t v = 0; v < tiny.problem.n_posts; v++) {
      int32_t n = mdl_post_alternatives(model, v, TINY_PAIRS, list), possible = 0;
      check_alternatives(&tiny, model, &result, list, n);
      for (int32_t i = 0; i < n; i++)
        assert_int_equal(tiny.pairs[list[i].pair].post, v);
      for (int32_t i = 0; i < tiny.problem.n_pairs; i++) {
        struct tiny_wish wish = {.pair = i, .post = -1};
        if (tiny.pairs[i].post == v && !mdl_taken(model, i))
          possible += tiny_best(&tiny, &wish, (int64_t[MDL_TERMS]){0});
      }
      assert_int_equal(n, possible);
      if (n > 1) assert_int_equal(mdl_post_alternatives(model, v, 1, &list[1]), 1);
      if (n > 1) assert_int_equal(list[0].pair, list[1].pair); // the first of one is the first of all
    }
    for (int32_t p = 0; p < tiny.problem.n_people; p++) {
      int32_t n = mdl_person_alternatives(model, p, TINY_PAIRS, list);
      check_alternatives(&tiny, model, &result, list, n);
      for (int32_t i = 0; i < n; i++)
        assert_int_equal(tiny.pairs[list[i].pair].person, p);
    }
    mdl_free(model);
  }
}

// A cut says: these posts hold all they can. Nothing that keeps to the caps fills more of them together -
// except by taking places from other posts, which the cut does not count.
static void cuts_name_what_is_short(void **state)
{
  uint64_t seed = test_seed();
  int by_people = 0, by_quota = 0;
  (void)state;
  for (int round = 0; round < 500; round++) {
    struct tiny tiny;
    struct mdl_result result;
    struct mdl_cut cut;
    tiny_draw(&seed, &(struct tiny_kinds){.quotas = true}, &tiny);
    struct mdl *model = tiny_solve(&tiny, &result);
    for (int32_t v = 0; v < tiny.problem.n_posts; v++) {
      if (mdl_filled(model, v) == tiny.posts[v].need) continue;
      assert_true(mdl_cut(model, v, &cut));
      if (cut.open) { // more places could be filled, but of posts that weigh less than one that would fall
                      // empty
        struct mdl_chain chain;
        assert_true(mdl_chain(model, v, &chain));
        assert_true(chain.value[MDL_UNFILLED] >= 0 && chain.n_emptied > 0);
        assert_true(chain.value[mdl_first(model, chain.value)] > 0);
        free(cut.posts);
        free(cut.quotas);
        continue;
      }
      assert_true(cut.posts[v]);
      assert_true(cut.places > cut.filled);
      if (cut.n_quotas == 0) assert_int_equal(cut.people, cut.filled);
      for (int32_t q = 0; q < tiny.problem.n_quotas; q++)
        if (cut.quotas[q])
          assert_true(mdl_used(model, q) + 1 >= tiny.quotas[q].cap); // one left, needed twice
      by_people += cut.n_quotas == 0;
      by_quota += cut.n_quotas > 0;
      free(cut.posts);
      free(cut.quotas);
    }
    mdl_free(model);
  }
  assert_true(by_people > 50 && by_quota > 50);
}

// Three posts for two physicists, and a floor over posts of one county. Somebody of another subject has a
// place in that county: no rival for physicists, though the county's figure is kept by either.
static void a_figure_shared_makes_no_rival(void **state)
{
  struct mdl_person people[] = {{"english"}, {"physics-1"}, {"physics-2"}};
  struct mdl_post posts[] = {{"e", 2, 3, 0, 0}, {"p1", 1, 3, 1, 1}, {"p2", 1, 2, 2, 1}, {"p3", 1, 1, 3, 0}};
  struct mdl_pair pairs[] = {{.person = 0, .post = 0}, {.person = 1, .post = 1}, {.person = 1, .post = 2},
                             {.person = 1, .post = 3}, {.person = 2, .post = 1}, {.person = 2, .post = 2},
                             {.person = 2, .post = 3}};
  const int32_t county[] = {0, 1, 4}, other[] = {2, 3, 5, 6};
  struct mdl_quota floors[] = {{"c1", MDL_HOSTING, 1, MDL_NO_CAP, false, county, 3},
                               {"c2", MDL_HOSTING, 1, MDL_NO_CAP, false, other, 4}};
  struct mdl_problem problem = {.people = people,
                                .posts = posts,
                                .pairs = pairs,
                                .quotas = floors,
                                .n_people = 3,
                                .n_posts = 4,
                                .n_pairs = 7,
                                .n_quotas = 2};
  struct mdl_result result;
  struct mdl_fault fault;
  struct mdl_cut cut;
  (void)state;
  struct mdl *model = mdl_new(&problem, &fault);
  assert_int_equal(mdl_solve(model, NULL, &result, &fault), MDL_OK);
  assert_int_equal(mdl_filled(model, 3), 0);
  assert_true(mdl_cut(model, 3, &cut));
  assert_false(cut.open || cut.posts[0]);
  assert_int_equal(cut.n_posts, 3);
  assert_int_equal(cut.n_quotas, 0);
  assert_int_equal(cut.people, 2);
  assert_int_equal(cut.places, 3);
  free(cut.posts);
  free(cut.quotas);
  mdl_free(model);
}

// Two people, two posts: each would rather have the other's, or only one of them may say so.
static void envy_needs_a_claim(void **state)
{
  struct mdl_person people[] = {{"ann"}, {"bob"}};
  struct mdl_post posts[] = {{"far", 1, 1, 0, 0}, {"near", 1, 1, 1, 0}};
  struct mdl_pair pairs[] = {
      {.person = 0, .post = 0}, {.person = 0, .post = 1}, {.person = 1, .post = 0}, {.person = 1, .post = 1}};
  struct mdl_problem problem = {
      .people = people, .posts = posts, .pairs = pairs, .n_people = 2, .n_posts = 2, .n_pairs = 4};
  struct mdl_result result;
  struct mdl_fault fault;
  struct mdl_envy envy[4];
  (void)state;
  MDL_COST(&pairs[0], MDL_WISH) = 1; // both wish to be near
  MDL_COST(&pairs[2], MDL_WISH) = 1;
  MDL_COST(&pairs[1], MDL_GAP) = 1; // bob fits it better, and ann must not go far
  MDL_COST(&pairs[3], MDL_GAP) = 0;
  MDL_COST(&pairs[0], MDL_GAP) = 3;
  struct mdl *model = mdl_new(&problem, &fault);
  assert_int_equal(mdl_solve(model, NULL, &result, &fault), MDL_OK);
  assert_int_equal(mdl_given(model, 0), 1);
  assert_int_equal(mdl_envies(model, 4, envy), 1);
  assert_int_equal(envy[0].pair, 3);
  assert_int_equal(envy[0].holder, 1);
  assert_int_equal(envy[0].because, MDL_GAP); // ann far would be worse
  assert_int_equal(envy[0].value[MDL_GAP], 2);
  mdl_free(model);
  MDL_COST(&pairs[1], MDL_GAP) = 0; // now ann fits as well: no claim
  model = mdl_new(&problem, &fault);
  assert_int_equal(mdl_solve(model, NULL, &result, &fault), MDL_OK);
  assert_int_equal(mdl_envies(model, 4, envy), 0);
  mdl_free(model);
}

// Whatever is reported is true: the one who envies prefers the post, and has the better claim or a free
// place.
static void envies_are_true(void **state)
{
  uint64_t seed = test_seed();
  int seen = 0;
  (void)state;
  for (int round = 0; round < 400; round++) {
    struct tiny tiny;
    struct mdl_result result;
    struct mdl_envy list[TINY_PAIRS];
    tiny_draw(&seed, &(struct tiny_kinds){.quotas = true, .spread = true, .holds = true}, &tiny);
    struct mdl *model = tiny_solve(&tiny, &result);
    int32_t n = mdl_envies(model, TINY_PAIRS, list);
    for (int32_t i = 0; i < n; i++) {
      const struct mdl_pair *wanted = &tiny.pairs[list[i].pair];
      int32_t own = mdl_given(model, wanted->person);
      if (own >= 0) assert_true(MDL_COST(wanted, MDL_WISH) < MDL_COST(&tiny.pairs[own], MDL_WISH));
      bool empty = mdl_filled(model, wanted->post) < tiny.posts[wanted->post].need;
      assert_int_equal(list[i].holder < 0, empty);
      if (!empty) assert_int_equal(tiny.pairs[list[i].holder].post, wanted->post);
      struct tiny_wish wish = {.pair = list[i].pair, .post = -1};
      int64_t forced[MDL_TERMS];
      if (tiny_best(&tiny, &wish, forced))
        check_change(&tiny, &result, list[i].value, forced);
      else
        assert_int_equal(list[i].because, MDL_TERMS);
      seen++;
    }
    mdl_free(model);
  }
  assert_true(seen > 30);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(chains_cost_what_they_say),
      cmocka_unit_test(one_more_of_a_quota),
      cmocka_unit_test(alternatives_cost_what_they_say),
      cmocka_unit_test(cuts_name_what_is_short),
      cmocka_unit_test(a_figure_shared_makes_no_rival),
      cmocka_unit_test(envy_needs_a_claim),
      cmocka_unit_test(envies_are_true),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
