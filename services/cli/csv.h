// CSV files as offices make them: UTF-8 with or without byte order mark, or GB18030; comma or tab; quoted
// line breaks. Rows are counted as a spreadsheet counts them: the header is row 1, a line break inside a cell
// starts no row. A file is checked as a whole when it is read; its rows are taken apart when they are asked
// for, so that a sheet of a nation costs its own size and no more. Cells are UTF-8 without NUL.
#pragma once
#include "common/base/arena.h"
#include <stdbool.h>
#include <stdint.h>

#define CSV_MAX_BYTES   (512u * 1024 * 1024)
#define CSV_MAX_COLUMNS 64
#define CSV_MAX_ROWS    4000000

struct csv_row {
  unsigned row; // from 1
  size_t n;
  const char **cells;
};
struct csv_place { // of a row in the text
  uint32_t at, length;
  unsigned row;
};
struct csv_file {
  const char *encoding; // "UTF-8" or "GB18030": what it was
  struct csv_row header;
  size_t n_rows; // without those whose cells are all empty
  // of csv.c
  const char *text; // UTF-8; the bytes that were given, or in the arena
  struct csv_place *places;
  unsigned char delimiter;
};
struct csv_fault {
  unsigned row; // 0 = the file as a whole
  const char *text, *fix;
};
// encoding: auto, utf-8 or gb18030. False with *fault filled. The data must outlive the file.
bool csv_file_parse(const char *data, size_t length, const char *encoding, struct arena *arena,
                    struct csv_file *ret, struct csv_fault *fault);
bool csv_file_encoding_known(const char *encoding);
// The file at a path ("-" = standard input).
bool csv_file_read(const char *path, const char *encoding, struct arena *arena, struct csv_file *ret,
                   struct csv_fault *fault);
// Row i of n_rows, in the arena; NULL when that is full.
const struct csv_row *csv_file_row(const struct csv_file *file, size_t i, struct arena *arena);
