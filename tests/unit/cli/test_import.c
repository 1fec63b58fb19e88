// Imports against a bus that answers by a script: order of references, splitting of lists, keys, rejects, dry
// runs.
#include "proto/registry.pb-c.h"
#include "services/cli/config.h"
#include "services/cli/csv.h"
#include "services/cli/import_report.h"
#include "tests/unit/cli/fakebus.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int setup(void **state)
{
  (void)state;
  cli = clilib_new();
  fakebus_configure(cli);
  return 0;
}

static int teardown(void **state)
{
  (void)state;
  clilib_free(cli);
  return 0;
}

// ---- a registry in a few lines: codes it knows, keys it has seen ----

static char known[1024][64];
static size_t n_known;
static char keys[256][80];
static size_t n_keys;
static size_t n_divisions, largest; // rows of a command
static bool silent;
static const char *refuse_all = ""; // this reason, for the whole command

static bool has(char list[][64], size_t n, const char *text)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(list[i], text) == 0) return true;
  return false;
}

static bool seen_key(const char *key)
{
  for (size_t i = 0; i < n_keys; i++)
    if (strcmp(keys[i], key) == 0) return true;
  return false;
}

// Decides as registryd does: each row by itself, with those before it there; in a dry run nothing stays.
static int import_institutions(const struct bus_call *call, const ProtobufCMessage *request,
                               struct arena *arena, Bus__Status *status)
{
  const Reg__ImportInstitutions *command = (const void *)request;
  Reg__ImportReply reply = REG__IMPORT_REPLY__INIT;
  static Reg__RowResult results[512];
  static Reg__RowResult *list[512];
  size_t before = n_known;
  if (silent) return -ETIMEDOUT;
  if (strcmp(refuse_all, "") != 0) {
    fakebus_refuse(status, BUS__CODE__CODE_DENIED, refuse_all, "needs the role REGISTRAR");
    return 0;
  }
  if (call->idem_key) {
    assert_false(call->dry_run);
    status->replayed = seen_key(call->idem_key);
    snprintf(keys[n_keys++], sizeof keys[0], "%s", call->idem_key);
  }
  assert_in_range(command->n_rows, 1, 512);
  if (command->n_rows > largest) largest = command->n_rows;
  reply.rows = list;
  for (size_t i = 0; i < command->n_rows; i++) {
    const char *code = command->rows[i]->institution->code, *bureau = command->rows[i]->managing_bureau_code;
    bool bad = strcmp(code, "BAD") == 0, missing = *bureau && !has(known, n_known, bureau);
    if (bad || missing) {
      Reg__RowResult *result = list[reply.n_rows] = &results[reply.n_rows];
      reg__row_result__init(result);
      result->row = (uint32_t)i;
      result->outcome = REG__ROW_OUTCOME__ROW_REFUSED;
      result->reason = bad ? "IN-01" : "NOT-FOUND";
      result->message_zh = result->message_en = bad ? "School code BAD" : "No such institution";
      result->fix_zh = result->fix_en = "mend it";
      reply.n_rows++;
      reply.refused++;
    } else if (has(known, n_known, code)) {
      reply.same++;
    } else {
      snprintf(known[n_known++], sizeof known[0], "%s", code);
      reply.made++;
    }
  }
  if (call->dry_run) n_known = before;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static int import_divisions(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                            Bus__Status *status)
{
  const Reg__ImportDivisions *command = (const void *)request;
  Reg__ImportDivisionsReply reply = REG__IMPORT_DIVISIONS_REPLY__INIT;
  (void)call;
  if (command->n_divisions > largest) largest = command->n_divisions;
  for (size_t i = 0; i < command->n_divisions; i++) {
    const Reg__Division *row = command->divisions[i];
    bool parent = strcmp(row->parent, "0") == 0 || has(known, n_known, row->parent);
    for (size_t j = 0; j < i; j++)
      parent |= strcmp(command->divisions[j]->code, row->parent) == 0;
    if (parent && strcmp(row->name, "bad") != 0) continue;
    fakebus_refuse(status, BUS__CODE__CODE_REFUSED, "IN-05", "Division is unknown");
    return 0;
  }
  for (size_t i = 0; i < command->n_divisions; i++)
    snprintf(known[n_known++], sizeof known[0], "%s", command->divisions[i]->code);
  n_divisions += command->n_divisions;
  reply.added = (uint32_t)command->n_divisions;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static char last_person[512];

static int import_persons(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                          Bus__Status *status)
{
  const Reg__ImportPersons *list = (const void *)request;
  Reg__ImportReply reply = REG__IMPORT_REPLY__INIT;
  (void)call;
  for (size_t i = 0; i < list->n_rows; i++) {
    const Reg__RegisterPerson *command = list->rows[i];
    snprintf(last_person, sizeof last_person, "%s %s %s %d %s", command->person->staff_no,
             command->secret->name, command->home_code, (int)command->person->category,
             command->person->n_subjects ? command->person->subjects[command->person->n_subjects - 1] : "");
  }
  reply.made = (uint32_t)list->n_rows;
  fakebus_result(status, arena, &reply.base);
  return 0;
}

// Steps: what was taken, in its order; a command of more than `most` rows is refused as a whole.
static char steps[64 * 1024];
static size_t most, n_whole;

static int change_institutions(const struct bus_call *call, const ProtobufCMessage *request,
                               struct arena *arena, Bus__Status *status)
{
  const Reg__ChangeInstitutions *command = (const void *)request;
  Reg__ImportReply reply = REG__IMPORT_REPLY__INIT;
  static Reg__RowResult results[2000];
  static Reg__RowResult *list[2000];
  if (silent) return -ETIMEDOUT;
  if (command->n_rows > largest) largest = command->n_rows;
  n_whole += command->all_or_nothing;
  if (command->n_rows > most) {
    fakebus_refuse(status, BUS__CODE__CODE_REFUSED, "SIZE", "more to say than an answer holds");
    return 0;
  }
  if (call->idem_key) {
    status->replayed = seen_key(call->idem_key);
    if (!status->replayed) snprintf(keys[n_keys++], sizeof keys[0], "%s", call->idem_key);
  }
  reply.rows = list;
  for (size_t i = 0; i < command->n_rows; i++) {
    if (strcmp(command->rows[i]->code, "BAD") != 0) {
      reply.changed++;
      if (!call->dry_run && !status->replayed) {
        strcat(steps, command->rows[i]->code);
        strcat(steps, " ");
      }
      continue;
    }
    Reg__RowResult *result = list[reply.n_rows] = &results[reply.n_rows];
    reg__row_result__init(result);
    result->row = (uint32_t)i;
    result->outcome = REG__ROW_OUTCOME__ROW_REFUSED;
    result->reason = "STATE";
    result->message_zh = result->message_en = "is closed";
    reply.n_rows++;
    reply.refused++;
  }
  fakebus_result(status, arena, &reply.base);
  return 0;
}

static const struct fakebus_method methods[] = {
    {"registry.v1.ChangeInstitutions", &reg__change_institutions__descriptor, change_institutions},
    {"registry.v1.ImportInstitutions", &reg__import_institutions__descriptor, import_institutions},
    {"registry.v1.ImportDivisions", &reg__import_divisions__descriptor, import_divisions},
    {"registry.v1.ImportPersons", &reg__import_persons__descriptor, import_persons},
    {NULL, NULL, NULL}};

static void reset(void)
{
  n_known = n_keys = n_divisions = largest = 0;
  silent = false;
  refuse_all = "";
  steps[0] = '\0';
  most = 2000;
  n_whole = 0;
  fakebus_set(methods);
}

// Runs one import of this text; the exit code, with what was printed.
static int run(const char *options, const char *csv, const char **ret_out, const char **ret_err)
{
  char line[512];
  const char *file = test_path(test_dir(), "rows.csv");
  test_write_file(file, csv, strlen(csv));
  snprintf(line, sizeof line, "jiedui %s %s", options, file);
  cli->json = cli->quiet = cli->dry_run = false;
  cli->key = NULL;
  clilib_catch();
  int code = clilib_parse(cli, line);
  if (!code) code = cli->verb->run(cli);
  *ret_out = clilib_caught(ret_err);
  return code;
}

#define HEADER "code,name,kind,division,managing_bureau\n"

static void test_good(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("institution import", HEADER "B,局,BUREAU,15,\nS,校,SCHOOL,1502,B\n", &out, &err),
                   CLI_OK);
  assert_string_equal(out, "2 rows: 2 imported, 0 unchanged, 0 refused\n");
  assert_string_equal(err, "");
  // again: the daemon finds them the same
  assert_int_equal(run("institution import", HEADER "B,局,BUREAU,15,\nS,校,SCHOOL,1502,B\n", &out, &err),
                   CLI_OK);
  assert_string_equal(out, "2 rows: 0 imported, 2 unchanged, 0 refused\n");
  assert_int_equal(n_keys, 0); // drawn by the client: what the file says counts each time it is imported
}

// --key makes it a repeat: the same content has the same key, another one another.
static void test_key(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  for (int i = 0; i < 2; i++)
    assert_int_equal(run("--key again institution import", HEADER "B,局,BUREAU,15,\n", &out, &err), CLI_OK);
  assert_int_equal(run("--key again institution import", HEADER "B,局二,BUREAU,15,\n", &out, &err), CLI_OK);
  assert_string_equal(keys[0], keys[1]);
  assert_string_not_equal(keys[0], keys[2]);
}

// Nobody without the role is told so a thousand times.
static void test_denied(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  refuse_all = "ROLE";
  assert_int_equal(run("institution import", HEADER "B,局,BUREAU,15,\nS,校,SCHOOL,1502,B\n", &out, &err),
                   CLI_PARTIAL);
  assert_string_equal(out, "2 rows: 0 imported, 0 unchanged, 2 refused\n");
  assert_non_null(strstr(err, "row 3: ROLE: needs the role REGISTRAR\n"));
  assert_int_equal(fakebus_calls(), 1);
  // what may be about a row is asked of each half
  refuse_all = "SIZE";
  run("institution import", HEADER "B,局,BUREAU,15,\nS,校,SCHOOL,1502,B\n", &out, &err);
  assert_int_equal(fakebus_calls(), 1 + 3);
}

// Many rows: lists of 512, faulty ones left out, and row numbers that stay right.
static void test_many(void **state)
{
  (void)state;
  const char *out, *err;
  char *text = calloc(1, 64 * 1024);
  reset();
  strcpy(text, HEADER);
  for (int i = 0; i < 700; i++)
    sprintf(text + strlen(text), "%s,校,%s,15,\n", i == 600 ? "BAD" : arena_printf(cli->arena, "S%d", i),
            i == 130 ? "SCHOL" : "SCHOOL");
  assert_int_equal(run("institution import", text, &out, &err), CLI_PARTIAL);
  assert_string_equal(out, "700 rows: 698 imported, 0 unchanged, 2 refused\n");
  assert_non_null(strstr(err, "row 132: CSV: kind: SCHOL is no word"));
  assert_non_null(strstr(err, "row 602: IN-01: School code BAD"));
  assert_int_equal(fakebus_calls(), 2);
  assert_int_equal(largest, 512);
  free(text);
}

// A school before its bureau: sent again once the bureau is there. A chain of three takes two more passes.
static void test_any_order(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("institution import",
                       HEADER "S,校,SCHOOL,1502,C\nC,县局,BUREAU,150202,B\nB,局,BUREAU,15,\n", &out, &err),
                   CLI_OK);
  assert_string_equal(out, "3 rows: 3 imported, 0 unchanged, 0 refused\n");
  assert_int_equal(fakebus_calls(), 1 + 1 + 1); // each takes what is left
}

