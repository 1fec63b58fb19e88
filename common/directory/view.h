// Inside of a directory and of a view on it. Used inside this folder only.
#pragma once
#include "common/directory/schema.h"

struct directory {
  struct table *tables[SCHEMA_TABLES];
};
struct dir_view {
  struct directory *directory;
  struct store_txn *txn;
  struct arena *arena;
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
