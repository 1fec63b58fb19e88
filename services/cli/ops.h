// What operators ask the daemons.
#pragma once
#include "services/cli/cli.h"

int ops_ping_run(struct cli *cli);
int ops_status_run(struct cli *cli);
int ops_stats_run(struct cli *cli);
int ops_send_run(struct cli *cli); // the verb's method, to AREA
int ops_verify_run(struct cli *cli);
int ops_clock_run(struct cli *cli);
// What became of a command: asks AREA, or all until one knows it.
int ops_command_run(struct cli *cli);
// "2016-09-01" (08:00) or "2016-09-01T10:30" or with a blank, in UTC+8, as microseconds since 1970. False if
// it is neither.
bool ops_moment(const char *text, uint64_t *ret_us);
