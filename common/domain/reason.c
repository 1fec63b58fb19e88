#include "common/domain/reason.h"
#include <string.h>

static const struct reason_text texts[REASONS] = {
    [REASON_NONE] = {"", BUS__CODE__CODE_OK, "", "", "", ""},
#define REASON(id, word, code, zh, en, fix_zh, fix_en)                                                       \
  [REASON_##id] = {word, BUS__CODE__CODE_##code, zh, en, fix_zh, fix_en},
#include "proto/reasons.def"
#undef REASON
};

const struct reason_text *reason_text(enum reason reason)
{
  if ((unsigned)reason >= REASONS) return &texts[REASON_INTERNAL];
  return &texts[reason];
}

enum reason reason_of_word(const char *word)
{
  for (int i = REASON_NONE + 1; i < REASONS; i++)
    if (strcmp(texts[i].word, word) == 0) return i;
  return REASON_NONE;
}
