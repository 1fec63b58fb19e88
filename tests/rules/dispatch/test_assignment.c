// Assignments from proposal to approval: every check (AS-01 .. AS-05, AS-08 .. AS-12) accepted and refused,
// who may propose, accept, decline, approve and cancel.
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/plan.h"
#include "tests/rules/dispatch/desk.h"
#include <stdio.h>
#include <string.h>

#define LINES "2115080201 PRIMARY 13 2 1|3115082301 JUNIOR 13 1 2|2115080202 - - 1 3"

static struct outcome propose(struct desk *desk, const char *who, const Dsp__ProposeAssignment *cmd)
{
  return DO(desk, who, "2016-08-20", dsp_assignment_propose, cmd);
}

// ---- proposals that are refused, as a table

static void proposals(void **state)
{
  static const struct {
    struct desk_posting posting; // plan "P" = the approved plan
    const char *code, *name, *value;
  } cases[] = {
      {{.person = "R11", .host = "2115080201", .plan = "P"}, NULL, NULL, NULL},
      {{.person = "R01", .host = "3115082301", .plan = "P", .line = 2}, NULL, NULL, NULL},
      {{.person = "R01", .host = "2115080202", .plan = "P", .line = 3},
       NULL,
       NULL,
       NULL}, // asks for no stage
      {{.person = "P01", .host = "2115020301"}, NULL, NULL, NULL},
      {{.person = "P01", .host = "2115020301", .from = "2016-10-10", .to = "2016-11-10"}, NULL, NULL, NULL},
      // AS-01
      {{.person = "T01", .host = "2115080202", .plan = "P", .line = 3}, "AS-01", "person", "T01"},
      {{.measure = "kg_shadow", .person = "P01", .host = "1115020301"}, "AS-03", "home", "临河区实验小学"},
      // AS-02
      {{.person = "P01", .host = "2115020302"}, "AS-02", "host", "昆都仑区第二小学"}, // in no partnership
      {{.person = "P01", .host = "2115080201"},
       "AS-02",
       "host",
       "临河区狼山镇中心小学"},                                          // recipient, not supporter
      {{.person = "P01", .host = "1115020301"}, "AS-02", "why_en", "*"}, // not tagged quality
      {{.person = "R11", .host = "2115080202", .plan = "P", .line = 1},
       "AS-02",
       "why_en",
       "the plan's line is for another institution"},
      // AS-03
      {{.measure = "principal_post", .person = "R11", .host = "3115020201"},
       "AS-03",
       "home",
       "昆都仑区第一小学"},
      {{.measure = "principal_post", .person = "R01", .host = "3115020201"},
       "AS-03",
       "why_en",
       "home and host are the same"},
      // AS-05
      {{.person = "P01", .host = "2115020301", .to = "2016-11-20"}, "AS-05", "wanted_en", "1 month"},
      {{.person = "P01", .host = "2115020301", .to = "2016-11-09"}, "AS-05", "wanted_zh", "1 个月"},
      {{.person = "R11", .host = "2115080201", .plan = "P", .to = "2017-07-15"},
       "AS-05",
       "wanted_en",
       "1 school year"},
      // AS-08
      {{.person = "R01", .host = "2115080201", .plan = "P"}, "AS-08", "need_en", "primary / subject 13"},
      {{.person = "R11", .host = "3115082301", .plan = "P", .line = 2},
       "AS-08",
       "has_en",
       "primary / subject 13"},
      // AS-10
      {{.person = "P01", .host = "2115020301", .from = "2016-08-19"}, "AS-10", "detail_en", "*"},
      {{.person = "P01", .host = "2115020301", .to = "2016-10-10"},
       "AS-10",
       "detail_en",
       "the end must be after the start"},
      {{.person = "R11", .host = "2115080201", .plan = "P", .from = "2017-09-01"},
       "AS-10",
       "detail_en",
       "the plan is for 2016-2017"},
      {{.person = "P01", .host = "2115020301", .from = "2016-08-25"},
       "AS-02",
       "host",
       "*"}, // partnership not live yet
      // AS-12, AS-13
      {{.measure = "retired_teaching", .person = "R11", .host = "2115080201"}, "AS-13", "field", "plan"},
      // fields
      {{.person = "P01", .host = "2115020301", .from = "2016-10"}, "FIELD", "field", "period"},
      {{.person = "P01", .host = "2115020301", .to = "2016"}, "FIELD", "field", "period"},
      {{.person = "P01", .host = "2115020301", .load = 50}, "FIELD", "field", "load_percent"},
      {{.person = "P01", .host = "2115020301", .load = 101}, "FIELD", "field", "load_percent"},
      {{.person = "R11", .host = "2115080201", .plan = "P", .line = 9}, "FIELD", "field", "plan_line"},
      {{.measure = "teacher_visit", .person = "P01", .host = "2115020301"}, "FIELD", "field", "measure"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct desk *desk = desk_new();
    struct desk_posting posting = cases[i].posting;
    if (posting.plan) posting.plan = desk_approved(desk, LINES);
    struct outcome outcome = propose(desk, "baotou+bayannur", desk_proposal(desk, &posting));
    if (!cases[i].code)
      assert_accepted(outcome.out, outcome.r);
    else
      assert_refused(outcome.out, outcome.r, cases[i].code, cases[i].name, cases[i].value, NULL);
    desk_free(desk);
  }
  (void)state;
}

static void a_proposal_fills_in_what_the_rules_know(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, LINES);
  const Dsp__Assignment *assignment = desk_get(
      desk, desk_proposed(desk, &(struct desk_posting){.person = "R11", .host = "2115080201", .plan = plan}));
  assert_int_equal(assignment->status, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_PROPOSED);
  assert_string_equal(assignment->home, world_id(desk->world, "2115020301"));
  assert_string_equal(assignment->partnership, desk->primary->id);
  assert_string_equal(assignment->period->from, "2016-09-01");
  assert_string_equal(assignment->period->to, "2017-09-01"); // by the term
  assert_string_equal(assignment->division, "150802100");
  assert_int_equal(assignment->load_percent, 100);
  assert_int_equal(assignment->n_quota_keys, 2);
  assert_int_equal(assignment->n_findings, 0);
  assert_int_equal(assignment->programme_version, 1);
}

