// The tables handed to the frame: every rpc once, who may call it, and one command of each kind through its
// adapter.
#include "proto/registry_service.pb-c.h"
#include "services/registry/api.h"
#include "services/registry/state.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"
#include <string.h>

#define T(text) ((char *)(text))

// ---- in place of the frame

struct svc {
  struct directory *directory;
  struct vault *vault;
};
struct directory *svc_directory(struct svc *svc)
{
  return svc->directory;
}
uint64_t svc_seq(const struct svc *svc)
{
  (void)svc;
  return 7;
}
const struct conf *svc_conf(const struct svc *svc)
{
  static const struct conf conf;
  (void)svc;
  return &conf;
}
struct vault *svc_vault(struct svc *svc)
{
  return svc->vault;
}

// Stores as the frame does.
int svc_apply(struct svc_call *call, const struct decision *part)
{
  int r = 0;
  for (const struct decided_event *event = part->first; event && r == 0; event = event->next)
    r = directory_apply(call->svc->directory, call->txn, event->data->descriptor->short_name, event->data);
  return r;
}

static const struct svc_command *command_of(const char *name)
{
  for (const struct svc_command *command = reg_api_commands; command->name; command++)
    if (strcmp(command->name, name) == 0) return command;
  fail_msg("no command %s", name);
  return NULL;
}

static void every_rpc_is_bound_once(void **state)
{
  (void)state;
  size_t commands = 0, events = 0;
  for (const struct svc_command *command = reg_api_commands; command->name; command++, commands++) {
    assert_non_null(
        protobuf_c_service_descriptor_get_method_by_name(&reg__commands__descriptor, command->name));
    assert_ptr_equal(command_of(command->name), command); // not twice
    assert_non_null(command->decide);
  }
  for (const struct svc_event *event = reg_api_events; event->name; event++, events++) {
    assert_non_null(protobuf_c_service_descriptor_get_method_by_name(&reg__events__descriptor, event->name));
    assert_non_null(event->apply);
    for (const struct svc_event *other = reg_api_events; other < event; other++)
      assert_string_not_equal(other->name, event->name);
  }
  assert_int_equal(commands, reg__commands__descriptor.n_methods);
  assert_int_equal(events, reg__events__descriptor.n_methods);
}

static void roles_of_commands(void **state)
{
  (void)state;
  static const struct {
    const char *command;
    uint32_t may;
  } cases[] = {
      {"ImportDivisions", ROLE_BIT(REGISTRAR)},
      {"ImportCodes", ROLE_BIT(REGISTRAR)},
      {"RegisterInstitution", ROLE_BIT(REGISTRAR)},
      {"AmendInstitution", ROLE_BIT(REGISTRAR)},
      {"RegisterPerson", ROLE_BIT(REGISTRAR)},
      {"AmendPerson", ROLE_BIT(REGISTRAR)},
      {"ImportInstitutions", ROLE_BIT(REGISTRAR)},
      {"ImportPersons", ROLE_BIT(REGISTRAR)},
      {"ErasePerson", ROLE_BIT(REGISTRAR)},
      {"UnmaskPerson", ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY) | ROLE_BIT(PERSON)},
      {"PublishProgramme", ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU)},
      {"DraftAgreement", ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU)},
      {"SignAgreement", ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU) | ROLE_BIT(UNIT)},
      {"ProposePartnership", ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU)},
      {"GrantWaiver", ROLE_BIT(AUTHORITY)},
      {"ChangeMembers", ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU) | ROLE_BIT(UNIT)},
      {"Tick", ROLE_BIT(SERVICE) | ROLE_BIT(OPERATOR)},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(command_of(cases[i].command)->roles, cases[i].may);
  for (const struct svc_command *command = reg_api_commands; command->name; command++) {
    bool opens = strcmp(command->name, "UnmaskPerson") == 0; // their own data, and it is recorded
    assert_false(command->roles &
                 (ROLE_BIT(READER) | (opens ? 0 : ROLE_BIT(PERSON)))); // looking on changes nothing
  }
}

// When space is short, what makes new records is refused and what ends or acknowledges them still fits.
static void what_the_space_guard_refuses(void **state)
{
  (void)state;
  static const char *const creates[] = {
      "ImportDivisions",    "ImportCodes",    "RegisterInstitution", "RegisterPerson",  "PublishProgramme",
      "ImportInstitutions", "DraftAgreement", "ProposePartnership",  "AmendAgreement",  "FormBody",
      "ImportPersons",      "RaiseIssue",     "OpenReview",          "RecordIndicator", "TakeSnapshot"};
  for (const struct svc_command *command = reg_api_commands; command->name; command++) {
    bool wanted = false;
    for (size_t i = 0; i < sizeof creates / sizeof *creates; i++)
      wanted = wanted || strcmp(creates[i], command->name) == 0;
    assert_int_equal(command->class_ == SVC_CREATES, wanted);
  }
}

static void a_command_goes_through_its_adapter(void **state)
{
  (void)state;
  struct world *w = world_new();
  struct svc svc = {.directory = w->directory};
  struct rule_context *ctx = world_context(w, "registrar", "2016-08-17");
  struct svc_call call = {&svc, NULL, w->txn, w->arena, w->dir, ctx};
  struct decision *out = world_decision(w);
  Reg__Person person = REG__PERSON__INIT;
  Reg__PersonSecret secret = REG__PERSON_SECRET__INIT;
  Reg__RegisterPerson cmd = REG__REGISTER_PERSON__INIT;
  assert_ok(vault_open(test_path(test_dir(), "vault"), true, &svc.vault));
  person.staff_no = T("T77");
  person.category = TYP__PERSON_CATEGORY__CATEGORY_TEACHER;
  secret.name = T("王建国");
  cmd.person = &person;
  cmd.secret = &secret;
  cmd.home_code = T("2115080201");
  const struct svc_command *command = command_of("RegisterPerson");
  assert_ok(command->prepare(&call, &cmd.base, &ctx->prepared, out));
  assert_non_null(ctx->prepared);
  assert_accepted(out, command->decide(&call, &cmd.base, out));
  assert_string_equal(world_events(w, out), "PersonRegistered");

  struct reg_state *registry = NULL;
  assert_ok(reg_state_open(w->directory, &registry));
  assert_ok(reg_api_events[3].apply(registry, w->txn, out->first->data));
  assert_string_equal(world_person(w, "T77")->home, world_id(w, "2115080201"));
  reg_state_close(registry);
  vault_close(svc.vault);
  world_free(w);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_rpc_is_bound_once),
      cmocka_unit_test(roles_of_commands),
      cmocka_unit_test(what_the_space_guard_refuses),
      cmocka_unit_test(a_command_goes_through_its_adapter),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
