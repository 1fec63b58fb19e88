// Matching as commands: what a run says, why, and when adopting it is refused. That it is the best is the
// model's test (tests/unit/model).
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/match_run.h"
#include "services/dispatch/rules/plan.h"
#include "tests/rules/dispatch/desk.h"
#include <stdio.h>
#include <string.h>

// ---- runs

static struct outcome run(struct desk *desk, const char *who, const char *plan)
{
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  cmd.plan = (char *)plan;
  return DO(desk, who, "2016-08-21", dsp_match_run, &cmd);
}

static const Dsp__MatchRun *ran(struct desk *desk, const char *plan)
{
  struct outcome outcome = run(desk, "baotou", plan);
  assert_accepted(outcome.out, outcome.r);
  return ((const Dsp__MatchReply *)outcome.out->reply)->run;
}

static struct outcome adopt(struct desk *desk, const char *who, const char *id)
{
  Dsp__AdoptMatch cmd = DSP__ADOPT_MATCH__INIT;
  cmd.id = (char *)id;
  return DO(desk, who, "2016-08-21", dsp_match_run_adopt, &cmd);
}

static const Dsp__MatchLine *line_of(const Dsp__MatchRun *match, const char *person)
{
  for (size_t i = 0; i < match->n_lines; i++)
    if (strcmp(match->lines[i]->person, person) == 0) return match->lines[i];
  fail_msg("%s got no place", person);
  return NULL;
}

static bool says(Dsp__Finding *const *findings, size_t n, const char *text)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(findings[i]->en, text) == 0 || strcmp(findings[i]->zh, text) == 0) return true;
  return false;
}
#define SAYS(line, text)                                                                                     \
  if (!says((line)->reasons, (line)->n_reasons, (text))) fail_msg("not said: %s", (text))

static int64_t level_value(const Dsp__MatchRun *match, const char *level)
{
  for (size_t i = 0; i < match->n_levels; i++)
    if (strcmp(match->levels[i]->level, level) == 0) return match->levels[i]->value;
  fail_msg("no level %s", level);
  return -1;
}

static void wishes_decide_where_all_else_is_equal(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1|2115080202 PRIMARY 13 1 1");
  desk_nominated(desk, "R11", "2115080202|2115080201");
  desk_nominated(desk, "R12", "2115080201|2115080202");
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(match->needed, 2);
  assert_int_equal(match->filled, 2);
  assert_int_equal(match->candidates, 2);
  assert_int_equal(match->n_unmet, 0);
  assert_true(match->optimal);
  assert_true(match->method[0]);
  assert_int_equal(match->status, DSP__MATCH_STATUS__MATCH_PROPOSED);
  assert_string_equal(match->period->from, "2016-09-01");
  assert_string_equal(match->period->to, "2017-09-01");
  assert_int_equal(level_value(match, "unfilled"), 0);
  assert_int_equal(level_value(match, "wish_rank"), 0);
  assert_int_equal(level_value(match, "pairs_not_kept"), 0); // a first year has nothing to keep
  const Dsp__MatchLine *line = line_of(match, world_id(desk->world, "R11"));
  assert_int_equal(line->plan_line, 2);
  assert_string_equal(line->host, world_id(desk->world, "2115080202"));
  assert_int_equal(line->n_cost, match->n_levels);
  SAYS(line, "wish no. 1");
  SAYS(line, "same stage: primary");
  SAYS(line, "same subject: 13, the person's first");
  SAYS(line, "home and host are partners");
  SAYS(line, "第 1 志愿");
}

static void the_run_is_stored_as_it_was_answered(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  desk_nominated(desk, "R11", "");
  const Dsp__MatchRun *match = ran(desk, plan), *stored = desk_get_run(desk, match->id);
  assert_int_equal(stored->plan_rev, desk_get_plan(desk, plan)->rev);
  assert_int_equal(stored->n_lines, 1);
  assert_int_equal(stored->pool, match->pool);
  const Dsp__MatchRun *again = ran(desk, plan);
  assert_int_equal(again->pool, match->pool);
  assert_string_equal(again->lines[0]->person, match->lines[0]->person);
}

