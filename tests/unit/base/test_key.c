#include "common/base/key.h"
#include "tests/lib/testlib.h"
#include <string.h>

static struct key two_texts(const char *a, const char *b)
{
  struct key key;
  key_init(&key);
  key_text(&key, a);
  key_text(&key, b);
  return key;
}

static int compare(const struct key *a, const struct key *b)
{
  size_t both = a->length < b->length ? a->length : b->length;
  int order = memcmp(a->bytes, b->bytes, both);
  if (order == 0) order = (a->length > b->length) - (a->length < b->length);
  return (order > 0) - (order < 0);
}

static void fields_do_not_run_together(void **state)
{
  (void)state;
  struct key a = two_texts("ab", "c"), b = two_texts("a", "bc"), none = two_texts(NULL, "x"),
             empty = two_texts("", "x");
  assert_int_not_equal(compare(&a, &b), 0);
  assert_int_equal(compare(&none, &empty), 0);
}

static void numbers_keep_their_order(void **state)
{
  (void)state;
  static const uint64_t values[] = {
      0, 1, 255, 256, 65535, 65536, UINT32_MAX, (uint64_t)UINT32_MAX + 1, UINT64_MAX};
  for (size_t i = 0; i + 1 < sizeof values / sizeof *values; i++) {
    struct key a, b;
    key_init(&a);
    key_init(&b);
    key_u64(&a, values[i]);
    key_u64(&b, values[i + 1]);
    assert_int_equal(compare(&a, &b), -1);
    if (values[i + 1] > UINT32_MAX) continue;
    key_init(&a);
    key_init(&b);
    key_u32(&a, (uint32_t)values[i]);
    key_u32(&b, (uint32_t)values[i + 1]);
    assert_int_equal(compare(&a, &b), -1);
  }
}

static void texts_order_as_tuples(void **state)
{
  (void)state;
  // first field decides, a shorter text comes before its continuation whatever follows
  static const char *ascending[][2] = {{"", "z"},   {"a", ""}, {"a", "b"},   {"a", "ba"},
                                       {"ab", "a"}, {"b", ""}, {"包头", "x"}};
  for (size_t i = 0; i + 1 < sizeof ascending / sizeof *ascending; i++) {
    struct key a = two_texts(ascending[i][0], ascending[i][1]),
               b = two_texts(ascending[i + 1][0], ascending[i + 1][1]);
    assert_int_equal(compare(&a, &b), -1);
  }
}

static void reads_back(void **state)
{
  (void)state;
  struct key key;
  size_t offset = 0;
  const char *text = NULL;
  uint32_t narrow = 0;
  uint64_t wide = 0;
  key_init(&key);
  key_text(&key, "150200");
  key_u32(&key, 0x01020304);
  key_u64(&key, 0x0102030405060708);
  key_text(&key, "");
  assert_true(key_read_text(key.bytes, key.length, &offset, &text));
  assert_string_equal(text, "150200");
  assert_true(key_read_u32(key.bytes, key.length, &offset, &narrow));
  assert_int_equal(narrow, 0x01020304);
  assert_true(key_read_u64(key.bytes, key.length, &offset, &wide));
  assert_true(wide == 0x0102030405060708);
  assert_true(key_read_text(key.bytes, key.length, &offset, &text));
  assert_string_equal(text, "");
  assert_int_equal(offset, key.length);
  assert_false(key_read_text(key.bytes, key.length, &offset, &text));
  assert_false(key_read_u32(key.bytes, key.length, &offset, &narrow));
  assert_false(key_read_u64(key.bytes, key.length, &offset, &wide));
}

static void damage_is_noticed(void **state)
{
  (void)state;
  const char *text = NULL;
  uint32_t narrow = 0;
  uint64_t wide = 0;
  size_t offset = 0;
  assert_false(key_read_text("abc", 3, &offset, &text)); // no NUL within the length
  assert_false(key_read_u32("abc", 3, &offset, &narrow));
  assert_false(key_read_u64("abcdefg", 7, &offset, &wide));
  assert_int_equal(offset, 0);
  offset = 9;
  assert_false(key_read_u32("abc", 3, &offset, &narrow)); // an offset behind the end
}

static void overflow_is_marked_and_stays(void **state)
{
  (void)state;
  char long_text[600];
  struct key key;
  memset(long_text, 'x', sizeof long_text);
  long_text[KEY_MAX - 1] = '\0'; // 510 bytes and NUL fit exactly
  key_init(&key);
  key_text(&key, long_text);
  assert_int_equal(key.length, KEY_MAX);
  assert_false(key.overflow);
  key_u8(&key, 1);
  assert_true(key.overflow);
  assert_int_equal(key.length, KEY_MAX);
  long_text[KEY_MAX - 1] = 'x';
  long_text[KEY_MAX] = '\0';
  key_init(&key);
  assert_false(key.overflow);
  key_text(&key, long_text);
  assert_true(key.overflow);
  key_text(&key, "a"); // would fit, but the key is no longer what was meant
  assert_int_equal(key.length, 0);
}

static void equal_and_beginning(void **state)
{
  (void)state;
  struct key whole = two_texts("ab", "c"), same = two_texts("ab", "c"), other = two_texts("ab", "d"), prefix,
             none;
  key_init(&prefix);
  key_text(&prefix, "ab");
  key_init(&none);
  assert_true(key_equal(&whole, &same));
  assert_false(key_equal(&whole, &other));
  assert_false(key_equal(&whole, &prefix));
  assert_true(key_begins(&whole, &prefix));
  assert_true(key_begins(&whole, &same));
  assert_true(key_begins(&whole, &none));
  assert_false(key_begins(&whole, &other));
  assert_false(key_begins(&prefix, &whole));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_do_not_run_together),   cmocka_unit_test(numbers_keep_their_order),
      cmocka_unit_test(texts_order_as_tuples),        cmocka_unit_test(reads_back),
      cmocka_unit_test(equal_and_beginning),          cmocka_unit_test(damage_is_noticed),
      cmocka_unit_test(overflow_is_marked_and_stays),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
