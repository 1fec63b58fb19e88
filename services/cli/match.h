// Match runs: who goes where and why, which needs stay open and why.
#pragma once
#include "proto/dispatch.pb-c.h"
#include "services/cli/cli.h"

int match_make_run(struct cli *cli); // run, with its pins
int match_run_run(struct cli *cli);  // discard: answers with the run
int match_why_run(struct cli *cli);
int match_show_run(struct cli *cli);
// The findings of a list in one line, in the user's language.
const char *match_findings(struct cli *cli, Dsp__Finding *const *findings, size_t n);
