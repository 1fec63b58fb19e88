#include "services/cli/pbjson_value.h"
#include "common/base/cleanup.h"
#include "common/base/pb.h"
#include "common/base/suggest.h"
#include "services/cli/lang.h"
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sodium.h>
#include <stdarg.h>
#include <string.h>

bool pbjson_value_refuse(struct pbjson_read *read, const char *format, ...)
{
  va_list list;
  va_start(list, format);
  vsnprintf(read->fault->text, sizeof read->fault->text, format, list);
  va_end(list);
  return false;
}

enum number_kind { NOT_A_NUMBER, SIGNED_32, UNSIGNED_32, SIGNED_64, UNSIGNED_64 };

static enum number_kind number_kind(ProtobufCType type)
{
  switch (type) {
  case PROTOBUF_C_TYPE_INT32:
  case PROTOBUF_C_TYPE_SINT32:
  case PROTOBUF_C_TYPE_SFIXED32:
    return SIGNED_32;
  case PROTOBUF_C_TYPE_UINT32:
  case PROTOBUF_C_TYPE_FIXED32:
    return UNSIGNED_32;
  case PROTOBUF_C_TYPE_INT64:
  case PROTOBUF_C_TYPE_SINT64:
  case PROTOBUF_C_TYPE_SFIXED64:
    return SIGNED_64;
  case PROTOBUF_C_TYPE_UINT64:
  case PROTOBUF_C_TYPE_FIXED64:
    return UNSIGNED_64;
  default:
    return NOT_A_NUMBER;
  }
}

size_t pbjson_value_size(ProtobufCType type)
{
  switch (type) {
  case PROTOBUF_C_TYPE_BOOL:
    return sizeof(protobuf_c_boolean);
  case PROTOBUF_C_TYPE_FLOAT:
  case PROTOBUF_C_TYPE_ENUM:
    return 4;
  case PROTOBUF_C_TYPE_DOUBLE:
    return 8;
  case PROTOBUF_C_TYPE_STRING:
  case PROTOBUF_C_TYPE_MESSAGE:
    return sizeof(void *);
  case PROTOBUF_C_TYPE_BYTES:
    return sizeof(ProtobufCBinaryData);
  default:
    return number_kind(type) == SIGNED_32 || number_kind(type) == UNSIGNED_32 ? 4 : 8;
  }
}

bool pbjson_value_default(const ProtobufCFieldDescriptor *field, const void *at)
{
  static const uint8_t zeros[8];
  if (field->type == PROTOBUF_C_TYPE_STRING) {
    const char *text = *(char *const *)at;
    return !text || !*text;
  }
  if (field->type == PROTOBUF_C_TYPE_BYTES) return ((const ProtobufCBinaryData *)at)->len == 0;
  return memcmp(at, zeros, pbjson_value_size(field->type)) == 0;
}

// ---- writing ----

static json_t *write_long(const char *format, uint64_t value)
{
  char text[24];
  snprintf(text, sizeof text, format, value);
  return json_string(text);
}

static json_t *write_real(double value)
{
  if (isnan(value)) return json_string("NaN");
  if (isinf(value)) return json_string(value > 0 ? "Infinity" : "-Infinity");
  return json_real(value);
}

static json_t *write_bytes(const ProtobufCBinaryData *bytes)
{
  size_t room = sodium_base64_encoded_len(bytes->len, sodium_base64_VARIANT_ORIGINAL);
  _cleanup_free_ char *text = malloc(room);
  if (!text) return NULL;
  sodium_bin2base64(text, room, bytes->data, bytes->len, sodium_base64_VARIANT_ORIGINAL);
  return json_string(text);
}

static json_t *write_enum(const ProtobufCEnumDescriptor *descriptor, int value)
{
  const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(descriptor, value);
  return known ? json_string(known->name) : json_integer(value);
}

