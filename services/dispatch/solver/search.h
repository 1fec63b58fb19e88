// Cheapest ways in the residual network of an optimum: Dijkstra over vectors of reduced costs, one number per
// level, which are lexicographically >= 0 there.
#pragma once
#include "services/dispatch/solver/residual.h"

struct df_search {
  struct df_residual residual;
  int levels;
  bool reverse;      // distances to `from` instead of from it
  int64_t *distance; // n * levels
  int32_t *via;      // the arc a node was reached by: arc * 2 + 1 if against its direction
  int32_t *heap;
  int32_t *place; // 1 + position in the heap; 0 = not reached; -1 = done
  int32_t count;
  int32_t except; // an arc that must not be used; -1 = none
};

bool df_search_open(struct df_search *search, const struct df *df, bool reverse);
void df_search_close(struct df_search *search);
// Until `to` is done, or all that can be reached if to < 0. False if `to` cannot be reached.
bool df_search_run(struct df_search *search, int32_t from, int32_t to);

static inline bool df_search_reached(const struct df_search *search, int32_t node)
{
  return search->place[node] < 0;
}
static inline const int64_t *df_search_distance(const struct df_search *search, int32_t node)
{
  return search->distance + (size_t)node * (size_t)search->levels;
}
