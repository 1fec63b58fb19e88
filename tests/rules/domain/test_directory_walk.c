// Walks over institutions: what they tell is what the records say, also as of a day.
#include "common/domain/division.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <stdio.h>
#include <string.h>

static int setup(void **state)
{
  *state = world_new();
  return 0;
}
static int teardown(void **state)
{
  world_free(*state);
  return 0;
}

// A walk reads institutions quickly: what predicates and figures look at is the same as in the whole record.
static int same_as_whole(void *context, const ProtobufCMessage *row)
{
  struct world *w = context;
  const Reg__Institution *quick = (const Reg__Institution *)row, *whole = NULL;
  assert_ok(dir_institution(w->dir, quick->id, &whole));
  assert_non_null(whole);
  assert_string_equal(quick->name, whole->name);
  assert_string_equal(quick->code, whole->code);
  assert_string_equal(quick->division, whole->division);
  assert_string_equal(quick->managing_bureau, whole->managing_bureau);
  assert_string_equal(quick->operator_, whole->operator_);
  assert_string_equal(quick->since, whole->since);
  assert_int_equal(quick->kind, whole->kind);
  assert_int_equal(quick->place, whole->place);
  assert_int_equal(quick->status, whole->status);
  assert_int_equal(quick->n_stages, whole->n_stages);
  for (size_t i = 0; i < whole->n_stages; i++)
    assert_int_equal(quick->stages[i], whole->stages[i]);
  assert_int_equal(quick->n_tags, whole->n_tags);
  for (size_t i = 0; i < whole->n_tags; i++)
    assert_string_equal(quick->tags[i], whole->tags[i]);
  w->rows++;
  return 0;
}

static void a_walk_says_what_the_records_say(void **state)
{
  struct world *w = *state;
  Reg__Institution *school = world_institution(w, "3115082301");
  Reg__Geo geo = REG__GEO__INIT;
  geo.latitude_e6 = -1; // a varint of ten bytes, in a message that is passed over
  school->geo = &geo;
  school->legal_person = true;
  school->rev = UINT64_MAX;
  school->operator_ = (char *)world_id(w, "BY-EDU");
  school->since = (char *)"2016-01-01";
  world_put(w, &school->base);
  uint32_t before = w->rows;
  assert_ok(dir_walk_institutions(w->dir, "0", "", same_as_whole, w));
  uint32_t all = w->rows - before;
  assert_true(all > 20);
  assert_ok(dir_walk_institutions(w->dir, "15", "", same_as_whole, w));
  assert_int_equal(w->rows - before, 2 * all); // all lie in the region
}

// ---- walks as of a day, against the records asked for one by one

enum { WALKED = 150, WALKED_STATES = 6 };

static const char *const walked_counties[] = {"421181", "421182", "421121", "430102"};
static const char *const walked_days[] = {"2009-12-31", "2011-06-01", "2013-06-01", "2015-06-01",
                                          "2019-12-31"};

// Schools that moved between counties and came back, changed their place and were told of late.
static void walked_schools(struct world *w, const char *ids[WALKED])
{
  uint32_t draw = 7;
  for (int i = 0; i < WALKED; i++) {
    char code[16], day[16];
    snprintf(code, sizeof code, "2142100%03d", i);
    Reg__Institution *school = world_add_institution(
        w, &(struct world_unit){code, code, "SCHOOL", "421182", NULL, "TOWNSHIP", "PRIMARY", NULL});
    ids[i] = school->id;
    for (int k = 0; k < i % WALKED_STATES; k++) {
      draw = draw * 1664525 + 1013904223;
      school->division = (char *)walked_counties[draw >> 30];
      school->place = (Typ__Place)(1 + (draw >> 20) % 4);
      snprintf(day, sizeof day, "20%02u-01-01", 10 + (draw >> 10) % 10);
      world_amend(w, school, day, code);
    }
  }
}

struct walked {
  const Reg__Institution *found[WALKED];
  size_t n;
  struct world *w;
};

static int keep_walked(void *context, const ProtobufCMessage *row)
{
  struct walked *walked = context;
  if (strncmp(((const Reg__Institution *)row)->since, "20", 2) != 0) return 0; // of the world itself
  assert_true(walked->n < WALKED);
  walked->found[walked->n++] = (const Reg__Institution *)arena_clone(walked->w->arena, row);
  return 0;
}

typedef int walk(const struct dir_view *, const char *, const char *, dir_visit *, void *);

static void expect_walked(struct world *w, const char *const ids[WALKED], const char *division,
                          const char *day, walk *walk)
{
  const struct dir_view *then = dir_view_as_of(w->dir, day);
  struct walked walked = {.w = w};
  size_t n = 0;
  assert_ok(walk(then, division, "", keep_walked, &walked));
  for (int i = 0; i < WALKED; i++) { // ids rise
    const Reg__Institution *whole = NULL;
    assert_ok(dir_institution(then, ids[i], &whole));
    if (!whole || !division_covers(division, whole->division) || strncmp(whole->since, "20", 2) != 0)
      continue;
    assert_true(n < walked.n);
    const Reg__Institution *found = walked.found[n++];
    assert_string_equal(found->id, whole->id);
    assert_string_equal(found->division, whole->division);
    assert_string_equal(found->since, whole->since);
    assert_int_equal(found->place, whole->place);
    assert_int_equal(found->kind, whole->kind);
    assert_int_equal(found->status, whole->status);
    assert_int_equal(found->n_stages, whole->n_stages);
  }
  assert_int_equal(n, walked.n);
}

static void a_walk_of_a_day_finds_every_state_of_it(void **state)
{
  struct world *w = *state;
  const char *ids[WALKED];
  walked_schools(w, ids);
  static const char *const divisions[] = {"421181", "421182", "4211", "42", "43", "0"};
  for (size_t d = 0; d < sizeof divisions / sizeof *divisions; d++)
    for (size_t i = 0; i < sizeof walked_days / sizeof *walked_days; i++) {
      expect_walked(w, ids, divisions[d], walked_days[i], dir_walk_institutions);
      expect_walked(w, ids, divisions[d], walked_days[i], dir_walk_outlines);
    }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_walk_says_what_the_records_say, setup, teardown),
      cmocka_unit_test_setup_teardown(a_walk_of_a_day_finds_every_state_of_it, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
