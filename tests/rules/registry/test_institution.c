// RegisterInstitution and AmendInstitution: IN-01 .. IN-07, identity by code, partnerships broken and mended.
#include "services/registry/rules/institution.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

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

// A new primary school of Linhe that passes every rule.
static Reg__RegisterInstitution *new_school(struct world *w)
{
  Reg__RegisterInstitution *cmd = ARENA_NEW(w->arena, Reg__RegisterInstitution);
  Reg__Institution *school = ARENA_NEW(w->arena, Reg__Institution);
  Typ__Stage *stage = ARENA_NEW(w->arena, Typ__Stage);
  reg__register_institution__init(cmd);
  reg__institution__init(school);
  *stage = TYP__STAGE__STAGE_PRIMARY;
  school->kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
  school->name = (char *)"临河区新区小学";
  school->code = (char *)"2115080299";
  school->division = (char *)"150802100";
  school->place = TYP__PLACE__PLACE_TOWNSHIP;
  school->stages = stage;
  school->n_stages = 1;
  cmd->institution = school;
  cmd->managing_bureau_code = (char *)"LH-EDU";
  return cmd;
}

static int decide_as(struct world *w, const char *actor, const Reg__RegisterInstitution *cmd,
                     struct decision **ret)
{
  *ret = world_decision(w);
  return reg_institution_register(w->dir, cmd, world_context(w, actor, "2016-08-17"), *ret);
}
static int decide(struct world *w, const Reg__RegisterInstitution *cmd, struct decision **ret)
{
  return decide_as(w, "registrar", cmd, ret);
}
static const Reg__InstitutionReply *reply_of(const struct decision *out)
{
  return (const Reg__InstitutionReply *)out->reply;
}

static int amend(struct world *w, Reg__Institution *content, struct decision **ret)
{
  Reg__AmendInstitution cmd = REG__AMEND_INSTITUTION__INIT;
  cmd.id = content->id;
  cmd.institution = content;
  *ret = world_decision(w);
  return reg_institution_amend(w->dir, &cmd, world_context(w, "registrar", "2016-08-17"), *ret);
}

// ---- registering

static void a_new_institution(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_accepted(out, decide(w, new_school(w), &out));
  assert_string_equal(world_events(w, out), "InstitutionRegistered");
  const struct decided_event *event = world_event(out, "InstitutionRegistered");
  const Reg__Institution *stored = ((const Reg__InstitutionRegistered *)event->data)->institution;
  assert_string_equal(event->head.subject, stored->id);
  assert_string_equal(event->head.division, "150802100");
  assert_int_equal(event->head.n_units, 1);
  assert_string_equal(event->head.units[0], stored->id);
  assert_int_equal(stored->status, REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE);
  assert_int_equal(stored->rev, 1);
  assert_string_equal(stored->managing_bureau, world_id(w, "LH-EDU"));
  assert_string_equal(reply_of(out)->id, stored->id);
  assert_int_equal(reply_of(out)->n_warnings, 0);
  assert_false(reply_of(out)->unchanged);
  world_apply(w, out);
  assert_string_equal(world_id(w, "2115080299"), stored->id);
}

static void the_same_again_is_unchanged_and_a_mended_row_amends(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterInstitution *cmd = new_school(w);
  assert_accepted(out, decide(w, cmd, &out));
  world_apply(w, out);
  const char *id = reply_of(out)->id;
  assert_accepted(out, decide(w, cmd, &out));
  assert_int_equal(out->n_events, 0);
  assert_true(reply_of(out)->unchanged);
  assert_string_equal(reply_of(out)->id, id);
  assert_int_equal(reply_of(out)->rev, 1);

  cmd->institution->name = (char *)"临河区新区实验小学";
  assert_accepted(out, decide(w, cmd, &out));
  assert_string_equal(world_events(w, out), "InstitutionAmended");
  world_apply(w, out);
  const Reg__Institution *stored = world_institution(w, "2115080299");
  assert_string_equal(stored->id, id);
  assert_int_equal(stored->rev, 2);
  assert_int_equal(stored->n_former_names, 1);
  assert_string_equal(stored->former_names[0], "临河区新区小学");
  assert_accepted(out, decide(w, cmd, &out));
  assert_true(reply_of(out)->unchanged); // the former name is the registry's to keep, not the file's
}

