// Inside of figures. Used by figures*.c only.
#pragma once
#include "common/base/date.h"
#include "common/domain/division.h"
#include "services/registry/rules/figures.h"
#include "services/registry/rules/id_set.h"

enum { FIGURES_NEST_MAX = 3, FIGURES_SCRATCH = 1 << 20 };

struct figures_entry {
  char division[DIVISION_SIZE];
  char id[ID_SET_TEXT];
};
struct figures_list { // sorted by division, so that those of a subtree stand together
  struct figures_entry *entries;
  size_t n, room;
  bool agreements; // else partnerships
};
struct figures {
  const Prg__Indicator *indicator;
  const char *programme;
  char day[DATE_SIZE];
  bool of_divisions;       // the unit of a coverage
  struct id_set covered;   // institutions, or counties; each with the place in `by`
  char (*by)[ID_SET_TEXT]; // partnerships
  size_t n_by, room_by;
  struct figures_list num, den;
  struct arena *scratch; // for predicates; emptied with each unit
};

enum figures_unit { FIGURES_OF_INSTITUTIONS, FIGURES_OF_DIVISIONS, FIGURES_OF_BOTH };
// Whether an institution meets the universe's predicates of this kind, and is alive where it is asked for as
// such.
int figures_fits(const struct figures *figures, const struct dir_view *dir,
                 const Reg__Institution *institution, enum figures_unit about, bool *ret);
