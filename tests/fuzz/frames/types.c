#include "tests/fuzz/frames/types.h"
#include "proto/dispatch.pb-c.h"
#include "proto/envelope.pb-c.h"
#include "proto/notify.pb-c.h"
#include "proto/ops.pb-c.h"
#include "proto/registry.pb-c.h"
#include "proto/registry_service.pb-c.h"
#include <string.h>

static const ProtobufCServiceDescriptor *const services[] = {
    &reg__commands__descriptor, &reg__queries__descriptor, &reg__events__descriptor,
    &dsp__commands__descriptor, &dsp__queries__descriptor, &dsp__events__descriptor,
    &ntf__commands__descriptor, &ntf__queries__descriptor, &ntf__events__descriptor,
    &ops__commands__descriptor, &ops__queries__descriptor};
static const ProtobufCMessageDescriptor *const envelope[] = {
    &bus__header__descriptor,       &bus__status__descriptor,    &bus__event__descriptor,
    &bus__fetch__descriptor,        &bus__batch__descriptor,     &bus__ack__descriptor,
    &bus__snap_request__descriptor, &bus__snap_page__descriptor, &bus__pong__descriptor};
enum { SERVICES = sizeof(services) / sizeof(services[0]), ENVELOPE = sizeof(envelope) / sizeof(envelope[0]) };

// Two of each method: what it takes and what it answers.
size_t types_count(void)
{
  size_t n = ENVELOPE;
  for (size_t i = 0; i < SERVICES; i++)
    n += 2 * services[i]->n_methods;
  return n;
}

const ProtobufCMessageDescriptor *types_at(size_t i)
{
  i %= types_count();
  if (i < ENVELOPE) return envelope[i];
  i -= ENVELOPE;
  for (size_t s = 0;; s++) {
    size_t here = 2 * services[s]->n_methods;
    if (i < here) {
      const ProtobufCMethodDescriptor *method = &services[s]->methods[i / 2];
      return i % 2 ? method->output : method->input;
    }
    i -= here;
  }
}

static size_t size_of(const ProtobufCFieldDescriptor *field)
{
  switch (field->type) {
  case PROTOBUF_C_TYPE_INT32:
  case PROTOBUF_C_TYPE_SINT32:
  case PROTOBUF_C_TYPE_SFIXED32:
  case PROTOBUF_C_TYPE_UINT32:
  case PROTOBUF_C_TYPE_FIXED32:
  case PROTOBUF_C_TYPE_FLOAT:
  case PROTOBUF_C_TYPE_ENUM:
    return 4;
  case PROTOBUF_C_TYPE_BOOL:
    return sizeof(protobuf_c_boolean);
  case PROTOBUF_C_TYPE_BYTES:
    return sizeof(ProtobufCBinaryData);
  case PROTOBUF_C_TYPE_STRING:
  case PROTOBUF_C_TYPE_MESSAGE:
    return sizeof(void *);
  default:
    return 8;
  }
}

static void fill_value(const ProtobufCFieldDescriptor *field, void *at, struct arena *arena)
{
  static const uint32_t numbers[2] = {1, 0};
  switch (field->type) {
  case PROTOBUF_C_TYPE_STRING:
    *(char **)at = arena_strdup(arena, "2016-08-17");
    break;
  case PROTOBUF_C_TYPE_BYTES:
    *(ProtobufCBinaryData *)at = (ProtobufCBinaryData){16, arena_memdup(arena, "0123456789abcdef", 16)};
    break;
  case PROTOBUF_C_TYPE_MESSAGE:
    *(ProtobufCMessage **)at = types_sample(field->descriptor, arena);
    break;
  case PROTOBUF_C_TYPE_ENUM: {
    const ProtobufCEnumDescriptor *vocabulary = field->descriptor;
    *(int *)at = vocabulary->values[vocabulary->n_values - 1].value;
    break;
  }
  default: // 1 in any integer, a small fraction in floating point
    memcpy(at, numbers, size_of(field) < 8 ? size_of(field) : 8);
  }
}

static void fill_field(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, struct arena *arena)
{
  uint8_t *base = (uint8_t *)message;
  if (field->label == PROTOBUF_C_LABEL_REPEATED) {
    enum { TWO = 2 };
    uint8_t *list = arena_alloc_array(arena, TWO, size_of(field));
    if (!list) return;
    for (size_t i = 0; i < TWO; i++)
      fill_value(field, list + i * size_of(field), arena);
    *(size_t *)(base + field->quantifier_offset) = TWO;
    *(void **)(base + field->offset) = list;
    return;
  }
  if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) *(uint32_t *)(base + field->quantifier_offset) = field->id;
  fill_value(field, base + field->offset, arena);
}

ProtobufCMessage *types_sample(const ProtobufCMessageDescriptor *type, struct arena *arena)
{
  ProtobufCMessage *message = arena_alloc(arena, type->sizeof_message);
  if (!message) return NULL;
  protobuf_c_message_init(type, message);
  for (unsigned i = 0; i < type->n_fields && !arena_exhausted(arena); i++)
    fill_field(message, &type->fields[i], arena);
  return arena_exhausted(arena) ? NULL : message;
}