static void the_event_is_for_both_sides(void **state)
{
  static const char *const want[] = {"P01",    "2115080203", "2115020301", "LH-EDU",
                                     "KD-EDU", "BT-EDU",     "BY-EDU"};
  struct desk *desk = *state;
  struct outcome outcome = propose(
      desk, "bayannur", desk_proposal(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"}));
  assert_accepted(outcome.out, outcome.r);
  const struct event_head *head = &world_event(outcome.out, "AssignmentProposed")->head;
  assert_string_equal(head->division, "150203"); // of the host
  assert_int_equal(head->n_units, sizeof want / sizeof want[0]);
  for (size_t i = 0; i < head->n_units; i++)
    assert_string_equal(head->units[i], world_id(desk->world, want[i]));
}

static void either_side_may_propose(void **state)
{
  struct desk *desk = *state;
  Dsp__ProposeAssignment *cmd =
      desk_proposal(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  refused(propose(desk, "stranger", cmd), "AS-09", "actor", "stranger");
  refused(propose(desk, "region", cmd), "AS-09", "actor", "region");
  refused(propose(desk, "school", cmd), "AS-09", "actor", "school");
  ok(propose(desk, "baotou", cmd));
  cmd->person = desk_id(desk, "P02");
  ok(propose(desk, "linhe", cmd)); // manages the home
}

static void what_a_proposal_names_must_exist(void **state)
{
  struct desk *desk = *state;
  Dsp__ProposeAssignment *cmd =
      desk_proposal(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  cmd->person = "nobody";
  refused(propose(desk, "baotou", cmd), "NOT-FOUND", "what_en", "person");
  cmd->person = desk_id(desk, "P01");
  cmd->host = "nowhere";
  refused(propose(desk, "baotou", cmd), "NOT-FOUND", "what_en", "institution");
  cmd->host = desk_id(desk, "2115020301");
  cmd->plan = "none";
  refused(propose(desk, "baotou", cmd), "NOT-FOUND", "what_en", "plan");
  cmd->plan = "";
  cmd->period = NULL;
  refused(propose(desk, "baotou", cmd), "AS-13", "field", "period.from");
}

static void a_partnership_may_be_named(void **state)
{
  struct desk *desk = *state;
  Dsp__ProposeAssignment *cmd =
      desk_proposal(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  cmd->partnership = desk->junior->id; // the host is not in that one
  refused(propose(desk, "baotou", cmd), "AS-02", "host", "昆都仑区第一小学");
  cmd->partnership = "unknown";
  refused(propose(desk, "baotou", cmd), "AS-02", "host", "昆都仑区第一小学");
  cmd->partnership = desk->primary->id;
  ok(propose(desk, "baotou", cmd));
}

// Among several partnerships of a host the one that has the home as a member goes first.
static void the_partners_own_relation_is_taken(void **state)
{
  struct desk *desk = *state;
  const Prg__Programme *programme;
  assert_ok(dir_programme(desk->world->dir, "nmg-framework", 1, &programme));
  Reg__Partnership *second = world_partnership(desk->world, programme, "MUTUAL_AID", desk->agreement,
                                               "SUPPORTER=3115020201|RECIPIENT=2115080202");
  const char *plan = desk_approved(desk, LINES);
  struct desk_posting posting = {.person = "R01", .host = "2115080202", .plan = plan, .line = 3};
  assert_string_equal(desk_get(desk, desk_proposed(desk, &posting))->partnership, second->id);
  posting.person = "R11";
  assert_string_equal(desk_get(desk, desk_proposed(desk, &posting))->partnership, desk->primary->id);
}

// from RECIPIENT to SUPPORTER: both must be members of one partnership of the measure's mode.
static void both_sides_of_one_partnership(void **state)
{
  struct desk *desk = *state;
  struct desk_posting posting = {.measure = "kg_shadow", .person = "K01", .host = "1115020301"};
  const Dsp__Assignment *assignment = desk_get(desk, desk_proposed(desk, &posting));
  assert_string_equal(assignment->partnership, desk->kindergarten->id);
  assert_string_equal(assignment->period->to, "");                                // a free term may stay open
  world_add_person(desk->world, "K02", "PRINCIPAL", "KG_DIRECTOR", "1115080202"); // of no partnership
  posting.person = "K02";
  refused(propose(desk, "bayannur", desk_proposal(desk, &posting)), "AS-03", "home", "临河区第二幼儿园");
  posting.person = "K01";
  posting.host = "2115020301"; // a partnership of another mode
  refused(propose(desk, "bayannur", desk_proposal(desk, &posting)), "AS-02", "host", "昆都仑区第一小学");
}

static void both_ways_means_the_opposite_too(void **state)
{
  struct desk *desk = *state;
  struct arena *arena = desk->world->arena;
  Prg__Programme *programme = programme_a(arena);
  Prg__Measure *measure = programme_add_measure(arena, programme, "exchange", PRG__FORM__FORM_ASSIGNMENT);
  measure->from = programme_words(arena, "SUPPORTER", &measure->n_from);
  measure->to = programme_words(arena, "RECIPIENT", &measure->n_to);
  world_put(desk->world, &programme->base);
  struct desk_posting there = {.measure = "exchange", .person = "T01", .host = "2115080201"};
  world_add_person(desk->world, "T02", "TEACHER", "TEACHER", "2115080201");
  struct desk_posting back = {.measure = "exchange", .person = "T02", .host = "2115020301"};
  desk_proposed(desk, &there);
  refused(propose(desk, "bayannur", desk_proposal(desk, &back)), "AS-02", "host", "昆都仑区第一小学");
  measure->both_ways = true;
  world_put(desk->world, &programme->base);
  desk_proposed(desk, &back);
}

static void without_from_anybody_may_be_sent(void **state)
{
  struct desk *desk = *state;
  struct arena *arena = desk->world->arena;
  Prg__Programme *programme = programme_a(arena);
  Prg__Measure *measure = programme_add_measure(arena, programme, "open", PRG__FORM__FORM_ASSIGNMENT);
  measure->to = programme_words(arena, "RECIPIENT", &measure->n_to);
  world_put(desk->world, &programme->base);
  desk_proposed(desk, &(struct desk_posting){.measure = "open", .person = "P01", .host = "2115080201"});
}

// A role that a partnership holds stands for all its members (a zone of schools supports a school).
static void members_of_a_member_count(void **state)
{
  struct desk *desk = *state;
  const Prg__Programme *programme;
  assert_ok(dir_programme(desk->world->dir, "nmg-framework", 1, &programme));
  Reg__Partnership *zone = world_partnership(desk->world, programme, "ZONE", NULL, "CORE=2115080203");
  char members[120];
  snprintf(members, sizeof members, "SUPPORTER=3115020201|RECIPIENT=%s", zone->id);
  Reg__Partnership *outer = world_partnership(desk->world, programme, "MUTUAL_AID", desk->agreement, members);
  Reg__Institution *host = world_institution(desk->world, "2115080203");
  host->place = TYP__PLACE__PLACE_VILLAGE;
  world_put(desk->world, &host->base);
  const char *plan = desk_approved(desk, "2115080203 - - 1 0");
  struct desk_posting posting = {.person = "R01", .host = "2115080203", .plan = plan};
  assert_string_equal(desk_get(desk, desk_proposed(desk, &posting))->partnership, outer->id);
}

static void units_that_were_closed(void **state)
{
  struct desk *desk = *state;
  Dsp__ProposeAssignment *cmd =
      desk_proposal(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  Reg__Institution *unit = world_institution(desk->world, "2115020301");
  unit->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(desk->world, &unit->base);
  refused(propose(desk, "baotou", cmd), "AS-02", "why_en", "is closed or merged");
  unit->status = REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS;
  world_put(desk->world, &unit->base);
  Reg__Institution *home = world_institution(desk->world, "2115080203");
  home->status = REG__INSTITUTION_STATUS__INSTITUTION_MERGED;
  world_put(desk->world, &home->base);
  refused(propose(desk, "baotou", cmd), "AS-03", "why_en", "is closed or merged");
}

// ---- warnings

static void an_agreement_that_ends_first_is_a_warning(void **state)
{
  struct desk *desk = *state;
  desk->agreement->valid->to = "2017-07-01";
  world_put(desk->world, &desk->agreement->base);
  desk->primary->valid->to = "2017-06-01";
  world_put(desk->world, &desk->primary->base);
  const char *plan = desk_approved(desk, LINES);
  const Dsp__Assignment *assignment = desk_get(
      desk, desk_proposed(desk, &(struct desk_posting){.person = "R11", .host = "2115080201", .plan = plan}));
  assert_int_equal(assignment->n_findings, 2);
  assert_string_equal(assignment->findings[0]->code, "AS-11");
  assert_false(assignment->findings[0]->ok);
  assert_string_equal(assignment->findings[0]->en,
                      "the agreement ends 2017-07-01, before the posting ends 2017-09-01");
  assert_string_equal(assignment->findings[1]->zh, "结对关系在 2017-06-01 到期，早于派遣结束 2017-09-01");
  ok(desk_accept(desk, "baotou", assignment->id, true, true));
  ok(desk_approve(desk, "baotou", "2016-08-22", assignment->id)); // seen, not refused
}

static void an_agreement_that_ends_before_the_start_refuses(void **state)
{
  struct desk *desk = *state;
  desk->agreement->valid->to = "2016-10-10";
  world_put(desk->world, &desk->agreement->base);
  Dsp__ProposeAssignment *cmd =
      desk_proposal(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  refused(propose(desk, "baotou", cmd), "AS-11", "to", "2016-10-10");
  desk->agreement->valid->from = "2016-10-11";
  desk->agreement->valid->to = "";
  world_put(desk->world, &desk->agreement->base);
  refused(propose(desk, "baotou", cmd), "AS-10", "detail_en", "*");
}

// ---- accepting and declining

static void both_must_accept(void **state)
{
  struct desk *desk = *state;
  const char *id = desk_proposed(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  refused(desk_accept(desk, "bayannur", id, false, false), "FIELD", "field", "as_person");
  refused(desk_accept(desk, "baotou", id, true, false), "AS-09", "who", "P01");
  refused(desk_accept(desk, "baotou", id, false, true), "AS-09", "who", "临河区实验小学");
  struct outcome outcome = desk_accept(desk, "bayannur", id, true, false);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(world_events(desk->world, outcome.out), "AssignmentAccepted");
  assert_int_equal(desk_get(desk, id)->status, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_PROPOSED);
  refused(desk_approve(desk, "bayannur", "2016-08-22", id), "STATE", "state", "PROPOSED", "verb", "approve");
  outcome = desk_accept(desk, "bayannur", id, true, false); // once more: nothing new
  assert_accepted(outcome.out, outcome.r);
  assert_int_equal(outcome.out->n_events, 0);
  ok(desk_accept(desk, "linhe", id, false, true));
  const Dsp__Assignment *assignment = desk_get(desk, id);
  assert_int_equal(assignment->status, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED);
  assert_true(assignment->person_accepted && assignment->home_accepted);
  refused(desk_accept(desk, "bayannur", id, true, true), "STATE", "state", "ACCEPTED");
}

static void declining_needs_a_reason(void **state)
{
  struct desk *desk = *state;
  Dsp__DeclineAssignment cmd = DSP__DECLINE_ASSIGNMENT__INIT;
  cmd.id = (char *)desk_proposed(desk, &(struct desk_posting){.person = "P01", .host = "2115020301"});
  refused(DO(desk, "baotou", "2016-08-21", dsp_assignment_decline, &cmd), "AS-09", "actor", "baotou");
  refused(DO(desk, "bayannur", "2016-08-21", dsp_assignment_decline, &cmd), "AS-13", "field", "reason");
  char long_text[1002];
  memset(long_text, 'x', sizeof long_text);
  long_text[sizeof long_text - 1] = '\0';
  cmd.reason = long_text;
  refused(DO(desk, "bayannur", "2016-08-21", dsp_assignment_decline, &cmd), "FIELD", "field", "reason");
  cmd.reason = "家庭原因";
  struct outcome outcome = DO(desk, "linhe", "2016-08-21", dsp_assignment_decline, &cmd); // as the home
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(
      ((const Dsp__AssignmentDeclined *)world_event(outcome.out, "AssignmentDeclined")->data)->reason,
      "家庭原因");
  refused(DO(desk, "bayannur", "2016-08-21", dsp_assignment_decline, &cmd), "STATE", "allowed", "-");
}

// ---- approving

static void the_sending_bureau_approves(void **state)
{
  static const struct {
    struct desk_posting posting;
    const char *wrong, *right, *who;
  } cases[] = {
      {{.person = "P01", .host = "2115020301"}, "baotou", "bayannur", "巴彦淖尔市教育局"},
      {{.person = "R11", .host = "2115080201", .plan = "P"}, "bayannur", "baotou", "包头市教育局"},
      // the sender is a kindergarten: the bureau that manages it
      {{.measure = "kg_shadow", .person = "K01", .host = "1115020301"}, "baotou", "linhe", "临河区教育局"},
  };
  struct desk *desk = *state;
  const char *plan = desk_approved(desk, LINES);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct desk_posting posting = cases[i].posting;
    if (posting.plan) posting.plan = plan;
    const char *id = desk_posting_in(desk, &posting, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED);
    refused(desk_approve(desk, cases[i].wrong, "2016-08-22", id), "AS-09", "who", cases[i].who);
    ok(desk_approve(desk, cases[i].right, "2016-08-22", id));
    assert_int_equal(desk_get(desk, id)->status, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_APPROVED);
  }
}

static void a_chain_approves_step_by_step(void **state)
{
  struct desk *desk = *state;
  Prg__Programme *programme = programme_a(desk->world->arena);
  programme->approvals->assignment =
      programme_words(desk->world->arena, "HOST|PROVINCE", &programme->approvals->n_assignment);
  world_put(desk->world, &programme->base);
  struct desk_posting posting = {.person = "P01", .host = "2115020301"};
  const char *id = desk_posting_in(desk, &posting, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED);
  refused(desk_approve(desk, "bayannur", "2016-08-22", id), "PL-03", "who", "昆都仑区第一小学", "word",
          "HOST");
  struct outcome outcome = desk_approve(desk, "baotou", "2016-08-22", id);
  assert_accepted(outcome.out, outcome.r);
  const Dsp__AssignmentStepApproved *step =
      (const Dsp__AssignmentStepApproved *)world_event(outcome.out, "AssignmentStepApproved")->data;
  assert_string_equal(step->party, "HOST");
  assert_int_equal(desk_get(desk, id)->status, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED);
  assert_int_equal(desk_used(desk, desk_get(desk, id)->quota_keys[0]), 0);
  refused(desk_approve(desk, "baotou", "2016-08-22", id), "PL-03", "who", "内蒙古自治区教育厅");
  ok(desk_approve(desk, "region", "2016-08-22", id));
  const Dsp__Assignment *assignment = desk_get(desk, id);
  assert_int_equal(assignment->status, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_APPROVED);
  assert_int_equal(assignment->n_approvals, 2);
  assert_string_equal(assignment->approvals[1]->party, "PROVINCE");
  assert_int_equal(desk_used(desk, assignment->quota_keys[0]), 1);
}

// What was true at the proposal is asked again: a change in between is caught by the approval.
static void everything_is_checked_again(void **state)
{
  struct desk *desk = *state;
  struct desk_posting posting = {.person = "P01", .host = "2115020301"};
  const char *id = desk_posting_in(desk, &posting, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED);
  Reg__Person *person = world_person(desk->world, "P01");
  Typ__Post post = person->posts[0];
  person->posts[0] = TYP__POST__POST_TEACHER;
  world_put(desk->world, &person->base);
  refused(desk_approve(desk, "bayannur", "2016-08-22", id), "AS-01", "person", "P01");
  person->posts[0] = post;
  person->home = desk_id(desk, "2115080201");
  world_put(desk->world, &person->base);
  refused(desk_approve(desk, "bayannur", "2016-08-22", id), "AS-03", "why_en",
          "the person is no longer there");
  person->home = desk_id(desk, "2115080203");
  world_put(desk->world, &person->base);

  Reg__Institution *host = world_institution(desk->world, "2115020301");
  size_t tags = host->n_tags;
  host->n_tags = 0;
  world_put(desk->world, &host->base);
  refused(desk_approve(desk, "bayannur", "2016-08-22", id), "AS-02", "host", "昆都仑区第一小学");
  host->n_tags = tags;
  world_put(desk->world, &host->base);

  desk->primary->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED;
  world_put(desk->world, &desk->primary->base);
  refused(desk_approve(desk, "bayannur", "2016-08-22", id), "AS-02", "why_en",
          "holds no receiving role in a live partnership");
  desk->primary->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED;
  world_put(desk->world, &desk->primary->base);

  desk->agreement->status = REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED;
  world_put(desk->world, &desk->agreement->base);
  refused(desk_approve(desk, "bayannur", "2016-08-22", id), "STATE", "record_en", "Agreement");
  desk->agreement->status = REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE;
  world_put(desk->world, &desk->agreement->base);

  refused(desk_approve(desk, "bayannur", "2016-10-11", id), "AS-10", "detail_en",
          "the start 2016-10-10 is before the day of approval 2016-10-11");
  ok(desk_approve(desk, "bayannur", "2016-10-10", id)); // the first day is not too late
}

// AS-12, the parent gate, at every step on the way.
static void nothing_under_a_plan_that_is_not_approved(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_plan(desk, LINES);
  struct desk_posting posting = {.person = "R11", .host = "2115080201", .plan = plan};
  refused(propose(desk, "baotou", desk_proposal(desk, &posting)), "AS-12", "plan", plan, "status", "DRAFT");
  Dsp__SubmitPlan submit = DSP__SUBMIT_PLAN__INIT;
  submit.id = (char *)plan;
  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_submit, &submit));
  refused(propose(desk, "baotou", desk_proposal(desk, &posting)), "AS-12", "status", "SUBMITTED");
  ok(desk_verify(desk, "bayannur", plan, ""));
  refused(propose(desk, "baotou", desk_proposal(desk, &posting)), "AS-12", "status", "SUBMITTED");
  ok(desk_verify(desk, "region", plan, ""));
  const char *id = desk_posting_in(desk, &posting, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED);
  Dsp__ClosePlan close = DSP__CLOSE_PLAN__INIT;
  close.id = (char *)plan;
  ok(DO(desk, "bayannur", "2016-08-19", dsp_plan_close, &close));
  refused(desk_approve(desk, "baotou", "2016-08-22", id), "AS-12", "status", "CLOSED");
}

static void a_plan_of_something_else_is_refused(void **state)
{
  struct desk *desk = *state;
  struct desk_posting posting = {.person = "P01", .host = "2115020301", .measure = "principal_post"};
  Dsp__ProposeAssignment *cmd = desk_proposal(desk, &posting);
  cmd->plan = (char *)desk_approved(desk, LINES);
  cmd->plan_line = 1;
  refused(propose(desk, "baotou", cmd), "FIELD", "field", "plan");
}

static void a_line_must_be_named(void **state)
{
  struct desk *desk = *state;
  struct desk_posting posting = {.person = "R11", .host = "2115080201", .plan = desk_approved(desk, LINES)};
  Dsp__ProposeAssignment *cmd = desk_proposal(desk, &posting);
  cmd->plan_line = 0;
  refused(propose(desk, "baotou", cmd), "AS-13", "field", "plan_line");
}

// ---- cancelling

static void until_the_order_it_can_be_cancelled(void **state)
{
  static const struct {
    Dsp__AssignmentStatus state;
    bool fine;
  } cases[] = {{DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED, true},
               {DSP__ASSIGNMENT_STATUS__ASSIGNMENT_APPROVED, true},
               {DSP__ASSIGNMENT_STATUS__ASSIGNMENT_DISPATCHED, false},
               {DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ARRIVED, false}};
  struct desk *desk = *state;
  char person[8];
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Dsp__CancelAssignment cmd = DSP__CANCEL_ASSIGNMENT__INIT;
    snprintf(person, sizeof person, "P%02zu", i + 1);
    cmd.id = (char *)desk_posting_in(desk, &(struct desk_posting){.person = person, .host = "2115020301"},
                                     cases[i].state);
    if (!cases[i].fine) {
      cmd.reason = "x";
      refused(DO(desk, "bayannur", "2016-08-24", dsp_assignment_cancel, &cmd), "STATE", "verb", "cancel");
      continue;
    }
    refused(DO(desk, "stranger", "2016-08-24", dsp_assignment_cancel, &cmd), "AS-09", "actor", "stranger");
    refused(DO(desk, "bayannur", "2016-08-24", dsp_assignment_cancel, &cmd), "AS-13", "field", "reason");
    cmd.reason = "计划调整";
    ok(DO(desk, "baotou", "2016-08-24", dsp_assignment_cancel, &cmd));
    assert_int_equal(desk_get(desk, cmd.id)->status, DSP__ASSIGNMENT_STATUS__ASSIGNMENT_CANCELLED);
  }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(proposals),
      TEST(a_proposal_fills_in_what_the_rules_know),
      TEST(the_event_is_for_both_sides),
      TEST(either_side_may_propose),
      TEST(what_a_proposal_names_must_exist),
      TEST(a_partnership_may_be_named),
      TEST(the_partners_own_relation_is_taken),
      TEST(both_sides_of_one_partnership),
      TEST(both_ways_means_the_opposite_too),
      TEST(without_from_anybody_may_be_sent),
      TEST(members_of_a_member_count),
      TEST(units_that_were_closed),
      TEST(an_agreement_that_ends_first_is_a_warning),
      TEST(an_agreement_that_ends_before_the_start_refuses),
      TEST(both_must_accept),
      TEST(declining_needs_a_reason),
      TEST(the_sending_bureau_approves),
      TEST(a_chain_approves_step_by_step),
      TEST(everything_is_checked_again),
      TEST(nothing_under_a_plan_that_is_not_approved),
      TEST(a_plan_of_something_else_is_refused),
      TEST(a_line_must_be_named),
      TEST(until_the_order_it_can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
