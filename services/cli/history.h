// jiedui history: the states of a record in valid time, and what changed from one to the next.
#pragma once
#include "services/cli/cli.h"

int history_run(struct cli *cli);
