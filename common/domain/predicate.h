// The 25 predicates of the template dialect, one C function each, answering with a reason in both languages.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

struct predicate_env {        // what a predicate may look at besides its subject
  const struct dir_view *dir; // may assume what is about to be stored
  struct arena *arena;
  const Prg__Programme *programme;
  const char *on; // the day in question
  // role -> parties, for `under` and `operated_by`: those of the agreement or partnership at hand
  const Reg__AgreementParty *const *parties;
  size_t n_parties;
  const Reg__Member *const *members;
  size_t n_members;
  bool quiet; // only whether it holds: answers about institutions come without their sentences
};
#define PREDICATE_PARAMS 17 // eight pairs and the end
struct predicate_answer {
  bool holds;
  enum reason code;    // the invariant that refuses when it does not hold
  const char *zh, *en; // the sentence: why it holds or not; in the arena
  // Of the code's text in reasons.def, where that has its own (PN-02 ...): name, value, ... NULL.
  const char *params[PREDICATE_PARAMS];
};

// 0 or negative. The subject of each kind; a predicate that does not apply to the subject answers -EINVAL.
int predicate_party(const struct predicate_env *env, const Prg__Predicate *predicate,
                    const Reg__Institution *party, struct predicate_answer *ret);
int predicate_partnership_party(const struct predicate_env *env, const Prg__Predicate *predicate,
                                const Reg__Partnership *party, struct predicate_answer *ret);
int predicate_person(const struct predicate_env *env, const Prg__Predicate *predicate,
                     const Reg__Person *person, struct predicate_answer *ret);
int predicate_structure(const struct predicate_env *env, const Prg__Predicate *predicate,
                        const Reg__Partnership *partnership, struct predicate_answer *ret);

// Lookups inside a programme; NULL if unknown.
const Prg__RoleDef *programme_role(const Prg__Programme *programme, const char *id);
const Prg__Mode *programme_mode(const Prg__Programme *programme, const char *id);
// PR-04: what of a programme is retired takes nothing new; `what` that would be, zh and en. It names the
// newest version in force.
int programme_retired_refuse(const struct dir_view *dir, const char *id, uint32_t version,
                             const char *const what[2], struct decision *out);
const Prg__Measure *programme_measure(const Prg__Programme *programme, const char *id);
