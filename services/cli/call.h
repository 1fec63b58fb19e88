// Any method of any daemon, by descriptors: jiedui call AREA.Method '{json}'.
#pragma once
#include "services/cli/cli.h"

int call_run(struct cli *cli);
