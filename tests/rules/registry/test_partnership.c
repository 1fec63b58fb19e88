// Partnerships: PN-01 .. PN-10, PN-12, AG-02, AG-03, AG-05, IN-07; proposing, approving, rejecting,
// dissolving.
#include "services/registry/rules/partnership.h"
#include "services/registry/rules/structure.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text)   ((char *)(text))
#define AG(state) REG__AGREEMENT_STATUS__AGREEMENT_##state
#define PN(state) REG__PARTNERSHIP_STATUS__PARTNERSHIP_##state

// Programme A, and programme B in small: consortia of one county, approved by its bureau.
struct fixture {
  struct world *w;
  Prg__Programme *a, *b;
  Reg__Agreement *agreement;
};

static Prg__Programme *programme_b(struct arena *arena)
{
  Prg__Programme *p = programme_a(arena);
  p->id = T("consortia");
  programme_add_role(arena, p, "CORE", "KIND_IN=SCHOOL;URBAN_RURAL_IN=CITY|COUNTY_SEAT");
  programme_add_role(arena, p, "MEMBER", "KIND_IN=SCHOOL;URBAN_RURAL_IN=TOWNSHIP|VILLAGE");
  programme_add_role(arena, p, "ZONE", "PARTY_IS=PARTNERSHIP;MODE_IN=COBUILD");
  programme_add_role(arena, p, "OUTER", "PARTY_IS=PARTNERSHIP");
  programme_add_mode(arena, p, "FUSION", "CORE 1 1/MEMBER 1 2",
                     "SAME_DIVISION=COUNTY;SINGLE_LEGAL_PERSON;EXCLUSIVE=MEMBER");
  Prg__Mode *cobuild =
      programme_add_mode(arena, p, "COBUILD", "CORE 1 1/MEMBER 1 0", "SAME_DIVISION=COUNTY;EXCLUSIVE=MEMBER");
  Prg__Variant *variant = ARENA_NEW(arena, Prg__Variant), **list = ARENA_NEW(arena, Prg__Variant *);
  prg__variant__init(variant);
  variant->id = T("GROUP");
  variant->title = programme_text(arena, "教育集团", "Group");
  list[0] = variant;
  cobuild->variants = list;
  cobuild->n_variants = 1;
  programme_add_mode(arena, p, "COLLAB", "CORE 1 1/MEMBER 1 0", "SAME_DIVISION=COUNTY;AFFILIATION_UNCHANGED");
  programme_add_mode(arena, p, "SUPPORT", "ZONE 1 1/MEMBER 1 0", "");
  programme_add_mode(arena, p, "NEST", "OUTER 1 0", "");
  p->approvals->partnership = programme_words(arena, "COUNTY_BUREAU", &p->approvals->n_partnership);
  return p;
}

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  f.a = programme_a(f.w->arena);
  f.b = programme_b(f.w->arena);
  world_put(f.w, &f.b->base);
  f.agreement = world_agreement(f.w, AG(EFFECTIVE));
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

// members: "SUPPORTER=CODE|RECIPIENT=CODE"; 36 characters are an id.
static Reg__ProposePartnership *proposal(struct fixture *f, const char *programme, const char *mode,
                                         const char *members)
{
  struct arena *arena = f->w->arena;
  Reg__ProposePartnership *cmd = ARENA_NEW(arena, Reg__ProposePartnership);
  size_t n = 0;
  reg__propose_partnership__init(cmd);
  cmd->programme = T(programme);
  cmd->mode = T(mode);
  char **words = programme_words(arena, members, &n);
  cmd->members = ARENA_ARRAY(arena, Reg__Member *, n + 1);
  for (size_t i = 0; i < n; i++) {
    Reg__Member *member = ARENA_NEW(arena, Reg__Member);
    char *equals = strchr(words[i], '=');
    reg__member__init(member);
    *equals = '\0';
    member->role = words[i];
    member->party = strlen(equals + 1) == 36 ? equals + 1 : T(world_id(f->w, equals + 1));
    cmd->members[cmd->n_members++] = member;
  }
  return cmd;
}

static Reg__ProposePartnership *pair(struct fixture *f, const char *mode, const char *members)
{
  Reg__ProposePartnership *cmd = proposal(f, "nmg-framework", mode, members);
  cmd->agreement = f->agreement->id;
  return cmd;
}

