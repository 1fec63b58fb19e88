#include "services/cli/verb.h"
#include "common/base/suggest.h"
#include <string.h>

static const struct verb *const tables[] = {
    verb_registry_table, verb_relations_table, verb_institution_table, verb_reference_table,
    verb_figures_table,  verb_dispatch_table,  verb_notify_table,      verb_ops_table};

const struct verb *verb_at(size_t index)
{
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
    for (const struct verb *verb = tables[t]; verb->noun; verb++)
      if (index-- == 0) return verb;
  return NULL;
}

const struct verb *verb_find(const char *const words[], size_t n, size_t *ret_words)
{
  if (n == 0) return NULL;
  const struct verb *alone = NULL, *verb;
  for (size_t i = 0; (verb = verb_at(i)); i++) {
    if (strcmp(verb->noun, words[0]) != 0) continue;
    if (!verb->verb) {
      alone = verb;
    } else if (n > 1 && strcmp(verb->verb, words[1]) == 0) {
      *ret_words = 2;
      return verb;
    }
  }
  if (alone) *ret_words = 1;
  return alone;
}

bool verb_noun_known(const char *noun)
{
  const struct verb *verb;
  for (size_t i = 0; (verb = verb_at(i)); i++)
    if (strcmp(verb->noun, noun) == 0) return true;
  return false;
}

const char *verb_suggest(const char *noun, const char *word)
{
  struct suggest suggest = suggest_start(word ? word : noun);
  const struct verb *verb;
  for (size_t i = 0; (verb = verb_at(i)); i++) {
    if (!word) {
      suggest_offer(&suggest, verb->noun);
    } else if (verb->verb && strcmp(verb->noun, noun) == 0) {
      suggest_offer(&suggest, verb->verb);
    }
  }
  return suggest_best(&suggest);
}
