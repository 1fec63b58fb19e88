// The main loop on one level: price a block, bring the best entry in, until a whole round finds nothing.
#include "common/base/clock.h"
#include "services/dispatch/solver/df.h"

#include <math.h>
#include <stdlib.h>

#define LOOK_EVERY 256 // pivots between looks at clock and flags

static bool limit_hit(struct df_run *run)
{
  const struct df_options *options = run->options;
  if (!options) return false;
  uint64_t pivots = run->stats->pivots;
  if (options->pivot_limit && pivots >= options->pivot_limit) return true;
  if (pivots - run->checked < LOOK_EVERY) return false;
  run->checked = pivots;
  if (options->cancel && *options->cancel) return true;
  return options->deadline_us && clock_monotonic_us() >= options->deadline_us;
}

static struct df_pick best_of(const struct df_pick *pick, int32_t found)
{
  struct df_pick best = pick[0];
  for (int32_t i = 1; i < found; i++)
    if (pick[i].rc < best.rc) best = pick[i];
  return best;
}

static bool enter(struct df *df, struct df_pick pick)
{
  int64_t span = df_column_get(&df->store.span, df_work_arc(&df->work, pick.entry));
  return df->tree.wide ? df_pivot64(&df->tree, &df->work, pick.entry, pick.rc, span)
                       : df_pivot32(&df->tree, &df->work, pick.entry, pick.rc, span);
}

static int64_t price_again(const struct df *df, int32_t entry)
{
  const struct df_work *work = &df->work;
  return work->cost[entry] + df->tree.pi[work->tail[entry]] - df->tree.pi[work->head[entry]];
}

// Moves the best picks to the front.
static int32_t keep_best(struct df_pick *pick, int32_t found, int32_t keep)
{
  if (found <= keep) return found;
  for (int32_t i = 1; i < found; i++) {
    struct df_pick next = pick[i];
    int32_t at = i < keep ? i : keep;
    if (i >= keep && next.rc >= pick[keep - 1].rc) continue;
    if (i >= keep) at = keep - 1;
    while (at > 0 && next.rc < pick[at - 1].rc) {
      pick[at] = pick[at - 1];
      at--;
    }
    pick[at] = next;
  }
  return keep;
}

static bool prepare(struct df *df, int32_t count)
{
  struct df_pricer *pricer = &df->pricer;
  double f = getenv("BF") ? atof(getenv("BF")) : 1.0;
  pricer->block = (int32_t)(f * sqrt((double)count));
  if (pricer->block < 10) pricer->block = 10;
  return df_mem_resize(&df->mem, &pricer->pick, (size_t)pricer->block + 8, sizeof *pricer->pick);
}

enum df_stop df_simplex(struct df *df, struct df_run *run, int32_t first, int32_t last)
{
  struct df_pricer *pricer = &df->pricer;
  const struct df_work *work = &df->work;
  int32_t clean = 0; // entries looked at since the last pivot
  if (!prepare(df, last - first)) return DF_STOP_MEMORY;
  int32_t keep = getenv("BK") ? atoi(getenv("BK")) : 1;
  int32_t most = getenv("BP") ? atoi(getenv("BP")) : 1;
  int32_t next = first;
  while (clean < last - first) {
    int32_t from = next, to = from + pricer->block;
    if (to > last) to = last;
    int32_t found = pricer->scan(work, df->tree.pi, from, to, pricer->pick);
    run->stats->arcs_priced += (uint64_t)(to - from);
    next = to == last ? first : to;
    clean += to - from;
    if (found == 0) continue;
    if (limit_hit(run)) return DF_STOP_LIMIT;
    clean = 0;
    run->stats->pivots++;
    struct df_pick best = best_of(pricer->pick, found);
    if (keep > 1) {
      found = keep_best(pricer->pick, found, keep);
      best = best_of(pricer->pick, found);
    }
    if (!enter(df, best)) return DF_STOP_UNBOUNDED;
    if (keep == 1) continue;
    for (int p = 1; p < most; p++) {
      best.rc = 0;
      for (int i = 0; i < found; i++) {
        int64_t rc = price_again(df, pricer->pick[i].entry);
        if (rc < best.rc) best = (struct df_pick){.rc = rc, .entry = pricer->pick[i].entry};
      }
      if (best.rc == 0) break;
      run->stats->pivots++;
      if (!enter(df, best)) return DF_STOP_UNBOUNDED;
    }
  }
  return DF_STOP_OPTIMAL;
}
