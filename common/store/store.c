#include "common/base/check.h"
#include "common/base/cleanup.h"
#include "common/base/rand.h"
#include "common/store/store_private.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#define DEFAULT_MAP     ((size_t)64 << 30)
#define DEFAULT_FLOOR   ((uint64_t)1 << 30)
#define DEFAULT_PERCENT 5
#define DEFAULT_MAP_TOP 90
#define META_TABLE      "_meta"

DEFINE_CLEANUP(struct store, store_close);

int store_code(int rc)
{
  switch (rc) {
  case 0:
    return 0;
  case MDB_MAP_FULL:
    return -ENOSPC;
  case MDB_KEYEXIST:
    return -EEXIST;
  case MDB_NOTFOUND:
    return -ENOENT;
  case MDB_BAD_VALSIZE:
    return -ENAMETOOLONG;
  case MDB_TXN_FULL:
    return -E2BIG;
  case MDB_READERS_FULL:
    return -EUSERS;
  case MDB_DBS_FULL:
    return -ENFILE;
  case MDB_VERSION_MISMATCH:
  case MDB_INVALID:
  case MDB_CORRUPTED:
  case MDB_PAGE_NOTFOUND:
  case MDB_CURSOR_FULL:
    return -EBADMSG;
  case MDB_BAD_TXN:
  case MDB_BAD_RSLOT:
  case MDB_BAD_DBI:
  case MDB_INCOMPATIBLE:
    return -EINVAL;
  default:
    return rc > 0 ? -rc : -EIO;
  }
}

int store_own(struct store *store, void *object, void (*release)(void *object), store_turn_hook *turn)
{
  struct store_owned *owned = malloc(sizeof *owned);
  if (!owned) {
    release(object);
    return -ENOMEM;
  }
  *owned = (struct store_owned){store->owned, object, release, turn};
  store->owned = owned;
  return 0;
}

void store_tell(struct store *store, enum store_turn turn)
{
  for (struct store_owned *owned = store->owned; owned; owned = owned->next)
    if (owned->turn) owned->turn(owned->object, turn);
}

int store_directory(const char *path)
{
  if (mkdir(path, 0700) < 0 && errno != EEXIST) return -errno;
  int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return fd < 0 ? -errno : fd;
}

static int open_environment(struct store *store, size_t map_size, const char **why)
{
  int r = store_code(mdb_env_create(&store->env));
  if (r < 0) return r;
  r = store_code(mdb_env_set_mapsize(store->env, map_size));
  if (r == 0) r = store_code(mdb_env_set_maxdbs(store->env, STORE_MAX_TABLES + 1));
  if (r < 0) return r;
  // Nothing that can lose or tear a commit, and no tie between readers and threads.
  unsigned flags = MDB_NORDAHEAD | MDB_NOTLS | (store->no_sync ? MDB_NOSYNC : 0);
  r = store_code(mdb_env_open(store->env, store->directory, flags, 0600));
  if (r == -EBADMSG) *why = "data.mdb is no LMDB file of a version this program reads, or it is damaged";
  if (r < 0) return r;
  int fd = -1; // 0.9.24 opens the data file without O_CLOEXEC
  r = store_code(mdb_env_get_fd(store->env, &fd));
  if (r == 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) r = -errno;
  return r;
}

static bool same_text(const void *value, size_t length, const char *text)
{
  return length == strlen(text) && memcmp(value, text, length) == 0;
}

// A store that has no meta table yet: names it, in the transaction that creates the table.
static int found(struct store *store, struct store_txn *txn)
{
  uint32_t format = STORE_FORMAT;
  uint64_t epoch = 0;
  int r = store_meta_put(txn, "format", &format, sizeof format);
  if (r == 0) r = store_meta_put(txn, "area", store->area, strlen(store->area));
  if (r == 0) r = store_meta_put(txn, "chain", store->chain, strlen(store->chain));
  if (r == 0) r = store_draw_epoch(txn, &epoch);
  return r;
}