json_t *pbjson_value_write(const ProtobufCFieldDescriptor *field, const void *at)
{
  switch (field->type) {
  case PROTOBUF_C_TYPE_BOOL:
    return json_boolean(*(const protobuf_c_boolean *)at);
  case PROTOBUF_C_TYPE_FLOAT:
    return write_real((double)*(const float *)at);
  case PROTOBUF_C_TYPE_DOUBLE:
    return write_real(*(const double *)at);
  case PROTOBUF_C_TYPE_STRING:
    return json_string(*(char *const *)at ? *(char *const *)at : "");
  case PROTOBUF_C_TYPE_BYTES:
    return write_bytes(at);
  case PROTOBUF_C_TYPE_ENUM:
    return write_enum(field->descriptor, *(const int *)at);
  default:
    break;
  }
  switch (number_kind(field->type)) {
  case SIGNED_32:
    return json_integer(*(const int32_t *)at);
  case UNSIGNED_32:
    return json_integer(*(const uint32_t *)at);
  case SIGNED_64:
    return write_long("%" PRId64, *(const uint64_t *)at);
  default:
    return write_long("%" PRIu64, *(const uint64_t *)at);
  }
}

// ---- reading ----

struct number {
  bool negative;
  uint64_t magnitude;
};

// "-12", 12 and 12.0 are the same number.
static bool number_of(const json_t *json, struct number *ret)
{
  if (json_is_integer(json)) {
    json_int_t value = json_integer_value(json);
    *ret = (struct number){value < 0, value < 0 ? -(uint64_t)value : (uint64_t)value};
    return true;
  }
  if (json_is_real(json)) {
    double value = json_real_value(json);
    if (value != floor(value) || fabs(value) > 9007199254740992.0) return false;
    *ret = (struct number){value < 0, (uint64_t)fabs(value)};
    return true;
  }
  const char *text = json_string_value(json);
  if (!text) return false;
  bool negative = *text == '-';
  text += negative;
  if (*text < '0' || *text > '9') return false;
  char *end;
  errno = 0;
  *ret = (struct number){negative, strtoull(text, &end, 10)};
  return !errno && !*end;
}

static bool read_number(enum number_kind kind, const json_t *json, struct pbjson_read *read, void *at)
{
  struct number number;
  if (!number_of(json, &number)) return pbjson_value_refuse(read, _("a whole number is expected"));
  static const uint64_t max[] = {[SIGNED_32] = INT32_MAX,
                                 [UNSIGNED_32] = UINT32_MAX,
                                 [SIGNED_64] = INT64_MAX,
                                 [UNSIGNED_64] = UINT64_MAX};
  bool has_sign = kind == SIGNED_32 || kind == SIGNED_64;
  uint64_t limit = number.negative ? (has_sign ? max[kind] + 1 : 0) : max[kind];
  if (number.magnitude > limit) return pbjson_value_refuse(read, _("the number is out of range"));
  uint64_t value = number.negative ? -number.magnitude : number.magnitude;
  if (kind == SIGNED_32 || kind == UNSIGNED_32) {
    *(uint32_t *)at = (uint32_t)value;
  } else {
    *(uint64_t *)at = value;
  }
  return true;
}

static bool real_of(const json_t *json, double *ret)
{
  const char *text = json_string_value(json);
  if (json_is_number(json)) {
    *ret = json_number_value(json);
  } else if (text && strcmp(text, "NaN") == 0) {
    *ret = NAN;
  } else if (text && strcmp(text, "Infinity") == 0) {
    *ret = INFINITY;
  } else if (text && strcmp(text, "-Infinity") == 0) {
    *ret = -INFINITY;
  } else {
    return false;
  }
  return true;
}

static bool read_real(const ProtobufCFieldDescriptor *field, const json_t *json, struct pbjson_read *read,
                      void *at)
{
  double value;
  if (!real_of(json, &value)) return pbjson_value_refuse(read, _("a number is expected"));
  if (field->type == PROTOBUF_C_TYPE_DOUBLE) {
    *(double *)at = value;
  } else {
    *(float *)at = (float)value;
  }
  return true;
}

