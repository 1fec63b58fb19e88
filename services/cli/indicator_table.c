#include "services/cli/indicator_table.h"
#include "services/cli/lang.h"
#include <inttypes.h>

enum { COLUMNS = 5, NUMBERS = 2 }; // columns, and where those of numbers begin

struct table_out *indicator_table_new(struct cli *cli, const char *first, const char *second)
{
  const char *const names[COLUMNS] = {first, second, _("Numerator"), _("Denominator"), _("Share")};
  const char **titles = arena_memdup(cli->arena, names, sizeof names); // they are read when it is printed
  struct table_out *table = titles ? table_new(cli->arena, titles, COLUMNS) : NULL;
  for (size_t column = NUMBERS; table && column < COLUMNS; column++)
    table_align_right(table, column);
  return table;
}

// "87.5 %"; "n/a" where there is nothing to divide by, "" for a count.
static const char *share(struct cli *cli, const Reg__Figure *figure)
{
  if (figure->value[0]) return figure->value;
  if (figure->not_applicable) return _("n/a");
  if (figure->denominator == 0) return ""; // a count is compared with nothing
  // Rounded down: 99.96 % is not all of them.
  int64_t tenths = figure->numerator * 1000 / figure->denominator;
  const char *text = arena_printf(cli->arena, "%" PRId64 ".%" PRId64 " %%", tenths / 10, tenths % 10);
  return text ? text : "";
}

void indicator_table_row(struct cli *cli, struct table_out *table, const char *first, const char *second,
                         const Reg__Figure *figure)
{
  char num[24], den[24];
  snprintf(num, sizeof num, "%" PRId64, figure->numerator);
  snprintf(den, sizeof den, "%" PRId64, figure->denominator);
  const char *cells[COLUMNS] = {first, second, num, den, share(cli, figure)};
  table_row(table, cells);
}

void indicator_table_print(const struct figures *figures, struct table_out *table)
{
  table_print(table, 0, stdout);
  printf(_("as of %s, records up to event %llu\n"), figures->all.as_of,
         (unsigned long long)figures->all.universe_seq);
}
