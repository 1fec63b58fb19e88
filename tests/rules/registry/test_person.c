// RegisterPerson and ErasePerson on what prepare.c hands over: PE-01 .. PE-04, identity by staff number.
#include "services/registry/rules/person.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <stdio.h>
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

#define T(text) ((char *)(text))
static const uint8_t blob[] = "sealed once", other_blob[] = "sealed anew";
static const char *const new_id = "01570000-0000-7000-8000-00000000abcd";

static Reg__RegisterPerson *new_teacher(struct world *w)
{
  Reg__RegisterPerson *cmd = ARENA_NEW(w->arena, Reg__RegisterPerson);
  Reg__Person *person = ARENA_NEW(w->arena, Reg__Person);
  reg__register_person__init(cmd);
  reg__person__init(person);
  person->staff_no = T("T77");
  person->category = TYP__PERSON_CATEGORY__CATEGORY_TEACHER;
  person->birth = T("1985-04");
  person->here_since = T("2010-08");
  person->title = TYP__TITLE__TITLE_INTERMEDIATE;
  person->subjects = programme_words(w->arena, "13|14", &person->n_subjects);
  cmd->person = person;
  cmd->home_code = T("2115080201");
  return cmd;
}

static struct reg_person_sealed sealed_as(const char *id, const uint8_t *bytes, int hash)
{
  struct reg_person_sealed sealed = {.id = id, .sealed = bytes, .sealed_length = 12, .has_hash = hash > 0};
  memset(sealed.id_hash, hash, sizeof sealed.id_hash);
  return sealed;
}

static int decide_with(struct world *w, const char *actor, const Reg__RegisterPerson *cmd,
                       const struct reg_person_sealed *sealed, struct decision **ret)
{
  struct rule_context *ctx = world_context(w, actor, "2016-08-17");
  ctx->prepared = sealed;
  *ret = world_decision(w);
  return reg_person_register(w->dir, cmd, ctx, *ret);
}
static int decide(struct world *w, const Reg__RegisterPerson *cmd, struct decision **ret)
{
  struct reg_person_sealed sealed = sealed_as(new_id, blob, 0);
  return decide_with(w, "registrar", cmd, &sealed, ret);
}
static const Reg__PersonReply *reply_of(const struct decision *out)
{
  return (const Reg__PersonReply *)out->reply;
}

// ---- the secret

