#include "services/notify/rules/retry.h"

#define SECOND INT64_C(1000) // milliseconds: twice the longest step times 2^32 still fits 64 bits
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)

static const int64_t steps[] = {5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR,
                                10 * HOUR,  14 * HOUR,  20 * HOUR,   24 * HOUR};

bool ntf_retry_wait(uint32_t attempt, uint32_t jitter, uint32_t retry_after_s, int64_t *ret_wait_us)
{
  if (attempt < 1 || attempt > sizeof steps / sizeof *steps) return false;
  int64_t wait = (2 * steps[attempt - 1] * (int64_t)jitter) >> 32;
  int64_t asked = (retry_after_s < NTF_RETRY_AFTER_MAX_S ? retry_after_s : NTF_RETRY_AFTER_MAX_S) * SECOND;
  if (wait < asked) wait = asked;
  if (wait < SECOND) wait = SECOND;
  *ret_wait_us = wait * 1000;
  return true;
}
