#include "services/registry/rules/code_table.h"
#include "common/domain/division.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { IMPORT_MAX = 1000, NEAR_MAX = 3, WORD_MAX = 16 };

// ---- loading

static int require_wide_scope(const struct rule_context *ctx, struct decision *out)
{
  for (size_t i = 0; i < ctx->actor.n_scopes; i++)
    if (division_level(ctx->actor.scopes[i].division) <= TYP__DIVISION_LEVEL__LEVEL_PROVINCE) return 0;
  return decision_reject(out, REASON_SCOPE, "actor", ctx->actor.name, "object", "ImportCodes", "division",
                         "0", "who_zh", "省级或全国的登记员", "who_en",
                         "a registrar of a province or of the nation", NULL);
}

static int check_word(struct decision *out, size_t i, const char *name, const char *text)
{
  static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
  const char *field = arena_printf(out->arena, "codes[%zu].%s", i, name);
  int r = reg_check_text(out, field, text, false, WORD_MAX);
  if (r == 0 && strspn(text, allowed) != strlen(text))
    r = reg_field(out, field, "只能用字母、数字和 - _ .", "has letters, digits, - _ . only");
  return r;
}

static int check_entry(struct decision *out, size_t i, const Reg__CodeEntry *row)
{
  int r = check_word(out, i, "table", row->table);
  if (r == 0) r = check_word(out, i, "code", row->code);
  if (r == 0)
    r = reg_check_text(out, arena_printf(out->arena, "codes[%zu].name", i), row->name, false, REG_TEXT_MAX);
  if (r == 0) r = reg_check_text(out, arena_printf(out->arena, "codes[%zu].note", i), row->note, true, 1000);
  if (r == 0)
    r = reg_check_text(out, arena_printf(out->arena, "codes[%zu].applies_to", i), row->applies_to, true,
                       REG_TEXT_MAX);
  return r;
}

struct import {
  const struct dir_view *dir;
  struct decision *out;
  Reg__CodeEntry **rows; // new and changed ones
  size_t n;
  Reg__ImportCodesReply *reply;
};

static int take(struct import *import, const Reg__ImportCodes *cmd, size_t i)
{
  const Reg__CodeEntry *stored = NULL;
  Reg__CodeEntry *row = REG_COPY(import->out, Reg__CodeEntry, cmd->codes[i]);
  bool same = false;
  if (!row) return -ENOMEM;
  int r = check_entry(import->out, i, row);
  for (size_t j = 0; r == 0 && j < i; j++)
    if (strcmp(cmd->codes[j]->table, row->table) == 0 && strcmp(cmd->codes[j]->code, row->code) == 0)
      r = reg_field(import->out, arena_printf(import->out->arena, "codes[%zu].code", i), "在本次导入中重复",
                    "stands twice in this import");
  if (r == 0) r = dir_code(import->dir, row->table, row->code, &stored);
  if (r != 0) return r;
  row->since = (char *)protobuf_c_empty_string; // a table is replaced, it has no past
  row->rev = stored ? stored->rev : 1;
  if (stored) r = reg_same_content(import->out->arena, &row->base, &stored->base, &same);
  if (r < 0) return r;
  import->reply->same += same;
  if (same) return 0;
  if (stored) row->rev++;
  import->reply->changed += stored != NULL;
  import->reply->added += stored == NULL;
  import->rows[import->n++] = row;
  return 0;
}

int reg_code_import(const struct dir_view *dir, const Reg__ImportCodes *cmd, const struct rule_context *ctx,
                    struct decision *out)
{
  struct import import = {.dir = dir, .out = out};
  int r = reg_check_count(out, "codes", cmd->n_codes, IMPORT_MAX);
  if (r == 0 && cmd->n_codes == 0) r = reg_field(out, "codes", "至少一行", "needs at least one row");
  if (r == 0) r = require_wide_scope(ctx, out);
  if (r != 0) return r;
  import.reply = REG_NEW(out, Reg__ImportCodesReply, reg__import_codes_reply__init);
  import.rows = ARENA_ARRAY(out->arena, Reg__CodeEntry *, cmd->n_codes);
  Reg__CodesImported *event = REG_NEW(out, Reg__CodesImported, reg__codes_imported__init);
  if (!import.reply || !import.rows || !event) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < cmd->n_codes; i++)
    r = take(&import, cmd, i);
  out->reply = &import.reply->base;
  if (r != 0 || import.n == 0) return r;
  event->codes = import.rows;
  event->n_codes = import.n;
  struct event_head head = {.subject = import.rows[0]->table, .division = "0"};
  return decision_emit(out, &head, &event->base);
}

