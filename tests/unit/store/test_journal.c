#include "common/store/journal.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

struct fixture {
  const char *directory;
  struct store *store;
  struct journal *journal;
  struct store_txn *txn;
};

static void open_fixture(struct fixture *f, const char *chain)
{
  struct store_options options = {
      .directory = f->directory, .area = "registry", .chain = chain, .map_size = 64 << 20, .no_sync = true};
  assert_ok(store_open(&options, &f->store, NULL));
  assert_ok(journal_open(f->store, &f->journal));
}

static int set_up(void **state)
{
  static struct fixture f;
  f = (struct fixture){.directory = test_dir()};
  open_fixture(&f, NULL);
  *state = &f;
  return 0;
}

static int tear_down(void **state)
{
  struct fixture *f = *state;
  if (f->txn) store_abort(&f->txn);
  store_close(f->store);
  return 0;
}

static void reopen(struct fixture *f)
{
  store_close(f->store);
  open_fixture(f, NULL);
}

static void begin(struct fixture *f)
{
  assert_ok(store_begin(f->store, true, &f->txn));
}

static int append(struct fixture *f, const char *subject)
{
  Bus__Event event = BUS__EVENT__INIT;
  event.type = "registry.v1.InstitutionRegistered";
  event.subject = (char *)subject;
  uint64_t expected = journal_head(f->journal) + 1;
  int r = journal_append(f->txn, f->journal, &event);
  if (r == 0) assert_true(event.seq == expected && journal_head(f->journal) == expected);
  return r;
}

static void append_many(struct fixture *f, unsigned n)
{
  char subject[16];
  begin(f);
  for (unsigned i = 0; i < n; i++) {
    snprintf(subject, sizeof subject, "s%u", i);
    assert_ok(append(f, subject));
  }
  assert_ok(store_commit(&f->txn));
}

struct reading {
  uint64_t next;
  unsigned rows, stop_at;
};

static int read_one(void *context, uint64_t seq, const void *bytes, size_t length)
{
  struct reading *reading = context;
  Bus__Event *event = bus__event__unpack(NULL, length, bytes);
  assert_non_null(event);
  assert_true(event->seq == seq);
  assert_true(seq == reading->next++);
  bus__event__free_unpacked(event, NULL);
  return ++reading->rows == reading->stop_at ? 1 : 0;
}

static unsigned read_after(struct fixture *f, uint64_t after, uint64_t first)
{
  struct reading reading = {.next = first};
  struct store_txn *txn = NULL;
  assert_ok(store_begin(f->store, false, &txn));
  assert_ok(journal_read(txn, f->journal, after, read_one, &reading));
  store_abort(&txn);
  return reading.rows;
}

// First damaged seq of a range, 0 = none; rows read in *ret_rows.
static uint64_t verify(struct fixture *f, uint64_t from, uint64_t to, uint64_t *ret_rows)
{
  struct store_txn *txn = NULL;
  uint64_t bad = 77, rows = 77;
  assert_ok(store_begin(f->store, false, &txn));
  assert_ok(journal_verify(txn, f->journal, from, to, &rows, &bad));
  store_abort(&txn);
  if (ret_rows) *ret_rows = rows;
  return bad;
}

static void gapless_over_batches_and_reopening(void **state)
{
  struct fixture *f = *state;
  uint64_t rows = 0, epoch = journal_epoch(f->journal);
  assert_true(epoch > 0 && epoch < (uint64_t)1 << 53); // a number for readers in JavaScript too
  assert_true(journal_head(f->journal) == 0 && journal_first(f->journal) == 1);
  assert_int_equal(read_after(f, 0, 1), 0);
  assert_true(verify(f, 0, UINT64_MAX, &rows) == 0 && rows == 0);
  append_many(f, 3);
  append_many(f, 300);
  reopen(f);
  assert_true(journal_head(f->journal) == 303 && journal_first(f->journal) == 1);
  assert_true(journal_epoch(f->journal) == epoch);
  append_many(f, 1);
  assert_int_equal(read_after(f, 0, 1), 304);
  assert_int_equal(read_after(f, 300, 301), 4);
  assert_int_equal(read_after(f, 304, 305), 0);
  assert_int_equal(read_after(f, UINT64_MAX, 0), 0);
  assert_true(verify(f, 0, UINT64_MAX, &rows) == 0 && rows == 304);
  assert_true(verify(f, 100, 200, &rows) == 0 && rows == 101);
  assert_true(verify(f, 304, 304, &rows) == 0 && rows == 1);
  assert_true(verify(f, 305, 400, &rows) == 0 && rows == 0);
}

