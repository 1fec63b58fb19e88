#include "common/base/date.h"
#include "tests/lib/testlib.h"
#include <string.h>
#include <time.h>

#define SECOND 1000000LL
#define HOUR   (3600 * SECOND)
#define DAY    (24 * HOUR)

static void parses_three_precisions(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    bool valid;
    struct date date;
  } cases[] = {
      {"2016", true, {2016, 0, 0}},
      {"2016-08", true, {2016, 8, 0}},
      {"2016-08-17", true, {2016, 8, 17}},
      {"1900", true, {1900, 0, 0}},
      {"2199-12-31", true, {2199, 12, 31}},
      {"2016-02-29", true, {2016, 2, 29}}, // leap
      {"2000-02-29", true, {2000, 2, 29}}, // leap by the 400 rule
      {"1900-02-29", false, {0}},          // not by the 100 rule
      {"2100-02-29", false, {0}},
      {"2015-02-29", false, {0}},
      {"2016-04-31", false, {0}},
      {"2016-00", false, {0}},
      {"2016-13", false, {0}},
      {"2016-01-00", false, {0}},
      {"2016-01-32", false, {0}},
      {"1899", false, {0}},
      {"2200-01-01", false, {0}},
      {"", false, {0}},
      {NULL, false, {0}},
      {"16-08-17", false, {0}},
      {"2016-8-17", false, {0}},
      {"2016/08/17", false, {0}},
      {"2016-08-17T00:00", false, {0}},
      {"2016-08-17 ", false, {0}},
      {"+016-08-17", false, {0}},
      {"2016-08-", false, {0}},
      {"２０１６", false, {0}}, // full-width digits
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct date date = {-1, -1, -1};
    char text[DATE_SIZE];
    bool valid = date_parse(cases[i].text, &date);
    if (valid != cases[i].valid) fail_msg("%s: %d", cases[i].text, valid);
    assert_int_equal(date_valid(cases[i].text), valid);
    if (!valid) {
      assert_int_equal(date.year, -1); // untouched on failure
      assert_int_equal(date_days(cases[i].text), INT32_MAX);
      continue;
    }
    assert_memory_equal(&date, &cases[i].date, sizeof date);
    assert_int_equal(date_is_day(cases[i].text), date.day > 0);
    date_format(date, text);
    assert_string_equal(text, cases[i].text);
  }
}

// Every day of the range against libc's own calendar.
static void days_agree_with_libc(void **state)
{
  (void)state;
  char text[DATE_SIZE], expected[DATE_SIZE];
  int32_t first = date_days("1900"), last = date_days("2199-12-31");
  assert_int_equal(date_days("1970-01-01"), 0);
  assert_int_equal(last - first + 1, 109573); // 300 years, 73 of them leap
  for (int32_t days = first; days <= last; days++) {
    time_t seconds = (time_t)days * 86400;
    struct tm tm;
    gmtime_r(&seconds, &tm);
    strftime(expected, sizeof expected, "%Y-%m-%d", &tm);
    date_from_days(days, text);
    if (strcmp(text, expected) != 0) fail_msg("day %d: %s, libc says %s", days, text, expected);
    assert_int_equal(date_days(text), days);
  }
  date_from_days(INT32_MIN, text);
  assert_string_equal(text, "1900-01-01");
  date_from_days(INT32_MAX, text);
  assert_string_equal(text, "2199-12-31");
}

