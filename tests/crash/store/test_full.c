// A full map and a full disk are ordinary cases: the batch is refused whole, reading goes on, and writing too
// once there is room.
#include "tests/crash/store/ledger.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH 20

// Batches until one fails; its code. *acked counts the commands of the good ones.
static int fill(struct ledger *ledger, uint64_t *acked)
{
  for (unsigned i = 0; i < 20000; i++) {
    int r = ledger_batch(ledger, *acked + 1, BATCH);
    if (r < 0) return r;
    *acked += BATCH;
  }
  fail_msg("it never fills");
  return 0;
}

static void expect_no_room(int code)
{
  if (code != -ENOSPC && code != -EIO)
    fail_msg("code %d", code); // EIO: the disk took a part of a page (LMDB 0.9)
}

static void map_full(void **state)
{
  (void)state;
  struct store_options options = {.directory = test_dir(), .map_size = 1 << 20, .no_sync = true};
  struct ledger ledger;
  uint64_t acked = 0;
  assert_ok(ledger_open(&options, &ledger));
  assert_code(fill(&ledger, &acked), -ENOSPC);
  assert_true(acked > 100);
  assert_true(ledger_expect(&ledger, acked) == acked);
  assert_code(ledger_batch(&ledger, acked + 1, BATCH * 4), -ENOSPC); // again, and as harmless
  assert_true(ledger_expect(&ledger, acked) == acked);
  ledger_close(&ledger);
  assert_ok(ledger_open(&options, &ledger)); // a full store opens
  assert_true(ledger_expect(&ledger, acked) == acked);
  ledger_close(&ledger);
  options.map_size = 4 << 20; // the operator's cure
  assert_ok(ledger_open(&options, &ledger));
  assert_ok(ledger_batch(&ledger, acked + 1, BATCH * 4));
  assert_true(ledger_expect(&ledger, acked + BATCH * 4) == acked + BATCH * 4);
  ledger_close(&ledger);
}

// A full map found inside a savepoint is not forgiven by rolling back: the whole batch ends.
static void map_full_outlives_a_rollback(void **state)
{
  (void)state;
  struct store_options options = {.directory = test_dir(), .map_size = 1 << 20, .no_sync = true};
  static const char filling[64 * 1024] = "x";
  struct ledger ledger;
  struct store_txn *txn = NULL;
  unsigned table = 0;
  int r = 0;
  assert_ok(ledger_open(&options, &ledger));
  assert_ok(ledger_batch(&ledger, 1, 5));
  assert_ok(store_table(ledger.store, "filling", &table));
  assert_ok(store_begin(ledger.store, true, &txn));
  assert_ok(store_savepoint(txn));
  for (uint32_t i = 0; r == 0 && i < 100; i++) {
    struct key key;
    key_init(&key);
    key_u32(&key, i);
    r = store_put(txn, table, &key, filling, sizeof filling);
  }
  assert_code(r, -ENOSPC);
  assert_code(store_rollback(txn), -ENOSPC);
  assert_code(ledger_command(&ledger, txn, 6), -ENOSPC);
  assert_code(store_commit(&txn), -ENOSPC);
  assert_true(ledger_expect(&ledger, 5) == 5);
  assert_ok(ledger_batch(&ledger, 6, 5));
  assert_true(ledger_expect(&ledger, 10) == 10);
  ledger_close(&ledger);
}

// The guard: creations end at the mark, and what must be written after that still fits.
static void the_guard_leaves_room_for_endings(void **state)
{
  (void)state;
  struct store_options options = {.directory = test_dir(),
                                  .map_size = 2 << 20,
                                  .floor_bytes = 1,
                                  .floor_percent = 101,
                                  .map_percent = 70,
                                  .no_sync = true};
  struct store_space space = {.creations = true};
  struct ledger ledger;
  uint64_t acked = 0;
  assert_ok(ledger_open(&options, &ledger));
  for (; space.creations; acked += BATCH) {
    assert_ok(ledger_batch(&ledger, acked + 1, BATCH));
    assert_ok(store_space(ledger.store, &space));
  }
  for (unsigned i = 0; i < 5; i++, acked += BATCH) // acknowledgements, recalls, completions
    assert_ok(ledger_batch(&ledger, acked + 1, BATCH));
  assert_true(ledger_expect(&ledger, acked) == acked);
  ledger_close(&ledger);
}

