// The checks of an assignment (AS-01 .. AS-12), the same ones at its proposal, at the adoption of a match
// and, in the approving transaction, at its approval: what was true when somebody proposed may not be when
// somebody signs.
#pragma once
#include "services/dispatch/rules/emit.h"

struct dsp_proposal { // what is asked for; texts may be "" where the rules can tell
  const char *person, *host, *partnership, *plan, *match_run;
  uint32_t plan_line;
  const char *from, *to;
  uint32_t load_percent;
};
// A period with the end the measure's term gives when none is asked for. AS-13, FIELD.
int dsp_proposal_period(const struct dsp_call *call, const struct dsp_case *case_, const char *from,
                        const char *to, Typ__Period **ret);
// A new record in state PROPOSED, checked; partnership, end and quota keys filled in; warnings among its
// findings.
int dsp_proposal_make(const struct dsp_call *call, const struct dsp_case *case_,
                      const struct dsp_proposal *proposal, Dsp__Assignment **ret);
// Those of a host alone, for a posting that goes to another one: AS-02, AS-03; the partnership it rests on
// then is filled in.
int dsp_proposal_check_host(const struct dsp_call *call, const struct dsp_case *case_,
                            Dsp__Assignment *assignment);
// All checks again, and the quotas (AS-06).
int dsp_proposal_recheck(const struct dsp_call *call, const struct dsp_case *case_,
                         const Dsp__Assignment *assignment);
