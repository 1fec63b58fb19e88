// What is tighter, for each kind of key: the parent's value and the child's, and what the parent allows in
// words.
#include "common/base/pb.h"
#include "common/domain/programme_inherit_part.h"
#include <inttypes.h>
#include <string.h>

// ---- values by descriptor

static size_t count(const struct programme_change *c, const void *message)
{
  return *(const size_t *)((const uint8_t *)message + c->field->quantifier_offset);
}

static const void *at(const struct programme_change *c, const void *message)
{
  return (const uint8_t *)message + c->field->offset;
}

static void *const *list(const struct programme_change *c, const void *message)
{
  return *(void *const *const *)at(c, message);
}

static uint64_t number(const struct programme_change *c, const void *message)
{
  const void *value = at(c, message);
  uint64_t n = c->field->type == PROTOBUF_C_TYPE_UINT64 ? *(const uint64_t *)value : *(const uint32_t *)value;
  return n ? n : c->key.unset;
}

static bool same_message(const ProtobufCMessage *a, const ProtobufCMessage *b)
{
  if (!a || !b) return a == b;
  for (unsigned i = 0; i < a->descriptor->n_fields; i++)
    if (!programme_inherit_same(&a->descriptor->fields[i], a, b)) return false;
  return true;
}

static bool same_value(const ProtobufCFieldDescriptor *field, const void *a, const void *b)
{
  switch (field->type) {
  case PROTOBUF_C_TYPE_STRING:
    return strcmp(*(char *const *)a, *(char *const *)b) == 0;
  case PROTOBUF_C_TYPE_MESSAGE:
    return same_message(*(ProtobufCMessage *const *)a, *(ProtobufCMessage *const *)b);
  case PROTOBUF_C_TYPE_UINT64:
    return memcmp(a, b, 8) == 0;
  default:
    return memcmp(a, b, 4) == 0; // enums, flags, 32-bit numbers
  }
}

bool programme_inherit_same(const ProtobufCFieldDescriptor *field, const void *a, const void *b)
{
  const uint8_t *x = (const uint8_t *)a + field->offset, *y = (const uint8_t *)b + field->offset;
  if (field->label != PROTOBUF_C_LABEL_REPEATED) return same_value(field, x, y);
  size_t n = *(const size_t *)((const uint8_t *)a + field->quantifier_offset);
  size_t size = field->type == PROTOBUF_C_TYPE_ENUM ? sizeof(int) : sizeof(void *);
  if (n != *(const size_t *)((const uint8_t *)b + field->quantifier_offset)) return false;
  for (size_t i = 0; i < n; i++)
    if (!same_value(field, *(uint8_t *const *)x + i * size, *(uint8_t *const *)y + i * size)) return false;
  return true;
}

// Entry i of a list stands in the other list too.
static bool entry_in(const struct programme_change *c, const void *from, size_t i, const void *other)
{
  size_t size = c->field->type == PROTOBUF_C_TYPE_ENUM ? sizeof(int) : sizeof(void *);
  for (size_t j = 0; j < count(c, other); j++)
    if (same_value(c->field, (const uint8_t *)list(c, from) + i * size,
                   (const uint8_t *)list(c, other) + j * size))
      return true;
  return false;
}

static bool all_in(const struct programme_change *c, const void *from, const void *other)
{
  for (size_t i = 0; i < count(c, from); i++)
    if (!entry_in(c, from, i, other)) return false;
  return true;
}

const char *programme_inherit_words(struct programme_inheriting *in, char *const *words, size_t n,
                                    const char *separator)
{
  const char *text = "";
  for (size_t i = 0; i < n; i++)
    text = programme_inherit_text(in, "%s%s%s", text, i ? separator : "", words[i]);
  return text;
}

