#include "common/base/check.h"
#include "common/base/cleanup.h"
#include "common/store/store_private.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

int store_fail(struct store_txn *txn, int code)
{
  if (code < 0 && txn->error == 0) txn->error = code;
  return txn->error;
}

int store_begin(struct store *store, bool write, struct store_txn **ret)
{
  if (write && store->writer) return -EBUSY;
  _cleanup_free_ struct store_txn *txn = calloc(1, sizeof *txn);
  if (!txn) return -ENOMEM;
  txn->store = store;
  txn->write = write;
  int r = store_code(mdb_txn_begin(store->env, NULL, write ? 0 : MDB_RDONLY, &txn->root));
  if (r < 0) return r;
  store->open_txns++;
  if (write) {
    store->writer = txn;
    store_tell(store, STORE_BEGUN);
  }
  *ret = TAKE(txn);
  return 0;
}

static void forget(struct store_txn **txn)
{
  struct store *store = (*txn)->store;
  store->open_txns--;
  if (store->writer == *txn) store->writer = NULL;
  free(*txn);
  *txn = NULL;
}

void store_abort(struct store_txn **txn)
{
  if (!*txn) return;
  struct store *store = (*txn)->store;
  bool write = (*txn)->write;
  mdb_txn_abort((*txn)->root); // and its child
  forget(txn);
  if (write) store_tell(store, STORE_ABORTED);
}

// Whether this commit is the one a test has asked to fail.
static bool injected(struct store *store)
{
  return store->fail_in > 0 && --store->fail_in == 0;
}

int store_commit(struct store_txn **txn)
{
  struct store *store = (*txn)->store;
  CHECK(!(*txn)->child); // a savepoint is released or rolled back first
  int r = (*txn)->error;
  if (r == 0 && (*txn)->write && injected(store)) r = store->fail_code;
  if (r < 0) {
    store_abort(txn);
    return r;
  }
  bool write = (*txn)->write;
  r = store_code(mdb_txn_commit((*txn)->root));
  forget(txn);
  if (r < 0 && write) store_tell(store, STORE_ABORTED);
  return r;
}

int store_error(const struct store_txn *txn)
{
  return txn->error;
}

void store_fail_commit(struct store *store, unsigned n, int code)
{
  store->fail_in = n;
  store->fail_code = code;
}

int store_savepoint(struct store_txn *txn)
{
  CHECK(txn->write && !txn->child);
  if (txn->error < 0) return txn->error;
  int r = store_fail(txn, store_code(mdb_txn_begin(txn->store->env, txn->root, 0, &txn->child)));
  if (r == 0) store_tell(txn->store, STORE_SAVED);
  return r;
}

int store_release(struct store_txn *txn)
{
  if (!txn->child) return txn->error;
  if (txn->error < 0) return store_rollback(txn);
  MDB_txn *child = TAKE(txn->child);
  int r = store_fail(txn, store_code(mdb_txn_commit(child)));
  if (r < 0) store_tell(txn->store, STORE_ROLLED_BACK);
  return r;
}

int store_rollback(struct store_txn *txn)
{
  if (!txn->child) return txn->error;
  mdb_txn_abort(TAKE(txn->child));
  // Space and the disk are troubles of the whole batch: a later command would only meet them again.
  if (txn->error != -ENOSPC && txn->error != -EIO) txn->error = 0;
  store_tell(txn->store, STORE_ROLLED_BACK);
  return txn->error;
}

static MDB_val value_of_key(const struct key *key)
{
  return (MDB_val){key->length, (void *)key->bytes};
}

static MDB_dbi dbi_of(const struct store_txn *txn, unsigned table)
{
  CHECK(table < txn->store->n_tables);
  return txn->store->tables[table];
}

// A key that no row can have.
static bool impossible(const struct key *key)
{
  return key->overflow || key->length == 0;
}

int store_get(struct store_txn *txn, unsigned table, const struct key *key, const void **value,
              size_t *length)
{
  if (txn->error < 0) return txn->error;
  MDB_val k = value_of_key(key), data = {0, NULL};
  int rc = impossible(key) ? MDB_NOTFOUND : mdb_get(store_at(txn), dbi_of(txn, table), &k, &data);
  if (rc && rc != MDB_NOTFOUND) return store_fail(txn, store_code(rc));
  *value = rc == MDB_NOTFOUND ? NULL : data.mv_data;
  *length = rc == MDB_NOTFOUND ? 0 : data.mv_size;
  return 0;
}

static int put(struct store_txn *txn, unsigned table, const struct key *key, MDB_val *data, unsigned flags)
{
  if (txn->error < 0) return txn->error;
  CHECK(txn->write);
  if (impossible(key)) return store_fail(txn, key->overflow ? -ENAMETOOLONG : -EINVAL);
  MDB_val k = value_of_key(key);
  return store_fail(txn, store_code(mdb_put(store_at(txn), dbi_of(txn, table), &k, data, flags)));
}

