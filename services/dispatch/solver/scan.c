#include "services/dispatch/solver/scan.h"
#include <stddef.h>

// Without branches, as most arcs are not listed.
int32_t df_scan_scalar(const struct df_scan *scan, int32_t from, int32_t to, int32_t *hit)
{
  const int64_t *pi = scan->potential;
  const int32_t *tail = scan->tail, *head = scan->head;
  const uint8_t *state = scan->state;
  int32_t count = 0;
  for (int32_t arc = from; scan->narrow && arc < to; arc++) {
    hit[count] = arc;
    count += (scan->narrow[arc] + pi[tail[arc]] - pi[head[arc]] <= scan->most) & !(state[arc] & scan->skip);
  }
  for (int32_t arc = from; !scan->narrow && arc < to; arc++) {
    int64_t cost = scan->wide ? scan->wide[arc] : 0;
    hit[count] = arc;
    count += (cost + pi[tail[arc]] - pi[head[arc]] <= scan->most) & !(state[arc] & scan->skip);
  }
  return count;
}

#ifdef __x86_64__
#include <immintrin.h>

__attribute__((target("avx2"))) static inline __m256i costs_avx2(const struct df_scan *scan, int32_t arc)
{
  if (scan->narrow) return _mm256_cvtepi32_epi64(_mm_loadu_si128((const __m128i *)(scan->narrow + arc)));
  return scan->wide ? _mm256_loadu_si256((const __m256i *)(scan->wide + arc)) : _mm256_setzero_si256();
}

__attribute__((target("avx2"))) int32_t df_scan_avx2(const struct df_scan *scan, int32_t from, int32_t to,
                                                     int32_t *hit)
{
  const long long *pi = (const long long *)scan->potential;
  __m256i most = _mm256_set1_epi64x(scan->most);
  int32_t count = 0, arc = from;
  for (; arc + 4 <= to; arc += 4) {
    __m256i tail = _mm256_i32gather_epi64(pi, _mm_loadu_si128((const __m128i *)(scan->tail + arc)), 8);
    __m256i head = _mm256_i32gather_epi64(pi, _mm_loadu_si128((const __m128i *)(scan->head + arc)), 8);
    __m256i rc = _mm256_sub_epi64(_mm256_add_epi64(costs_avx2(scan, arc), tail), head);
    unsigned above = (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpgt_epi64(rc, most)));
    for (unsigned left = ~above & 15; left; left &= left - 1) {
      hit[count] = arc + __builtin_ctz(left);
      count += !(scan->state[hit[count]] & scan->skip);
    }
  }
  return count + df_scan_scalar(scan, arc, to, hit + count);
}

__attribute__((target("avx512f"))) static inline __m512i costs_avx512(const struct df_scan *scan, int32_t arc)
{
  if (scan->narrow) return _mm512_cvtepi32_epi64(_mm256_loadu_si256((const __m256i *)(scan->narrow + arc)));
  return scan->wide ? _mm512_loadu_si512(scan->wide + arc) : _mm512_setzero_si512();
}

__attribute__((target("avx512f"))) int32_t df_scan_avx512(const struct df_scan *scan, int32_t from,
                                                          int32_t to, int32_t *hit)
{
  const int64_t *pi = scan->potential;
  __m512i most = _mm512_set1_epi64(scan->most);
  __m512i skip = _mm512_set1_epi64(scan->skip);
  __m512i lane = _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  int32_t count = 0, arc = from;
  for (; arc + 8 <= to; arc += 8) {
    __m512i tail = _mm512_i32gather_epi64(_mm256_loadu_si256((const __m256i *)(scan->tail + arc)), pi, 8);
    __m512i head = _mm512_i32gather_epi64(_mm256_loadu_si256((const __m256i *)(scan->head + arc)), pi, 8);
    __m512i rc = _mm512_sub_epi64(_mm512_add_epi64(costs_avx512(scan, arc), tail), head);
    __m512i state = _mm512_cvtepu8_epi64(_mm_loadl_epi64((const __m128i *)(scan->state + arc)));
    __mmask8 low = _mm512_mask_testn_epi64_mask(_mm512_cmple_epi64_mask(rc, most), state, skip);
    if (!low) continue;
    __m512i arcs = _mm512_maskz_compress_epi32(low, _mm512_add_epi32(_mm512_set1_epi32(arc), lane));
    _mm512_storeu_si512(hit + count, arcs);
    count += __builtin_popcount(low);
  }
  return count + df_scan_scalar(scan, arc, to, hit + count);
}
#endif

df_scan_fn *df_scan_best(void)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) return df_scan_avx512;
  if (__builtin_cpu_supports("avx2")) return df_scan_avx2;
#endif
  return df_scan_scalar;
}