// The parent's list in words; messages by their id or their text.
static const char *parents_words(struct programme_inheriting *in, const struct programme_change *c,
                                 const char *separator, bool zh)
{
  const char *text = "";
  for (size_t i = 0; i < count(c, c->parent); i++) {
    const char *word = "";
    if (c->field->type == PROTOBUF_C_TYPE_ENUM)
      word = pb_enum_word(c->field->descriptor, (*(int *const *)at(c, c->parent))[i]);
    else if (c->field->type == PROTOBUF_C_TYPE_STRING)
      word = list(c, c->parent)[i];
    else if (c->field->descriptor == &typ__text__descriptor)
      word = zh ? ((const Typ__Text *)list(c, c->parent)[i])->zh
                : ((const Typ__Text *)list(c, c->parent)[i])->en;
    else
      word = programme_item_id(list(c, c->parent)[i]); // variants by id, deliverables by what
    text = programme_inherit_text(in, "%s%s%s", text, i ? separator : "", word ? word : "?");
  }
  return text;
}

// Refused: the parent's words, and what may be done with them.
static bool allow(struct programme_inheriting *in, struct programme_change *c, const char *zh, const char *en)
{
  c->zh = programme_inherit_text(in, "%s%s", parents_words(in, c, "、", true), zh);
  c->en = programme_inherit_text(in, "%s%s", parents_words(in, c, ", ", false), en);
  return false;
}

// ---- single values

static bool given_once(struct programme_inheriting *in, struct programme_change *c)
{
  if (number(c, c->parent) == 0) return true;
  bool word = c->field->type == PROTOBUF_C_TYPE_ENUM;
  const char *value = word ? pb_enum_word(c->field->descriptor, (int)number(c, c->parent)) : "true";
  c->zh = c->en = programme_inherit_text(in, "%s", value ? value : "?");
  return false;
}

static bool at_least(struct programme_inheriting *in, struct programme_change *c)
{
  if (number(c, c->child) >= number(c, c->parent)) return true;
  c->zh = programme_inherit_text(in, "不小于 %" PRIu64, number(c, c->parent));
  c->en = programme_inherit_text(in, "at least %" PRIu64, number(c, c->parent));
  return false;
}

static bool at_most(struct programme_inheriting *in, struct programme_change *c)
{
  if (number(c, c->child) <= number(c, c->parent)) return true;
  c->zh = programme_inherit_text(in, "不大于 %" PRIu64, number(c, c->parent));
  c->en = programme_inherit_text(in, "at most %" PRIu64, number(c, c->parent));
  return false;
}

static bool level(struct programme_change *c)
{
  if (number(c, c->child) <= number(c, c->parent)) return true; // must is 1, may is 3
  bool must = number(c, c->parent) == PRG__OBLIGATION__OBLIGATION_MUST;
  c->zh = must ? "must" : "should 或 must";
  c->en = must ? "must" : "should or must";
  return false;
}

// ---- lists

static bool narrower(struct programme_inheriting *in, struct programme_change *c)
{
  bool parent_all = count(c, c->parent) == 0 && !c->key.unset;
  if (parent_all || (count(c, c->child) > 0 && all_in(c, c->child, c->parent))) return true;
  return allow(in, c, "", "");
}

static bool wider(struct programme_inheriting *in, struct programme_change *c)
{
  if (all_in(c, c->parent, c->child)) return true;
  return allow(in, c, " 及更多", " and more");
}

static bool all_or_wider(struct programme_inheriting *in, struct programme_change *c)
{
  if (count(c, c->child) == 0) return true;
  if (count(c, c->parent) > 0) return wider(in, c);
  c->zh = "不设限";
  c->en = "no restriction";
  return false;
}

bool programme_inherit_wider(char *const *parent, size_t n_parent, char *const *child, size_t n_child)
{
  for (size_t i = 0; i < n_parent; i++) {
    bool kept = false;
    for (size_t j = 0; j < n_child; j++)
      kept = kept || strcmp(parent[i], child[j]) == 0;
    if (!kept) return false;
  }
  return true;
}

bool programme_inherit_in_order(char *const *parent, size_t n_parent, char *const *child, size_t n_child)
{
  size_t kept = 0;
  for (size_t j = 0; j < n_child && kept < n_parent; j++)
    kept += strcmp(parent[kept], child[j]) == 0;
  return kept == n_parent;
}

static bool in_order(struct programme_inheriting *in, struct programme_change *c)
{
  if (programme_inherit_in_order((char *const *)list(c, c->parent), count(c, c->parent),
                                 (char *const *)list(c, c->child), count(c, c->child)))
    return true;
  return allow(in, c, " 依次，可另加", " in this order, and more");
}

