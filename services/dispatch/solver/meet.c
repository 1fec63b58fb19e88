#include "services/dispatch/solver/meet.h"
#include "services/dispatch/solver/carry.h"
#include <string.h>

#define AHEAD 16        // ends whose nodes are asked for ahead of their turn
#ifndef DF_MEET_WIDE    // the tests have few nodes
#define DF_MEET_WIDE 32 // a search is wide that has reached one of this many nodes
#endif
#define FEW            8 // and some more
#define RESERVE        3 // a label each for one of this many nodes
#define POTENTIAL_MOST (INT64_C(1) << 60)

static const int64_t no_length[DF_MAX_LEVELS];

// Labels of nodes are cleared where the lists are new; where they are not, the last search is cleared away
// when the next one starts.
static void forget_labels(struct df_meet *meet, int32_t n)
{
  for (int32_t v = 0; v < n; v++)
    meet->near.spot[v].label[0] = meet->near.spot[v].label[1] = 0;
  df_ball_clear(&meet->ball[0]);
  df_ball_clear(&meet->ball[1]);
}

bool df_meet_open(struct df *df)
{
  struct df_meet *meet = &df->meet;
  int32_t n = df->store.n;
  if (meet->near.n == n) return true; // all is as the last search left it
  if (!df_mem_resize(&df->mem, &meet->node, (size_t)n + 1, sizeof *meet->node) || !df_near_open(df))
    return false;
  forget_labels(meet, n);
  meet->levels = df->store.levels > 0 ? df->store.levels : 1;
  meet->ball[0].levels = meet->ball[1].levels = meet->levels;
  for (int32_t v = 0; v < n; v++)
    meet->node[df->place[v]] = v;
  return true;
}

bool df_meet_reserve(struct df *df)
{
  struct df_meet *meet = &df->meet;
  int32_t labels = df->store.n / RESERVE;
  return df_ball_reserve(&meet->ball[0], &df->mem, labels) &&
         df_ball_reserve(&meet->ball[1], &df->mem, labels);
}

void df_meet_free(struct df *df)
{
  struct df_meet *meet = &df->meet;
  df_near_free(df);
  df_mem_put(&df->mem, meet->node);
  df_ball_free(&meet->ball[0], &df->mem);
  df_ball_free(&meet->ball[1], &df->mem);
  df_mem_put(&df->mem, meet->way);
  *meet = (struct df_meet){0};
}

static void clear(struct df_meet *meet)
{
  for (int side = 0; side < 2; side++) {
    struct df_ball *ball = &meet->ball[side];
    for (int32_t i = 0; i < ball->count; i++)
      meet->near.spot[ball->label[i].node].label[side] = 0;
    df_ball_clear(ball);
  }
  meet->bounded = meet->limited;
  meet->middle = -1;
  memcpy(meet->length, meet->limit, sizeof meet->length);
}

void df_meet_start(struct df *df, const int64_t *limit)
{
  struct df_meet *meet = &df->meet;
  meet->limited = limit != NULL;
  if (limit) memcpy(meet->limit, limit, (size_t)meet->levels * sizeof *limit);
  clear(meet);
}

static bool put(struct df *df, int side, int32_t node)
{
  struct df_label label = {.node = node, .via = -1};
  int32_t at = df_ball_add(&df->meet.ball[side], &df->mem, &label, no_length, true);
  df->meet.near.spot[node].label[side] = at + 1;
  return at >= 0;
}

bool df_meet_put(struct df *df, int side, int32_t node)
{
  return put(df, side, df->place[node]);
}

bool df_meet_again(struct df *df)
{
  struct df_meet *meet = &df->meet;
  int32_t starts[2] = {0, 0};
  for (int side = 0; side < 2; side++)
    while (starts[side] < meet->ball[side].count && meet->ball[side].label[starts[side]].via < 0)
      starts[side]++;
  clear(meet);
  bool ok = true;
  for (int side = 0; side < 2; side++) // labels stay where they were
    for (int32_t i = 0; ok && i < starts[side]; i++)
      ok = put(df, side, meet->ball[side].label[i].node);
  return ok;
}

// How far away everything is that is not done yet. NULL: nothing is left.
static const int64_t *radius_of(struct df_ball *ball)
{
  int32_t label = df_ball_nearest(ball);
  return label < 0 ? NULL : df_ball_distance(ball, label);
}

