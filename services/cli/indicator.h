// jiedui indicator show: the figure of a programme's indicator, as a whole and by division.
#pragma once
#include "services/cli/cli.h"

int indicator_show_run(struct cli *cli);
