// Tables of records: rows and their indexes, always in step.
#include "common/base/cleanup.h"
#include "tests/unit/store/table_fixture.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

DEFINE_CLEANUP(struct arena, arena_free);

static size_t by_division_and_kind(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  key_text(&keys[0], row_of(row)->division);
  key_u32(&keys[0], row_of(row)->kind);
  return 1;
}

static const struct table_def institutions = {
    .name = "institution",
    .row = &reg__institution__descriptor,
    .key = primary,
    .indexes = {{"by_code", by_code}, {"by_tag", by_tag}, {"by_division", by_division_and_kind}}};
static const struct table_def renamed = {.name = "institution",
                                         .row = &reg__institution__descriptor,
                                         .key = primary,
                                         .indexes = {{"by_code", by_code}, {"by_tag2", by_tag}}};
static const struct table_def unindexed = {
    .name = "plain", .row = &reg__institution__descriptor, .key = primary};

static int set_up(void **state)
{
  return table_fixture_open(&institutions, state);
}

static struct key text_key(const char *text)
{
  struct key key;
  key_init(&key);
  key_text(&key, text);
  return key;
}

// tags: words separated by spaces.
static int put(struct store_txn *txn, const struct table *table, const char *id, const char *code,
               const char *tags)
{
  char copy[512], *list[64], *rest = copy;
  Reg__Institution row = REG__INSTITUTION__INIT;
  row.id = (char *)id;
  row.code = (char *)code;
  row.division = (char *)"150802";
  row.kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
  row.tags = list;
  snprintf(copy, sizeof copy, "%s", tags);
  for (char *word; (word = strsep(&rest, " "));)
    if (word[0]) list[row.n_tags++] = word;
  return table_put(txn, table, &row.base);
}

// Ids of a listing, separated by spaces, "+" behind when there are more.
static const char *ids(struct table_fixture *f, const char *index, const struct key *prefix,
                       const char *after, size_t limit)
{
  struct table_rows rows;
  char *text = arena_strdup(f->arena, "");
  assert_ok(table_list(f->txn, f->table, index, prefix, after, limit, f->arena, &rows));
  for (size_t i = 0; i < rows.n; i++)
    text = arena_printf(f->arena, "%s%s ", text, row_of(rows.rows[i])->id);
  return rows.more ? arena_printf(f->arena, "%s+", text) : text;
}

static const char *tagged(struct table_fixture *f, const char *tag)
{
  struct key key = text_key(tag);
  return ids(f, "by_tag", &key, NULL, 0);
}

static void rows_are_put_and_got(void **state)
{
  struct table_fixture *f = *state;
  ProtobufCMessage *row = (ProtobufCMessage *)1;
  struct key key = text_key("i1");
  assert_ptr_equal(table_definition(f->table), &institutions);
  assert_ok(table_get(f->txn, f->table, &key, f->arena, &row));
  assert_null(row);
  assert_ok(put(f->txn, f->table, "i1", "1502", "rural"));
  assert_ok(table_get(f->txn, f->table, &key, f->arena, &row));
  assert_string_equal(row_of(row)->code, "1502");
  assert_ok(table_del(f->txn, f->table, &key));
  assert_ok(table_del(f->txn, f->table, &key)); // nothing there any more
  assert_ok(table_get(f->txn, f->table, &key, f->arena, &row));
  assert_null(row);
}

static void indexes_follow_every_change(void **state)
{
  struct table_fixture *f = *state;
  struct key key = text_key("i1");
  assert_ok(put(f->txn, f->table, "i1", "A", "rural boarding"));
  assert_ok(put(f->txn, f->table, "i2", "B", "rural"));
  assert_string_equal(tagged(f, "rural"), "i1 i2 ");
  assert_string_equal(tagged(f, "boarding"), "i1 ");
  assert_ok(put(f->txn, f->table, "i1", "A", "boarding pastoral pastoral")); // a word twice counts once
  assert_string_equal(tagged(f, "rural"), "i2 ");
  assert_string_equal(tagged(f, "boarding"), "i1 ");
  assert_string_equal(tagged(f, "pastoral"), "i1 ");
  assert_ok(put(f->txn, f->table, "i1", "A", ""));
  assert_string_equal(tagged(f, "boarding"), "");
  assert_ok(table_del(f->txn, f->table, &key));
  assert_string_equal(ids(f, "by_code", NULL, NULL, 0), "i2 ");
  assert_string_equal(ids(f, NULL, NULL, NULL, 0), "i2 ");
}

