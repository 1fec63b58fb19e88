// What nearly every decision of dispatchd begins with: finding what the command names, and whether the actor
// may. Every function: 0, a positive enum reason with the refusal in call->out, or a negative system error.
#pragma once
#include "common/domain/decision.h"
#include "common/domain/directory.h"
#include "services/dispatch/rules/view.h"

struct dsp_call { // what every decide function is given, in one hand
  const struct dir_view *dir;
  const struct dsp_view *view;
  const struct rule_context *ctx;
  struct decision *out;
};
#define DSP_CALL(dir, view, ctx, out)                                                                        \
  (struct dsp_call)                                                                                          \
  {                                                                                                          \
    dir, view, ctx, out                                                                                      \
  }

struct dsp_case { // the programme's measure a command is about, and the agreement it rests on
  const Prg__Programme *programme;
  const Prg__Measure *measure;
  const Reg__Agreement *agreement; // NULL: none
};
struct dsp_names {
  const char *programme, *agreement, *measure; // programme may be empty where an agreement names it
  uint32_t version;                            // of the programme; 0 = the agreement's, or the newest
};
// The measure must be of form assignment. `running`: the agreement must be signed and not at an end.
int dsp_gate_case(const struct dsp_call *call, const struct dsp_names *names, bool running,
                  struct dsp_case *ret);

int dsp_gate_institution(const struct dsp_call *call, const char *id,
                         const Reg__Institution **ret);                                    // NOT-FOUND
int dsp_gate_person(const struct dsp_call *call, const char *id, const Reg__Person **ret); // NOT-FOUND
int dsp_gate_plan(const struct dsp_call *call, const char *id,
                  const Dsp__NeedsPlan **ret); // NOT-FOUND, DA-02
int dsp_gate_candidate(const struct dsp_call *call, const char *id, const Dsp__Candidate **ret);
int dsp_gate_run(const struct dsp_call *call, const char *id, const Dsp__MatchRun **ret);
int dsp_gate_assignment(const struct dsp_call *call, const char *id, const Dsp__Assignment **ret);

// The actor must act for one of these institutions and its scope must cover that one: AS-09 (naming who may),
// SE-01.
struct dsp_actors {
  const char *ids[16];
  size_t n;
};
// A scope narrows what an actor does for its units; an actor without any is bounded by its units alone.
bool dsp_gate_in_scope(const struct dsp_call *call, const Reg__Institution *institution,
                       const char *programme);
void dsp_gate_add(struct dsp_actors *actors, const char *id); // empty and repeated ids are left out
int dsp_gate_acts(const struct dsp_call *call, const struct dsp_actors *actors, const char *programme);
bool dsp_gate_is_text(const char *text); // given at all

void dsp_gate_forget(const struct dsp_call *call); // takes a refusal back that did not decide the matter

// A text somebody must give: AS-13 when it is missing, FIELD when it is longer than a record should carry.
#define DSP_TEXT_MAX 1000 // bytes
int dsp_gate_text(const struct dsp_call *call, const char *field, const char *text);
int dsp_gate_missing(const struct dsp_call *call, const char *field);                               // AS-13
int dsp_gate_field(const struct dsp_call *call, const char *field, const char *zh, const char *en); // FIELD
int dsp_gate_dates(const struct dsp_call *call, const char *zh, const char *en);                    // AS-10
// A name for people: that of an institution, or the staff number of a person; the id itself where unknown.
const char *dsp_gate_label(const struct dsp_call *call, const char *id);
// [from, to) of "2016-2017" by the programme's calendar or of "2016"; false for any other text.
bool dsp_gate_period(const Prg__Programme *programme, const char *text, char from[DATE_SIZE],
                     char to[DATE_SIZE]);