// Two that wait for each other are refused, and not asked about for ever.
static void test_circle(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("institution import", HEADER "A,甲,BUREAU,15,B\nB,乙,BUREAU,15,A\n", &out, &err),
                   CLI_PARTIAL);
  assert_string_equal(out, "2 rows: 0 imported, 0 unchanged, 2 refused\n");
  assert_int_equal(fakebus_calls(), 1);
}

// A code twice: the second row is refused, so that the order of the file decides nothing.
static void test_repeated(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("institution import",
                       HEADER "B,局,BUREAU,15,\nS,校,SCHOOL,1502,B\nB,局二,BUREAU,15,\n", &out, &err),
                   CLI_PARTIAL);
  assert_string_equal(out, "3 rows: 2 imported, 0 unchanged, 1 refused\n");
  assert_string_equal(err, "row 4: CSV: code B is in row 2 already\n  -> keep the row that is right\n");
}

static void test_rejects(void **state)
{
  (void)state;
  const char *out, *err, *rejects = test_path(test_dir(), "rejects.csv");
  char options[256];
  reset();
  snprintf(options, sizeof options, "institution import --errors %s", rejects);
  assert_int_equal(
      run(options, HEADER "B,局,BUREAU,15,\nBAD,\"多\n行\",SCHOOL,15,B\nX,校,SCHOL,15,B\n,无码,SCHOOL,15,B\n",
          &out, &err),
      CLI_PARTIAL);
  assert_string_equal(out, "4 rows: 1 imported, 0 unchanged, 3 refused\n");
  assert_non_null(strstr(err, "row 3: IN-01: School code BAD\n  -> mend it\n"));
  assert_non_null(
      strstr(err, "row 4: CSV: kind: SCHOL is no word of InstitutionKind\n  -> did you mean SCHOOL?\n"));
  assert_non_null(strstr(err, "row 5: CSV: code is empty\n"));
  char *text = test_read_file(rejects, NULL);
  assert_string_equal(
      text, "\xef\xbb\xbfrow,code,message,\"code\",\"name\",\"kind\",\"division\",\"managing_bureau\"\n"
            "3,\"IN-01\",\"School code BAD\",\"BAD\",\"多\n行\",\"SCHOOL\",\"15\",\"B\"\n"
            "4,\"CSV\",\"kind: SCHOL is no word of InstitutionKind\",\"X\",\"校\",\"SCHOL\",\"15\",\"B\"\n"
            "5,\"CSV\",\"code is empty\",\"\",\"无码\",\"SCHOOL\",\"15\",\"B\"\n");
  // mended where it stands, the reject file is imported as it is
  char *mended = strdup(text);
  memcpy(strstr(mended, "\"BAD\",\"多") + 1, "GUT", 3);
  memcpy(strstr(mended, "\"SCHOL\",") + 1, "AGENC", 5);
  assert_int_equal(run("institution import", mended, &out, &err), CLI_PARTIAL);
  assert_non_null(strstr(out, "3 rows: 1 imported"));
  assert_non_null(
      strstr(err, "row 3: CSV: kind: AGENC is no word of InstitutionKind\n  -> did you mean AGENCY?\n"));
  free(mended);
  free(text);
}

