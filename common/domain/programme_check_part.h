// What the files of the programme check share. Used by programme_check*.c only.
#pragma once
#include "common/domain/programme_check.h"
#include "common/domain/programme_keys.h"

struct programme_checker {
  const Prg__Programme *programme;
  const Prg__Mode *mode; // whose rules are being checked, or NULL
  bool own;              // names that are not defined may be inherited
  enum reason reason;    // of the faults; 0 = PR-01
  const char *near;      // the word meant, for the next fault
  programme_fault_fn *fn;
  void *context;
  size_t faults;
  char path[160]; // "modes.FUSION"
};

enum { PROGRAMME_ITEMS = 200 }; // in one list: more is no programme any more

// Goes down one step ("roles", then its item by id or number); leave with the mark it returns.
size_t programme_check_enter(struct programme_checker *check, const char *name);
size_t programme_check_enter_item(struct programme_checker *check, const char *id, size_t number);
void programme_check_leave(struct programme_checker *check, size_t mark);

// A fault at the key of the item at hand (NULL = the item itself); {} in the texts is replaced by `what`.
void programme_check_fault(struct programme_checker *check, const char *key, const char *zh, const char *en,
                           const char *what);

// For the fault that follows: the item of a section, or the word of a list ended by NULL, that is nearest.
void programme_check_near(struct programme_checker *check, const char *word, const char *section);
void programme_check_near_word(struct programme_checker *check, const char *word,
                               const char *const *vocabulary);

// Each says a fault itself and answers whether all is well.
bool programme_check_needed(struct programme_checker *check, const char *key, bool there);
bool programme_check_absent(struct programme_checker *check, const char *key, bool there, const char *form);
bool programme_check_title(struct programme_checker *check, const char *key, const Typ__Text *title);
bool programme_check_date(struct programme_checker *check, const char *key, const char *date);
bool programme_check_items(struct programme_checker *check, const char *key, size_t n); // not too many
bool programme_check_upper(struct programme_checker *check, const char *id);            // UPPER_SNAKE
bool programme_check_lower(struct programme_checker *check, const char *id);            // lower_snake
// No item before number i has its id. items: an array of messages whose first field is their id.
void programme_check_unique(struct programme_checker *check, const void *items, size_t i);
// A level of `each`: not above the owner's, or there is nothing to go through. 0 = not given.
bool programme_check_inside_owner(struct programme_checker *check, const char *key, Typ__DivisionLevel level);
// The word is one of a list ended by NULL.
bool programme_check_word(struct programme_checker *check, const char *key, const char *word,
                          const char *const *vocabulary);
void programme_check_words(struct programme_checker *check, const char *key, char *const *words, size_t n,
                           const char *const *vocabulary);

// Where a party word stands decides which words make sense there (dialect §3).
enum programme_place { PLACE_ANYWHERE, PLACE_NOTICE };
void programme_check_parties(struct programme_checker *check, const char *key, char *const *words, size_t n,
                             enum programme_place place);
void programme_check_modes_known(struct programme_checker *check, const char *key, char *const *modes,
                                 size_t n);
void programme_check_mode_known(struct programme_checker *check, const char *key, const char *mode);
void programme_check_role_known(struct programme_checker *check, const char *key, const char *role);
// every: at least `needed` calendar words of a recurrence (no free, no day), none twice.
void programme_check_every(struct programme_checker *check, const Prg__CalendarWord *every, size_t n,
                           bool needed);

// predicates.c: where a list of predicates stands.
enum programme_subject {
  ABOUT_PARTY = 1,
  ABOUT_STRUCTURE = 2,
  ABOUT_PERSON = 4,
  ABOUT_AUDIENCE = 8,
  ABOUT_PREFERENCE = 16
};
void programme_check_predicates(struct programme_checker *check, const char *key, Prg__Predicate *const *list,
                                size_t n, unsigned about);

// Single keys of an item, as an override replaces them.
void programme_check_mode_keys(struct programme_checker *check, const Prg__ModeOverride *override);
void programme_check_measure_keys(struct programme_checker *check, const Prg__MeasureOverride *override);

// The sections.
void programme_check_modes(struct programme_checker *check);
void programme_check_measures(struct programme_checker *check);
void programme_check_figures(struct programme_checker *check);  // indicators and targets
void programme_check_papers(struct programme_checker *check);   // reviews, reports, notices
void programme_check_heritage(struct programme_checker *check); // extends, override, overridable
