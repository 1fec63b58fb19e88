#include "tests/bench/model/province.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  HOME_PEOPLE = 12,    // candidates of one school
  HOST_POSTS = 4,      // lines of one host
  COUNTY_POSTS = 40,   // lines of one county
  GROUP_COUNTIES = 10, // counties that one city supports
  KINDS = 16,          // subjects by stages; the first ones are common
  PAIRS = 36,          // of one person, at most
  HOME_CAP = 9,
  COUNTY_FLOOR = 25
};

static int32_t draw(uint64_t *state, int32_t below)
{
  *state ^= *state << 13;
  *state ^= *state >> 7;
  *state ^= *state << 17;
  return (int32_t)((*state >> 33) % (uint64_t)below);
}

static int32_t draw_kind(uint64_t *state) // half of all in the first quarter
{
  return draw(state, 2) ? draw(state, KINDS / 4) : draw(state, KINDS);
}

static bool make_room(struct province *province)
{
  const struct mdl_problem *problem = &province->problem;
  size_t people = (size_t)problem->n_people, posts = (size_t)problem->n_posts, pairs = people * PAIRS;
  province->people = calloc(people, sizeof *province->people);
  province->posts = calloc(posts, sizeof *province->posts);
  province->pairs = calloc(pairs, sizeof *province->pairs);
  province->quotas = calloc(people + posts, sizeof *province->quotas);
  province->ids = calloc(2 * (people + posts), sizeof *province->ids);
  province->members = calloc(2 * pairs, sizeof *province->members);
  province->kinds = calloc(people + posts, sizeof *province->kinds);
  return province->people && province->posts && province->pairs && province->quotas && province->ids &&
         province->members && province->kinds;
}

static const char *name(struct province *province, int32_t at, char kind, int32_t number)
{
  snprintf(province->ids[at], sizeof province->ids[at], "%c%08d", kind, number);
  return province->ids[at];
}

static void make_sides(struct province *province, uint64_t *state)
{
  const struct mdl_problem *problem = &province->problem;
  for (int32_t v = 0; v < problem->n_posts; v++) {
    province->kinds[problem->n_people + v] = draw_kind(state);
    province->posts[v] = (struct mdl_post){.id = name(province, problem->n_people + v, 'v', v),
                                           .need = draw(state, 5) ? 1 : 2,
                                           .weight = 1 + draw(state, 3),
                                           .site = v / HOST_POSTS,
                                           .area = v / COUNTY_POSTS};
  }
  for (int32_t p = 0; p < problem->n_people; p++) {
    province->kinds[p] = draw_kind(state);
    province->people[p].id = name(province, p, 'p', p);
  }
}

static void price(struct mdl_pair *pair, uint64_t *state)
{
  MDL_COST(pair, MDL_PAIR) = draw(state, 4) != 0;
  MDL_COST(pair, MDL_CONTINUITY) = draw(state, 8) != 0;
  MDL_COST(pair, MDL_GAP) = draw(state, 3);
  MDL_COST(pair, MDL_WISH) = draw(state, 6);
}

// Posts of the person's kind in the counties its city supports, from a random one on.
static void make_pairs(struct province *province, uint64_t *state)
{
  struct mdl_problem *problem = &province->problem;
  const int32_t group = COUNTY_POSTS * GROUP_COUNTIES;
  int32_t groups = (problem->n_posts + group - 1) / group,
          per_group = (problem->n_people + groups - 1) / groups;
  for (int32_t p = 0; p < problem->n_people; p++) {
    int32_t first = p / per_group * group,
            n = problem->n_posts - first < group ? problem->n_posts - first : group;
    int32_t start = draw(state, n), made = 0;
    for (int32_t i = 0; i < n && made < PAIRS; i++) {
      int32_t v = first + (start + i) % n;
      if (province->kinds[problem->n_people + v] != province->kinds[p]) continue;
      struct mdl_pair *pair = &province->pairs[problem->n_pairs++];
      *pair = (struct mdl_pair){.person = p, .post = v};
      price(pair, state);
      made++;
    }
  }
}

struct figure {
  enum mdl_side side;
  int32_t size; // people (posts) of one quota
  int32_t floor, cap;
  bool spread;
  char kind;
};

// Pairs by the group of their person or post; counted first, then laid side by side.
static bool make_figures(struct province *province, const struct figure *figure, int32_t *members)
{
  struct mdl_problem *problem = &province->problem;
  bool sending = figure->side == MDL_SENDING;
  int32_t n = ((sending ? problem->n_people : problem->n_posts) + figure->size - 1) / figure->size;
  int32_t *first = calloc((size_t)n + 2, sizeof *first);
  if (!first) return false;
  for (int32_t i = 0; i < problem->n_pairs; i++)
    first[(sending ? province->pairs[i].person : province->pairs[i].post) / figure->size + 2]++;
  for (int32_t q = 2; q < n + 2; q++)
    first[q] += first[q - 1];
  for (int32_t i = 0; i < problem->n_pairs; i++)
    members[first[(sending ? province->pairs[i].person : province->pairs[i].post) / figure->size + 1]++] = i;
  for (int32_t q = 0; q < n; q++) {
    int32_t id = problem->n_people + problem->n_posts + problem->n_quotas;
    province->quotas[problem->n_quotas++] = (struct mdl_quota){.id = name(province, id, figure->kind, q),
                                                               .side = figure->side,
                                                               .floor = figure->floor,
                                                               .cap = figure->cap,
                                                               .spread = figure->spread,
                                                               .pairs = members + first[q],
                                                               .n_pairs = (size_t)(first[q + 1] - first[q])};
  }
  free(first);
  return true;
}

bool province_make(int32_t posts, uint64_t seed, struct province *ret)
{
  const struct figure homes = {MDL_SENDING, HOME_PEOPLE, 0, HOME_CAP, true, 'h'},
                      counties = {MDL_HOSTING, COUNTY_POSTS, COUNTY_FLOOR, MDL_NO_CAP, false, 'c'};
  struct province province = {.problem = {.n_posts = posts, .n_people = posts + posts / 5}};
  uint64_t state = seed * 2 + 1;
  bool good = make_room(&province);
  if (good) {
    make_sides(&province, &state);
    make_pairs(&province, &state);
    good = make_figures(&province, &homes, province.members) &&
           make_figures(&province, &counties, province.members + province.problem.n_pairs);
  }
  province.problem.people = province.people;
  province.problem.posts = province.posts;
  province.problem.pairs = province.pairs;
  province.problem.quotas = province.quotas;
  if (good)
    *ret = province;
  else
    province_free(&province);
  return good;
}

void province_free(struct province *province)
{
  free(province->people);
  free(province->posts);
  free(province->pairs);
  free(province->quotas);
  free(province->ids);
  free(province->members);
  free(province->kinds);
}