static int propose_as(struct fixture *f, const char *actor, const Reg__ProposePartnership *cmd,
                      struct decision **ret)
{
  *ret = world_decision(f->w);
  return reg_partnership_propose(f->w->dir, cmd, world_context(f->w, actor, "2016-08-19"), *ret);
}
static int propose(struct fixture *f, const Reg__ProposePartnership *cmd, struct decision **ret)
{
  return propose_as(f, "baotou", cmd, ret);
}

static const Reg__Partnership *last_of(const struct decision *out, const char *event)
{
  const ProtobufCMessage *message = world_event(out, event)->data;
  return ((const Reg__PartnershipProposed *)message)->partnership; // the record is the first field of each
}

// ---- proposing

static void a_pair_is_established_at_once(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__ProposePartnership *cmd =
      pair(f, "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201|RECIPIENT=2115080202");
  assert_accepted(out, propose(f, cmd, &out));
  assert_string_equal(world_events(f->w, out), "PartnershipProposed,PartnershipEstablished");
  const Reg__Partnership *proposed = last_of(out, "PartnershipProposed");
  const Reg__Partnership *stored = last_of(out, "PartnershipEstablished");
  assert_int_equal(proposed->status, PN(PROPOSED));
  assert_int_equal(proposed->rev, 1);
  assert_int_equal(stored->status, PN(ESTABLISHED));
  assert_int_equal(stored->rev, 2);
  assert_int_equal(stored->programme_version, 1);
  assert_int_equal(stored->designation, REG__DESIGNATION__DESIGNATION_NONE);
  assert_string_equal(stored->valid->from, "2016-08-19"); // today
  assert_string_equal(stored->valid->to, "");             // as the agreement
  assert_string_equal(stored->members[1]->from, "2016-08-19");
  assert_int_equal(stored->members[1]->party_kind, REG__PARTY_KIND__PARTY_INSTITUTION);
  assert_string_equal(stored->division, "150802100"); // the recipient's
  const struct decided_event *event = world_event(out, "PartnershipEstablished");
  assert_string_equal(event->head.subject, stored->id);
  assert_int_equal(event->head.n_units, 5); // three schools, two bureaus
  const Reg__PartnershipReply *reply = (const Reg__PartnershipReply *)out->reply;
  assert_string_equal(reply->id, stored->id);
  assert_int_equal(reply->status, PN(ESTABLISHED));
  assert_int_equal(reply->rev, 2);
}

static void each_side_may_propose(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *actor;
    bool may;
  } cases[] = {{"baotou", true}, {"bayannur", true}, {"region", true}, {"linhe", true}, {"stranger", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    int r = propose_as(f, cases[i].actor, pair(f, "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201"),
                       &out);
    if (cases[i].may)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "SE-01", "actor", "stranger", "object", "MUTUAL_AID", "division", "150802100",
                     NULL);
  }
}

