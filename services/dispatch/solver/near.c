#include "services/dispatch/solver/carry.h"
#include "services/dispatch/solver/look.h"

#ifndef DF_NEAR_LATE // the tests list anew after few
#define DF_NEAR_LATE 8192
#endif
#ifndef DF_NEAR_COST // the tests leave costs out that are not small
#define DF_NEAR_COST INT32_MAX
#endif
#define LATE_SHARE 4 // ends listed late may be one of this many, or DF_NEAR_LATE, before all are listed anew

// Whether the arc costs nothing on the levels before the one that was chosen, and little on that; or less.
static bool is_near(const struct df *df, int32_t arc)
{
  const struct df_near *near = &df->meet.near;
  for (int level = 0; level < near->level; level++) {
    int64_t cost = df_reduced_cost(df, level, arc);
    if (cost != 0) return cost < 0;
  }
  return near->level == 0 || df_reduced_cost(df, near->level, arc) <= near->most;
}

// Which near arcs to list: all, those at whose ends potentials have moved since the last time, or those that
// were in use.
enum which { ALL, STIRRED, IN_USE };

static bool is_one(const struct df *df, int32_t arc, enum which which)
{
  const struct df_store *store = &df->store;
  const uint8_t *stirred = df->meet.near.stirred;
  if (which == STIRRED) return stirred[store->tail[arc]] | stirred[store->head[arc]];
  return which == ALL || store->state[arc] & DF_INSIDE;
}

// Marks and lists the near arcs that are not listed, ascending.
static bool gather(struct df *df, enum which which, struct df_list *list)
{
  const struct df_near *near = &df->meet.near;
  struct df_look look;
  df_look_start(&look, df, 0, near->level > 0 ? 0 : near->most, DF_LISTED);
  for (int32_t arc; (arc = df_look_next(&look)) >= 0;) {
    if (!is_one(df, arc, which) || !is_near(df, arc)) continue;
    if (!df_list_add(list, &df->mem, arc)) return false;
    df->store.state[arc] |= DF_LISTED;
  }
  return true;
}

static struct df_end end_of(const struct df *df, int32_t arc, bool head)
{
  int32_t u = df->place[df->store.tail[arc]], v = df->place[df->store.head[arc]];
  const struct df_spot *spot = df->meet.near.spot;
  int64_t cost = df_reduced_cost(df, 0, arc) - spot[u].drift + spot[v].drift;
  bool fits = cost >= -DF_NEAR_COST && cost <= DF_NEAR_COST;
  return (struct df_end){
      .far = head ? u : v, .end = arc * 2 + head, .cost = fits ? (int32_t)cost : DF_FAR_COST};
}

static bool make_room(struct df *df, int32_t arcs)
{
  struct df_near *near = &df->meet.near;
  struct df_mem *mem = &df->mem;
  size_t n = (size_t)df->store.n + 1;
  bool ok = df_mem_resize(mem, &near->first, n + 1, sizeof *near->first) &&
            df_mem_resize(mem, &near->late, n, sizeof *near->late) &&
            df_mem_resize(mem, &near->spot, n, sizeof *near->spot) &&
            df_mem_resize(mem, &near->stirred, n, sizeof *near->stirred) &&
            df_mem_resize(mem, &near->since, n, sizeof *near->since);
  if (ok && arcs * 2 > near->ends) ok = df_mem_resize(mem, &near->end, (size_t)arcs * 2, sizeof *near->end);
  if (ok) near->ends = arcs * 2;
  return ok;
}

// From now on drifts are counted from where they are.
static void start_drift(struct df_near *near)
{
  for (int32_t v = 0; v < near->n; v++) {
    near->since[v] = 0;
    near->stirred[v] = 0;
  }
  near->high = near->low = 0;
  near->moved = false;
}

static bool fill(struct df *df, const struct df_list *list)
{
  struct df_near *near = &df->meet.near;
  const struct df_store *store = &df->store;
  if (!make_room(df, list->count)) return false;
  int32_t *first = near->first + 1, before = 0; // one ahead, so that filling leaves it in place
  for (int32_t v = 0; v <= store->n; v++) {
    near->first[v] = near->late[v] = 0;
    near->spot[v].drift = 0; // labels stay: a search may be looking
  }
  first[store->n] = 0;
  for (int32_t i = 0; i < list->count; i++) {
    first[df->place[store->tail[list->arc[i]]]]++;
    first[df->place[store->head[list->arc[i]]]]++;
  }
  for (int32_t v = 0; v < store->n; v++) {
    int32_t count = first[v];
    first[v] = before;
    before += count;
  }
  for (int32_t i = 0; i < list->count; i++) {
    int32_t arc = list->arc[i], u = df->place[store->tail[arc]], v = df->place[store->head[arc]];
    struct df_end end = end_of(df, arc, false);
    near->end[first[u]++] = end;
    end.far = u;
    end.end++;
    near->end[first[v]++] = end;
  }
  near->chained = 0;
  near->n = store->n;
  start_drift(near);
  return true;
}

static bool append_if_new(struct df *df, struct df_list *list, int32_t arc)
{
  if (df->store.state[arc] & DF_LISTED || !df_is_way(&df->store, arc)) return true;
  df->store.state[arc] |= DF_LISTED;
  return df_list_add(list, &df->mem, arc);
}

