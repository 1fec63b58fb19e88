#include "services/cli/pbjson.h"
#include "common/base/suggest.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson_value.h"
#include <stdarg.h>
#include <string.h>

static size_t repeated_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
  return *(const size_t *)((const uint8_t *)message + field->quantifier_offset);
}

static json_t *write_value(const ProtobufCFieldDescriptor *field, const void *at)
{
  if (field->type != PROTOBUF_C_TYPE_MESSAGE) return pbjson_value_write(field, at);
  return pbjson_write(*(ProtobufCMessage *const *)at);
}

static json_t *write_repeated(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
  const uint8_t *values = *(uint8_t *const *)((const uint8_t *)message + field->offset);
  json_t *array = json_array();
  for (size_t i = 0; i < repeated_count(message, field); i++)
    if (json_array_append_new(array, write_value(field, values + i * pbjson_value_size(field->type)))) {
      json_decref(array);
      return NULL;
    }
  return array;
}

// A member of a oneof is given when it is the one chosen, whatever its value; other fields when they are no
// default.
static bool given(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
  const uint8_t *base = (const uint8_t *)message;
  if (field->label == PROTOBUF_C_LABEL_REPEATED) return repeated_count(message, field) > 0;
  if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)
    return *(const uint32_t *)(base + field->quantifier_offset) == field->id;
  return !pbjson_value_default(field, base + field->offset);
}

json_t *pbjson_write(const ProtobufCMessage *message)
{
  json_t *object = json_object();
  for (unsigned i = 0; i < message->descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
    const void *at = (const uint8_t *)message + field->offset;
    bool repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
    if (!given(message, field)) continue;
    json_t *value = repeated ? write_repeated(message, field) : write_value(field, at);
    if (json_object_set_new(object, field->name, value)) {
      json_decref(object);
      return NULL;
    }
  }
  return object;
}

void pbjson_print(FILE *out, const ProtobufCMessage *message)
{
  json_t *json = pbjson_write(message);
  if (json) json_dumpf(json, out, JSON_INDENT(2));
  fputc('\n', out);
  json_decref(json);
}

// ---- reading ----

static ProtobufCMessage *read_message(const ProtobufCMessageDescriptor *descriptor, const json_t *json,
                                      struct pbjson_read *read);

static bool read_value(const ProtobufCFieldDescriptor *field, const json_t *json, struct pbjson_read *read,
                       void *at)
{
  if (field->type != PROTOBUF_C_TYPE_MESSAGE) return pbjson_value_read(field, json, read, at);
  ProtobufCMessage *inner = read_message(field->descriptor, json, read);
  *(ProtobufCMessage **)at = inner;
  return inner != NULL;
}

static bool read_repeated(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                          const json_t *json, struct pbjson_read *read)
{
  if (!json_is_array(json)) return pbjson_value_refuse(read, _("a list [..] is expected"));
  size_t n = json_array_size(json), size = pbjson_value_size(field->type);
  uint8_t *values = arena_alloc_array(read->arena, n ? n : 1, size);
  if (!values) return pbjson_value_refuse(read, _("the message is too large"));
  size_t mark = strlen(read->fault->path);
  for (size_t i = 0; i < n; i++) {
    snprintf(read->fault->path + mark, sizeof read->fault->path - mark, "[%zu]", i);
    if (json_is_null(json_array_get(json, i)))
      return pbjson_value_refuse(read, _("a list has no empty entries"));
    if (!read_value(field, json_array_get(json, i), read, values + i * size)) return false;
    read->fault->path[mark] = '\0';
  }
  *(size_t *)((uint8_t *)message + field->quantifier_offset) = n;
  *(void **)((uint8_t *)message + field->offset) = values;
  return true;
}

static bool refuse_key(const ProtobufCMessageDescriptor *descriptor, const char *key,
                       struct pbjson_read *read)
{
  struct suggest suggest = suggest_start(key);
  for (unsigned i = 0; i < descriptor->n_fields; i++)
    suggest_offer(&suggest, descriptor->fields[i].name);
  const char *near = suggest_best(&suggest);
  if (near) snprintf(read->fault->near, sizeof read->fault->near, "%s", near);
  return pbjson_value_refuse(read, _("%s has no such field"), descriptor->short_name);
}

static bool read_field(ProtobufCMessage *message, const char *key, const json_t *json,
                       struct pbjson_read *read)
{
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(message->descriptor, key);
  if (!field) return refuse_key(message->descriptor, key, read);
  if (json_is_null(json)) return true;
  if (field->label == PROTOBUF_C_LABEL_REPEATED) return read_repeated(message, field, json, read);
  if (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) {
    uint32_t *chosen = (uint32_t *)((uint8_t *)message + field->quantifier_offset);
    if (*chosen) return pbjson_value_refuse(read, _("only one of the alternatives may be given"));
    *chosen = field->id;
  }
  return read_value(field, json, read, (uint8_t *)message + field->offset);
}

static ProtobufCMessage *read_message(const ProtobufCMessageDescriptor *descriptor, const json_t *json,
                                      struct pbjson_read *read)
{
  if (!json_is_object(json) || ++read->depth > PBJSON_MAX_DEPTH) {
    pbjson_value_refuse(read,
                        json_is_object(json) ? _("nested too deeply") : _("an object {..} is expected"));
    return NULL;
  }
  ProtobufCMessage *message = arena_alloc(read->arena, descriptor->sizeof_message);
  if (!message) {
    pbjson_value_refuse(read, _("the message is too large"));
    return NULL;
  }
  descriptor->message_init(message);
  size_t mark = strlen(read->fault->path);
  const char *key;
  json_t *value;
  json_object_foreach((json_t *)json, key, value)
  {
    snprintf(read->fault->path + mark, sizeof read->fault->path - mark, "%s%s", mark ? "." : "", key);
    if (!read_field(message, key, value, read)) return NULL;
    read->fault->path[mark] = '\0';
  }
  read->depth--;
  return message;
}

ProtobufCMessage *pbjson_read(const ProtobufCMessageDescriptor *descriptor, const json_t *json,
                              struct arena *arena, struct pbjson_fault *fault)
{
  *fault = (struct pbjson_fault){0};
  struct pbjson_read read = {.arena = arena, .fault = fault};
  return read_message(descriptor, json, &read);
}
