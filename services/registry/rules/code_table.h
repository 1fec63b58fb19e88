// Code tables (JY/T 1001 kind) are data that is loaded, never an enumeration: what a table says is checked
// when it is loaded, and only warned of when it is not.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// The national tables belong to nobody's subtree: a registrar of a province or of the nation loads them. At
// most 1000 rows, all or nothing; an entry is replaced by its table and code.
int reg_code_import(const struct dir_view *dir, const Reg__ImportCodes *cmd, const struct rule_context *ctx,
                    struct decision *out);

// 0, or the refusal CODE with the nearest codes. *ret_warning: the text to warn with where the table is not
// loaded, NULL else. An empty code passes.
int reg_code_check(const struct dir_view *dir, const char *table, const char *code, struct decision *out,
                   const char **ret_warning);
// Whether the code may stand: it is in the table, or the table is not loaded. Where it may not, *ret_near
// names the nearest codes, "-" if nothing is near.
int reg_code_known(const struct dir_view *dir, const char *table, const char *code, struct arena *arena,
                   bool *ret, const char **ret_near);
// "IN-02 <zh> / <en>": a reason as a warning, which refuses nothing. `params` holds its parameters.
const char *reg_warning(struct arena *arena, enum reason reason, const struct decision *params);

// Stages that a run type (table BXLX) has, for units that name none; 0 where it tells nothing.
#define REG_STAGES_MAX 4
size_t reg_run_type_stages(const char *run_type, Typ__Stage ret[REG_STAGES_MAX]);
