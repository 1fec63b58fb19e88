// Governance bodies (leading groups, task forces; document rows B19, E5): of exactly one programme, agreement
// or partnership, with exactly one head. Members are named by unit and post, never by name.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

int reg_body_form(const struct dir_view *dir, const Reg__FormBody *cmd, const struct rule_context *ctx,
                  struct decision *out);
// What is empty stays; members, when given, are the whole new list. A dissolved body is not changed any more.
int reg_body_amend(const struct dir_view *dir, const Reg__AmendBody *cmd, const struct rule_context *ctx,
                   struct decision *out);
