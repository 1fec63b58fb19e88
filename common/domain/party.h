// Resolves party words (OWNER, PROVINCE, PARTY_A, HOST ...) to institutions or persons for a subject at hand.
#pragma once
#include "common/domain/directory.h"
#include "common/base/arena.h"
#include <stdbool.h>

struct party_subject {             // fill what there is
  const Prg__Programme *programme;
  const Reg__Agreement *agreement;
  const Reg__Partnership *partnership;
  const char *place;               // division of the subject; see programmes/README.md §3
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
bool party_word_known(const Prg__Programme *programme, const char *word);
