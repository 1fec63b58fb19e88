// Governance bodies: `--head REF=POST`, `--member REF=POST`.
#pragma once
#include "services/cli/cli.h"

int body_form_run(struct cli *cli);
int body_amend_run(struct cli *cli);
