// Metrics: sums, label limits, and a text that Prometheus' own rules accept.
#include "common/obs/metric.h"
#include "tests/lib/testlib.h"
#include <ctype.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *text_now(void)
{
  size_t length = 0;
  char *text = metric_text(&length);
  assert_non_null(text);
  assert_int_equal(strlen(text), length);
  assert_int_equal(text[length - 1], '\n');
  return text;
}

// The value of a sample by its name with labels, or NAN-like -1.
static double sample(const char *text, const char *name)
{
  for (const char *at = text; (at = strstr(at, name)); at++)
    if ((at == text || at[-1] == '\n') && at[strlen(name)] == ' ') return strtod(at + strlen(name), NULL);
  return -1;
}

#define assert_sample(name, value)                                                                           \
  do {                                                                                                       \
    char *text_ = text_now();                                                                                \
    double found_ = sample(text_, (name));                                                                   \
    free(text_);                                                                                             \
    if (found_ != (double)(value)) fail_msg("%s is %g, not %g", (name), found_, (double)(value));            \
  } while (0)

static void test_sums(void **state)
{
  (void)state;
  metric_add(METRIC_commands, "method=\"A\",outcome=\"ok\"", 1);
  metric_add(METRIC_commands, "method=\"A\",outcome=\"ok\"", 2);
  metric_add(METRIC_commands, "method=\"B\",outcome=\"ok\"", 1);
  metric_set(METRIC_journal_seq, NULL, 7);
  metric_set(METRIC_journal_seq, NULL, 9);
  metric_set(METRIC_map_used, NULL, 0.25);
  assert_sample("jiedui_commands_total{method=\"A\",outcome=\"ok\"}", 3);
  assert_sample("jiedui_commands_total{method=\"B\",outcome=\"ok\"}", 1);
  assert_sample("jiedui_journal_seq", 9);
  assert_sample("jiedui_lmdb_map_used_ratio", 0.25);
  assert_sample("jiedui_build_info{version=\"" JIEDUI_VERSION "\"}", 1);
}

static void test_big_numbers_stay_exact(void **state)
{
  (void)state;
  metric_set(METRIC_journal_seq, NULL, 123456789012.0);
  char *text = text_now();
  assert_non_null(strstr(text, "jiedui_journal_seq 123456789012\n"));
  free(text);
}

static void test_histogram(void **state)
{
  (void)state;
  static const double seconds[] = {0.0001, 0.0002, 0.003, 5, 1000};
  for (size_t i = 0; i < 5; i++)
    metric_observe(METRIC_command_seconds, NULL, seconds[i]);
  assert_sample("jiedui_command_duration_seconds_bucket{le=\"0.0001\"}", 1);
  assert_sample("jiedui_command_duration_seconds_bucket{le=\"0.00025\"}", 2);
  assert_sample("jiedui_command_duration_seconds_bucket{le=\"0.005\"}", 3);
  assert_sample("jiedui_command_duration_seconds_bucket{le=\"10\"}", 4);
  assert_sample("jiedui_command_duration_seconds_bucket{le=\"+Inf\"}", 5);
  assert_sample("jiedui_command_duration_seconds_count", 5);
  metric_observe(METRIC_batch_size, "kind=\"x\"", 3);
  assert_sample("jiedui_commit_batch_size_bucket{kind=\"x\",le=\"2\"}", 0);
  assert_sample("jiedui_commit_batch_size_bucket{kind=\"x\",le=\"4\"}", 1);
  assert_sample("jiedui_commit_batch_size_sum{kind=\"x\"}", 3);
}

static void *add_many(void *argument)
{
  (void)argument;
  for (int i = 0; i < 10000; i++)
    metric_add_atomic(METRIC_auth, 1);
  return NULL;
}

static void test_other_threads(void **state)
{
  (void)state;
  pthread_t threads[4];
  for (int i = 0; i < 4; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, add_many, NULL), 0);
  for (int i = 0; i < 4; i++)
    pthread_join(threads[i], NULL);
  metric_add(METRIC_auth, NULL, 5); // and the loop's own
  assert_sample("jiedui_curve_auth_total", 40005);
  assert_sample("jiedui_curve_auth_total", 40005); // printing twice does not count twice
}

