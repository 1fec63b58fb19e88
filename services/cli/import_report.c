#include "services/cli/import_report.h"
#include "services/cli/args.h"
#include "services/cli/csv_guard.h"
#include "services/cli/lang.h"
#include "services/cli/say.h"
#include <csv.h>
#include <errno.h>
#include <jansson.h>
#include <string.h>

#define SHOWN 20 // refusals printed when no reject file was asked for

struct counts {
  size_t made, same, refused, silent;
};

static struct counts count(const struct import_report *report)
{
  struct counts counts = {0};
  for (size_t i = 0; i < report->file->n_rows; i++) {
    switch (report->results[i].state) {
    case IMPORT_MADE:
      counts.made++;
      break;
    case IMPORT_SAME:
      counts.same++;
      break;
    case IMPORT_REFUSED:
      counts.refused++;
      break;
    default:
      counts.silent++;
      break;
    }
  }
  return counts;
}

static bool failed(const struct import_result *result)
{
  return result->state == IMPORT_REFUSED || result->state == IMPORT_SILENT;
}

// Guarded as an export is, since the file is opened in the same programs before it is imported again.
static void write_cell(FILE *out, struct arena *arena, const char *text, char end)
{
  const char *guarded = csv_guard_add(arena, text), *cell = guarded ? guarded : text;
  csv_fwrite(out, cell, strlen(cell));
  fputc(end, out);
}

// The reject file of a reject file keeps one set of leading columns.
static size_t leading(const struct csv_file *file)
{
  const struct csv_row *header = &file->header;
  bool reject = header->n > 3 && strcmp(header->cells[0], "row") == 0 &&
                strcmp(header->cells[1], "code") == 0 && strcmp(header->cells[2], "message") == 0;
  return reject ? 3 : 0;
}

static void write_row(FILE *out, struct arena *arena, const struct csv_row *row, size_t skip, size_t n)
{
  for (size_t i = skip; i < n; i++)
    write_cell(out, arena, i < row->n ? row->cells[i] : "", i + 1 < n ? ',' : '\n');
}

static int write_rejects(const struct import_report *report, const char *path)
{
  struct arena *arena = NULL; // of the row at hand
  if (arena_new(0, &arena) < 0) return say_failure(-ENOMEM, path);
  FILE *out = fopen(path, "we");
  if (!out) {
    arena_free(arena);
    return say_failure(-errno, path);
  }
  const struct csv_file *file = report->file;
  size_t skip = leading(file), n = file->header.n;
  fputs("\xef\xbb\xbfrow,code,message,", out); // with the mark, spreadsheets open it as UTF-8
  write_row(out, arena, &file->header, skip, n);
  for (size_t i = 0; i < file->n_rows; i++) {
    const struct import_result *result = &report->results[i];
    if (!failed(result)) continue;
    arena_reset(arena);
    const struct csv_row *row = csv_file_row(file, i, arena);
    fprintf(out, "%u,", file->places[i].row);
    write_cell(out, arena, result->code, ',');
    write_cell(out, arena, result->message, ',');
    if (row) write_row(out, arena, row, skip, n);
  }
  arena_free(arena);
  bool good = !ferror(out);
  return fclose(out) == 0 && good ? CLI_OK : say_failure(-errno, path);
}

static void print_refusals(struct cli *cli, const struct import_report *report)
{
  size_t shown = 0;
  for (size_t i = 0; i < report->file->n_rows; i++) {
    const struct import_result *result = &report->results[i];
    if (!failed(result) || shown++ >= SHOWN) continue;
    fprintf(stderr, _("row %u: %s: %s\n"), report->file->places[i].row, result->code,
            say_clean(cli->arena, result->message));
    if (result->fix && *result->fix) say_fix("%s", say_clean(cli->arena, result->fix));
  }
  if (shown > SHOWN) fprintf(stderr, _("and %zu more; --errors FILE writes them all\n"), shown - SHOWN);
}

static void print_json(const struct import_report *report, const struct counts *counts)
{
  json_t *refused = json_array(), *ids = json_array();
  for (size_t i = 0; i < report->file->n_rows; i++) {
    const struct import_result *result = &report->results[i];
    if (result->id && *result->id) json_array_append_new(ids, json_string(result->id));
    if (failed(result))
      json_array_append_new(refused, json_pack("{s:i,s:s,s:s}", "row", (int)report->file->places[i].row,
                                               "code", result->code, "message", result->message));
  }
  json_t *all = json_pack("{s:i,s:i,s:i,s:b,s:o,s:o}", "rows", (int)report->file->n_rows, "imported",
                          (int)counts->made, "unchanged", (int)counts->same, "nothing_changed",
                          report->nothing_changed, "ids", ids, "refused", refused);
  json_dumpf(all, stdout, JSON_INDENT(2));
  putchar('\n');
  json_decref(all);
}

static void print_counts(const struct import_report *report, const struct counts *counts)
{
  size_t bad = counts->refused + counts->silent;
  if (report->nothing_changed) {
    printf(_("%zu rows checked: %zu would be imported, %zu unchanged, %zu refused; nothing was changed\n"),
           report->file->n_rows, counts->made, counts->same, bad);
  } else {
    printf(_("%zu rows: %zu imported, %zu unchanged, %zu refused\n"), report->file->n_rows, counts->made,
           counts->same, bad);
  }
}

int import_report_print(struct cli *cli, const struct import_report *report)
{
  struct counts counts = count(report);
  const char *path = args_get(cli->args, "--errors");
  bool bad = counts.refused + counts.silent > 0;
  print_refusals(cli, report);
  if (cli->json) {
    print_json(report, &counts);
  } else if (cli->quiet) {
    for (size_t i = 0; i < report->file->n_rows; i++)
      if (report->results[i].id && *report->results[i].id) puts(report->results[i].id);
  } else {
    print_counts(report, &counts);
  }
  if (path && bad) {
    int written = write_rejects(report, path);
    if (written) return written;
    fprintf(stderr, _("the refused rows are in %s: mend them there and import that file\n"), path);
  }
  if (counts.silent) return CLI_TIMEOUT;
  return bad ? CLI_PARTIAL : CLI_OK;
}
