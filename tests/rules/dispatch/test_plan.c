// Needs plans: drafting, the chain that fixes the figures, and everything that is refused on the way (PL-01
// .. PL-05).
#include "services/dispatch/rules/plan.h"
#include "tests/rules/dispatch/desk.h"
#include <string.h>

#define TWO_LINES "2115080201 PRIMARY 13 2 1|3115082301 JUNIOR - 3 0"

static const char *events_of(struct desk *desk, struct outcome outcome)
{
  assert_accepted(outcome.out, outcome.r);
  return world_events(desk->world, outcome.out);
}

// ---- drafting

static void a_draft_is_numbered_and_summed(void **state)
{
  struct desk *desk = *state;
  const Dsp__NeedsPlan *plan = desk_get_plan(desk, desk_plan(desk, TWO_LINES));
  assert_int_equal(plan->status, DSP__PLAN_STATUS__PLAN_DRAFT);
  assert_int_equal(plan->n_lines, 2);
  assert_int_equal(plan->lines[0]->no, 1);
  assert_int_equal(plan->lines[1]->no, 2);
  assert_int_equal(plan->requested, 5);
  assert_int_equal(plan->approved, 0);
  assert_int_equal(plan->version, 1);
  assert_int_equal(plan->rev, 1);
  assert_int_equal(plan->programme_version, 1);
  assert_string_equal(plan->division, "1508");
}

static void numbers_given_are_kept(void **state)
{
  struct desk *desk = *state;
  Dsp__DraftPlan *cmd = desk_draft(desk, TWO_LINES "|2115080202 - - 1 0");
  cmd->lines[0]->no = 2;
  cmd->lines[1]->no = 0;
  cmd->lines[2]->no = 1;
  cmd->lines[1]->approved = 9; // not the owner's to say
  cmd->lines[1]->reason = "x";
  struct outcome outcome = DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd);
  assert_accepted(outcome.out, outcome.r);
  const Dsp__NeedsPlan *plan = desk_get_plan(desk, ((const Dsp__PlanReply *)outcome.out->reply)->id);
  assert_int_equal(plan->lines[0]->no, 2);
  assert_int_equal(plan->lines[1]->no, 3);
  assert_int_equal(plan->lines[2]->no, 1);
  assert_int_equal(plan->lines[1]->approved, 0);
  assert_string_equal(plan->lines[1]->reason, "");
}

static void the_event_names_whom_it_concerns(void **state)
{
  struct desk *desk = *state;
  struct outcome outcome = DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, desk_draft(desk, TWO_LINES));
  assert_accepted(outcome.out, outcome.r);
  const struct event_head *head = &world_event(outcome.out, "PlanDrafted")->head;
  assert_string_equal(head->division, "1508");
  assert_int_equal(head->n_units, 4); // both parties, two hosts; the owner is a party
  const char *want[] = {"BY-EDU", "BT-EDU", "2115080201", "3115082301"};
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(head->units[i], world_id(desk->world, want[i]));
}

static void lines_are_checked(void **state)
{
  static const struct {
    const char *lines, *code, *name, *value;
  } cases[] = {
      {"", "PL-05", NULL, NULL},
      {"2115080201 - - 0 0", "FIELD", "field", "lines[0].requested"},
      {"2115080201 - notacodeatallbutlong1 1 0", "FIELD", "field", "lines[0].subject"},
      {"2115080201 - - 1 0|2115080202 - - 10001 0", "FIELD", "field", "lines[1].requested"},
      {"2115080203 - - 1 0", "PL-02", "host", "临河区实验小学"},   // in no partnership
      {"2115020301 - - 1 0", "PL-02", "host", "昆都仑区第一小学"}, // on the other side
      {"01570000-0000-7000-8000-999999999999 - - 1 0", "NOT-FOUND", "ref",
       "01570000-0000-7000-8000-999999999999"},
  };
  struct desk *desk = *state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct outcome outcome =
        DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, desk_draft(desk, cases[i].lines));
    assert_refused(outcome.out, outcome.r, cases[i].code, cases[i].name, cases[i].value, NULL);
  }
}

