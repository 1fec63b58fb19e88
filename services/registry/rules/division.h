#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// All or nothing, at most 1000 rows; only what is new or changed goes into the event. Level and parent may be
// left out. IN-05 for a parent that is neither known nor earlier in the message, SE-01 for a division outside
// the actor's scope.
int reg_division_import(const struct dir_view *dir, const Reg__ImportDivisions *cmd,
                        const struct rule_context *ctx, struct decision *out);
// The division is known and in force on the day; IN-05 naming its successors otherwise.
int reg_division_in_force(const struct dir_view *dir, const char *code, const char *day,
                          struct decision *out);
