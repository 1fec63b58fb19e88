// The JSON mapping: both ways for every type of the catalogue with random contents, and value by value.
#include "common/base/pb.h"
#include "proto/dispatch.pb-c.h"
#include "proto/ops.pb-c.h"
#include "proto/registry.pb-c.h"
#include "services/cli/pbjson.h"
#include "shape.pb-c.h"
#include "tests/fuzz/frames/types.h"
#include "tests/unit/cli/clilib.h"
#include <string.h>

// ---- random messages ----

static ProtobufCMessage *random_message(const ProtobufCMessageDescriptor *descriptor, uint64_t *seed,
                                        struct arena *arena, int depth);

static char *random_text(uint64_t *seed, struct arena *arena)
{
  static const char *const parts[] = {"校", "é", "𰻝", "\"", "\\", "\n", " ", "a", "{", "\x7f"};
  char *text = arena_alloc(arena, 64);
  for (uint32_t n = test_random_below(seed, 10); n > 0; n--)
    strcat(text, parts[test_random_below(seed, sizeof parts / sizeof *parts)]);
  return text;
}

static void random_value(const ProtobufCFieldDescriptor *field, void *at, uint64_t *seed, struct arena *arena,
                         int depth)
{
  static const uint64_t edges[] = {0, 1, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX, (uint64_t)INT64_MIN};
  uint64_t number = test_random_below(seed, 3) ? test_random(seed) : edges[test_random_below(seed, 7)];
  switch (field->type) {
  case PROTOBUF_C_TYPE_STRING:
    *(char **)at = random_text(seed, arena);
    break;
  case PROTOBUF_C_TYPE_BYTES: {
    ProtobufCBinaryData *bytes = at;
    bytes->len = test_random_below(seed, 20);
    bytes->data = arena_alloc(arena, 24);
    for (size_t i = 0; i < bytes->len; i++)
      bytes->data[i] = (uint8_t)test_random(seed);
    break;
  }
  case PROTOBUF_C_TYPE_BOOL:
    *(protobuf_c_boolean *)at = (protobuf_c_boolean)(number & 1);
    break;
  case PROTOBUF_C_TYPE_ENUM: {
    const ProtobufCEnumDescriptor *words = field->descriptor;
    *(int *)at = words->values[test_random_below(seed, words->n_values)].value;
    break;
  }
  case PROTOBUF_C_TYPE_DOUBLE:
    *(double *)at = (double)(int64_t)number / 1024;
    break;
  case PROTOBUF_C_TYPE_MESSAGE:
    *(ProtobufCMessage **)at = random_message(field->descriptor, seed, arena, depth + 1);
    break;
  case PROTOBUF_C_TYPE_INT32:
  case PROTOBUF_C_TYPE_UINT32:
  case PROTOBUF_C_TYPE_FIXED32:
  case PROTOBUF_C_TYPE_SINT32:
    *(uint32_t *)at = (uint32_t)number;
    break;
  default:
    *(uint64_t *)at = number;
  }
}

static size_t value_size(ProtobufCType type)
{
  switch (type) {
  case PROTOBUF_C_TYPE_BYTES:
    return sizeof(ProtobufCBinaryData);
  case PROTOBUF_C_TYPE_ENUM:
  case PROTOBUF_C_TYPE_BOOL:
  case PROTOBUF_C_TYPE_INT32:
  case PROTOBUF_C_TYPE_UINT32:
  case PROTOBUF_C_TYPE_FIXED32:
  case PROTOBUF_C_TYPE_SINT32:
    return 4;
  default:
    return 8;
  }
}

static void random_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, uint64_t *seed,
                         struct arena *arena, int depth)
{
  uint8_t *base = (uint8_t *)message;
  if (field->label == PROTOBUF_C_LABEL_REPEATED) {
    size_t n = test_random_below(seed, 4), size = value_size(field->type);
    uint8_t *values = arena_alloc_array(arena, 4, size);
    for (size_t i = 0; i < n; i++)
      random_value(field, values + i * size, seed, arena, depth);
    *(size_t *)(base + field->quantifier_offset) = n;
    *(void **)(base + field->offset) = values;
  } else if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
    if (*(uint32_t *)(base + field->quantifier_offset)) return; // another one was chosen
    *(uint32_t *)(base + field->quantifier_offset) = field->id;
    random_value(field, base + field->offset, seed, arena, depth);
  } else {
    random_value(field, base + field->offset, seed, arena, depth);
  }
}

