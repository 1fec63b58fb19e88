// UnmaskPerson and the grants it gives (SE-02): who may open personal data, what is recorded, what a grant is
// good for.
#include "services/registry/rules/person_access.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text) ((char *)(text))
#define MINUTE  (INT64_C(60) * 1000000)

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

static int unmask_as(struct world *w, struct rule_context *ctx, const char *staff_no, const char *reason,
                     struct decision **ret)
{
  static Reg__PersonField fields[] = {REG__PERSON_FIELD__PERSON_FIELD_ID_NUMBER,
                                      REG__PERSON_FIELD__PERSON_FIELD_CONTACTS};
  Reg__UnmaskPerson cmd = REG__UNMASK_PERSON__INIT;
  cmd.id = T(world_id(w, staff_no));
  cmd.fields = fields;
  cmd.n_fields = 2;
  cmd.reason = T(reason);
  *ret = world_decision(w);
  return reg_person_unmask(w->dir, &cmd, ctx, *ret);
}

static int unmask(struct world *w, const char *actor, const char *staff_no, const char *reason,
                  struct decision **ret)
{
  return unmask_as(w, world_context(w, actor, "2016-08-19"), staff_no, reason, ret);
}

static const Reg__PersonAccess *access_of(const struct decision *out)
{
  return ((const Reg__PersonUnmasked *)world_event(out, "PersonUnmasked")->data)->access;
}

static void a_look_is_recorded_with_who_what_and_why(void **state)
{
  struct world *w = *state;
  struct decision *out;
  struct rule_context *ctx = world_context(w, "registrar", "2016-08-19");
  assert_accepted(out, unmask_as(w, ctx, "R01", "核对银龄讲学津贴", &out));
  assert_string_equal(world_events(w, out), "PersonUnmasked");
  const Reg__PersonAccess *access = access_of(out);
  assert_string_equal(access->person, world_id(w, "R01"));
  assert_string_equal(access->by, "registrar");
  assert_string_equal(access->reason, "核对银龄讲学津贴");
  assert_string_equal(access->division, "150202"); // of the home: who may list it
  assert_int_equal(access->n_fields, 2);
  assert_int_equal(access->at_us, ctx->now_us);
  assert_int_equal(access->until_us, ctx->now_us + REG_GRANT_MINUTES * MINUTE);
  const struct event_head *head = &world_event(out, "PersonUnmasked")->head;
  assert_string_equal(head->subject, access->id);
  assert_int_equal(head->n_units, 1);
  assert_string_equal(head->units[0], access->person);
  const Reg__UnmaskPersonReply *reply = (const Reg__UnmaskPersonReply *)out->reply;
  assert_string_equal(reply->grant, access->id);
  assert_int_equal(reply->until_us, access->until_us);
}

static void who_may_look(void **state)
{
  struct world *w = *state;
  static const struct {
    const char *actor;
    bool may;
  } cases[] = {
      {"registrar", true},
      {"region", true},
      {"baotou", false}, // a bureau's officer sees names of its own,
                         // no numbers
      {"school", false},
      {"reader", false},
      {"stranger", false},
      {"self", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    int r = unmask(w, cases[i].actor, "R01", "r", &out);
    if (cases[i].may)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "SE-01", "division", "150202", "object", "R01", NULL);
  }
}

static void a_scope_for_one_programme_is_not_enough(void **state)
{
  struct world *w = *state;
  static const struct actor_scope scope = {"15", "nmg-framework"};
  struct rule_context *ctx = world_context(w, "region", "2016-08-19");
  struct decision *out;
  ctx->actor.scopes = &scope;
  ctx->actor.n_scopes = 1;
  assert_refused(out, unmask_as(w, ctx, "R01", "r", &out), "SE-01", "who_en", "*", NULL);
}

