// PublishProgramme: PR-01, PR-03, who may.
#include "services/registry/rules/agreement.h"
#include "services/registry/rules/partnership.h"
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
  programme->retired_on = (char *)"2015-01-01";
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
  assert_string_equal(stored->since, "2016-08-17");
  assert_string_equal(stored->retired_on, "");
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

// Codes of subjects are data: what is judged is the table that was loaded, and nothing where none was.
static void subjects_are_those_of_the_loaded_table(void **state)
{
  struct world *w = *state;
  struct decision *out;
  static const char *const rows[][2] = {{"22", "体育与健康"}, {"24", "音乐"}, {"70", "劳动"}};
  Prg__Programme *programme = programme_a(w->arena);
  Prg__Predicate teaches = PRG__PREDICATE__INIT, *who[] = {programme->measures[0]->who[0], &teaches};
  char *codes[] = {(char *)"70", (char *)"29"};
  teaches.kind = PRG__PREDICATE_KIND__PREDICATE_SUBJECT_IN;
  teaches.words = codes;
  teaches.n_words = 2;
  programme->version = 2;
  programme->measures[0]->who = who;
  programme->measures[0]->n_who = 2;
  assert_accepted(out, publish(w, "region", programme, &out));
  Reg__CodesImported loaded = REG__CODES_IMPORTED__INIT;
  Reg__CodeEntry entries[3], *list[3];
  for (size_t i = 0; i < 3; i++) {
    reg__code_entry__init(&entries[i]);
    entries[i].table = (char *)"ZXXKC";
    entries[i].code = (char *)rows[i][0];
    entries[i].name = (char *)rows[i][1];
    list[i] = &entries[i];
  }
  loaded.codes = list;
  loaded.n_codes = 3;
  assert_ok(directory_apply(w->directory, w->txn, "CodesImported", &loaded.base));
  assert_refused(out, publish(w, "region", programme, &out), "PR-01", "path",
                 arena_printf(w->arena, "measures.%s.who[1].subject_in[1]", programme->measures[0]->id),
                 NULL);
  assert_non_null(strstr(world_param(out, "detail_en"), "no subject has the code 29"));
  assert_non_null(strstr(world_param(out, "detail_en"), "did you mean: 22 体育与健康, 24 音乐"));
  assert_non_null(strstr(world_param(out, "detail_zh"), "是否为：22 体育与健康"));
  codes[1] = (char *)"24";
  assert_accepted(out, publish(w, "region", programme, &out));
}

// ---- inheritance: every way of being tighter is tried in tests/unit/cli/test_inherit.c, over the same code

// An heir of programme A, owned by Bayannur, that changes nothing yet.
static Prg__Programme *heir(struct world *w, const char *id, const char *parent, uint32_t version)
{
  Prg__Programme *p = ARENA_NEW(w->arena, Prg__Programme);
  prg__programme__init(p);
  p->dialect = 1;
  p->id = arena_strdup(w->arena, id);
  p->version = 1;
  p->title = programme_text(w->arena, "下级", "Heir");
  p->owner = ARENA_NEW(w->arena, Prg__Owner);
  prg__owner__init(p->owner);
  p->owner->division = arena_strdup(w->arena, "150800");
  p->extends = ARENA_NEW(w->arena, Prg__Extends);
  prg__extends__init(p->extends);
  p->extends->id = arena_strdup(w->arena, parent);
  p->extends->version = version;
  p->extends->relation = PRG__RELATION__RELATION_SUBORDINATE;
  return p;
}

// An override of one mode: its members.
static void override_members(struct world *w, Prg__Programme *p, const char *mode, const char *members)
{
  Prg__Programme holder = PRG__PROGRAMME__INIT;
  Prg__ModeOverride *one = ARENA_NEW(w->arena, Prg__ModeOverride);
  prg__mode_override__init(one);
  one->mode = programme_add_mode(w->arena, &holder, mode, members, "");
  one->mode->title = NULL;
  one->keys = programme_words(w->arena, "members", &one->n_keys);
  p->override = ARENA_NEW(w->arena, Prg__Override);
  prg__override__init(p->override);
  p->override->modes = ARENA_NEW(w->arena, Prg__ModeOverride *);
  p->override->modes[0] = one;
  p->override->n_modes = 1;
}

static const Prg__Programme *published(struct world *w, const char *id, uint32_t version)
{
  const Prg__Programme *stored = NULL;
  assert_ok(dir_programme(w->dir, id, version, &stored));
  assert_non_null(stored);
  return stored;
}

