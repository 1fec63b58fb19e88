// Agreements from draft to end: AG-01 .. AG-05, who acts at each step, signatures, the clock.
#include "services/registry/rules/agreement.h"
#include "services/registry/rules/tick.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text) ((char *)(text))

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

// ---- drafting

// parties: "PARTY_A=BT-EDU|PARTY_B=BY-EDU".
static Reg__DraftAgreement *draft_of(struct world *w, const char *parties)
{
  Reg__DraftAgreement *cmd = ARENA_NEW(w->arena, Reg__DraftAgreement);
  size_t n = 0;
  reg__draft_agreement__init(cmd);
  cmd->programme = T("nmg-framework");
  cmd->mode = T("FRAMEWORK");
  cmd->title = T("友好合作框架协议");
  cmd->doc_no = T("包教协〔2016〕1号");
  cmd->valid = ARENA_NEW(w->arena, Typ__Period);
  typ__period__init(cmd->valid);
  cmd->valid->from = T("2016-08-17");
  char **words = programme_words(w->arena, parties, &n);
  cmd->parties = ARENA_ARRAY(w->arena, Reg__AgreementParty *, n + 1);
  for (size_t i = 0; i < n; i++) {
    char *equals = strchr(words[i], '=');
    Reg__AgreementParty *party = ARENA_NEW(w->arena, Reg__AgreementParty);
    reg__agreement_party__init(party);
    *equals = '\0';
    party->role = words[i];
    party->institution = strlen(equals + 1) > 10 ? equals + 1 : T(world_id(w, equals + 1));
    cmd->parties[cmd->n_parties++] = party;
  }
  return cmd;
}
static const char *const both = "PARTY_A=BT-EDU|PARTY_B=BY-EDU";

static int draft_as(struct world *w, const char *actor, const Reg__DraftAgreement *cmd, struct decision **ret)
{
  *ret = world_decision(w);
  return reg_agreement_draft(w->dir, cmd, world_context(w, actor, "2016-08-17"), *ret);
}

static const Reg__Agreement *drafted(const struct decision *out)
{
  return ((const Reg__AgreementDrafted *)world_event(out, "AgreementDrafted")->data)->agreement;
}

static void a_draft(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__DraftAgreement *cmd = draft_of(w, both);
  cmd->parties[0]->signed_on = T("2016-01-01"); // a draft is signed by nobody
  assert_accepted(out, draft_as(w, "baotou", cmd, &out));
  const Reg__Agreement *agreement = drafted(out);
  const struct decided_event *event = world_event(out, "AgreementDrafted");
  assert_int_equal(agreement->status, REG__AGREEMENT_STATUS__AGREEMENT_DRAFT);
  assert_int_equal(agreement->programme_version, 1); // the newest
  assert_string_equal(agreement->division, "1502");  // the drafting side's
  assert_string_equal(agreement->parties[0]->signed_on, "");
  assert_int_equal(agreement->version, 1);
  assert_int_equal(event->head.n_units, 2);
  assert_string_equal(event->head.units[1], world_id(w, "BY-EDU"));
  assert_accepted(out, draft_as(w, "bayannur", draft_of(w, both), &out));
  assert_string_equal(drafted(out)->division, "1508");
  assert_accepted(out, draft_as(w, "region", draft_of(w, both), &out)); // covers both
  assert_string_equal(drafted(out)->division, "1502");
}

