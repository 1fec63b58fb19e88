// Looks through the arcs of the network for those that cost little by the potentials. Scalar, AVX2 and
// AVX-512 code lists the same arcs.
#pragma once
#include <stdint.h>

struct df_scan {
  const int32_t *tail, *head;
  const int32_t *narrow; // costs, in one of the two; both NULL: all are 0
  const int64_t *wide;
  const int64_t *potential; // by node
  const uint8_t *state;
  uint8_t skip; // arcs with any of these bits in their state
  int64_t most;
};
#define DF_SCAN_SPARE 16 // what `hit` needs beyond one place for each arc looked at

// Lists the arcs in [from, to) whose reduced cost is at most `most` and that are not to be skipped,
// ascending. Returns their number.
typedef int32_t df_scan_fn(const struct df_scan *scan, int32_t from, int32_t to, int32_t *hit);

df_scan_fn df_scan_scalar;
#ifdef __x86_64__
df_scan_fn df_scan_avx2, df_scan_avx512; // only where the processor has them
#endif
df_scan_fn *df_scan_best(void); // the fastest this processor runs