static void a_rollback_takes_row_and_entries_back(void **state)
{
  struct table_fixture *f = *state;
  assert_ok(put(f->txn, f->table, "i1", "A", "rural"));
  assert_ok(store_savepoint(f->txn));
  assert_ok(put(f->txn, f->table, "i1", "B", "urban"));
  assert_ok(store_rollback(f->txn));
  assert_string_equal(tagged(f, "rural"), "i1 ");
  assert_string_equal(tagged(f, "urban"), "");
}

static void lists_page_by_page(void **state)
{
  struct table_fixture *f = *state;
  struct key rural = text_key("rural"), none = text_key("none"), division = text_key("150802"), exact;
  for (int i = 0; i < 10; i++) {
    char id[16];
    snprintf(id, sizeof id, "i%d", i);
    assert_ok(put(f->txn, f->table, id, "", i % 2 ? "rural" : "urban rurals"));
  }
  assert_string_equal(ids(f, "by_tag", &rural, NULL, 3), "i1 i3 i5 +");
  assert_string_equal(ids(f, "by_tag", &rural, "i5", 3), "i7 i9 ");
  assert_string_equal(ids(f, "by_tag", &rural, "", 5), "i1 i3 i5 i7 i9 "); // exactly the limit: no more
  assert_string_equal(ids(f, "by_tag", &rural, "i9", 3), "");
  assert_string_equal(ids(f, "by_tag", &none, NULL, 3), "");
  assert_string_equal(ids(f, NULL, NULL, "i7", 1), "i8 +");
  assert_string_equal(ids(f, "by_code", NULL, NULL, 0), ""); // none has a code
  assert_string_equal(ids(f, "by_division", &division, NULL, 2), "i0 i1 +");
  exact = division;
  key_u32(&exact, TYP__INSTITUTION_KIND__KIND_SCHOOL);
  assert_string_equal(ids(f, "by_division", &exact, "i7", 0), "i8 i9 ");
  exact = division;
  key_u32(&exact, TYP__INSTITUTION_KIND__KIND_BUREAU);
  assert_string_equal(ids(f, "by_division", &exact, NULL, 0), "");
  struct table_rows rows;
  assert_code(table_list(f->txn, f->table, "by_size", NULL, NULL, 0, f->arena, &rows), -EINVAL);
  assert_ok(store_error(f->txn));
}

static int count_rows(void *context, const ProtobufCMessage *row)
{
  unsigned *left = context;
  assert_string_equal(row_of(row)->division, "150802");
  return --*left == 0 ? 9 : 0;
}

struct nested {
  struct table_fixture *f;
  unsigned pairs;
};

static int count_inner(void *context, const ProtobufCMessage *row)
{
  (void)row;
  ++*(unsigned *)context;
  return 0;
}

static int walk_inner(void *context, const ProtobufCMessage *row)
{
  struct nested *nested = context;
  char id[16];
  snprintf(id, sizeof id, "%s", row_of(row)->id);
  assert_ok(table_walk(nested->f->txn, nested->f->table, "by_division", NULL, count_inner, &nested->pairs));
  assert_string_equal(row_of(row)->id, id); // the outer row lives on
  return 0;
}

static void walks_all_rows(void **state)
{
  struct table_fixture *f = *state;
  struct nested nested = {.f = f};
  unsigned left = 100;
  for (int i = 0; i < 20; i++) {
    char id[16];
    snprintf(id, sizeof id, "i%02d", i);
    assert_ok(put(f->txn, f->table, id, id, "rural"));
  }
  assert_ok(table_walk(f->txn, f->table, NULL, NULL, count_rows, &left));
  assert_int_equal(left, 80);
  left = 5;
  assert_int_equal(table_walk(f->txn, f->table, "by_tag", NULL, count_rows, &left),
                   9); // the visitor's own answer
  assert_ok(table_walk(f->txn, f->table, NULL, NULL, walk_inner, &nested));
  assert_int_equal(nested.pairs, 400);
}