static void a_host_must_meet_the_measure(void **state)
{
  struct desk *desk = *state;
  Reg__Institution *host = world_institution(desk->world, "2115080201");
  host->place = TYP__PLACE__PLACE_CITY;
  world_put(desk->world, &host->base);
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, desk_draft(desk, TWO_LINES)), "AS-02", "host",
          "临河区狼山镇中心小学", "why_en", "*");
}

static void a_dissolved_partnership_counts_no_more(void **state)
{
  struct desk *desk = *state;
  desk->primary->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_PAUSED;
  world_put(desk->world, &desk->primary->base);
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, desk_draft(desk, TWO_LINES)), "PL-02",
          "programme_en", "Framework agreement between education bureaus");
}

static void line_numbers_stand_once(void **state)
{
  struct desk *desk = *state;
  Dsp__DraftPlan *cmd = desk_draft(desk, TWO_LINES);
  cmd->lines[0]->no = cmd->lines[1]->no = 7;
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "FIELD", "field", "lines[1].no");
  cmd->lines[1]->no = 1001;
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "FIELD", "field", "lines[1].no");
}

static void too_many_lines_are_refused(void **state)
{
  struct desk *desk = *state;
  Dsp__DraftPlan *cmd = desk_draft(desk, "2115080201 - - 1 0");
  Dsp__PlanLine *one = cmd->lines[0];
  cmd->n_lines = DSP_PLAN_LINES_MAX + 1;
  cmd->lines = ARENA_ARRAY(desk->world->arena, Dsp__PlanLine *, cmd->n_lines);
  for (size_t i = 0; i < cmd->n_lines; i++)
    cmd->lines[i] = one;
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "FIELD", "field", "lines");
}

static void what_a_draft_names_must_exist(void **state)
{
  struct desk *desk = *state;
  Dsp__DraftPlan *cmd = desk_draft(desk, TWO_LINES);
  cmd->measure = "no_such";
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "NOT-FOUND", "what_en", "measure");
  cmd->measure = "teacher_visit"; // an activity
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "FIELD", "field", "measure");
  cmd->measure = "retired_teaching";
  cmd->programme = "other";
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "FIELD", "field", "programme");
  cmd->programme = "";
  cmd->agreement = "";
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "FIELD", "field", "programme");
  cmd->programme = "other";
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "NOT-FOUND", "what_en", "programme");
  cmd->agreement = "01570000-0000-7000-8000-999999999999";
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "NOT-FOUND", "what_en", "agreement");
}

static void an_agreement_names_its_programme(void **state)
{
  struct desk *desk = *state;
  Dsp__DraftPlan *cmd = desk_draft(desk, TWO_LINES);
  cmd->programme = "";
  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd));
}

static void the_agreement_must_run(void **state)
{
  static const struct {
    Reg__AgreementStatus status;
    const char *word; // NULL = fine
  } cases[] = {
      {REG__AGREEMENT_STATUS__AGREEMENT_DRAFT, "DRAFT"},
      {REG__AGREEMENT_STATUS__AGREEMENT_APPROVED, "APPROVED"},
      {REG__AGREEMENT_STATUS__AGREEMENT_SUSPENDED, "SUSPENDED"},
      {REG__AGREEMENT_STATUS__AGREEMENT_EXPIRED, "EXPIRED"},
      {REG__AGREEMENT_STATUS__AGREEMENT_TERMINATED, "TERMINATED"},
      {REG__AGREEMENT_STATUS__AGREEMENT_SIGNED_PENDING, NULL},
  };
  struct desk *desk = *state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    desk->agreement->status = cases[i].status;
    world_put(desk->world, &desk->agreement->base);
    struct outcome outcome = DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, desk_draft(desk, TWO_LINES));
    if (cases[i].word)
      assert_refused(outcome.out, outcome.r, "STATE", "record_en", "Agreement", "state", cases[i].word, NULL);
    else
      assert_accepted(outcome.out, outcome.r);
  }
}

