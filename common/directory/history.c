// Valid time. A table holds the present state of each record; when a state that begins on a later day takes
// its place, the former one moves to the history of the table, under the same key and its first day. So a
// record that never changed costs nothing more, and a question about a past day reads two tables at most.
#include "common/base/check.h"
#include "common/directory/directory.h"
#include "common/directory/view.h"
#include "proto/programme.pb-c.h"
#include "proto/registry.pb-c.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const ProtobufCFieldDescriptor *since_field(const ProtobufCMessageDescriptor *type)
{
  const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(type, "since");
  return field && field->type == PROTOBUF_C_TYPE_STRING ? field : NULL;
}

// Programmes have versions instead, which a question about a past day may name; and codes have no past
// anybody asks for. Both are keyed by two fields, where the others have an id.
static bool has_history(const ProtobufCMessageDescriptor *type)
{
  return since_field(type) && type != &prg__programme__descriptor && type != &reg__code_entry__descriptor;
}

const char *history_since(const ProtobufCMessage *row)
{
  const ProtobufCFieldDescriptor *field = since_field(row->descriptor);
  return field ? *(char *const *)((const uint8_t *)row + field->offset) : "";
}

void history_key(const ProtobufCMessage *row, struct key *key)
{
  for (int i = 0; i < SCHEMA_TABLES; i++) {
    if (schema_tables[i].row != row->descriptor) continue;
    schema_tables[i].key(row, key);
    key_text(key, history_since(row));
    return;
  }
  CHECK(false);
}

int history_open(struct store *store, struct directory *directory)
{
  for (int i = 0; i < SCHEMA_TABLES; i++) {
    struct table_def *def = &directory->history_defs[i];
    char *name = directory->history_names[i];
    if (!has_history(schema_tables[i].row)) continue;
    directory->since_at[i] = since_field(schema_tables[i].row)->offset;
    *def = schema_tables[i]; // the same indexes: what a past state is found by
    int n = snprintf(name, HISTORY_NAME, "%s.history", schema_tables[i].name);
    CHECK(n > 0 && n < HISTORY_NAME);
    def->name = name;
    def->key = history_key;
    int r = table_open(store, def, &directory->history[i]);
    if (r < 0) return r;
  }
  return 0;
}

// The key of a person is destroyed with the erasure; what else told of it goes with the states before.
static bool forgets_its_past(const ProtobufCMessage *row)
{
  return row->descriptor == &reg__person__descriptor &&
         ((const Reg__Person *)row)->status == REG__PERSON_STATUS__PERSON_ERASED;
}

static int forget(struct directory *directory, struct store_txn *txn, enum schema_table table,
                  const struct key *key)
{
  struct table_rows rows;
  int r = table_list(txn, directory->history[table], NULL, key, NULL, 0, directory->scratch, &rows);
  for (size_t i = 0; r == 0 && i < rows.n; i++) {
    struct key state;
    key_init(&state);
    history_key(rows.rows[i], &state);
    r = table_del(txn, directory->history[table], &state);
  }
  return r;
}

int history_put(struct directory *directory, struct store_txn *txn, enum schema_table table,
                const ProtobufCMessage *row)
{
  const struct table *past = directory->history[table], *present = directory->tables[table];
  const char *since = past ? history_since(row) : "";
  ProtobufCMessage *before = NULL;
  struct key key;
  if (!past || (!since[0] && !forgets_its_past(row))) return table_put(txn, present, row);
  arena_reset(directory->scratch);
  key_init(&key);
  schema_tables[table].key(row, &key);
  if (forgets_its_past(row)) {
    int r = forget(directory, txn, table, &key);
    return r < 0 ? r : table_put(txn, present, row);
  }
  int r = table_get(txn, present, &key, directory->scratch, &before);
  if (r < 0) return r;
  int order = before ? strcmp(since, history_since(before)) : 0;
  if (order < 0) return table_put(txn, past, row); // told late: a state that had ended before the present one
  if (order > 0) r = table_put(txn, past, before);
  return r < 0 ? r : table_put(txn, present, row);
}

struct finding {
  const char *day;
  size_t day_at; // where the first day stands in the keys
  struct key *found;
};

// Oldest first.
static int find_state(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  struct finding *finding = context;
  const char *since = NULL;
  size_t at = finding->day_at;
  (void)value;
  (void)length;
  if (!key_read_text(key, key_length, &at, &since)) return -EBADMSG;
  if (strcmp(since, finding->day) > 0) return 1;
  key_init(finding->found);
  key_bytes(finding->found, key, key_length);
  return 0;
}

int history_find(const struct dir_view *view, enum schema_table table, const struct key *key, struct key *ret)
{
  struct finding finding = {view->as_of, key->length, ret};
  key_init(ret);
  int r = store_scan(view->txn, table_id(view->directory->history[table]), key, NULL, find_state, &finding);
  return r < 0 ? r : 0; // a positive one only ended the scan
}

int history_get(const struct dir_view *view, enum schema_table table, const struct key *key,
                ProtobufCMessage **ret)
{
  const struct directory *directory = view->directory;
  struct key state;
  int r = table_get(view->txn, directory->tables[table], key, view->arena, ret);
  if (r < 0 || !view->as_of[0] || !*ret || !directory->history[table]) return r;
  if (strcmp(history_since(*ret), view->as_of) <= 0) return 0;
  *ret = NULL;
  r = history_find(view, table, key, &state);
  return r < 0 || !state.length ? r
                                : table_get(view->txn, directory->history[table], &state, view->arena, ret);
}

int directory_states(const struct dir_view *view, const char *table, const char *id, const char *after,
                     size_t limit, struct table_rows *ret)
{
  *ret = (struct table_rows){0};
  for (int i = 0; i < SCHEMA_TABLES; i++) {
    if (strcmp(schema_tables[i].name, table) != 0) continue;
    struct key key;
    key_init(&key);
    key_text(&key, id);
    if (key.overflow || !view->directory->history[i]) return 0;
    return table_list(view->txn, view->directory->history[i], NULL, &key, after, limit, view->arena, ret);
  }
  return -EINVAL;
}