static ProtobufCMessage *random_message(const ProtobufCMessageDescriptor *descriptor, uint64_t *seed,
                                        struct arena *arena, int depth)
{
  ProtobufCMessage *message = arena_alloc(arena, descriptor->sizeof_message);
  assert_non_null(message);
  descriptor->message_init(message);
  for (unsigned i = 0; i < descriptor->n_fields; i++) {
    bool deep = descriptor->fields[i].type == PROTOBUF_C_TYPE_MESSAGE && depth > 4;
    if (!deep && test_random_below(seed, 3))
      random_field(message, &descriptor->fields[i], seed, arena, depth);
  }
  return message;
}

// Message -> JSON text -> message: the same bytes on the wire.
static void check_both_ways(const ProtobufCMessage *message, struct arena *arena)
{
  struct pbjson_fault fault;
  uint8_t *before, *after;
  json_t *json = pbjson_write(message);
  assert_non_null(json);
  char *text = json_dumps(json, 0);
  json_t *again = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(again);
  ProtobufCMessage *back = pbjson_read(message->descriptor, again, arena, &fault);
  if (!back) fail_msg("%s: %s: %s in %s", message->descriptor->name, fault.path, fault.text, text);
  size_t length = pb_pack(arena, message, &before), length_after = pb_pack(arena, back, &after);
  if (length != length_after || memcmp(before, after, length) != 0)
    fail_msg("%s changed by way of %s", message->descriptor->name, text);
  free(text);
  json_decref(json);
  json_decref(again);
}

static void test_every_type(void **state)
{
  (void)state;
  uint64_t seed = test_seed();
  struct arena *arena = NULL;
  assert_ok(arena_new(64u << 20, &arena));
  for (size_t i = 0; i < types_count(); i++)
    for (int n = 0; n < 20; n++, arena_reset(arena))
      check_both_ways(random_message(types_at(i), &seed, arena, 0), arena);
  for (int n = 0; n < 200; n++, arena_reset(arena)) // oneofs, negative enums, recursion
    check_both_ways(random_message(&shape__node__descriptor, &seed, arena, 0), arena);
  arena_free(arena);
}

static void test_samples(void **state)
{
  (void)state;
  struct arena *arena = NULL;
  assert_ok(arena_new(4u << 20, &arena));
  for (size_t i = 0; i < types_count(); i++, arena_reset(arena))
    check_both_ways(types_sample(types_at(i), arena), arena);
  arena_free(arena);
}

// ---- value by value ----

