// What a programme and a bureau can ask of a match - order, caps, guarantees, teams, pins, keeping to a run -
// and what they read when a place stays empty.
#include "common/domain/predicate.h"
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/match_run.h"
#include "tests/rules/dispatch/desk.h"
#include <stdio.h>
#include <string.h>

#define TERM(word) PRG__MATCH_TERM__MATCH_TERM_##word
#define ID(code)   world_id(desk->world, (code))

// Programme A with rules for matching, in place of what the world has.
static Prg__MatchRules *with_rules(struct desk *desk)
{
  Prg__Programme *programme = programme_a(desk->world->arena);
  Prg__MatchRules *rules = ARENA_NEW(desk->world->arena, Prg__MatchRules);
  prg__match_rules__init(rules);
  for (size_t i = 0; i < programme->n_measures; i++)
    if (strcmp(programme->measures[i]->id, "retired_teaching") == 0) programme->measures[i]->match = rules;
  world_put(desk->world, &programme->base);
  return rules;
}

// After the rules were filled in: the row is packed when it is put.
static void put_rules(struct desk *desk, const Prg__MatchRules *rules)
{
  Prg__Programme *programme = programme_a(desk->world->arena);
  for (size_t i = 0; i < programme->n_measures; i++)
    if (strcmp(programme->measures[i]->id, "retired_teaching") == 0)
      programme->measures[i]->match = (Prg__MatchRules *)rules;
  world_put(desk->world, &programme->base);
}

static struct outcome run_as(struct desk *desk, Dsp__RunMatch *cmd)
{
  return DO(desk, "baotou", "2016-08-21", dsp_match_run, cmd);
}

static const Dsp__MatchRun *ran_as(struct desk *desk, Dsp__RunMatch *cmd)
{
  struct outcome outcome = run_as(desk, cmd);
  assert_accepted(outcome.out, outcome.r);
  return ((const Dsp__MatchReply *)outcome.out->reply)->run;
}

static const Dsp__MatchRun *ran(struct desk *desk, const char *plan)
{
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  cmd.plan = (char *)plan;
  return ran_as(desk, &cmd);
}

static uint32_t line_of(struct desk *desk, const Dsp__MatchRun *match, const char *staff_no)
{
  for (size_t i = 0; i < match->n_lines; i++)
    if (strcmp(match->lines[i]->person, ID(staff_no)) == 0) return match->lines[i]->plan_line;
  return 0;
}

static int64_t level_value(const Dsp__MatchRun *match, const char *level)
{
  for (size_t i = 0; i < match->n_levels; i++)
    if (strcmp(match->levels[i]->level, level) == 0) return match->levels[i]->value;
  fail_msg("no level %s", level);
  return -1;
}

static void second_subject(struct desk *desk, const char *staff_no) // 13 is not the first any more
{
  Reg__Person *person = world_person(desk->world, staff_no);
  person->subjects = (char *[]){"14", "13"};
  person->n_subjects = 2;
  world_put(desk->world, &person->base);
}

// ---- the order, caps, guarantees

static void the_order_is_the_programmes(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  second_subject(desk, "R11");
  desk_nominated(desk, "R11", "2115080201"); // wishes for it, fits less
  desk_nominated(desk, "R12", "2115080202|2115080201");
  assert_int_equal(line_of(desk, ran(desk, plan), "R12"), 1); // gap before wishes
  Prg__MatchRules *rules = with_rules(desk);
  rules->order = (Prg__MatchTerm[]){TERM(UNFILLED), TERM(WISHES), TERM(GAP)};
  rules->n_order = 3;
  put_rules(desk, rules);
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(line_of(desk, match, "R11"), 1);
  assert_int_equal(match->n_levels, 3);
  assert_string_equal(match->levels[1]->level, "wish_rank");
  assert_int_equal(match->lines[0]->n_cost, 3);
}

