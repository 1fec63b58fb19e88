#include "common/base/date.h"
#include <limits.h>
#include <stdio.h>
#include <string.h>

#define FIRST_YEAR 1900
#define LAST_YEAR  2199
#define DAY_US     (INT64_C(86400) * 1000000)
#define UTC8_US    (INT64_C(8) * 3600 * 1000000)
#define NO_DAY     INT32_MAX // of "" and of text that is no date

static bool leap(int year)
{
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
  static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && leap(year) ? 29 : days[month - 1];
}

// The day of a moment in UTC+8, as days since 1970-01-01; any int64 is admitted and fits the result.
static int32_t utc8_day(int64_t time_us)
{
  int64_t time_of_day = time_us % DAY_US;
  int64_t days = time_us / DAY_US;
  if (time_of_day < 0) {
    time_of_day += DAY_US;
    days--;
  }
  bool tomorrow = time_of_day >= DAY_US - UTC8_US;
  return (int32_t)days + tomorrow;
}

// Days of the proleptic Gregorian calendar since 1970-01-01; the year is taken to begin in March.
static int32_t civil_days(int year, int month, int day)
{
  int y = month <= 2 ? year - 1 : year;
  int era = y / 400; // y > 0 here
  int year_of_era = y - era * 400;
  int day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

static struct date civil_of_days(int32_t days)
{
  int32_t z = days + 719468; // > 0 in our range
  int era = z / 146097;
  int day_of_era = z - era * 146097;
  int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int m = (5 * day_of_year + 2) / 153;
  int month = m < 10 ? m + 3 : m - 9;
  return (struct date){year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * m + 2) / 5 + 1};
}

// Reads exactly n digits.
static bool read_number(const char *text, int n, int *ret)
{
  int value = 0;
  for (int i = 0; i < n; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  *ret = value;
  return true;
}

bool date_parse(const char *text, struct date *ret)
{
  struct date date = {0};
  size_t length = text ? strnlen(text, DATE_SIZE) : 0;
  if (length != 4 && length != 7 && length != 10) return false;
  if (!read_number(text, 4, &date.year) || date.year < FIRST_YEAR || date.year > LAST_YEAR) return false;
  if (length >= 7) {
    if (text[4] != '-' || !read_number(text + 5, 2, &date.month)) return false;
    if (date.month < 1 || date.month > 12) return false;
  }
  if (length == 10) {
    if (text[7] != '-' || !read_number(text + 8, 2, &date.day)) return false;
    if (date.day < 1 || date.day > month_days(date.year, date.month)) return false;
  }
  *ret = date;
  return true;
}

bool date_valid(const char *text)
{
  struct date date;
  return date_parse(text, &date);
}

bool date_is_day(const char *text)
{
  struct date date;
  return date_parse(text, &date) && date.day > 0;
}

void date_format(struct date date, char out[DATE_SIZE])
{
  // Two digits each, whatever the struct holds: the text cannot outgrow its buffer.
  unsigned year = (unsigned)date.year % 10000, month = (unsigned)date.month % 100,
           day = (unsigned)date.day % 100;
  if (month == 0)
    snprintf(out, DATE_SIZE, "%04u", year);
  else if (day == 0)
    snprintf(out, DATE_SIZE, "%04u-%02u", year, month);
  else
    snprintf(out, DATE_SIZE, "%04u-%02u-%02u", year, month, day);
}

static int32_t days_of(struct date date)
{
  return civil_days(date.year, date.month ? date.month : 1, date.day ? date.day : 1);
}

int32_t date_days(const char *text)
{
  struct date date;
  return date_parse(text, &date) ? days_of(date) : NO_DAY;
}

void date_from_days(int32_t days, char out[DATE_SIZE])
{
  int32_t first = civil_days(FIRST_YEAR, 1, 1), last = civil_days(LAST_YEAR, 12, 31);
  date_format(civil_of_days(days < first ? first : days > last ? last : days), out);
}

int date_compare(const char *a, const char *b)
{
  int32_t x = date_days(a), y = date_days(b);
  return (x > y) - (x < y);
}

void date_of_time(int64_t time_us, char out[DATE_SIZE])
{
  date_from_days(utc8_day(time_us), out);
}

int64_t date_start_us(const char *text)
{
  int32_t days = date_days(text);
  return days == NO_DAY ? INT64_MAX : days * DAY_US - UTC8_US;
}

void date_add_days(const char *text, int n, char out[DATE_SIZE])
{
  int64_t days = (int64_t)date_days(text) + n;
  date_from_days(days > INT32_MAX ? INT32_MAX : days < INT32_MIN ? INT32_MIN : (int32_t)days, out);
}

void date_add_months(const char *text, int n, char out[DATE_SIZE])
{
  struct date date;
  if (!date_parse(text, &date)) {
    date_from_days(NO_DAY, out);
    return;
  }
  bool whole_years = date.month == 0 && n % 12 == 0;
  int64_t months = (int64_t)date.year * 12 + (date.month ? date.month - 1 : 0) + n;
  int64_t first = FIRST_YEAR * 12, last = LAST_YEAR * 12 + 11;
  months = months < first ? first : months > last ? last : months;
  date.year = (int)(months / 12);
  date.month = whole_years ? 0 : (int)(months % 12) + 1;
  if (date.day && date.day > month_days(date.year, date.month)) date.day = month_days(date.year, date.month);
  date_format(date, out);
}

bool period_overlaps(const char *from1, const char *to1, const char *from2, const char *to2)
{
  int32_t start1 = date_days(from1), start2 = date_days(from2);
  int32_t end1 = date_days(to1), end2 = date_days(to2); // an open end is later than every day
  int32_t start = start1 > start2 ? start1 : start2;
  int32_t end = end1 < end2 ? end1 : end2;
  return start < end;
}

bool period_contains(const char *from, const char *to, const char *day)
{
  int32_t x = date_days(day);
  return date_days(from) <= x && x < date_days(to);
}

int64_t working_days_after(int64_t time_us, int n)
{
  if (n <= 0) return time_us;
  int weekday = ((utc8_day(time_us) + 3) % 7 + 7) % 7; // 0 = Monday; 1970-01-01 was a Thursday
  int from = weekday > 4 ? 4 : weekday;                // a weekend counts from its Friday
  int64_t steps = from + (int64_t)n;
  int64_t days = steps / 5 * 7 + steps % 5 - weekday;
  int64_t result = 0;
  return __builtin_add_overflow(time_us, days * DAY_US, &result) ? INT64_MAX : result;
}

int years_between(const char *from, const char *day)
{
  struct date a, b;
  if (!date_parse(from, &a) || !date_parse(day, &b)) return 0;
  int years = b.year - a.year;
  int reached = (b.month ? b.month : 1) * 100 + (b.day ? b.day : 1);
  int birthday = (a.month ? a.month : 1) * 100 + (a.day ? a.day : 1);
  return reached < birthday ? years - 1 : years;
}
