// Which verbs cannot be asked about a past day, and why.
#pragma once
#include "services/cli/verb.h"

// The reason in the user's language; NULL = the verb is none of those.
const char *past_refusal(const struct verb *verb);