static void digest_of(struct store_txn *txn, const struct table *table, uint8_t ret[32])
{
  memset(ret, 0, 32);
  assert_ok(table_digest(txn, table, ret));
}

// Random changes, then a fresh table with only the final rows: rows and entries must be byte for byte the
// same.
static void random_changes_leave_no_trace(void **state)
{
  struct table_fixture *f = *state;
  static const char *const words[] = {"rural", "urban", "boarding", "pastoral", "remote", "ru"};
  struct {
    char code[16], tags[64];
    bool there;
  } naive[40] = {0};
  uint64_t random = test_seed();
  uint8_t digest[32], fresh[32];
  for (int step = 0; step < 3000; step++) {
    uint32_t i = test_random_below(&random, 40);
    char id[16];
    snprintf(id, sizeof id, "i%02u", i);
    bool savepoint = test_random_below(&random, 8) == 0;
    if (savepoint) assert_ok(store_savepoint(f->txn));
    if (test_random_below(&random, 3) == 0) {
      struct key key = text_key(id);
      assert_ok(table_del(f->txn, f->table, &key));
      if (!savepoint) naive[i].there = false;
    } else {
      char code[16], tags[64] = "";
      snprintf(code, sizeof code, "%u", test_random_below(&random, 5) * 100);
      for (uint32_t n = test_random_below(&random, 4); n > 0; n--)
        snprintf(tags + strlen(tags), sizeof tags - strlen(tags), "%s ",
                 words[test_random_below(&random, 6)]);
      assert_ok(put(f->txn, f->table, id, code, tags));
      if (!savepoint) {
        memcpy(naive[i].code, code, sizeof code);
        memcpy(naive[i].tags, tags, sizeof tags);
        naive[i].there = true;
      }
    }
    if (savepoint) assert_ok(store_rollback(f->txn));
  }
  digest_of(f->txn, f->table, digest);
  struct store *other = test_store(NULL, "registry");
  struct table *table = NULL;
  struct store_txn *txn = NULL;
  assert_ok(table_open(other, &institutions, &table));
  assert_ok(store_begin(other, true, &txn));
  for (uint32_t i = 40; i-- > 0;) {
    char id[16];
    snprintf(id, sizeof id, "i%02u", i);
    if (naive[i].there) assert_ok(put(txn, table, id, naive[i].code, naive[i].tags));
  }
  digest_of(txn, table, fresh);
  assert_memory_equal(digest, fresh, 32);
  store_abort(&txn);
  store_close(other);
}

static void digest_covers_rows_and_entries(void **state)
{
  struct table_fixture *f = *state;
  uint8_t empty[32], one[32], changed[32];
  struct key key = text_key("i1"), entry;
  unsigned entries = 0;
  digest_of(f->txn, f->table, empty);
  assert_ok(put(f->txn, f->table, "i1", "A", "rural"));
  digest_of(f->txn, f->table, one);
  assert_memory_not_equal(empty, one, 32);
  assert_ok(put(f->txn, f->table, "i1", "B", "rural"));
  digest_of(f->txn, f->table, changed);
  assert_memory_not_equal(one, changed, 32);
  assert_ok(put(f->txn, f->table, "i1", "A", "rural"));
  digest_of(f->txn, f->table, changed);
  assert_memory_equal(one, changed, 32);
  assert_ok(store_commit(&f->txn));
  assert_ok(store_table(f->store, "institution.index", &entries));
  assert_ok(store_begin(f->store, true, &f->txn));
  key_init(&entry);
  key_u8(&entry, 1);
  key_text(&entry, "rural");
  key_bytes(&entry, key.bytes, key.length);
  assert_ok(store_del(f->txn, entries, &entry)); // an entry lost behind the table's back
  digest_of(f->txn, f->table, changed);
  assert_memory_not_equal(one, changed, 32);
}

