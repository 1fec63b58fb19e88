#include "tests/rules/dispatch/desk.h"
#include "common/base/pb.h"
#include "services/dispatch/rules/assignment.h"
#include "services/dispatch/rules/candidate.h"
#include "services/dispatch/rules/plan.h"
#include "services/dispatch/rules/posting.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *need(void *pointer)
{
  assert_non_null(pointer);
  return pointer;
}

#define NEW(desk, type, init)                                                                                \
  ({                                                                                                         \
    type *new_ = need(ARENA_NEW((desk)->world->arena, type));                                                \
    init(new_);                                                                                              \
    new_;                                                                                                    \
  })

static char *text(struct desk *desk, const char *value)
{
  return need(arena_strdup(desk->world->arena, value ? value : ""));
}

// ---- the desk

static void fill(struct desk *desk)
{
  struct world *world = desk->world;
  const Prg__Programme *programme;
  char number[8];
  assert_ok(dir_programme(world->dir, "nmg-framework", 1, &programme));
  desk->agreement = world_agreement(world, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  desk->primary = world_partnership(world, programme, "MUTUAL_AID", desk->agreement,
                                    "SUPPORTER=2115020301|RECIPIENT=2115080201|RECIPIENT=2115080202");
  desk->junior = world_partnership(world, programme, "MUTUAL_AID", desk->agreement,
                                   "SUPPORTER=3115020201|RECIPIENT=3115082301");
  desk->kindergarten = world_partnership(world, programme, "KG_ONE_TO_ONE", desk->agreement,
                                         "SUPPORTER=1115020301|RECIPIENT=1115080201");
  for (int i = 11; i <= 16; i++) {
    snprintf(number, sizeof number, "R%02d", i);
    world_add_person(world, number, "RETIRED_TEACHER", NULL, "2115020301");
  }
}

struct desk *desk_new(void)
{
  struct desk *desk = need(calloc(1, sizeof *desk));
  desk->world = world_new();
  desk->store = test_store(NULL, "dispatch");
  assert_ok(dsp_state_open(desk->store, &desk->state));
  assert_ok(store_begin(desk->store, true, &desk->txn));
  desk->view = need((void *)dsp_state_view(desk->state, desk->txn, desk->world->arena));
  desk->all_events = world_decision(desk->world);
  fill(desk);
  return desk;
}

struct desk *desk_free(struct desk *desk)
{
  store_abort(&desk->txn);
  dsp_state_close(desk->state);
  store_close(desk->store);
  world_free(desk->world);
  free(desk);
  return NULL;
}

int desk_setup(void **state)
{
  *state = desk_new();
  return 0;
}

int desk_teardown(void **state)
{
  desk_free(*state);
  return 0;
}

static void apply(struct desk *desk, const struct decision *out)
{
  for (const struct decided_event *event = out->first; event; event = event->next) {
    assert_ok(dsp_state_apply(desk->state, desk->txn, event->data));
    assert_ok(decision_emit(desk->all_events, &event->head, event->data));
    assert_true(event->head.subject[0] && event->head.division[0] && event->head.n_units > 0 &&
                event->head.rev > 0);
  }
}

struct rule_context *desk_context(struct desk *desk, const char *who, const char *day, uint64_t rev)
{
  struct rule_context *ctx = world_context(desk->world, who, day);
  ctx->expect_rev = rev;
  return ctx;
}

// A refusal says why in its decision, an acceptance does not.
struct outcome desk_take(struct desk *desk, struct outcome outcome)
{
  assert_int_equal(outcome.out->reason, outcome.r > 0 ? outcome.r : REASON_NONE);
  if (outcome.r == 0) apply(desk, outcome.out);
  return outcome;
}

char *desk_id(struct desk *desk, const char *code)
{
  return (char *)world_id(desk->world, code);
}

// ---- plans

static char *none(char *word)
{
  return strcmp(word, "-") == 0 ? "" : word;
}

Dsp__PlanLine **desk_lines(struct desk *desk, const char *list, size_t *ret_n)
{
  char **items = programme_words(desk->world->arena, list, ret_n);
  Dsp__PlanLine **lines = need(ARENA_ARRAY(desk->world->arena, Dsp__PlanLine *, *ret_n + 1));
  for (size_t i = 0; i < *ret_n; i++) {
    char code[48], stage[16], subject[32];
    unsigned requested, priority;
    assert_int_equal(sscanf(items[i], "%47s %15s %31s %u %u", code, stage, subject, &requested, &priority),
                     5);
    Dsp__PlanLine *line = NEW(desk, Dsp__PlanLine, dsp__plan_line__init);
    line->institution = strlen(code) == 10 ? desk_id(desk, code) : text(desk, code);
    if (strcmp(stage, "-") != 0) line->stage = (Typ__Stage)pb_enum_value(&typ__stage__descriptor, stage);
    line->subject = text(desk, none(subject));
    line->requested = requested;
    line->priority = priority;
    lines[i] = line;
  }
  return lines;
}

Dsp__DraftPlan *desk_draft(struct desk *desk, const char *lines)
{
  Dsp__DraftPlan *cmd = NEW(desk, Dsp__DraftPlan, dsp__draft_plan__init);
  cmd->programme = "nmg-framework";
  cmd->agreement = desk->agreement->id;
  cmd->measure = "retired_teaching";
  cmd->school_year = "2016-2017";
  cmd->owner = desk_id(desk, "BY-EDU");
  cmd->lines = desk_lines(desk, lines, &cmd->n_lines);
  return cmd;
}

const char *desk_plan(struct desk *desk, const char *lines)
{
  struct outcome outcome = DO(desk, "bayannur", "2016-08-18", dsp_plan_draft, desk_draft(desk, lines));
  assert_accepted(outcome.out, outcome.r);
  return ((const Dsp__PlanReply *)outcome.out->reply)->id;
}

const char *desk_submitted(struct desk *desk, const char *lines)
{
  Dsp__SubmitPlan cmd = DSP__SUBMIT_PLAN__INIT;
  cmd.id = (char *)desk_plan(desk, lines);
  ok(DO(desk, "bayannur", "2016-08-18", dsp_plan_submit, &cmd));
  return cmd.id;
}

struct outcome desk_verify(struct desk *desk, const char *who, const char *plan, const char *decisions)
{
  Dsp__VerifyPlan cmd = DSP__VERIFY_PLAN__INIT;
  char **items = programme_words(desk->world->arena, decisions, &cmd.n_decisions);
  cmd.id = (char *)plan;
  cmd.decisions = need(ARENA_ARRAY(desk->world->arena, Dsp__LineDecision *, cmd.n_decisions + 1));
  for (size_t i = 0; i < cmd.n_decisions; i++) {
    Dsp__LineDecision *decision = NEW(desk, Dsp__LineDecision, dsp__line_decision__init);
    char *rest;
    decision->no = (uint32_t)strtoul(items[i], &rest, 10);
    decision->approved = (uint32_t)strtoul(rest, &rest, 10);
    decision->reason = *rest == ' ' ? rest + 1 : rest;
    cmd.decisions[i] = decision;
  }
  return DO(desk, who, "2016-08-19", dsp_plan_verify, &cmd);
}

const char *desk_approved(struct desk *desk, const char *lines)
{
  const char *plan = desk_submitted(desk, lines);
  ok(desk_verify(desk, "bayannur", plan, ""));
  ok(desk_verify(desk, "region", plan, ""));
  return plan;
}

// ---- candidates

Dsp__Nominate *desk_nominee(struct desk *desk, const char *staff_no, const char *wishes)
{
  Dsp__Nominate *cmd = NEW(desk, Dsp__Nominate, dsp__nominate__init);
  cmd->programme = "nmg-framework";
  cmd->agreement = desk->agreement->id;
  cmd->measure = "retired_teaching";
  cmd->period = "2016-2017";
  cmd->person = desk_id(desk, staff_no);
  cmd->nominated_by = desk_id(desk, "BT-EDU");
  cmd->wishes = programme_words(desk->world->arena, wishes, &cmd->n_wishes);
  for (size_t i = 0; i < cmd->n_wishes; i++)
    cmd->wishes[i] = desk_id(desk, cmd->wishes[i]);
  return cmd;
}

const char *desk_nominated(struct desk *desk, const char *staff_no, const char *wishes)
{
  struct outcome outcome =
      DO(desk, "baotou", "2016-08-20", dsp_candidate_nominate, desk_nominee(desk, staff_no, wishes));
  assert_accepted(outcome.out, outcome.r);
  return ((const Dsp__CandidateReply *)outcome.out->reply)->id;
}

// ---- assignments

Dsp__ProposeAssignment *desk_proposal(struct desk *desk, const struct desk_posting *posting)
{
  Dsp__ProposeAssignment *cmd = NEW(desk, Dsp__ProposeAssignment, dsp__propose_assignment__init);
  cmd->programme = "nmg-framework";
  cmd->agreement = desk->agreement->id;
  cmd->measure = text(desk, posting->measure ? posting->measure
                            : posting->plan  ? "retired_teaching"
                                             : "principal_post");
  cmd->person = desk_id(desk, posting->person);
  cmd->host = desk_id(desk, posting->host);
  cmd->plan = text(desk, posting->plan);
  cmd->plan_line = posting->plan && !posting->line ? 1 : posting->line;
  cmd->period = NEW(desk, Typ__Period, typ__period__init);
  cmd->period->from = text(desk, posting->from ? posting->from : posting->plan ? "2016-09-01" : "2016-10-10");
  cmd->period->to = text(desk, posting->to);
  cmd->load_percent = posting->load;
  return cmd;
}

const char *desk_proposed(struct desk *desk, const struct desk_posting *posting)
{
  struct outcome outcome =
      DO(desk, "baotou+bayannur", "2016-08-20", dsp_assignment_propose, desk_proposal(desk, posting));
  assert_accepted(outcome.out, outcome.r);
  return ((const Dsp__AssignmentReply *)outcome.out->reply)->id;
}

struct outcome desk_accept(struct desk *desk, const char *who, const char *id, bool person, bool home)
{
  Dsp__AcceptAssignment cmd = DSP__ACCEPT_ASSIGNMENT__INIT;
  cmd.id = (char *)id;
  cmd.as_person = person;
  cmd.as_home = home;
  return DO(desk, who, "2016-08-21", dsp_assignment_accept, &cmd);
}

struct outcome desk_approve(struct desk *desk, const char *who, const char *day, const char *id)
{
  Dsp__ApproveAssignment cmd = DSP__APPROVE_ASSIGNMENT__INIT;
  cmd.id = (char *)id;
  return DO(desk, who, day, dsp_assignment_approve, &cmd);
}

static void order(struct desk *desk, const char *id)
{
  Dsp__IssueOrder cmd = DSP__ISSUE_ORDER__INIT;
  cmd.id = (char *)id;
  cmd.order_no = "巴教派〔2016〕1号";
  ok(DO(desk, "baotou+bayannur", "2016-08-23", dsp_posting_order, &cmd));
}

static void arrive(struct desk *desk, const char *id)
{
  Dsp__ConfirmArrival cmd = DSP__CONFIRM_ARRIVAL__INIT;
  cmd.id = (char *)id;
  const char *day = desk_get(desk, id)->period->from;
  ok(DO(desk, "baotou+bayannur", day, dsp_posting_arrive, &cmd));
}

static void complete(struct desk *desk, const char *id)
{
  Dsp__CompleteAssignment cmd = DSP__COMPLETE_ASSIGNMENT__INIT;
  cmd.id = (char *)id;
  cmd.evaluation = "良好";
  ok(DO(desk, "baotou+bayannur", desk_get(desk, id)->period->to, dsp_posting_complete, &cmd));
}

const char *desk_posting_in(struct desk *desk, const struct desk_posting *posting,
                            Dsp__AssignmentStatus state)
{
  const char *id = desk_proposed(desk, posting);
  ok(desk_accept(desk, "baotou+bayannur", id, true, true));
  if (state == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED) return id;
  ok(desk_approve(desk, "baotou+bayannur", "2016-08-22", id));
  if (state == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_APPROVED) return id;
  order(desk, id);
  if (state == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_DISPATCHED) return id;
  arrive(desk, id);
  if (state == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ARRIVED) return id;
  complete(desk, id);
  return id;
}

// ---- records

const Dsp__NeedsPlan *desk_get_plan(struct desk *desk, const char *id)
{
  const Dsp__NeedsPlan *row;
  assert_ok(dsp_view_plan(desk->view, id, &row));
  return need((void *)row);
}

const Dsp__Candidate *desk_get_candidate(struct desk *desk, const char *id)
{
  const Dsp__Candidate *row;
  assert_ok(dsp_view_candidate(desk->view, id, &row));
  return need((void *)row);
}

const Dsp__MatchRun *desk_get_run(struct desk *desk, const char *id)
{
  const Dsp__MatchRun *row;
  assert_ok(dsp_view_run(desk->view, id, &row));
  return need((void *)row);
}

const Dsp__Assignment *desk_get(struct desk *desk, const char *id)
{
  const Dsp__Assignment *row;
  assert_ok(dsp_view_assignment(desk->view, id, &row));
  return need((void *)row);
}

uint32_t desk_used(struct desk *desk, const char *key)
{
  uint32_t used = 0;
  assert_ok(dsp_view_quota(desk->view, key, &used));
  return used;
}