static void ids_in_place_of_codes(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterInstitution *cmd = new_school(w);
  cmd->managing_bureau_code = (char *)"";
  cmd->institution->managing_bureau = (char *)world_id(w, "LH-EDU");
  cmd->institution->division = (char *)"150800"; // six-digit form of a prefecture
  assert_accepted(out, decide(w, cmd, &out));
  const Reg__InstitutionRegistered *event = (const void *)world_event(out, "InstitutionRegistered")->data;
  assert_string_equal(event->institution->division, "1508");
}

// ---- each rule refused: one change to a row that passes

typedef void change(struct world *w, Reg__RegisterInstitution *cmd);
#define CHANGE(name) static void name(struct world *w __attribute__((unused)), Reg__RegisterInstitution *cmd)
#define T(text)      ((char *)(text))

CHANGE(no_name)
{
  cmd->institution->name = T("");
}
CHANGE(control_character)
{
  cmd->institution->name = T("小\n学");
}
CHANGE(no_kind)
{
  cmd->institution->kind = 0;
}
CHANGE(no_code)
{
  cmd->institution->code = T("");
}
CHANGE(short_code)
{
  cmd->institution->code = T("211508");
}
CHANGE(foreign_province)
{
  cmd->institution->code = T("2199080299");
}
CHANGE(bureau_code_with_colon)
{
  cmd->institution->kind = TYP__INSTITUTION_KIND__KIND_BUREAU;
  cmd->institution->code = T("BY:EDU");
}
CHANGE(other_kind_of_code)
{
  cmd->institution->code = T("1115080201");
} // a kindergarten's
CHANGE(wrong_credit_code)
{
  cmd->institution->uscc = T("12100000400000624E");
}
CHANGE(short_credit_code)
{
  cmd->institution->uscc = T("12100000");
}
CHANGE(unknown_division)
{
  cmd->institution->division = T("150802999");
}
CHANGE(malformed_division)
{
  cmd->institution->division = T("15080");
}
CHANGE(foreign_division)
{
  cmd->institution->division = T("421182");
}
CHANGE(unknown_manager)
{
  cmd->managing_bureau_code = T("XX-EDU");
}
CHANGE(manager_is_school)
{
  cmd->managing_bureau_code = T("2115080201");
}
CHANGE(no_manager)
{
  cmd->managing_bureau_code = T("");
}
CHANGE(manager_ends_nowhere)
{
  cmd->managing_bureau_code = T("BY-GOV");
}
CHANGE(manager_closed)
{
  Reg__Institution *bureau = world_institution(w, "LH-EDU");
  bureau->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(w, &bureau->base);
  (void)cmd;
}
CHANGE(managers_in_a_loop)
{
  Reg__Institution *top = world_institution(w, "NM-EDU");
  top->managing_bureau = T(world_id(w, "LH-EDU"));
  world_put(w, &top->base);
  (void)cmd;
}
CHANGE(campus_of_bureau)
{
  cmd->campus_of_code = T("LH-EDU");
}
CHANGE(campus_of_closed)
{
  Reg__Institution *school = world_institution(w, "2115080203");
  school->status = REG__INSTITUTION_STATUS__INSTITUTION_MERGED;
  world_put(w, &school->base);
  cmd->campus_of_code = T("2115080203");
}
CHANGE(campus_of_campus)
{
  Reg__Institution *campus = world_institution(w, "2115080201");
  campus->campus_of = T(world_id(w, "2115080203"));
  world_put(w, &campus->base);
  cmd->campus_of_code = T("2115080201");
}
CHANGE(operator_is_school)
{
  cmd->operator_code = T("2115080203");
}
CHANGE(operator_unknown)
{
  cmd->operator_code = T("4115010101");
}
CHANGE(place_pastoral)
{
  cmd->institution->place = TYP__PLACE__PLACE_PASTORAL;
}
CHANGE(tag_empty)
{
  cmd->institution->tags = programme_words(w->arena, "quality||x", &cmd->institution->n_tags);
}
CHANGE(stage_unspecified)
{
  cmd->institution->stages[0] = 0;
}
CHANGE(closed_from_the_start)
{
  cmd->institution->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
}
CHANGE(void_code)
{
  Reg__Institution *closed = world_institution(w, "2115080202");
  closed->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(w, &closed->base);
  cmd->institution->code = T("2115080202");
}
CHANGE(nothing_at_all)
{
  cmd->institution = NULL;
}

