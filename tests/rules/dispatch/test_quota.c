// Quotas and double booking: the figures of document A, the counters in and out, loads of part-time work day
// by day.
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/plan.h"
#include "services/dispatch/rules/posting.h"
#include "services/dispatch/rules/quota.h"
#include "tests/rules/dispatch/desk.h"
#include <stdio.h>
#include <string.h>

#define STATE(word) DSP__ASSIGNMENT_STATUS__ASSIGNMENT_##word

static const char *principal(struct desk *desk, int number, const char *from, Dsp__AssignmentStatus state)
{
  char staff_no[8];
  snprintf(staff_no, sizeof staff_no, "P%02d", number);
  struct desk_posting posting = {.person = staff_no, .host = "2115020301", .from = from};
  return desk_posting_in(desk, &posting, state);
}

static char *key_of_year(struct desk *desk, const char *year)
{
  return arena_printf(desk->world->arena, "principal_post/%s/%s", desk->agreement->id, year);
}

// ---- the eleventh principal

static void the_eleventh_principal_of_a_year_is_refused(void **state)
{
  struct desk *desk = *state;
  const char *key = key_of_year(desk, "2016");
  for (int i = 1; i <= 10; i++) {
    principal(desk, i, NULL, STATE(APPROVED));
    assert_int_equal(desk_used(desk, key), i);
  }
  // Proposed all the same, with a warning; refused where it counts.
  const char *eleventh = principal(desk, 11, NULL, STATE(ACCEPTED));
  const Dsp__Assignment *assignment = desk_get(desk, eleventh);
  assert_int_equal(assignment->n_findings, 1);
  assert_string_equal(assignment->findings[0]->code, "AS-06");
  refused(desk_approve(desk, "bayannur", "2016-08-22", eleventh), "AS-06", "max", "10", "key", key,
          "scope_en", arena_printf(desk->world->arena, "principal_post (%s)", key));
  assert_int_equal(desk_used(desk, key), 10);
  assert_int_equal(desk_get(desk, eleventh)->status, STATE(ACCEPTED));
}

static void the_year_is_that_of_the_first_day(void **state)
{
  struct desk *desk = *state;
  for (int i = 1; i <= 10; i++)
    principal(desk, i, NULL, STATE(APPROVED));
  principal(desk, 11, "2016-12-31", STATE(ACCEPTED));
  const char *next_year = principal(desk, 12, "2017-01-01", STATE(APPROVED));
  assert_string_equal(desk_get(desk, next_year)->quota_keys[0], key_of_year(desk, "2017"));
  assert_int_equal(desk_used(desk, key_of_year(desk, "2017")), 1);
}

