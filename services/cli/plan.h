// Needs plans: their lines and the decisions on them come from CSV files.
#pragma once
#include "services/cli/cli.h"

int plan_draft_run(struct cli *cli);
int plan_amend_run(struct cli *cli);
int plan_verify_run(struct cli *cli);
