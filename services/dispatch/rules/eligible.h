// Who may be sent and who may host: the predicates of a measure with a sentence each (AS-01, AS-02), and
// whether a person fits the need of a plan's line (AS-08). Checked anew at every gate: nomination, proposal,
// adoption, approval.
#pragma once
#include "services/dispatch/rules/emit.h"

struct dsp_verdict {
  bool ok;
  struct dsp_findings findings; // one a predicate, in the order of the template
};

struct dsp_applicant {
  const Reg__Person *person;
  const char *on;        // first day of the posting
  const char *period;    // "2016-2017" or "2016", for one_application_per_year; NULL = not asked
  const char *candidate; // id of the candidacy at hand, which does not count as another one; "" = none
};
// The measure's `who`, and that the person is in service.
int dsp_eligible_person(const struct dsp_call *call, const struct dsp_case *case_,
                        const struct dsp_applicant *applicant, struct dsp_verdict *ret);
// The measure's `host`, and that the institution is in use.
int dsp_eligible_host(const struct dsp_call *call, const struct dsp_case *case_, const Reg__Institution *host,
                      const char *on, struct dsp_verdict *ret);
bool dsp_eligible_in_use(const Reg__Institution *institution);

// Whether the person has the stage and the subject a line asks for; a line that names none asks for none.
bool dsp_eligible_stage(const Dsp__PlanLine *line, const Reg__Person *person);
bool dsp_eligible_subject(const Dsp__PlanLine *line, const Reg__Person *person);
// How far a fitting person is from the ideal: 1 for a stage and 1 for a subject that is not the first one
// listed.
int dsp_eligible_gap(const Dsp__PlanLine *line, const Reg__Person *person);

// Refusals: AS-01 or AS-02 with the sentences that do not hold; AS-08 with need and person side by side.
int dsp_eligible_reject(const struct dsp_call *call, enum reason reason, const char *who,
                        const struct dsp_verdict *verdict);
int dsp_eligible_reject_need(const struct dsp_call *call, const Dsp__PlanLine *line,
                             const Reg__Person *person);
const char *dsp_eligible_stage_zh(Typ__Stage stage);
const char *dsp_eligible_stage_en(Typ__Stage stage);
