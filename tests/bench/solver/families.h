// The families of make.h by number: what `bench_solver -f` and the tests run beside the visible set.
#pragma once
#include "tests/bench/solver/make.h"

#ifdef __cplusplus
extern "C" {
#endif

int families_count(void);
const char *families_name(int family);
// About `size` posts, persons or nodes. Freed by the caller.
struct instance *families_make(int family, int32_t size, uint64_t seed);

#ifdef __cplusplus
}
#endif
