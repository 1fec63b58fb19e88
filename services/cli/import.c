#include "services/cli/import.h"
#include "services/cli/args.h"
#include "services/cli/fill.h"
#include "services/cli/lang.h"
#include "services/cli/say.h"
#include <errno.h>
#include <string.h>
#include <strings.h>

#define ROWS_ARENA ((size_t)32 << 20) // the rows of one command

int import_read(struct cli *cli, struct csv_file *ret)
{
  const char *path = args_get(cli->args, "FILE"), *encoding = args_get(cli->args, "--encoding");
  struct csv_fault fault;
  if (!encoding) encoding = "auto";
  if (strcasecmp(encoding, "gbk") == 0 || strcasecmp(encoding, "gb2312") == 0)
    encoding = "gb18030"; // it contains both
  if (!csv_file_encoding_known(encoding))
    return say_error(CLI_USAGE, _("--encoding %s: auto, utf-8 or gb18030"), encoding);
  if (csv_file_read(path, encoding, cli->arena, ret, &fault)) return CLI_OK;
  if (fault.row) {
    say_error(0, _("%s: row %u: %s"), path, fault.row, fault.text);
  } else {
    say_error(0, "%s: %s", path, fault.text);
  }
  if (fault.fix) say_fix("%s", fault.fix);
  return CLI_USAGE;
}

int import_read_columns(struct cli *cli, const struct column *list, struct csv_file *ret,
                        struct columns *ret_columns)
{
  struct columns_fault fault;
  int failed = import_read(cli, ret);
  if (failed) return failed;
  bool skip = args_get(cli->args, "--skip-unknown") != NULL;
  if (columns_bind(ret_columns, list, &ret->header, skip, cli->arena, &fault)) return CLI_OK;
  say_error(0, "%s: %s", args_get(cli->args, "FILE"), fault.text);
  if (fault.fix) say_fix("%s", fault.fix);
  return CLI_USAGE;
}

size_t import_count(const struct import_run *run, enum import_state state)
{
  size_t n = 0;
  for (size_t i = 0; i < run->file.n_rows; i++)
    n += run->results[i].state == state;
  return n;
}

void import_refuse_row(struct import_run *run, size_t i, const struct columns_fault *fault)
{
  struct arena *arena = run->import.cli->arena;
  const char *text = fault->text ? arena_strdup(arena, fault->text) : NULL;
  run->faulty[i] = true;
  run->results[i] = (struct import_result){.state = IMPORT_REFUSED,
                                           .code = fault->code ? fault->code : "CSV",
                                           .message = text ? text : "?",
                                           .fix = fault->fix ? arena_strdup(arena, fault->fix) : NULL};
}

ProtobufCMessage *import_message(struct import_run *run, size_t i, struct columns_fault *fault)
{
  struct arena *arena = run->import.arena;
  const struct import_kind *kind = run->kind;
  const struct csv_row *row = csv_file_row(&run->file, i, arena);
  ProtobufCMessage *message = fill_new(arena, kind->row_type ? kind->row_type : run->method.request);
  *fault = (struct columns_fault){0};
  if (!row || !message) return NULL;
  if (!columns_fill(&run->import.columns, row, message, arena, fault)) return NULL;
  return !kind->row || kind->row(&run->import, row, message, fault) ? message : NULL;
}

// A key that an earlier row has: taking both would let the order in the file decide which one counts.
static void refuse_repeated(struct import_run *run)
{
  const struct column *column = import_keys_column(run);
  for (size_t i = 0; column && i < run->file.n_rows; i++) {
    const char *key;
    unsigned first = import_keys_take(run->keys, i, &key);
    if (!first) continue;
    const struct columns_fault fault = {
        arena_printf(run->import.cli->arena, _("%s %s is in row %u already"), column->name, key, first),
        _("keep the row that is right"), NULL};
    import_refuse_row(run, i, &fault);
  }
}

static int prepare(struct import_run *run)
{
  struct arena *arena = run->import.cli->arena;
  size_t n = run->file.n_rows;
  run->results = ARENA_ARRAY(arena, struct import_result, n + 1);
  run->faulty = ARENA_ARRAY(arena, bool, n + 1);
  run->keys = import_keys_new(run);
  if (!run->results || !run->faulty || !run->keys || arena_new(ROWS_ARENA, &run->import.arena) < 0)
    return say_failure(-ENOMEM, "import");
  refuse_repeated(run);
  return CLI_OK;
}

// In a dry run nothing is stored: a row that names another one of the file cannot be judged before that one
// is there.
static void forgive_references(struct import_run *run)
{
  static const char *const missing[] = {"IN-05", "IN-06", "IN-07", "NOT-FOUND", "PE-03", NULL};
  for (size_t i = 0; i < run->file.n_rows; i++) {
    struct import_result *result = &run->results[i];
    bool may = false;
    for (size_t m = 0; result->state == IMPORT_REFUSED && missing[m]; m++)
      may |= strcmp(result->code, missing[m]) == 0;
    if (may && import_keys_refers(run->keys, i)) result->state = IMPORT_MADE;
  }
}

static int check_then_send(struct import_run *run, bool *ret_nothing)
{
  struct cli *cli = run->import.cli;
  *ret_nothing = false;
  if (cli->dry_run || args_get(cli->args, "--all-or-nothing")) {
    int failed = import_send(run, true);
    if (failed) return failed;
    forgive_references(run);
    *ret_nothing = cli->dry_run || import_count(run, IMPORT_REFUSED) + import_count(run, IMPORT_SILENT) > 0;
    if (*ret_nothing) return CLI_OK;
  }
  return import_send(run, false);
}

int import_run(struct cli *cli, const struct import_kind *kind)
{
  struct import_run run = {.import = {.cli = cli}, .kind = kind};
  bool nothing;
  if (!catalogue_find(kind->method, &run.method))
    return say_error(CLI_USAGE, _("no method %s"), kind->method);
  run.type = catalogue_type(&run.method, cli->arena);
  int failed = import_read_columns(cli, kind->columns, &run.file, &run.import.columns);
  if (!failed && kind->start) failed = kind->start(&run.import);
  if (!failed) failed = prepare(&run);
  if (!failed) failed = check_then_send(&run, &nothing);
  import_keys_free(run.keys);
  arena_free(run.import.arena);
  if (failed) return failed;
  struct import_report report = {.file = &run.file, .results = run.results, .nothing_changed = nothing};
  return import_report_print(cli, &report);
}
