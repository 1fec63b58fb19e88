// What load.c and grow.c share: checking numbers on the way in.
#pragma once
#include "services/dispatch/solver/df.h"

#define DF_ARCS_MAX  (INT32_MAX / 2 - 16)
#define DF_NODES_MAX (INT32_MAX - 16)

// Records what is wrong; DF_OVERFLOW for numbers out of range, else DF_BAD_INPUT.
enum df_code df_refuse(struct df *df, enum df_fault what, int64_t index);
enum df_code df_check_arc(struct df *df, const struct df_arcs *arcs, int32_t i);
