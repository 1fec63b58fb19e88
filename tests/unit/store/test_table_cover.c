// An index with covers: walks that read them get what the row says now, without touching it.
#include "common/store/table_read.h"
#include "tests/unit/store/table_fixture.h"
#include <string.h>

// The name, and nothing when it is too long.
static size_t name_cover(const ProtobufCMessage *row, uint8_t ret[TABLE_COVER_MAX])
{
  size_t length = strlen(row_of(row)->name);
  if (length > TABLE_COVER_MAX) return 0;
  memcpy(ret, row_of(row)->name, length);
  return length;
}

static const struct table_def bare = {.name = "institution",
                                      .row = &reg__institution__descriptor,
                                      .key = primary,
                                      .indexes = {{"by_code", by_code}, {"by_tag", by_tag}}};
static const struct table_def covering = {.name = "institution",
                                          .row = &reg__institution__descriptor,
                                          .key = primary,
                                          .indexes = {{"by_code", by_code}, {"by_tag", by_tag}},
                                          .covered = "by_tag",
                                          .cover = name_cover};

static int set_up(void **state)
{
  return table_fixture_open(&covering, state);
}

static int put(struct table_fixture *f, const char *id, const char *name)
{
  char *tags[] = {(char *)"rural", (char *)"weak"};
  Reg__Institution row = REG__INSTITUTION__INIT;
  row.id = (char *)id;
  row.code = (char *)"code";
  row.name = (char *)name;
  row.tags = tags;
  row.n_tags = 2;
  return table_put(f->txn, f->table, &row.base);
}

// A reader that takes whatever it is given for a name; a whole row begins with the tag of its first field.
static ProtobufCMessage *read_cover(struct arena *arena, const struct table_stored *stored)
{
  Reg__Institution *row = ARENA_NEW(arena, Reg__Institution);
  bool whole = stored->length && *(const char *)stored->value == '\x0a';
  if (!row) return NULL;
  reg__institution__init(row);
  row->id = arena_strndup(arena, stored->key, stored->key_length);
  row->name = whole ? (char *)"(row)" : arena_strndup(arena, stored->value, stored->length);
  return &row->base;
}

static const char *read_with(struct table_fixture *f, const char *index, const char *text, bool covered)
{
  struct key prefix;
  struct table_rows rows;
  char *told = arena_strdup(f->arena, "");
  key_init(&prefix);
  key_text(&prefix, text);
  assert_ok(table_select_with(f->txn, f->table,
                              &(const struct table_query){.index = index, .prefix = &prefix},
                              (struct table_way){read_cover, covered}, f->arena, &rows));
  for (size_t i = 0; i < rows.n; i++)
    told = arena_printf(f->arena, "%s%s=%s ", told, row_of(rows.rows[i])->id, row_of(rows.rows[i])->name);
  return told;
}

static void covers_follow_the_row(void **state)
{
  struct table_fixture *f = *state;
  assert_ok(put(f, "i1", "first"));
  assert_ok(put(f, "i2", "second"));
  assert_string_equal(read_with(f, "by_tag", "rural", true), "i1=first i2=second ");
  assert_ok(put(f, "i1", "renamed")); // the keys stay the same
  assert_string_equal(read_with(f, "by_tag", "rural", true), "i1=renamed i2=second ");
  assert_string_equal(read_with(f, "by_tag", "weak", true), "i1=renamed i2=second ");
  struct key key;
  key_init(&key);
  key_text(&key, "i1");
  assert_ok(table_del(f->txn, f->table, &key));
  assert_string_equal(read_with(f, "by_tag", "rural", true), "i2=second ");
}

static void rows_are_read_where_there_is_no_cover(void **state)
{
  struct table_fixture *f = *state;
  char longest[TABLE_COVER_MAX + 2];
  memset(longest, 'a', sizeof longest);
  longest[TABLE_COVER_MAX + 1] = '\0';
  assert_ok(put(f, "i1", longest));
  assert_ok(put(f, "i2", longest + 1)); // just fits
  assert_ok(put(f, "i3", "short"));
  assert_string_equal(read_with(f, "by_tag", "rural", false), "i1=(row) i2=(row) i3=(row) ");
  assert_string_equal(read_with(f, "by_code", "code", true), "i1=(row) i2=(row) i3=(row) ");
  assert_string_equal(read_with(f, "by_tag", "rural", true),
                      arena_printf(f->arena, "i1=(row) i2=%s i3=short ", longest + 1));
  assert_ok(put(f, "i1", "short now"));
  assert_string_equal(read_with(f, "by_tag", "rural", true),
                      arena_printf(f->arena, "i1=short now i2=%s i3=short ", longest + 1));
}

static void covers_are_made_at_opening(void **state)
{
  (void)state;
  static struct table_fixture f;
  uint8_t before[32], after[32];
  const char *directory = test_dir();
  f = (struct table_fixture){.store = test_store(directory, "registry")};
  assert_ok(arena_new(0, &f.arena));
  const struct table_def *defs[] = {&covering, &bare, &covering};
  for (int i = 0; i < 3; i++) {
    if (i) f.store = test_store(directory, "registry");
    assert_ok(table_open(f.store, defs[i], &f.table));
    assert_ok(store_begin(f.store, true, &f.txn));
    if (i == 0) assert_ok(put(&f, "i1", "first"));
    assert_string_equal(read_with(&f, "by_tag", "rural", true), defs[i]->covered ? "i1=first " : "i1=(row) ");
    assert_ok(table_digest(f.txn, f.table, i ? after : before));
    assert_int_equal(i && memcmp(before, after, 32) != 0, i == 1);
    assert_ok(store_commit(&f.txn));
    f.store = store_close(f.store);
  }
  arena_free(f.arena);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(covers_follow_the_row, set_up, table_fixture_close),
      cmocka_unit_test_setup_teardown(rows_are_read_where_there_is_no_cover, set_up, table_fixture_close),
      cmocka_unit_test(covers_are_made_at_opening),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
