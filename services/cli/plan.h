// Verbs of dispatchd that add to their request: plan lines from CSV, the programme of an agreement,
// candidates.
#pragma once
#include "services/cli/cli.h"

int plan_draft_run(struct cli *cli);
int plan_amend_run(struct cli *cli);
int plan_verify_run(struct cli *cli);
int plan_nominate_run(struct cli *cli);
int plan_candidates_run(struct cli *cli);
int plan_propose_run(struct cli *cli);
