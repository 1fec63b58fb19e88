#include "services/cli/session.h"
#include "common/base/cleanup.h"
#include "common/base/pb.h"
#include "services/cli/config.h"
#include "services/cli/keygen.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/probe.h"
#include "services/cli/say.h"
#include <errno.h>
#include <string.h>

#define SESSION_AREAS 3
#define PROBE_WAIT_MS 1500

struct session {
  zcert_t *own;
  struct {
    const struct config_daemon *daemon;
    const char *server_key;
    struct bus_client *client;
  } peers[SESSION_AREAS];
  size_t n;
};

static struct session *session_get(struct cli *cli)
{
  if (cli->session) return cli->session;
  zsys_init();
  zsys_handler_set(NULL); // an interrupt ends the tool at once
  zcert_t *own = keygen_own(cli);
  if (!own) return NULL;
  cli->session = ARENA_NEW(cli->arena, struct session);
  if (cli->session) {
    cli->session->own = own;
  } else {
    zcert_destroy(&own);
  }
  return cli->session;
}

void session_close(struct cli *cli)
{
  struct session *session = cli->session;
  if (!session) return;
  for (size_t i = 0; i < session->n; i++)
    bus_client_close(session->peers[i].client);
  zcert_destroy(&session->own);
  cli->session = NULL;
}

static int nobody_there(const struct config_daemon *daemon)
{
  say_error(0, _("%s: nobody listens at %s"), daemon->area, daemon->endpoint);
  say_fix(_("is jiedui-%sd running? does the configuration name its endpoint?"), daemon->area);
  return CLI_UNREACHABLE;
}

static struct bus_client *open_client(struct cli *cli, struct session *session,
                                      const struct config_daemon *daemon, int *ret_exit)
{
  const char *server_key = keygen_public(cli, daemon->server_key);
  *ret_exit = CLI_USAGE;
  if (!server_key) return NULL;
  if (!probe_listens(daemon->endpoint, PROBE_WAIT_MS)) {
    *ret_exit = nobody_there(daemon);
    return NULL;
  }
  struct bus_client_options options = {.endpoint = daemon->endpoint,
                                       .server_key = server_key,
                                       .cert = session->own,
                                       .timeout_ms = cli->timeout_ms};
  struct bus_client *client = NULL;
  int error = bus_client_open(&options, &client);
  if (error) {
    *ret_exit = say_failure(error, daemon->endpoint);
    return NULL;
  }
  session->peers[session->n].daemon = daemon;
  session->peers[session->n].server_key = server_key;
  session->peers[session->n++].client = client;
  return client;
}

struct bus_client *session_client(struct cli *cli, const char *area, int *ret_exit)
{
  const struct config *config = config_get(cli);
  *ret_exit = CLI_USAGE;
  if (!config) return NULL;
  const struct config_daemon *daemon = config_daemon(config, area);
  if (!daemon) {
    say_error(0, _("the configuration lists no daemon for %s"), area);
    say_fix(_("add {area: %s, endpoint: ..., server_key: ...} under daemons:"), area);
    return NULL;
  }
  struct session *session = session_get(cli);
  *ret_exit = CLI_DENIED;
  if (!session) return NULL;
  for (size_t i = 0; i < session->n; i++)
    if (session->peers[i].daemon == daemon) return session->peers[i].client;
  return open_client(cli, session, daemon, ret_exit);
}

static int key_refused(const struct session *session, const char *area)
{
  say_error(0, _("%s does not accept this key"), area);
  say_fix(_("let the operator list %s in the principals file and reload"), zcert_public_txt(session->own));
  return CLI_DENIED;
}

int session_silent(struct cli *cli, const char *area, int error)
{
  struct session *session = cli->session;
  if (error != -ETIMEDOUT && error != -EACCES) return say_failure(error, area);
  for (size_t i = 0; session && i < session->n; i++) {
    const struct config_daemon *daemon = session->peers[i].daemon;
    if (strcmp(daemon->area, area) != 0) continue;
    if (error == -EACCES) return key_refused(session, area);
    switch (probe_endpoint(daemon->endpoint, session->peers[i].server_key, session->own, PROBE_WAIT_MS)) {
    case PROBE_NOBODY:
      return nobody_there(daemon);
    case PROBE_KEY_REFUSED:
      return key_refused(session, area);
    case PROBE_NOT_JIEDUI:
      say_error(0, _("%s: the handshake with %s failed"), area, daemon->endpoint);
      say_fix(_("does %s hold the key of the daemon that listens there?"), daemon->server_key);
      return CLI_UNREACHABLE;
    case PROBE_SLOW:
      break;
    }
  }
  say_error(0, _("%s did not answer in time"), area);
  say_fix(_("a command may have been done all the same: repeat it with the same --key"));
  return CLI_TIMEOUT;
}

