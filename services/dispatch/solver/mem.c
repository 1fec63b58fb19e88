#include "services/dispatch/solver/mem.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define HEAD 64           // keeps blocks on cache lines
#define BIG  (128 * 1024) // bytes: from here on pages are asked for together

static size_t size_of(void *block)
{
  size_t size = 0;
  memcpy(&size, (char *)block - HEAD, sizeof size);
  return size;
}

static bool admit(const struct df_mem *mem, size_t old, size_t count, size_t size, size_t *ret_bytes)
{
  size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2) return false;
  bytes = (bytes + HEAD + 63) / 64 * 64;
  if (mem->limit && mem->used - old + bytes > mem->limit) return false;
  *ret_bytes = bytes;
  return true;
}

// Blocks are filled right after they are got. Asking for all pages at once costs half of what the first touch
// of each does, which on virtual machines is a good part of a solve. Only a hint: refusals change nothing.
static void touch(char *raw, size_t from, size_t to)
{
#ifdef MADV_POPULATE_WRITE
  if (to - from < BIG) return;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), first = ((uintptr_t)raw + from + page - 1) / page * page,
            last = ((uintptr_t)raw + to) / page * page;
  if (first < last) (void)madvise((void *)first, last - first, MADV_POPULATE_WRITE);
#else
  (void)raw, (void)from, (void)to;
#endif
}

static void count_up(struct df_mem *mem, size_t bytes)
{
  mem->used += bytes;
  if (mem->used > mem->peak) mem->peak = mem->used;
}

void *df_mem_get(struct df_mem *mem, size_t count, size_t size)
{
  size_t bytes = 0;
  if (!admit(mem, 0, count, size, &bytes)) return NULL;
  char *raw = calloc(1, bytes);
  if (!raw) return NULL;
  touch(raw, 0, bytes);
  memcpy(raw, &bytes, sizeof bytes);
  count_up(mem, bytes);
  return raw + HEAD;
}

void *df_mem_put(struct df_mem *mem, void *block)
{
  if (!block) return NULL;
  mem->used -= size_of(block);
  free((char *)block - HEAD);
  return NULL;
}

bool df_mem_resize(struct df_mem *mem, void *block, size_t count, size_t size)
{
  void *old = NULL;
  memcpy(&old, block, sizeof old);
  size_t had = old ? size_of(old) : 0, bytes = 0;
  if (!admit(mem, had, count, size, &bytes)) return false;
  char *raw = realloc(old ? (char *)old - HEAD : NULL, bytes);
  if (!raw) return false;
  size_t known = had ? had : HEAD;
  if (bytes > known) {
    touch(raw, known, bytes);
    memset(raw + known, 0, bytes - known);
  }
  memcpy(raw, &bytes, sizeof bytes);
  mem->used -= had;
  count_up(mem, bytes);
  void *fresh = raw + HEAD;
  memcpy(block, &fresh, sizeof fresh);
  return true;
}
