// Bases as bytes: head, the tree arc of each node, the saturated arcs. Everything read is checked before it
// is used; the flows are not stored, they follow from the network by repair.
#include "services/dispatch/solver/region.h"
#include <string.h>

#define MAGIC 0x31424644U // "DFB1"
#define HEAD  24          // magic, n, m, saturated: 4 each; checksum: 8

static void put32(uint8_t *at, uint32_t value)
{
  for (int i = 0; i < 4; i++)
    at[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get32(const uint8_t *at)
{
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

// FNV-1a over everything but the checksum itself.
static uint64_t checksum(const uint8_t *bytes, size_t length)
{
  uint64_t sum = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < length; i++) {
    if (i >= 16 && i < HEAD) continue;
    sum = (sum ^ bytes[i]) * UINT64_C(1099511628211);
  }
  return sum;
}

static void put_sum(uint8_t *bytes, uint64_t sum)
{
  put32(bytes + 16, (uint32_t)sum);
  put32(bytes + 20, (uint32_t)(sum >> 32));
}

static bool is_saturated(const struct df *df, int32_t arc)
{
  return df->store.state[arc] & DF_UPPER && !df_is_loop(&df->store, arc);
}

size_t df_basis_export(const struct df *df, void *bytes, size_t room)
{
  const struct df_store *store = &df->store;
  if (!df->basis) return 0;
  uint32_t saturated = 0;
  for (int32_t arc = 0; arc < store->m; arc++)
    saturated += is_saturated(df, arc);
  size_t length = HEAD + 4 * ((size_t)store->n + saturated);
  if (length > room) return length;
  uint8_t *out = bytes, *at = out + HEAD;
  put32(out, MAGIC);
  put32(out + 4, (uint32_t)store->n);
  put32(out + 8, (uint32_t)store->m);
  put32(out + 12, saturated);
  for (int32_t v = 0; v < store->n; v++, at += 4)
    put32(at, (uint32_t)df->tree.link[df->place[v]].pred);
  for (int32_t arc = 0; arc < store->m; arc++) {
    if (!is_saturated(df, arc)) continue;
    put32(at, (uint32_t)arc);
    at += 4;
  }
  put_sum(out, checksum(out, length));
  return length;
}

struct image {
  const uint8_t *pred, *arc;
  int32_t n, m, saturated;
};

static bool read_head(const struct df *df, const uint8_t *bytes, size_t length, struct image *ret)
{
  if (length < HEAD || get32(bytes) != MAGIC) return false;
  uint32_t n = get32(bytes + 4), m = get32(bytes + 8), saturated = get32(bytes + 12);
  if (n > (uint32_t)df->store.n || m > (uint32_t)df->store.m || saturated > m) return false;
  if (length != HEAD + 4 * ((size_t)n + saturated)) return false;
  uint64_t sum = checksum(bytes, length);
  if (get32(bytes + 16) != (uint32_t)sum || get32(bytes + 20) != (uint32_t)(sum >> 32)) return false;
  *ret = (struct image){.pred = bytes + HEAD,
                        .arc = bytes + HEAD + 4 * (size_t)n,
                        .n = (int32_t)n,
                        .m = (int32_t)m,
                        .saturated = (int32_t)saturated};
  return true;
}

static bool hang(struct df *df, int32_t v, int32_t pred)
{
  struct df_store *store = &df->store;
  struct df_tree *tree = &df->tree;
  int32_t node = df->place[v];
  tree->link[node].pred = pred;
  if (pred == DF_ARTIFICIAL_UP || pred == DF_ARTIFICIAL_DOWN) {
    df_tree_set(tree, node, tree->n, 0, 0);
    return true;
  }
  if (pred < 0 || pred >= store->m || store->state[pred] & DF_TREE || df_is_loop(store, pred)) return false;
  int32_t tail = store->tail[pred], head = store->head[pred];
  if (tail != v && head != v) return false;
  store->state[pred] |= DF_TREE;
  df_tree_set(tree, node, df->place[tail == v ? head : tail], 0, 0);
  return true;
}

static bool saturate(struct df_store *store, int32_t arc, int32_t m)
{
  if (arc < 0 || arc >= m || store->state[arc] != 0 || df_column_get(&store->span, arc) == DF_INFINITE)
    return false;
  store->state[arc] = DF_UPPER;
  return true;
}

static bool rebuild(struct df *df, const struct image *image)
{
  struct df_tree *tree = &df->tree;
  for (int32_t v = 0; v < df->store.n; v++) {
    int32_t pred = v < image->n ? (int32_t)get32(image->pred + 4 * (size_t)v) : DF_ARTIFICIAL_UP;
    if (pred >= image->m || !hang(df, v, pred)) return false;
  }
  for (int32_t i = 0; i < image->saturated; i++)
    if (!saturate(&df->store, (int32_t)get32(image->arc + 4 * (size_t)i), image->m)) return false;
  df_tree_set(tree, tree->n, -1, 0, 0);
  tree->link[tree->n].pred = DF_ARTIFICIAL_UP;
  return df_tree_thread(tree);
}

enum df_code df_basis_import(struct df *df, const void *bytes, size_t length)
{
  struct df_store *store = &df->store;
  struct image image = {0};
  if (!bytes || !read_head(df, bytes, length, &image)) return DF_BAD_INPUT;
  df->basis = df->optimal = false;
  for (int32_t arc = 0; arc < store->m; arc++)
    store->state[arc] = 0;
  if (!df_basis_room(df, store->span.wide)) return DF_NO_MEMORY;
  if (!rebuild(df, &image)) return DF_BAD_INPUT;
  df->basis = true;
  df->result = DF_OK;
  return DF_OK;
}
