#include "common/base/cleanup.h"
#include "common/store/vault.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *directory;
static struct vault *vault;
static struct arena *arena;

static int set_up(void **state)
{
  (void)state;
  directory = test_dir();
  assert_ok(arena_new(0, &arena));
  assert_ok(vault_open(directory, true, &vault));
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  vault = vault_close(vault);
  arena = arena_free(arena);
  return 0;
}

static void reopen(void)
{
  vault = vault_close(vault);
  assert_ok(vault_open(directory, true, &vault));
}

typedef ProtobufCBinaryData blob;

static blob blob_of(const char *text)
{
  return (blob){strlen(text), (uint8_t *)text};
}

static blob seal(const char *person, const char *plain)
{
  blob sealed = {0, NULL};
  assert_ok(vault_seal(vault, person, blob_of(plain), arena, &sealed));
  return sealed;
}

// 0 and the plain text as expected, or the code.
static int unseal(const char *person, blob sealed, const char *expected)
{
  blob plain = {0, NULL};
  int r = vault_open_sealed(vault, person, sealed, arena, &plain);
  if (r < 0) return r;
  assert_int_equal(plain.len, strlen(expected));
  assert_string_equal((const char *)plain.data, expected); // a NUL follows
  return 0;
}

static void seals_and_opens(void **state)
{
  (void)state;
  blob a = seal("p1", "娜仁，13812341234"), b = seal("p1", "娜仁，13812341234"), c = seal("p2", "");
  assert_int_equal(a.data[0], 1); // version
  assert_int_equal(a.len, 1 + 24 + 16 + strlen("娜仁，13812341234"));
  assert_int_equal(a.len, b.len);
  assert_memory_not_equal(a.data, b.data, a.len);  // the nonce is drawn anew
  assert_ok(unseal("p1", a, "娜仁，13812341234")); // before the keys are durable
  assert_ok(vault_sync(vault));
  assert_ok(vault_sync(vault)); // nothing to do
  reopen();
  assert_ok(unseal("p1", a, "娜仁，13812341234"));
  assert_ok(unseal("p1", b, "娜仁，13812341234"));
  assert_ok(unseal("p2", c, ""));
  blob later = seal("p1", "under the old key");
  reopen(); // no sync was needed: the key was there
  assert_ok(unseal("p1", later, "under the old key"));
}

static void another_person_or_a_changed_byte_opens_nothing(void **state)
{
  (void)state;
  blob a = seal("p1", "secret");
  seal("p2", "other");
  assert_code(unseal("p2", a, ""), -EBADMSG);
  assert_code(unseal("p3", a, ""), -ENOKEY);
  for (size_t i = 0; i < a.len; i++) {
    a.data[i] ^= 1;
    assert_code(unseal("p1", a, ""), -EBADMSG);
    a.data[i] ^= 1;
  }
  for (size_t n = 0; n < a.len; n++)
    assert_code(unseal("p1", (blob){n, a.data}, ""), -EBADMSG);
  assert_ok(unseal("p1", a, "secret"));
}

// A key that was never synced is lost with the process: that is why sync comes before the commit of the
// record.
static void keys_live_in_memory_until_sync(void **state)
{
  (void)state;
  blob a = seal("p1", "secret");
  reopen();
  assert_code(unseal("p1", a, ""), -ENOKEY);
}

// A decision that is rolled back leaves no key for nobody; what was made before it stays.
static void undone_to_a_mark(void **state)
{
  (void)state;
  blob before = seal("p1", "a");
  uint64_t mark = vault_mark(vault);
  seal("p2", "b");
  seal("p3", "c");
  assert_ok(unseal("p1", seal("p1", "d"), "d")); // its key is older than the mark
  vault_undo(vault, mark);
  assert_int_equal(vault_has_key(vault, "p2"), -ENOKEY);
  assert_int_equal(vault_has_key(vault, "p3"), -ENOKEY);
  vault_undo(vault, mark); // nothing left
  assert_ok(vault_sync(vault));
  vault_undo(vault, mark); // what is durable stays
  reopen();
  assert_ok(unseal("p1", before, "a"));
  assert_int_equal(vault_has_key(vault, "p2"), -ENOKEY);
}

static void many_keys_in_one_sync(void **state)
{
  (void)state;
  blob blobs[600];
  char person[32];
  for (int i = 0; i < 600; i++) {
    snprintf(person, sizeof person, "person-%d", i * 7919 % 600);
    blobs[i] = seal(person, person);
  }
  assert_ok(vault_sync(vault));
  reopen();
  for (int i = 0; i < 600; i++) {
    snprintf(person, sizeof person, "person-%d", i * 7919 % 600);
    assert_ok(unseal(person, blobs[i], person));
  }
}

static bool file_holds(const char *text)
{
  size_t length = 0;
  _cleanup_free_ char *data = test_read_file(test_path(directory, "data.mdb"), &length);
  return memmem(data, length, text, strlen(text)) != NULL;
}