// The program was updated and now names another set of indexes: entries are made for the rows that are there.
static void new_indexes_are_filled_at_opening(void **state)
{
  (void)state;
  const char *directory = test_dir();
  struct table_fixture f = {.store = test_store(directory, "registry")};
  struct key rural = text_key("rural");
  assert_ok(arena_new(0, &f.arena));
  assert_ok(table_open(f.store, &institutions, &f.table));
  assert_ok(store_begin(f.store, true, &f.txn));
  for (int i = 0; i < 100; i++) {
    char id[16];
    snprintf(id, sizeof id, "i%03d", i);
    assert_ok(put(f.txn, f.table, id, id, i < 3 ? "rural" : "urban"));
  }
  assert_ok(store_commit(&f.txn));
  store_close(f.store);
  uint8_t before[32], after[32];
  for (int round = 0; round < 2; round++) { // the second time there is nothing to do
    f.store = test_store(directory, "registry");
    assert_ok(table_open(f.store, &renamed, &f.table));
    assert_ok(store_begin(f.store, false, &f.txn));
    assert_string_equal(ids(&f, "by_tag2", &rural, NULL, 0), "i000 i001 i002 ");
    struct table_rows rows;
    assert_code(table_list(f.txn, f.table, "by_division", NULL, NULL, 0, f.arena, &rows), -EINVAL);
    digest_of(f.txn, f.table, round == 0 ? before : after);
    store_abort(&f.txn);
    store_close(f.store);
  }
  assert_memory_equal(before, after, 32);
  arena_free(f.arena);
}

static void damage_and_small_arenas(void **state)
{
  struct table_fixture *f = *state;
  _cleanup_(arena_freep) struct arena *small = NULL;
  ProtobufCMessage *row = NULL;
  struct table_rows rows;
  struct key key = text_key("i1");
  unsigned raw = 0;
  assert_ok(arena_new(64, &small));
  assert_ok(put(f->txn, f->table, "i1", "A", "rural"));
  assert_code(table_get(f->txn, f->table, &key, small, &row), -ENOBUFS);
  assert_code(table_list(f->txn, f->table, NULL, NULL, NULL, 0, small, &rows), -ENOBUFS);
  assert_ok(store_error(f->txn));
  assert_ok(store_commit(&f->txn));

  assert_ok(store_table(f->store, "institution", &raw));
  assert_ok(store_begin(f->store, true, &f->txn));
  assert_ok(store_put(f->txn, raw, &key, "\x0a\xff", 2)); // a text longer than the row
  assert_code(table_get(f->txn, f->table, &key, f->arena, &row), -EBADMSG);
  assert_code(store_error(f->txn), -EBADMSG);
  store_abort(&f->txn);
  assert_ok(store_begin(f->store, true, &f->txn));
  assert_ok(store_del(f->txn, raw, &key)); // a row lost behind its entries' back
  assert_code(table_list(f->txn, f->table, "by_code", NULL, NULL, 0, f->arena, &rows), -EBADMSG);
}

static void overlong_keys_are_refused(void **state)
{
  struct table_fixture *f = *state;
  char text[600];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  assert_ok(store_savepoint(f->txn));
  assert_code(put(f->txn, f->table, text, "A", ""), -ENAMETOOLONG);
  assert_ok(store_rollback(f->txn));
  assert_ok(store_savepoint(f->txn));
  assert_code(put(f->txn, f->table, "i1", text, ""), -ENAMETOOLONG); // only the entry would be too long
  assert_ok(store_rollback(f->txn));
  assert_string_equal(ids(f, NULL, NULL, NULL, 0), "");
}

static int count_visit(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  (void)key, (void)key_length, (void)value, (void)length;
  ++*(unsigned *)context;
  return 0;
}

