// Amendments as versions (AG-06), the tree of agreements (AG-04), basis documents, clauses, agreements of
// three sides, and what happens to partnerships when the agreement they rest on stops or starts.
#include "common/base/date.h"
#include "services/registry/rules/agreement.h"
#include "services/registry/rules/partnership.h"
#include "services/registry/rules/tick.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text)   ((char *)(text))
#define AG(state) REG__AGREEMENT_STATUS__AGREEMENT_##state
#define PN(state) REG__PARTNERSHIP_STATUS__PARTNERSHIP_##state

struct fixture {
  struct world *w;
  const Prg__Programme *programme;
  Reg__Agreement *agreement; // effective from 2016-08-17, ends 2019-09-01
  Reg__Partnership *pair;    // rests on it, from 2016-09-01, open
};

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  assert_ok(dir_programme(f.w->dir, "nmg-framework", 0, &f.programme));
  f.agreement = world_agreement(f.w, AG(EFFECTIVE));
  f.agreement->valid->to = T("2019-09-01");
  f.agreement->since = T("2016-08-17");
  world_put(f.w, &f.agreement->base);
  f.pair = world_partnership(f.w, f.programme, "MUTUAL_AID", f.agreement,
                             "SUPPORTER=2115020301|RECIPIENT=2115080201");
  f.pair->valid->to = T("2019-09-01");
  f.pair->since = T("2016-09-01");
  world_put(f.w, &f.pair->base);
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

// ---- commands

static const Reg__Agreement *stored(struct fixture *f)
{
  return world_agreement_of(f->w, f->agreement->id);
}

struct amending {
  const char *from, *to, *title;
  const char *parties; // "PARTY_A=BT-EDU|PARTY_B=LH-EDU"
  bool accept_broken;
};

static int amend(struct fixture *f, const char *actor, const char *day, struct amending say,
                 struct decision **ret)
{
  Reg__AmendAgreement cmd = REG__AMEND_AGREEMENT__INIT;
  Typ__Period valid = TYP__PERIOD__INIT;
  size_t n = 0;
  cmd.id = f->agreement->id;
  cmd.title = T(say.title ? say.title : "");
  valid.from = T(say.from ? say.from : "");
  valid.to = T(say.to ? say.to : "");
  cmd.valid = &valid;
  cmd.accept_broken = say.accept_broken;
  char **words = programme_words(f->w->arena, say.parties ? say.parties : "", &n);
  cmd.parties = ARENA_ARRAY(f->w->arena, Reg__AgreementParty *, n + 1);
  for (size_t i = 0; i < n; i++) {
    Reg__AgreementParty *party = ARENA_NEW(f->w->arena, Reg__AgreementParty);
    char *equals = strchr(words[i], '=');
    reg__agreement_party__init(party);
    *equals = '\0';
    party->role = words[i];
    party->institution = T(world_id(f->w, equals + 1));
    cmd.parties[cmd.n_parties++] = party;
  }
  *ret = world_decision(f->w);
  return reg_agreement_amend(f->w->dir, &cmd, world_context(f->w, actor, day), *ret);
}

