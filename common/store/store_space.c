// The space guard: how full the map and the disk are, and whether creations are still admitted.
#include "common/base/cleanup.h"
#include "common/store/store_private.h"
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

static void abort_txn(MDB_txn **txn)
{
  if (*txn) mdb_txn_abort(*txn);
}

static void close_cursor(MDB_cursor **cursor)
{
  if (*cursor) mdb_cursor_close(*cursor);
}

// Pages below the high-water mark that LMDB can use again: each row of its free list begins with their
// number.
static int count_free_pages(struct store *store, uint64_t *ret)
{
  _cleanup_(abort_txn) MDB_txn *txn = NULL;
  _cleanup_(close_cursor) MDB_cursor *cursor = NULL;
  MDB_val key, value;
  uint64_t pages = 0;
  int rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);
  if (rc == 0) rc = mdb_cursor_open(txn, 0, &cursor); // 0 is the free list
  while (rc == 0 && (rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
    size_t n = 0;
    memcpy(&n, value.mv_data, sizeof n);
    pages += n;
  }
  if (rc != MDB_NOTFOUND) return store_code(rc);
  *ret = pages;
  return 0;
}

static int map_used(struct store *store, uint64_t *ret_size, uint64_t *ret_used)
{
  MDB_envinfo info;
  MDB_stat stat;
  int r = store_code(mdb_env_info(store->env, &info));
  if (r == 0) r = store_code(mdb_env_stat(store->env, &stat));
  if (r < 0) return r;
  uint64_t used = info.me_last_pgno + 1;
  // The mark never falls. Only when it alone would close the guard is the free list worth a scan.
  if (used * stat.ms_psize >= info.me_mapsize / 100 * store->map_percent) {
    uint64_t free_pages = 0;
    if ((r = count_free_pages(store, &free_pages)) < 0) return r;
    used -= free_pages < used ? free_pages : used;
  }
  *ret_size = info.me_mapsize;
  *ret_used = used * stat.ms_psize;
  return 0;
}

int store_space(struct store *store, struct store_space *ret)
{
  struct store_space space = {0};
  struct statvfs disk;
  int r = map_used(store, &space.map_size, &space.map_used);
  if (r < 0) return r;
  if (fstatvfs(store->directory_fd, &disk) < 0) return -errno;
  space.disk_free = (uint64_t)disk.f_bavail * disk.f_frsize;
  space.disk_size = (uint64_t)disk.f_blocks * disk.f_frsize;
  bool by_share = store->floor_percent <= 100;
  space.creations = space.map_used < space.map_size / 100 * store->map_percent &&
                    space.disk_free >= store->floor_bytes &&
                    (!by_share || space.disk_free >= space.disk_size / 100 * store->floor_percent);
  *ret = space;
  return 0;
}
