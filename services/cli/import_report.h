// What became of the rows of an import.
#pragma once
#include "services/cli/cli.h"
#include "services/cli/csv.h"

enum import_state { IMPORT_PENDING, IMPORT_MADE, IMPORT_SAME, IMPORT_REFUSED, IMPORT_SILENT };
struct import_result {
  enum import_state state;
  const char *code, *message, *fix; // of a refusal
  const char *id;                   // of what was made; NULL = none
};
struct import_report {
  const struct csv_file *file;
  const struct import_result *results; // one a row
  bool nothing_changed;                // a dry run, or all-or-nothing that found a fault
};
// Prints the counts and the refusals, writes the reject file. Returns the exit code.
int import_report_print(struct cli *cli, const struct import_report *report);
