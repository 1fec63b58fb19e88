#include "common/base/cleanup.h"
#include "common/store/keep.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

DEFINE_CLEANUP(struct arena, arena_free);

static const uint8_t hash_a[32] = {1}, hash_b[32] = {2};

struct fixture {
  struct store *store;
  struct keep *keep;
  struct store_txn *txn;
  struct arena *arena;
};

static int set_up(void **state)
{
  static struct fixture f;
  f = (struct fixture){.store = test_store(NULL, "registry")};
  assert_ok(keep_open(f.store, &f.keep));
  assert_ok(arena_new(0, &f.arena));
  assert_ok(store_begin(f.store, true, &f.txn));
  *state = &f;
  return 0;
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  store_abort(&f->txn);
  arena_free(f->arena);
  store_close(f->store);
  return 0;
}

// The state of a key; the answer must be the expected text when it is the same command.
static enum idem_state ask(struct fixture *f, const char *principal, const char *key, const uint8_t hash[32],
                           const char *expected)
{
  const struct idem_key command = {principal, key, hash};
  struct idem_answer answer = {.state = IDEM_OTHER};
  assert_ok(idem_get(f->txn, f->keep, &command, f->arena, &answer));
  if (answer.state == IDEM_SAME) {
    assert_int_equal(answer.length, strlen(expected));
    assert_memory_equal(answer.bytes, expected, answer.length);
  }
  return answer.state;
}

static void put(struct fixture *f, const char *principal, const char *key, uint64_t time_us,
                const char *answer)
{
  const struct idem_key command = {principal, key, hash_a};
  assert_ok(idem_put(f->txn, f->keep, &command, time_us, answer, strlen(answer)));
}

static void answers_are_kept_by_principal_and_content(void **state)
{
  struct fixture *f = *state;
  assert_int_equal(ask(f, "baotou", "k1", hash_a, ""), IDEM_NEW);
  put(f, "baotou", "k1", 10, "done");
  assert_int_equal(ask(f, "baotou", "k1", hash_a, "done"), IDEM_SAME);
  assert_int_equal(ask(f, "baotou", "k1", hash_b, ""), IDEM_OTHER);
  assert_int_equal(ask(f, "bayannur", "k1", hash_a, ""), IDEM_NEW);
  assert_int_equal(ask(f, "baotou", "k", hash_a, ""), IDEM_NEW);
  assert_int_equal(ask(f, "baoto", "uk1", hash_a, ""), IDEM_NEW); // fields do not run together
  put(f, "baotou", "", 11, "");
  assert_int_equal(ask(f, "baotou", "", hash_a, ""), IDEM_SAME);
}

static void rolled_back_with_its_command(void **state)
{
  struct fixture *f = *state;
  assert_ok(store_savepoint(f->txn));
  put(f, "p", "k", 1, "done");
  assert_ok(store_rollback(f->txn));
  assert_int_equal(ask(f, "p", "k", hash_a, ""), IDEM_NEW);
}

static void trimmed_oldest_first(void **state)
{
  struct fixture *f = *state;
  unsigned trimmed = 7;
  char key[16];
  for (uint64_t i = 0; i < 1200; i++) {
    snprintf(key, sizeof key, "k%04u", (unsigned)(1199 - i)); // key order against time order
    put(f, i % 2 ? "p" : "q", key, i, "done");
  }
  static const unsigned expected[] = {500, 500, 0};
  for (size_t i = 0; i < 3; i++) {
    assert_ok(idem_trim(f->txn, f->keep, 1000, &trimmed));
    assert_int_equal(trimmed, expected[i]);
  }
  for (uint64_t i = 0; i < 1200; i++) {
    snprintf(key, sizeof key, "k%04u", (unsigned)(1199 - i));
    assert_int_equal(ask(f, i % 2 ? "p" : "q", key, hash_a, "done"), i < 1000 ? IDEM_NEW : IDEM_SAME);
  }
  assert_ok(idem_trim(f->txn, f->keep, UINT64_MAX, &trimmed));
  assert_int_equal(trimmed, 200);
  assert_ok(idem_trim(f->txn, f->keep, UINT64_MAX, &trimmed));
  assert_int_equal(trimmed, 0);
}

