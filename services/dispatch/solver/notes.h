// Edits since the last optimum, as far as the next solve can start from what they changed alone.
#pragma once
#include "services/dispatch/solver/df.h"

// Called before an edit: what the arc carries now; a change of supply.
void df_note_arc(struct df *df, int32_t arc);
void df_note_new_arc(struct df *df, int32_t arc);
void df_note_supply(struct df *df, int32_t node, int64_t change);
// Notes are used up by any solve.
void df_forget_notes(struct df *df);
