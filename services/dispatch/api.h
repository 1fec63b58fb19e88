// The bindings of dispatchd's service blocks: who may call what, and which rule decides.
#pragma once
#include "common/svc/svc.h"

extern const struct svc_command dsp_api_commands[];
extern const struct svc_event dsp_api_events[];