// One place, two people: the one who was there, then the one whose school was.
static void last_years_pairs_are_kept(void **state)
{
  struct desk *desk = *state;
  Dsp__DraftPlan *past = desk_draft(desk, "2115080202 PRIMARY 13 2 1");
  past->school_year = "2016-2017";
  struct outcome outcome = DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, past);
  assert_accepted(outcome.out, outcome.r);
  char *plan = ((const Dsp__PlanReply *)outcome.out->reply)->id;
  Dsp__SubmitPlan submit = DSP__SUBMIT_PLAN__INIT;
  submit.id = plan;
  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_submit, &submit));
  ok(desk_verify(desk, "bayannur", plan, ""));
  ok(desk_verify(desk, "region", plan, ""));
  struct desk_posting posting = {.person = "R15", .host = "2115080202", .plan = plan};
  desk_posting_in(desk, &posting, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_COMPLETED);

  Dsp__DraftPlan *now = desk_draft(desk, "2115080201 PRIMARY 13 1 0|2115080202 PRIMARY 13 1 0");
  now->school_year = "2017-2018";
  outcome = DO(desk, "bayannur", "2017-06-01", dsp_plan_draft, now);
  assert_accepted(outcome.out, outcome.r);
  submit.id = ((const Dsp__PlanReply *)outcome.out->reply)->id;
  ok(DO(desk, "bayannur", "2017-06-01", dsp_plan_submit, &submit));
  ok(desk_verify(desk, "bayannur", submit.id, ""));
  ok(desk_verify(desk, "region", submit.id, ""));
  const char *const people[] = {"R14", "R15"}, *const wishes[] = {"2115080202|2115080201",
                                                                  "2115080201|2115080202"};
  for (size_t i = 0; i < 2; i++) { // both wish for the other's place; continuity comes first
    Dsp__Nominate *cmd = desk_nominee(desk, people[i], wishes[i]);
    cmd->period = "2017-2018";
    ok(DO(desk, "baotou", "2017-06-02", dsp_candidate_nominate, cmd));
  }
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  cmd.plan = submit.id;
  outcome = DO(desk, "baotou", "2017-06-03", dsp_match_run, &cmd);
  assert_accepted(outcome.out, outcome.r);
  const Dsp__MatchRun *match = ((const Dsp__MatchReply *)outcome.out->reply)->run;
  const Dsp__MatchLine *kept = line_of(match, world_id(desk->world, "R15"));
  assert_string_equal(kept->host, world_id(desk->world, "2115080202"));
  SAYS(kept, "was at this host in the period before");
  assert_int_equal(level_value(match, "pairs_not_kept"), 1);
  assert_int_equal(level_value(match, "persons_not_kept"), 1);
  assert_int_equal(level_value(match, "wish_rank"), 2);
  assert_string_equal(match->period->from, "2017-09-01");
}

// Both can teach what is asked for; it is the main subject and stage of one of them only.
static void the_nearer_person_is_taken(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  Reg__Person *further = world_person(desk->world, "R11");
  further->stages = (Typ__Stage[]){TYP__STAGE__STAGE_JUNIOR, TYP__STAGE__STAGE_PRIMARY};
  further->n_stages = 2;
  further->subjects = (char *[]){"14", "13"};
  further->n_subjects = 2;
  world_put(desk->world, &further->base);
  desk_nominated(desk, "R11", "2115080201"); // although only this one wishes for it
  desk_nominated(desk, "R12", "2115080202|2115080201");
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_string_equal(match->lines[0]->person, world_id(desk->world, "R12"));
  assert_int_equal(level_value(match, "stage_gap"), 0);
  assert_int_equal(level_value(match, "wish_rank"), 1);
  Dsp__WithdrawCandidate withdraw = DSP__WITHDRAW_CANDIDATE__INIT;
  withdraw.id = match->lines[0]->candidate;
  ok(DO(desk, "baotou", "2016-08-21", dsp_candidate_withdraw, &withdraw));
  match = ran(desk, plan);
  assert_int_equal(level_value(match, "stage_gap"), 2);
  SAYS(match->lines[0], "same subject: 13");
}

static void a_higher_class_gets_the_only_candidate(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 0|2115080202 PRIMARY 13 1 2");
  desk_nominated(desk, "R11", "2115080201");
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(match->filled, 1);
  assert_int_equal(match->lines[0]->plan_line, 2);
  assert_int_equal(match->n_unmet, 1);
  assert_int_equal(match->unmet[0]->plan_line, 1);
  assert_int_equal(match->unmet[0]->missing, 1);
  SAYS(match->unmet[0],
       "all eligible people are used by lines 2: with this one they need 2, and only 1 can be had");
}

// ---- why a place stays empty