static void secrets_are_checked_before_sealing(void **state)
{
  struct world *w = *state;
  static const struct {
    const char *name, *number, *phone, *mail;
    const char *code, *field;
  } cases[] = {
      {"王建国", "11010519491231002X", "13800001234", "a@b.cn", NULL, NULL},
      {"王", "", "", "", NULL, NULL},
      {"", "", "", "", "FIELD", "secret.name"},
      {"王\x01", "", "", "", "FIELD", "secret.name"},
      {"王建国", "110105194912310021", "", "", "PE-01", NULL},
      {"王建国", "1", "", "", "PE-01", NULL},
      {"王建国", "", "138000012341380000123413800001234", "", "FIELD", "secret.phone"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    Reg__PersonSecret secret = REG__PERSON_SECRET__INIT;
    struct decision *out = world_decision(w);
    secret.name = T(cases[i].name);
    secret.id_number = T(cases[i].number);
    secret.phone = T(cases[i].phone);
    secret.mail = T(cases[i].mail);
    int r = reg_person_check_secret(&secret, "2016-08-17", out);
    if (!cases[i].code)
      assert_accepted(out, r);
    else if (cases[i].field)
      assert_refused(out, r, cases[i].code, "field", cases[i].field, NULL);
    else
      assert_refused(out, r, cases[i].code, NULL);
    for (size_t p = 0; p < out->n_params; p++) // the number is never shown
      assert_true(!cases[i].number[0] || !strstr(out->params[p].value, cases[i].number));
  }
  struct decision *out = world_decision(w);
  assert_refused(out, reg_person_check_secret(NULL, "2016-08-17", out), "FIELD", "field", "secret", NULL);
}

// ---- registering

static void a_new_person(void **state)
{
  struct world *w = *state;
  struct decision *out;
  struct reg_person_sealed sealed = sealed_as(new_id, blob, 7);
  Reg__RegisterPerson *cmd = new_teacher(w);
  cmd->person->id = T("of the sender"); // none of these is the sender's to say
  cmd->person->sealed = (ProtobufCBinaryData){4, (uint8_t *)"mine"};
  cmd->person->rev = 9;
  assert_accepted(out, decide_with(w, "registrar", cmd, &sealed, &out));
  assert_string_equal(world_events(w, out), "PersonRegistered");
  const struct decided_event *event = world_event(out, "PersonRegistered");
  const Reg__Person *stored = ((const Reg__PersonRegistered *)event->data)->person;
  assert_string_equal(stored->id, new_id);
  assert_int_equal(stored->sealed.len, 12);
  assert_memory_equal(stored->sealed.data, blob, 12);
  assert_int_equal(stored->id_hash.len, 32);
  assert_string_equal(stored->home, world_id(w, "2115080201"));
  assert_int_equal(stored->status, REG__PERSON_STATUS__PERSON_ACTIVE);
  assert_int_equal(stored->rev, 1);
  assert_string_equal(event->head.division, "150802100"); // the home's
  assert_int_equal(event->head.n_units, 2);
  assert_string_equal(event->head.units[1], stored->home);
  world_apply(w, out);
  const Reg__Person *found = NULL;
  assert_ok(dir_person_by_hash(w->dir, sealed.id_hash, &found));
  assert_string_equal(found->staff_no, "T77");
}

static void the_same_again_is_unchanged(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterPerson *cmd = new_teacher(w);
  assert_accepted(out, decide(w, cmd, &out));
  world_apply(w, out);
  struct reg_person_sealed same = sealed_as(new_id, NULL, 0);
  same.sealed_length = 0;
  same.same = true; // prepare opened the stored blob and found the same text
  assert_accepted(out, decide_with(w, "registrar", cmd, &same, &out));
  assert_true(reply_of(out)->unchanged);
  assert_int_equal(out->n_events, 0);
  assert_int_equal(reply_of(out)->rev, 1);

  struct reg_person_sealed anew = sealed_as(new_id, other_blob, 0); // another phone number, say
  assert_accepted(out, decide_with(w, "registrar", cmd, &anew, &out));
  assert_string_equal(world_events(w, out), "PersonAmended");
  world_apply(w, out);
  assert_memory_equal(world_person(w, "T77")->sealed.data, other_blob, 12);

  cmd->person->title = TYP__TITLE__TITLE_SENIOR; // only the open part changed: the blob stays as it is
  assert_accepted(out, decide_with(w, "registrar", cmd, &same, &out));
  assert_string_equal(world_events(w, out), "PersonAmended");
  world_apply(w, out);
  const Reg__Person *stored = world_person(w, "T77");
  assert_memory_equal(stored->sealed.data, other_blob, 12);
  assert_int_equal(stored->rev, 3);
  assert_int_equal(stored->title, TYP__TITLE__TITLE_SENIOR);
}

static void somebody_who_has_left(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterPerson *cmd = new_teacher(w);
  assert_accepted(out, decide(w, cmd, &out));
  world_apply(w, out);
  cmd->person->status = REG__PERSON_STATUS__PERSON_LEFT;
  assert_accepted(out, decide(w, cmd, &out));
  world_apply(w, out);
  assert_int_equal(world_person(w, "T77")->status, REG__PERSON_STATUS__PERSON_LEFT);
}

static void refusals(void **state)
{
  (void)state;
  struct {
    const char *what, *value; // one change to a row that passes
    const char *code, *param, *wanted;
  } cases[] = {
      {"staff_no", "", "FIELD", "field", "person.staff_no"},
      {"staff_no", "T 77", "FIELD", "field", "person.staff_no"},
      {"staff_no", "person:7", "FIELD", "field", "person.staff_no"},
      {"category", "", "FIELD", "field", "person.category"},
      {"birth", "1985-13", "FIELD", "field", "person.birth"},
      {"birth", "2001-01", "PE-04", NULL, NULL}, // fifteen
      {"here_since", "last year", "FIELD", "field", "person.here_since"},
      {"home", "", "PE-03", NULL, NULL},
      {"home", "2115080999", "NOT-FOUND", "ref", "2115080999"},
      {"subject", "maths", "FIELD", "field", "person.subjects"},
      {"erased", "", "FIELD", "field", "person.status"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct world *w = world_new();
    struct decision *out;
    Reg__RegisterPerson *cmd = new_teacher(w);
    if (strcmp(cases[i].what, "staff_no") == 0) cmd->person->staff_no = T(cases[i].value);
    if (strcmp(cases[i].what, "category") == 0) cmd->person->category = 0;
    if (strcmp(cases[i].what, "birth") == 0) cmd->person->birth = T(cases[i].value);
    if (strcmp(cases[i].what, "here_since") == 0) cmd->person->here_since = T(cases[i].value);
    if (strcmp(cases[i].what, "home") == 0) cmd->home_code = T(cases[i].value);
    if (strcmp(cases[i].what, "subject") == 0) cmd->person->subjects[0] = T(cases[i].value);
    if (strcmp(cases[i].what, "erased") == 0) cmd->person->status = REG__PERSON_STATUS__PERSON_ERASED;
    int r = decide(w, cmd, &out);
    if (cases[i].param)
      assert_refused(out, r, cases[i].code, cases[i].param, cases[i].wanted, NULL);
    else
      assert_refused(out, r, cases[i].code, NULL);
    world_free(w);
  }
}

static void sixteen_is_old_enough(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterPerson *cmd = new_teacher(w);
  cmd->person->birth = T("2000-08");
  assert_accepted(out, decide(w, cmd, &out));
}

static void retired_teachers(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterPerson *cmd = new_teacher(w);
  cmd->person->category = TYP__PERSON_CATEGORY__CATEGORY_RETIRED_TEACHER;
  assert_accepted(out, decide(w, cmd, &out)); // with the unit that releases them
  Typ__Post post = TYP__POST__POST_TEACHER;
  cmd->person->posts = &post;
  cmd->person->n_posts = 1;
  assert_refused(out, decide(w, cmd, &out), "FIELD", "field", "person.posts", NULL);
  cmd->person->n_posts = 0;
  cmd->home_code = T(""); // without one, they are the nation's to keep
  assert_refused(out, decide(w, cmd, &out), "SE-01", "division", "0", NULL);
  struct actor_scope nation = {"0", "*"};
  struct rule_context *ctx = world_context(w, "registrar", "2016-08-17");
  struct reg_person_sealed sealed = sealed_as(new_id, blob, 0);
  ctx->actor.scopes = &nation;
  ctx->prepared = &sealed;
  out = world_decision(w);
  assert_accepted(out, reg_person_register(w->dir, cmd, ctx, out));
  assert_string_equal(out->first->head.division, "0");
}

static void a_closed_home_is_no_home(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__Institution *home = world_institution(w, "2115080201");
  home->status = REG__INSTITUTION_STATUS__INSTITUTION_CLOSED;
  world_put(w, &home->base);
  assert_refused(out, decide(w, new_teacher(w), &out), "IN-07", "target", "临河区狼山镇中心小学", NULL);
}

static void one_identity_is_one_person(void **state)
{
  struct world *w = *state;
  struct decision *out;
  struct reg_person_sealed first = sealed_as(new_id, blob, 7);
  Reg__RegisterPerson *cmd = new_teacher(w);
  assert_accepted(out, decide_with(w, "registrar", cmd, &first, &out));
  world_apply(w, out);
  cmd->person->staff_no = T("T78");
  struct reg_person_sealed second = sealed_as("01570000-0000-7000-8000-00000000abce", blob, 7);
  assert_refused(out, decide_with(w, "registrar", cmd, &second, &out), "PE-02", "home",
                 "临河区狼山镇中心小学", NULL);
  struct reg_person_sealed third = sealed_as("01570000-0000-7000-8000-00000000abcf", blob, 8);
  assert_accepted(out, decide_with(w, "registrar", cmd, &third, &out));
  cmd->person->staff_no = T("T77"); // the same person again is no other
  assert_accepted(out, decide_with(w, "registrar", cmd, &first, &out));
}

static void scope_covers_the_old_and_the_new_home(void **state)
{
  struct world *w = *state;
  struct decision *out;
  struct reg_person_sealed sealed = sealed_as(new_id, blob, 0);
  Reg__RegisterPerson *cmd = new_teacher(w);
  assert_refused(out, decide_with(w, "stranger", cmd, &sealed, &out), "SE-01", "division", "150802100", NULL);
  assert_accepted(out, decide(w, cmd, &out));
  world_apply(w, out);
  struct actor_scope baotou = {"1502", "*"}; // cannot take a teacher of Bayannur over by an import
  struct rule_context *ctx = world_context(w, "registrar", "2016-08-17");
  ctx->actor.scopes = &baotou;
  ctx->prepared = &sealed;
  cmd->home_code = T("2115020301");
  out = world_decision(w);
  assert_refused(out, reg_person_register(w->dir, cmd, ctx, out), "SE-01", "division", "150802100", NULL);
}

static void a_passed_revision_is_told(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__RegisterPerson *cmd = new_teacher(w);
  assert_accepted(out, decide(w, cmd, &out));
  world_apply(w, out);
  struct rule_context *ctx = world_context(w, "registrar", "2016-08-17");
  struct reg_person_sealed sealed = sealed_as(new_id, other_blob, 0);
  ctx->prepared = &sealed;
  ctx->expect_rev = 2;
  out = world_decision(w);
  assert_refused(out, reg_person_register(w->dir, cmd, ctx, out), "DA-02", "rev", "1", "expected", "2", NULL);
}

// ---- amending

static int amend(struct world *w, const char *actor, Reg__AmendPerson *cmd,
                 const struct reg_person_sealed *sealed, struct decision **ret)
{
  struct rule_context *ctx = world_context(w, actor, "2017-03-01");
  ctx->prepared = sealed;
  *ret = world_decision(w);
  return reg_person_amend(w->dir, cmd, ctx, *ret);
}

// T01 with a secret, and what AmendPerson would say to leave all as it is.
static Reg__AmendPerson *amendment_of(struct world *w, Reg__Person **ret_stored)
{
  static const uint8_t hash[32] = {7};
  Reg__Person *stored = world_person(w, "T01");
  stored->sealed = (ProtobufCBinaryData){12, (uint8_t *)blob};
  stored->id_hash = (ProtobufCBinaryData){32, (uint8_t *)hash};
  world_put(w, &stored->base);
  Reg__AmendPerson *cmd = ARENA_NEW(w->arena, Reg__AmendPerson);
  reg__amend_person__init(cmd);
  cmd->id = stored->id;
  cmd->person = world_person(w, "T01");
  *ret_stored = stored;
  return cmd;
}

static void amending_without_a_secret_keeps_it(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__Person *stored;
  Reg__AmendPerson *cmd = amendment_of(w, &stored);
  struct reg_person_sealed kept = {.id = stored->id, .same = true};
  cmd->person->sealed = (ProtobufCBinaryData){4, (uint8_t *)"mine"}; // not the sender's to say
  assert_accepted(out, amend(w, "registrar", cmd, &kept, &out));
  assert_true(reply_of(out)->unchanged);
  assert_string_equal(world_events(w, out), "");
  cmd->person->staff_no = T(""); // left out, it stays
  cmd->person->title = TYP__TITLE__TITLE_FULL_SENIOR;
  assert_accepted(out, amend(w, "registrar", cmd, &kept, &out));
  assert_string_equal(world_events(w, out), "PersonAmended");
  const Reg__Person *after = ((const Reg__PersonAmended *)world_event(out, "PersonAmended")->data)->person;
  assert_string_equal(after->staff_no, "T01");
  assert_int_equal(after->title, TYP__TITLE__TITLE_FULL_SENIOR);
  assert_memory_equal(after->sealed.data, blob, 12);
  assert_int_equal(after->id_hash.len, 32);
  assert_int_equal(after->rev, stored->rev + 1);
  assert_string_equal(after->since, "2017-03-01"); // today, since no day was named
}

static void a_change_of_home_takes_effect_on_its_day(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__Person *stored;
  Reg__AmendPerson *cmd = amendment_of(w, &stored);
  struct reg_person_sealed kept = {.id = stored->id, .same = true};
  cmd->home_code = T("2115080201");
  cmd->on = T("2017-02-20");
  cmd->person->here_since = T("");
  assert_accepted(out, amend(w, "registrar", cmd, &kept, &out));
  const struct decided_event *event = world_event(out, "PersonAmended");
  const Reg__Person *after = ((const Reg__PersonAmended *)event->data)->person;
  assert_string_equal(after->home, world_id(w, "2115080201"));
  assert_string_equal(after->since, "2017-02-20");
  assert_string_equal(after->here_since, "2017-02-20"); // so long nobody counts years at the new home
  assert_string_equal(event->head.division, "150802100");
  world_apply(w, out);
  cmd->on = T("2017-02-25"); // the same again says nothing against the day it came
  assert_accepted(out, amend(w, "registrar", cmd, &kept, &out));
  assert_true(reply_of(out)->unchanged);
  assert_string_equal(world_person(w, "T01")->here_since, "2017-02-20");
  cmd->on = T("2017-02-19");
  cmd->person = world_person(w, "T01");
  cmd->home_code = T("2115020301");
  assert_refused(out, amend(w, "registrar", cmd, &kept, &out), "FIELD", "field", "on", NULL);
  cmd->on = T("2018-01-01");
  assert_refused(out, amend(w, "registrar", cmd, &kept, &out), "FIELD", "field", "on", NULL);
}

static void amending_is_refused(void **state)
{
  struct world *w = *state;
  struct decision *out;
  Reg__Person *stored;
  Reg__AmendPerson *cmd = amendment_of(w, &stored);
  struct reg_person_sealed kept = {.id = stored->id, .same = true};
  assert_refused(out, amend(w, "stranger", cmd, &kept, &out), "SE-01", "object", "T01", NULL);
  cmd->person->staff_no = T("T02");
  assert_refused(out, amend(w, "registrar", cmd, &kept, &out), "FIELD", "field", "person.staff_no", NULL);
  cmd->person = world_person(w, "T01");
  cmd->person->home = T(""); // a serving teacher has one
  assert_refused(out, amend(w, "registrar", cmd, &kept, &out), "PE-03", NULL);
  cmd->person = world_person(w, "T01");
  cmd->person->birth = T("2005-01");
  assert_refused(out, amend(w, "registrar", cmd, &kept, &out), "PE-04", NULL);
  cmd->person = world_person(w, "T01");
  Reg__Person *holder = world_person(w, "P01"); // somebody else has this identity
  static const uint8_t hash[32] = {9};
  holder->id_hash = (ProtobufCBinaryData){32, (uint8_t *)hash};
  world_put(w, &holder->base);
  struct reg_person_sealed taken = {
      .id = stored->id, .sealed = other_blob, .sealed_length = 12, .has_hash = true, .id_hash = {9}};
  assert_refused(out, amend(w, "registrar", cmd, &taken, &out), "PE-02", "home", "*", NULL);
  cmd->id = T("nobody");
  assert_refused(out, amend(w, "registrar", cmd, &kept, &out), "NOT-FOUND", "ref", "nobody", NULL);
  cmd->person = NULL;
  assert_refused(out, amend(w, "registrar", cmd, &kept, &out), "FIELD", "field", "person", NULL);
  stored->status = REG__PERSON_STATUS__PERSON_ERASED;
  world_put(w, &stored->base);
  cmd->id = stored->id;
  cmd->person = world_person(w, "P01");
  assert_refused(out, amend(w, "registrar", cmd, &kept, &out), "STATE", "state", "ERASED", NULL);
}

// ---- erasing

static int erase(struct world *w, const char *actor, const char *id, const char *reason,
                 struct decision **ret)
{
  Reg__ErasePerson cmd = REG__ERASE_PERSON__INIT;
  cmd.id = T(id);
  cmd.reason = T(reason);
  *ret = world_decision(w);
  return reg_person_erase(w->dir, &cmd, world_context(w, actor, "2016-08-17"), *ret);
}

static void erasing_leaves_nothing_personal(void **state)
{
  struct world *w = *state;
  struct decision *out;
  struct reg_person_sealed sealed = sealed_as(new_id, blob, 7);
  Reg__RegisterPerson *cmd = new_teacher(w);
  cmd->person->sex = TYP__SEX__SEX_FEMALE;
  assert_accepted(out, decide_with(w, "registrar", cmd, &sealed, &out));
  world_apply(w, out);
  assert_accepted(out, erase(w, "registrar", new_id, "目的已达成", &out));
  assert_string_equal(world_events(w, out), "PersonErased");
  world_apply(w, out);
  const Reg__Person *stored = world_person(w, "T77");
  assert_int_equal(stored->status, REG__PERSON_STATUS__PERSON_ERASED);
  assert_int_equal(stored->sealed.len, 0);
  assert_int_equal(stored->id_hash.len, 0);
  assert_int_equal(stored->sex, TYP__SEX__SEX_UNSPECIFIED);
  assert_string_equal(stored->birth, "");
  assert_string_equal(stored->here_since, "");
  assert_int_equal(stored->category, TYP__PERSON_CATEGORY__CATEGORY_TEACHER); // counts stay possible
  assert_int_equal(stored->rev, 2);
  const Reg__Person *found = stored;
  assert_ok(dir_person_by_hash(w->dir, sealed.id_hash, &found));
  assert_null(found);

  assert_refused(out, erase(w, "registrar", new_id, "again", &out), "STATE", "record", "Person", "state",
                 "ERASED", NULL);
  assert_refused(out, decide_with(w, "registrar", cmd, &sealed, &out), "STATE", "verb", "amend", NULL);
}

static void erasing_is_refused(void **state)
{
  struct world *w = *state;
  struct decision *out;
  assert_refused(out, erase(w, "registrar", "nobody", "r", &out), "NOT-FOUND", "ref", "nobody", NULL);
  assert_refused(out, erase(w, "registrar", world_id(w, "R01"), "", &out), "FIELD", "field", "reason", NULL);
  assert_refused(out, erase(w, "stranger", world_id(w, "R01"), "r", &out), "SE-01", "division", "150202",
                 NULL);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(secrets_are_checked_before_sealing),
      TEST(a_new_person),
      TEST(the_same_again_is_unchanged),
      TEST(somebody_who_has_left),
      TEST(refusals),
      TEST(sixteen_is_old_enough),
      TEST(retired_teachers),
      TEST(a_closed_home_is_no_home),
      TEST(one_identity_is_one_person),
      TEST(scope_covers_the_old_and_the_new_home),
      TEST(a_passed_revision_is_told),
      TEST(amending_without_a_secret_keeps_it),
      TEST(a_change_of_home_takes_effect_on_its_day),
      TEST(amending_is_refused),
      TEST(erasing_leaves_nothing_personal),
      TEST(erasing_is_refused),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
