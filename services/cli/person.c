#include "services/cli/person.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/fill.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/pbjson.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/show.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static int get_person(struct cli *cli, const char *id, const char *grant, const Reg__PersonView **ret)
{
  Reg__GetPerson query = REG__GET_PERSON__INIT;
  query.ref = (char *)id;
  query.grant = (char *)grant;
  return session_ask(cli, "registry.GetPerson", &query.base, (const ProtobufCMessage **)ret);
}

static void show_opened(struct cli *cli, const Reg__PersonView *view, uint64_t until_us)
{
  if (cli->json) {
    pbjson_print(stdout, &view->base);
    return;
  }
  Reg__PersonView opened = *view; // the rest of the record is shown by `person show`
  opened.person = NULL;
  show_record(cli, &opened.base, 0);
  printf(_("recorded; open to you until %s\n"), show_time(cli->arena, until_us));
}

int person_unmask_run(struct cli *cli)
{
  ProtobufCMessage *command;
  const ProtobufCMessage *reply = NULL;
  const Reg__PersonView *view;
  int failed = request_build(cli, NULL, &command);
  if (failed) return failed;
  struct session_call call = {.method = cli->verb->method, .request = command};
  failed = session_send(cli, &call, NULL, &reply);
  if (failed || !reply) return failed; // nothing more after a dry run
  const Reg__UnmaskPersonReply *grant = (const Reg__UnmaskPersonReply *)reply;
  failed = get_person(cli, ((const Reg__UnmaskPerson *)command)->id, grant->grant, &view);
  if (!failed) show_opened(cli, view, grant->until_us);
  return failed;
}

// ---- amending

// The lists that an option replaces as a whole: the stored one goes with the first value given.
static void replace_list(ProtobufCMessage *person, const char *name)
{
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(person->descriptor, name);
  if (field->label == PROTOBUF_C_LABEL_REPEATED)
    *(size_t *)((uint8_t *)person + field->quantifier_offset) = 0;
}

// "--title" sets person.title: the options are named as the fields, with - for _.
static int set_fields(struct cli *cli, ProtobufCMessage *person)
{
  static const char *const fields[] = {"category", "posts",      "stages", "subjects", "title",
                                       "honours",  "here_since", "status", NULL};
  static const char *const options[] = {"--category", "--post",       "--stage",  "--subject", "--title",
                                        "--honour",   "--here-since", "--status", NULL};
  struct fill_fault fault;
  const char *text;
  for (size_t i = 0; fields[i]; i++) {
    if (args_get(cli->args, options[i])) replace_list(person, fields[i]);
    for (size_t at = 0; (text = args_next(cli->args, options[i], &at));) {
      if (!*text) continue; // --post "" empties the list
      if (fill_field(cli->arena, person, fields[i], text, &fault)) continue;
      say_error(0, "%s: %s", options[i], fault.text);
      if (fault.near[0]) say_fix(_("did you mean %s?"), fault.near);
      return CLI_USAGE;
    }
  }
  return CLI_OK;
}

// A line of standard input: what stands on a command line can be seen by others on the host.
static const char *read_line(struct cli *cli)
{
  char line[256];
  if (!fgets(line, sizeof line, stdin)) return NULL;
  line[strcspn(line, "\r\n")] = '\0';
  const char *text = arena_strdup(cli->arena, line);
  sodium_memzero(line, sizeof line);
  return text;
}

static bool take_secret(struct cli *cli, Reg__AmendPerson *command, const char *text, Reg__SecretField field,
                        char **to)
{
  if (!text) return true;
  if (strcmp(text, "-") == 0 && !(text = read_line(cli))) return false;
  *to = (char *)text;
  command->secret_fields[command->n_secret_fields++] = field;
  return true;
}

// Only what is named: the rest of what is sealed stays, unseen.
static int set_secret(struct cli *cli, Reg__AmendPerson *command)
{
  Reg__PersonSecret *secret = ARENA_NEW(cli->arena, Reg__PersonSecret);
  command->secret_fields = ARENA_ARRAY(cli->arena, Reg__SecretField, 4);
  if (!secret || !command->secret_fields) return say_failure(-ENOMEM, "person");
  reg__person_secret__init(secret);
  const struct {
    const char *option;
    Reg__SecretField field;
    char **to;
  } fields[] = {{"--name", REG__SECRET_FIELD__SECRET_FIELD_NAME, &secret->name},
                {"--id-number", REG__SECRET_FIELD__SECRET_FIELD_ID_NUMBER, &secret->id_number},
                {"--phone", REG__SECRET_FIELD__SECRET_FIELD_PHONE, &secret->phone},
                {"--mail", REG__SECRET_FIELD__SECRET_FIELD_MAIL, &secret->mail}};
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (!take_secret(cli, command, args_get(cli->args, fields[i].option), fields[i].field, fields[i].to))
      return say_error(CLI_USAGE, _("%s: nothing to read on standard input"), fields[i].option);
  if (command->n_secret_fields) command->secret = secret;
  return CLI_OK;
}

int person_amend_run(struct cli *cli)
{
  ProtobufCMessage *message;
  const Reg__PersonView *view;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Reg__AmendPerson *command = (Reg__AmendPerson *)message;
  failed = get_person(cli, command->id, "", &view);
  if (failed) return failed;
  command->person = view->person;
  if (args_get(cli->args, "--home")) command->person->here_since = (char *)protobuf_c_empty_string;
  failed = set_fields(cli, &command->person->base);
  if (!failed) failed = set_secret(cli, command);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}
