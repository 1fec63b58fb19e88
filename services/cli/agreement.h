// Verbs that name parties in roles: drafting and amending an agreement, proposing and changing a partnership;
// and the end of one with its decisions.
#pragma once
#include "services/cli/cli.h"

int agreement_draft_run(struct cli *cli);
int agreement_amend_run(struct cli *cli);
int agreement_partnership_run(struct cli *cli);
int agreement_members_run(struct cli *cli);
int agreement_mode_run(struct cli *cli);
int agreement_dissolve_run(struct cli *cli);
