#include "services/cli/call.h"
#include "services/cli/args.h"
#include "services/cli/file.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include <string.h>

#define CALL_MAX_BYTES (8 * 1024 * 1024)

static int list_methods(void)
{
  struct catalogue_method method;
  for (size_t i = 0; catalogue_at(i, &method); i++)
    printf("%s.%s  %s  %s -> %s\n", method.area, method.name, method.query ? _("query") : _("command"),
           method.request->short_name, method.reply->short_name);
  return CLI_OK;
}

static int unknown_method(struct cli *cli, const char *name)
{
  say_error(0, _("there is no method %s"), name);
  const char *near = catalogue_suggest(name, cli->arena);
  if (near) {
    say_fix(_("did you mean %s?"), near);
  } else {
    say_fix(_("jiedui call --list shows them all"));
  }
  return CLI_USAGE;
}

// '{json}', @file, or - for standard input; nothing = {}
static const char *body_text(struct cli *cli, const char *given)
{
  size_t length;
  int error = 0;
  if (!given) return "{}";
  const char *path = given[0] == '@' ? given + 1 : strcmp(given, "-") == 0 ? "-" : NULL;
  if (!path) return given;
  const char *text = file_read(path, CALL_MAX_BYTES, cli->arena, &length, &error);
  if (!text) say_error(0, "%s: %s", path, strerror(-error));
  return text;
}

static ProtobufCMessage *read_body(struct cli *cli, const struct catalogue_method *method, const char *text)
{
  json_error_t error;
  json_t *json = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
  if (!json) {
    say_error(0, _("this is not JSON: line %d, column %d: %s"), error.line, error.column, error.text);
    return NULL;
  }
  struct pbjson_fault fault;
  ProtobufCMessage *message = pbjson_read(method->request, json, cli->arena, &fault);
  json_decref(json);
  if (message) return message;
  say_error(0, "%s: %s", fault.path[0] ? fault.path : method->request->short_name, fault.text);
  if (fault.near[0]) say_fix(_("did you mean %s?"), fault.near);
  return NULL;
}

int call_run(struct cli *cli)
{
  const char *name = args_get(cli->args, "METHOD"), *to = args_get(cli->args, "--to");
  struct catalogue_method method;
  if (args_get(cli->args, "--list")) return list_methods();
  if (!name) return say_error(CLI_USAGE, _("METHOD is missing: jiedui call --list shows them all"));
  if (!catalogue_find(name, &method)) return unknown_method(cli, name);
  if (strcmp(method.area, "ops") == 0 && !to) {
    say_error(0, _("every daemon answers %s"), name);
    say_fix(_("say which one: --to registry, --to dispatch or --to notify"));
    return CLI_USAGE;
  }
  const char *text = body_text(cli, args_get(cli->args, "JSON"));
  ProtobufCMessage *request = text ? read_body(cli, &method, text) : NULL;
  if (!request) return CLI_USAGE;
  struct session_call call = {.method = name, .to = to, .request = request};
  const ProtobufCMessage *reply;
  int failed = session_send(cli, &call, NULL, &reply);
  if (!failed && reply) pbjson_print(stdout, reply);
  return failed;
}