static void erasing_makes_every_copy_unreadable(void **state)
{
  (void)state;
  blob a = seal("person-to-forget", "secret"), b = seal("person-who-stays", "other");
  assert_ok(vault_sync(vault));
  assert_true(file_holds("person-to-forget"));
  assert_ok(vault_erase(vault, "person-to-forget"));
  assert_code(unseal("person-to-forget", a, ""), -ENOKEY); // from now on for this process
  assert_ok(vault_sync(vault));
  assert_false(file_holds("person-to-forget")); // not on a free page either, where the key lay beside it
  assert_true(file_holds("person-who-stays"));
  for (int round = 0; round < 2; round++) {
    assert_code(unseal("person-to-forget", a, ""), -ENOKEY);
    assert_ok(unseal("person-who-stays", b, "other"));
    reopen();
  }
  assert_ok(vault_erase(vault, "person-to-forget")); // again, and one that never was
  assert_ok(vault_erase(vault, "nobody"));
  assert_ok(vault_sync(vault));
  blob again = seal("person-to-forget", "new life"); // a new key, not the old one
  assert_ok(vault_sync(vault));
  assert_ok(unseal("person-to-forget", again, "new life"));
  assert_code(unseal("person-to-forget", a, ""), -EBADMSG);
}

static void erasing_a_key_that_was_never_synced(void **state)
{
  (void)state;
  blob a = seal("p1", "secret");
  assert_ok(vault_erase(vault, "p1"));
  assert_ok(vault_sync(vault));
  assert_code(unseal("p1", a, ""), -ENOKEY);
  blob b = seal("p2", "x");
  assert_ok(vault_erase(vault, "p2"));
  blob c = seal("p2", "sealed after the erasure, in the same batch");
  assert_ok(vault_sync(vault));
  assert_code(unseal("p2", b, ""), -EBADMSG);
  assert_ok(unseal("p2", c, "sealed after the erasure, in the same batch"));
}

// Killed between the copy and its renaming: the next erasure starts over.
static void a_left_over_copy_is_no_obstacle(void **state)
{
  (void)state;
  seal("p1", "secret");
  assert_ok(vault_sync(vault));
  test_write_file(test_path(directory, "compact.mdb"), "half", 4);
  assert_ok(vault_erase(vault, "p1"));
  assert_ok(vault_sync(vault));
  assert_int_equal(access(test_path(directory, "compact.mdb"), F_OK), -1);
}

static void hashes_are_keyed_and_stable(void **state)
{
  (void)state;
  uint8_t a[32], b[32], c[32], foreign[32];
  struct vault *other = NULL;
  assert_ok(vault_hash(vault, "15020219600301001X", a));
  assert_ok(vault_hash(vault, "150202196003010011", b));
  assert_memory_not_equal(a, b, 32);
  reopen();
  assert_ok(vault_hash(vault, "15020219600301001X", c));
  assert_memory_equal(a, c, 32);
  assert_ok(vault_erase(vault, "p1")); // rewrites the file; the hash key must stay
  assert_ok(vault_sync(vault));
  reopen();
  assert_ok(vault_hash(vault, "15020219600301001X", c));
  assert_memory_equal(a, c, 32);
  assert_ok(vault_open(test_dir(), true, &other));
  assert_ok(vault_hash(other, "15020219600301001X", foreign)); // nobody can try numbers without the vault
  assert_memory_not_equal(a, foreign, 32);
  vault_close(other);
}

static void a_backup_opens_the_same(void **state)
{
  (void)state;
  const char *backup = test_path(test_dir(), "vault");
  uint64_t bytes = 0;
  uint8_t live[32], copy[32];
  blob a = seal("p1", "secret");
  assert_ok(vault_sync(vault));
  seal("p2", "not synced");
  assert_ok(vault_hash(vault, "1", live));
  assert_ok(vault_backup(vault, backup, &bytes));
  assert_true(bytes > 0);
  vault_close(vault);
  assert_ok(vault_open(backup, true, &vault));
  assert_ok(unseal("p1", a, "secret"));
  assert_ok(vault_hash(vault, "1", copy));
  assert_memory_equal(live, copy, 32);
}

static void bounds(void **state)
{
  (void)state;
  struct arena *small = NULL;
  blob ret = {0, NULL}, whole;
  char person[600];
  memset(person, 'p', sizeof person - 1);
  person[sizeof person - 1] = '\0';
  whole = blob_of(person);
  assert_ok(arena_new(64, &small));
  assert_code(vault_seal(vault, person, blob_of("x"), arena, &ret), -EINVAL);
  assert_code(vault_seal(vault, "", blob_of("x"), arena, &ret), -EINVAL);
  assert_code(vault_seal(vault, "p", whole, small, &ret), -ENOBUFS);
  assert_ok(vault_sync(vault));
  struct vault *second = NULL;
  assert_code(vault_open(directory, true, &second), -EEXIST);
  assert_null(second);
  assert_null(vault_close(NULL));
  arena_free(small);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)
  const struct CMUnitTest tests[] = {
      TEST(seals_and_opens),
      TEST(another_person_or_a_changed_byte_opens_nothing),
      TEST(keys_live_in_memory_until_sync),
      TEST(undone_to_a_mark),
      TEST(many_keys_in_one_sync),
      TEST(erasing_makes_every_copy_unreadable),
      TEST(erasing_a_key_that_was_never_synced),
      TEST(a_left_over_copy_is_no_obstacle),
      TEST(hashes_are_keyed_and_stable),
      TEST(a_backup_opens_the_same),
      TEST(bounds),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
