// A row of a list of changes as the command it stands for.
#include "services/registry/rules/reg.h"
#include "services/registry/rules/succession.h"
#include <errno.h>

#define CHANGE(name) REG__INSTITUTION_CHANGE__CHANGE_##name

struct row {
  const struct dir_view *dir;
  const Reg__ChangeInstitution *cmd;
  const struct rule_context *ctx;
  struct decision *out;
  const Reg__Institution *unit, *into; // into NULL = not given
  Reg__LinkDecision **decisions;
  size_t n_decisions;
};

static int find(struct row *row, const char *code, const Reg__Institution **ret)
{
  int r = dir_institution_by_code(row->dir, code, ret);
  return r < 0 || *ret ? r : reg_not_found(row->out, "单位", "institution", code);
}

static int add_decision(struct row *row, Reg__LinkKind kind, Reg__LinkAction action)
{
  if (!action) return 0;
  Reg__LinkDecision *decision = REG_NEW(row->out, Reg__LinkDecision, reg__link_decision__init);
  if (!decision) return -ENOMEM;
  decision->kind = kind;
  decision->action = action;
  row->decisions[row->n_decisions++] = decision;
  return 0;
}

static int fill_decisions(struct row *row)
{
  const Reg__ChangeInstitution *cmd = row->cmd;
  const struct {
    Reg__LinkKind kind;
    Reg__LinkAction action;
  } all[] = {{REG__LINK_KIND__LINK_PARTNERSHIP, cmd->partnerships},
             {REG__LINK_KIND__LINK_AGREEMENT, cmd->agreements},
             {REG__LINK_KIND__LINK_INSTITUTION, cmd->units},
             {REG__LINK_KIND__LINK_PERSONS, cmd->staff},
             {REG__LINK_KIND__LINK_POSTING, cmd->postings},
             {REG__LINK_KIND__LINK_ACTIVITY, cmd->activities}};
  int r = 0;
  row->decisions = ARENA_ARRAY(row->out->arena, Reg__LinkDecision *, sizeof all / sizeof *all);
  if (!row->decisions) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < sizeof all / sizeof *all; i++)
    r = add_decision(row, all[i].kind, all[i].action);
  return r;
}

// ---- the commands; what they carry lives as long as the decision

#define NEW(row, type, init)                                                                                 \
  type *next = REG_NEW((row)->out, type, init);                                                              \
  if (!next) return -ENOMEM;                                                                                 \
  next->on = (row)->cmd->on;                                                                                 \
  next->reason = (row)->cmd->reason
#define DECIDED(row)                                                                                         \
  next->decisions = (row)->decisions;                                                                        \
  next->n_decisions = (row)->n_decisions

static int merge(struct row *row)
{
  NEW(row, Reg__MergeInstitutions, reg__merge_institutions__init);
  if (!row->into)
    return reg_field(row->out, "into_code", "合并须写并入单位", "is required: what it merges into");
  DECIDED(row);
  next->into = row->into->id;
  next->ids = ARENA_ARRAY(row->out->arena, char *, 1);
  if (!next->ids) return -ENOMEM;
  next->ids[next->n_ids++] = row->unit->id;
  next->new_name = row->cmd->name;
  return reg_succession_merge(row->dir, next, row->ctx, row->out);
}

static int convert(struct row *row)
{
  NEW(row, Reg__ConvertInstitution, reg__convert_institution__init);
  DECIDED(row);
  next->id = row->unit->id;
  next->to = row->cmd->change == CHANGE(CAMPUS) ? REG__INSTITUTION_STATUS__INSTITUTION_CAMPUS
                                                : REG__INSTITUTION_STATUS__INSTITUTION_TEACHING_POINT;
  if (row->into) next->of = row->into->id;
  return reg_succession_convert(row->dir, next, row->ctx, row->out);
}

static int close_unit(struct row *row)
{
  NEW(row, Reg__CloseInstitution, reg__close_institution__init);
  DECIDED(row);
  next->id = row->unit->id;
  next->successors = ARENA_ARRAY(row->out->arena, char *, 1);
  if (!next->successors) return -ENOMEM;
  if (row->into) next->successors[next->n_successors++] = row->into->id;
  return reg_succession_close(row->dir, next, row->ctx, row->out);
}

static int restore(struct row *row)
{
  NEW(row, Reg__RestoreInstitution, reg__restore_institution__init);
  next->id = row->unit->id;
  return reg_succession_restore(row->dir, next, row->ctx, row->out);
}

static int rename_unit(struct row *row)
{
  NEW(row, Reg__RenameInstitution, reg__rename_institution__init);
  next->id = row->unit->id;
  next->name = row->cmd->name;
  return reg_succession_rename(row->dir, next, row->ctx, row->out);
}

static int recode(struct row *row)
{
  NEW(row, Reg__RecodeInstitution, reg__recode_institution__init);
  next->id = row->unit->id;
  next->code = row->cmd->new_code;
  return reg_succession_recode(row->dir, next, row->ctx, row->out);
}

int reg_succession_row(const struct dir_view *dir, const Reg__ChangeInstitution *cmd,
                       const struct rule_context *ctx, struct decision *out)
{
  static int (*const runs[])(struct row *) = {
      [CHANGE(MERGE)] = merge,      [CHANGE(CAMPUS)] = convert,  [CHANGE(TEACHING_POINT)] = convert,
      [CHANGE(CLOSE)] = close_unit, [CHANGE(RESTORE)] = restore, [CHANGE(RENAME)] = rename_unit,
      [CHANGE(RECODE)] = recode};
  struct row row = {.dir = dir, .cmd = cmd, .ctx = ctx, .out = out};
  size_t change = (size_t)cmd->change;
  if (change >= sizeof runs / sizeof *runs || !runs[change])
    return reg_field(out, "change", "须写明变更种类", "must name the change");
  int r = find(&row, cmd->code, &row.unit);
  if (r == 0 && cmd->into_code[0]) r = find(&row, cmd->into_code, &row.into);
  if (r == 0) r = fill_decisions(&row);
  return r == 0 ? runs[change](&row) : r;
}
