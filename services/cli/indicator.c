#include "services/cli/indicator.h"
#include "common/base/pb.h"
#include "proto/registry.pb-c.h"
#include "proto/supervision.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/progress.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/table.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>

struct figures {
  struct cli *cli;
  Reg__GetFigures *request;
  Reg__Figures all; // every page together
  size_t room;
  struct request_list divisions; // for their names
};

// ---- asking

static int append(struct figures *figures, const Reg__Figures *page)
{
  Reg__Figures *all = &figures->all;
  if (all->n_figures + page->n_figures > figures->room) {
    size_t room = (all->n_figures + page->n_figures) * 2;
    Reg__Figure **bigger = ARENA_ARRAY(figures->cli->arena, Reg__Figure *, room);
    if (!bigger) return say_failure(-ENOMEM, "GetFigures");
    if (all->n_figures) memcpy(bigger, all->figures, all->n_figures * sizeof *bigger);
    all->figures = bigger;
    figures->room = room;
  }
  if (page->n_figures)
    memcpy(all->figures + all->n_figures, page->figures, page->n_figures * sizeof *all->figures);
  all->n_figures += page->n_figures;
  all->as_of = page->as_of;
  all->universe_seq = page->universe_seq;
  all->owner_daemon = page->owner_daemon;
  return CLI_OK;
}

static int ask_pages(struct figures *figures, struct progress *progress)
{
  Reg__GetFigures *request = figures->request;
  for (request->after = (char *)"";;) {
    const ProtobufCMessage *reply;
    int failed = session_ask(figures->cli, "registry.GetFigures", &request->base, &reply);
    if (!failed) failed = append(figures, (const Reg__Figures *)reply);
    if (failed) return failed;
    request->after = ((const Reg__Figures *)reply)->next;
    if (!request->after[0]) return CLI_OK;
    progress_show(progress, figures->all.n_figures);
  }
}

// The division as a whole comes in parts that add up.
static int ask_total(struct figures *figures)
{
  struct figures parts = {.cli = figures->cli, .request = figures->request};
  struct progress none = {0};
  Reg__Figure *total = ARENA_NEW(figures->cli->arena, Reg__Figure);
  if (!total) return say_failure(-ENOMEM, "GetFigures");
  reg__figures__init(&parts.all);
  figures->request->level = TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED;
  int failed = ask_pages(&parts, &none);
  if (failed) return failed;
  reg__figure__init(total);
  total->not_applicable = true;
  for (size_t i = 0; i < parts.all.n_figures; i++) {
    const Reg__Figure *part = parts.all.figures[i];
    total->division = part->division;
    total->value = part->value;
    total->numerator += part->numerator;
    total->denominator += part->denominator;
    total->not_applicable = total->not_applicable && part->not_applicable;
  }
  figures->all.total = total;
  figures->all.as_of = parts.all.as_of;
  figures->all.universe_seq = parts.all.universe_seq;
  figures->all.owner_daemon = parts.all.owner_daemon;
  return CLI_OK;
}

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

static const char *percent(const struct figures *figures, const Reg__Figure *figure)
{
  if (figure->value[0]) return figure->value;
  if (figure->not_applicable) return _("n/a");
  if (figure->denominator == 0) return ""; // a count is compared with nothing
  // Rounded down: 99.96 % is not all of them.
  int64_t tenths = figure->numerator * 1000 / figure->denominator;
  const char *text =
      arena_printf(figures->cli->arena, "%" PRId64 ".%" PRId64 " %%", tenths / 10, tenths % 10);
  return text ? text : "";
}

static void add_row(const struct figures *figures, struct table_out *table, const char *code,
                    const char *name, const Reg__Figure *figure)
{
  char num[24], den[24];
  snprintf(num, sizeof num, "%" PRId64, figure->numerator);
  snprintf(den, sizeof den, "%" PRId64, figure->denominator);
  const char *cells[] = {code, name, num, den, percent(figures, figure)};
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

static int read_level(struct cli *cli, Typ__DivisionLevel *ret)
{
  const char *given = args_get(cli->args, "--by");
  *ret = TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED;
  if (!given) return CLI_OK;
  char *word = arena_strdup(cli->arena, given);
  for (char *c = word; c && *c; c++)
    *c = (char)toupper((unsigned char)*c);
  int level = word ? pb_enum_value(&typ__division_level__descriptor, word) : -1;
  if (level < 0)
    return say_error(CLI_USAGE, _("--by: PROVINCE, PREFECTURE, COUNTY or TOWNSHIP, not %s"), given);
  *ret = (Typ__DivisionLevel)level;
  return CLI_OK;
}

int indicator_show_run(struct cli *cli)
{
  struct figures figures = {.cli = cli};
  Typ__DivisionLevel level;
  ProtobufCMessage *request;
  int failed = read_level(cli, &level);
  if (!failed) failed = request_build(cli, NULL, &request);
  if (failed) return failed;
  reg__figures__init(&figures.all);
  figures.request = (Reg__GetFigures *)request;
  failed = ask_total(&figures);
  if (failed) return failed;
  if (strcmp(figures.all.owner_daemon, "registry") != 0) return kept_elsewhere(cli, &figures);
  figures.request->level = level;
  if (level) failed = ask_divisions(&figures);
  if (!failed && level) {
    struct progress progress = progress_start(_("Divisions"), figures.divisions.n);
    failed = ask_pages(&figures, &progress);
    progress_end(&progress);
  }
  if (failed) return failed;
  if (cli->json)
    pbjson_print(stdout, &figures.all.base);
  else
    print(&figures, level != TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED);
  return CLI_OK;
}