static void reading_stops_when_told(void **state)
{
  struct fixture *f = *state;
  struct reading reading = {.next = 1, .stop_at = 4};
  append_many(f, 10);
  begin(f);
  assert_int_equal(journal_read(f->txn, f->journal, 0, read_one, &reading), 1);
  assert_int_equal(reading.rows, 4);
}

static void head_goes_back_with_the_transaction(void **state)
{
  struct fixture *f = *state;
  uint64_t rows = 0;
  append_many(f, 2);
  begin(f);
  assert_ok(append(f, "kept"));
  assert_ok(store_savepoint(f->txn));
  assert_ok(append(f, "dropped"));
  assert_ok(append(f, "dropped too"));
  assert_true(journal_head(f->journal) == 5);
  assert_ok(store_rollback(f->txn));
  assert_true(journal_head(f->journal) == 3);
  assert_ok(journal_reload(f->txn, f->journal)); // the table says the same
  assert_true(journal_head(f->journal) == 3);
  assert_ok(store_savepoint(f->txn));
  assert_ok(append(f, "kept"));
  assert_ok(store_release(f->txn));
  assert_ok(store_commit(&f->txn));
  assert_true(journal_head(f->journal) == 4);

  begin(f);
  assert_ok(append(f, "aborted"));
  store_abort(&f->txn);
  assert_true(journal_head(f->journal) == 4);

  store_fail_commit(f->store, 1, -EIO);
  begin(f);
  assert_ok(append(f, "lost with its commit"));
  assert_code(store_commit(&f->txn), -EIO);
  assert_true(journal_head(f->journal) == 4);

  begin(f); // a savepoint that fails by itself
  struct key empty;
  key_init(&empty);
  assert_ok(store_savepoint(f->txn));
  assert_ok(append(f, "dropped"));
  assert_code(store_put(f->txn, 0, &empty, "", 0), -EINVAL);
  assert_code(append(f, "refused"), -EINVAL);
  assert_ok(store_release(f->txn));
  assert_true(journal_head(f->journal) == 4);
  assert_ok(append(f, "kept"));
  assert_ok(store_commit(&f->txn));
  reopen(f);
  assert_true(journal_head(f->journal) == 5);
  assert_true(verify(f, 0, UINT64_MAX, &rows) == 0 && rows == 5);
}

struct recomputing {
  const EVP_MD *digest;
  uint8_t chain[32];
};

static int recompute(void *context, uint64_t seq, const void *event, size_t length)
{
  struct recomputing *r = context;
  uint8_t bytes[512];
  (void)seq;
  assert_true(length <= sizeof bytes - 32);
  memcpy(bytes, r->chain, 32);
  memcpy(bytes + 32, event, length);
  assert_int_equal(EVP_Digest(bytes, 32 + length, r->chain, NULL, r->digest, NULL), 1);
  return 0;
}

// The chain as a reader in another language would compute it, from the definition in journal.h.
static void chain_is_as_documented(void **state)
{
  struct fixture *f = *state;
  static const struct {
    const char *chain, *abc; // hash of "abc" as published (FIPS 180-4, GB/T 32905)
  } cases[] = {
      {"sha256", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"sm3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"},
  };
  for (size_t i = 0; i < 2; i++) {
    struct recomputing r = {.digest = EVP_get_digestbyname(cases[i].chain)};
    uint8_t chain[32], abc[32];
    char hex[65];
    assert_non_null(r.digest);
    assert_int_equal(EVP_Digest("abc", 3, abc, NULL, r.digest, NULL), 1);
    for (size_t k = 0; k < 32; k++)
      snprintf(hex + 2 * k, 3, "%02x", abc[k]);
    assert_string_equal(hex, cases[i].abc);

    store_close(f->store);
    f->directory = test_dir();
    open_fixture(f, cases[i].chain);
    assert_string_equal(journal_algorithm(f->journal), cases[i].chain);
    append_many(f, 5);
    reopen(f); // without naming the algorithm
    assert_string_equal(journal_algorithm(f->journal), cases[i].chain);
    append_many(f, 1);
    begin(f);
    assert_ok(journal_read(f->txn, f->journal, 0, recompute, &r));
    assert_ok(journal_chain(f->txn, f->journal, 6, chain));
    assert_memory_equal(chain, r.chain, 32);
    assert_ok(journal_chain(f->txn, f->journal, 0, chain));
    assert_memory_equal(chain, (uint8_t[32]){0}, 32);
    assert_code(journal_chain(f->txn, f->journal, 7, chain), -ENOENT);
    store_abort(&f->txn);
    assert_true(verify(f, 0, UINT64_MAX, NULL) == 0);
  }
}

