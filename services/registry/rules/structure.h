// The structure of a partnership against its mode and the agreement it rests on (PN-01 .. PN-13, AG-02,
// AG-03, AG-05, IN-07). A rule that is waived on the day counts as holding.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

struct reg_structure {
  const struct dir_view *dir; // may assume what is about to be stored
  const Prg__Programme *programme;
  const Prg__Mode *mode;
  const Reg__Agreement *agreement; // or NULL
  const Reg__Partnership *partnership;
  const char *on;         // the day the conditions are asked for
  char *const *tolerated; // codes that count as holding in reg_structure_check
  size_t n_tolerated;
};
// Fills it from the records a partnership names; NOT-FOUND where one is missing.
int reg_structure_of(const struct dir_view *dir, const Reg__Partnership *partnership, const char *on,
                     struct decision *out, struct reg_structure *ret);

// The first fault as a rejection, 0 when the structure holds.
int reg_structure_check(const struct reg_structure *structure, struct decision *out);
// The codes of all rules that do not hold, each once, in the order of checking. *ret in the arena.
int reg_structure_faults(const struct reg_structure *structure, struct arena *arena, char ***ret,
                         size_t *ret_n);
// Only the nesting (PN-09).
int reg_structure_nests(const struct reg_structure *structure, struct decision *out);
// Whether all members are one legal person already, without a merger to come (PN-05).
int reg_structure_merged(const struct reg_structure *structure, struct arena *arena, bool *ret);
// The waiver of a rule ("PN-02") that runs on a day; NULL if none.
const Reg__Waiver *reg_waiver_on(const Reg__Partnership *partnership, const char *rule, const char *day);
