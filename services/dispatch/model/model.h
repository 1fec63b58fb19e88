// The matching of people to posts as rules, not as a network: persons, posts with places, pairs that may be,
// quotas with floors and caps, teams, an order of what matters. The model turns it into a network for the
// kernel (services/dispatch/solver) in which every arc knows its rule, solves it, and says why it came out
// so. Pure and deterministic: the same problem gives the same answer in whatever order its parts are listed,
// because they are put in the order of their ids first. No clock, no wording, no records.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What a match is judged by; the programme says in which order (design document, lexicographic objective).
// All are minimised; one never trades against one before it.
enum mdl_term {
  MDL_GUARANTEE,  // places short of the floors of quotas
  MDL_UNFILLED,   // empty places, each with the weight of its post
  MDL_CHANGES,    // people of the published plan who are not where it has them, by `keep`
  MDL_PAIR,       // from here on figures of the pairs: not last year's home and host ...
  MDL_CONTINUITY, // ... not last year's host
  MDL_GAP,        // ... how far the person is from what was asked for
  MDL_DISTANCE,
  MDL_HARDSHIP,
  MDL_WISH,
  MDL_BURDEN, // uneven shares of quotas marked `spread`: the k-th person of each costs k - 1
  MDL_TIE,    // a hash of the ids, always last: makes the answer unique. Not given in an order
  MDL_TERMS
};
#define MDL_PAIR_TERMS (MDL_WISH - MDL_PAIR + 1)
#define MDL_FIGURE_MAX (1 << 30) // of any figure given
#define MDL_NO_CAP     INT32_MAX

struct mdl_person {
  const char *id;
};
struct mdl_post {
  const char *id;
  int32_t need;       // places
  int32_t weight;     // of an empty place; > 0
  int32_t site, area; // who teams go to: numbers of the caller, e.g. of the host and of its county
};
enum mdl_hold { MDL_FREE, MDL_PINNED, MDL_ARRIVED }; // the last two must be taken
struct mdl_pair {
  int32_t person, post;
  enum mdl_hold hold;
  int32_t keep;                 // > 0: in the published plan; what leaving it costs
  int32_t cost[MDL_PAIR_TERMS]; // from MDL_PAIR on
};
#define MDL_COST(pair, term) ((pair)->cost[(term)-MDL_PAIR])

// A figure over a set of pairs. Those of a side must be nested or apart, also with the pairs of each person
// (sending) or each post (hosting): a network carries nothing else.
enum mdl_side { MDL_SENDING, MDL_HOSTING, MDL_EITHER }; // the last: whichever fits, hosting first
struct mdl_quota {
  const char *id;
  enum mdl_side side;
  int32_t floor; // missed only if there is no way; 0 = none
  int32_t cap;   // never passed; MDL_NO_CAP = none
  bool spread;   // shares of such quotas should be even
  const int32_t *pairs;
  size_t n_pairs;
};
enum mdl_together { MDL_SAME_SITE, MDL_SAME_AREA };
struct mdl_team { // all at one site (or in one area), or none of them
  const char *id;
  enum mdl_together together;
  const int32_t *members; // persons
  int32_t n_members;
};

struct mdl_problem { // all borrowed: must outlive the model
  const struct mdl_person *people;
  const struct mdl_post *posts;
  const struct mdl_pair *pairs;
  const struct mdl_quota *quotas;
  const struct mdl_team *teams;
  int32_t n_people, n_posts, n_pairs, n_quotas, n_teams;
  const enum mdl_term *order; // NULL: as the enumeration. A term left out does not count
  int n_order;
};

// What is wrong with a problem; nothing has been done then.
enum mdl_code {
  MDL_OK,
  MDL_NO_MEMORY,
  MDL_SIZE,      // a count is negative or too large for the kernel
  MDL_ID,        // an id is missing or stands twice
  MDL_UNKNOWN,   // names a person, post or pair that there is not
  MDL_TWICE,     // the same pair, the same member of a quota or team, or a person of two teams
  MDL_FIGURE,    // a figure is negative or above MDL_FIGURE_MAX
  MDL_FLOOR,     // the floor is above the cap
  MDL_CROSSING,  // a quota crosses another one (or a person's or post's pairs): `other`, `witness`
  MDL_ORDER,     // a term stands twice, or one of the pairs before MDL_UNFILLED, or that is missing
  MDL_TOO_LARGE, // a team is larger than any site (area) it could go to
  MDL_HELD,   // what must be taken breaks a rule: of the person, the post, the quota or the team in `other`
  MDL_STOPPED // a limit was reached before any answer was known
};
enum mdl_kind { MDL_PEOPLE, MDL_POSTS, MDL_PAIRS, MDL_QUOTAS, MDL_TEAMS, MDL_ORDERS };
struct mdl_fault {
  enum mdl_code code;
  enum mdl_kind kind, other_kind;
  int32_t index, other;
  int32_t witness[3]; // MDL_CROSSING: a pair in both, one in `index` only, one in `other` only
};

struct mdl;
struct mdl *mdl_new(const struct mdl_problem *problem, struct mdl_fault *ret_fault); // NULL: see the fault
struct mdl *mdl_free(struct mdl *model);

struct mdl_options {    // limits of work, not of time: the same answer on every machine
  uint64_t pivot_limit; // 0 = none
  uint32_t node_limit;  // of the search over teams; 0 = none
  const volatile int *cancel;
};
struct mdl_result {
  bool optimal;
  enum mdl_term gap_term; // not optimal: the terms before this one are, and this one is at most `gap` away;
  int64_t gap;            // INT64_MAX: unknown
  int64_t value[MDL_TERMS];
  int32_t filled;
  uint64_t pivots;
  uint32_t nodes;
};
// MDL_OK, also when a limit was reached: then the best found. MDL_HELD (index: the team) if what must be
// taken leaves a team no way to be together; MDL_STOPPED if not even that is known; MDL_NO_MEMORY.
enum mdl_code mdl_solve(struct mdl *model, const struct mdl_options *options, struct mdl_result *ret,
                        struct mdl_fault *ret_fault);
bool mdl_taken(const struct mdl *model, int32_t pair);
int32_t mdl_given(const struct mdl *model, int32_t person); // the pair the person got; -1 = none
int32_t mdl_filled(const struct mdl *model, int32_t post);
int32_t mdl_used(const struct mdl *model, int32_t quota);
// What an answer is worth by the problem alone, whoever found it: taken[pair].
void mdl_evaluate(const struct mdl_problem *problem, const uint8_t *taken, int64_t value[MDL_TERMS]);
