// The fixed party words alone, without the lookups behind them: tools check programmes with these and link no
// directory.
#include "common/domain/party.h"
#include "common/domain/predicate.h"
#include <string.h>

static const char *const words[] = {
#define PARTY_WORD(word, add) #word,
#include "common/domain/party_words.def"
#undef PARTY_WORD
};

bool party_word_fixed(const char *word)
{
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(words[i], word) == 0) return true;
  return false;
}

bool party_word_known(const Prg__Programme *programme, const char *word)
{
  return party_word_fixed(word) || (programme && programme_role(programme, word));
}
