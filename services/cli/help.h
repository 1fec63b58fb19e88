// The help, from the tables of verbs and options: never out of date.
#pragma once
#include "services/cli/cli.h"

// Of a verb (cli->verb), else of a noun, else an overview.
void help_print(const struct cli *cli, const char *noun);
