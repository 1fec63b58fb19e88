// Who shares what a post lacks. One more unit through the post has to come from the source and go on to the
// sink without anybody else losing a place; where one of the two ways is shut, the sets it can be reached
// from (that can be reached from it) are the competition, and the full quotas on their border are what shuts
// it.
#include "services/dispatch/model/explain.h"
#include "services/dispatch/model/mdl.h"
#include <stdlib.h>
#include <string.h>

struct walk { // arcs by node, and where the walk has been
  const struct mdl *model;
  int32_t *first, *arcs, *queue, *via; // via: the arc a node was reached by
  int64_t *flow;
  uint8_t *seen[2]; // towards the post, from the post
  bool through[2];  // reached the source, the sink
};

static bool walk_open(struct walk *walk, const struct mdl *model)
{
  const struct mdl_net *net = &model->net;
  *walk = (struct walk){.model = model,
                        .first = MDL_NEW(net->n + 2, int32_t),
                        .arcs = MDL_NEW(2 * (int64_t)net->m, int32_t),
                        .queue = MDL_NEW(net->n, int32_t),
                        .via = MDL_NEW(net->n, int32_t),
                        .flow = MDL_NEW(net->m, int64_t),
                        .seen = {MDL_NEW(net->n, uint8_t), MDL_NEW(net->n, uint8_t)}};
  if (!walk->first || !walk->arcs || !walk->queue || !walk->via || !walk->flow || !walk->seen[0] ||
      !walk->seen[1])
    return false;
  for (int32_t arc = 0; arc < net->m; arc++) {
    walk->first[net->tail[arc] + 2]++;
    walk->first[net->head[arc] + 2]++;
    walk->flow[arc] = df_flow(model->df, arc);
  }
  for (int32_t v = 0; v < net->n; v++)
    walk->first[v + 2] += walk->first[v + 1];
  for (int32_t arc = 0; arc < net->m; arc++) {
    walk->arcs[walk->first[net->tail[arc] + 1]++] = arc;
    walk->arcs[walk->first[net->head[arc] + 1]++] = arc;
  }
  return true;
}

static void walk_close(struct walk *walk)
{
  free(walk->first);
  free(walk->arcs);
  free(walk->queue);
  free(walk->via);
  free(walk->flow);
  free(walk->seen[0]);
  free(walk->seen[1]);
}

// Whether a unit can go over the arc towards its head (away from it: be taken back).
static bool passes(const struct walk *walk, int32_t arc, bool forward)
{
  const struct mdl_net *net = &walk->model->net;
  return forward ? walk->flow[arc] < net->upper[arc] : walk->flow[arc] > net->lower[arc];
}

// onward: from the post; else towards it.
static void spread(struct walk *walk, int32_t start, bool onward)
{
  const struct mdl_net *net = &walk->model->net;
  uint8_t *seen = walk->seen[onward];
  int32_t n = 0;
  seen[start] = 1;
  walk->queue[n++] = start;
  for (int32_t at = 0; at < n; at++) {
    int32_t node = walk->queue[at];
    for (int32_t i = walk->first[node]; i < walk->first[node + 1]; i++) {
      int32_t arc = walk->arcs[i];
      bool leaves = net->tail[arc] == node;
      int32_t other = leaves ? net->head[arc] : net->tail[arc];
      if (!passes(walk, arc, leaves == onward)) continue;
      // Towards the post it is people who are short: that a quota above would let another post gain what this
      // one gives up does not make that post a rival for them.
      if (!onward && leaves && net->kind[arc] == MDL_POSTS) continue;
      if (other == MDL_SOURCE || other == MDL_SINK) { // places are not taken from others
        if (walk->through[onward] || other != (onward ? MDL_SINK : MDL_SOURCE)) continue;
        walk->through[onward] = true;
        walk->via[other] = arc;
        continue;
      }
      if (seen[other]) continue;
      seen[other] = 1;
      walk->via[other] = arc;
      walk->queue[n++] = other;
    }
  }
}

// Brings one unit from the source to the post, so that the way onward cannot count on the same room again.
static void fetch(struct walk *walk, int32_t post)
{
  const struct mdl_net *net = &walk->model->net;
  for (int32_t node = MDL_SOURCE; node != post;) {
    int32_t arc = walk->via[node];
    bool forward = net->tail[arc] == node;
    walk->flow[arc] += forward ? 1 : -1;
    node = forward ? net->head[arc] : net->tail[arc];
  }
}

static bool is_full(const struct walk *walk, const struct mdl_set *set)
{
  const struct mdl *model = walk->model;
  bool full = set->kind == MDL_QUOTAS && model->problem->quotas[set->of].cap != MDL_NO_CAP;
  for (int32_t i = 0; full && i < set->n_arcs; i++)
    full = !passes(walk, set->first_arc + i, true);
  return full;
}

static void mark_quotas(const struct walk *walk, struct mdl_cut *cut)
{
  const struct mdl *model = walk->model;
  for (int side = MDL_SENDING; side <= MDL_HOSTING; side++)
    for (int32_t s = 0; s < model->family[side].n; s++) {
      const struct mdl_set *set = &model->family[side].sets[s];
      if (!is_full(walk, set)) continue;
      int32_t own = mdl_node((enum mdl_side)side, model, s),
              parent = mdl_node((enum mdl_side)side, model, set->parent);
      int32_t tail = side == MDL_SENDING ? parent : own, head = side == MDL_SENDING ? own : parent;
      bool shuts = (!walk->through[0] && walk->seen[0][head] && !walk->seen[0][tail]) ||
                   (!walk->through[1] && walk->seen[1][tail] && !walk->seen[1][head]);
      cut->quotas[set->of] = shuts;
      cut->n_quotas += shuts;
    }
}

static void mark_posts(const struct walk *walk, struct mdl_cut *cut)
{
  const struct mdl *model = walk->model;
  const uint8_t *seen = walk->seen[walk->through[0] ? 1 : 0];
  uint8_t *people = MDL_NEW(model->problem->n_people, uint8_t);
  for (int32_t p = 0; p < model->problem->n_posts; p++) {
    if (!seen[mdl_node(MDL_HOSTING, model, model->post_set[p])]) continue;
    cut->posts[p] = 1;
    cut->n_posts++;
    cut->places += model->problem->posts[p].need;
    cut->filled += mdl_filled(model, p);
    for (int32_t i = model->order.post_first[p]; people && i < model->order.post_first[p + 1]; i++) {
      int32_t person = model->problem->pairs[model->order.post_pairs[i]].person;
      cut->people += !people[person];
      people[person] = 1;
    }
  }
  free(people);
}

bool mdl_cut(const struct mdl *model, int32_t post, struct mdl_cut *ret)
{
  struct walk walk;
  struct mdl_cut cut = {.posts = MDL_NEW(model->problem->n_posts, uint8_t),
                        .quotas = MDL_NEW(model->problem->n_quotas, uint8_t)};
  bool good = walk_open(&walk, model) && cut.posts && cut.quotas;
  if (good) {
    int32_t node = mdl_node(MDL_HOSTING, model, model->post_set[post]);
    spread(&walk, node, false);
    if (walk.through[0]) fetch(&walk, node);
    spread(&walk, node, true);
    cut.open = walk.through[0] && walk.through[1];
    mark_quotas(&walk, &cut);
    mark_posts(&walk, &cut);
    *ret = cut;
  } else {
    free(cut.posts);
    free(cut.quotas);
  }
  walk_close(&walk);
  return good;
}
