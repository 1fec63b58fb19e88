// The solver's inside: what load.c fills, solve.c drives and the explanations read.
#pragma once
#include "services/dispatch/solver/column.h"
#include "services/dispatch/solver/meet.h"
#include "services/dispatch/solver/mem.h"
#include "services/dispatch/solver/price.h"
#include "services/dispatch/solver/solver.h"
#include "services/dispatch/solver/tree.h"
#include "services/dispatch/solver/work.h"

// Where an arc stands between solves. Neither UPPER nor TREE: at its lower bound.
enum {
  DF_UPPER = 1,
  DF_TREE = 2,
  DF_FROZEN = 4,  // off the optimal face of an earlier level: stays where it is
  DF_INSIDE = 8,  // has an entry in the working set
  DF_EDITED = 16, // changed since its entry was written
  DF_NOTED = 32,  // in df_notes, and not yet put right
  DF_LISTED = 64  // in df_near
};

// The network as the caller gave it, in the caller's order.
struct df_store {
  int32_t n, m, levels;
  int32_t node_room, arc_room;
  int64_t *supply;
  int32_t *tail, *head;
  struct df_column lower, span; // span = upper - lower; DF_INFINITE if unbounded
  struct df_column cost[DF_MAX_LEVELS];
  int64_t cost_max[DF_MAX_LEVELS]; // at least the greatest absolute cost
  unsigned __int128 mass;          // sum of |supply|, |lower| and bounded spans: what any flow can add up to
  int32_t loops;                   // arcs whose tail is their head
  uint8_t *state;
};

// Entries of a cold start lie region by region: the arcs inside region r are [first[r], first[r + 1]), those
// between regions follow. Each region is solved while it sits in the cache, then all together.
#define DF_LAYERS 4

struct df_regions {
  int32_t count;  // 0: no regions
  int32_t layers; // sifting adds a layer of entries each round: layer k lies at first + k * (count + 1)
  int32_t *first;
  int32_t *of; // region by node, -1: none; NULL without a hint
};

// Edits since the last optimum: what the next solve can start from.
#define DF_NOTES_MOST 64
struct df_note {
  int32_t what;  // arc, or ~node
  int64_t value; // what the arc carried; how the supply changed
};
struct df_notes {
  struct df_note *list;
  int32_t count, room;
  bool lost; // there was more than fits here
};

struct df {
  struct df_mem mem;
  struct df_store store;
  struct df_work work;
  struct df_tree tree;
  struct df_pricer pricer;
  int32_t *place; // inner number of each node: neighbours in the network lie close in memory
  int32_t *group; // hint of the caller by node, < 0: none; NULL: no hint
  struct df_regions regions;
  int64_t *excess; // scratch: supply still to be carried, by inner node; NULL between solves of one level
  int64_t *potential[DF_MAX_LEVELS]; // of the last solve, by node
  int32_t *entry;                    // entry of each inner node's tree arc, while `kept`
  bool kept;                         // the working set is of level 0 and as the last solve left it
  bool edited;                       // some arc is DF_EDITED
  bool sifted;                       // arcs may have been left out of the working set
  bool basis;                        // states and tree describe a basis to start from
  bool optimal;                      // that basis was optimal when the notes were empty
  struct df_notes notes;
  struct df_meet meet;
  enum df_code result;
  int result_level; // level on which a limit struck
  int64_t bad_index;
  enum df_fault fault;
};

// Storage of each arc array: SIMD may read a vector past the end.
static inline size_t df_arc_slots(const struct df_store *store)
{
  return (size_t)store->arc_room + 8;
}
void df_clear(struct df *df); // forgets network and basis, keeps the limits
static inline bool df_is_loop(const struct df_store *store, int32_t arc)
{
  return store->tail[arc] == store->head[arc];
}
// The inner node whose arc to its parent is this tree arc, between solves.
static inline int32_t df_lower_end(const struct df *df, int32_t arc)
{
  int32_t tail = df->place[df->store.tail[arc]];
  return df->tree.link[tail].pred == arc ? tail : df->place[df->store.head[arc]];
}
int64_t df_arc_flow(const struct df *df, int32_t arc); // above the lower bound
// By the potentials saved last.
static inline int64_t df_reduced_cost(const struct df *df, int level, int32_t arc)
{
  const int64_t *pi = df->potential[level];
  return df_column_get(&df->store.cost[level], arc) + pi[df->store.tail[arc]] - pi[df->store.head[arc]];
}

// basis.c: between states of arcs and tree
bool df_basis_room(struct df *df, bool wide); // memory for a basis, numbering of nodes
bool df_basis_cold(struct df *df);
// Rebuilds a primal feasible basis from arc states and tree parents after edits: what no longer fits hangs
// from the root by an artificial arc.
enum df_code df_basis_repair(struct df *df);
// After repair: goes on with the working set the last solve left; tree preds become entries.
void df_basis_resume(struct df *df);
// Writes where each entry of the working set stands into the store's states; tree preds become arcs.
void df_basis_sync(struct df *df);

// renumber.c: nodes in preorder of the tree, while the simplex is at work.
#define DF_RENUMBER_FROM 20000 // nodes: smaller trees sit in the cache anyway
void df_renumber(struct df *df);

// simplex.c
enum df_stop { DF_STOP_OPTIMAL, DF_STOP_LIMIT, DF_STOP_UNBOUNDED, DF_STOP_MEMORY };
#define DF_BASKET_LEAST 2
#define DF_BASKET_MOST  16
struct df_tuning {
  uint64_t pivots, priced, touched;
};
struct df_run {
  const struct df_options *options;
  struct df_stats *stats;
  uint64_t checked;  // pivots at the last look at the clock
  uint64_t renumber; // pivots at which the nodes are numbered anew
  uint64_t walked;   // tree.touched when that was last done
  struct df_tuning tuned;
  bool whole; // not just one region
  bool cold;  // no basis to start from
};
// One pivot each on the listed entries that still help.
enum df_stop df_simplex_try(struct df *df, struct df_run *run, const int32_t *list, int32_t count);
enum df_stop df_simplex(struct df *df, struct df_run *run, int32_t from, int32_t to); // entries [from, to)
