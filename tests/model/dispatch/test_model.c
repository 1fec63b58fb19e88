// Random sequences of commands: every answer is what the model says, the counters are what it counts, and the
// tables rebuilt from the events alone are equal to the live ones.
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/match_run.h"
#include "services/dispatch/rules/plan.h"
#include "services/dispatch/rules/posting.h"
#include "tests/model/dispatch/model.h"
#include "tests/rules/dispatch/desk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EVERYBODY "baotou+bayannur+region"
#define FIRST_DAY "2016-09-01"
enum { ROUNDS = 40, STEPS = 300, PRINCIPALS = 6, RETIRED = 6 };

struct run {
  struct desk *desk;
  struct model model;
  uint64_t seed;
  const char *plan, *match, *candidates[RETIRED];
};

static uint32_t dice(struct run *run, uint32_t sides)
{
  return test_random_below(&run->seed, sides);
}

static char *day_text(struct run *run, int day)
{
  char text[DATE_SIZE];
  date_add_days(FIRST_DAY, day, text);
  return arena_strdup(run->desk->world->arena, text);
}

static int day_number(const char *day)
{
  return date_days(day) - date_days(FIRST_DAY);
}

// The programme with a quota that a dozen proposals reach, and part-time principals.
static void narrow(struct run *run)
{
  Prg__Programme *programme = programme_a(run->desk->world->arena);
  Prg__Measure *measure = programme->measures[1];
  assert_string_equal(measure->id, "principal_post");
  measure->quota->max = (uint32_t)run->model.quota;
  measure->part_time = true;
  world_put(run->desk->world, &programme->base);
}

static void begin(struct run *run, uint64_t seed)
{
  *run = (struct run){.desk = desk_new(), .seed = seed};
  run->model.quota = 3 + (int)dice(run, 3);
  narrow(run);
  run->plan = desk_approved(run->desk, "2115080201 PRIMARY 13 2 1|2115080202 PRIMARY - 1 2");
  run->model.line_max[1] = 2;
  run->model.line_max[2] = 1;
}

static struct model_posting *add(struct run *run, const struct model_posting *posting, const char *id)
{
  assert_true(run->model.n < MODEL_MAX);
  struct model_posting *added = &run->model.list[run->model.n++];
  *added = *posting;
  snprintf(added->id, sizeof added->id, "%s", id);
  return added;
}

static void check_answer(struct run *run, struct outcome outcome, const char *expected, const char *what)
{
  const char *got = outcome.r == 0  ? NULL
                    : outcome.r > 0 ? reason_text((enum reason)outcome.r)->word
                                    : "system error";
  if ((!got && !expected) || (got && expected && strcmp(got, expected) == 0)) return;
  fail_msg("%s on %s: %s, the model says %s", what, day_text(run, run->model.today), got ? got : "accepted",
           expected ? expected : "accepted");
}

// ---- one step of each kind

static void propose_principal(struct run *run)
{
  static const int loads[] = {100, 100, 60, 50, 40};
  static const char *const hosts[] = {"2115020301", "3115020201"};
  char person[16];
  int number = 1 + (int)dice(run, PRINCIPALS), from = run->model.today - 2 + (int)dice(run, 90);
  struct model_posting posting = {
      .person = number, .load = loads[dice(run, 5)], .from = from, .due = -1, .arrived = -1, .ended = -1};
  if (from < 0) return;
  char end[DATE_SIZE], *start = day_text(run, from);
  date_add_months(start, 1, end);
  posting.to = day_number(end);
  posting.year = atoi(start);
  snprintf(person, sizeof person, "P%02d", number);
  struct desk_posting asked = {
      .person = person, .host = hosts[dice(run, 2)], .from = start, .load = (uint32_t)posting.load};
  const char *expected = model_propose(&run->model, &posting);
  struct outcome outcome = DO(run->desk, EVERYBODY, day_text(run, run->model.today), dsp_assignment_propose,
                              desk_proposal(run->desk, &asked));
  check_answer(run, outcome, expected, "propose");
  if (!expected) add(run, &posting, ((const Dsp__AssignmentReply *)outcome.out->reply)->id);
}

