// Changes of a partnership that lives: members, mode and merger, designation, pausing, waivers, the clock;
// and the decisions that travel when it ends.
#include "services/registry/rules/institution.h"
#include "services/registry/rules/partnership.h"
#include "services/registry/rules/recheck.h"
#include "services/registry/rules/tick.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text)   ((char *)(text))
#define PN(state) REG__PARTNERSHIP_STATUS__PARTNERSHIP_##state
#define AG(state) REG__AGREEMENT_STATUS__AGREEMENT_##state
#define CORE      "2115080203"
#define MEMBER_1  "2115080201"
#define MEMBER_2  "2115080202"
#define MEMBER_3  "2115080209"

// Programme B in small, as its file has it: three modes in one county, its bureau approves.
struct fixture {
  struct world *w;
  Prg__Programme *p;
};

static Prg__Programme *consortia(struct arena *arena)
{
  Prg__Programme *p = programme_a(arena);
  p->id = T("consortia");
  p->n_roles = p->n_modes = p->n_measures = 0;
  programme_add_role(arena, p, "CORE", "KIND_IN=SCHOOL;URBAN_RURAL_IN=CITY|COUNTY_SEAT");
  programme_add_role(arena, p, "MEMBER", "KIND_IN=SCHOOL;URBAN_RURAL_IN=TOWNSHIP|VILLAGE");
  programme_add_role(arena, p, "ZONE", "PARTY_IS=PARTNERSHIP");
  programme_add_mode(arena, p, "FUSION", "CORE 1 1/MEMBER 1 2",
                     "SAME_DIVISION=COUNTY;SINGLE_LEGAL_PERSON;EXCLUSIVE=MEMBER")
      ->merge_legal_person = true;
  programme_add_mode(arena, p, "COBUILD", "CORE 1 1/MEMBER 1 0", "SAME_DIVISION=COUNTY;EXCLUSIVE=MEMBER");
  programme_add_mode(arena, p, "COLLAB", "CORE 1 1/MEMBER 1 0", "SAME_DIVISION=COUNTY;AFFILIATION_UNCHANGED");
  programme_add_mode(arena, p, "SUPPORT", "ZONE 1 1/MEMBER 0 0", "SAME_DIVISION=COUNTY");
  programme_add_mode(arena, p, "NEST", "ZONE 1 0", "");
  p->approvals->partnership = programme_words(arena, "COUNTY_BUREAU", &p->approvals->n_partnership);
  return p;
}

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  f.p = consortia(f.w->arena);
  world_put(f.w, &f.p->base);
  world_add_institution(f.w, &(struct world_unit){MEMBER_3, "临河区白脑包镇小学", "SCHOOL", "150802",
                                                  "LH-EDU", "TOWNSHIP", "PRIMARY", NULL});
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

static Reg__Partnership *consortium(struct fixture *f, const char *mode, const char *members)
{
  Reg__Partnership *p = world_partnership(f->w, f->p, mode, NULL, members);
  p->since = T("2016-09-01");
  world_put(f->w, &p->base);
  return p;
}

// "MEMBER=CODE|MEMBER=CODE"; 36 characters are an id; "=CODE" names no role.
static Reg__Member **members(struct fixture *f, const char *list, size_t *ret_n)
{
  size_t n = 0;
  char **words = programme_words(f->w->arena, list, &n);
  Reg__Member **made = ARENA_ARRAY(f->w->arena, Reg__Member *, n + 1);
  for (size_t i = 0; i < n; i++) {
    char *equals = strchr(words[i], '=');
    made[i] = ARENA_NEW(f->w->arena, Reg__Member);
    reg__member__init(made[i]);
    *equals = '\0';
    made[i]->role = words[i];
    made[i]->party = strlen(equals + 1) == 36 ? equals + 1 : T(world_id(f->w, equals + 1));
  }
  *ret_n = n;
  return made;
}

static int change(struct fixture *f, const char *actor, const char *id, const char *add, const char *leave,
                  struct decision **ret)
{
  Reg__ChangeMembers cmd = REG__CHANGE_MEMBERS__INIT;
  cmd.id = T(id);
  cmd.add = members(f, add, &cmd.n_add);
  cmd.remove = members(f, leave, &cmd.n_remove);
  cmd.reason = T("学校布局调整");
  *ret = world_decision(f->w);
  return reg_partnership_change_members(f->w->dir, &cmd, world_context(f->w, actor, "2017-03-01"), *ret);
}

