// The arcs a search from node to node looks at, listed at both their ends. Of a big network only those are
// listed that cost little: by reduced cost, the potentials being an optimum's, on the first level on which
// arcs differ enough. All others cost more than `most` there, and that holds until potentials have moved
// apart by more than `most`; then the arcs left out are priced again.
#pragma once
#include "services/dispatch/solver/mem.h"
#include <stdint.h>

struct df;

struct df_end {
  int32_t far;  // inner node at the other end
  int32_t end;  // arc * 2, + 1 where the node it is listed at is the head
  int32_t cost; // reduced, on level 0, at drifts of 0; DF_FAR_COST: too big to stand here
};
#define DF_FAR_COST INT32_MIN
struct df_late { // an end listed later, chained
  struct df_end end;
  int32_t next; // 1 + index; 0: the last
};
// What a search asks of each node it comes across, in one place.
struct df_spot {
  int64_t drift;    // of the potential on level 0 since the arcs were listed
  int32_t label[2]; // 1 + its label by side of the search, 0 = not reached
};
struct df_near {
  int32_t n;      // nodes of the network that was listed; 0: none is
  int32_t *first; // n + 1, by inner node: where the ends at a node begin in `end`
  struct df_end *end;
  int32_t ends;
  int32_t *late; // by inner node: 1 + index of the first in `chain`; 0: none
  struct df_late *chain;
  int32_t chained, room;
  struct df_spot *spot; // by inner node
  int level;    // arcs that cost nothing on the levels before this and at most `most` on it are listed
  int64_t most; // -1: nor are all that cost nothing
  // Since arcs were priced last:
  int64_t *since;    // by inner node: how its potential on that level has moved
  int64_t high, low; // the greatest and the least of these
  bool moved;        // some potential on a level before it has moved
  uint8_t *stirred;  // by node: 1 where any potential has
};

// Makes the lists if there are none. Needs the potentials of an optimum. False: no memory.
bool df_near_open(struct df *df);
void df_near_forget(struct df *df); // the lists, not their memory
void df_near_free(struct df *df);
// After an edit: lists the arc if it is not, and takes its cost over; or takes it off the lists if nothing
// can go over it any more. False: no memory.
bool df_near_put(struct df *df, int32_t arc);
// The potential of the inner node on the level has moved.
void df_near_drift(struct df_near *near, int32_t node, int level, int64_t change);
// Whether all arcs left out still cost something.
static inline bool df_near_holds(const struct df_near *near)
{
  return !near->moved && near->high - near->low <= near->most;
}
// An ascending list of arcs.
struct df_list {
  int32_t *arc;
  int32_t count, room;
};
// Both add the arcs they let in to the list; those of them that cost less than nothing have to be put right.
// Lists all arcs at the nodes which that side of a search has reached. 1, 0: there was none left; -1: no
// memory.
int df_near_spread(struct df *df, int side, struct df_list *ret);
// Lists what is near by now. 0, -1: no memory.
int df_near_renew(struct df *df, struct df_list *ret);

// near_choose.c: chooses `level` and `most`. True: too many arcs cost nothing to list them all.
bool df_near_choose(struct df *df);
