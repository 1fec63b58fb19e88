#include "services/dispatch/solver/tree.h"

bool df_tree_room(struct df_tree *tree, struct df_mem *mem, int32_t n, bool wide)
{
  size_t count = (size_t)n + 1;
  if (tree->wide != wide) {
    tree->narrow = df_mem_put(mem, tree->narrow);
    tree->node = df_mem_put(mem, tree->node);
  }
  tree->wide = wide;
  bool ok = wide ? df_mem_resize(mem, &tree->node, count, sizeof *tree->node)
                 : df_mem_resize(mem, &tree->narrow, count, sizeof *tree->narrow);
  ok = ok && df_mem_resize(mem, &tree->link, count, sizeof *tree->link);
  ok = ok && df_mem_resize(mem, &tree->pi, count, sizeof *tree->pi);
  ok = ok && df_mem_resize(mem, &tree->path, count, sizeof *tree->path);
  if (ok) tree->n = n;
  return ok;
}

static int32_t size_of(const struct df_tree *tree, int32_t node)
{
  return tree->wide ? tree->node[node].size : tree->narrow[node].size;
}

bool df_tree_convert(struct df_tree *tree, struct df_mem *mem, bool wide)
{
  if (tree->wide == wide) return true;
  struct df_tree fresh = {0};
  size_t count = (size_t)tree->n + 1;
  fresh.narrow = wide ? NULL : df_mem_get(mem, count, sizeof *fresh.narrow);
  fresh.node = wide ? df_mem_get(mem, count, sizeof *fresh.node) : NULL;
  if (!fresh.narrow && !fresh.node) return false;
  for (size_t v = 0; v < count; v++) {
    int32_t parent = df_tree_parent(tree, (int32_t)v), size = size_of(tree, (int32_t)v);
    if (wide)
      fresh.node[v] = (struct df_node64){.parent = parent, .size = size};
    else
      fresh.narrow[v] = (struct df_node32){.parent = parent, .size = size};
  }
  df_mem_put(mem, tree->narrow);
  df_mem_put(mem, tree->node);
  tree->narrow = fresh.narrow;
  tree->node = fresh.node;
  tree->wide = wide;
  return true;
}

void df_tree_free(struct df_tree *tree, struct df_mem *mem)
{
  tree->narrow = df_mem_put(mem, tree->narrow);
  tree->node = df_mem_put(mem, tree->node);
  tree->link = df_mem_put(mem, tree->link);
  tree->pi = df_mem_put(mem, tree->pi);
  tree->path = df_mem_put(mem, tree->path);
}

void df_tree_set(struct df_tree *tree, int32_t node, int32_t parent, int64_t up, int64_t down)
{
  if (tree->wide)
    tree->node[node] = (struct df_node64){.parent = parent, .size = 1, .up = up, .down = down};
  else
    tree->narrow[node] =
        (struct df_node32){.parent = parent, .size = 1, .up = (int32_t)up, .down = (int32_t)down};
}

void df_tree_residual(struct df_tree *tree, int32_t node, int64_t up, int64_t down)
{
  if (tree->wide) {
    tree->node[node].up = up;
    tree->node[node].down = down;
  } else {
    tree->narrow[node].up = (int32_t)up;
    tree->narrow[node].down = (int32_t)down;
  }
}

static void add_size(struct df_tree *tree, int32_t node, int32_t amount)
{
  if (tree->wide)
    tree->node[node].size += amount;
  else
    tree->narrow[node].size += amount;
}

// Children lists: `last` holds the first child, `back` the next sibling, until the walk replaces them.
static void list_children(struct df_tree *tree)
{
  struct df_link *link = tree->link;
  for (int32_t v = 0; v <= tree->n; v++)
    link[v].last = -1;
  for (int32_t v = tree->n - 1; v >= 0; v--) {
    int32_t parent = df_tree_parent(tree, v);
    link[v].back = link[parent].last;
    link[parent].last = v;
  }
  link[tree->n].back = -1;
}

bool df_tree_thread(struct df_tree *tree)
{
  struct df_link *link = tree->link;
  int32_t root = tree->n, before = root, v = root, seen = 1;
  list_children(tree);
  for (;;) {
    int32_t next = link[v].last;
    link[v].last = v;
    while (next < 0 && v != root) { // leave v upwards: its subtree ends at `before`
      next = link[v].back;
      link[v].last = before;
      v = next < 0 ? df_tree_parent(tree, v) : v;
    }
    if (next < 0) break;
    link[before].thread = next;
    before = v = next;
    seen++;
  }
  if (seen != tree->n + 1) return false;
  link[root].last = before;
  link[before].thread = root;
  for (int32_t u = root, k = 0; k <= tree->n; k++, u = link[u].thread)
    link[link[u].thread].back = u;
  for (int32_t k = 0; k <= tree->n; k++)
    add_size(tree, k, 1 - size_of(tree, k));
  for (int32_t u = link[root].back; u != root; u = link[u].back)
    add_size(tree, df_tree_parent(tree, u), size_of(tree, u));
  return true;
}

void df_tree_potentials(struct df_tree *tree, const struct df_work *work)
{
  int32_t root = tree->n;
  int64_t *pi = tree->pi;
  pi[root] = 0;
  for (int32_t v = tree->link[root].thread; v != root; v = tree->link[v].thread) {
    int32_t pred = tree->link[v].pred;
    int64_t above = pi[df_tree_parent(tree, v)];
    if (pred >= 0)
      pi[v] = work->tail[pred] == v ? above - work->cost[pred] : above + work->cost[pred];
    else
      pi[v] = pred == DF_ARTIFICIAL_UP ? above - tree->big : above + tree->big;
  }
}

void df_tree_normalise(struct df_tree *tree)
{
  int64_t shift = tree->pi[tree->n];
  for (int32_t v = 0; v <= tree->n; v++)
    tree->pi[v] -= shift;
}
