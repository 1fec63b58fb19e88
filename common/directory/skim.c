// A quick reading of rows, for walks over hundreds of thousands of them: of each message only the fields that
// figures and their predicates look at, in one piece of memory. Fields not asked for are passed over, as
// unknown ones are everywhere in protobuf.
#include "common/directory/view.h"
#include "proto/registry.pb-c.h"
#include <string.h>

// Field numbers, all below 64.
#define FIELD(number) (UINT64_C(1) << (number))
#define ALL_FIELDS    UINT64_MAX

struct skimming {
  const uint8_t *at, *end;
  struct arena *arena;
  char *text; // where the next text goes
};

static bool read_varint(struct skimming *s, uint64_t *ret)
{
  *ret = 0;
  for (unsigned shift = 0; shift < 64 && s->at < s->end; shift += 7) {
    uint8_t byte = *s->at++;
    *ret |= (uint64_t)(byte & 0x7f) << shift;
    if (!(byte & 0x80)) return true;
  }
  return false;
}

static bool read_bytes(struct skimming *s, const uint8_t **ret, size_t *length)
{
  uint64_t n;
  if (!read_varint(s, &n) || n > (uint64_t)(s->end - s->at)) return false;
  *ret = s->at;
  *length = (size_t)n;
  s->at += n;
  return true;
}

static bool skip(struct skimming *s, unsigned wire)
{
  const uint8_t *bytes;
  uint64_t number;
  size_t length;
  if (wire == 0) return read_varint(s, &number);
  if (wire == 2) return read_bytes(s, &bytes, &length);
  size_t fixed = wire == 1 ? 8 : wire == 5 ? 4 : 0;
  if (!fixed || (size_t)(s->end - s->at) < fixed) return false;
  s->at += fixed;
  return true;
}

// ---- where a value goes

static size_t size_of(const ProtobufCFieldDescriptor *field)
{
  switch (field->type) {
  case PROTOBUF_C_TYPE_STRING:
  case PROTOBUF_C_TYPE_MESSAGE:
    return sizeof(void *);
  case PROTOBUF_C_TYPE_INT64:
  case PROTOBUF_C_TYPE_UINT64:
    return sizeof(uint64_t);
  default:
    return sizeof(uint32_t); // enums, numbers and truths
  }
}

// A list begins with room for 4 and doubles when it is full.
static void *next_of_list(struct skimming *s, const ProtobufCFieldDescriptor *field, ProtobufCMessage *row)
{
  size_t *n = (size_t *)((uint8_t *)row + field->quantifier_offset), size = size_of(field);
  void **list = (void **)((uint8_t *)row + field->offset);
  bool full = *n == 0 || (*n >= 4 && (*n & (*n - 1)) == 0);
  if (full) {
    void *longer = arena_alloc_array(s->arena, *n ? *n * 2 : 4, size);
    if (!longer) return NULL;
    if (*n) memcpy(longer, *list, *n * size);
    *list = longer;
  }
  return (uint8_t *)*list + (*n)++ * size;
}

static void *place_of(struct skimming *s, const ProtobufCFieldDescriptor *field, ProtobufCMessage *row)
{
  if (field->label == PROTOBUF_C_LABEL_REPEATED) return next_of_list(s, field, row);
  return (uint8_t *)row + field->offset;
}

static bool take_number(struct skimming *s, const ProtobufCFieldDescriptor *field, ProtobufCMessage *row,
                        uint64_t number)
{
  void *place = place_of(s, field, row);
  if (!place) return false;
  if (size_of(field) == sizeof number) {
    memcpy(place, &number, sizeof number);
  } else {
    uint32_t small = (uint32_t)number;
    memcpy(place, &small, sizeof small);
  }
  return true;
}

static bool take_packed(struct skimming *s, const ProtobufCFieldDescriptor *field, ProtobufCMessage *row,
                        const uint8_t *bytes, size_t length)
{
  struct skimming packed = {.at = bytes, .end = bytes + length};
  while (packed.at < packed.end) {
    uint64_t number;
    if (!read_varint(&packed, &number) || !take_number(s, field, row, number)) return false;
  }
  return true;
}

static bool take_text(struct skimming *s, const ProtobufCFieldDescriptor *field, ProtobufCMessage *row,
                      const uint8_t *bytes, size_t length)
{
  void *place = place_of(s, field, row);
  if (!place) return false;
  memcpy(place, &s->text, sizeof s->text);
  memcpy(s->text, bytes, length);
  s->text += length;
  *s->text++ = '\0';
  return true;
}

