// What table.c and table_index.c share.
#pragma once
#include "common/store/table_read.h"

// Index keys of one row in one index. All keys are empty between uses.
struct index_keys {
  size_t n;
  struct key keys[TABLE_MAX_KEYS];
  size_t value_length;
  uint8_t value[sizeof(uint16_t) + TABLE_COVER_MAX]; // of each entry
};

struct table {
  const struct table_def *def;
  unsigned rows, entries; // tables of the store; entries holds all indexes, each under its number
  unsigned n_indexes;
  struct arena *scratch;             // the row before a change, decoded
  struct index_keys *before, *after; // of that row and of the new one; too big for the stack
};

int table_index_buffers(struct table *table);
// Key of an entry: u8 number of the index | index fields | primary key. Its value: u16 length of the primary
// key | cover.
void table_index_start(struct key *key, unsigned index);
int table_index_change(struct store_txn *txn, const struct table *table, const ProtobufCMessage *before,
                       const ProtobufCMessage *after, const struct key *primary);
// The primary key within an entry, and the cover (empty if it has none); false on damage.
bool table_index_read(const void *key, size_t key_length, const void *value, size_t length,
                      struct table_stored *ret);
// Number of a named index, or -1.
int table_index_number(const struct table *table, const char *name);
// Makes the entries again when the set of index names differs from the one the entries were made for.
int table_index_refresh(struct store *store, const struct table *table);
// A row as stored, decoded; -EBADMSG (sticky) or -ENOBUFS when the arena is too small.
int table_decode(struct store_txn *txn, const struct table *table, const void *value, size_t length,
                 struct arena *arena, ProtobufCMessage **ret);
