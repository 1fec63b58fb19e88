// From the order to the outcome: dates of the facts, who may report them, and the clock's no-show.
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/posting.h"
#include "tests/rules/dispatch/desk.h"
#include <string.h>

#define STATE(word) DSP__ASSIGNMENT_STATUS__ASSIGNMENT_##word

// A principal posted from 2016-10-10 to 2016-11-10.
static const char *posted(struct desk *desk, Dsp__AssignmentStatus state)
{
  return desk_posting_in(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"}, state);
}

static Dsp__AssignmentStatus state_of(struct desk *desk, const char *id)
{
  return desk_get(desk, id)->status;
}

// ---- the order

static void orders(void **state)
{
  static const struct {
    const char *who, *no, *due, *code, *name, *value;
  } cases[] = {
      {"baotou", "1", "", "AS-09", "who", "巴彦淖尔市教育局"}, // the host's side
      {"bayannur", "", "", "AS-13", "field", "order_no"},
      {"bayannur", "1", "2016-10", "FIELD", "field", "arrival_due"},
      {"bayannur", "1", "2016-10-02", "AS-10", "detail_en",
       "arrival 2016-10-02 is more than 7 days before the posting starts (2016-10-03 at the earliest)"},
      {"bayannur", "1", "2016-11-10", "AS-10", "detail_en",
       "arrival 2016-11-10 is not before the posting ends, 2016-11-10"},
      {"bayannur", "1", "2016-10-03", NULL, NULL, NULL},
  };
  struct desk *desk = *state;
  const char *id = posted(desk, STATE(APPROVED));
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Dsp__IssueOrder cmd = DSP__ISSUE_ORDER__INIT;
    cmd.id = (char *)id;
    cmd.order_no = (char *)cases[i].no;
    cmd.arrival_due = (char *)cases[i].due;
    struct outcome outcome = DO(desk, cases[i].who, "2016-09-20", dsp_posting_order, &cmd);
    if (cases[i].code)
      assert_refused(outcome.out, outcome.r, cases[i].code, cases[i].name, cases[i].value, NULL);
    else
      assert_accepted(outcome.out, outcome.r);
  }
  assert_int_equal(state_of(desk, id), STATE(DISPATCHED));
  assert_string_equal(desk_get(desk, id)->arrival_due, "2016-10-03");
}

static void the_first_day_is_due_when_none_is_given(void **state)
{
  struct desk *desk = *state;
  const Dsp__Assignment *assignment = desk_get(desk, posted(desk, STATE(DISPATCHED)));
  assert_string_equal(assignment->arrival_due, "2016-10-10");
  assert_string_equal(assignment->order_no, "巴教派〔2016〕1号");
}

// ---- the arrival

