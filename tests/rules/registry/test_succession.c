// Succession: merging, becoming a campus or a teaching point, closing, restoring, renaming, recoding; a
// decision for every live link (IN-08) and where each decision puts it; codes (IN-03); who may (SE-01).
#include "services/registry/rules/institution.h"
#include "services/registry/rules/links.h"
#include "services/registry/rules/succession.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text)   ((char *)(text))
#define I(state)  REG__INSTITUTION_STATUS__INSTITUTION_##state
#define PN(state) REG__PARTNERSHIP_STATUS__PARTNERSHIP_##state
#define TODAY     "2026-08-20"
#define DAY       "2026-08-01"
#define CORE      "2115080203" // city
#define FIRST     "2115080201" // township
#define SECOND    "2115080202" // village

struct fixture {
  struct world *w;
  Prg__Programme *b;
  Reg__Agreement *agreement;
};

// Consortia of one county in small: two modes, fusion wants one legal person.
static Prg__Programme *consortia(struct arena *arena)
{
  Prg__Programme *p = programme_a(arena);
  p->id = T("consortia");
  programme_add_role(arena, p, "CORE", "KIND_IN=SCHOOL;URBAN_RURAL_IN=CITY|COUNTY_SEAT");
  programme_add_role(arena, p, "MEMBER", "KIND_IN=SCHOOL");
  programme_add_mode(arena, p, "FUSION", "CORE 1 1/MEMBER 1 2",
                     "SAME_DIVISION=COUNTY;SINGLE_LEGAL_PERSON;EXCLUSIVE=MEMBER");
  programme_add_mode(arena, p, "COBUILD", "CORE 1 1/MEMBER 1 0", "SAME_DIVISION=COUNTY;EXCLUSIVE=MEMBER");
  p->n_notices = 0;
  return p;
}

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  f.b = consortia(f.w->arena);
  world_put(f.w, &f.b->base);
  f.agreement = world_agreement(f.w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  world_free(((struct fixture *)*state)->w);
  return 0;
}

// "PARTNERSHIP=LEAVE|PERSONS=SUCCESSOR", or "PARTNERSHIP:<id>=END".
static Reg__LinkDecision **decisions(struct fixture *f, const char *text, size_t *ret_n)
{
  char **words = programme_words(f->w->arena, text, ret_n);
  Reg__LinkDecision **list = ARENA_ARRAY(f->w->arena, Reg__LinkDecision *, *ret_n + 1);
  for (size_t i = 0; i < *ret_n; i++) {
    char *equals = strchr(words[i], '='), *colon = strchr(words[i], ':');
    list[i] = ARENA_NEW(f->w->arena, Reg__LinkDecision);
    reg__link_decision__init(list[i]);
    *equals = '\0';
    if (colon) {
      *colon = '\0';
      list[i]->id = colon + 1;
    }
    list[i]->kind = (Reg__LinkKind)protobuf_c_enum_descriptor_get_value_by_name(
                        &reg__link_kind__descriptor, arena_printf(f->w->arena, "LINK_%s", words[i]))
                        ->value;
    list[i]->action = (Reg__LinkAction)protobuf_c_enum_descriptor_get_value_by_name(
                          &reg__link_action__descriptor, arena_printf(f->w->arena, "ACTION_%s", equals + 1))
                          ->value;
  }
  return list;
}

static struct rule_context *ctx_of(struct fixture *f, const char *actor)
{
  return world_context(f->w, actor, TODAY);
}

static int merge_as(struct fixture *f, const char *actor, const char *into, const char *codes,
                    const char *decided, struct decision **ret)
{
  Reg__MergeInstitutions cmd = REG__MERGE_INSTITUTIONS__INIT;
  size_t n = 0;
  char **words = programme_words(f->w->arena, codes, &n);
  cmd.into = T(world_id(f->w, into));
  cmd.ids = ARENA_ARRAY(f->w->arena, char *, n + 1);
  for (cmd.n_ids = 0; cmd.n_ids < n; cmd.n_ids++)
    cmd.ids[cmd.n_ids] = T(world_id(f->w, words[cmd.n_ids]));
  cmd.on = T(DAY);
  cmd.reason = T("布局调整");
  cmd.decisions = decisions(f, decided, &cmd.n_decisions);
  *ret = world_decision(f->w);
  return reg_succession_merge(f->w->dir, &cmd, ctx_of(f, actor), *ret);
}
static int merge(struct fixture *f, const char *into, const char *codes, const char *decided,
                 struct decision **ret)
{
  return merge_as(f, "registrar", into, codes, decided, ret);
}

