// Commands of nonsense: every field of every command drawn at random from ids of the wrong kind, wrong dates,
// other people's records and right values. No command may fail as a system error, leave a part of an event
// behind when it is refused, or answer with an unfinished text; what is accepted must be stored whole.
#include "common/base/pb.h"
#include "services/dispatch/api.h"
#include "services/dispatch/rules/match_run.h"
#include "tests/rules/dispatch/desk.h"
#include <stdlib.h>
#include <string.h>

enum { ROUNDS = 25, STEPS = 160, WORDS_MAX = 96, LIST_MAX = 4 };

struct hostile {
  struct desk *desk;
  uint64_t seed;
  char *words[WORDS_MAX]; // what a text field may get
  size_t n;
  size_t accepted, refused;
};

static void learn(struct hostile *h, const char *word)
{
  if (h->n < WORDS_MAX) h->words[h->n++] = (char *)word;
}

static void learn_all(struct hostile *h)
{
  static const char *const words[] = {
      "",
      "x",
      "nmg-framework",
      "retired_teaching",
      "principal_post",
      "kg_shadow",
      "teacher_visit",
      "2016",
      "2016-2017",
      "2017-2018",
      "2016-09-01",
      "2016-10-10",
      "2016-11-10",
      "2017-09-01",
      "2016-02-30",
      "9999-99-99",
      "2016-09",
      "HEALTH",
      "PROMOTED_TO",
      "13",
      "巴教派〔2016〕1号",
      "{who}",
      "%s%n",
      "../../etc",
  };
  static const char *const named[] = {
      "BT-EDU",     "BY-EDU", "NM-EDU", "LH-EDU", "2115020301", "2115080201", "2115080202", "3115082301",
      "1115020301", "R11",    "R12",    "R01",    "P01",        "P02",        "T01",        "K01"};
  h->n = 0;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    learn(h, words[i]);
  for (size_t i = 0; i < sizeof named / sizeof named[0]; i++)
    learn(h, desk_id(h->desk, named[i]));
  learn(h, h->desk->agreement->id);
  learn(h, h->desk->primary->id);
  learn(h, h->desk->kindergarten->id);
}

static char *long_text(struct hostile *h)
{
  size_t length = 1 + test_random_below(&h->seed, 3000);
  char *text = arena_alloc(h->desk->world->arena, length + 1);
  memset(text, 'y', length);
  return text;
}

static char *draw_text(struct hostile *h)
{
  if (test_random_below(&h->seed, 40) == 0) return long_text(h);
  return h->words[test_random_below(&h->seed, (uint32_t)h->n)];
}

static uint32_t draw_number(struct hostile *h)
{
  static const uint32_t numbers[] = {0, 1, 2, 3, 50, 100, 101, 10001, UINT32_MAX};
  return numbers[test_random_below(&h->seed, sizeof numbers / sizeof numbers[0])];
}

static ProtobufCMessage *draw_message(struct hostile *h, const ProtobufCMessageDescriptor *type, int depth);

static void draw_value(struct hostile *h, const ProtobufCFieldDescriptor *field, void *at, int depth)
{
  switch (field->type) {
  case PROTOBUF_C_TYPE_STRING:
    *(char **)at = draw_text(h);
    break;
  case PROTOBUF_C_TYPE_MESSAGE:
    *(ProtobufCMessage **)at = draw_message(h, field->descriptor, depth + 1);
    break;
  case PROTOBUF_C_TYPE_BOOL:
    *(protobuf_c_boolean *)at = (int)test_random_below(&h->seed, 2);
    break;
  case PROTOBUF_C_TYPE_ENUM: { // known values only: the frame refuses others
    const ProtobufCEnumDescriptor *words = field->descriptor;
    *(int *)at = words->values[test_random_below(&h->seed, words->n_values)].value;
    break;
  }
  case PROTOBUF_C_TYPE_UINT64:
    *(uint64_t *)at = test_random(&h->seed);
    break;
  default:
    *(uint32_t *)at = draw_number(h);
  }
}

static void draw_list(struct hostile *h, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                      int depth)
{
  size_t n = test_random_below(&h->seed, LIST_MAX);
  void **list = ARENA_ARRAY(h->desk->world->arena, void *, LIST_MAX);
  for (size_t i = 0; i < n; i++)
    draw_value(h, field, &list[i], depth); // texts and messages only: pointers
  *(void ***)((char *)message + field->offset) = list;
  *(size_t *)((char *)message + field->quantifier_offset) = n;
}

static ProtobufCMessage *draw_message(struct hostile *h, const ProtobufCMessageDescriptor *type, int depth)
{
  ProtobufCMessage *message = arena_alloc(h->desk->world->arena, type->sizeof_message);
  assert_non_null(message);
  protobuf_c_message_init(type, message);
  for (unsigned i = 0; i < type->n_fields && depth < 4; i++) {
    const ProtobufCFieldDescriptor *field = &type->fields[i];
    bool message_left_out = field->type == PROTOBUF_C_TYPE_MESSAGE && test_random_below(&h->seed, 6) == 0;
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
      draw_list(h, message, field, depth);
    else if (!message_left_out)
      draw_value(h, field, (char *)message + field->offset, depth);
  }
  return message;
}

// ---- one command