// Lists anew. What the tree uses and what is about to be put right belongs to it whatever it costs. (What is
// full costs nothing or less.)
static bool build(struct df *df)
{
  struct df_near *near = &df->meet.near;
  struct df_store *store = &df->store;
  struct df_list list = {0};
  near->n = 0;
  bool tied = df_near_choose(df);
  for (int32_t arc = 0; arc < store->m; arc++)
    store->state[arc] &= (uint8_t)~DF_LISTED;
  bool ok = gather(df, tied ? IN_USE : ALL, &list);
  for (int32_t arc = 0; ok && arc < store->m; arc++)
    if (store->state[arc] & DF_NOTED) ok = append_if_new(df, &list, arc);
  for (int32_t v = 0; ok && v < store->n; v++)
    if (df->tree.link[v].pred >= 0) ok = append_if_new(df, &list, df->tree.link[v].pred);
  ok = ok && fill(df, &list);
  if (tied) near->most = -1; // arcs left out may cost nothing
  df_mem_put(&df->mem, list.arc);
  return ok;
}

bool df_near_open(struct df *df)
{
  return df->meet.near.n == df->store.n || build(df);
}

void df_near_forget(struct df *df)
{
  df->meet.near.n = 0;
}

void df_near_free(struct df *df)
{
  struct df_near *near = &df->meet.near;
  df_mem_put(&df->mem, near->first);
  df_mem_put(&df->mem, near->end);
  df_mem_put(&df->mem, near->late);
  df_mem_put(&df->mem, near->chain);
  df_mem_put(&df->mem, near->spot);
  df_mem_put(&df->mem, near->since);
  df_mem_put(&df->mem, near->stirred);
  *near = (struct df_near){0};
}

static bool chain(struct df *df, int32_t node, struct df_end end)
{
  struct df_near *near = &df->meet.near;
  if (near->chained == near->room) {
    int32_t room = near->room * 2 + 256;
    if (!df_mem_resize(&df->mem, &near->chain, (size_t)room, sizeof *near->chain)) return false;
    near->room = room;
  }
  near->chain[near->chained++] = (struct df_late){.end = end, .next = near->late[node]};
  near->late[node] = near->chained;
  return true;
}

static bool list_late(struct df *df, int32_t arc)
{
  struct df_store *store = &df->store;
  store->state[arc] |= DF_LISTED;
  return chain(df, df->place[store->tail[arc]], end_of(df, arc, false)) &&
         chain(df, df->place[store->head[arc]], end_of(df, arc, true));
}

// False: it is not there.
static bool renew_cost(struct df *df, int32_t node, struct df_end end)
{
  struct df_near *near = &df->meet.near;
  for (int32_t k = near->first[node]; k < near->first[node + 1]; k++) {
    if (near->end[k].end != end.end) continue;
    near->end[k].cost = end.cost;
    return true;
  }
  for (int32_t i = near->late[node]; i > 0; i = near->chain[i - 1].next) {
    if (near->chain[i - 1].end.end != end.end) continue;
    near->chain[i - 1].end.cost = end.cost;
    return true;
  }
  return false;
}

bool df_near_put(struct df *df, int32_t arc)
{
  struct df_store *store = &df->store;
  store->state[arc] &= (uint8_t)~DF_LISTED;
  bool there = renew_cost(df, df->place[store->tail[arc]], end_of(df, arc, false)) &&
               renew_cost(df, df->place[store->head[arc]], end_of(df, arc, true));
  if (!df_is_way(store, arc)) return true;
  store->state[arc] |= DF_LISTED;
  return there || list_late(df, arc);
}

void df_near_drift(struct df_near *near, int32_t node, int level, int64_t change)
{
  if (level == 0) near->spot[node].drift += change;
  if (level < near->level && change != 0) near->moved = true;
  if (level != near->level) return;
  int64_t since = near->since[node] += change;
  if (since > near->high) near->high = since;
  if (since < near->low) near->low = since;
}

static bool is_at(const struct df *df, int32_t arc, int side)
{
  const struct df_spot *spot = df->meet.near.spot;
  return spot[df->place[df->store.tail[arc]]].label[side] || spot[df->place[df->store.head[arc]]].label[side];
}

int df_near_spread(struct df *df, int side, struct df_list *ret)
{
  const struct df_store *store = &df->store;
  for (int32_t arc = 0; arc < store->m; arc++) {
    if (store->state[arc] & DF_LISTED || !df_is_way(store, arc) || !is_at(df, arc, side)) continue;
    if (!df_list_add(ret, &df->mem, arc) || !list_late(df, arc)) return -1;
  }
  return ret->count > 0;
}

int df_near_renew(struct df *df, struct df_list *ret)
{
  struct df_near *near = &df->meet.near;
  bool ok = gather(df, STIRRED, ret);
  int64_t late = near->chained + 2 * (int64_t)ret->count;
  bool anew = late > DF_NEAR_LATE && late > near->ends / LATE_SHARE;
  for (int32_t i = 0; ok && !anew && i < ret->count; i++)
    ok = list_late(df, ret->arc[i]);
  if (ok && anew) ok = build(df);
  start_drift(near);
  return ok ? 0 : -1;
}
