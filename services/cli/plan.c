#include "services/cli/plan.h"
#include "proto/dispatch.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/fill.h"
#include "services/cli/import.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/nominate.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/subjects.h"
#include <errno.h>
#include <string.h>

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
    const struct csv_row *row = messages ? csv_file_row(&file, i, cli->arena) : NULL;
    ProtobufCMessage *message = row ? fill_new(cli->arena, descriptor) : NULL;
    if (!message) return say_failure(-ENOMEM, args_get(cli->args, "FILE"));
    if (!columns_fill(&columns, row, message, cli->arena, &fault)) return bad_row(cli, row, &fault);
    failed = fn ? fn(cli, &columns, row, i + 1, message) : CLI_OK;
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
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Dsp__DraftPlan *command = (Dsp__DraftPlan *)message;
  failed = nominate_programme(cli, command->agreement, &command->programme);
  if (!failed) failed = read_lines(cli, &command->lines, &command->n_lines);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}

int plan_amend_run(struct cli *cli)
{
  ProtobufCMessage *message;
  int failed = request_build(cli, NULL, &message);
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
  int failed = request_build(cli, NULL, &message);
  if (failed) return failed;
  Dsp__VerifyPlan *command = (Dsp__VerifyPlan *)message;
  if (args_get(cli->args, "FILE"))
    failed = read_rows(cli, decision_columns, &dsp__line_decision__descriptor, NULL,
                       (ProtobufCMessage ***)&command->decisions, &command->n_decisions);
  return failed ? failed : request_send(cli, cli->verb->method, message);
}
