#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// All or nothing, at most 1000 rows; only what is new or changed goes into the event. Level and parent may be
// left out: the level follows from the code, the parent is the nearest level above that is registered.
// A code may have had several lives (renamed, abolished and given anew): a row is the state that begins with
// valid.from; rows without dates speak of the latest one and leave its dates alone. Lives may come in any
// order. IN-05 for a parent that is neither known nor earlier in the message (only a prefecture may be
// missing), SE-01 for a division outside the actor's scope.
int reg_division_import(const struct dir_view *dir, const Reg__ImportDivisions *cmd,
                        const struct rule_context *ctx, struct decision *out);

// The division is known and in force on the day; IN-05 naming its successors otherwise.
int reg_division_in_force(const struct dir_view *dir, const char *code, const char *day,
                          struct decision *out);
// That refusal, for a division found not to be in force.
int reg_division_refuse(const struct dir_view *dir, const char *code, const char *day, struct decision *out);
bool reg_division_alive(const Reg__Division *state, const char *day);
// Those in force on the day that came, over however many steps, in the place of one that ended.
int reg_division_successors(const struct dir_view *dir, const Reg__Division *ended, const char *day,
                            struct arena *arena, const Reg__Division *const **ret, size_t *n);
