#include "common/base/rand.h"
#include "common/base/check.h"
#include <pthread.h>
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

// The kernel is asked for a page of randomness at a time: an import draws three times a person. What was
// handed out is wiped, and a child process begins with nothing.
#define POOL_BYTES 1024
static _Thread_local struct {
  uint8_t bytes[POOL_BYTES];
  size_t left;
} pool;

static void forget_pool(void)
{
  sodium_memzero(&pool, sizeof pool);
}

static void watch_forks(void)
{
  CHECK(pthread_atfork(NULL, NULL, forget_pool) == 0);
}

static void draw(void *out, size_t length)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, watch_forks);
  if (length > POOL_BYTES / 4) {
    randombytes_buf(out, length);
    return;
  }
  if (length > pool.left) {
    randombytes_buf(pool.bytes, sizeof pool.bytes);
    pool.left = sizeof pool.bytes;
  }
  pool.left -= length;
  memcpy(out, pool.bytes + pool.left, length);
  sodium_memzero(pool.bytes + pool.left, length);
}

void rand_bytes(void *out, size_t length)
{
  ready();
  if (length == 0) return;
  if (!fixed.on) {
    draw(out, length);
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
