// From cells to messages: headers in both languages, lists, words, numbers, and what is refused.
#include "proto/dispatch.pb-c.h"
#include "proto/registry.pb-c.h"
#include "services/cli/columns.h"
#include "services/cli/fill.h"
#include "services/cli/lang.h"
#include "services/cli/subjects.h"
#include "services/cli/words.h"
#include "tests/unit/cli/clilib.h"
#include <string.h>

static const struct column columns_list[] = {
    {"code", "代码 学校标识码", "institution.code", COLUMN_REQUIRED | COLUMN_KEY},
    {"name", "名称", "institution.name", COLUMN_REQUIRED},
    {"kind", "类别", "institution.kind", 0},
    {"stages", "学段", "institution.stages", COLUMN_LIST},
    {"legal_person", "法人", "institution.legal_person", 0},
    {"managing_bureau", "主管单位", "managing_bureau_code", COLUMN_REFERENCE},
    {"tags", "标签", "institution.tags", COLUMN_LIST},
    {"own", NULL, NULL, 0},
    {0},
};

static struct csv_row row_of(const char *text)
{
  struct csv_row row = {.row = 2, .cells = arena_alloc(cli->arena, 32 * sizeof(char *))};
  char *rest = arena_strdup(cli->arena, text), *cell;
  while ((cell = strsep(&rest, ",")))
    row.cells[row.n++] = cell;
  return row;
}

