#include "services/dispatch/solver/meet.h"
#include "services/dispatch/solver/carry.h"
#include <string.h>

#define AHEAD          16 // arcs asked for ahead of their turn
#define POTENTIAL_MOST (INT64_C(1) << 60)

static int compare(const int64_t *a, const int64_t *b, int levels)
{
  for (int level = 0; level < levels; level++)
    if (a[level] != b[level]) return a[level] < b[level] ? -1 : 1;
  return 0;
}

static int64_t *distance_of(const struct df_meet *meet, const struct df_ball *ball, int32_t label)
{
  return ball->distance + (size_t)label * (size_t)meet->levels;
}

// Heap of labels by distance; of equal ones the earlier label.
static bool nearer(const struct df_meet *meet, const struct df_ball *ball, struct df_key a, struct df_key b)
{
  if (a.first != b.first) return a.first < b.first;
  int order = meet->levels > 1
                  ? compare(distance_of(meet, ball, a.label), distance_of(meet, ball, b.label), meet->levels)
                  : 0;
  return order < 0 || (order == 0 && a.label < b.label);
}

static void heap_set(struct df_ball *ball, int32_t at, struct df_key key)
{
  ball->heap[at] = key;
  ball->label[key.label].place = at + 1;
}

static void heap_up(const struct df_meet *meet, struct df_ball *ball, int32_t at, struct df_key key)
{
  while (at > 0 && nearer(meet, ball, key, ball->heap[(at - 1) / 2])) {
    heap_set(ball, at, ball->heap[(at - 1) / 2]);
    at = (at - 1) / 2;
  }
  heap_set(ball, at, key);
}

static int32_t heap_pop(const struct df_meet *meet, struct df_ball *ball)
{
  int32_t top = ball->heap[0].label, at = 0;
  struct df_key key = ball->heap[--ball->waiting];
  for (int32_t child; (child = 2 * at + 1) < ball->waiting; at = child) {
    if (child + 1 < ball->waiting && nearer(meet, ball, ball->heap[child + 1], ball->heap[child])) child++;
    if (!nearer(meet, ball, ball->heap[child], key)) break;
    heap_set(ball, at, ball->heap[child]);
  }
  if (ball->waiting > 0) heap_set(ball, at, key);
  return top;
}

static bool grow(struct df *df, struct df_ball *ball)
{
  size_t room = (size_t)ball->room * 2 + 256, levels = (size_t)df->meet.levels;
  bool ok = df_mem_resize(&df->mem, &ball->label, room, sizeof *ball->label);
  ok = ok && df_mem_resize(&df->mem, &ball->distance, room * levels, sizeof *ball->distance);
  ok = ok && df_mem_resize(&df->mem, &ball->heap, room, sizeof *ball->heap);
  ok = ok && df_mem_resize(&df->mem, &ball->hand, room, sizeof *ball->hand);
  if (ok) ball->room = (int32_t)room;
  return ok;
}

bool df_meet_open(struct df *df)
{
  struct df_meet *meet = &df->meet;
  if (!df_incidence_renew(&meet->at, &df->mem, &df->store)) return false;
  meet->levels = df->store.levels > 0 ? df->store.levels : 1;
  if (meet->n == df->store.n) return true;
  for (int side = 0; side < 2; side++)
    if (!df_mem_resize(&df->mem, &meet->ball[side].of, (size_t)df->store.n + 1, sizeof *meet->ball[side].of))
      return false;
  meet->n = df->store.n;
  return true;
}

void df_meet_free(struct df *df)
{
  struct df_meet *meet = &df->meet;
  df_incidence_free(&meet->at, &df->mem);
  for (int side = 0; side < 2; side++) {
    struct df_ball *ball = &meet->ball[side];
    df_mem_put(&df->mem, ball->of);
    df_mem_put(&df->mem, ball->label);
    df_mem_put(&df->mem, ball->distance);
    df_mem_put(&df->mem, ball->heap);
    df_mem_put(&df->mem, ball->hand);
  }
  df_mem_put(&df->mem, meet->way);
  *meet = (struct df_meet){0};
}

void df_meet_start(struct df *df, const int64_t *limit)
{
  struct df_meet *meet = &df->meet;
  for (int side = 0; side < 2; side++) {
    struct df_ball *ball = &meet->ball[side];
    for (int32_t i = 0; i < ball->count; i++)
      ball->of[ball->label[i].node] = 0;
    ball->count = ball->waiting = ball->at_hand = 0;
    ball->looked = 0;
  }
  meet->bounded = limit != NULL;
  meet->middle = -1;
  if (limit) memcpy(meet->length, limit, (size_t)meet->levels * sizeof *limit);
}

// A new label, at no distance yet. -1: no memory.
static int32_t add_label(struct df *df, struct df_ball *ball, int32_t node)
{
  if (ball->count == ball->room && !grow(df, ball)) return -1;
  ball->label[ball->count] = (struct df_label){.node = node, .via = -1};
  ball->of[node] = ball->count + 1;
  return ball->count++;
}

