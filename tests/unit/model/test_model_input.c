// Each kind of bad problem is refused with what is wrong and where; nothing is half done.
#include "tests/unit/model/tiny.h"
#include <limits.h>
#include <string.h>

// Two people, two posts, all four pairs; a sending and a hosting quota, a team of both.
struct sample {
  struct mdl_person people[2];
  struct mdl_post posts[2];
  struct mdl_pair pairs[4];
  struct mdl_quota quotas[2];
  struct mdl_team teams[1];
  int32_t sending[4], hosting[4], members[2];
  enum mdl_term order[3];
  struct mdl_problem problem;
};

static void make(struct sample *s)
{
  *s = (struct sample){.people = {{"p1"}, {"p2"}},
                       .posts = {{"v1", 2, 1, 7, 1}, {"v2", 1, 1, 8, 1}},
                       .sending = {0, 1},
                       .hosting = {0, 2},
                       .members = {0, 1},
                       .order = {MDL_GUARANTEE, MDL_UNFILLED, MDL_WISH}};
  for (int32_t i = 0; i < 4; i++)
    s->pairs[i] = (struct mdl_pair){.person = i / 2, .post = i % 2};
  s->quotas[0] = (struct mdl_quota){"q1", MDL_SENDING, 0, 1, false, s->sending, 2};
  s->quotas[1] = (struct mdl_quota){"q2", MDL_HOSTING, 1, 2, false, s->hosting, 2};
  s->teams[0] = (struct mdl_team){"t1", MDL_SAME_SITE, s->members, 2};
  s->problem =
      (struct mdl_problem){s->people, s->posts, s->pairs, s->quotas, s->teams, 2, 2, 4, 2, 1, s->order, 3};
}

static void good_as_it_is(void **state)
{
  struct sample s;
  struct mdl_fault fault;
  struct mdl_result result;
  (void)state;
  make(&s);
  struct mdl *model = mdl_new(&s.problem, &fault);
  assert_non_null(model);
  assert_int_equal(mdl_solve(model, NULL, &result, &fault), MDL_OK);
  assert_int_equal(result.filled, 2);
  assert_int_equal(mdl_filled(model, 0), 2);
  mdl_free(model);
}

#define REFUSED(change, code_, kind_, index_)                                                                \
  do {                                                                                                       \
    struct sample s;                                                                                         \
    struct mdl_fault fault;                                                                                  \
    make(&s);                                                                                                \
    change;                                                                                                  \
    assert_null(mdl_new(&s.problem, &fault));                                                                \
    assert_int_equal(fault.code, code_);                                                                     \
    assert_int_equal(fault.kind, kind_);                                                                     \
    assert_int_equal(fault.index, index_);                                                                   \
  } while (0)

static void counts_and_ids(void **state)
{
  (void)state;
  REFUSED(s.problem.n_people = -1, MDL_SIZE, MDL_PEOPLE, -1);
  REFUSED(s.problem.n_pairs = INT32_MAX, MDL_SIZE, MDL_PAIRS, -1);
  REFUSED(s.problem.n_teams = INT32_MIN, MDL_SIZE, MDL_TEAMS, -1);
  REFUSED(s.people[1].id = "", MDL_ID, MDL_PEOPLE, 1);
  REFUSED(s.posts[0].id = NULL, MDL_ID, MDL_POSTS, 0);
  REFUSED(s.people[1].id = "p1", MDL_ID, MDL_PEOPLE, fault.index);
  REFUSED(s.quotas[1].id = "q1", MDL_ID, MDL_QUOTAS, fault.index);
  REFUSED(s.teams[0].id = "", MDL_ID, MDL_TEAMS, 0);
}

