// Nominations: findings with a sentence for every condition, who may put whom forward, one candidacy at a
// time.
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/posting.h"
#include "tests/rules/dispatch/desk.h"
#include <string.h>

static struct outcome nominate(struct desk *desk, const char *who, const Dsp__Nominate *cmd)
{
  return DO(desk, who, "2016-08-20", dsp_candidate_nominate, cmd);
}

static const Dsp__Finding *finding_of(const Dsp__Candidate *candidate, const char *code, size_t skip)
{
  for (size_t i = 0; i < candidate->n_findings; i++)
    if (strcmp(candidate->findings[i]->code, code) == 0 && skip-- == 0) return candidate->findings[i];
  fail_msg("no finding %s", code);
  return NULL;
}

static void an_eligible_candidate(void **state)
{
  struct desk *desk = *state;
  const Dsp__Candidate *candidate =
      desk_get_candidate(desk, desk_nominated(desk, "R11", "2115080202|2115080201"));
  assert_true(candidate->eligible);
  assert_int_equal(candidate->status, DSP__CANDIDATE_STATUS__CANDIDATE_OPEN);
  assert_string_equal(candidate->home, world_id(desk->world, "2115020301"));
  assert_string_equal(candidate->nominated_by, world_id(desk->world, "BT-EDU"));
  assert_string_equal(candidate->division, "150203");
  assert_int_equal(candidate->n_wishes, 2);
  assert_string_equal(candidate->last_host, "");
  assert_int_equal(candidate->n_findings, 2); // category, side
  for (size_t i = 0; i < candidate->n_findings; i++) {
    assert_true(candidate->findings[i]->ok);
    assert_true(candidate->findings[i]->zh[0] && candidate->findings[i]->en[0]);
  }
}

// Not refused: the matcher's explanations need to know whom a condition keeps out.
static void an_ineligible_one_is_kept_with_the_reason(void **state)
{
  struct desk *desk = *state;
  struct outcome outcome = nominate(desk, "baotou", desk_nominee(desk, "T01", ""));
  assert_accepted(outcome.out, outcome.r);
  const Dsp__CandidateReply *reply = (const Dsp__CandidateReply *)outcome.out->reply;
  assert_false(reply->eligible);
  const Dsp__Candidate *candidate = desk_get_candidate(desk, reply->id);
  assert_false(finding_of(candidate, "AS-01", 0)->ok);
  assert_true(finding_of(candidate, "AS-03", 0)->ok);
}

static void the_wrong_side_is_a_finding(void **state)
{
  struct desk *desk = *state;
  world_add_person(desk->world, "R21", "RETIRED_TEACHER", NULL, "2115080201");
  Dsp__Nominate *cmd = desk_nominee(desk, "R21", "");
  cmd->nominated_by = desk_id(desk, "BY-EDU");
  struct outcome outcome = nominate(desk, "bayannur", cmd);
  assert_accepted(outcome.out, outcome.r);
  const Dsp__Candidate *candidate =
      desk_get_candidate(desk, ((const Dsp__CandidateReply *)outcome.out->reply)->id);
  assert_false(candidate->eligible);
  assert_false(finding_of(candidate, "AS-03", 0)->ok);
}

static void somebody_who_left_is_not_eligible(void **state)
{
  struct desk *desk = *state;
  Reg__Person *person = world_person(desk->world, "R11");
  person->status = REG__PERSON_STATUS__PERSON_LEFT;
  world_put(desk->world, &person->base);
  const Dsp__Candidate *candidate = desk_get_candidate(desk, desk_nominated(desk, "R11", ""));
  assert_false(candidate->eligible);
  assert_string_equal(finding_of(candidate, "AS-01", 0)->en, "has left");
  person->status = REG__PERSON_STATUS__PERSON_ERASED;
  world_put(desk->world, &person->base);
  refused(nominate(desk, "baotou", desk_nominee(desk, "R11", "")), "NOT-FOUND", "what_en", "person");
}

static void who_may_nominate(void **state)
{
  struct desk *desk = *state;
  Dsp__Nominate *cmd = desk_nominee(desk, "R11", "");
  refused(nominate(desk, "bayannur", cmd), "AS-09", "who", "包头市教育局");
  refused(nominate(desk, "stranger", cmd), "AS-09", "actor", "stranger");
  cmd->nominated_by = desk_id(desk, "BY-EDU"); // acts for it, but does not manage the home
  refused(nominate(desk, "bayannur", cmd), "AS-03", "home", "昆都仑区第一小学", "why_en", "*");
  cmd->nominated_by = desk_id(desk, "KD-EDU"); // between the home and the party
  ok(nominate(desk, "baotou", cmd));
}

