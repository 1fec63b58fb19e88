// Families beside the visible set: shapes that plans have now and then and that a solver tuned to dispatch
// would show on.
#include "tests/bench/solver/make.h"
#include <math.h>
#include <stdlib.h>

static int32_t draw(uint64_t *random, int64_t low, int64_t high)
{
  return (int32_t)instance_random(random, low, high);
}

// Heavy tail from `least` on: half of the draws are below twice of it, one in a hundred is 20 times as much.
static int32_t draw_power(uint64_t *random, int32_t least, int32_t most)
{
  double u = (double)instance_random(random, 1, 1000000) / 1e6, x = (double)least * pow(u, -0.65);
  return x > (double)most ? most : (int32_t)x;
}

static int32_t at_least(int32_t value, int32_t least)
{
  return value < least ? least : value;
}

// The popular ones are in many lists.
static int32_t draw_popular(uint64_t *random, int32_t count)
{
  double u = (double)instance_random(random, 0, 999999) / 1e6;
  return (int32_t)(u * u * (double)count);
}

// A binary tree of caps over `leaves` nodes from `first` on; node ids from `inner` on; `outwards` from the
// root. Returns the root. Caps shrink a little with each step up, so that many of them bind.
static int32_t add_quotas(struct instance *net, uint64_t *random, int32_t first, int32_t leaves,
                          int32_t inner, bool outwards)
{
  int32_t *cap = calloc((size_t)leaves + 1, sizeof *cap), *node = calloc((size_t)leaves + 1, sizeof *node);
  for (int32_t i = 0; i < leaves; i++) {
    node[i] = first + i;
    cap[i] = 1;
  }
  for (int32_t count = leaves; count > 1; count = (count + 1) / 2)
    for (int32_t i = 0; i < count; i += 2) {
      int32_t sum = 0, parent = inner++;
      for (int32_t k = i; k < i + 2 && k < count; k++) {
        int32_t arc = outwards ? instance_arc(net, parent, node[k], cap[k], 0)
                               : instance_arc(net, node[k], parent, cap[k], draw(random, 0, 3));
        if (cap[k] > 40 && !outwards && draw(random, 0, 9) == 0) net->lower[arc] = cap[k] / 8; // a floor
        sum += cap[k];
      }
      node[i / 2] = parent;
      cap[i / 2] = sum - sum * draw(random, 0, 6) / 100;
    }
  int32_t root = node[0];
  free(cap);
  free(node);
  return root;
}

static int64_t fill_gain(uint64_t *random, enum make_family_variant variant)
{
  int64_t class = draw(random, 1, 3);
  return class * (variant == MAKE_NEGATIVE ? INT64_C(1000000000000) : INT64_C(100000));
}

struct instance *make_quota_tree(const char *name, int32_t posts, uint64_t seed,
                                 enum make_family_variant variant)
{
  uint64_t random = seed * 7919 + 5;
  int32_t persons = posts + posts / 4, person0 = 2, post0 = person0 + persons, left0 = post0 + posts,
          right0 = left0 + 2 * persons + 40;
  struct instance *net = instance_new(name, right0 + 2 * posts + 40, posts * 24);
  for (int32_t post = 0; post < posts; post++) {
    int64_t gain = fill_gain(&random, variant);
    int32_t length = draw_power(&random, 4, 3000);
    for (int32_t i = 0; i < length; i++) {
      int32_t person = draw_popular(&random, persons);
      int64_t cost = draw(&random, 1, 1000);
      instance_arc(net, person0 + person, post0 + post, 1, variant == MAKE_NEGATIVE ? cost - gain : cost);
    }
    if (variant != MAKE_NEGATIVE) instance_arc(net, 1, post0 + post, 1, gain); // left empty
  }
  int32_t source = add_quotas(net, &random, person0, persons, left0, true),
          sink = add_quotas(net, &random, post0, posts, right0, false);
  instance_arc(net, 0, source, posts, 0);
  instance_arc(net, 0, 1, posts, 0); // 1: what is not carried by persons
  instance_arc(net, 1, sink, posts, variant == MAKE_NEGATIVE ? 0 : 400000);
  net->supply[0] = posts / 2;
  net->supply[sink] = -(posts / 2);
  if (variant == MAKE_IMPOSSIBLE) { // a subtree of posts that only few persons could fill must be full
    int32_t closed = at_least(posts / 50, 3);
    for (int32_t arc = 0; arc < net->m; arc++)
      if (net->head[arc] >= post0 && net->head[arc] < post0 + closed &&
          (net->tail[arc] == 1 || net->tail[arc] >= person0 + closed - 1))
        net->upper[arc] = 0;
    for (int32_t arc = 0; arc < net->m; arc++)
      if (net->tail[arc] >= post0 && net->tail[arc] < post0 + closed) net->lower[arc] = net->upper[arc] = 1;
    net->supply[0] = closed + posts / 2;
    net->supply[sink] = -net->supply[0];
  }
  return net;
}