static void figures(void **state)
{
  (void)state;
  REFUSED(s.posts[1].need = -1, MDL_FIGURE, MDL_POSTS, 1);
  REFUSED(s.posts[1].weight = 0, MDL_FIGURE, MDL_POSTS, 1);
  REFUSED(s.posts[0].need = s.posts[1].need = MDL_FIGURE_MAX, MDL_SIZE, MDL_POSTS, -1);
  REFUSED(s.pairs[2].cost[3] = -1, MDL_FIGURE, MDL_PAIRS, 2);
  REFUSED(s.pairs[2].keep = -1, MDL_FIGURE, MDL_PAIRS, 2);
  REFUSED(s.pairs[3].cost[0] = INT32_MAX, MDL_FIGURE, MDL_PAIRS, 3);
  REFUSED(s.quotas[0].cap = -1, MDL_FIGURE, MDL_QUOTAS, 0);
  REFUSED(s.quotas[0].floor = -3, MDL_FIGURE, MDL_QUOTAS, 0);
  REFUSED(s.quotas[0].floor = 2, MDL_FLOOR, MDL_QUOTAS, 0);
}

static void unknown_and_twice(void **state)
{
  (void)state;
  REFUSED(s.pairs[1].person = 2, MDL_UNKNOWN, MDL_PAIRS, 1);
  REFUSED(s.pairs[1].post = -1, MDL_UNKNOWN, MDL_PAIRS, 1);
  REFUSED(s.pairs[1].post = 0, MDL_TWICE, MDL_PAIRS, fault.index);
  REFUSED(s.sending[1] = 4, MDL_UNKNOWN, MDL_QUOTAS, 0);
  REFUSED(s.hosting[1] = 0, MDL_TWICE, MDL_QUOTAS, 1);
  REFUSED(s.quotas[1].n_pairs = 5, MDL_TWICE, MDL_QUOTAS, 1);
  REFUSED(s.members[1] = 9, MDL_UNKNOWN, MDL_TEAMS, 0);
  REFUSED(s.members[1] = 0, MDL_TWICE, MDL_TEAMS, 0);
  REFUSED(s.teams[0].n_members = 0, MDL_FIGURE, MDL_TEAMS, 0);
}

static void the_order(void **state)
{
  (void)state;
  REFUSED(s.order[2] = MDL_GUARANTEE, MDL_ORDER, MDL_ORDERS, 2);
  REFUSED(s.order[0] = MDL_WISH, MDL_ORDER, MDL_ORDERS, 0); // before filling
  REFUSED(s.order[1] = MDL_CHANGES, MDL_ORDER, MDL_ORDERS, 2);
  REFUSED(s.problem.n_order = 1, MDL_ORDER, MDL_ORDERS, -1); // filling does not count at all
  REFUSED(s.order[2] = MDL_TIE, MDL_ORDER, MDL_ORDERS, 2);
  REFUSED(s.order[2] = (enum mdl_term)99, MDL_ORDER, MDL_ORDERS, 2);
}

static void a_team_larger_than_any_host(void **state)
{
  (void)state;
  REFUSED(s.posts[0].need = 1, MDL_TOO_LARGE, MDL_TEAMS, 0);
  struct sample s;
  struct mdl_fault fault;
  make(&s);
  s.posts[0].need = 1;
  s.teams[0].together = MDL_SAME_AREA; // one area holds both posts
  struct mdl *model = mdl_new(&s.problem, &fault);
  assert_non_null(model);
  mdl_free(model);
}

static bool in(const int32_t *list, size_t n, int32_t pair)
{
  for (size_t i = 0; i < n; i++)
    if (list[i] == pair) return true;
  return false;
}

