// The figure of an indicator year by year: the same question as of the end of each year.
#include "common/base/date.h"
#include "services/cli/args.h"
#include "services/cli/indicator_table.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/say.h"
#include <errno.h>
#include <string.h>

enum { YEARS_USUAL = 5, YEARS_MAX = 50 };

struct year {
  char name[16]; // "2024", "2023/2024"
  char end[DATE_SIZE];
};
struct years {
  struct year list[YEARS_MAX];
  int n;
};

// The last day of the year that begins in this calendar year. A school year ends with August.
static void year_of(int from, bool school_year, struct year *ret)
{
  if (school_year)
    snprintf(ret->name, sizeof ret->name, "%d/%d", from, from + 1);
  else
    snprintf(ret->name, sizeof ret->name, "%d", from);
  date_format((struct date){school_year ? from + 1 : from, school_year ? 8 : 12, 31}, ret->end);
}

// Which year this day lies in: the one it begins in.
static int year_at(const char *day, bool school_year)
{
  struct date date = {0};
  date_parse(day, &date);
  return school_year && date.month < 9 ? date.year - 1 : date.year;
}

// From the first year asked for to the one of the last day, whose figure is that day's.
static int choose_years(struct cli *cli, const char *last_day, bool school_year, struct years *ret)
{
  const char *since = args_get(cli->args, "--since");
  struct date first = {0};
  int last = year_at(last_day, school_year);
  if (since && (!date_parse(since, &first) || first.month))
    return say_error(CLI_USAGE, _("--since: a year such as 2021, not %s"), since);
  int year = since ? first.year : last - YEARS_USUAL + 1;
  if (year > last || last - year >= YEARS_MAX)
    return say_error(CLI_USAGE, _("--since: %d to %d"), last - YEARS_MAX + 1, last);
  for (ret->n = 0; year <= last; year++)
    year_of(year, school_year, &ret->list[ret->n++]);
  snprintf(ret->list[ret->n - 1].end, DATE_SIZE, "%s", last_day);
  return CLI_OK;
}

// The last one is there already: the day's own.
static int ask(struct figures *figures, const struct years *years)
{
  const Reg__Figures of_day = figures->all;
  Reg__Figure **list = ARENA_ARRAY(figures->cli->arena, Reg__Figure *, YEARS_MAX);
  if (!list) return say_failure(-ENOMEM, "GetFigures");
  for (int i = 0; i + 1 < years->n; i++) {
    figures->request->as_of = (char *)years->list[i].end;
    int failed = indicator_ask_total(figures);
    if (failed) return failed;
    list[i] = figures->all.total;
  }
  list[years->n - 1] = of_day.total;
  for (int i = 0; i < years->n; i++)
    list[i]->group = (char *)years->list[i].name;
  figures->all = of_day;
  figures->all.figures = list;
  figures->all.n_figures = (size_t)years->n;
  return CLI_OK;
}

static void print(const struct figures *figures, const struct years *years)
{
  struct table_out *table = indicator_table_new(figures->cli, _("Year"), _("As of"));
  if (!table) return;
  for (int i = 0; i < years->n; i++)
    indicator_table_row(figures->cli, table, years->list[i].name, years->list[i].end,
                        figures->all.figures[i]);
  indicator_table_print(figures, table);
}

int indicator_by_year(struct figures *figures, bool school_year)
{
  static struct years years;
  int failed = choose_years(figures->cli, figures->all.as_of, school_year, &years);
  if (!failed) failed = ask(figures, &years);
  if (failed) return failed;
  if (figures->cli->json)
    pbjson_print(stdout, &figures->all.base);
  else
    print(figures, &years);
  return CLI_OK;
}
