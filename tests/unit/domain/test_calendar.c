// School years, semesters and lengths of postings: figures worked out by hand.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/domain/calendar.h"
#include <string.h>

#define DAY         PRG__CALENDAR_WORD__CALENDAR_WORD_DAY
#define WEEK        PRG__CALENDAR_WORD__CALENDAR_WORD_WEEK
#define MONTH       PRG__CALENDAR_WORD__CALENDAR_WORD_MONTH
#define YEAR        PRG__CALENDAR_WORD__CALENDAR_WORD_YEAR
#define SEMESTER    PRG__CALENDAR_WORD__CALENDAR_WORD_SEMESTER
#define SCHOOL_YEAR PRG__CALENDAR_WORD__CALENDAR_WORD_SCHOOL_YEAR
#define FREE        PRG__CALENDAR_WORD__CALENDAR_WORD_FREE
#define SUMMER      PRG__CALENDAR_WORD__CALENDAR_WORD_SUMMER

static Prg__Calendar own_calendar(char *autumn, char *spring)
{
  Prg__Calendar calendar = PRG__CALENDAR__INIT;
  calendar.autumn_start = autumn;
  calendar.spring_start = spring;
  return calendar;
}

static void school_years(void **state)
{
  static const struct {
    const char *text, *from, *to; // from NULL = no school year
  } cases[] = {
      {"2016-2017", "2016-09-01", "2017-09-01"},
      {"1999-2000", "1999-09-01", "2000-09-01"},
      {"2016-2018", NULL, NULL},
      {"2017-2016", NULL, NULL},
      {"2016", NULL, NULL},
      {"2016-17", NULL, NULL},
      {"2016/2017", NULL, NULL},
      {"", NULL, NULL},
      {"20x6-2017", NULL, NULL},
      {"1800-1801", NULL, NULL},
      {"2016-20170", NULL, NULL},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char from[DATE_SIZE] = "-", to[DATE_SIZE] = "-";
    bool found = school_year_period(NULL, cases[i].text, from, to);
    assert_int_equal(found, cases[i].from != NULL);
    assert_string_equal(from, cases[i].from ? cases[i].from : "-");
    assert_string_equal(to, cases[i].to ? cases[i].to : "-");
  }
}

static void a_school_year_of_its_own(void **state)
{
  Prg__Calendar calendar = own_calendar("08-20", "02-20");
  char from[DATE_SIZE], to[DATE_SIZE], name[10];
  (void)state;
  assert_true(school_year_period(&calendar, "2020-2021", from, to));
  assert_string_equal(from, "2020-08-20");
  assert_string_equal(to, "2021-08-20");
  school_year_of(&calendar, "2020-08-20", name);
  assert_string_equal(name, "2020-2021");
  calendar = own_calendar("02-30", ""); // no such day
  assert_false(school_year_period(&calendar, "2020-2021", from, to));
  calendar = own_calendar("9-1", "");
  assert_false(school_year_period(&calendar, "2020-2021", from, to));
}

static void the_school_year_of_a_day(void **state)
{
  static const char *const cases[][2] = {{"2016-09-01", "2016-2017"}, {"2016-08-31", "2015-2016"},
                                         {"2017-08-31", "2016-2017"}, {"2016-12-31", "2016-2017"},
                                         {"2017-01-01", "2016-2017"}, {"2016", "2015-2016"},
                                         {"2016-10", "2016-2017"},    {"nonsense", ""}};
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char name[10];
    school_year_of(NULL, cases[i][0], name);
    assert_string_equal(name, cases[i][1]);
  }
}

static void ends_of_terms(void **state)
{
  static const struct {
    Prg__CalendarWord unit;
    const char *from;
    int n;
    const char *end; // NULL = has no length
  } cases[] = {
      {DAY, "2016-02-28", 2, "2016-03-01"},
      {WEEK, "2016-12-28", 1, "2017-01-04"},
      {MONTH, "2016-10-10", 1, "2016-11-10"},
      {MONTH, "2016-01-31", 1, "2016-02-29"}, // clipped
      {MONTH, "2015-12-31", 2, "2016-02-29"},
      {YEAR, "2016-02-29", 1, "2017-02-28"},
      {SCHOOL_YEAR, "2016-09-01", 1, "2017-09-01"},
      {SCHOOL_YEAR, "2016-09-05", 2, "2018-09-05"},
      {SEMESTER, "2016-09-01", 1, "2017-03-01"},
      {SEMESTER, "2017-03-01", 1, "2017-09-01"},
      {SEMESTER, "2016-09-01", 2, "2017-09-01"},
      {SEMESTER, "2016-09-01", 3, "2018-03-01"},
      {SEMESTER, "2016-09-11", 1, "2017-03-11"}, // ten days into the next one
      {SEMESTER, "2017-02-01", 1, "2017-08-01"}, // 153 days into autumn, so 153 into spring
      {FREE, "2016-09-01", 1, NULL},
      {SUMMER, "2016-07-01", 1, NULL},
      {MONTH, "2016-09", 1, NULL},    // not a day
      {MONTH, "2016-09-31", 1, NULL}, // no such day
      {MONTH, "2016-09-01", 0, NULL},
      {MONTH, "2016-09-01", -1, NULL},
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    char end[DATE_SIZE] = "-";
    bool found = term_end(NULL, cases[i].unit, cases[i].from, cases[i].n, end);
    assert_int_equal(found, cases[i].end != NULL);
    assert_string_equal(end, cases[i].end ? cases[i].end : "-");
  }
}

