#include "services/cli/indicator.h"
#include "common/base/pb.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/indicator_ask.h"
#include "services/cli/indicator_table.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/say.h"
#include <ctype.h>
#include <errno.h>
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

static void print(const struct figures *figures, bool by_level)
{
  struct cli *cli = figures->cli;
  const Reg__Figure *total = figures->all.total;
  struct table_out *table = indicator_table_new(cli, _("Code"), _("Name"));
  if (!table) return;
  for (size_t i = 0; by_level && i < figures->all.n_figures; i++) {
    const Reg__Figure *figure = figures->all.figures[i];
    indicator_table_row(cli, table, figure->division, division_name(figures, figure->division), figure);
  }
  indicator_table_row(cli, table, total->division, _("Total"), total);
  indicator_table_print(figures, table);
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
