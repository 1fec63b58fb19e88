// What the files of inheritance share. Used by programme_inherit*.c only.
#pragma once
#include "common/domain/programme_check_part.h"
#include "common/domain/programme_inherit.h"

struct programme_inheriting {
  struct programme_checker check; // paths and faults
  const Prg__Programme *parent, *child;
  Prg__Programme *result;
  struct arena *arena;
  bool exhausted;
};

// merge.c: the parent with the child's changes, in inheriting->result.
void programme_inherit_merge(struct programme_inheriting *in);

// tighter.c: every change outside the parent's overridable must be tighter; PR-02 where it is not.
void programme_inherit_tighter(struct programme_inheriting *in);
bool programme_inherit_open(const Prg__Programme *parent, Prg__Section section, const char *id,
                            const char *key);
// The fault at the path at hand; what the parent allows, in both languages.
void programme_inherit_loosened(struct programme_inheriting *in, const char *key, const char *allowed_zh,
                                const char *allowed_en);
const char *programme_inherit_text(struct programme_inheriting *in, const char *format, ...)
    __attribute__((format(printf, 2, 3))); // in the arena; "" past its cap

// lists.c: targets, notices, approvals, calendar, overridable.
void programme_inherit_lists(struct programme_inheriting *in);

// ways.c: one way of being tighter for each kind of key.
struct programme_change {
  const ProtobufCFieldDescriptor *field;
  const void *parent, *child; // the messages
  struct programme_key key;
  Prg__Form form;      // of a measure
  const char *zh, *en; // what the parent allows, filled in where the change is looser
};
bool programme_inherit_way(struct programme_inheriting *in, struct programme_change *change);
// Whether a field says the same in two messages of one type.
bool programme_inherit_same(const ProtobufCFieldDescriptor *field, const void *a, const void *b);
bool programme_inherit_wider(char *const *parent, size_t n_parent, char *const *child, size_t n_child);
bool programme_inherit_in_order(char *const *parent, size_t n_parent, char *const *child, size_t n_child);
bool programme_inherit_often(const Prg__CalendarWord *parent, size_t n_parent, const Prg__CalendarWord *child,
                             size_t n_child);
// "A, B" of words; separator as the language wants it.
const char *programme_inherit_words(struct programme_inheriting *in, char *const *words, size_t n,
                                    const char *separator);

// predicates.c: the first of the parent's demands that the child's do not keep; NULL if all are kept.
const Prg__Predicate *programme_inherit_dropped(Prg__Predicate *const *parent, size_t n_parent,
                                                Prg__Predicate *const *child, size_t n_child);
// "urban_rural_in: TOWNSHIP, VILLAGE" as the file would say it.
const char *programme_inherit_predicate(struct programme_inheriting *in, const Prg__Predicate *predicate);
