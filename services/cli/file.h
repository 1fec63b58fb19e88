// Whole small files.
#pragma once
#include "common/base/arena.h"

// Reads at most max bytes; a NUL follows. NULL with *ret_error a negative errno (-EFBIG past max).
char *file_read(const char *path, size_t max, struct arena *arena, size_t *ret_length, int *ret_error);
// "dir of base/path" unless path is absolute. In the arena.
char *file_beside(struct arena *arena, const char *base, const char *path);
