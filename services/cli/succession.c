#include "services/cli/succession.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/fill.h"
#include "services/cli/import.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/words.h"
#include <errno.h>
#include <string.h>

static const struct {
  const char *option;
  Reg__LinkKind kind;
  bool single; // REF=ACTION
} options[] = {{"--partnerships", REG__LINK_KIND__LINK_PARTNERSHIP, false},
               {"--agreements", REG__LINK_KIND__LINK_AGREEMENT, false},
               {"--units", REG__LINK_KIND__LINK_INSTITUTION, false},
               {"--staff", REG__LINK_KIND__LINK_PERSONS, false},
               {"--postings", REG__LINK_KIND__LINK_POSTING, false},
               {"--partnership", REG__LINK_KIND__LINK_PARTNERSHIP, true},
               {"--agreement", REG__LINK_KIND__LINK_AGREEMENT, true},
               {"--unit", REG__LINK_KIND__LINK_INSTITUTION, true},
               {"--posting", REG__LINK_KIND__LINK_POSTING, true}};
enum { OPTIONS = sizeof options / sizeof *options };

// "REF=ACTION" of a single link: the reference becomes its id.
static int split(struct cli *cli, size_t option, const char *text, const char **ret_id,
                 const char **ret_action)
{
  const char *equals = strrchr(text, '=');
  if (!equals || equals == text)
    return say_error(CLI_USAGE, _("%s %s: REF=ACTION is expected"), options[option].option, text);
  char *ref = arena_strndup(cli->arena, text, (size_t)(equals - text));
  if (!ref) return say_failure(-ENOMEM, options[option].option);
  *ret_action = equals + 1;
  *ret_id = ref;
  if (options[option].kind == REG__LINK_KIND__LINK_AGREEMENT) return names_agreement_id(cli, ref, ret_id);
  if (options[option].kind == REG__LINK_KIND__LINK_INSTITUTION) return names_unit_id(cli, ref, ret_id);
  return CLI_OK;
}

static int add(struct cli *cli, size_t option, const char *text, Reg__LinkDecision **ret)
{
  Reg__LinkDecision *decision = (Reg__LinkDecision *)fill_new(cli->arena, &reg__link_decision__descriptor);
  const char *id = "", *action = text;
  if (!decision) return say_failure(-ENOMEM, options[option].option);
  int failed = options[option].single ? split(cli, option, text, &id, &action) : CLI_OK;
  if (failed) return failed;
  int value = words_value(&reg__link_action__descriptor, action);
  if (value <= 0)
    return say_error(CLI_USAGE, _("%s: %s is not SUCCESSOR, LEAVE, END or KEEP"), options[option].option,
                     action);
  decision->kind = options[option].kind;
  decision->id = (char *)id;
  decision->action = (Reg__LinkAction)value;
  *ret = decision;
  return CLI_OK;
}

static int collect(struct cli *cli, Reg__LinkDecision ***ret, size_t *ret_n)
{
  const char *text;
  *ret_n = 0;
  *ret = ARENA_ARRAY(cli->arena, Reg__LinkDecision *, cli->args->n + 1);
  if (!*ret) return say_failure(-ENOMEM, "decisions");
  for (size_t i = 0; i < OPTIONS; i++)
    for (size_t at = 0; (text = args_next(cli->args, options[i].option, &at));) {
      int failed = add(cli, i, text, &(*ret)[*ret_n]);
      if (failed) return failed;
      ++*ret_n;
    }
  return CLI_OK;
}

int succession_run(struct cli *cli)
{
  ProtobufCMessage *message;
  Reg__LinkDecision **list;
  size_t n;
  int failed = request_build(cli, NULL, &message);
  if (!failed) failed = collect(cli, &list, &n);
  if (failed) return failed;
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(message->descriptor, "decisions");
  *(Reg__LinkDecision ***)((uint8_t *)message + field->offset) = list;
  *(size_t *)((uint8_t *)message + field->quantifier_offset) = n;
  return request_send(cli, cli->verb->method, message);
}

// ---- a file of changes

static const struct column columns[] = {
    {"change", "变更 变更种类 变更类型", "change", COLUMN_REQUIRED},
    {"code", "代码 标识码 学校代码 单位代码", "code", COLUMN_REQUIRED},
    {"into", "并入 主校 承接单位 并入代码", "into_code", 0},
    {"date", "日期 生效日期 变更日期", "on", 0},
    {"name", "名称 新名称", "name", 0},
    {"new_code", "新代码 新标识码", "new_code", 0},
    {"reason", "原因 理由 依据", "reason", 0},
    {"partnerships", "结对关系 结对", "partnerships", 0},
    {"agreements", "协议", "agreements", 0},
    {"units", "所属单位 校区和所属单位", "units", 0},
    {"staff", "人员 教职工", "staff", 0},
    {"postings", "派遣", "postings", 0},
    {"activities", "活动", "activities", 0},
    {0},
};

static ProtobufCMessage *wrap(struct arena *arena, ProtobufCMessage **rows, size_t n)
{
  Reg__ChangeInstitutions *command = ARENA_NEW(arena, Reg__ChangeInstitutions);
  if (!command) return NULL;
  reg__change_institutions__init(command);
  command->rows = (Reg__ChangeInstitution **)rows;
  command->n_rows = n;
  return &command->base;
}

// The daemon does nothing else while it decides a list: so many that others do not wait for long.
enum { CHANGES_AT_ONCE = 100, CHANGES_TOGETHER = 2000 };

int succession_import_run(struct cli *cli)
{
  static const struct import_kind kind = {.method = "registry.ChangeInstitutions",
                                          .columns = columns,
                                          .row_type = &reg__change_institution__descriptor,
                                          .batch = CHANGES_AT_ONCE,
                                          .wrap = wrap,
                                          .in_order = true,
                                          .together = CHANGES_TOGETHER};
  return import_run(cli, &kind);
}