static void each_condition_that_would_help_is_counted(void **state)
{
  struct desk *desk = *state;
  struct world *world = desk->world;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 3 1");
  desk_nominated(desk, "R11", ""); // fits
  desk_nominated(desk, "R01", ""); // junior: only the stage is wrong
  desk_nominated(desk, "T01", ""); // no retired teacher: only the category is
  Reg__Person *other = world_add_person(world, "R31", "RETIRED_TEACHER", NULL, "2115020301");
  other->subjects[0] = "14";
  world_put(world, &other->base);
  desk_nominated(desk, "R31", ""); // only the subject is
  Reg__Person *two = world_add_person(world, "R32", "RETIRED_TEACHER", NULL, "3115020201");
  two->subjects[0] = "14";
  world_put(world, &two->base);
  desk_nominated(desk, "R32", ""); // stage and subject: no single condition helps
  desk_nominated(desk, "R12", "");
  struct desk_posting elsewhere = {.person = "R12", .host = "2115080201", .plan = plan};
  desk_proposed(desk, &elsewhere); // holds a place of the line already
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(match->needed, 2); // three, less the one proposed
  assert_int_equal(match->filled, 1);
  const Dsp__UnmetLine *unmet = match->unmet[0];
  assert_int_equal(unmet->missing, 1);
  SAYS(unmet, "this line needs 2, and only 1 can be had");
  SAYS(unmet, "1 would come if only the condition \"same stage\" (AS-08) were relaxed");
  SAYS(unmet, "1 would come if only the condition \"same subject\" (AS-08) were relaxed");
  SAYS(unmet, "1 would come if only the condition \"category of the person\" (AS-01) were relaxed");
  SAYS(unmet, "1 would come if only the condition \"no other posting at the time\" (AS-04) were relaxed");
  SAYS(unmet, "只因条件“学段相符”（AS-08）落选的有 1 人");
  for (size_t i = 0; i < unmet->n_reasons; i++) {
    assert_false(unmet->reasons[i]->ok);
    assert_true(unmet->reasons[i]->code[0] == 'E');
  }
}

static void nobody_at_all(void **state)
{
  struct desk *desk = *state;
  const Dsp__MatchRun *match = ran(desk, desk_approved(desk, "2115080201 PRIMARY 13 2 1"));
  assert_int_equal(match->candidates, 0);
  assert_int_equal(match->filled, 0);
  SAYS(match->unmet[0], "nobody meets all conditions");
  SAYS(match->unmet[0], "relaxing any single condition adds nobody");
}

static void a_host_that_lost_its_place_is_said_so(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  desk_nominated(desk, "R11", "");
  Reg__Institution *host = world_institution(desk->world, "2115080201");
  host->place = TYP__PLACE__PLACE_CITY;
  world_put(desk->world, &host->base);
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(match->filled, 0);
  assert_string_equal(match->unmet[0]->reasons[0]->code, "E0");
  desk->primary->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED;
  world_put(desk->world, &desk->primary->base);
  match = ran(desk, plan);
  SAYS(match->unmet[0], "the host is in no live partnership any more");
}

// The competition is followed through: line 1's people are used by line 2, whose other people are used by
// line 3.
static void the_whole_competition_is_named(void **state)
{
  struct desk *desk = *state;
  struct world *world = desk->world;
  const char *plan = desk_approved(
      desk, "2115080201 PRIMARY 13 1 3|2115080202 PRIMARY - 1 2|3115082301 - 14 1 1|2115080202 - 15 1 1");
  Reg__Person *both = world_add_person(world, "R41", "RETIRED_TEACHER", NULL, "2115020301");   // lines 1, 2
  Reg__Person *second = world_add_person(world, "R42", "RETIRED_TEACHER", NULL, "2115020301"); // lines 2, 3
  (void)both;
  second->subjects[0] = "14";
  world_put(world, &second->base);
  desk_nominated(desk, "R41", "");
  desk_nominated(desk, "R42", "");
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(match->filled, 2);
  assert_int_equal(match->n_unmet, 2);
  assert_int_equal(match->unmet[0]->plan_line, 1);
  SAYS(match->unmet[0],
       "all eligible people are used by lines 2, 3: with this one they need 3, and only 2 can be had");
  SAYS(match->unmet[1], "nobody meets all conditions"); // line 4: subject 15
}

// ---- who, when

static void a_run_needs_an_approved_plan_and_a_party(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_submitted(desk, "2115080201 PRIMARY 13 1 1");
  refused(run(desk, "baotou", plan), "AS-12", "plan", plan, "status", "SUBMITTED");
  ok(desk_verify(desk, "bayannur", plan, ""));
  ok(desk_verify(desk, "region", plan, ""));
  refused(run(desk, "region", plan), "AS-09", "who", "巴彦淖尔市教育局 / 包头市教育局");
  refused(run(desk, "baotou", "nothing"), "NOT-FOUND", "what_en", "plan");
  ok(run(desk, "bayannur", plan));
}

