// From sets to arcs. Empty places and missed floors are not arcs: filling earns what leaving empty would
// cost, so that no flow at all is always feasible as long as nothing is pinned.
#include "services/dispatch/model/mdl.h"
#include <stdlib.h>
#include <string.h>

int32_t mdl_node(enum mdl_side side, const struct mdl *model, int32_t set)
{
  if (set < 0) return side == MDL_SENDING ? MDL_SOURCE : MDL_SINK;
  return MDL_FIRST_SET + set + (side == MDL_HOSTING ? model->family[MDL_SENDING].n : 0);
}

int mdl_level(const struct mdl *model, enum mdl_term term)
{
  for (int level = 0; level < model->net.levels; level++)
    if (model->net.term[level] == term) return level;
  return -1;
}

// FNV-1a: the same on every machine. 30 bits.
static uint64_t mix(uint64_t hash, const char *text)
{
  for (const char *c = text;; c++) {
    hash = (hash ^ (uint8_t)*c) * UINT64_C(0x100000001b3);
    if (!*c) return hash;
  }
}

uint32_t mdl_tie(const struct mdl_problem *problem, const struct mdl_pair *pair)
{
  uint64_t hash =
      mix(mix(UINT64_C(0xcbf29ce484222325), problem->people[pair->person].id), problem->posts[pair->post].id);
  return (uint32_t)(hash >> 34);
}

// ---- which terms get a level: those of the order that can vary

static bool varies(const struct mdl_problem *problem, enum mdl_term term)
{
  bool found = term == MDL_UNFILLED || term == MDL_TIE;
  for (int32_t i = 0; i < problem->n_quotas && !found; i++) {
    const struct mdl_quota *quota = &problem->quotas[i];
    found = (term == MDL_GUARANTEE && quota->floor > 0) || (term == MDL_BURDEN && quota->spread);
  }
  for (int32_t i = 0; i < problem->n_pairs && !found; i++) {
    const struct mdl_pair *pair = &problem->pairs[i];
    if (term == MDL_CHANGES) found = pair->keep > 0;
    if (term >= MDL_PAIR && term <= MDL_WISH) found = MDL_COST(pair, term) > 0;
  }
  return found;
}

static void choose_levels(const struct mdl_problem *problem, struct mdl_net *net)
{
  int n = problem->order ? problem->n_order : MDL_TIE;
  for (int i = 0; i < n; i++) {
    enum mdl_term term = problem->order ? problem->order[i] : (enum mdl_term)i;
    if (varies(problem, term)) net->term[net->levels++] = term;
  }
  net->term[net->levels++] = MDL_TIE;
}

// ---- arcs

static int32_t count_distinct(const struct mdl *model, const struct mdl_set *set, int32_t *stamps,
                              int32_t stamp)
{
  int32_t n = 0;
  for (int32_t i = 0; i < set->n_pairs; i++) {
    int32_t person = model->problem->pairs[set->pairs[i]].person;
    n += stamps[person] != stamp;
    stamps[person] = stamp;
  }
  return n;
}

// Units of a spread quota are arcs of their own; there are no more than people in it.
static int32_t spread_units(const struct mdl *model, const struct mdl_set *set, int32_t *stamps,
                            int32_t stamp)
{
  int32_t cap = model->problem->quotas[set->of].cap, people = count_distinct(model, set, stamps, stamp);
  return cap < people ? cap : people;
}

static int32_t arcs_of(const struct mdl *model, const struct mdl_set *set, int32_t units)
{
  if (set->kind != MDL_QUOTAS) return 1;
  return model->problem->quotas[set->of].spread ? units + 1 : 2;
}

static void price(struct mdl *model, int32_t arc, enum mdl_term term, int64_t cost)
{
  int level = mdl_level(model, term);
  if (level >= 0) model->net.cost[level][arc] = cost;
}

static int32_t add_arc(struct mdl *model, enum mdl_kind kind, int32_t of, int32_t tail, int32_t head,
                       int64_t upper)
{
  struct mdl_net *net = &model->net;
  int32_t arc = net->m++;
  net->kind[arc] = (uint8_t)kind;
  net->of[arc] = of;
  net->tail[arc] = tail;
  net->head[arc] = head;
  net->upper[arc] = upper;
  return arc;
}

static int32_t add_set_arc(struct mdl *model, enum mdl_side side, int32_t s, int64_t upper)
{
  const struct mdl_set *set = &model->family[side].sets[s];
  int32_t own = mdl_node(side, model, s), parent = mdl_node(side, model, set->parent);
  bool sending = side == MDL_SENDING;
  return add_arc(model, set->kind, set->of, sending ? parent : own, sending ? own : parent, upper);
}

