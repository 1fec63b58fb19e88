#include "common/domain/calendar.h"
#include <stdio.h>
#include <string.h>

#define AUTUMN_START "09-01" // defaults of dialect §12
#define SPRING_START "03-01"

static const char *word_or(const char *word, const char *otherwise)
{
  return word && word[0] ? word : otherwise;
}
static const char *autumn(const Prg__Calendar *calendar)
{
  return word_or(calendar ? calendar->autumn_start : NULL, AUTUMN_START);
}
static const char *spring(const Prg__Calendar *calendar)
{
  return word_or(calendar ? calendar->spring_start : NULL, SPRING_START);
}

static bool day_of_year(int year, const char *day, char out[DATE_SIZE])
{
  if (year < 1900 || year > 2199 || strlen(day) != 5) return false;
  char text[32];
  snprintf(text, sizeof text, "%04d-%.5s", year, day);
  if (!date_valid(text)) return false;
  memcpy(out, text, DATE_SIZE);
  return true;
}

static bool year_of_text(const char *text, int *ret)
{
  int year = 0;
  for (int i = 0; i < 4; i++) {
    if (text[i] < '0' || text[i] > '9') return false;
    year = year * 10 + (text[i] - '0');
  }
  *ret = year;
  return true;
}

bool school_year_period(const Prg__Calendar *calendar, const char *text, char from[DATE_SIZE],
                        char to[DATE_SIZE])
{
  int first, second;
  char start[DATE_SIZE], end[DATE_SIZE];
  if (strlen(text) != 9 || text[4] != '-') return false;
  if (!year_of_text(text, &first) || !year_of_text(text + 5, &second) || second != first + 1) return false;
  if (!day_of_year(first, autumn(calendar), start) || !day_of_year(second, autumn(calendar), end))
    return false;
  memcpy(from, start, DATE_SIZE);
  memcpy(to, end, DATE_SIZE);
  return true;
}

void school_year_of(const Prg__Calendar *calendar, const char *day, char out[10])
{
  struct date date = {0};
  char start[DATE_SIZE];
  out[0] = '\0';
  if (!date_parse(day, &date)) return;
  int year = date.year;
  if (day_of_year(year, autumn(calendar), start) && date_compare(day, start) < 0) year--;
  snprintf(out, 10, "%04u-%04u", (unsigned)year % 10000u, (unsigned)(year + 1) % 10000u);
}

// The semester boundary at or before a day (*ret_autumn: it opens the autumn semester).
static bool semester_start(const Prg__Calendar *calendar, const char *day, char out[DATE_SIZE],
                           bool *ret_autumn)
{
  struct date date;
  char best[DATE_SIZE] = "";
  bool is_autumn = false;
  if (!date_parse(day, &date)) return false;
  for (int i = 0; i < 4; i++) {
    char start[DATE_SIZE];
    bool candidate = i % 2 == 1;
    if (!day_of_year(date.year - 1 + i / 2, candidate ? autumn(calendar) : spring(calendar), start)) continue;
    if (date_compare(start, day) > 0 || (best[0] && date_compare(start, best) <= 0)) continue;
    memcpy(best, start, DATE_SIZE);
    is_autumn = candidate;
  }
  if (!best[0]) return false;
  memcpy(out, best, DATE_SIZE);
  *ret_autumn = is_autumn;
  return true;
}

static bool next_semester(const Prg__Calendar *calendar, char start[DATE_SIZE], bool *is_autumn)
{
  struct date date;
  if (!date_parse(start, &date)) return false;
  const char *next = *is_autumn ? spring(calendar) : autumn(calendar);
  *is_autumn = !*is_autumn;
  char candidate[DATE_SIZE];
  for (int year = date.year; year <= date.year + 1; year++) {
    if (!day_of_year(year, next, candidate) || date_compare(candidate, start) <= 0) continue;
    memcpy(start, candidate, DATE_SIZE);
    return true;
  }
  return false;
}

// "The same day n units later" for semesters: as many days into the n-th semester after the one from lies in.
// So a start in the last week of August, before the term opens, still lasts about half a year.
static bool semester_end(const Prg__Calendar *calendar, const char *from, int n, char out[DATE_SIZE])
{
  char start[DATE_SIZE];
  bool is_autumn;
  if (!semester_start(calendar, from, start, &is_autumn)) return false;
  int32_t offset = date_days(from) - date_days(start);
  for (int i = 0; i < n; i++)
    if (!next_semester(calendar, start, &is_autumn)) return false;
  date_add_days(start, offset, out);
  return true;
}

bool term_end(const Prg__Calendar *calendar, Prg__CalendarWord unit, const char *from, int n,
              char out[DATE_SIZE])
{
  if (!date_is_day(from) || n < 1 || n > 1200) return false;
  switch (unit) {
  case PRG__CALENDAR_WORD__CALENDAR_WORD_DAY:
    date_add_days(from, n, out);
    return true;
  case PRG__CALENDAR_WORD__CALENDAR_WORD_WEEK:
    date_add_days(from, 7 * n, out);
    return true;
  case PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH:
    date_add_months(from, n, out);
    return true;
  case PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR:
  case PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR:
    date_add_months(from, 12 * n, out);
    return true;
  case PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER:
    return semester_end(calendar, from, n, out);
  default:
    return false;
  }
}

bool term_fits(const Prg__Calendar *calendar, const Prg__Term *term, const char *from, const char *to)
{
  char end[DATE_SIZE];
  bool open = !to || !to[0];
  if (!date_is_day(from) || (!open && (!date_is_day(to) || date_compare(from, to) >= 0))) return false;
  if (!term || term->unit == PRG__CALENDAR_WORD__CALENDAR_WORD_FREE) return true;
  if (term->max > 0) {
    if (open || !term_end(calendar, term->unit, from, (int)term->max, end)) return false;
    if (date_compare(to, end) > 0) return false;
  }
  if (term->min == 0 || open) return true;
  return term_end(calendar, term->unit, from, (int)term->min, end) && date_compare(to, end) >= 0;
}

void quota_period(const Prg__Calendar *calendar, const Prg__Quota *quota, const char *day, char out[10])
{
  for (size_t i = 0; quota && i < quota->n_per; i++)
    if (quota->per[i] == PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR) {
      snprintf(out, 10, "%.4s", date_valid(day) ? day : "");
      return;
    }
  school_year_of(calendar, day, out);
}
