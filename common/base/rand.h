// Randomness through libsodium; a test may fix it.
#pragma once
#include <stddef.h>
#include <stdint.h>

void rand_bytes(void *out, size_t length);
uint32_t rand_below(uint32_t bound);
void rand_fix(const uint8_t seed[32]); // deterministic from here on: tests only; NULL = real again
