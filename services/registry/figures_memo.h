// What was gathered for the figures asked last, kept for the next page: it holds while the journal stands
// still.
#pragma once
#include "services/registry/rules/figures.h"

struct figures_question {
  const Prg__Programme *programme;
  const Prg__Indicator *indicator;
  const char *day;
  uint64_t seq; // of the journal
};
struct figures_memo;
int figures_memo_new(struct figures_memo **ret);
struct figures_memo *figures_memo_free(struct figures_memo *memo);
// *ret lives until the next call. 0 or negative.
int figures_memo_open(struct figures_memo *memo, const struct dir_view *dir,
                      const struct figures_question *question, const struct figures **ret);
