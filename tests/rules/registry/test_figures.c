// Figures: who counts in a coverage and in counts, as of a day; parts that add up; recording and snapshots
// (ID-01, ID-02).
#include "services/registry/rules/figures.h"
#include "services/registry/rules/indicator.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <errno.h>
#include <string.h>

#define T(text) ((char *)(text))

struct fixture {
  struct world *w;
  Prg__Programme *p;
  Prg__Indicator coverage, models, counties, judged, sent;
  Reg__Agreement *agreement;
};

static Prg__Indicator *add(struct fixture *f, Prg__Indicator *indicator, const char *id,
                           Prg__IndicatorForm form)
{
  prg__indicator__init(indicator);
  indicator->id = T(id);
  indicator->form = form;
  f->p->indicators[f->p->n_indicators++] = indicator;
  return indicator;
}

static Prg__Counted *counted(struct fixture *f, const char *what)
{
  Prg__Counted *c = ARENA_NEW(f->w->arena, Prg__Counted);
  prg__counted__init(c);
  c->what = T(what);
  return c;
}

// Township schools that are supported; model pairs; weak counties; a judged figure; one that dispatchd
// counts.
static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  f.p = programme_a(f.w->arena);
  f.p->indicators = ARENA_ARRAY(f.w->arena, Prg__Indicator *, 8);
  f.p->n_indicators = 0;
  Prg__Indicator *i = add(&f, &f.coverage, "coverage", PRG__INDICATOR_FORM__INDICATOR_COVERAGE);
  i->universe =
      programme_predicates(f.w->arena, "KIND_IN=SCHOOL;URBAN_RURAL_IN=TOWNSHIP|VILLAGE", &i->n_universe);
  i->roles = programme_words(f.w->arena, "RECIPIENT", &i->n_roles);
  i = add(&f, &f.models, "models", PRG__INDICATOR_FORM__INDICATOR_COUNT);
  i->num = counted(&f, "partnerships");
  i->num->designation = T("MODEL");
  i = add(&f, &f.counties, "counties", PRG__INDICATOR_FORM__INDICATOR_COVERAGE);
  i->unit = T("division");
  i->universe = programme_predicates(f.w->arena, "DIVISION_TAG=weak_county", &i->n_universe);
  i->roles = programme_words(f.w->arena, "RECIPIENT", &i->n_roles);
  i = add(&f, &f.judged, "judged", PRG__INDICATOR_FORM__INDICATOR_MANUAL);
  i->value_type = T("percent");
  i->evidence = true;
  i = add(&f, &f.sent, "sent", PRG__INDICATOR_FORM__INDICATOR_COUNT);
  i->num = counted(&f, "assignments");
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

static Reg__Partnership *support(struct fixture *f, const char *members)
{
  return world_partnership(f->w, f->p, "MUTUAL_AID", f->agreement, members);
}

static struct figure_count count(struct fixture *f, const Prg__Indicator *indicator, const char *day,
                                 const char *division)
{
  struct figures *figures = NULL;
  struct figure_count ret = {0};
  const struct dir_view *then = dir_view_as_of(f->w->dir, day);
  assert_ok(figures_open(then, f->p, indicator, day, &figures));
  assert_ok(figures_of(figures, then, division, &ret, NULL, NULL));
  figures_close(figures);
  return ret;
}

#define EXPECT(indicator, day, division, num, den)                                                           \
  do {                                                                                                       \
    struct figure_count got_ = count(f, (indicator), (day), (division));                                     \
    assert_int_equal(got_.numerator, (num));                                                                 \
    assert_int_equal(got_.denominator, (den));                                                               \
  } while (0)

