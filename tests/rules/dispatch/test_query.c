// The bindings and the queries: everything of the catalogue is bound; who sees what; filters, pages, figures
// of quotas.
#include "services/dispatch/api.h"
#include "services/dispatch/query.h"
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/match_run.h"
#include "tests/rules/dispatch/desk.h"
#include <stdio.h>
#include <string.h>

#define STATE(word) DSP__ASSIGNMENT_STATUS__ASSIGNMENT_##word

static struct outcome ask(struct desk *desk, const char *who, const char *method,
                          const ProtobufCMessage *query)
{
  struct outcome outcome = {.out = world_decision(desk->world)};
  struct svc_call call = {.state = desk->state,
                          .txn = desk->txn,
                          .arena = desk->world->arena,
                          .dir = desk->world->dir,
                          .ctx = world_context(desk->world, who, "2016-10-01")};
  for (const struct svc_query *row = dsp_query_table; row->name; row++)
    if (strcmp(row->name, method) == 0) {
      outcome.r = row->answer(&call, query, outcome.out);
      return outcome;
    }
  fail_msg("no query %s", method);
  return outcome;
}

static const void *answer(struct desk *desk, const char *who, const char *method,
                          const ProtobufCMessage *query)
{
  struct outcome outcome = ask(desk, who, method, query);
  assert_accepted(outcome.out, outcome.r);
  assert_non_null(outcome.out->reply);
  return outcome.out->reply;
}

// ---- asking about a run

static void a_run_is_explained_to_those_who_see_it(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 1 1|2115080202 PRIMARY 13 1 2");
  const char *r11 = desk_nominated(desk, "R11", "");
  Dsp__RunMatch cmd = DSP__RUN_MATCH__INIT;
  cmd.plan = (char *)plan;
  struct outcome outcome = DO(desk, "baotou", "2016-08-21", dsp_match_run, &cmd);
  assert_accepted(outcome.out, outcome.r);
  Dsp__ExplainMatch query = DSP__EXPLAIN_MATCH__INIT;
  query.run = ((const Dsp__MatchReply *)outcome.out->reply)->run->id;
  query.plan_line = 2;
  const Dsp__MatchExplanation *told = answer(desk, "bayannur", "ExplainMatch", &query.base);
  assert_int_equal(told->n_alternatives, 1);
  assert_string_equal(told->alternatives[0]->candidate, r11);
  assert_true(told->n_reasons >= 3); // E1, E0, E2 of the empty line
  refused(ask(desk, "stranger", "ExplainMatch", &query.base), "SE-01");
  query.run = "nothing";
  refused(ask(desk, "bayannur", "ExplainMatch", &query.base), "NOT-FOUND", "what_en", "match run");
}

// ---- the catalogue

static void every_method_is_bound(void **state)
{
  size_t n = 0;
  (void)state;
  for (const struct svc_command *row = dsp_api_commands; row->name; row++, n++) {
    assert_non_null(protobuf_c_service_descriptor_get_method_by_name(&dsp__commands__descriptor, row->name));
    assert_true(row->decide && row->roles);
  }
  assert_int_equal(n, dsp__commands__descriptor.n_methods);
  n = 0;
  for (const struct svc_query *row = dsp_query_table; row->name; row++, n++) {
    assert_non_null(protobuf_c_service_descriptor_get_method_by_name(&dsp__queries__descriptor, row->name));
    assert_true(row->answer && row->roles && !(row->roles & ROLE_BIT(OPERATOR))); // operators see no records
  }
  assert_int_equal(n, dsp__queries__descriptor.n_methods);
  n = 0;
  for (const struct svc_event *row = dsp_api_events; row->name; row++, n++)
    assert_non_null(protobuf_c_service_descriptor_get_method_by_name(&dsp__events__descriptor, row->name));
  assert_int_equal(n, dsp__events__descriptor.n_methods);
}