static void crossing_quotas_are_named_with_where(void **state)
{
  struct sample s;
  struct mdl_fault fault;
  (void)state;
  make(&s); // q1: pairs 0 1 of p1; q2 on the same side now: pairs 0 2 of v1
  s.quotas[1].side = MDL_SENDING;
  assert_null(mdl_new(&s.problem, &fault));
  assert_int_equal(fault.code, MDL_CROSSING);
  assert_int_equal(fault.kind, MDL_QUOTAS);
  const struct mdl_quota *one = &s.quotas[fault.index];
  // q2 splits the pairs of a person: as wrong as crossing another quota
  if (fault.other_kind == MDL_QUOTAS) {
    const struct mdl_quota *other = &s.quotas[fault.other];
    assert_true(in(one->pairs, one->n_pairs, fault.witness[0]) &&
                in(other->pairs, other->n_pairs, fault.witness[0]));
    assert_true(in(one->pairs, one->n_pairs, fault.witness[1]) &&
                !in(other->pairs, other->n_pairs, fault.witness[1]));
    assert_true(!in(one->pairs, one->n_pairs, fault.witness[2]) &&
                in(other->pairs, other->n_pairs, fault.witness[2]));
  } else {
    assert_int_equal(fault.other_kind, MDL_PEOPLE);
    assert_int_equal(s.pairs[fault.witness[0]].person, fault.other);
    assert_true(in(one->pairs, one->n_pairs, fault.witness[0]));
    assert_int_not_equal(s.pairs[fault.witness[1]].person, fault.other);
    assert_true(in(one->pairs, one->n_pairs, fault.witness[1]));
    assert_int_equal(s.pairs[fault.witness[2]].person, fault.other);
    assert_false(in(one->pairs, one->n_pairs, fault.witness[2]));
  }
  make(&s); // both on the hosting side: {0 1 2} and {0 3} share 0 only
  s.sending[2] = 2;
  s.quotas[0] = (struct mdl_quota){"q1", MDL_EITHER, 0, 1, false, s.sending, 3};
  assert_null(mdl_new(&s.problem, &fault)); // fits neither side
  assert_int_equal(fault.code, MDL_CROSSING);
  assert_int_equal(fault.index, 0);
}

// An agreement that binds people of one kind and posts of another fits one side only; it finds it.
static void whichever_side_fits(void **state)
{
  struct sample s;
  struct mdl_fault fault;
  (void)state;
  make(&s);
  s.quotas[0].side = MDL_EITHER; // the pairs of p1: would split both posts on the hosting side
  struct mdl *model = mdl_new(&s.problem, &fault);
  assert_non_null(model);
  assert_int_equal(model->quota_side[0], MDL_SENDING);
  mdl_free(model);
}

static void what_is_held_must_be_possible(void **state)
{
  (void)state;
  REFUSED(s.pairs[0].hold = s.pairs[1].hold = MDL_PINNED, MDL_HELD, MDL_PAIRS, fault.index);
  REFUSED((s.posts[1].need = 0, s.pairs[3].hold = MDL_ARRIVED), MDL_HELD, MDL_PAIRS, 3);
  REFUSED((s.quotas[0].cap = 0, s.pairs[1].hold = MDL_PINNED), MDL_HELD, MDL_PAIRS, 1);
  struct sample s;
  struct mdl_fault fault;
  struct mdl_result result;
  make(&s); // p1 held at v2, which has one place: the team cannot be together
  s.pairs[1].hold = MDL_PINNED;
  struct mdl *model = mdl_new(&s.problem, &fault);
  assert_non_null(model);
  assert_int_equal(mdl_solve(model, NULL, &result, &fault), MDL_HELD);
  assert_int_equal(fault.kind, MDL_TEAMS);
  assert_int_equal(fault.index, 0);
  assert_int_equal(mdl_solve(model, &(struct mdl_options){.pivot_limit = 1}, &result, &fault), MDL_STOPPED);
  mdl_free(model);
}

static void nothing_at_all(void **state)
{
  struct mdl_problem problem = {0};
  struct mdl_post post = {"v", 3, 2, 0, 0};
  struct mdl_result result;
  struct mdl_fault fault;
  (void)state;
  struct mdl *model = mdl_new(&problem, &fault);
  assert_non_null(model);
  assert_int_equal(mdl_solve(model, NULL, &result, &fault), MDL_OK);
  assert_true(result.optimal);
  mdl_free(model);
  problem.posts = &post;
  problem.n_posts = 1;
  model = mdl_new(&problem, &fault);
  assert_int_equal(mdl_solve(model, NULL, &result, &fault), MDL_OK);
  assert_true(result.optimal);
  assert_int_equal(result.value[MDL_UNFILLED], 6);
  mdl_free(model);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(good_as_it_is),
      cmocka_unit_test(counts_and_ids),
      cmocka_unit_test(figures),
      cmocka_unit_test(unknown_and_twice),
      cmocka_unit_test(the_order),
      cmocka_unit_test(a_team_larger_than_any_host),
      cmocka_unit_test(crossing_quotas_are_named_with_where),
      cmocka_unit_test(whichever_side_fits),
      cmocka_unit_test(what_is_held_must_be_possible),
      cmocka_unit_test(nothing_at_all),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
