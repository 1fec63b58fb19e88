// One number per arc, kept in 32 bits while all of them fit: most networks of this kind need no more, and the
// arc arrays are what fills memory. A column without storage is all zero.
#pragma once
#include "services/dispatch/solver/mem.h"
#include <stdint.h>

struct df_column {
  int32_t *narrow;
  int64_t *wide;
};

static inline int64_t df_column_get(const struct df_column *column, int32_t index)
{
  if (column->narrow) return column->narrow[index];
  return column->wide ? column->wide[index] : 0;
}

// Storage for `room` values, in 64 bits if `wide`.
bool df_column_new(struct df_column *column, struct df_mem *mem, size_t room, bool wide);
// Room for more values, still zero.
bool df_column_grow(struct df_column *column, struct df_mem *mem, size_t room);
// Widens where the value needs it; `room` is the number of values in storage.
bool df_column_set(struct df_column *column, struct df_mem *mem, size_t room, int32_t index, int64_t value);
void df_column_free(struct df_column *column, struct df_mem *mem);
