// The spanning tree of the basis, rooted at node n (an extra node; node v may hang from it by an artificial
// arc). Invariant while pivoting: strongly feasible, i.e. a positive amount can be pushed from every node to
// the root (up > 0); this and the choice of the leaving arc rule out cycling.
#pragma once
#include "services/dispatch/solver/mem.h"
#include "services/dispatch/solver/work.h"
#include <stdint.h>

#define DF_ARTIFICIAL_UP   (-1) // pred: artificial arc node -> root
#define DF_ARTIFICIAL_DOWN (-2) // pred: artificial arc root -> node

// What the walk around a cycle touches, one record per node. up and down: what can still be pushed over the
// arc to the parent, towards the parent and away from it; their sum is the capacity.
struct df_node32 {
  int32_t parent, size; // size: nodes in the subtree
  int32_t up, down;
};
struct df_node64 {
  int32_t parent, size;
  int64_t up, down;
};
struct df_link {
  int32_t thread, back; // preorder, circular
  int32_t last;         // last node of the subtree in preorder
  int32_t pred;         // entry of the working set, or DF_ARTIFICIAL_*
};

struct df_tree {
  int32_t n;                // nodes without the root
  bool wide;                // which of the two node arrays is in use
  struct df_node32 *narrow; // n + 1
  struct df_node64 *node;
  struct df_link *link;
  int64_t *pi;
  int32_t *path;    // n + 1, of the pivot at work: its cycle, from the front and from the back
  uint64_t touched; // nodes that pivots walked over: what pivots cost, whatever the machine
  int64_t big;      // cost of artificial arcs on this level
};

bool df_tree_room(struct df_tree *tree, struct df_mem *mem, int32_t n, bool wide);
// The other width, with the same parents; what arcs carry is lost. False: no memory, nothing changed.
bool df_tree_convert(struct df_tree *tree, struct df_mem *mem, bool wide);
void df_tree_free(struct df_tree *tree, struct df_mem *mem);

static inline int32_t df_tree_parent(const struct df_tree *tree, int32_t node)
{
  return tree->wide ? tree->node[node].parent : tree->narrow[node].parent;
}
static inline int64_t df_tree_up(const struct df_tree *tree, int32_t node)
{
  return tree->wide ? tree->node[node].up : tree->narrow[node].up;
}
static inline int64_t df_tree_down(const struct df_tree *tree, int32_t node)
{
  return tree->wide ? tree->node[node].down : tree->narrow[node].down;
}
static inline int64_t df_tree_infinite(const struct df_tree *tree)
{
  return tree->wide ? INT64_C(1) << 61 : (1 << 30) + (1 << 29); // with room above
}
void df_tree_set(struct df_tree *tree, int32_t node, int32_t parent, int64_t up, int64_t down); // size 1
void df_tree_residual(struct df_tree *tree, int32_t node, int64_t up, int64_t down);

// From parent alone: preorder, last and size. False if the parents form no tree (only by damaged imports).
bool df_tree_thread(struct df_tree *tree);
// From the preorder and costs of the working set: potentials with pi[root] = 0.
void df_tree_potentials(struct df_tree *tree, const struct df_work *work);
// Shifts all potentials so that the root's is 0.
void df_tree_normalise(struct df_tree *tree);

// Takes the subtree of `out` off and hangs it from `parent` by its node `in` and the arc `pred`.
struct df_rehang {
  int32_t out, in, parent, pred;
  int64_t up, down;
};
void df_rehang32(struct df_tree *tree, const struct df_rehang *rehang);
void df_rehang64(struct df_tree *tree, const struct df_rehang *rehang);

// Brings the entry with reduced cost rc < 0 and capacity `cap` into the basis. False if the cycle has no
// bound.
bool df_pivot32(struct df_tree *tree, struct df_work *work, int32_t entry, int64_t rc, int64_t cap);
bool df_pivot64(struct df_tree *tree, struct df_work *work, int32_t entry, int64_t rc, int64_t cap);
