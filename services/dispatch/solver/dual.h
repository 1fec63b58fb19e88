// Re-solving at the cost of what edits touch. The optimal tree stays dual feasible while bounds and supplies
// change, and arcs that costs turn against are moved to their other bound; what then carries too much or too
// little is put right by dual pivots, on all levels at once: one tree is optimal for the vector of costs.
#pragma once
#include "services/dispatch/solver/df.h"

// Called before an edit: what the arc carries now; a change of supply.
void df_dual_note_arc(struct df *df, int32_t arc);
void df_dual_note_new_arc(struct df *df, int32_t arc);
void df_dual_note_supply(struct df *df, int32_t node, int64_t change);
// Notes are used up by any solve.
void df_dual_forget_notes(struct df *df);
void df_dual_free(struct df *df);

// True: the basis is optimal again on every level. False: it has to be repaired and solved; states and tree
// are a basis in any case.
bool df_dual_solve(struct df *df, struct df_run *run);
