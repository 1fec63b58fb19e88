// Changing what arcs carry in an optimum without pricing: arcs off the tree go from bound to bound, tree arcs
// take what fits, and an arc that ends up between its bounds joins the tree. Tree arcs may come to cost
// something while they are at a bound; these leave first.
#pragma once
#include "services/dispatch/solver/df.h"

// How much more the arc can carry; against: how much can be taken back.
int64_t df_room(const struct df *df, int32_t arc, bool against);
// -1, 0 or 1: sign of the vector of reduced costs.
int df_cost_sign(const struct df *df, int32_t arc);
// Makes the arc carry `flow`, which fits its bounds: a tree arc, or one off the tree that this brings to a
// bound. False: 32 bits do not hold it, or no memory.
bool df_carry(struct df *df, int32_t arc, int64_t flow);
// Brings an arc off the tree that costs nothing and carries something between its bounds into the tree, or to
// a bound by sending round the circle it closes. False: not possible.
bool df_carry_enter(struct df *df, int32_t arc, int64_t flow);
// The solve by simplex may have to go on from here: what changes about an arc is marked for its working set,
// in which arcs that leave their lower bound must be. False: no memory.
bool df_carry_mark(struct df *df, int32_t arc);
