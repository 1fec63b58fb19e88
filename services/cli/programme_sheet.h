// A programme as people read it: sentences, and beside them in braces the words of the dialect
// (deploy/programmes/README.md) that say the same. programme_*.c share what is here.
#pragma once
#include "proto/programme.pb-c.h"
#include "services/cli/cli.h"

struct sheet {
  struct arena *arena;
  const Prg__Programme *programme; // as published: with all it inherits
  const Prg__Programme *parent;    // what it extends; NULL = not at hand
  const char *owner;               // name of the owner's division; "" = not known
};

void programme_print(const struct sheet *sheet);
// Its parts, in this order.
void programme_print_modes(const struct sheet *sheet);
void programme_print_measures(const struct sheet *sheet);
void programme_print_indicators(const struct sheet *sheet);
void programme_print_targets(const struct sheet *sheet);
void programme_print_reviews(const struct sheet *sheet);
void programme_print_reports(const struct sheet *sheet);
void programme_print_notices(const struct sheet *sheet);

// ---- words; every text is in the arena, "" past its cap

const char *sheet_text(const struct sheet *sheet, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
const char *sheet_title(const Typ__Text *title); // in the user's language
// The word of an enum's value: "retired teacher", "退休教师". A value newer than this tool is called so.
const char *sheet_enum(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor, int value);
// A word of the dialect that is no enum: a party word, a record field, an event; itself where it is unknown.
const char *sheet_word(const char *word);
// A role's title, else the party word.
const char *sheet_party(const struct sheet *sheet, const char *word);

// Lists: "a, b or c", "a, b and c", "a → b".
enum sheet_join { SHEET_OR, SHEET_AND, SHEET_CHAIN };
const char *sheet_join(const struct sheet *sheet, const char *const *texts, size_t n, enum sheet_join how);
const char *sheet_enums(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor,
                        const void *values, size_t n, enum sheet_join how);
const char *sheet_words(const struct sheet *sheet, char *const *words, size_t n, enum sheet_join how);
const char *sheet_parties(const struct sheet *sheet, char *const *words, size_t n, enum sheet_join how);
const char *sheet_modes(const struct sheet *sheet, char *const *ids, size_t n, enum sheet_join how);
const char *sheet_measure(const struct sheet *sheet, const char *id); // its title
// "每学年", "every year and summer"
const char *sheet_every(const struct sheet *sheet, const Prg__CalendarWord *every, size_t n);

// ---- the same in the dialect

// "[SCHOOL, KINDERGARTEN]"; lower: the dialect writes these words small
const char *sheet_dialect_enums(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor,
                                const void *values, size_t n, bool lower);
const char *sheet_dialect_enum(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor,
                               int value, bool lower);
const char *sheet_dialect_words(const struct sheet *sheet, char *const *words, size_t n);

// ---- lines

void sheet_heading(const char *text);
// "  text  {dialect}"; dialect "" = none
void sheet_line(unsigned indent, const char *text, const char *dialect);
// A line that begins with what it is about: "期限：1 学年  {...}"
void sheet_about(const struct sheet *sheet, unsigned indent, const char *about, const char *text,
                 const char *dialect);
// The title and id of an item, and where it comes from when the programme extends another. `items` are those
// of the parent.
void sheet_item(const struct sheet *sheet, const Typ__Text *title, const ProtobufCMessage *item,
                const ProtobufCMessage *const *items, size_t n);
// Of a list without ids: whether it is the parent's.
const char *sheet_list_origin(const struct sheet *sheet, const ProtobufCMessage *const *own, size_t n_own,
                              const ProtobufCMessage *const *items, size_t n);
#define SHEET_PARENT(sheet, member)                                                                          \
  ((sheet)->parent ? (const ProtobufCMessage *const *)(sheet)->parent->member : NULL),                       \
      (sheet)->parent ? (sheet)->parent->n_##member : 0

// ---- predicates

const char *sheet_rule(const struct sheet *sheet, const Prg__Predicate *predicate);
const char *sheet_rule_dialect(const struct sheet *sheet, const Prg__Predicate *predicate);
// One line each; about "" = the sentence alone
void sheet_rules(const struct sheet *sheet, unsigned indent, const char *about,
                 Prg__Predicate *const *predicates, size_t n);