// "would happen: AgreementSubmitted {..}"
static void print_events(struct cli *cli, const Bus__Status *status)
{
  if (cli->json) {
    pbjson_print(stdout, &status->base);
    return;
  }
  printf(_("dry run: nothing was changed; %zu events would follow\n"), status->n_events);
  for (size_t i = 0; i < status->n_events; i++)
    printf("  %s %s\n", say_clean(cli->arena, status->events[i]->type),
           say_clean(cli->arena, status->events[i]->subject));
}

static int decode_reply(struct cli *cli, const struct catalogue_method *method, const Bus__Status *status,
                        const ProtobufCMessage **ret)
{
  struct pb_fault fault;
  *ret = pb_admit(method->reply, status->result.data, status->result.len, cli->arena, &fault);
  if (*ret) return CLI_OK;
  return say_error(CLI_UNREACHABLE, _("the answer to %s cannot be read (%s)"), method->name, fault.what);
}

static int exchange(struct cli *cli, const struct session_call *call, const struct catalogue_method *method,
                    const Bus__Status **ret)
{
  const char *area = call->to ? call->to : method->area;
  int exit_code;
  struct bus_client *client = session_client(cli, area, &exit_code);
  if (!client) return exit_code;
  uint8_t *body;
  struct bus_call out = {.type = catalogue_type(method, cli->arena), .query = method->query};
  out.length = pb_pack(cli->arena, call->request, &body);
  out.body = body;
  if (!method->query && !call->once) {
    out.idem_key = call->key ? call->key : cli->key;
    out.expect_rev = cli->rev;
    out.dry_run = cli->dry_run;
  }
  Bus__Status *status = NULL;
  int error = bus_client_call(client, &out, cli->arena, &status);
  if (error) return session_silent(cli, area, error);
  *ret = status;
  return CLI_OK;
}

int session_send(struct cli *cli, const struct session_call *call, const Bus__Status **ret_status,
                 const ProtobufCMessage **ret_reply)
{
  struct catalogue_method method;
  const Bus__Status *status = NULL;
  if (!catalogue_find(call->method, &method)) return say_error(CLI_USAGE, _("no method %s"), call->method);
  int failed = exchange(cli, call, &method, &status);
  if (failed) return failed;
  if (ret_status) *ret_status = status;
  *ret_reply = NULL;
  if (status->code != BUS__CODE__CODE_OK) return say_status(cli, status);
  if (cli->dry_run && !method.query && !call->once) {
    print_events(cli, status);
    return CLI_OK;
  }
  return decode_reply(cli, &method, status, ret_reply);
}

int session_ask(struct cli *cli, const char *method, const ProtobufCMessage *request,
                const ProtobufCMessage **ret_reply)
{
  struct session_call call = {.method = method, .request = request, .once = true};
  return session_send(cli, &call, NULL, ret_reply);
}

int session_try(struct cli *cli, const char *name, const ProtobufCMessage *request,
                const Bus__Status **ret_status, const ProtobufCMessage **ret_reply)
{
  const struct session_call call = {.method = name, .request = request, .once = true};
  return session_try_call(cli, &call, ret_status, ret_reply);
}

int session_try_call(struct cli *cli, const struct session_call *call, const Bus__Status **ret_status,
                     const ProtobufCMessage **ret_reply)
{
  struct catalogue_method method;
  *ret_reply = NULL;
  if (!catalogue_find(call->method, &method)) return say_error(CLI_USAGE, _("no method %s"), call->method);
  int failed = exchange(cli, call, &method, ret_status);
  if (failed || (*ret_status)->code != BUS__CODE__CODE_OK)
    return failed ? failed : say_exit((*ret_status)->code);
  return decode_reply(cli, &method, *ret_status, ret_reply);
}
