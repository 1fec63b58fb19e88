// Why a match came out as it did. All of it needs an optimum: after any other result the answers are
// "nothing".
#pragma once
#include "services/dispatch/model/model.h"

// Who competes for the same people (E1): the posts that share them, and the quotas whose caps close the way.
struct mdl_cut {
  uint8_t *posts, *quotas; // marks; the caller frees both
  int32_t n_posts, n_quotas;
  int64_t places, filled; // of these posts
  int32_t people;         // who could go to one of them, by their pairs
  bool open;              // no cap stands in the way: something that matters more does
};
bool mdl_cut(const struct mdl *model, int32_t post, struct mdl_cut *ret); // false: no memory

// The cheapest way to fill one more place of a post (E2): who moves, and what it costs on each term.
struct mdl_move {
  int32_t person, from, to; // pairs; -1 = none
};
#define MDL_MOVES 8
struct mdl_chain {
  struct mdl_move moves[MDL_MOVES];
  int32_t emptied[MDL_MOVES]; // the posts that lose a place
  int32_t n_moves, n_emptied; // in all; at most MDL_MOVES are listed
  int64_t value[MDL_TERMS];
};
bool mdl_chain(const struct mdl *model, int32_t post, struct mdl_chain *ret); // false: there is no way

// What one more unit of a quota's cap would change; false if nothing.
bool mdl_worth(const struct mdl *model, int32_t quota, int64_t value[MDL_TERMS]);

// The k pairs of a post (of a person) that are not taken and would cost least to take instead, cheapest
// first.
struct mdl_alternative {
  int32_t pair;
  int64_t value[MDL_TERMS];
};
int32_t mdl_post_alternatives(const struct mdl *model, int32_t post, int32_t k, struct mdl_alternative *out);
int32_t mdl_person_alternatives(const struct mdl *model, int32_t person, int32_t k,
                                struct mdl_alternative *out);

// Somebody wishes a post more than the own one, and there is an empty place (holder -1), or somebody has one
// whose pair is worse on what the programme ranks people by (all figures of a pair but the wish).
struct mdl_envy {
  int32_t pair, holder;     // pairs
  enum mdl_term because;    // what would be lost most by giving in; MDL_TERMS: nothing, or no way at all
  int64_t value[MDL_TERMS]; // of giving in
};
int32_t mdl_envies(const struct mdl *model, int32_t room, struct mdl_envy *out); // how many there are

// The first term that a change touches; MDL_TERMS if none.
enum mdl_term mdl_first(const struct mdl *model, const int64_t value[MDL_TERMS]);
