// CSV files as offices make them: encodings, line ends, quoted line breaks, row numbers, damage.
#include "services/cli/csv.h"
#include "services/cli/csv_text.h"
#include "tests/unit/cli/clilib.h"
#include <csv.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

// The rows as "row:cell|cell\n", the header first.
static const char *flat(const struct csv_file *file)
{
  const char *text = "";
  for (size_t i = 0; i <= file->n_rows; i++) {
    const struct csv_row *row = i == 0 ? &file->header : csv_file_row(file, i - 1, cli->arena);
    assert_non_null(row);
    text = arena_printf(cli->arena, "%s%u:", text, row->row);
    for (size_t c = 0; c < row->n; c++)
      text = arena_printf(cli->arena, "%s%s%s", text, c ? "|" : "", row->cells[c]);
    text = arena_printf(cli->arena, "%s\n", text);
  }
  return text;
}

static const struct csv_case {
  const char *name, *in, *encoding;
  const char *out; // flat, or NULL
  unsigned row;    // of the fault
  const char *text;
} cases[] = {
    {"plain", "a,b\n1,2\n", "auto", "1:a|b\n2:1|2\n", 0, NULL},
    {"no end of line", "a,b\n1,2", "auto", "1:a|b\n2:1|2\n", 0, NULL},
    {"CR LF", "a,b\r\n1,2\r\n3,4\r\n", "auto", "1:a|b\n2:1|2\n3:3|4\n", 0, NULL},
    {"old Macintosh", "a,b\r1,2\r3,4\r", "auto", "1:a|b\n2:1|2\n3:3|4\n", 0, NULL},
    {"byte order mark",
     "\xef\xbb\xbf"
     "a,b\n1,2\n",
     "auto", "1:a|b\n2:1|2\n", 0, NULL},
    {"mark wins over the option",
     "\xef\xbb\xbf"
     "a\n中\n",
     "gb18030", "1:a\n2:中\n", 0, NULL},
    {"quoted comma", "a,b\n\"1,5\",2\n", "auto", "1:a|b\n2:1,5|2\n", 0, NULL},
    {"doubled quotation mark", "a\n\"say \"\"hi\"\"\"\n", "auto", "1:a\n2:say \"hi\"\n", 0, NULL},
    {"quoted line break keeps the count", "a,b\n\"x\ny\",1\nz,2\n", "auto", "1:a|b\n2:x\ny|1\n3:z|2\n", 0,
     NULL},
    {"quoted CR LF keeps the count", "a,b\r\n\"x\r\ny\",1\r\nz,2\r\n", "auto", "1:a|b\n2:x\r\ny|1\n3:z|2\n",
     0, NULL},
    {"blank rows count", "a\n\n1\n\n\n2\n", "auto", "1:a\n3:1\n6:2\n", 0, NULL},
    {"blank rows with CR LF count once", "a\r\n\r\n1\r\n", "auto", "1:a\n3:1\n", 0, NULL},
    {"rows of empty cells are left out", "a,b\n,\n1,2\n", "auto", "1:a|b\n3:1|2\n", 0, NULL},
    {"short and long rows", "a,b\n1\n1,2,3\n", "auto", "1:a|b\n2:1\n3:1|2|3\n", 0, NULL},
    {"spaces around are cut", "a, b \n 1 ,2\n", "auto", "1:a|b\n2:1|2\n", 0, NULL},
    {"tabs", "a\tb\n1,5\t2\n", "auto", "1:a|b\n2:1,5|2\n", 0, NULL},
    {"header only", "a,b\n", "auto", "1:a|b\n", 0, NULL},
    {"rare characters", "a\n䶮𠮷㛃𬱖䲜𰻝\n", "auto", "1:a\n2:䶮𠮷㛃𬱖䲜𰻝\n", 0, NULL},
    {"empty", "", "auto", NULL, 1, "the file is empty"},
    {"only blank lines", "\n\n", "auto", NULL, 3, "the file is empty"},
    {"quotation mark inside", "a\n1\nx\"y\n", "auto", NULL, 3,
     "a quotation mark stands where none may: double it inside quoted cells"},
    {"text after a quoted cell", "a\n\"x\"y\n", "auto", NULL, 2,
     "a quotation mark stands where none may: double it inside quoted cells"},
    {"quoted cell not closed", "a\n1\n\"x\n", "auto", NULL, 3, "a quoted cell is not closed"},
    {"UTF-16",
     "\xff\xfe"
     "a\0",
     "auto", NULL, 0, "the file is UTF-16"},
    {"broken UTF-8 where UTF-8 was asked for", "a\n1\n\xd6\xd0\n", "utf-8", NULL, 3, "the text is not UTF-8"},
    {"broken UTF-8 behind a mark",
     "\xef\xbb\xbf"
     "a\n\xff\n",
     "auto", NULL, 2, "the text is not UTF-8"},
    {"neither", "a\n1\n\xff\xff\n", "auto", NULL, 3, "the text is neither UTF-8 nor GB18030"},
};

