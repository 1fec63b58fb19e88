// A verb of the tool as a table row: what it takes, which method it calls, what it shows. Rows with a method
// and no function of their own are run by request.c: the inputs fill the request's fields by name.
#pragma once
#include "services/cli/cli.h"

enum verb_kind {
  VERB_TEXT,
  VERB_FLAG,      // an option without value
  VERB_UNIT,      // institution by id or code, sent as id
  VERB_PERSON,    // person by id or staff number, sent as id
  VERB_AGREEMENT, // agreement by id or document number, sent as id
  VERB_AREA,      // registry, dispatch, notify
};
enum { VERB_REQUIRED = 1, VERB_REPEATED = 2 };

struct verb_input {
  const char *name;  // "--from" = option, "REF" = operand, in this order
  const char *field; // of the request, dotted; NULL = the verb's function reads it
  enum verb_kind kind;
  unsigned flags;
  const char *value; // of an option: what to call its value in the help
  const char *help;
};

struct verb {
  const char *noun, *verb; // verb NULL = the noun alone
  const char *help;
  const char *method;              // "registry.SubmitAgreement"; NULL if only run is given
  int (*run)(struct cli *cli);     // NULL = request_run
  const struct verb_input *inputs; // ended by name NULL; NULL = takes nothing
  const char *show;                // columns of the reply, see show.h
  const char *next;                // what to do after it; {id} is filled in
};

// ---- inputs that many verbs take

#define VERB_END                                                                                             \
  {                                                                                                          \
    NULL, NULL, VERB_TEXT, 0, NULL, NULL                                                                     \
  }
#define VERB_ID                                                                                              \
  {                                                                                                          \
    "ID", "id", VERB_TEXT, VERB_REQUIRED, NULL, N_("id of the record")                                       \
  }
#define VERB_REF(kind, help)                                                                                 \
  {                                                                                                          \
    "REF", "id", kind, VERB_REQUIRED, NULL, help                                                             \
  }
#define VERB_REASON                                                                                          \
  {                                                                                                          \
    "--reason", "reason", VERB_TEXT, VERB_REQUIRED, "TEXT", N_("why")                                        \
  }
#define VERB_PROGRAMME_VERSION                                                                               \
  {                                                                                                          \
    "--programme-version", "programme_version", VERB_TEXT, 0, "N", N_("its version (default: the newest)")   \
  }
// Of lists.
#define VERB_OF_PROGRAMME                                                                                    \
  {                                                                                                          \
    "--programme", "programme", VERB_TEXT, 0, "ID", N_("only those of this programme")                       \
  }
#define VERB_IN_DIVISION                                                                                     \
  {                                                                                                          \
    "--division", "division", VERB_TEXT, 0, "CODE", N_("only those in this division")                        \
  }
// As of a past day: every verb that reads has it, or a reason in past.def to have none.
#define VERB_AS_OF                                                                                           \
  {                                                                                                          \
    "--as-of", "as_of", VERB_TEXT, 0, "DATE", N_("as it was on this day (default: today)")                   \
  }

// The verbs of each part, ended by noun NULL.
extern const struct verb verb_registry_table[], verb_relations_table[], verb_institution_table[],
    verb_reference_table[], verb_figures_table[], verb_dispatch_table[], verb_notify_table[],
    verb_ops_table[];

// All tables one after the other; NULL at the end.
const struct verb *verb_at(size_t index);
// The row of "agreement draft" or "ping"; *ret_words is how many of the words it took. NULL if unknown.
const struct verb *verb_find(const char *const words[], size_t n, size_t *ret_words);
bool verb_noun_known(const char *noun);
// The nearest known noun, or verb of a noun; NULL if nothing is near.
const char *verb_suggest(const char *noun, const char *verb);
