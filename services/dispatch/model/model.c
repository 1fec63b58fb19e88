#include "services/dispatch/model/mdl.h"
#include <stdlib.h>
#include <string.h>

static bool build(struct mdl *model, struct mdl_fault *fault)
{
  const struct mdl_problem *problem = model->problem;
  if (!mdl_check(problem, fault)) return false;
  model->order = mdl_order_of(problem, fault);
  if (fault->code != MDL_OK) return false;
  model->pair_arc = MDL_NEW(problem->n_pairs, int32_t);
  model->person_arc = MDL_NEW(problem->n_people, int32_t);
  model->person_set = MDL_NEW(problem->n_people, int32_t);
  model->post_set = MDL_NEW(problem->n_posts, int32_t);
  model->quota_set = MDL_NEW(problem->n_quotas, int32_t);
  model->quota_side = MDL_NEW(problem->n_quotas, uint8_t);
  model->taken = MDL_NEW(problem->n_pairs, uint8_t);
  model->given = MDL_NEW(problem->n_people, int32_t);
  model->df = df_new(NULL);
  *fault = (struct mdl_fault){.code = MDL_NO_MEMORY};
  if (!model->pair_arc || !model->person_arc || !model->person_set || !model->post_set || !model->quota_set ||
      !model->quota_side || !model->taken || !model->given || !model->df)
    return false;
  fault->code = MDL_OK;
  if (!mdl_family_build(model, fault) || !mdl_check_held(model, fault) || !mdl_check_teams(model, fault))
    return false;
  if (!mdl_net_build(model)) fault->code = MDL_NO_MEMORY;
  return fault->code == MDL_OK;
}

struct mdl *mdl_new(const struct mdl_problem *problem, struct mdl_fault *ret_fault)
{
  struct mdl *model = calloc(1, sizeof *model);
  *ret_fault = (struct mdl_fault){.code = MDL_NO_MEMORY};
  if (!model) return NULL;
  ret_fault->code = MDL_OK;
  model->problem = problem;
  return build(model, ret_fault) ? model : mdl_free(model);
}

struct mdl *mdl_free(struct mdl *model)
{
  if (!model) return NULL;
  mdl_order_done(&model->order);
  for (int side = MDL_SENDING; side <= MDL_HOSTING; side++) {
    free(model->family[side].sets);
    free(model->family[side].innermost);
  }
  mdl_net_done(&model->net);
  free(model->pair_arc);
  free(model->person_arc);
  free(model->person_set);
  free(model->post_set);
  free(model->quota_set);
  free(model->quota_side);
  free(model->taken);
  free(model->given);
  df_free(model->df);
  free(model);
  return NULL;
}

// ---- answers

void mdl_read(struct mdl *model)
{
  const struct mdl_problem *problem = model->problem;
  for (int32_t p = 0; p < problem->n_people; p++)
    model->given[p] = -1;
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    model->taken[i] = df_flow(model->df, model->pair_arc[i]) > 0;
    if (model->taken[i]) model->given[problem->pairs[i].person] = i;
  }
}

// Stopped before the kernel knew any flow: what is held is known to be possible, so that stands.
void mdl_read_held(struct mdl *model)
{
  const struct mdl_problem *problem = model->problem;
  for (int32_t p = 0; p < problem->n_people; p++)
    model->given[p] = -1;
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    model->taken[i] = problem->pairs[i].hold != MDL_FREE;
    if (model->taken[i]) model->given[problem->pairs[i].person] = i;
  }
}

enum df_code mdl_run(struct mdl *model, const struct mdl_options *options, struct mdl_result *ret)
{
  struct df_options df_options = {.cancel = options ? options->cancel : NULL};
  struct df_stats stats = {0};
  if (options && options->pivot_limit) {
    if (ret->pivots >= options->pivot_limit) return DF_CANCELLED;
    df_options.pivot_limit = options->pivot_limit - ret->pivots;
  }
  enum df_code code = df_solve(model->df, &df_options, &stats);
  ret->pivots += stats.pivots;
  ret->nodes++;
  if (code == DF_FEASIBLE_GAP) {
    ret->gap_term = model->net.term[stats.level];
    ret->gap = stats.gap;
  }
  return code;
}

