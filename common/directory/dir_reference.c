// Lookups of reference data by name and by table.
#include "common/directory/directory.h"
#include "common/directory/view.h"
#include <errno.h>
#include <string.h>

enum { LIST_MAX = 1000 };

static int by_name(const struct dir_view *view, const struct table *table, const struct key *name,
                   struct table_rows *ret)
{
  *ret = (struct table_rows){0};
  return name->overflow ? 0 : table_list(view->txn, table, "by_name", name, NULL, LIST_MAX, view->arena, ret);
}

int dir_divisions_named(const struct dir_view *view, const char *name, const Reg__Division *const **ret,
                        size_t *n)
{
  struct table_rows present, past;
  struct key key;
  key_init(&key);
  key_text(&key, name);
  int r = by_name(view, view->directory->tables[SCHEMA_DIVISION], &key, &present);
  if (r == 0) r = by_name(view, view->directory->history[SCHEMA_DIVISION], &key, &past);
  if (r < 0) return r;
  ProtobufCMessage **all = ARENA_ARRAY(view->arena, ProtobufCMessage *, present.n + past.n + 1);
  if (!all) return -ENOMEM;
  if (present.n) memcpy(all, present.rows, present.n * sizeof *all);
  if (past.n) memcpy(all + present.n, past.rows, past.n * sizeof *all);
  *ret = (const Reg__Division *const *)all;
  *n = present.n + past.n;
  return 0;
}

int dir_divisions_like(const struct dir_view *view, const char *start, const Reg__Division *const **ret,
                       size_t *n)
{
  struct table_rows rows;
  struct key key;
  key_init(&key);
  key_bytes(&key, start, strlen(start)); // no end: longer names follow
  int r = by_name(view, view->directory->tables[SCHEMA_DIVISION], &key, &rows);
  *ret = (const Reg__Division *const *)rows.rows;
  *n = rows.n;
  return r;
}

int dir_code(const struct dir_view *view, const char *table, const char *code, const Reg__CodeEntry **ret)
{
  struct key key;
  *ret = NULL;
  key_init(&key);
  key_text(&key, table);
  key_text(&key, code);
  return key.overflow ? 0 : history_get(view, SCHEMA_CODE, &key, (ProtobufCMessage **)ret);
}

int dir_codes(const struct dir_view *view, const char *table, const Reg__CodeEntry *const **ret, size_t *n)
{
  struct table_rows rows = {0};
  struct key key;
  key_init(&key);
  key_text(&key, table);
  int r = key.overflow ? 0
                       : table_list(view->txn, view->directory->tables[SCHEMA_CODE], NULL, &key, NULL,
                                    LIST_MAX, view->arena, &rows);
  *ret = (const Reg__CodeEntry *const *)rows.rows;
  *n = rows.n;
  return r;
}