static void proposals_refused_for_their_structure(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *programme, *mode, *members;
    const char *code, *name, *value, *name2, *value2;
  } cases[] = {
      // PN-01
      {"A", "MUTUAL_AID", "RECIPIENT=2115080201", "PN-01", "role", "SUPPORTER", "n", "0"},
      {"A", "MUTUAL_AID", "SUPPORTER=2115020301|SUPPORTER=3115020201|RECIPIENT=2115080201", "PN-01", "max",
       "1", "n", "2"},
      {"A", "MUTUAL_AID", "SUPPORTER=2115020301", "PN-01", "role", "RECIPIENT", "max", "∞"},
      {"A", "KG_ONE_TO_ONE", "SUPPORTER=1115020301|RECIPIENT=1115080201|RECIPIENT=1115080202", "PN-01",
       "mode_en", "KG_ONE_TO_ONE", "n", "2"},
      {"B", "FUSION", "CORE=2115080203", "PN-01", "min", "1", "max", "2"},
      // PN-02
      {"B", "COLLAB", "CORE=2115020301|MEMBER=2115080201", "PN-02", "a", "昆都仑区第一小学", "db", "临河区"},
      {"B", "COLLAB", "CORE=2115020301|MEMBER=2115080201", "PN-02", "level_zh", "县", "level_en", "COUNTY"},
      // PN-04
      {"B", "COLLAB", "CORE=2115080203|CORE=3415080201|MEMBER=2115080201", "PN-04", "a", "临河区实验小学",
       "b", "巴彦淖尔市第一中学"},
      // PN-05
      {"B", "FUSION", "CORE=2115080203|MEMBER=2115080201", "PN-05", "mode", "FUSION", "member",
       "临河区狼山镇中心小学"},
      // PN-07
      {"A", "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=3115082301", "PN-07", "a", "昆都仑区第一小学", "b",
       "乌拉特前旗蒙古族中学"},
      // PN-08
      {"A", "MUTUAL_AID", "SUPPORTER=2115020302|RECIPIENT=2115080201", "PN-08", "member", "昆都仑区第二小学",
       "tags", "quality"},
      {"A", "KG_ONE_TO_ONE", "SUPPORTER=1115020301|RECIPIENT=1115080203", "PN-08", "role", "RECIPIENT",
       "tags", "model_kg_region"},
      // AG-02
      {"A", "KG_ONE_TO_ONE", "SUPPORTER=2115020301|RECIPIENT=1115080201", "AG-02", "role", "SUPPORTER",
       "why_zh", "类别为学校，须为幼儿园"},
      {"A", "MUTUAL_AID", "SUPPORTER=2115080201|RECIPIENT=2115020301", "AG-02", "role", "SUPPORTER", "why_en",
       "not under PARTY_A"},
      {"B", "COLLAB", "CORE=2115080203|MEMBER=3415080201", "AG-02", "party", "巴彦淖尔市第一中学", "why_en",
       "place is CITY, required: TOWNSHIP, VILLAGE"},
      // AG-03
      {"A", "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115020301", "AG-03", "a", "SUPPORTER", "b",
       "RECIPIENT"},
      {"A", "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201|RECIPIENT=2115080201", "AG-03", "party",
       "临河区狼山镇中心小学", "b", "RECIPIENT"},
      // roles and members
      {"A", "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201|PARTY_A=BT-EDU", "FIELD", "field",
       "members.role", "detail_en", "the mode has no role PARTY_A"},
      {"A", "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=01570000-0000-7000-8000-999999999999", "NOT-FOUND",
       "what_en", "member", "ref", "*"},
      {"A", "TEAM", "SUPPORTER=2115020301", "NOT-FOUND", "what_en", "mode", "ref", "TEAM"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    Reg__ProposePartnership *cmd = cases[i].programme[0] == 'A'
                                       ? pair(f, cases[i].mode, cases[i].members)
                                       : proposal(f, "consortia", cases[i].mode, cases[i].members);
    int r = propose_as(f, "region", cmd, &out);
    assert_refused(out, r, cases[i].code, cases[i].name, cases[i].value, cases[i].name2, cases[i].value2,
                   NULL);
    assert_int_equal(out->n_events, 0);
  }
}

static void proposals_that_hold(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *programme, *mode, *members;
  } cases[] = {
      {"A", "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201"},
      {"A", "MUTUAL_AID", "SUPPORTER=3415020401|RECIPIENT=3415080201"},
      {"A", "KG_ONE_TO_ONE", "SUPPORTER=1115020301|RECIPIENT=1115080201"},
      {"B", "COLLAB", "CORE=2115080203|MEMBER=2115080201|MEMBER=2115080202"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    Reg__ProposePartnership *cmd = cases[i].programme[0] == 'A'
                                       ? pair(f, cases[i].mode, cases[i].members)
                                       : proposal(f, "consortia", cases[i].mode, cases[i].members);
    assert_accepted(out, propose_as(f, "region", cmd, &out));
  }
}

static void one_kindergarten_has_one_partner(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out,
                  propose(f, pair(f, "KG_ONE_TO_ONE", "SUPPORTER=1115020301|RECIPIENT=1115080201"), &out));
  world_apply(f->w, out);
  const char *first = last_of(out, "PartnershipEstablished")->id;
  assert_refused(out, propose(f, pair(f, "KG_ONE_TO_ONE", "SUPPORTER=1115020302|RECIPIENT=1115080201"), &out),
                 "PN-03", "member", "临河区第一幼儿园", "partnership", first, "role", "RECIPIENT", NULL);
  assert_accepted(out,
                  propose(f, pair(f, "KG_ONE_TO_ONE", "SUPPORTER=1115020302|RECIPIENT=1115080202"), &out));
}

static void a_closed_school_is_no_member(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Institution *closed = world_institution(f->w, "2115080201");
  closed->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(f->w, &closed->base);
  assert_refused(out, propose(f, pair(f, "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201"), &out),
                 "IN-07", "target", "临河区狼山镇中心小学", "wanted_en", "institution", NULL);
}

// ---- the agreement behind it

