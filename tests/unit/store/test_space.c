// The guard that refuses creations before the map or the disk is full.
#include "tests/lib/testlib.h"
#include <string.h>

#define MAP ((size_t)4 << 20)

static struct store *open_guarded(uint64_t floor_bytes, unsigned floor_percent, unsigned map_percent)
{
  struct store *store = NULL;
  struct store_options options = {.directory = test_dir(),
                                  .area = "registry",
                                  .map_size = MAP,
                                  .floor_bytes = floor_bytes,
                                  .floor_percent = floor_percent,
                                  .map_percent = map_percent,
                                  .no_sync = true};
  assert_ok(store_open(&options, &store, NULL));
  return store;
}

static bool creations(struct store *store)
{
  struct store_space space;
  assert_ok(store_space(store, &space));
  assert_true(space.map_size == MAP);
  assert_true(space.map_used > 0 && space.map_used <= MAP);
  assert_true(space.disk_free <= space.disk_size);
  return space.creations;
}

static void disk_guards(void **state)
{
  (void)state;
  static const struct {
    uint64_t bytes;
    unsigned percent;
    bool open;
  } cases[] = {
      {1, 101, true},           // by bytes only
      {UINT64_MAX, 101, false}, // no disk has that much
      {UINT64_MAX, 1, false},
      {1, 1, true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct store *store = open_guarded(cases[i].bytes, cases[i].percent, 0);
    assert_int_equal(creations(store), cases[i].open);
    store_close(store);
  }
}

static void put_number(struct store *store, unsigned table, uint32_t number)
{
  static const char filling[3000] = "x";
  struct store_txn *txn = NULL;
  struct key key;
  key_init(&key);
  key_u32(&key, number);
  assert_ok(store_begin(store, true, &txn));
  assert_ok(store_put(txn, table, &key, filling, sizeof filling));
  assert_ok(store_commit(&txn));
}

static void del_number(struct store *store, unsigned table, uint32_t number)
{
  struct store_txn *txn = NULL;
  struct key key;
  key_init(&key);
  key_u32(&key, number);
  assert_ok(store_begin(store, true, &txn));
  assert_ok(store_del(txn, table, &key));
  assert_ok(store_commit(&txn));
}

// The guard closes with room left for what must still be written, and opens again when rows go.
static void map_guard_closes_and_opens(void **state)
{
  (void)state;
  struct store *store = open_guarded(1, 101, 60);
  unsigned table = 0;
  uint32_t n = 0, more = 0;
  assert_ok(store_table(store, "a", &table));
  while (creations(store)) {
    put_number(store, table, n++);
    assert_true(n < 2000);
  }
  assert_true(n > 400);
  for (; more < 100; more++) // acknowledgements and endings: the rest of the map is theirs
    put_number(store, table, n + more);
  assert_false(creations(store));
  for (uint32_t i = 0; i < n; i++)
    del_number(store, table, i);
  assert_true(creations(store)); // although the file is as long as before
  store_close(store);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(disk_guards),
      cmocka_unit_test(map_guard_closes_and_opens),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