static struct key seq_key(uint64_t seq)
{
  struct key key;
  key_init(&key);
  key_u64(&key, seq);
  return key;
}

enum damage { FLIP_EVENT, FLIP_CHAIN, FLIP_VERSION, FLIP_ALGORITHM, CUT, EMPTY, REMOVE, REPLACE };

static void do_damage(struct fixture *f, unsigned table, uint64_t seq, enum damage damage)
{
  struct key key = seq_key(seq), other = seq_key(seq == 1 ? 2 : 1);
  uint8_t row[512];
  const void *value = NULL;
  size_t length = 0;
  begin(f);
  assert_ok(store_get(f->txn, table, damage == REPLACE ? &other : &key, &value, &length));
  assert_true(value && length <= sizeof row);
  memcpy(row, value, length);
  switch (damage) {
  case FLIP_EVENT:
    row[length - 1] ^= 1;
    break;
  case FLIP_CHAIN:
    row[2 + seq % 32] ^= 0x80;
    break;
  case FLIP_VERSION:
    row[0]++;
    break;
  case FLIP_ALGORITHM:
    row[1] ^= 3;
    break;
  case CUT:
    length--;
    break;
  case EMPTY:
    length = 0;
    break;
  case REMOVE:
  case REPLACE:
    break;
  }
  assert_ok(damage == REMOVE ? store_del(f->txn, table, &key) : store_put(f->txn, table, &key, row, length));
}

static void verify_names_the_damaged_row(void **state)
{
  struct fixture *f = *state;
  unsigned table = 0;
  append_many(f, 9);
  assert_ok(store_table(f->store, "journal", &table));
  for (enum damage damage = FLIP_EVENT; damage <= REPLACE; damage++) {
    for (uint64_t seq = 1; seq <= 9; seq++) {
      uint64_t rows = 0, bad = 0;
      do_damage(f, table, seq, damage);
      assert_ok(journal_verify(f->txn, f->journal, 0, UINT64_MAX, &rows, &bad));
      if (bad != seq || rows != seq - 1) fail_msg("damage %d of %d: named %d", damage, (int)seq, (int)bad);
      if (seq <
          9) { // a range behind the damage knows nothing of it, except that its own start must be readable
        assert_ok(journal_verify(f->txn, f->journal, 9, 9, &rows, &bad));
        assert_true(seq == 8 ? bad == 8 || bad == 9 || bad == 0 : bad == 0);
      }
      store_abort(&f->txn);
    }
  }
  assert_true(verify(f, 0, UINT64_MAX, NULL) == 0);
}

static void a_row_of_another_version_is_not_read(void **state)
{
  struct fixture *f = *state;
  struct reading reading = {.next = 1};
  unsigned table = 0;
  uint8_t chain[32];
  append_many(f, 3);
  assert_ok(store_table(f->store, "journal", &table));
  do_damage(f, table, 3, FLIP_VERSION);
  assert_code(journal_chain(f->txn, f->journal, 3, chain), -EBADMSG);
  assert_code(journal_read(f->txn, f->journal, 0, read_one, &reading), -EBADMSG);
  assert_int_equal(reading.rows, 2);
  assert_ok(store_commit(&f->txn));
  store_close(f->store);
  struct store_options options = {
      .directory = f->directory, .area = "registry", .map_size = 64 << 20, .no_sync = true};
  assert_ok(store_open(&options, &f->store, NULL));
  assert_code(journal_open(f->store, &f->journal), -EBADMSG);
}