bool df_meet_put(struct df *df, int side, int32_t node)
{
  struct df_ball *ball = &df->meet.ball[side];
  int32_t label = add_label(df, ball, node);
  if (label < 0) return false;
  memset(distance_of(&df->meet, ball, label), 0, (size_t)df->meet.levels * sizeof(int64_t));
  ball->hand[ball->at_hand++] = label;
  return true;
}

// How far away everything is that is not done yet. NULL: nothing is left.
static const int64_t *radius_of(const struct df_meet *meet, const struct df_ball *ball)
{
  if (ball->at_hand > 0) return distance_of(meet, ball, ball->hand[ball->at_hand - 1]);
  return ball->waiting > 0 ? distance_of(meet, ball, ball->heap[0].label) : NULL;
}

// A node both sides have reached: perhaps the best way leads there.
static void try_middle(struct df_meet *meet, int32_t node, const int64_t *here, const int64_t *there)
{
  int64_t length[DF_MAX_LEVELS];
  for (int level = 0; level < meet->levels; level++)
    length[level] = here[level] + there[level];
  if (meet->bounded && compare(length, meet->length, meet->levels) >= 0) return;
  memcpy(meet->length, length, (size_t)meet->levels * sizeof *length);
  meet->bounded = true;
  meet->middle = node;
}

// The node can be reached at this distance.
static bool reach(struct df *df, int side, int32_t node, int32_t via, const int64_t *fresh, bool at_hand)
{
  struct df_meet *meet = &df->meet;
  struct df_ball *ball = &meet->ball[side], *other = &meet->ball[!side];
  int32_t label = ball->of[node] - 1;
  bool known = label >= 0;
  if (!known) label = add_label(df, ball, node);
  if (label < 0) return false;
  int64_t *distance = distance_of(meet, ball, label);
  memcpy(distance, fresh, (size_t)meet->levels * sizeof *fresh);
  struct df_label *at = &ball->label[label];
  at->via = via;
  if (!known && at_hand)
    ball->hand[ball->at_hand++] = label;
  else
    heap_up(meet, ball, known ? at->place - 1 : ball->waiting++, (struct df_key){fresh[0], label});
  if (other->of[node]) try_middle(meet, node, distance, distance_of(meet, other, other->of[node] - 1));
  return true;
}

// Distances over an arc from a node that is done, against what helps and what is known of the node.
static bool improves(const struct df *df, const int64_t *here, int32_t arc, bool against,
                     const int64_t *known, int64_t *fresh)
{
  const struct df_meet *meet = &df->meet;
  bool below = !meet->bounded, nearer_by = !known;
  for (int level = 0; level < meet->levels; level++) {
    int64_t rc = df_reduced_cost(df, level, arc);
    fresh[level] = here[level] + (against ? -rc : rc);
    if (!below && fresh[level] > meet->length[level]) return false;
    below |= fresh[level] < meet->length[level];
    if (!nearer_by && fresh[level] > known[level]) return false;
    nearer_by |= known && fresh[level] < known[level];
  }
  return below && nearer_by;
}

// Whether the arc is one the searches may use, that way round.
static bool is_open(uint8_t state, bool against)
{
  return !(state & DF_NOTED) && (state & DF_TREE || against == ((state & DF_UPPER) != 0));
}

// Over the end of an arc at a node that is done. False: no memory. Each array read is a wait for memory, so
// what most arcs fail by is asked first: most carry nothing that could be taken back, most lead too far.
static bool pass(struct df *df, int side, int32_t label, int32_t end)
{
  struct df_meet *meet = &df->meet;
  struct df_ball *ball = &meet->ball[side];
  const struct df_store *store = &df->store;
  int32_t arc = end >> 1;
  bool against = (end & 1) != side; // the head of the arc lies on the side of the start
  if (against && !is_open(store->state[arc], against)) return true;
  const int64_t *here = distance_of(meet, ball, label);
  int64_t rc = df_reduced_cost(df, 0, arc);
  if (meet->bounded && here[0] + (against ? -rc : rc) > meet->length[0]) return true;
  if (!against && !is_open(store->state[arc], against)) return true;
  int32_t node = end & 1 ? store->tail[arc] : store->head[arc], known = ball->of[node] - 1;
  if (known >= 0 && ball->label[known].place <= 0) return true; // no further away than this
  int64_t fresh[DF_MAX_LEVELS];
  if (!improves(df, here, arc, against, known < 0 ? NULL : distance_of(meet, ball, known), fresh))
    return true;
  if (df_room(df, arc, against) <= 0) return true;
  return reach(df, side, node, arc * 2 + against, fresh, compare(fresh, here, meet->levels) == 0);
}

static int32_t degree_of(const struct df_meet *meet, const struct df_ball *ball)
{
  int32_t label = ball->at_hand > 0 ? ball->hand[ball->at_hand - 1] : ball->heap[0].label;
  int32_t node = ball->label[label].node;
  return meet->at.first[node + 1] - meet->at.first[node];
}