static int turn_into(struct fixture *f, const char *actor, const char *id, const char *mode, const char *due,
                     struct decision **ret)
{
  Reg__ChangeMode cmd = REG__CHANGE_MODE__INIT;
  cmd.id = T(id);
  cmd.mode = T(mode);
  cmd.merger_due = T(due);
  cmd.reason = T("条件成熟");
  *ret = world_decision(f->w);
  return reg_partnership_change_mode(f->w->dir, &cmd, world_context(f->w, actor, "2017-03-01"), *ret);
}

static int waive(struct fixture *f, const char *actor, const char *id, const char *rule, const char *until,
                 struct decision **ret)
{
  Reg__GrantWaiver cmd = REG__GRANT_WAIVER__INIT;
  cmd.id = T(id);
  cmd.rule = T(rule);
  cmd.reason = T("过渡期");
  cmd.until = T(until);
  *ret = world_decision(f->w);
  return reg_partnership_waive(f->w->dir, &cmd, world_context(f->w, actor, "2017-03-01"), *ret);
}

static int tick(struct fixture *f, const char *day, struct decision **ret)
{
  Reg__Tick cmd = REG__TICK__INIT;
  *ret = world_decision(f->w);
  return reg_tick(f->w->dir, &cmd, world_context(f->w, "self", day), *ret);
}

#define ACCEPT(f, out, call, events)                                                                         \
  do {                                                                                                       \
    assert_accepted((out), (call));                                                                          \
    assert_string_equal(world_events((f)->w, (out)), (events));                                              \
    world_apply((f)->w, (out));                                                                              \
  } while (0)

static const Reg__Partnership *stored(struct fixture *f, const char *id)
{
  return world_partnership_of(f->w, id);
}

// ---- members

static void members_come_and_go(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  ACCEPT(f, out, change(f, "linhe", id, "MEMBER=" MEMBER_2, "", &out), "PartnershipMembersChanged");
  assert_int_equal(stored(f, id)->n_members, 3);
  assert_string_equal(stored(f, id)->members[2]->from, "2017-03-01");
  assert_int_equal(stored(f, id)->members[2]->party_kind, REG__PARTY_KIND__PARTY_INSTITUTION);
  ACCEPT(f, out, change(f, "linhe", id, "MEMBER=" MEMBER_3, "=" MEMBER_1, &out), "PartnershipMembersChanged");
  const Reg__PartnershipMembersChanged *said = (const void *)out->first->data;
  assert_int_equal(said->n_added, 1);
  assert_int_equal(said->n_removed, 1);
  assert_string_equal(said->removed[0]->party, world_id(f->w, MEMBER_1));
  assert_string_equal(said->removed[0]->from, "2016-09-01");
  assert_string_equal(said->removed[0]->to, "2017-03-01");
  assert_string_equal(said->reason, "学校布局调整");
  assert_int_equal(stored(f, id)->n_members, 3);
  assert_string_equal(stored(f, id)->since, "2017-03-01");
  assert_int_equal(stored(f, id)->rev, 3);
}

