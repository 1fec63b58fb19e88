#include "services/dispatch/solver/ball.h"
#include <string.h>

int df_distance_compare(const int64_t *a, const int64_t *b, int levels)
{
  for (int level = 0; level < levels; level++)
    if (a[level] != b[level]) return a[level] < b[level] ? -1 : 1;
  return 0;
}

// By distance; of equal ones the earlier label.
static bool nearer(const struct df_ball *ball, struct df_key a, struct df_key b)
{
  if (a.first != b.first) return a.first < b.first;
  int order = ball->levels > 1 ? df_distance_compare(df_ball_distance(ball, a.label),
                                                     df_ball_distance(ball, b.label), ball->levels)
                               : 0;
  return order < 0 || (order == 0 && a.label < b.label);
}

// Four children a node: half as many steps down, each within a cache line or two.
static void push(struct df_ball *ball, struct df_key key)
{
  int32_t at = ball->waiting++;
  for (int32_t up; at > 0 && nearer(ball, key, ball->heap[up = (at - 1) / 4]); at = up)
    ball->heap[at] = ball->heap[up];
  ball->heap[at] = key;
}

static int32_t pop(struct df_ball *ball)
{
  int32_t top = ball->heap[0].label, at = 0;
  struct df_key key = ball->heap[--ball->waiting];
  for (int32_t child; (child = 4 * at + 1) < ball->waiting;) {
    int32_t end = child + 4 < ball->waiting ? child + 4 : ball->waiting, best = child;
    while (++child < end)
      if (nearer(ball, ball->heap[child], ball->heap[best])) best = child;
    if (!nearer(ball, ball->heap[best], key)) break;
    ball->heap[at] = ball->heap[best];
    at = best;
  }
  ball->heap[at] = key;
  return top;
}

void df_ball_clear(struct df_ball *ball)
{
  ball->count = ball->waiting = ball->hand_first = ball->hand_end = 0;
  ball->looked = 0;
}

void df_ball_free(struct df_ball *ball, struct df_mem *mem)
{
  df_mem_put(mem, ball->label);
  df_mem_put(mem, ball->distance);
  df_mem_put(mem, ball->heap);
  df_mem_put(mem, ball->hand);
  *ball = (struct df_ball){0};
}

bool df_ball_reserve(struct df_ball *ball, struct df_mem *mem, int32_t labels)
{
  size_t room = (size_t)labels, levels = (size_t)ball->levels;
  if (labels <= ball->room) return true;
  bool ok = df_mem_resize(mem, &ball->label, room, sizeof *ball->label) &&
            df_mem_resize(mem, &ball->distance, room * levels, sizeof *ball->distance) &&
            df_mem_resize(mem, &ball->heap, room, sizeof *ball->heap) &&
            df_mem_resize(mem, &ball->hand, room, sizeof *ball->hand);
  if (ok) ball->room = labels;
  return ok;
}

int32_t df_ball_add(struct df_ball *ball, struct df_mem *mem, const struct df_label *label,
                    const int64_t *distance, bool at_hand)
{
  if (ball->count == ball->room && !df_ball_reserve(ball, mem, ball->room * 2 + 256)) return -1;
  int32_t at = ball->count++;
  ball->label[at] = *label;
  memcpy(df_ball_distance(ball, at), distance, (size_t)ball->levels * sizeof *distance);
  if (at_hand)
    ball->hand[ball->hand_end++] = at;
  else
    push(ball, (struct df_key){distance[0], at});
  return at;
}

int32_t df_ball_nearest(struct df_ball *ball)
{
  if (ball->hand_first < ball->hand_end) return ball->hand[ball->hand_first];
  while (ball->waiting > 0 && ball->label[ball->heap[0].label].stage == DF_LABEL_BETTERED)
    (void)pop(ball);
  return ball->waiting > 0 ? ball->heap[0].label : -1;
}

int32_t df_ball_take(struct df_ball *ball)
{
  int32_t label = df_ball_nearest(ball);
  if (ball->hand_first < ball->hand_end)
    ball->hand_first++;
  else
    (void)pop(ball);
  ball->label[label].stage = DF_LABEL_DONE;
  return label;
}
