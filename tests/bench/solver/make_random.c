#include "tests/bench/solver/make.h"
#include <stdlib.h>

static int32_t draw(uint64_t *random, int64_t low, int64_t high)
{
  return (int32_t)instance_random(random, low, high);
}

static int32_t *draw_order(uint64_t *random, int32_t count)
{
  int32_t *order = calloc((size_t)count + 1, sizeof *order);
  for (int32_t i = 0; i < count; i++)
    order[i] = i;
  for (int32_t i = count - 1; i > 0; i--) {
    int32_t j = draw(random, 0, i), kept = order[i];
    order[i] = order[j];
    order[j] = kept;
  }
  return order;
}

struct instance *make_assignment(const char *name, int32_t posts, int32_t persons, int32_t degree,
                                 int32_t cost_max, uint64_t seed)
{
  uint64_t random = seed;
  struct instance *net = instance_new(name, posts + persons + 1, posts * degree + persons);
  int32_t *planted = draw_order(&random, persons), source = posts + persons;
  for (int32_t post = 0; post < posts; post++) {
    instance_arc(net, planted[post], persons + post, 1, draw(&random, 1, cost_max));
    for (int32_t i = 1; i < degree; i++) {
      int64_t cost = draw(&random, 1, cost_max);
      instance_arc(net, draw(&random, 0, persons - 1), persons + post, 1, cost);
    }
    net->supply[persons + post] = -1;
  }
  for (int32_t person = 0; person < persons; person++)
    instance_arc(net, source, person, 1, 0);
  net->supply[source] = posts;
  free(planted);
  return net;
}

// A north-west corner walk: arcs that make the supplies feasible.
static void add_skeleton(struct instance *net, const struct make_transport *shape, uint64_t *random)
{
  int32_t i = 0, j = 0;
  int64_t left = net->supply[0], wanted = -net->supply[shape->sources];
  while (i < shape->sources && j < shape->sinks) {
    instance_arc(net, i, shape->sources + j, 2000000000, draw(random, shape->cost_max / 2, shape->cost_max));
    int64_t sent = left < wanted ? left : wanted;
    left -= sent;
    wanted -= sent;
    if (left == 0) {
      left = ++i < shape->sources ? net->supply[i] : 0;
      if (wanted > 0) continue;
    }
    wanted = ++j < shape->sinks ? -net->supply[shape->sources + j] : 0;
  }
}

struct instance *make_transport(const char *name, const struct make_transport *shape)
{
  uint64_t random = shape->seed;
  int32_t sources = shape->sources, sinks = shape->sinks;
  bool dense = shape->degree >= sources;
  struct instance *net = instance_new(name, sources + sinks, sinks * shape->degree + sources);
  int64_t total = 0;
  for (int32_t j = 0; j < sinks; j++) {
    int64_t amount = draw(&random, 1, shape->amount_max);
    net->supply[sources + j] = -amount;
    total += amount;
  }
  while (total > 0) {
    int32_t i = draw(&random, 0, sources - 1);
    int64_t amount = draw(&random, 1, shape->amount_max);
    amount = amount < total ? amount : total;
    net->supply[i] += amount;
    total -= amount;
  }
  if (!dense) add_skeleton(net, shape, &random);
  for (int32_t j = 0; j < sinks; j++)
    for (int32_t k = 0; k < shape->degree; k++) {
      int64_t cost = draw(&random, 1, shape->cost_max);
      int32_t i = dense ? k : draw(&random, 0, sources - 1);
      instance_arc(net, i, sources + j, 2000000000, cost);
    }
  return net;
}

// Splits the supply over the sources, then sends each source's share along a chain of inner nodes to some
// sinks.
static void add_chains(struct instance *net, const struct make_netgen *shape, uint64_t *random)
{
  int32_t inner = shape->n - shape->sources - shape->sinks, at = 0;
  int32_t *order = draw_order(random, inner);
  for (int32_t source = 0; source < shape->sources; source++) {
    int64_t share = shape->supply / shape->sources + (source < shape->supply % shape->sources);
    int32_t length = inner / shape->sources + (source < inner % shape->sources), from = source;
    net->supply[source] += share;
    for (int32_t i = 0; i < length; i++) {
      int32_t to = shape->sources + order[at++];
      instance_arc(net, from, to, (int32_t)share, draw(random, 1, shape->cost_max));
      from = to;
    }
    int32_t ends = draw(random, 1, 3);
    for (int32_t i = 0; i < ends; i++) {
      int32_t sink = shape->n - 1 - draw(random, 0, shape->sinks - 1);
      int64_t part = i + 1 < ends ? share / ends : share - share / ends * (ends - 1);
      net->supply[sink] -= part;
      instance_arc(net, from, sink, (int32_t)share, draw(random, 1, shape->cost_max));
    }
  }
  free(order);
}

struct instance *make_netgen(const char *name, const struct make_netgen *shape)
{
  uint64_t random = shape->seed;
  struct instance *net = instance_new(name, shape->n, shape->m);
  add_chains(net, shape, &random);
  while (net->m < shape->m) {
    int32_t tail = draw(&random, 0, shape->n - shape->sinks - 1),
            head = draw(&random, shape->sources, shape->n - 1);
    if (tail == head) continue;
    int64_t cost = draw(&random, 1, shape->cost_max);
    instance_arc(net, tail, head, draw(&random, 1, shape->capacity_max), cost);
  }
  return net;
}