// What a spreadsheet would run is marked in the reject file, and read back without the mark.
static void test_rejects_guarded(void **state)
{
  (void)state;
  const char *out, *err, *rejects = test_path(test_dir(), "guarded.csv");
  char options[256];
  reset();
  snprintf(options, sizeof options, "institution import --errors %s", rejects);
  run(options, "code,name,kind,division\nBAD,=1+1,SCHOOL,15\n", &out, &err);
  char *text = test_read_file(rejects, NULL);
  assert_non_null(strstr(text, "\"BAD\",\"'=1+1\",\"SCHOOL\""));
  run(options, text, &out, &err); // the same name again, not a mark more
  free(text);
  text = test_read_file(rejects, NULL);
  assert_non_null(strstr(text, "\"BAD\",\"'=1+1\",\"SCHOOL\""));
  free(text);
}

// The rejects of a reject file carry the three columns once.
static void test_rejects_again(void **state)
{
  (void)state;
  const char *out, *err, *rejects = test_path(test_dir(), "again.csv");
  char options[256];
  reset();
  snprintf(options, sizeof options, "institution import --errors %s", rejects);
  run(options, "row,code,message,code,name,kind,division\n9,IN-01,old,BAD,校,SCHOOL,15\n", &out, &err);
  char *text = test_read_file(rejects, NULL);
  assert_string_equal(text, "\xef\xbb\xbfrow,code,message,\"code\",\"name\",\"kind\",\"division\"\n"
                            "2,\"IN-01\",\"School code BAD\",\"BAD\",\"校\",\"SCHOOL\",\"15\"\n");
  free(text);
}

