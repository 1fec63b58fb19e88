// Re-solving at the cost of what edits touch. What was optimal stays so but for the arcs and nodes with
// notes: arcs whose cost turned against what they carry are put right along cheapest ways round them, nodes
// that give or get too much along cheapest ways between them (successive shortest paths), on all levels at
// once.
#pragma once
#include "services/dispatch/solver/df.h"

// True: the basis is optimal again on every level. False: it has to be repaired and solved; states and tree
// are a basis in any case.
bool df_mend(struct df *df, struct df_run *run);
