// The two laminar families. Sets are put in from the largest to the smallest; a set fits if all its pairs lie
// in the same innermost set so far. If two of them do not, one of those two sets holds one pair and not the
// other: it crosses.
#include "services/dispatch/model/mdl.h"
#include <stdlib.h>
#include <string.h>

static int larger_first(const void *a, const void *b)
{
  const struct mdl_set *x = a, *y = b;
  if (x->n_pairs != y->n_pairs) return x->n_pairs > y->n_pairs ? -1 : 1;
  return x->parent < y->parent ? -1 : x->parent > y->parent; // rank, until the parent is known
}

static bool above(const struct mdl_family *family, int32_t set, int32_t below)
{
  while (below >= 0 && below != set)
    below = family->sets[below].parent;
  return set == below;
}

// -1 if it fits, or the set it crosses; *ret_both lies in both, *ret_one in the new set only.
static int32_t crossing(const struct mdl_family *family, const struct mdl_set *set, int32_t *ret_both,
                        int32_t *ret_one)
{
  for (int32_t i = 1; i < set->n_pairs; i++) {
    int32_t a = set->pairs[0], b = set->pairs[i];
    int32_t in_a = family->innermost[a], in_b = family->innermost[b];
    if (in_a == in_b) continue;
    bool holds_a = in_a >= 0 && !above(family, in_a, in_b);
    *ret_both = holds_a ? a : b;
    *ret_one = holds_a ? b : a;
    return holds_a ? in_a : in_b;
  }
  return -1;
}

static int32_t only_in(const struct mdl_set *set, const struct mdl_set *other)
{
  for (int32_t i = 0; i < set->n_pairs; i++) {
    bool shared = false;
    for (int32_t k = 0; k < other->n_pairs && !shared; k++)
      shared = other->pairs[k] == set->pairs[i];
    if (!shared) return set->pairs[i];
  }
  return -1;
}

static void put(struct mdl_family *family, const struct mdl_set *set)
{
  int32_t index = family->n++;
  family->sets[index] = *set;
  family->sets[index].parent = set->n_pairs ? family->innermost[set->pairs[0]] : -1;
  for (int32_t i = 0; i < set->n_pairs; i++)
    family->innermost[set->pairs[i]] = index;
}

// Whether the set takes all or none of the pairs of each person (post), or lies within one.
static bool keeps_whole(const struct mdl *model, const struct mdl_set *set, enum mdl_side side,
                        uint8_t *marks)
{
  const struct mdl_problem *problem = model->problem;
  int32_t first = -1;
  bool whole = true, several = false;
  for (int32_t i = 0; i < set->n_pairs; i++) {
    const struct mdl_pair *pair = &problem->pairs[set->pairs[i]];
    int32_t base = side == MDL_SENDING ? pair->person : pair->post;
    if (i == 0) first = base;
    if (base != first) several = true;
    marks[set->pairs[i]] = 1;
  }
  for (int32_t i = 1; i < problem->n_pairs && several && whole; i++) {
    // Pairs of a base lie side by side in this order: neighbours of one base are both in, or both out.
    int32_t a = side == MDL_SENDING ? model->order.pairs[i - 1] : model->order.post_pairs[i - 1];
    int32_t b = side == MDL_SENDING ? model->order.pairs[i] : model->order.post_pairs[i];
    bool same = side == MDL_SENDING ? problem->pairs[a].person == problem->pairs[b].person
                                    : problem->pairs[a].post == problem->pairs[b].post;
    whole = !same || marks[a] == marks[b];
  }
  for (int32_t i = 0; i < set->n_pairs; i++)
    marks[set->pairs[i]] = 0;
  return whole;
}

static bool put_quota(struct mdl *model, const struct mdl_set *set, uint8_t *marks, struct mdl_fault *fault)
{
  enum mdl_side side = model->problem->quotas[set->of].side;
  int32_t both = -1, one = -1, crossed = -1;
  if (side == MDL_EITHER) {
    bool hosting = keeps_whole(model, set, MDL_HOSTING, marks);
    if (hosting) hosting = crossing(&model->family[MDL_HOSTING], set, &both, &one) < 0;
    side = hosting || !keeps_whole(model, set, MDL_SENDING, marks) ? MDL_HOSTING : MDL_SENDING;
  }
  struct mdl_family *family = &model->family[side];
  if ((crossed = crossing(family, set, &both, &one)) >= 0) {
    const struct mdl_set *other = &family->sets[crossed];
    *fault = (struct mdl_fault){.code = MDL_CROSSING,
                                .kind = MDL_QUOTAS,
                                .index = set->of,
                                .other_kind = other->kind,
                                .other = other->of,
                                .witness = {both, one, only_in(other, set)}};
    return false;
  }
  model->quota_side[set->of] = (uint8_t)side;
  put(family, set);
  return true;
}

