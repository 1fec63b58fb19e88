#include "services/cli/ops.h"
#include "common/base/date.h"
#include "proto/ops.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/config.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/show.h"
#include "services/cli/table.h"
#include <inttypes.h>
#include <string.h>

static int check_area(const char *area)
{
  if (!area || catalogue_area_known(area)) return CLI_OK;
  say_error(0, _("there is no area %s"), area);
  say_fix(_("registry, dispatch or notify"));
  return CLI_USAGE;
}

// One order or question to several daemons. With --json their answers are one document: an array; that of a
// single daemon stands alone.
struct each {
  ProtobufCMessage *request; // NULL = the function knows it
  json_t *gathered;
};
typedef int each_fn(struct cli *cli, const char *area, struct each *each);

static void print_json(struct each *each, const ProtobufCMessage *message)
{
  if (each->gathered) {
    json_array_append_new(each->gathered, pbjson_write(message));
  } else {
    pbjson_print(stdout, message);
  }
}

// The area given, or all that the configuration lists; the worst exit code wins.
static int each_area(struct cli *cli, const char *only, each_fn *fn, ProtobufCMessage *request)
{
  int code = check_area(only);
  if (code) return code;
  const struct config *config = config_get(cli);
  if (!config) return CLI_USAGE;
  struct each each = {.request = request, .gathered = cli->json && !only ? json_array() : NULL};
  for (const char *const *area = catalogue_areas; *area; area++) {
    if (only ? strcmp(only, *area) != 0 : !config_daemon(config, *area)) continue;
    int failed = fn(cli, *area, &each);
    if (failed) code = failed;
  }
  if (each.gathered) {
    json_dumpf(each.gathered, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(each.gathered);
  }
  return code;
}

// ---- ping ----

static int ping_one(struct cli *cli, const char *area, struct each *each)
{
  int exit_code;
  struct bus_client *client = session_client(cli, area, &exit_code);
  if (!client) return exit_code;
  Bus__Pong *pong = NULL;
  int error = bus_client_ping(client, cli->arena, &pong);
  if (error) return session_silent(cli, area, error);
  if (cli->json) {
    print_json(each, &pong->base);
  } else if (!cli->quiet) {
    printf(_("%s %s: %s, head %" PRIu64 ", %s, you are %s\n"), area, pong->version,
           pong->ready ? _("ready") : _("not ready"), pong->head, show_time(cli->arena, pong->time_us),
           *pong->principal ? pong->principal : _("nobody"));
  }
  return pong->ready ? CLI_OK : CLI_UNREACHABLE;
}

int ops_ping_run(struct cli *cli)
{
  return each_area(cli, args_get(cli->args, "AREA"), ping_one, NULL);
}

// ---- status, stats ----

static int ask(struct cli *cli, const char *area, const char *method, const ProtobufCMessage *request,
               const ProtobufCMessage **ret)
{
  struct session_call call = {.method = method, .to = area, .request = request, .once = true};
  return session_send(cli, &call, NULL, ret);
}

static void print_status(struct cli *cli, const char *area, const Ops__DaemonStatus *status)
{
  printf("%s %s  %s%s\n", area, status->version, status->ready ? _("ready") : _("not ready"),
         status->draining ? _(", draining") : "");
  printf(_("  head %" PRIu64 ", epoch %" PRIu64 ", oldest %" PRIu64 ", business time %s%s\n"), status->head,
         status->epoch, status->first, show_time(cli->arena, status->time_us),
         status->simulated_clock ? _(" (simulated)") : "");
  printf(_("  store %" PRIu64 " of %" PRIu64 " MiB, disk free %" PRIu64 " MiB%s\n"), status->map_used >> 20,
         status->map_size >> 20, status->disk_free >> 20,
         status->accepts_creations ? "" : _(": TOO LITTLE, creations are refused"));
  for (size_t i = 0; i < status->n_follows; i++) {
    const Ops__FollowStatus *follow = status->follows[i];
    printf(_("  follows %s: at %" PRIu64 " of %" PRIu64 "%s%s%s\n"), follow->area, follow->seq, follow->head,
           follow->connected ? "" : _(", NOT CONNECTED"), *follow->parked_event ? _(", parked event ") : "",
           follow->parked_event);
  }
}

static int status_one(struct cli *cli, const char *area, struct each *each)
{
  Ops__StatusQuery query = OPS__STATUS_QUERY__INIT;
  const ProtobufCMessage *reply;
  int failed = ask(cli, area, "ops.Status", &query.base, &reply);
  if (failed) return failed;
  if (cli->json) {
    print_json(each, reply);
  } else {
    print_status(cli, area, (const void *)reply);
  }
  return CLI_OK;
}

int ops_status_run(struct cli *cli)
{
  return each_area(cli, args_get(cli->args, "AREA"), status_one, NULL);
}

int ops_stats_run(struct cli *cli)
{
  Ops__StatsQuery query = OPS__STATS_QUERY__INIT;
  const ProtobufCMessage *reply;
  const char *area = args_get(cli->args, "AREA");
  int failed = check_area(area);
  if (!failed) failed = ask(cli, area, "ops.Stats", &query.base, &reply);
  if (failed) return failed;
  if (cli->json) {
    pbjson_print(stdout, reply);
  } else {
    fputs(((const Ops__Stats *)reply)->text, stdout);
  }
  return CLI_OK;
}

// ---- orders to one daemon ----

static int build(struct cli *cli, const char *area, ProtobufCMessage **ret)
{
  int failed = check_area(area);
  return failed ? failed : request_build(cli, NULL, ret);
}

int ops_send_run(struct cli *cli)
{
  const char *area = args_get(cli->args, "AREA");
  ProtobufCMessage *message;
  const ProtobufCMessage *reply;
  int failed = build(cli, area, &message);
  if (failed) return failed;
  struct session_call call = {.method = cli->verb->method, .to = area, .request = message};
  failed = session_send(cli, &call, NULL, &reply);
  if (!failed && reply) request_told(cli, reply, false);
  return failed;
}

int ops_verify_run(struct cli *cli)
{
  const char *area = args_get(cli->args, "AREA");
  ProtobufCMessage *message;
  const ProtobufCMessage *reply;
  int failed = build(cli, area, &message);
  if (!failed) failed = ask(cli, area, cli->verb->method, message, &reply);
  if (failed) return failed;
  const Ops__VerifyAnswer *answer = (const void *)reply;
  if (cli->json) {
    pbjson_print(stdout, reply);
  } else if (answer->ok) {
    printf(_("%s: %" PRIu64 " rows verified, head hash %s\n"), area, answer->rows, answer->head_hash);
  } else {
    say_error(0, _("%s: the journal is damaged at position %" PRIu64), area, answer->bad_seq);
    say_fix(_("stop the daemon and restore the last good backup"));
  }
  return answer->ok ? CLI_OK : CLI_REFUSED;
}

// ---- what became of a command ----

static const char *type_name(const char *type)
{
  const char *dot = strrchr(type, '.');
  return dot ? dot + 1 : type;
}

static void print_trace(struct cli *cli, const char *area, const Ops__CommandTrace *trace)
{
  const char *behalf = *trace->on_behalf_of ? trace->on_behalf_of : "-";
  if (trace->accepted_us)
    printf(_("%s: accepted %s, sent by %s (for %s), position %" PRIu64 ", %u events\n"), area,
           show_time(cli->arena, trace->accepted_us), trace->principal, behalf, trace->seq,
           trace->n_all_events);
  if (trace->n_events)
    show_table(cli, (const ProtobufCMessage *const *)trace->events, trace->n_events,
               "seq type subject division rev", 2);
  if (!trace->refused_us) return;
  printf(_("%s: %s refused %s, sent by %s (for %s)\n"), area, type_name(trace->method),
         show_time(cli->arena, trace->refused_us), trace->principal, behalf);
  printf("  %s: %s\n", say_clean(cli->arena, trace->reason),
         say_clean(cli->arena, lang_pick(trace->message_zh, trace->message_en)));
  const char *fix = lang_pick(trace->fix_zh, trace->fix_en);
  if (*fix) printf("  -> %s\n", say_clean(cli->arena, fix));
}

// CLI_NOT_FOUND without a word: another daemon may know it.
static int trace_one(struct cli *cli, const char *area, struct each *each)
{
  int exit_code;
  struct bus_client *client = session_client(cli, area, &exit_code);
  if (!client) return exit_code;
  const Bus__Status *status = NULL;
  const ProtobufCMessage *reply = NULL;
  const struct session_call call = {
      .method = "ops.Command", .to = area, .request = each->request, .once = true};
  int failed = session_try_call(cli, &call, &status, &reply);
  if (failed == CLI_NOT_FOUND) return failed;
  if (failed) return ask(cli, area, "ops.Command", each->request, &reply); // once more, with its words
  if (cli->json) {
    print_json(each, reply);
  } else {
    print_trace(cli, area, (const void *)reply);
  }
  return CLI_OK;
}

static int trace_all(struct cli *cli, ProtobufCMessage *request)
{
  const struct config *config = config_get(cli);
  struct each each = {.request = request};
  int code = CLI_NOT_FOUND;
  for (const char *const *area = catalogue_areas; config && *area; area++) {
    int failed = config_daemon(config, *area) ? trace_one(cli, *area, &each) : CLI_NOT_FOUND;
    if (failed != CLI_NOT_FOUND && code != CLI_OK) code = failed;
  }
  return config ? code : CLI_USAGE;
}

int ops_command_run(struct cli *cli)
{
  const char *area = args_get(cli->args, "AREA"), *by = args_get(cli->args, "--by");
  ProtobufCMessage *request;
  struct each each = {0};
  int failed = area ? check_area(area) : CLI_OK;
  if (!failed) failed = request_build(cli, NULL, &request);
  if (failed) return failed;
  each.request = request;
  failed = area ? trace_one(cli, area, &each) : trace_all(cli, request);
  if (failed != CLI_NOT_FOUND) return failed;
  say_error(0, _("no command of %s under the key %s is known"), by ? by : _("yours"),
            args_get(cli->args, "KEY"));
  say_fix(_("--by NAME asks about another sender; refusals are kept for a while only"));
  return CLI_NOT_FOUND;
}

// ---- clock ----

bool ops_moment(const char *text, uint64_t *ret_us)
{
  char day[DATE_SIZE];
  size_t length = strlen(text);
  unsigned hour = 8, minute = 0;
  int used = 0;
  if (length < 10 || (length > 10 && text[10] != 'T' && text[10] != ' ')) return false;
  memcpy(day, text, 10);
  day[10] = '\0';
  if (!date_is_day(day)) return false;
  bool timed = length > 10;
  if (timed && (sscanf(text + 11, "%2u:%2u%n", &hour, &minute, &used) != 2 || text[11 + used])) return false;
  if (hour > 23 || minute > 59) return false;
  *ret_us = (uint64_t)date_start_us(day) + (hour * 60ull + minute) * 60000000ull;
  return true;
}

static int set_one(struct cli *cli, const char *area, struct each *each)
{
  struct session_call call = {.method = "ops.SetClock", .to = area, .request = each->request};
  const ProtobufCMessage *reply;
  int failed = session_send(cli, &call, NULL, &reply);
  if (failed || !reply || cli->quiet) return failed;
  if (cli->json) {
    print_json(each, reply);
  } else {
    printf("%s %s\n", area, show_time(cli->arena, ((const Ops__ClockAnswer *)reply)->time_us));
  }
  return CLI_OK;
}

static int show_one(struct cli *cli, const char *area, struct each *each)
{
  Ops__StatusQuery query = OPS__STATUS_QUERY__INIT;
  const ProtobufCMessage *reply;
  int failed = ask(cli, area, "ops.Status", &query.base, &reply);
  if (failed) return failed;
  const Ops__DaemonStatus *status = (const void *)reply;
  if (cli->json) {
    print_json(each, reply);
  } else {
    printf("%s %s%s\n", area, show_time(cli->arena, status->time_us),
           status->simulated_clock ? _(" (simulated)") : "");
  }
  return CLI_OK;
}

// [AREA] [set DATE|DATETIME]
int ops_clock_run(struct cli *cli)
{
  size_t at = 0;
  const char *word = args_next(cli->args, "WORD", &at), *area = NULL;
  if (word && strcmp(word, "set") != 0) {
    area = word;
    word = args_next(cli->args, "WORD", &at);
  }
  if (!word) return each_area(cli, area, show_one, NULL);
  const char *moment = args_next(cli->args, "WORD", &at);
  Ops__SetClock command = OPS__SET_CLOCK__INIT;
  if (strcmp(word, "set") != 0 || !moment || args_next(cli->args, "WORD", &at))
    return say_error(CLI_USAGE, _("clock takes [AREA] [set DATE|DATETIME]"));
  if (!ops_moment(moment, &command.time_us))
    return say_error(CLI_USAGE, _("%s is neither YYYY-MM-DD nor YYYY-MM-DDTHH:MM"), moment);
  return each_area(cli, area, set_one, &command.base);
}
