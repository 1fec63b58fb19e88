#include "services/cli/verb.h"
#include "common/base/check.h"
#include "common/base/suggest.h"
#include "services/cli/export.h"
#include "services/cli/lang.h"
#include <string.h>

static const struct verb *const tables[] = {
    verb_registry_table, verb_relations_table, verb_institution_table, verb_reference_table,
    verb_figures_table,  verb_dispatch_table,  verb_notify_table,      verb_ops_table};

// Every list can be written as a file: "export" takes what "list" takes, and where to and how.
#define EXPORTS_MAX 64
#define INPUTS_MAX  20
static struct verb exports[EXPORTS_MAX];
static struct verb_input export_inputs[EXPORTS_MAX][INPUTS_MAX];
static size_t n_exports;

static void derive(const struct verb *list)
{
  static const struct verb_input more[] = {EXPORT_INPUTS, {NULL, NULL, VERB_TEXT, 0, NULL, NULL}};
  struct verb_input *inputs = export_inputs[n_exports];
  size_t n = 0;
  CHECK(n_exports < EXPORTS_MAX);
  for (const struct verb_input *input = list->inputs; input && input->name; input++)
    inputs[n++] = *input;
  CHECK(n + sizeof more / sizeof *more <= INPUTS_MAX);
  memcpy(inputs + n, more, sizeof more);
  exports[n_exports++] = (struct verb){.noun = list->noun,
                                       .verb = "export",
                                       .help = N_("Write the list as a CSV file"),
                                       .method = list->method,
                                       .run = export_run,
                                       .inputs = inputs,
                                       .show = list->show};
}

static void derive_exports(void)
{
  if (n_exports) return;
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
    for (const struct verb *verb = tables[t]; verb->noun; verb++)
      if (verb->verb && strcmp(verb->verb, "list") == 0 && verb->method && verb->show) derive(verb);
}

const struct verb *verb_at(size_t index)
{
  derive_exports();
  for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
    for (const struct verb *verb = tables[t]; verb->noun; verb++)
      if (index-- == 0) return verb;
  return index < n_exports ? &exports[index] : NULL;
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
