// Views over views: what a decision has made of the world so far, before any of it is stored.
#include "common/base/check.h"
#include "common/directory/view.h"
#include "common/domain/directory.h"
#include <errno.h>
#include <string.h>

const struct dir_view *dir_assume(const struct dir_view *dir, const ProtobufCMessage *record)
{
  struct dir_view *view = ARENA_NEW(dir->arena, struct dir_view);
  int table = 0;
  if (!view) return NULL;
  while (table < SCHEMA_TABLES && schema_tables[table].row != record->descriptor)
    table++;
  CHECK(table < SCHEMA_TABLES); // a record of the directory
  *view = *dir;
  view->assumed = record;
  view->table = (enum schema_table)table;
  view->below = dir;
  schema_tables[table].key(record, &view->key);
  return view;
}

const ProtobufCMessage *view_assumed(const struct dir_view *view, enum schema_table table,
                                     const struct key *key)
{
  for (; view && view->assumed; view = view->below)
    if (view->table == table && key_equal(&view->key, key)) return view->assumed;
  return NULL;
}

// ---- listings

static bool belongs(const struct dir_view *view, const char *index, const struct key *prefix)
{
  const struct table_def *def = &schema_tables[view->table];
  if (!index) return key_begins(&view->key, prefix);
  const struct table_index *found = def->indexes;
  while (found->name && strcmp(found->name, index) != 0)
    found++;
  struct key keys[TABLE_MAX_KEYS + 1]; // some 64 KiB, for a moment
  memset(keys, 0, sizeof keys);
  size_t n = found->name ? found->keys(view->assumed, keys) : 0;
  for (size_t i = 0; i < n; i++)
    if (key_begins(&keys[i], prefix)) return true;
  return false;
}

static void drop_row(const struct dir_view *view, struct table_rows *rows)
{
  const struct table_def *def = &schema_tables[view->table];
  size_t n = 0;
  for (size_t i = 0; i < rows->n; i++) {
    struct key key;
    def->key(rows->rows[i], &key);
    if (!key_equal(&key, &view->key)) rows->rows[n++] = rows->rows[i];
  }
  rows->n = n;
}

int view_assume_rows(const struct dir_view *view, enum schema_table table, const char *index,
                     const struct key *prefix, struct table_rows *rows)
{
  if (!view->assumed) return 0;
  int r = view_assume_rows(view->below, table, index, prefix, rows); // the older first
  if (r < 0 || view->table != table) return r;
  drop_row(view, rows);
  if (!belongs(view, index, prefix)) return 0;
  ProtobufCMessage **longer = ARENA_ARRAY(view->arena, ProtobufCMessage *, rows->n + 1);
  if (!longer) return -ENOMEM;
  if (rows->n) memcpy(longer, rows->rows, rows->n * sizeof *longer);
  longer[rows->n++] = (ProtobufCMessage *)view->assumed;
  rows->rows = longer;
  return 0;
}
