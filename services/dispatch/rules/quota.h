// Quotas (AS-06). A quota is named by a key text; apply() counts the assignments that hold a key while they
// count (dsp_lifecycle_counts), and approval refuses when the figure is reached - inside the approving
// transaction.
//   plan/<plan>                 the approved figure of the plan
//   plan/<plan>/<line>          and of its line
//   <measure>/<scopes>/<period> a fixed figure, e.g. principal_post/<agreement>/2016
// `share` quotas are judged at the end of a period, nothing is refused for them.
#pragma once
#include "services/dispatch/rules/gate.h"

#define DSP_QUOTA_KEYS 3
struct dsp_quota_of { // what the keys are made from
  const char *plan;   // "" = none
  uint32_t plan_line;
  const char *day; // first day of the posting
  const char *agreement, *partnership, *division;
};
// The keys an assignment will count against; texts in the arena.
int dsp_quota_keys(const struct dsp_call *call, const struct dsp_case *case_, const struct dsp_quota_of *of,
                   char *ret[DSP_QUOTA_KEYS], size_t *ret_n);
// The key of a fixed quota for a period given as text. NULL past the arena.
const char *dsp_quota_fixed_key(const struct dsp_call *call, const struct dsp_case *case_,
                                const struct dsp_quota_of *of, const char *period);
// The period a day belongs to for this measure: "2016" or "2016-2017".
void dsp_quota_period(const struct dsp_case *case_, const char *day, char out[10]);

// AS-06 if any of the keys has no room left. `plan` is the assignment's plan or NULL.
int dsp_quota_check(const struct dsp_call *call, const struct dsp_case *case_,
                    const Dsp__Assignment *assignment, const Dsp__NeedsPlan *plan);
// The figure a key is limited to; false where it is not limited.
bool dsp_quota_limit(const struct dsp_case *case_, const Dsp__NeedsPlan *plan, const char *key,
                     uint32_t *ret);
const Dsp__PlanLine *dsp_quota_line(const Dsp__NeedsPlan *plan, uint32_t no); // NULL if there is none
