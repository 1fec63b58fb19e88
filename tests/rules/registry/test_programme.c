// PublishProgramme: PR-01, PR-03, who may.
#include "services/registry/rules/programme.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

static int setup(void **state)
{
  *state = world_new();
  return 0;
}
static int teardown(void **state)
{
  world_free(*state);
  return 0;
}

static int publish(struct world *w, const char *actor, Prg__Programme *programme, struct decision **ret)
{
  Reg__PublishProgramme cmd = REG__PUBLISH_PROGRAMME__INIT;
  cmd.programme = programme;
  *ret = world_decision(w);
  return reg_programme_publish(w->dir, &cmd, world_context(w, actor, "2016-08-17"), *ret);
}
static const Reg__ProgrammeReply *reply_of(const struct decision *out)
{
  return (const Reg__ProgrammeReply *)out->reply;
}

static void a_new_programme(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Prg__Programme *programme = programme_a(w->arena);
  programme->id = (char *)"nmg-second";
  programme->status = PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED; // not the sender's to say
  programme->rev = 8;
  assert_accepted(out, publish(w, "region", programme, &out));
  assert_string_equal(world_events(w, out), "ProgrammePublished");
  const struct decided_event *event = world_event(out, "ProgrammePublished");
  assert_string_equal(event->head.subject, "nmg-second");
  assert_string_equal(event->head.division, "15");
  assert_string_equal(reply_of(out)->id, "nmg-second");
  assert_int_equal(reply_of(out)->version, 1);
  world_apply(w, out);
  const Prg__Programme *stored = NULL;
  assert_ok(dir_programme(w->dir, "nmg-second", 0, &stored));
  assert_int_equal(stored->status, PRG__PROGRAMME_STATUS__PROGRAMME_PUBLISHED);
  assert_int_equal(stored->rev, 1);
}

static void a_published_version_cannot_change(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_accepted(out, publish(w, "region", programme_a(w->arena), &out));
  assert_true(reply_of(out)->unchanged);
  assert_int_equal(out->n_events, 0);

  Prg__Programme *changed = programme_a(w->arena);
  changed->measures[0]->quota->first = 17;
  assert_refused(out, publish(w, "region", changed, &out), "PR-03", "programme", "nmg-framework", "version",
                 "1", "next", "2", NULL);
  changed->version = 2;
  assert_accepted(out, publish(w, "region", changed, &out));
  world_apply(w, out);
  assert_accepted(out, publish(w, "region", programme_a(w->arena), &out)); // the old one is still the same
  assert_true(reply_of(out)->unchanged);
  changed->version = 4; // a version may be skipped
  assert_accepted(out, publish(w, "region", changed, &out));
  world_apply(w, out);
  changed->version = 3; // but not added behind
  assert_refused(out, publish(w, "region", changed, &out), "PR-03", "version", "3", "next", "5", NULL);
}

static void a_faulty_template(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Prg__Programme *programme = programme_a(w->arena);
  programme->version = 2;
  programme->modes[1]->members[0]->role = (char *)"HELPER";
  assert_refused(out, publish(w, "region", programme, &out), "PR-01", "path",
                 "modes.MUTUAL_AID.members[0].role", "detail_zh", "未定义的角色：HELPER", "detail_en",
                 "unknown role: HELPER", NULL);
  programme->dialect = 3;
  assert_refused(out, publish(w, "region", programme, &out), "PR-01", "path", "dialect", "detail_en",
                 "only dialect 1 is known (and 1 more)", NULL);
}

static void inheritance_is_refused_clearly(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Prg__Programme *programme = programme_a(w->arena);
  Prg__Extends extends = PRG__EXTENDS__INIT;
  programme->version = 2;
  programme->extends = &extends;
  assert_refused(out, publish(w, "region", programme, &out), "PR-01", "path", "extends", "detail_en",
                 "inheritance is not available yet: write the programme out in full", NULL);
}

static void who_may_publish(void **state)
{
  (void)state;
  static const struct {
    const char *actor, *owner;
    Typ__DivisionLevel level;
    const char *code, *division; // refused with, or the division of the event
  } cases[] = {
      {"region", "150000", 0, NULL, "15"},
      {"region", "150800", 0, NULL, "1508"},
      {"bayannur", "150800", 0, NULL, "1508"},
      {"bayannur", "150000", 0, "SE-01", "15"},
      {"baotou", "150800", 0, "SE-01", "1508"},
      {"region", "000000", 0, "SE-01", "0"},
      {"region", "159900", 0, "IN-05", "1599"}, // no such division
      {"region", "", TYP__DIVISION_LEVEL__LEVEL_PREFECTURE, NULL,
       "15"}, // any authority of the level, or above
      {"bayannur", "", TYP__DIVISION_LEVEL__LEVEL_PREFECTURE, NULL, "1508"},
      {"linhe", "", TYP__DIVISION_LEVEL__LEVEL_PREFECTURE, "SE-01", "0"},
      {"linhe", "", TYP__DIVISION_LEVEL__LEVEL_COUNTY, NULL, "150802"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct world *w = world_new();
    struct decision *out;
    Prg__Programme *programme = programme_a(w->arena);
    programme->id = (char *)"other";
    programme->owner->division = (char *)cases[i].owner;
    programme->owner->level = cases[i].level;
    int r = publish(w, cases[i].actor, programme, &out);
    if (cases[i].code) {
      assert_refused(out, r, cases[i].code, "division", cases[i].division, NULL);
    } else {
      assert_accepted(out, r);
      assert_string_equal(out->first->head.division, cases[i].division);
    }
    world_free(w);
  }
}

static void nothing_is_no_programme(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_refused(out, publish(w, "region", NULL, &out), "FIELD", "field", "programme", NULL);
}

// A scope may be bound to one programme.
static void scope_by_programme(void **state)
{
  struct world *w = *state;
  struct actor_scope scope = {"15", "silver-age"};
  struct rule_context *ctx = world_context(w, "region", "2016-08-17");
  Reg__PublishProgramme cmd = REG__PUBLISH_PROGRAMME__INIT;
  cmd.programme = programme_a(w->arena);
  cmd.programme->version = 2;
  ctx->actor.scopes = &scope;
  struct decision *out = world_decision(w);
  assert_refused(out, reg_programme_publish(w->dir, &cmd, ctx, out), "SE-01", "object", "nmg-framework",
                 NULL);
  cmd.programme->id = (char *)"silver-age";
  out = world_decision(w);
  assert_accepted(out, reg_programme_publish(w->dir, &cmd, ctx, out));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(a_new_programme),    TEST(a_published_version_cannot_change),
      TEST(a_faulty_template),  TEST(inheritance_is_refused_clearly),
      TEST(who_may_publish),    TEST(nothing_is_no_programme),
      TEST(scope_by_programme),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
