#include "services/cli/programme_show.h"
#include "proto/registry.pb-c.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/programme_sheet.h"
#include "services/cli/request.h"
#include "services/cli/session.h"
#include "services/cli/verb.h"
#include <stdio.h>
#include <string.h>

// What it extends, to say what of it is inherited; NULL where it may not be read or is gone.
static const Prg__Programme *parent_of(struct cli *cli, const Prg__Programme *programme)
{
  Reg__GetProgramme query = REG__GET_PROGRAMME__INIT;
  const Bus__Status *status;
  const ProtobufCMessage *reply = NULL;
  if (!programme->extends) return NULL;
  query.id = programme->extends->id;
  query.version = programme->extends->version;
  int failed = session_try(cli, "registry.GetProgramme", &query.base, &status, &reply);
  return failed ? NULL : (const Prg__Programme *)reply;
}

// "湖北省 420000"; the nation is no row of the divisions.
static const char *owner_name(struct cli *cli, const Prg__Owner *owner)
{
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  const Bus__Status *status;
  const ProtobufCMessage *reply = NULL;
  if (!owner || !owner->division[0]) return "";
  if (strcmp(owner->division, "000000") == 0) return _("the nation");
  query.ref = owner->division;
  if (session_try(cli, "registry.GetDivision", &query.base, &status, &reply) || !reply) return "";
  const char *text = arena_printf(cli->arena, "%s %s", ((const Reg__Division *)reply)->name, owner->division);
  return text ? text : "";
}

int programme_show_run(struct cli *cli)
{
  ProtobufCMessage *request;
  const ProtobufCMessage *reply;
  int failed = request_build(cli, NULL, &request);
  if (!failed) failed = session_ask(cli, cli->verb->method, request, &reply);
  if (failed) return failed;
  if (cli->json) {
    pbjson_print(stdout, reply);
    return CLI_OK;
  }
  const Prg__Programme *programme = (const Prg__Programme *)reply;
  struct sheet sheet = {.arena = cli->arena,
                        .programme = programme,
                        .parent = parent_of(cli, programme),
                        .owner = owner_name(cli, programme->owner)};
  programme_print(&sheet);
  return CLI_OK;
}