// What is read, and how it is written again; or where and how it is refused.
static const struct value_case {
  const ProtobufCMessageDescriptor *type;
  const char *in, *out;
  const char *path, *text, *near; // out NULL
} cases[] = {
    {&reg__get_by_ref__descriptor, "{}", "{}", NULL, NULL, NULL},
    {&reg__get_by_ref__descriptor, "{\"ref\": \"2115000001\"}", "{\"ref\":\"2115000001\"}", NULL, NULL, NULL},
    {&reg__get_by_ref__descriptor, "{\"ref\": null}", "{}", NULL, NULL, NULL},
    {&reg__get_by_ref__descriptor, "{\"ref\": 7}", NULL, "ref", "a text in quotes is expected", ""},
    {&reg__get_by_ref__descriptor, "{\"reff\": \"x\"}", NULL, "reff", "GetByRef has no such field", "ref"},
    {&reg__get_by_ref__descriptor, "{\"something\": 1}", NULL, "something", "GetByRef has no such field", ""},
    {&reg__get_by_ref__descriptor, "[]", NULL, "", "an object {..} is expected", ""},
    {&reg__get_by_ref__descriptor, "{\"ref\": \"a\\u0000b\"}", NULL, "ref",
     "the text contains a NUL character", ""},
    // enums: full name, short word, number
    {&reg__list_institutions__descriptor, "{\"kind\": \"KIND_SCHOOL\"}", "{\"kind\":\"KIND_SCHOOL\"}", NULL,
     NULL, NULL},
    {&reg__list_institutions__descriptor, "{\"kind\": \"SCHOOL\"}", "{\"kind\":\"KIND_SCHOOL\"}", NULL, NULL,
     NULL},
    {&reg__list_institutions__descriptor, "{\"kind\": 3}", "{\"kind\":\"KIND_SCHOOL\"}", NULL, NULL, NULL},
    {&reg__list_institutions__descriptor, "{\"kind\": \"KIND_UNSPECIFIED\"}", "{}", NULL, NULL, NULL},
    {&reg__list_institutions__descriptor, "{\"kind\": \"SCHOL\"}", NULL, "kind",
     "SCHOL is no word of InstitutionKind", "SCHOOL"},
    {&reg__list_institutions__descriptor, "{\"kind\": 99}", NULL, "kind",
     "a word of InstitutionKind is expected", ""},
    {&reg__list_institutions__descriptor, "{\"kind\": true}", NULL, "kind",
     "a word of InstitutionKind is expected", ""},
    // nesting and lists
    {&reg__register_institution__descriptor, "{\"institution\": {\"tags\": [\"quality\", \"weak\"]}}",
     "{\"institution\":{\"tags\":[\"quality\",\"weak\"]}}", NULL, NULL, NULL},
    {&reg__register_institution__descriptor, "{\"institution\": {\"tags\": \"quality\"}}", NULL,
     "institution.tags", "a list [..] is expected", ""},
    {&reg__register_institution__descriptor, "{\"institution\": {\"tags\": [\"a\", null]}}", NULL,
     "institution.tags[1]", "a list has no empty entries", ""},
    {&reg__draft_agreement__descriptor, "{\"parties\": [{}, {\"rol\": \"PARTY_A\"}]}", NULL, "parties[1].rol",
     "AgreementParty has no such field", "role"},
    {&reg__draft_agreement__descriptor, "{\"parties\": [[]]}", NULL, "parties[0]",
     "an object {..} is expected", ""},
    // numbers
    {&reg__institution__descriptor, "{\"rev\": 18446744073709551615}", NULL, NULL, NULL,
     NULL}, // no JSON integer
    {&reg__institution__descriptor, "{\"rev\": \"18446744073709551615\"}",
     "{\"rev\":\"18446744073709551615\"}", NULL, NULL, NULL},
    {&reg__institution__descriptor, "{\"rev\": 7}", "{\"rev\":\"7\"}", NULL, NULL, NULL},
    {&reg__institution__descriptor, "{\"rev\": 7.0}", "{\"rev\":\"7\"}", NULL, NULL, NULL},
    {&reg__institution__descriptor, "{\"rev\": 7.5}", NULL, "rev", "a whole number is expected", ""},
    {&reg__institution__descriptor, "{\"rev\": -1}", NULL, "rev", "the number is out of range", ""},
    {&reg__institution__descriptor, "{\"rev\": \"18446744073709551616\"}", NULL, "rev",
     "a whole number is expected", ""},
    {&reg__institution__descriptor, "{\"rev\": \"7x\"}", NULL, "rev", "a whole number is expected", ""},
    {&reg__institution__descriptor, "{\"rev\": \"\"}", NULL, "rev", "a whole number is expected", ""},
    {&dsp__plan_line__descriptor, "{\"no\": 4294967295}", "{\"no\":4294967295}", NULL, NULL, NULL},
    {&dsp__plan_line__descriptor, "{\"no\": \"12\"}", "{\"no\":12}", NULL, NULL, NULL},
    {&dsp__plan_line__descriptor, "{\"no\": 4294967296}", NULL, "no", "the number is out of range", ""},
    {&dsp__match_line__descriptor, "{\"cost\": [-5, \"-9223372036854775808\", \"9223372036854775807\"]}",
     "{\"cost\":[\"-5\",\"-9223372036854775808\",\"9223372036854775807\"]}", NULL, NULL, NULL},
    {&dsp__match_line__descriptor, "{\"cost\": [\"-9223372036854775809\"]}", NULL, "cost[0]",
     "the number is out of range", ""},
    {&ops__stat__descriptor, "{\"value\": 1.5}", "{\"value\":1.5}", NULL, NULL, NULL},
    {&ops__stat__descriptor, "{\"value\": 2}", "{\"value\":2.0}", NULL, NULL, NULL},
    {&ops__stat__descriptor, "{\"value\": \"NaN\"}", "{\"value\":\"NaN\"}", NULL, NULL, NULL},
    {&ops__stat__descriptor, "{\"value\": \"-Infinity\"}", "{\"value\":\"-Infinity\"}", NULL, NULL, NULL},
    {&ops__stat__descriptor, "{\"value\": \"much\"}", NULL, "value", "a number is expected", ""},
    // flags
    {&reg__institution__descriptor, "{\"legal_person\": true}", "{\"legal_person\":true}", NULL, NULL, NULL},
    {&reg__institution__descriptor, "{\"legal_person\": false}", "{}", NULL, NULL, NULL},
    {&reg__institution__descriptor, "{\"legal_person\": \"true\"}", NULL, "legal_person",
     "true or false is expected", ""},
    // bytes
    {&reg__person__descriptor, "{\"sealed\": \"AQID\"}", "{\"sealed\":\"AQID\"}", NULL, NULL, NULL},
    {&reg__person__descriptor, "{\"sealed\": \"AQI=\"}", "{\"sealed\":\"AQI=\"}", NULL, NULL, NULL},
    {&reg__person__descriptor, "{\"sealed\": \"AQI\"}", "{\"sealed\":\"AQI=\"}", NULL, NULL, NULL},
    {&reg__person__descriptor, "{\"sealed\": \"-_8=\"}", "{\"sealed\":\"+/8=\"}", NULL, NULL, NULL},
    {&reg__person__descriptor, "{\"sealed\": \"-_8\"}", "{\"sealed\":\"+/8=\"}", NULL, NULL, NULL},
    {&reg__person__descriptor, "{\"sealed\": \"!!\"}", NULL, "sealed", "bytes in base64 are expected", ""},
    {&reg__person__descriptor, "{\"sealed\": 5}", NULL, "sealed", "bytes in base64 are expected", ""},
    // oneofs
    {&shape__node__descriptor, "{\"word\": \"\"}", "{\"word\":\"\"}", NULL, NULL, NULL},
    {&shape__node__descriptor, "{\"word\": \"a\", \"tint\": \"RED\"}", NULL, "tint",
     "only one of the alternatives may be given", ""},
    {&shape__node__descriptor, "{\"loose\": \"NOBODY\"}", "{\"loose\":\"NOBODY\"}", NULL, NULL, NULL},
};

