// Matching: against brute force on hundreds of tiny instances, then the commands - what a run says, why, and
// when adopting it is refused.
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/match.h"
#include "services/dispatch/rules/match_run.h"
#include "services/dispatch/rules/plan.h"
#include "tests/rules/dispatch/desk.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- the kernel's adapter against brute force

enum { PEOPLE = 5, LINES = 4, VALUES = 1 + DSP_MATCH_LEVELS };

struct tiny {
  int32_t need[LINES];
  int64_t weight[LINES];
  struct dsp_match_pair pairs[PEOPLE * LINES];
  struct dsp_match_problem problem;
};

static void draw(uint64_t *seed, struct tiny *tiny)
{
  int32_t people = 1 + (int32_t)test_random_below(seed, PEOPLE),
          lines = 1 + (int32_t)test_random_below(seed, LINES);
  size_t n = 0;
  for (int32_t l = 0; l < lines; l++) {
    tiny->need[l] = 1 + (int32_t)test_random_below(seed, 3);
    tiny->weight[l] = 1 + test_random_below(seed, 3);
  }
  for (int32_t p = 0; p < people; p++)
    for (int32_t l = 0; l < lines; l++) {
      if (test_random_below(seed, 3) == 0) continue;
      struct dsp_match_pair *pair = &tiny->pairs[n++];
      pair->candidate = p;
      pair->line = l;
      for (int level = 0; level < DSP_MATCH_LEVELS; level++)
        pair->cost[level] = test_random_below(seed, level == (DSP_MATCH_LEVELS - 1) ? 1000000 : 3);
    }
  tiny->problem = (struct dsp_match_problem){.candidates = people,
                                             .lines = lines,
                                             .need = tiny->need,
                                             .weight = tiny->weight,
                                             .pairs = tiny->pairs,
                                             .n_pairs = n,
                                             .levels = DSP_MATCH_LEVELS};
}

struct search {
  const struct dsp_match_problem *problem;
  int32_t left[LINES];
  int64_t now[VALUES], best[VALUES];
  bool found;
};