static int convert(struct fixture *f, const char *code, Reg__InstitutionStatus to, const char *of,
                   const char *decided, struct decision **ret)
{
  Reg__ConvertInstitution cmd = REG__CONVERT_INSTITUTION__INIT;
  cmd.id = T(world_id(f->w, code));
  cmd.to = to;
  cmd.of = of ? T(world_id(f->w, of)) : T("");
  cmd.on = T(DAY);
  cmd.reason = T("布局调整");
  cmd.decisions = decisions(f, decided, &cmd.n_decisions);
  *ret = world_decision(f->w);
  return reg_succession_convert(f->w->dir, &cmd, ctx_of(f, "registrar"), *ret);
}

static int close_as(struct fixture *f, const char *actor, const char *code, const char *successor,
                    const char *decided, struct decision **ret)
{
  Reg__CloseInstitution cmd = REG__CLOSE_INSTITUTION__INIT;
  char *successors[1];
  cmd.id = T(world_id(f->w, code));
  cmd.on = T(DAY);
  cmd.reason = T("生源不足");
  if (successor) {
    successors[0] = T(world_id(f->w, successor));
    cmd.successors = successors;
    cmd.n_successors = 1;
  }
  cmd.decisions = decisions(f, decided, &cmd.n_decisions);
  *ret = world_decision(f->w);
  return reg_succession_close(f->w->dir, &cmd, ctx_of(f, actor), *ret);
}

static int restore(struct fixture *f, const char *id, const char *on, struct decision **ret)
{
  Reg__RestoreInstitution cmd = REG__RESTORE_INSTITUTION__INIT;
  cmd.id = T(id);
  cmd.on = T(on);
  cmd.reason = T("恢复办学");
  *ret = world_decision(f->w);
  return reg_succession_restore(f->w->dir, &cmd, ctx_of(f, "registrar"), *ret);
}

static int recode(struct fixture *f, const char *id, const char *code, struct decision **ret)
{
  Reg__RecodeInstitution cmd = REG__RECODE_INSTITUTION__INIT;
  cmd.id = T(id);
  cmd.code = T(code);
  cmd.on = T(DAY);
  cmd.reason = T("办学类型变更");
  *ret = world_decision(f->w);
  return reg_succession_recode(f->w->dir, &cmd, ctx_of(f, "registrar"), *ret);
}

static const Reg__Institution *stored(struct fixture *f, const char *id)
{
  const Reg__Institution *institution = NULL;
  assert_ok(dir_institution(f->w->dir, id, &institution));
  assert_non_null(institution);
  return institution;
}

// ---- merging