static void clearing_leaves_an_empty_table(void **state)
{
  struct table_fixture *f = *state;
  uint8_t empty[32], cleared[32];
  unsigned n = 0;
  digest_of(f->txn, f->table, empty);
  assert_ok(put(f->txn, f->table, "i1", "A", "rural"));
  assert_ok(put(f->txn, f->table, "i2", "B", "rural"));
  assert_ok(store_scan(f->txn, table_id(f->table), NULL, NULL, count_visit, &n));
  assert_int_equal(n, 2);
  assert_ok(table_clear(f->txn, f->table));
  digest_of(f->txn, f->table, cleared);
  assert_memory_equal(empty, cleared, 32);
  assert_ok(put(f->txn, f->table, "i3", "C", "rural"));
  assert_string_equal(tagged(f, "rural"), "i3 ");
}

// The largest partnership allowed, and one that is cut: always the same keys, so that no entry is left
// behind.
static void many_keys_of_one_row(void **state)
{
  (void)state;
  struct table_fixture f = {.store = test_store(NULL, "registry")};
  struct key last, first, beyond;
  char words[TABLE_MAX_KEYS + 2][8], *tags[TABLE_MAX_KEYS + 2];
  Reg__Institution row = REG__INSTITUTION__INIT;
  uint8_t empty[32], after[32];
  assert_ok(arena_new(0, &f.arena));
  assert_ok(table_open(f.store, &institutions, &f.table));
  assert_ok(store_begin(f.store, true, &f.txn));
  digest_of(f.txn, f.table, empty);
  for (size_t i = 0; i < TABLE_MAX_KEYS + 2; i++) {
    snprintf(words[i], sizeof words[i], "t%03u", (unsigned)i);
    tags[i] = words[i];
  }
  row.id = "i1";
  row.tags = tags;
  row.n_tags = TABLE_MAX_KEYS + 2;
  assert_ok(table_put(f.txn, f.table, &row.base));
  first = text_key(tags[0]);
  last = text_key(tags[TABLE_MAX_KEYS - 1]);
  beyond = text_key(tags[TABLE_MAX_KEYS]);
  assert_string_equal(ids(&f, "by_tag", &first, NULL, 0), "i1 ");
  assert_string_equal(ids(&f, "by_tag", &last, NULL, 0), "i1 ");
  assert_string_equal(ids(&f, "by_tag", &beyond, NULL, 0), "");
  row.n_tags = 1;
  assert_ok(table_put(f.txn, f.table, &row.base));
  assert_string_equal(ids(&f, "by_tag", &first, NULL, 0), "i1 ");
  assert_string_equal(ids(&f, "by_tag", &last, NULL, 0), "");
  struct key key = text_key("i1");
  assert_ok(table_del(f.txn, f.table, &key));
  digest_of(f.txn, f.table, after);
  assert_memory_equal(empty, after, 32);
  store_abort(&f.txn);
  arena_free(f.arena);
  store_close(f.store);
}

static void tables_without_indexes(void **state)
{
  struct table_fixture *f = *state;
  struct table *plain = NULL;
  ProtobufCMessage *row = NULL;
  struct key key = text_key("i1");
  store_abort(&f->txn);
  assert_ok(table_open(f->store, &unindexed, &plain));
  assert_ok(store_begin(f->store, true, &f->txn));
  assert_ok(put(f->txn, plain, "i1", "A", "rural"));
  assert_ok(put(f->txn, plain, "i1", "B", "rural"));
  assert_ok(table_get(f->txn, plain, &key, f->arena, &row));
  assert_string_equal(row_of(row)->code, "B");
  assert_ok(table_del(f->txn, plain, &key));
  assert_ok(table_get(f->txn, plain, &key, f->arena, &row));
  assert_null(row);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, table_fixture_close)
  const struct CMUnitTest tests[] = {
      TEST(rows_are_put_and_got),
      TEST(indexes_follow_every_change),
      TEST(a_rollback_takes_row_and_entries_back),
      TEST(lists_page_by_page),
      TEST(walks_all_rows),
      TEST(random_changes_leave_no_trace),
      TEST(digest_covers_rows_and_entries),
      cmocka_unit_test(new_indexes_are_filled_at_opening),
      TEST(damage_and_small_arenas),
      TEST(overlong_keys_are_refused),
      TEST(clearing_leaves_an_empty_table),
      cmocka_unit_test(many_keys_of_one_row),
      TEST(tables_without_indexes),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