static void a_retired_programme_takes_plans_of_running_agreements_only(void **state)
{
  struct desk *desk = *state;
  Prg__Programme *programme = programme_a(desk->world->arena);
  programme->status = PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED;
  world_put(desk->world, &programme->base);
  Dsp__DraftPlan *alone = desk_draft(desk, TWO_LINES);
  alone->agreement = "";
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, alone), "PR-04", "programme", "nmg-framework",
          "version", "1", "what_en", "plans", "newest", "-");
  alone->programme = "nobody";
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, alone), "NOT-FOUND", "ref", "nobody");

  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, desk_draft(desk, TWO_LINES)));
  Dsp__DraftPlan *next_year = desk_draft(desk, TWO_LINES);
  next_year->school_year = "2017-2018";
  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, next_year));
  desk->agreement->status = REG__AGREEMENT_STATUS__AGREEMENT_TERMINATED;
  world_put(desk->world, &desk->agreement->base);
  next_year->school_year = "2018-2019";
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, next_year), "STATE", "state", "TERMINATED");
}

static void school_years_are_written_in_full(void **state)
{
  static const char *const wrong[] = {"2016", "2016-2018", "2016-17", "", "2016-2017 "};
  struct desk *desk = *state;
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
    Dsp__DraftPlan *cmd = desk_draft(desk, TWO_LINES);
    cmd->school_year = (char *)wrong[i];
    refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, cmd), "FIELD", "field", "school_year");
  }
}

static void only_the_owner_drafts(void **state)
{
  struct desk *desk = *state;
  Dsp__DraftPlan *cmd = desk_draft(desk, TWO_LINES);
  refused(DO(desk, "baotou", "2016-08-18", dsp_plan_draft, cmd), "AS-09", "who", "巴彦淖尔市教育局", "actor",
          "baotou");
  refused(DO(desk, "region", "2016-08-18", dsp_plan_draft, cmd), "AS-09", "who", "巴彦淖尔市教育局");
  refused(DO(desk, "linhe", "2016-08-18", dsp_plan_draft, cmd), "AS-09", "who", "巴彦淖尔市教育局");
  cmd->owner = desk_id(desk, "LH-EDU"); // below the party: fine
  ok(DO(desk, "linhe", "2016-08-18", dsp_plan_draft, cmd));
}

static void scope_binds_besides_the_unit(void **state)
{
  struct desk *desk = *state;
  struct rule_context *ctx = desk_context(desk, "bayannur", "2016-08-18", 0);
  const struct actor_scope elsewhere = {"1508", "other-programme"};
  ctx->actor.scopes = &elsewhere;
  ctx->actor.n_scopes = 1;
  struct outcome outcome = {.out = world_decision(desk->world)};
  outcome.r = dsp_plan_draft(desk->world->dir, desk->view, desk_draft(desk, TWO_LINES), ctx, outcome.out);
  refused(outcome, "SE-01", "division", "1508");
}

static void the_owner_belongs_to_the_agreement(void **state)
{
  struct desk *desk = *state;
  Dsp__DraftPlan *cmd = desk_draft(desk, TWO_LINES);
  cmd->owner = desk_id(desk, "NM-EDU");
  refused(DO(desk, "region", "2016-08-18", dsp_plan_draft, cmd), "FIELD", "field", "owner");
}

static void one_live_plan_a_year(void **state)
{
  struct desk *desk = *state;
  const char *first = desk_plan(desk, TWO_LINES);
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, desk_draft(desk, TWO_LINES)), "PL-01", "year",
          "2016-2017", "version", "1", "status", "DRAFT", "plan", first);
  Dsp__DraftPlan *next_year = desk_draft(desk, TWO_LINES);
  next_year->school_year = "2017-2018";
  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, next_year));
  Dsp__ClosePlan close = DSP__CLOSE_PLAN__INIT;
  close.id = (char *)first;
  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_close, &close));
  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, desk_draft(desk, TWO_LINES)));
}

// ---- amending and submitting

static void a_draft_may_be_amended(void **state)
{
  struct desk *desk = *state;
  Dsp__AmendPlan cmd = DSP__AMEND_PLAN__INIT;
  cmd.id = (char *)desk_plan(desk, TWO_LINES);
  cmd.lines = desk_lines(desk, "2115080202 PRIMARY - 4 2", &cmd.n_lines);
  refused(DO(desk, "baotou", "2016-08-18", dsp_plan_amend, &cmd), "AS-09", "who", "巴彦淖尔市教育局");
  assert_string_equal(events_of(desk, DO(desk, "bayannur", "2016-08-18", dsp_plan_amend, &cmd)),
                      "PlanAmended");
  const Dsp__NeedsPlan *plan = desk_get_plan(desk, cmd.id);
  assert_int_equal(plan->n_lines, 1);
  assert_int_equal(plan->requested, 4);
  assert_int_equal(plan->rev, 2);
  cmd.n_lines = 0;
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_amend, &cmd), "PL-05");
}

