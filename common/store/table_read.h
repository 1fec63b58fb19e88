// Reading rows in another way than whole: for walks over very many of them.
#pragma once
#include "common/store/table.h"

// A row as it is stored, or what the cover of an index tells of it. Points into the map.
struct table_stored {
  const void *key; // primary
  size_t key_length;
  const void *value;
  size_t length;
};
// The row, into the arena; NULL when the arena is full or the row is damaged.
typedef ProtobufCMessage *table_reader(struct arena *arena, const struct table_stored *stored);
struct table_way {
  table_reader *read; // NULL = the whole row
  bool covered;       // from the covers of the index, where it has them: the rows are not touched
};
// As table_select.
int table_select_with(struct store_txn *txn, const struct table *table, const struct table_query *query,
                      struct table_way way, struct arena *arena, struct table_rows *ret);
