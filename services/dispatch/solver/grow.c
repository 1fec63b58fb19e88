// Adding nodes and arcs to a network that may already have a basis: new arcs lie at their lower bounds, new
// nodes hang from the root.
#include "services/dispatch/solver/load.h"
#include "services/dispatch/solver/notes.h"

static int32_t room_for(int32_t count, int32_t room, int32_t most)
{
  if (count <= room) return room;
  int64_t wanted = (int64_t)count + count / 8 + 16;
  return wanted > most ? most : (int32_t)wanted;
}

static bool grow_arcs(struct df *df, int32_t count)
{
  struct df_store *store = &df->store;
  int32_t room = room_for(count, store->arc_room, DF_ARCS_MAX);
  if (room == store->arc_room) return true;
  struct df_mem *mem = &df->mem;
  size_t slots = (size_t)room + 8;
  bool ok = df_mem_resize(mem, &store->tail, slots, sizeof *store->tail);
  ok = ok && df_mem_resize(mem, &store->head, slots, sizeof *store->head);
  ok = ok && df_mem_resize(mem, &store->state, slots, sizeof *store->state);
  ok = ok && df_column_grow(&store->lower, mem, slots);
  ok = ok && df_column_grow(&store->span, mem, slots);
  for (int level = 0; level < store->levels; level++)
    ok = ok && df_column_grow(&store->cost[level], mem, slots);
  if (ok) store->arc_room = room;
  return ok;
}

static enum df_code check_arcs(struct df *df, int32_t count, const struct df_arcs *arcs)
{
  for (int32_t i = 0; i < count; i++) {
    enum df_code code = df_check_arc(df, arcs, i);
    if (code != DF_OK) return code;
  }
  return DF_OK;
}

static bool put_arc(struct df *df, const struct df_arcs *arcs, int32_t i)
{
  struct df_store *store = &df->store;
  int32_t arc = store->m;
  store->tail[arc] = arcs->tail[i];
  store->head[arc] = arcs->head[i];
  store->state[arc] = 0;
  store->m++;
  store->loops += arcs->tail[i] == arcs->head[i];
  df_note_new_arc(df, arc);
  bool ok = df_set_bounds(df, arc, arcs->lower ? arcs->lower[i] : 0, arcs->upper[i]) == DF_OK;
  for (int level = 0; level < store->levels; level++)
    ok = ok && df_set_cost(df, level, arc, arcs->cost[level][i]) == DF_OK;
  return ok;
}

enum df_code df_add_arcs(struct df *df, int32_t count, const struct df_arcs *arcs)
{
  struct df_store *store = &df->store;
  if (count < 0 || count > DF_ARCS_MAX - store->m) return df_refuse(df, DF_FAULT_SIZE, count);
  enum df_code code = check_arcs(df, count, arcs);
  if (code != DF_OK) return code;
  int32_t had = store->m, had_loops = store->loops;
  unsigned __int128 had_mass = store->mass;
  bool ok = grow_arcs(df, store->m + count);
  for (int32_t i = 0; ok && i < count; i++)
    ok = put_arc(df, arcs, i);
  if (ok) return DF_OK;
  df->optimal = false; // notes may name the arcs that are not there now
  store->m = had;
  store->loops = had_loops;
  store->mass = had_mass;
  return DF_NO_MEMORY;
}

// The root is node n, so new nodes move it up.
static bool move_root(struct df *df, int32_t old_root, int32_t root)
{
  struct df_tree *tree = &df->tree;
  if (!df_tree_room(tree, &df->mem, root, tree->wide)) return false;
  for (int32_t v = 0; v < old_root; v++)
    if (df_tree_parent(tree, v) == old_root)
      df_tree_set(tree, v, root, df_tree_up(tree, v), df_tree_down(tree, v));
  for (int32_t v = old_root; v < root; v++) {
    df_tree_set(tree, v, root, df_tree_infinite(tree), 0);
    tree->link[v].pred = DF_ARTIFICIAL_UP;
  }
  df_tree_set(tree, root, -1, 0, 0);
  tree->link[root].pred = DF_ARTIFICIAL_UP;
  return df_tree_thread(tree);
}

static bool widen_scratch(struct df *df, int32_t old)
{
  size_t count = (size_t)df->store.n + 1;
  struct df_mem *mem = &df->mem;
  if (df->group && !df_mem_resize(mem, &df->group, count, sizeof *df->group)) return false;
  for (int32_t v = old; df->group && v < df->store.n; v++)
    df->group[v] = -1;
  if (!df->basis) return true;
  bool ok = df_mem_resize(mem, &df->entry, count, sizeof *df->entry);
  ok = ok && df_mem_resize(mem, &df->place, count, sizeof *df->place);
  if (df->regions.of) ok = ok && df_mem_resize(mem, &df->regions.of, count, sizeof *df->regions.of);
  for (int32_t v = old; ok && v < df->store.n; v++) {
    df->place[v] = v;
    if (df->regions.of) df->regions.of[v] = -1;
  }
  return ok;
}

enum df_code df_add_nodes(struct df *df, int32_t count, const int64_t *supply)
{
  struct df_store *store = &df->store;
  if (count < 0 || count > DF_NODES_MAX - store->n) return df_refuse(df, DF_FAULT_SIZE, count);
  int32_t old = store->n, room = room_for(old + count, store->node_room, DF_NODES_MAX);
  df->optimal = df->optimal && count == 0; // where new nodes belong in the tree is for the simplex to find
  if (!df_mem_resize(&df->mem, &store->supply, (size_t)room, sizeof *store->supply)) return DF_NO_MEMORY;
  store->node_room = room;
  for (int32_t i = 0; i < count; i++)
    store->supply[old + i] = 0;
  store->n = old + count;
  for (int32_t i = 0; i < count; i++) {
    enum df_code code = df_set_supply(df, old + i, supply[i]);
    if (code == DF_OK) continue;
    while (i-- > 0)
      (void)df_set_supply(df, old + i, 0);
    store->n = old;
    return code;
  }
  for (int level = 0; level < DF_MAX_LEVELS; level++)
    if (df->potential[level] &&
        !df_mem_resize(&df->mem, &df->potential[level], (size_t)store->n + 1, sizeof(int64_t)))
      df->basis = false;
  if (!widen_scratch(df, old)) return DF_NO_MEMORY;
  if (!df->basis) return DF_OK;
  if (!move_root(df, old, store->n)) df->basis = false; // the next solve starts cold
  return DF_OK;
}
