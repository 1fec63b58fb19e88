// Opening and naming of stores, transactions, savepoints, raw rows.
#include "common/base/cleanup.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static struct key key_of(const char *text)
{
  struct key key;
  key_init(&key);
  key_text(&key, text);
  return key;
}

static void put_text(struct store_txn *txn, unsigned table, const char *name, const char *text)
{
  struct key key = key_of(name);
  assert_ok(store_put(txn, table, &key, text, strlen(text) + 1));
}

// The text of a row; NULL if there is none.
static const char *text_of(struct store_txn *txn, unsigned table, const char *name)
{
  struct key key = key_of(name);
  const void *value = "untouched";
  size_t length = 1;
  assert_ok(store_get(txn, table, &key, &value, &length));
  if (!value) assert_int_equal(length, 0);
  return value;
}

static int open_as(const char *directory, const char *area, const char *chain, const char **why)
{
  struct store *store = NULL;
  struct store_options options = {
      .directory = directory, .area = area, .chain = chain, .map_size = 1 << 20, .no_sync = true};
  *why = "";
  int r = store_open(&options, &store, why);
  if (r < 0)
    assert_null(store);
  else
    store_close(store);
  return r;
}

static void remembers_what_it_is(void **state)
{
  (void)state;
  const char *why, *directory = test_dir();
  assert_ok(open_as(directory, "registry", "sm3", &why));
  static const struct {
    const char *area, *chain;
    int code;
    const char *word; // in the explanation
  } cases[] = {
      {"registry", "sm3", 0, ""},
      {"registry", NULL, 0, ""},
      {"dispatch", "sm3", -EINVAL, "area"},
      {"registr", "sm3", -EINVAL, "area"},
      {"registry", "sha256", -EINVAL, "chain"},
      {"registry", "md5", -EINVAL, "sha256 or sm3"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_code(open_as(directory, cases[i].area, cases[i].chain, &why), cases[i].code);
    assert_non_null(strstr(why, cases[i].word));
  }
}

// Changes a directory's LMDB file behind the store's back.
static void write_raw(const char *directory, const char *table, const char *name, const void *value,
                      size_t length)
{
  MDB_env *env = NULL;
  MDB_txn *txn = NULL;
  MDB_dbi dbi = 0;
  MDB_val key = {strlen(name), (void *)name}, data = {length, (void *)value};
  mkdir(directory, 0700);
  assert_int_equal(mdb_env_create(&env), 0);
  assert_int_equal(mdb_env_set_maxdbs(env, 8), 0);
  assert_int_equal(mdb_env_open(env, directory, MDB_NOSYNC, 0600), 0);
  assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
  assert_int_equal(mdb_dbi_open(txn, table, MDB_CREATE, &dbi), 0);
  assert_int_equal(mdb_put(txn, dbi, &key, &data, 0), 0);
  assert_int_equal(mdb_txn_commit(txn), 0);
  mdb_env_close(env);
}

static void refuses_what_it_cannot_read(void **state)
{
  (void)state;
  const char *why, *newer = test_dir(), *foreign = test_path(test_dir(), "env"), *junk = test_dir(),
                   *odd = test_dir();
  uint32_t format = STORE_FORMAT + 1;
  assert_ok(open_as(newer, "registry", NULL, &why));
  write_raw(newer, "_meta", "format", &format, sizeof format);
  assert_code(open_as(newer, "registry", NULL, &why), -EINVAL);
  assert_non_null(strstr(why, "newer jiedui"));

  write_raw(foreign, "something", "a", "b", 1);
  assert_code(open_as(foreign, "registry", NULL, &why), -EINVAL);
  assert_non_null(strstr(why, "not a jiedui store"));

  assert_ok(open_as(odd, "registry", NULL, &why));
  write_raw(odd, "_meta", "format", "x", 1);
  assert_code(open_as(odd, "registry", NULL, &why), -EINVAL);
  assert_non_null(strstr(why, "damaged"));

  char bytes[8192];
  memset(bytes, 'x', sizeof bytes);
  test_write_file(test_path(junk, "data.mdb"), bytes, sizeof bytes);
  assert_code(open_as(junk, "registry", NULL, &why), -EBADMSG);
  assert_non_null(strstr(why, "data.mdb"));

  assert_code(open_as(test_path(test_dir(), "no/such/parent"), "registry", NULL, &why), -ENOENT);
  assert_non_null(strstr(why, "state directory"));
}

static void keeps_a_second_opener_out(void **state)
{
  (void)state;
  const char *why, *directory = test_dir();
  struct store *store = test_store(directory, "registry");
  assert_code(open_as(directory, "registry", NULL, &why), -EEXIST);
  assert_non_null(strstr(why, "open already"));
  pid_t child = fork();
  if (child == 0) _exit(open_as(directory, "registry", NULL, &why) == -EEXIST ? 0 : 1);
  int status = test_wait_child(child);
  assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  store = store_close(store);
  assert_null(store_close(store));
  assert_ok(open_as(directory, "registry", NULL, &why));
}

static void is_private_and_sparse(void **state)
{
  (void)state;
  const char *directory = test_path(test_dir(), "state");
  struct store *store = NULL;
  struct store_options options = {.directory = directory, .area = "registry", .no_sync = true};
  struct stat info;
  assert_ok(store_open(&options, &store, NULL)); // why may be NULL
  assert_int_equal(stat(directory, &info), 0);
  assert_int_equal(info.st_mode & 0777, 0700);
  assert_int_equal(stat(test_path(directory, "data.mdb"), &info), 0);
  assert_int_equal(info.st_mode & 0777, 0600);
  assert_true(info.st_size < 1 << 20); // 64 GiB of map, not of file: no WRITEMAP
  struct store_space space;
  assert_ok(store_space(store, &space));
  assert_true(space.map_size == (uint64_t)64 << 30);
  store_close(store);
}

// A channel program started by notifyd must not inherit the store.
static void descriptors_close_on_exec(void **state)
{
  (void)state;
  const char *directory = test_dir();
  struct store *store = test_store(directory, "registry");
  unsigned found = 0;
  for (int fd = 0; fd < 256; fd++) {
    char link[64], target[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, target, sizeof target - 1);
    if (n < 0) continue;
    target[n] = '\0';
    if (strncmp(target, directory, strlen(directory)) != 0) continue;
    found++;
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  }
  assert_true(found >= 3); // directory, data, lock
  store_close(store);
}

static void rows_survive_reopening(void **state)
{
  (void)state;
  const char *directory = test_dir();
  struct store *store = test_store(directory, "registry");
  struct store_txn *txn = NULL;
  unsigned table = 0, other = 0;
  assert_ok(store_table(store, "a", &table));
  assert_ok(store_begin(store, true, &txn));
  put_text(txn, table, "x", "one");
  put_text(txn, table, "x", "two");
  put_text(txn, table, "y", "");
  assert_ok(store_commit(&txn));
  assert_null(txn);
  store_close(store);
  store = test_store(directory, "registry");
  assert_ok(store_table(store, "b", &other));
  assert_ok(store_table(store, "a", &table));
  assert_ok(store_begin(store, false, &txn));
  assert_string_equal(text_of(txn, table, "x"), "two");
  assert_string_equal(text_of(txn, table, "y"), "");
  assert_null(text_of(txn, table, "z"));
  assert_null(text_of(txn, other, "x"));
  store_abort(&txn);
  store_close(store);
}

static void one_writer_many_readers(void **state)
{
  (void)state;
  struct store *store = test_store(NULL, "registry");
  struct store_txn *writer = NULL, *second = NULL, *before = NULL, *after = NULL;
  unsigned table = 0, late = 0;
  int cleared = -1;
  assert_ok(store_table(store, "a", &table));
  assert_ok(store_begin(store, true, &writer));
  assert_code(store_begin(store, true, &second), -EBUSY);
  assert_null(second);
  assert_code(store_table(store, "late", &late), -EBUSY);
  assert_ok(store_begin(store, false, &before));
  put_text(writer, table, "x", "one");
  assert_ok(store_reader_check(store, &cleared));
  assert_int_equal(cleared, 0); // the reader is alive
  assert_ok(store_commit(&writer));
  assert_ok(store_begin(store, false, &after));
  assert_null(text_of(before, table, "x")); // a reader sees what was when it began
  assert_string_equal(text_of(after, table, "x"), "one");
  store_abort(&before);
  store_abort(&after);
  store_abort(&after); // consumed already
  assert_ok(store_table(store, "late", &late));
  store_close(store);
}

static void first_error_stays(void **state)
{
  (void)state;
  struct store *store = test_store(NULL, "registry");
  struct store_txn *txn = NULL;
  struct key key = key_of("x"), none;
  const void *value = NULL;
  size_t length = 0;
  uint64_t count = 7;
  unsigned table = 0;
  char text[600];
  memset(text, 'k', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  struct key overlong = key_of(text);
  key_init(&none);
  assert_ok(store_table(store, "a", &table));

  assert_ok(store_begin(store, true, &txn));
  put_text(txn, table, "x", "one");
  assert_ok(store_get(txn, table, &overlong, &value, &length)); // nothing can be stored there
  assert_null(value);
  assert_ok(store_del(txn, table, &overlong));
  assert_ok(store_error(txn));
  assert_code(store_put(txn, table, &overlong, "v", 1), -ENAMETOOLONG);
  assert_code(store_put(txn, table, &none, "v", 1), -ENAMETOOLONG); // not its own -EINVAL: the first stays
  assert_code(store_put(txn, table, &key, "v", 1), -ENAMETOOLONG);
  assert_code(store_get(txn, table, &key, &value, &length), -ENAMETOOLONG);
  assert_code(store_del(txn, table, &key), -ENAMETOOLONG);
  assert_code(store_count(txn, table, &count), -ENAMETOOLONG);
  assert_code(store_clear(txn, table), -ENAMETOOLONG);
  assert_code(store_scan(txn, table, NULL, NULL, NULL, NULL), -ENAMETOOLONG);
  assert_code(store_savepoint(txn), -ENAMETOOLONG);
  assert_code(store_commit(&txn), -ENAMETOOLONG);
  assert_null(txn);

  assert_ok(store_begin(store, true, &txn)); // nothing of it was written, and the store goes on
  assert_null(text_of(txn, table, "x"));
  assert_code(store_put(txn, table, &none, "v", 1), -EINVAL);
  store_abort(&txn);
  store_close(store);
}

static void savepoints_keep_or_drop(void **state)
{
  (void)state;
  struct store *store = test_store(NULL, "registry");
  struct store_txn *txn = NULL;
  struct key key;
  unsigned table = 0;
  assert_ok(store_table(store, "a", &table));
  assert_ok(store_begin(store, true, &txn));
  put_text(txn, table, "before", "1");
  assert_ok(store_savepoint(txn));
  put_text(txn, table, "kept", "1");
  assert_ok(store_release(txn));
  assert_ok(store_savepoint(txn));
  put_text(txn, table, "dropped", "1");
  put_text(txn, table, "before", "changed");
  key = key_of("kept");
  assert_ok(store_del(txn, table, &key));
  assert_ok(store_rollback(txn));
  assert_string_equal(text_of(txn, table, "before"), "1");
  assert_string_equal(text_of(txn, table, "kept"), "1");
  assert_null(text_of(txn, table, "dropped"));
  // an error inside goes with the savepoint
  assert_ok(store_savepoint(txn));
  put_text(txn, table, "dropped", "1");
  key_init(&key);
  assert_code(store_put(txn, table, &key, "v", 1), -EINVAL);
  assert_code(store_error(txn), -EINVAL);
  assert_ok(store_rollback(txn));
  assert_ok(store_error(txn));
  // releasing a failed savepoint rolls it back
  assert_ok(store_savepoint(txn));
  put_text(txn, table, "dropped", "1");
  assert_code(store_put(txn, table, &key, "v", 1), -EINVAL);
  assert_ok(store_release(txn));
  assert_null(text_of(txn, table, "dropped"));
  put_text(txn, table, "after", "1");
  assert_ok(store_commit(&txn));

  assert_ok(store_begin(store, true, &txn));
  assert_string_equal(text_of(txn, table, "after"), "1");
  assert_ok(store_savepoint(txn));
  put_text(txn, table, "lost", "1");
  store_abort(&txn); // with the savepoint still open
  assert_ok(store_begin(store, false, &txn));
  assert_null(text_of(txn, table, "lost"));
  assert_string_equal(text_of(txn, table, "kept"), "1");
  store_abort(&txn);
  store_close(store);
}

static void append_needs_order(void **state)
{
  (void)state;
  struct store *store = test_store(NULL, "registry");
  struct store_txn *txn = NULL;
  unsigned table = 0;
  assert_ok(store_table(store, "a", &table));
  assert_ok(store_begin(store, true, &txn));
  struct key a = key_of("a"), b = key_of("b");
  assert_ok(store_append(txn, table, &b, "2", 1));
  assert_ok(store_savepoint(txn));
  assert_code(store_append(txn, table, &a, "1", 1), -EEXIST);
  assert_ok(store_rollback(txn));
  assert_ok(store_savepoint(txn));
  assert_code(store_append(txn, table, &b, "3", 1), -EEXIST);
  assert_ok(store_rollback(txn));
  assert_ok(store_commit(&txn));
  store_close(store);
}

struct seen {
  char text[256];
  int stop_after; // rows, 0 = never
  int answer;
};

static int see(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  struct seen *seen = context;
  size_t used = strlen(seen->text);
  assert_int_equal(length, 1);
  assert_memory_equal(value, "v", 1);
  snprintf(seen->text + used, sizeof seen->text - used, "%.*s ", (int)key_length, (const char *)key);
  return seen->stop_after > 0 && --seen->stop_after == 0 ? seen->answer : 0;
}

static void scans_by_prefix(void **state)
{
  (void)state;
  struct store *store = test_store(NULL, "registry");
  struct store_txn *txn = NULL;
  unsigned table = 0, empty = 0;
  uint64_t count = 0;
  static const char *rows[] = {"a", "ab", "abc", "abd", "ac", "b", "\xff", "\xff\xff"};
  assert_ok(store_table(store, "a", &table));
  assert_ok(store_table(store, "empty", &empty));
  assert_ok(store_begin(store, true, &txn));
  for (size_t i = sizeof rows / sizeof *rows; i-- > 0;) {
    struct key key;
    key_init(&key);
    key_bytes(&key, rows[i], strlen(rows[i]));
    assert_ok(store_put(txn, table, &key, "v", 1));
  }
  static const struct {
    const char *prefix, *after;
    int stop_after, answer, result;
    const char *expected;
  } cases[] = {
      {"", NULL, 0, 0, 0, "a ab abc abd ac b \xff \xff\xff "},
      {"ab", NULL, 0, 0, 0, "ab abc abd "},
      {"ab", "abc", 0, 0, 0, "abd "},
      {"ab", "abb", 0, 0, 0, "abc abd "}, // after need not exist
      {"ab", "ab", 0, 0, 0, "abc abd "},
      {"ab", "a", 0, 0, 0, "ab abc abd "}, // before the prefix
      {"ab", "abd", 0, 0, 0, ""},
      {"ab", "zz", 0, 0, 0, ""},
      {"", "ac", 0, 0, 0, "b \xff \xff\xff "},
      {"\xff", NULL, 0, 0, 0, "\xff \xff\xff "},
      {"aa", NULL, 0, 0, 0, ""},
      {"zz", NULL, 0, 0, 0, ""},
      {"", NULL, 2, 5, 5, "a ab "},
      {"ab", NULL, 1, -EPROTO, -EPROTO, "ab "},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct seen seen = {.stop_after = cases[i].stop_after, .answer = cases[i].answer};
    struct key prefix, after;
    key_init(&prefix);
    key_init(&after);
    key_bytes(&prefix, cases[i].prefix, strlen(cases[i].prefix));
    if (cases[i].after) key_bytes(&after, cases[i].after, strlen(cases[i].after));
    assert_code(store_scan(txn, table, &prefix, cases[i].after ? &after : NULL, see, &seen), cases[i].result);
    assert_string_equal(seen.text, cases[i].expected);
    assert_ok(store_error(txn)); // what a visitor says is not the transaction's error
  }
  struct seen seen = {0};
  assert_ok(store_scan(txn, empty, NULL, NULL, see, &seen));
  assert_string_equal(seen.text, "");
  assert_ok(store_count(txn, table, &count));
  assert_int_equal(count, 8);
  assert_ok(store_clear(txn, table));
  assert_ok(store_count(txn, table, &count));
  assert_int_equal(count, 0);
  assert_ok(store_commit(&txn));
  store_close(store);
}

static void failed_commit_writes_nothing(void **state)
{
  (void)state;
  struct store *store = test_store(NULL, "registry");
  struct store_txn *txn = NULL;
  unsigned table = 0;
  assert_ok(store_table(store, "a", &table));
  store_fail_commit(store, 2, -EIO);
  static const struct {
    const char *name;
    int code;
  } cases[] = {{"first", 0}, {"second", -EIO}, {"third", 0}};
  for (size_t i = 0; i < 3; i++) {
    assert_ok(store_begin(store, true, &txn));
    put_text(txn, table, cases[i].name, "1");
    assert_code(store_commit(&txn), cases[i].code);
    assert_null(txn);
  }
  assert_ok(store_begin(store, false, &txn));
  for (size_t i = 0; i < 3; i++)
    assert_int_equal(text_of(txn, table, cases[i].name) == NULL, cases[i].code < 0);
  store_abort(&txn);
  store_close(store);
}

static void tables_are_bounded(void **state)
{
  (void)state;
  struct store *store = test_store(NULL, "registry");
  unsigned table = 0;
  for (int i = 0; i < STORE_MAX_TABLES; i++) {
    char name[16];
    snprintf(name, sizeof name, "t%d", i);
    assert_ok(store_table(store, name, &table));
    assert_int_equal(table, i);
  }
  assert_code(store_table(store, "one too many", &table), -ENFILE);
  store_close(store);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(remembers_what_it_is),      cmocka_unit_test(refuses_what_it_cannot_read),
      cmocka_unit_test(keeps_a_second_opener_out), cmocka_unit_test(is_private_and_sparse),
      cmocka_unit_test(descriptors_close_on_exec), cmocka_unit_test(rows_survive_reopening),
      cmocka_unit_test(one_writer_many_readers),   cmocka_unit_test(first_error_stays),
      cmocka_unit_test(savepoints_keep_or_drop),   cmocka_unit_test(append_needs_order),
      cmocka_unit_test(scans_by_prefix),           cmocka_unit_test(failed_commit_writes_nothing),
      cmocka_unit_test(tables_are_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