static void test_bind(void **state)
{
  (void)state;
  static const struct {
    const char *header;
    bool skip;
    const char *text, *fix; // text NULL = fine
  } cases[] = {
      {"code,name,kind", false, NULL, NULL},
      {"名称,代码", false, NULL, NULL},
      {"Code,NAME", false, NULL, NULL},
      {"学校标识码,name", false, NULL, NULL},
      {"row,code,message,code,name", false, NULL, NULL}, // a reject file
      {"code,name,", false, NULL, NULL},                 // an empty header names nothing
      {"code,nmae", false, "unknown column nmae",
       "did you mean name? --skip-unknown leaves unknown columns out"},
      {"code,name,备注", false, "unknown column 备注",
       "known are code,name,kind,stages,legal_person,managing_bureau,tags,own; --skip-unknown leaves unknown "
       "columns out"},
      {"code,name,备注", true, NULL, NULL},
      {"name,kind", false, "the column code is missing", "the first row names the columns"},
      {"code,name,代码", false, "the column code stands there twice", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct columns columns;
    struct columns_fault fault;
    struct csv_row header = row_of(cases[i].header);
    bool good = columns_bind(&columns, columns_list, &header, cases[i].skip, cli->arena, &fault);
    if (good != !cases[i].text) fail_msg("%s: %s", cases[i].header, good ? "taken" : fault.text);
    if (good) continue;
    assert_string_equal(fault.text, cases[i].text);
    if (cases[i].fix) assert_string_equal(fault.fix, cases[i].fix);
  }
}

static void test_reject_file(void **state)
{
  (void)state;
  struct columns columns;
  struct columns_fault fault;
  struct csv_row header = row_of("row,code,message,code,name"), row = row_of("7,IN-01,wrong,3415020001,校");
  assert_true(columns_bind(&columns, columns_list, &header, false, cli->arena, &fault));
  assert_string_equal(columns_cell(&columns, &row, "code"), "3415020001");
  assert_string_equal(columns_cell(&columns, &row, "name"), "校");
  assert_string_equal(columns_cell(&columns, &row, "kind"), "");
}

static Reg__RegisterInstitution *fill(const char *cells, struct columns_fault *fault)
{
  struct columns columns;
  struct csv_row header = row_of("code,name,kind,stages,legal_person,managing_bureau,tags,own"),
                 row = row_of(cells);
  ProtobufCMessage *message = fill_new(cli->arena, &reg__register_institution__descriptor);
  assert_true(columns_bind(&columns, columns_list, &header, false, cli->arena, fault));
  return columns_fill(&columns, &row, message, cli->arena, fault) ? (Reg__RegisterInstitution *)message
                                                                  : NULL;
}

static void test_fill(void **state)
{
  (void)state;
  struct columns_fault fault;
  const Reg__RegisterInstitution *got =
      fill("1,校,学校,小学|JUNIOR、高中,是,BUR-1,quality;weak,ignored", &fault);
  assert_non_null(got);
  assert_string_equal(got->institution->code, "1");
  assert_int_equal(got->institution->kind, TYP__INSTITUTION_KIND__KIND_SCHOOL);
  assert_int_equal(got->institution->n_stages, 3);
  assert_int_equal(got->institution->stages[0], TYP__STAGE__STAGE_PRIMARY);
  assert_int_equal(got->institution->stages[1], TYP__STAGE__STAGE_JUNIOR);
  assert_int_equal(got->institution->stages[2], TYP__STAGE__STAGE_SENIOR);
  assert_true(got->institution->legal_person);
  assert_string_equal(got->managing_bureau_code, "BUR-1");
  assert_int_equal(got->institution->n_tags, 2);
  assert_string_equal(got->institution->tags[1], "weak");
  got = fill("1,校,kindergarten,,否,,,", &fault);
  assert_int_equal(got->institution->kind, TYP__INSTITUTION_KIND__KIND_KINDERGARTEN);
  assert_false(got->institution->legal_person);
  assert_int_equal(got->institution->n_stages, 0);
  got = fill("1,校", &fault); // a short row: the rest is empty
  assert_non_null(got);
}

static void test_fill_refused(void **state)
{
  (void)state;
  static const struct {
    const char *cells, *text, *fix;
  } cases[] = {
      {",校,,,,,,", "code is empty", NULL},
      {"1,校,SCHOL,,,,,", "kind: SCHOL is no word of InstitutionKind", "did you mean SCHOOL?"},
      {"1,校,,小学|大学,,,,", "stages: 大学 is no word of Stage", NULL},
      {"1,校,,,maybe,,,", "legal_person: maybe is neither yes nor no", NULL},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct columns_fault fault;
    assert_null(fill(cases[i].cells, &fault));
    assert_string_equal(fault.text, cases[i].text);
    if (cases[i].fix) assert_string_equal(fault.fix, cases[i].fix);
  }
}

static bool take(void *context, const char *value)
{
  char *all = context;
  strcat(all, value);
  strcat(all, "/");
  return strcmp(value, "stop") != 0;
}

static void test_lists(void **state)
{
  (void)state;
  static const struct {
    const char *cell, *values;
    bool good;
  } cases[] = {{"", "", true},
               {"a", "a/", true},
               {"a|b;c；d、e", "a/b/c/d/e/", true},
               {" a | b ", "a/b/", true},
               {"a||b|", "a/b/", true},
               {"a|stop|b", "a/stop/", false}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char all[64] = "";
    assert_int_equal(columns_each(cases[i].cell, cli->arena, take, all), cases[i].good);
    assert_string_equal(all, cases[i].values);
  }
}

static void test_numbers(void **state)
{
  (void)state;
  static const struct {
    const ProtobufCMessageDescriptor *type;
    const char *field, *text, *wrong;
  } cases[] = {
      {&dsp__plan_line__descriptor, "requested", "20", NULL},
      {&dsp__plan_line__descriptor, "requested", "4294967296", "4294967296 is too large"},
      {&dsp__plan_line__descriptor, "requested", "-1", "-1 is not a number"},
      {&dsp__plan_line__descriptor, "requested", "two", "two is not a number"},
      {&dsp__plan_line__descriptor, "requested", "2x", "2x is not a number"},
      {&reg__institution__descriptor, "rev", "18446744073709551615", NULL},
      {&reg__institution__descriptor, "rev", "18446744073709551616", "18446744073709551616 is too large"},
      {&reg__person__descriptor, "sealed", "AQ", "the field sealed cannot be given as text"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct fill_fault fault;
    ProtobufCMessage *message = fill_new(cli->arena, cases[i].type);
    bool good = fill_field(cli->arena, message, cases[i].field, cases[i].text, &fault);
    assert_int_equal(good, cases[i].wrong == NULL);
    if (!good) assert_string_equal(fault.text, cases[i].wrong);
  }
}

// Every word of words.def is a value of some enum, and what is shown is read back as the same value.
static void test_words(void **state)
{
  (void)state;
  static const ProtobufCEnumDescriptor *const enums[] = {
      &typ__institution_kind__descriptor, &typ__place__descriptor, &typ__stage__descriptor,
      &typ__person_category__descriptor,  &typ__post__descriptor,  &typ__title__descriptor,
      &typ__honour__descriptor,           &typ__sex__descriptor,   &typ__division_level__descriptor};
  for (int zh = 0; zh < 2; zh++) {
    lang_start(zh ? "zh" : "en");
    for (size_t e = 0; e < sizeof enums / sizeof *enums; e++)
      for (unsigned v = 0; v < enums[e]->n_values; v++) {
        int value = enums[e]->values[v].value;
        const char *word = words_of(enums[e], value);
        if (value == 0) continue;
        if (!word || words_value(enums[e], word) != value)
          fail_msg("%s does not come back as %s", word, enums[e]->values[v].name);
        if (zh && (unsigned char)word[0] < 0x80 && value != TYP__PLACE__PLACE_PASTORAL)
          fail_msg("%s has no Chinese word", enums[e]->values[v].name);
      }
  }
  lang_start("en");
  assert_string_equal(words_of(&typ__stage__descriptor, 0), "");
  assert_null(words_of(&typ__stage__descriptor, 99));
  assert_int_equal(words_value(&typ__stage__descriptor, "STAGE_SENIOR"), TYP__STAGE__STAGE_SENIOR);
  assert_int_equal(words_value(&typ__stage__descriptor, "高级"), -1); // a title, no stage
  assert_int_equal(words_value(&typ__title__descriptor, "高级"), TYP__TITLE__TITLE_SENIOR);
}

static void test_subjects(void **state)
{
  (void)state;
  assert_string_equal(subjects_code("物理"), "16");
  assert_string_equal(subjects_code("16"), "16");
  assert_string_equal(subjects_code("99"), "99"); // data of the registry may know more
  assert_string_equal(subjects_code("信息技术"), "61");
  assert_null(subjects_code("炼金术"));
  assert_null(subjects_code("161"));
  assert_string_equal(subjects_name("16"), "Physics");
  assert_string_equal(subjects_name("99"), "99");
  lang_start("zh");
  assert_string_equal(subjects_name("41"), "英语");
  lang_start("en");
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_bind),  cmocka_unit_test(test_reject_file),
                                     cmocka_unit_test(test_fill),  cmocka_unit_test(test_fill_refused),
                                     cmocka_unit_test(test_lists), cmocka_unit_test(test_numbers),
                                     cmocka_unit_test(test_words), cmocka_unit_test(test_subjects)};
  return cmocka_run_group_tests(tests, clilib_setup, clilib_teardown);
}