// ---- checking

static size_t common_start(const char *a, const char *b)
{
  size_t n = 0;
  while (a[n] && a[n] == b[n])
    n++;
  return n;
}

// The codes that share most of their beginning, each with its name.
static const char *near_codes(struct arena *arena, const char *code, const Reg__CodeEntry *const *rows,
                              size_t n)
{
  const char *text = "";
  size_t taken = 0;
  for (size_t length = strlen(code) + 1; length-- > 0 && taken < NEAR_MAX;)
    for (size_t i = 0; i < n && taken < NEAR_MAX && text; i++)
      if (common_start(rows[i]->code, code) == length && strlen(rows[i]->code) == strlen(code)) {
        text = arena_printf(arena, "%s%s%s %s", text, taken ? ", " : "", rows[i]->code, rows[i]->name);
        taken++;
      }
  return text && text[0] ? text : "-";
}

const char *reg_warning(struct arena *arena, enum reason reason, const struct decision *params)
{
  const struct reason_text *text = reason_text(reason);
  const char *zh = reason_fill(arena, text->zh, params), *en = reason_fill(arena, text->en, params);
  return zh && en ? arena_printf(arena, "%s %s / %s", text->word, zh, en) : NULL;
}

int reg_code_known(const struct dir_view *dir, const char *table, const char *code, struct arena *arena,
                   bool *ret, const char **ret_near)
{
  const Reg__CodeEntry *entry = NULL;
  const Reg__CodeEntry *const *rows = NULL;
  size_t n = 0;
  int r = dir_code(dir, table, code, &entry);
  if (r == 0 && !entry) r = dir_codes(dir, table, &rows, &n);
  *ret = entry || n == 0;
  *ret_near = *ret || r < 0 ? "-" : near_codes(arena, code, rows, n);
  return r;
}

int reg_code_check(const struct dir_view *dir, const char *table, const char *code, struct decision *out,
                   const char **ret_warning)
{
  const Reg__CodeEntry *entry = NULL;
  const Reg__CodeEntry *const *rows = NULL;
  size_t n = 0;
  *ret_warning = NULL;
  if (!code[0]) return 0;
  int r = dir_code(dir, table, code, &entry);
  if (r == 0 && !entry) r = dir_codes(dir, table, &rows, &n);
  if (r < 0 || entry) return r;
  if (n > 0)
    return decision_reject(out, REASON_CODE, "table", table, "code", code, "near",
                           near_codes(out->arena, code, rows, n), NULL);
  struct decision params = {.arena = out->arena};
  decision_reject(&params, REASON_CODE_TABLE, "table", table, "code", code, NULL);
  *ret_warning = reg_warning(out->arena, REASON_CODE_TABLE, &params);
  return *ret_warning ? 0 : -ENOMEM;
}

// ---- stages of a run type

struct run_type {
  const char *code;
  Typ__Stage stages[REG_STAGES_MAX];
};
#define PRESCHOOL           TYP__STAGE__STAGE_PRESCHOOL
#define PRIMARY             TYP__STAGE__STAGE_PRIMARY
#define JUNIOR              TYP__STAGE__STAGE_JUNIOR
#define SENIOR              TYP__STAGE__STAGE_SENIOR
#define HIGHER              TYP__STAGE__STAGE_HIGHER
#define RUN_TYPE(code, ...) {code, {__VA_ARGS__}},
static const struct run_type run_types[] = {
#include "services/registry/rules/run_types.def"
};

size_t reg_run_type_stages(const char *run_type, Typ__Stage ret[REG_STAGES_MAX])
{
  for (size_t i = 0; i < sizeof run_types / sizeof *run_types; i++) {
    if (strcmp(run_types[i].code, run_type) != 0) continue;
    size_t n = 0;
    for (; n < REG_STAGES_MAX && run_types[i].stages[n]; n++)
      ret[n] = run_types[i].stages[n];
    return n;
  }
  return 0;
}
