// The handlers between the daemon's frame and the rules: catalogue, roles, preparation, followed feeds.
#include "common/domain/authority.h"
#include "tests/unit/notify/frame.h"
#include <stdio.h>
#include <string.h>

static int setup(void **state)
{
  *state = frame_new();
  return 0;
}
static int teardown(void **state)
{
  frame_free(*state);
  return 0;
}

static bool named(const ProtobufCServiceDescriptor *service, const char *name)
{
  for (unsigned i = 0; i < service->n_methods; i++)
    if (strcmp(service->methods[i].name, name) == 0) return true;
  return false;
}

// Every rpc of the catalogue has exactly one entry (the frame refuses to start otherwise).
static void the_catalogue_is_bound(void **state)
{
  size_t commands = 0, queries = 0, events = 0;
  for (; ntf_api_commands[commands].name; commands++)
    assert_true(named(&ntf__commands__descriptor, ntf_api_commands[commands].name));
  for (; ntf_query_table[queries].name; queries++)
    assert_true(named(&ntf__queries__descriptor, ntf_query_table[queries].name));
  for (; ntf_api_events[events].name; events++)
    assert_true(named(&ntf__events__descriptor, ntf_api_events[events].name));
  assert_int_equal(commands, ntf__commands__descriptor.n_methods);
  assert_int_equal(queries, ntf__queries__descriptor.n_methods);
  assert_int_equal(events, ntf__events__descriptor.n_methods);
  (void)state;
}

static void roles_of_the_commands(void **state)
{
  static const struct {
    const char *command, *actor;
    bool may;
  } cases[] = {
      {"SignDelivery", "school", true},
      {"SignDelivery", "baotou", true},
      {"SignDelivery", "registrar", false},
      {"SignDelivery", "self", false},
      {"RetryDelivery", "self", true},
      {"RetryDelivery", "school", false},
      {"BeginAttempt", "region", false},
      {"BeginAttempt", "self", true},
      {"Tick", "baotou", false},
      {"CloseTask", "registrar", true},
      {"CloseTask", "reader", false},
      {"SetContact", "school", true},
      {"SetContact", "reader", false},
  };
  struct frame *frame = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct actor actor = world_actor(frame->desk->world, cases[i].actor);
    const struct svc_command *command = ntf_api_commands;
    while (strcmp(command->name, cases[i].command) != 0)
      command++;
    assert_true(actor_has_role(&actor, command->roles) == cases[i].may);
  }
}

// Acknowledging always fits: only what makes something new is refused when space is short.
static void only_contacts_are_creations(void **state)
{
  for (const struct svc_command *command = ntf_api_commands; command->name; command++)
    assert_int_equal(command->class_, strcmp(command->name, "SetContact") == 0 ? SVC_CREATES : SVC_FINISHES);
  (void)state;
}

static void other_daemons_do_not_speak_for_the_channel(void **state)
{
  struct frame *frame = *state;
  struct decision *out = world_decision(frame->desk->world);
  struct svc_call call = frame_call(frame, "self");
  struct rule_context *ctx = (struct rule_context *)call.ctx;
  ctx->actor.name = "registryd";
  Ntf__BeginAttempt begin = NTF__BEGIN_ATTEMPT__INIT;
  Ntf__EndAttempt end = NTF__END_ATTEMPT__INIT;
  for (const struct svc_command *command = ntf_api_commands; command->name; command++) {
    const ProtobufCMessage *message = strcmp(command->name, "BeginAttempt") == 0 ? &begin.base
                                      : strcmp(command->name, "EndAttempt") == 0 ? &end.base
                                                                                 : NULL;
    if (message)
      assert_refused(out, command->decide(&call, message, out), "ROLE", "actor", "registryd", "roles", "self",
                     NULL);
  }
}