static void a_cap_of_each_home(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1|2115080202 PRIMARY 13 1 2");
  const char *const people[] = {"R11", "R12", "R13"};
  for (size_t i = 0; i < 3; i++)
    desk_nominated(desk, people[i], "");
  Prg__MatchRules *rules = with_rules(desk);
  rules->home_max = 2;
  put_rules(desk, rules);
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(match->filled, 2);
  assert_int_equal(match->unmet[0]->plan_line, 2); // the lower class
  assert_int_equal(match->n_quotas, 1);
  assert_int_equal(match->quotas[0]->used, 2);
  assert_int_equal(match->quotas[0]->max, 2);
  assert_int_equal(match->quotas[0]->worth[0]->value, -1); // one more would fill it
  assert_string_equal(match->quotas[0]->worth[0]->level, "unfilled");
  Dsp__AdoptMatch adopt = DSP__ADOPT_MATCH__INIT;
  adopt.id = match->id;
  ok(DO(desk, "baotou", "2016-08-21", dsp_match_run_adopt, &adopt));
  assert_int_equal(ran(desk, plan)->quotas[0]->max, 0); // what was proposed counts
}

// Two places of a higher class in one county, one of a lower class in another: each county gets one.
static void each_county_first(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1|3115082301 - 13 1 2");
  desk_nominated(desk, "R11", "");
  desk_nominated(desk, "R12", "");
  assert_int_equal(ran(desk, plan)->unmet[0]->plan_line, 2);
  Prg__MatchRules *rules = with_rules(desk);
  rules->county_min = 1;
  put_rules(desk, rules);
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(match->unmet[0]->plan_line, 1);
  assert_int_equal(match->unmet[0]->missing, 1);
  assert_int_equal(level_value(match, "guarantee"), 0);
  assert_string_equal(match->levels[0]->level, "guarantee");
  assert_int_equal(match->n_quotas, 2);
}

static void a_share_of_key_teachers(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  second_subject(desk, "R11");
  Reg__Person *key = world_person(desk->world, "R11");
  key->honours = (Typ__Honour[]){TYP__HONOUR__HONOUR_KEY_TEACHER};
  key->n_honours = 1;
  world_put(desk->world, &key->base);
  desk_nominated(desk, "R11", "");
  desk_nominated(desk, "R12", "");
  assert_int_equal(line_of(desk, ran(desk, plan), "R12"), 1);
  Prg__MatchRules *rules = with_rules(desk);
  rules->key_percent = 20;
  put_rules(desk, rules);
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(line_of(desk, match, "R11"), 1);
  assert_int_equal(match->quotas[0]->min, 1);
}

static void even_shares_of_the_homes(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1");
  world_add_person(desk->world, "R51", "RETIRED_TEACHER", NULL, "2115020302");
  second_subject(desk, "R51"); // fits less
  desk_nominated(desk, "R11", "");
  desk_nominated(desk, "R12", "");
  desk_nominated(desk, "R51", "");
  assert_int_equal(line_of(desk, ran(desk, plan), "R51"), 0);
  Prg__MatchRules *rules = with_rules(desk);
  rules->order = (Prg__MatchTerm[]){TERM(UNFILLED), TERM(BURDEN), TERM(GAP)};
  rules->n_order = 3;
  put_rules(desk, rules);
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_int_equal(line_of(desk, match, "R51"), 1);
  assert_int_equal(level_value(match, "burden"), 0);
}

static void figures_that_cross_are_named(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1|2115080202 PRIMARY 13 1 1");
  Reg__Person *key = world_person(desk->world, "R11");
  key->honours = (Typ__Honour[]){TYP__HONOUR__HONOUR_KEY_TEACHER};
  key->n_honours = 1;
  world_put(desk->world, &key->base);
  world_add_person(desk->world, "R51", "RETIRED_TEACHER", NULL, "2115020302");
  key = world_person(desk->world, "R51");
  key->honours = (Typ__Honour[]){TYP__HONOUR__HONOUR_KEY_TEACHER};
  key->n_honours = 1;
  world_put(desk->world, &key->base);
  desk_nominated(desk, "R11", "");
  desk_nominated(desk, "R12", "");
  desk_nominated(desk, "R51", "");
  Prg__MatchRules *rules = with_rules(desk);
  rules->home_max = 1;
  rules->key_percent = 50; // the dialect refuses both together; a row from elsewhere may have them
  put_rules(desk, rules);
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  cmd.plan = (char *)plan;
  refused(run_as(desk, &cmd), "FIELD", "field", "match", "detail_en", "*");
}

