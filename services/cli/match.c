#include "services/cli/match.h"
#include "services/cli/args.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/pbjson.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/table.h"
#include "services/cli/verb.h"
#include "services/cli/words.h"
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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

// What a level of the answer counts.
static const char *level_text(const char *level)
{
  static const struct {
    const char *level, *text;
  } levels[] = {
      {"guarantee", N_("places short of a guarantee")},
      {"unfilled", N_("unfilled places (weighted by class)")},
      {"changes", N_("people placed otherwise than before")},
      {"pairs_not_kept", N_("pairs not kept")},
      {"persons_not_kept", N_("people not at their host of last year")},
      {"stage_gap", N_("stage and subject gap")},
      {"distance", N_("distance")},
      {"hardship", N_("hardship mismatch")},
      {"wish_rank", N_("wish rank")},
      {"burden", N_("uneven burden")},
  };
  for (size_t i = 0; i < sizeof levels / sizeof *levels; i++)
    if (strcmp(levels[i].level, level) == 0) return _(levels[i].text);
  return level; // of a newer dispatchd
}

static void print_head(const Dsp__MatchRun *run)
{
  printf(_("match %s: %s\n"), run->id, words_of(&dsp__match_status__descriptor, (int)run->status));
  printf(_("  filled %u of %u with %u candidates; %s\n"), run->filled, run->needed, run->candidates,
         run->optimal ? _("optimal") : _("not proved optimal"));
  if (!run->optimal && run->gap >= 0)
    printf(_("  at most %" PRId64 " from the best on level %s\n"), run->gap, level_text(run->gap_level));
  for (size_t i = 0; i < run->n_levels; i++)
    printf("  %zu. %s = %" PRId64 "\n", i + 1, level_text(run->levels[i]->level), run->levels[i]->value);
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
  puts(_("needs that stay open:"));
  for (size_t i = 0; i < run->n_unmet; i++) {
    const Dsp__UnmetLine *line = run->unmet[i];
    printf(_("  line %u, %s: %u missing\n"), line->plan_line, names_unit(cli, line->host), line->missing);
    for (size_t k = 0; k < line->n_reasons; k++)
      printf("    - %s\n", lang_pick(line->reasons[k]->zh, line->reasons[k]->en));
  }
}

// "unfilled places (weighted by class) -1, wish rank +2"
static const char *changes(struct cli *cli, Dsp__LevelValue *const *levels, size_t n)
{
  const char *text = "";
  for (size_t i = 0; text && i < n; i++)
    if (levels[i]->value != 0)
      text = arena_printf(cli->arena, "%s%s%s %+" PRId64, text, *text ? (lang_zh() ? "，" : ", ") : "",
                          level_text(levels[i]->level), levels[i]->value);
  return text && *text ? text : "-";
}

static void print_quotas(struct cli *cli, const Dsp__MatchRun *run)
{
  const char *titles[] = {_("Figure"), _("Used"), _("At least"), _("At most"), _("One more would change")};
  struct table_out *table = table_new(cli->arena, titles, 5);
  for (size_t i = 0; table && i < run->n_quotas; i++) {
    const Dsp__MatchQuota *quota = run->quotas[i];
    const char *cells[] = {lang_pick(quota->zh, quota->en), arena_printf(cli->arena, "%u", quota->used),
                           arena_printf(cli->arena, "%u", quota->min),
                           quota->limited ? arena_printf(cli->arena, "%u", quota->max) : "-",
                           changes(cli, quota->worth, quota->n_worth)};
    if (!table_row(table, cells)) break;
  }
  if (!table || run->n_quotas == 0) return;
  puts(_("figures that were kept to:"));
  table_print(table, 0, stdout);
}

static void print_envies(const Dsp__MatchRun *run)
{
  if (run->envies_total == 0) return;
  printf(_("claims to another place: %u\n"), run->envies_total);
  for (size_t i = 0; i < run->n_envies; i++)
    if (run->envies[i]->reason)
      printf("  %s\n", lang_pick(run->envies[i]->reason->zh, run->envies[i]->reason->en));
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
    print_quotas(cli, run);
    print_envies(run);
    if (run->status == DSP__MATCH_STATUS__MATCH_PROPOSED) printf(_("next: jiedui match adopt %s\n"), run->id);
  }
}

