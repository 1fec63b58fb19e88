// Backups, restoring from them, and stores written by older programs.
#include "tests/lib/testlib.h"
#include "tests/unit/store/golden.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned count_files(const char *directory)
{
  unsigned n = 0;
  DIR *dir = opendir(directory);
  assert_non_null(dir);
  for (struct dirent *entry; (entry = readdir(dir));)
    if (entry->d_name[0] != '.') n++;
  closedir(dir);
  return n;
}

static void copies_all_and_changes_the_epoch(void **state)
{
  (void)state;
  const char *backup = test_path(test_dir(), "backup");
  struct golden live, copy;
  char chain[65], digest[65], chain2[65], digest2[65];
  uint64_t bytes = 0;
  struct stat info;
  golden_open(NULL, &live);
  golden_fill(&live);
  uint64_t epoch = journal_epoch(live.journal);
  assert_ok(store_backup(live.store, backup, &bytes));
  assert_int_equal(stat(test_path(backup, "data.mdb"), &info), 0);
  assert_true(bytes == (uint64_t)info.st_size);
  assert_int_equal(info.st_mode & 0777, 0600);
  assert_int_equal(count_files(backup), 1); // no lock, no partial file
  golden_open(backup, &copy);
  golden_expect(&copy);
  golden_hashes(&live, chain, digest);
  golden_hashes(&copy, chain2, digest2);
  assert_string_equal(chain, chain2);
  assert_string_equal(digest, digest2);
  assert_true(journal_epoch(copy.journal) != epoch); // readers of the old feed will notice
  assert_true(journal_epoch(live.journal) == epoch);
  epoch = journal_epoch(copy.journal);
  store_close(copy.store);
  golden_open(backup, &copy); // only once
  assert_true(journal_epoch(copy.journal) == epoch);
  store_close(copy.store);
  golden_expect(&live); // and the live store goes on
  store_close(live.store);
}

static void a_backup_of_a_restored_store_draws_again(void **state)
{
  (void)state;
  const char *first = test_path(test_dir(), "1"), *second = test_path(test_dir(), "2");
  struct golden live, one, two;
  golden_open(NULL, &live);
  assert_ok(store_backup(live.store, first, NULL));
  golden_open(first, &one);
  assert_ok(store_backup(one.store, second, NULL));
  golden_open(second, &two);
  assert_true(journal_epoch(one.journal) != journal_epoch(two.journal));
  store_close(two.store);
  store_close(one.store);
  store_close(live.store);
}

static void only_into_an_empty_directory(void **state)
{
  (void)state;
  const char *used = test_dir();
  struct golden live;
  golden_open(NULL, &live);
  test_write_file(test_path(used, "note.txt"), "mine", 4);
  assert_code(store_backup(live.store, used, NULL), -ENOTEMPTY);
  assert_int_equal(count_files(used), 1);
  assert_code(store_backup(live.store, test_path(used, "note.txt"), NULL), -ENOTDIR);
  assert_code(store_backup(live.store, test_path(used, "a/b"), NULL), -ENOENT);
  store_close(live.store);
}

// A copy of a damaged journal is worth nothing and must not look like a backup.
static void a_damaged_journal_is_not_backed_up(void **state)
{
  (void)state;
  const char *backup = test_path(test_dir(), "backup");
  struct golden live;
  struct store_txn *txn = NULL;
  unsigned table = 0;
  struct key key;
  golden_open(NULL, &live);
  golden_fill(&live);
  assert_ok(store_table(live.store, "journal", &table));
  assert_ok(store_begin(live.store, true, &txn));
  key_init(&key);
  key_u64(&key, 5);
  assert_ok(store_del(txn, table, &key));
  assert_ok(store_commit(&txn));
  assert_code(store_backup(live.store, backup, NULL), -EBADMSG);
  assert_int_equal(count_files(backup), 0);
  store_close(live.store);
}

static void readers_and_the_writer_may_be_open(void **state)
{
  (void)state;
  const char *backup = test_path(test_dir(), "backup");
  struct golden live, copy;
  struct store_txn *reader = NULL, *writer = NULL;
  golden_open(NULL, &live);
  golden_fill(&live);
  assert_ok(store_begin(live.store, false, &reader));
  assert_ok(store_begin(live.store, true, &writer));
  assert_ok(value_put(writer, live.keep, "clock", 1)); // not committed: not in the copy
  assert_ok(store_backup(live.store, backup, NULL));
  store_abort(&writer);
  store_abort(&reader);
  golden_open(backup, &copy);
  golden_expect(&copy);
  store_close(copy.store);
  store_close(live.store);
}

// Every on-disk version there ever was: its fixture opens, reads the same, and can be written to.
static void old_stores_open_and_read_the_same(void **state)
{
  (void)state;
  static const struct {
    const char *fixture, *chain, *digest; // as printed by make_golden_store when it was written
  } versions[] = {
      {"tests/fixtures/store-v1/data.mdb", "d9c4ad8d63a120b9d9d9883c820a5ca797b6dca5debdef15960f79c6d8b263bb",
       "dfe43155197469e4969148a14a6dedcf746fda5d9b3edef09c922cc289db743f"},
  };
  assert_int_equal(sizeof versions / sizeof *versions, STORE_FORMAT); // a new version brings its fixture
  for (size_t i = 0; i < STORE_FORMAT; i++) {
    const char *directory = test_dir();
    struct golden old;
    char chain[65], digest[65];
    struct stat info;
    assert_int_equal(stat(test_source(versions[i].fixture), &info), 0);
    assert_true(info.st_size < 256 * 1024);
    test_copy_file(test_source(versions[i].fixture), test_path(directory, "data.mdb"));
    golden_open(directory, &old);
    golden_expect(&old);
    golden_hashes(&old, chain, digest);
    assert_string_equal(chain, versions[i].chain);
    assert_string_equal(digest, versions[i].digest);
    struct store_txn *txn = NULL;
    Bus__Event event = BUS__EVENT__INIT;
    uint64_t rows = 0, bad = 0;
    assert_ok(store_begin(old.store, true, &txn));
    assert_ok(journal_append(txn, old.journal, &event));
    assert_ok(journal_verify(txn, old.journal, 0, UINT64_MAX, &rows, &bad));
    assert_true(rows == GOLDEN_EVENTS + 1 && bad == 0);
    assert_ok(store_commit(&txn));
    store_close(old.store);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(copies_all_and_changes_the_epoch),
      cmocka_unit_test(a_backup_of_a_restored_store_draws_again),
      cmocka_unit_test(only_into_an_empty_directory),
      cmocka_unit_test(a_damaged_journal_is_not_backed_up),
      cmocka_unit_test(readers_and_the_writer_may_be_open),
      cmocka_unit_test(old_stores_open_and_read_the_same),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
