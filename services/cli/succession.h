// Successions of institutions with the decisions on their links: single ones, and those of a CSV file.
#pragma once
#include "services/cli/cli.h"

int succession_run(struct cli *cli);
int succession_import_run(struct cli *cli);
