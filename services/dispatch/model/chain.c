// Cheapest changes, read from the kernel's residual searches back into people and posts.
#include "services/dispatch/model/explain.h"
#include "services/dispatch/model/mdl.h"
#include <stdlib.h>
#include <string.h>

static void by_term(const struct mdl *model, const int64_t *levels, int64_t value[MDL_TERMS])
{
  memset(value, 0, MDL_TERMS * sizeof *value);
  for (int level = 0; level < model->net.levels; level++)
    value[model->net.term[level]] = levels[level];
}

enum mdl_term mdl_first(const struct mdl *model, const int64_t value[MDL_TERMS])
{
  for (int level = 0; level < model->net.levels; level++)
    if (value[model->net.term[level]] != 0) return model->net.term[level];
  return MDL_TERMS;
}

// A pair lost and a pair gained of the same person are one move.
static void add_move(struct mdl_chain *chain, int32_t person, int32_t pair, bool gained)
{
  int32_t listed = chain->n_moves < MDL_MOVES ? chain->n_moves : MDL_MOVES;
  for (int32_t i = 0; i < listed; i++) {
    struct mdl_move *move = &chain->moves[i];
    int32_t *open = gained ? &move->to : &move->from;
    if (move->person != person || *open >= 0) continue;
    *open = pair;
    return;
  }
  if (chain->n_moves++ < MDL_MOVES)
    chain->moves[chain->n_moves - 1] = (struct mdl_move){person, gained ? -1 : pair, gained ? pair : -1};
}

// From the end of the way, which is where the place gets filled.
static void tell(const struct mdl *model, const int32_t *steps, int32_t n, struct mdl_chain *chain)
{
  for (int32_t i = n - 1; i >= 0; i--) {
    int32_t arc = steps[i] >> 1, of = model->net.of[arc];
    bool back = steps[i] & 1;
    if (model->net.kind[arc] == MDL_PAIRS) add_move(chain, model->problem->pairs[of].person, of, !back);
    if (model->net.kind[arc] == MDL_POSTS && back && chain->n_emptied++ < MDL_MOVES)
      chain->emptied[chain->n_emptied - 1] = of;
  }
}

bool mdl_chain(const struct mdl *model, int32_t post, struct mdl_chain *ret)
{
  struct mdl_chain chain = {.n_moves = 0};
  int64_t levels[DF_MAX_LEVELS];
  if (!model->optimal) return false;
  int32_t arc = model->family[MDL_HOSTING].sets[model->post_set[post]].first_arc;
  int32_t *steps = MDL_NEW(model->net.n, int32_t);
  int32_t n = steps ? df_chain(model->df, arc, steps, model->net.n, levels) : -1;
  if (n >= 0) {
    tell(model, steps, n, &chain);
    by_term(model, levels, chain.value);
    *ret = chain;
  }
  free(steps);
  return n >= 0;
}

bool mdl_worth(const struct mdl *model, int32_t quota, int64_t value[MDL_TERMS])
{
  int64_t levels[DF_MAX_LEVELS];
  if (!model->optimal || mdl_used(model, quota) < model->problem->quotas[quota].cap) return false;
  const struct mdl_set *set = &model->family[model->quota_side[quota]].sets[model->quota_set[quota]];
  if (!df_marginal(model->df, set->first_arc + set->n_arcs - 1, levels)) return false;
  by_term(model, levels, value);
  return true;
}

// ---- alternatives

static int compare(const struct mdl *model, const int64_t *a, const int64_t *b)
{
  for (int level = 0; level < model->net.levels; level++) {
    enum mdl_term term = model->net.term[level];
    if (a[term] != b[term]) return a[term] < b[term] ? -1 : 1;
  }
  return 0;
}

static int32_t insert(const struct mdl *model, struct mdl_alternative *out, int32_t n, int32_t k,
                      const struct mdl_alternative *next)
{
  if (n == k && compare(model, next->value, out[k - 1].value) >= 0) return n;
  int32_t at = n < k ? n : k - 1;
  for (; at > 0 && compare(model, next->value, out[at - 1].value) < 0; at--)
    out[at] = out[at - 1];
  out[at] = *next;
  return n < k ? n + 1 : k;
}

struct choice { // the alternatives found so far
  const struct mdl *model;
  enum mdl_side side;
  int32_t k, n;
  struct mdl_alternative *out;
};

// Adds the pairs among the unused arcs of a node; `extra`: arcs there that are none.
static void add_of_node(struct choice *choice, int32_t node, int32_t extra)
{
  const struct mdl *model = choice->model;
  int32_t asked = choice->k + extra;
  struct df_alternative *found = MDL_NEW(asked, struct df_alternative);
  enum df_side side = choice->side == MDL_SENDING ? DF_OUT_OF : DF_INTO;
  int32_t all = found ? df_alternatives(model->df, node, side, asked, found) : 0;
  for (int32_t i = 0; i < all; i++) {
    struct mdl_alternative next = {.pair = model->net.of[found[i].arc]};
    if (model->net.kind[found[i].arc] != MDL_PAIRS) continue;
    by_term(model, found[i].values, next.value);
    choice->n = insert(model, choice->out, choice->n, choice->k, &next);
  }
  free(found);
}

static bool lies_in(const struct mdl_family *family, int32_t set, int32_t above)
{
  while (set > above) // children come behind their parents
    set = family->sets[set].parent;
  return set == above;
}

// Pairs may enter at quotas below the set itself, e.g. a county's share of a camp.
static int32_t add_of_set(struct choice *choice, int32_t set)
{
  const struct mdl_family *family = &choice->model->family[choice->side];
  int32_t extra = 0;
  for (int32_t s = set + 1; s < family->n; s++)
    if (lies_in(family, s, set)) extra += family->sets[s].n_arcs;
  for (int32_t s = set; s < family->n && (s == set || extra > 0); s++)
    if (lies_in(family, s, set)) add_of_node(choice, mdl_node(choice->side, choice->model, s), extra);
  return choice->n;
}

int32_t mdl_post_alternatives(const struct mdl *model, int32_t post, int32_t k, struct mdl_alternative *out)
{
  struct choice choice = {model, MDL_HOSTING, k, 0, out};
  return model->optimal && k > 0 ? add_of_set(&choice, model->post_set[post]) : 0;
}

int32_t mdl_person_alternatives(const struct mdl *model, int32_t person, int32_t k,
                                struct mdl_alternative *out)
{
  struct choice choice = {model, MDL_SENDING, k, 0, out};
  return model->optimal && k > 0 ? add_of_set(&choice, model->person_set[person]) : 0;
}
