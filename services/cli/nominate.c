#include "services/cli/nominate.h"
#include "proto/dispatch.pb-c.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/fill.h"
#include "services/cli/import.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include <errno.h>

int nominate_programme(struct cli *cli, const char *agreement, char **ret)
{
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  const ProtobufCMessage *reply;
  query.ref = (char *)agreement;
  int failed = session_ask(cli, "registry.GetAgreement", &query.base, &reply);
  if (!failed) *ret = ((const Reg__Agreement *)reply)->programme;
  return failed;
}

int nominate_person_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Dsp__Nominate *command = (Dsp__Nominate *)message;
  failed = nominate_programme(cli, command->agreement, &command->programme);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

int nominate_posting_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Dsp__ProposeAssignment *command = (Dsp__ProposeAssignment *)message;
  failed = nominate_programme(cli, command->agreement, &command->programme);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

static const struct column candidate_columns[] = {
    {"person", "人员 工号", NULL, COLUMN_REQUIRED},
    {"wishes", "志愿 意向学校", NULL, COLUMN_LIST},
    {"team", "小组", "team", 0},
    {0},
};

struct nomination {
  const char *agreement, *by;
  char *programme;
};

// --by is only there for candidates.
static int start(struct import *import)
{
  struct cli *cli = import->cli;
  struct nomination *nomination = ARENA_NEW(cli->arena, struct nomination);
  const char *by = args_get(cli->args, "--by");
  if (!nomination) return say_failure(-ENOMEM, "import");
  int failed = names_agreement_id(cli, args_get(cli->args, "--agreement"), &nomination->agreement);
  if (!failed && by) failed = names_unit_id(cli, by, &nomination->by);
  if (!failed) failed = nominate_programme(cli, nomination->agreement, &nomination->programme);
  import->context = nomination;
  return failed;
}

struct wish_list {
  struct cli *cli;
  Dsp__Nominate *command;
};

static bool add_wish(void *context, const char *code)
{
  struct wish_list *list = context;
  const char *id = names_unit_known(list->cli, code);
  struct fill_fault fault;
  return id && fill_field(list->cli->arena, &list->command->base, "wishes", id, &fault);
}

static const char *find_person(struct import *import, const struct csv_row *row, struct columns_fault *fault)
{
  const char *person = columns_cell(&import->columns, row, "person");
  const char *id = names_person_known(import->cli, person);
  if (id) return id;
  fault->text = arena_printf(import->cli->arena, _("nobody has the staff number %s"), person);
  fault->fix = _("jiedui person list shows them");
  return NULL;
}

static bool candidate_row(struct import *import, const struct csv_row *row, ProtobufCMessage *message,
                          struct columns_fault *fault)
{
  struct cli *cli = import->cli;
  Dsp__Nominate *command = (Dsp__Nominate *)message;
  const struct nomination *nomination = import->context;
  const char *id = find_person(import, row, fault), *wishes = columns_cell(&import->columns, row, "wishes");
  struct wish_list list = {.cli = cli, .command = command};
  if (!id) return false;
  if (!columns_each(wishes, cli->arena, add_wish, &list)) {
    fault->text = arena_printf(cli->arena, _("wishes: no unit has one of the codes %s"), wishes);
    fault->fix = _("jiedui institution list shows the codes");
    return false;
  }
  command->programme = nomination->programme;
  command->agreement = (char *)nomination->agreement;
  command->measure = (char *)args_get(cli->args, "--measure");
  command->period = (char *)args_get(cli->args, "--period");
  command->nominated_by = (char *)nomination->by;
  command->person = (char *)id;
  return true;
}

int nominate_candidates_run(struct cli *cli)
{
  static const struct import_kind kind = {
      .method = "dispatch.Nominate", .columns = candidate_columns, .start = start, .row = candidate_row};
  return import_run(cli, &kind);
}

static const struct column posting_columns[] = {
    {"person", "人员 工号", NULL, COLUMN_REQUIRED},
    {"host", "接收单位", NULL, COLUMN_REQUIRED},
    {"from", "起始 起始日期", "period.from", COLUMN_REQUIRED},
    {"to", "截止 截止日期", "period.to", 0},
    {"plan", "计划", "plan", 0},
    {"line", "计划行", "plan_line", 0},
    {0},
};

static bool posting_row(struct import *import, const struct csv_row *row, ProtobufCMessage *message,
                        struct columns_fault *fault)
{
  struct cli *cli = import->cli;
  Dsp__ProposeAssignment *command = (Dsp__ProposeAssignment *)message;
  const struct nomination *nomination = import->context;
  const char *host = columns_cell(&import->columns, row, "host"), *id = find_person(import, row, fault);
  const char *host_id = names_unit_known(cli, host);
  if (!id) return false;
  if (!host_id) {
    fault->text = arena_printf(cli->arena, _("no unit has the code %s"), host);
    fault->fix = _("jiedui institution list shows the codes");
    return false;
  }
  command->programme = nomination->programme;
  command->agreement = (char *)nomination->agreement;
  command->measure = (char *)args_get(cli->args, "--measure");
  command->person = (char *)id;
  command->host = (char *)host_id;
  return true;
}

int nominate_postings_run(struct cli *cli)
{
  static const struct import_kind kind = {
      .method = "dispatch.ProposeAssignment", .columns = posting_columns, .start = start, .row = posting_row};
  return import_run(cli, &kind);
}
