// Imports of CSV files: rows become commands (one each, or many to a command where the method takes a list),
// which go out pipelined under keys derived from their content, so that importing a file again changes
// nothing. Refused rows are listed with their row numbers and can be written to a file, mended and imported
// again. Rows may refer to each other in any order; a refused list is split until only the bad rows are left.
#pragma once
#include "services/cli/catalogue.h"
#include "services/cli/cli.h"
#include "services/cli/columns.h"
#include "services/cli/import_report.h"

struct import {
  struct cli *cli;
  struct arena *arena; // of the row at hand: what a kind makes of it lives here
  struct columns columns;
  void *context; // of the kind
};
struct import_kind {
  const char *method; // "registry.RegisterInstitution"
  const struct column *columns;
  // Once, before the rows: options, ids. CLI_OK or an exit code. NULL = nothing to do.
  int (*start)(struct import *import);
  // After the columns were filled: what a table cannot say. NULL = nothing. False with *fault filled.
  bool (*row)(struct import *import, const struct csv_row *row, ProtobufCMessage *message,
              struct columns_fault *fault);
  // Only where a command takes many rows: what a row is, how many go into a command at most, and the command
  // of n of them. Its reply says what became of each row (ImportReply), or is one answer for all: a refused
  // list is then split until only the bad rows are left.
  const ProtobufCMessageDescriptor *row_type;
  size_t batch;
  ProtobufCMessage *(*wrap)(struct arena *arena, ProtobufCMessage **rows, size_t n);
  // A column that tells rows with the same key apart (the lives of a division's code); NULL = none is
  // repeated.
  const char *apart;
  // Rows are steps of which a later one may rest on an earlier one: each waits for the answer to the one
  // before it, and none is sent again after others. Else many are on their way at once and may be decided in
  // another order.
  bool in_order;
  // Of rows in order that a command takes as a list: how many --all-or-nothing sends as one command, which
  // the daemon then takes or refuses as a whole (its field all_or_nothing). 0 = it asks first and sends then.
  size_t together;
  // Rows with a lower rank are sent first; NULL = in the order of the file.
  unsigned (*rank)(const ProtobufCMessage *message);
};
// Options read: FILE, --errors, --all-or-nothing, --encoding, --skip-unknown. CLI_PARTIAL if rows were
// refused.
int import_run(struct cli *cli, const struct import_kind *kind);
// Reads the file of FILE and --encoding; prints the error. CLI_OK or CLI_USAGE.
int import_read(struct cli *cli, struct csv_file *ret);
// Reads it and finds the columns, for files that become one command.
int import_read_columns(struct cli *cli, const struct column *list, struct csv_file *ret,
                        struct columns *ret_columns);

// The inputs every import takes, first in a verb's list.
#define IMPORT_INPUTS                                                                                        \
  {"FILE", NULL, VERB_TEXT, VERB_REQUIRED, NULL, N_("CSV file, or - for standard input")},                   \
      {"--errors", NULL, VERB_TEXT, 0, "FILE", N_("write refused rows here, to mend and import again")},     \
      {"--all-or-nothing", NULL, VERB_FLAG, 0, NULL, N_("import nothing if any row would be refused")},      \
      {"--encoding", NULL, VERB_TEXT, 0, "auto|utf-8|gb18030", N_("of the file (default: auto)")},           \
  {                                                                                                          \
    "--skip-unknown", NULL, VERB_FLAG, 0, NULL, N_("leave columns out whose name is not known")              \
  }

// ---- between the files of the import ----

struct import_keys;
struct import_run {
  struct import import;
  const struct import_kind *kind;
  struct catalogue_method method;
  const char *type; // on the wire
  struct csv_file file;
  struct import_keys *keys;
  struct import_result *results; // one a row
  bool *faulty;                  // one a row: refused here, never sent
};
// The row as a message in import.arena; NULL with *fault filled.
ProtobufCMessage *import_message(struct import_run *run, size_t i, struct columns_fault *fault);
void import_refuse_row(struct import_run *run, size_t i, const struct columns_fault *fault);
// Sends the rows that are not faulty; dry: lets the daemon only decide. CLI_OK (whatever became of the rows)
// or the exit code when no connection could be had.
int import_send(struct import_run *run, bool dry);
size_t import_count(const struct import_run *run, enum import_state state);

// The values of the key column (import_keys.c): which rows repeat one, and which refer to another row of the
// file. NULL without memory.
struct import_keys *import_keys_new(struct import_run *run);
struct import_keys *import_keys_free(struct import_keys *keys);
// Takes the key of a row. The number in the file of the row that has it already, 0 = none.
unsigned import_keys_take(struct import_keys *keys, size_t i, const char **ret_key);
bool import_keys_refers(struct import_keys *keys, size_t i);
const struct column *import_keys_column(const struct import_run *run); // or NULL