// A file that may not grow, by the process's limit: runs everywhere.
static void file_limit(void **state)
{
  (void)state;
  struct store_options options = {.directory = test_dir(), .map_size = 64 << 20};
  struct rlimit before, limit;
  struct ledger ledger;
  uint64_t acked = 0;
  assert_ok(ledger_open(&options, &ledger));
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  limit = before;
  signal(SIGXFSZ, SIG_IGN);
  for (rlim_t extra = 0; extra < 4096; extra += 1024) { // also in the middle of a page
    limit.rlim_cur = (512 << 10) + (extra << 6) + extra;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    int r = fill(&ledger, &acked);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    expect_no_room(r);
    assert_true(ledger_expect(&ledger, acked) == acked);
    assert_ok(ledger_batch(&ledger, acked + 1, 2)); // in the same process, once there is room
    acked += 2;
    assert_true(ledger_expect(&ledger, acked) == acked);
    ledger_close(&ledger); // and in the next
    assert_ok(ledger_open(&options, &ledger));
    assert_true(ledger_expect(&ledger, acked) == acked);
  }
  ledger_close(&ledger);
}

static bool write_self(const char *path, const char *text)
{
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  bool done = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);
  if (fd >= 0) close(fd);
  return done;
}

// Mounts that only this process sees: by right, or as root of a user namespace of its own.
static bool take_own_mounts(void)
{
  char uid[32], gid[32];
  snprintf(uid, sizeof uid, "0 %u 1", (unsigned)getuid());
  snprintf(gid, sizeof gid, "0 %u 1", (unsigned)getgid());
  if (unshare(CLONE_NEWNS) < 0) {
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0) return false;
    if (!write_self("/proc/self/setgroups", "deny")) return false;
    if (!write_self("/proc/self/uid_map", uid) || !write_self("/proc/self/gid_map", gid)) return false;
  }
  return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

// A small file system of our own. NULL when the system does not allow it.
static const char *small_disk(void)
{
  const char *directory = test_dir();
  if (!take_own_mounts()) return NULL;
  return mount("tmpfs", directory, "tmpfs", 0, "size=3m,mode=0700") == 0 ? directory : NULL;
}

// Takes the rest of the disk but for `left` bytes; removing the file gives it back.
static void put_ballast(const char *path, size_t size)
{
  static const char block[4096] = "x";
  int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  assert_true(fd >= 0);
  for (size_t done = 0; done < size; done += sizeof block)
    assert_int_equal(write(fd, block, sizeof block), sizeof block);
  close(fd);
}

static void disk_full(void **state)
{
  (void)state;
  const char *disk = small_disk();
  if (!disk) {
    print_message("no right to mount a file system here: only the file limit was tried\n");
    skip();
  }
  const char *ballast = test_path(disk, "ballast"), *backup = test_path(disk, "backup");
  struct store_options options = {.directory = test_path(disk, "state"),
                                  .map_size = 64 << 20,
                                  .floor_bytes = 256 << 10,
                                  .floor_percent = 101};
  struct store_space space;
  struct ledger ledger;
  uint64_t acked = 0;
  put_ballast(ballast, 1 << 20);
  assert_ok(ledger_open(&options, &ledger));
  assert_ok(store_space(ledger.store, &space));
  assert_true(space.creations);
  expect_no_room(fill(&ledger, &acked));
  assert_true(acked > 100);
  assert_ok(store_space(ledger.store, &space));
  assert_false(space.creations); // and space.disk_free says why
  assert_true(space.disk_free < 256 << 10);
  assert_true(ledger_expect(&ledger, acked) == acked);
  expect_no_room(ledger_batch(&ledger, acked + 1, BATCH * 8));
  assert_true(ledger_expect(&ledger, acked) == acked);
  int r = store_backup(ledger.store, backup, NULL); // no room for a copy either: nothing of it stays
  expect_no_room(r);
  assert_int_equal(rmdir(backup), 0);

  assert_int_equal(unlink(ballast), 0);
  assert_ok(ledger_batch(&ledger, acked + 1, BATCH * 4));
  acked += BATCH * 4;
  assert_true(ledger_expect(&ledger, acked) == acked);
  ledger_close(&ledger);
  assert_ok(ledger_open(&options, &ledger));
  assert_true(ledger_expect(&ledger, acked) == acked);
  ledger_close(&ledger);
  assert_int_equal(umount2(disk, MNT_DETACH), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(map_full),
      cmocka_unit_test(map_full_outlives_a_rollback),
      cmocka_unit_test(the_guard_leaves_room_for_endings),
      cmocka_unit_test(file_limit),
      cmocka_unit_test(disk_full), // last: it leaves the process with mounts of its own
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
