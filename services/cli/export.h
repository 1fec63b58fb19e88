// Exports of ledgers as CSV: one row a record, page by page, in the encoding the office wants. Divisions,
// institutions, persons and partnerships come out as their imports take them; any other list by the columns
// it is shown with.
#pragma once
#include "services/cli/cli.h"

enum export_cell {
  EXPORT_TEXT,    // as shown, lists separated by |
  EXPORT_UNIT,    // id of an institution: its code
  EXPORT_MEMBERS, // of a partnership: codes of the members in the role that `field` names
  EXPORT_NAME,    // of a person; empty when it is masked
};
struct export_column {
  const char *name, *zh; // header by language, as the import knows it
  const char *field;     // path in the record
  enum export_cell cell;
};
// The columns of a noun in the order of the file, ended by name NULL; NULL = those of the verb.
const struct export_column *export_columns_of(const char *noun);

int export_run(struct cli *cli);

#define EXPORT_INPUTS                                                                                        \
  {"--out", NULL, VERB_TEXT, 0, "FILE", N_("write here (default: standard output)")},                        \
  {                                                                                                          \
    "--encoding", NULL, VERB_TEXT, 0, "utf-8|utf-8-bom|gb18030",                                             \
        N_("of the file (default: utf-8-bom to a file, which spreadsheets open rightly, else utf-8)")        \
  }
