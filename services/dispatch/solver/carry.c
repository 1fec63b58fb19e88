#include "services/dispatch/solver/carry.h"

static bool is_upwards(const struct df *df, int32_t u)
{
  return df->place[df->store.tail[df->tree.link[u].pred]] == u;
}

int64_t df_room(const struct df *df, int32_t arc, bool against)
{
  const struct df_store *store = &df->store;
  uint8_t state = store->state[arc];
  if (!(state & DF_TREE)) return against == ((state & DF_UPPER) != 0) ? df_column_get(&store->span, arc) : 0;
  int32_t u = df_lower_end(df, arc);
  return is_upwards(df, u) != against ? df_tree_up(&df->tree, u) : df_tree_down(&df->tree, u);
}

int df_cost_sign(const struct df *df, int32_t arc)
{
  for (int level = 0; level < df->store.levels; level++) {
    int64_t rc = df_reduced_cost(df, level, arc);
    if (rc != 0) return rc < 0 ? -1 : 1;
  }
  return 0;
}

bool df_carry_mark(struct df *df, int32_t arc)
{
  struct df_store *store = &df->store;
  struct df_work *set = &df->work;
  df->edited = true;
  store->state[arc] |= DF_EDITED;
  if (!df->kept || store->state[arc] & DF_INSIDE) return true;
  if (set->count == set->room && !df_work_room(set, &df->mem, set->count + DF_WORK_SPARE)) return false;
  int32_t entry = set->count++;
  set->tail[entry] = df->place[store->tail[arc]];
  set->head[entry] = df->place[store->head[arc]];
  set->cost[entry] = df_column_get(&store->cost[0], arc);
  set->id[entry] = (uint32_t)arc * 2;
  store->state[arc] |= DF_INSIDE;
  return true;
}

static bool set_residual(struct df_tree *tree, int32_t u, int64_t up, int64_t down)
{
  bool fits = tree->wide || (up >= INT32_MIN && up <= INT32_MAX && down >= INT32_MIN && down <= INT32_MAX);
  if (fits) df_tree_residual(tree, u, up, down);
  return fits;
}

bool df_carry(struct df *df, int32_t arc, int64_t flow)
{
  struct df_store *store = &df->store;
  int64_t span = df_column_get(&store->span, arc);
  if (store->state[arc] & DF_TREE) {
    int32_t u = df_lower_end(df, arc);
    bool upwards = is_upwards(df, u);
    return set_residual(&df->tree, u, upwards ? span - flow : flow, upwards ? flow : span - flow);
  }
  if (!df_carry_mark(df, arc)) return false;
  store->state[arc] &= (uint8_t)~DF_UPPER;
  if (flow > 0 && flow == span) store->state[arc] |= DF_UPPER;
  return true;
}

// The circle an entering arc closes with the tree: the tree path from its head up to the join takes what the
// arc carries more, the one from its tail down to there gives it.
struct circle {
  int32_t head, tail, join; // inner nodes
  int32_t stale; // a node on it whose arc is at a bound and costs something, or an artificial arc; -1
  bool stale_below_head;
  int64_t room[2]; // how much more, how much less the arc could carry
  int32_t stop[2]; // the node whose arc allows no more; -1: the entering arc itself
  bool below_head[2];
  int cost; // sign of what sending round it costs: not 0 only while costs of tree arcs are being put right
};

static bool is_stale(const struct df *df, int32_t u)
{
  int32_t pred = df->tree.link[u].pred;
  if (pred < 0) return true;
  bool at_bound = df_tree_up(&df->tree, u) <= 0 || df_tree_down(&df->tree, u) <= 0;
  return at_bound && df_cost_sign(df, pred) != 0;
}

static void step(const struct df *df, struct circle *circle, int32_t u, bool below_head)
{
  int64_t room[2] = {df_tree_up(&df->tree, u), df_tree_down(&df->tree, u)};
  for (int less = 0; less < 2; less++) {
    int64_t here = room[below_head ? less : !less];
    if (here >= circle->room[less]) continue;
    circle->room[less] = here;
    circle->stop[less] = u;
    circle->below_head[less] = below_head;
  }
  if (circle->stale >= 0 || !is_stale(df, u)) return;
  circle->stale = u;
  circle->stale_below_head = below_head;
}

