// The handle and what can be read from it.
#include "services/dispatch/solver/notes.h"
#include <stdlib.h>

struct df *df_new(const struct df_limits *limits)
{
  struct df *df = calloc(1, sizeof *df);
  if (!df) return NULL;
  if (limits) df->mem.limit = limits->max_memory;
  df->pricer.scan = df_price_best();
  df->bad_index = -1;
  return df;
}

void df_clear(struct df *df)
{
  struct df_store *store = &df->store;
  struct df_mem *mem = &df->mem;
  df_mem_put(mem, store->supply);
  df_mem_put(mem, store->tail);
  df_mem_put(mem, store->head);
  df_mem_put(mem, store->state);
  df_column_free(&store->lower, mem);
  df_column_free(&store->span, mem);
  for (int level = 0; level < DF_MAX_LEVELS; level++) {
    df_column_free(&store->cost[level], mem);
    df->potential[level] = df_mem_put(mem, df->potential[level]);
  }
  df_work_free(&df->work, mem);
  df_tree_free(&df->tree, mem);
  df->excess = df_mem_put(mem, df->excess);
  df->place = df_mem_put(mem, df->place);
  df->entry = df_mem_put(mem, df->entry);
  df->kept = df->edited = false;
  df->group = df_mem_put(mem, df->group);
  df->regions.first = df_mem_put(mem, df->regions.first);
  df->regions.of = df_mem_put(mem, df->regions.of);
  df->regions.count = 0;
  df->pricer.pick = df_mem_put(mem, df->pricer.pick);
  *store = (struct df_store){0};
  df_meet_free(df);
  df->notes.list = df_mem_put(mem, df->notes.list);
  df->notes = (struct df_notes){0};
  df->basis = df->optimal = false;
  df->result = DF_OK;
  df->fault = DF_FAULT_NONE;
  df->bad_index = -1;
}

struct df *df_free(struct df *df)
{
  if (!df) return NULL;
  df_clear(df);
  free(df);
  return NULL;
}

int64_t df_arc_flow(const struct df *df, int32_t arc)
{
  const struct df_store *store = &df->store;
  const struct df_tree *tree = &df->tree;
  if (store->state[arc] & DF_UPPER) return df_column_get(&store->span, arc);
  if (!(store->state[arc] & DF_TREE)) return 0;
  int32_t tail = df->place[store->tail[arc]], head = df->place[store->head[arc]];
  return tree->link[tail].pred == arc ? df_tree_down(tree, tail) : df_tree_up(tree, head);
}

int64_t df_flow(const struct df *df, int32_t arc)
{
  if (!df->basis || arc < 0 || arc >= df->store.m) return 0;
  return df_column_get(&df->store.lower, arc) + df_arc_flow(df, arc);
}

int64_t df_potential(const struct df *df, int level, int32_t node)
{
  if (level < 0 || level >= DF_MAX_LEVELS || node < 0 || node >= df->store.n || !df->potential[level])
    return 0;
  return df->potential[level][node];
}

void df_objective(const struct df *df, int level, int64_t *high, uint64_t *low)
{
  __int128 sum = 0;
  bool known = level >= 0 && level < df->store.levels;
  for (int32_t arc = 0; known && arc < df->store.m; arc++)
    sum += (__int128)df_column_get(&df->store.cost[level], arc) * df_flow(df, arc);
  *high = (int64_t)(sum >> 64);
  *low = (uint64_t)sum;
}

int64_t df_bad_index(const struct df *df)
{
  return df->bad_index;
}

enum df_fault df_fault(const struct df *df)
{
  return df->fault;
}
