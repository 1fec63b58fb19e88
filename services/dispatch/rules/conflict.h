// Double booking (AS-04): over all programmes, what a person carries on any day is at most full time.
#pragma once
#include "services/dispatch/rules/gate.h"

struct dsp_booking {
  const char *person, *from, *to; // [from, to); to "" = open
  uint32_t load_percent;
  const char *except; // id of the assignment at hand, which does not count twice; "" = none
};
// NULL if it fits, else an assignment that stands in the way on the first day that is too full. A posting
// ended before its time takes up its person until that day only.
int dsp_conflict_find(const struct dsp_call *call, const struct dsp_booking *booking,
                      const Dsp__Assignment **ret);
// The same as a refusal.
int dsp_conflict_check(const struct dsp_call *call, const struct dsp_booking *booking);
