// Reading rows in another way than whole: for walks over very many of them.
#pragma once
#include "common/store/table.h"

// A row as it is stored, into the arena; NULL when the arena is full or the row is damaged.
typedef ProtobufCMessage *table_reader(struct arena *arena, const void *value, size_t length);
// As table_select; reader NULL = the whole row.
int table_select_with(struct store_txn *txn, const struct table *table, const struct table_query *query,
                      table_reader *reader, struct arena *arena, struct table_rows *ret);
