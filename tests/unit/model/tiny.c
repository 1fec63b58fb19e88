#include "tests/unit/model/tiny.h"
#include "services/dispatch/solver/check.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int32_t below(uint64_t *seed, int32_t n)
{
  return (int32_t)test_random_below(seed, (uint32_t)n);
}

static char *next_id(struct tiny *tiny, int *n, char kind, uint64_t *seed)
{
  snprintf(tiny->ids[*n], sizeof tiny->ids[0], "%c%c%d", kind, 'a' + below(seed, 26), *n);
  return tiny->ids[(*n)++];
}

static void draw_pairs(uint64_t *seed, struct tiny *tiny)
{
  struct mdl_problem *problem = &tiny->problem;
  for (int32_t p = 0; p < problem->n_people; p++)
    for (int32_t v = 0; v < problem->n_posts; v++) {
      if (below(seed, 4) == 0) continue;
      struct mdl_pair *pair = &tiny->pairs[problem->n_pairs++];
      *pair = (struct mdl_pair){.person = p, .post = v, .keep = below(seed, 5) == 0 ? 1 + below(seed, 3) : 0};
      for (int term = 0; term < MDL_PAIR_TERMS; term++)
        pair->cost[term] = below(seed, 3);
    }
}

// A quota over the pairs of some people with some posts.
static void add_quota(struct tiny *tiny, enum mdl_side side, unsigned people, unsigned posts)
{
  struct mdl_problem *problem = &tiny->problem;
  int32_t index = problem->n_quotas++;
  struct mdl_quota *quota = &tiny->quotas[index];
  *quota = (struct mdl_quota){.side = side, .cap = MDL_NO_CAP, .pairs = tiny->members[index]};
  for (int32_t i = 0; i < problem->n_pairs; i++)
    if (people >> tiny->pairs[i].person & 1 && posts >> tiny->pairs[i].post & 1)
      tiny->members[index][quota->n_pairs++] = i;
}

// Schools in a district; counties, and the districts' share of a post.
static void draw_quotas(uint64_t *seed, const struct tiny_kinds *kinds, struct tiny *tiny, int *ids)
{
  struct mdl_problem *problem = &tiny->problem;
  unsigned half = 0x7 & ~(1U << below(seed, 4));
  add_quota(tiny, MDL_SENDING, half, ~0U);
  add_quota(tiny, MDL_SENDING, ~half, ~0U);
  if (below(seed, 2)) add_quota(tiny, MDL_EITHER, ~0U, ~0U);
  add_quota(tiny, MDL_HOSTING, ~0U, 0x3);
  if (below(seed, 2)) add_quota(tiny, MDL_HOSTING, ~0U, ~0x3U);
  add_quota(tiny, MDL_EITHER, half, 0x1);
  for (int32_t i = 0; i < problem->n_quotas; i++) {
    struct mdl_quota *quota = &tiny->quotas[i];
    quota->id = next_id(tiny, ids, 'q', seed);
    if (below(seed, 3)) quota->cap = below(seed, 4);
    if (kinds->floors && below(seed, 2)) quota->floor = below(seed, 3);
    if (quota->floor > quota->cap) quota->floor = quota->cap;
    quota->spread = kinds->spread && below(seed, 2);
  }
}

static void draw_teams(uint64_t *seed, struct tiny *tiny, int *ids)
{
  struct mdl_problem *problem = &tiny->problem;
  int32_t at = 0;
  for (int32_t t = 0; t < TINY_TEAMS && at < problem->n_people; t++) {
    struct mdl_team *team = &tiny->teams[t];
    *team = (struct mdl_team){.id = next_id(tiny, ids, 't', seed),
                              .together = below(seed, 2) ? MDL_SAME_AREA : MDL_SAME_SITE,
                              .members = tiny->team_members[t]};
    for (int32_t n = 1 + below(seed, 3); n > 0 && at < problem->n_people; n--)
      tiny->team_members[t][team->n_members++] = at++;
    int32_t room[TINY_POSTS] = {0}, largest = 0;
    for (int32_t p = 0; p < problem->n_posts; p++) {
      const struct mdl_post *post = &tiny->posts[p];
      int32_t *sum = &room[team->together == MDL_SAME_SITE ? post->site : post->area];
      *sum += post->need;
      if (*sum > largest) largest = *sum;
    }
    if (largest < team->n_members) return; // would be refused
    problem->n_teams++;
  }
}

