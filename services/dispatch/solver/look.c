#include "services/dispatch/solver/look.h"

void df_look_start(struct df_look *look, const struct df *df, int level, int64_t most, uint8_t skip)
{
  const struct df_store *store = &df->store;
  const struct df_column *cost = &store->cost[level];
  look->store = store;
  look->scan = (struct df_scan){.tail = store->tail,
                                .head = store->head,
                                .narrow = cost->narrow,
                                .wide = cost->wide,
                                .potential = df->potential[level],
                                .state = store->state,
                                .skip = skip,
                                .most = most};
  look->run = df_scan_best();
  look->next = look->at = look->count = 0;
}

int32_t df_look_next(struct df_look *look)
{
  int32_t m = look->store->m;
  for (;;) {
    while (look->at < look->count) {
      int32_t arc = look->hit[look->at++];
      if (df_is_way(look->store, arc)) return arc;
    }
    if (look->next == m) return -1;
    int32_t end = m - look->next > DF_LOOK_CHUNK ? look->next + DF_LOOK_CHUNK : m;
    look->count = look->run(&look->scan, look->next, end, look->hit);
    look->next = end;
    look->at = 0;
  }
}

bool df_is_way(const struct df_store *store, int32_t arc)
{
  return df_column_get(&store->span, arc) > 0 && !df_is_loop(store, arc);
}

bool df_list_add(struct df_list *list, struct df_mem *mem, int32_t arc)
{
  if (list->count == list->room) {
    int32_t room = list->room * 2 + 1024;
    if (!df_mem_resize(mem, &list->arc, (size_t)room, sizeof *list->arc)) return false;
    list->room = room;
  }
  list->arc[list->count++] = arc;
  return true;
}
