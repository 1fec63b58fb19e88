// The checks of dialect §15 on a compiled programme: names resolve, forms and keys fit, ranges are sane
// (PR-01). Pure, so the command-line tool runs the same checks before anything is sent.
#pragma once
#include "common/domain/decision.h"
#include "proto/programme.pb-c.h"

struct programme_fault {
  char path[160]; // "modes.FUSION.members[0].role": section, id, key
  char detail_zh[200];
  char detail_en[200];
};
typedef void programme_fault_fn(void *context, const struct programme_fault *fault);
// Calls fn for every fault; returns how many.
size_t programme_check(const Prg__Programme *programme, programme_fault_fn *fn, void *context);
