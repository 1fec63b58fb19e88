// Random sequences over needs plans: who may do what next, which figures stand, and why - each answer
// foretold by a model of a page. The chain is [PARTY_B, PROVINCE] as in document A.
#include "services/dispatch/rules/plan.h"
#include "tests/rules/dispatch/desk.h"
#include <stdio.h>
#include <string.h>

enum { ROUNDS = 30, STEPS = 200, YEARS = 3, LINES = 2, PLANS_MAX = 64 };
enum where { DRAFT, SUBMITTED, APPROVED, CLOSED };

struct plan {
  char id[40];
  int year;
  enum where where;
  int steps, version, revision;
  int requested[LINES], approved[LINES];
  bool reason[LINES];
};
struct run {
  struct desk *desk;
  uint64_t seed;
  struct plan plans[PLANS_MAX];
  int n;
};

static const char *const years[YEARS] = {"2016-2017", "2017-2018", "2018-2019"};
static const char *const actors[] = {"bayannur", "region", "baotou"};
enum { OWNER, DEPARTMENT, SUPPORTER, ACTORS };

static int dice(struct run *run, uint32_t sides)
{
  return (int)test_random_below(&run->seed, sides);
}

static bool taken(const struct run *run, int year)
{
  for (int i = 0; i < run->n; i++)
    if (run->plans[i].year == year && run->plans[i].where != CLOSED) return true;
  return false;
}

static void check(struct run *run, struct outcome outcome, const char *expected, const char *what)
{
  const char *got = outcome.r == 0  ? NULL
                    : outcome.r > 0 ? reason_text((enum reason)outcome.r)->word
                                    : "system error";
  if ((!got && !expected) || (got && expected && strcmp(got, expected) == 0)) return;
  fail_msg("%s (plan %d of the round): %s, the model says %s", what, run->n, got ? got : "accepted",
           expected ? expected : "accepted");
}

static char *lines_text(struct run *run, const int requested[LINES])
{
  return arena_printf(run->desk->world->arena, "2115080201 PRIMARY 13 %d 1|3115082301 JUNIOR - %d 0",
                      requested[0], requested[1]);
}

static void draft(struct run *run)
{
  struct plan plan = {.year = dice(run, YEARS), .version = 1, .revision = 1};
  int actor = dice(run, ACTORS);
  if (run->n == PLANS_MAX) return;
  for (int i = 0; i < LINES; i++)
    plan.requested[i] = dice(run, 4); // 0 is refused
  const char *expected = actor != OWNER                                     ? "AS-09"
                         : taken(run, plan.year)                            ? "PL-01"
                         : plan.requested[0] == 0 || plan.requested[1] == 0 ? "FIELD"
                                                                            : NULL;
  Dsp__DraftPlan *cmd = desk_draft(run->desk, lines_text(run, plan.requested));
  cmd->school_year = (char *)years[plan.year];
  struct outcome outcome = DO(run->desk, actors[actor], "2016-08-18", dsp_plan_draft, cmd);
  check(run, outcome, expected, "draft");
  if (expected) return;
  snprintf(plan.id, sizeof plan.id, "%s", ((const Dsp__PlanReply *)outcome.out->reply)->id);
  run->plans[run->n++] = plan;
}

static void amend(struct run *run, struct plan *plan, int actor)
{
  Dsp__AmendPlan cmd = DSP__AMEND_PLAN__INIT;
  int requested[LINES] = {1 + dice(run, 4), 1 + dice(run, 4)};
  const char *expected = plan->where != DRAFT ? "STATE" : actor != OWNER ? "AS-09" : NULL;
  cmd.id = plan->id;
  cmd.lines = desk_lines(run->desk, lines_text(run, requested), &cmd.n_lines);
  check(run, DO(run->desk, actors[actor], "2016-08-18", dsp_plan_amend, &cmd), expected, "amend");
  if (expected) return;
  memcpy(plan->requested, requested, sizeof requested);
  plan->revision++;
}

static void submit(struct run *run, struct plan *plan, int actor)
{
  Dsp__SubmitPlan cmd = DSP__SUBMIT_PLAN__INIT;
  const char *expected = plan->where != DRAFT ? "STATE" : actor != OWNER ? "AS-09" : NULL;
  cmd.id = plan->id;
  check(run, DO(run->desk, actors[actor], "2016-08-18", dsp_plan_submit, &cmd), expected, "submit");
  if (expected) return;
  plan->where = SUBMITTED;
  plan->steps = 0;
  plan->revision++;
  for (int i = 0; i < LINES; i++) {
    plan->approved[i] = plan->requested[i];
    plan->reason[i] = false;
  }
}

// The figures after a step's decisions, or a line without a reason.
static const char *decide(struct run *run, const struct plan *plan, struct plan *after, char *text,
                          size_t size)
{
  *after = *plan;
  text[0] = '\0';
  for (int i = 0; i < LINES; i++) {
    if (dice(run, 2)) continue;
    int figure = dice(run, 5);
    bool reason = dice(run, 2);
    size_t used = strlen(text);
    snprintf(text + used, size - used, "%s%d %d%s", used ? "|" : "", i + 1, figure, reason ? " because" : "");
    if (reason)
      after->reason[i] = true;
    else if (figure != plan->approved[i])
      after->reason[i] = false;
    after->approved[i] = figure;
  }
  for (int i = 0; i < LINES; i++)
    if (after->approved[i] != after->requested[i] && !after->reason[i]) return "PL-04";
  return NULL;
}

