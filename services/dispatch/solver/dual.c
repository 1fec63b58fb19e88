#include "services/dispatch/solver/dual.h"
#include "common/base/clock.h"
#include <string.h>

#define FEW        20                 // edits: more make too many sides to look at
#define LATE_ARCS  256                // added since the arcs at nodes were listed: looked through one by one
#define LOOK_EVERY 64                 // dual pivots between looks at clock and flags
#define DRIFT_MAX  (INT64_C(1) << 59) // of the root's potential

static bool note(struct df *df, int32_t what, int64_t value)
{
  struct df_notes *notes = &df->notes;
  if (notes->count == notes->room) {
    int32_t room = notes->room * 2 + 32;
    notes->lost = room > FEW * 4 || !df_mem_resize(&df->mem, &notes->list, (size_t)room, sizeof *notes->list);
    if (notes->lost) return false;
    notes->room = room;
  }
  notes->list[notes->count++] = (struct df_note){.what = what, .value = value};
  return true;
}

static bool takes_notes(const struct df *df)
{
  return df->optimal && !df->notes.lost;
}

static void note_arc(struct df *df, int32_t arc, int64_t flow)
{
  if (takes_notes(df) && !(df->store.state[arc] & DF_NOTED) && note(df, arc, flow))
    df->store.state[arc] |= DF_NOTED;
}

void df_dual_note_arc(struct df *df, int32_t arc)
{
  if (takes_notes(df)) note_arc(df, arc, df_flow(df, arc));
}

void df_dual_note_new_arc(struct df *df, int32_t arc)
{
  note_arc(df, arc, 0);
}

void df_dual_note_supply(struct df *df, int32_t node, int64_t change)
{
  if (takes_notes(df) && change != 0) (void)note(df, ~node, change);
}

void df_dual_forget_notes(struct df *df)
{
  for (int32_t i = 0; i < df->notes.count; i++) {
    int32_t what = df->notes.list[i].what;
    if (what >= 0 && what < df->store.m) df->store.state[what] &= (uint8_t)~DF_NOTED;
  }
  df->notes.count = 0;
  df->notes.lost = false;
}

void df_dual_free(struct df *df)
{
  struct df_dual *dual = &df->dual;
  df_incidence_free(&dual->at, &df->mem);
  dual->node = df_mem_put(&df->mem, dual->node);
  dual->mark = df_mem_put(&df->mem, dual->mark);
  dual->queue = df_mem_put(&df->mem, dual->queue);
  dual->queued = df_mem_put(&df->mem, dual->queued);
  df->notes.list = df_mem_put(&df->mem, df->notes.list);
  df->notes = (struct df_notes){0};
  *dual = (struct df_dual){0};
}

struct work {
  struct df *df;
  struct df_run *run;
  int levels;
  int32_t root;
  uint64_t budget; // arcs that may still be looked at: more than the simplex would need is too much
  bool failed;     // a number does not fit, or the budget is spent
};

// What the tree arc of u carries beyond its bounds: towards the parent if positive, away from it if negative.
// Artificial arcs may carry nothing.
static int64_t excess_of(const struct df_tree *tree, int32_t u)
{
  int64_t up = df_tree_up(tree, u), down = df_tree_down(tree, u);
  if (tree->link[u].pred == DF_ARTIFICIAL_UP) return down;
  if (tree->link[u].pred == DF_ARTIFICIAL_DOWN) return -up;
  return up < 0 ? -up : down < 0 ? down : 0;
}

static void enqueue(struct work *work, int32_t u)
{
  struct df_dual *dual = &work->df->dual;
  if (dual->queued[u] || excess_of(&work->df->tree, u) == 0) return;
  dual->queued[u] = 1;
  dual->queue[dual->count++] = u;
}

static int32_t size_of(const struct df_tree *tree, int32_t u)
{
  return tree->wide ? tree->node[u].size : tree->narrow[u].size;
}

static int32_t smaller_size(const struct df_tree *tree, int32_t u)
{
  int32_t size = size_of(tree, u);
  return size <= tree->n / 2 ? size : tree->n - size;
}