static int send_built(struct cli *cli, const ProtobufCMessage *message, const ProtobufCMessage **ret_reply)
{
  struct session_call call = {.method = cli->verb->method, .request = message};
  return session_send(cli, &call, NULL, ret_reply);
}

// Sends the verb's method; *ret_reply NULL after a dry run.
static int ask(struct cli *cli, const ProtobufCMessage **ret_reply)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  return failed ? failed : send_built(cli, message, ret_reply);
}

// "R11=2": a person and a line.
static int add_pin(struct cli *cli, const char *text, Dsp__RunMatch *command)
{
  const char *sign = strrchr(text, '='), *id;
  char *end = NULL;
  unsigned long line = sign ? strtoul(sign + 1, &end, 10) : 0;
  Dsp__MatchPin *pin = ARENA_NEW(cli->arena, Dsp__MatchPin);
  if (!pin) return say_failure(-ENOMEM, "--pin");
  if (!sign || !isdigit((unsigned char)sign[1]) || *end || line == 0 || line > UINT32_MAX)
    return say_error(CLI_USAGE, _("--pin: %s is not PERSON=LINE, e.g. R11=2"), text);
  int failed = names_person_id(cli, arena_printf(cli->arena, "%.*s", (int)(sign - text), text), &id);
  if (failed) return failed;
  dsp__match_pin__init(pin);
  pin->candidate = (char *)id;
  pin->plan_line = (uint32_t)line;
  command->pins[command->n_pins++] = pin;
  return CLI_OK;
}

int match_make_run(struct cli *cli)
{
  const ProtobufCMessage *reply;
  ProtobufCMessage *message;
  size_t at = 0;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Dsp__RunMatch *command = (Dsp__RunMatch *)message;
  command->pins = ARENA_ARRAY(cli->arena, Dsp__MatchPin *, cli->args->n + 1);
  if (!command->pins) return say_failure(-ENOMEM, "--pin");
  for (const char *text = args_next(cli->args, "--pin", &at); text && !failed;
       text = args_next(cli->args, "--pin", &at))
    failed = add_pin(cli, text, command);
  if (!failed) failed = send_built(cli, message, &reply);
  const Dsp__MatchReply *answer = failed ? NULL : (const void *)reply;
  if (answer && answer->run) print_run(cli, answer->run);
  return failed;
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

static void print_alternatives(struct cli *cli, const Dsp__MatchExplanation *answer)
{
  const char *titles[] = {_("Person"), _("Home unit"), _("Line"),
                          _("Host"),   _("Line now"),  _("What it changes")};
  struct table_out *table = table_new(cli->arena, titles, 6);
  for (size_t i = 0; i < answer->n_reasons; i++)
    printf("%s\n", lang_pick(answer->reasons[i]->zh, answer->reasons[i]->en));
  if (answer->n_alternatives == 0) puts(_("no alternatives"));
  for (size_t i = 0; table && i < answer->n_alternatives; i++) {
    const Dsp__MatchAlternative *one = answer->alternatives[i];
    const char *cells[] = {names_person(cli, one->person),
                           names_unit(cli, one->home),
                           arena_printf(cli->arena, "%u", one->plan_line),
                           names_unit(cli, one->host),
                           one->own_line ? arena_printf(cli->arena, "%u", one->own_line) : "-",
                           one->reason ? lang_pick(one->reason->zh, one->reason->en) : ""};
    if (!table_row(table, cells)) break;
  }
  if (table && answer->n_alternatives) table_print(table, 0, stdout);
}

int match_why_run(struct cli *cli)
{
  const ProtobufCMessage *reply;
  if (!args_get(cli->args, "--line") == !args_get(cli->args, "--person"))
    return say_error(CLI_USAGE, _("either --line or --person is needed"));
  int failed = ask(cli, &reply);
  if (failed) return failed;
  if (cli->json)
    pbjson_print(stdout, reply);
  else
    print_alternatives(cli, (const Dsp__MatchExplanation *)reply);
  return CLI_OK;
}
