#include "common/base/arena.h"
#include "common/base/cleanup.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ALIGNMENT   16
#define FIRST_BLOCK (16 * 1024)
#define DEFAULT_CAP (1024 * 1024)

struct block {
  struct block *next;
  size_t size; // of bytes
  _Alignas(ALIGNMENT) uint8_t bytes[];
};

struct arena {
  struct block *blocks; // the newest first; only this one has room
  size_t offset;        // in the newest block
  size_t used, cap;     // aligned bytes handed out, over all blocks
  bool exhausted;
  ProtobufCAllocator allocator;
};

static void *allocator_alloc(void *data, size_t size)
{
  return arena_alloc(data, size);
}

static void allocator_free(void *data, void *pointer)
{
  (void)data;
  (void)pointer;
}

int arena_new(size_t cap, struct arena **ret)
{
  struct arena *arena = calloc(1, sizeof *arena);
  if (!arena) return -ENOMEM;
  arena->cap = cap ? cap : DEFAULT_CAP;
  arena->allocator = (ProtobufCAllocator){allocator_alloc, allocator_free, arena};
  *ret = arena;
  return 0;
}

static void free_blocks(struct block *block)
{
  while (block) {
    struct block *next = block->next;
    free(block);
    block = next;
  }
}

struct arena *arena_free(struct arena *arena)
{
  if (!arena) return NULL;
  free_blocks(arena->blocks);
  free(arena);
  return NULL;
}

void arena_reset(struct arena *arena)
{
  if (arena->blocks) {
    free_blocks(arena->blocks->next);
    arena->blocks->next = NULL;
  }
  arena->offset = 0;
  arena->used = 0;
  arena->exhausted = false;
}

bool arena_exhausted(const struct arena *arena)
{
  return arena->exhausted;
}
size_t arena_used(const struct arena *arena)
{
  return arena->used;
}

// Makes room for size bytes in a new block. Blocks double, so a big command costs few of them.
static bool grow(struct arena *arena, size_t size)
{
  size_t wanted = arena->blocks ? arena->blocks->size * 2 : FIRST_BLOCK;
  if (wanted > arena->cap) wanted = arena->cap;
  if (wanted < size) wanted = size;
  struct block *block = malloc(sizeof *block + wanted);
  if (!block) return false;
  block->next = arena->blocks;
  block->size = wanted;
  arena->blocks = block;
  arena->offset = 0;
  return true;
}

void *arena_alloc(struct arena *arena, size_t size)
{
  if (arena->exhausted) return NULL;
  if (size == 0) size = 1; // a pointer of its own, as the caller may take NULL for failure
  size_t aligned = (size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
  if (aligned < size || aligned > arena->cap - arena->used) {
    arena->exhausted = true;
    return NULL;
  }
  if ((!arena->blocks || aligned > arena->blocks->size - arena->offset) && !grow(arena, aligned)) {
    arena->exhausted = true;
    return NULL;
  }
  void *result = arena->blocks->bytes + arena->offset;
  arena->offset += aligned;
  arena->used += aligned;
  return memset(result, 0, aligned);
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
  size_t total = 0;
  if (__builtin_mul_overflow(count, size, &total)) {
    arena->exhausted = true;
    return NULL;
  }
  return arena_alloc(arena, total);
}

void *arena_memdup(struct arena *arena, const void *data, size_t length)
{
  void *copy = arena_alloc(arena, length);
  if (copy && length) memcpy(copy, data, length);
  return copy;
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
  size_t n = strnlen(text, length);
  char *copy = arena_alloc(arena, n + 1);
  if (copy) memcpy(copy, text, n);
  return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
  return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
  va_list list, again;
  va_start(list, format);
  va_copy(again, list);
  int n = vsnprintf(NULL, 0, format, list);
  va_end(list);
  char *text = n < 0 ? NULL : arena_alloc(arena, (size_t)n + 1);
  if (text) vsnprintf(text, (size_t)n + 1, format, again);
  va_end(again);
  return text;
}

ProtobufCAllocator *arena_allocator(struct arena *arena)
{
  return &arena->allocator;
}

ProtobufCMessage *arena_clone(struct arena *arena, const ProtobufCMessage *message)
{
  // The packed form is kept out of the arena: it is needed for this call only and would double the charge.
  size_t size = protobuf_c_message_get_packed_size(message);
  _cleanup_free_ uint8_t *packed = malloc(size ? size : 1);
  if (!packed) {
    arena->exhausted = true;
    return NULL;
  }
  protobuf_c_message_pack(message, packed);
  return protobuf_c_message_unpack(message->descriptor, &arena->allocator, size, packed);
}