static void test_all_or_nothing(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(
      run("institution import --all-or-nothing", HEADER "B,局,BUREAU,15,\nBAD,校,SCHOOL,15,\n", &out, &err),
      CLI_PARTIAL);
  assert_string_equal(out,
                      "2 rows checked: 1 would be imported, 0 unchanged, 1 refused; nothing was changed\n");
  assert_int_equal(n_known, 0);
  // what names another row of the file cannot be judged before that is there, and is no fault
  assert_int_equal(
      run("institution import --all-or-nothing", HEADER "S,校,SCHOOL,1502,B\nB,局,BUREAU,15,\n", &out, &err),
      CLI_OK);
  assert_string_equal(out, "2 rows: 2 imported, 0 unchanged, 0 refused\n");
  assert_int_equal(n_known, 2);
}

static void test_dry_run(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("--dry-run institution import", HEADER "B,局,BUREAU,15,\n", &out, &err), CLI_OK);
  assert_string_equal(out,
                      "1 rows checked: 1 would be imported, 0 unchanged, 0 refused; nothing was changed\n");
  assert_int_equal(n_known, 0);
}

static void test_silence(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  silent = true;
  assert_int_equal(run("institution import", HEADER "B,局,BUREAU,15,\n", &out, &err), CLI_TIMEOUT);
  assert_non_null(strstr(err, "row 2: TIMEOUT: no answer in time"));
}