static void verify(struct run *run, struct plan *plan, int actor)
{
  struct plan after;
  char text[120];
  int awaited = plan->steps == 0 ? OWNER : DEPARTMENT; // PARTY_B is the owner's bureau here
  const char *figures = decide(run, plan, &after, text, sizeof text);
  const char *expected = plan->where != SUBMITTED ? "STATE" : actor != awaited ? "PL-03" : figures;
  check(run, desk_verify(run->desk, actors[actor], plan->id, text), expected, "verify");
  if (expected) return;
  *plan = after;
  plan->steps++;
  plan->revision++;
  if (plan->steps == 2) plan->where = APPROVED;
}

static void give_back(struct run *run, struct plan *plan, int actor)
{
  Dsp__ReturnPlan cmd = DSP__RETURN_PLAN__INIT;
  bool reason = dice(run, 2);
  int awaited = plan->steps == 0 ? OWNER : DEPARTMENT;
  const char *expected = plan->where != SUBMITTED ? "STATE"
                         : actor != awaited       ? "PL-03"
                         : reason                 ? NULL
                                                  : "AS-13";
  cmd.id = plan->id;
  cmd.reason = reason ? "again" : "";
  check(run, DO(run->desk, actors[actor], "2016-08-19", dsp_plan_return, &cmd), expected, "return");
  if (expected) return;
  plan->where = DRAFT;
  plan->steps = 0;
  plan->version++;
  plan->revision++;
  memset(plan->approved, 0, sizeof plan->approved);
  memset(plan->reason, 0, sizeof plan->reason);
}

static void close_plan(struct run *run, struct plan *plan, int actor)
{
  Dsp__ClosePlan cmd = DSP__CLOSE_PLAN__INIT;
  const char *expected = plan->where == CLOSED ? "STATE" : actor != OWNER ? "AS-09" : NULL;
  cmd.id = plan->id;
  check(run, DO(run->desk, actors[actor], "2016-08-19", dsp_plan_close, &cmd), expected, "close");
  if (expected) return;
  plan->where = CLOSED;
  plan->revision++;
}

// A revision that is not the record's is refused whatever the command.
static void stale(struct run *run, const struct plan *plan)
{
  Dsp__ClosePlan cmd = DSP__CLOSE_PLAN__INIT;
  cmd.id = (char *)plan->id;
  uint64_t rev = (uint64_t)plan->revision + 1 + (uint64_t)dice(run, 3);
  check(run, DO_REV(run->desk, "bayannur", "2016-08-19", rev, dsp_plan_close, &cmd), "DA-02", "stale");
}

static void check_record(struct run *run, const struct plan *plan)
{
  static const Dsp__PlanStatus states[] = {
      [DRAFT] = DSP__PLAN_STATUS__PLAN_DRAFT,
      [SUBMITTED] = DSP__PLAN_STATUS__PLAN_SUBMITTED,
      [APPROVED] = DSP__PLAN_STATUS__PLAN_APPROVED,
      [CLOSED] = DSP__PLAN_STATUS__PLAN_CLOSED,
  };
  const Dsp__NeedsPlan *row = desk_get_plan(run->desk, plan->id);
  assert_int_equal(row->status, states[plan->where]);
  assert_int_equal(row->version, plan->version);
  assert_int_equal(row->rev, plan->revision);
  assert_int_equal(row->requested, plan->requested[0] + plan->requested[1]);
  if (plan->where != CLOSED) assert_int_equal(row->steps_done, plan->steps);
  if (plan->where == DRAFT) return;
  assert_int_equal(row->approved, plan->approved[0] + plan->approved[1]);
  for (int i = 0; i < LINES; i++) {
    assert_int_equal(row->lines[i]->approved, plan->approved[i]);
    assert_int_equal(row->lines[i]->reason[0] != '\0', plan->reason[i]);
  }
}

static void step(struct run *run)
{
  static void (*const steps[])(struct run *, struct plan *, int) = {amend,  submit,    verify,
                                                                    verify, give_back, close_plan};
  // Mostly the newest plan and the right people, so that plans get to their end.
  struct plan *plan = &run->plans[dice(run, 3) ? run->n - 1 : dice(run, (uint32_t)run->n)];
  int what = dice(run, 8), actor = dice(run, ACTORS);
  if (what >= 6) {
    stale(run, plan);
    return;
  }
  if (what == 5 && dice(run, 3)) what = 2; // closing ends the fun
  steps[what](run, plan, actor);
  check_record(run, plan);
}

static void random_plans(void **state)
{
  uint64_t seed = test_seed();
  int reached[CLOSED + 1] = {0}, again = 0;
  (void)state;
  for (int round = 0; round < ROUNDS; round++) {
    struct run run = {.desk = desk_new(), .seed = test_random(&seed)};
    for (int i = 0; i < STEPS; i++)
      if (run.n == 0 || dice(&run, 8) == 0)
        draft(&run);
      else
        step(&run);
    for (int i = 0; i < run.n; i++) {
      check_record(&run, &run.plans[i]);
      reached[run.plans[i].where]++;
      again += run.plans[i].version > 1;
    }
    assert_false(arena_exhausted(run.desk->world->arena));
    desk_free(run.desk);
  }
  assert_true(reached[APPROVED] > 0 && reached[CLOSED] > 0 && again > 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_plans)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
