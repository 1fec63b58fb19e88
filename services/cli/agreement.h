// Verbs that name parties in roles: drafting an agreement, proposing a partnership.
#pragma once
#include "services/cli/cli.h"

int agreement_draft_run(struct cli *cli);
int agreement_partnership_run(struct cli *cli);