static void a_merger_moves_every_link_as_decided(void **state)
{
  struct fixture *f = *state;
  struct world *w = f->w;
  struct decision *out;
  const char *first = world_id(w, FIRST), *second = world_id(w, SECOND), *core = world_id(w, CORE);
  world_add_person(w, "M1", "TEACHER", NULL, FIRST);
  world_add_person(w, "M2", "TEACHER", NULL, FIRST);
  const char *pair = world_partnership(w, programme_a(w->arena), "MUTUAL_AID", f->agreement,
                                       "SUPPORTER=2115020301|RECIPIENT=" FIRST)
                         ->id;
  const char *group =
      world_partnership(w, f->b, "COBUILD", NULL, "CORE=" CORE "|MEMBER=" FIRST "|MEMBER=" SECOND)->id;
  assert_accepted(out, merge(f, CORE, FIRST, "PARTNERSHIP=SUCCESSOR|PERSONS=SUCCESSOR", &out));
  assert_string_equal(world_events(w, out),
                      "InstitutionMerged,PartnershipMembersChanged,PartnershipMembersChanged,"
                      "PersonAmended,PersonAmended,InstitutionsMerged");
  world_apply(w, out);
  const Reg__Institution *gone = stored(f, first);
  assert_int_equal(gone->status, I(MERGED));
  assert_string_equal(gone->since, DAY);
  assert_string_equal(gone->successors[0], core);
  assert_string_equal(gone->end_reason, "布局调整");
  assert_int_equal(gone->n_codes, 1);
  assert_string_equal(gone->codes[0]->code, FIRST);
  assert_string_equal(gone->codes[0]->to, DAY);
  assert_int_equal(stored(f, core)->rev, 2);
  Reg__Partnership *after = world_partnership_of(w, pair);
  assert_string_equal(after->members[1]->party, core); // in its place, from that day
  assert_string_equal(after->members[1]->role, "RECIPIENT");
  assert_string_equal(after->members[1]->from, DAY);
  after = world_partnership_of(w, group); // a member already: one place less
  assert_int_equal(after->n_members, 2);
  assert_string_equal(after->members[1]->party, second);
  assert_int_equal(after->n_broken, 0);
  const Reg__Person *const *staff = NULL;
  size_t n = 0;
  assert_ok(dir_persons_of(w->dir, first, &staff, &n));
  assert_int_equal(n, 0);
  assert_string_equal(world_person(w, "M1")->home, core);
  const Reg__InstitutionMerged *event = (const void *)world_event(out, "InstitutionMerged")->data;
  assert_string_equal(event->into, core);
  assert_int_equal(event->n_decisions, 2); // for dispatchd
  const Reg__InstitutionsMerged *remains = (const void *)world_event(out, "InstitutionsMerged")->data;
  assert_int_equal(remains->n_ids, 1);
  assert_string_equal(remains->ids[0], first);
}

static void what_breaks_is_flagged_and_told(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *group = world_partnership(f->w, f->b, "COBUILD", NULL, "CORE=" CORE "|MEMBER=" FIRST)->id;
  assert_accepted(out, merge(f, CORE, FIRST, "PARTNERSHIP=LEAVE", &out));
  assert_string_equal(
      world_events(f->w, out),
      "InstitutionMerged,PartnershipMembersChanged,InstitutionsMerged,PartnershipBroken,IssueRaised");
  world_apply(f->w, out);
  const Reg__Partnership *after = world_partnership_of(f->w, group);
  assert_int_equal(after->status, PN(ESTABLISHED)); // never repaired, never dissolved
  assert_string_equal(after->broken[0], "PN-01");
  assert_string_equal(after->broken_since, DAY);
  const Reg__InstitutionReply *reply = (const Reg__InstitutionReply *)out->reply;
  assert_int_equal(reply->n_warnings, 1);
  assert_non_null(strstr(reply->warnings[0], "PN-01"));
}

// Who takes a place may stand in that role elsewhere: both are flagged, and both mended when one of them
// ends.
static void what_the_successor_belongs_to_already(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *one = world_partnership(f->w, f->b, "COBUILD", NULL, "CORE=" CORE "|MEMBER=" FIRST)->id;
  const char *two = world_partnership(f->w, f->b, "COBUILD", NULL, "CORE=" CORE "|MEMBER=" SECOND)->id;
  assert_accepted(out, close_as(f, "registrar", FIRST, SECOND, "PARTNERSHIP=SUCCESSOR", &out));
  world_apply(f->w, out);
  assert_string_equal(world_partnership_of(f->w, one)->broken[0], "PN-03");
  assert_string_equal(world_partnership_of(f->w, two)->broken[0], "PN-03");
  const char *decided = arena_printf(f->w->arena, "PARTNERSHIP:%s=END|PARTNERSHIP:%s=KEEP", one, two);
  assert_accepted(out, convert(f, SECOND, I(TEACHING_POINT), NULL, decided, &out));
  world_apply(f->w, out);
  assert_int_equal(world_partnership_of(f->w, one)->status, PN(DISSOLVED));
  assert_int_equal(world_partnership_of(f->w, two)->n_broken, 0);
}