// The one with the fewest nodes on one side: it is put right at the least expense, and mostly nearby.
static int32_t dequeue(struct df *df)
{
  struct df_dual *dual = &df->dual;
  int32_t at = 0, least = INT32_MAX;
  for (int32_t i = 0; i < dual->count; i++) {
    int32_t size = smaller_size(&df->tree, dual->queue[i]);
    if (size >= least) continue;
    least = size;
    at = i;
  }
  int32_t u = dual->queue[at];
  dual->queue[at] = dual->queue[--dual->count];
  dual->queued[u] = 0;
  return u;
}

static bool fits(const struct df_tree *tree, int64_t value)
{
  return tree->wide || (value >= INT32_MIN && value <= INT32_MAX);
}

static void set_residual(struct work *work, int32_t u, int64_t up, int64_t down)
{
  struct df_tree *tree = &work->df->tree;
  if (fits(tree, up) && fits(tree, down))
    df_tree_residual(tree, u, up, down);
  else
    work->failed = true;
}

// Sends `amount` from u up to `top`.
static void push(struct work *work, int32_t u, int32_t top, int64_t amount)
{
  const struct df_tree *tree = &work->df->tree;
  for (; u != top && !work->failed; u = df_tree_parent(tree, u)) {
    set_residual(work, u, df_tree_up(tree, u) - amount, df_tree_down(tree, u) + amount);
    enqueue(work, u);
  }
}

// The arc carries `amount` more, its ends pass that on through the tree.
static void push_arc(struct work *work, int32_t arc, int64_t amount)
{
  const struct df *df = work->df;
  if (amount == 0 || df_is_loop(&df->store, arc)) return;
  push(work, df->place[df->store.head[arc]], work->root, amount);
  push(work, df->place[df->store.tail[arc]], work->root, -amount);
}

// The simplex may have to go on from here: what changes about an arc is marked for its working set, and arcs
// that leave their lower bound must be in it.
static void mark_edited(struct work *work, int32_t arc)
{
  struct df *df = work->df;
  struct df_store *store = &df->store;
  struct df_work *set = &df->work;
  df->edited = true;
  store->state[arc] |= DF_EDITED;
  if (!df->kept || store->state[arc] & DF_INSIDE) return;
  if (set->count == set->room && !df_work_room(set, &df->mem, set->count + 256)) {
    work->failed = true;
    return;
  }
  int32_t entry = set->count++;
  set->tail[entry] = df->place[store->tail[arc]];
  set->head[entry] = df->place[store->head[arc]];
  set->cost[entry] = df_column_get(&store->cost[0], arc);
  set->id[entry] = (uint32_t)arc * 2;
  store->state[arc] |= DF_INSIDE;
}

static int64_t reduced_cost(const struct work *work, int level, int32_t arc)
{
  return df_reduced_cost(work->df, level, arc);
}

// Sign of the vector of reduced costs.
static int sign_of(const struct work *work, int32_t arc)
{
  for (int level = 0; level < work->levels; level++) {
    int64_t rc = reduced_cost(work, level, arc);
    if (rc != 0) return rc < 0 ? -1 : 1;
  }
  return 0;
}

// An arc off the tree that its cost now turns against goes to its other bound.
static void turn_over(struct work *work, int32_t arc)
{
  struct df_store *store = &work->df->store;
  if (store->state[arc] & DF_TREE || df_is_loop(store, arc)) return;
  int64_t span = df_column_get(&store->span, arc);
  bool upper = store->state[arc] & DF_UPPER;
  int sign = sign_of(work, arc);
  if (span == 0 || (upper ? sign <= 0 : sign >= 0)) return;
  work->failed |= span == DF_INFINITE;
  if (!work->failed) mark_edited(work, arc);
  if (work->failed) return;
  store->state[arc] ^= DF_UPPER;
  push_arc(work, arc, upper ? -span : span);
}

// The smaller of the two sides of the tree arc of `out`: nodes from `from` up to `stop` in preorder.
struct side {
  int32_t from, stop;
  bool below; // it is the subtree of `out`
};

static struct side mark_side(struct work *work, int32_t out)
{
  struct df_dual *dual = &work->df->dual;
  struct df_tree *tree = &work->df->tree;
  const struct df_link *link = tree->link;
  int32_t after = link[link[out].last].thread;
  bool below = size_of(tree, out) <= tree->n / 2;
  struct side side = {.from = below ? out : after, .stop = below ? after : out, .below = below};
  if (dual->stamp == INT32_MAX) {
    memset(dual->mark, 0, ((size_t)tree->n + 1) * sizeof *dual->mark);
    dual->stamp = 0;
  }
  dual->stamp++;
  for (int32_t u = side.from; u != side.stop; u = link[u].thread)
    dual->mark[u] = dual->stamp;
  tree->touched += (uint64_t)smaller_size(tree, out);
  return side;
}

