#include "services/cli/body.h"
#include "proto/supervision.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/fill.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include <errno.h>
#include <string.h>

static size_t count(const struct cli *cli, const char *name)
{
  size_t n = 0;
  for (size_t at = 0; args_next(cli->args, name, &at);)
    n++;
  return n;
}

// "REF=POST"
static int add_member(struct cli *cli, const char *option, const char *text, Reg__BodyMember **ret)
{
  const char *equals = strchr(text, '='), *id;
  Reg__BodyMember *member = (Reg__BodyMember *)fill_new(cli->arena, &reg__body_member__descriptor);
  if (!equals || equals == text || !equals[1])
    return say_error(CLI_USAGE, _("%s %s: REF=POST is expected"), option, text);
  char *ref = arena_strndup(cli->arena, text, (size_t)(equals - text));
  if (!member || !ref) return say_failure(-ENOMEM, option);
  int failed = names_unit_id(cli, ref, &id);
  if (failed) return failed;
  member->institution = (char *)id;
  member->post = (char *)equals + 1;
  member->head = strcmp(option, "--head") == 0;
  *ret = member;
  return CLI_OK;
}

static int add_members(struct cli *cli, Reg__BodyMember ***ret, size_t *ret_n)
{
  static const char *const options[] = {"--head", "--member"};
  const char *text;
  *ret_n = 0;
  *ret = ARENA_ARRAY(cli->arena, Reg__BodyMember *, count(cli, "--head") + count(cli, "--member") + 1);
  if (!*ret) return say_failure(-ENOMEM, "--member");
  for (size_t i = 0; i < 2; i++)
    for (size_t at = 0; (text = args_next(cli->args, options[i], &at));) {
      int failed = add_member(cli, options[i], text, &(*ret)[*ret_n]);
      if (failed) return failed;
      ++*ret_n;
    }
  return CLI_OK;
}

int body_form_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  Reg__FormBody *command = (Reg__FormBody *)message;
  if (!failed) failed = add_members(cli, &command->members, &command->n_members);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

int body_amend_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  Reg__AmendBody *command = (Reg__AmendBody *)message;
  if (!failed) failed = add_members(cli, &command->members, &command->n_members);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}
