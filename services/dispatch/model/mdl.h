// Inside the model. Nodes: 0 the source, 1 the sink, then the sets of the sending side (quotas and persons),
// then those of the hosting side (quotas and posts). A pair is an arc from the innermost sending set that
// holds it to the innermost hosting set; flow runs source -> sending sets -> pairs -> hosting sets -> sink
// and back.
#pragma once
#include "services/dispatch/model/model.h"
#include "services/dispatch/solver/solver.h"

enum { MDL_SOURCE, MDL_SINK, MDL_FIRST_SET };

struct mdl_set {      // a node, and the arcs between it and its parent
  enum mdl_kind kind; // MDL_PEOPLE, MDL_POSTS or MDL_QUOTAS
  int32_t of;         // index of the person, post or quota
  const int32_t *pairs;
  int32_t n_pairs;
  int32_t parent; // set; -1 = source or sink
  int32_t first_arc, n_arcs;
};
struct mdl_family { // a side
  struct mdl_set *sets;
  int32_t n;
  int32_t *innermost; // by pair
};
struct mdl_order {                          // the parts of the problem in the order of their ids
  int32_t *people, *posts, *quotas, *teams; // index by rank
  int32_t *pairs;                           // by person, then post
  int32_t *person_first;                    // by person: where its pairs begin in `pairs`
  int32_t *post_pairs, *post_first;         // the same by post
};
struct mdl_net { // as given to the kernel; bounds follow the search over teams
  int32_t n, m;
  int64_t *supply;
  int32_t *tail, *head;
  int64_t *lower, *upper;
  int64_t *cost[MDL_TERMS]; // by level
  uint8_t *kind;            // enum mdl_kind of the arc; MDL_ORDERS: the way back
  int32_t *of;
  enum mdl_term term[MDL_TERMS]; // by level
  int levels;
};
struct mdl {
  const struct mdl_problem *problem;
  struct mdl_order order;
  struct mdl_family family[2]; // by enum mdl_side
  struct mdl_net net;
  int32_t *pair_arc;   // by pair
  int32_t *person_arc; // by person: the arc into its node
  int32_t *person_set, *post_set, *quota_set;
  uint8_t *quota_side; // by quota
  struct df *df;
  uint8_t *taken; // by pair
  int32_t *given; // by person
  bool optimal;
};

#define MDL_NEW(n, type) ((type *)calloc((size_t)(n) + 1, sizeof(type)))

struct mdl_order mdl_order_of(const struct mdl_problem *problem, struct mdl_fault *fault);
void mdl_order_done(struct mdl_order *order);
bool mdl_check(const struct mdl_problem *problem, struct mdl_fault *fault); // before the order
bool mdl_check_held(const struct mdl *model, struct mdl_fault *fault);      // once the sets are there
bool mdl_check_teams(const struct mdl *model, struct mdl_fault *fault);
bool mdl_family_build(struct mdl *model, struct mdl_fault *fault);
bool mdl_net_build(struct mdl *model);
void mdl_net_done(struct mdl_net *net);
struct df_problem mdl_net_problem(const struct mdl_net *net);
uint32_t mdl_tie(const struct mdl_problem *problem, const struct mdl_pair *pair);
int mdl_level(const struct mdl *model, enum mdl_term term); // -1: it does not count, or cannot vary
int32_t mdl_node(enum mdl_side side, const struct mdl *model, int32_t set);

// ---- the search over teams
int32_t mdl_place_of(const struct mdl *model, const struct mdl_team *team, int32_t post); // site or area
enum mdl_code mdl_search_teams(struct mdl *model, const struct mdl_options *options, struct mdl_result *ret,
                               struct mdl_fault *fault);
enum df_code mdl_run(struct mdl *model, const struct mdl_options *options,
                     struct mdl_result *ret); // one node
void mdl_read(struct mdl *model);             // the flow into taken and given
void mdl_read_held(struct mdl *model);        // instead: what must be taken, and nothing else