static void submitted_figures_are_the_requested_ones(void **state)
{
  struct desk *desk = *state;
  const Dsp__NeedsPlan *plan = desk_get_plan(desk, desk_submitted(desk, TWO_LINES));
  assert_int_equal(plan->status, DSP__PLAN_STATUS__PLAN_SUBMITTED);
  assert_int_equal(plan->approved, 5);
  assert_int_equal(plan->lines[0]->approved, 2);
  Dsp__AmendPlan amend = DSP__AMEND_PLAN__INIT;
  amend.id = plan->id;
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_amend, &amend), "STATE", "state", "SUBMITTED", "verb",
          "amend", "allowed", "verify, approve, return, close");
  Dsp__SubmitPlan submit = DSP__SUBMIT_PLAN__INIT;
  submit.id = plan->id;
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_submit, &submit), "STATE", "verb", "submit");
}

static void a_revision_that_has_passed_is_refused(void **state)
{
  struct desk *desk = *state;
  Dsp__SubmitPlan cmd = DSP__SUBMIT_PLAN__INIT;
  cmd.id = (char *)desk_plan(desk, TWO_LINES);
  refused(DO_REV(desk, "bayannur", "2016-08-18", 7, dsp_plan_submit, &cmd), "DA-02", "rev", "1", "expected",
          "7");
  ok(DO_REV(desk, "bayannur", "2016-08-18", 1, dsp_plan_submit, &cmd));
  cmd.id = "nothing";
  refused(DO(desk, "bayannur", "2016-08-18", dsp_plan_submit, &cmd), "NOT-FOUND", "what_en", "plan", "ref",
          "nothing");
}

// ---- the chain

static void each_step_waits_for_its_party(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_submitted(desk, TWO_LINES);
  refused(desk_verify(desk, "region", plan, ""), "PL-03", "who", "巴彦淖尔市教育局", "actor", "region",
          "word", "PARTY_B");
  refused(desk_verify(desk, "baotou", plan, ""), "PL-03", "who", "巴彦淖尔市教育局");
  assert_string_equal(events_of(desk, desk_verify(desk, "bayannur", plan, "")), "PlanVerified");
  assert_int_equal(desk_get_plan(desk, plan)->steps_done, 1);
  refused(desk_verify(desk, "bayannur", plan, ""), "PL-03", "who", "内蒙古自治区教育厅", "actor", "bayannur");
  assert_string_equal(events_of(desk, desk_verify(desk, "region", plan, "")), "PlanApproved");
  const Dsp__NeedsPlan *approved = desk_get_plan(desk, plan);
  assert_int_equal(approved->status, DSP__PLAN_STATUS__PLAN_APPROVED);
  assert_int_equal(approved->n_approvals, 2);
  assert_string_equal(approved->approvals[0]->party, "PARTY_B");
  assert_string_equal(approved->approvals[0]->institution, world_id(desk->world, "BY-EDU"));
  assert_string_equal(approved->approvals[1]->party, "PROVINCE");
  assert_string_equal(approved->approvals[1]->by, "region");
  assert_true(approved->approvals[1]->time_us > 0);
  refused(desk_verify(desk, "region", plan, ""), "STATE", "state", "APPROVED", "allowed", "close");
}

static void a_party_word_behind_which_nobody_stands_blocks(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_submitted(desk, TWO_LINES);
  ok(desk_verify(desk, "bayannur", plan, ""));
  Reg__Institution *department = world_institution(desk->world, "NM-EDU");
  department->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(desk->world, &department->base);
  refused(desk_verify(desk, "region", plan, ""), "PL-03", "who", "PROVINCE");
}

