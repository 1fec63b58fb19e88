#include "services/cli/plan.h"
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
#include "services/cli/subjects.h"
#include <errno.h>
#include <string.h>

static int build(struct cli *cli, ProtobufCMessage **ret)
{
  struct catalogue_method method;
  if (!catalogue_find(cli->verb->method, &method))
    return say_error(CLI_USAGE, _("no method %s"), cli->verb->method);
  return request_build(cli, &method, ret);
}

// The programme of an agreement: commands of dispatchd name both.
static int programme_of(struct cli *cli, const char *agreement, char **ret)
{
  Reg__GetByRef query = REG__GET_BY_REF__INIT;
  const ProtobufCMessage *reply;
  query.ref = (char *)agreement;
  int failed = session_ask(cli, "registry.GetAgreement", &query.base, &reply);
  if (!failed) *ret = ((const Reg__Agreement *)reply)->programme;
  return failed;
}

// ---- lines from a file ----

static int bad_row(struct cli *cli, const struct csv_row *row, const struct columns_fault *fault)
{
  say_error(0, _("%s: row %u: %s"), args_get(cli->args, "FILE"), row->row, fault->text ? fault->text : "?");
  if (fault->fix) say_fix("%s", fault->fix);
  return CLI_USAGE;
}

typedef int row_fn(struct cli *cli, const struct columns *columns, const struct csv_row *row, size_t no,
                   ProtobufCMessage *message);

// Every row of FILE as a message of one type; *ret_messages in the arena.
static int read_rows(struct cli *cli, const struct column *list, const ProtobufCMessageDescriptor *descriptor,
                     row_fn *fn, ProtobufCMessage ***ret_messages, size_t *ret_n)
{
  struct csv_file file;
  struct columns columns;
  int failed = import_read_columns(cli, list, &file, &columns);
  if (failed) return failed;
  ProtobufCMessage **messages = ARENA_ARRAY(cli->arena, ProtobufCMessage *, file.n_rows + 1);
  for (size_t i = 0; i < file.n_rows; i++) {
    struct columns_fault fault;
    ProtobufCMessage *message = messages ? fill_new(cli->arena, descriptor) : NULL;
    if (!message) return say_failure(-ENOMEM, args_get(cli->args, "FILE"));
    if (!columns_fill(&columns, &file.rows[i], message, cli->arena, &fault))
      return bad_row(cli, &file.rows[i], &fault);
    failed = fn ? fn(cli, &columns, &file.rows[i], i + 1, message) : CLI_OK;
    if (failed) return failed;
    messages[i] = message;
  }
  *ret_messages = messages;
  *ret_n = file.n_rows;
  return CLI_OK;
}

static const struct column line_columns[] = {
    {"no", "序号", "no", 0},
    {"institution", "单位 受援学校 单位代码", NULL, COLUMN_REQUIRED},
    {"stage", "学段", "stage", 0},
    {"subject", "学科", NULL, 0},
    {"requested", "申报 申报人数 需求人数", "requested", COLUMN_REQUIRED},
    {"priority", "优先级", "priority", 0},
    {0},
};

static int finish_line(struct cli *cli, const struct columns *columns, const struct csv_row *row, size_t no,
                       ProtobufCMessage *message)
{
  Dsp__PlanLine *line = (Dsp__PlanLine *)message;
  const char *ref = columns_cell(columns, row, "institution"),
             *subject = columns_cell(columns, row, "subject");
  struct columns_fault fault = {0};
  const char *id = names_unit_known(cli, ref), *code = *subject ? subjects_code(subject) : "";
  if (!id) {
    fault.text = arena_printf(cli->arena, _("no unit has the code %s"), ref);
    fault.fix = _("jiedui institution list shows the codes");
    return bad_row(cli, row, &fault);
  }
  if (!code) {
    fault.text = arena_printf(cli->arena, _("subjects: %s is no subject of table ZXXKC"), subject);
    fault.fix = _("use its two-digit code, for example 16 for physics");
    return bad_row(cli, row, &fault);
  }
  line->institution = (char *)id;
  line->subject = (char *)code;
  if (!line->no) line->no = (uint32_t)no;
  return CLI_OK;
}