static void test_forms(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("-q institution import", HEADER "B,局,BUREAU,15,\nS,校,SCHOOL,1502,B\n", &out, &err),
                   CLI_OK);
  assert_string_equal(out, ""); // of many rows only the numbers are told
  reset();
  assert_int_equal(
      run("--json institution import", HEADER "B,局,BUREAU,15,\nBAD,校,SCHOOL,15,\n", &out, &err),
      CLI_PARTIAL);
  assert_non_null(strstr(out, "\"imported\": 1"));
  assert_non_null(strstr(out, "\"code\": \"IN-01\""));
}

static void test_bad_file(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("institution import", "code,nmae\n", &out, &err), CLI_USAGE);
  assert_non_null(strstr(err, "unknown column nmae\n  -> did you mean name?"));
  assert_int_equal(run("institution import", "a\n\"x", &out, &err), CLI_USAGE);
  assert_non_null(strstr(err, "row 2: a quoted cell is not closed"));
  assert_int_equal(run("institution import --encoding latin1", "a\n", &out, &err), CLI_USAGE);
  assert_non_null(strstr(err, "--encoding latin1: auto, utf-8 or gb18030"));
  assert_int_equal(fakebus_calls(), 0);
}

// ---- changes: steps, many a command, never out of order ----

static char *changes(size_t n, int bad)
{
  char *text = arena_alloc(cli->arena, 64 * 1024);
  size_t at = (size_t)sprintf(text, "change,code,name\n");
  for (size_t i = 0; i < n; i++)
    at += (size_t)((int)i == bad ? sprintf(text + at, "RENAME,BAD,x\n")
                                 : sprintf(text + at, "RENAME,S%zu,x\n", i));
  return text;
}