// ---- teams

static const char *nominated_in(struct desk *desk, const char *staff_no, const char *team)
{
  Dsp__Nominate *cmd = desk_nominee(desk, staff_no, "");
  cmd->team = (char *)team;
  struct outcome outcome = DO(desk, "baotou", "2016-08-20", dsp_candidate_nominate, cmd);
  assert_accepted(outcome.out, outcome.r);
  return ((const Dsp__CandidateReply *)outcome.out->reply)->id;
}

static void a_team_goes_together_or_not_at_all(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1|2115080202 PRIMARY 13 2 2");
  nominated_in(desk, "R11", "couple");
  nominated_in(desk, "R12", "couple");
  const Dsp__MatchRun *match = ran(desk, plan);
  assert_true(match->optimal);
  assert_true(strstr(match->method, "teams") != NULL);
  assert_int_equal(line_of(desk, match, "R11"), 2); // although line 1 is of a higher class
  assert_int_equal(line_of(desk, match, "R12"), 2);
  assert_int_equal(match->unmet[0]->plan_line, 1);
  desk_nominated(desk, "R13", "");
  match = ran(desk, plan);
  assert_int_equal(match->filled, 3);
  nominated_in(desk, "R14", "couple"); // three now, for two places at most
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  cmd.plan = (char *)plan;
  refused(run_as(desk, &cmd), "FIELD", "field", "team");
  Dsp__Nominate *long_word = desk_nominee(desk, "R15", "");
  long_word->team = "a team whose name is a whole sentence and then goes on and on, and on";
  refused(DO(desk, "baotou", "2016-08-20", dsp_candidate_nominate, long_word), "FIELD", "field", "team");
}

// ---- pins, and keeping to a run

static Dsp__MatchPin *new_pin(struct desk *desk, const char *candidate, uint32_t line)
{
  Dsp__MatchPin *pin = ARENA_NEW(desk->world->arena, Dsp__MatchPin);
  dsp__match_pin__init(pin);
  pin->candidate = (char *)candidate;
  pin->plan_line = line;
  return pin;
}

static void what_is_pinned_comes_out_so(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1|2115080202 PRIMARY 14 1 1");
  second_subject(desk, "R11");
  const char *r11 = desk_nominated(desk, "R11", ""), *r12 = desk_nominated(desk, "R12", "");
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  cmd.plan = (char *)plan;
  assert_int_equal(ran_as(desk, &cmd)->filled, 2); // R12 on line 1, R11 on line 2
  Dsp__MatchPin *pins[2] = {new_pin(desk, r11, 1)};
  cmd.pins = pins;
  cmd.n_pins = 1;
  const Dsp__MatchRun *match = ran_as(desk, &cmd);
  assert_int_equal(match->filled, 1);
  assert_int_equal(line_of(desk, match, "R11"), 1);
  assert_int_equal(match->pins[0]->plan_line, 1);
  pins[0] = new_pin(desk, r12, 2);
  refused(run_as(desk, &cmd), "FIELD", "field", "pins", "detail_en",
          "R12 cannot be put on line 2: the condition \"same subject\" (AS-08) does not hold");
  pins[0] = new_pin(desk, r12, 3);
  refused(run_as(desk, &cmd), "FIELD", "detail_en", "line 3 is not in the plan or has no place left");
  pins[0] = new_pin(desk, "nobody", 1);
  refused(run_as(desk, &cmd), "FIELD", "detail_en",
          "there is no open candidate nobody; nominate the person first");
  pins[0] = new_pin(desk, r11, 1);
  pins[1] = new_pin(desk, r11, 2);
  cmd.n_pins = 2;
  refused(run_as(desk, &cmd), "FIELD", "detail_en", "R11 is pinned twice");
  pins[1] = new_pin(desk, r12, 1);
  refused(run_as(desk, &cmd), "FIELD", "detail_en", "the pins go beyond the places of line 1");
}