static void arrivals(void **state)
{
  static const struct {
    const char *who, *today, *on, *code, *name, *value, *stored;
  } cases[] = {
      {"bayannur", "2016-10-10", "", "AS-09", "who", "昆都仑区第一小学", NULL}, // only the host confirms
      {"baotou", "2016-10-10", "2016-10", "FIELD", "field", "arrived_on", NULL},
      {"baotou", "2016-10-09", "2016-10-10", "AS-10", "detail_en",
       "2016-10-10 is still to come (today is 2016-10-09)", NULL},
      {"baotou", "2016-10-10", "2016-10-02", "AS-10", "detail_zh",
       "报到日 2016-10-02 早于派遣开始前七天（2016-10-03）", NULL},
      {"baotou", "2016-11-15", "2016-11-10", "AS-10", "detail_en", "*", NULL},
      {"baotou", "2016-10-10", "", NULL, NULL, NULL, "2016-10-10"},
      {"baotou", "2016-10-20", "2016-10-03", NULL, NULL, NULL, "2016-10-03"},
      {"baotou", "2016-11-20", "2016-11-09", NULL, NULL, NULL, "2016-11-09"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct desk *desk = desk_new();
    Dsp__ConfirmArrival cmd = DSP__CONFIRM_ARRIVAL__INIT;
    cmd.id = (char *)posted(desk, STATE(DISPATCHED));
    cmd.arrived_on = (char *)cases[i].on;
    struct outcome outcome = DO(desk, cases[i].who, cases[i].today, dsp_posting_arrive, &cmd);
    if (cases[i].code) {
      assert_refused(outcome.out, outcome.r, cases[i].code, cases[i].name, cases[i].value, NULL);
    } else {
      assert_accepted(outcome.out, outcome.r);
      assert_string_equal(desk_get(desk, cmd.id)->arrived_on, cases[i].stored);
      assert_int_equal(state_of(desk, cmd.id), STATE(ARRIVED));
    }
    desk_free(desk);
  }
  (void)state;
}

// A clerk of the school itself, who has a unit but no scope.
static void the_host_school_confirms_itself(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  Dsp__ConfirmArrival cmd = DSP__CONFIRM_ARRIVAL__INIT;
  cmd.id = (char *)desk_posting_in(
      desk, &(struct desk_posting){.person = "R11", .host = "2115080201", .plan = plan}, STATE(DISPATCHED));
  ok(DO(desk, "school", "2016-09-01", dsp_posting_arrive, &cmd));
}

// ---- leave

static void leave_and_return(void **state)
{
  struct desk *desk = *state;
  Dsp__SuspendAssignment suspend = DSP__SUSPEND_ASSIGNMENT__INIT;
  Dsp__ResumeAssignment resume = DSP__RESUME_ASSIGNMENT__INIT;
  resume.id = suspend.id = (char *)posted(desk, STATE(ARRIVED));
  refused(DO(desk, "region", "2016-10-12", dsp_posting_suspend, &suspend), "AS-09", "actor", "region");
  refused(DO(desk, "baotou", "2016-10-12", dsp_posting_suspend, &suspend), "AS-13", "field", "reason");
  refused(DO(desk, "baotou", "2016-10-12", dsp_posting_resume, &resume), "STATE", "verb", "resume");
  suspend.reason = "病假";
  struct outcome outcome = DO(desk, "baotou", "2016-10-12", dsp_posting_suspend, &suspend);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(
      ((const Dsp__AssignmentSuspended *)world_event(outcome.out, "AssignmentSuspended")->data)->reason,
      "病假");
  assert_int_equal(state_of(desk, suspend.id), STATE(SUSPENDED));
  Dsp__CompleteAssignment complete = DSP__COMPLETE_ASSIGNMENT__INIT;
  complete.id = suspend.id;
  refused(DO(desk, "baotou", "2016-11-10", dsp_posting_complete, &complete), "STATE", "allowed",
          "resume, recall, end-early");
  ok(DO(desk, "linhe", "2016-10-20", dsp_posting_resume, &resume)); // the home's bureau
  assert_int_equal(state_of(desk, suspend.id), STATE(ARRIVED));
}

// ---- recall and early end

static void recalls(void **state)
{
  static const struct {
    Dsp__AssignmentStatus from;
    const char *who, *on, *reason, *code, *name, *value;
  } cases[] = {
      {STATE(DISPATCHED), "bayannur", "2016-10-05", "因病", NULL, NULL, NULL}, // on the way
      {STATE(ARRIVED), "bayannur", "2016-10-15", "任务调整", NULL, NULL, NULL},
      {STATE(ARRIVED), "linhe", "2016-10-15", "任务调整", NULL, NULL, NULL},
      {STATE(ARRIVED), "baotou", "2016-10-15", "x", "AS-09", "who", "巴彦淖尔市教育局 / 临河区实验小学"},
      {STATE(ARRIVED), "bayannur", "2016-10-15", "", "AS-13", "field", "reason"},
      {STATE(ARRIVED), "bayannur", "2016-10-09", "x", "AS-10", "detail_en",
       "the end 2016-10-09 is before the arrival 2016-10-10"},
      {STATE(ARRIVED), "bayannur", "2016-10-21", "x", "AS-10", "detail_en",
       "2016-10-21 is still to come (today is 2016-10-20)"},
      {STATE(APPROVED), "bayannur", "2016-10-05", "x", "STATE", "verb", "recall"},
      {STATE(COMPLETED), "bayannur", "2016-10-15", "x", "STATE", "state", "COMPLETED"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct desk *desk = desk_new();
    Dsp__RecallAssignment cmd = DSP__RECALL_ASSIGNMENT__INIT;
    cmd.id = (char *)posted(desk, cases[i].from);
    cmd.ended_on = (char *)cases[i].on;
    cmd.reason = (char *)cases[i].reason;
    struct outcome outcome = DO(desk, cases[i].who, "2016-10-20", dsp_posting_recall, &cmd);
    if (cases[i].code) {
      assert_refused(outcome.out, outcome.r, cases[i].code, cases[i].name, cases[i].value, NULL);
    } else {
      assert_accepted(outcome.out, outcome.r);
      const Dsp__Assignment *assignment = desk_get(desk, cmd.id);
      assert_int_equal(assignment->status, STATE(ENDED_EARLY));
      assert_string_equal(assignment->ended_on, cases[i].on);
      assert_string_equal(assignment->end_reason, cases[i].reason);
      assert_string_equal(world_events(desk->world, outcome.out), "AssignmentRecalled");
    }
    desk_free(desk);
  }
  (void)state;
}

static void early_ends(void **state)
{
  static const struct {
    Dsp__AssignmentStatus from;
    const char *who, *reason, *code, *name, *value;
  } cases[] = {
      {STATE(ARRIVED), "baotou", "HEALTH", NULL, NULL, NULL},
      {STATE(ARRIVED), "bayannur", "MISCONDUCT", NULL, NULL, NULL},
      {STATE(ARRIVED), "region", "HEALTH", "AS-09", "actor", "region"},
      {STATE(ARRIVED), "baotou", "BORED", "FIELD", "field", "reason"},
      {STATE(ARRIVED), "baotou", "UNSPECIFIED", "FIELD", "field", "reason"},
      {STATE(ARRIVED), "baotou", "", "AS-13", "field", "reason"},
      {STATE(DISPATCHED), "baotou", "HEALTH", "STATE", "allowed", "arrive, no-show, recall"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct desk *desk = desk_new();
    Dsp__EndAssignmentEarly cmd = DSP__END_ASSIGNMENT_EARLY__INIT;
    cmd.id = (char *)posted(desk, cases[i].from);
    cmd.reason = (char *)cases[i].reason;
    struct outcome outcome = DO(desk, cases[i].who, "2016-10-20", dsp_posting_end_early, &cmd);
    if (cases[i].code) {
      assert_refused(outcome.out, outcome.r, cases[i].code, cases[i].name, cases[i].value, NULL);
    } else {
      assert_accepted(outcome.out, outcome.r);
      assert_string_equal(desk_get(desk, cmd.id)->ended_on, "2016-10-20"); // today when none is given
    }
    desk_free(desk);
  }
  (void)state;
}

static void a_measure_may_accept_fewer_reasons(void **state)
{
  struct desk *desk = *state;
  Prg__Programme *programme = programme_a(desk->world->arena);
  Prg__EndReason health = PRG__END_REASON__END_REASON_HEALTH;
  for (size_t i = 0; i < programme->n_measures; i++)
    if (strcmp(programme->measures[i]->id, "principal_post") == 0) {
      programme->measures[i]->early_end = &health;
      programme->measures[i]->n_early_end = 1;
    }
  world_put(desk->world, &programme->base);
  Dsp__EndAssignmentEarly cmd = DSP__END_ASSIGNMENT_EARLY__INIT;
  cmd.id = (char *)posted(desk, STATE(ARRIVED));
  cmd.reason = "MISCONDUCT";
  refused(DO(desk, "baotou", "2016-10-20", dsp_posting_end_early, &cmd), "FIELD", "field", "reason");
  cmd.reason = "HEALTH";
  ok(DO(desk, "baotou", "2016-10-20", dsp_posting_end_early, &cmd));
}

// ---- completion and outcome

static void completions(void **state)
{
  static const struct {
    const char *who, *today, *on, *evaluation, *code, *name, *value, *stored;
  } cases[] = {
      {"bayannur", "2016-11-10", "", "良好", "AS-09", "who", "昆都仑区第一小学", NULL},
      {"baotou", "2016-11-10", "", "", "AS-13", "field", "evaluation", NULL},
      {"baotou", "2016-11-10", "2016-11", "良好", "FIELD", "field", "ended_on", NULL},
      {"baotou", "2016-11-10", "2016-11-11", "良好", "AS-10", "detail_en", "*", NULL},
      {"baotou", "2016-11-20", "2016-11-11", "良好", "AS-10", "detail_en",
       "the end 2016-11-11 is after the agreed end 2016-11-10", NULL},
      {"baotou", "2016-11-10", "2016-10-09", "良好", "AS-10", "detail_en", "*", NULL},
      {"baotou", "2016-11-09", "", "良好", NULL, NULL, NULL, "2016-11-09"},
      {"baotou", "2016-12-01", "", "良好", NULL, NULL, NULL, "2016-11-10"}, // reported late: the agreed end
      {"baotou", "2016-12-01", "2016-11-10", "良好", NULL, NULL, NULL, "2016-11-10"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct desk *desk = desk_new();
    Dsp__CompleteAssignment cmd = DSP__COMPLETE_ASSIGNMENT__INIT;
    cmd.id = (char *)posted(desk, STATE(ARRIVED));
    cmd.ended_on = (char *)cases[i].on;
    cmd.evaluation = (char *)cases[i].evaluation;
    struct outcome outcome = DO(desk, cases[i].who, cases[i].today, dsp_posting_complete, &cmd);
    if (cases[i].code) {
      assert_refused(outcome.out, outcome.r, cases[i].code, cases[i].name, cases[i].value, NULL);
    } else {
      assert_accepted(outcome.out, outcome.r);
      assert_string_equal(desk_get(desk, cmd.id)->ended_on, cases[i].stored);
      assert_string_equal(desk_get(desk, cmd.id)->evaluation, "良好");
      assert_int_equal(state_of(desk, cmd.id), STATE(COMPLETED));
    }
    desk_free(desk);
  }
  (void)state;
}

static void an_outcome_is_one_the_measure_lists(void **state)
{
  struct desk *desk = *state;
  Dsp__RecordOutcome cmd = DSP__RECORD_OUTCOME__INIT;
  cmd.id = (char *)posted(desk, STATE(COMPLETED));
  cmd.outcome = "PROMOTED_TO";
  refused(DO(desk, "bayannur", "2017-03-01", dsp_posting_outcome, &cmd), "FIELD", "field", "outcome");
  Prg__Programme *programme = programme_a(desk->world->arena);
  for (size_t i = 0; i < programme->n_measures; i++)
    programme->measures[i]->outcome =
        programme_words(desk->world->arena, "PROMOTED_TO", &programme->measures[i]->n_outcome);
  world_put(desk->world, &programme->base);
  refused(DO(desk, "baotou", "2017-03-01", dsp_posting_outcome, &cmd), "AS-09", "actor", "baotou");
  ok(DO(desk, "bayannur", "2017-03-01", dsp_posting_outcome, &cmd));
  assert_string_equal(desk_get(desk, cmd.id)->outcome, "PROMOTED_TO");
  assert_int_equal(state_of(desk, cmd.id), STATE(COMPLETED));
}

// ---- the clock

static uint32_t tick(struct desk *desk, const char *day)
{
  Dsp__Tick cmd = DSP__TICK__INIT;
  struct outcome outcome = DO(desk, "self", day, dsp_posting_tick, &cmd);
  assert_accepted(outcome.out, outcome.r);
  uint32_t moved = ((const Dsp__TickReply *)outcome.out->reply)->moved;
  assert_int_equal(outcome.out->n_events, moved);
  return moved;
}

static void a_week_after_the_day_it_is_a_no_show(void **state)
{
  struct desk *desk = *state;
  const char *id = posted(desk, STATE(DISPATCHED)); // due 2016-10-10
  assert_int_equal(tick(desk, "2016-10-17"), 0);    // the seventh day after is still in time
  assert_int_equal(state_of(desk, id), STATE(DISPATCHED));
  assert_int_equal(tick(desk, "2016-10-18"), 1);
  assert_int_equal(state_of(desk, id), STATE(NO_SHOW));
  assert_int_equal(tick(desk, "2016-10-18"), 0); // once
  Dsp__ConfirmArrival late = DSP__CONFIRM_ARRIVAL__INIT;
  late.id = (char *)id;
  refused(DO(desk, "baotou", "2016-10-19", dsp_posting_arrive, &late), "STATE", "state", "NO_SHOW", "allowed",
          "-");
}

static void those_who_arrived_are_left_alone(void **state)
{
  struct desk *desk = *state;
  posted(desk, STATE(ARRIVED));
  assert_int_equal(tick(desk, "2017-10-18"), 0);
}

static void the_store_knows_when_to_ask_next(void **state)
{
  struct desk *desk = *state;
  int64_t due = -1;
  assert_ok(dsp_state_next_due(desk->state, desk->txn, &due));
  assert_int_equal(due, 0);
  dsp_state_due_changed(desk->state);
  posted(desk, STATE(DISPATCHED));
  assert_true(dsp_state_due_changed(desk->state));
  assert_false(dsp_state_due_changed(desk->state));
  assert_ok(dsp_state_next_due(desk->state, desk->txn, &due));
  assert_int_equal(due, date_start_us("2016-10-18"));
}

static void many_are_moved_in_turns(void **state)
{
  struct desk *desk = *state;
  const Dsp__Assignment *one = desk_get(desk, posted(desk, STATE(DISPATCHED)));
  for (int i = 0; i < 299; i++) {
    Dsp__AssignmentOrdered event = DSP__ASSIGNMENT_ORDERED__INIT;
    event.assignment = (Dsp__Assignment *)arena_clone(desk->world->arena, &one->base);
    event.assignment->id = (char *)world_new_id(desk->world);
    event.assignment->arrival_due = i % 2 ? "2016-10-09" : "2016-10-11";
    assert_ok(dsp_state_apply(desk->state, desk->txn, &event.base));
  }
  assert_int_equal(tick(desk, "2016-10-17"), 149);
  assert_int_equal(tick(desk, "2016-10-18"), 1);
  dsp_state_due_changed(desk->state);
  assert_int_equal(tick(desk, "2016-12-01"), 150);
  assert_true(dsp_state_due_changed(desk->state)); // so that the next tick is asked for if more are left
}

// More than one tick takes: the rest come with the next one.
static void one_tick_is_bounded(void **state)
{
  struct desk *desk = *state;
  const Dsp__Assignment *one = desk_get(desk, posted(desk, STATE(DISPATCHED)));
  for (int i = 0; i < 299; i++) {
    Dsp__AssignmentOrdered event = DSP__ASSIGNMENT_ORDERED__INIT;
    event.assignment = (Dsp__Assignment *)arena_clone(desk->world->arena, &one->base);
    event.assignment->id = (char *)world_new_id(desk->world);
    assert_ok(dsp_state_apply(desk->state, desk->txn, &event.base));
  }
  int64_t due;
  assert_int_equal(tick(desk, "2016-12-01"), 256);
  assert_ok(dsp_state_next_due(desk->state, desk->txn, &due));
  assert_true(due > 0 && due < date_start_us("2016-12-01")); // at once
  assert_int_equal(tick(desk, "2016-12-01"), 44);
  assert_ok(dsp_state_next_due(desk->state, desk->txn, &due));
  assert_int_equal(due, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(orders),
      TEST(the_first_day_is_due_when_none_is_given),
      cmocka_unit_test(arrivals),
      TEST(the_host_school_confirms_itself),
      TEST(leave_and_return),
      cmocka_unit_test(recalls),
      cmocka_unit_test(early_ends),
      TEST(a_measure_may_accept_fewer_reasons),
      cmocka_unit_test(completions),
      TEST(an_outcome_is_one_the_measure_lists),
      TEST(a_week_after_the_day_it_is_a_no_show),
      TEST(those_who_arrived_are_left_alone),
      TEST(the_store_knows_when_to_ask_next),
      TEST(many_are_moved_in_turns),
      TEST(one_tick_is_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
