// Approval chains: whose turn it is, and the record of steps taken. Used for plans and assignments.
#pragma once
#include "services/dispatch/rules/gate.h"

struct dsp_step {
  const char *word;        // of the chain, e.g. "PROVINCE"
  const char *institution; // the one behind it for which the actor acts
};
struct dsp_chain_at { // where a chain stands
  char *const *words;
  size_t n, done;
  const Reg__Agreement *agreement;
  const Reg__Partnership *partnership;
  const char *place, *home, *host; // as in struct party_subject; NULL where there is none
};
// PL-03, naming who is awaited, unless the actor acts for a party behind the next word and its scope covers
// it.
int dsp_steps_next(const struct dsp_call *call, const struct dsp_case *case_, const struct dsp_chain_at *at,
                   struct dsp_step *ret);
// Appends a step to a list of steps of a record; the array is copied, for records are not changed in place.
int dsp_steps_record(const struct dsp_call *call, const struct dsp_step *step, const char *reason,
                     Typ__ApprovalStep ***list, size_t *n);
