// The strict YAML under programme files and configurations: single scalars at both levels, structure, bounds.
#include "services/cli/dialect.h"
#include "services/cli/schema.h"
#include "tests/unit/cli/clilib.h"
#include <stdlib.h>
#include <string.h>

static const struct dialect_node *read_text(const char *text, size_t length, enum dialect_level level,
                                            struct faults *faults)
{
  faults_init(faults, "f", cli->arena);
  return dialect_read(text, length, level, faults);
}

// As the value of a key: NULL = taken, otherwise how the fault begins. In programmes, then in configurations.
static const struct {
  const char *value, *programme, *plain;
} scalars[] = {
    {"word", NULL, NULL},
    {"UPPER_SNAKE", NULL, NULL},
    {"hb-jiaolianti", NULL, NULL},
    {"0", NULL, NULL},
    {"7000", NULL, NULL},
    {"999999999999999999", NULL, NULL},
    {"true", NULL, NULL},
    {"\"text with: everything # in it\"", NULL, NULL},
    {"\"010\"", NULL, NULL},
    {"\"yes\"", NULL, NULL},
    {"\"~\"", NULL, NULL},
    {"'single'", "texts stand in double quotes", NULL},
    {"ipc:///run/x", "ipc:///run/x is neither", NULL},
    {"two words", "two words is neither", NULL},
    {"校", "校 is neither", NULL},
    {"_hidden", "_hidden is neither", NULL},
    {"010", "010 starts with a zero", NULL},
    {"00", "00 starts with a zero", NULL},
    {"0x10", "0x10 is not a number", NULL},
    {"0o7", "0o7 is not a number", NULL},
    {"1_000", "1_000 is not a number", NULL},
    {"1.5", "1.5 is not a number", NULL},
    {"+1", "+1 is not a number", NULL},
    {"-1", "-1 is not a number", NULL},
    {".5", ".5 is not a number", NULL},
    {"10%", "10% is not a number", NULL},
    {"2016-09-01", "2016-09-01 is not a number", NULL},
    {"1000000000000000000", "1000000000000000000 is too large", NULL},
    {"false", "false would be read as a boolean", NULL},
    {"False", "False would be read as a boolean", "False would be read as a boolean"},
    {"TRUE", "TRUE would be read as a boolean", "TRUE would be read as a boolean"},
    {"True", "True would be read as a boolean", "True would be read as a boolean"},
    {"yes", "yes would be read", "yes would be read"},
    {"NO", "NO would be read", "NO would be read"},
    {"On", "On would be read", "On would be read"},
    {"off", "off would be read", "off would be read"},
    {"y", "y would be read", "y would be read"},
    {"n", "n would be read", "n would be read"},
    {"~", "~ is not a value", "~ is not a value"},
    {"null", "null is not a value", "null is not a value"},
    {"NULL", "NULL is not a value", "NULL is not a value"},
    {"", "the value is missing", "the value is missing"},
    {"|\n  x", "block texts", "block texts"},
    {">\n  x", "block texts", "block texts"},
    {"\"a\\tb\"", "the text contains control", "the text contains control"},
    {"\"a\\0b\"", "the text contains control", "the text contains control"},
    {"\"a\\x7f\"", "the text contains control", "the text contains control"},
    {"&a x", "anchors (&)", "anchors (&)"},
    {"*a", "aliases (*)", "aliases (*)"},
    {"!x x", "tags (!)", "tags (!)"},
    {"!!str x", "tags (!)", "tags (!)"},
};

static void check_scalar(const char *value, enum dialect_level level, const char *wrong)
{
  char text[256];
  struct faults faults;
  int length = snprintf(text, sizeof text, "key: %s\n", value);
  const struct dialect_node *root = read_text(text, (size_t)length, level, &faults);
  if (!wrong && faults.total) fail_msg("%s: %s", value, faults.list[0].text);
  if (!wrong) {
    assert_non_null(dialect_key(root, "key"));
    return;
  }
  if (faults.total != 1 || strncmp(faults.list[0].text, wrong, strlen(wrong)) != 0)
    fail_msg("%s: %zu faults, %s", value, faults.total, faults.total ? faults.list[0].text : "");
  assert_int_equal(faults.list[0].line, 1);
}

static void test_scalars(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof scalars / sizeof *scalars; i++) {
    check_scalar(scalars[i].value, DIALECT_PROGRAMME, scalars[i].programme);
    check_scalar(scalars[i].value, DIALECT_PLAIN, scalars[i].plain);
  }
}

static const struct {
  const char *text;
  unsigned line, column; // of the first fault; 0 = none
  const char *wrong;
} structures[] = {
    {"a: {b: [c, {d: e}]}\n", 0, 0, NULL},
    {"a:\n  - b: c\n    d: e\n", 0, 0, NULL},
    {"a:\n- b: c\n", 0, 0, NULL},
    {"---\na: b\n", 0, 0, NULL},
    {"# only\na: b # said\n", 0, 0, NULL},
    {"a: b\na: c\n", 2, 1, "key a stands here twice"},
    {"x: {a: b, a: c}\n", 1, 11, "key a stands here twice"},
    {"? {a: b}\n: c\n", 1, 3, "a key must be a word"},
    {"yes: b\n", 1, 1, "yes would be read as a boolean"},
    {"true: b\n", 1, 1, "true would be read as a boolean"},
    {"\"a\": b\n", 1, 1, "key a stands without quotes"},
    {"<<: b\n", 1, 1, "merge keys"},
    {"a: b\n---\nc: d\n", 2, 1, "a second document starts here"},
    {"%YAML 1.1\n---\na: b\n", 1, 1, "directives"},
    {"%TAG ! tag:x,2000:\n---\na: b\n", 1, 1, "directives"},
    {"a:\n   - b\n", 2, 4, "the indentation is not a multiple of two"},
    {" a: b\n", 1, 2, "the indentation is not a multiple of two"},
    {"a: [b\n", 2, 1, "this is not YAML"},
    {"a: b: c\n", 1, 5, "this is not YAML"},
    {"a\tb: c\n", 1, 1, "the text contains control characters"},
    {"", 1, 1, "the file is empty"},
    {"\n# nothing\n", 3, 1, "the file is empty"},
    {"a: b\r\nc: d\r\n", 1, 5, "line ends with CR LF"},
    {"\xef\xbb\xbf"
     "a: b\n",
     1, 1, "the file starts with a byte order mark"},
    {"a: \xff\n", 1, 4, "this is not YAML"},
    {"a: 校\nb: \xe6\xa0\n", 2, 5, "this is not YAML"},
    {"a: [&x b, *x]\n", 1, 5, "anchors (&) are not allowed"},
};