// How often a year, roughly: only to compare.
static unsigned times(Prg__CalendarWord word)
{
  switch (word) {
  case PRG__CALENDAR_WORD__CALENDAR_WORD_WEEK:
    return 52;
  case PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH:
    return 12;
  case PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER:
    return 2;
  default:
    return 1;
  }
}

bool programme_inherit_often(const Prg__CalendarWord *parent, size_t n_parent, const Prg__CalendarWord *child,
                             size_t n_child)
{
  for (size_t i = 0; i < n_parent; i++) {
    bool kept = false;
    for (size_t j = 0; j < n_child; j++)
      kept = kept || child[j] == parent[i] || times(child[j]) > times(parent[i]);
    if (!kept) return false;
  }
  return true;
}

static bool often(struct programme_inheriting *in, struct programme_change *c)
{
  if (programme_inherit_often(*(Prg__CalendarWord *const *)at(c, c->parent), count(c, c->parent),
                              *(Prg__CalendarWord *const *)at(c, c->child), count(c, c->child)))
    return true;
  return allow(in, c, " 或更频繁", " or more often");
}

// Fewer sub-forms, or new ones; a known one keeps what it is called.
static bool variants(struct programme_inheriting *in, struct programme_change *c)
{
  for (size_t i = 0; i < count(c, c->child); i++) {
    const Prg__Variant *mine = list(c, c->child)[i];
    for (size_t j = 0; j < count(c, c->parent); j++) {
      const Prg__Variant *theirs = list(c, c->parent)[j];
      if (strcmp(mine->id, theirs->id) == 0 && !same_message(&mine->base, &theirs->base))
        return allow(in, c, "", "");
    }
  }
  return true;
}

static bool side(struct programme_inheriting *in, struct programme_change *c)
{
  return c->form == PRG__FORM__FORM_ASSIGNMENT ? narrower(in, c) : allow(in, c, "", "");
}

static bool both_ways(struct programme_change *c)
{
  bool parent = number(c, c->parent) != 0;
  if (c->form == PRG__FORM__FORM_ASSIGNMENT && parent) return true;    // fewer may go
  if (c->form == PRG__FORM__FORM_CONTRIBUTION && !parent) return true; // more must give
  return false;
}

// ---- demands and ranges

static bool predicates(struct programme_inheriting *in, struct programme_change *c)
{
  const Prg__Predicate *dropped =
      programme_inherit_dropped((Prg__Predicate *const *)list(c, c->parent), count(c, c->parent),
                                (Prg__Predicate *const *)list(c, c->child), count(c, c->child));
  if (!dropped) return true;
  c->zh = programme_inherit_text(in, "%s 或更严", programme_inherit_predicate(in, dropped));
  c->en = programme_inherit_text(in, "%s or stricter", programme_inherit_predicate(in, dropped));
  return false;
}

// "1–2", "1", "≥ 1"; 0 as max is unbounded.
static const char *range(struct programme_inheriting *in, uint32_t min, uint32_t max)
{
  if (max == 0) return programme_inherit_text(in, "≥ %" PRIu32, min);
  if (min == max) return programme_inherit_text(in, "%" PRIu32, min);
  return programme_inherit_text(in, "%" PRIu32 "–%" PRIu32, min, max);
}

static bool range_inside(uint32_t min, uint32_t max, uint32_t parent_min, uint32_t parent_max)
{
  return min >= parent_min && (parent_max == 0 || (max > 0 && max <= parent_max));
}

static const Prg__MemberRule *member_of(const Prg__Mode *mode, const char *role)
{
  for (size_t i = 0; i < mode->n_members; i++)
    if (strcmp(mode->members[i]->role, role) == 0) return mode->members[i];
  return NULL;
}