// Document A: 18 asked for, 16 fixed by the third party.
static void the_last_step_fixes_the_figures(void **state)
{
  struct desk *desk = *state;
  const char *plan =
      desk_submitted(desk, "2115080201 PRIMARY 13 8 1|2115080202 PRIMARY 13 6 2|3115082301 JUNIOR 13 4 3");
  ok(desk_verify(desk, "bayannur", plan, ""));
  refused(desk_verify(desk, "region", plan, "1 6"), "PL-04", "line", "1", "approved", "6", "requested", "8");
  ok(desk_verify(desk, "region", plan, "1 6 编制不足"));
  const Dsp__NeedsPlan *fixed = desk_get_plan(desk, plan);
  assert_int_equal(fixed->requested, 18);
  assert_int_equal(fixed->approved, 16);
  assert_int_equal(fixed->lines[0]->approved, 6);
  assert_string_equal(fixed->lines[0]->reason, "编制不足");
  assert_int_equal(fixed->lines[1]->approved, 6);
}

static void figures_are_checked_at_each_step(void **state)
{
  static const struct {
    const char *decisions, *code, *name, *value;
  } cases[] = {
      {"1 1", "PL-04", "line", "1"},
      {"1 0", "PL-04", "approved", "0"},
      {"2 4", "PL-04", "requested", "3"}, // more than asked for
      {"1 1 r|2 2", "PL-04", "line", "2"},
      {"9 1 r", "FIELD", "field", "decisions[0].no"},
      {"1 1 r|1 2 r", "FIELD", "field", "decisions[1].no"},
      {"1 10001 r", "FIELD", "field", "decisions[0].approved"},
  };
  struct desk *desk = *state;
  const char *plan = desk_submitted(desk, TWO_LINES);
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    struct outcome outcome = desk_verify(desk, "bayannur", plan, cases[i].decisions);
    assert_refused(outcome.out, outcome.r, cases[i].code, cases[i].name, cases[i].value, NULL);
  }
  assert_int_equal(desk_get_plan(desk, plan)->rev, 2);
}

static void a_later_step_needs_its_own_reason_for_its_own_figure(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_submitted(desk, TWO_LINES);
  ok(desk_verify(desk, "bayannur", plan, "1 1 first"));
  refused(desk_verify(desk, "region", plan, "1 3"), "PL-04", "approved", "3"); // the reason was for 1
  ok(desk_verify(desk, "region", plan, "1 1"));                                // the same figure keeps it
  assert_string_equal(desk_get_plan(desk, plan)->lines[0]->reason, "first");
}

static void going_back_to_the_request_needs_none(void **state)
{
  struct desk *desk = *state;
  const char *plan = desk_submitted(desk, TWO_LINES);
  ok(desk_verify(desk, "bayannur", plan, "2 0 drop it"));
  ok(desk_verify(desk, "region", plan, "2 3"));
  assert_string_equal(desk_get_plan(desk, plan)->lines[1]->reason, "");
  assert_int_equal(desk_get_plan(desk, plan)->approved, 5);
}

static void without_a_chain_submitting_approves(void **state)
{
  struct desk *desk = *state;
  Prg__Programme *programme = programme_a(desk->world->arena);
  programme->approvals->n_plan = 0;
  world_put(desk->world, &programme->base);
  Dsp__SubmitPlan cmd = DSP__SUBMIT_PLAN__INIT;
  cmd.id = (char *)desk_plan(desk, TWO_LINES);
  assert_string_equal(events_of(desk, DO(desk, "bayannur", "2016-08-18", dsp_plan_submit, &cmd)),
                      "PlanSubmitted,PlanApproved");
  const Dsp__NeedsPlan *plan = desk_get_plan(desk, cmd.id);
  assert_int_equal(plan->status, DSP__PLAN_STATUS__PLAN_APPROVED);
  assert_int_equal(plan->approved, 5);
  assert_int_equal(plan->rev, 3);
}

// ---- returning and closing