static void two_into_one_and_one_ends(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const char *group =
      world_partnership(f->w, f->b, "COBUILD", NULL, "CORE=" CORE "|MEMBER=" FIRST "|MEMBER=" SECOND)->id;
  const char *ends = world_partnership(f->w, programme_a(f->w->arena), "MUTUAL_AID", f->agreement,
                                       "SUPPORTER=2115020301|RECIPIENT=" SECOND)
                         ->id;
  const char *decided = arena_printf(f->w->arena, "PARTNERSHIP=SUCCESSOR|PARTNERSHIP:%s=END", ends);
  assert_accepted(out, merge(f, CORE, FIRST "|" SECOND, decided, &out));
  world_apply(f->w, out);
  const Reg__Partnership *after = world_partnership_of(f->w, group);
  assert_int_equal(after->n_members, 1); // both stood beside the one they went into
  assert_string_equal(after->broken[0], "PN-01");
  assert_int_equal(world_partnership_of(f->w, ends)->status, PN(DISSOLVED));
  assert_string_equal(world_partnership_of(f->w, ends)->end_reason, "布局调整");
  assert_int_equal(((const Reg__InstitutionsMerged *)world_event(out, "InstitutionsMerged")->data)->n_ids, 2);
}

static void every_link_needs_a_decision(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__Partnership *named = world_partnership(f->w, f->b, "COBUILD", NULL, "CORE=" CORE "|MEMBER=" FIRST);
  named->name = T("临河一小教联体");
  world_put(f->w, &named->base);
  world_add_person(f->w, "M1", "TEACHER", NULL, FIRST);
  assert_refused(out, merge(f, CORE, FIRST, "", &out), "IN-08", "n", "2", NULL);
  assert_non_null(strstr(world_param(out, "list"), "临河一小教联体"));
  assert_non_null(strstr(world_param(out, "list"), named->id));
  assert_refused(out, merge(f, CORE, FIRST, "PERSONS=SUCCESSOR", &out), "IN-08", "n", "1", NULL);
  assert_refused(out, merge(f, CORE, FIRST, "PERSONS=SUCCESSOR|PARTNERSHIP=KEEP", &out), "FIELD", "field",
                 "decisions", NULL); // it ceases
  assert_refused(out, merge(f, CORE, FIRST, "PERSONS=END|PARTNERSHIP=LEAVE", &out), "FIELD", NULL);
  assert_refused(out, merge(f, CORE, FIRST, "PERSONS=SUCCESSOR|PARTNERSHIP:nothing=LEAVE", &out), "FIELD",
                 "field", "decisions", NULL);
  assert_refused(out, close_as(f, "registrar", FIRST, NULL, "PERSONS=SUCCESSOR|PARTNERSHIP=LEAVE", &out),
                 "FIELD", "field", "decisions", NULL); // nobody succeeds
  // links of the past need none
  named->status = PN(DISSOLVED);
  world_put(f->w, &named->base);
  assert_accepted(out, merge(f, CORE, FIRST, "PERSONS=LEAVE", &out));
  world_apply(f->w, out);
  assert_int_equal(world_person(f->w, "M1")->status, REG__PERSON_STATUS__PERSON_LEFT);
}

static void merging_refusals(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_refused(out, merge_as(f, "stranger", CORE, FIRST, "", &out), "SE-01", NULL);
  // a registrar of one city has no say in another
  assert_refused(out, merge(f, "LH-EDU", FIRST, "", &out), "IN-07",
                 NULL); // a school does not merge into a bureau
  assert_refused(out, merge(f, CORE, FIRST "|" FIRST, "", &out), "FIELD", NULL);
  assert_refused(out, merge(f, CORE, CORE, "", &out), "IN-07", NULL);
  assert_refused(out, merge(f, CORE, "", "", &out), "FIELD", "field", "ids", NULL);
  assert_accepted(out, merge(f, CORE, FIRST, "", &out));
  world_apply(f->w, out);
  assert_refused(out, merge(f, CORE, FIRST, "", &out), "STATE", "state", "MERGED", NULL);
  assert_refused(out, merge(f, FIRST, SECOND, "", &out), "IN-07", NULL);
  assert_refused(out, restore(f, world_id(f->w, FIRST), TODAY, &out), "STATE", NULL);
}

