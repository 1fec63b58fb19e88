// Ids are UUIDv7 (RFC 9562) in canonical lower-case text: time-ordered, so index keys stay local in the
// B-tree.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define UUID_TEXT 37 // 36 characters and NUL

// A deterministic supply of ids for one decision: same seed, same ids, ascending in the order they are taken.
// The seed is drawn by common/svc; rules only take from it.
struct id_source {
  uint64_t ms;    // Unix milliseconds
  uint32_t taken; // how many were taken
  uint8_t random[10];
};
void id_source_next(struct id_source *source, char out[UUID_TEXT]);

void uuid7_make(uint64_t ms, const uint8_t random[10], uint8_t out[16]);
void uuid_format(const uint8_t bytes[16], char out[UUID_TEXT]);
bool uuid_parse(const char *text, uint8_t out[16]);
bool uuid_valid(const char *text);
// When it was made, in Unix milliseconds; false, and 0, for any other text.
bool uuid7_ms(const char *text, uint64_t *ret);
