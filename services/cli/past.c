#include "services/cli/past.h"
#include "services/cli/lang.h"
#include <string.h>

static const struct {
  const char *noun, *verb, *reason;
} rows[] = {
#define NO_PAST(noun, verb, reason) {noun, verb, reason},
#include "services/cli/past.def"
#undef NO_PAST
};

static bool same(const char *a, const char *b)
{
  return a && b ? strcmp(a, b) == 0 : a == b;
}

const char *past_refusal(const struct verb *verb)
{
  // an export is its list
  const char *word = verb->verb && strcmp(verb->verb, "export") == 0 ? "list" : verb->verb;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].noun, verb->noun) == 0 && same(rows[i].verb, word)) return _(rows[i].reason);
  return NULL;
}