static void test_cases(void **state)
{
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const struct csv_case *c = &cases[i];
    struct csv_file file;
    struct csv_fault fault;
    size_t length = strcmp(c->name, "UTF-16") == 0 ? 4 : strlen(c->in);
    bool good = csv_file_parse(c->in, length, c->encoding, cli->arena, &file, &fault);
    if (good != (c->out != NULL)) fail_msg("%s: %s", c->name, good ? "taken" : fault.text);
    if (good && strcmp(flat(&file), c->out) != 0) fail_msg("%s: %s", c->name, flat(&file));
    if (good) continue;
    if (fault.row != c->row || strcmp(fault.text, c->text) != 0)
      fail_msg("%s: row %u: %s", c->name, fault.row, fault.text);
  }
}

static size_t to_gb18030(const char *text, char *out, size_t room)
{
  iconv_t converter = iconv_open("GB18030", "UTF-8");
  char *from = (char *)text, *to = out;
  size_t left = strlen(text), free_room = room;
  assert_int_equal(iconv(converter, &from, &left, &to, &free_room), 0);
  iconv_close(converter);
  return room - free_room;
}

// What a Chinese spreadsheet saves by default, with the characters that GBK lacks.
static void test_gb18030(void **state)
{
  (void)state;
  static const char text[] = "姓名,所在单位\n㛃𬱖,包头市昆河小学\n\"换\n行\",𰻝𰻝\n";
  char bytes[512];
  struct csv_file file;
  struct csv_fault fault;
  size_t length = to_gb18030(text, bytes, sizeof bytes);
  assert_true(csv_file_parse(bytes, length, "auto", cli->arena, &file, &fault));
  assert_string_equal(file.encoding, "GB18030");
  assert_string_equal(flat(&file),
                      "1:姓名|所在单位\n2:㛃𬱖|包头市昆河小学\n3:换\n行|𰻝𰻝\n");
  assert_true(csv_file_parse(bytes, length, "gb18030", cli->arena, &file, &fault));
  assert_false(csv_file_parse(bytes, length, "utf-8", cli->arena, &file, &fault));
  assert_string_equal(fault.fix, "try --encoding gb18030");
  assert_false(csv_file_parse(bytes, length - 1, "gb18030", cli->arena, &file, &fault) && file.n_rows == 3);
}

// ---- whatever is written comes back ----

static char *random_cell(uint64_t *seed)
{
  static const char *const parts[] = {"a", "校", "𰻝", ",", "\"", "\n", "\r\n", "|", "\t", "0", "é", " x"};
  char *cell = arena_alloc(cli->arena, 64);
  for (uint32_t n = test_random_below(seed, 8); n > 0; n--)
    strcat(cell, parts[test_random_below(seed, sizeof parts / sizeof *parts)]);
  return cell;
}

struct sheet {
  size_t rows, columns;
  char *cells[20][6];
};

static void random_sheet(struct sheet *sheet, uint64_t *seed)
{
  sheet->rows = 1 + test_random_below(seed, 20);
  sheet->columns = 1 + test_random_below(seed, 6);
  for (size_t r = 0; r < sheet->rows; r++)
    for (size_t c = 0; c < sheet->columns; c++)
      sheet->cells[r][c] = c == 0 ? "k" : random_cell(seed); // no row is empty
}