static bool read_text(const json_t *json, struct pbjson_read *read, void *at)
{
  const char *text = json_string_value(json);
  if (!text) return pbjson_value_refuse(read, _("a text in quotes is expected"));
  if (strlen(text) != json_string_length(json))
    return pbjson_value_refuse(read, _("the text contains a NUL character"));
  char *copy = arena_strdup(read->arena, text);
  *(char **)at = copy;
  return copy || pbjson_value_refuse(read, _("the message is too large"));
}

static bool read_bytes(const json_t *json, struct pbjson_read *read, void *at)
{
  if (!json_is_string(json)) return pbjson_value_refuse(read, _("bytes in base64 are expected"));
  const char *text = json_string_value(json);
  size_t length = json_string_length(json), room = length / 4 * 3 + 3, got = 0;
  uint8_t *data = arena_alloc(read->arena, room);
  if (!data) return pbjson_value_refuse(read, _("the message is too large"));
  bool url = strpbrk(text, "-_") != NULL, padded = length > 0 && text[length - 1] == '=';
  int variant = url ? (padded ? sodium_base64_VARIANT_URLSAFE : sodium_base64_VARIANT_URLSAFE_NO_PADDING)
                    : (padded || length % 4 == 0 ? sodium_base64_VARIANT_ORIGINAL
                                                 : sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
  if (sodium_base642bin(data, room, text, length, NULL, &got, NULL, variant) != 0)
    return pbjson_value_refuse(read, _("bytes in base64 are expected"));
  *(ProtobufCBinaryData *)at = (ProtobufCBinaryData){.len = got, .data = data};
  return true;
}

static bool read_enum(const ProtobufCEnumDescriptor *descriptor, const json_t *json, struct pbjson_read *read,
                      void *at)
{
  const char *word = json_string_value(json);
  const ProtobufCEnumValue *known = NULL;
  if (word) {
    known = protobuf_c_enum_descriptor_get_value_by_name(descriptor, word);
    int value = known ? 0 : pb_enum_value(descriptor, word);
    if (value > 0) known = protobuf_c_enum_descriptor_get_value(descriptor, value);
  } else if (json_is_integer(json) && json_integer_value(json) == (int)json_integer_value(json)) {
    known = protobuf_c_enum_descriptor_get_value(descriptor, (int)json_integer_value(json));
  }
  if (known) {
    *(int *)at = known->value;
    return true;
  }
  if (!word) return pbjson_value_refuse(read, _("a word of %s is expected"), descriptor->short_name);
  struct suggest suggest = suggest_start(word);
  for (unsigned i = 0; i < descriptor->n_values; i++)
    if (descriptor->values[i].value != 0)
      suggest_offer(&suggest, pb_enum_word(descriptor, descriptor->values[i].value));
  const char *near = suggest_best(&suggest);
  if (near) snprintf(read->fault->near, sizeof read->fault->near, "%s", near);
  return pbjson_value_refuse(read, _("%s is no word of %s"), word, descriptor->short_name);
}

bool pbjson_value_read(const ProtobufCFieldDescriptor *field, const json_t *json, struct pbjson_read *read,
                       void *at)
{
  switch (field->type) {
  case PROTOBUF_C_TYPE_BOOL:
    if (!json_is_boolean(json)) return pbjson_value_refuse(read, _("true or false is expected"));
    *(protobuf_c_boolean *)at = json_is_true(json);
    return true;
  case PROTOBUF_C_TYPE_FLOAT:
  case PROTOBUF_C_TYPE_DOUBLE:
    return read_real(field, json, read, at);
  case PROTOBUF_C_TYPE_STRING:
    return read_text(json, read, at);
  case PROTOBUF_C_TYPE_BYTES:
    return read_bytes(json, read, at);
  case PROTOBUF_C_TYPE_ENUM:
    return read_enum(field->descriptor, json, read, at);
  default:
    return read_number(number_kind(field->type), json, read, at);
  }
}
