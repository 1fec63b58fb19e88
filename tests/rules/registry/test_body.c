// Governance bodies: exactly one subject, exactly one head, members by unit and post.
#include "services/registry/rules/body.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text) ((char *)(text))
#define TODAY   "2016-09-20"

struct fixture {
  struct world *w;
  Prg__Programme *a;
  Reg__Agreement *agreement;
};

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  f.a = programme_a(f.w->arena);
  f.agreement = world_agreement(f.w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

// "CODE=POST|CODE=POST"; `head` counts from 0, -1 = nobody.
static Reg__BodyMember **members(struct fixture *f, const char *text, int head, size_t *ret_n)
{
  char **words = programme_words(f->w->arena, text, ret_n);
  Reg__BodyMember **list = ARENA_ARRAY(f->w->arena, Reg__BodyMember *, *ret_n + 1);
  for (size_t i = 0; i < *ret_n; i++) {
    char *equals = strchr(words[i], '=');
    list[i] = ARENA_NEW(f->w->arena, Reg__BodyMember);
    reg__body_member__init(list[i]);
    *equals = '\0';
    list[i]->institution = T(world_id(f->w, words[i]));
    list[i]->post = equals + 1;
    list[i]->head = (int)i == head;
  }
  return list;
}

static Reg__FormBody *body(struct fixture *f, int head)
{
  Reg__FormBody *cmd = ARENA_NEW(f->w->arena, Reg__FormBody);
  reg__form_body__init(cmd);
  cmd->title = T("对口支援领导小组");
  cmd->agreement = f->agreement->id;
  cmd->members = members(f, "BT-EDU=局长|BY-EDU=分管副局长", head, &cmd->n_members);
  return cmd;
}

static int form(struct fixture *f, const char *actor, const Reg__FormBody *cmd, struct decision **ret)
{
  *ret = world_decision(f->w);
  return reg_body_form(f->w->dir, cmd, world_context(f->w, actor, TODAY), *ret);
}

static const Reg__GovernanceBody *record_of(const struct decision *out, const char *event)
{
  return ((const Reg__BodyFormed *)world_event(out, event)->data)->body; // the first field of both
}

static void a_group_of_an_agreement(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, form(f, "region", body(f, 0), &out));
  const Reg__GovernanceBody *record = record_of(out, "BodyFormed");
  assert_string_equal(record->division, f->agreement->division);
  assert_string_equal(record->since, TODAY);
  assert_int_equal(record->n_members, 2);
  assert_true(record->members[0]->head && !record->members[1]->head);
  assert_int_equal(world_event(out, "BodyFormed")->head.n_units, 2);
}

static void of_a_programme_or_a_partnership_too(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__FormBody *cmd = body(f, 1);
  cmd->agreement = T("");
  cmd->programme = f->a->id;
  assert_accepted(out, form(f, "region", cmd, &out));
  assert_string_equal(record_of(out, "BodyFormed")->division, "150000");
  assert_refused(out, form(f, "baotou", cmd, &out), "SE-01", NULL); // the programme is the region's
  cmd->programme = T("");
  cmd->partnership =
      world_partnership(f->w, f->a, "MUTUAL_AID", f->agreement, "SUPPORTER=2115020301|RECIPIENT=2115080201")
          ->id;
  assert_accepted(out, form(f, "bayannur", cmd, &out));
}

static void refusals(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_refused(out, form(f, "region", body(f, -1), &out), "FIELD", "field", "members.head", NULL);
  Reg__FormBody *cmd = body(f, 0);
  cmd->members[1]->head = true;
  assert_refused(out, form(f, "region", cmd, &out), "FIELD", "field", "members.head", NULL);
  cmd = body(f, 0);
  cmd->programme = f->a->id; // two subjects
  assert_refused(out, form(f, "region", cmd, &out), "FIELD", "field", "programme", NULL);
  cmd->programme = cmd->agreement = T("");
  assert_refused(out, form(f, "region", cmd, &out), "FIELD", "field", "programme", NULL);
  cmd = body(f, 0);
  cmd->members[0]->post = T("");
  assert_refused(out, form(f, "region", cmd, &out), "FIELD", "field", "members.post", NULL);
  cmd = body(f, 0);
  cmd->members[0]->institution = T("nobody");
  assert_refused(out, form(f, "region", cmd, &out), "NOT-FOUND", "ref", "nobody", NULL);
  cmd = body(f, 0);
  cmd->title = T("");
  assert_refused(out, form(f, "region", cmd, &out), "FIELD", "field", "title", NULL);
  assert_refused(out, form(f, "stranger", body(f, 0), &out), "SE-01", NULL);
  Reg__Institution *gone = world_institution(f->w, "BY-EDU");
  gone->status = REG__INSTITUTION_STATUS__INSTITUTION_MERGED;
  world_put(f->w, &gone->base);
  assert_refused(out, form(f, "region", body(f, 0), &out), "IN-07", "target", "*", NULL);
}

static int amend(struct fixture *f, Reg__AmendBody *cmd, struct decision **ret)
{
  *ret = world_decision(f->w);
  return reg_body_amend(f->w->dir, cmd, world_context(f->w, "region", "2016-10-01"), *ret);
}

static void amended_and_dissolved(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__AmendBody cmd = REG__AMEND_BODY__INIT;
  assert_accepted(out, form(f, "region", body(f, 0), &out));
  world_apply(f->w, out);
  cmd.id = record_of(out, "BodyFormed")->id;
  cmd.members = members(f, "BY-EDU=局长|BT-EDU=局长|NM-EDU=处长", 2, &cmd.n_members);
  assert_accepted(out, amend(f, &cmd, &out));
  world_apply(f->w, out);
  const Reg__GovernanceBody *record = record_of(out, "BodyAmended");
  assert_int_equal(record->n_members, 3);
  assert_string_equal(record->title, "对口支援领导小组"); // what is empty stays
  assert_string_equal(record->since, "2016-10-01");
  assert_int_equal(record->rev, 2);
  cmd.members[2]->head = false;
  assert_refused(out, amend(f, &cmd, &out), "FIELD", "field", "members.head", NULL);
  cmd.n_members = 0;
  cmd.on = T("2016-09-01");
  assert_refused(out, amend(f, &cmd, &out), "FIELD", "field", "on", NULL); // before the present state began
  cmd.on = T("");
  cmd.dissolve = true;
  assert_accepted(out, amend(f, &cmd, &out));
  world_apply(f->w, out);
  assert_true(record_of(out, "BodyAmended")->dissolved);
  assert_refused(out, amend(f, &cmd, &out), "STATE", NULL);
  cmd.id = T("nothing");
  assert_refused(out, amend(f, &cmd, &out), "NOT-FOUND", "ref", "nothing", NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(a_group_of_an_agreement),
      TEST(of_a_programme_or_a_partnership_too),
      TEST(refusals),
      TEST(amended_and_dissolved),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
