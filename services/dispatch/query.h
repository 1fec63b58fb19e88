// Answers of dispatchd: records by id and lists in pages, only what the actor's scope or units cover.
#pragma once
#include "common/svc/svc.h"

extern const struct svc_query dsp_query_table[];
