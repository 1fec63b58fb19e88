// The main loop on one level: price a block, bring the best entry in, until a whole round finds nothing.
#include "common/base/clock.h"
#include "services/dispatch/solver/df.h"

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

enum df_stop df_simplex(struct df *df, struct df_run *run)
{
  struct df_pricer *pricer = &df->pricer;
  const struct df_work *work = &df->work;
  int32_t clean = 0; // entries looked at since the last pivot
  if (pricer->next >= work->count) pricer->next = 0;
  while (clean < work->count) {
    int32_t from = pricer->next, to = from + pricer->block;
    if (to > work->count) to = work->count;
    int32_t found = pricer->scan(work, df->tree.pi, from, to, pricer->pick);
    run->stats->arcs_priced += (uint64_t)(to - from);
    pricer->next = to == work->count ? 0 : to;
    clean += to - from;
    if (found == 0) continue;
    if (limit_hit(run)) return DF_STOP_LIMIT;
    clean = 0;
    run->stats->pivots++;
    if (!enter(df, best_of(pricer->pick, found))) return DF_STOP_UNBOUNDED;
  }
  return DF_STOP_OPTIMAL;
}