static void a_run_can_be_kept_to(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  second_subject(desk, "R11");
  desk_nominated(desk, "R11", "");
  const Dsp__MatchRun *first = ran(desk, plan);
  desk_nominated(desk, "R12", ""); // fits better, and comes late
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  cmd.plan = (char *)plan;
  assert_int_equal(line_of(desk, ran_as(desk, &cmd), "R12"), 1);
  cmd.keep = first->id;
  const Dsp__MatchRun *match = ran_as(desk, &cmd);
  assert_int_equal(line_of(desk, match, "R11"), 1);
  assert_int_equal(level_value(match, "changes"), 0);
  assert_string_equal(match->keep, first->id);
  cmd.keep = "nothing";
  refused(run_as(desk, &cmd), "NOT-FOUND", "what_en", "match run");
}

// ---- what a bureau reads

static void print(const char *title, const Dsp__UnmetLine *line)
{
  printf("--- %s (line %u, %u missing)\n", title, line->plan_line, line->missing);
  for (size_t i = 0; i < line->n_reasons; i++)
    printf("  %s  %s\n", line->reasons[i]->code, line->reasons[i]->zh);
  for (size_t i = 0; i < line->n_reasons; i++)
    printf("  %s  %s\n", line->reasons[i]->code, line->reasons[i]->en);
}

static void reads(const Dsp__UnmetLine *line, const char *code, const char *zh, const char *en)
{
  for (size_t i = 0; i < line->n_reasons; i++)
    if (strcmp(line->reasons[i]->code, code) == 0 && strcmp(line->reasons[i]->zh, zh) == 0 &&
        strcmp(line->reasons[i]->en, en) == 0)
      return;
  fail_msg("not read: %s %s", zh, en);
}

static void nobody_teaches_it(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 15 1 1");
  desk_nominated(desk, "R11", "");
  desk_nominated(desk, "R12", "");
  const Dsp__MatchRun *match = ran(desk, plan);
  print("nobody teaches the subject", match->unmet[0]);
  reads(match->unmet[0], "E1", "没有符合全部条件的人选", "nobody meets all conditions");
  reads(match->unmet[0], "E0", "只因条件“学科相符”（AS-08）落选的有 2 人",
        "2 would come if only the condition \"same subject\" (AS-08) were relaxed");
  reads(match->unmet[0], "E2", "在现有人选和额度内，怎样调整都补不上",
        "no rearrangement of people within the figures fills it");
}

static void others_come_first(void **state)
{
  struct desk *desk = *state;
  const char *plan =
      desk_approved(desk, "2115080201 PRIMARY 13 1 3|2115080202 PRIMARY - 1 2|3115082301 - 14 1 1");
  Reg__Person *second = world_add_person(desk->world, "R42", "RETIRED_TEACHER", NULL, "2115020301");
  second->subjects[0] = "14"; // lines 2 and 3
  world_put(desk->world, &second->base);
  desk_nominated(desk, "R11", ""); // lines 1 and 2
  desk_nominated(desk, "R42", "");
  const Dsp__MatchRun *match = ran(desk, plan);
  print("lines of higher classes have the people", match->unmet[0]);
  reads(match->unmet[0], "E1", "符合条件的人都已用于第 2, 3 行：这些行连同本行共需 3 人，只有 2 人可选",
        "all eligible people are used by lines 2, 3: with this one they need 3, and only 2 can be had");
  reads(match->unmet[0], "E2",
        "代价最小的调整：R11 由第 2 行改派到第 1 行，第 2 行（临河区干召庙村小学）空出 1 "
        "个名额；总体变化：空缺（按类别加权） "
        "+1",
        "the cheapest way to fill one place: R11 moves from line 2 to line 1, line 2 (临河区干召庙村小学) "
        "loses "
        "a place; "
        "in all this changes: unfilled places (weighted by class) +1");
}

