// Teams, by branching: the network knows nothing of them, so an answer may split one. Then the team is sent
// to each site it could go to, and to none; each is solved warm from the last tree. The better ones are
// followed first, and whatever is no better than the best answer known is left. Where all teams stay at home
// there is always an answer, unless one of their members is held.
#include "services/dispatch/model/mdl.h"
#include <stdlib.h>
#include <string.h>

enum { FREE = -1, OUT = -2 }; // or the number of a choice

struct values {
  int64_t at[MDL_TERMS]; // by level
};
struct team_state {
  int32_t *places; // sites (areas) where every member could go
  int32_t n_places;
  int32_t choice; // FREE, OUT or an index of places
};
struct search {
  struct mdl *model;
  const struct mdl_options *options;
  struct mdl_result *result;
  struct team_state *teams; // by index
  struct values best, open; // the best answer; the least that what was left undone could be worth
  uint8_t *taken;           // of the best answer
  int32_t *choices;         // of the best answer, by team
  bool found, feasible, stopped, left, no_memory;
};

int32_t mdl_place_of(const struct mdl *model, const struct mdl_team *team, int32_t post)
{
  const struct mdl_post *at = &model->problem->posts[post];
  return team->together == MDL_SAME_SITE ? at->site : at->area;
}

static int32_t place_of_pair(const struct mdl *model, const struct mdl_team *team, int32_t pair)
{
  return mdl_place_of(model, team, model->problem->pairs[pair].post);
}

static int32_t slice_end(const struct mdl *model, int32_t person, int32_t at)
{
  while (at < model->problem->n_pairs && model->problem->pairs[model->order.pairs[at]].person == person)
    at++;
  return at;
}

// ---- bounds of arcs by the choices

static bool bound(struct search *search, int32_t arc, int64_t lower, int64_t upper)
{
  struct mdl_net *net = &search->model->net;
  if (net->lower[arc] == lower && net->upper[arc] == upper) return true;
  net->lower[arc] = lower;
  net->upper[arc] = upper;
  return df_set_bounds(search->model->df, arc, lower, upper) == DF_OK;
}

static bool allowed(const struct search *search, int32_t t, int32_t pair)
{
  const struct team_state *state = &search->teams[t];
  if (state->choice == FREE) return true;
  return state->choice != OUT && place_of_pair(search->model, &search->model->problem->teams[t], pair) ==
                                     state->places[state->choice];
}

static bool choose(struct search *search, int32_t t, int32_t choice)
{
  struct mdl *model = search->model;
  const struct mdl_team *team = &model->problem->teams[t];
  bool good = true;
  search->teams[t].choice = choice;
  for (int32_t i = 0; good && i < team->n_members; i++) {
    int32_t person = team->members[i], from = model->order.person_first[person];
    good = bound(search, model->person_arc[person], choice >= 0, 1);
    for (int32_t k = from; good && k < slice_end(model, person, from); k++) {
      int32_t pair = model->order.pairs[k];
      bool may = allowed(search, t, pair);
      // A held pair elsewhere leaves this choice no way: the arc stays shut, and the lower bound finds it.
      bool held = model->problem->pairs[pair].hold != MDL_FREE;
      good = bound(search, model->pair_arc[pair], held && may, may);
    }
  }
  if (!good) search->no_memory = true;
  return good;
}

static bool held_elsewhere(const struct search *search, int32_t t)
{
  const struct mdl *model = search->model;
  const struct mdl_team *team = &model->problem->teams[t];
  for (int32_t i = 0; i < team->n_members; i++) {
    int32_t from = model->order.person_first[team->members[i]];
    for (int32_t k = from; k < slice_end(model, team->members[i], from); k++) {
      int32_t pair = model->order.pairs[k];
      if (model->problem->pairs[pair].hold != MDL_FREE && !allowed(search, t, pair)) return true;
    }
  }
  return false;
}

// ---- where a team could go

static int by_number(const void *a, const void *b)
{
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return x < y ? -1 : x > y;
}

static bool member_can(const struct mdl *model, const struct mdl_team *team, int32_t person, int32_t place)
{
  int32_t from = model->order.person_first[person];
  for (int32_t k = from; k < slice_end(model, person, from); k++)
    if (place_of_pair(model, team, model->order.pairs[k]) == place) return true;
  return false;
}