// The last arc is the one whose capacity grows when the cap does.
static void add_quota(struct mdl *model, enum mdl_side side, int32_t s, int32_t units)
{
  const struct mdl_quota *quota = &model->problem->quotas[model->family[side].sets[s].of];
  bool capped = quota->cap != MDL_NO_CAP;
  for (int32_t unit = 0; quota->spread && unit <= units; unit++) {
    int32_t arc = add_set_arc(model, side, s, unit < units);
    price(model, arc, MDL_BURDEN, unit);
    if (unit < quota->floor) price(model, arc, MDL_GUARANTEE, -1);
  }
  if (quota->spread) return;
  price(model, add_set_arc(model, side, s, quota->floor), MDL_GUARANTEE, -1);
  add_set_arc(model, side, s, capped ? quota->cap - quota->floor : DF_INFINITE);
}

static void add_sets(struct mdl *model, enum mdl_side side, const int32_t *units)
{
  for (int32_t s = 0; s < model->family[side].n; s++) {
    struct mdl_set *set = &model->family[side].sets[s];
    set->first_arc = model->net.m;
    if (set->kind == MDL_QUOTAS) {
      add_quota(model, side, s, units[set->of]);
    } else if (set->kind == MDL_PEOPLE) {
      model->person_arc[set->of] = add_set_arc(model, side, s, 1);
    } else {
      const struct mdl_post *post = &model->problem->posts[set->of];
      price(model, add_set_arc(model, side, s, post->need), MDL_UNFILLED, -(int64_t)post->weight);
    }
    set->n_arcs = model->net.m - set->first_arc;
  }
}

// The pairs come first, so that most arcs carry one unit and lie together by person.
static void add_pairs(struct mdl *model)
{
  const struct mdl_problem *problem = model->problem;
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    int32_t index = model->order.pairs[i];
    const struct mdl_pair *pair = &problem->pairs[index];
    int32_t arc = add_arc(model, MDL_PAIRS, index,
                          mdl_node(MDL_SENDING, model, model->family[MDL_SENDING].innermost[index]),
                          mdl_node(MDL_HOSTING, model, model->family[MDL_HOSTING].innermost[index]), 1);
    model->pair_arc[index] = arc;
    model->net.lower[arc] = pair->hold != MDL_FREE;
    price(model, arc, MDL_CHANGES, -(int64_t)pair->keep);
    for (int term = MDL_PAIR; term <= MDL_WISH; term++)
      price(model, arc, (enum mdl_term)term, MDL_COST(pair, term));
    price(model, arc, MDL_TIE, mdl_tie(problem, pair));
  }
}

static bool make_room(struct mdl_net *net, int64_t m)
{
  if (m > INT32_MAX - 1) return false;
  net->supply = MDL_NEW(net->n, int64_t);
  net->tail = MDL_NEW(m, int32_t);
  net->head = MDL_NEW(m, int32_t);
  net->lower = MDL_NEW(m, int64_t);
  net->upper = MDL_NEW(m, int64_t);
  net->kind = MDL_NEW(m, uint8_t);
  net->of = MDL_NEW(m, int32_t);
  bool good = net->supply && net->tail && net->head && net->lower && net->upper && net->kind && net->of;
  for (int level = 0; level < net->levels; level++) {
    net->cost[level] = MDL_NEW(m, int64_t);
    good = good && net->cost[level];
  }
  return good;
}

bool mdl_net_build(struct mdl *model)
{
  const struct mdl_problem *problem = model->problem;
  struct mdl_net *net = &model->net;
  int32_t *units = MDL_NEW(problem->n_quotas, int32_t), *stamps = MDL_NEW(problem->n_people, int32_t);
  int64_t m = 1 + (int64_t)problem->n_pairs;
  bool good = units && stamps;
  for (int side = MDL_SENDING; good && side <= MDL_HOSTING; side++)
    for (int32_t s = 0; s < model->family[side].n; s++) {
      const struct mdl_set *set = &model->family[side].sets[s];
      bool spread = set->kind == MDL_QUOTAS && problem->quotas[set->of].spread;
      if (spread) units[set->of] = spread_units(model, set, stamps, set->of + 1);
      m += arcs_of(model, set, spread ? units[set->of] : 0);
    }
  net->n = MDL_FIRST_SET + model->family[MDL_SENDING].n + model->family[MDL_HOSTING].n;
  choose_levels(problem, net);
  good = good && make_room(net, m);
  if (good) {
    add_pairs(model);
    add_sets(model, MDL_SENDING, units);
    add_sets(model, MDL_HOSTING, units);
    add_arc(model, MDL_ORDERS, -1, MDL_SINK, MDL_SOURCE, DF_INFINITE);
  }
  free(units);
  free(stamps);
  return good;
}

void mdl_net_done(struct mdl_net *net)
{
  free(net->supply);
  free(net->tail);
  free(net->head);
  free(net->lower);
  free(net->upper);
  free(net->kind);
  free(net->of);
  for (int level = 0; level < net->levels; level++)
    free(net->cost[level]);
}

struct df_problem mdl_net_problem(const struct mdl_net *net)
{
  return (struct df_problem){.n = net->n,
                             .m = net->m,
                             .supply = net->supply,
                             .tail = net->tail,
                             .head = net->head,
                             .lower = net->lower,
                             .upper = net->upper,
                             .levels = net->levels,
                             .cost = (const int64_t *const *)net->cost};
}
