#include "services/cli/csv.h"
#include "services/cli/csv_text.h"
#include "services/cli/file.h"
#include "services/cli/lang.h"
#include <csv.h>
#include <string.h>

struct reading {
  struct arena *arena;
  struct csv_file *file;
  struct csv_fault *fault;
  size_t room;                        // of file->rows
  const char *cells[CSV_MAX_COLUMNS]; // of the row at hand
  size_t n;
  unsigned row;  // its number
  bool after_cr; // the last row ended with CR: an LF right after it belongs to it
  bool given;    // some cell of the row holds something
  bool failed;
};

static void fail(struct reading *reading, const char *text)
{
  if (reading->failed) return;
  reading->failed = true;
  *reading->fault = (struct csv_fault){reading->row, text, NULL};
}

static void take_cell(void *bytes, size_t length, void *context)
{
  struct reading *reading = context;
  reading->after_cr = false;
  if (reading->n == CSV_MAX_COLUMNS) {
    fail(reading, _("too many columns"));
    return;
  }
  char *cell = arena_strndup(reading->arena, bytes ? bytes : "", length);
  if (!cell) {
    fail(reading, _("the file is too large"));
    return;
  }
  if (strlen(cell) != length) fail(reading, _("a cell contains a NUL byte"));
  reading->given |= *cell != '\0';
  reading->cells[reading->n++] = cell;
}

static bool more_rows(struct reading *reading)
{
  struct csv_file *file = reading->file;
  if (file->n_rows < reading->room) return true;
  size_t room = reading->room ? reading->room * 2 : 256;
  struct csv_row *rows = room / 2 <= CSV_MAX_ROWS ? ARENA_ARRAY(reading->arena, struct csv_row, room) : NULL;
  if (!rows) return false;
  if (file->n_rows) memcpy(rows, file->rows, file->n_rows * sizeof *rows);
  file->rows = rows;
  reading->room = room;
  return true;
}

static void keep_row(struct reading *reading)
{
  struct csv_file *file = reading->file;
  const char **cells = ARENA_ARRAY(reading->arena, const char *, reading->n);
  if (!cells || !more_rows(reading)) {
    fail(reading, _("the file is too large"));
    return;
  }
  memcpy(cells, reading->cells, reading->n * sizeof *cells);
  struct csv_row row = {.row = reading->row, .n = reading->n, .cells = cells};
  if (!file->header.cells) {
    file->header = row;
  } else {
    file->rows[file->n_rows++] = row;
  }
}

static void end_row(int end, void *context)
{
  struct reading *reading = context;
  bool second_half = end == '\n' && reading->after_cr && reading->n == 0;
  reading->after_cr = end == '\r';
  if (second_half) return;
  if (reading->given) keep_row(reading);
  reading->row++;
  reading->n = 0;
  reading->given = false;
}

// Tab-separated if the first line has tabs and no comma.
static unsigned char delimiter(const char *text, size_t length)
{
  const char *end = memchr(text, '\n', length);
  size_t line = end ? (size_t)(end - text) : length;
  return memchr(text, '\t', line) && !memchr(text, ',', line) ? '\t' : ',';
}

static void parse_rows(struct reading *reading, const char *text, size_t length)
{
  struct csv_parser parser;
  if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL) != 0) {
    fail(reading, _("the file is too large"));
    return;
  }
  csv_set_delim(&parser, delimiter(text, length));
  if (csv_parse(&parser, text, length, take_cell, end_row, reading) != length) {
    fail(reading, _("a quotation mark stands where none may: double it inside quoted cells"));
  } else if (csv_fini(&parser, take_cell, end_row, reading) != 0) {
    fail(reading, _("a quoted cell is not closed"));
  }
  csv_free(&parser);
}

bool csv_file_parse(const char *data, size_t length, const char *encoding, struct arena *arena,
                    struct csv_file *ret, struct csv_fault *fault)
{
  struct csv_text text;
  *ret = (struct csv_file){0};
  *fault = (struct csv_fault){0};
  if (!csv_text_decode(data, length, encoding, arena, &text, fault)) return false;
  ret->encoding = text.encoding;
  struct reading reading = {.arena = arena, .file = ret, .fault = fault, .row = 1};
  if (text.length) parse_rows(&reading, text.bytes, text.length);
  if (!reading.failed && !ret->header.cells) fail(&reading, _("the file is empty"));
  return !reading.failed;
}

bool csv_file_encoding_known(const char *encoding)
{
  return strcmp(encoding, "auto") == 0 || strcmp(encoding, "utf-8") == 0 || strcmp(encoding, "gb18030") == 0;
}

bool csv_file_read(const char *path, const char *encoding, struct arena *arena, struct csv_file *ret,
                   struct csv_fault *fault)
{
  size_t length = 0;
  int error = 0;
  char *data = file_read(path, CSV_MAX_BYTES, arena, &length, &error);
  if (data) return csv_file_parse(data, length, encoding, arena, ret, fault);
  *fault = (struct csv_fault){0, strerror(-error), NULL};
  return false;
}