// As a spreadsheet writes it: every cell quoted, CR LF at the ends.
static size_t write_sheet(const struct sheet *sheet, const char *end, char *out, size_t room)
{
  FILE *file = fmemopen(out, room, "w");
  for (size_t r = 0; r < sheet->rows; r++)
    for (size_t c = 0; c < sheet->columns; c++) {
      csv_fwrite(file, sheet->cells[r][c], strlen(sheet->cells[r][c]));
      fputs(c + 1 < sheet->columns ? "," : end, file);
    }
  long length = ftell(file);
  fclose(file);
  return (size_t)length;
}

static void compare(const struct sheet *sheet, const struct csv_file *file)
{
  assert_int_equal(file->n_rows + 1, sheet->rows);
  for (size_t r = 0; r < sheet->rows; r++) {
    const struct csv_row *row = r == 0 ? &file->header : csv_file_row(file, r - 1, cli->arena);
    assert_non_null(row);
    assert_int_equal(row->row, r + 1);
    assert_int_equal(row->n, sheet->columns);
    for (size_t c = 0; c < sheet->columns; c++)
      assert_string_equal(row->cells[c], sheet->cells[r][c]);
  }
}

static void test_round_trip(void **state)
{
  (void)state;
  static char text[32 * 1024], gb[64 * 1024];
  static struct sheet sheet;
  uint64_t seed = test_seed();
  struct arena *whole = cli->arena;
  assert_ok(arena_new(4u << 20, &cli->arena));
  for (int i = 0; i < 500; i++, arena_reset(cli->arena)) {
    struct csv_file file;
    struct csv_fault fault;
    random_sheet(&sheet, &seed);
    size_t length = write_sheet(&sheet, i % 2 ? "\r\n" : "\n", text, sizeof text);
    text[length] = '\0';
    if (!csv_file_parse(text, length, "utf-8", cli->arena, &file, &fault))
      fail_msg("%s in %s", fault.text, text);
    compare(&sheet, &file);
    size_t gb_length = to_gb18030(text, gb, sizeof gb);
    assert_true(csv_file_parse(gb, gb_length, "gb18030", cli->arena, &file, &fault));
    compare(&sheet, &file);
  }
  arena_free(cli->arena);
  cli->arena = whole;
}

static void test_nul(void **state)
{
  (void)state;
  struct csv_file file;
  struct csv_fault fault;
  assert_false(csv_file_parse("a\nx\0y\n", 6, "auto", cli->arena, &file, &fault));
  assert_int_equal(fault.row, 2);
  assert_string_equal(fault.text, "a cell contains a NUL byte");
}

static void test_bounds(void **state)
{
  (void)state;
  struct csv_file file;
  struct csv_fault fault;
  char wide[3 * CSV_MAX_COLUMNS];
  memset(wide, ',', sizeof wide);
  assert_false(csv_file_parse(wide, sizeof wide, "auto", cli->arena, &file, &fault));
  assert_string_equal(fault.text, "too many columns");
  struct arena *small = NULL;
  assert_ok(arena_new(2048, &small));
  char *tall = test_read_file(test_source("deploy/regions/nmg/divisions.csv"), NULL);
  assert_false(csv_file_parse(tall, strlen(tall), "auto", small, &file, &fault));
  assert_string_equal(fault.text, "the file is too large");
  free(tall);
  arena_free(small);
}

static void test_files(void **state)
{
  (void)state;
  struct csv_file file;
  struct csv_fault fault;
  assert_false(csv_file_read("/nowhere/x.csv", "auto", cli->arena, &file, &fault));
  assert_string_equal(fault.text, "No such file or directory");
  assert_true(
      csv_file_read(test_source("deploy/regions/nmg/institutions.csv"), "auto", cli->arena, &file, &fault));
  assert_int_equal(file.header.n, 13);
  assert_int_equal(file.n_rows, 56);
  assert_int_equal(csv_file_row(&file, 55, cli->arena)->row, 57);
  assert_true(csv_file_encoding_known("gb18030"));
  assert_false(csv_file_encoding_known("gbk"));
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases),      cmocka_unit_test(test_gb18030),
                                     cmocka_unit_test(test_round_trip), cmocka_unit_test(test_nul),
                                     cmocka_unit_test(test_bounds),     cmocka_unit_test(test_files)};
  return cmocka_run_group_tests(tests, clilib_setup, clilib_teardown);
}
