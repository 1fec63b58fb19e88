// What a match run looks at: the plan's lines with places left, the open candidates, and for each pair
// whether it may be - or which conditions stand in its way.
#pragma once
#include "services/dispatch/model/model.h"
#include "services/dispatch/rules/eligible.h"
#include "services/dispatch/rules/sides.h"

struct dsp_match_person {
  const Dsp__Candidate *candidate;
  const Reg__Person *person;
  const Reg__Institution *home;
  struct dsp_chain chain;
  struct dsp_verdict verdict;  // of `who`
  const Dsp__Assignment *busy; // that stands in the way (AS-04); NULL = free
  bool eligible;               // verdict.ok and free
};
struct dsp_match_place {
  const Dsp__PlanLine *line;
  const Reg__Institution *host;
  struct dsp_seats seats;
  struct dsp_verdict verdict;  // of `host`
  struct dsp_assignments past; // of this host
  int32_t need;                // places left: approved, less postings that fill one
};

#define DSP_MATCH_PAIRS_MAX 500000

struct dsp_match_pool {
  struct dsp_case case_;
  const Dsp__NeedsPlan *plan;
  const Typ__Period *period; // of the postings
  char before[DATE_SIZE];    // a year before they begin: "last year" is [before, period.from)
  bool keep_pairs;           // the measure prefers same_pair_as_last_year, and there was one
  struct dsp_match_person *people;
  size_t n_people;
  struct dsp_match_place *places;
  size_t n_places;
  struct mdl_pair *pairs; // those that may be, by person, then place
  size_t n_pairs;
};
// 0, a reason (SIZE) or negative.
int dsp_match_pool_gather(const struct dsp_call *call, const struct dsp_case *case_,
                          const Dsp__NeedsPlan *plan, const Typ__Period *period, struct dsp_match_pool *ret);
// SIZE: more than one decision holds.
int dsp_match_pool_too_many(const struct dsp_call *call);
// A digest of what the pool was made from: the candidates with their revisions, and which postings fill
// places.
int dsp_match_pool_digest(const struct dsp_call *call, const Dsp__NeedsPlan *plan, uint64_t *ret);

// Conditions of a pair, for explanations: the measure's `who` one by one, then these.
enum dsp_match_bar {
  DSP_BAR_LEFT,
  DSP_BAR_BUSY,
  DSP_BAR_SIDE,
  DSP_BAR_STAGE,
  DSP_BAR_SUBJECT,
  DSP_BAR_SAME,
  DSP_BARS
};
// How many conditions bar the pair; *ret_last = the index of one of them (bars 0 .. DSP_BARS-1, then `who`).
size_t dsp_match_pool_bars(const struct dsp_match_pool *pool, const struct dsp_match_person *person,
                           const struct dsp_match_place *place, size_t *ret_last);
bool dsp_match_pool_was_pair(const struct dsp_match_pool *pool, const struct dsp_match_place *place,
                             const char *home);
// The place of a host in the candidate's wishes, from 0; -1 = not among them.
int dsp_match_pool_wish(const Dsp__Candidate *candidate, const char *host);
