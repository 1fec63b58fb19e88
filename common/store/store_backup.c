// Hot copies: made beside their final name, synced, renamed, then opened and their chain verified.
#include "common/base/cleanup.h"
#include "common/store/journal.h"
#include "common/store/store_private.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define PARTIAL_FILE "data.mdb.partial"
#define LOCK_FILE    "lock.mdb"

DEFINE_CLEANUP(struct store, store_close);

int store_copy(struct store *store, int directory_fd, const char *name)
{
  _cleanup_close_ int fd = openat(directory_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return -errno;
  int r = store_code(mdb_env_copyfd2(store->env, fd, MDB_CP_COMPACT));
  if (r == 0 && fsync(fd) < 0) r = -errno;
  if (r < 0) unlinkat(directory_fd, name, 0);
  return r;
}

int store_rename(int directory_fd, const char *from, const char *to)
{
  if (renameat(directory_fd, from, directory_fd, to) < 0) return -errno;
  return fsync(directory_fd) < 0 ? -errno : 0;
}

static int check_empty(int directory_fd)
{
  int copy = openat(directory_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *directory = copy < 0 ? NULL : fdopendir(copy);
  if (!directory) return -errno;
  int r = 0;
  for (struct dirent *entry; r == 0 && (entry = readdir(directory));)
    if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) r = -ENOTEMPTY;
  closedir(directory);
  return r;
}

// A vault has no journal; a copy is not the place to make one.
static int find_journal(struct store *copy, bool *ret)
{
  struct store_txn *txn = NULL;
  MDB_dbi dbi = 0;
  int r = store_begin(copy, false, &txn);
  if (r < 0) return r;
  int rc = mdb_dbi_open(txn->root, "journal", 0, &dbi);
  store_abort(&txn);
  if (rc && rc != MDB_NOTFOUND) return store_code(rc);
  *ret = rc == 0;
  return 0;
}

static int verify_chain(struct store *copy)
{
  struct journal *journal = NULL;
  struct store_txn *txn = NULL;
  uint64_t rows = 0, bad = 0;
  bool there = false;
  int r = find_journal(copy, &there);
  if (r < 0 || !there) return r;
  r = journal_open(copy, &journal);
  if (r == 0) r = store_begin(copy, false, &txn);
  if (r < 0) return r;
  r = journal_verify(txn, journal, 0, UINT64_MAX, &rows, &bad);
  if (r == 0 && bad) r = -EBADMSG;
  store_abort(&txn);
  return r;
}

// Whoever starts from this copy goes back in time: the mark makes the journal draw a new epoch then.
static int mark_as_copy(struct store *copy)
{
  struct store_txn *txn = NULL;
  int r = store_begin(copy, true, &txn);
  if (r < 0) return r;
  store_meta_put(txn, "copied", "", 0);
  return store_commit(&txn);
}

static int verify_copy(const struct store *store, const char *directory)
{
  struct store_options options = {.directory = directory, .area = store->area, .no_sync = store->no_sync};
  _cleanup_(store_closep) struct store *copy = NULL;
  int r = store_open(&options, &copy, NULL);
  if (r == 0) r = verify_chain(copy);
  if (r == 0) r = mark_as_copy(copy);
  return r;
}

int store_backup(struct store *store, const char *directory, uint64_t *ret_bytes)
{
  struct stat stat;
  _cleanup_close_ int fd = store_directory(directory);
  if (fd < 0) return fd;
  int r = check_empty(fd);
  if (r == 0) r = store_copy(store, fd, PARTIAL_FILE);
  if (r < 0) return r;
  r = store_rename(fd, PARTIAL_FILE, STORE_DATA_FILE);
  if (r == 0) r = verify_copy(store, directory);
  if (r == 0 && fstatat(fd, STORE_DATA_FILE, &stat, 0) < 0) r = -errno;
  unlinkat(fd, LOCK_FILE, 0); // of verify_copy; a new one is made by the next opener
  if (r < 0) {
    unlinkat(fd, PARTIAL_FILE, 0);
    unlinkat(fd, STORE_DATA_FILE, 0);
    return r;
  }
  if (ret_bytes) *ret_bytes = (uint64_t)stat.st_size;
  return 0;
}
