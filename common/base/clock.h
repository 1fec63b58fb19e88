// Time sources. Monotonic for timers, real for stamps. Rules never call these: they get the time in their
// context.
#pragma once
#include <stdint.h>

int64_t clock_real_us(void);      // since 1970 UTC
int64_t clock_monotonic_us(void); // for intervals only
