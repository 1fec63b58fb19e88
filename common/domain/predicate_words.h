// Words and sentences for the answers of predicates. Used by predicate*.c only.
#pragma once
#include "common/domain/predicate.h"

// The Chinese word of an enum value ("学校" of KIND_SCHOOL); the value's own word where there is none.
const char *predicate_word_zh(const ProtobufCEnumDescriptor *descriptor, int value);
// Values as a list of words: "学校、幼儿园" and "SCHOOL, KINDERGARTEN". NULL past the arena's cap.
const char *predicate_list_zh(struct arena *arena, const ProtobufCEnumDescriptor *descriptor,
                              const int *values, size_t n);
const char *predicate_list_en(struct arena *arena, const ProtobufCEnumDescriptor *descriptor,
                              const int *values, size_t n);
const char *predicate_list_text(struct arena *arena, char *const *words, size_t n, const char *separator);

// One thing compared: what it is called, what it is, what it must be. Texts may be NULL past the arena's cap.
struct predicate_compared {
  const char *name_zh, *name_en;
  const char *have_zh, *have_en; // "" = not recorded
  const char *want_zh, *want_en;
};
// "类别为政府，须为教育局" / "kind is GOVERNMENT, required: BUREAU"; without the demand where it holds. 0 or
// -ENOMEM.
int predicate_compare(struct arena *arena, bool holds, enum reason code,
                      const struct predicate_compared *what, struct predicate_answer *ret);
// Both sentences as they are; -ENOMEM where one is NULL.
int predicate_say(bool holds, enum reason code, const char *zh, const char *en, struct predicate_answer *ret);
// Without a sentence, to one who only asks whether it holds.
int predicate_nod(bool holds, enum reason code, struct predicate_answer *ret);

bool predicate_has_text(char *const *list, size_t n, const char *text);
bool predicate_has_value(const int *list, size_t n, int value);
