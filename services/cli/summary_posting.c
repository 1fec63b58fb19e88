#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/show.h"
#include "services/cli/summary.h"
#include "services/cli/table.h"
#include "services/cli/words.h"
#include <string.h>

static const Dsp__Assignment *assignment(const struct summary *summary, size_t i)
{
  return (const void *)summary->assignments.items[i];
}

static void print_states(const struct summary *summary, const char *measure)
{
  printf("%s:", summary_measure(summary, measure));
  for (int state = 1; state <= DSP__ASSIGNMENT_STATUS__ASSIGNMENT_NO_SHOW; state++) {
    size_t n = 0;
    for (size_t i = 0; i < summary->assignments.n; i++)
      n += (int)assignment(summary, i)->status == state &&
           strcmp(assignment(summary, i)->measure, measure) == 0;
    if (n) printf("  %s %zu", words_of(&dsp__assignment_status__descriptor, state), n);
  }
  putchar('\n');
}

static void print_measure(const struct summary *summary, const char *measure)
{
  struct cli *cli = summary->cli;
  const char *titles[] = {_("Person"), _("From"), _("To"), _("Period"), _("Status"), _("Evaluation")};
  struct table_out *table = table_new(cli->arena, titles, sizeof titles / sizeof *titles);
  for (size_t i = 0; table && i < summary->assignments.n; i++) {
    const Dsp__Assignment *one = assignment(summary, i);
    if (strcmp(one->measure, measure) != 0) continue;
    const char *cells[] = {names_person(cli, one->person),
                           names_unit(cli, one->home),
                           names_unit(cli, one->host),
                           show_cell(cli, &one->base, "period"),
                           words_of(&dsp__assignment_status__descriptor, (int)one->status),
                           *one->evaluation ? one->evaluation : one->end_reason};
    if (!table_row(table, cells)) break;
  }
  print_states(summary, measure);
  if (table) table_print(table, 2, stdout);
}

void summary_posting_print(const struct summary *summary)
{
  printf("\n== %s (%zu) ==\n", _("Postings"), summary->assignments.n);
  for (size_t i = 0; i < summary->assignments.n; i++) {
    bool seen = false;
    for (size_t before = 0; before < i && !seen; before++)
      seen = strcmp(assignment(summary, before)->measure, assignment(summary, i)->measure) == 0;
    if (!seen) print_measure(summary, assignment(summary, i)->measure);
  }
}

void summary_posting_quotas(const struct summary *summary)
{
  struct cli *cli = summary->cli;
  const char *titles[] = {_("Measure"), _("Period"), _("Used"), _("At least"), _("At most")};
  struct table_out *table = table_new(cli->arena, titles, sizeof titles / sizeof *titles);
  for (size_t i = 0; table && i < summary->n_quotas; i++) {
    const struct summary_quota *quota = &summary->quotas[i];
    const Dsp__QuotaState *state = quota->state;
    const char *cells[] = {summary_measure(summary, quota->measure->id), quota->period,
                           arena_printf(cli->arena, "%u", state->used),
                           state->min ? arena_printf(cli->arena, "%u", state->min) : "",
                           state->limited ? arena_printf(cli->arena, "%u", state->max) : ""};
    if (!table_row(table, cells)) break;
  }
  printf("\n== %s ==\n", _("Quotas"));
  for (size_t c = 2; table && c < 5; c++)
    table_align_right(table, c);
  if (table) table_print(table, 2, stdout);
}

static const Ntf__MailItem *open_item(const struct summary *summary, size_t i)
{
  return (const void *)summary->unsigned_.items[i];
}

static void print_unsigned(const struct summary *summary)
{
  struct cli *cli = summary->cli;
  const char *titles[] = {_("Addressee"), _("Notice"), _("Wanted"), _("Due"), _("Overdue"), _("Escalated")};
  struct table_out *table = table_new(cli->arena, titles, sizeof titles / sizeof *titles);
  for (size_t i = 0; table && i < summary->unsigned_.n; i++) {
    const Ntf__Delivery *delivery = open_item(summary, i)->delivery;
    const Ntf__Notice *notice = open_item(summary, i)->notice;
    if (!delivery || !notice) continue;
    bool overdue = delivery->due_us && delivery->due_us < summary->now_us;
    const char *cells[] = {names_party(cli, delivery->addressee),
                           lang_pick(notice->title_zh, notice->title_en),
                           words_of(&prg__ack_kind__descriptor, (int)notice->ack),
                           show_time(cli->arena, delivery->due_us),
                           overdue ? _("overdue") : "",
                           show_time(cli->arena, delivery->escalated_us)};
    if (!table_row(table, cells)) break;
  }
  if (table) table_print(table, 2, stdout);
}

void summary_posting_notices(const struct summary *summary)
{
  size_t overdue = 0, escalated = 0, closed = 0;
  for (size_t i = 0; i < summary->unsigned_.n; i++) {
    const Ntf__Delivery *delivery = open_item(summary, i)->delivery;
    overdue += delivery && delivery->due_us && delivery->due_us < summary->now_us;
    escalated += delivery && delivery->escalated_us != 0;
  }
  for (size_t i = 0; i < summary->notices.n; i++)
    closed += ((const Ntf__Notice *)summary->notices.items[i])->status == NTF__NOTICE_STATUS__NOTICE_CLOSED;
  printf("\n== %s ==\n", _("Notices"));
  printf(_("%zu raised, %zu settled; %zu still unsigned, %zu of them overdue, %zu escalated\n"),
         summary->notices.n, closed, summary->unsigned_.n, overdue, escalated);
  if (summary->unsigned_.n) print_unsigned(summary);
}
