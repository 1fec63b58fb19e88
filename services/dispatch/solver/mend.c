#include "services/dispatch/solver/mend.h"
#include "common/base/clock.h"
#include "services/dispatch/solver/carry.h"
#include "services/dispatch/solver/look.h"
#include <stdlib.h>

#ifndef DF_AGAINST_MOST
#define DF_AGAINST_MOST 64 // arcs turned against by one way before it is looked for again over them
#endif

#define SCAN_SHARE 32

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
  struct df_list late; // arcs let in meanwhile that cost less than nothing: noted until they are put right
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
  return df_near_put(df, arc) && df_carry(df, arc, flow);
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

// Those of the arcs let in that cost less than nothing are put right when all needs are met. False: no
// memory.
static bool put_off(struct mend *mend, const struct df_list *fresh)
{
  struct df *df = mend->df;
  for (int32_t i = 0; i < fresh->count; i++) {
    int32_t arc = fresh->arc[i];
    if (df_cost_sign(df, arc) >= 0) continue;
    if (!df_list_add(&mend->late, &df->mem, arc)) return false;
    df->store.state[arc] |= DF_NOTED;
  }
  return true;
}

// Pricing the arcs left out costs about as much as a search does that looks at one of SCAN_SHARE of them.
// False: too much has been looked at.
static bool may_scan(struct mend *mend)
{
  uint64_t cost = (uint64_t)mend->df->store.m / SCAN_SHARE;
  if (mend->budget <= cost) return false;
  mend->budget -= cost;
  return true;
}

// After a way that is long and has moved many nodes: lets in the arcs which that has turned against. 1: so
// many that the way is to be looked for again over them, with potentials back where they were; 0: few;
// negative: no memory, or numbers too big.
static int look_again(struct mend *mend, struct df_list *fresh)
{
  if (!may_scan(mend) || df_near_renew(mend->df, fresh) < 0) return -1;
  int32_t against = 0;
  for (int32_t i = 0; i < fresh->count; i++)
    against += df_cost_sign(mend->df, fresh->arc[i]) < 0;
  if (against <= DF_AGAINST_MOST) return 0;
  return df_meet_shift(mend->df, true) ? 1 : -1;
}

// What a search has found, potentials shifted by it; or that it is to be done again over arcs let in since.
static enum df_met conclude(struct mend *mend, enum df_met met, bool *again)
{
  struct df *df = mend->df;
  struct df_list fresh = {0};
  int more = 0;
  if (met == DF_MET_STOP) return met;
  if (met == DF_MET_NONE)
    more = may_scan(mend) ? df_meet_spread(df, &fresh) : -1;
  else if (!df_meet_shift(df, false))
    more = -1;
  else if (df_meet_is_wide(df))
    more = look_again(mend, &fresh);
  bool ok = more >= 0 && put_off(mend, &fresh);
  df_mem_put(&df->mem, fresh.arc);
  *again = more > 0;
  return ok && (!*again || df_meet_again(df)) ? met : DF_MET_STOP;
}

// Looks for a way, or that there is none below the limit, and shifts the potentials by what is found.
static enum df_met search(struct mend *mend)
{
  for (;;) {
    uint64_t before = mend->budget;
    enum df_met met = df_meet_run(mend->df, &mend->budget);
    mend->run->stats->arcs_priced += before - mend->budget;
    bool again = false;
    met = conclude(mend, met, &again);
    if (met == DF_MET_STOP || !again) return met;
  }
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
  if (met != DF_MET_WAY) return met != DF_MET_STOP;
  int64_t span = df_column_get(&store->span, arc);
  if (!df_meet_read(df)) return false;
  int64_t amount = room_on_way(df, sign < 0 ? span - flow : flow);
  if (amount <= 0 || amount >= DF_INFINITE / 2) return false; // no bound to it: for the simplex to prove
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
  if (!ok || search(mend) != DF_MET_WAY || !df_meet_read(df)) return false;
  struct need *to = mend->need;
  while (to->node != df->meet.way_end[1])
    to++;
  int64_t amount = room_on_way(df, from->amount < -to->amount ? from->amount : -to->amount);
  if (amount <= 0) return false; // there is always some: rather the simplex than no end
  from->amount -= amount;
  to->amount += amount;
  return send(mend, amount);
}

// Searches on the way may put off more.
static bool settle_late(struct mend *mend)
{
  bool ok = true;
  for (int32_t i = 0; ok && i < mend->late.count; i++) {
    struct held held = {.arc = mend->late.arc[i]};
    ok = df_carry_mark(mend->df, held.arc) && settle(mend, &held);
  }
  if (ok) mend->late.count = 0;
  return ok;
}

// Arcs that were left out of the searches and that the potentials have turned against.
static bool let_in(struct mend *mend)
{
  struct df *df = mend->df;
  bool ok = settle_late(mend);
  while (ok && !df_near_holds(&df->meet.near)) {
    struct df_list fresh = {0};
    ok = may_scan(mend) && df_near_renew(df, &fresh) == 0 && put_off(mend, &fresh);
    df_mem_put(&df->mem, fresh.arc);
    if (mend->late.count == 0) break;
    ok = ok && settle_late(mend);
  }
  return ok;
}

static void drop_late(struct mend *mend)
{
  for (int32_t i = 0; i < mend->late.count; i++)
    mend->df->store.state[mend->late.arc[i]] &= (uint8_t)~DF_NOTED;
  df_mem_put(&mend->df->mem, mend->late.arc);
}

static bool applies(const struct df *df)
{
  return df->optimal && !df->notes.lost && df->notes.count <= DF_NOTES_MOST &&
         (df->tree.wide || !df->store.span.wide);
}

bool df_prepare(struct df *df)
{
  return applies(df) && df_meet_open(df) && df_meet_reserve(df);
}

// Arcs that may be looked at before the simplex is the better way.
static uint64_t budget_of(const struct df *df)
{
  return (uint64_t)df->store.m + 100000;
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
  ok = ok && let_in(&mend);
  drop_late(&mend);
  df->result_level = df->store.levels > 0 ? df->store.levels - 1 : 0;
  return ok;
}
