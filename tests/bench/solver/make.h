// Generators of the visible set. Same arguments, same network on every machine.
#pragma once
#include "tests/bench/solver/instance.h"

#ifdef __cplusplus
extern "C" {
#endif

enum make_variant { MAKE_STD, MAKE_TIE, MAKE_SCARCE, MAKE_LEX };

// Dispatch of persons to posts: quotas per school and city, guarantees per county, 30 to 60 candidates a
// post, 5 % of them from other provinces; carries the province as hint. tie: few distinct costs; scarce:
// fewer persons than posts; lex: levels folded into weights up to 1e12.
struct instance *make_dispatch(const char *name, int32_t posts, uint64_t seed, enum make_variant variant);
// Assignment with `degree` candidates a post; one perfect matching is planted.
struct instance *make_assignment(const char *name, int32_t posts, int32_t persons, int32_t degree,
                                 int32_t cost_max, uint64_t seed);

struct make_transport {
  int32_t sources, sinks, degree, cost_max, amount_max;
  uint64_t seed;
};
struct instance *make_transport(const char *name, const struct make_transport *shape);

// Random transshipment in the manner of NETGEN: chains from sources through all nodes to sinks carry the
// supply and keep it feasible, the rest of the arcs is random. All arcs have capacities.
struct make_netgen {
  int32_t n, m, sources, sinks, cost_max, capacity_max;
  int64_t supply;
  uint64_t seed;
};
struct instance *make_netgen(const char *name, const struct make_netgen *shape);

// Grid on torus (Goldberg's GOTO): hard for simplex methods.
struct make_goto {
  int64_t n, m, capacity_max, cost_max, seed;
};
struct instance *make_goto(const char *name, const struct make_goto *shape);

// Persons under a binary tree of caps to posts under another one with caps and floors, lists of candidates
// with a heavy tail. negative: filling is a gain of up to 3e12 instead of emptiness a cost; impossible: some
// posts must be filled and too few can fill them.
enum make_family_variant { MAKE_POSSIBLE, MAKE_NEGATIVE, MAKE_IMPOSSIBLE };
struct instance *make_quota_tree(const char *name, int32_t posts, uint64_t seed,
                                 enum make_family_variant variant);
// Many small networks side by side, most of a few nodes.
struct instance *make_components(const char *name, int32_t nodes, uint64_t seed, bool units);
// Every person to any of a few sinks with big demands; few distinct costs, so that nearly everything ties.
struct instance *make_sinks(const char *name, int32_t persons, int32_t sinks, int32_t cost_max,
                            uint64_t seed);
// Persons to (host, month), each host limited per month and per year at a rising price.
struct instance *make_months(const char *name, int32_t persons, uint64_t seed);
// A grid of unit arcs both ways, supplies and demands spread over it, a dear way round.
struct instance *make_planar(const char *name, int32_t nodes, uint64_t seed);
// No supplies but those of lower bounds: only gains, costs from -1e12 to 1e12, capacities 0 to 5, loops.
struct instance *make_circulation(const char *name, int32_t nodes, uint64_t seed);

#ifdef __cplusplus
}
#endif
