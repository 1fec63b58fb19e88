#include "services/cli/indicator_ask.h"
#include "services/cli/progress.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include <errno.h>
#include <string.h>

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

int indicator_ask_pages(struct figures *figures, struct progress *progress)
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

int indicator_ask_total(struct figures *figures)
{
  struct figures parts = {.cli = figures->cli, .request = figures->request};
  struct progress none = {0};
  Reg__Figure *total = ARENA_NEW(figures->cli->arena, Reg__Figure);
  if (!total) return say_failure(-ENOMEM, "GetFigures");
  reg__figures__init(&parts.all);
  figures->request->level = TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED;
  int failed = indicator_ask_pages(&parts, &none);
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
