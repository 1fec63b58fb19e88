// The checks of dialect §15 on a compiled programme: names resolve, forms and keys fit, ranges are sane
// (PR-01). Pure, so the command-line tool runs the same checks before anything is sent.
//
// A programme with `extends` is judged in two steps: programme_check_own on what its file says, which needs
// no parent, and programme_check on what programme_inherit makes of it.
#pragma once
#include "common/domain/decision.h"
#include "proto/programme.pb-c.h"

struct programme_fault {
  char path[160];     // "modes.FUSION.members[0].role": section, id, key
  enum reason reason; // PR-01, or PR-02: then the details say what the parent allows
  char detail_zh[200];
  char detail_en[200];
  char near[64]; // the word that was probably meant; "" = nothing is near
};
typedef void programme_fault_fn(void *context, const struct programme_fault *fault);
// Calls fn for every fault; returns how many.
size_t programme_check(const Prg__Programme *programme, programme_fault_fn *fn, void *context);
// Only what can be judged without the parent: names it does not define may be inherited.
size_t programme_check_own(const Prg__Programme *programme, programme_fault_fn *fn, void *context);
