// The structure of a partnership against its mode (PN-01 .. PN-10, AG-02, AG-03, IN-07).
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

struct reg_structure {
  const struct dir_view *dir;
  const Prg__Programme *programme;
  const Prg__Mode *mode;
  const Reg__Agreement *agreement; // or NULL
  const Reg__Partnership *partnership;
  const char *on;                // the day the conditions are asked for
  const Reg__Institution *as_if; // or NULL: as it is about to become
  const char *gone;              // or NULL: id of a partnership that is about to end
};

// The first fault as a rejection, 0 when the structure holds.
int reg_structure_check(const struct reg_structure *structure, struct decision *out);
// The codes of all rules that do not hold, each once, in the order of checking. *ret in the arena.
int reg_structure_faults(const struct reg_structure *structure, struct arena *arena, char ***ret,
                         size_t *ret_n);
