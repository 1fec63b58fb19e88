// Exports against a bus that answers by a script: languages, encodings with names of planes 2 and 3, cells
// that a spreadsheet would run, pages, masked names, files that are whole or not there.
#include "proto/registry.pb-c.h"
#include "proto/supervision.pb-c.h"
#include "services/cli/csv.h"
#include "services/cli/csv_guard.h"
#include "services/cli/export.h"
#include "services/cli/lang.h"
#include "services/cli/verb.h"
#include "tests/unit/cli/fakebus.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BUREAU "01570000-0000-7000-8000-000000000001"

static Reg__Institution rows[600];
static size_t n_rows, fail_after; // pages
static Reg__PersonView persons[2];

static int setup(void **state)
{
  (void)state;
  cli = clilib_new();
  fakebus_configure(cli);
  n_rows = 0;
  fail_after = SIZE_MAX;
  return 0;
}

static int teardown(void **state)
{
  (void)state;
  clilib_free(cli);
  return 0;
}

static Reg__Institution *add(const char *code, const char *name)
{
  Reg__Institution *row = &rows[n_rows++];
  reg__institution__init(row);
  row->id = arena_printf(cli->arena, "01570000-0000-7000-8000-%012zu", n_rows + 10);
  row->code = (char *)code;
  row->name = (char *)name;
  row->kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
  row->division = (char *)"150802100";
  row->status = REG__INSTITUTION_STATUS__INSTITUTION_ACTIVE;
  return row;
}

// Pages of at most 200, as asked for.
static int list_institutions(const struct bus_call *call, const ProtobufCMessage *request,
                             struct arena *arena, Bus__Status *status)
{
  const Reg__ListInstitutions *query = (const void *)request;
  Reg__Institutions page = REG__INSTITUTIONS__INIT;
  static Reg__Institution *list[600];
  (void)call;
  size_t at = query->page->after[0] ? (size_t)atoi(query->page->after) : 0;
  if (fail_after-- == 0) {
    fakebus_refuse(status, BUS__CODE__CODE_UNAVAILABLE, "STOPPING", "is stopping");
    return 0;
  }
  page.institutions = list;
  for (; at < n_rows && page.n_institutions < query->page->limit; at++)
    list[page.n_institutions++] = &rows[at];
  page.next = at < n_rows ? arena_printf(arena, "%zu", at) : (char *)"";
  fakebus_result(status, arena, &page.base);
  return 0;
}

static int get_institution(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                           Bus__Status *status)
{
  Reg__Institution bureau = REG__INSTITUTION__INIT;
  (void)call;
  bureau.id = ((const Reg__GetByRef *)request)->ref;
  bureau.code = (char *)"LH-EDU";
  fakebus_result(status, arena, &bureau.base);
  return 0;
}

static int list_persons(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                        Bus__Status *status)
{
  Reg__Persons page = REG__PERSONS__INIT;
  static Reg__PersonView *list[] = {&persons[0], &persons[1]};
  (void)call, (void)request;
  page.persons = list;
  page.n_persons = 2;
  fakebus_result(status, arena, &page.base);
  return 0;
}

static int list_issues(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                       Bus__Status *status)
{
  Reg__Issues page = REG__ISSUES__INIT;
  (void)call, (void)request;
  fakebus_result(status, arena, &page.base);
  return 0;
}

static const struct fakebus_method methods[] = {
    {"registry.v1.ListInstitutions", &reg__list_institutions__descriptor, list_institutions},
    {"registry.v1.GetInstitution", &reg__get_by_ref__descriptor, get_institution},
    {"registry.v1.ListPersons", &reg__list_persons__descriptor, list_persons},
    {"registry.v1.ListIssues", &reg__list_issues__descriptor, list_issues},
    {NULL, NULL, NULL}};

static int run(const char *line, const char **ret_out, const char **ret_err)
{
  fakebus_set(methods);
  cli->quiet = false;
  clilib_catch();
  int code = clilib_parse(cli, arena_printf(cli->arena, "jiedui %s", line));
  if (!code) code = cli->verb->run(cli);
  *ret_out = clilib_caught(ret_err);
  lang_start("en");
  return code;
}

// ---- what stands in it

static void test_columns(void **state)
{
  (void)state;
  const char *out, *err;
  static Typ__Stage stages[] = {TYP__STAGE__STAGE_PRIMARY, TYP__STAGE__STAGE_JUNIOR};
  static char *tags[] = {(char *)"quality", (char *)"pastoral"};
  Reg__Institution *row = add("2115080201", "狼山镇, 中心\"校\"");
  row->stages = stages;
  row->n_stages = 2;
  row->tags = tags;
  row->n_tags = 2;
  row->legal_person = true;
  row->managing_bureau = (char *)BUREAU;
  row->place = TYP__PLACE__PLACE_TOWNSHIP;
  assert_int_equal(run("institution export", &out, &err), CLI_OK);
  assert_string_equal(
      out, "code,name,kind,division,place,stages,run_type,urban_rural,uscc,legal_person,"
           "managing_bureau,operator,campus_of,tags,status\n"
           "2115080201,\"狼山镇, 中心\"\"校\"\"\",SCHOOL,150802100,TOWNSHIP,PRIMARY|JUNIOR,,,,yes,LH-EDU,,,"
           "quality|pastoral,ACTIVE\n");
  assert_int_equal(run("--lang zh institution export", &out, &err), CLI_OK);
  assert_non_null(strstr(out, "代码,名称,类别,区划,"));
  assert_non_null(strstr(out, ",学校,150802100,乡镇,小学|初中,"));
  assert_non_null(strstr(out, ",是,LH-EDU,"));
}

