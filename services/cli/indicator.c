#include "services/cli/indicator.h"
#include "common/base/pb.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/indicator_ask.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/say.h"
#include "services/cli/table.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

static int ask_divisions(struct figures *figures)
{
  Reg__ListDivisions *request = ARENA_NEW(figures->cli->arena, Reg__ListDivisions);
  if (!request) return say_failure(-ENOMEM, "ListDivisions");
  reg__list_divisions__init(request);
  request->under = figures->all.total->division;
  request->level = figures->request->level;
  request->as_of = figures->request->as_of;
  return request_pages(figures->cli, "registry.ListDivisions", &request->base, &figures->divisions);
}

// ---- showing

static const char *division_name(const struct figures *figures, const char *code)
{
  for (size_t i = 0; i < figures->divisions.n; i++) {
    const Reg__Division *division = (const Reg__Division *)figures->divisions.items[i];
    if (strcmp(division->code, code) == 0) return division->name;
  }
  return "";
}

const char *indicator_share(struct cli *cli, const Reg__Figure *figure)
{
  if (figure->value[0]) return figure->value;
  if (figure->not_applicable) return _("n/a");
  if (figure->denominator == 0) return ""; // a count is compared with nothing
  // Rounded down: 99.96 % is not all of them.
  int64_t tenths = figure->numerator * 1000 / figure->denominator;
  const char *text = arena_printf(cli->arena, "%" PRId64 ".%" PRId64 " %%", tenths / 10, tenths % 10);
  return text ? text : "";
}

static void add_row(const struct figures *figures, struct table_out *table, const char *code,
                    const char *name, const Reg__Figure *figure)
{
  char num[24], den[24];
  snprintf(num, sizeof num, "%" PRId64, figure->numerator);
  snprintf(den, sizeof den, "%" PRId64, figure->denominator);
  const char *cells[] = {code, name, num, den, indicator_share(figures->cli, figure)};
  table_row(table, cells);
}

static void print(const struct figures *figures, bool by_level)
{
  const char *titles[] = {_("Code"), _("Name"), _("Numerator"), _("Denominator"), _("Share")};
  struct table_out *table = table_new(figures->cli->arena, titles, 5);
  if (!table) return;
  for (size_t column = 2; column < 5; column++)
    table_align_right(table, column);
  for (size_t i = 0; by_level && i < figures->all.n_figures; i++) {
    const Reg__Figure *figure = figures->all.figures[i];
    add_row(figures, table, figure->division, division_name(figures, figure->division), figure);
  }
  add_row(figures, table, figures->all.total->division, _("Total"), figures->all.total);
  table_print(table, 0, stdout);
  printf(_("as of %s, records up to event %llu\n"), figures->all.as_of,
         (unsigned long long)figures->all.universe_seq);
}

static int kept_elsewhere(struct cli *cli, const struct figures *figures)
{
  if (cli->json) {
    pbjson_print(stdout, &figures->all.base);
    return CLI_OK;
  }
  say_error(0, _("the records of this indicator are kept by %sd, which gives its figures"),
            figures->all.owner_daemon);
  return CLI_REFUSED;
}

struct split { // by what
  Typ__DivisionLevel level;
  bool year, school_year;
};

static int read_split(struct cli *cli, struct split *ret)
{
  const char *given = args_get(cli->args, "--by");
  *ret = (struct split){.level = TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED};
  if (!given) return CLI_OK;
  char *word = arena_strdup(cli->arena, given);
  for (char *c = word; c && *c; c++)
    *c = (char)(*c == '-' ? '_' : toupper((unsigned char)*c));
  ret->school_year = word && strcmp(word, "SCHOOL_YEAR") == 0;
  ret->year = ret->school_year || (word && strcmp(word, "YEAR") == 0);
  if (ret->year) return CLI_OK;
  int level = word ? pb_enum_value(&typ__division_level__descriptor, word) : -1;
  if (level < 0)
    return say_error(CLI_USAGE,
                     _("--by: PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, YEAR or SCHOOL_YEAR, not %s"), given);
  ret->level = (Typ__DivisionLevel)level;
  return CLI_OK;
}

static int ask_by_level(struct figures *figures, Typ__DivisionLevel level)
{
  if (!level) return CLI_OK;
  figures->request->level = level;
  int failed = ask_divisions(figures);
  if (failed) return failed;
  struct progress progress = progress_start(_("Divisions"), figures->divisions.n);
  failed = indicator_ask_pages(figures, &progress);
  progress_end(&progress);
  return failed;
}

int indicator_show_run(struct cli *cli)
{
  struct figures figures = {.cli = cli};
  struct split split;
  ProtobufCMessage *request;
  int failed = read_split(cli, &split);
  if (!failed) failed = request_build(cli, NULL, &request);
  if (failed) return failed;
  reg__figures__init(&figures.all);
  figures.request = (Reg__GetFigures *)request;
  failed = indicator_ask_total(&figures);
  if (failed) return failed;
  if (strcmp(figures.all.owner_daemon, "registry") != 0) return kept_elsewhere(cli, &figures);
  if (split.year) return indicator_by_year(&figures, split.school_year);
  failed = ask_by_level(&figures, split.level);
  if (failed) return failed;
  if (cli->json)
    pbjson_print(stdout, &figures.all.base);
  else
    print(&figures, split.level != TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED);
  return CLI_OK;
}
