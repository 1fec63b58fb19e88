#include "services/cli/match.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/pbjson.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/table.h"
#include "services/cli/verb.h"
#include "services/cli/words.h"
#include <inttypes.h>

const char *match_findings(struct cli *cli, Dsp__Finding *const *findings, size_t n)
{
  const char *joined = "";
  for (size_t i = 0; i < n; i++) {
    const char *text = lang_pick(findings[i]->zh, findings[i]->en);
    const char *longer = arena_printf(cli->arena, "%s%s%s", joined, i ? (lang_zh() ? "；" : "; ") : "", text);
    if (longer) joined = longer;
  }
  return joined;
}

static void print_head(const Dsp__MatchRun *run)
{
  printf(_("match %s: %s\n"), run->id, words_of(&dsp__match_status__descriptor, (int)run->status));
  printf(_("  filled %u of %u with %u candidates; %s, %s\n"), run->filled, run->needed, run->candidates,
         run->method, run->optimal ? _("optimal") : _("not proved optimal"));
  for (size_t i = 0; i < run->n_levels; i++)
    printf("  %zu. %s = %" PRId64 "\n", i + 1, run->levels[i]->level, run->levels[i]->value);
}

static void print_pairs(struct cli *cli, const Dsp__MatchRun *run)
{
  const char *titles[] = {_("Line"), _("Person"), _("Home unit"), _("Host"), _("Why")};
  struct table_out *table = table_new(cli->arena, titles, 5);
  for (size_t i = 0; table && i < run->n_lines; i++) {
    const Dsp__MatchLine *line = run->lines[i];
    const char *cells[] = {arena_printf(cli->arena, "%u", line->plan_line), names_person(cli, line->person),
                           names_unit(cli, line->home), names_unit(cli, line->host),
                           match_findings(cli, line->reasons, line->n_reasons)};
    if (!table_row(table, cells)) break;
  }
  if (table && run->n_lines) table_print(table, 0, stdout);
}

static void print_unmet(struct cli *cli, const Dsp__MatchRun *run)
{
  if (run->n_unmet == 0) {
    puts(_("every need is filled"));
    return;
  }
  const char *titles[] = {_("Line"), _("Host"), _("Missing"), _("Why not")};
  struct table_out *table = table_new(cli->arena, titles, 4);
  puts(_("needs that stay open:"));
  for (size_t i = 0; table && i < run->n_unmet; i++) {
    const Dsp__UnmetLine *line = run->unmet[i];
    const char *cells[] = {arena_printf(cli->arena, "%u", line->plan_line), names_unit(cli, line->host),
                           arena_printf(cli->arena, "%u", line->missing),
                           match_findings(cli, line->reasons, line->n_reasons)};
    if (!table_row(table, cells)) break;
  }
  if (table) table_print(table, 0, stdout);
}

static void print_run(struct cli *cli, const Dsp__MatchRun *run)
{
  if (cli->json) {
    pbjson_print(stdout, &run->base);
  } else if (cli->quiet) {
    puts(run->id);
  } else {
    print_head(run);
    print_pairs(cli, run);
    print_unmet(cli, run);
    if (run->status == DSP__MATCH_STATUS__MATCH_PROPOSED) printf(_("next: jiedui match adopt %s\n"), run->id);
  }
}

// Sends the verb's method; *ret_reply NULL after a dry run.
static int ask(struct cli *cli, const ProtobufCMessage **ret_reply)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  struct session_call call = {.method = cli->verb->method, .request = message};
  return session_send(cli, &call, NULL, ret_reply);
}

int match_run_run(struct cli *cli)
{
  const ProtobufCMessage *reply;
  int failed = ask(cli, &reply);
  const Dsp__MatchReply *answer = failed ? NULL : (const void *)reply;
  if (answer && answer->run) print_run(cli, answer->run);
  return failed;
}

int match_show_run(struct cli *cli)
{
  const ProtobufCMessage *reply;
  int failed = ask(cli, &reply);
  if (!failed) print_run(cli, (const void *)reply);
  return failed;
}