static void adopting_proposes_all_in_one_decision(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1|3115082301 JUNIOR 13 2 2");
  const char *const people[] = {"R11", "R12", "R01"};
  for (size_t i = 0; i < 3; i++)
    desk_nominated(desk, people[i], "");
  const Dsp__MatchRun *match = ran(desk, plan);
  refused(adopt(desk, "region", match->id), "AS-09", "actor", "region");
  struct outcome outcome = adopt(desk, "bayannur", match->id);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(world_events(desk->world, outcome.out),
                      "AssignmentProposed,AssignmentProposed,AssignmentProposed,MatchAdopted");
  const Dsp__AdoptReply *reply = (const Dsp__AdoptReply *)outcome.out->reply;
  assert_int_equal(reply->n_assignments, 3);
  for (size_t i = 0; i < 3; i++) {
    const Dsp__Assignment *assignment = desk_get(desk, reply->assignments[i]);
    assert_int_equal(assignment->status, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_PROPOSED);
    assert_string_equal(assignment->match_run, match->id);
    assert_string_equal(assignment->plan, plan);
    assert_string_equal(assignment->period->from, "2016-09-01");
    assert_int_equal(assignment->plan_line, match->lines[i]->plan_line);
  }
  assert_int_equal(desk_get_run(desk, match->id)->status, DSP__MATCH_STATUS__MATCH_ADOPTED);
  refused(adopt(desk, "bayannur", match->id), "STATE", "state", "ADOPTED", "allowed", "-");
  match = ran(desk, plan); // one place is left, nobody free
  assert_int_equal(match->needed, 1);
  assert_int_equal(match->filled, 0);
}

static void a_period_of_ones_own(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  desk_nominated(desk, "R11", "");
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  Typ__Period period = TYP__PERIOD__INIT;
  cmd.plan = (char *)plan;
  cmd.period = &period;
  period.from = "2016-10-01";
  struct outcome outcome = DO(desk, "baotou", "2016-08-21", dsp_match_run, &cmd);
  assert_accepted(outcome.out, outcome.r);
  const Dsp__MatchRun *match = ((const Dsp__MatchReply *)outcome.out->reply)->run;
  assert_string_equal(match->period->to, "2017-10-01");
  period.from = "2016-10";
  refused(DO(desk, "baotou", "2016-08-21", dsp_match_run, &cmd), "FIELD", "field", "period");
  outcome = adopt(desk, "baotou", match->id);
  assert_accepted(outcome.out, outcome.r);
  const char *id = ((const Dsp__AdoptReply *)outcome.out->reply)->assignments[0];
  assert_string_equal(desk_get(desk, id)->period->from, "2016-10-01"); // the run's
}

// ---- stale runs

static void a_stale_run_is_refused(void **state)
{
  static const char *const changes[] = {"another candidate", "a candidate less", "a proposal",
                                        "a declined proposal"};
  for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
    struct desk *desk = desk_new();
    const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1");
    const char *candidate = desk_nominated(desk, "R11", "");
    struct desk_posting posting = {.person = "R13", .host = "2115080201", .plan = plan};
    Dsp__DeclineAssignment decline = DSP__DECLINE_ASSIGNMENT__INIT;
    if (i == 3) decline.id = (char *)desk_proposed(desk, &posting);
    const Dsp__MatchRun *match = ran(desk, plan);
    if (i == 0) desk_nominated(desk, "R12", "");
    Dsp__WithdrawCandidate withdraw = DSP__WITHDRAW_CANDIDATE__INIT;
    withdraw.id = (char *)candidate;
    if (i == 1) ok(DO(desk, "baotou", "2016-08-21", dsp_candidate_withdraw, &withdraw));
    if (i == 2) desk_proposed(desk, &posting);
    decline.reason = "x";
    if (i == 3) ok(DO(desk, "baotou", "2016-08-21", dsp_assignment_decline, &decline));
    refused(adopt(desk, "baotou", match->id), "DA-02", "rev", "*", "expected", "*");
    ok(adopt(desk, "baotou", ran(desk, plan)->id)); // run anew, and it is fine
    desk_free(desk);
  }
  (void)state;
}

