// CSV files as offices make them: UTF-8 with or without byte order mark, or GB18030; comma or tab; quoted
// line breaks. Rows are counted as a spreadsheet counts them: the header is row 1, a line break inside a cell
// starts no row. Everything lives in the arena; cells are UTF-8 without NUL.
#pragma once
#include "common/base/arena.h"
#include <stdbool.h>

#define CSV_MAX_BYTES   (64 * 1024 * 1024)
#define CSV_MAX_COLUMNS 64
#define CSV_MAX_ROWS    200000

struct csv_row {
  unsigned row; // from 1
  size_t n;
  const char **cells;
};
struct csv_file {
  const char *encoding; // "UTF-8" or "GB18030": what it was
  struct csv_row header;
  struct csv_row *rows; // without those whose cells are all empty
  size_t n_rows;
};
struct csv_fault {
  unsigned row; // 0 = the file as a whole
  const char *text, *fix;
};
// encoding: auto, utf-8 or gb18030. False with *fault filled.
bool csv_file_parse(const char *data, size_t length, const char *encoding, struct arena *arena,
                    struct csv_file *ret, struct csv_fault *fault);
bool csv_file_encoding_known(const char *encoding);
// The file at a path ("-" = standard input).
bool csv_file_read(const char *path, const char *encoding, struct arena *arena, struct csv_file *ret,
                   struct csv_fault *fault);
