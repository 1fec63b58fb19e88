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
  const char *titles[] = {_("Person"), _("Home unit"), _("Host"), _("Period"), _("Status"), _("Evaluation")};
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

// ---- notices ----

#define SUMMARY_LATE 20 // overdue items shown one by one

static const Ntf__MailItem *open_item(const struct summary *summary, size_t i)
{
  return (const void *)summary->unsigned_.items[i];
}

static bool overdue(const struct summary *summary, const Ntf__MailItem *item)
{
  return item->delivery && item->delivery->due_us && item->delivery->due_us < summary->now_us;
}

// What is late, one by one: these are the ones to chase.
static void print_late(const struct summary *summary, size_t n_late)
{
  struct cli *cli = summary->cli;
  const char *titles[] = {_("Addressee"), _("Notice"), _("Wanted"), _("Due"), _("Escalated")};
  struct table_out *table = table_new(cli->arena, titles, sizeof titles / sizeof *titles);
  for (size_t i = 0; table && i < summary->unsigned_.n && table_rows(table) < SUMMARY_LATE; i++) {
    const Ntf__MailItem *item = open_item(summary, i);
    if (!overdue(summary, item) || !item->notice) continue;
    const char *cells[] = {names_party(cli, item->delivery->addressee),
                           lang_pick(item->notice->title_zh, item->notice->title_en),
                           words_of(&prg__ack_kind__descriptor, (int)item->notice->ack),
                           show_time(cli->arena, item->delivery->due_us),
                           show_time(cli->arena, item->delivery->escalated_us)};
    if (!table_row(table, cells)) break;
  }
  puts(_("overdue:"));
  if (table) table_print(table, 2, stdout);
  if (n_late > SUMMARY_LATE) printf(_("  and %zu more: jiedui unsigned --overdue\n"), n_late - SUMMARY_LATE);
}

static const char *event_of(const struct summary *summary, size_t i)
{
  const Ntf__Notice *notice = open_item(summary, i)->notice;
  return notice ? notice->event : "";
}

// What is still open, counted by event.
static void print_open(const struct summary *summary)
{
  for (size_t i = 0; i < summary->unsigned_.n; i++) {
    size_t n = 0;
    bool seen = false;
    for (size_t j = 0; j < summary->unsigned_.n; j++) {
      bool same = strcmp(event_of(summary, j), event_of(summary, i)) == 0;
      seen |= same && j < i;
      n += same;
    }
    if (!seen) printf("  %s: %zu\n", event_of(summary, i), n);
  }
}

void summary_posting_notices(const struct summary *summary)
{
  size_t late = 0, escalated = 0, closed = 0;
  for (size_t i = 0; i < summary->unsigned_.n; i++) {
    const Ntf__MailItem *item = open_item(summary, i);
    late += overdue(summary, item);
    escalated += item->delivery && item->delivery->escalated_us != 0;
  }
  for (size_t i = 0; i < summary->notices.n; i++)
    closed += ((const Ntf__Notice *)summary->notices.items[i])->status == NTF__NOTICE_STATUS__NOTICE_CLOSED;
  printf("\n== %s ==\n", _("Notices"));
  printf(_("%zu raised, %zu settled; %zu receipts still open, %zu of them overdue, %zu escalated\n"),
         summary->notices.n, closed, summary->unsigned_.n, late, escalated);
  print_open(summary);
  if (late) print_late(summary, late);
}