static void an_heir_is_published_resolved(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Prg__Programme *p = heir(w, "by-framework", "nmg-framework", 1);
  override_members(w, p, "MUTUAL_AID", "SUPPORTER 1 1: TAG_HAS=quality/RECIPIENT 1 2");
  assert_accepted(out, publish(w, "bayannur", p, &out));
  assert_string_equal(world_event(out, "ProgrammePublished")->head.division, "1508");
  world_apply(w, out);
  const Prg__Programme *stored = published(w, "by-framework", 1);
  assert_null(stored->override);
  assert_string_equal(stored->extends->id, "nmg-framework");
  assert_int_equal(stored->n_roles, 4);
  assert_int_equal(stored->n_measures, 6);
  assert_int_equal(stored->modes[1]->members[1]->max, 2);
  assert_int_equal(stored->modes[1]->n_rules, 1);
  assert_string_equal(stored->since, "2016-08-17");
  assert_int_equal(published(w, "nmg-framework", 1)->modes[1]->members[1]->max, 0);
  // the same file again, on another day: no change
  Reg__PublishProgramme cmd = REG__PUBLISH_PROGRAMME__INIT;
  cmd.programme = p;
  out = world_decision(w);
  assert_accepted(out, reg_programme_publish(w->dir, &cmd, world_context(w, "bayannur", "2016-09-01"), out));
  assert_true(reply_of(out)->unchanged);
}

// A child of a child: held against what its own parent allows.
static void chains_of_heirs(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Prg__Programme *p = heir(w, "by-framework", "nmg-framework", 1);
  override_members(w, p, "MUTUAL_AID", "SUPPORTER 1 1: TAG_HAS=quality/RECIPIENT 1 3");
  assert_accepted(out, publish(w, "bayannur", p, &out));
  world_apply(w, out);
  p = heir(w, "lh-framework", "by-framework", 1);
  p->owner->division = (char *)"150802";
  override_members(w, p, "MUTUAL_AID", "SUPPORTER 1 1: TAG_HAS=quality/RECIPIENT 1 4");
  assert_refused(out, publish(w, "linhe", p, &out), "PR-02", "path", "modes.MUTUAL_AID.members", "division",
                 "150802", "allowed_en", "RECIPIENT 1–3", "allowed_zh", "RECIPIENT 1–3", NULL);
  override_members(w, p, "MUTUAL_AID", "SUPPORTER 1 1: TAG_HAS=quality/RECIPIENT 1 2");
  assert_accepted(out, publish(w, "linhe", p, &out));
  world_apply(w, out);
  assert_int_equal(published(w, "lh-framework", 1)->modes[1]->members[1]->max, 2);
  assert_int_equal(published(w, "lh-framework", 1)->n_notices, 2);
}

static void a_parent_must_be_in_force(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_refused(out, publish(w, "bayannur", heir(w, "x", "nmg-framework", 7), &out), "PR-01", "path",
                 "extends", "detail_en", "nmg-framework@7 is not published", NULL);
  assert_refused(out, publish(w, "bayannur", heir(w, "x", "nobody", 1), &out), "PR-01", "detail_zh",
                 "nobody@1 未发布", NULL);
  Prg__Programme *own = heir(w, "x", "x", 1); // a circle of one
  assert_refused(out, publish(w, "bayannur", own, &out), "PR-01", "path", "extends.version", "detail_en",
                 "must be earlier than the version itself", NULL);
  Prg__Programme *retired = programme_a(w->arena);
  retired->status = PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED;
  world_put(w, &retired->base);
  assert_refused(out, publish(w, "bayannur", heir(w, "x", "nmg-framework", 1), &out), "PR-01", "path",
                 "extends", "detail_en", "nmg-framework@1 is retired", NULL);
}

static void heirs_that_do_not_fit(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Prg__Programme *p = heir(w, "x", "nmg-framework", 1);
  p->owner->division = (char *)"420000";
  assert_refused(out, publish(w, "stranger", p, &out), "PR-01", "path", "extends.relation", "detail_en",
                 "lies outside 150000, the owner of the parent: borrowed is meant", NULL);
  p->owner->division = (char *)"150800";
  p->extends->relation = PRG__RELATION__RELATION_BORROWED;
  assert_refused(out, publish(w, "bayannur", p, &out), "PR-01", "path", "extends.relation", "detail_en",
                 "lies inside 150000, the owner of the parent: subordinate is needed", NULL);
  p = heir(w, "x", "nmg-framework", 1);
  override_members(w, p, "MUTAL_AID", "SUPPORTER 1 1");
  assert_refused(out, publish(w, "bayannur", p, &out), "PR-01", "path", "override.modes.MUTAL_AID",
                 "detail_en", "the parent has no MUTAL_AID, did you mean MUTUAL_AID", NULL);
  override_members(w, p, "MUTUAL_AID", "SUPPORTER 1 1");
  p->override->modes[0]->n_keys = 0;
  assert_refused(out, publish(w, "bayannur", p, &out), "PR-01", "path", "override.modes.MUTUAL_AID",
                 "detail_en", "changes nothing: name the keys to replace", NULL);
  p->override->modes[0]->mode = NULL; // a client of its own may send anything
  assert_refused(out, publish(w, "bayannur", p, &out), "PR-01", "path", "override.modes[0]", NULL);
  p->extends = NULL;
  assert_refused(out, publish(w, "bayannur", p, &out), "PR-01", NULL);
}

// ---- retiring

static int retire(struct world *w, const char *actor, const char *id, uint32_t version, struct decision **ret)
{
  Reg__RetireProgramme cmd = REG__RETIRE_PROGRAMME__INIT;
  cmd.id = (char *)id;
  cmd.version = version;
  cmd.reason = (char *)"到期";
  *ret = world_decision(w);
  return reg_programme_retire(w->dir, &cmd, world_context(w, actor, "2020-09-01"), *ret);
}