static int set_contact(struct frame *frame, const char *address, const char *secret, struct decision *out)
{
  Ntf__SetContact command = NTF__SET_CONTACT__INIT;
  Ntf__Contact contact = NTF__CONTACT__INIT;
  contact.party_kind = NTF__ADDRESSEE_KIND__ADDRESSEE_INSTITUTION;
  contact.party = (char *)world_id(frame->desk->world, "BT-EDU");
  contact.channel = PRG__CHANNEL_KIND__CHANNEL_WEBHOOK;
  contact.address = (char *)address;
  contact.secret = (char *)secret;
  command.contact = &contact;
  return frame_command(frame, "registrar", "SetContact", &command.base, out);
}

static void contacts_are_checked_against_the_configuration(void **state)
{
  static const struct {
    const char *address, *secret;
    bool may;
  } cases[] = {
      {"http://127.0.0.1:8080/hook", "test", true},     {"http://127.0.0.1:8080/hook", "other", false},
      {"http://127.0.0.2:8080/hook", "test", false},    {"https://hook.example.cn/", "test", false},
      {"http://me@127.0.0.1:8080/hook", "test", false}, {"", "", true},
  };
  struct frame *frame = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out = world_decision(frame->desk->world);
    int r = set_contact(frame, cases[i].address, cases[i].secret, out);
    if (cases[i].may)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "NO-04", "address", cases[i].address, "why", "*", NULL);
    if (cases[i].may && cases[i].address[0]) {
      const Ntf__Contact *set = ((const Ntf__ContactSet *)world_event(out, "ContactSet")->data)->contact;
      assert_string_equal(set->lane, "http://127.0.0.1:8080");
      assert_true(set->verified);
    }
  }
}

// The same upstream event twice, as after a crash or a feed that is followed anew.
static void upstream_events_raise_once(void **state)
{
  struct frame *frame = *state;
  struct desk *desk = frame->desk;
  ProtobufCMessage *event = desk_event(desk, "PlanApproved", &desk_plan(desk, 20, 16)->base);
  assert_int_equal(frame_event(frame, "dispatch", "e1", "PlanApproved", event)->n_events, 1);
  assert_string_equal(desk_notice(desk)->area, "dispatch");
  assert_int_equal(desk_notice(desk)->source_seq, 9);
  assert_int_equal(frame_event(frame, "dispatch", "e1", "PlanApproved", event)->n_events, 0);
  assert_int_equal(frame_event(frame, "dispatch", "e2", "PlanApproved", event)->n_events, 1);
}

static void records_are_projected(void **state)
{
  struct frame *frame = *state;
  struct desk *desk = frame->desk;
  Dsp__Assignment *assignment = desk_assignment(desk, "R01", "3115020201", "2115080201");
  frame_event(frame, "dispatch", "e1", "AssignmentProposed",
              desk_event(desk, "AssignmentProposed", &assignment->base));
  const Dsp__Assignment *seen = NULL;
  assert_ok(ntf_view_assignment(desk->view, assignment->id, &seen));
  assert_non_null(seen);
  Reg__Institution *school = world_institution(desk->world, "2115080201");
  school->name = "狼山镇学校";
  frame_event(frame, "registry", "e2", "InstitutionAmended",
              desk_event(desk, "InstitutionAmended", &school->base));
  struct svc_call call = frame_call(frame, "self");
  const Reg__Institution *amended = NULL;
  assert_ok(dir_institution(call.dir, school->id, &amended));
  assert_string_equal(amended->name, "狼山镇学校");
  for (const struct svc_follow *follow = ntf_api_follows; follow->area; follow++)
    if (follow->reset) assert_ok(follow->reset(&call));
  assert_ok(ntf_view_assignment(desk->view, assignment->id, &seen));
  assert_null(seen);
}

static void a_full_tick_asks_for_another(void **state)
{
  struct frame *frame = *state;
  struct desk *desk = frame->desk;
  char id[16];
  for (int i = 0; i < 32; i++) { // 64 deliveries
    snprintf(id, sizeof id, "e%d", i);
    desk_raise(desk, id, "PlanApproved", &desk_plan(desk, 1, 1)->base);
  }
  desk_at(desk, "2016-10-01");
  Ntf__Tick tick = NTF__TICK__INIT;
  struct decision *out = world_decision(desk->world);
  assert_accepted(out, frame_command(frame, "self", "Tick", &tick.base, out));
  assert_int_equal(frame->tick_at_us, desk->now_us);
  frame->tick_at_us = 0;
  out = world_decision(desk->world);
  assert_accepted(out, frame_command(frame, "self", "Tick", &tick.base, out));
  assert_int_equal(frame->tick_at_us, 0);
}