// A node both sides have reached: perhaps the best way leads there.
static void try_middle(struct df_meet *meet, int32_t node, const int64_t *here, const int64_t *there)
{
  int64_t length[DF_MAX_LEVELS];
  for (int level = 0; level < meet->levels; level++)
    length[level] = here[level] + there[level];
  if (meet->bounded && df_distance_compare(length, meet->length, meet->levels) >= 0) return;
  memcpy(meet->length, length, (size_t)meet->levels * sizeof *length);
  meet->bounded = true;
  meet->middle = node;
}

// The node can be reached at this distance. One that was reached before at more gets another label.
static bool reach(struct df *df, int side, const struct df_label *label, const int64_t *fresh, bool at_hand)
{
  struct df_meet *meet = &df->meet;
  struct df_ball *ball = &meet->ball[side], *other = &meet->ball[!side];
  struct df_spot *spot = &meet->near.spot[label->node];
  if (spot->label[side] > 0) ball->label[spot->label[side] - 1].stage = DF_LABEL_BETTERED;
  int32_t at = df_ball_add(ball, &df->mem, label, fresh, at_hand);
  if (at < 0) return false;
  spot->label[side] = at + 1;
  int32_t there = spot->label[!side] - 1;
  if (there >= 0) try_middle(meet, label->node, fresh, df_ball_distance(other, there));
  return true;
}

// Distances over an arc from a node that is done, of which *fresh has the first level, against what helps and
// what is known of the node.
static bool improves(const struct df *df, const int64_t *here, int32_t arc, bool against,
                     const int64_t *known, int64_t *fresh)
{
  const struct df_meet *meet = &df->meet;
  bool below = !meet->bounded, nearer_by = !known;
  for (int level = 0; level < meet->levels; level++) {
    if (level > 0) {
      int64_t rc = df_reduced_cost(df, level, arc);
      fresh[level] = here[level] + (against ? -rc : rc);
    }
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
  if ((state & (DF_NOTED | DF_LISTED)) != DF_LISTED) return false;
  return state & DF_TREE || against == ((state & DF_UPPER) != 0);
}

// A node that is done, as its ends see it.
struct here {
  int side;
  int32_t node;
  int64_t drift;
  const int64_t *distance;
};

// Whether something can go over an arc that is open; one off the tree always has room.
static bool has_room(const struct df *df, const struct here *here, const struct df_end *end, bool against)
{
  int32_t arc = end->end >> 1, far = end->far;
  if (!(df->store.state[arc] & DF_TREE)) return true;
  bool far_below = df->tree.link[far].pred == arc, tail_far = end->end & 1;
  int32_t below = far_below ? far : here->node;
  bool upwards = tail_far == far_below;
  return (upwards != against ? df_tree_up(&df->tree, below) : df_tree_down(&df->tree, below)) > 0;
}

// Over the end of an arc. False: no memory. Each array read is a wait for memory, so what most arcs fail by
// is asked first: they carry nothing that could be taken back, which their cost tells, or lead too far.
static inline bool pass(struct df *df, const struct here *here, const struct df_end *end)
{
  struct df_meet *meet = &df->meet;
  const struct df_spot *spot = &meet->near.spot[end->far];
  bool at_head = end->end & 1, against = at_head != here->side; // the head lies on the side of the start
  int64_t rc = end->cost + (at_head ? spot->drift - here->drift : here->drift - spot->drift);
  if (end->cost == DF_FAR_COST) rc = df_reduced_cost(df, 0, end->end >> 1);
  int64_t step = against ? -rc : rc, first = here->distance[0] + step;
  if (step < 0 || (meet->bounded && first > meet->length[0])) return true;
  const struct df_ball *ball = &meet->ball[here->side];
  int32_t known = spot->label[here->side] - 1, arc = end->end >> 1;
  if (known >= 0 && ball->label[known].stage == DF_LABEL_DONE) return true; // no further away than this
  if (!is_open(df->store.state[arc], against)) return true;
  int64_t fresh[DF_MAX_LEVELS] = {first};
  const int64_t *distance = known < 0 ? NULL : df_ball_distance(ball, known);
  if (!improves(df, here->distance, arc, against, distance, fresh)) return true;
  if (!has_room(df, here, end, against)) return true;
  struct df_label label = {.node = end->far, .via = arc * 2 + against};
  return reach(df, here->side, &label, fresh, df_distance_compare(fresh, here->distance, meet->levels) == 0);
}

// Arcs that doing the nearest label would look at.
static uint64_t degree_of(const struct df_near *near, struct df_ball *ball)
{
  int32_t node = ball->label[df_ball_nearest(ball)].node;
  return (uint64_t)(near->first[node + 1] - near->first[node]);
}

// Does the nearest label that is not done.
static bool advance(struct df *df, int side)
{
  struct df_meet *meet = &df->meet;
  struct df_ball *ball = &meet->ball[side];
  const struct df_near *near = &meet->near;
  int32_t label = df_ball_take(ball);
  int32_t node = ball->label[label].node;
  int64_t distance[DF_MAX_LEVELS]; // labels may move as more are added
  memcpy(distance, df_ball_distance(ball, label), (size_t)meet->levels * sizeof *distance);
  struct here here = {side, node, meet->near.spot[node].drift, distance};
  const struct df_end *end = near->end + near->first[node], *last = near->end + near->first[node + 1];
  ball->looked += (uint64_t)(last - end) + 1;
  for (const struct df_end *ahead = end; ahead < last && ahead < end + AHEAD; ahead++)
    __builtin_prefetch(&meet->near.spot[ahead->far]);
  for (; end < last; end++) {
    if (last - end > AHEAD) __builtin_prefetch(&meet->near.spot[end[AHEAD].far]);
    if (!pass(df, &here, end)) return false;
  }
  for (int32_t i = near->late[node]; i > 0; i = near->chain[i - 1].next) {
    ball->looked++;
    if (!pass(df, &here, &near->chain[i - 1].end)) return false;
  }
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
  while (!is_closed(meet, radius_of(&ball[0]), radius_of(&ball[1]))) {
    uint64_t next[2] = {ball[0].looked + degree_of(&meet->near, &ball[0]),
                        ball[1].looked + degree_of(&meet->near, &ball[1])};
    if (ball[0].looked + ball[1].looked > *budget || !advance(df, next[1] < next[0])) {
      *budget = 0;
      return DF_MET_STOP;
    }
  }
  uint64_t looked = ball[0].looked + ball[1].looked;
  *budget -= looked > *budget ? *budget : looked;
  if (meet->middle >= 0) return DF_MET_WAY;
  return meet->limited ? DF_MET_FAR : DF_MET_NONE;
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
    for (int32_t via; (via = ball->label[meet->near.spot[node].label[side] - 1].via) >= 0;) {
      if (!add_step(df, via)) return false;
      node = df->place[(via & 1) == side ? store->tail[via >> 1] : store->head[via >> 1]];
    }
    meet->way_end[side] = meet->node[node];
  }
  return true;
}