static void the_home_stands_in_when_nobody_is_named(void **state)
{
  struct desk *desk = *state;
  Dsp__Nominate *cmd = desk_nominee(desk, "R11", "");
  cmd->nominated_by = "";
  struct outcome outcome = nominate(desk, "baotou", cmd);
  assert_accepted(outcome.out, outcome.r);
  const Dsp__Candidate *candidate =
      desk_get_candidate(desk, ((const Dsp__CandidateReply *)outcome.out->reply)->id);
  assert_string_equal(candidate->nominated_by, candidate->home);
}

static void a_person_without_a_home_cannot_be_sent(void **state)
{
  struct desk *desk = *state;
  Reg__Person *person = world_person(desk->world, "R11");
  person->home = "";
  world_put(desk->world, &person->base);
  refused(nominate(desk, "baotou", desk_nominee(desk, "R11", "")), "AS-03", "home", "-");
}

static void the_period_is_that_of_the_quota(void **state)
{
  static const struct {
    const char *measure, *period;
    bool fine;
  } cases[] = {
      {"retired_teaching", "2016", false},     {"retired_teaching", "2016-2018", false},
      {"retired_teaching", "", false},         {"principal_post", "2016-2017", false},
      {"principal_post", "16", false},         {"principal_post", "2016", true},
      {"retired_teaching", "2017-2018", true},
  };
  struct desk *desk = *state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Dsp__Nominate *cmd = desk_nominee(desk, "R11", "");
    cmd->measure = (char *)cases[i].measure;
    cmd->period = (char *)cases[i].period;
    struct outcome outcome = nominate(desk, "baotou", cmd);
    if (cases[i].fine)
      assert_accepted(outcome.out, outcome.r);
    else
      assert_refused(outcome.out, outcome.r, "FIELD", "field", "period", NULL);
  }
}

static void one_open_candidacy_a_period(void **state)
{
  struct desk *desk = *state;
  const char *first = desk_nominated(desk, "R11", "");
  refused(nominate(desk, "baotou", desk_nominee(desk, "R11", "")), "AS-14", "person", "R11", "candidate",
          first);
  Dsp__Nominate *other = desk_nominee(desk, "R11", "");
  other->period = "2017-2018";
  ok(nominate(desk, "baotou", other));
  Dsp__WithdrawCandidate withdraw = DSP__WITHDRAW_CANDIDATE__INIT;
  withdraw.id = (char *)first;
  ok(DO(desk, "baotou", "2016-08-20", dsp_candidate_withdraw, &withdraw));
  ok(nominate(desk, "baotou", desk_nominee(desk, "R11", "")));
}

static void one_application_per_year_where_the_measure_says_so(void **state)
{
  struct desk *desk = *state;
  struct arena *arena = desk->world->arena;
  Prg__Programme *programme = programme_a(arena);
  Prg__Measure *measure = programme_add_measure(arena, programme, "second", PRG__FORM__FORM_ASSIGNMENT);
  measure->from = programme_words(arena, "PARTY_A", &measure->n_from);
  measure->to = programme_words(arena, "RECIPIENT", &measure->n_to);
  measure->who = programme_predicates(arena, "ONE_APPLICATION_PER_YEAR", &measure->n_who);
  world_put(desk->world, &programme->base);
  const char *first = desk_nominated(desk, "R11", "");
  Dsp__Nominate *cmd = desk_nominee(desk, "R11", "");
  cmd->measure = "second";
  struct outcome outcome = nominate(desk, "baotou", cmd);
  assert_accepted(outcome.out, outcome.r);
  const char *second = ((const Dsp__CandidateReply *)outcome.out->reply)->id;
  assert_false(desk_get_candidate(desk, second)->eligible);
  assert_string_equal(finding_of(desk_get_candidate(desk, second), "AS-01", 0)->en,
                      "has another application this year");
  Dsp__WithdrawCandidate withdraw = DSP__WITHDRAW_CANDIDATE__INIT;
  withdraw.id = (char *)first;
  ok(DO(desk, "baotou", "2016-08-20", dsp_candidate_withdraw, &withdraw));
  withdraw.id = (char *)second;
  ok(DO(desk, "baotou", "2016-08-20", dsp_candidate_withdraw, &withdraw));
  outcome = nominate(desk, "baotou", cmd);
  assert_accepted(outcome.out, outcome.r);
  assert_true(((const Dsp__CandidateReply *)outcome.out->reply)->eligible);
}

