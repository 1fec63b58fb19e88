// Events of dispatchd: each wraps the whole record after its change; the head says who may see it.
// 0 or -ENOMEM. The record must live in the arena.
#pragma once
#include "services/dispatch/rules/gate.h"

// `event` is an rpc of `service Events`, as the lifecycle tables name it; `text` (or NULL) is its second
// field.
int dsp_emit_plan(const struct dsp_call *call, const Dsp__NeedsPlan *plan, const char *event,
                  const char *text);
int dsp_emit_candidate(const struct dsp_call *call, const Dsp__Candidate *candidate, const char *event,
                       const char *text);
int dsp_emit_run(const struct dsp_call *call, const Dsp__MatchRun *run, const char *event);
int dsp_emit_assignment(const struct dsp_call *call, const Dsp__Assignment *assignment, const char *event,
                        const char *text);

// Answers, set as the reply of the decision.
int dsp_emit_reply_plan(const struct dsp_call *call, const Dsp__NeedsPlan *plan);
int dsp_emit_reply_candidate(const struct dsp_call *call, const Dsp__Candidate *candidate);
int dsp_emit_reply_run(const struct dsp_call *call, const Dsp__MatchRun *run);
int dsp_emit_reply_assignment(const struct dsp_call *call, const Dsp__Assignment *assignment);

// Findings and lists of text in the arena; appending grows the array by doubling.
struct dsp_findings {
  Dsp__Finding **list;
  size_t n, capacity;
};
struct dsp_finding {
  enum reason code;
  bool ok;
  const char *zh, *en; // copied
};
int dsp_emit_finding(struct arena *arena, struct dsp_findings *findings, const struct dsp_finding *finding);
