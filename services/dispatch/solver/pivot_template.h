// One pivot of the network simplex, compiled once for 32-bit and once for 64-bit flows (NODE, FLOW, NODES,
// PIVOT, REHANG). Nothing here allocates or loops without the length of a tree path or of the moved subtree
// as bound.

struct cycle {
  int32_t first,
      second; // flow is pushed first -> second over the entering arc, then up to the join, then down
  int32_t join;
  int32_t out;    // node whose arc to its parent leaves; -1: the entering arc itself blocks
  bool out_first; // `out` lies on the side of first
  int32_t out_at; // its place on that side's path
  FLOW delta;
  // Nodes from first and from second up to the join, it left out. Kept, as going over a list is far cheaper
  // than following parents once more. The second one lies backwards from the end of tree->path.
  int32_t *path1, *path2, length1, length2;
};

static inline struct cycle find_cycle(const NODE *node, const struct df_tree *tree, int32_t first,
                                      int32_t second, FLOW cap)
{
  int32_t u = first, v = second, out1 = -1, out2 = -1, length1 = 0, length2 = 0;
  int32_t *path1 = tree->path, *path2 = tree->path + tree->n;
  FLOW delta1 = cap, delta2 = cap;
  while (u != v) {
    if (node[u].size < node[v].size) {
      if (node[u].down < delta1) { // strict: nearest to first
        delta1 = node[u].down;
        out1 = length1;
      }
      path1[length1++] = u;
      u = node[u].parent;
    } else {
      if (node[v].up <= delta2) { // not strict: nearest to the join
        delta2 = node[v].up;
        out2 = length2;
      }
      path2[-length2++] = v;
      v = node[v].parent;
    }
  }
  bool second_blocks = out2 >= 0 && delta2 <= delta1;
  struct cycle cycle = {.first = first,
                        .second = second,
                        .join = u,
                        .out = second_blocks ? path2[-out2]
                               : out1 >= 0   ? path1[out1]
                                             : -1,
                        .out_first = !second_blocks,
                        .out_at = second_blocks ? out2 : out1,
                        .delta = second_blocks ? delta2 : delta1,
                        .path1 = path1,
                        .path2 = path2,
                        .length1 = length1,
                        .length2 = length2};
  return cycle;
}

static inline void augment(NODE *node, const struct cycle *cycle)
{
  FLOW delta = cycle->delta;
  if (delta == 0) return;
  for (int32_t i = 0; i < cycle->length1; i++) {
    NODE *u = &node[cycle->path1[i]];
    u->down -= delta;
    u->up += delta;
  }
  for (int32_t i = 0; i < cycle->length2; i++) {
    NODE *v = &node[cycle->path2[-i]];
    v->up -= delta;
    v->down += delta;
  }
}

static inline void join_thread(struct df_link *link, int32_t before, int32_t after)
{
  link[before].thread = after;
  link[after].back = before;
}

// Takes the subtree of `out` off the preorder; its own part of the list stays as it was.
static inline void detach(NODE *node, struct df_link *link, int32_t out)
{
  int32_t before = link[out].back, last = link[out].last;
  join_thread(link, before, link[last].thread);
  for (int32_t u = node[out].parent; u >= 0 && link[u].last == last; u = node[u].parent)
    link[u].last = before;
}

struct hang {
  int32_t parent, pred;
  FLOW up, down;
};

// Turns the path from `in` up to `out` round, so that `in` becomes the root of the detached subtree, hung as
// `hang` says. Each node of the path takes over the arc of the node before it. Returns the last node of the
// new preorder.
static inline int32_t turn_path(NODE *node, struct df_link *link, int32_t in, int32_t out, struct hang hang)
{
  int32_t moved = node[out].size, below = 0; // below: old size of the path's node before
  int32_t u = in, last = link[in].last, outside = link[last].thread;
  int32_t last_old = last, back = link[in].back;
  for (;;) {
    NODE old = node[u];
    int32_t old_pred = link[u].pred;
    node[u].parent = hang.parent;
    node[u].up = hang.up;
    node[u].down = hang.down;
    node[u].size = moved - below;
    link[u].pred = hang.pred;
    if (u == out) break;
    hang = (struct hang){.parent = u, .pred = old_pred, .up = old.down, .down = old.up};
    below = old.size;
    int32_t next = old.parent, next_last = link[next].last, next_back = link[next].back;
    // the part of next's subtree around u's: [next .. back] and [outside .. next_last]
    int32_t end = back;
    if (next_last != last_old) {
      int32_t after = link[next_last].thread;
      join_thread(link, back, outside);
      outside = after;
      end = next_last;
    }
    join_thread(link, last, next);
    last = end;
    last_old = next_last;
    back = next_back;
    u = next;
  }
  for (u = out; u != in; u = node[u].parent)
    link[u].last = last;
  link[in].last = last;
  return last;
}

