// Order-preserving keys for the store: fields one after the other, text ended by NUL, numbers big-endian.
// A key that would pass 511 bytes (LMDB's limit) is marked `overflow` and must be refused by the caller.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_MAX 511

struct key {
  size_t length;
  bool overflow;
  uint8_t bytes[KEY_MAX];
};

void key_init(struct key *key);
void key_text(struct key *key, const char *text); // adds the text and a NUL; NULL counts as ""
void key_u8(struct key *key, uint8_t value);
void key_u32(struct key *key, uint32_t value);
void key_u64(struct key *key, uint64_t value);
void key_bytes(struct key *key, const void *bytes, size_t length); // raw, only as the last field

bool key_equal(const struct key *a, const struct key *b);
bool key_begins(const struct key *key, const struct key *prefix);

// Reading back: advances *offset; false at the end or on damage.
bool key_read_text(const void *bytes, size_t length, size_t *offset, const char **ret);
bool key_read_u32(const void *bytes, size_t length, size_t *offset, uint32_t *ret);
bool key_read_u64(const void *bytes, size_t length, size_t *offset, uint64_t *ret);