static int step(struct fixture *f, const char *verb, const char *actor, const char *day,
                struct decision **ret)
{
  const struct rule_context *ctx = world_context(f->w, actor, day);
  const struct dir_view *dir = f->w->dir;
  Reg__SubmitAgreement submit = REG__SUBMIT_AGREEMENT__INIT;
  Reg__ApproveAgreement approve = REG__APPROVE_AGREEMENT__INIT;
  Reg__ReturnAgreement give_back = REG__RETURN_AGREEMENT__INIT;
  Reg__SignAgreement sign = REG__SIGN_AGREEMENT__INIT;
  Reg__DropAmendment drop = REG__DROP_AMENDMENT__INIT;
  Reg__SuspendAgreement suspend = REG__SUSPEND_AGREEMENT__INIT;
  Reg__ResumeAgreement resume = REG__RESUME_AGREEMENT__INIT;
  Reg__TerminateAgreement terminate = REG__TERMINATE_AGREEMENT__INIT;
  Reg__Tick tick = REG__TICK__INIT;
  submit.id = approve.id = give_back.id = sign.id = drop.id = suspend.id = resume.id = terminate.id =
      f->agreement->id;
  give_back.reason = drop.reason = suspend.reason = terminate.reason = T("事由");
  *ret = world_decision(f->w);
  switch (verb[0] == 's' ? verb[1] : verb[0]) {
  case 'u':
    return verb[2] == 'b' ? reg_agreement_submit(dir, &submit, ctx, *ret)
                          : reg_agreement_suspend(dir, &suspend, ctx, *ret);
  case 'i':
    return reg_agreement_sign(dir, &sign, ctx, *ret);
  case 'a':
    return reg_agreement_approve(dir, &approve, ctx, *ret);
  case 'd':
    return reg_agreement_drop_amendment(dir, &drop, ctx, *ret);
  case 'r':
    return verb[3] == 'u' && verb[4] == 'r' ? reg_agreement_return(dir, &give_back, ctx, *ret)
                                            : reg_agreement_resume(dir, &resume, ctx, *ret);
  default:
    return verb[1] == 'e' ? reg_agreement_terminate(dir, &terminate, ctx, *ret)
                          : reg_tick(dir, &tick, ctx, *ret);
  }
}

#define DO(f, verb, actor, day, events)                                                                      \
  do {                                                                                                       \
    struct decision *out_;                                                                                   \
    assert_accepted(out_, step((f), (verb), (actor), (day), &out_));                                         \
    assert_string_equal(world_events((f)->w, out_), (events));                                               \
    world_apply((f)->w, out_);                                                                               \
  } while (0)

// To the last signature, which brings the events.
static void pass(struct fixture *f, const char *day, const char *events)
{
  DO(f, "submit", "baotou", day, "AgreementSubmitted");
  DO(f, "approve", "baotou", day, "AgreementStepApproved");
  DO(f, "approve", "bayannur", day, "AgreementApproved");
  DO(f, "sign", "baotou", day, "AgreementSigned");
  DO(f, "sign", "bayannur", day, events);
}

// ---- the way of an amendment

static void a_second_version_takes_the_first_ones_place(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(
      out, amend(f, "bayannur", "2017-05-01", (struct amending){.to = "2020-09-01", .title = "续签"}, &out));
  assert_string_equal(world_events(f->w, out), "AgreementAmendmentDrafted");
  world_apply(f->w, out);
  const Reg__Agreement *now = stored(f);
  assert_int_equal(now->status, AG(EFFECTIVE)); // the present version stays in force
  assert_int_equal(now->version, 1);
  assert_string_equal(now->title, f->agreement->title);
  assert_int_equal(now->amendment->version, 2);
  assert_int_equal(now->amendment->status, AG(DRAFT));
  assert_string_equal(now->amendment->parties[0]->signed_on, ""); // to be signed anew
  assert_string_equal(now->amendment->valid->to, "2020-09-01");
  pass(f, "2017-05-02", "AgreementSigned,AgreementAmended");
  now = stored(f);
  assert_int_equal(now->version, 2);
  assert_null(now->amendment);
  assert_string_equal(now->title, "续签");
  assert_string_equal(now->valid->from, "2016-08-17"); // it began when it began
  assert_string_equal(now->valid->to, "2020-09-01");
  assert_string_equal(now->since, "2017-05-02"); // the last signature, where no first day was named
  assert_string_equal(now->parties[1]->signed_on, "2017-05-02");
  assert_int_equal(now->n_approvals, 2);
  assert_int_equal(world_partnership_of(f->w, f->pair->id)->n_broken, 0);
}