static void draw_order(uint64_t *seed, struct tiny *tiny)
{
  for (int i = 0; i < MDL_TIE; i++)
    tiny->order[i] = (enum mdl_term)i;
  for (int i = MDL_TIE - 1; i > MDL_PAIR; i--) { // those of the pairs change places
    int k = MDL_PAIR + below(seed, i - MDL_PAIR + 1);
    enum mdl_term kept = tiny->order[i];
    tiny->order[i] = tiny->order[k];
    tiny->order[k] = kept;
  }
  if (below(seed, 2)) { // filling before guarantees, keeping the plan before both
    tiny->order[0] = MDL_CHANGES;
    tiny->order[1] = MDL_UNFILLED;
    tiny->order[2] = MDL_GUARANTEE;
  }
  tiny->problem.order = tiny->order;
  tiny->problem.n_order = MDL_TIE - below(seed, 3);
}

static void draw_holds(uint64_t *seed, struct tiny *tiny)
{
  uint8_t taken[TINY_PAIRS] = {0};
  for (int tries = 0; tries < 3 && tiny->problem.n_pairs > 0; tries++) {
    int32_t pair = below(seed, tiny->problem.n_pairs);
    enum mdl_hold before = tiny->pairs[pair].hold;
    tiny->pairs[pair].hold = below(seed, 2) ? MDL_PINNED : MDL_ARRIVED;
    memset(taken, 0, sizeof taken);
    for (int32_t i = 0; i < tiny->problem.n_pairs; i++)
      taken[i] = tiny->pairs[i].hold != MDL_FREE;
    if (!tiny_best(tiny, NULL, (int64_t[MDL_TERMS]){0})) tiny->pairs[pair].hold = before;
  }
}

void tiny_draw(uint64_t *seed, const struct tiny_kinds *kinds, struct tiny *tiny)
{
  int ids = 0;
  memset(tiny, 0, sizeof *tiny);
  struct mdl_problem *problem = &tiny->problem;
  *problem = (struct mdl_problem){.people = tiny->people,
                                  .posts = tiny->posts,
                                  .pairs = tiny->pairs,
                                  .quotas = tiny->quotas,
                                  .teams = tiny->teams,
                                  .n_people = 1 + below(seed, TINY_PEOPLE),
                                  .n_posts = 1 + below(seed, TINY_POSTS)};
  for (int32_t p = 0; p < problem->n_people; p++)
    tiny->people[p].id = next_id(tiny, &ids, 'p', seed);
  for (int32_t v = 0; v < problem->n_posts; v++)
    tiny->posts[v] = (struct mdl_post){next_id(tiny, &ids, 'v', seed), 1 + below(seed, 2), 1 + below(seed, 3),
                                       v / 2, below(seed, 2)};
  draw_pairs(seed, tiny);
  if (kinds->quotas) draw_quotas(seed, kinds, tiny, &ids);
  if (kinds->teams) draw_teams(seed, tiny, &ids);
  if (kinds->any_order) draw_order(seed, tiny);
  if (kinds->holds) draw_holds(seed, tiny);
}

// ---- another listing

static void permutation(uint64_t *seed, int32_t n, int32_t *ret)
{
  for (int32_t i = 0; i < n; i++)
    ret[i] = i;
  for (int32_t i = n - 1; i > 0; i--) {
    int32_t k = below(seed, i + 1), kept = ret[i];
    ret[i] = ret[k];
    ret[k] = kept;
  }
}