static void a_return_starts_over_with_the_next_version(void **state)
{
  struct desk *desk = *state;
  Dsp__ReturnPlan cmd = DSP__RETURN_PLAN__INIT;
  cmd.id = (char *)desk_submitted(desk, TWO_LINES);
  ok(desk_verify(desk, "bayannur", cmd.id, "1 1 less"));
  refused(DO(desk, "bayannur", "2016-08-19", dsp_plan_return, &cmd), "PL-03", "who", "内蒙古自治区教育厅");
  refused(DO(desk, "region", "2016-08-19", dsp_plan_return, &cmd), "AS-13", "field", "reason");
  cmd.reason = "请核减";
  struct outcome outcome = DO(desk, "region", "2016-08-19", dsp_plan_return, &cmd);
  assert_accepted(outcome.out, outcome.r);
  assert_string_equal(((const Dsp__PlanReturned *)world_event(outcome.out, "PlanReturned")->data)->reason,
                      "请核减");
  const Dsp__NeedsPlan *plan = desk_get_plan(desk, cmd.id);
  assert_int_equal(plan->status, DSP__PLAN_STATUS__PLAN_DRAFT);
  assert_int_equal(plan->version, 2);
  assert_int_equal(plan->steps_done, 0);
  assert_int_equal(plan->approved, 0);
  assert_string_equal(plan->lines[0]->reason, "");
  assert_int_equal(plan->n_approvals, 2); // what happened stays on record
  assert_string_equal(plan->approvals[1]->reason, "请核减");
  Dsp__SubmitPlan submit = DSP__SUBMIT_PLAN__INIT;
  submit.id = cmd.id;
  ok(DO(desk, "bayannur", "2016-08-20", dsp_plan_submit, &submit));
  refused(desk_verify(desk, "region", cmd.id, ""), "PL-03", "word", "PARTY_B"); // the chain begins again
}

static void only_what_waits_can_be_returned(void **state)
{
  struct desk *desk = *state;
  Dsp__ReturnPlan cmd = DSP__RETURN_PLAN__INIT;
  cmd.id = (char *)desk_plan(desk, TWO_LINES);
  cmd.reason = "x";
  refused(DO(desk, "region", "2016-08-19", dsp_plan_return, &cmd), "STATE", "state", "DRAFT");
}

static void closing_is_the_owners_and_final(void **state)
{
  struct desk *desk = *state;
  Dsp__ClosePlan cmd = DSP__CLOSE_PLAN__INIT;
  cmd.id = (char *)desk_approved(desk, TWO_LINES);
  refused(DO(desk, "region", "2017-08-31", dsp_plan_close, &cmd), "AS-09", "who", "巴彦淖尔市教育局");
  assert_string_equal(events_of(desk, DO(desk, "bayannur", "2017-08-31", dsp_plan_close, &cmd)),
                      "PlanClosed");
  refused(DO(desk, "bayannur", "2017-08-31", dsp_plan_close, &cmd), "STATE", "state", "CLOSED", "allowed",
          "-");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_setup, desk_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_draft_is_numbered_and_summed),
      TEST(numbers_given_are_kept),
      TEST(the_event_names_whom_it_concerns),
      TEST(lines_are_checked),
      TEST(a_host_must_meet_the_measure),
      TEST(a_dissolved_partnership_counts_no_more),
      TEST(line_numbers_stand_once),
      TEST(too_many_lines_are_refused),
      TEST(what_a_draft_names_must_exist),
      TEST(an_agreement_names_its_programme),
      TEST(the_agreement_must_run),
      TEST(a_retired_programme_takes_plans_of_running_agreements_only),
      TEST(school_years_are_written_in_full),
      TEST(only_the_owner_drafts),
      TEST(scope_binds_besides_the_unit),
      TEST(the_owner_belongs_to_the_agreement),
      TEST(one_live_plan_a_year),
      TEST(a_draft_may_be_amended),
      TEST(submitted_figures_are_the_requested_ones),
      TEST(a_revision_that_has_passed_is_refused),
      TEST(each_step_waits_for_its_party),
      TEST(a_party_word_behind_which_nobody_stands_blocks),
      TEST(the_last_step_fixes_the_figures),
      TEST(figures_are_checked_at_each_step),
      TEST(a_later_step_needs_its_own_reason_for_its_own_figure),
      TEST(going_back_to_the_request_needs_none),
      TEST(without_a_chain_submitting_approves),
      TEST(a_return_starts_over_with_the_next_version),
      TEST(only_what_waits_can_be_returned),
      TEST(closing_is_the_owners_and_final),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