static void a_retired_version(void **state)
{
  struct world *w = *state;
  struct decision *out;
  const Reg__Agreement *agreement = world_agreement(w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  world_partnership(w, published(w, "nmg-framework", 1), "MUTUAL_AID", agreement,
                    "SUPPORTER=2115020301|RECIPIENT=2115080201");
  Prg__Programme *changed = programme_a(w->arena);
  changed->measures[0]->quota->first = 17;
  assert_refused(out, publish(w, "region", changed, &out), "PR-03", "use_en", "1 agreements, 1 partnerships",
                 "use_zh", "1 个协议、1 个结对关系", NULL);

  assert_refused(out, retire(w, "bayannur", "nmg-framework", 1, &out), "SE-01", NULL);
  assert_refused(out, retire(w, "region", "nmg-framework", 2, &out), "NOT-FOUND", "ref", "nmg-framework@2",
                 NULL);
  assert_refused(out, retire(w, "region", "nmg-framework", 0, &out), "FIELD", "field", "version", NULL);
  assert_accepted(out, retire(w, "region", "nmg-framework", 1, &out));
  assert_string_equal(world_events(w, out), "ProgrammeRetired");
  const struct decided_event *event = world_event(out, "ProgrammeRetired");
  assert_string_equal(((const Reg__ProgrammeRetired *)event->data)->reason, "到期");
  assert_int_equal(event->head.rev, 2);
  world_apply(w, out);
  assert_int_equal(published(w, "nmg-framework", 1)->status, PRG__PROGRAMME_STATUS__PROGRAMME_RETIRED);
  assert_string_equal(published(w, "nmg-framework", 1)->retired_on, "2020-09-01");
  assert_accepted(out, retire(w, "region", "nmg-framework", 1, &out));
  assert_true(reply_of(out)->unchanged);
  assert_int_equal(out->n_events, 0);

  // nothing new rests on it
  Reg__DraftAgreement draft = REG__DRAFT_AGREEMENT__INIT;
  draft.programme = (char *)"nmg-framework";
  draft.programme_version = 1;
  draft.mode = (char *)"FRAMEWORK";
  out = world_decision(w);
  assert_refused(out, reg_agreement_draft(w->dir, &draft, world_context(w, "baotou", "2020-09-01"), out),
                 "PR-04", "programme", "nmg-framework", "version", "1", "what_en", "agreements", "newest",
                 "-", NULL);
  Reg__ProposePartnership propose = REG__PROPOSE_PARTNERSHIP__INIT;
  propose.programme = (char *)"nmg-framework";
  propose.programme_version = 1;
  propose.mode = (char *)"MUTUAL_AID";
  out = world_decision(w);
  assert_refused(out,
                 reg_partnership_propose(w->dir, &propose, world_context(w, "baotou", "2020-09-01"), out),
                 "PR-04", "what_en", "partnerships", NULL);

  // a version of that number stays taken, the next is free, and new things go there
  changed->version = 2;
  assert_accepted(out, publish(w, "region", changed, &out));
  world_apply(w, out);
  out = world_decision(w);
  assert_refused(out, reg_agreement_draft(w->dir, &draft, world_context(w, "baotou", "2020-09-01"), out),
                 "PR-04", "newest", "nmg-framework@2", NULL);

  // what rests on it goes on
  Reg__SuspendAgreement suspend = REG__SUSPEND_AGREEMENT__INIT;
  suspend.id = agreement->id;
  suspend.reason = (char *)"暂停";
  out = world_decision(w);
  assert_accepted(out,
                  reg_agreement_suspend(w->dir, &suspend, world_context(w, "baotou", "2020-09-01"), out));
}

// Retiring a parent leaves its heirs alone.
static void heirs_outlive_their_parent(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_accepted(out, publish(w, "bayannur", heir(w, "by-framework", "nmg-framework", 1), &out));
  world_apply(w, out);
  assert_accepted(out, retire(w, "region", "nmg-framework", 1, &out));
  world_apply(w, out);
  assert_int_equal(published(w, "by-framework", 1)->status, PRG__PROGRAMME_STATUS__PROGRAMME_PUBLISHED);
  Prg__Programme *grandchild = heir(w, "lh-framework", "by-framework", 1);
  grandchild->owner->division = (char *)"150802";
  assert_accepted(out, publish(w, "linhe", grandchild, &out));
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
      TEST(a_new_programme),
      TEST(a_published_version_cannot_change),
      TEST(a_faulty_template),
      TEST(subjects_are_those_of_the_loaded_table),
      TEST(an_heir_is_published_resolved),
      TEST(chains_of_heirs),
      TEST(a_parent_must_be_in_force),
      TEST(heirs_that_do_not_fit),
      TEST(a_retired_version),
      TEST(heirs_outlive_their_parent),
      TEST(who_may_publish),
      TEST(nothing_is_no_programme),
      TEST(scope_by_programme),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
