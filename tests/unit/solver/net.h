// Networks for tests: made at random or by hand, solved, checked by the second opinion, or tried out
// exhaustively.
#pragma once
#include "services/dispatch/solver/check.h"
#include "services/dispatch/solver/solver.h"

#define NET_NODES  4000
#define NET_ARCS   60000
#define NET_LEVELS 3

struct net {
  int32_t n, m;
  int levels;
  int64_t supply[NET_NODES], lower[NET_ARCS], upper[NET_ARCS], cost[NET_LEVELS][NET_ARCS];
  int32_t tail[NET_ARCS], head[NET_ARCS];
  const int64_t *costs[NET_LEVELS];
};

struct net_random {
  uint64_t state;
};
int64_t net_between(struct net_random *random, int64_t low, int64_t high); // both included

// What a random network is made of.
struct net_shape {
  int32_t n, m;
  int levels;
  int64_t cost_low, cost_high, span, lower; // lower bounds from 0..lower, spans from 0..span
  int units;                                // supply units sent between random pairs
  bool feasible;                            // supplies follow a flow inside the bounds
};
void net_make(struct net *net, const struct net_shape *shape, struct net_random *random);
// Persons of schools to posts of counties with quotas on both sides, posts left empty at a price on level 0,
// distance on level 1, a hash on level 2: nearly all arcs carry one unit, so it is sifted. group gets two
// provinces.
void net_make_dispatch(struct net *net, int32_t posts, struct net_random *random, int32_t *group);
int32_t net_arc(struct net *net, int32_t tail, int32_t head, int64_t upper, int64_t cost); // level 0, lower 0

struct df_problem net_problem(struct net *net);
// Checks what df holds after `code` against the network by the second opinion; fails the test with the
// finding.
void net_verify(struct net *net, struct df *df, enum df_code code);
// Loads, solves and verifies in one go.
enum df_code net_solve(struct net *net, struct df *df);
int64_t net_value(const struct df *df, int level); // fails the test if it needs more than 64 bits

// Tries every flow of a network with few arcs and small spans. False if none is feasible.
bool net_exhaust(const struct net *net, int64_t *best);