static void the_present_version_is_told_from_the_next(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, amend(f, "baotou", "2017-05-01", (struct amending){.title = "甲"}, &out));
  world_apply(f->w, out);
  // a draft may be written over; what is empty stays as drafted
  assert_accepted(out, amend(f, "baotou", "2017-05-01", (struct amending){.to = "2021-09-01"}, &out));
  world_apply(f->w, out);
  assert_string_equal(stored(f)->amendment->title, "甲");
  assert_string_equal(stored(f)->amendment->valid->to, "2021-09-01");
  assert_refused(out, step(f, "approve", "baotou", "2017-05-01", &out), "STATE", "record", "Amendment",
                 "state", "DRAFT", "verb", "approve", NULL);
  DO(f, "submit", "baotou", "2017-05-01", "AgreementSubmitted");
  assert_refused(out, amend(f, "baotou", "2017-05-01", (struct amending){.title = "乙"}, &out), "STATE",
                 "record", "Amendment", "verb", "amend", NULL);
  assert_refused(out, step(f, "approve", "bayannur", "2017-05-01", &out), "AS-09", "who", "包头市教育局",
                 NULL);
  DO(f, "approve", "baotou", "2017-05-01", "AgreementStepApproved");
  DO(f, "return", "bayannur", "2017-05-01", "AgreementReturned");
  assert_int_equal(stored(f)->amendment->status, AG(DRAFT));
  assert_int_equal(stored(f)->amendment->n_approvals, 0);
  assert_int_equal(stored(f)->status, AG(EFFECTIVE));
  DO(f, "drop", "bayannur", "2017-05-01", "AgreementAmendmentDropped");
  assert_null(stored(f)->amendment);
  assert_refused(out, step(f, "drop", "baotou", "2017-05-01", &out), "FIELD", "field", "id", NULL);
}