static void trims_a_little_at_a_time(void **state)
{
  struct fixture *f = *state;
  unsigned trimmed = 0;
  uint64_t rows = 0;
  append_many(f, 1200);
  static const struct {
    uint64_t before;
    unsigned trimmed;
    uint64_t first;
  } cases[] = {{1, 0, 1},
               {2, 1, 2},
               {1, 0, 2},
               {1000, 500, 502},
               {1000, 498, 1000},
               {UINT64_MAX, 200, 1200},
               {UINT64_MAX, 0, 1200}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    begin(f);
    assert_ok(journal_trim(f->txn, f->journal, cases[i].before, &trimmed));
    assert_ok(store_commit(&f->txn));
    assert_int_equal(trimmed, cases[i].trimmed);
    assert_true(journal_first(f->journal) == cases[i].first);
    assert_true(journal_head(f->journal) == 1200);
    assert_true(verify(f, 0, UINT64_MAX, &rows) == 0); // also the oldest row held
    assert_true(rows == 1200 - cases[i].first + 1);
    reopen(f);
    assert_true(journal_first(f->journal) == cases[i].first);
  }
  append_many(f, 1); // the chain goes on from the row that stayed
  assert_true(verify(f, 0, UINT64_MAX, &rows) == 0 && rows == 2);
  assert_int_equal(read_after(f, 0, 1200), 2);
}

static void trimming_is_taken_back_too(void **state)
{
  struct fixture *f = *state;
  unsigned trimmed = 0;
  uint64_t rows = 0;
  append_many(f, 20);
  begin(f);
  assert_ok(store_savepoint(f->txn));
  assert_ok(journal_trim(f->txn, f->journal, 10, &trimmed));
  assert_true(journal_first(f->journal) == 10);
  assert_ok(store_rollback(f->txn));
  assert_true(journal_first(f->journal) == 1);
  assert_ok(journal_trim(f->txn, f->journal, 5, &trimmed));
  store_abort(&f->txn);
  assert_true(journal_first(f->journal) == 1);
  assert_true(verify(f, 0, UINT64_MAX, &rows) == 0 && rows == 20);
}

static void damage_in_the_oldest_held_row_is_found(void **state)
{
  struct fixture *f = *state;
  unsigned trimmed = 0, table = 0;
  uint64_t rows = 0, bad = 0;
  append_many(f, 20);
  begin(f);
  assert_ok(journal_trim(f->txn, f->journal, 10, &trimmed));
  assert_ok(store_commit(&f->txn));
  assert_ok(store_table(f->store, "journal", &table));
  struct key key = seq_key(10);
  const void *value = NULL;
  size_t length = 0;
  uint8_t row[512];
  begin(f);
  assert_ok(store_get(f->txn, table, &key, &value, &length));
  memcpy(row, value, length);
  row[length - 1] ^= 4;
  assert_ok(store_put(f->txn, table, &key, row, length));
  assert_ok(journal_verify(f->txn, f->journal, 0, UINT64_MAX, &rows, &bad));
  assert_true(bad == 10 && rows == 0);
}

static void new_epoch_keeps_the_rows(void **state)
{
  struct fixture *f = *state;
  uint64_t epoch = journal_epoch(f->journal);
  append_many(f, 3);
  assert_ok(journal_new_epoch(f->store, f->journal));
  uint64_t drawn = journal_epoch(f->journal);
  assert_true(drawn != epoch && drawn > 0);
  reopen(f);
  assert_true(journal_epoch(f->journal) == drawn);
  assert_true(journal_head(f->journal) == 3);
  store_fail_commit(f->store, 1, -EIO);
  assert_code(journal_new_epoch(f->store, f->journal), -EIO);
  assert_true(journal_epoch(f->journal) == drawn);
}

static void every_store_has_its_own_epoch(void **state)
{
  (void)state;
  uint64_t seen[8];
  for (size_t i = 0; i < 8; i++) {
    struct fixture f = {.directory = test_dir()};
    open_fixture(&f, NULL);
    seen[i] = journal_epoch(f.journal);
    for (size_t k = 0; k < i; k++)
      assert_true(seen[k] != seen[i]);
    store_close(f.store);
  }
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(gapless_over_batches_and_reopening),
      TEST(reading_stops_when_told),
      TEST(head_goes_back_with_the_transaction),
      TEST(chain_is_as_documented),
      TEST(verify_names_the_damaged_row),
      TEST(a_row_of_another_version_is_not_read),
      TEST(trims_a_little_at_a_time),
      TEST(trimming_is_taken_back_too),
      TEST(damage_in_the_oldest_held_row_is_found),
      TEST(new_epoch_keeps_the_rows),
      cmocka_unit_test(every_store_has_its_own_epoch),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
