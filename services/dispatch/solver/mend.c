#include "services/dispatch/solver/mend.h"
#include "common/base/clock.h"
#include "services/dispatch/solver/carry.h"
#include <stdlib.h>

struct need {
  int32_t node;
  int64_t amount; // that the node has to pass on; lacks, if negative
};

// A noted arc until it is put right: the searches leave it out.
struct held {
  int32_t arc;
  bool loose;   // off the tree and between its bounds
  int64_t flow; // if loose
};

struct mend {
  struct df *df;
  struct df_run *run;
  uint64_t budget; // arcs that may still be looked at: more than the simplex would need is too much
  struct need need[DF_NOTES_MOST * 3];
  struct held held[DF_NOTES_MOST];
  int32_t needs, helds;
};

static void add_need(struct mend *mend, int32_t node, int64_t amount)
{
  int32_t at = 0;
  while (at < mend->needs && mend->need[at].node != node)
    at++;
  if (at == mend->needs) mend->need[mend->needs++] = (struct need){.node = node};
  mend->need[at].amount += amount;
}

static int64_t clamp(int64_t flow, int64_t span)
{
  return flow < 0 ? 0 : flow > span ? span : flow;
}

// What the arc carried is cut to its new bounds, the rest is for its ends to see to.
static bool take_arc(struct mend *mend, const struct df_note *note)
{
  struct df *df = mend->df;
  const struct df_store *store = &df->store;
  int32_t arc = note->what;
  if (df_is_loop(store, arc)) return false;
  int64_t span = df_column_get(&store->span, arc);
  int64_t had = note->value - df_column_get(&store->lower, arc), flow = clamp(had, span);
  add_need(mend, store->tail[arc], note->value - df_column_get(&store->lower, arc) - flow);
  add_need(mend, store->head[arc], flow - had);
  bool loose = !(store->state[arc] & DF_TREE) && flow > 0 && flow < span;
  mend->held[mend->helds++] = (struct held){.arc = arc, .loose = loose, .flow = flow};
  return df_carry(df, arc, flow);
}

static int by_what(const void *a, const void *b)
{
  const struct df_note *x = a, *y = b;
  if (x->what != y->what) return x->what < y->what ? -1 : 1;
  return x->value < y->value ? -1 : x->value > y->value;
}

// In the order of arcs and nodes: what comes out does not depend on which edit came first.
static bool take_notes(struct mend *mend)
{
  const struct df_notes *notes = &mend->df->notes;
  qsort(notes->list, (size_t)notes->count, sizeof *notes->list, by_what);
  bool ok = true;
  for (int32_t i = 0; ok && i < notes->count; i++) {
    const struct df_note *note = &notes->list[i];
    if (note->what >= 0)
      ok = take_arc(mend, note);
    else
      add_need(mend, ~note->what, note->value);
  }
  return ok;
}

static bool must_stop(struct mend *mend)
{
  const struct df_options *options = mend->run->options;
  mend->run->stats->pivots++;
  if (!options) return false;
  if (options->pivot_limit && mend->run->stats->pivots > options->pivot_limit) return true;
  if (options->cancel && *options->cancel) return true;
  return options->deadline_us && clock_monotonic_us() >= options->deadline_us;
}

static enum df_met search(struct mend *mend)
{
  uint64_t before = mend->budget;
  enum df_met met = df_meet_run(mend->df, &mend->budget);
  mend->run->stats->arcs_priced += before - mend->budget;
  return met;
}

static int64_t room_on_way(const struct df *df, int64_t most)
{
  const struct df_meet *meet = &df->meet;
  for (int32_t i = 0; i < meet->steps; i++) {
    int64_t room = df_room(df, meet->way[i] >> 1, meet->way[i] & 1);
    most = room < most ? room : most;
  }
  return most;
}

// Sends over the way that was read. Arcs off the tree that this leaves between their bounds enter once all
// carry what they have to.
static bool send(struct mend *mend, int64_t amount)
{
  struct df *df = mend->df;
  struct df_meet *meet = &df->meet;
  int32_t loose = 0;
  for (int32_t i = 0; i < meet->steps; i++) {
    int32_t arc = meet->way[i] >> 1, sign = meet->way[i] & 1 ? -1 : 1;
    int64_t flow = df_arc_flow(df, arc) + sign * amount;
    bool basic = df->store.state[arc] & DF_TREE;
    if (!basic && flow > 0 && flow < df_column_get(&df->store.span, arc))
      meet->way[loose++] = meet->way[i];
    else if (!df_carry(df, arc, flow))
      return false;
  }
  for (int32_t i = 0; i < loose; i++) {
    int32_t arc = meet->way[i] >> 1;
    int64_t flow = df_arc_flow(df, arc) + (meet->way[i] & 1 ? -amount : amount);
    mend->run->stats->pivots++;
    if (!df_carry_enter(df, arc, flow)) return false;
  }
  return true;
}

