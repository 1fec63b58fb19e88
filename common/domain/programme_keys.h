// The keys of the dialect's items and the fields of the compiled messages they fill. Most fields have the
// name of their key. For each key also which way a subordinate jurisdiction may change it (dialect §13.6,
// PR-02).
#pragma once
#include "proto/programme.pb-c.h"
#include <stdbool.h>

enum programme_way {
  WAY_FIXED,      // no change: what it is, not how strict it is
  WAY_GIVEN,      // may be given where the parent gives nothing
  WAY_AT_LEAST,   // a number may rise
  WAY_AT_MOST,    // a number may fall
  WAY_LEVEL,      // may, should, must
  WAY_NARROWER,   // a list may lose entries; none = all, unless unset is 1
  WAY_WIDER,      // a list may gain entries
  WAY_ALL_OR,     // a list may gain entries; none = all
  WAY_IN_ORDER,   // an ordered list may gain entries
  WAY_OFTEN,      // a recurrence may come more often
  WAY_PREDICATES, // demands may be added or made stricter
  WAY_MEMBERS,    // counts of members may be narrowed
  WAY_VARIANTS,   // named sub-forms: fewer or new ones
  WAY_TERM,
  WAY_QUOTA,
  WAY_SIDE,      // from, to: narrower for assignments, fixed otherwise
  WAY_BOTH_WAYS, // dropped for assignments, given for contributions
};
struct programme_key {
  const char *name; // of the key in the file
  enum programme_way way;
  uint32_t unset; // what a number means that is not given; of a list: see WAY_NARROWER
};
struct programme_key programme_key_of(const ProtobufCMessageDescriptor *item,
                                      const ProtobufCFieldDescriptor *field);
// Whether a message of this kind has the key.
bool programme_key_known(const ProtobufCMessageDescriptor *item, const char *key);

// The sections that are lists of items with an id, in the order of the file.
struct programme_section {
  const char *name;
  Prg__Section section;
  const ProtobufCMessageDescriptor *item;
};
extern const struct programme_section programme_sections[];
extern const size_t programme_n_sections;
// NULL if the section is no list of items with an id.
const struct programme_section *programme_section_of(Prg__Section section);
const char *programme_section_word(Prg__Section section); // "modes", as the file writes it; "" if unspecified

// A list of a programme by the name of its field: the items and their number.
ProtobufCMessage *const *programme_items(const Prg__Programme *programme, const char *section, size_t *ret_n);
const char *programme_item_id(const ProtobufCMessage *item);
const ProtobufCMessage *programme_item(const Prg__Programme *programme, const char *section, const char *id);
