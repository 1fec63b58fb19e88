// The cheapest way between nodes of the residual network, looked for from both ends at once. Reduced costs
// are lexicographically >= 0 there, so only what lies nearer than the way is long is looked at, and only
// there do potentials have to change so that sending over the way keeps all of them >= 0.
#pragma once
#include "services/dispatch/solver/incidence.h"
#include "services/dispatch/solver/solver.h"

struct df;

struct df_label {
  int32_t node;
  int32_t via; // the arc on the way to the start: arc * 2, + 1 if the way uses it against its direction; -1:
               // a start
  int32_t place; // 1 + where it is in the heap; 0: at hand; -1: done
};
struct df_key {
  int64_t first; // the distance on level 0
  int32_t label;
};
// What one side has reached. Distances are `levels` numbers a label.
struct df_ball {
  int32_t *of; // by node: 1 + its label, 0 = not reached
  struct df_label *label;
  int64_t *distance;
  struct df_key *heap;
  int32_t *hand; // labels no further away than the one done last
  int32_t count, room, waiting, at_hand;
  uint64_t looked; // arcs
};
struct df_meet {
  struct df_incidence at;
  struct df_ball ball[2]; // from the starts along the way; from the ends back
  int32_t n;              // nodes there is room for
  int levels;
  bool bounded;
  int64_t length[DF_MAX_LEVELS];       // of the best way so far, or what it must stay below
  int32_t middle;                      // where that way changes sides; -1: there is none yet
  int32_t *way;                        // its steps, in no order: arc * 2, + 1 if against the arc's direction
  int32_t steps, way_room, way_end[2]; // and the start and the end it leads from and to
};
enum df_met {
  DF_MET_WAY,  // `middle` and `length` describe it
  DF_MET_FAR,  // there is none below the limit
  DF_MET_NONE, // there is none
  DF_MET_STOP  // no memory, or more looked at than allowed
};

bool df_meet_open(struct df *df); // lists of arcs and room for a search
void df_meet_free(struct df *df);
void df_meet_start(struct df *df, const int64_t *limit); // NULL: none
bool df_meet_put(struct df *df, int side, int32_t node); // side 0: a start, 1: an end
// Looks at up to *budget arcs and takes those off it. Arcs that are DF_NOTED do not exist.
enum df_met df_meet_run(struct df *df, uint64_t *budget);
bool df_meet_read(struct df *df); // after DF_MET_WAY: fills in `way`. False: no memory
// Shifts the saved potentials so that the way found, or if there is none below the limit an arc of that
// reduced cost back to the starts, costs nothing. False: numbers grow too big.
bool df_meet_shift(struct df *df);