static int read_format(struct store_txn *txn, const char **why)
{
  const void *value = NULL;
  size_t length = 0;
  uint32_t format = 0;
  int r = store_meta_get(txn, "format", &value, &length);
  if (r < 0) return r;
  if (length != sizeof format) {
    *why = "the store does not name its format: it is damaged";
    return -EINVAL;
  }
  memcpy(&format, value, sizeof format);
  if (format > STORE_FORMAT) {
    *why = "the store was written by a newer jiedui; start that version, or restore a backup of this one";
    return -EINVAL;
  }
  return 0;
}

// Checks what the store says about itself. chain: the configured algorithm or NULL.
static int recognise(struct store *store, struct store_txn *txn, const char *chain, const char **why)
{
  const void *value = NULL;
  size_t length = 0;
  int r = read_format(txn, why);
  if (r == 0) r = store_meta_get(txn, "area", &value, &length);
  if (r < 0) return r;
  if (!value || !same_text(value, length, store->area)) {
    *why = "the store belongs to another daemon (area); check state_dir in the configuration";
    return -EINVAL;
  }
  r = store_meta_get(txn, "chain", &value, &length);
  if (r < 0) return r;
  if (!value || length >= sizeof store->chain || (chain && !same_text(value, length, chain))) {
    *why = "the journal's chain algorithm is fixed at creation and differs from `chain` in the configuration";
    return -EINVAL;
  }
  memcpy(store->chain, value, length);
  store->chain[length] = '\0';
  return 0;
}

// An environment without a meta table is ours to found only when it is empty.
static int check_unclaimed(struct store_txn *txn, const char **why)
{
  MDB_dbi names = 0;
  MDB_stat stat;
  int r = store_code(mdb_dbi_open(txn->root, NULL, 0, &names));
  if (r == 0) r = store_code(mdb_stat(txn->root, names, &stat));
  if (r < 0 || stat.ms_entries == 0) return r;
  *why = "the directory holds an LMDB environment that is not a jiedui store";
  return -EINVAL;
}

static int identify(struct store *store, const char *chain, const char **why)
{
  // A read transaction is tried first: a store that is only opened is not written to.
  struct store_txn *txn = NULL;
  int r = store_begin(store, false, &txn);
  if (r < 0) return r;
  int rc = mdb_dbi_open(txn->root, META_TABLE, 0, &store->meta);
  if (rc == 0)
    r = recognise(store, txn, chain, why);
  else
    r = rc == MDB_NOTFOUND ? check_unclaimed(txn, why) : store_code(rc);
  if (r < 0) {
    store_abort(&txn);
    return r;
  }
  if ((r = store_commit(&txn)) < 0 || rc == 0) return r;
  if ((r = store_begin(store, true, &txn)) < 0) return r;
  r = store_fail(txn, store_code(mdb_dbi_open(txn->root, META_TABLE, MDB_CREATE, &store->meta)));
  if (r == 0) r = found(store, txn);
  return store_commit(&txn);
}

static int take_options(struct store *store, const struct store_options *options, const char **why)
{
  const char *chain = options->chain ? options->chain : "sha256";
  if (strcmp(chain, "sha256") != 0 && strcmp(chain, "sm3") != 0) {
    *why = "chain must be sha256 or sm3";
    return -EINVAL;
  }
  memcpy(store->chain, chain, strlen(chain) + 1);
  store->floor_bytes = options->floor_bytes ? options->floor_bytes : DEFAULT_FLOOR;
  store->floor_percent = options->floor_percent ? options->floor_percent : DEFAULT_PERCENT;
  store->map_percent = options->map_percent ? options->map_percent : DEFAULT_MAP_TOP;
  store->no_sync = options->no_sync;
  store->directory = strdup(options->directory);
  store->area = strdup(options->area);
  return store->directory && store->area ? 0 : -ENOMEM;
}

