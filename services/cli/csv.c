#include "services/cli/csv.h"
#include "services/cli/csv_guard.h"
#include "services/cli/csv_text.h"
#include "services/cli/file.h"
#include "services/cli/lang.h"
#include <csv.h>
#include <stdlib.h>
#include <string.h>

// ---- one row ----

struct parsing {
  struct arena *arena;
  const char *cells[CSV_MAX_COLUMNS];
  size_t n;
  bool given;       // some cell holds something
  const char *text; // what is wrong with it; NULL = nothing
};

static void take_cell(void *bytes, size_t length, void *context)
{
  struct parsing *parsing = context;
  if (parsing->text) return;
  if (parsing->n == CSV_MAX_COLUMNS) {
    parsing->text = _("too many columns");
    return;
  }
  char *cell = arena_strndup(parsing->arena, bytes ? bytes : "", length);
  if (!cell) {
    parsing->text = _("the file is too large");
    return;
  }
  if (strlen(cell) != length) parsing->text = _("a cell contains a NUL byte");
  parsing->given |= *cell != '\0';
  parsing->cells[parsing->n++] = csv_guard_strip(cell);
}

static void end_row(int end, void *context)
{
  (void)end;
  (void)context;
}

// Takes apart one row, without the line break behind it. What is wrong is in parsing->text.
static void parse_row(struct csv_parser *parser, const char *text, size_t length, struct parsing *parsing)
{
  if (csv_parse(parser, text, length, take_cell, end_row, parsing) != length)
    parsing->text = _("a quotation mark stands where none may: double it inside quoted cells");
  else if (csv_fini(parser, take_cell, end_row, parsing) != 0)
    parsing->text = _("a quoted cell is not closed");
}

static bool start_parser(struct csv_parser *parser, unsigned char delimiter)
{
  if (csv_init(parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_REPALL_NL) != 0) return false;
  csv_set_delim(parser, delimiter);
  return true;
}

static const struct csv_row *keep_row(struct arena *arena, const struct parsing *parsing, unsigned number)
{
  struct csv_row *row = ARENA_NEW(arena, struct csv_row);
  const char **cells = ARENA_ARRAY(arena, const char *, parsing->n);
  if (!row || !cells || parsing->text) return NULL;
  memcpy(cells, parsing->cells, parsing->n * sizeof *cells);
  *row = (struct csv_row){.row = number, .n = parsing->n, .cells = cells};
  return row;
}

const struct csv_row *csv_file_row(const struct csv_file *file, size_t i, struct arena *arena)
{
  const struct csv_place *place = &file->places[i];
  struct parsing parsing = {.arena = arena};
  struct csv_parser parser;
  if (!start_parser(&parser, file->delimiter)) return NULL;
  parse_row(&parser, file->text + place->at, place->length, &parsing);
  csv_free(&parser);
  return keep_row(arena, &parsing, place->row);
}

// ---- the file ----

struct reading {
  struct arena *arena, *scratch; // what stays; the row at hand
  struct csv_file *file;
  struct csv_parser parser;
  size_t length, room; // of the text; of file->places
};

// Where the row that begins here ends: at the first line break outside quotation marks. As a mark inside a
// quoted cell is doubled, an odd number of them means inside.
static size_t row_length(const char *text, size_t length)
{
  bool quoted = false;
  for (size_t i = 0; i < length; i++) {
    if (text[i] == '"') quoted = !quoted;
    if (!quoted && (text[i] == '\n' || text[i] == '\r')) return i;
  }
  return length;
}

static bool keep_place(struct reading *reading, struct csv_place place)
{
  struct csv_file *file = reading->file;
  if (file->n_rows == reading->room) {
    size_t room = reading->room ? reading->room * 2 : 256;
    struct csv_place *places =
        room / 2 <= CSV_MAX_ROWS ? ARENA_ARRAY(reading->arena, struct csv_place, room) : NULL;
    if (!places) return false;
    if (file->n_rows) memcpy(places, file->places, file->n_rows * sizeof *places);
    file->places = places;
    reading->room = room;
  }
  file->places[file->n_rows++] = place;
  return true;
}

// Checks one row and keeps the header as it is, of any other its place. What is wrong; NULL = nothing.
static const char *take_row(struct reading *reading, struct csv_place place)
{
  struct csv_file *file = reading->file;
  struct parsing parsing = {.arena = file->header.cells ? reading->scratch : reading->arena};
  arena_reset(reading->scratch);
  parse_row(&reading->parser, file->text + place.at, place.length, &parsing);
  if (parsing.text || !parsing.given) return parsing.text;
  if (file->header.cells) return keep_place(reading, place) ? NULL : _("the file is too large");
  const struct csv_row *header = keep_row(reading->arena, &parsing, place.row);
  if (!header) return _("the file is too large");
  file->header = *header;
  return NULL;
}

static bool take_rows(struct reading *reading, struct csv_fault *fault)
{
  const char *text = reading->file->text;
  unsigned row = 1;
  for (size_t at = 0; at < reading->length; row++) {
    struct csv_place place = {(uint32_t)at, (uint32_t)row_length(text + at, reading->length - at), row};
    const char *wrong = take_row(reading, place);
    if (wrong) {
      *fault = (struct csv_fault){row, wrong, NULL};
      return false;
    }
    at += place.length;
    bool both = at + 1 < reading->length && text[at] == '\r' && text[at + 1] == '\n';
    at += both ? 2 : 1;
  }
  if (!reading->file->header.cells) *fault = (struct csv_fault){row, _("the file is empty"), NULL};
  return reading->file->header.cells != NULL;
}

// Tab-separated if the first line has tabs and no comma.
static unsigned char delimiter(const char *text, size_t length)
{
  const char *end = memchr(text, '\n', length);
  size_t line = end ? (size_t)(end - text) : length;
  return memchr(text, '\t', line) && !memchr(text, ',', line) ? '\t' : ',';
}

bool csv_file_parse(const char *data, size_t length, const char *encoding, struct arena *arena,
                    struct csv_file *ret, struct csv_fault *fault)
{
  struct csv_text text;
  *ret = (struct csv_file){0};
  *fault = (struct csv_fault){0};
  if (!csv_text_decode(data, length, encoding, arena, &text, fault)) return false;
  *ret = (struct csv_file){
      .encoding = text.encoding, .text = text.bytes, .delimiter = delimiter(text.bytes, text.length)};
  struct reading reading = {.arena = arena, .file = ret, .length = text.length};
  bool good = text.length <= UINT32_MAX && arena_new(0, &reading.scratch) == 0 &&
              start_parser(&reading.parser, ret->delimiter);
  if (good) {
    good = take_rows(&reading, fault);
    csv_free(&reading.parser);
  } else {
    *fault = (struct csv_fault){0, _("the file is too large"), NULL};
  }
  arena_free(reading.scratch);
  return good;
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
