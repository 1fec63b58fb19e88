// The lifecycles of dispatchd's records as tables. LIFECYCLES.md is printed from them; a test keeps it
// current.
#pragma once
#include "common/domain/lifecycle.h"
#include "proto/dispatch.pb-c.h"

extern const struct lifecycle dsp_lifecycle_plan, dsp_lifecycle_candidate, dsp_lifecycle_run,
    dsp_lifecycle_assignment;

// Whether it is still to be or going on: what becomes of its host or home concerns it.
bool dsp_lifecycle_live(Dsp__AssignmentStatus status);
// Whether a posting in this state takes up its person's time: everything but those that never took place.
bool dsp_lifecycle_occupies(Dsp__AssignmentStatus status);
// Whether it counts against quotas: from approval on, also when completed or ended early; a cancelled,
// declined or never begun (NO_SHOW) posting gives its place back.
bool dsp_lifecycle_counts(Dsp__AssignmentStatus status);
