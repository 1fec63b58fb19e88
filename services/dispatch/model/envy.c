// Who would rather be elsewhere, with a claim to it. Caps and teams can make such pairs unavoidable; so each
// is told with what giving in would cost.
#include "services/dispatch/model/explain.h"
#include "services/dispatch/model/mdl.h"
#include <stdlib.h>
#include <string.h>

// Less is better: what the programme ranks people by, in its order, the wish itself aside.
static int compare_merit(const struct mdl *model, int32_t a, int32_t b)
{
  const struct mdl_pair *x = &model->problem->pairs[a], *y = &model->problem->pairs[b];
  for (int level = 0; level < model->net.levels; level++) {
    enum mdl_term term = model->net.term[level];
    if (term < MDL_PAIR || term >= MDL_WISH) continue;
    if (MDL_COST(x, term) != MDL_COST(y, term)) return MDL_COST(x, term) < MDL_COST(y, term) ? -1 : 1;
  }
  return 0;
}

// The pair taken at the post that has the weakest claim; held ones have the strongest. -1 = none.
static int32_t weakest(const struct mdl *model, int32_t post)
{
  int32_t found = -1;
  for (int32_t i = model->order.post_first[post]; i < model->order.post_first[post + 1]; i++) {
    int32_t pair = model->order.post_pairs[i];
    if (!model->taken[pair] || model->problem->pairs[pair].hold != MDL_FREE) continue;
    if (found < 0 || compare_merit(model, pair, found) > 0) found = pair;
  }
  return found;
}

static bool rather(const struct mdl *model, int32_t pair)
{
  const struct mdl_pair *wanted = &model->problem->pairs[pair];
  int32_t own = model->given[wanted->person];
  if (own == pair) return false;
  if (own < 0) return true;
  const struct mdl_pair *has = &model->problem->pairs[own];
  return has->hold == MDL_FREE && MDL_COST(wanted, MDL_WISH) < MDL_COST(has, MDL_WISH);
}

static struct mdl_envy weigh(const struct mdl *model, int32_t pair, int32_t holder)
{
  struct mdl_envy envy = {.pair = pair, .holder = holder, .because = MDL_TERMS};
  int64_t levels[DF_MAX_LEVELS];
  if (df_chain(model->df, model->pair_arc[pair], NULL, 0, levels) < 0) return envy;
  for (int level = 0; level < model->net.levels; level++)
    envy.value[model->net.term[level]] = levels[level];
  envy.because = mdl_first(model, envy.value);
  return envy;
}

int32_t mdl_envies(const struct mdl *model, int32_t room, struct mdl_envy *out)
{
  const struct mdl_problem *problem = model->problem;
  int32_t n = 0;
  if (!model->optimal || mdl_level(model, MDL_WISH) < 0) return 0; // nobody's wishes count
  for (int32_t i = 0; i < problem->n_posts; i++) {
    int32_t post = model->order.posts[i], holder = weakest(model, post);
    bool empty = mdl_filled(model, post) < problem->posts[post].need;
    for (int32_t k = model->order.post_first[post]; k < model->order.post_first[post + 1]; k++) {
      int32_t pair = model->order.post_pairs[k];
      if (model->taken[pair] || !rather(model, pair)) continue;
      bool claim = empty || (holder >= 0 && compare_merit(model, pair, holder) < 0);
      if (!claim) continue;
      if (n < room) out[n] = weigh(model, pair, empty ? -1 : holder);
      n++;
    }
  }
  return n;
}