static void refusals(void **state)
{
  (void)state;
  static const struct {
    change *change;
    const char *code, *name, *value, *name2, *value2;
  } cases[] = {
      {no_name, "FIELD", "field", "institution.name", "detail_en", "is required"},
      {control_character, "FIELD", "field", "institution.name", "detail_zh", "含控制字符"},
      {no_kind, "FIELD", "field", "institution.kind", "detail_en", "is required"},
      {no_code, "FIELD", "field", "institution.code", "detail_en", "is required"},
      {short_code, "IN-01", "code", "211508", NULL, NULL},
      {foreign_province, "IN-01", "code", "2199080299", NULL, NULL},
      {bureau_code_with_colon, "FIELD", "field", "institution.code", NULL, NULL},
      {other_kind_of_code, "IN-03", "code", "1115080201", "holder", "临河区第一幼儿园"},
      {void_code, "IN-03", "code", "2115080202", "holder", "临河区干召庙村小学"},
      {wrong_credit_code, "IN-04", "code", "12100000400000624E", "expected", "D"},
      {short_credit_code, "FIELD", "field", "institution.uscc", NULL, NULL},
      {unknown_division, "IN-05", "division", "150802999", "successors", "-"},
      {malformed_division, "FIELD", "field", "institution.division", NULL, NULL},
      {foreign_division, "SE-01", "division", "421182", "object", "临河区新区小学"},
      {unknown_manager, "NOT-FOUND", "ref", "XX-EDU", "what_zh", "单位"},
      {manager_is_school, "IN-07", "target", "临河区狼山镇中心小学", "wanted_en", "education bureau"},
      {manager_closed, "IN-07", "target", "临河区教育局", NULL, NULL},
      {no_manager, "IN-06", "institution", "临河区新区小学", "at", "临河区新区小学"},
      {manager_ends_nowhere, "IN-06", "institution", "临河区新区小学", "at", "巴彦淖尔市人民政府"},
      {managers_in_a_loop, "IN-06", "institution", "临河区新区小学", "at", "*"},
      {campus_of_bureau, "IN-07", "target", "临河区教育局", "wanted_en", "main school"},
      {campus_of_closed, "IN-07", "target", "临河区实验小学", NULL, NULL},
      {campus_of_campus, "IN-07", "target", "临河区狼山镇中心小学", NULL, NULL},
      {operator_is_school, "IN-07", "target", "临河区实验小学", NULL, NULL},
      {operator_unknown, "NOT-FOUND", "ref", "4115010101", NULL, NULL},
      {place_pastoral, "FIELD", "field", "institution.place", NULL, NULL},
      {tag_empty, "FIELD", "field", "institution.tags", NULL, NULL},
      {stage_unspecified, "FIELD", "field", "institution.stages", NULL, NULL},
      {closed_from_the_start, "FIELD", "field", "institution.status", NULL, NULL},
      {nothing_at_all, "FIELD", "field", "institution", NULL, NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct world *w = world_new();
    struct decision *out;
    Reg__RegisterInstitution *cmd = new_school(w);
    cases[i].change(w, cmd);
    int r = decide(w, cmd, &out);
    assert_refused(out, r, cases[i].code, cases[i].name, cases[i].value, cases[i].name2, cases[i].value2,
                   NULL);
    assert_int_equal(out->n_events, 0);
    world_free(w);
  }
}

static void out_of_scope_on_either_side(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterInstitution *cmd = new_school(w);
  assert_refused(out, decide_as(w, "stranger", cmd, &out), "SE-01", "actor", "stranger", NULL);
  cmd->institution->code = T("2115020301"); // a Baotou school is not moved by somebody of Bayannur
  struct actor_scope scope = {"1508", "*"};
  struct rule_context *ctx = world_context(w, "registrar", "2016-08-17");
  ctx->actor.scopes = &scope;
  out = world_decision(w);
  assert_refused(out, reg_institution_register(w->dir, cmd, ctx, out), "SE-01", "division", "150203", NULL);
}

// ---- what passes with a remark

static void an_unusual_class_is_a_warning(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterInstitution *cmd = new_school(w);
  cmd->institution->code = T("9115080299");
  assert_accepted(out, decide(w, cmd, &out));
  assert_int_equal(reply_of(out)->n_warnings, 1);
  assert_non_null(strstr(reply_of(out)->warnings[0], "IN-02"));
  assert_non_null(strstr(reply_of(out)->warnings[0], "标识码类别 91 与 SCHOOL 不常见"));
  assert_non_null(strstr(reply_of(out)->warnings[0], "unusual for SCHOOL"));
}

static void campuses_and_operators(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterInstitution *cmd = new_school(w);
  cmd->campus_of_code = T("2115080203");
  cmd->managing_bureau_code = T(""); // through its main school
  assert_accepted(out, decide(w, cmd, &out));
  const Reg__InstitutionRegistered *event = (const void *)world_event(out, "InstitutionRegistered")->data;
  assert_int_equal(event->institution->status, REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS);

  world_add_institution(
      w, &(struct world_unit){"4115010126", "内蒙古大学", "UNIVERSITY", "15", NULL, "CITY", "HIGHER", NULL});
  cmd = new_school(w);
  cmd->operator_code = T("4115010126");
  cmd->institution->uscc = T("12100000400000624D");
  assert_accepted(out, decide(w, cmd, &out));
}

static void a_ministry_may_end_the_chain(void **state)
{
  struct world *w = *state;
  struct decision *out;
  world_add_institution(w, &(struct world_unit){"MOE", "教育部", "GOVERNMENT", "0", NULL, NULL, NULL, NULL});
  Reg__RegisterInstitution *cmd = new_school(w);
  cmd->managing_bureau_code = T("MOE");
  assert_accepted(out, decide(w, cmd, &out));
}

// What a list may say of a new unit, and what only a command of its own does.
static void new_units_by_status(void **state)
{
  (void)state;
  static const struct {
    int status;
    const char *campus_of, *code; // code NULL = a school
    int stored;                   // 0 = refused
    const char *why;
  } cases[] = {
      {0, "", NULL, REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE, NULL},
      {0, "2115080203", NULL, REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS, NULL},
      {REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT, "2115080203", NULL,
       REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT, NULL},
      {REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT, "", NULL,
       REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT, NULL},
      {REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS, "", NULL, 0, "a campus has a main school"},
      {REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE, "2115080203", NULL, 0, "is a campus or a teaching point"},
      {REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT, "", "XX-EDU", 0, "only schools"},
      {REG__INSTITUTION_STATUS__INSTITUTION_MERGED, "", NULL, 0, "MergeInstitutions"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct world *w = world_new();
    struct decision *out;
    Reg__RegisterInstitution *cmd = new_school(w);
    cmd->institution->status = (Reg__InstitutionStatus)cases[i].status;
    cmd->campus_of_code = T(cases[i].campus_of);
    if (cases[i].code) {
      cmd->institution->code = T(cases[i].code);
      cmd->institution->kind = TYP__INSTITUTION_KIND__KIND_BUREAU;
    }
    int r = decide(w, cmd, &out);
    if (cases[i].stored) {
      assert_accepted(out, r);
      const Reg__InstitutionRegistered *event = (const void *)world_event(out, "InstitutionRegistered")->data;
      assert_int_equal(event->institution->status, cases[i].stored);
    } else {
      assert_refused(out, r, "FIELD", "field", "institution.status", NULL);
      assert_non_null(strstr(world_param(out, "detail_en"), cases[i].why));
    }
    world_free(w);
  }
}

// A list that says something else of a unit that is known is told which command to use.
static void a_known_status_has_its_own_commands(void **state)
{
  struct world *w = *state;
  static const struct {
    int status;
    const char *command;
  } cases[] = {{REG__INSTITUTION_STATUS__INSTITUTION_CLOSED, "CloseInstitution"},
               {REG__INSTITUTION_STATUS__INSTITUTION_MERGED, "MergeInstitutions"},
               {REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS, "ConvertInstitution"},
               {REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT, "ConvertInstitution"}};
  struct decision *out;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__Institution *content = world_institution(w, "2115080201");
    content->status = (Reg__InstitutionStatus)cases[i].status;
    assert_refused(out, amend(w, content, &out), "FIELD", "field", "institution.status", NULL);
    assert_non_null(strstr(world_param(out, "detail_en"), "is ACTIVE"));
    assert_non_null(strstr(world_param(out, "detail_zh"), cases[i].command));
  }
  assert_accepted(out, amend(w, world_institution(w, "2115080201"), &out)); // as it is: fine
  assert_int_equal(out->n_events, 0);
}

// ---- amending

static void amending_keeps_id_code_kind_and_status(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__Institution *content = world_institution(w, "2115080201");
  const char *id = content->id;
  content->name = T("狼山镇小学");
  content->kind = 0;
  content->code = T("");
  assert_accepted(out, amend(w, content, &out));
  world_apply(w, out);
  const Reg__Institution *stored = world_institution(w, "2115080201");
  assert_string_equal(stored->id, id);
  assert_string_equal(stored->name, "狼山镇小学");
  assert_int_equal(stored->status, REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE);
  assert_int_equal(stored->kind, TYP__INSTITUTION_KIND__KIND_SCHOOL);
  assert_int_equal(stored->rev, 2);

  content = world_institution(w, "2115080201");
  content->code = T("2115080298");
  assert_refused(out, amend(w, content, &out), "FIELD", "field", "institution.code", NULL);
  content = world_institution(w, "2115080201");
  content->kind = TYP__INSTITUTION_KIND__KIND_SPECIAL;
  assert_refused(out, amend(w, content, &out), "FIELD", "field", "institution.kind", NULL);
  content->id = T("01570000-0000-7000-8000-999999999999");
  assert_refused(out, amend(w, content, &out), "NOT-FOUND", "ref", content->id, NULL);
}

static void a_bureau_cannot_manage_itself(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__Institution *bureau = world_institution(w, "NM-EDU");
  bureau->managing_bureau = bureau->id;
  assert_refused(out, amend(w, bureau, &out), "IN-06", "institution", "内蒙古自治区教育厅", "at",
                 "内蒙古自治区教育厅", NULL);
  bureau->managing_bureau = T(world_id(w, "BY-EDU"));
  assert_refused(out, amend(w, bureau, &out), "IN-06", "at", "巴彦淖尔市教育局", NULL);
}

static void a_passed_revision_is_told(void **state)
{
  struct world *w = *state;
  Reg__AmendInstitution cmd = REG__AMEND_INSTITUTION__INIT;
  cmd.institution = world_institution(w, "2115080201");
  cmd.institution->name = T("狼山镇小学");
  cmd.id = cmd.institution->id;
  struct rule_context *ctx = world_context(w, "registrar", "2016-08-17");
  struct decision *out = world_decision(w);
  ctx->expect_rev = 4;
  assert_refused(out, reg_institution_amend(w->dir, &cmd, ctx, out), "DA-02", "rev", "1", "expected", "4",
                 NULL);
  ctx->expect_rev = 1;
  out = world_decision(w);
  assert_accepted(out, reg_institution_amend(w->dir, &cmd, ctx, out));
}

// ---- live partnerships

static void a_change_that_breaks_a_partnership_flags_it(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__Agreement *agreement = world_agreement(w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  const Prg__Programme *a = programme_a(w->arena);
  Reg__Partnership *pair =
      world_partnership(w, a, "MUTUAL_AID", agreement, "SUPPORTER=2115020301|RECIPIENT=2115080201");
  Reg__Institution *school = world_institution(w, "2115020301");
  school->n_tags = 0; // no longer a school of quality
  assert_accepted(out, amend(w, school, &out));
  assert_string_equal(world_events(w, out), "InstitutionAmended,PartnershipBroken,IssueRaised");
  const struct decided_event *event = world_event(out, "PartnershipBroken");
  const Reg__Partnership *broken = ((const Reg__PartnershipBroken *)event->data)->partnership;
  assert_string_equal(broken->id, pair->id);
  assert_int_equal(broken->n_broken, 1);
  assert_string_equal(broken->broken[0], "PN-08");
  assert_int_equal(broken->status,
                   REG__PARTNERSHIP_STATUS__PARTNERSHIP_ESTABLISHED); // flagged, not dissolved
  assert_int_equal(broken->rev, 2);
  assert_int_equal(event->head.n_units, 4); // both schools, both bureaus
  world_apply(w, out);

  school = world_institution(w, "2115020301");
  Typ__Stage junior = TYP__STAGE__STAGE_JUNIOR;
  school->stages = &junior; // a second rule goes
  assert_accepted(out, amend(w, school, &out));
  broken = ((const Reg__PartnershipBroken *)world_event(out, "PartnershipBroken")->data)->partnership;
  assert_int_equal(broken->n_broken, 2);
  assert_string_equal(broken->broken[1], "PN-07");
  world_apply(w, out);

  school = world_institution(w, "2115020301");
  school->name = T("昆区一小"); // nothing about the partnership
  assert_accepted(out, amend(w, school, &out));
  assert_string_equal(world_events(w, out), "InstitutionAmended");
  world_apply(w, out);

  school = world_institution(w, "2115020301");
  Typ__Stage primary = TYP__STAGE__STAGE_PRIMARY;
  school->stages = &primary;
  school->tags = programme_words(w->arena, "quality", &school->n_tags);
  assert_accepted(out, amend(w, school, &out));
  assert_string_equal(world_events(w, out), "InstitutionAmended,PartnershipMended");
  world_apply(w, out);
  const Reg__Partnership *mended = world_partnership_of(w, pair->id);
  assert_int_equal(mended->n_broken, 0);
  assert_int_equal(mended->rev, 4);
}

static void only_live_partnerships_are_looked_at(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__Agreement *agreement = world_agreement(w, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  Reg__Partnership *pair = world_partnership(w, programme_a(w->arena), "MUTUAL_AID", agreement,
                                             "SUPPORTER=2115020301|RECIPIENT=2115080201");
  Reg__Institution *school = world_institution(w, "2115020301");
  school->n_tags = 0;
  pair->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_DISSOLVED;
  world_put(w, &pair->base);
  assert_accepted(out, amend(w, school, &out));
  assert_string_equal(world_events(w, out), "InstitutionAmended");
  pair->status = REG__PARTNERSHIP_STATUS__PARTNERSHIP_PAUSED;
  world_put(w, &pair->base);
  assert_accepted(out, amend(w, school, &out));
  assert_string_equal(world_events(w, out), "InstitutionAmended,PartnershipBroken,IssueRaised");
}

// A school of a zone: the zone breaks, and so does the support that contains the zone.
static void what_contains_a_broken_partnership_is_checked_too(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Prg__Programme *d = programme_a(w->arena);
  d->id = T("zones");
  programme_add_role(w->arena, d, "ZONE", "PARTY_IS=PARTNERSHIP;MODE_IN=ZONE");
  programme_add_role(w->arena, d, "ZONE_SCHOOL", "KIND_IN=SCHOOL");
  programme_add_mode(w->arena, d, "ZONE", "ZONE_SCHOOL 2 0", "SAME_DIVISION=COUNTY");
  programme_add_mode(w->arena, d, "SUPPORT", "ZONE 1 1/ZONE_SCHOOL 1 0", "SAME_DIVISION=COUNTY");
  world_put(w, &d->base);
  Reg__Partnership *zone =
      world_partnership(w, d, "ZONE", NULL, "ZONE_SCHOOL=2115080203|ZONE_SCHOOL=3415080201");
  Reg__Partnership *support = world_partnership(
      w, d, "SUPPORT", NULL, arena_printf(w->arena, "ZONE=%s|ZONE_SCHOOL=2115080201", zone->id));
  Reg__Institution *school = world_institution(w, "3415080201");
  school->division = T("150823");
  assert_accepted(out, amend(w, school, &out));
  assert_string_equal(world_events(w, out),
                      "InstitutionAmended,PartnershipBroken,IssueRaised,PartnershipBroken,IssueRaised");
  world_apply(w, out);
  assert_string_equal(world_partnership_of(w, zone->id)->broken[0], "PN-02");
  assert_string_equal(world_partnership_of(w, support->id)->broken[0], "PN-02");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(a_new_institution),
      TEST(the_same_again_is_unchanged_and_a_mended_row_amends),
      TEST(ids_in_place_of_codes),
      TEST(refusals),
      TEST(out_of_scope_on_either_side),
      TEST(an_unusual_class_is_a_warning),
      TEST(campuses_and_operators),
      TEST(a_ministry_may_end_the_chain),
      TEST(new_units_by_status),
      TEST(a_known_status_has_its_own_commands),
      TEST(amending_keeps_id_code_kind_and_status),
      TEST(a_bureau_cannot_manage_itself),
      TEST(a_passed_revision_is_told),
      TEST(a_change_that_breaks_a_partnership_flags_it),
      TEST(only_live_partnerships_are_looked_at),
      TEST(what_contains_a_broken_partnership_is_checked_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