#define STEP(type, init, rule, ...)                                                                          \
  ({                                                                                                         \
    type cmd = init;                                                                                         \
    cmd.id = posting->id;                                                                                    \
    __VA_ARGS__;                                                                                             \
    DO(run->desk, EVERYBODY, today, rule, &cmd);                                                             \
  })

static struct outcome do_step(struct run *run, struct model_posting *posting, enum model_verb verb)
{
  const char *today = day_text(run, run->model.today);
  switch (verb) {
  case ACCEPT_PERSON:
    return STEP(Dsp__AcceptAssignment, DSP__ACCEPT_ASSIGNMENT__INIT, dsp_assignment_accept,
                cmd.as_person = true);
  case ACCEPT_HOME:
    return STEP(Dsp__AcceptAssignment, DSP__ACCEPT_ASSIGNMENT__INIT, dsp_assignment_accept,
                cmd.as_home = true);
  case DECLINE:
    return STEP(Dsp__DeclineAssignment, DSP__DECLINE_ASSIGNMENT__INIT, dsp_assignment_decline,
                cmd.reason = "x");
  case APPROVE:
    return STEP(Dsp__ApproveAssignment, DSP__APPROVE_ASSIGNMENT__INIT, dsp_assignment_approve, (void)0);
  case CANCEL:
    return STEP(Dsp__CancelAssignment, DSP__CANCEL_ASSIGNMENT__INIT, dsp_assignment_cancel, cmd.reason = "x");
  case ORDER:
    return STEP(Dsp__IssueOrder, DSP__ISSUE_ORDER__INIT, dsp_posting_order, cmd.order_no = "1");
  case ARRIVE:
    return STEP(Dsp__ConfirmArrival, DSP__CONFIRM_ARRIVAL__INIT, dsp_posting_arrive, (void)0);
  case SUSPEND:
    return STEP(Dsp__SuspendAssignment, DSP__SUSPEND_ASSIGNMENT__INIT, dsp_posting_suspend, cmd.reason = "x");
  case RESUME:
    return STEP(Dsp__ResumeAssignment, DSP__RESUME_ASSIGNMENT__INIT, dsp_posting_resume, (void)0);
  case RECALL:
    return STEP(Dsp__RecallAssignment, DSP__RECALL_ASSIGNMENT__INIT, dsp_posting_recall, cmd.reason = "x");
  case END_EARLY:
    return STEP(Dsp__EndAssignmentEarly, DSP__END_ASSIGNMENT_EARLY__INIT, dsp_posting_end_early,
                cmd.reason = "HEALTH");
  default:
    return STEP(Dsp__CompleteAssignment, DSP__COMPLETE_ASSIGNMENT__INIT, dsp_posting_complete,
                cmd.evaluation = "good");
  }
}

static void step(struct run *run)
{
  static const char *const words[VERBS] = {"accept (person)", "accept (home)", "decline",   "approve",
                                           "cancel",          "order",         "arrive",    "suspend",
                                           "resume",          "recall",        "end early", "complete"};
  if (run->model.n == 0) return;
  struct model_posting *posting = &run->model.list[dice(run, (uint32_t)run->model.n)];
  // Half of the time the step that leads on, so that postings get far.
  static const enum model_verb onwards[] = {
      [PROPOSED] = ACCEPT_PERSON, [ACCEPTED] = APPROVE, [APPROVED] = ORDER,
      [DISPATCHED] = ARRIVE,      [ARRIVED] = COMPLETE, [NO_SHOW] = ARRIVE};
  enum model_verb verb = dice(run, 2) ? onwards[posting->state] : (enum model_verb)dice(run, VERBS);
  if (verb == ACCEPT_PERSON && posting->person_said) verb = ACCEPT_HOME;
  // The rules are asked first: the model changes the posting when it accepts.
  struct outcome outcome = do_step(run, posting, verb);
  check_answer(run, outcome, model_step(&run->model, posting, verb), words[verb]);
}