// Calls `look` for every arc that leads out of the marked side or into it.
typedef void look_fn(struct work *work, int32_t arc, bool tail_marked, void *context);

static void look_at(struct work *work, int32_t arc, look_fn *look, void *context)
{
  const struct df *df = work->df;
  const int32_t *mark = df->dual.mark;
  bool tail = mark[df->place[df->store.tail[arc]]] == df->dual.stamp;
  bool head = mark[df->place[df->store.head[arc]]] == df->dual.stamp;
  if (tail != head) look(work, arc, tail, context);
}

static void cross(struct work *work, struct side side, look_fn *look, void *context)
{
  const struct df *df = work->df;
  const struct df_incidence *at = &df->dual.at;
  uint64_t looked = 0;
  for (int32_t u = side.from; u != side.stop; u = df->tree.link[u].thread) {
    int32_t v = u == work->root ? -1 : df->dual.node[u];
    if (v < 0 || v >= at->n) continue;
    for (int32_t k = at->first[v]; k < at->first[v + 1]; k++)
      look_at(work, at->arc[k] >> 1, look, context);
    looked += (uint64_t)(at->first[v + 1] - at->first[v]);
  }
  for (int32_t arc = at->m; arc < df->store.m; arc++)
    look_at(work, arc, look, context);
  looked += (uint64_t)(df->store.m - at->m) + 1;
  work->run->stats->arcs_priced += looked;
  work->failed |= looked > work->budget;
  work->budget -= looked > work->budget ? work->budget : looked;
}

// Adds shift[level] to the potentials below the tree arc, or takes it from those above where they are fewer.
static void shift_side(struct work *work, struct side side, const int64_t *shift)
{
  struct df *df = work->df;
  for (int level = 0; level < work->levels; level++) {
    int64_t amount = side.below ? shift[level] : -shift[level], *potential = df->potential[level];
    if (amount == 0) continue;
    for (int32_t u = side.from; u != side.stop; u = df->tree.link[u].thread)
      if (u != work->root) potential[df->dual.node[u]] += amount;
    if (side.below) continue;
    df->dual.drift[level] += amount;
    work->failed |= df->dual.drift[level] > DRIFT_MAX || df->dual.drift[level] < -DRIFT_MAX;
  }
}

static bool is_upwards(const struct df *df, int32_t u)
{
  return df->place[df->store.tail[df->tree.link[u].pred]] == u;
}

// A noted arc of the tree: what it carries against its new bounds, its new cost in the potentials below it.
// Returns whether these changed.
static bool renew_tree_arc(struct work *work, const struct df_note *note)
{
  struct df *df = work->df;
  int32_t u = df_lower_end(df, note->what);
  int64_t span = df_column_get(&df->store.span, note->what),
          flow = note->value - df_column_get(&df->store.lower, note->what), shift[DF_MAX_LEVELS];
  bool upwards = is_upwards(df, u);
  set_residual(work, u, upwards ? span - flow : flow, upwards ? flow : span - flow);
  enqueue(work, u);
  bool any = false;
  for (int level = 0; level < work->levels; level++) {
    int64_t rc = reduced_cost(work, level, note->what);
    shift[level] = upwards ? -rc : rc;
    any |= rc != 0;
  }
  if (any) shift_side(work, mark_side(work, u), shift);
  return any;
}

static void renew_other_arc(struct work *work, const struct df_note *note)
{
  const struct df_store *store = &work->df->store;
  int64_t flow = df_column_get(&store->lower, note->what);
  if (store->state[note->what] & DF_UPPER) flow += df_column_get(&store->span, note->what);
  push_arc(work, note->what, flow - note->value);
}

static void look_turned(struct work *work, int32_t arc, bool tail_marked, void *context)
{
  (void)tail_marked;
  (void)context;
  if (!work->failed) turn_over(work, arc);
}

static bool is_basic(const struct df *df, const struct df_note *note)
{
  return note->what >= 0 && df->store.state[note->what] & DF_TREE;
}