static int64_t flow_of(const struct mend *mend, const struct held *held)
{
  return held->loose ? held->flow : df_arc_flow(mend->df, held->arc);
}

// Looks for a way round the arc that costs less than the arc does; if there is none the potentials make it
// cost nothing, otherwise as much as fits goes that way.
static bool turn(struct mend *mend, struct held *held, int sign)
{
  struct df *df = mend->df;
  const struct df_store *store = &df->store;
  int32_t arc = held->arc, tail = store->tail[arc], head = store->head[arc];
  int64_t limit[DF_MAX_LEVELS] = {0}, flow = flow_of(mend, held);
  for (int level = 0; level < store->levels; level++)
    limit[level] = sign * df_reduced_cost(df, level, arc);
  df_meet_start(df, limit);
  if (!df_meet_put(df, 0, sign < 0 ? head : tail) || !df_meet_put(df, 1, sign < 0 ? tail : head))
    return false;
  enum df_met met = search(mend);
  if (met == DF_MET_STOP || !df_meet_shift(df)) return false;
  if (met != DF_MET_WAY) return true;
  int64_t span = df_column_get(&store->span, arc);
  if (!df_meet_read(df)) return false;
  int64_t amount = room_on_way(df, sign < 0 ? span - flow : flow);
  if (amount >= DF_INFINITE / 2) return false; // no bound to it: for the simplex to prove
  flow -= sign * amount;
  bool basic = store->state[arc] & DF_TREE;
  held->loose = !basic && flow > 0 && flow < span;
  held->flow = flow;
  return (held->loose || df_carry(df, arc, flow)) && send(mend, amount);
}

static bool settle(struct mend *mend, struct held *held)
{
  struct df *df = mend->df;
  for (;;) {
    int sign = df_cost_sign(df, held->arc);
    int64_t flow = flow_of(mend, held), span = df_column_get(&df->store.span, held->arc);
    if (sign == 0 || (sign < 0 ? flow >= span : flow <= 0)) break;
    if (must_stop(mend) || !turn(mend, held, sign)) return false;
  }
  df->store.state[held->arc] &= (uint8_t)~DF_NOTED;
  return !held->loose || df_carry_enter(df, held->arc, held->flow);
}

// From one node that has too much to whichever node lacking something is nearest.
static bool relieve(struct mend *mend, struct need *from)
{
  struct df *df = mend->df;
  df_meet_start(df, NULL);
  bool ok = df_meet_put(df, 0, from->node);
  for (int32_t i = 0; ok && i < mend->needs; i++)
    if (mend->need[i].amount < 0) ok = df_meet_put(df, 1, mend->need[i].node);
  // without a way nothing is feasible, it seems: the simplex will prove it
  if (!ok || search(mend) != DF_MET_WAY || !df_meet_shift(df) || !df_meet_read(df)) return false;
  struct need *to = mend->need;
  while (to->node != df->meet.way_end[1])
    to++;
  int64_t amount = room_on_way(df, from->amount < -to->amount ? from->amount : -to->amount);
  from->amount -= amount;
  to->amount += amount;
  return send(mend, amount);
}

static bool applies(const struct df *df)
{
  return df->optimal && !df->notes.lost && df->notes.count <= DF_NOTES_MOST &&
         (df->tree.wide || !df->store.span.wide);
}

// Arcs that may be looked at before the simplex is the better way.
static uint64_t budget_of(const struct df *df)
{
  return 4 * (uint64_t)df->store.m + 1000;
}

bool df_mend(struct df *df, struct df_run *run)
{
  struct mend mend = {.df = df, .run = run, .budget = budget_of(df)};
  if (!applies(df)) return false;
  if (df->notes.count == 0) return true;
  if (!df_meet_open(df)) return false;
  bool ok = take_notes(&mend);
  for (int32_t i = 0; ok && i < mend.helds; i++)
    ok = settle(&mend, &mend.held[i]);
  for (int32_t i = 0; ok && i < mend.needs;) {
    if (mend.need[i].amount <= 0)
      i++;
    else
      ok = !must_stop(&mend) && relieve(&mend, &mend.need[i]);
  }
  df->result_level = df->store.levels > 0 ? df->store.levels - 1 : 0;
  return ok;
}
