// What every step of an assignment begins and ends with: the record, its lifecycle, who may, the event.
#pragma once
#include "services/dispatch/rules/emit.h"

struct dsp_move { // an assignment on its way to the next state
  const Dsp__Assignment *before;
  Dsp__Assignment *next; // the next version: state and rev moved on, the rest to be filled in
  const char *event;     // that the move raises
  struct dsp_case case_;
};
// NOT-FOUND, DA-02, STATE.
int dsp_move_begin(const struct dsp_call *call, const char *id, const char *verb, struct dsp_move *ret);
// The same from a record at hand, by the clock or a feed: nobody names it, and case_ is left out.
int dsp_move_next(const struct dsp_call *call, const Dsp__Assignment *before, const char *verb,
                  struct dsp_move *ret);
int dsp_move_finish(const struct dsp_call *call, const struct dsp_move *move, const char *reason);

// Who may take the step: any of these (AS-09, SE-01).
enum dsp_sides {
  DSP_HOME = 1,    // the sending unit
  DSP_HOST = 2,    // the receiving unit
  DSP_SENDER = 4,  // the bureau on the sending side
  DSP_PARTIES = 8, // parties to the agreement
  DSP_OWNER = 16,  // owner of the plan
  DSP_EITHER = DSP_HOME | DSP_HOST | DSP_SENDER | DSP_PARTIES | DSP_OWNER
};
int dsp_move_acts(const struct dsp_call *call, const struct dsp_case *case_,
                  const Dsp__Assignment *assignment, unsigned sides);
// The person, or one who acts for it.
int dsp_move_acts_person(const struct dsp_call *call, const Dsp__Assignment *assignment);