static const char *in_order(size_t n, int left_out)
{
  char *text = arena_alloc(cli->arena, 64 * 1024);
  size_t at = 0;
  for (size_t i = 0; i < n; i++)
    if ((int)i != left_out) at += (size_t)sprintf(text + at, "S%zu ", i);
  return text;
}

static void test_steps(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("institution succession", changes(250, 130), &out, &err), CLI_PARTIAL);
  assert_string_equal(out, "250 rows: 249 imported, 0 unchanged, 1 refused\n");
  assert_non_null(strstr(err, "row 132: STATE: is closed\n"));
  assert_int_equal(fakebus_calls(), 3);
  assert_string_equal(steps, in_order(250, 130));
  // again: the same commands, of which none is taken twice
  assert_int_equal(run("institution succession", changes(250, 130), &out, &err), CLI_PARTIAL);
  assert_string_equal(out, "250 rows: 0 imported, 249 unchanged, 1 refused\n");
  assert_string_equal(steps, in_order(250, 130));
}

// A list refused as a whole is sent in smaller ones, before anything behind it.
static void test_steps_split(void **state)
{
  (void)state;
  const char *out, *err;
  static const size_t bounds[] = {1, 7, 50, 99};
  for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
    reset();
    most = bounds[i];
    assert_int_equal(run("institution succession", changes(250, 130), &out, &err), CLI_PARTIAL);
    assert_string_equal(out, "250 rows: 249 imported, 0 unchanged, 1 refused\n");
    assert_string_equal(steps, in_order(250, 130));
    assert_int_equal(n_whole, 0);
  }
}

// Whether a list that was not answered was taken is not known: it is not sent in other pieces.
static void test_steps_lost(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  silent = true;
  assert_int_equal(run("institution succession", changes(3, -1), &out, &err), CLI_TIMEOUT);
  assert_int_equal(fakebus_calls(), 1);
  assert_non_null(strstr(err, "row 4: TIMEOUT: no answer in time"));
}

static void test_steps_together(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("institution succession --all-or-nothing", changes(1300, 700), &out, &err),
                   CLI_PARTIAL);
  assert_non_null(strstr(out, "1 refused; nothing was changed\n"));
  assert_non_null(strstr(err, "row 702: STATE"));
  assert_string_equal(steps, "");
  assert_int_equal(fakebus_calls(), 1);
  assert_int_equal(run("institution succession --all-or-nothing", changes(1300, -1), &out, &err), CLI_OK);
  assert_string_equal(out, "1300 rows: 1300 imported, 0 unchanged, 0 refused\n");
  assert_string_equal(steps, in_order(1300, -1));
  assert_int_equal(largest, 1300);
  assert_int_equal(n_whole, 1);
  // more than a command takes is no whole
  reset();
  assert_int_equal(run("institution succession --all-or-nothing", changes(2001, -1), &out, &err), CLI_USAGE);
  assert_non_null(strstr(err, "the rows do not fit into one command, which takes 2000\n  -> split the file"));
  assert_string_equal(steps, "");
  assert_int_equal(fakebus_calls(), 0);
}

// ---- divisions: many rows a command ----

static void test_divisions(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  // the columns of the public lists, children before their parents
  assert_int_equal(run("division import",
                       "code,name,areaCode,provinceCode,cityCode\n150802100,\"狼山镇\",150802,15,"
                       "1508\n150802,临河区,,15,1508\n"
                       "1508,巴彦淖尔市,,15,\n15,内蒙古自治区,,,\n",
                       &out, &err),
                   CLI_OK);
  assert_string_equal(out, "4 rows: 4 imported, 0 unchanged, 0 refused\n");
  assert_int_equal(fakebus_calls(), 1);
  assert_string_equal(known[0], "15");
  assert_string_equal(known[3], "150802100");
}