static int32_t size_of(const struct df_tree *tree, int32_t u)
{
  return tree->wide ? tree->node[u].size : tree->narrow[u].size;
}

static struct circle close_circle(const struct df *df, int32_t arc, int64_t flow)
{
  const struct df_tree *tree = &df->tree;
  struct circle circle = {.head = df->place[df->store.head[arc]],
                          .tail = df->place[df->store.tail[arc]],
                          .stale = -1,
                          .room = {df_column_get(&df->store.span, arc) - flow, flow},
                          .stop = {-1, -1}};
  int32_t u = circle.head, v = circle.tail;
  while (u != v) {
    bool below_head = size_of(tree, u) < size_of(tree, v);
    step(df, &circle, below_head ? u : v, below_head);
    if (below_head)
      u = df_tree_parent(tree, u);
    else
      v = df_tree_parent(tree, v);
  }
  circle.join = u;
  return circle;
}

static bool send_from(struct df *df, int32_t u, int32_t top, int64_t amount)
{
  struct df_tree *tree = &df->tree;
  bool ok = true;
  if (amount == 0) return true;
  for (; ok && u != top; u = df_tree_parent(tree, u))
    ok = set_residual(tree, u, df_tree_up(tree, u) - amount, df_tree_down(tree, u) + amount);
  return ok;
}

// The arc of `out` leaves at the bound it is at.
static bool leave(struct df *df, int32_t out)
{
  struct df_store *store = &df->store;
  int32_t arc = df->tree.link[out].pred;
  if (arc < 0) return true; // an artificial arc is gone for good
  int64_t flow = is_upwards(df, out) ? df_tree_down(&df->tree, out) : df_tree_up(&df->tree, out);
  store->state[arc] &= (uint8_t)~DF_TREE;
  return df_carry(df, arc, flow);
}

// The arc takes the place of the tree arc of `out`.
static bool replace(struct df *df, int32_t out, bool below_head, int32_t arc, int64_t flow)
{
  struct df_store *store = &df->store;
  struct df_tree *tree = &df->tree;
  int32_t tail = df->place[store->tail[arc]], head = df->place[store->head[arc]];
  int32_t in = below_head ? head : tail, parent = below_head ? tail : head;
  int64_t left = df_column_get(&store->span, arc) - flow;
  int64_t up = below_head ? flow : left, down = below_head ? left : flow;
  bool fits = tree->wide || (up <= INT32_MAX && down <= INT32_MAX);
  if (!fits || !df_carry_mark(df, arc) || !leave(df, out)) return false;
  store->state[arc] = (uint8_t)((store->state[arc] & ~DF_UPPER) | DF_TREE);
  struct df_rehang rehang = {.out = out, .in = in, .parent = parent, .pred = arc, .up = up, .down = down};
  if (tree->wide)
    df_rehang64(tree, &rehang);
  else
    df_rehang32(tree, &rehang);
  for (int32_t u = out; u != parent; u = df_tree_parent(tree, u)) // arcs have changed hands on this path
    if (tree->link[u].pred >= 0) store->state[tree->link[u].pred] |= DF_EDITED;
  return true;
}

bool df_carry_enter(struct df *df, int32_t arc, int64_t flow)
{
  struct circle circle = close_circle(df, arc, flow);
  if (circle.stale >= 0) return replace(df, circle.stale, circle.stale_below_head, arc, flow);
  bool less = circle.room[1] < circle.room[0];
  int64_t amount = less ? -circle.room[1] : circle.room[0];
  if (!send_from(df, circle.head, circle.join, amount) || !send_from(df, circle.tail, circle.join, -amount))
    return false;
  flow += amount;
  if (circle.stop[less] < 0) return df_carry(df, arc, flow);
  return replace(df, circle.stop[less], circle.below_head[less], arc, flow);
}