// Those of the first member, in the order of posts by id, that suit all others.
static bool list_places(struct search *search, int32_t t)
{
  const struct mdl *model = search->model;
  const struct mdl_team *team = &model->problem->teams[t];
  struct team_state *state = &search->teams[t];
  int32_t from = model->order.person_first[team->members[0]];
  int32_t to = slice_end(model, team->members[0], from), n = 0;
  *state = (struct team_state){.places = MDL_NEW(to - from, int32_t), .choice = FREE};
  if (!state->places) return false;
  for (int32_t k = from; k < to; k++)
    state->places[n++] = place_of_pair(model, team, model->order.pairs[k]);
  qsort(state->places, (size_t)n, sizeof *state->places, by_number);
  for (int32_t k = 0; k < n; k++) {
    bool all = k == 0 || state->places[k] != state->places[k - 1];
    for (int32_t i = 1; all && i < team->n_members; i++)
      all = member_can(model, team, team->members[i], state->places[k]);
    if (all) state->places[state->n_places++] = state->places[k];
  }
  return true;
}

// ---- nodes

static int compare(const struct search *search, const struct values *a, const struct values *b)
{
  for (int level = 0; level < search->model->net.levels; level++)
    if (a->at[level] != b->at[level]) return a->at[level] < b->at[level] ? -1 : 1;
  return 0;
}

static void leave(struct search *search, const struct values *values) // undone, worth this at least
{
  if (!search->left || compare(search, values, &search->open) < 0) search->open = *values;
  search->left = true;
}

// True with the value of the relaxation; false: nothing feasible, or stopped (then `feasible` tells whether
// there is a flow all the same).
static bool relax(struct search *search, struct values *ret)
{
  const struct mdl_options *options = search->options;
  if (options && options->node_limit && search->result->nodes >= options->node_limit) search->stopped = true;
  search->feasible = false;
  if (search->stopped || search->no_memory) return false;
  enum df_code code = mdl_run(search->model, options, search->result);
  if (code == DF_NO_MEMORY) search->no_memory = true;
  if (code == DF_FEASIBLE_GAP || code == DF_CANCELLED) search->stopped = true;
  search->feasible = code == DF_OPTIMAL || code == DF_FEASIBLE_GAP;
  for (int level = 0; search->feasible && level < search->model->net.levels; level++) {
    int64_t high;
    uint64_t low;
    df_objective(search->model->df, level, &high, &low); // the checks keep it in 64 bits
    ret->at[level] = (int64_t)low;
  }
  return code == DF_OPTIMAL;
}

static bool is_split(const struct search *search, int32_t t)
{
  const struct mdl *model = search->model;
  const struct mdl_team *team = &model->problem->teams[t];
  int32_t first = model->given[team->members[0]];
  for (int32_t i = 1; i < team->n_members; i++) {
    int32_t given = model->given[team->members[i]];
    if ((given < 0) != (first < 0)) return true;
    if (given >= 0 && place_of_pair(model, team, given) != place_of_pair(model, team, first)) return true;
  }
  return false;
}

static int32_t first_split(const struct search *search)
{
  for (int32_t i = 0; i < search->model->problem->n_teams; i++) {
    int32_t t = search->model->order.teams[i];
    if (is_split(search, t)) return t;
  }
  return -1;
}

static void remember(struct search *search, const struct values *values)
{
  search->best = *values;
  search->found = true;
  memcpy(search->taken, search->model->taken, (size_t)search->model->problem->n_pairs);
  for (int32_t t = 0; t < search->model->problem->n_teams; t++)
    search->choices[t] = search->teams[t].choice;
}

static bool worth_it(const struct search *search, const struct values *values)
{
  return !search->found || compare(search, values, &search->best) < 0;
}

struct child {
  int32_t choice;
  struct values values;
};

static void descend(struct search *search, const struct values *values);

static int32_t look_ahead(struct search *search, int32_t t, struct child *children,
                          const struct values *above)
{
  int32_t n = 0, tried = 0, all = search->teams[t].n_places + 1;
  for (; tried < all && !search->stopped && !search->no_memory; tried++) {
    struct child next = {.choice = tried + 1 < all ? tried : OUT};
    if (!choose(search, t, next.choice)) break;
    if (held_elsewhere(search, t) || !relax(search, &next.values)) {
      if (search->stopped) leave(search, above); // this one and those behind it
      continue;
    }
    int32_t at = n++;
    for (; at > 0 && compare(search, &next.values, &children[at - 1].values) < 0; at--)
      children[at] = children[at - 1];
    children[at] = next;
  }
  return n;
}

// The state of the network is a node's relaxation, just solved.
static void branch(struct search *search, int32_t t, const struct values *above)
{
  struct child *children = MDL_NEW(search->teams[t].n_places + 1, struct child);
  if (!children) {
    search->no_memory = true;
    return;
  }
  int32_t n = look_ahead(search, t, children, above);
  for (int32_t i = 0; i < n && !search->no_memory; i++) {
    struct values again;
    if (!worth_it(search, &children[i].values)) break; // the others are no better
    if (search->stopped || !choose(search, t, children[i].choice) || !relax(search, &again)) {
      leave(search, &children[i].values);
      continue;
    }
    descend(search, &again);
  }
  choose(search, t, FREE);
  free(children);
}

