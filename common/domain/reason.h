// The reasons of proto/reasons.def as an enum; positive, so that `return REASON_PN_01` is a domain rejection.
#pragma once
#include "proto/envelope.pb-c.h"

enum reason {
  REASON_NONE = 0,
#define REASON(id, word, code, zh, en, fix_zh, fix_en) REASON_##id,
#include "proto/reasons.def"
#undef REASON
  REASONS
};

struct reason_text {
  const char *word;
  Bus__Code code;
  const char *zh, *en, *fix_zh, *fix_en;
};
const struct reason_text *reason_text(enum reason reason);
enum reason reason_of_word(const char *word); // REASON_NONE if unknown
