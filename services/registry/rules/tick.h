#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// What the day brings to agreements and partnerships. A bounded number of records a call; the next Tick takes
// the rest. Then targets are judged, with ctx->prepared: struct reg_sweep * (target.h); without it they are
// not.
int reg_tick(const struct dir_view *dir, const Reg__Tick *cmd, const struct rule_context *ctx,
             struct decision *out);
