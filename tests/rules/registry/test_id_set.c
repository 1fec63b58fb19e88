// Sets of ids: what was put in is found with its number, and nothing else is.
#include "services/registry/rules/id_set.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

static void every_id_is_found_and_no_other(void **state)
{
  enum { IDS = 20000 };
  struct id_set set = {0};
  char id[ID_SET_TEXT];
  uint32_t number = 0;
  (void)state;
  for (uint32_t i = 0; i < IDS; i++) { // they differ in few places, at either end
    snprintf(id, sizeof id, i % 2 ? "0185-%032u" : "%u", i);
    assert_ok(id_set_add(&set, id, i));
    assert_ok(id_set_add(&set, id, i + 1)); // the number given first stays
  }
  assert_int_equal(set.n, IDS);
  for (uint32_t i = 0; i < 2 * IDS; i++) {
    snprintf(id, sizeof id, i % 2 ? "0185-%032u" : "%u", i);
    assert_int_equal(id_set_has(&set, id, &number), i < IDS);
    if (i < IDS) assert_int_equal(number, i);
  }
  id_set_free(&set);
  assert_false(id_set_has(&set, "2", NULL));
}

static void long_and_empty_ids(void **state)
{
  struct id_set set = {0};
  char id[ID_SET_TEXT + 1];
  (void)state;
  memset(id, 'a', sizeof id - 1);
  id[sizeof id - 1] = '\0';
  assert_int_equal(id_set_add(&set, id, 1), -EMSGSIZE);
  assert_false(id_set_has(&set, id, NULL));
  id[ID_SET_TEXT - 1] = '\0'; // the longest there may be
  assert_ok(id_set_add(&set, id, 2));
  assert_true(id_set_has(&set, id, NULL));
  assert_ok(id_set_add(&set, "", 3));
  assert_false(id_set_has(&set, "", NULL));
  assert_false(id_set_has(&set, "aaa", NULL)); // no prefix of one
  id_set_free(&set);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_id_is_found_and_no_other),
      cmocka_unit_test(long_and_empty_ids),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