static void another_agreement_has_its_own(void **state)
{
  struct desk *desk = *state;
  Reg__Agreement *second = world_agreement(desk->world, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  const Prg__Programme *programme;
  assert_ok(dir_programme(desk->world->dir, "nmg-framework", 1, &programme));
  world_partnership(desk->world, programme, "MUTUAL_AID", second,
                    "SUPPORTER=2115020301|RECIPIENT=2115080202");
  for (int i = 1; i <= 10; i++)
    principal(desk, i, NULL, STATE(APPROVED));
  desk->agreement = second;
  principal(desk, 11, NULL, STATE(APPROVED));
  assert_int_equal(desk_used(desk, key_of_year(desk, "2016")), 1);
}

// ---- what gives a place back

static void places_given_back(void **state)
{
  static const struct {
    const char *what;
    uint32_t left;
  } cases[] = {{"cancel", 0}, {"no-show", 0},   {"recall on the way", 1},
               {"recall", 1}, {"end early", 1}, {"complete", 1}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct desk *desk = desk_new();
    const char *what = cases[i].what;
    Dsp__AssignmentStatus from = strcmp(what, "cancel") == 0 ? STATE(APPROVED)
                                 : strcmp(what, "no-show") == 0 || strstr(what, "on the way")
                                     ? STATE(DISPATCHED)
                                 : strcmp(what, "complete") == 0 ? STATE(COMPLETED)
                                                                 : STATE(ARRIVED);
    char *id = (char *)principal(desk, 1, NULL, from);
    assert_int_equal(desk_used(desk, key_of_year(desk, "2016")), 1);
    Dsp__CancelAssignment cancel = DSP__CANCEL_ASSIGNMENT__INIT;
    Dsp__RecallAssignment recall = DSP__RECALL_ASSIGNMENT__INIT;
    Dsp__EndAssignmentEarly end = DSP__END_ASSIGNMENT_EARLY__INIT;
    Dsp__Tick tick = DSP__TICK__INIT;
    cancel.id = recall.id = end.id = id;
    cancel.reason = recall.reason = "x";
    end.reason = "HEALTH";
    if (strcmp(what, "cancel") == 0) ok(DO(desk, "bayannur", "2016-10-01", dsp_assignment_cancel, &cancel));
    if (strcmp(what, "no-show") == 0) ok(DO(desk, "self", "2016-10-20", dsp_posting_tick, &tick));
    if (strncmp(what, "recall", 6) == 0) ok(DO(desk, "bayannur", "2016-10-20", dsp_posting_recall, &recall));
    if (strcmp(what, "end early") == 0) ok(DO(desk, "baotou", "2016-10-20", dsp_posting_end_early, &end));
    if (desk_used(desk, key_of_year(desk, "2016")) != cases[i].left) fail_msg("after: %s", what);
    desk_free(desk);
  }
  (void)state;
}

static void a_cancelled_place_can_be_filled_again(void **state)
{
  struct desk *desk = *state;
  const char *last = NULL;
  for (int i = 1; i <= 10; i++)
    last = principal(desk, i, NULL, STATE(APPROVED));
  const char *eleventh = principal(desk, 11, NULL, STATE(ACCEPTED));
  Dsp__CancelAssignment cancel = DSP__CANCEL_ASSIGNMENT__INIT;
  cancel.id = (char *)last;
  cancel.reason = "x";
  ok(DO(desk, "bayannur", "2016-08-22", dsp_assignment_cancel, &cancel));
  ok(desk_approve(desk, "bayannur", "2016-08-22", eleventh));
  assert_int_equal(desk_used(desk, key_of_year(desk, "2016")), 10);
}

// ---- the plan's figures

static void a_line_takes_as_many_as_approved(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_submitted(desk, "2115080201 PRIMARY 13 3 1|2115080202 PRIMARY 13 3 1");
  ok(desk_verify(desk, "bayannur", plan, ""));
  ok(desk_verify(desk, "region", plan, "1 1 less|2 2 less"));
  struct desk_posting first = {.person = "R11", .host = "2115080201", .plan = plan};
  struct desk_posting second = {.person = "R12", .host = "2115080201", .plan = plan};
  desk_posting_in(desk, &first, STATE(APPROVED));
  const char *refused_one = desk_posting_in(desk, &second, STATE(ACCEPTED));
  refused(desk_approve(desk, "baotou", "2016-08-22", refused_one), "AS-06", "max", "1", "key",
          arena_printf(desk->world->arena, "plan/%s/1", plan));
  second = (struct desk_posting){.person = "R13", .host = "2115080202", .plan = plan, .line = 2};
  desk_posting_in(desk, &second, STATE(APPROVED));
  assert_int_equal(desk_used(desk, arena_printf(desk->world->arena, "plan/%s", plan)), 2);
  assert_int_equal(desk_used(desk, arena_printf(desk->world->arena, "plan/%s/2", plan)), 1);
}

static void limits_by_key(void **state)
{
  struct desk *desk = *state;
  const Dsp__NeedsPlan *plan =
      desk_get_plan(desk, desk_approved(desk, "2115080201 - - 3 1|2115080202 - - 4 1"));
  const Prg__Programme *programme;
  struct dsp_case case_ = {0};
  uint32_t limit = 99;
  assert_ok(dir_programme(desk->world->dir, "nmg-framework", 1, &programme));
  case_.programme = programme;
  case_.measure = programme->measures[0];
  assert_true(dsp_quota_limit(&case_, plan, "plan/x", &limit));
  assert_int_equal(limit, 7);
  assert_true(dsp_quota_limit(&case_, plan, "plan/x/2", &limit));
  assert_int_equal(limit, 4);
  assert_true(dsp_quota_limit(&case_, plan, "plan/x/9", &limit)); // no such line: nothing fits
  assert_int_equal(limit, 0);
  assert_false(dsp_quota_limit(&case_, NULL, "plan/x", &limit));
  case_.measure = programme->measures[1];
  assert_true(dsp_quota_limit(&case_, NULL, "principal_post/a/2016", &limit));
  assert_int_equal(limit, 10);
  case_.measure = programme->measures[2]; // no quota
  assert_false(dsp_quota_limit(&case_, NULL, "kg_shadow/a/2016", &limit));
}

static void scopes_make_keys(void **state)
{
  static const struct {
    Prg__QuotaScope per[3];
    size_t n;
    const char *want;
  } cases[] = {
      {{PRG__QUOTA_SCOPE__QUOTA_SCOPE_AGREEMENT, PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR}, 2, "m/A/2016"},
      {{PRG__QUOTA_SCOPE__QUOTA_SCOPE_PARTNERSHIP, PRG__QUOTA_SCOPE__QUOTA_SCOPE_SCHOOL_YEAR},
       2,
       "m/P/2016-2017"},
      {{PRG__QUOTA_SCOPE__QUOTA_SCOPE_DIVISION, PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR}, 2, "m/D/2016"},
      {{PRG__QUOTA_SCOPE__QUOTA_SCOPE_PROGRAMME, PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR}, 2, "m/silver/2016"},
      {{PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR}, 1, "m/silver/2016"},
      {{PRG__QUOTA_SCOPE__QUOTA_SCOPE_AGREEMENT, PRG__QUOTA_SCOPE__QUOTA_SCOPE_DIVISION,
        PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR},
       3,
       "m/A/D/2016"},
  };
  struct desk *desk = *state;
  struct dsp_call call = DSP_CALL(desk->world->dir, desk->view, NULL, world_decision(desk->world));
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Prg__Programme programme = PRG__PROGRAMME__INIT;
    Prg__Measure measure = PRG__MEASURE__INIT;
    Prg__Quota quota = PRG__QUOTA__INIT;
    programme.id = "silver";
    measure.id = "m";
    measure.quota = &quota;
    quota.form = PRG__QUOTA_FORM__QUOTA_FIXED;
    quota.per = (Prg__QuotaScope *)cases[i].per;
    quota.n_per = cases[i].n;
    struct dsp_case case_ = {.programme = &programme, .measure = &measure};
    struct dsp_quota_of of = {
        .plan = "", .day = "2016-10-10", .agreement = "A", .partnership = "P", .division = "D"};
    char *keys[DSP_QUOTA_KEYS];
    size_t n = 0;
    assert_ok(dsp_quota_keys(&call, &case_, &of, keys, &n));
    assert_int_equal(n, 1);
    assert_string_equal(keys[0], cases[i].want);
    quota.form = PRG__QUOTA_FORM__QUOTA_SHARE;
    assert_ok(dsp_quota_keys(&call, &case_, &of, keys, &n));
    assert_int_equal(n, 0);
  }
}