// The notes: arcs of the tree first, as sending over the tree starts from what they carry; at last what
// edited costs turned against.
static void renew(struct work *work)
{
  struct df *df = work->df;
  struct df_note *note = df->notes.list, *end = note + df->notes.count;
  for (struct df_note *at = note; at < end; at++)
    if (is_basic(df, at)) at->value = renew_tree_arc(work, at);
  for (struct df_note *at = note; at < end && !work->failed; at++) {
    if (at->what < 0)
      push(work, df->place[~at->what], work->root, at->value);
    else if (!is_basic(df, at))
      renew_other_arc(work, at);
  }
  for (struct df_note *at = note; at < end && !work->failed; at++) {
    if (at->what < 0) continue;
    work->failed |= df_is_loop(&df->store, at->what);
    if (!is_basic(df, at))
      turn_over(work, at->what);
    else if (at->value)
      cross(work, mark_side(work, df_lower_end(df, at->what)), look_turned, NULL);
  }
}

// The ratio test: of the arcs that could carry what is too much, the one that costs least.
struct best {
  bool outwards; // out of the subtree
  bool below;    // the marked side is the subtree
  int32_t arc;
  int64_t cost[DF_MAX_LEVELS];
};

static void look_cheaper(struct work *work, int32_t arc, bool tail_marked, void *context)
{
  struct best *best = context;
  const struct df_store *store = &work->df->store;
  uint8_t state = store->state[arc];
  bool tail_below = tail_marked == best->below, upper = state & DF_UPPER;
  if (state & DF_TREE || upper == (tail_below == best->outwards)) return;
  if (arc == best->arc || df_column_get(&store->span, arc) == 0) return;
  int order = best->arc < 0 ? -1 : 0;
  for (int level = 0; level < work->levels; level++) {
    int64_t rc = reduced_cost(work, level, arc), cost = upper ? -rc : rc;
    if (order == 0 && cost != best->cost[level]) {
      if (cost > best->cost[level]) return;
      order = -1;
    }
    if (order < 0) best->cost[level] = cost;
  }
  if (order == 0 && arc > best->arc) return;
  best->arc = arc;
}

// The arc of `out` leaves at the bound it is beyond.
static void leave(struct work *work, int32_t out, bool outwards)
{
  struct df *df = work->df;
  int32_t arc = df->tree.link[out].pred;
  if (arc < 0) return; // an artificial arc is gone for good
  bool upper = is_upwards(df, out) == outwards && df_column_get(&df->store.span, arc) > 0;
  df->store.state[arc] &= (uint8_t) ~(DF_TREE | DF_UPPER);
  df->store.state[arc] |= (uint8_t)(DF_EDITED | (upper ? DF_UPPER : 0));
}

// `out` sends `amount` over `arc` instead of its own arc (takes it, if negative); upwards: the tail of `arc`
// lies in the subtree.
static void exchange(struct work *work, int32_t out, int32_t arc, bool upwards, int64_t amount)
{
  struct df *df = work->df;
  struct df_store *store = &df->store;
  struct df_tree *tree = &df->tree;
  int32_t tail = df->place[store->tail[arc]], head = df->place[store->head[arc]];
  int32_t in = upwards ? tail : head, parent = upwards ? head : tail;
  int64_t span = df_column_get(&store->span, arc), flow = upwards ? amount : -amount;
  if (store->state[arc] & DF_UPPER) flow += span;
  int64_t up = upwards ? span - flow : flow, down = upwards ? flow : span - flow;
  push(work, in, out, -amount);
  push(work, df_tree_parent(tree, out), work->root, -amount);
  push(work, parent, work->root, amount);
  work->failed |= !fits(tree, up) || !fits(tree, down);
  if (!work->failed) mark_edited(work, arc);
  if (work->failed) return;
  leave(work, out, amount > 0);
  store->state[arc] = (uint8_t)((store->state[arc] & ~DF_UPPER) | DF_TREE);
  struct df_rehang rehang = {.out = out, .in = in, .parent = parent, .pred = arc, .up = up, .down = down};
  if (tree->wide)
    df_rehang64(tree, &rehang);
  else
    df_rehang32(tree, &rehang);
  for (int32_t u = out; u != parent; u = df_tree_parent(tree, u)) { // arcs have changed hands on this path
    enqueue(work, u);
    if (tree->link[u].pred >= 0) store->state[tree->link[u].pred] |= DF_EDITED;
  }
}

