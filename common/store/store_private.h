// What the files of this folder share and nobody else may use: the inside of a store and of a transaction.
#pragma once
#include "common/store/store.h"
#include <lmdb.h>

#define STORE_DATA_FILE "data.mdb"

// What happens to a write transaction, told to objects that keep a copy of something in it (the journal its
// head).
enum store_turn { STORE_BEGUN, STORE_SAVED, STORE_ROLLED_BACK, STORE_ABORTED };
typedef void store_turn_hook(void *object, enum store_turn turn);

// An object that lives as long as the store.
struct store_owned {
  struct store_owned *next;
  void *object;
  void (*free)(void *object);
  store_turn_hook *turn; // or NULL
};

struct store {
  MDB_env *env;
  int directory_fd; // holds the flock that keeps a second opener out; -1 = not open
  char *directory, *area;
  char chain[16];
  uint64_t floor_bytes;
  unsigned floor_percent, map_percent;
  bool no_sync;
  MDB_dbi meta;
  MDB_dbi tables[STORE_MAX_TABLES];
  unsigned n_tables;
  unsigned open_txns;
  struct store_txn *writer; // or NULL
  struct store_owned *owned;
  unsigned fail_in; // commits until the injected failure, 0 = off
  int fail_code;
};

struct store_txn {
  struct store *store;
  MDB_txn *root;
  MDB_txn *child; // the savepoint, or NULL
  int error;      // sticky
  bool write;
};

// The negative code of an LMDB or errno result; 0 stays 0.
int store_code(int rc);
// Makes code sticky if it is negative (the first one wins) and returns what the transaction answers now.
int store_fail(struct store_txn *txn, int code);
static inline MDB_txn *store_at(const struct store_txn *txn)
{
  return txn->child ? txn->child : txn->root;
}

// Takes ownership of object, also on failure.
int store_own(struct store *store, void *object, void (*free)(void *object), store_turn_hook *turn);
void store_tell(struct store *store, enum store_turn turn);

// Space of length bytes for the value of a key, to be filled before the next call: saves a copy of every row.
// append: the key must be greater than all others (-EEXIST otherwise).
int store_reserve(struct store_txn *txn, unsigned table, const struct key *key, size_t length, bool append,
                  void **ret);
// First or last row of a table; *ret_key = NULL if it is empty.
int store_edge(struct store_txn *txn, unsigned table, bool last, MDB_val *ret_key, MDB_val *ret_value);

// Rows of the store's own table: format, area, chain, epoch, marks. *value = NULL if there is none.
int store_meta_get(struct store_txn *txn, const char *name, const void **value, size_t *length);
int store_meta_put(struct store_txn *txn, const char *name, const void *value, size_t length);
int store_meta_del(struct store_txn *txn, const char *name);
int store_draw_epoch(struct store_txn *txn,
                     uint64_t *ret); // random, not 0, below 2^53 for readers in JavaScript

// Writes a compacted copy to a file that must not exist, and syncs it. Removed again on failure.
int store_copy(struct store *store, int directory_fd, const char *name);
// mkdir -p for the last component, mode 0700; returns a descriptor of the directory or negative.
int store_directory(const char *path);
// rename() within a directory that is durable when it returns.
int store_rename(int directory_fd, const char *from, const char *to);
