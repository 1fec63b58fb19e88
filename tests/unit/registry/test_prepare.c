// Sealing before the rules, and shredding after the commit: what may stand in an event and what becomes of
// the keys.
#include "common/base/pb.h"
#include "services/registry/prepare.h"
#include "services/registry/state.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define T(text) ((char *)(text))

struct fixture {
  struct world *w;
  struct vault *vault;
};

static int setup(void **state)
{
  static struct fixture f;
  f.w = world_new();
  assert_ok(vault_open(test_path(test_dir(), "vault"), true, &f.vault));
  *state = &f;
  return 0;
}
static int teardown(void **state)
{
  struct fixture *f = *state;
  vault_close(f->vault);
  world_free(f->w);
  return 0;
}

static Reg__RegisterPerson *teacher(struct world *w)
{
  Reg__RegisterPerson *cmd = ARENA_NEW(w->arena, Reg__RegisterPerson);
  reg__register_person__init(cmd);
  cmd->person = ARENA_NEW(w->arena, Reg__Person);
  cmd->secret = ARENA_NEW(w->arena, Reg__PersonSecret);
  reg__person__init(cmd->person);
  reg__person_secret__init(cmd->secret);
  cmd->person->staff_no = T("T77");
  cmd->person->category = TYP__PERSON_CATEGORY__CATEGORY_TEACHER;
  cmd->home_code = T("2115080201");
  cmd->secret->name = T("王建国");
  cmd->secret->id_number = T("11010519491231002X");
  cmd->secret->phone = T("13800001234");
  return cmd;
}

// As the frame does it: prepare, decide, apply.
static int run(struct fixture *f, const Reg__RegisterPerson *cmd, struct decision **ret,
               const struct reg_person_sealed **ret_sealed)
{
  struct rule_context *ctx = world_context(f->w, "registrar", "2016-08-17");
  const struct reg_person_sealed *sealed = NULL;
  *ret = world_decision(f->w);
  int r = reg_prepare_person(f->w->dir, f->vault, ctx, cmd, *ret, &sealed);
  ctx->prepared = sealed;
  if (r == 0) r = reg_person_register(f->w->dir, cmd, ctx, *ret);
  if (r == 0) world_apply(f->w, *ret);
  if (ret_sealed) *ret_sealed = sealed;
  return r;
}
static bool unchanged(const struct decision *out)
{
  return ((const Reg__PersonReply *)out->reply)->unchanged;
}

static bool holds(const struct decision *out, const char *text)
{
  for (const struct decided_event *event = out->first; event; event = event->next) {
    uint8_t *bytes = NULL;
    size_t length = pb_pack(out->arena, event->data, &bytes);
    if (memmem(bytes, length, text, strlen(text))) return true;
  }
  return false;
}

static void nothing_personal_is_in_the_event(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  assert_accepted(out, run(f, teacher(f->w), &out, NULL));
  assert_int_equal(out->n_events, 1);
  assert_true(holds(out, "T77")); // the search finds what is there
  assert_false(holds(out, "王建国"));
  assert_false(holds(out, "王"));
  assert_false(holds(out, "11010519491231002X"));
  assert_false(holds(out, "13800001234"));
}

static void the_secret_comes_back_whole(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__PersonSecret *secret = NULL;
  assert_accepted(out, run(f, teacher(f->w), &out, NULL));
  assert_ok(vault_sync(f->vault));
  assert_ok(reg_prepare_open(f->vault, world_person(f->w, "T77"), f->w->arena, &secret));
  assert_string_equal(secret->name, "王建国");
  assert_string_equal(secret->id_number, "11010519491231002X");
  assert_string_equal(secret->phone, "13800001234");
  assert_string_equal(secret->mail, "");
}