static void an_agreement_gets_the_successor_or_ends(void **state)
{
  struct fixture *f = *state;
  struct world *w = f->w;
  struct decision *out;
  const struct world_unit unit = {"BY-NEW", "巴彦淖尔市教育体育局", "BUREAU", "150800", "NM-EDU", NULL, NULL,
                                  NULL};
  const char *successor = world_add_institution(w, &unit)->id;
  const char *bureau = world_id(w, "BY-EDU");
  // schools are managed by it, so units have to be decided too
  assert_refused(out, merge(f, "BY-NEW", "BY-EDU", "AGREEMENT=SUCCESSOR", &out), "IN-08", NULL);
  assert_refused(out, merge(f, "BY-NEW", "BY-EDU", "AGREEMENT=LEAVE|INSTITUTION=SUCCESSOR", &out), "AG-01",
                 "n", "0", NULL);
  assert_refused(out, merge(f, "BY-NEW", "BY-EDU", "AGREEMENT=END|INSTITUTION=LEAVE", &out), "IN-06", NULL);
  assert_accepted(out, merge(f, "BY-NEW", "BY-EDU", "AGREEMENT=SUCCESSOR|INSTITUTION=SUCCESSOR", &out));
  world_apply(w, out);
  const Reg__Agreement *agreement = world_agreement_of(w, f->agreement->id);
  assert_string_equal(agreement->parties[1]->institution, successor);
  assert_string_equal(agreement->parties[1]->signed_on,
                      f->agreement->parties[1]->signed_on); // it stays bound
  const Reg__AgreementAmended *event = (const void *)world_event(out, "AgreementAmended")->data;
  assert_int_equal(event->former_version, f->agreement->version);
  assert_string_equal(world_institution(w, "LH-EDU")->managing_bureau, successor);
  assert_string_equal(world_institution(w, "3415080201")->managing_bureau, successor);
  const Reg__Institution *const *units = NULL;
  size_t n = 9;
  assert_ok(dir_institutions_bound(w->dir, DIR_MANAGED, bureau, &units, &n));
  assert_int_equal(n, 0);
}

// ---- campus, teaching point

static void a_fusion_gets_its_legal_person(void **state)
{
  struct fixture *f = *state;
  struct world *w = f->w;
  struct decision *out;
  Reg__Institution *school = world_institution(w, FIRST);
  school->legal_person = true;
  world_put(w, &school->base);
  Reg__Partnership *fusion = world_partnership(w, f->b, "FUSION", NULL, "CORE=" CORE "|MEMBER=" FIRST);
  fusion->merger_due = T("2026-09-01");
  world_put(w, &fusion->base);
  assert_accepted(out, convert(f, FIRST, I(CAMPUS), CORE, "PARTNERSHIP=KEEP", &out));
  assert_string_equal(world_events(w, out), "InstitutionConverted,PartnershipMended");
  world_apply(w, out);
  const Reg__Institution *campus = stored(f, world_id(w, FIRST));
  assert_int_equal(campus->status, I(CAMPUS));
  assert_false(campus->legal_person);
  assert_string_equal(campus->campus_of, world_id(w, CORE));
  assert_string_equal(campus->code, FIRST); // a campus keeps its code
  fusion = world_partnership_of(w, fusion->id);
  assert_string_equal(fusion->merger_due, "");
  assert_int_equal(fusion->n_broken, 0);
  assert_int_equal(fusion->n_members, 2);
}