// ---- double booking

// A part-time measure beside programme A's, in a programme of its own: AS-04 looks over all of them.
static void add_part_time(struct desk *desk)
{
  struct arena *arena = desk->world->arena;
  Prg__Programme *programme = programme_a(arena);
  programme->id = "other-programme";
  Prg__Measure *measure = programme_add_measure(arena, programme, "itinerant", PRG__FORM__FORM_ASSIGNMENT);
  measure->to = programme_words(arena, "RECIPIENT|SUPPORTER", &measure->n_to);
  measure->part_time = true;
  world_put(desk->world, &programme->base);
  const char *const pairs[] = {"SUPPORTER=2115020301|RECIPIENT=2115080201",
                               "SUPPORTER=3115020201|RECIPIENT=2115080202"};
  for (size_t i = 0; i < 2; i++)
    world_partnership(desk->world, programme, "MUTUAL_AID", NULL, pairs[i]);
}

static Dsp__ProposeAssignment *part_time(struct desk *desk, const char *host, uint32_t load, const char *from,
                                         const char *to)
{
  struct desk_posting posting = {
      .measure = "itinerant", .person = "P01", .host = host, .load = load, .from = from, .to = to};
  Dsp__ProposeAssignment *cmd = desk_proposal(desk, &posting);
  cmd->programme = "other-programme";
  cmd->agreement = "";
  return cmd;
}