static void a_person_opens_their_own_and_nobody_elses(void **state)
{
  struct world *w = *state;
  const char *own = "person:R01", *portal = "persons-of:BT-EDU";
  struct rule_context *ctx = world_context(w, "reader", "2016-08-19");
  struct decision *out;
  ctx->actor = (struct actor){
      .name = "r01", .roles = ROLE_BIT(PERSON), .acts_for = &own, .n_acts_for = 1, .on_behalf_of = ""};
  assert_accepted(out, unmask_as(w, ctx, "R01", "核对本人信息", &out));
  assert_refused(out, unmask_as(w, ctx, "R02", "r", &out), "SE-01", "object", "R02", NULL);
  ctx->actor.acts_for = &portal; // who speaks for the persons of a unit is not each of them
  assert_refused(out, unmask_as(w, ctx, "R01", "r", &out), "SE-01", "object", "R01", NULL);
}

static void refusals(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__PersonField none[] = {REG__PERSON_FIELD__PERSON_FIELD_UNSPECIFIED};
  Reg__UnmaskPerson cmd = REG__UNMASK_PERSON__INIT;
  struct rule_context *ctx = world_context(w, "registrar", "2016-08-19");
  assert_refused(out, unmask(w, "registrar", "R01", "", &out), "FIELD", "field", "reason", NULL);
  cmd.id = T(world_id(w, "R01"));
  cmd.reason = T("r");
  out = world_decision(w);
  assert_refused(out, reg_person_unmask(w->dir, &cmd, ctx, out), "FIELD", "field", "fields", NULL);
  cmd.fields = none;
  cmd.n_fields = 1;
  out = world_decision(w);
  assert_refused(out, reg_person_unmask(w->dir, &cmd, ctx, out), "FIELD", "field", "fields", NULL);
  none[0] = REG__PERSON_FIELD__PERSON_FIELD_NAME;
  cmd.id = T("nobody");
  out = world_decision(w);
  assert_refused(out, reg_person_unmask(w->dir, &cmd, ctx, out), "NOT-FOUND", "ref", "nobody", NULL);
  Reg__Person *erased = world_person(w, "R01");
  erased->status = REG__PERSON_STATUS__PERSON_ERASED;
  world_put(w, &erased->base);
  assert_refused(out, unmask(w, "registrar", "R01", "r", &out), "STATE", "state", "ERASED", NULL);
}

static void what_a_grant_is_good_for(void **state)
{
  struct world *w = *state;
  struct decision *out;
  struct rule_context *ctx = world_context(w, "registrar", "2016-08-19");
  assert_accepted(out, unmask_as(w, ctx, "R01", "r", &out));
  const Reg__PersonAccess *access = access_of(out);
  Reg__Person *person = world_person(w, "R01"), *other = world_person(w, "R02");
  assert_true(reg_grant_opens(access, REG__PERSON_FIELD__PERSON_FIELD_ID_NUMBER));
  assert_true(reg_grant_opens(access, REG__PERSON_FIELD__PERSON_FIELD_CONTACTS));
  assert_false(reg_grant_opens(access, REG__PERSON_FIELD__PERSON_FIELD_NAME));

  ctx->now_us += REG_GRANT_MINUTES * MINUTE - 1;
  out = world_decision(w);
  assert_accepted(out, reg_grant_check(access, access->id, person, ctx, out));
  assert_refused(out, reg_grant_check(access, access->id, other, ctx, out), "SE-02", "why_en",
                 "it is about another person", NULL);
  struct rule_context *another = world_context(w, "region", "2016-08-19");
  out = world_decision(w);
  assert_refused(out, reg_grant_check(access, access->id, person, another, out), "SE-02", "why_en",
                 "it was given to somebody else", NULL);
  ctx->now_us += 1;
  out = world_decision(w);
  assert_refused(out, reg_grant_check(access, access->id, person, ctx, out), "SE-02", "why_en",
                 "it has run out", NULL);
  out = world_decision(w);
  assert_refused(out, reg_grant_check(NULL, "made-up", person, ctx, out), "SE-02", "grant", "made-up", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {TEST(a_look_is_recorded_with_who_what_and_why),
                                     TEST(who_may_look),
                                     TEST(a_scope_for_one_programme_is_not_enough),
                                     TEST(a_person_opens_their_own_and_nobody_elses),
                                     TEST(refusals),
                                     TEST(what_a_grant_is_good_for)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
