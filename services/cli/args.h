// The command line: global options anywhere, then noun, verb, operands and the verb's own options, by
// getopt_long.
#pragma once
#include "services/cli/verb.h"
#include <stddef.h>

struct args_value {
  const struct verb_input *input;
  const char *value; // "" for a flag
};
struct args {
  struct args_value *values; // in the order given
  size_t n;
};

// A global option, for the parser and for the help.
struct args_global {
  const char *name; // "--config"
  char letter;      // 'q', or 0
  const char *value;
  const char *help;
};
extern const struct args_global args_globals[]; // ended by name NULL

// Fills cli->verb, cli->args and the global options. CLI_OK, or CLI_USAGE with the error printed. cli->verb
// stays NULL when only the help or the version was asked for; *ret_noun is the noun then, if one was given.
int args_parse(struct cli *cli, int argc, char **argv, const char **ret_noun);

// The value of "--role" or "REF"; NULL if it was not given (a flag gives "").
const char *args_get(const struct args *args, const char *name);
// The values of a repeated one, one after the other: *at starts at 0. NULL at the end.
const char *args_next(const struct args *args, const char *name, size_t *at);
