// What counts as near, read off a sample of the arcs.
#include "services/dispatch/solver/df.h"
#include <stdlib.h>

#ifndef DF_NEAR_ALL_UP_TO // the tests list few arcs of small networks too
#define DF_NEAR_ALL_UP_TO 20000
#endif
#ifndef DF_NEAR_ALL_AT // arcs a node; with fewer, or no more than the number above in all, all are near
#define DF_NEAR_ALL_AT 8
#endif
#define SAMPLE 2048
#define ONE_OF 6 // arcs, about, is near
#define MANY   3 // more than one of that many is too much

static int by_size(const void *a, const void *b)
{
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

// Arcs picked at even distances, and the reduced costs on one level of those that cost nothing on the levels
// before it.
struct sample {
  int32_t arc[SAMPLE], count;
  int64_t cost[SAMPLE];
  int32_t below; // arcs that cost less than nothing on the levels before
};

static int32_t up_to(const struct sample *sample, int64_t most)
{
  int32_t count = 0;
  while (count < sample->count && sample->cost[count] <= most)
    count++;
  return count + sample->below;
}

static void price_sample(const struct df *df, int level, struct sample *sample)
{
  for (int32_t i = 0; i < sample->count; i++)
    sample->cost[i] = df_reduced_cost(df, level, sample->arc[i]);
  qsort(sample->cost, (size_t)sample->count, sizeof *sample->cost, by_size);
}

// Only the arcs that cost nothing on this level either stay.
static void keep_zeros(const struct df *df, int level, struct sample *sample)
{
  sample->below = up_to(sample, -1);
  int32_t kept = 0;
  for (int32_t i = 0; i < sample->count; i++)
    if (df_reduced_cost(df, level, sample->arc[i]) == 0) sample->arc[kept++] = sample->arc[i];
  sample->count = kept;
}

// Chooses the first level on which arcs differ enough, and what one arc of ONE_OF stays below there.
bool df_near_choose(struct df *df)
{
  struct df_near *near = &df->meet.near;
  const struct df_store *store = &df->store;
  near->level = 0;
  near->most = INT64_MAX;
  if (store->m <= DF_NEAR_ALL_UP_TO || store->m < DF_NEAR_ALL_AT * (int64_t)store->n) return false;
  struct sample sample = {.count = SAMPLE};
  for (int32_t i = 0; i < SAMPLE; i++)
    sample.arc[i] = (int32_t)((int64_t)store->m * i / SAMPLE);
  for (;; near->level++) {
    price_sample(df, near->level, &sample);
    if (up_to(&sample, 0) <= SAMPLE / MANY || near->level + 1 >= store->levels) break;
    keep_zeros(df, near->level, &sample);
  }
  int32_t at = SAMPLE / ONE_OF - sample.below;
  near->most = at >= 0 && at < sample.count && sample.cost[at] > 0 ? sample.cost[at] : 0;
  if (near->most > 0 && up_to(&sample, near->most) > SAMPLE / MANY) near->most--;
  return df->kept && up_to(&sample, near->most) > SAMPLE / MANY;
}
