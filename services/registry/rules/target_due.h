// When a target is judged.
#pragma once
#include "common/base/date.h"
#include "proto/programme.pb-c.h"
#include <stddef.h>

enum { TARGET_DUES = 8 };
// The last days by which a target must be met, as seen on a day: its deadline, and for each recurrence the
// end of the period before and of the present one. "" = never due. Returns how many.
size_t target_dues(const Prg__Programme *programme, const Prg__Target *target, const char *today,
                   char ret[TARGET_DUES][DATE_SIZE]);
