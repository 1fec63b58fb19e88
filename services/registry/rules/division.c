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

// The first day of a date of any precision.
static char *first_day(struct arena *arena, const char *date)
{
  char day[DATE_SIZE];
  date_from_days(date_days(date), day);
  return arena_strdup(arena, day);
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

// A state holds from the first day of its validity: a year in which a division began counts from January.
static int set_since(struct import *import, size_t i, Reg__Division *row)
{
  const char *from = row->valid ? row->valid->from : "";
  int r = reg_check_date(import->out, arena_printf(import->out->arena, "divisions[%zu].since", i), row->since,
                         true);
  if (r != 0 || (!from[0] && !row->since[0])) return r;
  if (from[0] && row->since[0] && date_compare(from, row->since) != 0)
    return field(import, i, "since", "应为有效期的起日", "must be the first day of valid");
  row->since = first_day(import->out->arena, from[0] ? from : row->since);
  if (!row->since) return -ENOMEM;
  if (date_compare(row->since, import->ctx->today) > 0)
    return field(import, i, "since", "不能晚于今天：到期再导入",
                 "lies in the future: import it when it holds");
  return 0;
}

static int check_lists(struct import *import, size_t i, const Reg__Division *row)
{
  int r = reg_check_count(import->out, "divisions.tags", row->n_tags, REG_LIST_MAX);
  if (r == 0) r = reg_check_count(import->out, "divisions.successors", row->n_successors, REG_LIST_MAX);
  if (r == 0) r = reg_check_count(import->out, "divisions.parts", row->n_parts, REG_LIST_MAX);
  for (size_t k = 0; r == 0 && k < row->n_successors; k++)
    if (!division_valid(row->successors[k]))
      r = field(import, i, "successors", "应为区划代码", "must be division codes");
  for (size_t k = 0; r == 0 && k < row->n_parts; k++)
    if (!division_valid(row->parts[k]->to) || !date_valid(row->parts[k]->year))
      r = field(import, i, "parts", "应为区划代码和年份", "must be division codes with years");
  return r;
}

// Level and, if given, the place in the tree must agree with the code. The code is kept in its short form.
static int complete(struct import *import, size_t i, Reg__Division *row)
{
  char code[DIVISION_SIZE];
  if (!division_valid(row->code))
    return field(import, i, "code", "应为 2、4、6 或 9 位数字", "must have 2, 4, 6 or 9 digits");
  division_short(row->code, code);
  if (row->level && row->level != division_level(code))
    return field(import, i, "level", "与代码位数不符", "does not agree with the code");
  if (row->parent[0] &&
      (division_level(row->parent) >= division_level(code) || !division_covers(row->parent, code)))
    return field(import, i, "parent", "与代码不符", "does not agree with the code");
  int r = reg_check_text(import->out, "divisions.name", row->name, false, REG_TEXT_MAX);
  if (r == 0) r = check_period(import, i, row->valid);
  if (r == 0) r = set_since(import, i, row);
  if (r == 0) r = check_lists(import, i, row);
  if (r != 0) return r;
  row->code = arena_strdup(import->out->arena, code);
  row->level = division_level(code);
  return row->code ? 0 : -ENOMEM;
}

// Stored, or earlier in this message.
static int known(struct import *import, const char *code, bool *ret)
{
  const Reg__Division *stored = NULL;
  int r = dir_division(import->dir, code, &stored);
  *ret = stored != NULL;
  for (size_t j = 0; r == 0 && !*ret && j < import->n; j++)
    *ret = strcmp(import->rows[j]->code, code) == 0;
  return r;
}

// The nearest level above that is registered. A county may lie right under its province: counties directly
// under a province, and those of municipalities, have no prefecture but a bracket of the statistics (4290,
// 市辖区). The nation needs no row.
static int set_parent(struct import *import, Reg__Division *row)
{
  char given[DIVISION_SIZE], above[DIVISION_SIZE];
  bool found = false;
  parent_of(row->code, given);
  division_short(given, above); // 441900: the city itself, which has no counties
  const char *missing = arena_strdup(import->out->arena, above);
  while (missing && above[0] && strcmp(above, "0") != 0 && !found) {
    int r = known(import, above, &found);
    if (r < 0) return r;
    if (found) break;
    if (division_level(above) != TYP__DIVISION_LEVEL__LEVEL_PREFECTURE)
      return reg_division_refuse(import->dir, missing, import->ctx->today, import->out);
    memcpy(given, above, sizeof given);
    parent_of(given, above);
  }
  row->parent = arena_strdup(import->out->arena, above);
  return missing && row->parent ? 0 : -ENOMEM;
}

// The state of this code that is the latest before this row: of this message, else what is stored.
static int find_latest(struct import *import, const char *code, const Reg__Division **ret)
{
  *ret = NULL;
  for (size_t j = import->n; j-- > 0 && !*ret;)
    if (strcmp(import->rows[j]->code, code) == 0) *ret = import->rows[j];
  return *ret ? 0 : dir_division(import->dir, code, ret);
}

// One state told twice in a message, and not the same: lists of counties repeat cities without counties as
// such.
static int check_repeat(struct import *import, size_t i, const Reg__Division *state)
{
  for (size_t j = 0; j < import->n; j++)
    if (import->rows[j] == state)
      return field(import, i, "code", "在本次导入中重复", "stands twice in this import");
  return 0;
}

// A list without dates says what a division is called, not since when: the dates that are known stay.
static int keep_dates(struct import *import, size_t i, Reg__Division *row, const Reg__Division *stored)
{
  const char *to = stored->valid ? stored->valid->to : "";
  if (!row->valid && to[0] && date_compare(to, import->ctx->today) <= 0)
    return field(import, i, "code",
                 arena_printf(import->out->arena, "%s 起已停用：重新启用须写明 valid.from", to),
                 arena_printf(import->out->arena, "ended in %s: a new life needs valid.from", to));
  row->since = stored->since;
  if (!row->valid) row->valid = stored->valid;
  if (row->n_successors == 0) {
    row->successors = stored->successors;
    row->n_successors = stored->n_successors;
  }
  if (row->n_parts == 0) {
    row->parts = stored->parts;
    row->n_parts = stored->n_parts;
  }
  return 0;
}

// Two lives of a code do not share a day.
static int check_order(struct import *import, size_t i, const Reg__Division *earlier,
                       const Reg__Division *later)
{
  const char *to = earlier->valid ? earlier->valid->to : "";
  if (!to[0] || date_compare(to, later->since) <= 0) return 0;
  return field(import, i, "valid", arena_printf(import->out->arena, "与 %s 起的状态重叠", later->since),
               arena_printf(import->out->arena, "overlaps the state that begins on %s", later->since));
}

// The recorded state that this row is about: the one of the same first day. *ret NULL = the row is a new
// state, before or after the latest one.
static int find_state(struct import *import, size_t i, Reg__Division *row, const Reg__Division *latest,
                      const Reg__Division **ret)
{
  *ret = NULL;
  if (!latest) return 0;
  if (!row->since[0] || strcmp(row->since, latest->since) == 0) {
    *ret = latest;
    return row->since[0] ? 0 : keep_dates(import, i, row, latest);
  }
  if (strcmp(row->since, latest->since) > 0) return check_order(import, i, latest, row);
  const struct dir_view *then = dir_view_as_of(import->dir, row->since); // told late
  int r = then ? dir_division(then, row->code, ret) : -ENOMEM;
  if (r < 0 || (*ret && strcmp((*ret)->since, row->since) == 0)) return r;
  *ret = NULL;
  return check_order(import, i, row, latest);
}

static int take(struct import *import, const Reg__ImportDivisions *cmd, size_t i)
{
  const Reg__Division *latest = NULL, *state = NULL;
  Reg__Division *row = REG_COPY(import->out, Reg__Division, cmd->divisions[i]);
  bool same = false;
  if (!row) return -ENOMEM;
  int r = complete(import, i, row);
  if (r == 0) r = require_scope(import->ctx, row->code, NULL, row->name, import->out);
  if (r == 0) r = set_parent(import, row);
  if (r == 0) r = find_latest(import, row->code, &latest);
  if (r == 0) r = find_state(import, i, row, latest, &state);
  if (r != 0) return r;
  row->rev = state ? state->rev : latest ? latest->rev : 0;
  if (state) r = reg_same_content(import->out->arena, &row->base, &state->base, &same);
  if (r < 0) return r;
  import->reply->same += same;
  if (same) return 0;
  if (state && (r = check_repeat(import, i, state)) != 0) return r;
  row->rev++;
  import->reply->changed += state != NULL;
  import->reply->added += state == NULL;
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
