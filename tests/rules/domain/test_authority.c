// Scope = division subtree x programme x role; acting for units through the managing chain.
#include "common/domain/authority.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"

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

static void scope_is_a_subtree_and_a_programme(void **state)
{
  (void)state;
  static const struct {
    const char *scope, *of; // what the actor has
    const char *division, *programme;
    bool covers;
  } cases[] = {
      {"15", "*", "15", "any", true},
      {"15", "*", "150802", "any", true},
      {"15", "*", "150802100", "any", true},
      {"150000", "*", "1508", "any", true}, // the six-digit form of a province
      {"150800", "*", "150802", "any", true},
      {"15", "*", "1", "any", false},
      {"1508", "*", "15", "any", false}, // never upwards
      {"1508", "*", "1502", "any", false},
      {"150802", "*", "1508021", "any",
       true}, // text of a prefix: codes of that length are refused at the door
      {"0", "*", "421182", "any", true},
      {"000000", "*", "42", "any", true},
      {"15", "nmg-framework", "1508", "nmg-framework", true},
      {"15", "nmg-framework", "1508", "silver-age", false},
      {"15", "nmg-framework", "1508", "", true}, // no programme at hand
      {"15", "nmg-framework", "1508", NULL, true},
      {"0", "*", "", "any", true}, // a record without a division is the nation's
      {"15", "*", "", "any", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct actor_scope scope = {cases[i].scope, cases[i].of};
    struct actor actor = {.name = "a", .scopes = &scope, .n_scopes = 1};
    if (actor_covers(&actor, cases[i].division, cases[i].programme) != cases[i].covers)
      fail_msg("case %zu: scope %s, division %s", i, cases[i].scope, cases[i].division);
  }
  struct actor nobody = {.name = "nobody"};
  assert_false(actor_covers(&nobody, "15", NULL));
}

static void one_of_several_scopes_is_enough(void **state)
{
  (void)state;
  struct actor_scope scopes[] = {{"42", "*"}, {"1508", "nmg-framework"}};
  struct actor actor = {.name = "a", .scopes = scopes, .n_scopes = 2};
  assert_true(actor_covers(&actor, "421182", "x"));
  assert_true(actor_covers(&actor, "150802", "nmg-framework"));
  assert_false(actor_covers(&actor, "150802", "x"));
}

static void roles_are_bits(void **state)
{
  (void)state;
  struct actor actor = {.roles = ROLE_BIT(BUREAU) | ROLE_BIT(READER)};
  assert_true(actor_has_role(&actor, ROLE_BIT(BUREAU)));
  assert_true(actor_has_role(&actor, ROLE_BIT(UNIT) | ROLE_BIT(READER)));
  assert_false(actor_has_role(&actor, ROLE_BIT(UNIT) | ROLE_BIT(OPERATOR)));
  assert_false(actor_has_role(&actor, 0));
}

static bool acts_for(struct world *w, const char *entry, const char *code)
{
  bool acts = false;
  struct actor actor = {.name = "a", .acts_for = &entry, .n_acts_for = 1};
  assert_ok(actor_acts_for_unit(w->dir, &actor, world_institution(w, code), &acts));
  return acts;
}

static void acting_for_units(void **state)
{
  struct world *w = *state;
  static const struct {
    const char *entry, *code;
    bool acts;
  } cases[] = {
      {"unit:BY-EDU", "BY-EDU", true},
      {"unit:BY-EDU", "LH-EDU", false},           // the unit alone
      {"unit:BY-ED", "BY-EDU", false},            // whole codes
      {"units-under:BY-EDU", "BY-EDU", false},    // those under it, not itself
      {"units-under:BY-EDU", "LH-EDU", true},     // directly
      {"units-under:BY-EDU", "2115080201", true}, // down the chain
      {"units-under:NM-EDU", "2115080201", true},
      {"units-under:LH-EDU", "3115082301", false}, // managed by the prefecture itself
      {"units-under:BT-EDU", "2115080201", false},
      {"units-under:2115080201", "2115080201", false},
      {"persons-of:BY-EDU", "LH-EDU", false}, // another word
      {"unit", "BY-EDU", false},
      {"", "BY-EDU", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    if (acts_for(w, cases[i].entry, cases[i].code) != cases[i].acts)
      fail_msg("%s for %s", cases[i].entry, cases[i].code);
}

static void a_loop_of_managers_ends(void **state)
{
  struct world *w = *state;
  Reg__Institution *top = world_institution(w, "NM-EDU");
  top->managing_bureau = (char *)world_id(w, "BY-EDU");
  world_put(w, &top->base);
  assert_false(acts_for(w, "units-under:BT-EDU", "2115080201"));
  assert_true(acts_for(w, "units-under:NM-EDU", "2115080201"));
}

static void acting_for_persons(void **state)
{
  struct world *w = *state;
  static const struct {
    const char *entry, *staff_no;
    bool acts;
  } cases[] = {
      {"person:P01", "P01", true},
      {"person:P01", "P02", false},
      {"persons-of:2115080203", "P01", true},
      {"persons-of:LH-EDU", "P01", true},
      {"persons-of:BY-EDU", "P01", true},
      {"persons-of:BT-EDU", "P01", false},
      {"unit:2115080203", "P01", false}, // a clerk of the unit does not act as the person
      {"persons-of:BT-EDU", "R01", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    bool acts = false;
    const char *entry = cases[i].entry;
    struct actor actor = {.name = "a", .acts_for = &entry, .n_acts_for = 1};
    assert_ok(actor_acts_for_person(w->dir, &actor, world_person(w, cases[i].staff_no), &acts));
    if (acts != cases[i].acts) fail_msg("%s for %s", cases[i].entry, cases[i].staff_no);
  }
  Reg__Person *homeless = world_person(w, "R01");
  homeless->home = (char *)protobuf_c_empty_string;
  const char *entry = "persons-of:BT-EDU";
  struct actor actor = {.name = "a", .acts_for = &entry, .n_acts_for = 1};
  bool acts = true;
  assert_ok(actor_acts_for_person(w->dir, &actor, homeless, &acts));
  assert_false(acts);
}

static void refusals_say_who(void **state)
{
  struct world *w = *state;
  struct rule_context *ctx = world_context(w, "baotou", "2016-08-17");
  struct decision *out = world_decision(w);
  assert_accepted(out, require_scope(ctx, "150203", "nmg-framework", "x", out));
  assert_refused(out, require_scope(ctx, "150800", "nmg-framework", "狼山小学", out), "SE-01", "actor",
                 "baotou", "object", "狼山小学", "division", "1508", "who_zh", "*", "who_en", "*", NULL);
  assert_accepted(out, require_unit(w->dir, ctx, world_institution(w, "BT-EDU"), out));
  assert_accepted(out, require_unit(w->dir, ctx, world_institution(w, "2115020301"), out));
  assert_refused(out, require_unit(w->dir, ctx, world_institution(w, "BY-EDU"), out), "AS-09", "who",
                 "巴彦淖尔市教育局", "actor", "baotou", NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(scope_is_a_subtree_and_a_programme),
      TEST(one_of_several_scopes_is_enough),
      TEST(roles_are_bits),
      TEST(acting_for_units),
      TEST(a_loop_of_managers_ends),
      TEST(acting_for_persons),
      TEST(refusals_say_who),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