static void finish(struct mdl *model, struct mdl_result *ret)
{
  mdl_evaluate(model->problem, model->taken, ret->value);
  for (int32_t i = 0; i < model->problem->n_pairs; i++)
    ret->filled += model->taken[i];
  model->optimal = ret->optimal;
}

enum mdl_code mdl_solve(struct mdl *model, const struct mdl_options *options, struct mdl_result *ret,
                        struct mdl_fault *ret_fault)
{
  struct df_problem problem = mdl_net_problem(&model->net);
  struct mdl_result result = {.gap_term = model->net.term[0], .gap = INT64_MAX};
  model->optimal = false;
  *ret_fault = (struct mdl_fault){.code = MDL_OK};
  enum df_code code = df_load(model->df, &problem);
  if (code != DF_OK) {
    ret_fault->code = code == DF_NO_MEMORY ? MDL_NO_MEMORY : MDL_SIZE;
    return ret_fault->code;
  }
  if (model->problem->n_teams > 0) {
    enum mdl_code searched = mdl_search_teams(model, options, &result, ret_fault);
    if (searched != MDL_OK) return searched;
  } else {
    code = mdl_run(model, options, &result);
    if (code == DF_NO_MEMORY) ret_fault->code = MDL_NO_MEMORY;
    if (code == DF_NO_MEMORY) return MDL_NO_MEMORY;
    result.optimal = code == DF_OPTIMAL;
    if (code == DF_OPTIMAL || code == DF_FEASIBLE_GAP)
      mdl_read(model);
    else
      mdl_read_held(model);
  }
  if (result.optimal) result.gap = 0;
  finish(model, &result);
  *ret = result;
  return MDL_OK;
}

bool mdl_taken(const struct mdl *model, int32_t pair)
{
  return model->taken[pair];
}

int32_t mdl_given(const struct mdl *model, int32_t person)
{
  return model->given[person];
}

int32_t mdl_filled(const struct mdl *model, int32_t post)
{
  int32_t n = 0;
  for (int32_t i = model->order.post_first[post]; i < model->order.post_first[post + 1]; i++)
    n += model->taken[model->order.post_pairs[i]];
  return n;
}

static int32_t used(const struct mdl_quota *quota, const uint8_t *taken)
{
  int32_t n = 0;
  for (size_t i = 0; i < quota->n_pairs; i++)
    n += taken[quota->pairs[i]];
  return n;
}

int32_t mdl_used(const struct mdl *model, int32_t quota)
{
  return used(&model->problem->quotas[quota], model->taken);
}

static void evaluate_quotas(const struct mdl_problem *problem, const uint8_t *taken, int64_t *value)
{
  for (int32_t q = 0; q < problem->n_quotas; q++) {
    const struct mdl_quota *quota = &problem->quotas[q];
    int64_t n = used(quota, taken);
    if (n < quota->floor) value[MDL_GUARANTEE] += quota->floor - n;
    if (quota->spread) value[MDL_BURDEN] += n * (n - 1) / 2;
  }
}

void mdl_evaluate(const struct mdl_problem *problem, const uint8_t *taken, int64_t value[MDL_TERMS])
{
  memset(value, 0, MDL_TERMS * sizeof *value);
  for (int32_t p = 0; p < problem->n_posts; p++)
    value[MDL_UNFILLED] += (int64_t)problem->posts[p].need * problem->posts[p].weight;
  for (int32_t i = 0; i < problem->n_pairs; i++) {
    const struct mdl_pair *pair = &problem->pairs[i];
    if (!taken[i]) {
      value[MDL_CHANGES] += pair->keep;
      continue;
    }
    value[MDL_UNFILLED] -= problem->posts[pair->post].weight;
    for (int term = MDL_PAIR; term <= MDL_WISH; term++)
      value[term] += MDL_COST(pair, term);
    value[MDL_TIE] += mdl_tie(problem, pair);
  }
  evaluate_quotas(problem, taken, value);
}