static void check_case(const struct value_case *c)
{
  struct pbjson_fault fault;
  json_t *json = json_loads(c->in, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
  if (!c->out && !c->path) {
    assert_null(json);
    return;
  }
  assert_non_null(json);
  ProtobufCMessage *message = pbjson_read(c->type, json, cli->arena, &fault);
  json_decref(json);
  if (!c->out) {
    if (message) fail_msg("taken: %s", c->in);
    assert_string_equal(fault.path, c->path);
    assert_string_equal(fault.text, c->text);
    assert_string_equal(fault.near, c->near);
    return;
  }
  if (!message) fail_msg("%s: %s: %s", c->in, fault.path, fault.text);
  json_t *back = pbjson_write(message);
  char *text = json_dumps(back, JSON_COMPACT);
  assert_string_equal(text, c->out);
  free(text);
  json_decref(back);
}

static void test_values(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    check_case(&cases[i]);
}

// Whatever a text is changed to, it is read or refused with a reason; what was read is written and read again
// the same.
static void test_mutations(void **state)
{
  (void)state;
  static const char *const bits[] = {
      "null", "true", "-1", "1e99", "\"\"", "[]", "{}", "[[]]", "\"KIND_SCHOOL\"", "\"a\":"};
  uint64_t seed = test_seed();
  struct arena *arena = NULL;
  assert_ok(arena_new(8u << 20, &arena));
  for (int i = 0; i < 20000; i++, arena_reset(arena)) {
    const ProtobufCMessageDescriptor *type = types_at(test_random_below(&seed, (uint32_t)types_count()));
    json_t *json = pbjson_write(types_sample(type, arena));
    char *text = json_dumps(json, JSON_COMPACT), changed[128 * 1024];
    json_decref(json);
    size_t at = test_random_below(&seed, (uint32_t)strlen(text)), skip = test_random_below(&seed, 8);
    if (at + skip > strlen(text)) skip = 0;
    snprintf(changed, sizeof changed, "%.*s%s%s", (int)at, text, bits[test_random_below(&seed, 10)],
             text + at + skip);
    free(text);
    json = json_loads(changed, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
    struct pbjson_fault fault;
    ProtobufCMessage *message = json ? pbjson_read(type, json, arena, &fault) : NULL;
    if (json && !message) assert_true(fault.text[0]);
    if (message) check_both_ways(message, arena);
    json_decref(json);
  }
  arena_free(arena);
}

// Nesting is bounded, and a message that does not fit the arena is refused, not crashed upon.
static void test_bounds(void **state)
{
  (void)state;
  json_t *deep = json_object();
  for (int i = 0; i < PBJSON_MAX_DEPTH + 1; i++) {
    json_t *outer = json_object();
    json_object_set_new(outer, "child", deep);
    deep = outer;
  }
  struct pbjson_fault fault;
  assert_null(pbjson_read(&shape__node__descriptor, deep, cli->arena, &fault));
  assert_string_equal(fault.text, "nested too deeply");
  json_decref(deep);

  struct arena *small = NULL;
  assert_ok(arena_new(4096, &small));
  json_t *wide = json_object(), *list = json_array();
  for (int i = 0; i < 1000; i++)
    json_array_append_new(list, json_string("a text of some length"));
  json_object_set_new(wide, "texts", list);
  assert_null(pbjson_read(&shape__node__descriptor, wide, small, &fault));
  assert_string_equal(fault.text, "the message is too large");
  json_decref(wide);
  arena_free(small);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_type), cmocka_unit_test(test_samples),
                                     cmocka_unit_test(test_values), cmocka_unit_test(test_mutations),
                                     cmocka_unit_test(test_bounds)};
  return cmocka_run_group_tests(tests, clilib_setup, clilib_teardown);
}
