// The cheapest way between nodes of the residual network, looked for from both ends at once. Reduced costs
// are lexicographically >= 0 there, so only what lies nearer than the way is long is looked at, and only
// there do potentials have to change so that sending over the way keeps all of them >= 0.
#pragma once
#include "services/dispatch/solver/ball.h"
#include "services/dispatch/solver/near.h"
#include "services/dispatch/solver/solver.h"

struct df;

struct df_meet {
  struct df_near near;
  int32_t *node;          // of each inner node
  struct df_ball ball[2]; // from the starts along the way; from the ends back
  int levels;
  bool limited, bounded;
  int64_t limit[DF_MAX_LEVELS];        // what a way must stay below, if limited
  int64_t length[DF_MAX_LEVELS];       // of the best way so far, or what it must stay below
  int32_t middle;                      // where that way changes sides, inner; -1: there is none yet
  int32_t *way;                        // its steps, in no order: arc * 2, + 1 if against the arc's direction
  int32_t steps, way_room, way_end[2]; // and the start and the end it leads from and to
};
enum df_met {
  DF_MET_WAY,  // `middle` and `length` describe it
  DF_MET_FAR,  // there is none below the limit
  DF_MET_NONE, // there is none
  DF_MET_STOP  // no memory, or more looked at than allowed
};

bool df_meet_open(struct df *df);    // lists of arcs and room for a search
bool df_meet_reserve(struct df *df); // room for what a long search reaches
void df_meet_free(struct df *df);
void df_meet_start(struct df *df, const int64_t *limit); // NULL: none
bool df_meet_put(struct df *df, int side, int32_t node); // side 0: a start, 1: an end
// Looks at up to *budget arcs and takes those off it. Arcs that are DF_NOTED do not exist.
enum df_met df_meet_run(struct df *df, uint64_t *budget);
bool df_meet_read(struct df *df); // after DF_MET_WAY: fills in `way`. False: no memory
// Shifts the saved potentials so that the way found, or if there is none below the limit an arc of that
// reduced cost back to the starts, costs nothing. False: numbers grow too big.
// back: undoes that.
bool df_meet_shift(struct df *df, bool back);
// Whether the search has moved so much that many arcs which are not listed may have turned against it.
bool df_meet_is_wide(const struct df *df);
// After DF_MET_NONE, if few nodes were reached: lists the arcs at these that were left out. 1: there are
// some, 0: there are none, or too many nodes; -1: no memory.
int df_meet_spread(struct df *df, struct df_list *ret);
bool df_meet_again(struct df *df); // as after the starts and ends were put. False: no memory