static void amendments_refused(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  static const struct {
    const char *actor;
    struct amending say;
    const char *code, *name, *value;
  } cases[] = {
      {"baotou", {0}, "FIELD", "field", "id"}, // changes nothing
      {"stranger", {.title = "x"}, "SE-01", "actor", "stranger"},
      {"baotou", {.to = "2016-08-17"}, "AG-04", "detail_en", "it must end after it begins"},
      {"baotou",
       {.from = "2016-01-01"},
       "AG-04",
       "detail_en",
       "the amendment's first day must lie inside the agreement's period"},
      {"baotou", {.from = "2019-09-01"}, "AG-04", "detail_zh", "修订的起日须在协议期限之内"},
      {"baotou", {.from = "soon"}, "FIELD", "field", "valid.from"},
      {"baotou", {.parties = "PARTY_A=BT-EDU"}, "AG-01", "role", "PARTY_B"},
      {"baotou", {.parties = "PARTY_A=BT-EDU|PARTY_B=BY-GOV"}, "AG-02", "party", "巴彦淖尔市人民政府"},
      {"baotou", {.parties = "PARTY_A=BT-EDU|PARTY_B=BT-EDU"}, "AG-03", "a", "PARTY_A"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_refused(out, amend(f, cases[i].actor, "2017-05-01", cases[i].say, &out), cases[i].code,
                   cases[i].name, cases[i].value, NULL);
  static const Reg__AgreementStatus ended[] = {AG(DRAFT),          AG(SUBMITTED), AG(APPROVED),
                                               AG(SIGNED_PENDING), AG(EXPIRED),   AG(TERMINATED)};
  for (size_t i = 0; i < sizeof ended / sizeof *ended; i++) {
    f->agreement->status = ended[i];
    world_put(f->w, &f->agreement->base);
    assert_refused(out, amend(f, "baotou", "2017-05-01", (struct amending){.title = "x"}, &out), "STATE",
                   "verb", "amend", "record", "Agreement", NULL);
  }
}

// AG-06: what would break is listed; with consent it takes effect, and is flagged.
static void an_amendment_that_breaks_pairs(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  struct amending shorter = {.from = "2018-01-01", .to = "2019-01-01"};
  assert_refused(out, amend(f, "baotou", "2017-05-01", shorter, &out), "AG-06", "n", "1", "list", f->pair->id,
                 NULL);
  shorter.accept_broken = true;
  assert_accepted(out, amend(f, "baotou", "2017-05-01", shorter, &out));
  const Reg__AgreementReply *reply = (const Reg__AgreementReply *)out->reply;
  assert_int_equal(reply->n_warnings, 1);
  assert_non_null(strstr(reply->warnings[0], f->pair->id));
  world_apply(f->w, out);
  pass(f, "2017-05-02", "AgreementSigned"); // its day is to come
  assert_int_equal(stored(f)->amendment->status, AG(SIGNED_PENDING));
  DO(f, "tick", "self", "2017-12-31", "");
  DO(f, "tick", "self", "2018-01-03", "AgreementAmended,PartnershipBroken,IssueRaised");
  assert_int_equal(stored(f)->version, 2);
  assert_string_equal(stored(f)->since, "2018-01-01"); // not the day somebody looked
  const Reg__Partnership *pair = world_partnership_of(f->w, f->pair->id);
  assert_int_equal(pair->status, PN(ESTABLISHED));
  assert_int_equal(pair->n_broken, 1);
  assert_string_equal(pair->broken[0], "PN-10");
  assert_string_equal(pair->broken_since, "2018-01-01");
  assert_string_equal(pair->since, "2018-01-01");
  DO(f, "tick", "self", "2018-01-03", "");
}

// A pair that came about after the amendment was drafted is asked about at the last signature.
static void the_last_signature_asks_again(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  f->pair->status = PN(DISSOLVED);
  world_put(f->w, &f->pair->base);
  assert_accepted(out, amend(f, "baotou", "2017-05-01", (struct amending){.to = "2018-09-01"}, &out));
  world_apply(f->w, out);
  DO(f, "submit", "baotou", "2017-05-01", "AgreementSubmitted");
  DO(f, "approve", "baotou", "2017-05-01", "AgreementStepApproved");
  DO(f, "approve", "bayannur", "2017-05-01", "AgreementApproved");
  DO(f, "sign", "baotou", "2017-05-01", "AgreementSigned");
  f->pair->status = PN(ESTABLISHED);
  world_put(f->w, &f->pair->base);
  assert_refused(out, step(f, "sign", "bayannur", "2017-05-01", &out), "AG-06", "n", "1", NULL);
  assert_int_equal(out->n_events, 0);
}

// A party that leaves takes the pairs of its schools along (AG-02: not under PARTY_A).
static void another_party(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  world_add_institution(
      f->w, &(struct world_unit){"CF-EDU", "赤峰市教育局", "BUREAU", "1504", NULL, NULL, NULL, NULL});
  struct amending other = {.parties = "PARTY_A=CF-EDU|PARTY_B=BY-EDU"};
  assert_refused(out, amend(f, "bayannur", "2017-05-01", other, &out), "AG-06", "n", "1", NULL);
  other.accept_broken = true;
  assert_accepted(out, amend(f, "bayannur", "2017-05-01", other, &out));
  const struct decided_event *event = world_event(out, "AgreementAmendmentDrafted");
  assert_int_equal(event->head.n_units, 3); // who is to become a party is concerned
}

// ---- the end of an agreement with an amendment on its way

static void an_amendment_ends_with_its_agreement(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, amend(f, "baotou", "2017-05-01", (struct amending){.title = "x"}, &out));
  world_apply(f->w, out);
  DO(f, "tick", "self", "2019-09-01",
     "AgreementAmendmentDropped,AgreementExpired,PartnershipBroken,IssueRaised");
  assert_null(stored(f)->amendment);
  assert_int_equal(stored(f)->status, AG(EXPIRED));
  assert_string_equal(stored(f)->since, "2019-09-01");
}

static void a_terminated_agreement_drops_it_first(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, amend(f, "baotou", "2017-05-01", (struct amending){.title = "x"}, &out));
  world_apply(f->w, out);
  assert_accepted(out, step(f, "terminate", "baotou", "2017-06-01", &out));
  assert_string_equal(world_events(f->w, out),
                      "AgreementAmendmentDropped,AgreementTerminated,PartnershipBroken,IssueRaised");
  const Reg__AgreementAmendmentDropped *dropped = (const void *)out->first->data;
  assert_int_equal(dropped->agreement->status, AG(EFFECTIVE)); // at that moment still
  assert_string_equal(dropped->reason, "事由");
}

// ---- what rests on it

