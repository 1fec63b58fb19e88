#include "services/registry/rules/division.h"
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { IMPORT_MAX = 1000 };

struct import {
  const struct dir_view *dir;
  const struct rule_context *ctx;
  struct decision *out;
  Reg__Division **rows; // new and changed ones
  size_t n;
  Reg__ImportDivisionsReply *reply;
};

static int field(struct import *import, size_t i, const char *name, const char *zh, const char *en)
{
  return reg_field(import->out, arena_printf(import->out->arena, "divisions[%zu].%s", i, name), zh, en);
}

// The code of the level above that has one; "" for the nation.
static void parent_of(const char *code, char out[DIVISION_SIZE])
{
  Typ__DivisionLevel own = division_level(code);
  out[0] = '\0';
  if (own > TYP__DIVISION_LEVEL__LEVEL_NATION) division_at_level(code, own - 1, out);
}

static int check_period(struct import *import, size_t i, const Typ__Period *valid)
{
  if (!valid) return 0;
  int r = reg_check_date(import->out, arena_printf(import->out->arena, "divisions[%zu].valid.from", i),
                         valid->from, true);
  if (r == 0)
    r = reg_check_date(import->out, arena_printf(import->out->arena, "divisions[%zu].valid.to", i), valid->to,
                       true);
  if (r == 0 && valid->from[0] && valid->to[0] && date_compare(valid->from, valid->to) >= 0)
    r = field(import, i, "valid", "止日须晚于起日", "must end after it begins");
  return r;
}

// Level and parent follow from the code; what is given must agree. The code is kept in its short form.
static int complete(struct import *import, size_t i, Reg__Division *row)
{
  char code[DIVISION_SIZE], parent[DIVISION_SIZE];
  if (!division_valid(row->code))
    return field(import, i, "code", "应为 2、4、6 或 9 位数字", "must have 2, 4, 6 or 9 digits");
  division_short(row->code, code);
  parent_of(code, parent);
  if (row->level && row->level != division_level(code))
    return field(import, i, "level", "与代码位数不符", "does not agree with the code");
  if (row->parent[0]) {
    char given[DIVISION_SIZE];
    division_short(row->parent, given);
    if (strcmp(given, parent) != 0)
      return field(import, i, "parent", "与代码不符", "does not agree with the code");
  }
  int r = reg_check_text(import->out, "divisions.name", row->name, false, REG_TEXT_MAX);
  if (r == 0) r = check_period(import, i, row->valid);
  if (r == 0) r = reg_check_count(import->out, "divisions.tags", row->n_tags, REG_LIST_MAX);
  if (r == 0) r = reg_check_count(import->out, "divisions.successors", row->n_successors, REG_LIST_MAX);
  if (r != 0) return r;
  row->code = arena_strdup(import->out->arena, code);
  row->parent = arena_strdup(import->out->arena, parent);
  row->level = division_level(code);
  return row->code && row->parent ? 0 : -ENOMEM;
}

// Stored, or earlier in this message. The nation itself needs no row.
static int check_parent(struct import *import, const Reg__Division *row)
{
  const Reg__Division *stored = NULL;
  if (!row->parent[0] || strcmp(row->parent, "0") == 0) return 0;
  int r = dir_division(import->dir, row->parent, &stored);
  if (r < 0 || stored) return r;
  for (size_t j = 0; j < import->n; j++)
    if (strcmp(import->rows[j]->code, row->parent) == 0) return 0;
  return decision_reject(import->out, REASON_IN_05, "division", row->parent, "successors", "-", NULL);
}

static int check_repeat(struct import *import, size_t i, const Reg__Division *row)
{
  for (size_t j = 0; j < import->n; j++)
    if (strcmp(import->rows[j]->code, row->code) == 0)
      return field(import, i, "code", "在本次导入中重复", "stands twice in this import");
  return 0;
}

static int take(struct import *import, const Reg__ImportDivisions *cmd, size_t i)
{
  const Reg__Division *stored = NULL;
  Reg__Division *row = REG_COPY(import->out, Reg__Division, cmd->divisions[i]);
  if (!row) return -ENOMEM;
  int r = complete(import, i, row);
  if (r == 0) r = require_scope(import->ctx, row->code, NULL, row->name, import->out);
  if (r == 0) r = check_parent(import, row);
  if (r == 0) r = check_repeat(import, i, row);
  if (r == 0) r = dir_division(import->dir, row->code, &stored);
  if (r != 0) return r;
  bool same = false;
  row->rev = stored ? stored->rev : 1;
  if (stored) r = reg_same_content(import->out->arena, &row->base, &stored->base, &same);
  if (r < 0) return r;
  if (same) {
    import->reply->same++;
    return 0;
  }
  if (stored) row->rev++;
  import->reply->changed += stored != NULL;
  import->reply->added += stored == NULL;
  import->rows[import->n++] = row;
  return 0;
}

// The division all rows lie in, for who may see the event.
static void common_ancestor(const struct import *import, char out[DIVISION_SIZE])
{
  division_short(import->rows[0]->code, out);
  for (size_t i = 1; i < import->n; i++)
    while (!division_covers(out, import->rows[i]->code)) {
      char above[DIVISION_SIZE];
      parent_of(out, above);
      memcpy(out, above[0] ? above : "0", strlen(above[0] ? above : "0") + 1);
    }
}

static int emit(struct import *import)
{
  char division[DIVISION_SIZE];
  Reg__DivisionsImported *event = REG_NEW(import->out, Reg__DivisionsImported, reg__divisions_imported__init);
  common_ancestor(import, division);
  struct event_head head = {.subject = arena_strdup(import->out->arena, division)};
  head.division = head.subject;
  if (!event || !head.subject) return -ENOMEM;
  event->divisions = import->rows;
  event->n_divisions = import->n;
  return decision_emit(import->out, &head, &event->base);
}

int reg_division_import(const struct dir_view *dir, const Reg__ImportDivisions *cmd,
                        const struct rule_context *ctx, struct decision *out)
{
  struct import import = {.dir = dir, .ctx = ctx, .out = out};
  int r = reg_check_count(out, "divisions", cmd->n_divisions, IMPORT_MAX);
  if (r != 0) return r;
  if (cmd->n_divisions == 0) return reg_field(out, "divisions", "至少一行", "needs at least one row");
  import.reply = REG_NEW(out, Reg__ImportDivisionsReply, reg__import_divisions_reply__init);
  import.rows = ARENA_ARRAY(out->arena, Reg__Division *, cmd->n_divisions);
  if (!import.reply || !import.rows) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < cmd->n_divisions; i++)
    r = take(&import, cmd, i);
  if (r == 0 && import.n > 0) r = emit(&import);
  out->reply = &import.reply->base;
  return r;
}

int reg_division_in_force(const struct dir_view *dir, const char *code, const char *day, struct decision *out)
{
  const Reg__Division *division = NULL;
  int r = dir_division(dir, code, &division);
  if (r < 0) return r;
  const Typ__Period *valid = division ? division->valid : NULL;
  bool begun = !valid || !valid->from[0] || date_compare(valid->from, day) <= 0;
  bool ended = valid && valid->to[0] && date_compare(valid->to, day) <= 0;
  if (division && begun && !ended) return 0;
  const char *successors = "";
  for (size_t i = 0; division && i < division->n_successors && successors; i++)
    successors = arena_printf(out->arena, "%s%s%s", successors, i ? ", " : "", division->successors[i]);
  return decision_reject(out, REASON_IN_05, "division", code, "successors",
                         successors && successors[0] ? successors : "-", NULL);
}