static void the_cap_of_the_home_is_used_up(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1|2115080202 PRIMARY 13 1 2");
  desk_nominated(desk, "R11", "");
  desk_nominated(desk, "R12", "");
  Prg__MatchRules *rules = with_rules(desk);
  rules->home_max = 1;
  put_rules(desk, rules);
  const Dsp__MatchRun *match = ran(desk, plan);
  print("the cap of the home institution", match->unmet[0]);
  assert_int_equal(match->unmet[0]->n_reasons, 4);
  assert_true(strstr(match->unmet[0]->reasons[0]->en, "a figure is used up: the cap on people from ") !=
              NULL);
  assert_true(strstr(match->unmet[0]->reasons[0]->en, "unfilled places (weighted by class) -1") != NULL);
  reads(match->unmet[0], "E1", "受上述额度所限，本行连同第 1 行共需 2 人，只能满足 1 人，缺 1 人",
        "within these figures this line and lines 1 get 1 of the 2 they need, 1 short");
}

static void the_host_does_not_qualify(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1");
  desk_nominated(desk, "R11", "");
  Reg__Institution *host = world_institution(desk->world, "2115080201");
  host->place = TYP__PLACE__PLACE_CITY;
  world_put(desk->world, &host->base);
  const Dsp__MatchRun *match = ran(desk, plan);
  print("the host is in a city now", match->unmet[0]);
  assert_string_equal(match->unmet[0]->reasons[0]->code, "E0");
  assert_string_equal(match->unmet[0]->reasons[match->unmet[0]->n_reasons - 1]->code, "E2");
}

static void a_team_finds_no_room(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1|2115080202 PRIMARY 14 2 1");
  nominated_in(desk, "R11", "couple");
  nominated_in(desk, "R12", "couple");
  second_subject(desk, "R13");
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  Dsp__MatchPin *pins[] = {new_pin(desk, desk_nominated(desk, "R13", ""), 1)};
  cmd.plan = (char *)plan;
  cmd.pins = pins;
  cmd.n_pins = 1; // one place of line 1 is gone, and the couple needs two
  const Dsp__MatchRun *match = ran_as(desk, &cmd);
  assert_int_equal(match->filled, 1);
  print("a couple needs two places", match->unmet[0]);
  reads(match->unmet[0], "E1", "人选中有须同去一处的小组：couple",
        "among the people are teams that go to one host together: couple");
}

// ---- asking further

static struct outcome explain(struct desk *desk, Dsp__ExplainMatch *query, const Dsp__MatchExplanation **ret)
{
  struct outcome outcome = {.out = world_decision(desk->world)};
  struct dsp_call call =
      DSP_CALL(desk->world->dir, desk->view, desk_context(desk, "baotou", "2016-08-21", 0), outcome.out);
  Dsp__MatchExplanation *answer = NULL;
  outcome.r = dsp_match_run_explain(&call, query, &answer);
  if (ret) *ret = answer;
  return outcome;
}

