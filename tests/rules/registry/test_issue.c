// Issues: raising (by a party, by the registry about a broken structure), answering, closing; who must
// answer.
#include "services/registry/rules/institution.h"
#include "services/registry/rules/issue.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text)  ((char *)(text))
#define S(state) REG__ISSUE_STATUS__ISSUE_##state
#define TODAY    "2016-09-20"

struct fixture {
  struct world *w;
  Prg__Programme *a;
  Reg__Partnership *pair;
};

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  f.a = programme_a(f.w->arena);
  f.pair = world_partnership(f.w, f.a, "MUTUAL_AID",
                             world_agreement(f.w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE),
                             "SUPPORTER=2115020301|RECIPIENT=2115080201");
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

static Reg__RaiseIssue *issue(struct fixture *f, const char *by)
{
  Reg__RaiseIssue *cmd = ARENA_NEW(f->w->arena, Reg__RaiseIssue);
  reg__raise_issue__init(cmd);
  cmd->partnership = f->pair->id;
  cmd->title = T("缺物理教师");
  cmd->text = T("本学期两个班无人任课");
  cmd->raised_by = T(world_id(f->w, by));
  return cmd;
}

static int raise_as(struct fixture *f, const char *actor, const Reg__RaiseIssue *cmd, struct decision **ret)
{
  *ret = world_decision(f->w);
  return reg_issue_raise(f->w->dir, cmd, world_context(f->w, actor, TODAY), *ret);
}

static const Reg__Issue *raised(const struct decision *out)
{
  return ((const Reg__IssueRaised *)world_event(out, "IssueRaised")->data)->issue;
}

static const char *raise_one(struct fixture *f)
{
  struct decision *out;
  assert_accepted(out, raise_as(f, "school", issue(f, "2115080201"), &out));
  world_apply(f->w, out);
  return raised(out)->id;
}

static int answer(struct fixture *f, const char *actor, const char *id, const char *text,
                  struct decision **ret)
{
  Reg__AnswerIssue cmd = REG__ANSWER_ISSUE__INIT;
  cmd.id = T(id);
  cmd.text = T(text);
  *ret = world_decision(f->w);
  return reg_issue_answer(f->w->dir, &cmd, world_context(f->w, actor, "2016-09-25"), *ret);
}

static int close_as(struct fixture *f, const char *actor, const char *id, struct decision **ret)
{
  Reg__CloseIssue cmd = REG__CLOSE_ISSUE__INIT;
  cmd.id = T(id);
  cmd.reason = T("已补派教师");
  *ret = world_decision(f->w);
  return reg_issue_close(f->w->dir, &cmd, world_context(f->w, actor, "2016-10-08"), *ret);
}

static void a_party_raises_one_and_the_supporter_owns_it(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, raise_as(f, "school", issue(f, "2115080201"), &out));
  const Reg__Issue *record = raised(out);
  assert_string_equal(record->owner, world_id(f->w, "2115020301"));
  assert_string_equal(record->programme, f->a->id);
  assert_string_equal(record->due, "2016-10-20"); // 30 days
  assert_string_equal(record->division, "150802100");
  assert_string_equal(record->since, TODAY);
  assert_int_equal(record->status, S(OPEN));
  assert_int_equal(world_event(out, "IssueRaised")->head.n_units, 4); // two schools, two bureaus
  assert_int_equal(((const Reg__IssueReply *)out->reply)->status, S(OPEN));
}

static void who_must_answer(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__RaiseIssue *cmd = issue(f, "2115020301"); // the supporter itself: then the programme's owner
  assert_accepted(out, raise_as(f, "baotou", cmd, &out));
  assert_string_equal(raised(out)->owner, world_id(f->w, "NM-EDU"));
  cmd = issue(f, "2115080201");
  cmd->owner = T(world_id(f->w, "BT-EDU")); // or whoever is named
  cmd->due = T("2016-09-30");
  assert_accepted(out, raise_as(f, "school", cmd, &out));
  assert_string_equal(raised(out)->owner, world_id(f->w, "BT-EDU"));
  assert_string_equal(raised(out)->due, "2016-09-30");
  cmd = issue(f, "2115080201");
  cmd->partnership = T(""); // about the programme as a whole
  cmd->programme = f->a->id;
  assert_accepted(out, raise_as(f, "school", cmd, &out));
  assert_string_equal(raised(out)->owner, world_id(f->w, "NM-EDU"));
  assert_string_equal(raised(out)->partnership, "");
  Reg__Institution *supporter = world_institution(f->w, "2115020301");
  supporter->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(f->w, &supporter->base); // one that is no more cannot answer
  assert_accepted(out, raise_as(f, "school", issue(f, "2115080201"), &out));
  assert_string_equal(raised(out)->owner, world_id(f->w, "NM-EDU"));
}

