// The feed of a daemon as JSON lines: one event a line, its data decoded by its type.
#pragma once
#include "proto/envelope.pb-c.h"
#include "services/cli/cli.h"
#include <jansson.h>

int feed_run(struct cli *cli);
// One event with its data as an object; NULL when memory ran out.
json_t *feed_event(const Bus__Event *event);