int store_open(const struct store_options *options, struct store **ret, const char **why)
{
  const char *ignored = NULL;
  if (!why) why = &ignored;
  _cleanup_(store_closep) struct store *store = calloc(1, sizeof *store);
  if (!store) return -ENOMEM;
  store->directory_fd = -1;
  int r = take_options(store, options, why);
  if (r < 0) return r;
  if ((r = store_directory(store->directory)) < 0) {
    *why = "the state directory cannot be made or opened";
    return r;
  }
  store->directory_fd = r;
  if (flock(store->directory_fd, LOCK_EX | LOCK_NB) < 0) {
    *why = "the store is open already, in this or another process";
    return errno == EWOULDBLOCK ? -EEXIST : -errno;
  }
  if ((r = open_environment(store, options->map_size ? options->map_size : DEFAULT_MAP, why)) < 0) return r;
  if ((r = store_reader_check(store, NULL)) < 0) return r;
  if ((r = identify(store, options->chain, why)) < 0) return r;
  *ret = TAKE(store);
  return 0;
}

struct store *store_close(struct store *store)
{
  if (!store) return NULL;
  CHECK(store->open_txns == 0);
  while (store->owned) {
    struct store_owned *owned = store->owned;
    store->owned = owned->next;
    owned->free(owned->object);
    free(owned);
  }
  if (store->env) mdb_env_close(store->env);
  if (store->directory_fd >= 0) close(store->directory_fd); // and with it the lock
  free(store->directory);
  free(store->area);
  free(store);
  return NULL;
}

int store_table(struct store *store, const char *name, unsigned *ret_table)
{
  if (store->open_txns > 0) return -EBUSY; // LMDB opens tables only while no other transaction is open
  if (store->n_tables == STORE_MAX_TABLES) return -ENFILE;
  MDB_dbi *dbi = &store->tables[store->n_tables];
  struct store_txn *txn = NULL;
  int r = store_begin(store, false, &txn);
  if (r < 0) return r;
  int rc = mdb_dbi_open(txn->root, name, 0, dbi);
  if (rc && rc != MDB_NOTFOUND) store_fail(txn, store_code(rc));
  if ((r = store_commit(&txn)) < 0) return r;
  if (rc == MDB_NOTFOUND) {
    if ((r = store_begin(store, true, &txn)) < 0) return r;
    store_fail(txn, store_code(mdb_dbi_open(txn->root, name, MDB_CREATE, dbi)));
    if ((r = store_commit(&txn)) < 0) return r;
  }
  *ret_table = store->n_tables++;
  return 0;
}

int store_reader_check(struct store *store, int *ret_cleared)
{
  int cleared = 0;
  int r = store_code(mdb_reader_check(store->env, &cleared));
  if (r == 0 && ret_cleared) *ret_cleared = cleared;
  return r;
}

int store_meta_get(struct store_txn *txn, const char *name, const void **value, size_t *length)
{
  if (txn->error < 0) return txn->error;
  MDB_val key = {strlen(name), (void *)name}, data = {0, NULL};
  int rc = mdb_get(store_at(txn), txn->store->meta, &key, &data);
  if (rc && rc != MDB_NOTFOUND) return store_fail(txn, store_code(rc));
  *value = rc == MDB_NOTFOUND ? NULL : data.mv_data;
  *length = rc == MDB_NOTFOUND ? 0 : data.mv_size;
  return 0;
}

int store_meta_put(struct store_txn *txn, const char *name, const void *value, size_t length)
{
  if (txn->error < 0) return txn->error;
  MDB_val key = {strlen(name), (void *)name}, data = {length, (void *)value};
  return store_fail(txn, store_code(mdb_put(store_at(txn), txn->store->meta, &key, &data, 0)));
}

int store_meta_del(struct store_txn *txn, const char *name)
{
  if (txn->error < 0) return txn->error;
  MDB_val key = {strlen(name), (void *)name};
  int rc = mdb_del(store_at(txn), txn->store->meta, &key, NULL);
  return rc == MDB_NOTFOUND ? 0 : store_fail(txn, store_code(rc));
}

int store_draw_epoch(struct store_txn *txn, uint64_t *ret)
{
  uint64_t epoch = 0;
  do {
    rand_bytes(&epoch, sizeof epoch);
    epoch >>= 11;
  } while (epoch == 0);
  int r = store_meta_put(txn, "epoch", &epoch, sizeof epoch);
  if (r == 0) *ret = epoch;
  return r;
}