// The blob differs with every sealing; what was sealed does not.
static void the_same_text_is_unchanged(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const struct reg_person_sealed *sealed = NULL;
  Reg__RegisterPerson *cmd = teacher(f->w);
  assert_accepted(out, run(f, cmd, &out, NULL));
  assert_accepted(out, run(f, cmd, &out, &sealed));
  assert_true(unchanged(out));
  assert_true(sealed->same);
  assert_string_equal(sealed->id, world_id(f->w, "T77"));
  cmd->secret->phone = T("13900001234");
  assert_accepted(out, run(f, cmd, &out, &sealed));
  assert_false(unchanged(out));
  assert_false(sealed->same);
  assert_accepted(out, run(f, cmd, &out, NULL));
  assert_true(unchanged(out));
  Reg__PersonSecret *secret = NULL;
  assert_ok(reg_prepare_open(f->vault, world_person(f->w, "T77"), f->w->arena, &secret));
  assert_string_equal(secret->phone, "13900001234");
}

static const Reg__PersonSecret *secret_of(struct fixture *f, const char *staff_no)
{
  Reg__PersonSecret *secret = NULL;
  assert_ok(reg_prepare_open(f->vault, world_person(f->w, staff_no), f->w->arena, &secret));
  assert_non_null(secret);
  return secret;
}

// fields: bits of SecretField that count, 0 = the secret as a whole
static int amend_fields(struct fixture *f, const Reg__PersonSecret *secret, unsigned fields,
                        struct decision **ret)
{
  Reg__SecretField list[5];
  struct rule_context *ctx = world_context(f->w, "registrar", "2016-08-17");
  Reg__AmendPerson cmd = REG__AMEND_PERSON__INIT;
  const struct reg_person_sealed *sealed = NULL;
  cmd.id = T(world_id(f->w, "T77"));
  cmd.person = teacher(f->w)->person;
  cmd.home_code = T("2115080201");
  cmd.secret = (Reg__PersonSecret *)secret;
  cmd.secret_fields = list;
  for (int field = 1; field <= 5; field++)
    if (fields & (1u << field)) list[cmd.n_secret_fields++] = (Reg__SecretField)field;
  *ret = world_decision(f->w);
  int r = reg_prepare_amended_person(f->w->dir, f->vault, ctx, &cmd, *ret, &sealed);
  ctx->prepared = sealed;
  if (r == 0) r = reg_person_amend(f->w->dir, &cmd, ctx, *ret);
  if (r == 0) world_apply(f->w, *ret);
  return r;
}

static int amend(struct fixture *f, const Reg__PersonSecret *secret, struct decision **ret)
{
  return amend_fields(f, secret, 0, ret);
}

#define ONLY(name) (1u << REG__SECRET_FIELD__SECRET_FIELD_##name)

static void changed_fields(const struct decision *out, const char *wanted)
{
  const Reg__PersonAmended *event = (const void *)world_event(out, "PersonAmended")->data;
  char list[32] = "";
  for (size_t i = 0; i < event->n_secret_fields; i++)
    snprintf(list + strlen(list), sizeof list - strlen(list), "%d", (int)event->secret_fields[i]);
  assert_string_equal(list, wanted);
}

// Who amends a telephone number need not know the rest, and the event says what changed, not to what.
static void single_fields_are_amended(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__PersonSecret secret = REG__PERSON_SECRET__INIT;
  assert_accepted(out, run(f, teacher(f->w), &out, NULL));
  secret.phone = T("13700009999");
  assert_accepted(out, amend_fields(f, &secret, ONLY(PHONE), &out));
  changed_fields(out, "3");
  assert_false(holds(out, "13700009999"));
  assert_string_equal(secret_of(f, "T77")->name, "王建国");
  assert_string_equal(secret_of(f, "T77")->id_number, "11010519491231002X");
  assert_string_equal(secret_of(f, "T77")->phone, "13700009999");
  assert_accepted(out, amend_fields(f, &secret, ONLY(PHONE), &out));
  assert_true(unchanged(out));
  secret = (Reg__PersonSecret)REG__PERSON_SECRET__INIT;
  secret.name = T("王建军");
  secret.mail = T("w@example.org");
  assert_accepted(out, amend_fields(f, &secret, ONLY(NAME) | ONLY(MAIL) | ONLY(PHONE), &out)); // phone: none
  changed_fields(out, "134");
  assert_string_equal(secret_of(f, "T77")->name, "王建军");
  assert_string_equal(secret_of(f, "T77")->phone, "");
  assert_int_equal(world_person(f->w, "T77")->id_hash.len, 32); // still found by the number
}