// A role that need not be there may be left out.
static bool member_kept(struct programme_inheriting *in, struct programme_change *c,
                        const Prg__MemberRule *parent, const Prg__MemberRule *child)
{
  if (!child ? parent->min == 0 : range_inside(child->min, child->max, parent->min, parent->max)) {
    const Prg__Predicate *dropped =
        child ? programme_inherit_dropped(parent->who, parent->n_who, child->who, child->n_who) : NULL;
    if (!dropped) return true;
    const char *text = programme_inherit_predicate(in, dropped);
    c->zh = programme_inherit_text(in, "%s %s 或更严", parent->role, text);
    c->en = programme_inherit_text(in, "%s %s or stricter", parent->role, text);
    return false;
  }
  c->zh = c->en = programme_inherit_text(in, "%s %s", parent->role, range(in, parent->min, parent->max));
  return false;
}

static bool members(struct programme_inheriting *in, struct programme_change *c)
{
  const Prg__Mode *parent = c->parent, *child = c->child;
  for (size_t i = 0; i < parent->n_members; i++)
    if (!member_kept(in, c, parent->members[i], member_of(child, parent->members[i]->role))) return false;
  for (size_t i = 0; i < child->n_members; i++)
    if (!member_of(parent, child->members[i]->role)) {
      c->zh = programme_inherit_text(in, "没有 %s", child->members[i]->role);
      c->en = programme_inherit_text(in, "no %s", child->members[i]->role);
      return false;
    }
  return true;
}

static bool term(struct programme_inheriting *in, struct programme_change *c)
{
  const Prg__Term *parent = ((const Prg__Measure *)c->parent)->term,
                  *child = ((const Prg__Measure *)c->child)->term;
  if (!parent) return true;
  if (child &&
      (parent->unit == PRG__CALENDAR_WORD__CALENDAR_WORD_FREE ||
       (child->unit == parent->unit && range_inside(child->min, child->max, parent->min, parent->max))))
    return true;
  c->zh = c->en =
      programme_inherit_text(in, "%s %s", pb_enum_word(&prg__calendar_word__descriptor, parent->unit),
                             range(in, parent->min, parent->max));
  return false;
}

static bool same_scopes(const Prg__Quota *a, const Prg__Quota *b)
{
  return a->n_per == b->n_per && (!a->n_per || memcmp(a->per, b->per, a->n_per * sizeof *a->per) == 0);
}

static bool quota(struct programme_inheriting *in, struct programme_change *c)
{
  const Prg__Quota *parent = ((const Prg__Measure *)c->parent)->quota;
  const Prg__Quota *child = ((const Prg__Measure *)c->child)->quota;
  if (!parent) return true; // one more restriction
  bool like = child && child->form == parent->form && same_scopes(parent, child);
  if (like && range_inside(child->min, child->max, parent->min, parent->max) &&
      child->min_percent >= parent->min_percent)
    return true;
  const char *form = pb_enum_word(&prg__quota_form__descriptor, parent->form);
  if (parent->form == PRG__QUOTA_FORM__QUOTA_FIXED)
    form = programme_inherit_text(in, "%s %s", form, range(in, parent->min, parent->max));
  if (parent->form == PRG__QUOTA_FORM__QUOTA_SHARE)
    form = programme_inherit_text(in, "%s ≥ %" PRIu32 " %%", form, parent->min_percent);
  c->zh = c->en = form;
  return false;
}

bool programme_inherit_way(struct programme_inheriting *in, struct programme_change *c)
{
  switch (c->key.way) {
  case WAY_FIXED:
    return false;
  case WAY_GIVEN:
    return given_once(in, c);
  case WAY_AT_LEAST:
    return at_least(in, c);
  case WAY_AT_MOST:
    return at_most(in, c);
  case WAY_LEVEL:
    return level(c);
  case WAY_NARROWER:
    return narrower(in, c);
  case WAY_WIDER:
    return wider(in, c);
  case WAY_ALL_OR:
    return all_or_wider(in, c);
  case WAY_IN_ORDER:
    return in_order(in, c);
  case WAY_OFTEN:
    return often(in, c);
  case WAY_PREDICATES:
    return predicates(in, c);
  case WAY_MEMBERS:
    return members(in, c);
  case WAY_VARIANTS:
    return variants(in, c);
  case WAY_TERM:
    return term(in, c);
  case WAY_QUOTA:
    return quota(in, c);
  case WAY_SIDE:
    return side(in, c);
  case WAY_BOTH_WAYS:
    return both_ways(c);
  }
  return false;
}
