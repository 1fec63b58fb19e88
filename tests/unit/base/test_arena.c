#include "common/base/arena.h"
#include "common/base/cleanup.h"
#include "proto/envelope.pb-c.h"
#include "tests/lib/testlib.h"
#include <stdio.h>
#include <string.h>

DEFINE_CLEANUP(struct arena, arena_free);

static void memory_is_zeroed_and_aligned(void **state)
{
  (void)state;
  _cleanup_(arena_freep) struct arena *arena = NULL;
  assert_ok(arena_new(64 * 1024, &arena));
  for (size_t size = 0; size < 300; size += 7) {
    uint8_t *bytes = arena_alloc(arena, size);
    assert_non_null(bytes);
    assert_int_equal((uintptr_t)bytes % 16, 0);
    for (size_t i = 0; i < size; i++)
      assert_int_equal(bytes[i], 0);
    memset(bytes, 0xff, size);
  }
  arena_reset(arena); // the block is used again: the bytes must be zeroed again
  const uint8_t *again = arena_alloc(arena, 4096);
  for (size_t i = 0; i < 4096; i++)
    assert_int_equal(again[i], 0);
}

static void cap_is_hard_and_sticky(void **state)
{
  (void)state;
  _cleanup_(arena_freep) struct arena *arena = NULL;
  assert_ok(arena_new(1024, &arena));
  assert_non_null(arena_alloc(arena, 1000));
  assert_false(arena_exhausted(arena));
  assert_int_equal(arena_used(arena), 1008);
  assert_null(arena_alloc(arena, 17));
  assert_true(arena_exhausted(arena));
  assert_null(arena_alloc(arena, 1)); // also what would still fit
  assert_int_equal(arena_used(arena), 1008);
  arena_reset(arena);
  assert_false(arena_exhausted(arena));
  assert_int_equal(arena_used(arena), 0);
  assert_non_null(arena_alloc(arena, 1024));
}

static void huge_sizes_do_not_wrap(void **state)
{
  (void)state;
  static const struct {
    size_t count, size;
  } cases[] = {{SIZE_MAX, 1}, {SIZE_MAX / 2 + 1, 2}, {(size_t)1 << 33, (size_t)1 << 33}, {SIZE_MAX - 7, 1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    _cleanup_(arena_freep) struct arena *arena = NULL;
    assert_ok(arena_new(0, &arena));
    assert_null(arena_alloc_array(arena, cases[i].count, cases[i].size));
    assert_true(arena_exhausted(arena));
  }
}

static void grows_over_many_blocks(void **state)
{
  (void)state;
  _cleanup_(arena_freep) struct arena *arena = NULL;
  char *texts[2000];
  assert_ok(arena_new(0, &arena));
  for (int i = 0; i < 2000; i++)
    assert_non_null(texts[i] = arena_printf(arena, "text %d %0*d", i, i % 200 + 1, i));
  for (int i = 0; i < 2000; i++) {
    char expected[300];
    snprintf(expected, sizeof expected, "text %d %0*d", i, i % 200 + 1, i);
    assert_string_equal(texts[i], expected);
  }
}

static void copies(void **state)
{
  (void)state;
  _cleanup_(arena_freep) struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  assert_string_equal(arena_strdup(arena, "结对"), "结对");
  assert_string_equal(arena_strndup(arena, "partnership", 7), "partner");
  assert_string_equal(arena_strndup(arena, "short", 100), "short");
  assert_string_equal(arena_strdup(arena, ""), "");
  assert_memory_equal(arena_memdup(arena, "a\0b", 3), "a\0b", 3);
  assert_non_null(arena_memdup(arena, NULL, 0));
  assert_non_null(ARENA_NEW(
      arena, struct { int x; }));
}

static void clones_a_message(void **state)
{
  (void)state;
  _cleanup_(arena_freep) struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  char *units[] = {"a", "b"};
  Bus__Event event = BUS__EVENT__INIT;
  event.id = "id";
  event.n_units = 2;
  event.units = units;
  event.data = (ProtobufCBinaryData){3, (uint8_t *)"xyz"};
  const Bus__Event *copy = (const Bus__Event *)arena_clone(arena, &event.base);
  assert_non_null(copy);
  assert_string_equal(copy->id, "id");
  assert_ptr_not_equal(copy->id, event.id);
  assert_int_equal(copy->n_units, 2);
  assert_string_equal(copy->units[1], "b");
  assert_memory_equal(copy->data.data, "xyz", 3);
}

static void clone_past_the_cap_is_null(void **state)
{
  (void)state;
  _cleanup_(arena_freep) struct arena *arena = NULL;
  uint8_t data[512] = {1};
  assert_ok(arena_new(256, &arena));
  Bus__Event event = BUS__EVENT__INIT;
  event.data = (ProtobufCBinaryData){sizeof data, data};
  assert_null(arena_clone(arena, &event.base));
  assert_true(arena_exhausted(arena));
}

static void free_takes_null(void **state)
{
  (void)state;
  assert_null(arena_free(NULL));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(memory_is_zeroed_and_aligned),
      cmocka_unit_test(cap_is_hard_and_sticky),
      cmocka_unit_test(huge_sizes_do_not_wrap),
      cmocka_unit_test(grows_over_many_blocks),
      cmocka_unit_test(copies),
      cmocka_unit_test(clones_a_message),
      cmocka_unit_test(clone_past_the_cap_is_null),
      cmocka_unit_test(free_takes_null),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