static void numbers_are_amended_with_their_hash(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__PersonSecret secret = REG__PERSON_SECRET__INIT;
  Reg__RegisterPerson *other = teacher(f->w);
  assert_accepted(out, run(f, teacher(f->w), &out, NULL));
  other->person->staff_no = T("T78");
  other->secret->id_number = T("440524188001010014");
  assert_accepted(out, run(f, other, &out, NULL));
  secret.id_number = T("440524188001010014");
  assert_refused(out, amend_fields(f, &secret, ONLY(ID_NUMBER), &out), "PE-02", "home", "*", NULL);
  secret.id_number = T("110105194912310021");
  assert_refused(out, amend_fields(f, &secret, ONLY(ID_NUMBER), &out), "PE-01", NULL);
  assert_int_equal(out->n_params, 0);         // never echoed
  secret.id_number = T("110105201001010010"); // six years old: a pupil, whatever the birth in the record
  assert_refused(out, amend_fields(f, &secret, ONLY(ID_NUMBER), &out), "PE-04", NULL);
  assert_string_equal(secret_of(f, "T77")->id_number, "11010519491231002X");
  secret.id_number = T("");
  assert_accepted(out, amend_fields(f, &secret, ONLY(ID_NUMBER), &out));
  changed_fields(out, "2");
  assert_int_equal(world_person(f->w, "T77")->id_hash.len, 0);
  secret.id_number = T("11010519491231002X");
  assert_accepted(out, amend_fields(f, &secret, ONLY(ID_NUMBER), &out));
  assert_int_equal(world_person(f->w, "T77")->id_hash.len, 32);
}

static void fields_that_cannot_be_amended_alone(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__PersonSecret secret = REG__PERSON_SECRET__INIT;
  assert_accepted(out, run(f, teacher(f->w), &out, NULL));
  assert_refused(out, amend_fields(f, &secret, ONLY(NAME), &out), "FIELD", "field", "secret.name", NULL);
  assert_refused(out, amend_fields(f, NULL, ONLY(PHONE), &out), "FIELD", "field", "secret", NULL);
  assert_refused(out, amend_fields(f, &secret, 1u << 5, &out), "FIELD", "field", "secret_fields", NULL);
  assert_ok(vault_sync(f->vault));
  assert_ok(vault_erase(f->vault, world_id(f->w, "T77"))); // the key is lost
  assert_ok(vault_sync(f->vault));
  secret.phone = T("1");
  assert_refused(out, amend_fields(f, &secret, ONLY(PHONE), &out), "FIELD", "field", "secret_fields", NULL);
}

// As an exported list comes back: without identity numbers and contacts, and where names are masked without
// these.
static void what_a_list_does_not_say_stays(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__RegisterPerson *cmd = teacher(f->w);
  assert_accepted(out, run(f, cmd, &out, NULL));
  cmd->secret->id_number = cmd->secret->phone = T("");
  assert_accepted(out, run(f, cmd, &out, NULL));
  assert_true(unchanged(out));
  cmd->secret->name = T("");
  assert_accepted(out, run(f, cmd, &out, NULL));
  assert_true(unchanged(out));
  cmd->secret->mail = T("w@example.org"); // what it does say is taken
  assert_accepted(out, run(f, cmd, &out, NULL));
  assert_string_equal(world_events(f->w, out), "PersonAmended");
  assert_int_equal(world_person(f->w, "T77")->id_hash.len, 32);
  const Reg__PersonSecret *secret = secret_of(f, "T77");
  assert_string_equal(secret->name, "王建国");
  assert_string_equal(secret->id_number, "11010519491231002X");
  assert_string_equal(secret->phone, "13800001234");
  assert_string_equal(secret->mail, "w@example.org");
}

static void a_new_person_needs_a_name(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__RegisterPerson *cmd = teacher(f->w);
  cmd->secret->name = T("");
  assert_refused(out, run(f, cmd, &out, NULL), "FIELD", "field", "secret.name", NULL);
}

