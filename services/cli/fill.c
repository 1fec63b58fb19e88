#include "services/cli/fill.h"
#include "common/base/check.h"
#include "common/base/pb.h"
#include "common/base/suggest.h"
#include "services/cli/lang.h"
#include "services/cli/words.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool refuse(struct fill_fault *fault, const char *format, ...) __attribute__((format(printf, 2, 3)));
static bool refuse(struct fill_fault *fault, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  vsnprintf(fault->text, sizeof fault->text, format, list);
  va_end(list);
  return false;
}

ProtobufCMessage *fill_new(struct arena *arena, const ProtobufCMessageDescriptor *descriptor)
{
  ProtobufCMessage *message = arena_alloc(arena, descriptor->sizeof_message);
  if (message) descriptor->message_init(message);
  return message;
}

static bool fill_enum(const ProtobufCEnumDescriptor *descriptor, const char *text, int *ret,
                      struct fill_fault *fault)
{
  int value = words_value(descriptor, text);
  if (value >= 0) {
    *ret = value;
    return true;
  }
  struct suggest suggest = suggest_start(text);
  for (unsigned i = 0; i < descriptor->n_values; i++)
    if (descriptor->values[i].value != 0)
      suggest_offer(&suggest, pb_enum_word(descriptor, descriptor->values[i].value));
  const char *near = suggest_best(&suggest);
  if (near) snprintf(fault->near, sizeof fault->near, "%s", near);
  return refuse(fault, _("%s is no word of %s"), text, descriptor->short_name);
}

static bool fill_flag(const char *text, protobuf_c_boolean *ret, struct fill_fault *fault)
{
  static const char *const yes[] = {"true", "yes", "1", "是", NULL}, *const no[] = {"false", "no", "0", "否",
                                                                                    NULL};
  for (size_t i = 0; yes[i]; i++) {
    bool is_yes = strcasecmp(text, yes[i]) == 0;
    if (!is_yes && strcasecmp(text, no[i]) != 0) continue;
    *ret = is_yes;
    return true;
  }
  return refuse(fault, _("%s is neither yes nor no"), text);
}

static bool fill_number(const char *text, uint64_t max, uint64_t *ret, struct fill_fault *fault)
{
  char *end;
  errno = 0;
  unsigned long long value = strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end) return refuse(fault, _("%s is not a number"), text);
  if (errno || value > max) return refuse(fault, _("%s is too large"), text);
  *ret = value;
  return true;
}

static bool fill_value(struct arena *arena, const ProtobufCFieldDescriptor *field, void *at, const char *text,
                       struct fill_fault *fault)
{
  uint64_t number = 0;
  switch (field->type) {
  case PROTOBUF_C_TYPE_STRING:
    *(char **)at = arena_strdup(arena, text);
    return *(char **)at || refuse(fault, _("the message is too large"));
  case PROTOBUF_C_TYPE_ENUM:
    return fill_enum(field->descriptor, text, at, fault);
  case PROTOBUF_C_TYPE_BOOL:
    return fill_flag(text, at, fault);
  case PROTOBUF_C_TYPE_UINT32:
    if (!fill_number(text, UINT32_MAX, &number, fault)) return false;
    *(uint32_t *)at = (uint32_t)number;
    return true;
  case PROTOBUF_C_TYPE_UINT64:
    return fill_number(text, UINT64_MAX, at, fault);
  default:
    return refuse(fault, _("the field %s cannot be given as text"), field->name);
  }
}

// Room for one more value at the end; the array grows by one, lists given by hand are short.
static bool fill_append(struct arena *arena, ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                        const char *text, struct fill_fault *fault)
{
  size_t *count = (size_t *)((uint8_t *)message + field->quantifier_offset);
  uint8_t **values = (uint8_t **)((uint8_t *)message + field->offset);
  size_t size = field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_UINT64 ? 8 : 4;
  uint8_t *grown = arena_alloc_array(arena, *count + 1, size);
  if (!grown) return refuse(fault, _("the message is too large"));
  if (*count) memcpy(grown, *values, *count * size);
  if (!fill_value(arena, field, grown + *count * size, text, fault)) return false;
  *values = grown;
  *count += 1;
  return true;
}

bool fill_field(struct arena *arena, ProtobufCMessage *message, const char *path, const char *text,
                struct fill_fault *fault)
{
  char name[64];
  size_t length = strcspn(path, ".");
  CHECK(length < sizeof name);
  memcpy(name, path, length);
  name[length] = '\0';
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
  CHECK(field);
  uint8_t *at = (uint8_t *)message + field->offset;
  *fault = (struct fill_fault){0};
  if (path[length]) {
    ProtobufCMessage **inner = (ProtobufCMessage **)at;
    if (!*inner) *inner = fill_new(arena, field->descriptor);
    return *inner ? fill_field(arena, *inner, path + length + 1, text, fault)
                  : refuse(fault, _("the message is too large"));
  }
  if (field->label == PROTOBUF_C_LABEL_REPEATED) return fill_append(arena, message, field, text, fault);
  return fill_value(arena, field, at, text, fault);
}
