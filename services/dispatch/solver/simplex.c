// The main loop: price a block of entries, bring the best of them in, until a whole round finds nothing.
#include "common/base/clock.h"
#include "services/dispatch/solver/df.h"
#include <math.h>

#define LOOK_EVERY  256  // pivots between looks at clock and flags
#define TUNE_EVERY  1024 // pivots between changes of the basket
#define BLOCK_ROOTS 4    // a block is this many times the square root of the entries

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

static bool enter(struct df *df, struct df_pick pick)
{
  int64_t span = df_column_get(&df->store.span, df_work_arc(&df->work, pick.entry));
  return df->tree.wide ? df_pivot64(&df->tree, &df->work, pick.entry, pick.rc, span)
                       : df_pivot32(&df->tree, &df->work, pick.entry, pick.rc, span);
}

// Leaves the best `keep` picks, best first; of equal ones the earlier.
static int32_t keep_best(struct df_pick *pick, int32_t found, int32_t keep)
{
  int32_t kept = 0;
  for (int32_t i = 0; i < found; i++) {
    struct df_pick next = pick[i];
    if (kept == keep && next.rc >= pick[keep - 1].rc) continue;
    int32_t at = kept < keep ? kept++ : keep - 1;
    for (; at > 0 && next.rc < pick[at - 1].rc; at--)
      pick[at] = pick[at - 1];
    pick[at] = next;
  }
  return kept;
}

static int64_t price_again(const struct df *df, int32_t entry)
{
  const struct df_work *work = &df->work;
  return work->cost[entry] + df->tree.pi[work->tail[entry]] - df->tree.pi[work->head[entry]];
}

// Best first. The pivots before it changed potentials, so each is priced again, and left for another round
// unless at least half of what it promised is still there.
static enum df_stop empty_basket(struct df *df, struct df_run *run, int32_t found)
{
  struct df_pricer *pricer = &df->pricer;
  int32_t count = keep_best(pricer->pick, found, pricer->basket);
  for (int32_t i = 0; i < count; i++) {
    struct df_pick pick = pricer->pick[i];
    int64_t promised = pick.rc;
    pick.rc = price_again(df, pick.entry);
    if (pick.rc >= 0 || pick.rc > promised / 2) continue;
    if (limit_hit(run)) return DF_STOP_LIMIT;
    run->stats->pivots++;
    if (!enter(df, pick)) return DF_STOP_UNBOUNDED;
  }
  return DF_STOP_OPTIMAL;
}

static bool prepare(struct df *df, int32_t count)
{
  struct df_pricer *pricer = &df->pricer;
  pricer->block = BLOCK_ROOTS * (int32_t)sqrt((double)count);
  if (pricer->block < 40) pricer->block = 40;
  return df_mem_resize(&df->mem, &pricer->pick, (size_t)pricer->block + 8, sizeof *pricer->pick);
}

// Big trees are numbered anew from time to time, others once pivots have walked far enough to pay for it; not
// while only a part of the network is at work.
static void keep_order(struct df *df, struct df_run *run)
{
  uint64_t nodes = (uint64_t)df->store.n, far = 8 * (uint64_t)df->work.count + 50 * nodes;
  bool due = nodes >= DF_RENUMBER_FROM && run->stats->pivots >= run->renumber;
  if (!due && df->tree.touched - run->walked < far) return;
  run->renumber = run->stats->pivots + nodes / 2;
  run->walked = df->tree.touched;
  df_renumber(df);
}

// Pricing more arcs per pivot saves pivots, so it should cost about as much as they do (a step along the tree
// costs more than an arc priced): long paths and big subtrees ask for smaller baskets.
static void tune(struct df *df, struct df_run *run)
{
  struct df_tuning *last = &run->tuned;
  struct df_tuning next = {
      .pivots = run->stats->pivots, .priced = run->stats->arcs_priced, .touched = df->tree.touched};
  if (next.pivots - last->pivots < TUNE_EVERY) return;
  uint64_t priced = next.priced - last->priced, touched = next.touched - last->touched;
  int32_t *basket = &df->pricer.basket;
  if (touched > 2 * priced && *basket > DF_BASKET_LEAST) *basket /= 2;
  if (touched < priced / 2 && *basket < DF_BASKET_MOST) *basket *= 2;
  *last = next;
}

enum df_stop df_simplex_try(struct df *df, struct df_run *run, const int32_t *list, int32_t count)
{
  for (int32_t i = 0; i < count; i++) {
    struct df_pick pick = {.entry = list[i]};
    pick.rc = price_again(df, pick.entry);
    if (pick.rc >= 0) continue;
    if (limit_hit(run)) return DF_STOP_LIMIT;
    run->stats->pivots++;
    if (!enter(df, pick)) return DF_STOP_UNBOUNDED;
  }
  return DF_STOP_OPTIMAL;
}

enum df_stop df_simplex(struct df *df, struct df_run *run, int32_t first, int32_t last)
{
  struct df_pricer *pricer = &df->pricer;
  const struct df_work *work = &df->work;
  if (!prepare(df, last - first)) return DF_STOP_MEMORY;
  uint64_t seed = run->options ? run->options->seed : 0;
  int32_t next = last > first ? first + (int32_t)(seed % (uint64_t)(last - first)) : first;
  for (int32_t clean = 0; clean < last - first;) {
    int32_t from = next, to = last - from > pricer->block ? from + pricer->block : last;
    int32_t found = pricer->scan(work, df->tree.pi, from, to, pricer->pick);
    run->stats->arcs_priced += (uint64_t)(to - from);
    next = to == last ? first : to;
    clean += to - from;
    if (found == 0) continue;
    clean = 0;
    enum df_stop stop = empty_basket(df, run, found);
    if (stop != DF_STOP_OPTIMAL) return stop;
    tune(df, run);
    if (run->whole) keep_order(df, run);
  }
  return DF_STOP_OPTIMAL;
}