static void advance(struct run *run)
{
  Dsp__Tick cmd = DSP__TICK__INIT;
  int moved = model_tick(&run->model, run->model.today + (int)dice(run, 9));
  struct outcome outcome = DO(run->desk, "self", day_text(run, run->model.today), dsp_posting_tick, &cmd);
  check_answer(run, outcome, NULL, "tick");
  assert_int_equal(((const Dsp__TickReply *)outcome.out->reply)->moved, moved);
}

static void nominate_or_withdraw(struct run *run)
{
  char person[8];
  uint32_t i = dice(run, RETIRED);
  if (run->candidates[i]) {
    Dsp__WithdrawCandidate cmd = DSP__WITHDRAW_CANDIDATE__INIT;
    cmd.id = (char *)run->candidates[i];
    struct outcome outcome = DO(run->desk, EVERYBODY, FIRST_DAY, dsp_candidate_withdraw, &cmd);
    if (outcome.r == 0) run->candidates[i] = NULL;
    assert_true(outcome.r == 0 || outcome.r == REASON_STATE); // posted meanwhile
    return;
  }
  snprintf(person, sizeof person, "R%02u", 11 + i);
  struct outcome outcome =
      DO(run->desk, EVERYBODY, FIRST_DAY, dsp_candidate_nominate, desk_nominee(run->desk, person, ""));
  check_answer(run, outcome, NULL, "nominate");
  run->candidates[i] = ((const Dsp__CandidateReply *)outcome.out->reply)->id;
}

static void run_match(struct run *run)
{
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  Typ__Period period = TYP__PERIOD__INIT;
  cmd.plan = (char *)run->plan;
  cmd.period = &period;
  period.from = day_text(run, run->model.today + 5);
  if (run->model.today > 350) return; // the plan's school year is over
  struct outcome outcome = DO(run->desk, EVERYBODY, day_text(run, run->model.today), dsp_match_run, &cmd);
  check_answer(run, outcome, NULL, "match");
  const Dsp__MatchRun *match = ((const Dsp__MatchReply *)outcome.out->reply)->run;
  assert_true(match->optimal && match->filled <= match->needed);
  run->match = match->id;
}

static int retired_number(struct run *run, const char *person)
{
  char staff_no[8];
  for (int i = 0; i < RETIRED; i++) {
    snprintf(staff_no, sizeof staff_no, "R%02d", 11 + i);
    if (strcmp(world_id(run->desk->world, staff_no), person) == 0) return 100 + i;
  }
  fail_msg("who is %s?", person);
  return -1;
}

// Refused only because plan or pool moved, because it was adopted before, or because its period has begun.
static void adopt_match(struct run *run)
{
  Dsp__AdoptMatch cmd = DSP__ADOPT_MATCH__INIT;
  if (!run->match) return;
  cmd.id = (char *)run->match;
  struct outcome outcome =
      DO(run->desk, EVERYBODY, day_text(run, run->model.today), dsp_match_run_adopt, &cmd);
  if (outcome.r != 0) {
    assert_true(outcome.r == REASON_REV || outcome.r == REASON_STATE || outcome.r == REASON_AS_10);
    return;
  }
  const Dsp__AdoptReply *reply = (const Dsp__AdoptReply *)outcome.out->reply;
  for (size_t i = 0; i < reply->n_assignments; i++) {
    const Dsp__Assignment *row = desk_get(run->desk, reply->assignments[i]);
    struct model_posting posting = {.person = retired_number(run, row->person),
                                    .load = 100,
                                    .from = day_number(row->period->from),
                                    .to = day_number(row->period->to),
                                    .due = -1,
                                    .arrived = -1,
                                    .ended = -1,
                                    .line = (int)row->plan_line};
    assert_null(model_propose(&run->model, &posting)); // the matcher offers nobody who is busy
    add(run, &posting, row->id);
  }
}

// ---- what must hold after every step

