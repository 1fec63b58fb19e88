// A bump allocator with a hard cap: everything one command needs, freed at once.
// Invariants: memory is zeroed; nothing is freed singly; past the cap every call gives NULL and `exhausted`
// stays set until arena_reset. As protobuf-c allocator it bounds decode bombs (nesting, merge, 76-fold
// amplification): a message that does not fit is INVALID, never a crash.
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;

// cap in bytes (0 = 1 MiB). Returns 0 or -ENOMEM.
int arena_new(size_t cap, struct arena **ret);
struct arena *arena_free(struct arena *arena);
// Forgets all, keeps one block for reuse.
void arena_reset(struct arena *arena);
bool arena_exhausted(const struct arena *arena);
size_t arena_used(const struct arena *arena);

void *arena_alloc(struct arena *arena, size_t size); // zeroed, aligned to 16; NULL past the cap
char *arena_strdup(struct arena *arena, const char *text);
char *arena_strndup(struct arena *arena, const char *text, size_t length);
void *arena_memdup(struct arena *arena, const void *data, size_t length);
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define ARENA_NEW(arena, type)          ((type *)arena_alloc((arena), sizeof(type)))
#define ARENA_ARRAY(arena, type, count) ((type *)arena_alloc_array((arena), (count), sizeof(type)))
void *arena_alloc_array(struct arena *arena, size_t count, size_t size); // NULL on overflow too

// The allocator to hand to <message>__unpack. Its free does nothing. Owned by the arena.
ProtobufCAllocator *arena_allocator(struct arena *arena);

// Copies a message (pack, unpack) into the arena; NULL past the cap.
ProtobufCMessage *arena_clone(struct arena *arena, const ProtobufCMessage *message);
