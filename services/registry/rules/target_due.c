#include "services/registry/rules/target_due.h"
#include "common/domain/calendar.h"
#include <stdio.h>
#include <string.h>

// The last day a date covers: "2022" -> 2022-12-31.
static void last_day(const char *text, char out[DATE_SIZE])
{
  char first[DATE_SIZE], behind[DATE_SIZE];
  date_from_days(date_days(text), first);
  switch (strlen(text)) {
  case 4:
    date_add_months(first, 12, behind);
    break;
  case 7:
    date_add_months(first, 1, behind);
    break;
  default:
    memcpy(out, first, DATE_SIZE);
    return;
  }
  date_add_days(behind, -1, out);
}

static void day_in(const char *today, int year_step, const char *month_day, char out[DATE_SIZE])
{
  struct date day;
  date_parse(today, &day);
  snprintf(out, DATE_SIZE, "%04u-%.5s", (unsigned)(day.year + year_step) % 10000u, month_day);
}

// The first day of the semester that today lies in.
static void semester_start(const Prg__Calendar *calendar, const char *today, char out[DATE_SIZE])
{
  const char *autumn = calendar && calendar->autumn_start[0] ? calendar->autumn_start : "09-01";
  const char *spring = calendar && calendar->spring_start[0] ? calendar->spring_start : "03-01";
  char best[DATE_SIZE] = "", start[DATE_SIZE];
  for (int year = -1; year <= 0; year++)
    for (int i = 0; i < 2; i++) {
      day_in(today, year, i ? autumn : spring, start);
      if (strcmp(start, today) <= 0 && strcmp(start, best) > 0) memcpy(best, start, DATE_SIZE);
    }
  memcpy(out, best, DATE_SIZE);
}

// The first day of the period that today lies in; false for words without periods.
static bool period_start(const Prg__Calendar *calendar, Prg__CalendarWord word, const char *today,
                         char out[DATE_SIZE])
{
  char name[10], end[DATE_SIZE];
  switch (word) {
  case PRG__CALENDAR_WORD__CALENDAR_WORD_WEEK: // Monday; 1970-01-01 was a Thursday
    date_from_days(date_days(today) - (date_days(today) + 3) % 7, out);
    return true;
  case PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH:
    snprintf(out, DATE_SIZE, "%.7s-01", today);
    return true;
  case PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR:
    snprintf(out, DATE_SIZE, "%.4s-01-01", today);
    return true;
  case PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER:
    semester_start(calendar, today, out);
    return out[0] != '\0';
  case PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR:
    school_year_of(calendar, today, name);
    return school_year_period(calendar, name, out, end);
  default:
    return false;
  }
}

// The last day of the period that begins on start: one day before the first later one that begins another.
static void period_end(const Prg__Calendar *calendar, Prg__CalendarWord word, const char *start,
                       char out[DATE_SIZE])
{
  static const int lengths[] = {7, 28, 150, 365}; // days at least
  char day[DATE_SIZE], begins[DATE_SIZE];
  int step = word == PRG__CALENDAR_WORD__CALENDAR_WORD_WEEK       ? lengths[0]
             : word == PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH    ? lengths[1]
             : word == PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER ? lengths[2]
                                                                  : lengths[3];
  for (date_add_days(start, step, day);; date_add_days(day, 1, day)) {
    if (!period_start(calendar, word, day, begins) || strcmp(begins, start) != 0) break;
  }
  date_add_days(day, -1, out);
}

static void add(char ret[TARGET_DUES][DATE_SIZE], size_t *n, const char *day)
{
  for (size_t i = 0; i < *n; i++)
    if (strcmp(ret[i], day) == 0) return;
  if (*n < TARGET_DUES) memcpy(ret[(*n)++], day, strlen(day) + 1);
}

size_t target_dues(const Prg__Programme *programme, const Prg__Target *target, const char *today,
                   char ret[TARGET_DUES][DATE_SIZE])
{
  char day[DATE_SIZE], start[DATE_SIZE];
  size_t n = 0;
  if (target->deadline[0]) {
    last_day(target->deadline, day);
    add(ret, &n, day);
  }
  for (size_t i = 0; i < target->n_every; i++) {
    if (!period_start(programme->calendar, target->every[i], today, start)) continue;
    date_add_days(start, -1, day);
    // What ended before the programme was published was never its target.
    if (strcmp(day, programme->since) >= 0) add(ret, &n, day);
    period_end(programme->calendar, target->every[i], start, day);
    add(ret, &n, day);
  }
  if (n == 0) add(ret, &n, "");
  return n;
}
