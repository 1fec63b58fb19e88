// Targets: judged by the clock against the figures of the day, told once with each change.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"

// Where the judging of a day stands; the daemon keeps it between ticks. It goes through the programmes once a
// day, a bounded part with each tick, and forgetting it costs nothing but looking again.
struct reg_sweep {
  uint32_t lead_days;  // a target is at risk so many days before it is due
  char day[DATE_SIZE]; // the day being judged
  char programme[128]; // and how far: programme, place of the target, period, division
  size_t target, due;
  char division[16];
  bool done;
};
// ctx->prepared: struct reg_sweep *. Adds the events to out; *moved counts them.
int reg_target_tick(const struct dir_view *dir, struct reg_sweep *sweep, const struct rule_context *ctx,
                    struct decision *out, uint32_t *moved);