static void check_records(struct run *run)
{
  static const Dsp__AssignmentStatus states[] = {[PROPOSED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_PROPOSED,
                                                 [ACCEPTED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED,
                                                 [DECLINED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_DECLINED,
                                                 [APPROVED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_APPROVED,
                                                 [DISPATCHED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_DISPATCHED,
                                                 [ARRIVED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ARRIVED,
                                                 [SUSPENDED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_SUSPENDED,
                                                 [COMPLETED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_COMPLETED,
                                                 [ENDED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ENDED_EARLY,
                                                 [CANCELLED] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_CANCELLED,
                                                 [NO_SHOW] = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_NO_SHOW};
  for (int i = 0; i < run->model.n; i++) {
    const struct model_posting *posting = &run->model.list[i];
    const Dsp__Assignment *row = desk_get(run->desk, posting->id);
    assert_int_equal(row->status, states[posting->state]);
    if (posting->ended >= 0) assert_int_equal(day_number(row->ended_on), posting->ended);
    if (posting->arrived >= 0) assert_int_equal(day_number(row->arrived_on), posting->arrived);
  }
}

static void check_counters(struct run *run)
{
  struct arena *arena = run->desk->world->arena;
  for (int year = 2016; year <= 2018; year++)
    assert_int_equal(
        desk_used(run->desk, arena_printf(arena, "principal_post/%s/%d", run->desk->agreement->id, year)),
        model_used_year(&run->model, year));
  assert_int_equal(desk_used(run->desk, arena_printf(arena, "plan/%s", run->plan)),
                   model_used_line(&run->model, 0));
  for (int line = 1; line <= 2; line++)
    assert_int_equal(desk_used(run->desk, arena_printf(arena, "plan/%s/%d", run->plan, line)),
                     model_used_line(&run->model, line));
}

// The events, in a store of their own, give the same tables byte for byte.
static void check_rebuild(struct run *run)
{
  struct store *store = test_store(NULL, "dispatch");
  struct dsp_state *state;
  struct store_txn *txn;
  assert_ok(dsp_state_open(store, &state));
  assert_ok(store_begin(store, true, &txn));
  for (const struct decided_event *event = run->desk->all_events->first; event; event = event->next)
    assert_ok(dsp_state_apply(state, txn, event->data));
  for (int i = 0; i < DSP_TABLES; i++) {
    uint8_t live[32], rebuilt[32];
    assert_ok(table_digest(run->desk->txn, dsp_state_table(run->desk->state, (enum dsp_table)i), live));
    assert_ok(table_digest(txn, dsp_state_table(state, (enum dsp_table)i), rebuilt));
    assert_memory_equal(live, rebuilt, sizeof live);
  }
  store_abort(&txn);
  dsp_state_close(state);
  store_close(store);
}

static void random_sequences(void **state)
{
  uint64_t seed = test_seed();
  int reached[NO_SHOW + 1] = {0};
  (void)state;
  for (int round = 0; round < ROUNDS; round++) {
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    begin(run, test_random(&seed));
    for (int i = 0; i < STEPS; i++) {
      uint32_t what = dice(run, 20);
      if (what < 4)
        propose_principal(run);
      else if (what < 5)
        nominate_or_withdraw(run);
      else if (what < 6)
        run_match(run);
      else if (what < 7)
        adopt_match(run);
      else if (what < 8)
        advance(run);
      else
        step(run);
      check_counters(run);
    }
    check_records(run);
    check_rebuild(run);
    assert_false(arena_exhausted(run->desk->world->arena));
    for (int i = 0; i < run->model.n; i++)
      reached[run->model.list[i].state]++;
    desk_free(run->desk);
    free(run);
  }
  for (int i = 0; i <= NO_SHOW; i++) // the sequences got everywhere
    if (reached[i] == 0) print_message("no posting ended in state %d with this seed\n", i);
  assert_true(reached[COMPLETED] > 0 && reached[CANCELLED] > 0 && reached[ENDED] > 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_sequences)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
