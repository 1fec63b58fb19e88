// A quick reading of institutions, for walks over hundreds of thousands of them: what predicates and figures
// look at, in one piece of memory. Fields it does not know are passed over, as everywhere in protobuf.
#include "common/directory/view.h"
#include "proto/registry.pb-c.h"
#include <string.h>

enum { SKIM_STAGES = 16, SKIM_TAGS = 64 };

struct skimming {
  const uint8_t *at, *end;
  Reg__Institution *row;
  char *text;  // where the next text goes
  int *stages; // SKIM_STAGES of them
  char **tags; // SKIM_TAGS of them
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

static char *keep(struct skimming *s, const uint8_t *bytes, size_t length)
{
  char *text = s->text;
  memcpy(text, bytes, length);
  text[length] = '\0';
  s->text += length + 1;
  return text;
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

static bool add_stages(struct skimming *s, const uint8_t *bytes, size_t length)
{
  struct skimming packed = {.at = bytes, .end = bytes + length};
  while (packed.at < packed.end) {
    uint64_t stage;
    if (!read_varint(&packed, &stage) || s->row->n_stages == SKIM_STAGES) return false;
    s->stages[s->row->n_stages++] = (int)stage;
  }
  return true;
}

static bool take_text(struct skimming *s, unsigned field, const uint8_t *bytes, size_t length)
{
  Reg__Institution *row = s->row;
  switch (field) {
  case 1:
    row->id = keep(s, bytes, length);
    return true;
  case 3:
    row->name = keep(s, bytes, length);
    return true;
  case 5:
    row->code = keep(s, bytes, length);
    return true;
  case 7:
    row->division = keep(s, bytes, length);
    return true;
  case 10:
    return add_stages(s, bytes, length);
  case 12:
    row->managing_bureau = keep(s, bytes, length);
    return true;
  case 13:
    row->operator_ = keep(s, bytes, length);
    return true;
  case 15:
    if (row->n_tags == SKIM_TAGS) return false;
    s->tags[row->n_tags++] = keep(s, bytes, length);
    return true;
  case 23:
    row->since = keep(s, bytes, length);
    return true;
  default:
    return true;
  }
}

static void take_number(struct skimming *s, unsigned field, uint64_t number)
{
  Reg__Institution *row = s->row;
  switch (field) {
  case 2:
    row->kind = (Typ__InstitutionKind)number;
    break;
  case 8:
    row->place = (Typ__Place)number;
    break;
  case 10: // not packed: an older writer
    if (row->n_stages < SKIM_STAGES) s->stages[row->n_stages++] = (int)number;
    break;
  case 16:
    row->status = (Reg__InstitutionStatus)number;
    break;
  default:
    break;
  }
}

static bool take_field(struct skimming *s)
{
  const uint8_t *bytes;
  uint64_t tag, number;
  size_t length;
  if (!read_varint(s, &tag)) return false;
  unsigned field = (unsigned)(tag >> 3), wire = (unsigned)(tag & 7);
  if (wire == 2) return read_bytes(s, &bytes, &length) && take_text(s, field, bytes, length);
  if (wire != 0) return skip(s, wire);
  if (!read_varint(s, &number)) return false;
  take_number(s, field, number);
  return true;
}

// Every text is shorter than the row it stands in by the length before it, which makes room for its end.
ProtobufCMessage *skim_institution(struct arena *arena, const void *value, size_t length)
{
  const size_t fixed = sizeof(Reg__Institution) + SKIM_STAGES * sizeof(int) + SKIM_TAGS * sizeof(char *);
  uint8_t *memory = arena_alloc(arena, fixed + length + 1);
  if (!memory) return NULL;
  struct skimming s = {
      .at = value, .end = (const uint8_t *)value + length, .row = (Reg__Institution *)memory};
  s.tags = (char **)(memory + sizeof(Reg__Institution));
  s.stages = (int *)(s.tags + SKIM_TAGS);
  s.text = (char *)(s.stages + SKIM_STAGES);
  reg__institution__init(s.row);
  s.row->tags = s.tags;
  s.row->stages = (Typ__Stage *)s.stages;
  while (s.at < s.end)
    if (!take_field(&s)) return NULL;
  return &s.row->base;
}
