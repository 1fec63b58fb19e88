// Every number of a problem is looked at before anything is built from it.
#include "services/dispatch/model/mdl.h"
#include <stdlib.h>
#include <string.h>

static bool fail(struct mdl_fault *fault, enum mdl_code code, enum mdl_kind kind, int32_t index)
{
  *fault = (struct mdl_fault){.code = code, .kind = kind, .index = index};
  return false;
}

static bool fail_by(struct mdl_fault *fault, enum mdl_code code, enum mdl_kind kind, int32_t index,
                    enum mdl_kind other_kind, int32_t other)
{
  *fault = (struct mdl_fault){
      .code = code, .kind = kind, .index = index, .other_kind = other_kind, .other = other};
  return false;
}

static bool within(int64_t value, int64_t low, int64_t high)
{
  return value >= low && value <= high;
}

static bool is_id(const char *id)
{
  return id && id[0];
}

static bool check_counts(const struct mdl_problem *problem, struct mdl_fault *fault)
{
  const struct {
    enum mdl_kind kind;
    int64_t n, max;
  } counts[] = {
      {MDL_PEOPLE, problem->n_people, 1 << 22}, {MDL_POSTS, problem->n_posts, 1 << 22},
      {MDL_PAIRS, problem->n_pairs, 1 << 24},   {MDL_QUOTAS, problem->n_quotas, 1 << 20},
      {MDL_TEAMS, problem->n_teams, 1 << 12},   {MDL_ORDERS, problem->n_order, MDL_TERMS},
  };
  for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
    if (!within(counts[i].n, 0, counts[i].max)) return fail(fault, MDL_SIZE, counts[i].kind, -1);
  return true;
}

static bool check_posts(const struct mdl_problem *problem, struct mdl_fault *fault)
{
  int64_t places = 0;
  for (int32_t i = 0; i < problem->n_people; i++)
    if (!is_id(problem->people[i].id)) return fail(fault, MDL_ID, MDL_PEOPLE, i);
  for (int32_t i = 0; i < problem->n_posts; i++) {
    const struct mdl_post *post = &problem->posts[i];
    if (!is_id(post->id)) return fail(fault, MDL_ID, MDL_POSTS, i);
    if (!within(post->need, 0, MDL_FIGURE_MAX) || !within(post->weight, 1, MDL_FIGURE_MAX))
      return fail(fault, MDL_FIGURE, MDL_POSTS, i);
    places += post->need;
  }
  return places <= MDL_FIGURE_MAX || fail(fault, MDL_SIZE, MDL_POSTS, -1);
}

static bool check_pairs(const struct mdl_problem *problem, struct mdl_fault *fault)
{
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    const struct mdl_pair *pair = &problem->pairs[i];
    if (!within(pair->person, 0, problem->n_people - 1) || !within(pair->post, 0, problem->n_posts - 1))
      return fail(fault, MDL_UNKNOWN, MDL_PAIRS, i);
    bool good = within(pair->keep, 0, MDL_FIGURE_MAX) && within(pair->hold, MDL_FREE, MDL_ARRIVED);
    for (int term = 0; term < MDL_PAIR_TERMS; term++)
      good = good && within(pair->cost[term], 0, MDL_FIGURE_MAX);
    if (!good) return fail(fault, MDL_FIGURE, MDL_PAIRS, i);
  }
  return true;
}

static bool check_members(const int32_t *members, size_t n, int32_t limit, uint8_t *marks, enum mdl_code *ret)
{
  size_t i = 0;
  *ret = MDL_OK;
  for (; i < n && *ret == MDL_OK; i++) {
    if (!within(members[i], 0, (int64_t)limit - 1))
      *ret = MDL_UNKNOWN;
    else if (marks[members[i]]++)
      *ret = MDL_TWICE;
  }
  return *ret == MDL_OK;
}

static bool check_quota(const struct mdl_problem *problem, int32_t index, uint8_t *marks,
                        struct mdl_fault *fault)
{
  const struct mdl_quota *quota = &problem->quotas[index];
  enum mdl_code code;
  if (!is_id(quota->id)) return fail(fault, MDL_ID, MDL_QUOTAS, index);
  bool capped = quota->cap != MDL_NO_CAP;
  if (!within(quota->floor, 0, MDL_FIGURE_MAX) || (capped && !within(quota->cap, 0, MDL_FIGURE_MAX)) ||
      !within(quota->side, MDL_SENDING, MDL_EITHER))
    return fail(fault, MDL_FIGURE, MDL_QUOTAS, index);
  if (quota->floor > quota->cap) return fail(fault, MDL_FLOOR, MDL_QUOTAS, index);
  if (quota->n_pairs > (size_t)problem->n_pairs) return fail(fault, MDL_TWICE, MDL_QUOTAS, index);
  bool good = check_members(quota->pairs, quota->n_pairs, problem->n_pairs, marks, &code);
  for (size_t i = 0; good && i < quota->n_pairs; i++)
    marks[quota->pairs[i]] = 0;
  return good || fail(fault, code, MDL_QUOTAS, index);
}

