#include "services/cli/lang.h"
#include "services/cli/match.h"
#include "services/cli/names.h"
#include "services/cli/subjects.h"
#include "services/cli/summary.h"
#include "services/cli/table.h"
#include "services/cli/words.h"
#include <string.h>

static bool of_line(const Dsp__Assignment *assignment, const Dsp__NeedsPlan *plan, const Dsp__PlanLine *line)
{
  return strcmp(assignment->plan, plan->id) == 0 && assignment->plan_line == line->no;
}

static unsigned filled(const struct summary *summary, const Dsp__NeedsPlan *plan, const Dsp__PlanLine *line)
{
  unsigned n = 0;
  for (size_t i = 0; i < summary->assignments.n; i++) {
    const Dsp__Assignment *assignment = (const void *)summary->assignments.items[i];
    n += of_line(assignment, plan, line) && summary_fills(assignment->status);
  }
  return n;
}

static const char *joined(struct arena *arena, const char *first, const char *second)
{
  if (!*second) return first;
  const char *both = arena_printf(arena, "%s%s%s", first, *first ? (lang_zh() ? "；" : "; ") : "", second);
  return both ? both : first;
}

// What the newest adopted match said about a line it could not fill.
static const char *unmet_reasons(const struct summary *summary, size_t plan, const Dsp__PlanLine *line)
{
  const struct request_list *runs = &summary->runs[plan];
  for (size_t i = runs->n; i-- > 0;) {
    const Dsp__MatchRun *run = (const void *)runs->items[i];
    if (run->status != DSP__MATCH_STATUS__MATCH_ADOPTED) continue;
    for (size_t u = 0; u < run->n_unmet; u++)
      if (run->unmet[u]->plan_line == line->no)
        return match_findings(summary->cli, run->unmet[u]->reasons, run->unmet[u]->n_reasons);
    return "";
  }
  return "";
}

// Postings of the line that came to nothing, or are not far enough yet.
static const char *lost_postings(const struct summary *summary, const Dsp__NeedsPlan *plan,
                                 const Dsp__PlanLine *line)
{
  struct arena *arena = summary->cli->arena;
  const char *text = "";
  for (size_t i = 0; i < summary->assignments.n; i++) {
    const Dsp__Assignment *assignment = (const void *)summary->assignments.items[i];
    if (!of_line(assignment, plan, line) || summary_fills(assignment->status)) continue;
    const char *one = arena_printf(arena, "%s %s%s%s", names_person(summary->cli, assignment->person),
                                   words_of(&dsp__assignment_status__descriptor, (int)assignment->status),
                                   *assignment->end_reason ? ": " : "", assignment->end_reason);
    if (one) text = joined(arena, text, one);
  }
  return text;
}

static const char *gap_reason(const struct summary *summary, size_t at, const Dsp__PlanLine *line)
{
  const Dsp__NeedsPlan *plan = (const void *)summary->plans.items[at];
  const char *text =
      joined(summary->cli->arena, unmet_reasons(summary, at, line), lost_postings(summary, plan, line));
  if (*text) return text;
  bool matched = false;
  for (size_t i = 0; i < summary->runs[at].n; i++)
    matched |=
        ((const Dsp__MatchRun *)summary->runs[at].items[i])->status == DSP__MATCH_STATUS__MATCH_ADOPTED;
  return matched ? _("nobody was proposed") : _("no match has been adopted yet");
}

static void print_plan(const struct summary *summary, size_t at)
{
  struct cli *cli = summary->cli;
  const Dsp__NeedsPlan *plan = (const void *)summary->plans.items[at];
  const char *titles[] = {_("Line"),      _("Host"),     _("Stage"),  _("Subject"),
                          _("Requested"), _("Approved"), _("Filled"), _("Why not more")};
  struct table_out *table = table_new(cli->arena, titles, sizeof titles / sizeof *titles);
  unsigned total = 0;
  for (size_t i = 0; table && i < plan->n_lines; i++) {
    const Dsp__PlanLine *line = plan->lines[i];
    unsigned n = filled(summary, plan, line);
    const char *why = n < line->approved                 ? gap_reason(summary, at, line)
                      : line->approved < line->requested ? line->reason
                                                         : "";
    const char *cells[] = {arena_printf(cli->arena, "%u", line->no),
                           names_unit(cli, line->institution),
                           words_of(&typ__stage__descriptor, (int)line->stage),
                           subjects_name(line->subject),
                           arena_printf(cli->arena, "%u", line->requested),
                           arena_printf(cli->arena, "%u", line->approved),
                           arena_printf(cli->arena, "%u", n),
                           why};
    total += n;
    if (!table_row(table, cells)) break;
  }
  printf(_("%s: requested %u, approved %u, filled %u/%u (%s)\n"), summary_measure(summary, plan->measure),
         plan->requested, plan->approved, total, plan->approved,
         words_of(&dsp__plan_status__descriptor, (int)plan->status));
  for (size_t c = 4; table && c < 7; c++)
    table_align_right(table, c);
  if (table) table_print(table, 2, stdout);
}

void summary_plan_print(const struct summary *summary)
{
  printf("\n== %s ==\n", _("Needs plan"));
  if (summary->plans.n == 0) puts(_("none"));
  for (size_t i = 0; i < summary->plans.n; i++)
    print_plan(summary, i);
}