static void check_refusal(struct hostile *h, const struct svc_command *row, int r, const struct decision *out)
{
  const Bus__Status *status = status_of_reason(h->desk->world->arena, (enum reason)r, out);
  assert_non_null(status);
  assert_int_equal(out->reason, r);
  if (!status->message_zh[0] || !status->message_en[0]) fail_msg("%s: a refusal without words", row->name);
  // {who} may come from a value; a name that nobody filled may not.
  for (size_t i = 0; i < out->n_params; i++)
    assert_non_null(out->params[i].value);
  h->refused++;
}

static void check_acceptance(struct hostile *h, const struct decision *out)
{
  assert_int_equal(out->reason, REASON_NONE);
  assert_non_null(out->reply);
  for (const struct decided_event *event = out->first; event; event = event->next) {
    uint8_t *bytes;
    assert_true(event->head.subject[0] && event->head.rev > 0 && event->head.n_units > 0);
    assert_true(pb_pack(h->desk->world->arena, event->data, &bytes) > 0);
    assert_ok(dsp_state_apply(h->desk->state, h->desk->txn, event->data));
    const ProtobufCFieldDescriptor *first = &event->data->descriptor->fields[0];
    const ProtobufCMessage *record = *(ProtobufCMessage *const *)((const char *)event->data + first->offset);
    learn(h, *(char *const *)((const char *)record + record->descriptor->fields[0].offset)); // its id
  }
  h->accepted++;
}

static void call(struct hostile *h, const struct svc_command *row, const ProtobufCMessage *command)
{
  static const char *const actors[] = {"baotou+bayannur+region",
                                       "baotou+bayannur+region",
                                       "baotou",
                                       "bayannur",
                                       "region",
                                       "school",
                                       "stranger",
                                       "self"};
  static const char *const days[] = {"2016-08-20", "2016-09-01", "2016-10-10", "2016-11-10", "2017-09-01"};
  struct decision *out = world_decision(h->desk->world);
  struct rule_context *ctx =
      desk_context(h->desk, actors[test_random_below(&h->seed, 8)], days[test_random_below(&h->seed, 5)],
                   test_random_below(&h->seed, 8) == 0);
  struct svc_call svc = {.state = h->desk->state,
                         .txn = h->desk->txn,
                         .arena = h->desk->world->arena,
                         .dir = h->desk->world->dir,
                         .ctx = ctx};
  int r = row->decide(&svc, command, out);
  if (r < 0) fail_msg("%s: system error %d", row->name, r);
  if (r > 0)
    check_refusal(h, row, r, out);
  else
    check_acceptance(h, out);
}

static const ProtobufCMessageDescriptor *input_of(const struct svc_command *row)
{
  return protobuf_c_service_descriptor_get_method_by_name(&dsp__commands__descriptor, row->name)->input;
}

// Some right records, so that random steps meet something they could move.
static void furnish(struct hostile *h)
{
  struct desk *desk = h->desk;
  const char *plan = desk_approved(desk, "2115080201 PRIMARY 13 2 1|2115080202 - - 1 0");
  learn(h, plan);
  learn(h, desk_nominated(desk, "R11", "2115080201"));
  struct desk_posting teacher = {.person = "R12", .host = "2115080201", .plan = plan};
  learn(h, desk_proposed(desk, &teacher));
  for (int state = DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ACCEPTED;
       state < DSP__ASSIGNMENT_STATUS__ASSIGNMENT_SUSPENDED; state++) {
    if (state == DSP__ASSIGNMENT_STATUS__ASSIGNMENT_DECLINED) continue;
    char *person = arena_printf(desk->world->arena, "P%02d", state + 2);
    struct desk_posting principal = {.person = person, .host = "2115020301"};
    learn(h, desk_posting_in(desk, &principal, (Dsp__AssignmentStatus)state));
  }
  Dsp__RunMatch run = DSP__RUN_MATCH__INIT;
  run.plan = (char *)plan;
  struct outcome outcome = DO(desk, "baotou", "2016-08-20", dsp_match_run, &run);
  assert_accepted(outcome.out, outcome.r);
  learn(h, ((const Dsp__MatchReply *)outcome.out->reply)->run->id);
}

static void nonsense_is_refused_politely(void **state)
{
  uint64_t seed = test_seed();
  size_t accepted = 0, refused = 0, n = 0;
  (void)state;
  while (dsp_api_commands[n].name)
    n++;
  for (int round = 0; round < ROUNDS; round++) {
    struct hostile h = {.desk = desk_new(), .seed = test_random(&seed)};
    learn_all(&h);
    furnish(&h);
    for (int i = 0; i < STEPS; i++) {
      const struct svc_command *row = &dsp_api_commands[test_random_below(&h.seed, (uint32_t)n)];
      call(&h, row, draw_message(&h, input_of(row), 0));
    }
    accepted += h.accepted;
    refused += h.refused;
    assert_false(arena_exhausted(h.desk->world->arena));
    desk_free(h.desk);
  }
  print_message("%zu accepted, %zu refused\n", accepted, refused);
  assert_true(accepted > 0 && refused > accepted);
}

// Nothing filled in at all.
static void empty_commands(void **state)
{
  struct hostile h = {.desk = *state, .seed = 1};
  learn(&h, "");
  for (const struct svc_command *row = dsp_api_commands; row->name; row++) {
    const ProtobufCMessageDescriptor *type = input_of(row);
    ProtobufCMessage *command = arena_alloc(h.desk->world->arena, type->sizeof_message);
    protobuf_c_message_init(type, command);
    for (int i = 0; i < 12; i++)
      call(&h, row, command);
  }
  assert_true(h.refused > 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nonsense_is_refused_politely),
      cmocka_unit_test_setup_teardown(empty_commands, desk_setup, desk_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