// The arcs at a node lie anywhere in memory: asks for what `pass` reads first.
static inline void fetch(const struct df_store *store, int side, int32_t end)
{
  int32_t arc = end >> 1;
  const struct df_column *cost = &store->cost[0];
  if ((end & 1) != side) {
    __builtin_prefetch(store->state + arc);
    return;
  }
  __builtin_prefetch((end & 1 ? store->tail : store->head) + arc);
  if (cost->narrow)
    __builtin_prefetch(cost->narrow + arc);
  else if (cost->wide)
    __builtin_prefetch(cost->wide + arc);
}

// Does the nearest label that is not done.
static bool advance(struct df *df, int side)
{
  struct df_meet *meet = &df->meet;
  struct df_ball *ball = &meet->ball[side];
  const struct df_incidence *at = &meet->at;
  int32_t label = ball->at_hand > 0 ? ball->hand[--ball->at_hand] : heap_pop(meet, ball);
  ball->label[label].place = -1;
  int32_t node = ball->label[label].node, last = at->first[node + 1];
  ball->looked += (uint64_t)(last - at->first[node]) + 1;
  for (int32_t k = at->first[node]; k < last && k < at->first[node] + AHEAD; k++)
    fetch(&df->store, side, at->arc[k]);
  for (int32_t k = at->first[node]; k < last; k++) {
    if (k + AHEAD < last) fetch(&df->store, side, at->arc[k + AHEAD]);
    if (!pass(df, side, label, at->arc[k])) return false;
  }
  for (int32_t i = at->late ? at->late[node] : 0; i > 0; i = at->next[i - 1])
    if (!pass(df, side, label, at->m * 2 + i - 1)) return false;
  return true;
}

static bool is_closed(const struct df_meet *meet, const int64_t *radius, const int64_t *other)
{
  if (!radius || !other) return true;
  for (int level = 0; meet->bounded && level < meet->levels; level++) {
    int64_t sum = radius[level] + other[level];
    if (sum != meet->length[level]) return sum > meet->length[level];
  }
  return meet->bounded;
}

enum df_met df_meet_run(struct df *df, uint64_t *budget)
{
  struct df_meet *meet = &df->meet;
  struct df_ball *ball = meet->ball;
  bool limited = meet->bounded;
  for (;;) {
    const int64_t *radius[2] = {radius_of(meet, &ball[0]), radius_of(meet, &ball[1])};
    if (is_closed(meet, radius[0], radius[1])) break;
    uint64_t next[2] = {ball[0].looked + (uint64_t)degree_of(meet, &ball[0]),
                        ball[1].looked + (uint64_t)degree_of(meet, &ball[1])};
    if (ball[0].looked + ball[1].looked > *budget || !advance(df, next[1] < next[0])) {
      *budget = 0;
      return DF_MET_STOP;
    }
  }
  uint64_t looked = ball[0].looked + ball[1].looked;
  *budget -= looked > *budget ? *budget : looked;
  if (meet->middle >= 0) return DF_MET_WAY;
  return limited ? DF_MET_FAR : DF_MET_NONE;
}

static bool add_step(struct df *df, int32_t step)
{
  struct df_meet *meet = &df->meet;
  if (meet->steps == meet->way_room) {
    int32_t room = meet->way_room * 2 + 256;
    if (!df_mem_resize(&df->mem, &meet->way, (size_t)room, sizeof *meet->way)) return false;
    meet->way_room = room;
  }
  meet->way[meet->steps++] = step;
  return true;
}

bool df_meet_read(struct df *df)
{
  struct df_meet *meet = &df->meet;
  const struct df_store *store = &df->store;
  meet->steps = 0;
  for (int side = 0; side < 2; side++) {
    const struct df_ball *ball = &meet->ball[side];
    int32_t node = meet->middle;
    for (int32_t via; (via = ball->label[ball->of[node] - 1].via) >= 0;) {
      if (!add_step(df, via)) return false;
      node = (via & 1) == side ? store->tail[via >> 1] : store->head[via >> 1];
    }
    meet->way_end[side] = node;
  }
  return true;
}

static bool shift_ball(struct df *df, int side, const int64_t *radius)
{
  struct df_meet *meet = &df->meet;
  const struct df_ball *ball = &meet->ball[side];
  for (int32_t i = 0; i < ball->count; i++) {
    const int64_t *distance = distance_of(meet, ball, i);
    if (compare(distance, radius, meet->levels) >= 0) continue;
    for (int level = 0; level < meet->levels; level++) {
      int64_t change = distance[level] - radius[level],
              *potential = &df->potential[level][ball->label[i].node];
      *potential += side ? -change : change;
      if (*potential > POTENTIAL_MOST || *potential < -POTENTIAL_MOST) return false;
    }
  }
  return true;
}

// Of the length of the way, each side's ball takes a part: all nodes nearer than that are done.
bool df_meet_shift(struct df *df)
{
  const struct df_meet *meet = &df->meet;
  const int64_t *reached = radius_of(meet, &meet->ball[0]);
  if (!reached || compare(reached, meet->length, meet->levels) > 0) reached = meet->length;
  int64_t part[2][DF_MAX_LEVELS];
  for (int level = 0; level < meet->levels; level++) {
    part[0][level] = reached[level];
    part[1][level] = meet->length[level] - reached[level];
  }
  return shift_ball(df, 0, part[0]) && shift_ball(df, 1, part[1]);
}