static bool check_sets(const struct mdl_problem *problem, struct mdl_fault *fault)
{
  uint8_t *marks = MDL_NEW(problem->n_pairs, uint8_t), *teamed = MDL_NEW(problem->n_people, uint8_t);
  bool good = (marks && teamed) || fail(fault, MDL_NO_MEMORY, MDL_QUOTAS, -1);
  for (int32_t i = 0; good && i < problem->n_quotas; i++)
    good = check_quota(problem, i, marks, fault);
  for (int32_t i = 0; good && i < problem->n_teams; i++) {
    const struct mdl_team *team = &problem->teams[i];
    enum mdl_code code;
    if (!is_id(team->id)) good = fail(fault, MDL_ID, MDL_TEAMS, i);
    if (good && team->n_members < 1) good = fail(fault, MDL_FIGURE, MDL_TEAMS, i);
    if (good && !check_members(team->members, (size_t)team->n_members, problem->n_people, teamed, &code))
      good = fail(fault, code, MDL_TEAMS, i);
  }
  free(marks);
  free(teamed);
  return good;
}

static bool check_order(const struct mdl_problem *problem, struct mdl_fault *fault)
{
  unsigned seen = 0;
  for (int i = 0; i < problem->n_order; i++) {
    enum mdl_term term = problem->order[i];
    if (!within(term, 0, MDL_TIE - 1) || seen & 1U << term) return fail(fault, MDL_ORDER, MDL_ORDERS, i);
    // Who is asked first for the best pairs leaves all places empty.
    if (term > MDL_CHANGES && !(seen & 1U << MDL_UNFILLED)) return fail(fault, MDL_ORDER, MDL_ORDERS, i);
    seen |= 1U << term;
  }
  return !problem->order || seen & 1U << MDL_UNFILLED || fail(fault, MDL_ORDER, MDL_ORDERS, -1);
}

bool mdl_check(const struct mdl_problem *problem, struct mdl_fault *fault)
{
  return check_counts(problem, fault) && check_posts(problem, fault) && check_pairs(problem, fault) &&
         check_sets(problem, fault) && check_order(problem, fault);
}

// ---- what must be taken

bool mdl_check_held(const struct mdl *model, struct mdl_fault *fault)
{
  const struct mdl_problem *problem = model->problem;
  for (int side = MDL_SENDING; side <= MDL_HOSTING; side++) {
    const struct mdl_family *family = &model->family[side];
    for (int32_t s = 0; s < family->n; s++) {
      const struct mdl_set *set = &family->sets[s];
      int64_t cap = set->kind == MDL_PEOPLE  ? 1
                    : set->kind == MDL_POSTS ? problem->posts[set->of].need
                                             : problem->quotas[set->of].cap;
      for (int32_t i = 0; i < set->n_pairs; i++)
        if (problem->pairs[set->pairs[i]].hold != MDL_FREE && --cap < 0)
          return fail_by(fault, MDL_HELD, MDL_PAIRS, set->pairs[i], set->kind, set->of);
    }
  }
  return true;
}

// ---- teams

struct place { // what a site or area offers to a team
  int32_t id;
  int64_t need;
};

static int by_place(const void *a, const void *b)
{
  int32_t x = ((const struct place *)a)->id, y = ((const struct place *)b)->id;
  return x < y ? -1 : x > y;
}

// A site must have room for the whole team; whether each member may go there is for the search.
bool mdl_check_teams(const struct mdl *model, struct mdl_fault *fault)
{
  const struct mdl_problem *problem = model->problem;
  struct place *places = MDL_NEW(problem->n_posts, struct place);
  bool good = places || fail(fault, MDL_NO_MEMORY, MDL_TEAMS, -1);
  for (int32_t t = 0; good && t < problem->n_teams; t++) {
    const struct mdl_team *team = &problem->teams[t];
    int64_t largest = 0, sum = 0;
    for (int32_t p = 0; p < problem->n_posts; p++)
      places[p] = (struct place){.id = mdl_place_of(model, team, p), .need = problem->posts[p].need};
    qsort(places, (size_t)problem->n_posts, sizeof *places, by_place);
    for (int32_t p = 0; p < problem->n_posts; p++) {
      sum = p > 0 && places[p].id == places[p - 1].id ? sum + places[p].need : places[p].need;
      if (sum > largest) largest = sum;
    }
    if (largest < team->n_members) good = fail(fault, MDL_TOO_LARGE, MDL_TEAMS, t);
  }
  free(places);
  return good;
}
