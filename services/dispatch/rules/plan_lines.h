// The lines of a needs plan: what may stand in one, and what a verifying step may change.
#pragma once
#include "services/dispatch/rules/gate.h"

// Copies the lines into the plan, numbered, checked (PL-02, PL-05, AS-02) and summed up.
int dsp_plan_lines_take(const struct dsp_call *call, const struct dsp_case *case_, Dsp__NeedsPlan *plan,
                        Dsp__PlanLine *const *lines, size_t n);
// Puts a step's figures in (PL-04) and sums up.
int dsp_plan_lines_decide(const struct dsp_call *call, Dsp__NeedsPlan *plan,
                          Dsp__LineDecision *const *decisions, size_t n);
void dsp_plan_lines_as_requested(Dsp__NeedsPlan *plan); // approved = requested, no reasons: as submitted
void dsp_plan_lines_undecided(Dsp__NeedsPlan *plan);    // approved = 0: as drafted