static void refusals(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_refused(out, raise_as(f, "stranger", issue(f, "2115080201"), &out), "SE-01", "division", "150802100",
                 NULL);
  // acts for its school, which is no party to the partnership and lies elsewhere
  assert_refused(out, raise_as(f, "baotou", issue(f, "2115020302"), &out), "SE-01", "division", "150802100",
                 NULL);
  Reg__RaiseIssue *cmd = issue(f, "2115080201");
  cmd->due = T("2016-09-19");
  assert_refused(out, raise_as(f, "school", cmd, &out), "FIELD", "field", "due", NULL);
  cmd->due = T("2016-10");
  assert_refused(out, raise_as(f, "school", cmd, &out), "FIELD", "field", "due", NULL);
  cmd = issue(f, "2115080201");
  cmd->title = T("");
  assert_refused(out, raise_as(f, "school", cmd, &out), "FIELD", "field", "title", NULL);
  cmd = issue(f, "2115080201");
  cmd->raised_by = T("");
  assert_refused(out, raise_as(f, "school", cmd, &out), "FIELD", "field", "raised_by", NULL);
  cmd = issue(f, "2115080201");
  cmd->partnership = T("");
  assert_refused(out, raise_as(f, "school", cmd, &out), "FIELD", "field", "programme", NULL);
  cmd->programme = T("nothing");
  assert_refused(out, raise_as(f, "school", cmd, &out), "NOT-FOUND", "ref", "nothing", NULL);
}

static void answered_by_the_owner_and_closed_by_the_raiser(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id = raise_one(f);
  assert_refused(out, answer(f, "school", id, "已安排", &out), "AS-09", NULL);
  assert_refused(out, answer(f, "baotou", id, "", &out), "FIELD", "field", "text", NULL);
  assert_accepted(out, answer(f, "baotou", id, "已安排", &out)); // acts for its schools
  world_apply(f->w, out);
  assert_accepted(out, answer(f, "baotou", id, "十月到岗", &out));
  world_apply(f->w, out);
  const Reg__Issue *stored = NULL;
  assert_ok(dir_issue(f->w->dir, id, &stored));
  assert_int_equal(stored->status, S(ANSWERED));
  assert_int_equal(stored->n_answers, 2);
  assert_string_equal(stored->answers[1]->text, "十月到岗");
  assert_string_equal(stored->answers[0]->by, "baotou");
  assert_string_equal(stored->since, "2016-09-25");
  assert_refused(out, close_as(f, "baotou", id, &out), "SE-01",
                 NULL); // the owner does not close what others raised
  assert_accepted(out, close_as(f, "school", id, &out));
  world_apply(f->w, out);
  assert_string_equal(((const Reg__IssueClosed *)world_event(out, "IssueClosed")->data)->reason,
                      "已补派教师");
  assert_refused(out, answer(f, "baotou", id, "又", &out), "STATE", "state", "CLOSED", NULL);
}

static void an_office_above_may_close(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, close_as(f, "bayannur", raise_one(f), &out));
}

static int take_quality(struct fixture *f, bool stages_too, struct decision **ret)
{
  Reg__AmendInstitution cmd = REG__AMEND_INSTITUTION__INIT;
  Reg__Institution *school = world_institution(f->w, "2115020301");
  static Typ__Stage junior = TYP__STAGE__STAGE_JUNIOR;
  school->n_tags = 0;
  if (stages_too) school->stages = &junior;
  cmd.id = school->id;
  cmd.institution = school;
  *ret = world_decision(f->w);
  return reg_institution_amend(f->w->dir, &cmd, world_context(f->w, "registrar", TODAY), *ret);
}

static void a_broken_structure_raises_one_and_never_closes_it(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, take_quality(f, false, &out));
  const Reg__Issue *first = raised(out);
  assert_string_equal(first->raised_by, "");
  assert_string_equal(first->owner, world_id(f->w, "2115020301"));
  assert_int_equal(first->n_rules, 1);
  assert_string_equal(first->rules[0], "PN-08");
  assert_non_null(strstr(first->title, "PN-08"));
  world_apply(f->w, out);
  assert_accepted(out, take_quality(f, true, &out)); // a further rule: a further issue
  assert_int_equal(raised(out)->n_rules, 2);
  world_apply(f->w, out);
  // mended: the flag goes, the issues stay for people to close
  Reg__AmendInstitution cmd = REG__AMEND_INSTITUTION__INIT;
  Reg__Institution *school = world_institution(f->w, "2115020301");
  static Typ__Stage primary = TYP__STAGE__STAGE_PRIMARY;
  school->stages = &primary;
  school->tags = programme_words(f->w->arena, "quality", &school->n_tags);
  cmd.id = school->id;
  cmd.institution = school;
  out = world_decision(f->w);
  assert_accepted(out, reg_institution_amend(f->w->dir, &cmd, world_context(f->w, "registrar", TODAY), out));
  assert_string_equal(world_events(f->w, out), "InstitutionAmended,PartnershipMended");
  world_apply(f->w, out);
  const Reg__Issue *const *list = NULL;
  size_t n = 0;
  assert_ok(dir_issues_of(f->w->dir, f->pair->id, &list, &n));
  assert_int_equal(n, 2);
  assert_int_equal(list[0]->status, S(OPEN));
  // broken again in the way that open issues tell already: nothing new
  assert_accepted(out, take_quality(f, false, &out));
  assert_string_equal(world_events(f->w, out), "InstitutionAmended,PartnershipBroken");
  // its owner may close what the registry raised
  assert_accepted(out, close_as(f, "baotou", first->id, &out));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(a_party_raises_one_and_the_supporter_owns_it),
      TEST(who_must_answer),
      TEST(refusals),
      TEST(answered_by_the_owner_and_closed_by_the_raiser),
      TEST(an_office_above_may_close),
      TEST(a_broken_structure_raises_one_and_never_closes_it),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
