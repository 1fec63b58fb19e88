// One side of a search: the nodes it has reached, by distance. Distances are vectors of `levels` numbers, the
// first outranking the second and so on.
#pragma once
#include "services/dispatch/solver/mem.h"
#include <stdbool.h>
#include <stdint.h>

enum df_stage { DF_LABEL_OPEN, DF_LABEL_DONE, DF_LABEL_BETTERED }; // bettered: the node has another label
struct df_label {
  int32_t node; // inner
  int32_t via;  // the arc on the way to the start: arc * 2, + 1 if the way uses it against its direction; -1:
                // a start
  enum df_stage stage;
};
struct df_key {
  int64_t first; // the distance on level 0
  int32_t label;
};
struct df_ball {
  int levels;
  struct df_label *label;
  int64_t *distance; // `levels` numbers a label
  int32_t count, room;
  struct df_key *heap; // open labels, and bettered ones until they come to the top
  int32_t waiting;
  int32_t *hand; // labels no further away than the one done last, first come first served
  int32_t hand_first, hand_end;
  uint64_t looked; // arcs
};

int df_distance_compare(const int64_t *a, const int64_t *b, int levels); // < 0, 0, > 0

void df_ball_clear(struct df_ball *ball);
void df_ball_free(struct df_ball *ball, struct df_mem *mem);
static inline int64_t *df_ball_distance(const struct df_ball *ball, int32_t label)
{
  return ball->distance + (size_t)label * (size_t)ball->levels;
}
bool df_ball_reserve(struct df_ball *ball, struct df_mem *mem, int32_t labels); // false: no memory
// A label that no other can be nearer than is put at hand, any other into the heap; distances do not change
// after that. Returns it, -1: no memory.
int32_t df_ball_add(struct df_ball *ball, struct df_mem *mem, const struct df_label *label,
                    const int64_t *distance, bool at_hand);
// The nearest open label; -1: there is none.
int32_t df_ball_nearest(struct df_ball *ball);
int32_t df_ball_take(struct df_ball *ball); // takes it out: it is done
