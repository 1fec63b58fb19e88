// Secondary indexes of tables.
#include "common/base/check.h"
#include "common/store/store_private.h"
#include "common/store/table_private.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void table_index_start(struct key *key, unsigned index)
{
  key_init(key);
  key_u8(key, (uint8_t)index);
}

int table_index_number(const struct table *table, const char *name)
{
  for (unsigned i = 0; i < table->n_indexes; i++)
    if (strcmp(table->def->indexes[i].name, name) == 0) return (int)i;
  return -1;
}

bool table_index_read(const void *key, size_t key_length, const void *value, size_t length,
                      struct table_stored *ret)
{
  uint16_t primary = 0;
  if (length < sizeof primary) return false;
  memcpy(&primary, value, sizeof primary);
  if (primary == 0 || primary >= key_length) return false;
  const uint8_t *start = (const uint8_t *)key + key_length - primary;
  *ret =
      (struct table_stored){start, primary, (const uint8_t *)value + sizeof primary, length - sizeof primary};
  return true;
}

static struct index_keys *new_keys(void)
{
  struct index_keys *set = malloc(sizeof *set);
  if (!set) return NULL;
  set->n = 0;
  for (size_t i = 0; i < TABLE_MAX_KEYS; i++)
    key_init(&set->keys[i]);
  return set;
}

int table_index_buffers(struct table *table)
{
  if (table->n_indexes == 0) return 0;
  table->before = new_keys();
  table->after = new_keys();
  return table->before && table->after ? 0 : -ENOMEM;
}

static bool is_covered(const struct table_def *def, unsigned index)
{
  return def->covered && strcmp(def->indexes[index].name, def->covered) == 0;
}

static void fill_keys(const struct table *table, unsigned index, const ProtobufCMessage *row,
                      const struct key *primary, struct index_keys *set)
{
  const struct table_def *def = table->def;
  uint16_t length = (uint16_t)primary->length;
  set->n = row ? def->indexes[index].keys(row, set->keys) : 0;
  CHECK(set->n <= TABLE_MAX_KEYS);
  memcpy(set->value, &length, sizeof length);
  size_t cover = set->n && is_covered(def, index) ? def->cover(row, set->value + sizeof length) : 0;
  CHECK(cover <= TABLE_COVER_MAX);
  set->value_length = sizeof length + cover;
}

static bool same_value(const struct index_keys *a, const struct index_keys *b)
{
  return a->value_length == b->value_length && memcmp(a->value, b->value, a->value_length) == 0;
}

// Only what was used: a set has room for a big partnership and mostly holds one key.
static void empty_keys(struct index_keys *set)
{
  for (size_t i = 0; i <= set->n && i < TABLE_MAX_KEYS; i++)
    key_init(&set->keys[i]);
  set->n = 0;
}

static bool has_key(const struct index_keys *set, const struct key *key)
{
  for (size_t i = 0; i < set->n; i++)
    if (key_equal(&set->keys[i], key)) return true;
  return false;
}

static void entry_key(unsigned index, const struct key *fields, const struct key *primary, struct key *ret)
{
  table_index_start(ret, index);
  key_bytes(ret, fields->bytes, fields->length);
  key_bytes(ret, primary->bytes, primary->length);
  if (fields->overflow) ret->overflow = true;
}

static int change_one(struct store_txn *txn, const struct table *table, unsigned index,
                      const struct key *primary)
{
  const struct index_keys *before = table->before, *after = table->after;
  bool same = same_value(before, after);
  struct key key;
  for (size_t i = 0; i < before->n; i++) {
    if (has_key(after, &before->keys[i])) continue;
    entry_key(index, &before->keys[i], primary, &key);
    int r = store_del(txn, table->entries, &key);
    if (r < 0) return r;
  }
  for (size_t i = 0; i < after->n; i++) {
    if (same && has_key(before, &after->keys[i])) continue;
    entry_key(index, &after->keys[i], primary, &key);
    int r = store_put(txn, table->entries, &key, after->value, after->value_length);
    if (r < 0) return r;
  }
  return 0;
}

int table_index_change(struct store_txn *txn, const struct table *table, const ProtobufCMessage *before,
                       const ProtobufCMessage *after, const struct key *primary)
{
  for (unsigned i = 0; i < table->n_indexes; i++) {
    fill_keys(table, i, before, primary, table->before);
    fill_keys(table, i, after, primary, table->after);
    int r = change_one(txn, table, i, primary);
    empty_keys(table->before);
    empty_keys(table->after);
    if (r < 0) return r;
  }
  return 0;
}

struct refresh {
  struct store_txn *txn;
  const struct table *table;
};

static int refresh_visit(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  struct refresh *refresh = context;
  const struct table *table = refresh->table;
  ProtobufCMessage *row = NULL;
  struct key primary;
  key_init(&primary);
  key_bytes(&primary, key, key_length);
  arena_reset(table->scratch);
  int r = table_decode(refresh->txn, table, value, length, table->scratch, &row);
  return r < 0 ? r : table_index_change(refresh->txn, table, NULL, row, &primary);
}

static int refresh_entries(struct store *store, const struct table *table, const char *mark,
                           const char *names)
{
  struct store_txn *txn = NULL;
  int r = store_begin(store, true, &txn);
  if (r < 0) return r;
  struct refresh refresh = {txn, table};
  store_clear(txn, table->entries);
  store_fail(txn, store_scan(txn, table->rows, NULL, NULL, refresh_visit, &refresh));
  store_meta_put(txn, mark, names, strlen(names));
  return store_commit(&txn);
}

int table_index_refresh(struct store *store, const struct table *table)
{
  char mark[128], names[512] = "";
  const void *value = NULL;
  size_t length = 0, used = 0;
  for (unsigned i = 0; i < table->n_indexes; i++) {
    const char *cover = is_covered(table->def, i) ? "+" : "";
    int n = snprintf(names + used, sizeof names - used, "%s%s,", table->def->indexes[i].name, cover);
    CHECK(n > 0 && (size_t)n < sizeof names - used);
    used += (size_t)n;
  }
  snprintf(mark, sizeof mark, "index.%.100s", table->def->name);
  struct store_txn *txn = NULL;
  int r = store_begin(store, false, &txn);
  if (r < 0) return r;
  r = store_meta_get(txn, mark, &value, &length);
  bool same = r == 0 && (value ? length == used && memcmp(value, names, used) == 0 : used == 0);
  store_abort(&txn);
  return r < 0 || same ? r : refresh_entries(store, table, mark, names);
}
