// When to try again over an outside channel: ten attempts over about 75 hours, as Standard Webhooks
// recommends.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define NTF_RETRY_AFTER_MAX_S 86400u

// Microseconds to wait after the n-th attempt (n >= 1) failed; false when it was the last one. Full jitter:
// uniform over [0, 2 x the step), so that receivers coming back are not hit at one moment and the mean stays
// the published step; never below one second, nor below what the receiver asked for by Retry-After (at most a
// day). jitter is any 32-bit random number, drawn by the caller: the rules have no randomness of their own.
bool ntf_retry_wait(uint32_t attempt, uint32_t jitter, uint32_t retry_after_s, int64_t *ret_wait_us);
