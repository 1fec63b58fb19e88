// Values of indicators: entered by hand with evidence (ID-01), or computed and kept as snapshots.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

int reg_indicator_record(const struct dir_view *dir, const Reg__RecordIndicator *cmd,
                         const struct rule_context *ctx, struct decision *out);
// ctx->prepared: const uint64_t *, the position of the journal the figures stand on.
int reg_indicator_snapshot(const struct dir_view *dir, const Reg__TakeSnapshot *cmd,
                           const struct rule_context *ctx, struct decision *out);
