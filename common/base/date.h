// Civil dates as text: "2016", "2016-08" or "2016-08-17"; the length is the precision (row A22). All times of
// day are UTC+8 without daylight saving. Periods are half-open. Comparison is by first day: "2016" =
// 2016-01-01.
#pragma once
#include <stdbool.h>
#include <stdint.h>

#define DATE_SIZE 11 // "YYYY-MM-DD" and NUL

struct date {
  int year, month, day; // month, day 0 = not given
};

// True if text is a date of any of the three precisions and exists in the Gregorian calendar (1900..2199).
bool date_parse(const char *text, struct date *ret);
bool date_valid(const char *text);
bool date_is_day(const char *text); // full precision
void date_format(struct date date, char out[DATE_SIZE]);

// Days since 1970-01-01 of the first day the text covers; INT32_MAX for "" and for text that is no date.
int32_t date_days(const char *text);
void date_from_days(int32_t days, char out[DATE_SIZE]);
int date_compare(const char *a, const char *b);          // by first day; "" sorts last (open end)
void date_of_time(int64_t time_us, char out[DATE_SIZE]); // the UTC+8 day of a moment
int64_t date_start_us(const char *text);                 // first moment of that day in UTC+8; "" = INT64_MAX

// n units later (earlier when negative), clipped to 1900..2199. Months: the same day, clipped to the end of
// the month; the precision is kept, but a bare year moved by part of a year becomes a month.
void date_add_days(const char *text, int n, char out[DATE_SIZE]);
void date_add_months(const char *text, int n, char out[DATE_SIZE]);

// Whether [from1,to1) and [from2,to2) share a day; an empty `to` is open, an empty `from` contains nothing.
bool period_overlaps(const char *from1, const char *to1, const char *from2, const char *to2);
bool period_contains(const char *from, const char *to, const char *day);

// n working days (Monday to Friday) after a moment: the same time of day, n working days on. A weekend counts
// as its Friday. n <= 0 gives the moment itself. Public holidays are the business of
// common/domain/calendar.h.
int64_t working_days_after(int64_t time_us, int n);
// Whole years between a date ("YYYY-MM" allowed) and a day; negative before it, 0 when either is no date.
int years_between(const char *from, const char *day);
