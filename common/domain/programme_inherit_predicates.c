// Which demand is stricter: of two predicates of one kind, and of two lists.
#include "common/base/pb.h"
#include "common/domain/predicate.h"
#include "common/domain/programme_inherit_part.h"
#include <string.h>

// Every value of the first list stands in the second.
static bool enums_in(const void *first, size_t n_first, const void *second, size_t n_second)
{
  const int *a = first, *b = second; // protobuf-c enums are ints in memory
  for (size_t i = 0; i < n_first; i++) {
    bool there = false;
    for (size_t j = 0; j < n_second; j++)
      there = there || a[i] == b[j];
    if (!there) return false;
  }
  return true;
}

// Demands on some members: it takes in those that the parent's takes in. No roles named: all members.
static bool as_many(const Prg__Predicate *parent, const Prg__Predicate *child)
{
  return child->n_words == 0 ||
         (parent->n_words > 0 &&
          programme_inherit_wider(parent->words, parent->n_words, child->words, child->n_words));
}

// Whether who meets the child's predicate also meets the parent's.
static bool as_strict(const Prg__Predicate *parent, const Prg__Predicate *child)
{
  if (child->kind != parent->kind) return false;
  switch (parent->kind) {
  case PRG__PREDICATE_KIND__PREDICATE_DIVISION_TAG: // all must be there
  case PRG__PREDICATE_KIND__PREDICATE_TAG_HAS:
  case PRG__PREDICATE_KIND__PREDICATE_EXCLUSIVE:
    return programme_inherit_wider(parent->words, parent->n_words, child->words, child->n_words);
  case PRG__PREDICATE_KIND__PREDICATE_SAME_DIVISION:
    return as_many(parent, child) && child->levels[0] >= parent->levels[0]; // a county lies in its prefecture
  case PRG__PREDICATE_KIND__PREDICATE_WITHIN_KM:
    return as_many(parent, child) && child->number <= parent->number;
  case PRG__PREDICATE_KIND__PREDICATE_TITLE_MIN:
    return child->title >= parent->title;
  case PRG__PREDICATE_KIND__PREDICATE_MIN_YEARS_HERE:
    return child->number >= parent->number;
  case PRG__PREDICATE_KIND__PREDICATE_AGE_MAX:
    return child->number <= parent->number;
  default: // one match is enough: fewer to choose from is stricter
    return child->number == parent->number &&
           programme_inherit_wider(child->words, child->n_words, parent->words, parent->n_words) &&
           enums_in(child->kinds, child->n_kinds, parent->kinds, parent->n_kinds) &&
           enums_in(child->levels, child->n_levels, parent->levels, parent->n_levels) &&
           enums_in(child->stages, child->n_stages, parent->stages, parent->n_stages) &&
           enums_in(child->places, child->n_places, parent->places, parent->n_places) &&
           enums_in(child->categories, child->n_categories, parent->categories, parent->n_categories) &&
           enums_in(child->posts, child->n_posts, parent->posts, parent->n_posts);
  }
}

const Prg__Predicate *programme_inherit_dropped(Prg__Predicate *const *parent, size_t n_parent,
                                                Prg__Predicate *const *child, size_t n_child)
{
  for (size_t i = 0; i < n_parent; i++) {
    bool kept = false;
    for (size_t j = 0; j < n_child; j++)
      kept = kept || as_strict(parent[i], child[j]);
    if (!kept) return parent[i];
  }
  return NULL;
}

// ---- in words

static const char *enum_words(struct programme_inheriting *in, const ProtobufCEnumDescriptor *descriptor,
                              const void *values, size_t n)
{
  const char *text = "";
  for (size_t i = 0; i < n; i++) {
    const char *word = pb_enum_word(descriptor, ((const int *)values)[i]);
    text = programme_inherit_text(in, "%s%s%s", text, i ? ", " : "", word ? word : "?");
  }
  return text;
}

const char *programme_inherit_predicate(struct programme_inheriting *in, const Prg__Predicate *p)
{
  const char *upper = pb_enum_word(&prg__predicate_kind__descriptor, p->kind);
  char key[64] = "";
  for (size_t i = 0; upper && upper[i] && i + 1 < sizeof key; i++)
    key[i] = (char)(upper[i] >= 'A' && upper[i] <= 'Z' ? upper[i] + ('a' - 'A') : upper[i]);
  const char *lists[] = {
      enum_words(in, &typ__institution_kind__descriptor, p->kinds, p->n_kinds),
      enum_words(in, &typ__division_level__descriptor, p->levels, p->n_levels),
      enum_words(in, &typ__stage__descriptor, p->stages, p->n_stages),
      enum_words(in, &typ__place__descriptor, p->places, p->n_places),
      enum_words(in, &typ__person_category__descriptor, p->categories, p->n_categories),
      enum_words(in, &typ__post__descriptor, p->posts, p->n_posts),
      p->title ? pb_enum_word(&typ__title__descriptor, p->title) : "",
      p->number ? programme_inherit_text(in, "%u", p->number) : "",
      programme_inherit_words(in, p->words, p->n_words, ", "),
  };
  const char *text = programme_inherit_text(in, "%s", key);
  for (size_t i = 0, given = 0; i < sizeof lists / sizeof *lists; i++)
    if (lists[i] && lists[i][0])
      text = programme_inherit_text(in, "%s%s%s", text, given++ ? " " : ": ", lists[i]);
  return text;
}