static void descend(struct search *search, const struct values *values)
{
  if (!worth_it(search, values)) return;
  mdl_read(search->model);
  int32_t t = first_split(search);
  if (t < 0)
    remember(search, values);
  else
    branch(search, t, values);
}

// ---- the whole

// All teams at home: an answer to begin with, so that a limit never leaves nothing.
static bool begin(struct search *search)
{
  struct values values;
  bool good = true;
  for (int32_t t = 0; good && t < search->model->problem->n_teams; t++) {
    good = choose(search, t, OUT);
    if (good && held_elsewhere(search, t)) good = choose(search, t, FREE);
  }
  if (good && (relax(search, &values) || search->feasible)) {
    mdl_read(search->model);
    if (first_split(search) < 0) remember(search, &values);
  }
  for (int32_t t = 0; good && t < search->model->problem->n_teams; t++)
    good = choose(search, t, FREE);
  return good;
}

static void state_gap(const struct search *search, struct mdl_result *ret)
{
  const struct mdl_net *net = &search->model->net;
  ret->optimal = !search->stopped;
  if (ret->optimal) return;
  ret->gap_term = net->term[0];
  ret->gap = INT64_MAX;
  if (!search->left) return;
  for (int level = 0; level < net->levels; level++) {
    int64_t gap = search->best.at[level] - search->open.at[level];
    ret->gap_term = net->term[level];
    ret->gap = gap > 0 ? gap : 0;
    if (gap != 0) return;
  }
}

// The kernel is left at the answer, so that explanations speak of it.
static void settle(struct search *search)
{
  struct values values;
  bool optimal = !search->stopped;
  for (int32_t t = 0; t < search->model->problem->n_teams; t++)
    choose(search, t, search->choices[t]);
  search->options = NULL;
  search->stopped = false;
  if (optimal) relax(search, &values);
  search->stopped = !optimal;
  memcpy(search->model->taken, search->taken, (size_t)search->model->problem->n_pairs);
  for (int32_t p = 0; p < search->model->problem->n_people; p++)
    search->model->given[p] = -1;
  for (int32_t i = 0; i < search->model->problem->n_pairs; i++)
    if (search->taken[i]) search->model->given[search->model->problem->pairs[i].person] = i;
}

// Stopped before any answer was known: what is held stands alone, if that leaves no team split.
static enum mdl_code stand(struct search *search, struct mdl_fault *fault)
{
  mdl_read_held(search->model);
  int32_t t = first_split(search);
  search->result->gap_term = search->model->net.term[0];
  search->result->gap = INT64_MAX;
  if (t < 0) return MDL_OK;
  *fault = (struct mdl_fault){.code = MDL_STOPPED, .kind = MDL_TEAMS, .index = t};
  return MDL_STOPPED;
}

static enum mdl_code conclude(struct search *search, struct mdl_fault *fault)
{
  if (search->no_memory) fault->code = MDL_NO_MEMORY;
  if (search->no_memory) return MDL_NO_MEMORY;
  if (!search->found && search->stopped) return stand(search, fault);
  if (!search->found) { // somebody held whose team cannot follow
    int32_t t = 0;
    for (int32_t i = 0; i < search->model->problem->n_teams; i++) {
      search->teams[i].choice = OUT;
      if (held_elsewhere(search, i)) t = i;
    }
    *fault = (struct mdl_fault){.code = MDL_HELD, .kind = MDL_TEAMS, .index = t, .other_kind = MDL_TEAMS};
    return MDL_HELD;
  }
  state_gap(search, search->result);
  settle(search);
  return MDL_OK;
}

enum mdl_code mdl_search_teams(struct mdl *model, const struct mdl_options *options, struct mdl_result *ret,
                               struct mdl_fault *fault)
{
  int32_t n = model->problem->n_teams;
  struct search search = {.model = model,
                          .options = options,
                          .result = ret,
                          .teams = MDL_NEW(n, struct team_state),
                          .taken = MDL_NEW(model->problem->n_pairs, uint8_t),
                          .choices = MDL_NEW(n, int32_t)};
  struct values root;
  search.no_memory = !search.teams || !search.taken || !search.choices;
  for (int32_t t = 0; !search.no_memory && t < n; t++)
    search.no_memory = !list_places(&search, t);
  if (!search.no_memory && begin(&search) && relax(&search, &root)) descend(&search, &root);
  enum mdl_code code = conclude(&search, fault);
  for (int32_t t = 0; search.teams && t < n; t++)
    free(search.teams[t].places);
  free(search.teams);
  free(search.taken);
  free(search.choices);
  return code;
}
