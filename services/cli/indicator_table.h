// The table of figures: what each is of, in two columns, then numerator, denominator and share.
#pragma once
#include "services/cli/indicator_ask.h"
#include "services/cli/table.h"

struct table_out *indicator_table_new(struct cli *cli, const char *first,
                                      const char *second); // NULL: no memory
void indicator_table_row(struct cli *cli, struct table_out *table, const char *first, const char *second,
                         const Reg__Figure *figure);
// With the day and the event it stands on below.
void indicator_table_print(const struct figures *figures, struct table_out *table);
