// Numbering the nodes anew in preorder of the current tree: paths and subtrees become neighbours in memory.
// On big networks this is worth more than any pricing rule, as most of a pivot is waiting for memory.
#include "services/dispatch/solver/df.h"
#include <string.h>

// Moves count items of `size` bytes to their new places; spare has room for all of them.
static void permute(void *items, size_t size, const int32_t *to, int32_t count, char *spare)
{
  const char *from = items;
  for (int32_t i = 0; i < count; i++)
    memcpy(spare + (size_t)to[i] * size, from + (size_t)i * size, size);
  memcpy(items, spare, (size_t)count * size);
}

static void rename_nodes(struct df_tree *tree, const int32_t *to)
{
  for (int32_t v = 0; v <= tree->n; v++) {
    struct df_link *link = &tree->link[v];
    link->thread = to[link->thread];
    link->back = to[link->back];
    link->last = to[link->last];
    int32_t *parent = tree->wide ? &tree->node[v].parent : &tree->narrow[v].parent;
    if (*parent >= 0) *parent = to[*parent];
  }
}

bool df_renumber(struct df *df)
{
  struct df_tree *tree = &df->tree;
  struct df_mem *mem = &df->mem;
  struct df_work *work = &df->work;
  int32_t root = tree->n, count = root + 1, number = 0;
  int32_t *to = df_mem_get(mem, (size_t)count, sizeof *to);
  char *spare = df_mem_get(mem, (size_t)count, sizeof(struct df_node64));
  bool ok = to && spare;
  if (ok) {
    for (int32_t v = tree->link[root].thread; v != root; v = tree->link[v].thread)
      to[v] = number++;
    to[root] = root;
    rename_nodes(tree, to);
    if (tree->wide)
      permute(tree->node, sizeof *tree->node, to, count, spare);
    else
      permute(tree->narrow, sizeof *tree->narrow, to, count, spare);
    permute(tree->link, sizeof *tree->link, to, count, spare);
    permute(tree->pi, sizeof *tree->pi, to, count, spare);
    for (int32_t v = 0; v < root; v++)
      df->place[v] = to[df->place[v]];
    for (int32_t entry = 0; entry < work->count; entry++) {
      work->tail[entry] = to[work->tail[entry]];
      work->head[entry] = to[work->head[entry]];
    }
  }
  df_mem_put(mem, to);
  df_mem_put(mem, spare);
  return ok;
}
