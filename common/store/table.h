// Record tables: rows are protobuf messages under a primary key, with secondary indexes kept in step.
// A service declares its tables once; apply functions only put and delete rows.
// Index keys are <index fields> <primary key> (fields made with key_text end in NUL); the value of an entry
// says how long the primary key is, and may cover the row: hold what walks over very many rows look at. All
// indexes of a table lie in one LMDB table. Entries are made again at opening when the set of index names, or
// of those with a cover, has changed: whoever changes what an index holds gives it a new name.
// Errors besides the store's own (store.h), not sticky: -ENOBUFS arena too small, -EINVAL no such index.
#pragma once
#include "common/base/arena.h"
#include "common/store/store.h"

#define TABLE_MAX_INDEXES 8
#define TABLE_MAX_KEYS    128 // index entries one row may have in one index (e.g. members of a partnership)
#define TABLE_COVER_MAX   512 // bytes

// Writes the primary key of a row.
typedef void table_key(const ProtobufCMessage *row, struct key *key);
// Writes up to TABLE_MAX_KEYS index keys for a row (without the primary key), returns how many. Rows with
// more are cut: bound the list in the rules. The keys come empty; none but the returned ones and the next one
// may be touched.
typedef size_t table_index_keys(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS]);

// What every entry of a row in the covered index holds of the row, in an encoding the reader of a walk knows
// (table_read.h); the primary key need not be in it. Returns its length; 0 = too long, walks read the row.
typedef size_t table_cover(const ProtobufCMessage *row, uint8_t ret[TABLE_COVER_MAX]);

struct table_index {
  const char *name; // "by_code"
  table_index_keys *keys;
};
struct table_def {
  const char *name; // "institution"
  const ProtobufCMessageDescriptor *row;
  table_key *key;
  struct table_index indexes[TABLE_MAX_INDEXES];
  const char *covered; // the index with covers; NULL = none
  table_cover *cover;
};
struct table; // a table_def opened in a store

int table_open(struct store *store, const struct table_def *def, struct table **ret); // owned by the store
const struct table_def *table_definition(const struct table *table);
unsigned table_id(const struct table *table);                      // of the rows, for store_scan
int table_clear(struct store_txn *txn, const struct table *table); // rows and index entries

// Decoded rows live in the arena. *ret = NULL if there is none.
int table_get(struct store_txn *txn, const struct table *table, const struct key *key, struct arena *arena,
              ProtobufCMessage **ret);
int table_put(struct store_txn *txn, const struct table *table, const ProtobufCMessage *row);
int table_del(struct store_txn *txn, const struct table *table, const struct key *key);

// Which rows: all under a prefix of an index, in key order.
struct table_query {
  const char *index;        // its name; NULL = the primary key
  const struct key *prefix; // NULL = all
  const char *after; // begin behind this primary key; NULL or "" = at the start. It is taken as the text that
                     // follows the prefix, so in an index the prefix must fix all index fields
  size_t limit;      // 0 = none
};
struct table_rows {
  ProtobufCMessage **rows;
  size_t n;
  bool more; // than limit
};
int table_select(struct store_txn *txn, const struct table *table, const struct table_query *query,
                 struct arena *arena, struct table_rows *ret);
// The same by position.
#define table_list(txn, table, index, prefix, after, limit, arena, ret)                                      \
  table_select((txn), (table), &(const struct table_query){(index), (prefix), (after), (limit)}, (arena),    \
               (ret))

// Walks all rows without keeping them: visit gets each decoded row in an arena that is reset in between.
typedef int table_visit(void *context, const ProtobufCMessage *row);
int table_walk(struct store_txn *txn, const struct table *table, const char *index, const struct key *prefix,
               table_visit *visit, void *context);

// Digest over all rows and index entries of a table (BLAKE2b): equal tables have equal digests. For rebuild
// tests.
int table_digest(struct store_txn *txn, const struct table *table, uint8_t ret[32]);