void tiny_shuffle(uint64_t *seed, const struct tiny *from, struct tiny *to)
{
  const struct mdl_problem *old = &from->problem;
  int32_t people[TINY_PEOPLE], posts[TINY_POSTS], pairs[TINY_PAIRS], quotas[TINY_QUOTAS], teams[TINY_TEAMS];
  *to = *from;
  to->problem.people = to->people;
  to->problem.posts = to->posts;
  to->problem.pairs = to->pairs;
  to->problem.quotas = to->quotas;
  to->problem.teams = to->teams;
  permutation(seed, old->n_people, people);
  permutation(seed, old->n_posts, posts);
  permutation(seed, old->n_pairs, pairs);
  permutation(seed, old->n_quotas, quotas);
  permutation(seed, old->n_teams, teams);
  for (int32_t i = 0; i < old->n_people; i++)
    to->people[people[i]] = from->people[i];
  for (int32_t i = 0; i < old->n_posts; i++)
    to->posts[posts[i]] = from->posts[i];
  for (int32_t i = 0; i < old->n_pairs; i++) {
    to->pairs[pairs[i]] = from->pairs[i];
    to->pairs[pairs[i]].person = people[from->pairs[i].person];
    to->pairs[pairs[i]].post = posts[from->pairs[i].post];
  }
  for (int32_t i = 0; i < old->n_quotas; i++) {
    struct mdl_quota *quota = &to->quotas[quotas[i]];
    *quota = from->quotas[i];
    quota->pairs = to->members[quotas[i]];
    for (size_t k = 0; k < quota->n_pairs; k++)
      to->members[quotas[i]][quota->n_pairs - 1 - k] = pairs[from->members[i][k]];
  }
  for (int32_t i = 0; i < old->n_teams; i++) {
    struct mdl_team *team = &to->teams[teams[i]];
    *team = from->teams[i];
    team->members = to->team_members[teams[i]];
    for (int32_t k = 0; k < team->n_members; k++)
      to->team_members[teams[i]][team->n_members - 1 - k] = people[from->team_members[i][k]];
  }
}

// ---- trying everything

int tiny_compare(const struct tiny *tiny, const int64_t *a, const int64_t *b)
{
  int n = tiny->problem.order ? tiny->problem.n_order : MDL_TIE;
  for (int i = 0; i < n; i++) {
    enum mdl_term term = tiny->problem.order ? tiny->problem.order[i] : (enum mdl_term)i;
    if (a[term] != b[term]) return a[term] < b[term] ? -1 : 1;
  }
  return a[MDL_TIE] == b[MDL_TIE] ? 0 : a[MDL_TIE] < b[MDL_TIE] ? -1 : 1;
}

static bool together(const struct tiny *tiny, const struct mdl_team *team, const uint8_t *taken)
{
  int32_t placed = 0, place = -1;
  for (int32_t k = 0; k < team->n_members; k++)
    for (int32_t i = 0; i < tiny->problem.n_pairs; i++) {
      if (!taken[i] || tiny->pairs[i].person != team->members[k]) continue;
      const struct mdl_post *post = &tiny->posts[tiny->pairs[i].post];
      int32_t at = team->together == MDL_SAME_SITE ? post->site : post->area;
      if (placed++ > 0 && at != place) return false;
      place = at;
    }
  return placed == 0 || placed == team->n_members;
}

bool tiny_allowed(const struct tiny *tiny, const uint8_t *taken)
{
  const struct mdl_problem *problem = &tiny->problem;
  int32_t of_person[TINY_PEOPLE] = {0}, of_post[TINY_POSTS] = {0};
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    if (!taken[i] && tiny->pairs[i].hold != MDL_FREE) return false;
    if (taken[i] && ++of_person[tiny->pairs[i].person] > 1) return false;
    if (taken[i] && ++of_post[tiny->pairs[i].post] > tiny->posts[tiny->pairs[i].post].need) return false;
  }
  for (int32_t q = 0; q < problem->n_quotas; q++) {
    int32_t n = 0;
    for (size_t k = 0; k < tiny->quotas[q].n_pairs; k++)
      n += taken[tiny->quotas[q].pairs[k]];
    if (n > tiny->quotas[q].cap) return false;
  }
  for (int32_t t = 0; t < problem->n_teams; t++)
    if (!together(tiny, &tiny->teams[t], taken)) return false;
  return true;
}

// Counted anew, not by mdl_evaluate.
static void measure(const struct tiny *tiny, const uint8_t *taken, int64_t value[MDL_TERMS])
{
  const struct mdl_problem *problem = &tiny->problem;
  int32_t of_post[TINY_POSTS] = {0};
  memset(value, 0, MDL_TERMS * sizeof *value);
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    if (!taken[i]) value[MDL_CHANGES] += tiny->pairs[i].keep;
    if (!taken[i]) continue;
    of_post[tiny->pairs[i].post]++;
    for (int term = 0; term < MDL_PAIR_TERMS; term++)
      value[MDL_PAIR + term] += tiny->pairs[i].cost[term];
    value[MDL_TIE] += mdl_tie(problem, &tiny->pairs[i]);
  }
  for (int32_t v = 0; v < problem->n_posts; v++)
    value[MDL_UNFILLED] += (int64_t)(tiny->posts[v].need - of_post[v]) * tiny->posts[v].weight;
  for (int32_t q = 0; q < problem->n_quotas; q++) {
    int32_t n = 0;
    for (size_t k = 0; k < tiny->quotas[q].n_pairs; k++)
      if (taken[tiny->quotas[q].pairs[k]]) value[MDL_BURDEN] += tiny->quotas[q].spread ? n++ : (n++, 0);
    if (tiny->quotas[q].floor > n) value[MDL_GUARANTEE] += tiny->quotas[q].floor - n;
  }
}