static bool shift_ball(struct df *df, int side, const int64_t *radius, bool back)
{
  struct df_meet *meet = &df->meet;
  const struct df_ball *ball = &meet->ball[side];
  for (int32_t i = 0; i < ball->count; i++) {
    const int64_t *distance = df_ball_distance(ball, i);
    if (ball->label[i].stage == DF_LABEL_BETTERED) continue;
    if (df_distance_compare(distance, radius, meet->levels) >= 0) continue;
    int32_t spot = ball->label[i].node, node = meet->node[spot];
    meet->near.stirred[node] = 1;
    for (int level = 0; level < meet->levels; level++) {
      int64_t change =
                  (side != 0) != back ? radius[level] - distance[level] : distance[level] - radius[level],
              *potential = &df->potential[level][node];
      *potential += change;
      df_near_drift(&meet->near, spot, level, change);
      if (*potential > POTENTIAL_MOST || *potential < -POTENTIAL_MOST) return false;
    }
  }
  return true;
}

// Of the length of the way, each side's ball takes a part: all nodes nearer than that are done.
bool df_meet_shift(struct df *df, bool back)
{
  struct df_meet *meet = &df->meet;
  const int64_t *reached = radius_of(&meet->ball[0]);
  if (!reached || df_distance_compare(reached, meet->length, meet->levels) > 0) reached = meet->length;
  int64_t part[2][DF_MAX_LEVELS];
  for (int level = 0; level < meet->levels; level++) {
    part[0][level] = reached[level];
    part[1][level] = meet->length[level] - reached[level];
  }
  return shift_ball(df, 0, part[0], back) && shift_ball(df, 1, part[1], back);
}

bool df_meet_is_wide(const struct df *df)
{
  const struct df_meet *meet = &df->meet;
  return !df_near_holds(&meet->near) &&
         meet->ball[0].count + meet->ball[1].count > meet->near.n / DF_MEET_WIDE &&
         df_distance_compare(meet->length, no_length, meet->levels) > 0;
}

int df_meet_spread(struct df *df, struct df_list *ret)
{
  struct df_meet *meet = &df->meet;
  int side = radius_of(&meet->ball[0]) != NULL; // the one with nothing left
  if (meet->ball[side].count > meet->near.n / DF_MEET_WIDE + FEW) return 0;
  return df_near_spread(df, side, ret);
}