static void test_structures(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof structures / sizeof *structures; i++) {
    struct faults faults;
    read_text(structures[i].text, strlen(structures[i].text), DIALECT_PROGRAMME, &faults);
    bool refused = faults.total > 0;
    if (refused != (structures[i].wrong != NULL))
      fail_msg("%s: %s", structures[i].text, refused ? faults.list[0].text : "taken");
    if (!refused) continue;
    const struct fault *first = &faults.list[0];
    if (first->line != structures[i].line || first->column != structures[i].column ||
        strncmp(first->text, structures[i].wrong, strlen(structures[i].wrong)) != 0)
      fail_msg("%s: %u:%u: %s", structures[i].text, first->line, first->column, first->text);
  }
}

static void test_bounds(void **state)
{
  (void)state;
  struct faults faults;
  char *large = malloc(DIALECT_MAX_BYTES + 1), deep[256] = "a: ";
  memset(large, '#', DIALECT_MAX_BYTES + 1);
  assert_null(read_text(large, DIALECT_MAX_BYTES + 1, DIALECT_PROGRAMME, &faults));
  assert_string_equal(faults.list[0].text, "the file has 1048577 bytes, at most 1048576 are taken");
  free(large);
  for (int i = 0; i < 100; i++)
    strcat(deep, "[");
  assert_null(read_text(deep, strlen(deep), DIALECT_PROGRAMME, &faults));
  assert_string_equal(faults.list[0].text, "nested too deeply");
  assert_null(read_text("a: \0b\n", 6, DIALECT_PROGRAMME, &faults));
  assert_string_equal(faults.list[0].text, "the file contains a NUL byte");
  // an arena that is too small ends the reading, not the process
  struct arena *small = NULL, *whole = cli->arena;
  assert_ok(arena_new(4096, &small));
  cli->arena = small;
  char many[8192] = "a: [";
  for (int i = 0; i < 1000; i++)
    strcat(many, "b, ");
  strcat(many, "b]\n");
  assert_null(read_text(many, strlen(many), DIALECT_PROGRAMME, &faults));
  assert_true(faults.total > 0);
  cli->arena = whole;
  arena_free(small);
}

static void test_tree(void **state)
{
  (void)state;
  static const char text[] = "a: b\nlist:\n  - {id: X, deep: [1, \"2\"]}\n  - id: Z\n    deep: [3]\n";
  struct faults faults;
  const struct dialect_node *root = read_text(text, sizeof text - 1, DIALECT_PROGRAMME, &faults);
  assert_int_equal(faults.total, 0);
  const struct dialect_node *node = dialect_path(root, "list.X.deep[1]");
  assert_string_equal(node->text, "2");
  assert_true(node->quoted);
  assert_int_equal(node->line, 3);
  assert_int_equal(node->column, 23);
  node = dialect_path(root, "list[1].deep");
  assert_int_equal(node->kind, DIALECT_SEQUENCE);
  assert_string_equal(node->key, "deep");
  assert_int_equal(node->key_line, 5);
  assert_int_equal(node->key_column, 5);
  assert_null(dialect_key(root, "b"));
  assert_null(dialect_key(dialect_key(root, "a"), "b")); // a scalar has no keys
  assert_ptr_equal(dialect_path(root, "list[9].deep"), dialect_key(root, "list"));
  assert_ptr_equal(dialect_path(root, "list[x"), dialect_path(root, "list[0]"));
  assert_ptr_equal(dialect_path(root, ""), root);
}

// Faults are kept in order of place, the fix with its fault, also past what is kept.
static void test_faults(void **state)
{
  (void)state;
  struct faults faults;
  faults_init(&faults, "f", cli->arena);
  faults_fix(&faults, "nothing to mend");
  faults_add(&faults, 9, 1, "late");
  faults_add(&faults, 2, 7, "second");
  faults_fix(&faults, "so %d", 2);
  faults_add(&faults, 2, 3, "first");
  clilib_catch();
  faults_print(&faults, stdout);
  assert_string_equal(clilib_caught(NULL), "f:2:3: first\nf:2:7: second\n  -> so 2\nf:9:1: late\n");
  for (int i = 0; i < FAULTS_MAX; i++) {
    faults_add(&faults, 20, 1, "more");
    faults_fix(&faults, "%d", i);
  }
  assert_int_equal(faults.n, FAULTS_MAX);
  assert_int_equal(faults.total, FAULTS_MAX + 3);
  clilib_catch();
  faults_print(&faults, stdout);
  assert_non_null(strstr(clilib_caught(NULL), "and 3 more\n"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_scalars), cmocka_unit_test(test_structures),
                                     cmocka_unit_test(test_bounds), cmocka_unit_test(test_tree),
                                     cmocka_unit_test(test_faults)};
  return cmocka_run_group_tests(tests, clilib_setup, clilib_teardown);
}