static bool read_fields(struct skimming *s, uint64_t wanted, ProtobufCMessage *row);

static bool take_message(struct skimming *s, const ProtobufCFieldDescriptor *field, ProtobufCMessage *row,
                         const uint8_t *bytes, size_t length)
{
  const ProtobufCMessageDescriptor *type = field->descriptor;
  void *place = place_of(s, field, row);
  ProtobufCMessage *part = place ? arena_alloc(s->arena, type->sizeof_message) : NULL;
  if (!part) return false;
  type->message_init(part);
  memcpy(place, &part, sizeof part);
  struct skimming inner = {bytes, bytes + length, s->arena, s->text};
  bool ok = read_fields(&inner, ALL_FIELDS, part);
  s->text = inner.text;
  return ok;
}

static bool take_bytes(struct skimming *s, const ProtobufCFieldDescriptor *field, ProtobufCMessage *row,
                       const uint8_t *bytes, size_t length)
{
  if (field->type == PROTOBUF_C_TYPE_STRING) return take_text(s, field, row, bytes, length);
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) return take_message(s, field, row, bytes, length);
  return take_packed(s, field, row, bytes, length);
}

// Fields are mostly numbered from 1 without gaps.
static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *type, unsigned number)
{
  if (number - 1 < type->n_fields && type->fields[number - 1].id == number) return &type->fields[number - 1];
  return protobuf_c_message_descriptor_get_field(type, number);
}

static bool read_fields(struct skimming *s, uint64_t wanted, ProtobufCMessage *row)
{
  while (s->at < s->end) {
    uint64_t tag, number;
    const uint8_t *bytes;
    size_t length;
    if (!read_varint(s, &tag)) return false;
    unsigned wire = (unsigned)(tag & 7);
    const ProtobufCFieldDescriptor *field = NULL;
    if (tag >> 3 < 64 && wanted & FIELD(tag >> 3)) field = field_of(row->descriptor, (unsigned)(tag >> 3));
    bool ok = !field      ? skip(s, wire)
              : wire == 2 ? read_bytes(s, &bytes, &length) && take_bytes(s, field, row, bytes, length)
              : wire == 0 ? read_varint(s, &number) && take_number(s, field, row, number)
                          : false; // none of our fields is of fixed size
    if (!ok) return false;
  }
  return true;
}

// Every text is shorter than the row it stands in by the length before it, which makes room for its end; the
// id may come from the key.
static ProtobufCMessage *skim(struct arena *arena, const struct table_stored *stored, uint64_t wanted,
                              const ProtobufCMessageDescriptor *type)
{
  size_t fixed = (type->sizeof_message + 15) & ~(size_t)15;
  uint8_t *memory = arena_alloc(arena, fixed + stored->key_length + stored->length + 1);
  if (!memory) return NULL;
  ProtobufCMessage *row = (ProtobufCMessage *)memory;
  struct skimming s = {stored->value, (const uint8_t *)stored->value + stored->length, arena,
                       (char *)memory + fixed};
  type->message_init(row);
  const ProtobufCFieldDescriptor *id = &type->fields[0];
  size_t length = strnlen(stored->key, stored->key_length);
  return take_text(&s, id, row, stored->key, length) && read_fields(&s, wanted, row) ? row : NULL;
}

// Without codes, former names, place on earth and successors, which no predicate looks at. The id is in the
// key.
ProtobufCMessage *skim_institution(struct arena *arena, const struct table_stored *stored)
{
  const uint64_t wanted = FIELD(2) | FIELD(3) | FIELD(5) | FIELD(7) | FIELD(8) | FIELD(10) | FIELD(12) |
                          FIELD(13) | FIELD(15) | FIELD(16) | FIELD(23);
  return skim(arena, stored, wanted, &reg__institution__descriptor);
}

// Without approvals, waivers, broken rules and the agreement.
ProtobufCMessage *skim_partnership(struct arena *arena, const struct table_stored *stored)
{
  const uint64_t wanted = FIELD(2) | FIELD(3) | FIELD(4) | FIELD(6) | FIELD(8) | FIELD(9) | FIELD(10) |
                          FIELD(11) | FIELD(16) | FIELD(19);
  return skim(arena, stored, wanted, &reg__partnership__descriptor);
}
