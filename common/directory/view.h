// Inside of a directory and of a view on it. Used inside this folder only.
#pragma once
#include "common/base/date.h"
#include "common/directory/schema.h"
#include "common/store/table_read.h"

enum { HISTORY_NAME = 40 };

struct directory {
  struct table *tables[SCHEMA_TABLES];
  // The states before the present one, of record types that have valid time; NULL for the others.
  struct table *history[SCHEMA_TABLES];
  struct table_def history_defs[SCHEMA_TABLES];
  size_t since_at[SCHEMA_TABLES]; // where a row of these has the first day of its state
  char history_names[SCHEMA_TABLES][HISTORY_NAME];
  struct arena *scratch; // the state a put replaces
};
struct dir_view {
  struct directory *directory;
  struct store_txn *txn;
  struct arena *arena;
  char as_of[DATE_SIZE]; // "" = now
  struct table_way way;  // of a walk: how listings read rows
  // Of a view made with dir_assume: what counts as stored, and the view it stands over.
  const ProtobufCMessage *assumed;
  enum schema_table table;
  struct key key;
  const struct dir_view *below;
};

// assume.c: what a view assumes, over what is stored.
const ProtobufCMessage *view_assumed(const struct dir_view *view, enum schema_table table,
                                     const struct key *key); // NULL = nothing
// Puts what is assumed into a listing: changed rows change or leave, new ones stand at its end.
int view_assume_rows(const struct dir_view *view, enum schema_table table, const char *index,
                     const struct key *prefix, struct table_rows *rows);

// ---- dir.c: what the lookups share

int view_get_by_id(const struct dir_view *view, enum schema_table table, const char *id,
                   ProtobufCMessage **ret);
// At most 1000 rows; the prefix fixes all fields of the index.
int view_list(const struct dir_view *view, enum schema_table table, const char *index,
              const struct key *prefix, struct table_rows *ret);
int view_list_by_text(const struct dir_view *view, enum schema_table table, const char *index,
                      const char *text, struct table_rows *ret);

// ---- history.c

// Key of a former state: the record's, and the first day of the state.
void history_key(const ProtobufCMessage *row, struct key *key);
int history_open(struct store *store, struct directory *directory);
// The day a record's state begins; "" for types without valid time.
const char *history_since(const ProtobufCMessage *row);
// Stores a record; the state it replaces is kept if it began on an earlier day.
int history_put(struct directory *directory, struct store_txn *txn, enum schema_table table,
                const ProtobufCMessage *row);
// The key of the last former state that began by the view's day; empty if there is none. Reads keys only.
int history_find(const struct dir_view *view, enum schema_table table, const struct key *key,
                 struct key *ret);
// The state of the record under a primary key as of the view's day. 0 and NULL if there was none.
int history_get(const struct dir_view *view, enum schema_table table, const struct key *key,
                ProtobufCMessage **ret);

// ---- select.c

struct directory_page;
int directory_page_of(const struct dir_view *view, enum schema_table table, const struct table_query *query,
                      struct directory_page *ret);

// ---- skim.c

table_reader skim_institution, skim_partnership;