static void wishes_are_checked(void **state)
{
  struct desk *desk = *state;
  Dsp__Nominate *cmd = desk_nominee(desk, "R11", "2115080201|2115080201");
  refused(nominate(desk, "baotou", cmd), "FIELD", "field", "wishes[1]");
  cmd->wishes[1] = "nobody";
  refused(nominate(desk, "baotou", cmd), "NOT-FOUND", "ref", "nobody");
  cmd->n_wishes = DSP_CANDIDATE_WISHES_MAX + 1;
  refused(nominate(desk, "baotou", cmd), "FIELD", "field", "wishes");
}

static void withdrawing(void **state)
{
  struct desk *desk = *state;
  Dsp__WithdrawCandidate cmd = DSP__WITHDRAW_CANDIDATE__INIT;
  cmd.id = (char *)desk_nominated(desk, "R11", "");
  cmd.reason = "身体原因";
  refused(DO(desk, "bayannur", "2016-08-20", dsp_candidate_withdraw, &cmd), "AS-09", "who",
          "包头市教育局 / 昆都仑区第一小学");
  refused(DO_REV(desk, "baotou", "2016-08-20", 9, dsp_candidate_withdraw, &cmd), "DA-02", "rev", "1");
  struct outcome outcome = DO_REV(desk, "baotou", "2016-08-20", 1, dsp_candidate_withdraw, &cmd);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(
      ((const Dsp__CandidateWithdrawn *)world_event(outcome.out, "CandidateWithdrawn")->data)->reason,
      "身体原因");
  assert_int_equal(desk_get_candidate(desk, cmd.id)->status, DSP__CANDIDATE_STATUS__CANDIDATE_WITHDRAWN);
  refused(DO(desk, "baotou", "2016-08-20", dsp_candidate_withdraw, &cmd), "STATE", "state", "WITHDRAWN",
          "allowed", "-");
  cmd.id = "x";
  refused(DO(desk, "baotou", "2016-08-20", dsp_candidate_withdraw, &cmd), "NOT-FOUND", "what_en",
          "candidate");
}

// The order posts the candidate; where the person was is remembered a year on.
static void an_order_posts_and_next_year_remembers(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1");
  const char *candidate = desk_nominated(desk, "R11", "");
  struct desk_posting posting = {.person = "R11", .host = "2115080201", .plan = plan};
  const char *id = desk_posting_in(desk, &posting, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_APPROVED);
  assert_int_equal(desk_get_candidate(desk, candidate)->status, DSP__CANDIDATE_STATUS__CANDIDATE_OPEN);
  Dsp__IssueOrder order = DSP__ISSUE_ORDER__INIT;
  order.id = (char *)id;
  order.order_no = "1";
  struct outcome outcome = DO(desk, "baotou", "2016-08-23", dsp_posting_order, &order);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentOrdered,CandidatePosted");
  assert_int_equal(desk_get_candidate(desk, candidate)->status, DSP__CANDIDATE_STATUS__CANDIDATE_POSTED);
  Dsp__Nominate *next = desk_nominee(desk, "R11", "");
  next->period = "2017-2018";
  outcome = DO(desk, "baotou", "2017-06-01", dsp_candidate_nominate, next);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(
      desk_get_candidate(desk, ((const Dsp__CandidateReply *)outcome.out->reply)->id)->last_host,
      world_id(desk->world, "2115080201"));
  next->period = "2018-2019"; // two years on it is past
  outcome = DO(desk, "baotou", "2018-06-01", dsp_candidate_nominate, next);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(
      desk_get_candidate(desk, ((const Dsp__CandidateReply *)outcome.out->reply)->id)->last_host, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(an_eligible_candidate),
      TEST(an_ineligible_one_is_kept_with_the_reason),
      TEST(the_wrong_side_is_a_finding),
      TEST(somebody_who_left_is_not_eligible),
      TEST(who_may_nominate),
      TEST(the_home_stands_in_when_nobody_is_named),
      TEST(a_person_without_a_home_cannot_be_sent),
      TEST(the_period_is_that_of_the_quota),
      TEST(one_open_candidacy_a_period),
      TEST(one_application_per_year_where_the_measure_says_so),
      TEST(wishes_are_checked),
      TEST(withdrawing),
      TEST(an_order_posts_and_next_year_remembers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
