// Targets: when they are due, and that each change is told once.
#include "services/registry/rules/target.h"
#include "services/registry/rules/target_due.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <stdio.h>
#include <string.h>

#define T(text) ((char *)(text))

struct fixture {
  struct world *w;
  Prg__Programme *p;
  Prg__Indicator coverage, judged;
  Prg__Target full, stated;
  Reg__Agreement *agreement;
  struct reg_sweep sweep;
};

static int setup(void **state)
{
  static struct fixture f;
  f = (struct fixture){.w = world_new(), .sweep.lead_days = 30};
  struct arena *arena = f.w->arena;
  f.p = programme_a(arena);
  f.p->owner->division = T("150000");
  f.p->indicators = ARENA_ARRAY(arena, Prg__Indicator *, 2);
  f.p->indicators[0] = &f.coverage;
  f.p->indicators[1] = &f.judged;
  f.p->n_indicators = 2;
  prg__indicator__init(&f.coverage);
  f.coverage.id = T("coverage");
  f.coverage.form = PRG__INDICATOR_FORM__INDICATOR_COVERAGE;
  f.coverage.universe =
      programme_predicates(arena, "KIND_IN=SCHOOL;URBAN_RURAL_IN=TOWNSHIP|VILLAGE", &f.coverage.n_universe);
  f.coverage.roles = programme_words(arena, "RECIPIENT", &f.coverage.n_roles);
  prg__indicator__init(&f.judged);
  f.judged.id = T("judged");
  f.judged.form = PRG__INDICATOR_FORM__INDICATOR_MANUAL;
  f.p->targets = ARENA_ARRAY(arena, Prg__Target *, 2);
  f.p->targets[0] = &f.full;
  f.p->targets[1] = &f.stated;
  f.p->n_targets = 2;
  prg__target__init(&f.full);
  f.full.indicator = T("coverage");
  f.full.op = PRG__TARGET_OP__TARGET_GE;
  f.full.value = 100;
  f.full.unit = T("percent");
  f.full.each = TYP__DIVISION_LEVEL__LEVEL_COUNTY;
  f.full.deadline = T("2022-12-31");
  prg__target__init(&f.stated);
  f.stated.indicator = T("judged");
  f.stated.op = PRG__TARGET_OP__TARGET_STATED;
  f.stated.deadline = T("2025");
  world_put(f.w, &f.p->base);
  f.agreement = world_agreement(f.w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

static const char *tick(struct fixture *f, const char *day)
{
  struct decision *out = world_decision(f->w);
  uint32_t moved = 0;
  assert_ok(reg_target_tick(f->w->dir, &f->sweep, world_context(f->w, "self", day), out, &moved));
  assert_int_equal(moved, out->n_events);
  world_apply(f->w, out);
  return world_events(f->w, out);
}

static void support(struct fixture *f, const char *recipient, const char *since)
{
  char members[80];
  snprintf(members, sizeof members, "SUPPORTER=2115020301|RECIPIENT=%s", recipient);
  Reg__Partnership *pair = world_partnership(f->w, f->p, "MUTUAL_AID", f->agreement, members);
  pair->since = T(since);
  world_put(f->w, &pair->base);
}

static void each_change_is_told_once(void **state)
{
  struct fixture *f = *state;
  // The target of coverage in the only county with township schools, and the one that waits for a judgement.
  assert_string_equal(tick(f, "2022-03-01"), "TargetJudged,TargetJudged");
  assert_string_equal(tick(f, "2022-03-01"), ""); // once a day
  assert_string_equal(tick(f, "2022-03-02"), ""); // and only what moved
  support(f, "2115080201", "2022-03-03");
  assert_string_equal(tick(f, "2022-03-03"), "TargetJudged");
  assert_string_equal(tick(f, "2022-11-30"), "");
  assert_string_equal(tick(f, "2022-12-01"), "TargetAtRisk"); // thirty days before
  assert_string_equal(tick(f, "2022-12-02"), "");
  support(f, "2115080202", "2022-12-20");
  assert_string_equal(tick(f, "2022-12-20"), "TargetMet");
  assert_string_equal(tick(f, "2023-01-01"), "TargetJudged"); // as of the day it was due: that stands
  assert_string_equal(tick(f, "2023-01-02"), "");
}

static void what_comes_too_late_does_not_count(void **state)
{
  struct fixture *f = *state;
  support(f, "2115080201", "2022-03-03");
  support(f, "2115080202", "2023-01-05");
  assert_string_equal(tick(f, "2023-01-10"), "TargetMissed,TargetJudged");
  assert_string_equal(tick(f, "2023-01-11"), "");
  const Reg__TargetState *missed = NULL;
  assert_ok(dir_target_state(f->w->dir, "nmg-framework@1/0/150802/2022-12-31", &missed));
  assert_non_null(missed);
  assert_int_equal(missed->numerator, 1);
  assert_int_equal(missed->denominator, 2);
  assert_string_equal(missed->as_of, "2022-12-31");
}

static void a_judged_target_is_met_by_a_statement(void **state)
{
  struct fixture *f = *state;
  f->p->n_targets = 1;
  f->p->targets[0] = &f->stated;
  world_put(f->w, &f->p->base);
  assert_string_equal(tick(f, "2025-12-15"), "TargetAtRisk");
  Reg__IndicatorValue value = REG__INDICATOR_VALUE__INIT;
  value.id = T(world_new_id(f->w));
  value.programme = f->p->id;
  value.indicator = T("judged");
  value.scope = T("15");
  value.as_of = T("2025-12-16");
  value.value = T("明显提高");
  value.manual = true;
  Reg__IndicatorRecorded event = REG__INDICATOR_RECORDED__INIT;
  event.value = &value;
  assert_ok(directory_apply(f->w->directory, f->w->txn, "IndicatorRecorded", &event.base));
  assert_string_equal(tick(f, "2025-12-17"), "TargetMet");
}

static void dispatchds_figures_are_not_judged_here(void **state)
{
  struct fixture *f = *state;
  f->coverage.form = PRG__INDICATOR_FORM__INDICATOR_FILL;
  f->p->n_targets = 1;
  world_put(f->w, &f->p->base);
  assert_string_equal(tick(f, "2023-01-10"), "");
}

static void a_sweep_goes_on_where_it_stopped(void **state)
{
  struct fixture *f = *state;
  enum { COUNTIES = 900 };
  f->p->n_targets = 1;
  f->full.each = TYP__DIVISION_LEVEL__LEVEL_TOWNSHIP;
  f->p->owner->division = T("420000");
  world_put(f->w, &f->p->base);
  for (int i = 0; i < COUNTIES; i++) {
    char code[DATE_SIZE], school[DATE_SIZE];
    snprintf(code, sizeof code, "421182%03d", i);
    snprintf(school, sizeof school, "2142%06d", i);
    world_add_division(f->w, code, code);
    world_add_institution(
        f->w, &(struct world_unit){school, school, "SCHOOL", code, NULL, "TOWNSHIP", "PRIMARY", NULL});
  }
  size_t told = 0, ticks = 0;
  while (!f->sweep.done) {
    struct decision *out = world_decision(f->w);
    uint32_t moved = 0;
    assert_ok(reg_target_tick(f->w->dir, &f->sweep, world_context(f->w, "self", "2022-01-01"), out, &moved));
    assert_true(moved <= 400);
    world_apply(f->w, out);
    told += moved;
    ticks++;
  }
  assert_int_equal(told, COUNTIES);
  assert_int_equal(ticks, 3);
}

static void targets_are_due_at_the_end_of_each_period(void **state)
{
  (void)state;
  static const struct {
    Prg__CalendarWord every;
    const char *deadline, *today, *dues;
  } cases[] = {
      {0, "2022-12-31", "2022-01-01", "2022-12-31"},
      {0, "2022", "2022-01-01", "2022-12-31"},
      {0, "2022-02", "2022-01-01", "2022-02-28"},
      {0, "", "2022-01-01", ""},
      {PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR, "", "2022-05-05", "2021-12-31 2022-12-31"},
      {PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR, "", "2022-05-05", "2021-08-31 2022-08-31"},
      {PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER, "", "2022-05-05", "2022-02-28 2022-08-31"},
      {PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH, "", "2024-02-29", "2024-01-31 2024-02-29"},
      {PRG__CALENDAR_WORD__CALENDAR_WORD_WEEK, "", "2022-05-05", "2022-05-01 2022-05-08"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Prg__Programme programme = PRG__PROGRAMME__INIT;
    Prg__Target target = PRG__TARGET__INIT;
    Prg__CalendarWord every = cases[i].every;
    char dues[TARGET_DUES][DATE_SIZE], text[100] = "";
    target.deadline = T(cases[i].deadline);
    target.every = &every;
    target.n_every = every != 0;
    size_t n = target_dues(&programme, &target, cases[i].today, dues);
    for (size_t k = 0; k < n; k++)
      snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", k ? " " : "", dues[k]);
    assert_string_equal(text, cases[i].dues);
    programme.since = T("2022-04-01"); // what ended before was never its target
    assert_true(target_dues(&programme, &target, cases[i].today, dues) <= n);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(each_change_is_told_once),
      TEST(what_comes_too_late_does_not_count),
      TEST(a_judged_target_is_met_by_a_statement),
      TEST(dispatchds_figures_are_not_judged_here),
      TEST(a_sweep_goes_on_where_it_stopped),
      cmocka_unit_test(targets_are_due_at_the_end_of_each_period),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