static void semesters_of_another_calendar(void **state)
{
  Prg__Calendar calendar = own_calendar("08-20", "02-20");
  char end[DATE_SIZE];
  (void)state;
  assert_true(term_end(&calendar, SEMESTER, "2020-08-20", 1, end));
  assert_string_equal(end, "2021-02-20");
  assert_true(term_end(&calendar, SEMESTER, "2021-01-05", 1, end)); // 138 days into autumn
  assert_string_equal(end, "2021-07-08");
}

static void fitting_a_term(void **state)
{
  static const struct {
    Prg__CalendarWord unit;
    uint32_t min, max;
    const char *from, *to;
    bool fits;
  } cases[] = {
      {MONTH, 1, 1, "2016-10-10", "2016-11-10", true},
      {MONTH, 1, 1, "2016-10-10", "2016-11-09", false}, // a day short
      {MONTH, 1, 1, "2016-10-10", "2016-11-11", false},
      {MONTH, 1, 1, "2016-10-10", "2016-11-20", false}, // the 41 days of the handbook's example
      {MONTH, 1, 1, "2016-10-10", "", false},           // open end
      {MONTH, 1, 3, "2016-10-10", "2016-11-10", true},
      {MONTH, 1, 3, "2016-10-10", "2017-01-10", true},
      {MONTH, 1, 3, "2016-10-10", "2017-01-11", false},
      {MONTH, 1, 0, "2016-10-10", "2026-01-11", true}, // at least
      {MONTH, 1, 0, "2016-10-10", "2016-10-11", false},
      {MONTH, 1, 0, "2016-10-10", "", true},
      {MONTH, 0, 2, "2016-10-10", "2016-10-11", true}, // at most
      {MONTH, 0, 2, "2016-10-10", "2016-12-11", false},
      {SCHOOL_YEAR, 1, 1, "2016-09-01", "2017-09-01", true},
      {SCHOOL_YEAR, 1, 1, "2016-09-01", "2017-07-15", false},
      {FREE, 0, 0, "2016-09-01", "2016-09-02", true},
      {FREE, 0, 0, "2016-09-01", "", true},
      {FREE, 0, 0, "2016-09-01", "2016-09-01", false}, // empty
      {FREE, 0, 0, "2016-09-02", "2016-09-01", false},
      {FREE, 0, 0, "2016-09", "2016-10-01", false},
      {FREE, 0, 0, "2016-09-01", "2016-10", false},
      {SUMMER, 1, 1, "2016-07-01", "2016-09-01", false}, // has no length of its own
  };
  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    Prg__Term term = PRG__TERM__INIT;
    term.unit = cases[i].unit;
    term.min = cases[i].min;
    term.max = cases[i].max;
    if (term_fits(NULL, &term, cases[i].from, cases[i].to) != cases[i].fits)
      fail_msg("case %zu: %s to %s", i, cases[i].from, cases[i].to);
  }
  assert_true(term_fits(NULL, NULL, "2016-09-01", "2016-09-02"));
}

// An exact term always fits the end it gives, whatever the day it starts on.
static void an_exact_term_fits_its_own_end(void **state)
{
  static const Prg__CalendarWord units[] = {DAY, WEEK, MONTH, YEAR, SEMESTER, SCHOOL_YEAR};
  (void)state;
  for (size_t u = 0; u < sizeof units / sizeof units[0]; u++)
    for (int32_t day = 16800; day < 16800 + 800; day++) {
      Prg__Term term = PRG__TERM__INIT;
      char from[DATE_SIZE], to[DATE_SIZE];
      term.unit = units[u];
      term.min = term.max = 1 + (uint32_t)day % 3;
      date_from_days(day, from);
      assert_true(term_end(NULL, term.unit, from, (int)term.min, to));
      assert_true(date_compare(from, to) < 0);
      assert_true(term_fits(NULL, &term, from, to));
    }
}

static void periods_of_quotas(void **state)
{
  Prg__QuotaScope by_year[] = {PRG__QUOTA_SCOPE__QUOTA_SCOPE_AGREEMENT, PRG__QUOTA_SCOPE__QUOTA_SCOPE_YEAR};
  Prg__QuotaScope by_school_year[] = {PRG__QUOTA_SCOPE__QUOTA_SCOPE_SCHOOL_YEAR};
  Prg__Quota quota = PRG__QUOTA__INIT;
  char name[10];
  (void)state;
  quota.per = by_year;
  quota.n_per = 2;
  quota_period(NULL, &quota, "2016-10-10", name);
  assert_string_equal(name, "2016");
  quota_period(NULL, &quota, "garbage", name);
  assert_string_equal(name, "");
  quota.per = by_school_year;
  quota.n_per = 1;
  quota_period(NULL, &quota, "2017-03-01", name);
  assert_string_equal(name, "2016-2017");
  quota_period(NULL, NULL, "2017-09-01", name);
  assert_string_equal(name, "2017-2018");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(school_years),
      cmocka_unit_test(a_school_year_of_its_own),
      cmocka_unit_test(the_school_year_of_a_day),
      cmocka_unit_test(ends_of_terms),
      cmocka_unit_test(semesters_of_another_calendar),
      cmocka_unit_test(fitting_a_term),
      cmocka_unit_test(an_exact_term_fits_its_own_end),
      cmocka_unit_test(periods_of_quotas),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