static void partnerships_follow_their_agreement(void **state)
{
  struct fixture *f = *state;
  DO(f, "suspend", "baotou", "2017-03-01", "AgreementSuspended,PartnershipBroken,IssueRaised");
  const Reg__Partnership *pair = world_partnership_of(f->w, f->pair->id);
  assert_int_equal(pair->status, PN(ESTABLISHED)); // nothing is dissolved
  assert_string_equal(pair->broken[0], "PN-12");
  assert_string_equal(pair->broken_since, "2017-03-01");
  DO(f, "resume", "bayannur", "2017-04-01", "AgreementResumed,PartnershipMended");
  pair = world_partnership_of(f->w, f->pair->id);
  assert_int_equal(pair->n_broken, 0);
  assert_string_equal(pair->broken_since, "");
  DO(f, "terminate", "baotou", "2017-05-01", "AgreementTerminated,PartnershipBroken");
  f->pair->status = PN(DISSOLVED);
  world_put(f->w, &f->pair->base);
}

static void days_on_which_things_happened(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__SuspendAgreement cmd = REG__SUSPEND_AGREEMENT__INIT;
  cmd.id = f->agreement->id;
  cmd.reason = T("r");
  static const struct {
    const char *on, *code, *since;
  } cases[] = {{"2017-02-01", NULL, "2017-02-01"},
               {"", NULL, "2026-01-01"},
               {"2016-08-01", "FIELD", NULL},
               {"2026-01-02", "FIELD", NULL},
               {"2017-02", "FIELD", NULL}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    cmd.on = T(cases[i].on);
    out = world_decision(f->w);
    int r = reg_agreement_suspend(f->w->dir, &cmd, world_context(f->w, "baotou", "2026-01-01"), out);
    if (cases[i].code) {
      assert_refused(out, r, cases[i].code, "field", "on", NULL);
      continue;
    }
    assert_accepted(out, r);
    const Reg__AgreementSuspended *said = (const void *)world_event(out, "AgreementSuspended")->data;
    assert_string_equal(said->agreement->since, cases[i].since);
    const Reg__PartnershipBroken *broken = (const void *)world_event(out, "PartnershipBroken")->data;
    assert_string_equal(broken->partnership->since, cases[i].since);
  }
}

// ---- the tree

static Reg__DraftAgreement *draft(struct fixture *f, const char *parent)
{
  Reg__DraftAgreement *cmd = ARENA_NEW(f->w->arena, Reg__DraftAgreement);
  reg__draft_agreement__init(cmd);
  cmd->programme = T("nmg-framework");
  cmd->mode = T("FRAMEWORK");
  cmd->title = T("子协议");
  cmd->parent = T(parent);
  cmd->parties = f->agreement->parties;
  cmd->n_parties = 2;
  cmd->valid = ARENA_NEW(f->w->arena, Typ__Period);
  typ__period__init(cmd->valid);
  cmd->valid->from = T("2017-01-01");
  cmd->valid->to = T("2018-01-01");
  return cmd;
}
static int draft_as(struct fixture *f, const Reg__DraftAgreement *cmd, const char *day, struct decision **ret)
{
  *ret = world_decision(f->w);
  return reg_agreement_draft(f->w->dir, cmd, world_context(f->w, "baotou", day), *ret);
}

static Reg__Agreement *governments(struct fixture *f)
{
  Reg__Agreement *parent = world_agreement(f->w, AG(EFFECTIVE));
  parent->parties[0]->institution = T(world_id(f->w, "BT-GOV"));
  parent->parties[1]->institution = T(world_id(f->w, "BY-GOV"));
  parent->doc_no = T("府字1号");
  parent->title = T("两市政府协议");
  world_put(f->w, &parent->base);
  return parent;
}

