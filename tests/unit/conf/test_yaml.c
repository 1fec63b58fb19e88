// The strict loader under both files: distances of words, positions, and whatever bytes a file may hold.
#include "common/conf/conf.h"
#include "common/conf/conf_text.h"
#include "common/conf/conf_yaml.h"
#include "tests/unit/conf/conflib.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void test_distance(void **state)
{
  (void)state;
  static const struct {
    const char *a, *b;
    unsigned distance;
  } cases[] = {{"", "", 0},         {"a", "", 1},        {"linger", "lingr", 1},
               {"area", "aera", 1}, {"abc", "acb", 1},   {"kitten", "sitting", 3},
               {"same", "same", 0}, {"peers", "peer", 1}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    assert_int_equal(conf_text_distance(cases[i].a, cases[i].b), cases[i].distance);
    assert_int_equal(conf_text_distance(cases[i].b, cases[i].a), cases[i].distance);
  }
  char longest[200];
  memset(longest, 'x', sizeof(longest));
  longest[199] = 0;
  assert_int_equal(conf_text_distance(longest, longest), 0); // looks at 40 characters only
}

struct thing {
  char *name;
  unsigned *numbers;
  size_t n_numbers;
};
static const cyaml_schema_value_t number = {CYAML_VALUE_UINT(CYAML_FLAG_DEFAULT, unsigned)};
static const cyaml_schema_field_t thing_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct thing, name, 1, 10),
    CYAML_FIELD_SEQUENCE_COUNT("numbers", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct thing, numbers,
                               n_numbers, &number, 0, 3),
    CYAML_FIELD_END};
static const cyaml_schema_value_t thing = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct thing, thing_fields)};

static void test_positions(void **state)
{
  (void)state;
  const char *directory = test_dir();
  const char *file = conflib_file(directory, "t.yaml", "name: x\nnumbers:\n- 1\n-   22\n", 0644);
  void *data = NULL;
  struct conf_yaml *yaml = NULL;
  char *error = NULL;
  assert_ok(conf_yaml_load(file, &thing, &data, &yaml, &error));
  static const struct {
    const char *path, *place;
    bool there;
  } cases[] = {{"name", "t.yaml:1:7: x", true},
               {"numbers[0]", "t.yaml:3:3: x", true},
               {"numbers[1]", "t.yaml:4:5: x", true},
               {"numbers[2]", "t.yaml:3:1: x", false},
               {"none", "t.yaml:1:1: x", false},
               {"name.deeper", "t.yaml:1:7: x", false},
               {"numbers[0].deeper", "t.yaml:3:3: x", false}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    assert_int_equal(conf_yaml_has(yaml, cases[i].path), cases[i].there);
    assert_int_equal(conf_yaml_error(yaml, cases[i].path, &error, "%s", "x"), -EINVAL);
    assert_string_equal(conflib_local(error, directory), cases[i].place);
    free(error);
  }
  conf_yaml_free(yaml);
  conf_yaml_free_data(&thing, data);
}

static void test_list_limit(void **state)
{
  (void)state;
  const char *directory = test_dir();
  void *data = NULL;
  struct conf_yaml *yaml = NULL;
  char *error = NULL;
  const char *file = conflib_file(directory, "t.yaml", "name: x\nnumbers: [1, 2, 3, 4]\n", 0644);
  assert_code(conf_yaml_load(file, &thing, &data, &yaml, &error), -EINVAL);
  assert_string_equal(conflib_local(error, directory),
                      "t.yaml:2:10: numbers has 4 entries, at most 3 are taken. Shorten it");
  free(error);
}

static void test_what_is_saved_loads(void **state)
{
  (void)state;
  unsigned numbers[] = {7, 4294967295};
  struct thing one = {"结对: #1", numbers, 2}, *back;
  void *data = NULL;
  struct conf_yaml *yaml = NULL;
  char *error = NULL, *text = conf_yaml_save(&thing, &one);
  assert_non_null(text);
  assert_ok(conf_yaml_load(conflib_file(test_dir(), "t.yaml", text, 0644), &thing, &data, &yaml, &error));
  back = data;
  assert_string_equal(back->name, one.name);
  assert_int_equal(back->n_numbers, 2);
  assert_int_equal(back->numbers[1], 4294967295);
  free(text);
  conf_yaml_free(yaml);
  conf_yaml_free_data(&thing, data);
}

// Mutations of a right file: taken or refused with a place, never more.
static void test_mutations(void **state)
{
  (void)state;
  enum { ROUNDS = 3000 };
  uint64_t seed = test_seed();
  const char *directory = test_dir();
  size_t length = 0;
  char *right = test_read_file(
      conflib_daemon(directory, "peers: [{area: n, endpoint: \"ipc:///x\", server_key: peer.pub}]\n"
                                "clock: {mode: simulated, start: \"2016-08-17\"}\n"),
      &length);
  unsigned taken = 0;
  for (int round = 0; round < ROUNDS; round++) {
    char *text = malloc(length);
    memcpy(text, right, length);
    for (uint32_t n = test_random_below(&seed, 4); n > 0; n--)
      text[test_random_below(&seed, (uint32_t)length)] =
          (char)(test_random_below(&seed, 3) ? "\n\t -:{}[]&*#?|>'\"%@`,x0"[test_random_below(&seed, 24)]
                                             : (int)test_random_below(&seed, 256));
    test_write_file(test_path(directory, "c.yaml"), text,
                    test_random_below(&seed, 8) ? length : test_random_below(&seed, (uint32_t)length));
    struct conf *conf = NULL;
    char *error = NULL;
    int r = conf_load(test_path(directory, "c.yaml"), NULL, &conf, &error);
    assert_int_equal(r == 0, conf != NULL);
    assert_int_equal(r < 0, error != NULL);
    unsigned line = 0, column = 0;
    if (error &&
        (sscanf(conflib_local(error, directory), "c.yaml:%u:%u: ", &line, &column) != 2 || !line || !column))
      fail_msg("no place in: %s", error);
    taken += r == 0;
    conf_free(conf);
    free(error);
    free(text);
  }
  assert_in_range(taken, 1, ROUNDS - 1);
  free(right);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_distance),   cmocka_unit_test(test_positions),
      cmocka_unit_test(test_list_limit), cmocka_unit_test(test_what_is_saved_loads),
      cmocka_unit_test(test_mutations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