struct trial {
  const struct tiny *tiny;
  const struct tiny_wish *wish;
  uint8_t taken[TINY_PAIRS];
  int64_t best[MDL_TERMS];
  bool found;
};

static bool wished(const struct trial *trial)
{
  int32_t filled = 0;
  if (!trial->wish) return true;
  for (int32_t i = 0; i < trial->tiny->problem.n_pairs; i++)
    filled += trial->taken[i] && trial->tiny->pairs[i].post == trial->wish->post;
  return (trial->wish->pair < 0 || trial->taken[trial->wish->pair]) &&
         (trial->wish->post < 0 || filled >= trial->wish->filled);
}

static void try_person(struct trial *trial, int32_t person)
{
  const struct mdl_problem *problem = &trial->tiny->problem;
  int64_t value[MDL_TERMS];
  if (person == problem->n_people) {
    if (!wished(trial) || !tiny_allowed(trial->tiny, trial->taken)) return;
    measure(trial->tiny, trial->taken, value);
    if (!trial->found || tiny_compare(trial->tiny, value, trial->best) < 0)
      memcpy(trial->best, value, sizeof value);
    trial->found = true;
    return;
  }
  try_person(trial, person + 1);
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    if (problem->pairs[i].person != person) continue;
    trial->taken[i] = 1;
    try_person(trial, person + 1);
    trial->taken[i] = 0;
  }
}

bool tiny_best(const struct tiny *tiny, const struct tiny_wish *wish, int64_t value[MDL_TERMS])
{
  struct trial trial = {.tiny = tiny, .wish = wish};
  try_person(&trial, 0);
  if (trial.found) memcpy(value, trial.best, sizeof trial.best);
  return trial.found;
}

// ---- solving, and what must hold whatever comes out

void tiny_check_kernel(const struct mdl *model)
{
  struct df_problem problem = mdl_net_problem(&model->net);
  int64_t *flow = calloc((size_t)problem.m + 1, sizeof *flow), *potential[MDL_TERMS];
  for (int32_t arc = 0; arc < problem.m; arc++)
    flow[arc] = df_flow(model->df, arc);
  for (int level = 0; level < problem.levels; level++) {
    potential[level] = calloc((size_t)problem.n + 1, sizeof *flow);
    for (int32_t v = 0; v < problem.n; v++)
      potential[level][v] = df_potential(model->df, level, v);
  }
  struct df_claim claim = {flow, (const int64_t *const *)potential};
  struct df_finding finding = df_check_optimal(&problem, &claim);
  if (finding.verdict != DF_SOUND)
    fail_msg("unsound: verdict %d, level %d, index %lld", finding.verdict, finding.level,
             (long long)finding.index);
  for (int level = 0; level < problem.levels; level++)
    free(potential[level]);
  free(flow);
}

struct mdl *tiny_solve(const struct tiny *tiny, struct mdl_result *ret)
{
  struct mdl_fault fault;
  uint8_t taken[TINY_PAIRS];
  int64_t value[MDL_TERMS];
  struct mdl *model = mdl_new(&tiny->problem, &fault);
  if (!model)
    fail_msg("refused: %d, %d %d by %d %d", fault.code, fault.kind, fault.index, fault.other_kind,
             fault.other);
  assert_int_equal(mdl_solve(model, NULL, ret, &fault), MDL_OK);
  assert_true(ret->optimal);
  assert_int_equal(ret->gap, 0);
  tiny_check_kernel(model);
  for (int32_t i = 0; i < tiny->problem.n_pairs; i++) {
    taken[i] = mdl_taken(model, i);
    if (taken[i]) assert_int_equal(mdl_given(model, tiny->pairs[i].person), i);
  }
  assert_true(tiny_allowed(tiny, taken));
  measure(tiny, taken, value);
  assert_memory_equal(value, ret->value, sizeof value);
  return model;
}