static void only_amending_takes_away(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__PersonSecret secret = REG__PERSON_SECRET__INIT;
  assert_accepted(out, run(f, teacher(f->w), &out, NULL));
  assert_accepted(out, amend(f, NULL, &out));
  assert_true(unchanged(out));
  secret.name = T("王建国");
  assert_accepted(out, amend(f, &secret, &out));
  assert_int_equal(world_person(f->w, "T77")->id_hash.len, 0);
  assert_string_equal(secret_of(f, "T77")->id_number, "");
  assert_string_equal(secret_of(f, "T77")->phone, "");
  secret.name = T("");
  assert_refused(out, amend(f, &secret, &out), "FIELD", "field", "secret.name", NULL);
}

static void an_identity_is_found_again(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__RegisterPerson *cmd = teacher(f->w);
  assert_accepted(out, run(f, cmd, &out, NULL));
  cmd->person->staff_no = T("T78");
  assert_refused(out, run(f, cmd, &out, NULL), "PE-02", "home", "临河区狼山镇中心小学", NULL);
}

static void refused_before_anything_is_sealed(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  const struct reg_person_sealed *sealed = NULL;
  Reg__RegisterPerson *cmd = teacher(f->w);
  cmd->secret->id_number = T("110105194912310021");
  assert_refused(out, run(f, cmd, &out, &sealed), "PE-01", NULL);
  assert_null(sealed);
  assert_int_equal(out->n_params, 0); // the number is never shown
  cmd = teacher(f->w);
  cmd->secret = NULL;
  assert_refused(out, run(f, cmd, &out, NULL), "FIELD", "field", "secret", NULL);
  cmd = teacher(f->w);
  cmd->person = NULL;
  assert_refused(out, run(f, cmd, &out, NULL), "FIELD", "field", "person", NULL);
}

static void what_else_a_client_sends_is_not_sealed(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  ProtobufCMessageUnknownField unknown = {9, PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED, 4, (uint8_t *)"\x03xyz"};
  Reg__RegisterPerson *cmd = teacher(f->w);
  assert_accepted(out, run(f, cmd, &out, NULL));
  cmd->secret->base.unknown_fields = &unknown;
  cmd->secret->base.n_unknown_fields = 1;
  assert_accepted(out, run(f, cmd, &out, NULL));
  assert_true(unchanged(out));
}

static void a_lost_key_is_replaced_by_the_next_import(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  Reg__PersonSecret *secret = (void *)state;
  Reg__RegisterPerson *cmd = teacher(f->w);
  assert_accepted(out, run(f, cmd, &out, NULL));
  assert_ok(vault_sync(f->vault));
  assert_ok(vault_erase(f->vault, world_id(f->w, "T77")));
  assert_ok(vault_sync(f->vault));
  assert_ok(reg_prepare_open(f->vault, world_person(f->w, "T77"), f->w->arena, &secret));
  assert_null(secret); // unreadable is shown as absent, not as a failure
  assert_accepted(out, run(f, cmd, &out, NULL));
  assert_string_equal(world_events(f->w, out), "PersonAmended");
  assert_ok(reg_prepare_open(f->vault, world_person(f->w, "T77"), f->w->arena, &secret));
  assert_string_equal(secret->name, "王建国");
}

// ---- erasing

static void erase(struct fixture *f, struct reg_state *registry)
{
  Reg__ErasePerson cmd = REG__ERASE_PERSON__INIT;
  struct decision *out = world_decision(f->w);
  cmd.id = T(world_id(f->w, "T77"));
  cmd.reason = T("r");
  assert_accepted(out,
                  reg_person_erase(f->w->dir, &cmd, world_context(f->w, "registrar", "2016-08-17"), out));
  assert_ok(reg_state_apply(registry, f->w->txn, out->first->data));
}

static bool readable(struct fixture *f, const Reg__Person *before)
{
  Reg__PersonSecret *secret = NULL;
  assert_ok(reg_prepare_open(f->vault, before, f->w->arena, &secret));
  return secret != NULL;
}

