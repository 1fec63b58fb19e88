// School years, terms and lengths of postings by a programme's calendar (dialect §12). Pure.
#pragma once
#include "common/base/date.h"
#include "proto/programme.pb-c.h"

// "2016-2017" -> [2016-09-01, 2017-09-01) by the calendar's autumn_start. False if the text is no school
// year.
bool school_year_period(const Prg__Calendar *calendar, const char *text, char from[DATE_SIZE],
                        char to[DATE_SIZE]);
void school_year_of(const Prg__Calendar *calendar, const char *day, char out[10]); // "2016-2017"
// The end of a posting that starts at from and lasts n units. False where the unit has no length (free,
// seasons).
bool term_end(const Prg__Calendar *calendar, Prg__CalendarWord unit, const char *from, int n,
              char out[DATE_SIZE]);
// Whether [from, to) lasts at least term->min and at most term->max units.
bool term_fits(const Prg__Calendar *calendar, const Prg__Term *term, const char *from, const char *to);
// The name of the quota period a day falls in: "2016-2017" or "2016".
void quota_period(const Prg__Calendar *calendar, const Prg__Quota *quota, const char *day, char out[10]);
