#include "common/base/pb.h"
#include "common/base/pb_scan.h"
#include <stdio.h>
#include <string.h>

struct walk {
  struct pb_fault *fault;
  unsigned unknown;
};

// Well-formed UTF-8 as of Unicode table 3-7: no overlong forms, no surrogates, nothing past U+10FFFF.
static bool utf8_valid(const char *text)
{
  const uint8_t *p = (const uint8_t *)text;
  while (*p) {
    uint8_t lead = *p++;
    if (lead < 0x80) continue;
    if (lead < 0xc2 || lead > 0xf4) return false;
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (*p < low || *p > high) return false; // also at the end: NUL is below every low
    p++;
    for (int rest = lead >= 0xf0 ? 2 : lead >= 0xe0 ? 1 : 0; rest > 0; rest--, p++)
      if ((*p & 0xc0) != 0x80) return false;
  }
  return true;
}

static bool walk_message(struct walk *walk, const ProtobufCMessage *message, unsigned depth);

// One value of a field; at is where it lies in the struct or array.
static bool walk_value(struct walk *walk, const ProtobufCFieldDescriptor *field, const void *at,
                       unsigned depth)
{
  switch (field->type) {
  case PROTOBUF_C_TYPE_STRING: {
    const char *text = *(char *const *)at;
    return !text || utf8_valid(text) || pb_fault_set(walk->fault, "utf8");
  }
  case PROTOBUF_C_TYPE_ENUM:
    return protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)at) ||
           pb_fault_set(walk->fault, "enum");
  case PROTOBUF_C_TYPE_MESSAGE: {
    const ProtobufCMessage *inner = *(ProtobufCMessage *const *)at;
    return !inner || walk_message(walk, inner, depth + 1);
  }
  default:
    return true;
  }
}

static size_t value_size(const ProtobufCFieldDescriptor *field)
{
  return field->type == PROTOBUF_C_TYPE_ENUM ? sizeof(int) : sizeof(void *); // only these types are walked
}

static bool walk_field(struct walk *walk, const ProtobufCMessage *message,
                       const ProtobufCFieldDescriptor *field, unsigned depth)
{
  const uint8_t *base = (const uint8_t *)message;
  if (field->label != PROTOBUF_C_LABEL_REPEATED) {
    bool absent = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
                  *(const uint32_t *)(base + field->quantifier_offset) != field->id;
    if (absent || walk_value(walk, field, base + field->offset, depth)) return true;
    pb_fault_prepend(walk->fault, field->name, -1);
    return false;
  }
  size_t n = *(const size_t *)(base + field->quantifier_offset);
  const uint8_t *values = *(uint8_t *const *)(base + field->offset);
  for (size_t i = 0; i < n; i++)
    if (!walk_value(walk, field, values + i * value_size(field), depth)) {
      pb_fault_prepend(walk->fault, field->name, (long)i);
      return false;
    }
  return true;
}

static bool walk_message(struct walk *walk, const ProtobufCMessage *message, unsigned depth)
{
  if (depth > PB_MAX_DEPTH) return pb_fault_set(walk->fault, "too_deep");
  walk->unknown += message->n_unknown_fields;
  if (walk->unknown > PB_MAX_UNKNOWN) return pb_fault_set(walk->fault, "unknown_fields");
  const ProtobufCMessageDescriptor *descriptor = message->descriptor;
  for (unsigned i = 0; i < descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
    bool walked = field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_ENUM ||
                  field->type == PROTOBUF_C_TYPE_MESSAGE;
    if (walked && !walk_field(walk, message, field, depth)) return false;
  }
  return true;
}

bool pb_check(const ProtobufCMessage *message, struct pb_fault *fault)
{
  struct walk walk = {.fault = fault};
  return walk_message(&walk, message, 1);
}

ProtobufCMessage *pb_admit(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t length,
                           struct arena *arena, struct pb_fault *fault)
{
  if (length > PB_MAX_LENGTH) {
    pb_fault_set(fault, "too_big");
    return NULL;
  }
  if (!pb_scan(descriptor, data, length, fault)) return NULL;
  ProtobufCMessage *message = protobuf_c_message_unpack(descriptor, arena_allocator(arena), length, data);
  if (!message) {
    pb_fault_set(fault, arena_exhausted(arena) ? "too_big" : "decode");
    return NULL;
  }
  return pb_check(message, fault) ? message : NULL;
}

size_t pb_pack(struct arena *arena, const ProtobufCMessage *message, uint8_t **ret)
{
  size_t size = protobuf_c_message_get_packed_size(message);
  *ret = arena_alloc(arena, size);
  return *ret ? protobuf_c_message_pack(message, *ret) : 0;
}

// Length of what all value names begin with, cut after its last '_': "KIND_" of KIND_UNSPECIFIED,
// KIND_SCHOOL.
static size_t prefix_length(const ProtobufCEnumDescriptor *descriptor)
{
  const char *first = descriptor->values_by_name[0].name;
  size_t common = strlen(first);
  for (unsigned i = 1; i < descriptor->n_value_names; i++) {
    const char *other = descriptor->values_by_name[i].name;
    size_t n = 0;
    while (n < common && first[n] == other[n])
      n++;
    common = n;
  }
  while (common > 0 && first[common - 1] != '_')
    common--;
  return common;
}

const char *pb_enum_word(const ProtobufCEnumDescriptor *descriptor, int value)
{
  const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value(descriptor, value);
  return found ? found->name + prefix_length(descriptor) : NULL;
}

int pb_enum_value(const ProtobufCEnumDescriptor *descriptor, const char *word)
{
  char name[128];
  const ProtobufCEnumValue *found = protobuf_c_enum_descriptor_get_value_by_name(descriptor, word);
  if (!found) {
    int n = snprintf(name, sizeof name, "%.*s%s", (int)prefix_length(descriptor),
                     descriptor->values_by_name[0].name, word);
    if (n < 0 || (size_t)n >= sizeof name) return -1;
    found = protobuf_c_enum_descriptor_get_value_by_name(descriptor, name);
  }
  return found && found->value != 0 ? found->value : -1;
}
