#include "services/dispatch/solver/column.h"

bool df_column_new(struct df_column *column, struct df_mem *mem, size_t room, bool wide)
{
  if (wide) return (column->wide = df_mem_get(mem, room, sizeof(int64_t))) != NULL;
  return (column->narrow = df_mem_get(mem, room, sizeof(int32_t))) != NULL;
}

bool df_column_grow(struct df_column *column, struct df_mem *mem, size_t room)
{
  if (column->narrow) return df_mem_resize(mem, &column->narrow, room, sizeof(int32_t));
  if (column->wide) return df_mem_resize(mem, &column->wide, room, sizeof(int64_t));
  return true;
}

static bool widen(struct df_column *column, struct df_mem *mem, size_t room)
{
  int64_t *wide = df_mem_get(mem, room, sizeof *wide);
  if (!wide) return false;
  for (size_t i = 0; i < room; i++)
    wide[i] = column->narrow[i];
  column->narrow = df_mem_put(mem, column->narrow);
  column->wide = wide;
  return true;
}

bool df_column_set(struct df_column *column, struct df_mem *mem, size_t room, int32_t index, int64_t value)
{
  bool fits = value >= INT32_MIN && value <= INT32_MAX;
  if (!column->narrow && !column->wide) {
    if (value == 0) return true;
    if (!df_column_new(column, mem, room, !fits)) return false;
  }
  if (column->narrow && !fits && !widen(column, mem, room)) return false;
  if (column->narrow)
    column->narrow[index] = (int32_t)value;
  else
    column->wide[index] = value;
  return true;
}

void df_column_free(struct df_column *column, struct df_mem *mem)
{
  column->narrow = df_mem_put(mem, column->narrow);
  column->wide = df_mem_put(mem, column->wide);
}