static void changes_of_members_refused(void **state)
{
  struct fixture *f = *state;
  const char *id = consortium(f, "COBUILD", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  consortium(f, "COBUILD", "CORE=3415080201|MEMBER=" MEMBER_2);
  static const struct {
    const char *actor, *add, *leave, *code, *name, *value;
  } cases[] = {
      {"linhe", "", "", "FIELD", "field", "add"},
      {"linhe", "", "MEMBER=" MEMBER_3, "NOT-FOUND", "what_en", "member"},
      {"linhe", "", "CORE=" MEMBER_1, "NOT-FOUND", "what_en", "member"}, // not in that role
      {"linhe", "MEMBER=01570000-0000-7000-8000-999999999999", "", "NOT-FOUND", "what_en", "member"},
      {"linhe", "", "MEMBER=" MEMBER_1, "PN-01", "n", "0"},
      {"linhe", "CORE=3415080201", "", "PN-04", "a", "临河区实验小学"},
      {"linhe", "MEMBER=3115082301", "", "AG-02", "role", "MEMBER"},
      {"linhe", "MEMBER=" MEMBER_2, "", "PN-03", "role", "MEMBER"},
      {"linhe", "MEMBER=" MEMBER_1, "", "AG-03", "a", "MEMBER"},
      {"linhe", "LEADER=" MEMBER_3, "", "FIELD", "field", "members.role"},
      {"region", "MEMBER=" MEMBER_3, "", "AS-09", "who", "临河区教育局"}, // who approved it changes it
      {"school", "MEMBER=" MEMBER_3, "", "AS-09", "actor", "school"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out;
    int r = change(f, cases[i].actor, id, cases[i].add, cases[i].leave, &out);
    assert_refused(out, r, cases[i].code, cases[i].name, cases[i].value, NULL);
    assert_int_equal(out->n_events, 0);
  }
}

static void without_a_chain_each_side_changes(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  f->p->approvals->n_partnership = 0;
  world_put(f->w, &f->p->base);
  const char *id = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  assert_refused(out, change(f, "stranger", id, "MEMBER=" MEMBER_2, "", &out), "SE-01", "actor", "stranger",
                 NULL);
  assert_accepted(out, change(f, "region", id, "MEMBER=" MEMBER_2, "", &out));
}

// Two rules are broken; the one who leaves mends one of them, and need not mend the other.
static void mending_step_by_step(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id =
      consortium(f, "COLLAB", "CORE=" CORE "|CORE=3415080201|MEMBER=3115082301|MEMBER=" MEMBER_1)->id;
  struct reg_recheck recheck = {.dir = f->w->dir,
                                .ctx = world_context(f->w, "self", "2016-09-01"),
                                .out = world_decision(f->w),
                                .on = "2016-09-01"};
  assert_ok(reg_recheck_partnership(&recheck, stored(f, id)));
  reg_recheck_end(&recheck);
  world_apply(f->w, recheck.out);
  assert_int_equal(stored(f, id)->n_broken, 3); // PN-04, AG-02, PN-02
  ACCEPT(f, out, change(f, "linhe", id, "", "CORE=3415080201", &out),
         "PartnershipMembersChanged,PartnershipBroken");
  assert_int_equal(stored(f, id)->n_broken, 2);
  assert_string_equal(stored(f, id)->broken_since, "2016-09-01"); // broken ever since
  assert_refused(out, change(f, "linhe", id, "MEMBER=" MEMBER_2, "", &out), "AG-02", "party",
                 "乌拉特前旗蒙古族中学", NULL);
  ACCEPT(f, out, change(f, "linhe", id, "", "MEMBER=3115082301", &out),
         "PartnershipMembersChanged,PartnershipMended");
  assert_int_equal(stored(f, id)->n_broken, 0);
  assert_string_equal(stored(f, id)->broken_since, "");
  const Reg__PartnershipReply *reply = (const Reg__PartnershipReply *)out->reply;
  assert_int_equal(reply->rev, stored(f, id)->rev);
}

// Whoever was kept from its role elsewhere is told when the place is free.
static void one_who_leaves_mends_another(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *one = consortium(f, "COBUILD", "CORE=" CORE "|MEMBER=" MEMBER_1 "|MEMBER=" MEMBER_2)->id;
  Reg__Partnership *other = consortium(f, "COBUILD", "CORE=3415080201|MEMBER=" MEMBER_2);
  char *codes[] = {T("PN-03")};
  other->broken = codes;
  other->n_broken = 1;
  world_put(f->w, &other->base);
  ACCEPT(f, out, change(f, "linhe", one, "", "MEMBER=" MEMBER_2, &out),
         "PartnershipMembersChanged,PartnershipMended");
  assert_int_equal(stored(f, other->id)->n_broken, 0);
}

// ---- zones inside

static void a_zone_that_changes_must_fit_its_container(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *inner = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  const char *one = consortium(f, "NEST", arena_printf(f->w->arena, "ZONE=%s", inner))->id;
  const char *two = consortium(f, "NEST", arena_printf(f->w->arena, "ZONE=%s", one))->id;
  const char *free_one = consortium(f, "NEST", arena_printf(f->w->arena, "ZONE=%s", inner))->id;
  f->p->approvals->n_partnership = 0;
  world_put(f->w, &f->p->base);
  (void)two; // three levels stand above one another: 2 > 1 > inner
  const char *bureau = "linhe+region";
  assert_refused(out, change(f, bureau, one, arena_printf(f->w->arena, "ZONE=%s", free_one), "", &out),
                 "PN-09", "partnership", two, NULL);
  assert_refused(out, change(f, bureau, inner, arena_printf(f->w->arena, "ZONE=%s", one), "", &out), "FIELD",
                 "field", "members.role", NULL); // COLLAB takes no zone
  assert_refused(out, change(f, bureau, one, arena_printf(f->w->arena, "ZONE=%s", two), "", &out), "PN-09",
                 NULL);
}

// A school of another county joins the zone: the zone may have it, what contains the zone may not.
static void what_contains_a_zone_is_flagged(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  programme_add_mode(f->w->arena, f->p, "WIDE", "CORE 1 1/MEMBER 1 0", "SAME_DIVISION=PREFECTURE");
  world_put(f->w, &f->p->base);
  world_add_institution(f->w, &(struct world_unit){"2115082309", "前旗乡镇小学", "SCHOOL", "150823", "LH-EDU",
                                                   "TOWNSHIP", "PRIMARY", NULL});
  const char *zone = consortium(f, "WIDE", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  const char *support =
      consortium(f, "SUPPORT", arena_printf(f->w->arena, "ZONE=%s|MEMBER=" MEMBER_2, zone))->id;
  f->p->approvals->n_partnership = 0;
  world_put(f->w, &f->p->base);
  ACCEPT(f, out, change(f, "bayannur", zone, "MEMBER=2115082309", "", &out),
         "PartnershipMembersChanged,PartnershipBroken,IssueRaised");
  assert_int_equal(stored(f, zone)->n_broken, 0);
  assert_string_equal(stored(f, support)->broken[0], "PN-02");
  ACCEPT(f, out, change(f, "bayannur", zone, "", "MEMBER=2115082309", &out),
         "PartnershipMembersChanged,PartnershipMended");
}

// ---- modes and the merger

static void from_collaboration_to_fusion(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  ACCEPT(f, out, turn_into(f, "linhe", id, "COBUILD", "", &out), "PartnershipModeChanged");
  const Reg__PartnershipModeChanged *said = (const void *)out->first->data;
  assert_string_equal(said->former, "COLLAB");
  assert_string_equal(said->partnership->mode, "COBUILD");
  assert_refused(out, turn_into(f, "linhe", id, "FUSION", "", &out), "PN-05", "mode", "FUSION", NULL);
  ACCEPT(f, out, turn_into(f, "linhe", id, "FUSION", "2017-09-01", &out),
         "PartnershipModeChanged,MergerProposed");
  const Reg__MergerProposed *merger = (const void *)world_event(out, "MergerProposed")->data;
  assert_string_equal(merger->into, world_id(f->w, CORE));
  assert_int_equal(merger->n_ids, 1);
  assert_string_equal(merger->ids[0], world_id(f->w, MEMBER_1));
  assert_string_equal(merger->due, "2017-09-01");
  ACCEPT(f, out, tick(f, "2017-08-31", &out), "");
  ACCEPT(f, out, tick(f, "2017-09-03", &out),
         "PartnershipBroken,IssueRaised"); // the day has passed without the merger
  assert_string_equal(stored(f, id)->broken[0], "PN-05");
  assert_string_equal(stored(f, id)->broken_since, "2017-09-01");
  ACCEPT(f, out, tick(f, "2017-09-04", &out), "");
}

static void merge_for_real(struct fixture *f, struct decision **ret)
{
  Reg__Institution *campus = world_institution(f->w, MEMBER_1);
  campus->status = REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS;
  campus->campus_of = T(world_id(f->w, CORE));
  campus->legal_person = false;
  campus->rev++;
  *ret = world_decision(f->w);
  assert_ok(reg_recheck_institution(f->w->dir, world_context(f->w, "self", "2017-06-01"), campus, *ret));
  world_put(f->w, &campus->base);
  world_apply(f->w, *ret);
}

static void a_merger_that_is_done_is_awaited_no_more(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  ACCEPT(f, out, turn_into(f, "linhe", id, "FUSION", "2017-09-01", &out),
         "PartnershipModeChanged,MergerProposed");
  merge_for_real(f, &out);
  assert_string_equal(world_events(f->w, out), "PartnershipMended");
  assert_string_equal(stored(f, id)->merger_due, "");
  ACCEPT(f, out, tick(f, "2017-09-03", &out), "");
}

static void a_late_merger_mends(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Partnership *p = consortium(f, "FUSION", "CORE=" CORE "|MEMBER=" MEMBER_1);
  p->merger_due = T("2017-01-01");
  world_put(f->w, &p->base);
  ACCEPT(f, out, tick(f, "2017-05-01", &out), "PartnershipBroken,IssueRaised");
  merge_for_real(f, &out);
  assert_string_equal(world_events(f->w, out), "PartnershipMended");
  assert_string_equal(stored(f, p->id)->merger_due, "");
}

static void a_fusion_proposes_its_merger_when_it_is_established(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__ProposePartnership cmd = REG__PROPOSE_PARTNERSHIP__INIT;
  cmd.programme = f->p->id;
  cmd.mode = T("FUSION");
  cmd.name = T("实验小学教联体");
  cmd.members = members(f, "CORE=" CORE "|MEMBER=" MEMBER_1 "|MEMBER=" MEMBER_2, &cmd.n_members);
  static const struct {
    const char *due, *code, *name, *value;
  } cases[] = {{"", "PN-05", "mode", "FUSION"},
               {"2017", "FIELD", "field", "merger_due"},
               {"2017-03-01", "FIELD", "field", "merger_due"}}; // not after its first day
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    cmd.merger_due = T(cases[i].due);
    out = world_decision(f->w);
    int r = reg_partnership_propose(f->w->dir, &cmd, world_context(f->w, "linhe", "2017-03-01"), out);
    assert_refused(out, r, cases[i].code, cases[i].name, cases[i].value, NULL);
  }
  cmd.merger_due = T("2017-12-31");
  out = world_decision(f->w);
  ACCEPT(f, out, reg_partnership_propose(f->w->dir, &cmd, world_context(f->w, "linhe", "2017-03-01"), out),
         "PartnershipProposed");
  Reg__ApprovePartnership approve = REG__APPROVE_PARTNERSHIP__INIT;
  approve.id = T(((const Reg__PartnershipReply *)out->reply)->id);
  out = world_decision(f->w);
  ACCEPT(f, out,
         reg_partnership_approve(f->w->dir, &approve, world_context(f->w, "linhe", "2017-03-09"), out),
         "PartnershipEstablished,MergerProposed");
  assert_string_equal(stored(f, approve.id)->since, "2017-03-01"); // its first day, not the approval's
  assert_string_equal(stored(f, approve.id)->name, "实验小学教联体");
  assert_int_equal(((const Reg__MergerProposed *)world_event(out, "MergerProposed")->data)->n_ids, 2);
}

static void changes_of_mode_refused(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id =
      consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1 "|MEMBER=" MEMBER_2 "|MEMBER=" MEMBER_3)->id;
  static const struct {
    const char *actor, *mode, *due, *code, *name, *value;
  } cases[] = {
      {"linhe", "COLLAB", "", "FIELD", "field", "mode"},
      {"linhe", "TEAM", "", "NOT-FOUND", "what_en", "mode"},
      {"linhe", "COBUILD", "2017-09-01", "FIELD", "field", "merger_due"}, // merges nothing
      {"linhe", "FUSION", "2017-09-01", "PN-01", "max", "2"},
      {"linhe", "SUPPORT", "", "PN-01", "role", "ZONE"},
      {"baotou", "COBUILD", "", "AS-09", "who", "临河区教育局"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int r = turn_into(f, cases[i].actor, id, cases[i].mode, cases[i].due, &out);
    assert_refused(out, r, cases[i].code, cases[i].name, cases[i].value, NULL);
    assert_int_equal(out->n_events, 0);
  }
}

// ---- pilot and model

static void who_designates(void **state)
{
  struct fixture *f = *state;
  const char *id = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  static const struct {
    const char *actor;
    Reg__Designation designation;
    const char *code, *name, *value;
  } cases[] = {{"region", REG__DESIGNATION__DESIGNATION_PILOT, NULL, NULL, NULL},
               {"linhe", REG__DESIGNATION__DESIGNATION_PILOT, "AS-09", "who", "内蒙古自治区教育厅"},
               {"bayannur", REG__DESIGNATION__DESIGNATION_MODEL, "AS-09", "actor", "bayannur"},
               {"region", REG__DESIGNATION__DESIGNATION_UNSPECIFIED, "FIELD", "field", "designation"},
               {"region", REG__DESIGNATION__DESIGNATION_NONE, "FIELD", "field", "designation"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__DesignatePartnership cmd = REG__DESIGNATE_PARTNERSHIP__INIT;
    struct decision *out = world_decision(f->w);
    cmd.id = T(id);
    cmd.designation = cases[i].designation;
    int r =
        reg_partnership_designate(f->w->dir, &cmd, world_context(f->w, cases[i].actor, "2017-03-01"), out);
    if (cases[i].code) {
      assert_refused(out, r, cases[i].code, cases[i].name, cases[i].value, NULL);
      continue;
    }
    assert_accepted(out, r);
    assert_string_equal(world_events(f->w, out), "PartnershipDesignated");
  }
}

// ---- pausing

static int pause(struct fixture *f, const char *actor, const char *id, struct decision **ret)
{
  Reg__PausePartnership cmd = REG__PAUSE_PARTNERSHIP__INIT;
  cmd.id = T(id);
  cmd.reason = T("校舍改造");
  *ret = world_decision(f->w);
  return reg_partnership_pause(f->w->dir, &cmd, world_context(f->w, actor, "2017-03-01"), *ret);
}
static int resume(struct fixture *f, const char *actor, const char *id, struct decision **ret)
{
  Reg__ResumePartnership cmd = REG__RESUME_PARTNERSHIP__INIT;
  cmd.id = T(id);
  *ret = world_decision(f->w);
  return reg_partnership_resume(f->w->dir, &cmd, world_context(f->w, actor, "2017-04-01"), *ret);
}

static void pausing_and_resuming(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  assert_refused(out, resume(f, "linhe", id, &out), "STATE", "verb", "resume", NULL);
  assert_refused(out, pause(f, "stranger", id, &out), "SE-01", NULL);
  ACCEPT(f, out, pause(f, "linhe", id, &out), "PartnershipPaused");
  assert_int_equal(stored(f, id)->status, PN(PAUSED));
  assert_string_equal(stored(f, id)->end_reason, "校舍改造");
  assert_refused(out, pause(f, "linhe", id, &out), "STATE", "verb", "pause", NULL);
  ACCEPT(f, out, resume(f, "linhe", id, &out), "PartnershipResumed");
  assert_string_equal(stored(f, id)->end_reason, "");
  assert_string_equal(stored(f, id)->since, "2017-04-01");
}

// ---- waivers

static void a_waived_rule_counts_as_holding_for_a_while(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *id = consortium(f, "FUSION", "CORE=" CORE "|MEMBER=" MEMBER_1 "|MEMBER=" MEMBER_2)->id;
  ACCEPT(f, out, waive(f, "region", id, "PN-05", "2017-12-31", &out), "WaiverGranted");
  assert_refused(out, change(f, "linhe", id, "MEMBER=" MEMBER_3, "", &out), "PN-01", "n", "3", NULL);
  ACCEPT(f, out, waive(f, "region", id, "PN-01", "2018-03-01", &out), "WaiverGranted");
  ACCEPT(f, out, change(f, "linhe", id, "MEMBER=" MEMBER_3, "", &out), "PartnershipMembersChanged");
  const Reg__Waiver *waiver = stored(f, id)->waivers[1];
  assert_string_equal(waiver->rule, "PN-01");
  assert_string_equal(waiver->by, "region");
  assert_string_equal(waiver->institution, world_id(f->w, "NM-EDU"));
  assert_string_equal(waiver->from, "2017-03-01");
  ACCEPT(f, out, tick(f, "2017-12-30", &out), "");
  ACCEPT(f, out, tick(f, "2018-01-02", &out), "WaiverEnded,PartnershipBroken,IssueRaised");
  assert_int_equal(stored(f, id)->n_waivers, 1);
  assert_int_equal(stored(f, id)->n_broken, 1);
  assert_string_equal(stored(f, id)->broken[0], "PN-05");
  ACCEPT(f, out, tick(f, "2018-03-01", &out), "WaiverEnded,PartnershipBroken,IssueRaised");
  assert_int_equal(stored(f, id)->n_broken, 2);
  ACCEPT(f, out, tick(f, "2018-03-02", &out), "");
}

static void a_waiver_takes_the_flag_away_and_is_prolonged(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Partnership *p = consortium(f, "FUSION", "CORE=" CORE "|MEMBER=" MEMBER_1);
  char *codes[] = {T("PN-05")};
  p->broken = codes;
  p->n_broken = 1;
  world_put(f->w, &p->base);
  ACCEPT(f, out, waive(f, "region", p->id, "PN-05", "2017-06-01", &out), "WaiverGranted,PartnershipMended");
  ACCEPT(f, out, waive(f, "region", p->id, "PN-05", "2017-09-01", &out), "WaiverGranted");
  assert_int_equal(stored(f, p->id)->n_waivers, 1);
  ACCEPT(f, out, tick(f, "2017-06-01", &out), "");
  ACCEPT(f, out, tick(f, "2017-09-01", &out), "WaiverEnded,PartnershipBroken,IssueRaised");
}

static void waivers_refused(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Partnership *p = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1);
  static const struct {
    const char *actor, *rule, *until, *code, *name, *value;
  } cases[] = {{"stranger", "PN-01", "2018-01-01", "SE-01", "actor", "stranger"},
               {"region", "PN-09", "2018-01-01", "FIELD", "field", "rule"},
               {"region", "PN-12", "2018-01-01", "FIELD", "field", "rule"},
               {"region", "AS-04", "2018-01-01", "FIELD", "field", "rule"},
               {"region", "PN-01", "", "FIELD", "field", "until"},
               {"region", "PN-01", "2018", "FIELD", "field", "until"},
               {"region", "PN-01", "2017-03-01", "FIELD", "field", "until"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_refused(out, waive(f, cases[i].actor, p->id, cases[i].rule, cases[i].until, &out), cases[i].code,
                   cases[i].name, cases[i].value, NULL);
  p->status = PN(DISSOLVED);
  world_put(f->w, &p->base);
  assert_refused(out, waive(f, "region", p->id, "PN-01", "2018-01-01", &out), "STATE", "verb", "waive", NULL);
}

static void every_rule_that_may_be_waived(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  static const char *const rules[] = {"PN-01", "PN-02", "PN-03", "PN-04", "PN-05",
                                      "PN-07", "PN-08", "PN-13", "AG-02"};
  const char *id = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1)->id;
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    assert_accepted(out, waive(f, "region", id, rules[i], "2018-01-01", &out));
}

// ---- the clock: members with a time of their own

static void a_members_time_ends(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Partnership *p = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1 "|MEMBER=" MEMBER_2);
  p->valid->to = T("2018-09-01");
  p->members[0]->to = p->members[1]->to = T("2018-09-01"); // stay as long as it does
  p->members[2]->to = T("2017-09-01");
  world_put(f->w, &p->base);
  ACCEPT(f, out, tick(f, "2017-08-31", &out), "");
  ACCEPT(f, out, tick(f, "2017-09-04", &out), "PartnershipMembersChanged");
  const Reg__PartnershipMembersChanged *said = (const void *)out->first->data;
  assert_string_equal(said->removed[0]->party, world_id(f->w, MEMBER_2));
  assert_string_equal(stored(f, p->id)->since, "2017-09-01");
  assert_int_equal(stored(f, p->id)->n_members, 2);
  ACCEPT(f, out, tick(f, "2018-09-02", &out), "");
}

// ---- every change from every state

static void every_change_from_every_state(void **state)
{
  struct fixture *f = *state;
  static const struct {
    Reg__PartnershipStatus status;
    bool change, waive;
  } rows[] = {{PN(PROPOSED), false, true},
              {PN(ESTABLISHED), true, true},
              {PN(PAUSED), true, true},
              {PN(REJECTED), false, false},
              {PN(DISSOLVED), false, false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct decision *out;
    Reg__Partnership *p = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1);
    p->status = rows[i].status;
    world_put(f->w, &p->base);
    int members_r = change(f, "linhe", p->id, "MEMBER=" MEMBER_2, "", &out);
    struct decision *out_mode, *out_waiver;
    int mode_r = turn_into(f, "linhe", p->id, "COBUILD", "", &out_mode);
    int waiver_r = waive(f, "region", p->id, "PN-01", "2018-01-01", &out_waiver);
    if (rows[i].change) {
      assert_accepted(out, members_r);
      assert_accepted(out_mode, mode_r);
    } else {
      assert_refused(out, members_r, "STATE", "verb", "change members", NULL);
      assert_refused(out_mode, mode_r, "STATE", "verb", "change mode", NULL);
    }
    if (rows[i].waive)
      assert_accepted(out_waiver, waiver_r);
    else
      assert_refused(out_waiver, waiver_r, "STATE", "verb", "waive", NULL);
    p->status = PN(DISSOLVED); // out of the way of the next (EXCLUSIVE)
    world_put(f->w, &p->base);
  }
}

// ---- decisions that travel (PN-11)

static void decisions_travel_with_the_end(void **state)
{
  struct fixture *f = *state;
  static const struct {
    Reg__LinkKind kind;
    Reg__LinkAction action;
    const char *field; // refused for
  } cases[] = {{REG__LINK_KIND__LINK_POSTING, REG__LINK_ACTION__ACTION_END, NULL},
               {REG__LINK_KIND__LINK_ACTIVITY, REG__LINK_ACTION__ACTION_KEEP, NULL},
               {REG__LINK_KIND__LINK_POSTING, REG__LINK_ACTION__ACTION_UNSPECIFIED, "decisions.action"},
               {REG__LINK_KIND__LINK_PARTNERSHIP, REG__LINK_ACTION__ACTION_END, "decisions.kind"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__Partnership *p = consortium(f, "COLLAB", "CORE=" CORE "|MEMBER=" MEMBER_1);
    Reg__DissolvePartnership cmd = REG__DISSOLVE_PARTNERSHIP__INIT;
    Reg__LinkDecision one = REG__LINK_DECISION__INIT, *list[] = {&one};
    struct decision *out = world_decision(f->w);
    one.kind = cases[i].kind;
    one.action = cases[i].action;
    cmd.id = p->id;
    cmd.reason = T("撤并");
    cmd.on = T("2017-02-01");
    cmd.decisions = list;
    cmd.n_decisions = 1;
    int r = reg_partnership_dissolve(f->w->dir, &cmd, world_context(f->w, "linhe", "2017-03-01"), out);
    if (cases[i].field) {
      assert_refused(out, r, "FIELD", "field", cases[i].field, NULL);
      continue;
    }
    assert_accepted(out, r);
    const Reg__PartnershipDissolved *said = (const void *)out->first->data;
    assert_int_equal(said->n_decisions, 1);
    assert_int_equal(said->decisions[0]->action, cases[i].action);
    assert_string_equal(said->partnership->since, "2017-02-01");
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(members_come_and_go),
      TEST(changes_of_members_refused),
      TEST(without_a_chain_each_side_changes),
      TEST(mending_step_by_step),
      TEST(one_who_leaves_mends_another),
      TEST(a_zone_that_changes_must_fit_its_container),
      TEST(what_contains_a_zone_is_flagged),
      TEST(from_collaboration_to_fusion),
      TEST(a_merger_that_is_done_is_awaited_no_more),
      TEST(a_late_merger_mends),
      TEST(a_fusion_proposes_its_merger_when_it_is_established),
      TEST(changes_of_mode_refused),
      TEST(who_designates),
      TEST(pausing_and_resuming),
      TEST(a_waived_rule_counts_as_holding_for_a_while),
      TEST(a_waiver_takes_the_flag_away_and_is_prolonged),
      TEST(waivers_refused),
      TEST(every_rule_that_may_be_waived),
      TEST(a_members_time_ends),
      TEST(every_change_from_every_state),
      TEST(decisions_travel_with_the_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
