#include "services/cli/rules.h"
#include "services/cli/lang.h"
#include <string.h>

static const struct {
  const char *code, *text;
} rows[] = {
#define RULE(code, text) {code, text},
#include "services/cli/rules.def"
#undef RULE
};

const char *rules_words(struct cli *cli, const char *code)
{
  const char *words = NULL;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].code, code) == 0) words = arena_printf(cli->arena, "%s %s", code, _(rows[i].text));
  return words ? words : code;
}