static int32_t gather(const struct mdl *model, struct mdl_set *sets)
{
  const struct mdl_problem *problem = model->problem;
  const struct mdl_order *order = &model->order;
  int32_t n = 0;
  for (int32_t i = 0; i < problem->n_quotas; i++) {
    const struct mdl_quota *quota = &problem->quotas[order->quotas[i]];
    sets[n] = (struct mdl_set){MDL_QUOTAS, order->quotas[i], quota->pairs, (int32_t)quota->n_pairs, n, 0, 0};
    n++;
  }
  for (int32_t i = 0; i < problem->n_people; i++) {
    int32_t person = order->people[i], from = order->person_first[person];
    int32_t to = i + 1 < problem->n_people ? order->person_first[order->people[i + 1]] : problem->n_pairs;
    sets[n] = (struct mdl_set){MDL_PEOPLE, person, order->pairs + from, to - from, n, 0, 0};
    n++;
  }
  for (int32_t i = 0; i < problem->n_posts; i++) {
    int32_t post = order->posts[i], from = order->post_first[post];
    sets[n] = (struct mdl_set){
        MDL_POSTS, post, order->post_pairs + from, order->post_first[post + 1] - from, n, 0, 0};
    n++;
  }
  return n;
}

static void index_sets(struct mdl *model)
{
  for (int side = MDL_SENDING; side <= MDL_HOSTING; side++)
    for (int32_t s = 0; s < model->family[side].n; s++) {
      const struct mdl_set *set = &model->family[side].sets[s];
      int32_t *of = set->kind == MDL_PEOPLE  ? model->person_set
                    : set->kind == MDL_POSTS ? model->post_set
                                             : model->quota_set;
      of[set->of] = s;
    }
}

bool mdl_family_build(struct mdl *model, struct mdl_fault *fault)
{
  const struct mdl_problem *problem = model->problem;
  int32_t most = problem->n_quotas + problem->n_people + problem->n_posts;
  struct mdl_set *sets = MDL_NEW(most, struct mdl_set);
  uint8_t *marks = MDL_NEW(problem->n_pairs, uint8_t);
  bool good = sets && marks;
  for (int side = MDL_SENDING; side <= MDL_HOSTING; side++) {
    struct mdl_family *family = &model->family[side];
    family->sets = MDL_NEW(most, struct mdl_set);
    family->innermost = MDL_NEW(problem->n_pairs, int32_t);
    good = good && family->sets && family->innermost;
    for (int32_t i = 0; good && i < problem->n_pairs; i++)
      family->innermost[i] = -1;
  }
  if (!good) {
    free(sets);
    free(marks);
    *fault = (struct mdl_fault){.code = MDL_NO_MEMORY};
    return false;
  }
  int32_t n = gather(model, sets);
  qsort(sets, (size_t)n, sizeof *sets, larger_first);
  for (int32_t i = 0; good && i < n; i++) {
    int32_t both = -1, one = -1, crossed = -1;
    if (sets[i].kind == MDL_QUOTAS) {
      good = put_quota(model, &sets[i], marks, fault);
      continue;
    }
    // A larger quota of this side may hold some pairs of a person (a post) and not the others.
    struct mdl_family *family = &model->family[sets[i].kind == MDL_PEOPLE ? MDL_SENDING : MDL_HOSTING];
    crossed = crossing(family, &sets[i], &both, &one);
    if (crossed < 0) {
      put(family, &sets[i]);
      continue;
    }
    const struct mdl_set *other = &family->sets[crossed]; // a quota: base sets lie apart
    *fault = (struct mdl_fault){.code = MDL_CROSSING,
                                .kind = MDL_QUOTAS,
                                .index = other->of,
                                .other_kind = sets[i].kind,
                                .other = sets[i].of,
                                .witness = {both, only_in(other, &sets[i]), one}};
    good = false;
  }
  free(sets);
  free(marks);
  if (good) index_sets(model);
  return good;
}