static void the_key_goes_once_the_erasure_is_stored(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  struct reg_state *registry = NULL;
  assert_accepted(out, run(f, teacher(f->w), &out, NULL));
  assert_ok(vault_sync(f->vault));
  const Reg__Person *before = world_person(f->w, "T77"); // as it stands in the journal for ever
  assert_ok(reg_state_open(f->w->directory, &registry));
  assert_true(reg_state_must_shred(registry)); // at start there may be something left of a crash
  assert_ok(reg_state_shred(registry, f->w->txn, f->vault));
  assert_false(reg_state_must_shred(registry));
  assert_true(readable(f, before));

  erase(f, registry);
  assert_true(reg_state_must_shred(registry));
  assert_true(readable(f, before)); // not before the commit
  assert_ok(reg_state_shred(registry, f->w->txn, f->vault));
  assert_false(reg_state_must_shred(registry));
  assert_false(readable(f, before));
  reg_state_close(registry);
}

static void a_crash_before_the_shredding_is_made_good(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  struct reg_state *registry = NULL;
  assert_accepted(out, run(f, teacher(f->w), &out, NULL));
  assert_ok(vault_sync(f->vault));
  const Reg__Person *before = world_person(f->w, "T77");
  assert_ok(reg_state_open(f->w->directory, &registry));
  erase(f, registry);
  reg_state_close(registry); // the process ends here
  assert_ok(reg_state_open(f->w->directory, &registry));
  assert_ok(reg_state_shred(registry, f->w->txn, f->vault));
  assert_false(readable(f, before));
  reg_state_close(registry);
}

static void an_import_never_makes_a_key_for_an_erased_person(void **state)
{
  struct fixture *f = *state;
  struct decision *out;
  struct reg_state *registry = NULL;
  assert_accepted(out, run(f, teacher(f->w), &out, NULL));
  const Reg__Person *before = world_person(f->w, "T77");
  assert_ok(reg_state_open(f->w->directory, &registry));
  erase(f, registry);
  assert_ok(reg_state_shred(registry, f->w->txn, f->vault));
  assert_refused(out, run(f, teacher(f->w), &out, NULL), "STATE", "state", "ERASED", NULL);
  assert_ok(vault_sync(f->vault));
  assert_code(vault_has_key(f->vault, before->id), -ENOKEY);
  reg_state_close(registry);
}

static void many_erasures_are_shredded_in_steps(void **state)
{
  struct fixture *f = *state;
  struct reg_state *registry = NULL;
  Reg__Person *person = world_person(f->w, "R01");
  ProtobufCBinaryData blob, plain = {4, (uint8_t *)"name"};
  const char *ids[300];
  for (size_t i = 0; i < 300; i++) {
    ids[i] = world_new_id(f->w);
    person->id = T(ids[i]);
    person->staff_no = T(ids[i]);
    person->status = i % 3 ? REG__PERSON_STATUS__PERSON_ERASED : REG__PERSON_STATUS__PERSON_ACTIVE;
    world_put(f->w, &person->base);
    assert_ok(vault_seal(f->vault, ids[i], plain, f->w->arena, &blob));
  }
  assert_ok(vault_sync(f->vault));
  assert_ok(reg_state_open(f->w->directory, &registry));
  assert_ok(reg_state_shred(registry, f->w->txn, f->vault));
  for (size_t i = 0; i < 300; i++) {
    int r = vault_has_key(f->vault, ids[i]);
    if (r != (i % 3 ? -ENOKEY : 0)) fail_msg("person %zu: %d", i, r);
  }
  reg_state_close(registry);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
      TEST(nothing_personal_is_in_the_event),
      TEST(the_secret_comes_back_whole),
      TEST(the_same_text_is_unchanged),
      TEST(what_a_list_does_not_say_stays),
      TEST(a_new_person_needs_a_name),
      TEST(only_amending_takes_away),
      TEST(single_fields_are_amended),
      TEST(numbers_are_amended_with_their_hash),
      TEST(fields_that_cannot_be_amended_alone),
      TEST(an_identity_is_found_again),
      TEST(refused_before_anything_is_sealed),
      TEST(what_else_a_client_sends_is_not_sealed),
      TEST(a_lost_key_is_replaced_by_the_next_import),
      TEST(the_key_goes_once_the_erasure_is_stored),
      TEST(a_crash_before_the_shredding_is_made_good),
      TEST(an_import_never_makes_a_key_for_an_erased_person),
      TEST(many_erasures_are_shredded_in_steps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