static void pivot(struct work *work, int32_t out, int64_t amount)
{
  struct df *df = work->df;
  struct side side = mark_side(work, out);
  struct best best = {.outwards = amount > 0, .below = side.below, .arc = -1};
  cross(work, side, look_cheaper, &best);
  work->failed |= best.arc < 0; // nothing feasible, it seems: the simplex will prove it
  if (work->failed) return;
  bool tail_below = (df->dual.mark[df->place[df->store.tail[best.arc]]] == df->dual.stamp) == side.below;
  int64_t shift[DF_MAX_LEVELS] = {0};
  for (int level = 0; level < work->levels; level++) {
    int64_t rc = reduced_cost(work, level, best.arc);
    shift[level] = tail_below ? -rc : rc;
  }
  shift_side(work, side, shift);
  exchange(work, out, best.arc, tail_below, amount);
}

static bool must_stop(const struct work *work, uint64_t pivots)
{
  const struct df_options *options = work->run->options;
  if (!options) return false;
  if (options->pivot_limit && pivots >= options->pivot_limit) return true;
  if (pivots % LOOK_EVERY) return false;
  if (options->cancel && *options->cancel) return true;
  return options->deadline_us && clock_monotonic_us() >= options->deadline_us;
}

static bool number_nodes(struct df *df)
{
  struct df_dual *dual = &df->dual;
  struct df_mem *mem = &df->mem;
  size_t count = (size_t)df->store.n + 1;
  bool ok = df_mem_resize(mem, &dual->node, count, sizeof *dual->node);
  ok = ok && df_mem_resize(mem, &dual->mark, count, sizeof *dual->mark);
  ok = ok && df_mem_resize(mem, &dual->queue, count, sizeof *dual->queue);
  ok = ok && df_mem_resize(mem, &dual->queued, count, sizeof *dual->queued);
  if (!ok) return false;
  for (int32_t v = 0; v < df->store.n; v++)
    dual->node[df->place[v]] = v;
  memset(dual->drift, 0, sizeof dual->drift);
  dual->numbered = true;
  return true;
}

static bool prepare(struct df *df)
{
  struct df_dual *dual = &df->dual;
  bool listed = dual->at.first && df->store.m - dual->at.m <= LATE_ARCS;
  bool single = !dual->asked && df->kept; // listing the arcs costs as much as one run of the simplex
  dual->asked = true;
  if (single) return false;
  if (!listed && !df_incidence_build(&dual->at, &df->mem, &df->store)) return false;
  return dual->numbered || number_nodes(df);
}

// Whether all is in place for it: an optimum, the few edits since, numbers of the width the tree has.
static bool applies(const struct df *df)
{
  return df->optimal && !df->notes.lost && df->notes.count <= FEW && (df->tree.wide || !df->store.span.wide);
}

static void empty_queue(struct df_dual *dual)
{
  while (dual->count > 0)
    dual->queued[dual->queue[--dual->count]] = 0;
}

// Arcs that may be looked at before the simplex is the better way: on several levels it starts from far less.
static uint64_t budget_of(const struct df *df)
{
  uint64_t arcs = (uint64_t)df->store.m;
  return (df->store.levels > 1 ? 4 * arcs : arcs / 3) + 1000;
}

bool df_dual_solve(struct df *df, struct df_run *run)
{
  struct work work = {.df = df,
                      .run = run,
                      .levels = df->store.levels > 0 ? df->store.levels : 1,
                      .root = df->store.n,
                      .budget = budget_of(df)};
  if (!applies(df) || must_stop(&work, 0)) return false;
  if (df->notes.count == 0) return true;
  if (!prepare(df)) return false;
  renew(&work);
  uint64_t limit = (uint64_t)df->store.n / 4 + 100; // ties could make them go round for ever
  while (!work.failed && df->dual.count > 0) {
    int32_t out = dequeue(df);
    int64_t amount = excess_of(&df->tree, out);
    if (amount == 0) continue;
    work.failed = run->stats->pivots >= limit || must_stop(&work, run->stats->pivots);
    if (work.failed) break;
    run->stats->pivots++;
    pivot(&work, out, amount);
  }
  empty_queue(&df->dual);
  df->result_level = work.levels - 1;
  return !work.failed;
}