static struct outcome book(struct desk *desk, const char *host, uint32_t load, const char *from,
                           const char *to)
{
  return DO(desk, "baotou+bayannur", "2016-08-20", dsp_assignment_propose,
            part_time(desk, host, load, from, to));
}

static void loads_add_up_day_by_day(void **state)
{
  static const struct {
    uint32_t first, second;
    const char *from, *to; // of the second; the first is 2016-09-01 to 2016-12-01
    bool fine;
  } cases[] = {
      {50, 50, "2016-10-01", "2016-11-01", true},
      {60, 50, "2016-10-01", "2016-11-01", false},
      {60, 40, "2016-10-01", "2016-11-01", true},
      {60, 41, "2016-10-01", "2016-11-01", false},
      {100, 1, "2016-11-30", "2016-12-05", false},
      {100, 100, "2016-12-01", "2017-01-01", true}, // half-open
      {60, 50, "2016-11-30", "2016-12-01", false},
      {60, 50, "2016-09-01", "", false},
      {60, 50, "2016-12-01", "", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct desk *desk = desk_new();
    add_part_time(desk);
    ok(book(desk, "2115080201", cases[i].first, "2016-09-01", "2016-12-01"));
    struct outcome outcome = book(desk, "2115080202", cases[i].second, cases[i].from, cases[i].to);
    if (cases[i].fine)
      assert_accepted(outcome.out, outcome.r);
    else
      assert_refused(outcome.out, outcome.r, "AS-04", "host", "临河区狼山镇中心小学", "from", "2016-09-01",
                     "to_en", "2016-12-01", NULL);
    desk_free(desk);
  }
  (void)state;
}

// Three of 40: no two of them clash, but on one day all three meet.
static void three_may_clash_where_two_do_not(void **state)
{
  struct desk *desk = *state;
  add_part_time(desk);
  ok(book(desk, "2115080201", 40, "2016-09-01", "2016-10-15"));
  ok(book(desk, "2115080202", 40, "2016-10-10", "2016-12-01"));
  ok(book(desk, "2115080201", 40, "2016-10-15", "2016-12-01"));
  refused(book(desk, "2115080202", 40, "2016-09-15", "2016-10-11"), "AS-04", "assignment", "*");
}

static void an_open_end_blocks_for_good(void **state)
{
  struct desk *desk = *state;
  add_part_time(desk);
  ok(book(desk, "2115080201", 100, "2016-10-01", ""));
  refused(book(desk, "2115080202", 10, "2026-09-01", "2026-10-01"), "AS-04", "to_en", "an open end", "to_zh",
          "长期");
  ok(book(desk, "2115080202", 100, "2016-09-01", "2016-10-01"));
}

static void other_programmes_count(void **state)
{
  struct desk *desk = *state;
  add_part_time(desk);
  const char *id = principal(desk, 1, "2016-10-10", STATE(APPROVED)); // programme A, full time, a month
  refused(book(desk, "2115080201", 10, "2016-11-09", "2016-12-01"), "AS-04", "assignment", id);
  ok(book(desk, "2115080201", 10, "2016-11-10", "2016-12-01"));
}

// Proposals count, so that two units do not court one person; those that never took place do not.
static void what_frees_the_days(void **state)
{
  struct desk *desk = *state;
  struct desk_posting posting = {.person = "P01", .host = "2115020301"};
  Dsp__ProposeAssignment *again = desk_proposal(desk, &posting);
  Dsp__DeclineAssignment decline = DSP__DECLINE_ASSIGNMENT__INIT;
  decline.id = (char *)desk_proposed(desk, &posting);
  decline.reason = "x";
  refused(DO(desk, "baotou", "2016-08-20", dsp_assignment_propose, again), "AS-04", "assignment", decline.id);
  ok(DO(desk, "bayannur", "2016-08-20", dsp_assignment_decline, &decline));
  Dsp__CancelAssignment cancel = DSP__CANCEL_ASSIGNMENT__INIT;
  cancel.id = (char *)desk_posting_in(desk, &posting, STATE(APPROVED));
  cancel.reason = "x";
  refused(DO(desk, "baotou", "2016-08-20", dsp_assignment_propose, again), "AS-04", "assignment", cancel.id);
  ok(DO(desk, "bayannur", "2016-08-22", dsp_assignment_cancel, &cancel));
  Dsp__Tick tick = DSP__TICK__INIT;
  desk_posting_in(desk, &posting, STATE(DISPATCHED));
  ok(DO(desk, "self", "2016-10-20", dsp_posting_tick, &tick)); // never came
  ok(DO(desk, "baotou", "2016-08-20", dsp_assignment_propose, again));
}

static void who_was_recalled_is_free_from_that_day(void **state)
{
  struct desk *desk = *state;
  add_part_time(desk);
  Dsp__RecallAssignment recall = DSP__RECALL_ASSIGNMENT__INIT;
  recall.id = (char *)principal(desk, 1, NULL, STATE(ARRIVED));
  recall.ended_on = "2016-10-20";
  recall.reason = "x";
  ok(DO(desk, "bayannur", "2016-10-20", dsp_posting_recall, &recall));
  refused(book(desk, "2115080201", 10, "2016-10-19", "2016-12-01"), "AS-04", "to_en", "2016-10-20");
  ok(book(desk, "2115080201", 100, "2016-10-20", "2016-12-01"));
}

// A record that came in by another way than a proposal: the approval finds it.
static void the_approval_looks_again(void **state)
{
  struct desk *desk = *state;
  const char *id = principal(desk, 1, NULL, STATE(ACCEPTED));
  Dsp__AssignmentProposed event = DSP__ASSIGNMENT_PROPOSED__INIT;
  event.assignment = (Dsp__Assignment *)arena_clone(desk->world->arena, &desk_get(desk, id)->base);
  event.assignment->id = (char *)world_new_id(desk->world);
  assert_ok(dsp_state_apply(desk->state, desk->txn, &event.base));
  refused(desk_approve(desk, "bayannur", "2016-08-22", id), "AS-04", "assignment", event.assignment->id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(the_eleventh_principal_of_a_year_is_refused),
      TEST(the_year_is_that_of_the_first_day),
      TEST(another_agreement_has_its_own),
      cmocka_unit_test(places_given_back),
      TEST(a_cancelled_place_can_be_filled_again),
      TEST(a_line_takes_as_many_as_approved),
      TEST(limits_by_key),
      TEST(scopes_make_keys),
      cmocka_unit_test(loads_add_up_day_by_day),
      TEST(three_may_clash_where_two_do_not),
      TEST(an_open_end_blocks_for_good),
      TEST(other_programmes_count),
      TEST(what_frees_the_days),
      TEST(who_was_recalled_is_free_from_that_day),
      TEST(the_approval_looks_again),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
