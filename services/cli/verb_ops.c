// Verbs for those who run the daemons, and the general ones.
#include "services/cli/call.h"
#include "services/cli/feed.h"
#include "services/cli/keygen.h"
#include "services/cli/lang.h"
#include "services/cli/ops.h"
#include "services/cli/verb.h"

#define AREA(flags)                                                                                          \
  {                                                                                                          \
    "AREA", NULL, VERB_AREA, flags, NULL, N_("registry, dispatch or notify")                                 \
  }

static const struct verb_input keygen[] = {
    {"NAME", NULL, VERB_TEXT, VERB_REQUIRED | VERB_REPEATED, NULL, N_("name of the principal or daemon")},
    {"--out", NULL, VERB_TEXT, VERB_REQUIRED, "DIR", N_("folder for the key files")},
    VERB_END};
static const struct verb_input area_maybe[] = {AREA(0), VERB_END};
static const struct verb_input area_only[] = {AREA(VERB_REQUIRED), VERB_END};
static const struct verb_input log_level[] = {
    AREA(VERB_REQUIRED),
    {"LEVEL", "level", VERB_TEXT, VERB_REQUIRED, NULL, N_("error, warning, notice, info or debug")},
    VERB_END};
static const struct verb_input backup[] = {
    AREA(VERB_REQUIRED),
    {"DIR", "directory", VERB_TEXT, VERB_REQUIRED, NULL, N_("new folder on the daemon's host")},
    VERB_END};
static const struct verb_input command_show[] = {
    {"KEY", "key", VERB_TEXT, VERB_REQUIRED, NULL, N_("idempotency key, or the hex of the message id")},
    {"AREA", NULL, VERB_AREA, 0, NULL, N_("registry, dispatch or notify (default: all)")},
    {"--by", "principal", VERB_TEXT, 0, "NAME", N_("who sent it (default: yourself)")},
    VERB_END};
static const struct verb_input verify[] = {
    AREA(VERB_REQUIRED),
    {"--from", "from", VERB_TEXT, 0, "SEQ", N_("first position (default: the oldest held)")},
    {"--to", "to", VERB_TEXT, 0, "SEQ", N_("last position (default: the head)")},
    VERB_END};
static const struct verb_input clock_inputs[] = {
    {"WORD", NULL, VERB_TEXT, VERB_REPEATED, NULL,
     N_("[AREA] [set DATE|DATETIME]: a date means 08:00 of that day, UTC+8")},
    VERB_END};
static const struct verb_input call[] = {
    {"METHOD", NULL, VERB_TEXT, 0, NULL, N_("AREA.Method, e.g. registry.GetInstitution")},
    {"JSON", NULL, VERB_TEXT, 0, NULL, N_("the request: '{...}', @FILE, or - for standard input")},
    {"--list", NULL, VERB_FLAG, 0, NULL, N_("list the methods")},
    {"--to", NULL, VERB_TEXT, 0, "AREA", N_("which daemon, for ops methods")},
    VERB_END};
static const struct verb_input feed[] = {
    AREA(VERB_REQUIRED),
    {"--after", NULL, VERB_TEXT, 0, "SEQ", N_("start after this position (default: 0)")},
    {"--follow", NULL, VERB_FLAG, 0, NULL, N_("wait for further events")},
    {"--max", NULL, VERB_TEXT, 0, "N", N_("stop after so many events")},
    {"--type", NULL, VERB_TEXT, VERB_REPEATED, "TYPE", N_("only events of this type, e.g. PlanApproved")},
    VERB_END};

const struct verb verb_ops_table[] = {
    {"keygen", NULL, N_("Make key pairs"), NULL, keygen_run, keygen, NULL, NULL},
    {"ping", NULL, N_("Ask the daemons whether they are there and ready"), NULL, ops_ping_run, area_maybe,
     NULL, NULL},
    {"status", NULL, N_("State of the daemons"), NULL, ops_status_run, area_maybe, NULL, NULL},
    {"stats", NULL, N_("Counters of a daemon, in Prometheus text form"), "ops.Stats", ops_stats_run,
     area_only, NULL, NULL},
    {"drain", NULL, N_("Let a daemon finish and take no more commands"), "ops.Drain", ops_send_run, area_only,
     NULL, NULL},
    {"loglevel", NULL, N_("Set the log level of a daemon"), "ops.SetLogLevel", ops_send_run, log_level, NULL,
     NULL},
    {"reload", NULL, N_("Let a daemon read its principals and log level again"), "ops.Reload", ops_send_run,
     area_only, NULL, NULL},
    {"command", "show", N_("Tell what became of a command, by its idempotency key"), "ops.Command",
     ops_command_run, command_show, NULL, NULL},
    {"backup", NULL, N_("Let a daemon copy its store and verify the copy"), "ops.Backup", ops_send_run,
     backup, NULL, NULL},
    {"verify", NULL, N_("Let a daemon verify its journal's hash chain"), "ops.VerifyJournal", ops_verify_run,
     verify, NULL, NULL},
    {"clock", NULL, N_("Show the business clock, or set a simulated one"), NULL, ops_clock_run, clock_inputs,
     NULL, NULL},
    {"call", NULL, N_("Call any method with a request in JSON"), NULL, call_run, call, NULL, NULL},
    {"feed", NULL, N_("Print the events of a daemon as JSON lines"), NULL, feed_run, feed, NULL, NULL},
    {0},
};
