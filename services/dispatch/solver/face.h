// What is priced on a level: the arcs on which all earlier levels are indifferent.
#pragma once
#include "services/dispatch/solver/df.h"

// Fills the working set for a level; tree preds become entries.
enum df_code df_face_build(struct df *df, int level);
// Writes one entry; room was made.
void df_face_put(struct df *df, int level, int32_t arc, int32_t entry);
// Marks the arcs off the optimal face of a level: they stay where they are.
void df_face_freeze(struct df *df, int level);
void df_face_thaw(struct df *df);