// Nothing in a ledger is still a ledger, of both kinds of columns.
static void test_empty(void **state)
{
  (void)state;
  const char *out, *err;
  assert_int_equal(run("institution export", &out, &err), CLI_OK);
  assert_string_equal(out, "code,name,kind,division,place,stages,run_type,urban_rural,uscc,legal_person,"
                           "managing_bureau,operator,campus_of,tags,status\n");
  assert_int_equal(run("issue export", &out, &err), CLI_OK);
  assert_string_equal(out, "id,title,rules,owner,due,status\n");
  assert_int_equal(run("--lang zh issue export", &out, &err), CLI_OK);
  assert_true((unsigned char)*out & 0x80);
  assert_non_null(strchr(out, '\n'));
  assert_null(strchr(strchr(out, '\n') + 1, '\n')); // one line
}

static void test_pages(void **state)
{
  (void)state;
  const char *out, *err;
  for (int i = 0; i < 450; i++)
    add(arena_printf(cli->arena, "S%03d", i), "校");
  assert_int_equal(run("institution export", &out, &err), CLI_OK);
  assert_int_equal(fakebus_calls_of("registry.v1.ListInstitutions"), 3);
  size_t lines = 0;
  for (const char *c = out; *c; c++)
    lines += *c == '\n';
  assert_int_equal(lines, 451);
  assert_non_null(strstr(out, "\nS449,"));
}

static void test_masked(void **state)
{
  (void)state;
  const char *out, *err;
  static Reg__Person who[2];
  for (int i = 0; i < 2; i++) {
    reg__person__init(&who[i]);
    reg__person_view__init(&persons[i]);
    who[i].staff_no = (char *)(i ? "P-2" : "P-1");
    who[i].category = TYP__PERSON_CATEGORY__CATEGORY_TEACHER;
    persons[i].person = &who[i];
    persons[i].masked = i == 1;
    persons[i].name = (char *)(i ? "王*" : "王建国");
    persons[i].id_number = (char *)"11010519491231002X"; // never written, whoever sends it
  }
  assert_int_equal(run("person export", &out, &err), CLI_OK);
  assert_non_null(strstr(out, "\nP-1,王建国,"));
  assert_non_null(strstr(out, "\nP-2,,"));
  assert_null(strstr(out, "11010519"));
  assert_non_null(strstr(err, "1 names are left out"));
  assert_non_null(strstr(err, "identity numbers and contacts are not in it"));
}

// ---- encodings

static struct csv_file parsed(const char *path, const char *encoding)
{
  struct csv_file file;
  struct csv_fault fault = {0};
  if (!csv_file_read(path, encoding, cli->arena, &file, &fault)) fail_msg("%s", fault.text);
  return file;
}

// Names with characters of planes 2 and 3, and those that came into GB 18030 late, in every encoding.
static void test_encodings(void **state)
{
  (void)state;
  static const char *const names[] = {"䶮", "㛃", "𠮷", "𬱖", "䲜", "𰻝", "Ä–é", "普通小学"};
  static const struct {
    const char *option, *start, *is;
  } cases[] = {{"--encoding utf-8", "code,", "UTF-8"},
               {"--encoding utf-8-bom",
                "\xef\xbb\xbf"
                "code,",
                "UTF-8"},
               {"--encoding gb18030", "code,", "GB18030"},
               {"",
                "\xef\xbb\xbf"
                "code,",
                "UTF-8"}}; // a file for people
  const char *out, *err, *path = test_path(test_dir(), "units.csv");
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    add(arena_printf(cli->arena, "S%zu", i), names[i]);
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(
        run(arena_printf(cli->arena, "institution export --out %s %s", path, cases[i].option), &out, &err),
        CLI_OK);
    assert_non_null(strstr(err, "8 rows written to "));
    size_t length;
    char *bytes = test_read_file(path, &length);
    assert_memory_equal(bytes, cases[i].start, strlen(cases[i].start));
    assert_int_equal(strstr(bytes, "普通小学") != NULL, strcmp(cases[i].is, "UTF-8") == 0);
    free(bytes);
    struct csv_file file = parsed(path, "auto");
    assert_string_equal(file.encoding, cases[i].is);
    assert_int_equal(file.n_rows, 8);
    for (size_t r = 0; r < 8; r++)
      assert_string_equal(csv_file_row(&file, r, cli->arena)->cells[1], names[r]);
  }
  static const char *const refused[] = {"gbk", "GB2312", "big5"};
  for (size_t i = 0; i < 3; i++) {
    int code = run(arena_printf(cli->arena, "institution export --encoding %s", refused[i]), &out, &err);
    assert_int_equal(code, CLI_USAGE);
    assert_string_equal(out, "");
    if (i < 2) assert_non_null(strstr(err, "no room for names with rare characters"));
  }
}

