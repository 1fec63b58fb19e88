// Memory of one solver: counted, capped, given back at once. Blocks carry their size, so nobody can free a
// wrong one.
#pragma once
#include <stdbool.h>
#include <stddef.h>

struct df_mem {
  size_t used, peak;
  size_t limit; // 0 = none
};

// Zeroed; NULL past the limit or when the system has no more. count * size is checked.
void *df_mem_get(struct df_mem *mem, size_t count, size_t size);
// Takes NULL. Returns NULL.
void *df_mem_put(struct df_mem *mem, void *block);
// Grows or shrinks *block (a pointer to a pointer); new bytes are zero. On failure *block stays as it was.
bool df_mem_resize(struct df_mem *mem, void *block, size_t count, size_t size);