static void drafts_refused_for_their_parties(void **state)
{
  struct world *w = *state;
  static const struct {
    const char *parties;
    const char *code, *name, *value, *name2, *value2;
  } cases[] = {
      {"PARTY_A=BT-EDU", "AG-01", "role", "PARTY_B", "n", "0"},
      {"PARTY_A=BT-EDU|PARTY_B=BY-EDU|PARTY_B=LH-EDU", "AG-02", "party", "临河区教育局", "why_zh",
       "所在区划级别为县，须为地市"},
      {"PARTY_A=BT-EDU|PARTY_A=BY-EDU", "AG-01", "role", "PARTY_A", "max", "1"},
      {"PARTY_A=BT-EDU|PARTY_B=BY-GOV", "AG-02", "role", "PARTY_B", "why_en",
       "kind is GOVERNMENT, required: BUREAU"},
      {"PARTY_A=BT-EDU|PARTY_B=BT-EDU", "AG-03", "a", "PARTY_A", "b", "PARTY_B"},
      {"PARTY_A=BT-EDU|SUPPORTER=2115020301", "FIELD", "field", "parties.role", "detail_en",
       "the mode has no role SUPPORTER"},
      {"PARTY_A=BT-EDU|PARTY_B=01570000-0000-7000-8000-999999999999", "NOT-FOUND", "what_en", "institution",
       "ref", "*"},
      {"PARTY_A=NM-EDU|PARTY_B=BY-EDU", "AG-02", "party", "内蒙古自治区教育厅", "role", "PARTY_A"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    int r = draft_as(w, "region", draft_of(w, cases[i].parties), &out);
    assert_refused(out, r, cases[i].code, cases[i].name, cases[i].value, cases[i].name2, cases[i].value2,
                   NULL);
    assert_int_equal(out->n_events, 0);
  }
}

static void drafts_refused_for_the_rest(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__DraftAgreement *cmd = draft_of(w, both);
  cmd->programme = T("nobody");
  assert_refused(out, draft_as(w, "baotou", cmd, &out), "NOT-FOUND", "what_en", "programme", "ref", "nobody",
                 NULL);
  cmd = draft_of(w, both);
  cmd->programme_version = 7;
  assert_refused(out, draft_as(w, "baotou", cmd, &out), "NOT-FOUND", "ref", "nmg-framework@7", NULL);
  cmd = draft_of(w, both);
  cmd->mode = T("TEAM");
  assert_refused(out, draft_as(w, "baotou", cmd, &out), "NOT-FOUND", "what_en", "mode", "ref", "TEAM", NULL);
  cmd->mode = T("MUTUAL_AID");
  assert_refused(out, draft_as(w, "baotou", cmd, &out), "FIELD", "field", "mode", NULL);
  cmd = draft_of(w, both);
  cmd->title = T("");
  assert_refused(out, draft_as(w, "baotou", cmd, &out), "FIELD", "field", "title", NULL);
  cmd = draft_of(w, both);
  assert_refused(out, draft_as(w, "stranger", cmd, &out), "SE-01", "object", "友好合作框架协议", "division",
                 "1502", NULL);
  assert_refused(out, draft_as(w, "linhe", cmd, &out), "SE-01", "actor", "linhe",
                 NULL); // below a party is not beside it
  Reg__Institution *closed = world_institution(w, "BY-EDU");
  closed->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(w, &closed->base);
  assert_refused(out, draft_as(w, "baotou", cmd, &out), "IN-07", "target", "巴彦淖尔市教育局", NULL);
}

static void periods(void **state)
{
  struct world *w = *state;
  Reg__Agreement *parent = world_agreement(w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  parent->parties[0]->institution = T(world_id(w, "BT-GOV")); // between the two cities' governments
  parent->parties[1]->institution = T(world_id(w, "BY-GOV"));
  parent->valid->from = T("2015");
  parent->valid->to = T("2020-09-01");
  world_put(w, &parent->base);
  static const struct {
    const char *from, *to;
    bool parent;
    const char *detail; // of AG-04; NULL = accepted
  } cases[] = {
      {"2016-08-17", "", false, NULL},
      {"2016", "2020", false, NULL},
      {"2016-08", "2016-08-02", false, NULL},
      {"", "", false, "the first day is missing"},
      {"2016-08-17", "2016-08-17", false, "it must end after it begins"},
      {"2016-08-17", "2015-01-01", false, "it must end after it begins"},
      {"2016-08-32", "", false, "dates are YYYY, YYYY-MM or YYYY-MM-DD"},
      {"2016", "soon", false, "dates are YYYY, YYYY-MM or YYYY-MM-DD"},
      {"2016-08-17", "2020-09-01", true, NULL},
      {"2016-08-17", "2020-09-02", true, "ends after the parent agreement, 2020-09-01"},
      {"2016-08-17", "", true, "ends after the parent agreement, 2020-09-01"},
      {"2014-12-31", "2016", true, "begins before the parent agreement, 2015"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    Reg__DraftAgreement *cmd = draft_of(w, both);
    cmd->valid->from = T(cases[i].from);
    cmd->valid->to = T(cases[i].to);
    if (cases[i].parent) cmd->parent = parent->id;
    int r = draft_as(w, "baotou", cmd, &out);
    if (cases[i].detail)
      assert_refused(out, r, "AG-04", "detail_en", cases[i].detail, "detail_zh", "*", NULL);
    else
      assert_accepted(out, r);
  }
  struct decision *out;
  Reg__DraftAgreement *cmd = draft_of(w, both);
  cmd->parent = T("gone");
  assert_refused(out, draft_as(w, "baotou", cmd, &out), "NOT-FOUND", "ref", "gone", NULL);
  cmd = draft_of(w, both);
  cmd->valid = NULL;
  assert_refused(out, draft_as(w, "baotou", cmd, &out), "AG-04", "detail_en", "the first day is missing",
                 NULL);
}

// ---- the steps

struct step {
  const char *verb, *actor, *day;
  const char *code;   // refused with; NULL = accepted
  const char *who;    // parameter of AS-09
  const char *events; // emitted
  Reg__AgreementStatus status;
};

static int act(struct world *w, const char *id, const struct step *step, struct decision *out)
{
  const struct rule_context *ctx = world_context(w, step->actor, step->day);
  const char *verb = step->verb;
  Reg__SubmitAgreement submit = REG__SUBMIT_AGREEMENT__INIT;
  Reg__ApproveAgreement approve = REG__APPROVE_AGREEMENT__INIT;
  Reg__ReturnAgreement give_back = REG__RETURN_AGREEMENT__INIT;
  Reg__SignAgreement sign = REG__SIGN_AGREEMENT__INIT;
  Reg__SuspendAgreement suspend = REG__SUSPEND_AGREEMENT__INIT;
  Reg__ResumeAgreement resume = REG__RESUME_AGREEMENT__INIT;
  Reg__TerminateAgreement terminate = REG__TERMINATE_AGREEMENT__INIT;
  Reg__Tick tick = REG__TICK__INIT;
  submit.id = approve.id = give_back.id = sign.id = suspend.id = resume.id = terminate.id = T(id);
  give_back.reason = suspend.reason = terminate.reason = T("事由");
  if (strncmp(verb, "sign", 4) == 0 && verb[4] == ' ') sign.role = T(verb + 5);
  if (strcmp(verb, "submit") == 0) return reg_agreement_submit(w->dir, &submit, ctx, out);
  if (strcmp(verb, "approve") == 0) return reg_agreement_approve(w->dir, &approve, ctx, out);
  if (strcmp(verb, "return") == 0) return reg_agreement_return(w->dir, &give_back, ctx, out);
  if (strncmp(verb, "sign", 4) == 0) return reg_agreement_sign(w->dir, &sign, ctx, out);
  if (strcmp(verb, "suspend") == 0) return reg_agreement_suspend(w->dir, &suspend, ctx, out);
  if (strcmp(verb, "resume") == 0) return reg_agreement_resume(w->dir, &resume, ctx, out);
  if (strcmp(verb, "terminate") == 0) return reg_agreement_terminate(w->dir, &terminate, ctx, out);
  if (strcmp(verb, "tick") == 0) return reg_tick(w->dir, &tick, ctx, out);
  fail_msg("no verb %s", verb);
  return -1;
}

static void play(struct world *w, const char *id, const struct step *steps, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    struct decision *out = world_decision(w);
    uint64_t rev = world_agreement_of(w, id)->rev;
    int r = act(w, id, &steps[i], out);
    if (steps[i].code) {
      if (steps[i].who)
        assert_refused(out, r, steps[i].code, "who", steps[i].who, NULL);
      else
        assert_refused(out, r, steps[i].code, NULL);
      assert_int_equal(out->n_events, 0);
      continue;
    }
    assert_accepted(out, r);
    if (strcmp(world_events(w, out), steps[i].events) != 0)
      fail_msg("step %zu %s: %s, expected %s", i, steps[i].verb, world_events(w, out), steps[i].events);
    world_apply(w, out);
    const Reg__Agreement *stored = world_agreement_of(w, id);
    assert_int_equal(stored->status, steps[i].status);
    assert_int_equal(stored->rev, rev + out->n_events); // one more with every event
  }
}
#define PLAY(w, id, ...)                                                                                     \
  play((w), (id), (const struct step[]){__VA_ARGS__},                                                        \
       sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step))
#define S(word) REG__AGREEMENT_STATUS__AGREEMENT_##word

static const char *new_draft(struct world *w)
{
  struct decision *out;
  assert_accepted(out, draft_as(w, "baotou", draft_of(w, both), &out));
  world_apply(w, out);
  return drafted(out)->id;
}

static void from_draft_to_effective(void **state)
{
  struct world *w = *state;
  const char *id = new_draft(w), *day = "2016-08-17";
  PLAY(w, id, {"approve", "baotou", day, "STATE", NULL, NULL, 0},
       {"sign", "baotou", day, "STATE", NULL, NULL, 0}, {"submit", "stranger", day, "SE-01", NULL, NULL, 0},
       {"submit", "baotou", day, NULL, NULL, "AgreementSubmitted", S(SUBMITTED)},
       {"submit", "baotou", day, "STATE", NULL, NULL, 0},
       {"approve", "bayannur", day, "AS-09", "包头市教育局", NULL, 0}, // Party A comes first
       {"approve", "region", day, "AS-09", "包头市教育局", NULL, 0},   // covering is not acting for
       {"approve", "baotou", day, NULL, NULL, "AgreementStepApproved", S(SUBMITTED)},
       {"approve", "baotou", day, "AS-09", "巴彦淖尔市教育局", NULL, 0},
       {"approve", "bayannur", day, NULL, NULL, "AgreementApproved", S(APPROVED)},
       {"approve", "bayannur", day, "STATE", NULL, NULL, 0},
       {"sign PARTY_B", "baotou", day, "AS-09", "巴彦淖尔市教育局", NULL, 0},
       {"sign PARTY_C", "baotou", day, "FIELD", NULL, NULL, 0},
       {"sign", "stranger", day, "AS-09", "包头市教育局 / 巴彦淖尔市教育局", NULL, 0},
       {"sign PARTY_A", "baotou", day, NULL, NULL, "AgreementSigned", S(APPROVED)},
       {"sign PARTY_A", "baotou", day, "FIELD", NULL, NULL, 0}, // has signed already
       {"sign", "baotou", day, "AS-09", "巴彦淖尔市教育局", NULL, 0},
       {"sign", "bayannur", day, NULL, NULL, "AgreementSigned,AgreementEffective", S(EFFECTIVE)},
       {"sign", "bayannur", day, "STATE", NULL, NULL, 0});
  const Reg__Agreement *stored = world_agreement_of(w, id);
  assert_int_equal(stored->n_approvals, 2);
  assert_string_equal(stored->approvals[0]->party, "PARTY_A");
  assert_string_equal(stored->approvals[0]->institution, world_id(w, "BT-EDU"));
  assert_string_equal(stored->approvals[0]->by, "baotou");
  assert_string_equal(stored->approvals[1]->party, "PARTY_B");
  assert_true(stored->approvals[1]->time_us > 0);
  assert_string_equal(stored->parties[0]->signed_on, "2016-08-17"); // the day itself, when none was given
  assert_string_equal(stored->parties[1]->signatory, "bayannur");
}

static void events_carry_what_they_say(void **state)
{
  struct world *w = *state;
  const char *id = new_draft(w), *day = "2016-08-17";
  struct decision *out = world_decision(w);
  PLAY(w, id, {"submit", "bayannur", day, NULL, NULL, "AgreementSubmitted", S(SUBMITTED)}); // either side may
  assert_accepted(out, act(w, id, &(struct step){"approve", "baotou", day, NULL, NULL, NULL, 0}, out));
  const Reg__AgreementStepApproved *step = (const void *)world_event(out, "AgreementStepApproved")->data;
  assert_string_equal(step->party, "PARTY_A");
  assert_int_equal(step->agreement->n_approvals, 1);
  out = world_decision(w);
  assert_accepted(out, act(w, id, &(struct step){"return", "baotou", day, NULL, NULL, NULL, 0}, out));
  const Reg__AgreementReturned *returned = (const void *)world_event(out, "AgreementReturned")->data;
  assert_string_equal(returned->reason, "事由");
}

static void what_is_returned_begins_anew(void **state)
{
  struct world *w = *state;
  const char *id = new_draft(w), *day = "2016-08-17";
  PLAY(w, id, {"submit", "baotou", day, NULL, NULL, "AgreementSubmitted", S(SUBMITTED)},
       {"approve", "baotou", day, NULL, NULL, "AgreementStepApproved", S(SUBMITTED)},
       {"return", "baotou", day, "AS-09", "巴彦淖尔市教育局", NULL, 0}, // its turn is over
       {"return", "bayannur", day, NULL, NULL, "AgreementReturned", S(DRAFT)},
       {"submit", "baotou", day, NULL, NULL, "AgreementSubmitted", S(SUBMITTED)},
       {"approve", "bayannur", day, "AS-09", "包头市教育局", NULL, 0},
       {"approve", "baotou+bayannur", day, NULL, NULL, "AgreementStepApproved",
        S(SUBMITTED)}, // one step at a time
       {"approve", "baotou+bayannur", day, NULL, NULL, "AgreementApproved", S(APPROVED)});
}

static void a_programme_without_a_chain(void **state)
{
  struct world *w = *state;
  Prg__Programme *programme = programme_a(w->arena);
  programme->version = 2;
  programme->approvals->n_agreement = 0;
  world_put(w, &programme->base);
  const char *id = new_draft(w);
  PLAY(w, id,
       {"submit", "baotou", "2016-08-17", NULL, NULL, "AgreementSubmitted,AgreementApproved", S(APPROVED)});
}

static void a_chain_word_nobody_stands_behind(void **state)
{
  struct world *w = *state;
  Prg__Programme *programme = programme_a(w->arena);
  programme->version = 2;
  programme->approvals->agreement =
      programme_words(w->arena, "COUNTY_BUREAU", &programme->approvals->n_agreement);
  world_put(w, &programme->base);
  const char *id = new_draft(w);
  struct decision *out = world_decision(w);
  PLAY(w, id, {"submit", "baotou", "2016-08-17", NULL, NULL, "AgreementSubmitted", S(SUBMITTED)});
  int r = act(w, id, &(struct step){"approve", "baotou", "2016-08-17", NULL, NULL, NULL, 0}, out);
  assert_refused(out, r, "NOT-FOUND", "what_en", "approving unit", "ref", "COUNTY_BUREAU", NULL);
}

// A word that stands for several: each of them approves, in any order.
static void a_step_of_several(void **state)
{
  struct world *w = *state;
  Prg__Programme *programme = programme_a(w->arena);
  programme->version = 2;
  programme->approvals->agreement =
      programme_words(w->arena, "EVERY_COUNTY_BUREAU|PROVINCE", &programme->approvals->n_agreement);
  world_put(w, &programme->base);
  const char *id = new_draft(w), *day = "2016-08-17";
  PLAY(w, id, {"submit", "baotou", day, NULL, NULL, "AgreementSubmitted", S(SUBMITTED)},
       {"approve", "region", day, "AS-09", "昆都仑区教育局 / 临河区教育局", NULL, 0},
       {"approve", "linhe", day, NULL, NULL, "AgreementStepApproved", S(SUBMITTED)},
       {"approve", "linhe", day, "AS-09", "昆都仑区教育局", NULL, 0},
       {"approve", "baotou", day, NULL, NULL, "AgreementStepApproved",
        S(SUBMITTED)}, // acts for those under it
       {"approve", "region", day, NULL, NULL, "AgreementApproved", S(APPROVED)});
}

// ---- signatures

static void days_of_signing(void **state)
{
  struct world *w = *state;
  Reg__Agreement *agreement = world_agreement(w, S(APPROVED));
  static const struct {
    const char *day, *detail;
  } cases[] = {
      {"2016-08", "must be YYYY-MM-DD"},
      {"2016-08-32", "must be YYYY-MM-DD"},
      {"2016-08-18", "must not lie in the future"},
      {"2016-08-16", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__SignAgreement cmd = REG__SIGN_AGREEMENT__INIT;
    struct decision *out = world_decision(w);
    cmd.id = agreement->id;
    cmd.signed_on = T(cases[i].day);
    int r = reg_agreement_sign(w->dir, &cmd, world_context(w, "baotou", "2016-08-17"), out);
    if (cases[i].detail)
      assert_refused(out, r, "FIELD", "field", "signed_on", "detail_en", cases[i].detail, NULL);
    else
      assert_accepted(out, r);
  }
}

static void a_first_day_to_come(void **state)
{
  struct world *w = *state;
  Reg__Agreement *agreement = world_agreement(w, S(APPROVED));
  agreement->valid->from = T("2016-09-01");
  agreement->valid->to = T("2017-07-01");
  world_put(w, &agreement->base);
  PLAY(w, agreement->id, {"sign", "bayannur", "2016-08-17", NULL, NULL, "AgreementSigned", S(APPROVED)},
       {"sign", "baotou", "2016-08-17", NULL, NULL, "AgreementSigned", S(SIGNED_PENDING)},
       {"tick", "self", "2016-08-31", NULL, NULL, "", S(SIGNED_PENDING)},
       {"suspend", "baotou", "2016-08-31", "STATE", NULL, NULL, 0},
       {"tick", "self", "2016-09-01", NULL, NULL, "AgreementEffective", S(EFFECTIVE)},
       {"tick", "self", "2016-09-01", NULL, NULL, "", S(EFFECTIVE)},
       {"tick", "self", "2017-06-30", NULL, NULL, "", S(EFFECTIVE)},
       {"tick", "self", "2017-07-01", NULL, NULL, "AgreementExpired", S(EXPIRED)},
       {"tick", "self", "2018-01-01", NULL, NULL, "", S(EXPIRED)},
       {"terminate", "baotou", "2018-01-01", "STATE", NULL, NULL, 0});
}

// Only the roles that the mode requires hold the agreement up.
static void an_optional_party_need_not_sign(void **state)
{
  struct world *w = *state;
  Prg__Programme *programme = programme_a(w->arena);
  programme->modes[0]->members[1]->min = 0;
  programme->version = 2;
  world_put(w, &programme->base);
  Reg__Agreement *agreement = world_agreement(w, S(APPROVED));
  agreement->programme_version = 2;
  world_put(w, &agreement->base);
  PLAY(w, agreement->id,
       {"sign", "baotou", "2016-08-17", NULL, NULL, "AgreementSigned,AgreementEffective", S(EFFECTIVE)});
}

// ---- the table of moves

static void every_move_from_every_state(void **state)
{
  (void)state;
  // rows: states in the order of the enum; columns: verbs; 1 = allowed
  static const char *const verbs[] = {"submit",  "approve", "return",   "sign",
                                      "suspend", "resume",  "terminate"};
  static const int allowed[9][7] = {
      {0},
      /* DRAFT          */ {1, 0, 0, 0, 0, 0, 1},
      /* SUBMITTED      */ {0, 1, 1, 0, 0, 0, 0},
      /* APPROVED       */ {0, 0, 0, 1, 0, 0, 1},
      /* SIGNED_PENDING */ {0, 0, 0, 0, 0, 0, 1},
      /* EFFECTIVE      */ {0, 0, 0, 0, 1, 0, 1},
      /* SUSPENDED      */ {0, 0, 0, 0, 0, 1, 1},
      /* EXPIRED        */ {0, 0, 0, 0, 0, 0, 0},
      /* TERMINATED     */ {0, 0, 0, 0, 0, 0, 0},
  };
  for (int s = 1; s <= 8; s++)
    for (size_t v = 0; v < 7; v++) {
      struct world *w = world_new();
      struct decision *out = world_decision(w);
      Reg__Agreement *agreement = world_agreement(w, (Reg__AgreementStatus)s);
      agreement->parties[0]->signed_on = T(""); // so that somebody can sign
      world_put(w, &agreement->base);
      struct step step = {verbs[v], "baotou", "2016-08-17", NULL, NULL, NULL, 0};
      int r = act(w, agreement->id, &step, out);
      if (allowed[s][v])
        assert_accepted(out, r);
      else
        assert_refused(out, r, "STATE", "record", "Agreement", "verb", verbs[v], NULL);
      world_free(w);
    }
}

static void suspending_and_ending(void **state)
{
  struct world *w = *state;
  Reg__Agreement *agreement = world_agreement(w, S(EFFECTIVE));
  agreement->valid->to = T("2017-01-01");
  world_put(w, &agreement->base);
  PLAY(w, agreement->id, {"suspend", "stranger", "2016-10-01", "SE-01", NULL, NULL, 0},
       {"suspend", "bayannur", "2016-10-01", NULL, NULL, "AgreementSuspended", S(SUSPENDED)});
  assert_string_equal(world_agreement_of(w, agreement->id)->end_reason, "事由");
  PLAY(w, agreement->id, {"resume", "baotou", "2016-10-02", NULL, NULL, "AgreementResumed", S(EFFECTIVE)},
       {"suspend", "region", "2016-10-01", NULL, NULL, "AgreementSuspended", S(SUSPENDED)},
       {"tick", "self", "2017-01-01", NULL, NULL, "AgreementExpired", S(EXPIRED)}); // also a suspended one
  Reg__Agreement *other = world_agreement(w, S(EFFECTIVE));
  PLAY(w, other->id,
       {"terminate", "bayannur", "2016-10-01", NULL, NULL, "AgreementTerminated", S(TERMINATED)});
}

static void reasons_are_asked_for(void **state)
{
  struct world *w = *state;
  const struct rule_context *ctx = world_context(w, "baotou", "2016-08-17");
  Reg__Agreement *agreement = world_agreement(w, S(EFFECTIVE));
  Reg__SuspendAgreement suspend = REG__SUSPEND_AGREEMENT__INIT;
  Reg__TerminateAgreement terminate = REG__TERMINATE_AGREEMENT__INIT;
  Reg__ReturnAgreement give_back = REG__RETURN_AGREEMENT__INIT;
  suspend.id = terminate.id = give_back.id = agreement->id;
  struct decision *out = world_decision(w);
  assert_refused(out, reg_agreement_suspend(w->dir, &suspend, ctx, out), "FIELD", "field", "reason", NULL);
  assert_refused(out, reg_agreement_terminate(w->dir, &terminate, ctx, out), "FIELD", "field", "reason",
                 NULL);
  assert_refused(out, reg_agreement_return(w->dir, &give_back, ctx, out), "FIELD", "field", "reason", NULL);
}

static void a_passed_revision_is_told(void **state)
{
  struct world *w = *state;
  static const char *const verbs[] = {"approve", "return"};
  Reg__Agreement *agreement = world_agreement(w, S(SUBMITTED));
  for (size_t i = 0; i < 2; i++) {
    struct decision *out = world_decision(w);
    struct rule_context *ctx = world_context(w, "baotou", "2016-08-17");
    Reg__ApproveAgreement approve = REG__APPROVE_AGREEMENT__INIT;
    Reg__ReturnAgreement give_back = REG__RETURN_AGREEMENT__INIT;
    approve.id = give_back.id = agreement->id;
    give_back.reason = T("r");
    ctx->expect_rev = 2;
    int r = strcmp(verbs[i], "approve") == 0 ? reg_agreement_approve(w->dir, &approve, ctx, out)
                                             : reg_agreement_return(w->dir, &give_back, ctx, out);
    assert_refused(out, r, "DA-02", "rev", "1", "expected", "2", NULL);
  }
}

static void nothing_is_no_agreement(void **state)
{
  struct world *w = *state;
  static const char *const verbs[] = {"submit",  "approve", "return",   "sign",
                                      "suspend", "resume",  "terminate"};
  for (size_t v = 0; v < 7; v++) {
    struct decision *out = world_decision(w);
    struct step step = {verbs[v], "baotou", "2016-08-17", NULL, NULL, NULL, 0};
    assert_refused(out, act(w, "gone", &step, out), "NOT-FOUND", "what_zh", "协议", "ref", "gone", NULL);
  }
}

// ---- the clock

static void a_tick_takes_a_bounded_bite(void **state)
{
  struct world *w = *state;
  Reg__Agreement *agreement = world_agreement(w, S(SIGNED_PENDING));
  for (int i = 0; i < 250; i++) {
    agreement->id = T(world_new_id(w));
    world_put(w, &agreement->base);
  }
  static const int moved[] = {200, 51, 0};
  for (size_t i = 0; i < 3; i++) {
    Reg__Tick tick = REG__TICK__INIT;
    struct decision *out = world_decision(w);
    assert_accepted(out, reg_tick(w->dir, &tick, world_context(w, "self", "2016-08-17"), out));
    assert_int_equal(((const Reg__TickReply *)out->reply)->moved, moved[i]);
    assert_int_equal(out->n_events, moved[i]);
    world_apply(w, out);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(a_draft),
      TEST(drafts_refused_for_their_parties),
      TEST(drafts_refused_for_the_rest),
      TEST(periods),
      TEST(from_draft_to_effective),
      TEST(events_carry_what_they_say),
      TEST(what_is_returned_begins_anew),
      TEST(a_programme_without_a_chain),
      TEST(a_chain_word_nobody_stands_behind),
      TEST(a_step_of_several),
      TEST(days_of_signing),
      TEST(a_first_day_to_come),
      TEST(an_optional_party_need_not_sign),
      TEST(every_move_from_every_state),
      TEST(suspending_and_ending),
      TEST(reasons_are_asked_for),
      TEST(a_passed_revision_is_told),
      TEST(nothing_is_no_agreement),
      TEST(a_tick_takes_a_bounded_bite),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