static int read_lines(struct cli *cli, Dsp__PlanLine ***ret, size_t *ret_n)
{
  return read_rows(cli, line_columns, &dsp__plan_line__descriptor, finish_line, (ProtobufCMessage ***)ret,
                   ret_n);
}

int plan_draft_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = build(cli, &message);
  if (failed) return failed;
  Dsp__DraftPlan *command = (Dsp__DraftPlan *)message;
  failed = programme_of(cli, command->agreement, &command->programme);
  if (!failed) failed = read_lines(cli, &command->lines, &command->n_lines);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

int plan_amend_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = build(cli, &message);
  if (failed) return failed;
  Dsp__AmendPlan *command = (Dsp__AmendPlan *)message;
  failed = read_lines(cli, &command->lines, &command->n_lines);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

static const struct column decision_columns[] = {
    {"no", "序号", "no", COLUMN_REQUIRED},
    {"approved", "核定 核定人数", "approved", COLUMN_REQUIRED},
    {"reason", "理由 说明", "reason", 0},
    {0},
};

int plan_verify_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = build(cli, &message);
  if (failed) return failed;
  Dsp__VerifyPlan *command = (Dsp__VerifyPlan *)message;
  if (args_get(cli->args, "FILE"))
    failed = read_rows(cli, decision_columns, &dsp__line_decision__descriptor, NULL,
                       (ProtobufCMessage ***)&command->decisions, &command->n_decisions);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

// ---- candidates and postings ----

int plan_nominate_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = build(cli, &message);
  if (failed) return failed;
  Dsp__Nominate *command = (Dsp__Nominate *)message;
  failed = programme_of(cli, command->agreement, &command->programme);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

int plan_propose_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = build(cli, &message);
  if (failed) return failed;
  Dsp__ProposeAssignment *command = (Dsp__ProposeAssignment *)message;
  failed = programme_of(cli, command->agreement, &command->programme);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

static const struct column candidate_columns[] = {
    {"person", "人员 工号", NULL, COLUMN_REQUIRED},
    {"wishes", "志愿 意向学校", NULL, COLUMN_LIST},
    {0},
};

struct nomination {
  const char *agreement, *by;
  char *programme;
};

static int candidates_start(struct import *import)
{
  struct cli *cli = import->cli;
  struct nomination *nomination = ARENA_NEW(cli->arena, struct nomination);
  if (!nomination) return say_failure(-ENOMEM, "candidate");
  int failed = names_agreement_id(cli, args_get(cli->args, "--agreement"), &nomination->agreement);
  if (!failed) failed = names_unit_id(cli, args_get(cli->args, "--by"), &nomination->by);
  if (!failed) failed = programme_of(cli, nomination->agreement, &nomination->programme);
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

static bool candidate_row(struct import *import, const struct csv_row *row, ProtobufCMessage *message,
                          struct columns_fault *fault)
{
  struct cli *cli = import->cli;
  Dsp__Nominate *command = (Dsp__Nominate *)message;
  const struct nomination *nomination = import->context;
  const char *person = columns_cell(&import->columns, row, "person"),
             *wishes = columns_cell(&import->columns, row, "wishes");
  const char *id = names_person_known(cli, person);
  struct wish_list list = {.cli = cli, .command = command};
  if (!id) {
    fault->text = arena_printf(cli->arena, _("nobody has the staff number %s"), person);
    fault->fix = _("jiedui person list shows them");
    return false;
  }
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

int plan_candidates_run(struct cli *cli)
{
  static const struct import_kind kind = {.method = "dispatch.Nominate",
                                          .columns = candidate_columns,
                                          .start = candidates_start,
                                          .row = candidate_row};
  return import_run(cli, &kind);
}