static void a_teaching_point(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, convert(f, SECOND, I(TEACHING_POINT), FIRST, "", &out));
  world_apply(f->w, out);
  assert_int_equal(world_institution(f->w, SECOND)->status, I(TEACHING_POINT));
  // the school above it goes: the point finds another, or the school stays
  assert_refused(out, convert(f, FIRST, I(CAMPUS), CORE, "INSTITUTION=KEEP", &out), "IN-07", NULL);
  assert_accepted(out, convert(f, FIRST, I(CAMPUS), CORE, "INSTITUTION=SUCCESSOR", &out));
  world_apply(f->w, out);
  assert_string_equal(world_institution(f->w, SECOND)->campus_of, world_id(f->w, CORE));
  assert_refused(out, convert(f, SECOND, I(TEACHING_POINT), CORE, "", &out), "STATE", NULL);
  assert_refused(out, convert(f, CORE, I(CAMPUS), FIRST, "INSTITUTION=KEEP", &out), "IN-07",
                 NULL); // of a campus
  assert_refused(out, convert(f, CORE, I(CAMPUS), NULL, "", &out), "FIELD", "field", "of", NULL);
  assert_refused(out, convert(f, CORE, I(MERGED), FIRST, "", &out), "FIELD", "field", "to", NULL);
  assert_refused(out, convert(f, "LH-EDU", I(TEACHING_POINT), NULL, "", &out), "FIELD", "field", "id", NULL);
}

// ---- codes

static void a_void_code_comes_back_to_its_holder_only(void **state)
{
  struct fixture *f = *state;
  struct world *w = f->w;
  struct decision *out;
  const char *id = world_id(w, FIRST);
  assert_accepted(out, close_as(f, "registrar", FIRST, NULL, "", &out));
  world_apply(w, out);
  assert_int_equal(stored(f, id)->status, I(CLOSED));
  assert_refused(out, recode(f, world_id(w, SECOND), FIRST, &out), "IN-03", "code", FIRST, NULL);
  assert_refused(out, restore(f, id, "2026-07-01", &out), "FIELD", "field", "on",
                 NULL); // before it was closed
  assert_accepted(out, restore(f, id, "2026-08-10", &out));
  assert_string_equal(world_events(w, out), "InstitutionRestored");
  world_apply(w, out);
  const Reg__Institution *again = stored(f, id);
  assert_int_equal(again->status, I(ACTIVE));
  assert_string_equal(again->code, FIRST);
  assert_int_equal(again->n_codes, 2);
  assert_string_equal(again->codes[1]->from, "2026-08-10");
  assert_string_equal(again->codes[1]->to, "");
  assert_string_equal(again->end_reason, "");
}

static void a_changed_class_takes_a_new_code(void **state)
{
  struct fixture *f = *state;
  struct world *w = f->w;
  struct decision *out;
  const char *id = world_id(w, FIRST);
  assert_refused(out, recode(f, id, "31150809", &out), "IN-01", NULL);
  assert_refused(out, recode(f, id, SECOND, &out), "IN-03", NULL);
  assert_accepted(out, recode(f, id, "3115080999", &out));
  assert_string_equal(((const Reg__InstitutionRecoded *)world_event(out, "InstitutionRecoded")->data)->former,
                      FIRST);
  world_apply(w, out);
  const Reg__Institution *found = NULL;
  assert_ok(dir_institution_by_code(w->dir, FIRST, &found));
  assert_null(found);
  assert_ok(dir_institution_by_held_code(w->dir, FIRST, &found));
  assert_string_equal(found->id, id);
  // nobody is registered under the void code
  Reg__RegisterInstitution cmd = REG__REGISTER_INSTITUTION__INIT;
  cmd.institution = world_institution(w, SECOND);
  cmd.institution->code = T(FIRST);
  cmd.institution->id = T("");
  out = world_decision(w);
  assert_refused(out, reg_institution_register(w->dir, &cmd, ctx_of(f, "registrar"), out), "IN-03", "code",
                 FIRST, NULL);
  assert_accepted(out, recode(f, id, "3115080999", &out)); // again: nothing
  assert_true(((const Reg__InstitutionReply *)out->reply)->unchanged);
  assert_accepted(out, recode(f, id, FIRST, &out)); // its own former one may come back
  world_apply(w, out);
  assert_int_equal(stored(f, id)->n_codes, 3);
}

