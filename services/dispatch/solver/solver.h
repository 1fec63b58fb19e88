// Minimum-cost flow with lower bounds and several lexicographic cost levels, solved exactly, explained,
// re-solved. Pure: arrays in, arrays out; no clock, no allocation seen by the caller; deterministic for given
// input.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum df_code {
  DF_OK = 0, // load and edits: taken
  DF_OPTIMAL,
  DF_FEASIBLE_GAP, // limit reached: the flow is feasible, the gap is certified
  DF_INFEASIBLE,   // df_cut gives the nodes whose demand exceeds what can reach them
  DF_UNBOUNDED,
  DF_OVERFLOW,  // n * max|cost| passes what the arithmetic holds
  DF_BAD_INPUT, // df_bad_index: the node or arc at fault; df_fault says what is wrong with it
  DF_CANCELLED, // stopped before any feasible flow was known
  DF_NO_MEMORY
};

enum df_fault {
  DF_FAULT_NONE,
  DF_FAULT_SIZE,   // n, m or levels negative or too big
  DF_FAULT_NODE,   // the arc's tail or head is no node
  DF_FAULT_BOUNDS, // the arc's lower bound is above its upper bound
  DF_FAULT_RANGE,  // a number of the arc or node passes what the arithmetic holds
  DF_FAULT_BALANCE // supplies do not sum to zero (found by df_solve; index -1)
};

#define DF_INFINITE   (INT64_C(1) << 61) // an upper bound from here on means "no bound"
#define DF_MAX_LEVELS 16

struct df;
struct df_limits {
  size_t max_memory;
}; // 0 = none
struct df_options {
  int64_t deadline_us;  // monotonic; 0 = none. Not for use in rules
  uint64_t pivot_limit; // 0 = none; deterministic
  const volatile int *cancel;
  uint64_t seed; // where pricing starts: another seed, another way to the same values
};
struct df_stats {
  uint64_t pivots, arcs_priced;
  size_t peak_bytes;
  int level;   // the last level worked on
  bool mended; // few edits were put right where they touch the optimum, without pricing all arcs
  int64_t gap; // with DF_FEASIBLE_GAP: how far that level is from its optimum at most; INT64_MAX = unknown
};

// n nodes with supply (> 0) or demand (< 0); m arcs with lower and upper bounds and costs[level][arc].
// The arrays are copied. Levels: level 0 outranks level 1 and so on; no weights are formed.
struct df_problem {
  int32_t n, m;
  const int64_t *supply;
  const int32_t *tail, *head;
  const int64_t *lower, *upper;
  int levels;
  const int64_t *const *cost;
  const int32_t *lower32,
      *upper32; // instead of lower and upper, where 32 bits hold them; lower may be left out (0)
};

struct df *df_new(const struct df_limits *limits);
struct df *df_free(struct df *df);
enum df_code df_load(struct df *df, const struct df_problem *problem);
// Locality, after load: a group (0 .. n - 1) per node, < 0 for none, e.g. its province. Optional: changes the
// time needed and, among equal optima, perhaps the choice. NULL forgets it. False: no memory.
bool df_hint(struct df *df, const int32_t *group);
enum df_code df_solve(struct df *df, const struct df_options *options, struct df_stats *stats);

// After DF_OPTIMAL: makes now what the first re-solve would otherwise make first, for when there is time for
// it, as when the answer is out. Optional, changes no answer. False: no optimum to start from, or no memory.
bool df_prepare(struct df *df);

int64_t df_flow(const struct df *df, int32_t arc);
int64_t df_potential(const struct df *df, int level, int32_t node);
// Value of a level as 128 bits in two halves: *high * 2^64 + *low.
void df_objective(const struct df *df, int level, int64_t *high, uint64_t *low);
int64_t df_bad_index(const struct df *df);
enum df_fault df_fault(const struct df *df);

// Edits, then df_solve again: warm from the last basis.
enum df_code df_set_cost(struct df *df, int level, int32_t arc, int64_t cost);
enum df_code df_set_bounds(struct df *df, int32_t arc, int64_t lower, int64_t upper);
enum df_code df_set_supply(struct df *df, int32_t node, int64_t supply);
struct df_arcs {
  const int32_t *tail, *head;
  const int64_t *lower, *upper; // lower may be NULL: all 0
  const int64_t *const *cost;   // cost[level][arc]
};
enum df_code df_add_arcs(struct df *df, int32_t count, const struct df_arcs *arcs); // copied
enum df_code df_add_nodes(struct df *df, int32_t count, const int64_t *supply);

// Explanation.
// Marks the nodes of a cut that proves infeasibility (after DF_INFEASIBLE). marks has n bytes.
void df_cut(const struct df *df, uint8_t *marks);
// Nodes from which `node` can still be reached in the residual network of the final flow: its saturated
// border names the quotas that close it.
void df_residual_cut(const struct df *df, int32_t node, uint8_t *marks);
// What one more unit of capacity on this arc changes on each level (exact, by a residual shortest path):
// values[levels]. False if it changes nothing.
bool df_marginal(const struct df *df, int32_t arc, int64_t *values);
// What carrying one more unit over this arc would change on each level, its own upper bound aside, and the
// cheapest chain of changes that makes room for it: steps from the arc's head back to its tail, arc * 2, + 1
// where a unit is taken back. Returns the number of steps (of which `room` are written); -1 if there is no
// way.
int32_t df_chain(const struct df *df, int32_t arc, int32_t *steps, int32_t room, int64_t *values);
// The k unused arcs into (or out of) a node that would cost least to use instead, cheapest first, each with
// what using it changes on each level in all. Returns how many there are.
enum df_side { DF_INTO, DF_OUT_OF };
struct df_alternative {
  int32_t arc;
  int64_t values[DF_MAX_LEVELS];
};
int32_t df_alternatives(const struct df *df, int32_t node, enum df_side side, int32_t k,
                        struct df_alternative *out);

// The basis as bytes (format DFB1, little-endian, with a checksum), to start warm in another process. Returns
// the size; nothing is written if it is more than `room`. 0: there is no basis.
size_t df_basis_export(const struct df *df, void *bytes, size_t room);
// After load, into the same network or one with nodes and arcs added behind. DF_BAD_INPUT: the bytes are
// damaged or of another network; the next solve then starts cold, as if nothing had been imported.
enum df_code df_basis_import(struct df *df, const void *bytes, size_t length);
