// jiedui programme show: a published programme as sentences, with the words of its file beside them.
#pragma once
#include "services/cli/cli.h"

int programme_show_run(struct cli *cli);