static void test_malformed_labels(void **state)
{
  (void)state;
  static const char *const bad[] = {"x",          "x=",         "x=\"",     "x=\"a",
                                    "x=\"a\" ",   "x=\"a\",",   "=\"a\"",   "9x=\"a\"",
                                    "x=\"a\nb\"", "x=\"a\\q\"", "x=\"a\\",  "x=\"a\"y=\"b\"",
                                    "x-y=\"a\"",  "{x=\"a\"}",  "x=\"a\"\n"};
  for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
    metric_add(METRIC_queries, bad[i], 1);
  char longest[400] = "x=\"";
  memset(longest + 3, 'a', 300);
  longest[303] = '"';
  metric_add(METRIC_queries, longest, 1);
  assert_sample("jiedui_queries_total{labels=\"invalid\"}", sizeof(bad) / sizeof(bad[0]) + 1);
  metric_add(METRIC_queries, "x=\"a\\\\\\\"\\n\",y=\"中\"", 1); // all three escapes are fine
  assert_sample("jiedui_queries_total{x=\"a\\\\\\\"\\n\",y=\"中\"}", 1);
}

// ---- the exposition format, as strict as promtool: HELP and TYPE once before the samples of a metric,
// counters end in _total, sample names belong to the metric.

static void check_sample_line(const char *line, const char *metric, const char *type)
{
  size_t name = strcspn(line, "{ ");
  size_t base = strlen(metric);
  assert_true(name >= base && strncmp(line, metric, base) == 0);
  const char *suffix = line + base;
  bool histogram = strcmp(type, "histogram") == 0;
  if (name != base)
    assert_true(histogram && (strncmp(suffix, "_bucket", 7) == 0 || strncmp(suffix, "_sum", 4) == 0 ||
                              strncmp(suffix, "_count", 6) == 0));
  if (strcmp(type, "counter") == 0) assert_true(base > 6 && strcmp(metric + base - 6, "_total") == 0);
  const char *value = strrchr(line, ' ');
  char *end;
  assert_non_null(value);
  strtod(value + 1, &end);
  assert_true(end != value + 1 && *end == 0);
}

static void test_exposition(void **state)
{
  (void)state;
  char *text = text_now(), metric[128] = "", type[32] = "", seen[8192] = "", *rest = NULL;
  for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    char name[128];
    if (sscanf(line, "# HELP %127s", name) == 1) {
      char marked[130];
      snprintf(marked, sizeof(marked), "%s;", name);
      if (strstr(seen, marked)) fail_msg("%s stands in two groups", name);
      snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen), "%s", marked);
      assert_true(strlen(line) > strlen("# HELP ") + strlen(name) + 1); // there is a help text
    } else if (sscanf(line, "# TYPE %127s %31s", metric, type) == 2) {
      assert_string_equal(metric, name); // follows its HELP
    } else {
      check_sample_line(line, metric, type);
    }
  }
  free(text);
}

struct seen {
  size_t n;
  double other;
};
static void count_series(void *context, const char *name, const char *labels, double value)
{
  struct seen *seen = context;
  if (strcmp(name, "jiedui_consumer_lag_events") != 0) return;
  seen->n++;
  if (strcmp(labels, "labels=\"other\"") == 0) seen->other = value;
}

// Last, because the limit is for all metrics together and series stay.
static void test_label_limit(void **state)
{
  (void)state;
  enum { SETS = 3000 };
  for (int i = 0; i < SETS; i++) {
    char labels[32];
    snprintf(labels, sizeof(labels), "consumer=\"c%d\"", i);
    metric_add(METRIC_lag, labels, 1);
  }
  struct seen seen = {0};
  metric_each(count_series, &seen);
  assert_true(seen.n <= 513);
  assert_int_equal(seen.other + (double)(seen.n - 1), SETS); // nothing is lost
  metric_add(METRIC_parked, NULL, 1);                        // a metric not seen before the limit
  assert_sample("jiedui_parked_fetches{labels=\"other\"}", 1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_sums),
      cmocka_unit_test(test_big_numbers_stay_exact),
      cmocka_unit_test(test_histogram),
      cmocka_unit_test(test_other_threads),
      cmocka_unit_test(test_malformed_labels),
      cmocka_unit_test(test_exposition),
      cmocka_unit_test(test_label_limit),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
