// Pricing: finds entries of the working set with negative reduced cost. Scalar, AVX2 and AVX-512 code return
// the same picks in the same order, so the pivots do not depend on the machine.
#pragma once
#include "services/dispatch/solver/work.h"
#include <stdint.h>

struct df_pick {
  int64_t rc;
  int32_t entry;
};

// Picks of entries [from, to) with rc < 0, ascending; out has room for to - from + 8. Returns their number.
typedef int32_t df_price_fn(const struct df_work *work, const int64_t *pi, int32_t from, int32_t to,
                            struct df_pick *out);

struct df_pricer {
  df_price_fn *scan;
  struct df_pick *pick; // `block` picks
  int32_t block;        // entries looked at in one go
  int32_t basket;       // picks kept of a block, to be brought in one after the other
};

df_price_fn df_price_scalar;
#ifdef __x86_64__
df_price_fn df_price_avx2, df_price_avx512; // only where the processor has them
#endif
df_price_fn *df_price_best(void); // the fastest this processor runs
