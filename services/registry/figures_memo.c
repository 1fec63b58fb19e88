#include "services/registry/figures_memo.h"
#include "common/base/date.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { PROGRAMME_BYTES = 8 << 20 };

struct figures_memo {
  struct arena *arena;       // holds the programme, which figures refer to
  Prg__Programme *programme; // NULL = nothing is kept
  const char *indicator;
  char day[DATE_SIZE];
  uint64_t seq;
  struct figures *figures;
};

int figures_memo_new(struct figures_memo **ret)
{
  struct figures_memo *memo = calloc(1, sizeof *memo);
  if (!memo) return -ENOMEM;
  int r = arena_new(PROGRAMME_BYTES, &memo->arena);
  if (r < 0) memo = figures_memo_free(memo);
  *ret = memo;
  return r;
}

static void forget(struct figures_memo *memo)
{
  memo->figures = figures_close(memo->figures);
  memo->programme = NULL;
  if (memo->arena) arena_reset(memo->arena);
}

struct figures_memo *figures_memo_free(struct figures_memo *memo)
{
  if (!memo) return NULL;
  forget(memo);
  arena_free(memo->arena);
  free(memo);
  return NULL;
}

static bool is_of(const struct figures_memo *memo, const struct figures_question *question)
{
  const Prg__Programme *programme = memo->programme;
  return programme && memo->seq == question->seq && programme->version == question->programme->version &&
         strcmp(programme->id, question->programme->id) == 0 &&
         strcmp(memo->indicator, question->indicator->id) == 0 && strcmp(memo->day, question->day) == 0;
}

int figures_memo_open(struct figures_memo *memo, const struct dir_view *dir,
                      const struct figures_question *question, const struct figures **ret)
{
  *ret = memo->figures;
  if (is_of(memo, question)) return 0;
  forget(memo);
  Prg__Programme *programme = (Prg__Programme *)arena_clone(memo->arena, &question->programme->base);
  if (!programme) return -ENOMEM;
  const Prg__Indicator *indicator = figures_indicator(programme, question->indicator->id);
  int r = figures_open(dir, programme, indicator, question->day, &memo->figures);
  if (r < 0) return r;
  memo->programme = programme;
  memo->indicator = indicator->id;
  memo->seq = question->seq;
  strncpy(memo->day, question->day, sizeof memo->day - 1);
  *ret = memo->figures;
  return 0;
}