static void agreements_and_modes(void **state)
{
  struct fixture *f = *state;
  static const struct {
    Reg__AgreementStatus status;
    const char *code;
  } cases[] = {
      {AG(DRAFT), "PN-12"},  {AG(SUBMITTED), "PN-12"}, {AG(APPROVED), "AG-05"}, {AG(SIGNED_PENDING), "PN-12"},
      {AG(EFFECTIVE), NULL}, {AG(SUSPENDED), "PN-12"}, {AG(EXPIRED), "PN-12"},  {AG(TERMINATED), "PN-12"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    f->agreement->status = cases[i].status;
    f->agreement->parties[1]->signed_on = T("");
    world_put(f->w, &f->agreement->base);
    int r = propose(f, pair(f, "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201"), &out);
    if (!cases[i].code)
      assert_accepted(out, r);
    else if (strcmp(cases[i].code, "AG-05") == 0)
      assert_refused(out, r, "AG-05", "roles", "PARTY_B", NULL);
    else
      assert_refused(out, r, "PN-12", "mode_zh", "MUTUAL_AID", "mode_en", "*", NULL);
  }
}

// A mode with signed: true is established only on an agreement of that mode, between those who signed.
static void signed_modes_rest_on_their_agreement(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *both = "PARTY_A=BT-EDU|PARTY_B=BY-EDU";
  assert_accepted(out, propose(f, pair(f, "FRAMEWORK", both), &out));
  Reg__ProposePartnership *cmd = pair(f, "FRAMEWORK", both);
  cmd->agreement = T("");
  assert_refused(out, propose(f, cmd, &out), "PN-12", "mode_en", "FRAMEWORK", NULL);
  assert_refused(out, propose(f, pair(f, "FRAMEWORK", "PARTY_A=BY-EDU|PARTY_B=BT-EDU"), &out), "PN-12",
                 NULL); // roles
  f->agreement->mode = T("OTHER");
  world_put(f->w, &f->agreement->base);
  assert_refused(out, propose(f, pair(f, "FRAMEWORK", both), &out), "PN-12", NULL);
}

static void an_agreement_of_another_programme(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__ProposePartnership *cmd = proposal(f, "consortia", "COLLAB", "CORE=2115080203|MEMBER=2115080201");
  cmd->agreement = f->agreement->id;
  assert_refused(out, propose_as(f, "region", cmd, &out), "PN-12", NULL);
  cmd->agreement = T("gone");
  assert_refused(out, propose_as(f, "region", cmd, &out), "NOT-FOUND", "what_en", "agreement", "ref", "gone",
                 NULL);
}

static void schools_under_parties_need_the_agreement(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__ProposePartnership *cmd = pair(f, "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201");
  cmd->agreement = T("");
  assert_refused(out, propose(f, cmd, &out), "AG-02", "why_en",
                 "nobody is PARTY_A here (is the agreement missing?)", NULL);
}

static void periods(void **state)
{
  struct fixture *f = *state;
  f->agreement->valid->to = T("2020-09-01");
  world_put(f->w, &f->agreement->base);
  static const struct {
    const char *from, *to, *member_from, *member_to;
    const char *code, *name, *value;
  } cases[] = {
      {"", "", "", "", NULL, NULL, NULL},
      {"2016-09-01", "2017-07-01", "", "", NULL, NULL, NULL},
      {"2016-09-01", "2020-09-01", "", "", NULL, NULL, NULL},
      {"2016-09-01", "2020-09-02", "", "", "PN-10", "to", "2020-09-01"},
      {"2016-08-16", "2017-07-01", "", "", "PN-10", "from", "2016-08-17"},
      {"2016-09-01", "2016-09-01", "", "", "FIELD", "field", "valid"},
      {"2016-09-01", "soon", "", "", "FIELD", "field", "valid.to"},
      {"today", "", "", "", "FIELD", "field", "valid.from"},
      {"2016-09-01", "2017-07-01", "2016-10-01", "2017-01-01", NULL, NULL, NULL},
      {"2016-09-01", "2017-07-01", "2016-08-31", "", "FIELD", "field", "members"},
      {"2016-09-01", "2017-07-01", "", "2017-07-02", "FIELD", "field", "members"},
      {"2016-09-01", "2017-07-01", "2017-01-01", "2017-01-01", "FIELD", "field", "members"},
      {"2016-09-01", "2017-07-01", "x", "", "FIELD", "field", "members.from"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    Typ__Period valid = TYP__PERIOD__INIT;
    Reg__ProposePartnership *cmd = pair(f, "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201");
    valid.from = T(cases[i].from);
    valid.to = T(cases[i].to);
    cmd->valid = &valid;
    cmd->members[0]->from = T(cases[i].member_from);
    cmd->members[0]->to = T(cases[i].member_to);
    int r = propose(f, cmd, &out);
    if (cases[i].code)
      assert_refused(out, r, cases[i].code, cases[i].name, cases[i].value, NULL);
    else
      assert_accepted(out, r);
  }
}

static void the_first_day_waits_for_the_agreement(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  f->agreement->valid->from = T("2016-09-01"); // effective by decree before its day: the pair starts with it
  world_put(f->w, &f->agreement->base);
  assert_accepted(out, propose(f, pair(f, "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201"), &out));
  assert_string_equal(last_of(out, "PartnershipEstablished")->valid->from, "2016-09-01");
}

static void variants(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__ProposePartnership *cmd = proposal(f, "consortia", "COBUILD", "CORE=2115080203|MEMBER=2115080201");
  assert_refused(out, propose_as(f, "region", cmd, &out), "FIELD", "field", "variant", "detail_en",
                 "must name one of the mode's variants", NULL);
  cmd->variant = T("TEAM");
  assert_refused(out, propose_as(f, "region", cmd, &out), "FIELD", "detail_en",
                 "the mode has no such variant", NULL);
  cmd->variant = T("GROUP");
  assert_accepted(out, propose_as(f, "region", cmd, &out));
  cmd = pair(f, "MUTUAL_AID", "SUPPORTER=2115020301|RECIPIENT=2115080201");
  cmd->variant = T("GROUP");
  assert_refused(out, propose(f, cmd, &out), "FIELD", "field", "variant", NULL);
}

static void how_many_members(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__ProposePartnership *cmd = pair(f, "MUTUAL_AID", "");
  assert_refused(out, propose(f, cmd, &out), "FIELD", "field", "members", NULL);
  Reg__Member member = REG__MEMBER__INIT, *many[129];
  for (size_t i = 0; i < 129; i++)
    many[i] = &member;
  cmd->members = many;
  cmd->n_members = 129;
  assert_refused(out, propose(f, cmd, &out), "FIELD", "field", "members", "detail_en",
                 "has at most 128 items", NULL);
}

// ---- partnerships as members (PN-09)

static const char *nested(struct fixture *f, const char *inner)
{
  const char *members = arena_printf(f->w->arena, "OUTER=%s", inner);
  return world_partnership(f->w, f->b, "NEST", NULL, members)->id;
}

static void depth_three_is_the_limit(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *one = world_partnership(f->w, f->b, "COBUILD", NULL, "CORE=2115080203|MEMBER=2115080201")->id;
  const char *two = nested(f, one), *three = nested(f, two);
  assert_accepted(
      out, propose_as(f, "region",
                      proposal(f, "consortia", "NEST", arena_printf(f->w->arena, "OUTER=%s", two)), &out));
  assert_refused(out,
                 propose_as(f, "region",
                            proposal(f, "consortia", "NEST", arena_printf(f->w->arena, "OUTER=%s", three)),
                            &out),
                 "PN-09", "partnership", "*", NULL);
}

static void a_partnership_contains_no_loop(void **state)
{
  struct fixture *f = *state;
  const char *one = world_partnership(f->w, f->b, "COBUILD", NULL, "CORE=2115080203|MEMBER=2115080201")->id;
  Reg__Partnership *outer = world_partnership_of(f->w, nested(f, one));
  Reg__Partnership *inner = world_partnership_of(f->w, nested(f, outer->id));
  outer->members[0]->party = inner->id;
  world_put(f->w, &outer->base);
  struct reg_structure structure = {.dir = f->w->dir,
                                    .programme = f->b,
                                    .mode = f->b->modes[f->b->n_modes - 1],
                                    .partnership = outer,
                                    .on = "2016-08-19"};
  struct decision *out = world_decision(f->w);
  assert_refused(out, reg_structure_check(&structure, out), "PN-09", "partnership", outer->id, NULL);
}

static void a_role_for_partnerships_and_one_for_schools(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *zone = world_partnership(f->w, f->b, "COBUILD", NULL, "CORE=2115080203|MEMBER=2115080201")->id;
  const char *collab = world_partnership(f->w, f->b, "COLLAB", NULL, "CORE=2115080203|MEMBER=2115080202")->id;
  const char *fine = arena_printf(f->w->arena, "ZONE=%s|MEMBER=2115080202", zone);
  assert_accepted(out, propose_as(f, "region", proposal(f, "consortia", "SUPPORT", fine), &out));
  assert_int_equal(last_of(out, "PartnershipProposed")->members[0]->party_kind,
                   REG__PARTY_KIND__PARTY_PARTNERSHIP);
  const char *mode = arena_printf(f->w->arena, "ZONE=%s|MEMBER=2115080202", collab);
  assert_refused(out, propose_as(f, "region", proposal(f, "consortia", "SUPPORT", mode), &out), "AG-02",
                 "why_en", "mode is COLLAB, required: COBUILD", NULL);
  assert_refused(
      out,
      propose_as(f, "region", proposal(f, "consortia", "SUPPORT", "ZONE=2115080203|MEMBER=2115080202"), &out),
      "AG-02", "why_en", "is an institution, a partnership is required", NULL);
  const char *as_school = arena_printf(f->w->arena, "ZONE=%s|MEMBER=%s", zone, collab);
  assert_refused(out, propose_as(f, "region", proposal(f, "consortia", "SUPPORT", as_school), &out), "AG-02",
                 "role", "MEMBER", "why_en", "an institution is required", NULL);
  Reg__Partnership *over = world_partnership_of(f->w, zone);
  over->status = PN(DISSOLVED);
  world_put(f->w, &over->base);
  assert_refused(out, propose_as(f, "region", proposal(f, "consortia", "SUPPORT", fine), &out), "IN-07",
                 "wanted_en", "partnership", NULL);
}

// ---- approving and rejecting

static const char *proposed_consortium(struct fixture *f)
{
  struct decision *out;
  Reg__ProposePartnership *cmd = proposal(f, "consortia", "COLLAB", "CORE=2115080203|MEMBER=2115080201");
  assert_accepted(out, propose_as(f, "bayannur", cmd, &out));
  assert_string_equal(world_events(f->w, out), "PartnershipProposed"); // a chain: nothing established yet
  world_apply(f->w, out);
  return last_of(out, "PartnershipProposed")->id;
}

static int approve(struct fixture *f, const char *actor, const char *id, struct decision **ret)
{
  Reg__ApprovePartnership cmd = REG__APPROVE_PARTNERSHIP__INIT;
  cmd.id = T(id);
  *ret = world_decision(f->w);
  return reg_partnership_approve(f->w->dir, &cmd, world_context(f->w, actor, "2016-08-19"), *ret);
}
static int reject(struct fixture *f, const char *actor, const char *id, const char *reason,
                  struct decision **ret)
{
  Reg__RejectPartnership cmd = REG__REJECT_PARTNERSHIP__INIT;
  cmd.id = T(id);
  cmd.reason = T(reason);
  *ret = world_decision(f->w);
  return reg_partnership_reject(f->w->dir, &cmd, world_context(f->w, actor, "2016-08-19"), *ret);
}
static int dissolve(struct fixture *f, const char *actor, const char *id, const char *reason,
                    struct decision **ret)
{
  Reg__DissolvePartnership cmd = REG__DISSOLVE_PARTNERSHIP__INIT;
  cmd.id = T(id);
  cmd.reason = T(reason);
  *ret = world_decision(f->w);
  return reg_partnership_dissolve(f->w->dir, &cmd, world_context(f->w, actor, "2016-08-19"), *ret);
}

static void the_countys_bureau_approves(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id = proposed_consortium(f);
  assert_refused(out, approve(f, "region", id, &out), "AS-09", "who", "临河区教育局", "actor", "region",
                 NULL);
  assert_accepted(out, approve(f, "linhe", id, &out));
  assert_string_equal(world_events(f->w, out), "PartnershipEstablished");
  world_apply(f->w, out);
  const Reg__Partnership *stored = world_partnership_of(f->w, id);
  assert_int_equal(stored->n_approvals, 1);
  assert_string_equal(stored->approvals[0]->party, "COUNTY_BUREAU");
  assert_refused(out, approve(f, "linhe", id, &out), "STATE", "state", "ESTABLISHED", "allowed",
                 "dissolve, pause, change members, change mode, designate, waive", NULL);
  assert_refused(out, approve(f, "linhe", "gone", &out), "NOT-FOUND", "what_en", "partnership", NULL);
}

static void a_chain_of_two(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  f->b->approvals->partnership =
      programme_words(f->w->arena, "COUNTY_BUREAU|PREFECTURE_BUREAU", &f->b->approvals->n_partnership);
  world_put(f->w, &f->b->base);
  const char *id = proposed_consortium(f);
  assert_accepted(out, approve(f, "linhe", id, &out));
  assert_string_equal(world_events(f->w, out), "PartnershipStepApproved");
  assert_string_equal(((const Reg__PartnershipStepApproved *)out->first->data)->party, "COUNTY_BUREAU");
  world_apply(f->w, out);
  assert_refused(out, approve(f, "linhe", id, &out), "AS-09", "who", "巴彦淖尔市教育局", NULL);
  assert_accepted(out, approve(f, "bayannur", id, &out));
  assert_string_equal(world_events(f->w, out), "PartnershipEstablished");
  assert_int_equal(last_of(out, "PartnershipEstablished")->rev, 3);
}

// Eligibility is asked again at the gate: what changed since the proposal counts.
static void the_structure_is_checked_again(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id = proposed_consortium(f);
  Reg__Institution *school = world_institution(f->w, "2115080201");
  school->place = TYP__PLACE__PLACE_CITY;
  world_put(f->w, &school->base);
  assert_refused(out, approve(f, "linhe", id, &out), "AG-02", "party", "临河区狼山镇中心小学", NULL);
  assert_int_equal(out->n_events, 0);
  school->place = TYP__PLACE__PLACE_VILLAGE;
  world_put(f->w, &school->base);
  assert_accepted(out, approve(f, "linhe", id, &out));
}

static void two_proposals_for_one_member(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *ids[2];
  for (size_t i = 0; i < 2; i++) {
    Reg__ProposePartnership *cmd = proposal(f, "consortia", "COBUILD", "CORE=2115080203|MEMBER=2115080201");
    cmd->variant = T("GROUP");
    assert_accepted(out, propose_as(f, "linhe", cmd, &out));
    world_apply(f->w, out);
    ids[i] = last_of(out, "PartnershipProposed")->id;
  }
  assert_accepted(out, approve(f, "linhe", ids[0], &out));
  world_apply(f->w, out);
  assert_refused(out, approve(f, "linhe", ids[1], &out), "PN-03", "partnership", ids[0], NULL);
}

static void rejecting(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id = proposed_consortium(f);
  assert_refused(out, reject(f, "linhe", id, "", &out), "FIELD", "field", "reason", NULL);
  assert_refused(out, reject(f, "region", id, "r", &out), "AS-09", "who", "临河区教育局", NULL);
  assert_accepted(out, reject(f, "linhe", id, "距离太远", &out));
  assert_string_equal(world_events(f->w, out), "PartnershipRejected");
  world_apply(f->w, out);
  assert_string_equal(world_partnership_of(f->w, id)->end_reason, "距离太远");
  assert_refused(out, approve(f, "linhe", id, &out), "STATE", "state", "REJECTED", "allowed", "-", NULL);
  assert_refused(out, dissolve(f, "linhe", id, "r", &out), "STATE", "state", "REJECTED", NULL);
}

// ---- dissolving

static void dissolving(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Partnership *p =
      world_partnership(f->w, f->a, "MUTUAL_AID", f->agreement, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  assert_refused(out, dissolve(f, "baotou", p->id, "", &out), "FIELD", "field", "reason", NULL);
  assert_refused(out, dissolve(f, "stranger", p->id, "r", &out), "SE-01", "division", "150802100", NULL);
  assert_accepted(out, dissolve(f, "baotou", p->id, "学校撤并", &out));
  assert_string_equal(world_events(f->w, out), "PartnershipDissolved");
  world_apply(f->w, out);
  const Reg__Partnership *stored = world_partnership_of(f->w, p->id);
  assert_int_equal(stored->status, PN(DISSOLVED));
  assert_string_equal(stored->end_reason, "学校撤并");
  assert_refused(out, dissolve(f, "baotou", p->id, "r", &out), "STATE", "verb", "dissolve", "state",
                 "DISSOLVED", NULL);
}

static void what_contained_it_breaks(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *zone = world_partnership(f->w, f->b, "COBUILD", NULL, "CORE=2115080203|MEMBER=2115080201")->id;
  const char *members = arena_printf(f->w->arena, "ZONE=%s|MEMBER=2115080202", zone);
  Reg__Partnership *support = world_partnership(f->w, f->b, "SUPPORT", NULL, members);
  assert_accepted(out, dissolve(f, "linhe", zone, "到期", &out));
  assert_string_equal(world_events(f->w, out), "PartnershipDissolved,PartnershipBroken,IssueRaised");
  const Reg__Partnership *broken = last_of(out, "PartnershipBroken");
  assert_string_equal(broken->id, support->id);
  assert_string_equal(broken->broken[0], "IN-07");
}

static void a_passed_revision_is_told(void **state)
{
  struct fixture *f = *state;
  Reg__Partnership *p =
      world_partnership(f->w, f->a, "MUTUAL_AID", f->agreement, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  Reg__DissolvePartnership cmd = REG__DISSOLVE_PARTNERSHIP__INIT;
  struct rule_context *ctx = world_context(f->w, "baotou", "2016-08-19");
  struct decision *out = world_decision(f->w);
  cmd.id = p->id;
  cmd.reason = T("r");
  ctx->expect_rev = 9;
  assert_refused(out, reg_partnership_dissolve(f->w->dir, &cmd, ctx, out), "DA-02", "rev", "1", "expected",
                 "9", NULL);
  const char *id = proposed_consortium(f);
  Reg__ApprovePartnership approval = REG__APPROVE_PARTNERSHIP__INIT;
  approval.id = T(id);
  ctx = world_context(f->w, "linhe", "2016-08-19");
  ctx->expect_rev = 9;
  out = world_decision(f->w);
  assert_refused(out, reg_partnership_approve(f->w->dir, &approval, ctx, out), "DA-02", "rev", "1", NULL);
}

static void every_move_from_every_state(void **state)
{
  struct fixture *f = *state;
  static const struct {
    Reg__PartnershipStatus status;
    bool approve, reject, dissolve;
  } rows[] = {
      {PN(PROPOSED), true, true, false},    {PN(ESTABLISHED), false, false, true},
      {PN(REJECTED), false, false, false},  {PN(PAUSED), false, false, true},
      {PN(DISSOLVED), false, false, false},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct decision *out;
    Reg__Partnership *p = world_partnership(f->w, f->b, "COLLAB", NULL, "CORE=2115080203|MEMBER=2115080201");
    p->status = rows[i].status;
    world_put(f->w, &p->base);
    int r = approve(f, "linhe", p->id, &out);
    if (rows[i].approve)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "STATE", "record", "Partnership", "verb", "approve", NULL);
    r = reject(f, "linhe", p->id, "r", &out);
    if (rows[i].reject)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "STATE", "verb", "reject", NULL);
    r = dissolve(f, "linhe", p->id, "r", &out);
    if (rows[i].dissolve)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "STATE", "verb", "dissolve", NULL);
  }
}

// ---- all faults at once

static void faults_are_collected_each_once(void **state)
{
  struct fixture *f = *state;
  Reg__Partnership *p = world_partnership(f->w, f->a, "KG_ONE_TO_ONE", f->agreement,
                                          "SUPPORTER=2115020302|RECIPIENT=1115080203|RECIPIENT=1115080203");
  struct reg_structure structure = {.dir = f->w->dir,
                                    .programme = f->a,
                                    .mode = f->a->modes[2],
                                    .agreement = f->agreement,
                                    .partnership = p,
                                    .on = "2016-08-19"};
  char **codes = NULL;
  size_t n = 0;
  assert_ok(reg_structure_faults(&structure, f->w->arena, &codes, &n));
  static const char *const wanted[] = {"AG-03", "PN-01", "AG-02", "PN-08"};
  assert_int_equal(n, 4);
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(codes[i], wanted[i]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(a_pair_is_established_at_once),
      TEST(each_side_may_propose),
      TEST(proposals_refused_for_their_structure),
      TEST(proposals_that_hold),
      TEST(one_kindergarten_has_one_partner),
      TEST(a_closed_school_is_no_member),
      TEST(agreements_and_modes),
      TEST(signed_modes_rest_on_their_agreement),
      TEST(an_agreement_of_another_programme),
      TEST(schools_under_parties_need_the_agreement),
      TEST(periods),
      TEST(the_first_day_waits_for_the_agreement),
      TEST(variants),
      TEST(how_many_members),
      TEST(depth_three_is_the_limit),
      TEST(a_partnership_contains_no_loop),
      TEST(a_role_for_partnerships_and_one_for_schools),
      TEST(the_countys_bureau_approves),
      TEST(a_chain_of_two),
      TEST(the_structure_is_checked_again),
      TEST(two_proposals_for_one_member),
      TEST(rejecting),
      TEST(dissolving),
      TEST(what_contained_it_breaks),
      TEST(a_passed_revision_is_told),
      TEST(every_move_from_every_state),
      TEST(faults_are_collected_each_once),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