int store_put(struct store_txn *txn, unsigned table, const struct key *key, const void *value, size_t length)
{
  MDB_val data = {length, (void *)value};
  return put(txn, table, key, &data, 0);
}

int store_append(struct store_txn *txn, unsigned table, const struct key *key, const void *value,
                 size_t length)
{
  MDB_val data = {length, (void *)value};
  return put(txn, table, key, &data, MDB_APPEND);
}

int store_reserve(struct store_txn *txn, unsigned table, const struct key *key, size_t length, bool append,
                  void **ret)
{
  MDB_val data = {length, NULL};
  int r = put(txn, table, key, &data, MDB_RESERVE | (append ? MDB_APPEND : 0));
  if (r == 0) *ret = data.mv_data;
  return r;
}

int store_del(struct store_txn *txn, unsigned table, const struct key *key)
{
  if (txn->error < 0) return txn->error;
  CHECK(txn->write);
  if (impossible(key)) return 0;
  MDB_val k = value_of_key(key);
  int rc = mdb_del(store_at(txn), dbi_of(txn, table), &k, NULL);
  return rc == MDB_NOTFOUND ? 0 : store_fail(txn, store_code(rc));
}

static void close_cursor(MDB_cursor **cursor)
{
  if (*cursor) mdb_cursor_close(*cursor);
}

int store_edge(struct store_txn *txn, unsigned table, bool last, MDB_val *ret_key, MDB_val *ret_value)
{
  if (txn->error < 0) return txn->error;
  _cleanup_(close_cursor) MDB_cursor *cursor = NULL;
  MDB_val key = {0, NULL}, value = {0, NULL};
  int rc = mdb_cursor_open(store_at(txn), dbi_of(txn, table), &cursor);
  if (rc == 0) rc = mdb_cursor_get(cursor, &key, &value, last ? MDB_LAST : MDB_FIRST);
  if (rc == MDB_NOTFOUND) key = value = (MDB_val){0, NULL};
  if (rc && rc != MDB_NOTFOUND) return store_fail(txn, store_code(rc));
  *ret_key = key;
  *ret_value = value;
  return 0;
}

static bool begins_with(const MDB_val *key, const struct key *prefix)
{
  return key->mv_size >= prefix->length && memcmp(key->mv_data, prefix->bytes, prefix->length) == 0;
}

// Puts the cursor on the first row that is not before the prefix and behind `after`.
static int seek(MDB_cursor *cursor, const struct key *prefix, const struct key *after, MDB_val *key,
                MDB_val *value)
{
  size_t both = 0;
  int order = -1; // of after against prefix
  if (after) {
    both = after->length < prefix->length ? after->length : prefix->length;
    order = memcmp(after->bytes, prefix->bytes, both);
    if (order == 0) order = after->length < prefix->length ? -1 : 1;
  }
  const struct key *start = order > 0 ? after : prefix;
  if (start->length == 0) return mdb_cursor_get(cursor, key, value, MDB_FIRST);
  *key = value_of_key(start);
  int rc = mdb_cursor_get(cursor, key, value, MDB_SET_RANGE);
  bool same = rc == 0 && order > 0 && key->mv_size == after->length &&
              memcmp(key->mv_data, after->bytes, after->length) == 0;
  return same ? mdb_cursor_get(cursor, key, value, MDB_NEXT) : rc;
}

int store_scan(struct store_txn *txn, unsigned table, const struct key *prefix, const struct key *after,
               store_visit *visit, void *context)
{
  static const struct key all = {0};
  if (!prefix) prefix = &all;
  if (txn->error < 0) return txn->error;
  if (prefix->overflow || (after && after->overflow)) return 0; // no row begins so, none follows
  _cleanup_(close_cursor) MDB_cursor *cursor = NULL;
  int r = store_fail(txn, store_code(mdb_cursor_open(store_at(txn), dbi_of(txn, table), &cursor)));
  if (r < 0) return r;
  MDB_val key, value;
  int rc = seek(cursor, prefix, after, &key, &value);
  while (rc == 0 && begins_with(&key, prefix)) {
    r = visit(context, key.mv_data, key.mv_size, value.mv_data, value.mv_size);
    if (r != 0) return r;
    rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
  }
  return rc && rc != MDB_NOTFOUND ? store_fail(txn, store_code(rc)) : 0;
}

int store_count(struct store_txn *txn, unsigned table, uint64_t *ret)
{
  if (txn->error < 0) return txn->error;
  MDB_stat stat;
  int r = store_fail(txn, store_code(mdb_stat(store_at(txn), dbi_of(txn, table), &stat)));
  if (r == 0) *ret = stat.ms_entries;
  return r;
}

int store_clear(struct store_txn *txn, unsigned table)
{
  if (txn->error < 0) return txn->error;
  CHECK(txn->write);
  return store_fail(txn, store_code(mdb_drop(store_at(txn), dbi_of(txn, table), 0)));
}