static void a_unit_is_covered_while_it_holds_the_role(void **state)
{
  struct fixture *f = *state;
  EXPECT(&f->coverage, "2017-01-01", "0", 0, 2);
  Reg__Partnership *pair = support(f, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  EXPECT(&f->coverage, "2017-01-01", "0", 1, 2);
  EXPECT(&f->coverage, "2017-01-01", "150802", 1, 2);
  EXPECT(&f->coverage, "2017-01-01", "1502", 0, 0); // not applicable there
  EXPECT(&f->coverage, "2016-08-31", "0", 0, 2);    // it began on 2016-09-01
  pair->members[1]->to = T("2018-01-01");
  world_put(f->w, &pair->base);
  EXPECT(&f->coverage, "2017-12-31", "0", 1, 2);
  EXPECT(&f->coverage, "2018-01-01", "0", 0, 2);
  f->coverage.roles[0] = T("SUPPORTER"); // a city school is not of the universe
  EXPECT(&f->coverage, "2017-01-01", "0", 0, 2);
}

static void only_established_partnerships_of_the_mode_cover(void **state)
{
  struct fixture *f = *state;
  Reg__Partnership *pair = support(f, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  static const struct {
    Reg__PartnershipStatus status;
    int covered;
  } cases[] = {{REG__PARTNERSHIP_STATUS__PARTNERSHIP_PROPOSED, 0},
               {REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED, 1},
               {REG__PARTNERSHIP_STATUS__PARTNERSHIP_PAUSED, 0},
               {REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED, 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    pair->status = cases[i].status;
    world_put(f->w, &pair->base);
    EXPECT(&f->coverage, "2017-01-01", "0", cases[i].covered, 2);
  }
  pair->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED;
  world_put(f->w, &pair->base);
  f->coverage.mode = T("KG_ONE_TO_ONE");
  EXPECT(&f->coverage, "2017-01-01", "0", 0, 2);
}

static void a_partnership_in_the_role_stands_for_its_members(void **state)
{
  struct fixture *f = *state;
  Reg__Partnership *zone = support(f, "SUPPORTER=2115080201|RECIPIENT=2115080202");
  zone->programme = T("another");
  world_put(f->w, &zone->base);
  EXPECT(&f->coverage, "2017-01-01", "0", 0, 2);
  Reg__Partnership *outer = support(f, "SUPPORTER=2115020301|RECIPIENT=2115020302");
  outer->members[1]->party = zone->id;
  outer->members[1]->party_kind = REG__PARTY_KIND__PARTY_PARTNERSHIP;
  world_put(f->w, &outer->base);
  EXPECT(&f->coverage, "2017-01-01", "0", 2, 2);
}

static void the_universe_is_that_of_the_day(void **state)
{
  struct fixture *f = *state;
  Reg__Institution *school = world_institution(f->w, "2115080202");
  Reg__InstitutionAmended event = REG__INSTITUTION_AMENDED__INIT;
  event.institution = school;
  school->status = REG__INSTITUTION_STATUS__INSTITUTION_MERGED;
  school->since = T("2018-09-01");
  assert_ok(directory_apply(f->w->directory, f->w->txn, "InstitutionAmended", &event.base));
  EXPECT(&f->coverage, "2018-08-31", "0", 0, 2);
  EXPECT(&f->coverage, "2018-09-01", "0", 0, 1);
}

static void a_division_is_covered_by_one_institution_in_it(void **state)
{
  struct fixture *f = *state;
  static char tag[] = "weak_county", *tags[] = {tag};
  EXPECT(&f->counties, "2017-01-01", "15", 0, 0);
  Reg__Division *county = world_add_division(f->w, "150802", "Linhe");
  county->tags = tags;
  county->n_tags = 1;
  world_put(f->w, &county->base);
  EXPECT(&f->counties, "2017-01-01", "15", 0, 1);
  support(f, "SUPPORTER=2115020301|RECIPIENT=2115080203");
  EXPECT(&f->counties, "2017-01-01", "15", 1, 1);
  EXPECT(&f->counties, "2017-01-01", "150802", 1, 1);
  EXPECT(&f->counties, "2017-01-01", "1502", 0, 0);
}

static void counts_are_of_the_records_wanted(void **state)
{
  struct fixture *f = *state;
  Reg__Partnership *pair = support(f, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  EXPECT(&f->models, "2017-01-01", "0", 0, 0);
  pair->designation = REG__DESIGNATION__DESIGNATION_MODEL;
  world_put(f->w, &pair->base);
  EXPECT(&f->models, "2017-01-01", "0", 1, 0);
  EXPECT(&f->models, "2017-01-01", "1508", 1, 0);
  EXPECT(&f->models, "2017-01-01", "1502", 0, 0);
  f->models.form = PRG__INDICATOR_FORM__INDICATOR_RATIO; // models over agreements
  f->models.den = counted(f, "agreements");
  EXPECT(&f->models, "2017-01-01", "0", 1, 1);
  f->models.den->status = programme_words(f->w->arena, "DRAFT", &f->models.den->n_status);
  EXPECT(&f->models, "2017-01-01", "0", 1, 0);
}

static void what_dispatchd_keeps_is_never_a_zero_here(void **state)
{
  struct fixture *f = *state;
  struct figures *figures = NULL;
  assert_string_equal(figures_owner(&f->sent), "dispatch");
  assert_code(figures_open(f->w->dir, f->p, &f->sent, "2017-01-01", &figures), -ENOTSUP);
  assert_string_equal(figures_owner(&f->coverage), "registry");
}

static int note(void *context, const struct figure_record *record)
{
  int *seen = context;
  seen[record->counted]++;
  return 0;
}

static void parts_add_up_to_the_whole(void **state)
{
  struct fixture *f = *state;
  support(f, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  struct figures *figures = NULL;
  struct figure_count whole = count(f, &f->coverage, "2017-01-01", "15");
  const struct dir_view *then = dir_view_as_of(f->w->dir, "2017-01-01");
  assert_ok(figures_open(then, f->p, &f->coverage, "2017-01-01", &figures));
  for (size_t limit = 1; limit < 40; limit += 6) {
    char next[64] = "", after[64];
    int64_t num = 0, den = 0;
    int seen[2] = {0};
    do {
      struct figure_count part;
      memcpy(after, next, sizeof after);
      const struct figure_part from = {after, limit, note, seen};
      assert_ok(figures_part(figures, then, "15", &from, &part, next));
      assert_true(part.looked_at <= limit);
      num += part.numerator;
      den += part.denominator;
    } while (next[0]);
    assert_int_equal(num, whole.numerator);
    assert_int_equal(den, whole.denominator);
    assert_int_equal(seen[1], 1);
    assert_int_equal(seen[0], 1);
  }
  figures_close(figures);
}

// ---- values

static int record(struct fixture *f, const char *actor, const char *indicator, const char *value,
                  bool evidence, struct decision **ret)
{
  static char paper[] = "巴教发〔2017〕3号", *papers[] = {paper};
  Reg__RecordIndicator cmd = REG__RECORD_INDICATOR__INIT;
  cmd.programme = f->p->id;
  cmd.indicator = T(indicator);
  cmd.scope = T("150802");
  cmd.value = T(value);
  cmd.evidence = papers;
  cmd.n_evidence = evidence;
  *ret = world_decision(f->w);
  return reg_indicator_record(f->w->dir, &cmd, world_context(f->w, actor, "2017-01-01"), *ret);
}

static void what_is_entered_by_hand_has_evidence(void **state)
{
  struct fixture *f = *state;
  struct decision *out = NULL;
  f->p->owner->division = T("150000");
  world_put(f->w, &f->p->base);
  assert_refused(out, record(f, "region", "judged", "98.5", false, &out), "ID-01", "indicator", "judged",
                 NULL);
  assert_refused(out, record(f, "region", "judged", "101", true, &out), "FIELD", "field", "value", NULL);
  assert_refused(out, record(f, "region", "judged", "ninety", true, &out), "FIELD", "field", "value", NULL);
  assert_refused(out, record(f, "region", "coverage", "98", true, &out), "FIELD", "field", "indicator", NULL);
  assert_refused(out, record(f, "stranger", "judged", "98", true, &out), "SE-01", NULL);
  assert_accepted(out, record(f, "region", "judged", "98.5", true, &out));
  world_apply(f->w, out);
  const Reg__IndicatorValue *const *list = NULL;
  size_t n = 0;
  assert_ok(dir_indicator_values_of(f->w->dir, f->p->id, "judged", "150802", &list, &n));
  assert_int_equal(n, 1);
  assert_string_equal(list[0]->value, "98.5");
  assert_string_equal(list[0]->as_of, "2017-01-01");
  assert_true(list[0]->manual);
}

static const Reg__IndicatorValue *snapshot(struct fixture *f, const char *indicator)
{
  Reg__TakeSnapshot cmd = REG__TAKE_SNAPSHOT__INIT;
  cmd.programme = f->p->id;
  cmd.indicator = T(indicator);
  cmd.scope = T("1508");
  struct rule_context *ctx = world_context(f->w, "region", "2017-01-01");
  static const uint64_t seq = 41;
  ctx->prepared = &seq;
  struct decision *out = world_decision(f->w);
  assert_accepted(out, reg_indicator_snapshot(f->w->dir, &cmd, ctx, out));
  world_apply(f->w, out);
  return ((const Reg__IndicatorReply *)out->reply)->values[0];
}

static void a_snapshot_says_what_it_stands_on(void **state)
{
  struct fixture *f = *state;
  f->p->owner->division = T("150000");
  world_put(f->w, &f->p->base);
  const Reg__IndicatorValue *first = snapshot(f, "coverage");
  assert_int_equal(first->denominator, 2);
  assert_int_equal(first->universe_seq, 41);
  assert_false(first->not_applicable);
  support(f, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  const Reg__IndicatorValue *second = snapshot(f, "coverage");
  assert_int_equal(second->numerator, 1);
  assert_string_equal(first->universe, second->universe); // the same units were counted
  Reg__Institution *school = world_institution(f->w, "2115080202");
  school->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(f->w, &school->base);
  assert_string_not_equal(first->universe, snapshot(f, "coverage")->universe);
  assert_true(snapshot(f, "counties")->not_applicable); // ID-02
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(a_unit_is_covered_while_it_holds_the_role),
      TEST(only_established_partnerships_of_the_mode_cover),
      TEST(a_partnership_in_the_role_stands_for_its_members),
      TEST(the_universe_is_that_of_the_day),
      TEST(a_division_is_covered_by_one_institution_in_it),
      TEST(counts_are_of_the_records_wanted),
      TEST(what_dispatchd_keeps_is_never_a_zero_here),
      TEST(parts_add_up_to_the_whole),
      TEST(what_is_entered_by_hand_has_evidence),
      TEST(a_snapshot_says_what_it_stands_on),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