// Programme A: the higher agreement is between governments of prefectures (row A3).
static void parents(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Agreement *parent = governments(f);
  assert_accepted(out, draft_as(f, draft(f, parent->id), "2016-12-01", &out));
  assert_refused(out, draft_as(f, draft(f, f->agreement->id), "2016-12-01", &out), "AG-02", "party",
                 "包头市教育局", "role_en", "a party of the parent agreement", "why_zh",
                 "类别为教育局，须为政府", NULL);
  static const Reg__AgreementStatus dead[] = {AG(DRAFT),     AG(SUBMITTED), AG(APPROVED),
                                              AG(SUSPENDED), AG(EXPIRED),   AG(TERMINATED)};
  for (size_t i = 0; i < sizeof dead / sizeof *dead; i++) {
    parent->status = dead[i];
    world_put(f->w, &parent->base);
    assert_refused(out, draft_as(f, draft(f, parent->id), "2016-12-01", &out), "AG-04", "detail_en",
                   "the parent agreement \"两市政府协议\" is not in effect", NULL);
  }
  parent->status = AG(SIGNED_PENDING);
  world_put(f->w, &parent->base);
  assert_accepted(out, draft_as(f, draft(f, parent->id), "2016-12-01", &out));
}

static void a_parent_stays_longer_than_its_children(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Agreement *child = world_agreement(f->w, AG(EFFECTIVE));
  child->parent = f->agreement->id;
  child->title = T("子协议");
  child->valid->to = T("2019-09-01");
  world_put(f->w, &child->base);
  f->pair->status = PN(DISSOLVED);
  world_put(f->w, &f->pair->base);
  assert_refused(out, amend(f, "baotou", "2017-05-01", (struct amending){.to = "2019-08-31"}, &out), "AG-04",
                 "detail_en", "\"子协议\" under it ends after 2019-08-31", NULL);
  assert_accepted(out, step(f, "terminate", "baotou", "2017-06-01", &out));
  const Reg__AgreementReply *reply = (const Reg__AgreementReply *)out->reply;
  assert_int_equal(reply->n_warnings, 1);
  assert_non_null(strstr(reply->warnings[0], "agreements under it stay in force: 子协议"));
}

// ---- basis documents and clauses

static void basis_documents(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  static const struct {
    const char *from, *to;
    bool refused, warned;
  } cases[] = {{"2015", "2020", false, false},      {"", "", false, false},
               {"2017-01-01", "", false, false},    {"2017-01-02", "", true, false},
               {"2015", "2017-01-01", true, false}, {"2015", "2017-06-01", false, true}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__DraftAgreement *cmd = draft(f, "");
    Typ__Period valid = TYP__PERIOD__INIT;
    Reg__BasisDocument document = REG__BASIS_DOCUMENT__INIT, *list[] = {&document};
    document.title = T("乡村教师支持计划");
    valid.from = T(cases[i].from);
    valid.to = T(cases[i].to);
    document.valid = &valid;
    cmd->basis = list;
    cmd->n_basis = 1;
    int r = draft_as(f, cmd, "2016-12-01", &out);
    if (cases[i].refused) {
      assert_refused(out, r, "FIELD", "field", "basis.valid", "detail_en",
                     "乡村教师支持计划 is not in force on 2017-01-01", NULL);
      continue;
    }
    assert_accepted(out, r);
    assert_int_equal(((const Reg__AgreementReply *)out->reply)->n_warnings, cases[i].warned);
  }
}

