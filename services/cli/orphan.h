// Postings whose host, home or basis has gone, each with why and what can be done about it.
#pragma once
#include "services/cli/cli.h"

int orphan_list_run(struct cli *cli); // assignment list, with --orphaned or without
