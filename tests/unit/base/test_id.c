// Ids, randomness and clocks.
#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/base/rand.h"
#include "common/base/uuid7.h"
#include "tests/lib/testlib.h"
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void version_and_variant(void **state)
{
  (void)state;
  static const uint8_t ones[10] = {255, 255, 255, 255, 255, 255, 255, 255, 255, 255}, zeros[10];
  uint8_t id[16];
  char text[UUID_TEXT];
  uuid7_make(0x017f22e279b0, ones, id); // the time of the example in RFC 9562 A.6
  uuid_format(id, text);
  assert_string_equal(text, "017f22e2-79b0-7fff-bfff-ffffffffffff");
  uuid7_make(0x017f22e279b0, zeros, id);
  uuid_format(id, text);
  assert_string_equal(text, "017f22e2-79b0-7000-8000-000000000000");
}

static void a_time_ordered_id_tells_its_time(void **state)
{
  (void)state;
  uint64_t ms = 1;
  assert_true(uuid7_ms("017f22e2-79b0-7cc3-98c4-dc0c0c07398f", &ms));
  assert_int_equal(ms, 0x017f22e279b0);
  assert_false(uuid7_ms("017f22e2-79b0-4cc3-98c4-dc0c0c07398f", &ms)); // another version
  assert_int_equal(ms, 0);
  assert_false(uuid7_ms("yesterday", &ms));
}

static void text_and_bytes(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    bool valid;
  } cases[] = {
      {"017f22e2-79b0-7cc3-98c4-dc0c0c07398f", true},
      {"017F22E2-79b0-7cc3-98c4-dc0c0c07398f", false}, // one spelling only
      {"017f22e279b07cc398c4dc0c0c07398f", false},
      {"017f22e2-79b0-7cc3-98c4-dc0c0c07398", false},
      {"017f22e2-79b0-7cc3-98c4-dc0c0c07398ff", false},
      {"017f22e2-79b0-7cc3-98c4+dc0c0c07398f", false},
      {"017f22e2-79b0-7cc3-98c4-dc0c0c0739-f", false},
      {"{17f22e2-79b0-7cc3-98c4-dc0c0c07398f", false},
      {"", false},
      {NULL, false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint8_t id[16] = {0xee};
    char text[UUID_TEXT];
    assert_int_equal(uuid_parse(cases[i].text, id), cases[i].valid);
    assert_int_equal(uuid_valid(cases[i].text), cases[i].valid);
    if (!cases[i].valid) {
      assert_int_equal(id[0], 0xee);
      continue;
    }
    uuid_format(id, text);
    assert_string_equal(text, cases[i].text);
  }
}

// Worst seeds included: random bits all set must not make the sum wrap.
static void one_source_ascends(void **state)
{
  (void)state;
  static const uint8_t fills[] = {0x00, 0x7f, 0xff, 0x5a};
  for (size_t k = 0; k < sizeof fills; k++) {
    struct id_source source = {.ms = 1472659200000, .taken = k == 2 ? UINT32_MAX - 600 : 0};
    char before[UUID_TEXT] = "", id[UUID_TEXT];
    memset(source.random, fills[k], sizeof source.random);
    for (int i = 0; i < 500; i++) {
      id_source_next(&source, id);
      assert_true(uuid_valid(id));
      assert_int_equal(id[14], '7');
      assert_true(strchr("89ab", id[19]) != NULL);
      if (strcmp(before, id) >= 0) fail_msg("%s after %s", id, before);
      memcpy(before, id, sizeof before);
    }
  }
}

static void same_seed_same_ids(void **state)
{
  (void)state;
  struct id_source a = {.ms = 5, .random = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, b = a;
  char x[UUID_TEXT], y[UUID_TEXT];
  for (int i = 0; i < 3; i++) {
    id_source_next(&a, x);
    id_source_next(&b, y);
    assert_string_equal(x, y);
  }
  assert_int_equal(a.taken, 3);
}

static void later_is_greater(void **state)
{
  (void)state;
  struct id_source early = {.ms = 1472659200000}, late = {.ms = 1472659200001};
  char x[UUID_TEXT], y[UUID_TEXT];
  memset(early.random, 0xff, sizeof early.random);
  id_source_next(&early, x);
  id_source_next(&late, y);
  assert_true(strcmp(x, y) < 0);
}

static void fixed_randomness_repeats(void **state)
{
  (void)state;
  static const uint8_t seed[32] = {7}, other[32] = {8};
  uint8_t a[40], b[40], c[40];
  rand_fix(seed);
  rand_bytes(a, sizeof a);
  rand_bytes(c, sizeof c);
  assert_memory_not_equal(a, c, sizeof a); // a sequence, not one value
  rand_fix(seed);
  rand_bytes(b, sizeof b);
  assert_memory_equal(a, b, sizeof a);
  rand_fix(other);
  rand_bytes(b, sizeof b);
  assert_memory_not_equal(a, b, sizeof a);
  rand_fix(NULL);
  rand_bytes(a, sizeof a);
  rand_bytes(b, sizeof b);
  assert_memory_not_equal(a, b, sizeof a);
}

static void numbers_stay_below_their_bound(void **state)
{
  (void)state;
  static const uint8_t seed[32] = {1};
  unsigned seen[6] = {0};
  rand_fix(seed);
  assert_int_equal(rand_below(0), 0);
  assert_int_equal(rand_below(1), 0);
  for (int i = 0; i < 6000; i++) {
    uint32_t value = rand_below(6);
    assert_true(value < 6);
    seen[value]++;
  }
  for (int i = 0; i < 6; i++)
    assert_in_range(seen[i], 800, 1200);
  for (int i = 0; i < 100; i++)
    assert_true(rand_below(0x80000001) < 0x80000001);
  rand_fix(NULL);
}

static void clocks_tell_time(void **state)
{
  (void)state;
  int64_t before = clock_monotonic_us();
  assert_true(clock_monotonic_us() >= before);
  assert_true(clock_real_us() > 1700000000LL * 1000000);
}

static void broken_invariant_aborts(void **state)
{
  (void)state;
  pid_t child = fork();
  if (child == 0) {
    close(STDERR_FILENO);
    CHECK(1 + 1 == 2);
    CHECK(1 + 1 == 3);
    _exit(0);
  }
  int status = test_wait_child(child);
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGABRT);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(version_and_variant),      cmocka_unit_test(a_time_ordered_id_tells_its_time),
      cmocka_unit_test(text_and_bytes),           cmocka_unit_test(one_source_ascends),
      cmocka_unit_test(same_seed_same_ids),       cmocka_unit_test(later_is_greater),
      cmocka_unit_test(fixed_randomness_repeats), cmocka_unit_test(numbers_stay_below_their_bound),
      cmocka_unit_test(clocks_tell_time),         cmocka_unit_test(broken_invariant_aborts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