static void a_new_name_keeps_the_code(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__RenameInstitution cmd = REG__RENAME_INSTITUTION__INIT;
  const char *before = world_institution(f->w, FIRST)->name;
  cmd.id = T(world_id(f->w, FIRST));
  cmd.name = T("狼山镇希望小学");
  cmd.on = T(DAY);
  for (int i = 0; i < 2; i++) { // the second time nothing changes
    out = world_decision(f->w);
    assert_accepted(out, reg_succession_rename(f->w->dir, &cmd, ctx_of(f, "registrar"), out));
    assert_string_equal(world_events(f->w, out), i ? "" : "InstitutionRenamed");
    world_apply(f->w, out);
  }
  const Reg__Institution *after = world_institution(f->w, FIRST);
  assert_string_equal(after->name, "狼山镇希望小学");
  assert_string_equal(after->former_names[0], before);
  assert_string_equal(after->since, DAY);
  out = world_decision(f->w);
  assert_refused(out, reg_succession_rename(f->w->dir, &cmd, ctx_of(f, "stranger"), out), "SE-01", "division",
                 "*", NULL);
}

static void the_links_of_a_bureau(void **state)
{
  struct fixture *f = *state;
  struct reg_links links;
  struct decision *out = world_decision(f->w);
  const Reg__Institution *bureau = world_institution(f->w, "BY-EDU");
  assert_ok(reg_links_of(f->w->dir, bureau, out, &links));
  size_t agreements = 0, units = 0;
  for (size_t i = 0; i < links.n; i++) {
    agreements += links.list[i].kind == REG__LINK_KIND__LINK_AGREEMENT;
    units += links.list[i].kind == REG__LINK_KIND__LINK_INSTITUTION;
    if (links.list[i].kind == REG__LINK_KIND__LINK_AGREEMENT)
      assert_string_equal(links.list[i].role, "PARTY_B");
  }
  assert_int_equal(agreements, 1);
  assert_int_equal(units, 3); // LH-EDU and two schools
}

// A campus goes to the successor or ends with a command of its own; a teaching point may belong to nobody.
static void a_campus_does_not_just_leave(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, convert(f, FIRST, I(CAMPUS), SECOND, "", &out));
  world_apply(f->w, out);
  assert_refused(out, close_as(f, "registrar", SECOND, NULL, "INSTITUTION=LEAVE", &out), "FIELD", "field",
                 "decisions", NULL);
  assert_non_null(strstr(world_param(out, "detail_en"), "is a campus and cannot be without a main school"));
  assert_non_null(strstr(world_param(out, "detail_zh"), "改为教学点"));
  assert_int_equal(world_institution(f->w, FIRST)->status, I(CAMPUS));
  assert_accepted(out, convert(f, FIRST, I(TEACHING_POINT), SECOND, "", &out));
  world_apply(f->w, out);
  assert_accepted(out, close_as(f, "registrar", SECOND, NULL, "INSTITUTION=LEAVE", &out));
  world_apply(f->w, out);
  assert_string_equal(world_institution(f->w, FIRST)->campus_of, "");
  assert_int_equal(world_institution(f->w, FIRST)->status, I(TEACHING_POINT));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(a_merger_moves_every_link_as_decided),
      TEST(what_breaks_is_flagged_and_told),
      TEST(what_the_successor_belongs_to_already),
      TEST(two_into_one_and_one_ends),
      TEST(every_link_needs_a_decision),
      TEST(merging_refusals),
      TEST(an_agreement_gets_the_successor_or_ends),
      TEST(a_fusion_gets_its_legal_person),
      TEST(a_teaching_point),
      TEST(a_campus_does_not_just_leave),
      TEST(a_void_code_comes_back_to_its_holder_only),
      TEST(a_changed_class_takes_a_new_code),
      TEST(a_new_name_keeps_the_code),
      TEST(the_links_of_a_bureau),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