// One little transshipment network from node `first` on, feasible by a chain that can carry everything.
static void add_component(struct instance *net, uint64_t *random, int32_t first, int32_t nodes, bool units)
{
  int32_t amount = units ? draw(random, 1, 4) : draw(random, 1, 500), arcs = nodes * draw(random, 2, 7);
  for (int32_t v = 0; v + 1 < nodes; v++)
    instance_arc(net, first + v, first + v + 1, amount, draw(random, 500, 1000));
  for (int32_t i = 0; i < arcs; i++) {
    int32_t tail = draw(random, 0, nodes - 1), head = draw(random, 0, nodes - 1);
    instance_arc(net, first + tail, first + head, units ? 1 : draw(random, 0, amount), draw(random, 0, 1000));
  }
  net->supply[first] += amount;
  net->supply[first + nodes - 1] -= amount;
}

struct instance *make_components(const char *name, int32_t nodes, uint64_t seed, bool units)
{
  uint64_t random = seed * 7919 + 6;
  struct instance *net = instance_new(name, nodes, nodes * 6);
  for (int32_t at = 0; at < nodes;) {
    int32_t size = draw_power(&random, 3, 400);
    if (size > nodes - at) size = nodes - at;
    if (size > 1) add_component(net, &random, at, size, units);
    at += size;
  }
  return net;
}

struct instance *make_sinks(const char *name, int32_t persons, int32_t sinks, int32_t cost_max, uint64_t seed)
{
  uint64_t random = seed * 7919 + 7;
  struct instance *net = instance_new(name, persons + sinks, persons * sinks);
  for (int32_t person = 0; person < persons; person++) {
    net->supply[person] = 1;
    net->supply[persons + draw_popular(&random, sinks)]--;
    for (int32_t sink = 0; sink < sinks; sink++)
      instance_arc(net, person, persons + sink, 1, draw(&random, 1, cost_max));
  }
  return net;
}

#define MONTHS 12

struct instance *make_months(const char *name, int32_t persons, uint64_t seed)
{
  uint64_t random = seed * 7919 + 8;
  int32_t hosts = persons / 25 + 1, person0 = 2, slot0 = person0 + persons, host0 = slot0 + hosts * MONTHS;
  struct instance *net = instance_new(name, host0 + hosts, persons * 40);
  for (int32_t person = 0; person < persons; person++) {
    int32_t start = draw(&random, 0, MONTHS - 1), span = draw(&random, 1, 5), wishes = draw(&random, 4, 14);
    instance_arc(net, 0, person0 + person, 1, 0);
    for (int32_t i = 0; i < wishes; i++) {
      int32_t host = draw_popular(&random, hosts), cost = draw(&random, 1, 50) * 10;
      for (int32_t k = 0; k < span; k++)
        instance_arc(net, person0 + person, slot0 + host * MONTHS + (start + k) % MONTHS, 1, cost + k);
    }
  }
  for (int32_t host = 0; host < hosts; host++) {
    for (int32_t month = 0; month < MONTHS; month++)
      instance_arc(net, slot0 + host * MONTHS + month, host0 + host, draw(&random, 1, 3),
                   month == 6 ? 40 : 0);
    instance_arc(net, host0 + host, 1, draw(&random, 10, 20), 0);
    instance_arc(net, host0 + host, 1, 10, 300); // beyond what was agreed
  }
  instance_arc(net, 0, 1, persons, 5000);
  net->supply[0] = persons;
  net->supply[1] = -persons;
  return net;
}

struct instance *make_planar(const char *name, int32_t nodes, uint64_t seed)
{
  uint64_t random = seed * 7919 + 9;
  int32_t side = at_least((int32_t)sqrt((double)nodes), 2), count = side * side, hub = count;
  struct instance *net = instance_new(name, count + 1, count * 5);
  for (int32_t y = 0; y < side; y++)
    for (int32_t x = 0; x < side; x++) {
      int32_t v = y * side + x, right = y * side + (x + 1) % side, below = (y + 1) % side * side + x;
      if (x + 1 < side) {
        instance_arc(net, v, right, 1, draw(&random, 1, 1000));
        instance_arc(net, right, v, 1, draw(&random, 1, 1000));
      }
      if (y + 1 < side) {
        instance_arc(net, v, below, 1, draw(&random, 1, 1000));
        instance_arc(net, below, v, 1, draw(&random, 1, 1000));
      }
    }
  for (int32_t i = 0; i < count / 8; i++) {
    int32_t from = draw(&random, 0, count - 1), to = draw(&random, 0, count - 1);
    net->supply[from]++;
    net->supply[to]--;
  }
  for (int32_t v = 0; v < count; v++) {
    if (net->supply[v] > 0) instance_arc(net, v, hub, (int32_t)net->supply[v], 100000);
    if (net->supply[v] < 0) instance_arc(net, hub, v, (int32_t)-net->supply[v], 100000);
  }
  return net;
}

struct instance *make_circulation(const char *name, int32_t nodes, uint64_t seed)
{
  uint64_t random = seed * 7919 + 10;
  struct instance *net = instance_new(name, nodes, nodes * 12);
  for (int32_t i = 0; i < nodes * 12; i++) {
    int64_t cost = instance_random(&random, -INT64_C(1000000000000), INT64_C(1000000000000));
    int32_t tail = draw(&random, 0, nodes - 1), head = draw(&random, 0, nodes - 1),
            cap = draw(&random, 0, 3) ? draw(&random, 0, 5) : 0;
    int32_t arc = instance_arc(net, tail, head, cap, cost);
    if (cap > 1 && draw(&random, 0, 19) == 0 && tail != head) {
      net->lower[arc] = 1;
      net->supply[tail]++;
      net->supply[head]--;
    }
  }
  return net;
}