// A Tick that claims another hour makes nothing late.
static void a_tick_has_no_hour_of_its_own(void **state)
{
  struct frame *frame = *state;
  desk_raise(frame->desk, "e1", "PlanApproved", &desk_plan(frame->desk, 1, 1)->base);
  Ntf__Tick tick = NTF__TICK__INIT;
  tick.now_us = UINT64_MAX;
  struct decision *out = world_decision(frame->desk->world);
  assert_accepted(out, frame_command(frame, "self", "Tick", &tick.base, out));
  assert_int_equal(out->n_events, 0);
}

// Whatever a message holds, the answer is a success or a refusal, never a fault of the system; nothing is
// left behind.
static void fill(struct desk *desk, ProtobufCMessage *message, char *text)
{
  for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
    char *at = (char *)message + field->offset;
    if (field->label == PROTOBUF_C_LABEL_REPEATED) continue;
    if (field->type == PROTOBUF_C_TYPE_STRING) *(char **)at = text;
    if (field->type == PROTOBUF_C_TYPE_UINT32) *(uint32_t *)at = UINT32_MAX;
    if (field->type == PROTOBUF_C_TYPE_ENUM) *(int *)at = 2;
    if (field->type != PROTOBUF_C_TYPE_MESSAGE) continue;
    const ProtobufCMessageDescriptor *type = field->descriptor;
    ProtobufCMessage *inner = arena_alloc(desk->arena, type->sizeof_message);
    protobuf_c_message_init(type, inner);
    fill(desk, inner, text);
    *(ProtobufCMessage **)at = inner;
  }
}

static void ask_everything(struct frame *frame, const ProtobufCServiceDescriptor *service, bool query,
                           char *text)
{
  static const char *const actors[] = {"self", "region", "school", "stranger", "registrar"};
  struct desk *desk = frame->desk;
  for (unsigned i = 0; i < service->n_methods; i++)
    for (size_t a = 0; a < sizeof actors / sizeof *actors; a++) {
      const ProtobufCMessageDescriptor *type = service->methods[i].input;
      ProtobufCMessage *message = arena_alloc(desk->arena, type->sizeof_message);
      protobuf_c_message_init(type, message);
      if (text) fill(desk, message, text);
      struct decision *out = world_decision(desk->world);
      int r = query ? frame_query(frame, actors[a], service->methods[i].name, message, out)
                    : frame_command(frame, actors[a], service->methods[i].name, message, out);
      if (r < 0) fail_msg("%s: %s", service->methods[i].name, strerror(-r));
      if (r > 0) assert_int_equal(out->n_events, 0);
    }
}

static void no_input_is_a_fault_of_the_system(void **state)
{
  struct frame *frame = *state;
  char *long_text = arena_alloc(frame->desk->arena, 5001);
  memset(long_text, 'x', 5000);
  char *const texts[] = {NULL,           "",        "x",
                         "\xe4\xb8\xad", "0",       "../../x",
                         "{word}",       long_text, (char *)world_id(frame->desk->world, "BT-EDU")};
  desk_raise(frame->desk, "e1", "PlanApproved", &desk_plan(frame->desk, 1, 1)->base);
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    ask_everything(frame, &ntf__commands__descriptor, false, texts[i]);
    ask_everything(frame, &ntf__queries__descriptor, true, texts[i]);
  }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_catalogue_is_bound),
      TEST(roles_of_the_commands),
      cmocka_unit_test(only_contacts_are_creations),
      TEST(other_daemons_do_not_speak_for_the_channel),
      TEST(contacts_are_checked_against_the_configuration),
      TEST(upstream_events_raise_once),
      TEST(records_are_projected),
      TEST(a_full_tick_asks_for_another),
      TEST(a_tick_has_no_hour_of_its_own),
      TEST(no_input_is_a_fault_of_the_system),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
