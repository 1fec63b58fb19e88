// The columns of an import as a table: header names in either language, the field of the request they fill.
#pragma once
#include "services/cli/csv.h"
#include <protobuf-c/protobuf-c.h>

enum {
  COLUMN_REQUIRED = 1, // the file must have it, and no cell may be empty
  COLUMN_LIST = 2,     // several values, separated by | ; ； or 、
  COLUMN_KEY = 4,      // names the row: unique, and what rows of the file refer to
  COLUMN_REFERENCE = 8 // may name another row of the file
};
struct column {
  const char *name;    // header in English
  const char *aliases; // further headers, blank-separated
  const char *field;   // path in the request; NULL = the import reads it itself
  unsigned flags;
};
struct columns {
  const struct column *list; // ended by name NULL
  int at[CSV_MAX_COLUMNS];   // where in a row, -1 = not in the file
};

struct columns_fault {
  const char *text, *fix;
  const char *code; // of the rule that says so; NULL = "CSV", the cell itself
};
// Finds the columns in a header. Unknown headers are refused unless skip_unknown. The leading three columns
// of a reject file (row, code, message) are passed over. False with *fault filled.
bool columns_bind(struct columns *columns, const struct column *list, const struct csv_row *header,
                  bool skip_unknown, struct arena *arena, struct columns_fault *fault);
// The cell of a column; "" if there is none.
const char *columns_cell(const struct columns *columns, const struct csv_row *row, const char *name);
// Fills the fields of a request from a row.
bool columns_fill(const struct columns *columns, const struct csv_row *row, ProtobufCMessage *request,
                  struct arena *arena, struct columns_fault *fault);
// The same for one cell, by an import that looks at it first.
bool columns_fill_cell(const char *column, const char *cell, ProtobufCMessage *request, const char *field,
                       struct arena *arena, struct columns_fault *fault);
// Calls fn for every value of a list cell; stops and answers false when fn does.
typedef bool columns_value_fn(void *context, const char *value);
bool columns_each(const char *cell, struct arena *arena, columns_value_fn *fn, void *context);
