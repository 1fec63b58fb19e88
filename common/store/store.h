// One LMDB environment of a daemon: opening, transactions, raw rows, the space guard, backup.
// Invariants:
// - flags NORDAHEAD|NOTLS only; never WRITEMAP, NOSYNC, DUPSORT; the map is fixed at start (sparse, 64 GiB).
// - one write transaction at a time, owned by the loop; a savepoint (nested txn) per command.
// - a read transaction never outlives one turn of the loop.
// - errors are sticky: after the first failure every call on the transaction answers the same negative code,
//   and commit aborts. A failed commit means the outcome is unknown to us: the caller ends the process.
// - keys are 1..511 bytes; longer ones are refused with -ENAMETOOLONG, never truncated. To get or to delete
//   one finds nothing.
// All functions: 0 or a negative errno-like code (-ENOSPC map, disk, quota or file limit reached; -EIO, also
// when the disk took a part of a page; -EBADMSG damaged row).
#pragma once
#include "common/base/key.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct store_txn;

#define STORE_FORMAT 1 // on-disk version; the procedure for changing it is in README.md

struct store_options {
  const char *directory;  // created 0700 if missing
  const char *area;       // "registry": written at creation, a different one later is refused
  size_t map_size;        // 0 = 64 GiB
  const char *chain;      // "sha256" or "sm3": journal's hash chain, fixed at creation; NULL = as it is
  uint64_t floor_bytes;   // space guard: creations are refused below this much free disk; 0 = 1 GiB
  unsigned floor_percent; // ... or below this share of the disk; 0 = 5; 101 = guard by bytes only
  unsigned map_percent;   // ... or above this share of the map; 0 = 90
  bool no_sync;           // tests on tmpfs only
};

// -EEXIST: opened already, in this or another process; -EINVAL with `why` filled (static text) for a foreign
// area or version.
int store_open(const struct store_options *options, struct store **ret, const char **why);
struct store *store_close(struct store *store);

enum store_table_id { STORE_MAX_TABLES = 128 };
// Opens (creating) a named table; -EBUSY while a transaction is open. Takes no write when the table exists.
int store_table(struct store *store, const char *name, unsigned *ret_table);

int store_begin(struct store *store, bool write, struct store_txn **ret);
int store_commit(struct store_txn **txn);     // consumes; aborts if an error is sticky and returns it
void store_abort(struct store_txn **txn);     // consumes
int store_error(const struct store_txn *txn); // the sticky error

// Savepoints do not nest. Rollback also clears an error that happened inside, except a full map or disk.
int store_savepoint(struct store_txn *txn);
int store_release(struct store_txn *txn);
int store_rollback(struct store_txn *txn);

// Values point into the map: valid until the next write or the end of the transaction.
// get: 0 and *value = NULL if there is none.
int store_get(struct store_txn *txn, unsigned table, const struct key *key, const void **value,
              size_t *length);
int store_put(struct store_txn *txn, unsigned table, const struct key *key, const void *value, size_t length);
int store_append(struct store_txn *txn, unsigned table, const struct key *key, const void *value,
                 size_t length);
int store_del(struct store_txn *txn, unsigned table, const struct key *key); // 0 if there was none

// Calls visit for every row whose key starts with prefix and is > after (after NULL = from the start), in
// order. visit answers 0 to go on, > 0 to stop (returned), < 0 to fail. It must not write to the same table.
typedef int store_visit(void *context, const void *key, size_t key_length, const void *value, size_t length);
int store_scan(struct store_txn *txn, unsigned table, const struct key *prefix, const struct key *after,
               store_visit *visit, void *context);
int store_count(struct store_txn *txn, unsigned table, uint64_t *ret);
int store_clear(struct store_txn *txn, unsigned table);

struct store_space {
  uint64_t map_size, map_used; // bytes
  uint64_t disk_free, disk_size;
  bool creations; // false once the guard has closed; acknowledgements and endings always fit
};
int store_space(struct store *store, struct store_space *ret);

// Clears reader slots of dead processes; call at start and each minute.
int store_reader_check(struct store *store, int *ret_cleared);
// Compacted hot copy into an empty directory (made if missing; else -ENOTEMPTY), synced, renamed into place,
// opened and its chain verified. The copy is marked: a daemon started from it draws a new epoch. Nothing
// stays on failure.
int store_backup(struct store *store, const char *directory, uint64_t *ret_bytes);

// A test's seam: the n-th commit from now fails with this negative code (0 = off).
void store_fail_commit(struct store *store, unsigned n, int code);
