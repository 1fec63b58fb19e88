#include "services/dispatch/solver/price.h"

int32_t df_price_scalar(const struct df_work *work, const int64_t *pi, int32_t from, int32_t to,
                        struct df_pick *out)
{
  int32_t found = 0;
  for (int32_t entry = from; entry < to; entry++) {
    int64_t rc = work->cost[entry] + pi[work->tail[entry]] - pi[work->head[entry]];
    out[found] = (struct df_pick){.rc = rc, .entry = entry}; // always written: no branch to guess
    found += rc < 0;
  }
  return found;
}

#ifdef __x86_64__
#include <immintrin.h>

static inline int32_t take(struct df_pick *out, int32_t found, unsigned negative, int32_t entry,
                           const int64_t *rc)
{
  while (negative) {
    int lane = __builtin_ctz(negative);
    out[found++] = (struct df_pick){.rc = rc[lane], .entry = entry + lane};
    negative &= negative - 1;
  }
  return found;
}

__attribute__((target("avx2"))) int32_t df_price_avx2(const struct df_work *work, const int64_t *pi,
                                                      int32_t from, int32_t to, struct df_pick *out)
{
  int32_t found = 0, entry = from;
  const long long *base = (const long long *)pi;
  for (; entry + 4 <= to; entry += 4) {
    __m256i tail = _mm256_i32gather_epi64(base, _mm_loadu_si128((const __m128i *)(work->tail + entry)), 8);
    __m256i head = _mm256_i32gather_epi64(base, _mm_loadu_si128((const __m128i *)(work->head + entry)), 8);
    __m256i cost = _mm256_loadu_si256((const __m256i *)(work->cost + entry));
    __m256i rc = _mm256_sub_epi64(_mm256_add_epi64(cost, tail), head);
    unsigned negative = (unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(rc));
    if (!negative) continue;
    int64_t value[4];
    _mm256_storeu_si256((__m256i *)value, rc);
    found = take(out, found, negative, entry, value);
  }
  return found + df_price_scalar(work, pi, entry, to, out + found);
}

__attribute__((target("avx512f"))) int32_t df_price_avx512(const struct df_work *work, const int64_t *pi,
                                                           int32_t from, int32_t to, struct df_pick *out)
{
  int32_t found = 0, entry = from;
  for (; entry + 8 <= to; entry += 8) {
    __m512i tail = _mm512_i32gather_epi64(_mm256_loadu_si256((const __m256i *)(work->tail + entry)), pi, 8);
    __m512i head = _mm512_i32gather_epi64(_mm256_loadu_si256((const __m256i *)(work->head + entry)), pi, 8);
    __m512i rc = _mm512_sub_epi64(_mm512_add_epi64(_mm512_loadu_si512(work->cost + entry), tail), head);
    __mmask8 negative = _mm512_cmplt_epi64_mask(rc, _mm512_setzero_si512());
    __m512i at = _mm512_add_epi64(_mm512_set1_epi64(entry), _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0));
    // interleave rc and entry into picks: the four low and the four high of the lanes that remain
    __m512i some_rc = _mm512_maskz_compress_epi64(negative, rc),
            some_at = _mm512_maskz_compress_epi64(negative, at);
    __m512i low = _mm512_permutex2var_epi64(some_rc, _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0), some_at);
    __m512i high = _mm512_permutex2var_epi64(some_rc, _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4), some_at);
    _mm512_storeu_si512(out + found, low);
    _mm512_storeu_si512(out + found + 4, high);
    found += __builtin_popcount(negative);
  }
  return found + df_price_scalar(work, pi, entry, to, out + found);
}
#endif

df_price_fn *df_price_best(void)
{
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx512f")) return df_price_avx512;
  if (__builtin_cpu_supports("avx2")) return df_price_avx2;
#endif
  return df_price_scalar;
}
