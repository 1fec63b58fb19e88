// Persons: opening what is masked (each time recorded), and changing what is known of somebody.
#pragma once
#include "services/cli/cli.h"

int person_unmask_run(struct cli *cli);
int person_amend_run(struct cli *cli);
