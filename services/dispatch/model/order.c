// The canonical order: everything sorted by id, so that the network does not depend on how a caller lists it.
#include "services/dispatch/model/mdl.h"
#include <stdlib.h>
#include <string.h>

struct named {
  const char *id;
  int32_t index;
};

static int by_id(const void *a, const void *b)
{
  return strcmp(((const struct named *)a)->id, ((const struct named *)b)->id);
}

// Ids stand first in each of these structures.
static int32_t *sorted(const void *list, size_t size, int32_t n, enum mdl_kind kind, struct mdl_fault *fault)
{
  struct named *names = MDL_NEW(n, struct named);
  int32_t *order = MDL_NEW(n, int32_t);
  if (!names || !order) {
    free(names);
    free(order);
    *fault = (struct mdl_fault){.code = MDL_NO_MEMORY};
    return NULL;
  }
  for (int32_t i = 0; i < n; i++) {
    memcpy(&names[i].id, (const char *)list + (size_t)i * size, sizeof names[i].id);
    names[i].index = i;
  }
  qsort(names, (size_t)n, sizeof *names, by_id);
  for (int32_t i = 0; i < n; i++) {
    order[i] = names[i].index;
    if (i > 0 && strcmp(names[i].id, names[i - 1].id) == 0)
      *fault = (struct mdl_fault){.code = MDL_ID,
                                  .kind = kind,
                                  .other_kind = kind,
                                  .index = names[i].index,
                                  .other = names[i - 1].index};
  }
  free(names);
  return order;
}

struct ranked {
  uint64_t key;
  int32_t index;
};

static int by_key(const void *a, const void *b)
{
  uint64_t x = ((const struct ranked *)a)->key, y = ((const struct ranked *)b)->key;
  return x < y ? -1 : x > y;
}

static void rank(const int32_t *order, int32_t n, int32_t *ret)
{
  for (int32_t i = 0; i < n; i++)
    ret[order[i]] = i;
}

static void sort_pairs(const struct mdl_problem *problem, struct mdl_order *order, struct ranked *ranked,
                       const int32_t *person_rank, const int32_t *post_rank, struct mdl_fault *fault)
{
  for (int32_t i = 0; i < problem->n_pairs; i++)
    ranked[i] = (struct ranked){(uint64_t)person_rank[problem->pairs[i].person] << 32 |
                                    (uint64_t)post_rank[problem->pairs[i].post],
                                i};
  qsort(ranked, (size_t)problem->n_pairs, sizeof *ranked, by_key);
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    order->pairs[i] = ranked[i].index;
    if (i > 0 && ranked[i].key == ranked[i - 1].key)
      *fault = (struct mdl_fault){.code = MDL_TWICE,
                                  .kind = MDL_PAIRS,
                                  .other_kind = MDL_PAIRS,
                                  .index = ranked[i].index,
                                  .other = ranked[i - 1].index};
  }
}

static void slices(const struct mdl_problem *problem, struct mdl_order *order)
{
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    order->person_first[problem->pairs[i].person + 1]++;
    order->post_first[problem->pairs[i].post + 1]++;
  }
  for (int32_t p = 0; p < problem->n_posts; p++)
    order->post_first[p + 1] += order->post_first[p];
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    int32_t pair = order->pairs[i];
    order->post_pairs[order->post_first[problem->pairs[pair].post]++] = pair;
  }
  for (int32_t p = problem->n_posts; p > 0; p--) // filling has moved each begin to its end
    order->post_first[p] = order->post_first[p - 1];
  order->post_first[0] = 0;
}

// The pairs of a person lie together in `pairs`, but persons lie there by rank.
static void person_slices(const struct mdl_problem *problem, struct mdl_order *order)
{
  int32_t at = 0;
  for (int32_t i = 0; i < problem->n_people; i++) {
    int32_t person = order->people[i];
    order->person_first[person] = at;
    while (at < problem->n_pairs && problem->pairs[order->pairs[at]].person == person)
      at++;
  }
}

struct mdl_order mdl_order_of(const struct mdl_problem *problem, struct mdl_fault *fault)
{
  struct mdl_order order = {
      .people = sorted(problem->people, sizeof *problem->people, problem->n_people, MDL_PEOPLE, fault),
      .posts = sorted(problem->posts, sizeof *problem->posts, problem->n_posts, MDL_POSTS, fault),
      .quotas = sorted(problem->quotas, sizeof *problem->quotas, problem->n_quotas, MDL_QUOTAS, fault),
      .teams = sorted(problem->teams, sizeof *problem->teams, problem->n_teams, MDL_TEAMS, fault),
      .pairs = MDL_NEW(problem->n_pairs, int32_t),
      .person_first = MDL_NEW(problem->n_people + 1, int32_t),
      .post_pairs = MDL_NEW(problem->n_pairs, int32_t),
      .post_first = MDL_NEW(problem->n_posts + 1, int32_t),
  };
  struct ranked *ranked = MDL_NEW(problem->n_pairs, struct ranked);
  int32_t *person_rank = MDL_NEW(problem->n_people, int32_t), *post_rank = MDL_NEW(problem->n_posts, int32_t);
  if (!order.pairs || !order.person_first || !order.post_pairs || !order.post_first || !ranked ||
      !person_rank || !post_rank)
    *fault = (struct mdl_fault){.code = MDL_NO_MEMORY};
  if (fault->code == MDL_OK) {
    rank(order.people, problem->n_people, person_rank);
    rank(order.posts, problem->n_posts, post_rank);
    sort_pairs(problem, &order, ranked, person_rank, post_rank, fault);
    slices(problem, &order);
    person_slices(problem, &order);
  }
  free(ranked);
  free(person_rank);
  free(post_rank);
  return order;
}

void mdl_order_done(struct mdl_order *order)
{
  free(order->people);
  free(order->posts);
  free(order->quotas);
  free(order->teams);
  free(order->pairs);
  free(order->person_first);
  free(order->post_pairs);
  free(order->post_first);
}
