#include "common/base/rand.h"
#include "common/base/check.h"
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

// Set by tests only; the daemons run with real randomness.
static struct {
  bool on;
  uint64_t drawn;
  uint8_t seed[32];
} fixed;

static void ready(void)
{
  // Idempotent and cheap after the first time; fails only without a kernel source of randomness.
  CHECK(sodium_init() >= 0);
}

void rand_fix(const uint8_t seed[32])
{
  ready();
  fixed.on = seed != NULL;
  fixed.drawn = 0;
  if (seed) memcpy(fixed.seed, seed, sizeof fixed.seed);
}

void rand_bytes(void *out, size_t length)
{
  ready();
  if (!fixed.on) {
    randombytes_buf(out, length);
    return;
  }
  uint8_t seed[32];
  uint64_t number = fixed.drawn++;
  crypto_generichash(seed, sizeof seed, (const uint8_t *)&number, sizeof number, fixed.seed,
                     sizeof fixed.seed);
  randombytes_buf_deterministic(out, length, seed);
}

uint32_t rand_below(uint32_t bound)
{
  if (bound < 2) return 0;
  uint32_t skip = -bound % bound; // 2^32 mod bound: values below would favour small results
  uint32_t value = 0;
  do {
    rand_bytes(&value, sizeof value);
  } while (value < skip);
  return value % bound;
}
