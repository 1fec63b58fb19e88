// Reviews: who may open and take which step, the public notice, the award (RV-01 .. RV-06).
#include "services/registry/rules/review.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text) ((char *)(text))

struct fixture {
  struct world *w;
  Prg__Programme *p;
  Prg__Review acceptance, duty;
  Reg__Partnership *pair;
  const char *id;
};

static int setup(void **state)
{
  static struct fixture f;
  f = (struct fixture){.w = world_new()};
  struct arena *arena = f.w->arena;
  f.p = programme_a(arena);
  f.p->owner->division = T("150000");
  f.p->reviews = ARENA_ARRAY(arena, Prg__Review *, 2);
  f.p->n_reviews = 2;
  f.p->reviews[0] = &f.acceptance;
  f.p->reviews[1] = &f.duty;
  prg__review__init(&f.acceptance);
  f.acceptance.id = T("acceptance");
  f.acceptance.subject = T("partnership");
  f.acceptance.steps = programme_words(arena, "SELF|COUNTY|PROVINCE|PUBLICITY", &f.acceptance.n_steps);
  f.acceptance.designation_in = programme_words(arena, "PILOT", &f.acceptance.n_designation_in);
  f.acceptance.award_kind = T("SPECIAL_FUND");
  f.acceptance.award_designation = T("MODEL");
  prg__review__init(&f.duty);
  f.duty.id = T("duty");
  f.duty.subject = T("division");
  f.duty.each = TYP__DIVISION_LEVEL__LEVEL_COUNTY;
  static Prg__CalendarWord every[] = {PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR};
  f.duty.every = every;
  f.duty.n_every = 1;
  f.duty.to = programme_words(arena, "PROVINCE", &f.duty.n_to);
  world_put(f.w, &f.p->base);
  Reg__Agreement *agreement = world_agreement(f.w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  f.pair = world_partnership(f.w, f.p, "MUTUAL_AID", agreement, "SUPPORTER=2115080203|RECIPIENT=2115080201");
  f.pair->designation = REG__DESIGNATION__DESIGNATION_PILOT;
  world_put(f.w, &f.pair->base);
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

static int open_review(struct fixture *f, const char *actor, const char *review, const char *subject,
                       const char *period, struct decision **ret)
{
  Reg__OpenReview cmd = REG__OPEN_REVIEW__INIT;
  cmd.programme = f->p->id;
  cmd.review = T(review);
  cmd.period = T(period);
  if (strlen(subject) < 10)
    cmd.division = T(subject);
  else
    cmd.partnership = T(subject);
  *ret = world_decision(f->w);
  int r = reg_review_open(f->w->dir, &cmd, world_context(f->w, actor, "2017-03-01"), *ret);
  if (r != 0) return r;
  world_apply(f->w, *ret);
  f->id = ((const Reg__ReviewReply *)(*ret)->reply)->id;
  return 0;
}

static int step(struct fixture *f, const char *actor, const char *day, const char *outcome,
                struct decision **ret)
{
  Reg__RecordReviewStep cmd = REG__RECORD_REVIEW_STEP__INIT;
  cmd.id = T(f->id);
  cmd.outcome = T(outcome);
  cmd.score_x10 = 905;
  *ret = world_decision(f->w);
  int r = reg_review_step(f->w->dir, &cmd, world_context(f->w, actor, day), *ret);
  if (r == 0) world_apply(f->w, *ret);
  return r;
}

static int confirm(struct fixture *f, const char *actor, const char *day, const char *outcome,
                   struct decision **ret)
{
  Reg__ConfirmReview cmd = REG__CONFIRM_REVIEW__INIT;
  cmd.id = T(f->id);
  cmd.outcome = T(outcome);
  *ret = world_decision(f->w);
  int r = reg_review_confirm(f->w->dir, &cmd, world_context(f->w, actor, day), *ret);
  if (r == 0) world_apply(f->w, *ret);
  return r;
}

static int award(struct fixture *f, const char *actor, uint64_t fen, bool refuse, struct decision **ret)
{
  Reg__GrantAward cmd = REG__GRANT_AWARD__INIT;
  cmd.id = T(f->id);
  cmd.amount_fen = fen;
  cmd.refuse = refuse;
  cmd.reason = T("no funds");
  *ret = world_decision(f->w);
  int r = reg_review_award(f->w->dir, &cmd, world_context(f->w, actor, "2017-03-20"), *ret);
  if (r == 0) world_apply(f->w, *ret);
  return r;
}

static const Reg__ReviewRecord *stored(struct fixture *f)
{
  const Reg__ReviewRecord *review = NULL;
  assert_ok(dir_review(f->w->dir, f->id, &review));
  assert_non_null(review);
  return review;
}

// The core's own county bureau, the region; published on Friday 2017-03-03.
static void take_all_steps(struct fixture *f)
{
  struct decision *out = NULL;
  assert_accepted(out, open_review(f, "region", "acceptance", f->pair->id, "", &out));
  assert_accepted(out, step(f, "bayannur", "2017-03-01", "PASS", &out));
  assert_accepted(out, step(f, "linhe", "2017-03-02", "PASS", &out));
  assert_accepted(out, step(f, "region", "2017-03-03", "PASS", &out));
  assert_string_equal(world_events(f->w, out), "ReviewStepRecorded,ReviewPublished");
}

static void what_falls_under_a_review(void **state)
{
  struct fixture *f = *state;
  struct decision *out = NULL;
  assert_refused(out, open_review(f, "region", "beauty", f->pair->id, "", &out), "NOT-FOUND", "ref", "beauty",
                 NULL);
  assert_refused(out, open_review(f, "region", "acceptance", "150802", "", &out), "FIELD", "field",
                 "partnership", NULL);
  assert_refused(out, open_review(f, "region", "duty", "150802", "", &out), "FIELD", "field", "period", NULL);
  assert_refused(out, open_review(f, "region", "duty", "1508", "2016", &out), "RV-01", "subject", "1508",
                 NULL);
  assert_refused(out, open_review(f, "stranger", "duty", "150802", "2016", &out), "SE-01", NULL);
  f->pair->designation = REG__DESIGNATION__DESIGNATION_NONE;
  world_put(f->w, &f->pair->base);
  assert_refused(out, open_review(f, "region", "acceptance", f->pair->id, "", &out), "RV-01", "review",
                 "acceptance", NULL);
  assert_accepted(out, open_review(f, "region", "duty", "150802", "2016", &out));
  assert_string_equal(stored(f)->next, "PROVINCE"); // no steps in the template: whoever receives the result
  assert_refused(out, open_review(f, "region", "duty", "150802", "2016", &out), "RV-02", "review", "duty",
                 NULL);
}

static void each_step_belongs_to_its_authority(void **state)
{
  struct fixture *f = *state;
  struct decision *out = NULL;
  assert_accepted(out, open_review(f, "region", "acceptance", f->pair->id, "", &out));
  assert_string_equal(stored(f)->next, "SELF");
  assert_refused(out, step(f, "region", "2017-03-01", "PASS", &out), "AS-09", "actor", "region", NULL);
  assert_refused(out, step(f, "bayannur", "2017-03-01", "GOOD", &out), "FIELD", "field", "outcome", NULL);
  assert_accepted(out, step(f, "bayannur", "2017-03-01", "PASS", &out));
  assert_string_equal(stored(f)->next, "COUNTY");
  assert_refused(out, confirm(f, "region", "2017-03-02", "", &out), "RV-04", "step", "COUNTY", NULL);
  assert_accepted(out, step(f, "linhe", "2017-03-02", "PASS", &out));
  assert_int_equal(stored(f)->n_steps, 2);
  assert_int_equal(stored(f)->steps[1]->score_x10, 905);
}

static void the_notice_lasts_whole_working_days(void **state)
{
  struct fixture *f = *state;
  struct decision *out = NULL;
  take_all_steps(f);
  assert_int_equal(stored(f)->status, REG__REVIEW_STATUS__REVIEW_PUBLICITY);
  assert_string_equal(stored(f)->publicity_from, "2017-03-03");
  assert_string_equal(stored(f)->publicity_to, "2017-03-11"); // Monday to Friday of the next week
  assert_refused(out, confirm(f, "region", "2017-03-10", "", &out), "RV-05", "until", "2017-03-11", NULL);
  assert_refused(out, step(f, "region", "2017-03-11", "PASS", &out), "RV-03", NULL);
  assert_refused(out, confirm(f, "linhe", "2017-03-13", "", &out), "AS-09", "actor", "linhe", NULL);
  assert_accepted(out, confirm(f, "region", "2017-03-13", "", &out));
  assert_string_equal(stored(f)->outcome, "PASS");
}

static void an_award_brings_money_and_the_designation(void **state)
{
  struct fixture *f = *state;
  struct decision *out = NULL;
  take_all_steps(f);
  assert_accepted(out, confirm(f, "region", "2017-03-13", "PASS", &out));
  assert_refused(out, award(f, "region", 0, false, &out), "FIELD", "field", "amount_fen", NULL);
  assert_refused(out, award(f, "bayannur", 50000000, false, &out), "AS-09", NULL);
  assert_accepted(out, award(f, "region", 50000000, false, &out));
  assert_string_equal(world_events(f->w, out), "AwardGranted,PartnershipDesignated");
  assert_int_equal(stored(f)->status, REG__REVIEW_STATUS__REVIEW_AWARDED);
  assert_int_equal(stored(f)->award->amount_fen, 50000000);
  const Reg__Partnership *pair = world_partnership_of(f->w, f->pair->id);
  assert_int_equal(pair->designation, REG__DESIGNATION__DESIGNATION_MODEL);
  assert_string_equal(pair->since, "2017-03-20"); // a pilot until the day before
}

static void no_award_without_a_pass(void **state)
{
  struct fixture *f = *state;
  struct decision *out = NULL;
  take_all_steps(f);
  assert_accepted(out, confirm(f, "region", "2017-03-13", "FAIL", &out));
  assert_refused(out, award(f, "region", 1, false, &out), "RV-06", "outcome", "FAIL", NULL);
}

static void an_award_may_be_refused_and_a_review_withdrawn(void **state)
{
  struct fixture *f = *state;
  struct decision *out = NULL;
  take_all_steps(f);
  Reg__WithdrawReview cmd = REG__WITHDRAW_REVIEW__INIT;
  cmd.id = T(f->id);
  cmd.reason = T("opened by mistake");
  out = world_decision(f->w);
  assert_accepted(out,
                  reg_review_withdraw(f->w->dir, &cmd, world_context(f->w, "region", "2017-03-04"), out));
  world_apply(f->w, out);
  take_all_steps(f); // another may be opened then
  assert_accepted(out, confirm(f, "region", "2017-03-13", "PASS", &out));
  assert_accepted(out, award(f, "region", 0, true, &out));
  assert_int_equal(stored(f)->status, REG__REVIEW_STATUS__REVIEW_NOT_AWARDED);
  assert_refused(out, award(f, "region", 1, false, &out), "STATE", NULL);
}

// Document row E15: what the tracking brings up is answered like any other difficulty.
static void an_issue_raised_is_an_issue(void **state)
{
  struct fixture *f = *state;
  struct decision *out = NULL;
  f->acceptance.outcomes =
      programme_words(f->w->arena, "PASS|CASE_SHARED|ISSUE_RAISED", &f->acceptance.n_outcomes);
  f->acceptance.title = programme_text(f->w->arena, "跟踪指导", "Tracking");
  world_put(f->w, &f->p->base);
  assert_accepted(out, open_review(f, "region", "acceptance", f->pair->id, "", &out));
  assert_accepted(out, step(f, "bayannur", "2017-03-01", "ISSUE_RAISED", &out)); // said on the way: not yet
  assert_string_equal(world_events(f->w, out), "ReviewStepRecorded");
  assert_accepted(out, step(f, "linhe", "2017-03-02", "PASS", &out));
  assert_accepted(out, step(f, "region", "2017-03-03", "PASS", &out));
  Reg__ConfirmReview cmd = REG__CONFIRM_REVIEW__INIT;
  cmd.id = T(f->id);
  cmd.outcome = T("ISSUE_RAISED");
  cmd.note = T("缺英语教师");
  out = world_decision(f->w);
  assert_accepted(out, reg_review_confirm(f->w->dir, &cmd, world_context(f->w, "region", "2017-03-13"), out));
  assert_string_equal(world_events(f->w, out), "ReviewConfirmed,IssueRaised");
  const char *id = ((const Reg__ReviewReply *)out->reply)->issue;
  world_apply(f->w, out);
  const Reg__Issue *issue = NULL;
  assert_ok(dir_issue(f->w->dir, id, &issue));
  assert_non_null(issue);
  assert_string_equal(issue->partnership, f->pair->id);
  assert_string_equal(issue->text, "缺英语教师");
  assert_string_equal(issue->raised_by, world_id(f->w, "NM-EDU")); // who confirmed it
  assert_string_equal(issue->owner, world_id(f->w, "2115080203")); // the supporter's side answers
  assert_string_equal(issue->due, "2017-04-12");
  assert_int_equal(issue->status, REG__ISSUE_STATUS__ISSUE_OPEN);
  assert_non_null(strstr(issue->title, "跟踪指导"));
  assert_non_null(strstr(issue->title, "raised by the review Tracking"));
}

// In a division there is no supporter: the programme's owner answers. A result that raises none opens none.
static void issues_of_a_division(void **state)
{
  struct fixture *f = *state;
  struct decision *out = NULL;
  f->duty.outcomes = programme_words(f->w->arena, "OK|ISSUE_RAISED", &f->duty.n_outcomes);
  world_put(f->w, &f->p->base);
  assert_accepted(out, open_review(f, "region", "duty", "150802", "2016", &out));
  assert_accepted(out, step(f, "region", "2017-03-02", "OK", &out));
  assert_accepted(out, confirm(f, "region", "2017-03-03", "", &out));
  assert_string_equal(world_events(f->w, out), "ReviewConfirmed");
  assert_string_equal(((const Reg__ReviewReply *)out->reply)->issue, "");
  assert_accepted(out, open_review(f, "region", "duty", "150802", "2017", &out));
  assert_accepted(out, step(f, "region", "2017-03-02", "ISSUE_RAISED", &out));
  assert_accepted(out, confirm(f, "region", "2017-03-03", "", &out));
  const Reg__IssueRaised *event = (const void *)world_event(out, "IssueRaised")->data;
  assert_string_equal(event->issue->partnership, "");
  assert_string_equal(event->issue->division, "150802");
  assert_string_equal(event->issue->owner, world_id(f->w, "NM-EDU"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(what_falls_under_a_review),
      TEST(each_step_belongs_to_its_authority),
      TEST(the_notice_lasts_whole_working_days),
      TEST(an_award_brings_money_and_the_designation),
      TEST(no_award_without_a_pass),
      TEST(an_award_may_be_refused_and_a_review_withdrawn),
      TEST(an_issue_raised_is_an_issue),
      TEST(issues_of_a_division),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
