// Resolves party words (OWNER, PROVINCE, PARTY_A, HOST ...) to institutions or persons for a subject at hand.
#pragma once
#include "common/base/arena.h"
#include "common/domain/directory.h"
#include <stdbool.h>

struct party_subject { // fill what there is
  const Prg__Programme *programme;
  const Reg__Agreement *agreement;
  const Reg__Partnership *partnership;
  const char *place;                // division of the subject; see programmes/README.md §3
  const char *person, *home, *host; // ids, of an assignment
};
struct party_ref {
  bool is_person;
  const char *id;
  const char *word;
};
#define PARTY_REFS 512
// All parties a word stands for; n = 0 is a possible answer. *ret in the arena.
int party_resolve(const struct dir_view *dir, const struct party_subject *subject, const char *word,
                  struct arena *arena, struct party_ref **ret, size_t *n);
// The division the subject lies in: its place if given, else that of the host, of the recipient side of the
// partnership or agreement, or of the programme's owner. "" if nothing tells. In the arena.
int party_place(const struct dir_view *dir, const struct party_subject *subject, struct arena *arena,
                const char **ret);
bool party_word_fixed(const char *word); // one of OWNER, PROVINCE ... PARTICIPANT_UNITS
// A role of the programme or one of the fixed words.
bool party_word_known(const Prg__Programme *programme, const char *word);
// Whether a partnership binds its members: established or paused.
bool party_live(const Reg__Partnership *partnership);