// A key that is put again is forgotten by its new time, not by the old one.
static void putting_again_moves_the_time(void **state)
{
  struct fixture *f = *state;
  unsigned trimmed = 0;
  put(f, "p", "k", 5, "old");
  put(f, "p", "k", 50, "new");
  assert_ok(idem_trim(f->txn, f->keep, 20, &trimmed));
  assert_int_equal(trimmed, 0);
  assert_int_equal(ask(f, "p", "k", hash_a, "new"), IDEM_SAME);
  assert_ok(idem_trim(f->txn, f->keep, 51, &trimmed));
  assert_int_equal(trimmed, 1);
  assert_int_equal(ask(f, "p", "k", hash_a, ""), IDEM_NEW);
}

static void overlong_keys_are_refused_whole(void **state)
{
  struct fixture *f = *state;
  struct idem_answer answer = {0};
  char key[600];
  const struct idem_key command = {"p", key, hash_a};
  memset(key, 'k', sizeof key - 1);
  key[sizeof key - 1] = '\0';
  assert_code(idem_get(f->txn, f->keep, &command, f->arena, &answer), -ENAMETOOLONG);
  assert_ok(store_error(f->txn));
  key[505] = '\0'; // fits the row's key, but not with the time in front: neither is written
  assert_ok(store_savepoint(f->txn));
  assert_code(idem_put(f->txn, f->keep, &command, 1, "x", 1), -ENAMETOOLONG);
  assert_ok(store_rollback(f->txn));
  assert_int_equal(ask(f, "p", key, hash_a, ""), IDEM_NEW);
}

static void small_arena_is_not_the_stores_fault(void **state)
{
  struct fixture *f = *state;
  _cleanup_(arena_freep) struct arena *small = NULL;
  const struct idem_key command = {"p", "k", hash_a};
  struct idem_answer answer = {0};
  assert_ok(arena_new(16, &small));
  put(f, "p", "k", 1, "an answer that needs more than sixteen bytes");
  assert_code(idem_get(f->txn, f->keep, &command, small, &answer), -ENOBUFS);
  assert_ok(store_error(f->txn));
}

static void damaged_rows_are_noticed(void **state)
{
  struct fixture *f = *state;
  struct idem_answer answer = {0};
  const struct idem_key command = {"p", "k", hash_a};
  unsigned table = 0;
  uint64_t epoch = 0, seq = 0;
  struct key key;
  store_abort(&f->txn);
  assert_ok(store_table(f->store, "idem", &table));
  assert_ok(store_begin(f->store, true, &f->txn));
  key_init(&key);
  key_text(&key, "p");
  key_bytes(&key, "k", 1);
  assert_ok(store_put(f->txn, table, &key, "short", 5));
  assert_code(idem_get(f->txn, f->keep, &command, f->arena, &answer), -EBADMSG);
  assert_code(store_error(f->txn), -EBADMSG);
  store_abort(&f->txn);
  assert_ok(store_table(f->store, "cursor", &table));
  assert_ok(store_begin(f->store, true, &f->txn));
  key_init(&key);
  key_text(&key, "c");
  assert_ok(store_put(f->txn, table, &key, "odd", 3));
  assert_code(cursor_get(f->txn, f->keep, "c", &epoch, &seq), -EBADMSG);
}

static void cursors_and_values(void **state)
{
  struct fixture *f = *state;
  uint64_t epoch = 9, seq = 9, value = 9;
  assert_ok(cursor_get(f->txn, f->keep, "registry", &epoch, &seq));
  assert_true(epoch == 0 && seq == 0);
  assert_ok(value_get(f->txn, f->keep, "clock", &value));
  assert_true(value == 0);
  assert_ok(cursor_put(f->txn, f->keep, "registry", UINT64_MAX, 42));
  assert_ok(cursor_put(f->txn, f->keep, "dispatch", 1, 2));
  assert_ok(value_put(f->txn, f->keep, "clock", 1472659200000000));
  assert_ok(store_commit(&f->txn));
  assert_ok(store_begin(f->store, false, &f->txn));
  assert_ok(cursor_get(f->txn, f->keep, "registry", &epoch, &seq));
  assert_true(epoch == UINT64_MAX && seq == 42);
  assert_ok(cursor_get(f->txn, f->keep, "dispatch", &epoch, &seq));
  assert_true(epoch == 1 && seq == 2);
  assert_ok(value_get(f->txn, f->keep, "clock", &value));
  assert_true(value == 1472659200000000);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(answers_are_kept_by_principal_and_content),
      TEST(rolled_back_with_its_command),
      TEST(trimmed_oldest_first),
      TEST(putting_again_moves_the_time),
      TEST(overlong_keys_are_refused_whole),
      TEST(small_arena_is_not_the_stores_fault),
      TEST(damaged_rows_are_noticed),
      TEST(cursors_and_values),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
