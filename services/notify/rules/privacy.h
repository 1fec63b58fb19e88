// NO-03: notices, notes and reasons leave the province's systems and stay in an append-only journal, so they
// carry no identity numbers (GB 11643, told by their check digit) and no mobile numbers.
#pragma once
#include "common/base/arena.h"
#include <stdbool.h>

bool ntf_privacy_found(const char *text);
// The text with such numbers masked (138****1234; identity numbers by asterisks only): the text itself if
// there is none. NULL past the cap of the arena.
const char *ntf_privacy_mask(struct arena *arena, const char *text);
