#include "services/cli/table.h"
#include "services/cli/say.h"
#include <string.h>
#include <utf8proc.h>

struct row {
  struct row *next;
  const char *cells[];
};
struct table_out {
  struct arena *arena;
  size_t n_columns, n_rows;
  const char *const *titles;
  size_t *widths;
  bool *right;
  struct row *first, **end;
};

size_t table_width(const char *text)
{
  size_t width = 0;
  const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)text;
  while (*p) {
    utf8proc_int32_t point;
    utf8proc_ssize_t n = utf8proc_iterate(p, -1, &point);
    if (n <= 0) { // not UTF-8: one place, as terminals show it
      p++;
      width++;
      continue;
    }
    int places = utf8proc_charwidth(point);
    width += places > 0 ? (size_t)places : 0;
    p += n;
  }
  return width;
}

static void widen(struct table_out *table, size_t column, const char *text)
{
  size_t width = table_width(text);
  if (width > table->widths[column]) table->widths[column] = width;
}

struct table_out *table_new(struct arena *arena, const char *const *titles, size_t n_columns)
{
  struct table_out *table = ARENA_NEW(arena, struct table_out);
  if (!table) return NULL;
  *table = (struct table_out){.arena = arena,
                              .n_columns = n_columns,
                              .titles = titles,
                              .widths = ARENA_ARRAY(arena, size_t, n_columns),
                              .right = ARENA_ARRAY(arena, bool, n_columns),
                              .end = &table->first};
  if (!table->widths || !table->right) return NULL;
  for (size_t i = 0; i < n_columns; i++)
    widen(table, i, titles[i]);
  return table;
}

bool table_row(struct table_out *table, const char *const *cells)
{
  struct row *row = arena_alloc(table->arena, sizeof *row + table->n_columns * sizeof *row->cells);
  if (!row) return false;
  for (size_t i = 0; i < table->n_columns; i++) {
    row->cells[i] = say_clean(table->arena, cells[i] ? cells[i] : "");
    widen(table, i, row->cells[i]);
  }
  *table->end = row;
  table->end = &row->next;
  table->n_rows++;
  return true;
}

void table_align_right(struct table_out *table, size_t column)
{
  table->right[column] = true;
}

static void print_line(const struct table_out *table, const char *const *cells, unsigned indent, FILE *out)
{
  fprintf(out, "%*s", (int)indent, "");
  size_t pending = 0; // blanks are only written before a cell that follows
  for (size_t i = 0; i < table->n_columns; i++) {
    size_t width = table_width(cells[i]), room = table->widths[i] - width;
    if (table->right[i]) pending += room;
    if (*cells[i]) {
      fprintf(out, "%*s%s", (int)pending, "", cells[i]);
      pending = 0;
    } else {
      pending += width;
    }
    pending += 2 + (table->right[i] ? 0 : room);
  }
  fputc('\n', out);
}

void table_print(const struct table_out *table, unsigned indent, FILE *out)
{
  print_line(table, table->titles, indent, out);
  for (const struct row *row = table->first; row; row = row->next)
    print_line(table, row->cells, indent, out);
}

size_t table_rows(const struct table_out *table)
{
  return table->n_rows;
}
