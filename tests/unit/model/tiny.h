// Small matchings drawn at random, with every kind of rule, and their best answers by trying everything.
#pragma once
#include "services/dispatch/model/explain.h"
#include "services/dispatch/model/mdl.h"
#include "tests/lib/testlib.h"

enum {
  TINY_PEOPLE = 6,
  TINY_POSTS = 4,
  TINY_PAIRS = TINY_PEOPLE * TINY_POSTS,
  TINY_QUOTAS = 8,
  TINY_TEAMS = 2
};

struct tiny {
  struct mdl_person people[TINY_PEOPLE];
  struct mdl_post posts[TINY_POSTS];
  struct mdl_pair pairs[TINY_PAIRS];
  struct mdl_quota quotas[TINY_QUOTAS];
  struct mdl_team teams[TINY_TEAMS];
  int32_t members[TINY_QUOTAS][TINY_PAIRS], team_members[TINY_TEAMS][TINY_PEOPLE];
  char ids[TINY_PEOPLE + TINY_POSTS + TINY_QUOTAS + TINY_TEAMS][8];
  enum mdl_term order[MDL_TIE];
  struct mdl_problem problem;
};
struct tiny_kinds { // what may occur
  bool quotas, floors, spread, holds, teams, any_order;
};
void tiny_draw(uint64_t *seed, const struct tiny_kinds *kinds, struct tiny *tiny);
// The same in another listing: people, posts, pairs, quotas and teams change their numbers, not their ids.
void tiny_shuffle(uint64_t *seed, const struct tiny *from, struct tiny *to);

struct tiny_wish {      // what an answer must have besides
  int32_t pair;         // taken; -1 = any
  int32_t post, filled; // so many places of a post at least; -1 = any
};
// The least value in the order of the problem; false if nothing is allowed. `wish` may be NULL.
bool tiny_best(const struct tiny *tiny, const struct tiny_wish *wish, int64_t value[MDL_TERMS]);
bool tiny_allowed(const struct tiny *tiny, const uint8_t *taken);
// By what the problem's order says, ties last.
int tiny_compare(const struct tiny *tiny, const int64_t *a, const int64_t *b);

// Solves and has everything checked: rules kept, values as told, the kernel's answer by the second opinion.
struct mdl *tiny_solve(const struct tiny *tiny, struct mdl_result *ret);
void tiny_check_kernel(const struct mdl *model);