static void clauses(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  static const struct {
    const char *measures, *terms;
    uint32_t min, max;
    const char *field; // refused for; NULL = accepted
  } cases[] = {{"principal_post", "每年选派5至10名", 5, 10, NULL},
               {"principal_post|retired_teaching", "见附件", 0, 0, NULL},
               {"principal_post", "", 5, 10, NULL}, // the figures say it
               {"principal_post", "", 0, 0, "clauses.terms"},
               {"principal_post", "x", 5, 4, "clauses.max"},
               {"teleport", "x", 0, 0, "clauses.measure"},
               {"principal_post|principal_post", "x", 0, 0, "clauses.measure"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__DraftAgreement *cmd = draft(f, "");
    size_t n = 0;
    char **measures = programme_words(f->w->arena, cases[i].measures, &n);
    cmd->clauses = ARENA_ARRAY(f->w->arena, Reg__Clause *, n);
    for (size_t c = 0; c < n; c++) {
      cmd->clauses[c] = ARENA_NEW(f->w->arena, Reg__Clause);
      reg__clause__init(cmd->clauses[c]);
      cmd->clauses[c]->measure = measures[c];
      cmd->clauses[c]->terms = T(cases[i].terms);
      cmd->clauses[c]->min = cases[i].min;
      cmd->clauses[c]->max = cases[i].max;
    }
    cmd->n_clauses = n;
    int r = draft_as(f, cmd, "2016-12-01", &out);
    if (cases[i].field)
      assert_refused(out, r, "FIELD", "field", cases[i].field, NULL);
    else
      assert_accepted(out, r);
  }
}

// ---- since: valid time, also of what is written down years later

static void an_agreement_written_down_ten_years_later(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__DraftAgreement *cmd = draft(f, "");
  cmd->valid->from = T("2016-08");
  cmd->valid->to = T("");
  assert_accepted(out, draft_as(f, cmd, "2026-11-27", &out));
  world_apply(f->w, out);
  const Reg__AgreementDrafted *drafted = (const void *)out->first->data;
  assert_string_equal(drafted->agreement->since, "2016-08-01");
  f->agreement = world_agreement_of(f->w, drafted->agreement->id);
  DO(f, "submit", "baotou", "2026-11-27", "AgreementSubmitted");
  DO(f, "approve", "baotou", "2026-11-27", "AgreementStepApproved");
  DO(f, "approve", "bayannur", "2026-11-27", "AgreementApproved");
  assert_string_equal(stored(f)->since, "2016-08-01");
  static const struct {
    const char *actor, *on, *events;
  } signs[] = {{"bayannur", "2016-08-17", "AgreementSigned"},
               {"baotou", "2016-08-15", "AgreementSigned,AgreementEffective"}};
  for (size_t i = 0; i < 2; i++) {
    Reg__SignAgreement sign = REG__SIGN_AGREEMENT__INIT;
    sign.id = f->agreement->id;
    sign.signed_on = T(signs[i].on);
    out = world_decision(f->w);
    assert_accepted(
        out, reg_agreement_sign(f->w->dir, &sign, world_context(f->w, signs[i].actor, "2026-11-27"), out));
    assert_string_equal(world_events(f->w, out), signs[i].events);
    world_apply(f->w, out);
  }
  assert_string_equal(stored(f)->since, "2016-08-17"); // the later signature
}

// ---- three sides (document E)

static void three_sides_sign_each_for_itself(void **state)
{
  struct fixture *f = *state;
  struct world *w = f->w;
  struct decision *out;
  Prg__Programme *e = programme_a(w->arena);
  e->id = T("custody");
  e->n_roles = e->n_modes = e->n_basis = e->n_measures = 0;
  programme_add_role(w->arena, e, "SUPPORTER", "KIND_IN=UNIVERSITY");
  programme_add_role(w->arena, e, "EXECUTOR", "KIND_IN=SCHOOL;OPERATED_BY=SUPPORTER");
  programme_add_role(w->arena, e, "RECIPIENT", "KIND_IN=SCHOOL;STAGE_IN=SENIOR");
  programme_add_role(w->arena, e, "GUARANTOR", "KIND_IN=GOVERNMENT;DIVISION_LEVEL=COUNTY");
  programme_add_mode(w->arena, e, "CUSTODY", "SUPPORTER 1 1/EXECUTOR 0 0/RECIPIENT 1 1/GUARANTOR 1 1",
                     "SAME_DIVISION=COUNTY:RECIPIENT|GUARANTOR;EXCLUSIVE=RECIPIENT")
      ->signed_ = true;
  e->approvals->agreement =
      programme_words(w->arena, "SUPPORTER|GUARANTOR|PROVINCE", &e->approvals->n_agreement);
  world_put(w, &e->base);
  world_add_institution(w, &(struct world_unit){"UNI", "某大学", "UNIVERSITY", "11", NULL, NULL, NULL, NULL});
  world_add_institution(
      w, &(struct world_unit){"LH-GOV", "临河区人民政府", "GOVERNMENT", "150802", NULL, NULL, NULL, NULL});
  Reg__AgreementParty parties[3], *list[3];
  static const char *const who[][2] = {
      {"SUPPORTER", "UNI"}, {"RECIPIENT", "3415080201"}, {"GUARANTOR", "LH-GOV"}};
  for (size_t i = 0; i < 3; i++) {
    reg__agreement_party__init(&parties[i]);
    parties[i].role = T(who[i][0]);
    parties[i].institution = T(world_id(w, who[i][1]));
    list[i] = &parties[i];
  }
  Reg__DraftAgreement *cmd = draft(f, "");
  cmd->programme = e->id;
  cmd->mode = T("CUSTODY");
  cmd->parties = list;
  cmd->n_parties = 2;
  assert_refused(out, draft_as(f, cmd, "2016-12-01", &out), "SE-01", NULL); // no side of it
  struct rule_context *ctx = world_context(w, "bayannur", "2016-12-01");
  out = world_decision(w);
  assert_refused(out, reg_agreement_draft(w->dir, cmd, ctx, out), "AG-01", "role", "GUARANTOR", "n", "0",
                 NULL);
  cmd->n_parties = 3;
  out = world_decision(w);
  assert_accepted(out, reg_agreement_draft(w->dir, cmd, ctx, out));
  world_apply(w, out);
  f->agreement = world_agreement_of(w, ((const Reg__AgreementReply *)out->reply)->id);
  DO(f, "submit", "bayannur", "2016-12-01", "AgreementSubmitted");
  // acting for one unit each, as their principals would
  static const char *const acts[][2] = {
      {"unit:UNI", "AgreementStepApproved"},
      {"unit:LH-GOV", "AgreementStepApproved"},
      {"unit:NM-EDU", "AgreementApproved"}}; // a third party above all sides
  for (size_t i = 0; i < 3; i++) {
    Reg__ApproveAgreement approve = REG__APPROVE_AGREEMENT__INIT;
    ctx = world_context(w, "reader", "2016-12-01");
    ctx->actor.acts_for = &acts[i][0];
    ctx->actor.n_acts_for = 1;
    approve.id = f->agreement->id;
    out = world_decision(w);
    assert_accepted(out, reg_agreement_approve(w->dir, &approve, ctx, out));
    assert_string_equal(world_events(w, out), acts[i][1]);
    world_apply(w, out);
  }
  static const char *const signs[][3] = {{"unit:3415080201", "AgreementSigned", "2017-01-01"},
                                         {"unit:UNI", "AgreementSigned", "2017-01-01"},
                                         {"unit:LH-GOV", "AgreementSigned,AgreementEffective", "2017-01-05"}};
  for (size_t i = 0; i < 3; i++) {
    Reg__SignAgreement sign = REG__SIGN_AGREEMENT__INIT;
    ctx = world_context(w, "reader", signs[i][2]);
    ctx->actor.acts_for = &signs[i][0];
    ctx->actor.n_acts_for = 1;
    sign.id = f->agreement->id;
    out = world_decision(w);
    assert_accepted(out, reg_agreement_sign(w->dir, &sign, ctx, out));
    assert_string_equal(world_events(w, out), signs[i][1]);
    const Reg__AgreementSigned *said = (const void *)world_event(out, "AgreementSigned")->data;
    assert_string_equal(said->role, i == 0 ? "RECIPIENT" : i == 1 ? "SUPPORTER" : "GUARANTOR");
    world_apply(w, out);
  }
  assert_string_equal(stored(f)->since, "2017-01-05");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(a_second_version_takes_the_first_ones_place),
      TEST(the_present_version_is_told_from_the_next),
      TEST(amendments_refused),
      TEST(an_amendment_that_breaks_pairs),
      TEST(the_last_signature_asks_again),
      TEST(another_party),
      TEST(an_amendment_ends_with_its_agreement),
      TEST(a_terminated_agreement_drops_it_first),
      TEST(partnerships_follow_their_agreement),
      TEST(days_on_which_things_happened),
      TEST(parents),
      TEST(a_parent_stays_longer_than_its_children),
      TEST(basis_documents),
      TEST(clauses),
      TEST(an_agreement_written_down_ten_years_later),
      TEST(three_sides_sign_each_for_itself),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
