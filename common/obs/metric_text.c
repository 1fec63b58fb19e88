// Prometheus text exposition format 0.0.4, and the plain list.
#include "common/base/cleanup.h"
#include "common/obs/metric_series.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct text {
  FILE *file;
  int printed; // metric whose HELP and TYPE have been written, -1 = none
};

static void print_value(FILE *file, double value)
{
  if (value > -1e15 && value < 1e15 && value == (double)(int64_t)value)
    fprintf(file, " %.0f\n", value);
  else
    fprintf(file, " %.9g\n", value);
}

static void print_head(struct text *text, enum metric metric)
{
  static const char *const words[] = {"counter", "gauge", "histogram"};
  const struct metric_info *info = &metric_info[metric];
  if (text->printed == (int)metric) return;
  text->printed = (int)metric;
  fprintf(text->file, "# HELP %s %s\n# TYPE %s %s\n", info->name, info->help, info->name, words[info->kind]);
}

static void print_sample(FILE *file, const char *name, const char *suffix, const char *labels, double value)
{
  fprintf(file, *labels ? "%s%s{%s}" : "%s%s", name, suffix, labels);
  print_value(file, value);
}

static void print_histogram(FILE *file, const struct metric_series *series)
{
  const char *name = metric_info[series->metric].name, *comma = *series->labels ? "," : "";
  const double *bounds = metric_bounds(series->metric);
  uint64_t below = 0;
  for (size_t i = 0; i < METRIC_BUCKETS; i++) {
    below += series->buckets[i];
    fprintf(file, "%s_bucket{%s%sle=\"%.9g\"} %llu\n", name, series->labels, comma, bounds[i],
            (unsigned long long)below);
  }
  fprintf(file, "%s_bucket{%s%sle=\"+Inf\"} %llu\n", name, series->labels, comma,
          (unsigned long long)series->count);
  print_sample(file, name, "_sum", series->labels, series->value);
  print_sample(file, name, "_count", series->labels, (double)series->count);
}

static void print_series(void *context, const struct metric_series *series)
{
  struct text *text = context;
  print_head(text, series->metric);
  if (metric_info[series->metric].kind == METRIC_HISTOGRAM)
    print_histogram(text->file, series);
  else
    print_sample(text->file, metric_info[series->metric].name, "", series->labels,
                 series->value + series->shared);
}

char *metric_text(size_t *ret_length)
{
  char *bytes = NULL;
  size_t length = 0;
  struct text text = {.file = open_memstream(&bytes, &length), .printed = -1};
  if (!text.file) return NULL;
  fprintf(text.file, "# HELP jiedui_build_info The version that runs\n# TYPE jiedui_build_info gauge\n"
                     "jiedui_build_info{version=\"" JIEDUI_VERSION "\"} 1\n");
  metric_series_each(print_series, &text);
  if (fclose(text.file) != 0) {
    free(bytes);
    return NULL;
  }
  *ret_length = length;
  return bytes;
}

struct list {
  metric_visit *visit;
  void *context;
};

static void list_series(void *context, const struct metric_series *series)
{
  struct list *list = context;
  const char *name = metric_info[series->metric].name;
  if (metric_info[series->metric].kind != METRIC_HISTOGRAM) {
    list->visit(list->context, name, series->labels, series->value + series->shared);
    return;
  }
  char part[128];
  snprintf(part, sizeof(part), "%s_count", name);
  list->visit(list->context, part, series->labels, (double)series->count);
  snprintf(part, sizeof(part), "%s_sum", name);
  list->visit(list->context, part, series->labels, series->value);
}

void metric_each(metric_visit *visit, void *context)
{
  struct list list = {visit, context};
  metric_series_each(list_series, &list);
}