static void a_closed_plan_adopts_nothing(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  desk_nominated(desk, "R11", "");
  const Dsp__MatchRun *match = ran(desk, plan);
  Dsp__ClosePlan close = DSP__CLOSE_PLAN__INIT;
  close.id = (char *)plan;
  ok(DO(desk, "bayannur", "2016-08-21", dsp_plan_close, &close));
  refused(adopt(desk, "baotou", match->id), "AS-12", "status", "CLOSED");
}

// Each pair is checked as any proposal: one that fails now refuses the whole, and nothing is left behind.
static void all_or_nothing(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1");
  desk_nominated(desk, "R11", "");
  desk_nominated(desk, "R12", "");
  const Dsp__MatchRun *match = ran(desk, plan);
  Reg__Person *person = world_person(desk->world, "R12");
  person->category = TYP__PERSON_CATEGORY__CATEGORY_TEACHER;
  world_put(desk->world, &person->base);
  refused(adopt(desk, "baotou", match->id), "AS-01", "person", "R12");
  struct dsp_assignments all;
  assert_ok(dsp_view_assignments(desk->view, DSP_OF_PLAN, plan, &all));
  assert_int_equal(all.n, 0);
  assert_int_equal(desk_get_run(desk, match->id)->status, DSP__MATCH_STATUS__MATCH_PROPOSED);
}

static void a_run_can_be_discarded(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  Dsp__DiscardMatch cmd = DSP__DISCARD_MATCH__INIT;
  cmd.id = ran(desk, plan)->id;
  refused(DO(desk, "stranger", "2016-08-21", dsp_match_run_discard, &cmd), "AS-09", "actor", "stranger");
  refused(DO_REV(desk, "baotou", "2016-08-21", 5, dsp_match_run_discard, &cmd), "DA-02", "rev", "1");
  ok(DO(desk, "baotou", "2016-08-21", dsp_match_run_discard, &cmd));
  assert_int_equal(desk_get_run(desk, cmd.id)->status, DSP__MATCH_STATUS__MATCH_DISCARDED);
  refused(adopt(desk, "baotou", cmd.id), "STATE", "state", "DISCARDED");
  cmd.id = "nothing";
  refused(DO(desk, "baotou", "2016-08-21", dsp_match_run_discard, &cmd), "NOT-FOUND", "what_en", "match run");
}

// A run of a big plan still fits an event.
static void a_big_run_fits_an_event(void **state)
{
  struct desk *desk = *state;
  struct world *world = desk->world;
  char staff_no[12];
  Dsp__DraftPlan *cmd = desk_draft(desk, "2115080201 PRIMARY 13 1 1");
  Dsp__PlanLine *line = cmd->lines[0];
  cmd->n_lines = 700;
  cmd->lines = ARENA_ARRAY(world->arena, Dsp__PlanLine *, cmd->n_lines);
  for (size_t i = 0; i < cmd->n_lines; i++)
    cmd->lines[i] = line;
  struct outcome outcome = DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd);
  assert_accepted(outcome.out, outcome.r);
  Dsp__SubmitPlan submit = DSP__SUBMIT_PLAN__INIT;
  submit.id = ((const Dsp__PlanReply *)outcome.out->reply)->id;
  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_submit, &submit));
  ok(desk_verify(desk, "bayannur", submit.id, ""));
  ok(desk_verify(desk, "region", submit.id, ""));
  for (int i = 0; i < 600; i++) {
    snprintf(staff_no, sizeof staff_no, "B%03d", i);
    world_add_person(world, staff_no, "RETIRED_TEACHER", NULL, "2115020301");
    desk_nominated(desk, staff_no, "2115080201");
  }
  const Dsp__MatchRun *match = ran(desk, submit.id);
  assert_int_equal(match->filled, 600);
  assert_true(dsp__match_run__get_packed_size(match) < 240 * 1024);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(wishes_decide_where_all_else_is_equal),
      TEST(the_run_is_stored_as_it_was_answered),
      TEST(last_years_pairs_are_kept),
      TEST(the_nearer_person_is_taken),
      TEST(a_higher_class_gets_the_only_candidate),
      TEST(each_condition_that_would_help_is_counted),
      TEST(nobody_at_all),
      TEST(a_host_that_lost_its_place_is_said_so),
      TEST(the_whole_competition_is_named),
      TEST(a_run_needs_an_approved_plan_and_a_party),
      TEST(adopting_proposes_all_in_one_decision),
      TEST(a_period_of_ones_own),
      cmocka_unit_test(a_stale_run_is_refused),
      TEST(a_closed_plan_adopts_nothing),
      TEST(all_or_nothing),
      TEST(a_run_can_be_discarded),
      TEST(a_big_run_fits_an_event),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