// One bad row in a thousand: halved until only that row is refused, everything else is taken.
static void test_divisions_split(void **state)
{
  (void)state;
  const char *out, *err;
  char *text = calloc(1, 64 * 1024);
  reset();
  n_known = 1;
  strcpy(known[0], "150802");
  strcpy(text, "code,name\n");
  for (int i = 0; i < 200; i++)
    sprintf(text + strlen(text), "150802%03d,%s\n", i, i == 137 ? "bad" : "镇");
  assert_int_equal(run("division import", text, &out, &err), CLI_PARTIAL);
  assert_string_equal(out, "200 rows: 199 imported, 0 unchanged, 1 refused\n");
  assert_non_null(strstr(err, "row 139: IN-05: Division is unknown"));
  assert_int_equal(n_divisions, 199);
  assert_true(fakebus_calls() <= 17); // 1 + 2 log2(200)
  free(text);
}

static void test_divisions_bad_code(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("division import", "code,name\n15,内蒙古\n15O2,包头\n1,x\n", &out, &err), CLI_PARTIAL);
  assert_non_null(strstr(err, "row 3: CSV: code 15O2 is not a division code\n  -> 2, 4, 6 or 9 digits\n"));
  assert_non_null(strstr(err, "row 4: CSV: code 1 is not a division code"));
  assert_int_equal(n_divisions, 1);
}

// The file that is shipped, to the last row.
static void test_region(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  char *text = test_read_file(test_source("deploy/regions/nmg/divisions.csv"), NULL);
  assert_int_equal(run("division import", text, &out, &err), CLI_OK);
  assert_string_equal(out, "200 rows: 200 imported, 0 unchanged, 0 refused\n");
  free(text);
  reset();
  text = test_read_file(test_source("deploy/regions/nmg/institutions.csv"), NULL);
  assert_int_equal(run("institution import", text, &out, &err), CLI_OK);
  assert_string_equal(out, "56 rows: 56 imported, 0 unchanged, 0 refused\n");
  free(text);
}

static void test_persons(void **state)
{
  (void)state;
  const char *out, *err;
  reset();
  assert_int_equal(run("person import",
                       "工号,姓名,人员类别,所在单位,学科\nT1,某人,退休教师,2115000001,数学|物理\n", &out,
                       &err),
                   CLI_OK);
  assert_string_equal(last_person, "T1 某人 2115000001 4 16");
  assert_int_equal(
      run("person import", "staff_no,name,category,subjects\nT1,某人,TEACHER,炼金术\n", &out, &err),
      CLI_PARTIAL);
  assert_non_null(strstr(err, "row 2: CSV: subjects: 炼金术 is no subject of table ZXXKC"));
  char *text = test_read_file(test_source("deploy/regions/nmg/persons.csv"), NULL);
  assert_int_equal(run("person import", text, &out, &err), CLI_OK);
  assert_string_equal(out, "47 rows: 47 imported, 0 unchanged, 0 refused\n");
  free(text);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_good),
                                     cmocka_unit_test(test_key),
                                     cmocka_unit_test(test_denied),
                                     cmocka_unit_test(test_many),
                                     cmocka_unit_test(test_any_order),
                                     cmocka_unit_test(test_circle),
                                     cmocka_unit_test(test_repeated),
                                     cmocka_unit_test(test_rejects),
                                     cmocka_unit_test(test_rejects_guarded),
                                     cmocka_unit_test(test_rejects_again),
                                     cmocka_unit_test(test_all_or_nothing),
                                     cmocka_unit_test(test_dry_run),
                                     cmocka_unit_test(test_silence),
                                     cmocka_unit_test(test_forms),
                                     cmocka_unit_test(test_bad_file),
                                     cmocka_unit_test(test_steps),
                                     cmocka_unit_test(test_steps_split),
                                     cmocka_unit_test(test_steps_lost),
                                     cmocka_unit_test(test_steps_together),
                                     cmocka_unit_test(test_divisions),
                                     cmocka_unit_test(test_divisions_split),
                                     cmocka_unit_test(test_divisions_bad_code),
                                     cmocka_unit_test(test_region),
                                     cmocka_unit_test(test_persons)};
  return cmocka_run_group_tests(tests, setup, teardown);
}
