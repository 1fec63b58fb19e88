// What dispatchd's rules can look up of dispatchd's own records. Declared here, implemented over its tables
// in state.c (a link-time seam): rules never see a store handle. Lookups: 0 and *ret = NULL if there is none;
// negative on failure. Rows live in the call's arena and must not be changed (clone with arena_clone to make
// the next version). Lists are complete or fail with -E2BIG.
#pragma once
#include "proto/dispatch.pb-c.h"
#include <stddef.h>
#include <stdint.h>

struct dsp_view;
#define DSP_VIEW_MAX 16384 // rows of a list: twice the largest pool of a nation-wide programme

int dsp_view_plan(const struct dsp_view *view, const char *id, const Dsp__NeedsPlan **ret);
int dsp_view_candidate(const struct dsp_view *view, const char *id, const Dsp__Candidate **ret);
int dsp_view_run(const struct dsp_view *view, const char *id, const Dsp__MatchRun **ret);
int dsp_view_assignment(const struct dsp_view *view, const char *id, const Dsp__Assignment **ret);

// The plan that is not CLOSED of this programme, owner, school year and measure (PL-01).
struct dsp_plan_key {
  const char *programme, *owner, *school_year, *measure;
};
int dsp_view_live_plan(const struct dsp_view *view, const struct dsp_plan_key *key,
                       const Dsp__NeedsPlan **ret);

// All candidates of a measure and period under an agreement, whatever their status, in the order of their
// ids.
struct dsp_pool_key {
  const char *agreement, *measure, *period;
};
struct dsp_candidates {
  const Dsp__Candidate *const *list;
  size_t n;
};
int dsp_view_pool(const struct dsp_view *view, const struct dsp_pool_key *key, struct dsp_candidates *ret);
int dsp_view_candidates_of(const struct dsp_view *view, const char *person, struct dsp_candidates *ret);

enum dsp_assigned { DSP_OF_PERSON, DSP_OF_HOST, DSP_OF_PLAN };
struct dsp_assignments {
  const Dsp__Assignment *const *list;
  size_t n;
};
int dsp_view_assignments(const struct dsp_view *view, enum dsp_assigned of, const char *id,
                         struct dsp_assignments *ret);
// Live ones (dsp_lifecycle_live) that rest on this institution - as host or home -, partnership or agreement.
int dsp_view_resting(const struct dsp_view *view, const char *id, struct dsp_assignments *ret);
// DISPATCHED ones with arrival_due before this day, earliest first, at most 256: the rest come with the next
// tick.
int dsp_view_due(const struct dsp_view *view, const char *before, struct dsp_assignments *ret);

// How many assignments count against a quota key now; 0 for a key never used.
int dsp_view_quota(const struct dsp_view *view, const char *key, uint32_t *ret_used);