static void compares_by_first_day(void **state)
{
  (void)state;
  static const struct {
    const char *a, *b;
    int order;
  } cases[] = {
      {"2016", "2016-01-01", 0},    {"2016-08", "2016-08-01", 0}, {"2016", "2016-01-02", -1},
      {"2016-12-31", "2017", -1},   {"", "2199-12-31", 1},        {"", "", 0},
      {"2016-09", "2016-08-31", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_int_equal(date_compare(cases[i].a, cases[i].b), cases[i].order);
    assert_int_equal(date_compare(cases[i].b, cases[i].a), -cases[i].order);
  }
}

// The school year in Beijing begins while it is still 31 August in Greenwich.
static void day_border_is_utc8(void **state)
{
  (void)state;
  static const struct {
    int64_t time_us;
    const char *day;
  } cases[] = {
      {0, "1970-01-01"},
      {-1, "1970-01-01"},
      {-8 * HOUR, "1970-01-01"},
      {-8 * HOUR - 1, "1969-12-31"},
      {16 * HOUR - 1, "1970-01-01"},
      {16 * HOUR, "1970-01-02"},
      {1472659199 * SECOND, "2016-08-31"}, // 2016-08-31 15:59:59 UTC
      {1472659200 * SECOND, "2016-09-01"},
      {INT64_MAX, "2199-12-31"},
      {INT64_MIN, "1900-01-01"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[DATE_SIZE];
    date_of_time(cases[i].time_us, text);
    if (strcmp(text, cases[i].day) != 0) fail_msg("case %zu: %s", i, text);
  }
  assert_int_equal(date_start_us("2016-09-01"), 1472659200 * SECOND);
  assert_int_equal(date_start_us("2016-09"), 1472659200 * SECOND);
  assert_true(date_start_us("") == INT64_MAX);
}

static void adds_days_and_months(void **state)
{
  (void)state;
  static const struct {
    char unit;
    const char *from;
    int n;
    const char *to;
  } cases[] = {
      {'d', "2016-02-28", 1, "2016-02-29"},
      {'d', "2015-02-28", 1, "2015-03-01"},
      {'d', "2016-12-31", 1, "2017-01-01"},
      {'d', "2016-03-01", -1, "2016-02-29"},
      {'d', "2016-08", 30, "2016-08-31"},
      {'d', "2016", 0, "2016-01-01"},
      {'d', "2199-12-31", 1, "2199-12-31"},
      {'d', "1900", -1, "1900-01-01"},
      {'d', "2016", INT32_MAX, "2199-12-31"},
      {'m', "2016-01-31", 1, "2016-02-29"},
      {'m', "2015-01-31", 1, "2015-02-28"},
      {'m', "2016-08-31", 1, "2016-09-30"},
      {'m', "2016-08-31", 12, "2017-08-31"},
      {'m', "2016-02-29", 12, "2017-02-28"},
      {'m', "2016-02-29", 48, "2020-02-29"},
      {'m', "2016-03-31", -1, "2016-02-29"},
      {'m', "2016-11-15", 3, "2017-02-15"},
      {'m', "2016-01-15", -1, "2015-12-15"},
      {'m', "2016-11", 3, "2017-02"},
      {'m', "2016", 12, "2017"},
      {'m', "2016", 6, "2016-07"},
      {'m', "2199-12-15", 1, "2199-12-15"},
      {'m', "1900-01", -1, "1900-01"},
      {'m', "2016-01-01", INT32_MIN, "1900-01-01"},
      {'m', "", 1, "2199-12-31"},
      {'d', "", 1, "2199-12-31"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char text[DATE_SIZE];
    (cases[i].unit == 'd' ? date_add_days : date_add_months)(cases[i].from, cases[i].n, text);
    if (strcmp(text, cases[i].to) != 0)
      fail_msg("%s %+d%c: %s, expected %s", cases[i].from, cases[i].n, cases[i].unit, text, cases[i].to);
  }
}

static void periods_are_half_open(void **state)
{
  (void)state;
  static const struct {
    const char *from1, *to1, *from2, *to2;
    bool overlap;
  } cases[] = {
      {"2016-09-01", "2017-07-01", "2017-06-30", "2017-08-01", true},
      {"2016-09-01", "2017-07-01", "2017-07-01", "2017-08-01", false}, // meets
      {"2016-09-01", "", "2030-01-01", "", true},
      {"2016-09-01", "", "2010-01-01", "2016-09-01", false},
      {"2016", "2017", "2016-12-31", "2017-01-01", true},
      {"2016", "2017", "2017", "2018", false},
      {"2016-09-05", "2016-09-05", "2016-09-01", "2016-09-30", false}, // no day at all
      {"2016-09-06", "2016-09-05", "2016-09-01", "2016-09-30", false}, // backwards
      {"", "", "2016-09-01", "", false},
      {"2016-09-01", "2016-09-02", "2016-09-01", "2016-09-02", true},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *const *c = &cases[i].from1;
    assert_int_equal(period_overlaps(c[0], c[1], c[2], c[3]), cases[i].overlap);
    assert_int_equal(period_overlaps(c[2], c[3], c[0], c[1]), cases[i].overlap);
  }
  assert_true(period_contains("2016-09-01", "2017-07-01", "2016-09-01"));
  assert_true(period_contains("2016-09-01", "2017-07-01", "2017-06-30"));
  assert_false(period_contains("2016-09-01", "2017-07-01", "2017-07-01"));
  assert_false(period_contains("2016-09-01", "2017-07-01", "2016-08-31"));
  assert_true(period_contains("2016-09-01", "", "2199-12-31"));
  assert_false(period_contains("2016-09-01", "", ""));
}

// Overlap means: there is a day that both contain.
static void overlap_agrees_with_containment(void **state)
{
  (void)state;
  uint64_t random = 20160901;
  for (int i = 0; i < 2000; i++) {
    char text[4][DATE_SIZE], day[DATE_SIZE];
    bool common = false;
    for (int k = 0; k < 4; k++)
      date_from_days(17000 + (int32_t)test_random_below(&random, 12), text[k]);
    for (int32_t d = 16990; d < 17020; d++) {
      date_from_days(d, day);
      common |= period_contains(text[0], text[1], day) && period_contains(text[2], text[3], day);
    }
    assert_int_equal(period_overlaps(text[0], text[1], text[2], text[3]), common);
  }
}

static int64_t at(const char *day, int hour)
{
  return date_start_us(day) + hour * HOUR;
}

static void working_days_skip_weekends(void **state)
{
  (void)state;
  static const struct {
    const char *from; // 2016-09-05 is a Monday
    int n;
    const char *to;
  } cases[] = {
      {"2016-09-05", 0, "2016-09-05"}, {"2016-09-05", 1, "2016-09-06"},  {"2016-09-05", 4, "2016-09-09"},
      {"2016-09-05", 5, "2016-09-12"}, {"2016-09-09", 1, "2016-09-12"},  {"2016-09-10", 1, "2016-09-12"},
      {"2016-09-11", 1, "2016-09-12"}, {"2016-09-11", 5, "2016-09-16"},  {"2016-09-07", 3, "2016-09-12"},
      {"2016-09-10", 0, "2016-09-10"}, {"2016-09-05", -2, "2016-09-05"}, {"2016-09-05", 250, "2017-08-21"},
      {"1965-09-04", 1, "1965-09-06"}, // a Saturday before 1970
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int64_t result = working_days_after(at(cases[i].from, 15), cases[i].n);
    if (result != at(cases[i].to, 15)) fail_msg("%s + %d working days", cases[i].from, cases[i].n);
  }
  assert_true(working_days_after(INT64_MAX - DAY, 30) == INT64_MAX);
}

// One at a time must lead to the same moment as all at once.
static void working_days_add_up(void **state)
{
  (void)state;
  for (int start = 0; start < 14; start++) {
    int64_t step = start * DAY + 3 * HOUR, origin = step;
    for (int n = 1; n < 30; n++) {
      step = working_days_after(step, 1);
      assert_true(step == working_days_after(origin, n));
    }
  }
}

static void whole_years(void **state)
{
  (void)state;
  static const struct {
    const char *from, *day;
    int years;
  } cases[] = {
      {"1960-03", "2016-02-29", 55},
      {"1960-03", "2016-03-01", 56},
      {"1960-02-29", "2015-02-28", 54},
      {"1960", "2016-01-01", 56},
      {"2016-09-01", "2016-08-31", -1},
      {"2016-09-01", "2016-09-01", 0},
      {"", "2016-09-01", 0},
      {"1960", "", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_int_equal(years_between(cases[i].from, cases[i].day), cases[i].years);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(parses_three_precisions),
      cmocka_unit_test(days_agree_with_libc),
      cmocka_unit_test(compares_by_first_day),
      cmocka_unit_test(day_border_is_utc8),
      cmocka_unit_test(adds_days_and_months),
      cmocka_unit_test(periods_are_half_open),
      cmocka_unit_test(overlap_agrees_with_containment),
      cmocka_unit_test(working_days_skip_weekends),
      cmocka_unit_test(working_days_add_up),
      cmocka_unit_test(whole_years),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