// ---- cells that a spreadsheet would run

static void test_guard(void **state)
{
  (void)state;
  static const struct {
    const char *text, *written;
  } cases[] = {{"=1+1", "'=1+1"}, {"+SUM(A1)", "'+SUM(A1)"},
               {"-2+3", "'-2+3"}, {"@x", "'@x"},
               {"\tx", "'\tx"},   {"\rx", "'\rx"},
               {"-5", "-5"},      {"+0.25", "+0.25"},
               {"-", "'-"},       {"-.", "'-."},
               {"-5.", "-5."},    {"'=x", "''=x"},
               {"''@", "'''@"},   {"'plain", "'plain"},
               {"a=b", "a=b"},    {"", ""},
               {"'", "'"},        {"＝全角", "＝全角"},
               {"'-5", "''-5"},   {"-5 ", "'-5 "}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *written = csv_guard_add(cli->arena, cases[i].text);
    assert_string_equal(written, cases[i].written);
    assert_string_equal(csv_guard_strip(written), cases[i].text);
  }
}

// Whatever a text is made of: guarded and read it is the same.
static void test_guard_returns(void **state)
{
  (void)state;
  static const char letters[] = "'=+-@5.x";
  uint64_t random = test_seed();
  for (int n = 0; n < 20000; n++) {
    char text[8] = "";
    size_t length = test_random(&random) % 7;
    for (size_t i = 0; i < length; i++)
      text[i] = letters[test_random(&random) % (sizeof letters - 1)];
    const char *written = csv_guard_add(cli->arena, text);
    assert_string_equal(csv_guard_strip(written), text);
    bool number = *written && strspn(written + 1, "0123456789.") == strlen(written + 1);
    assert_true(!*written || !strchr("=+-@", *written) || number);
    if (n % 1000 == 0) arena_reset(cli->arena);
  }
}

static void test_formulas(void **state)
{
  (void)state;
  const char *out, *err, *path = test_path(test_dir(), "formulas.csv");
  static const char *const names[] = {"=HYPERLINK(\"http://x\")", "+cmd", "-1+1", "@import"};
  for (size_t i = 0; i < 4; i++)
    add(arena_printf(cli->arena, "S%zu", i), names[i]);
  assert_int_equal(run(arena_printf(cli->arena, "institution export --out %s", path), &out, &err), CLI_OK);
  char *text = test_read_file(path, NULL);
  assert_non_null(strstr(text, "S0,\"'=HYPERLINK(\"\"http://x\"\")\","));
  assert_non_null(strstr(text, "\nS1,'+cmd,"));
  assert_non_null(strstr(text, "\nS2,'-1+1,"));
  assert_non_null(strstr(text, "\nS3,'@import,"));
  free(text);
  struct csv_file file = parsed(path, "auto");
  for (size_t r = 0; r < 4; r++) // an import reads what was meant
    assert_string_equal(csv_file_row(&file, r, cli->arena)->cells[1], names[r]);
}

// ---- files

static void test_whole_or_not_there(void **state)
{
  (void)state;
  const char *out, *err, *path = test_path(test_dir(), "half.csv");
  for (int i = 0; i < 450; i++)
    add(arena_printf(cli->arena, "S%03d", i), "校");
  fail_after = 1;
  assert_int_equal(run(arena_printf(cli->arena, "institution export --out %s", path), &out, &err),
                   CLI_UNREACHABLE);
  assert_int_equal(access(path, F_OK), -1);
  assert_int_equal(access(arena_printf(cli->arena, "%s.partial", path), F_OK), -1);
  // what stood there before stays
  test_write_file(path, "old", 3);
  fail_after = 1;
  run(arena_printf(cli->arena, "institution export --out %s", path), &out, &err);
  char *text = test_read_file(path, NULL);
  assert_string_equal(text, "old");
  free(text);
  assert_int_not_equal(run("institution export --out /nowhere/at/all.csv", &out, &err), CLI_OK);
  assert_non_null(strstr(err, "/nowhere/at/all.csv"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_columns, setup, teardown),
      cmocka_unit_test_setup_teardown(test_empty, setup, teardown),
      cmocka_unit_test_setup_teardown(test_pages, setup, teardown),
      cmocka_unit_test_setup_teardown(test_masked, setup, teardown),
      cmocka_unit_test_setup_teardown(test_encodings, setup, teardown),
      cmocka_unit_test_setup_teardown(test_guard, setup, teardown),
      cmocka_unit_test_setup_teardown(test_guard_returns, setup, teardown),
      cmocka_unit_test_setup_teardown(test_formulas, setup, teardown),
      cmocka_unit_test_setup_teardown(test_whole_or_not_there, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