static void a_command_goes_through_its_binding(void **state)
{
  struct desk *desk = *state;
  struct decision *out = world_decision(desk->world);
  struct svc_call call = {.state = desk->state,
                          .txn = desk->txn,
                          .arena = desk->world->arena,
                          .dir = desk->world->dir,
                          .ctx = world_context(desk->world, "bayannur", "2016-08-18")};
  const Dsp__DraftPlan *cmd = desk_draft(desk, "2115080201 PRIMARY 13 2 1");
  for (const struct svc_command *row = dsp_api_commands; row->name; row++)
    if (strcmp(row->name, "DraftPlan") == 0) assert_accepted(out, row->decide(&call, &cmd->base, out));
  assert_string_equal(world_events(desk->world, out), "PlanDrafted");
  for (const struct svc_event *row = dsp_api_events; row->name; row++)
    if (strcmp(row->name, "PlanDrafted") == 0)
      assert_ok(row->apply(desk->state, desk->txn, out->first->data));
  desk_get_plan(desk, ((const Dsp__PlanReply *)out->reply)->id);
}

// ---- one record

static void records_by_id(void **state)
{
  struct desk *desk = *state;
  Dsp__GetById cmd = DSP__GET_BY_ID__INIT;
  cmd.id = (char *)desk_approved(desk, "2115080201 PRIMARY 13 2 1");
  Dsp__RunMatch run = DSP__RUN_MATCH__INIT;
  run.plan = cmd.id;
  assert_string_equal(((const Dsp__NeedsPlan *)answer(desk, "region", "GetPlan", &cmd.base))->id, cmd.id);
  cmd.id = (char *)desk_nominated(desk, "R11", "");
  assert_string_equal(((const Dsp__Candidate *)answer(desk, "baotou", "GetCandidate", &cmd.base))->id,
                      cmd.id);
  struct outcome outcome = DO(desk, "baotou", "2016-08-20", dsp_match_run, &run);
  assert_accepted(outcome.out, outcome.r);
  cmd.id = ((const Dsp__MatchReply *)outcome.out->reply)->run->id;
  assert_string_equal(((const Dsp__MatchRun *)answer(desk, "bayannur", "GetMatchRun", &cmd.base))->id,
                      cmd.id);
  cmd.id = (char *)desk_proposed(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  assert_string_equal(((const Dsp__Assignment *)answer(desk, "linhe", "GetAssignment", &cmd.base))->id,
                      cmd.id);
}

static void what_is_not_there(void **state)
{
  static const char *const methods[][2] = {{"GetPlan", "plan"},
                                           {"GetCandidate", "candidate"},
                                           {"GetMatchRun", "match run"},
                                           {"GetAssignment", "assignment"}};
  struct desk *desk = *state;
  char long_id[600];
  memset(long_id, 'x', sizeof long_id);
  long_id[sizeof long_id - 1] = '\0';
  for (size_t i = 0; i < 4; i++) {
    Dsp__GetById cmd = DSP__GET_BY_ID__INIT;
    refused(ask(desk, "region", methods[i][0], &cmd.base), "NOT-FOUND", "what_en", methods[i][1]);
    cmd.id = "01570000-0000-7000-8000-999999999999";
    refused(ask(desk, "region", methods[i][0], &cmd.base), "NOT-FOUND", "ref", cmd.id);
    cmd.id = long_id; // longer than a key
    refused(ask(desk, "region", methods[i][0], &cmd.base), "NOT-FOUND", "what_en", methods[i][1]);
  }
}

static void who_sees_a_posting(void **state)
{
  static const struct {
    const char *who;
    bool sees;
  } cases[] = {
      {"baotou", true},                     // the host's prefecture
      {"bayannur", true},                   // the home's
      {"linhe", true},                      // acts for the home
      {"region", true},   {"reader", true}, // 1508
      {"self", true},     {"school", false}, {"stranger", false},
  };
  struct desk *desk = *state;
  Dsp__GetById cmd = DSP__GET_BY_ID__INIT;
  Dsp__ListAssignments all = DSP__LIST_ASSIGNMENTS__INIT;
  cmd.id = (char *)desk_proposed(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct outcome outcome = ask(desk, cases[i].who, "GetAssignment", &cmd.base);
    if (cases[i].sees)
      assert_accepted(outcome.out, outcome.r);
    else
      assert_refused(outcome.out, outcome.r, "SE-01", "division", "150203", NULL);
    const Dsp__Assignments *list = answer(desk, cases[i].who, "ListAssignments", &all.base);
    assert_int_equal(list->n_assignments, cases[i].sees);
  }
}

static void a_person_sees_its_own(void **state)
{
  struct desk *desk = *state;
  Dsp__ListAssignments all = DSP__LIST_ASSIGNMENTS__INIT;
  struct outcome outcome = {.out = world_decision(desk->world)};
  struct rule_context *ctx = world_context(desk->world, "school", "2016-10-01");
  const char *own = "person:P01";
  ctx->actor.acts_for = &own;
  struct svc_call call = {.state = desk->state,
                          .txn = desk->txn,
                          .arena = desk->world->arena,
                          .dir = desk->world->dir,
                          .ctx = ctx};
  desk_proposed(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  desk_proposed(desk, &(struct desk_posting){.person = "P02", .host = "2115020301"});
  for (const struct svc_query *row = dsp_query_table; row->name; row++)
    if (strcmp(row->name, "ListAssignments") == 0)
      assert_int_equal(row->answer(&call, &all.base, outcome.out), 0);
  const Dsp__Assignments *list = (const Dsp__Assignments *)outcome.out->reply;
  assert_int_equal(list->n_assignments, 1);
  assert_string_equal(list->assignments[0]->person, world_id(desk->world, "P01"));
}

// ---- lists

static size_t count(struct desk *desk, Dsp__ListAssignments query)
{
  const Dsp__Assignments *list = answer(desk, "region", "ListAssignments", &query.base);
  assert_string_equal(list->next, "");
  return list->n_assignments;
}

#define COUNT(...)                                                                                           \
  ({                                                                                                         \
    Dsp__ListAssignments query = DSP__LIST_ASSIGNMENTS__INIT;                                                \
    __VA_ARGS__;                                                                                             \
    count(desk, query);                                                                                      \
  })

static void filters_of_postings(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1");
  desk_posting_in(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"}, STATE(ARRIVED));
  desk_posting_in(desk, &(struct desk_posting){.person = "P02", .host = "3115020201"}, STATE(APPROVED));
  desk_posting_in(desk, &(struct desk_posting){.person = "P01", .host = "3115020201", .from = "2016-12-01"},
                  STATE(COMPLETED));
  desk_proposed(desk, &(struct desk_posting){.person = "R11", .host = "2115080201", .plan = plan});
  assert_int_equal(COUNT((void)0), 4);
  assert_int_equal(COUNT(query.person = desk_id(desk, "P01")), 2);
  assert_int_equal(COUNT(query.person = "P01"), 2); // by staff number
  assert_int_equal(COUNT(query.person = "P09"), 0);
  assert_int_equal(COUNT(query.person = "nobody"), 0);
  assert_int_equal(COUNT(query.host = "3115020201"), 2); // by code
  assert_int_equal(COUNT(query.host = desk_id(desk, "3115020201")), 2);
  assert_int_equal(COUNT(query.home = "2115080203"), 3);
  assert_int_equal(COUNT(query.home = "2115080203"; query.host = "2115020301"), 1);
  assert_int_equal(COUNT(query.plan = (char *)plan), 1);
  assert_int_equal(COUNT(query.agreement = desk->agreement->id), 4);
  assert_int_equal(COUNT(query.agreement = desk->agreement->id; query.measure = "principal_post"), 3);
  assert_int_equal(COUNT(query.measure = "retired_teaching"), 1); // without an index
  assert_int_equal(COUNT(query.agreement = "other"), 0);
  assert_int_equal(COUNT(query.status = STATE(ARRIVED)), 1);
  assert_int_equal(COUNT(query.person = "P01"; query.status = STATE(COMPLETED)), 1);
  assert_int_equal(COUNT(query.on_date = "2016-10-10"), 3); // both principals and the teacher
  assert_int_equal(COUNT(query.on_date = "2016-11-10"), 1); // their last day is over
  assert_int_equal(COUNT(query.on_date = "2016-08-31"), 0);
  Dsp__ListAssignments wrong = DSP__LIST_ASSIGNMENTS__INIT;
  wrong.on_date = "2016-10";
  refused(ask(desk, "region", "ListAssignments", &wrong.base), "FIELD", "field", "on_date");
}

static void pages_are_complete_and_disjoint(void **state)
{
  struct desk *desk = *state;
  const char *one = desk_proposed(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  for (int i = 0; i < 449; i++) {
    Dsp__AssignmentProposed event = DSP__ASSIGNMENT_PROPOSED__INIT;
    event.assignment = (Dsp__Assignment *)arena_clone(desk->world->arena, &desk_get(desk, one)->base);
    event.assignment->id = (char *)world_new_id(desk->world);
    if (i % 3 == 0) event.assignment->host = desk_id(desk, "3115020201");
    assert_ok(dsp_state_apply(desk->state, desk->txn, &event.base));
  }
  static const struct {
    const char *host;
    uint32_t limit;
    size_t total, pages;
  } cases[] = {{"", 0, 450, 5},    {"", 7, 450, 65},           {"", 450, 450, 1},
               {"", 9999, 450, 1}, {"3115020201", 50, 150, 3}, {"2115020301", 250, 300, 2}};
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Dsp__ListAssignments query = DSP__LIST_ASSIGNMENTS__INIT;
    Dsp__PageRequest page = DSP__PAGE_REQUEST__INIT;
    query.host = (char *)cases[i].host;
    query.page = &page;
    page.limit = cases[i].limit;
    size_t total = 0, pages = 0;
    const char *last = "";
    do {
      const Dsp__Assignments *list = answer(desk, "region", "ListAssignments", &query.base);
      for (size_t k = 0; k < list->n_assignments; k++) {
        assert_true(strcmp(list->assignments[k]->id, last) > 0); // ids rise, so nothing comes twice
        last = list->assignments[k]->id;
      }
      total += list->n_assignments;
      pages++;
      page.after = list->next;
    } while (page.after[0]);
    assert_int_equal(total, cases[i].total);
    assert_int_equal(pages, cases[i].pages);
  }
}

static void lists_of_plans_candidates_and_runs(void **state)
{
  struct desk *desk = *state;
  Dsp__ListPlans plans = DSP__LIST_PLANS__INIT;
  Dsp__ListCandidates candidates = DSP__LIST_CANDIDATES__INIT;
  Dsp__ListMatchRuns runs = DSP__LIST_MATCH_RUNS__INIT;
  Dsp__RunMatch run = DSP__RUN_MATCH__INIT;
  run.plan = (char *)desk_approved(desk, "2115080201 PRIMARY 13 2 1");
  desk_nominated(desk, "R11", "");
  desk_nominated(desk, "R12", "");
  ok(DO(desk, "baotou", "2016-08-20", dsp_match_run, &run));
  ok(DO(desk, "baotou", "2016-08-20", dsp_match_run, &run));
#define PLANS(who) ((const Dsp__Plans *)answer(desk, who, "ListPlans", &plans.base))->n_plans
#define CANDIDATES                                                                                           \
  ((const Dsp__Candidates *)answer(desk, "region", "ListCandidates", &candidates.base))->n_candidates
#define RUNS(who) ((const Dsp__MatchRuns *)answer(desk, who, "ListMatchRuns", &runs.base))->n_runs
  assert_int_equal(PLANS("region"), 1);
  assert_int_equal(PLANS("stranger"), 0);
  plans.agreement = desk->agreement->id;
  plans.status = DSP__PLAN_STATUS__PLAN_APPROVED;
  assert_int_equal(PLANS("bayannur"), 1);
  plans.status = DSP__PLAN_STATUS__PLAN_DRAFT;
  assert_int_equal(PLANS("bayannur"), 0);
  plans.status = DSP__PLAN_STATUS__PLAN_UNSPECIFIED;
  plans.school_year = "2017-2018";
  assert_int_equal(PLANS("bayannur"), 0);

  assert_int_equal(CANDIDATES, 2);
  candidates.agreement = desk->agreement->id;
  assert_int_equal(CANDIDATES, 2);
  candidates.measure = "retired_teaching";
  assert_int_equal(CANDIDATES, 2);
  candidates.period = "2016-2017";
  assert_int_equal(CANDIDATES, 2);
  candidates.status = DSP__CANDIDATE_STATUS__CANDIDATE_WITHDRAWN;
  assert_int_equal(CANDIDATES, 0);
  candidates.status = DSP__CANDIDATE_STATUS__CANDIDATE_OPEN;
  candidates.period = "2017-2018";
  assert_int_equal(CANDIDATES, 0);
  candidates.measure = "";
  candidates.period = "2016-2017"; // the measure left out: filtered, not by the index
  assert_int_equal(CANDIDATES, 2);

  assert_int_equal(RUNS("bayannur"), 2);
  assert_int_equal(RUNS("stranger"), 0);
  runs.plan = run.plan;
  assert_int_equal(RUNS("bayannur"), 2);
  runs.plan = "other";
  assert_int_equal(RUNS("bayannur"), 0);
}

// ---- quotas

static void figures_of_quotas(void **state)
{
  struct desk *desk = *state;
  Dsp__QuotaQuery query = DSP__QUOTA_QUERY__INIT;
  query.agreement = desk->agreement->id;
  query.measure = "principal_post";
  for (int i = 1; i <= 3; i++) {
    char person[16];
    snprintf(person, sizeof person, "P%02d", i);
    desk_posting_in(desk, &(struct desk_posting){.person = person, .host = "2115020301"}, STATE(APPROVED));
  }
  const Dsp__QuotaState *quota = answer(desk, "baotou", "Quota", &query.base); // of the current year
  assert_int_equal(quota->used, 3);
  assert_int_equal(quota->min, 5);
  assert_int_equal(quota->max, 10);
  assert_true(quota->limited);
  query.period = "2017";
  assert_int_equal(((const Dsp__QuotaState *)answer(desk, "baotou", "Quota", &query.base))->used, 0);

  query.measure = "retired_teaching";
  query.period = "2016-2017";
  quota = answer(desk, "bayannur", "Quota", &query.base); // no plan yet
  assert_false(quota->limited);
  assert_string_equal(quota->key, "");
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1");
  desk_posting_in(desk, &(struct desk_posting){.person = "R11", .host = "2115080201", .plan = plan},
                  STATE(APPROVED));
  quota = answer(desk, "bayannur", "Quota", &query.base);
  assert_int_equal(quota->used, 1);
  assert_int_equal(quota->max, 2);

  query.measure = "kg_shadow"; // has none
  assert_false(((const Dsp__QuotaState *)answer(desk, "region", "Quota", &query.base))->limited);
  refused(ask(desk, "stranger", "Quota", &query.base), "SE-01", "object", desk->agreement->id);
  query.measure = "nothing";
  refused(ask(desk, "region", "Quota", &query.base), "NOT-FOUND", "what_en", "measure");
  query.agreement = "";
  refused(ask(desk, "region", "Quota", &query.base), "FIELD", "field", "programme");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_run_is_explained_to_those_who_see_it, desk_setup, desk_teardown),
      cmocka_unit_test(every_method_is_bound),
      TEST(a_command_goes_through_its_binding),
      TEST(records_by_id),
      TEST(what_is_not_there),
      TEST(who_sees_a_posting),
      TEST(a_person_sees_its_own),
      TEST(filters_of_postings),
      TEST(pages_are_complete_and_disjoint),
      TEST(lists_of_plans_candidates_and_runs),
      TEST(figures_of_quotas),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
