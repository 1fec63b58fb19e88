#include "common/directory/directory.h"
#include "common/directory/view.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SCRATCH_BYTES = 32 << 20 }; // a row is at most one bus message, and a record has few states

int directory_open(struct store *store, struct directory **ret)
{
  struct directory *directory = calloc(1, sizeof *directory);
  if (!directory) return -ENOMEM;
  int r = arena_new(SCRATCH_BYTES, &directory->scratch);
  for (int i = 0; r == 0 && i < SCHEMA_TABLES; i++)
    r = table_open(store, &schema_tables[i], &directory->tables[i]);
  if (r == 0) r = history_open(store, directory);
  if (r < 0) {
    directory_close(directory);
    return r;
  }
  *ret = directory;
  return 0;
}

struct directory *directory_close(struct directory *directory)
{
  if (directory) arena_free(directory->scratch);
  free(directory); // the tables belong to the store
  return NULL;
}

struct dir_view *directory_view(struct directory *directory, struct store_txn *txn, struct arena *arena)
{
  struct dir_view *view = ARENA_NEW(arena, struct dir_view);
  if (view) *view = (struct dir_view){.directory = directory, .txn = txn, .arena = arena};
  return view;
}

struct dir_view *dir_view_as_of(const struct dir_view *view, const char *day)
{
  struct dir_view *then = ARENA_NEW(view->arena, struct dir_view);
  if (!then) return NULL;
  *then = *view;
  snprintf(then->as_of, sizeof then->as_of, "%s", day);
  return then;
}

const char *dir_day(const struct dir_view *view)
{
  return view->as_of;
}

// Every event of registryd carries the record after the change as its first field, so the record's type says
// where it belongs: a new event needs no line here.
static int table_of(const ProtobufCMessageDescriptor *row)
{
  for (int i = 0; i < SCHEMA_TABLES; i++)
    if (schema_tables[i].row == row) return i;
  return -1;
}

int directory_apply(struct directory *directory, struct store_txn *txn, const char *event,
                    const ProtobufCMessage *message)
{
  const ProtobufCMessageDescriptor *type = message->descriptor;
  if (strcmp(type->short_name, event) != 0 || type->n_fields == 0) return -ENOTSUP;
  const ProtobufCFieldDescriptor *field = &type->fields[0];
  if (field->type != PROTOBUF_C_TYPE_MESSAGE) return -ENOTSUP;
  int table = table_of(field->descriptor);
  if (table < 0) return -ENOTSUP;
  const uint8_t *base = (const uint8_t *)message;
  if (field->label != PROTOBUF_C_LABEL_REPEATED) {
    const ProtobufCMessage *row = *(ProtobufCMessage *const *)(base + field->offset);
    return row ? history_put(directory, txn, (enum schema_table)table, row) : -EBADMSG;
  }
  size_t n = *(const size_t *)(base + field->quantifier_offset);
  ProtobufCMessage *const *rows = *(ProtobufCMessage * *const *)(base + field->offset);
  int r = 0;
  for (size_t i = 0; i < n && r == 0; i++)
    r = history_put(directory, txn, (enum schema_table)table, rows[i]);
  return r;
}

const struct table *directory_table(const struct directory *directory, const char *name)
{
  for (int i = 0; i < SCHEMA_TABLES; i++)
    if (strcmp(schema_tables[i].name, name) == 0) return directory->tables[i];
  for (int i = 0; i < SCHEMA_TABLES; i++)
    if (directory->history[i] && strcmp(directory->history_names[i], name) == 0) return directory->history[i];
  return NULL;
}

void directory_tables(const struct directory *directory, void (*visit)(void *, const struct table *),
                      void *context)
{
  for (int i = 0; i < SCHEMA_TABLES; i++)
    visit(context, directory->tables[i]);
  for (int i = 0; i < SCHEMA_TABLES; i++)
    if (directory->history[i]) visit(context, directory->history[i]);
}
