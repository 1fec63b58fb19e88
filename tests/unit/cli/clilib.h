// What the tests of the command-line tool share: a tool without a process, its output caught, and a bus that
// answers by a script instead of a daemon.
#pragma once
#include "services/cli/args.h"
#include "services/cli/cli.h"
#include "tests/lib/testlib.h"
#include <stdio.h>

// A tool in English with an arena; clilib_free gives all back.
struct cli *clilib_new(void);
void clilib_free(struct cli *cli);
// The tool of the test at hand: clilib_setup makes it, clilib_teardown takes it away.
extern struct cli *cli;
int clilib_setup(void **state);
int clilib_teardown(void **state);
// Parses "jiedui ..." split at blanks; 'single quotes' keep blanks. The exit code of the parser.
int clilib_parse(struct cli *cli, const char *line);
extern const char *clilib_noun; // that the last one named, or NULL

// Catches standard output and standard error until clilib_caught; one at a time.
void clilib_catch(void);
// What was written; valid until the next catch. *ret_errors may be NULL.
const char *clilib_caught(const char **ret_errors);
