// Numbering the nodes anew in preorder of the current tree: paths and subtrees become neighbours in memory.
// On big networks this is worth more than any pricing rule, as most of a pivot is waiting for memory.
#include "services/dispatch/solver/df.h"
#include <string.h>

// Moves count items of `lanes` times 8 bytes to their new places, 8 bytes of each at a time: `spare` has room
// for that much of all of them.
static void permute(void *items, size_t lanes, const int32_t *to, int32_t count, int64_t *spare)
{
  for (size_t lane = 0; lane < lanes; lane++) {
    char *at = (char *)items + lane * sizeof *spare;
    for (int32_t i = 0; i < count; i++)
      memcpy(&spare[to[i]], at + (size_t)i * lanes * sizeof *spare, sizeof *spare);
    for (int32_t i = 0; i < count; i++)
      memcpy(at + (size_t)i * lanes * sizeof *spare, &spare[i], sizeof *spare);
  }
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

static void rename_entries(struct df_work *work, const int32_t *to)
{
  for (int32_t entry = 0; entry < work->count; entry++) {
    work->tail[entry] = to[work->tail[entry]];
    work->head[entry] = to[work->head[entry]];
  }
}

void df_renumber(struct df *df)
{
  struct df_tree *tree = &df->tree;
  int32_t root = tree->n, count = root + 1, number = 0;
  int32_t *to = df->entry; // not in use while the simplex is at work, nor is `excess`: networks with few arcs
                           // a node would be biggest in memory here
  for (int32_t v = tree->link[root].thread; v != root; v = tree->link[v].thread)
    to[v] = number++;
  to[root] = root;
  rename_nodes(tree, to);
  if (tree->wide)
    permute(tree->node, sizeof *tree->node / sizeof(int64_t), to, count, df->excess);
  else
    permute(tree->narrow, sizeof *tree->narrow / sizeof(int64_t), to, count, df->excess);
  permute(tree->link, sizeof *tree->link / sizeof(int64_t), to, count, df->excess);
  permute(tree->pi, sizeof *tree->pi / sizeof(int64_t), to, count, df->excess);
  for (int32_t v = 0; v < root; v++)
    df->place[v] = to[df->place[v]];
  rename_entries(&df->work, to);
}
