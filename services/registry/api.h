// The commands and events of registryd.
#pragma once
#include "common/svc/svc.h"

extern const struct svc_command reg_api_commands[]; // every rpc of `service Commands`
extern const struct svc_event reg_api_events[];