static void who_else_and_where_else(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1|2115080202 PRIMARY 13 1 2");
  second_subject(desk, "R13");
  const char *r11 = desk_nominated(desk, "R11", "2115080201|2115080202");
  desk_nominated(desk, "R12", "2115080202|2115080201");
  desk_nominated(desk, "R13", "2115080201|2115080202");
  const Dsp__MatchExplanation *answer;
  Dsp__ExplainMatch query = DSP__EXPLAIN_MATCH__INIT;
  const Dsp__MatchRun *match = ran(desk, plan);
  query.run = match->id;
  query.plan_line = 1;
  assert_int_equal(line_of(desk, match, "R11"), 1);
  struct outcome outcome = explain(desk, &query, &answer);
  assert_accepted(outcome.out, outcome.r);
  assert_int_equal(answer->n_alternatives, 2);
  assert_string_equal(answer->alternatives[0]->person, ID("R12")); // they change places: two wishes less
  assert_int_equal(answer->alternatives[0]->own_line, 2);
  assert_string_equal(answer->alternatives[0]->reason->en, "wish rank +2");
  assert_string_equal(answer->alternatives[1]->person, ID("R13"));
  assert_string_equal(answer->alternatives[1]->reason->zh, "学段学科差距 +1");
  query.plan_line = 0;
  query.candidate = (char *)r11;
  outcome = explain(desk, &query, &answer);
  assert_accepted(outcome.out, outcome.r);
  assert_int_equal(answer->n_alternatives, 1);
  assert_int_equal(answer->alternatives[0]->plan_line, 2);
  assert_string_equal(answer->reasons[0]->en, "R11 is placed on line 1 (临河区狼山镇中心小学)");
  query.candidate = (char *)ID("R13");
  outcome = explain(desk, &query, &answer);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(answer->reasons[0]->zh, "R13 没有安排");
  assert_string_equal(answer->reasons[1]->zh, "符合条件的有第 1, 2 行");
  query.candidate = (char *)r11;
  query.plan_line = 1;
  refused(explain(desk, &query, NULL), "FIELD", "field", "plan_line"); // both
  query.candidate = "";
  query.plan_line = 9;
  refused(explain(desk, &query, NULL), "FIELD", "field", "plan_line");
  query.plan_line = 1;
  query.top = 51;
  refused(explain(desk, &query, NULL), "FIELD", "field", "top");
  query.top = 0;
  desk_nominated(desk, "R14", "");
  refused(explain(desk, &query, NULL), "DA-02", "rev", "*"); // the pool has moved
}

// R12 wishes for line 1 and fits it as well as R11, whom a pin put there although he fits less.
static void claims_are_told(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1|2115080202 PRIMARY 13 1 1");
  Prg__MatchRules *rules = with_rules(desk);
  rules->order = (Prg__MatchTerm[]){TERM(UNFILLED), TERM(CHANGES), TERM(GAP), TERM(WISHES)};
  rules->n_order = 4;
  put_rules(desk, rules);
  desk_nominated(desk, "R11", "2115080201");
  second_subject(desk, "R11");
  const char *r12 = NULL;
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  cmd.plan = (char *)plan;
  const Dsp__MatchRun *first = ran_as(desk, &cmd);
  assert_int_equal(line_of(desk, first, "R11"), 1);
  r12 = desk_nominated(desk, "R12", "2115080201|2115080202");
  cmd.keep = first->id; // R11 stays, R12 goes to line 2
  const Dsp__MatchRun *match = ran_as(desk, &cmd);
  assert_int_equal(line_of(desk, match, "R12"), 2);
  assert_int_equal(match->envies_total, 1);
  assert_string_equal(match->envies[0]->candidate, r12);
  assert_int_equal(match->envies[0]->plan_line, 1);
  assert_int_equal(match->envies[0]->own_line, 2);
  assert_true(strstr(match->envies[0]->reason->en, "people placed otherwise than before +1") != NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(the_order_is_the_programmes),
      TEST(a_cap_of_each_home),
      TEST(each_county_first),
      TEST(a_share_of_key_teachers),
      TEST(even_shares_of_the_homes),
      TEST(figures_that_cross_are_named),
      TEST(a_team_goes_together_or_not_at_all),
      TEST(what_is_pinned_comes_out_so),
      TEST(a_run_can_be_kept_to),
      TEST(nobody_teaches_it),
      TEST(others_come_first),
      TEST(the_cap_of_the_home_is_used_up),
      TEST(the_host_does_not_qualify),
      TEST(a_team_finds_no_room),
      TEST(who_else_and_where_else),
      TEST(claims_are_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
