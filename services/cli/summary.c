#include "services/cli/summary.h"
#include "services/cli/args.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/pbjson.h"
#include "services/cli/say.h"
#include "services/cli/show.h"
#include "services/cli/table.h"
#include "services/cli/words.h"
#include <string.h>

const char *summary_measure(const struct summary *summary, const char *id)
{
  const Prg__Programme *programme = summary->programme;
  for (size_t i = 0; programme && i < programme->n_measures; i++) {
    const Prg__Measure *measure = programme->measures[i];
    if (strcmp(measure->id, id) == 0 && measure->title)
      return lang_pick(measure->title->zh, measure->title->en);
  }
  return id;
}

const char *summary_mode(const struct summary *summary, const char *id)
{
  const Prg__Programme *programme = summary->programme;
  for (size_t i = 0; programme && i < programme->n_modes; i++) {
    const Prg__Mode *mode = programme->modes[i];
    if (strcmp(mode->id, id) == 0 && mode->title) return lang_pick(mode->title->zh, mode->title->en);
  }
  return id;
}

bool summary_fills(Dsp__AssignmentStatus status)
{
  switch (status) {
  case DSP__ASSIGNMENT_STATUS__ASSIGNMENT_APPROVED:
  case DSP__ASSIGNMENT_STATUS__ASSIGNMENT_DISPATCHED:
  case DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ARRIVED:
  case DSP__ASSIGNMENT_STATUS__ASSIGNMENT_SUSPENDED:
  case DSP__ASSIGNMENT_STATUS__ASSIGNMENT_COMPLETED:
  case DSP__ASSIGNMENT_STATUS__ASSIGNMENT_ENDED_EARLY:
    return true;
  default:
    return false;
  }
}

static void print_head(const struct summary *summary)
{
  const Reg__Agreement *agreement = summary->agreement;
  struct cli *cli = summary->cli;
  printf("%s%s%s  %s\n", say_clean(cli->arena, agreement->title), *agreement->doc_no ? "  " : "",
         say_clean(cli->arena, agreement->doc_no), summary->year);
  printf("%s: %s\n", _("Status"), words_of(&reg__agreement_status__descriptor, (int)agreement->status));
  for (size_t i = 0; i < agreement->n_parties; i++) {
    const Reg__AgreementParty *party = agreement->parties[i];
    printf("  %s  %s  %s%s\n", party->role, names_unit(cli, party->institution),
           *party->signed_on ? _("signed ") : _("not signed"), party->signed_on);
  }
}

static bool mode_listed(const struct summary *summary, size_t before)
{
  const Reg__Partnership *const *all = (const void *)summary->partnerships.items;
  for (size_t i = 0; i < before; i++)
    if (strcmp(all[i]->mode, all[before]->mode) == 0) return true;
  return false;
}

// The members of a partnership in the first role, or in the others.
static const char *members(const struct summary *summary, const Reg__Partnership *pair, bool first)
{
  const char *joined = "";
  for (size_t i = 0; i < pair->n_members; i++) {
    bool is_first = strcmp(pair->members[i]->role, pair->members[0]->role) == 0;
    if (is_first != first) continue;
    const char *longer = arena_printf(summary->cli->arena, "%s%s%s", joined, *joined ? "、" : "",
                                      names_party(summary->cli, pair->members[i]->party));
    if (longer) joined = longer;
  }
  return joined;
}

static void print_mode(const struct summary *summary, const char *mode)
{
  const char *titles[] = {_("Supports"), _("Is supported"), _("Since"), _("Status")};
  struct table_out *table = table_new(summary->cli->arena, titles, 4);
  for (size_t i = 0; table && i < summary->partnerships.n; i++) {
    const Reg__Partnership *pair = (const void *)summary->partnerships.items[i];
    if (strcmp(pair->mode, mode) != 0 || pair->n_members == 0) continue;
    const char *cells[] = {members(summary, pair, true), members(summary, pair, false),
                           pair->valid ? pair->valid->from : "",
                           words_of(&reg__partnership_status__descriptor, (int)pair->status)};
    if (!table_row(table, cells)) break;
  }
  printf("%s\n", summary_mode(summary, mode));
  if (table) table_print(table, 2, stdout);
}

void summary_print_pairs(const struct summary *summary)
{
  printf("\n== %s (%zu) ==\n", _("Who supports whom"), summary->partnerships.n);
  for (size_t i = 0; i < summary->partnerships.n; i++)
    if (!mode_listed(summary, i))
      print_mode(summary, ((const Reg__Partnership *)summary->partnerships.items[i])->mode);
}

static json_t *json_list(const struct request_list *list)
{
  json_t *array = json_array();
  for (size_t i = 0; i < list->n; i++)
    json_array_append_new(array, pbjson_write(list->items[i]));
  return array;
}

static void add_present(const struct summary *summary, json_t *all)
{
  json_t *runs = json_array(), *quotas = json_array();
  for (size_t p = 0; p < summary->plans.n; p++)
    for (size_t i = 0; i < summary->runs[p].n; i++)
      json_array_append_new(runs, pbjson_write(summary->runs[p].items[i]));
  for (size_t i = 0; i < summary->n_quotas; i++)
    json_array_append_new(quotas, pbjson_write(&summary->quotas[i].state->base));
  json_object_set_new(all, "plans", json_list(&summary->plans));
  json_object_set_new(all, "runs", runs);
  json_object_set_new(all, "assignments", json_list(&summary->assignments));
  json_object_set_new(all, "quotas", quotas);
  json_object_set_new(all, "unsigned", json_list(&summary->unsigned_));
}

static void print_json(const struct summary *summary)
{
  json_t *all = json_object();
  json_object_set_new(all, "year", json_string(summary->year));
  json_object_set_new(all, "agreement", pbjson_write(&summary->agreement->base));
  json_object_set_new(all, "partnerships", json_list(&summary->partnerships));
  if (*summary->as_of)
    json_object_set_new(all, "as_of", json_string(summary->as_of));
  else
    add_present(summary, all);
  json_dumpf(all, stdout, JSON_INDENT(2));
  putchar('\n');
  json_decref(all);
}

int summary_run(struct cli *cli)
{
  const char *as_of = args_get(cli->args, "--as-of");
  struct summary summary = {.cli = cli, .year = args_get(cli->args, "--year"), .as_of = as_of ? as_of : ""};
  int failed = summary_load(&summary, args_get(cli->args, "--agreement"));
  if (failed) return failed;
  if (cli->json) {
    print_json(&summary);
    return CLI_OK;
  }
  print_head(&summary);
  summary_print_pairs(&summary);
  if (*summary.as_of) {
    printf(
        _("\nAs of %s. Plans, postings and notices are kept in their present state: jiedui summary without "
          "--as-of\n"),
        summary.as_of);
    return CLI_OK;
  }
  summary_plan_print(&summary);
  summary_posting_print(&summary);
  summary_posting_quotas(&summary);
  summary_posting_notices(&summary);
  return CLI_OK;
}