static inline void attach(NODE *node, struct df_link *link, int32_t in, int32_t parent, int32_t last)
{
  int32_t next = link[parent].thread;
  join_thread(link, parent, in);
  join_thread(link, last, next);
  for (int32_t u = parent; u >= 0 && link[u].last == parent; u = node[u].parent)
    link[u].last = last;
}

// Adds shift to the moved subtree, or takes it from the rest where that is smaller.
static inline void shift_potentials(struct df_tree *tree, int32_t in, int32_t last, int32_t moved,
                                    int64_t shift)
{
  int64_t *pi = tree->pi;
  const struct df_link *link = tree->link;
  int32_t from = in, stop = link[last].thread;
  bool rest = moved > tree->n / 2;
  tree->touched += (uint64_t)(rest ? tree->n - moved : moved);
  if (rest) {
    from = stop;
    stop = in;
    shift = -shift;
  }
  for (int32_t u = from; u != stop; u = link[u].thread)
    pi[u] += shift;
  if (rest && (pi[tree->n] > INT64_C(1) << 60 || pi[tree->n] < -(INT64_C(1) << 60))) df_tree_normalise(tree);
}

static inline void change_basis(struct df_tree *tree, struct df_work *work, const struct cycle *cycle,
                                int32_t entry, struct hang hang)
{
  NODE *node = tree->NODES;
  struct df_link *link = tree->link;
  int32_t out = cycle->out, in = cycle->out_first ? cycle->first : cycle->second;
  int32_t moved = node[out].size, pred = link[out].pred;
  bool blocked_up = !cycle->out_first;
  if (pred >= 0 && (work->tail[pred] == out) == blocked_up) df_work_turn(work, pred);
  detach(node, link, out);
  hang.pred = entry;
  int32_t last = turn_path(node, link, in, out, hang);
  attach(node, link, in, hang.parent, last);
  // the moved nodes now hang below the whole of the other path and no longer below the rest of this one
  int32_t after = cycle->out_at + 1;
  if (cycle->out_first) {
    for (int32_t i = 0; i < cycle->length2; i++)
      node[cycle->path2[-i]].size += moved;
    for (int32_t i = after; i < cycle->length1; i++)
      node[cycle->path1[i]].size -= moved;
  } else {
    for (int32_t i = 0; i < cycle->length1; i++)
      node[cycle->path1[i]].size += moved;
    for (int32_t i = after; i < cycle->length2; i++)
      node[cycle->path2[-i]].size -= moved;
  }
}

void REHANG(struct df_tree *tree, const struct df_rehang *rehang)
{
  NODE *node = tree->NODES;
  int32_t old = node[rehang->out].parent, moved = node[rehang->out].size;
  struct hang hang = {
      .parent = rehang->parent, .pred = rehang->pred, .up = (FLOW)rehang->up, .down = (FLOW)rehang->down};
  detach(node, tree->link, rehang->out);
  int32_t last = turn_path(node, tree->link, rehang->in, rehang->out, hang);
  attach(node, tree->link, rehang->in, rehang->parent, last);
  for (int32_t u = rehang->parent; u >= 0; u = node[u].parent)
    node[u].size += moved;
  for (int32_t u = old; u >= 0; u = node[u].parent)
    node[u].size -= moved;
}

bool PIVOT(struct df_tree *tree, struct df_work *work, int32_t entry, int64_t rc, int64_t cap)
{
  NODE *node = tree->NODES;
  struct cycle cycle = find_cycle(node, tree, work->tail[entry], work->head[entry], (FLOW)cap);
  tree->touched += 2 * (uint64_t)(cycle.length1 + cycle.length2);
  if (tree->wide && cycle.delta > (FLOW)(df_tree_infinite(tree) / 2)) return false;
  augment(node, &cycle);
  if (cycle.out < 0) {
    df_work_turn(work, entry);
    return true;
  }
  FLOW left = (FLOW)cap - cycle.delta;
  struct hang hang = {.parent = cycle.second, .up = left, .down = cycle.delta};
  if (!cycle.out_first) hang = (struct hang){.parent = cycle.first, .up = cycle.delta, .down = left};
  int32_t in = cycle.out_first ? cycle.first : cycle.second, moved = node[cycle.out].size;
  change_basis(tree, work, &cycle, entry, hang);
  shift_potentials(tree, in, tree->link[in].last, moved, cycle.out_first ? -rc : rc);
  return true;
}