static int compare(const int64_t *a, const int64_t *b)
{
  for (int i = 0; i < VALUES; i++)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

static void take_pair(struct search *search, const struct dsp_match_pair *pair, int step)
{
  search->left[pair->line] -= step;
  search->now[0] -= step * search->problem->weight[pair->line];
  for (int level = 0; level < DSP_MATCH_LEVELS; level++)
    search->now[1 + level] += step * pair->cost[level];
}

static void try_person(struct search *search, int32_t person)
{
  if (person == search->problem->candidates) {
    if (!search->found || compare(search->now, search->best) < 0)
      memcpy(search->best, search->now, sizeof search->now);
    search->found = true;
    return;
  }
  try_person(search, person + 1);
  for (size_t i = 0; i < search->problem->n_pairs; i++) {
    const struct dsp_match_pair *pair = &search->problem->pairs[i];
    if (pair->candidate != person || search->left[pair->line] == 0) continue;
    take_pair(search, pair, 1);
    try_person(search, person + 1);
    take_pair(search, pair, -1);
  }
}

static void brute_force(const struct dsp_match_problem *problem, int64_t best[VALUES])
{
  struct search search = {.problem = problem};
  for (int32_t l = 0; l < problem->lines; l++) {
    search.left[l] = problem->need[l];
    search.now[0] += problem->need[l] * problem->weight[l];
  }
  try_person(&search, 0);
  memcpy(best, search.best, sizeof search.best);
}

static void check_valid(const struct dsp_match_problem *problem, const struct dsp_match_solution *solution)
{
  int32_t used_lines[LINES] = {0}, used_people[PEOPLE] = {0};
  int64_t values[VALUES] = {0};
  for (size_t i = 0; i < problem->n_pairs; i++) {
    if (!solution->taken[i]) continue;
    assert_true(++used_people[problem->pairs[i].candidate] <= 1);
    used_lines[problem->pairs[i].line]++;
    for (int level = 0; level < DSP_MATCH_LEVELS; level++)
      values[1 + level] += problem->pairs[i].cost[level];
  }
  for (int32_t l = 0; l < problem->lines; l++) {
    assert_true(used_lines[l] <= problem->need[l]);
    values[0] += (problem->need[l] - used_lines[l]) * problem->weight[l];
  }
  assert_int_equal(values[0], solution->unfilled);
  assert_memory_equal(values + 1, solution->value, sizeof solution->value);
}

static void optimal_on_every_level(void **state)
{
  uint64_t seed = test_seed();
  (void)state;
  for (int round = 0; round < 800; round++) {
    struct tiny tiny = {0};
    struct dsp_match_solution solution;
    int64_t best[VALUES], got[VALUES];
    uint64_t of_round = seed;
    draw(&seed, &tiny);
    assert_ok(dsp_match_solve(&tiny.problem, &solution));
    check_valid(&tiny.problem, &solution);
    brute_force(&tiny.problem, best);
    got[0] = solution.unfilled;
    memcpy(got + 1, solution.value, sizeof solution.value);
    if (!solution.optimal || compare(got, best) != 0)
      fail_msg("round %d (state %llu) is not optimal", round, (unsigned long long)of_round);
    free(solution.taken);
  }
}

// Weights that rise with the class empty the classes one after the other, the highest last: no figure is
// needed that outweighs whole classes.
static void the_highest_class_is_filled_first(void **state)
{
  uint64_t seed = test_seed();
  (void)state;
  for (int round = 0; round < 300; round++) {
    struct tiny tiny = {0};
    struct dsp_match_solution solution;
    int64_t empty[4] = {0}, best[VALUES];
    draw(&seed, &tiny);
    assert_ok(dsp_match_solve(&tiny.problem, &solution));
    for (int32_t l = 0; l < tiny.problem.lines; l++)
      empty[tiny.weight[l]] += tiny.need[l];
    for (size_t i = 0; i < tiny.problem.n_pairs; i++)
      if (solution.taken[i]) empty[tiny.weight[tiny.pairs[i].line]]--;
    for (int32_t l = 0; l < tiny.problem.lines; l++) // now as if whole classes outweighed the others
      tiny.weight[l] = tiny.weight[l] == 3 ? 10000 : tiny.weight[l] == 2 ? 100 : 1;
    brute_force(&tiny.problem, best);
    assert_int_equal(best[0], 10000 * empty[3] + 100 * empty[2] + empty[1]);
    free(solution.taken);
  }
}

static int by_pair(const void *a, const void *b)
{
  const struct dsp_match_pair *x = a, *y = b;
  return x->candidate != y->candidate ? x->candidate - y->candidate : x->line - y->line;
}

static size_t chosen(const struct dsp_match_problem *problem, struct dsp_match_pair *ret)
{
  struct dsp_match_solution solution;
  size_t n = 0;
  assert_ok(dsp_match_solve(problem, &solution));
  for (size_t i = 0; i < problem->n_pairs; i++)
    if (solution.taken[i]) ret[n++] = problem->pairs[i];
  free(solution.taken);
  qsort(ret, n, sizeof *ret, by_pair);
  return n;
}

static void the_order_of_records_does_not_matter(void **state)
{
  uint64_t seed = test_seed();
  (void)state;
  for (int round = 0; round < 200; round++) {
    struct tiny tiny = {0};
    struct dsp_match_pair one[PEOPLE] = {0}, other[PEOPLE] = {0};
    draw(&seed, &tiny);
    for (size_t i = 0; i < tiny.problem.n_pairs; i++) // sums of different powers of two are never equal
      tiny.pairs[i].cost[(DSP_MATCH_LEVELS - 1)] = 1 << i;
    size_t n = chosen(&tiny.problem, one);
    for (size_t i = tiny.problem.n_pairs; i > 1; i--) {
      size_t j = test_random_below(&seed, (uint32_t)i);
      struct dsp_match_pair swap = tiny.pairs[i - 1];
      tiny.pairs[i - 1] = tiny.pairs[j];
      tiny.pairs[j] = swap;
    }
    assert_int_equal(chosen(&tiny.problem, other), n);
    for (size_t i = 0; i < n; i++)
      assert_int_equal(by_pair(&one[i], &other[i]), 0);
  }
}

static void degenerate_problems(void **state)
{
  struct dsp_match_solution solution;
  int32_t need[1] = {3};
  int64_t weight[1] = {2};
  (void)state;
  struct dsp_match_problem problem = {.need = need, .weight = weight, .levels = DSP_MATCH_LEVELS};
  assert_ok(dsp_match_solve(&problem, &solution)); // nobody, nothing
  assert_int_equal(solution.unfilled, 0);
  free(solution.taken);
  problem.lines = 1; // places, nobody
  assert_ok(dsp_match_solve(&problem, &solution));
  assert_int_equal(solution.unfilled, 6);
  assert_true(solution.optimal);
  free(solution.taken);
  problem.candidates = 4; // people who fit nowhere
  assert_ok(dsp_match_solve(&problem, &solution));
  assert_int_equal(solution.unfilled, 6);
  free(solution.taken);
  problem.n_pairs = DSP_MATCH_PAIRS_MAX + 1;
  assert_int_equal(dsp_match_solve(&problem, &solution), -E2BIG);
}

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
  SAYS(unmet, "1 would come if only the condition \"category_in\" (AS-01) were relaxed");
  SAYS(unmet, "1 would come if only the condition \"no other posting at the time\" (AS-04) were relaxed");
  SAYS(unmet, "只因条件“学段相符”（AS-08）落选的有 1 人");
  for (size_t i = 0; i < unmet->n_reasons; i++) {
    assert_false(unmet->reasons[i]->ok);
    assert_true(strcmp(unmet->reasons[i]->code, "E0") == 0 || strcmp(unmet->reasons[i]->code, "E1") == 0);
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
      cmocka_unit_test(optimal_on_every_level),
      cmocka_unit_test(the_highest_class_is_filled_first),
      cmocka_unit_test(the_order_of_records_does_not_matter),
      cmocka_unit_test(degenerate_problems),
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
