// What the metrics' store shows to its printers. Internal to obs.
#pragma once
#include "common/obs/metric.h"
#include <stdbool.h>

#define METRIC_LABELS_SIZE 160
#define METRIC_BUCKETS     16

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };
struct metric_info {
  enum metric_kind kind;
  const char *name, *help;
};
extern const struct metric_info metric_info[METRICS];
const double *
metric_bounds(enum metric metric); // METRIC_BUCKETS upper bounds, rising; by the unit in the name

struct metric_series {
  enum metric metric;
  char labels[METRIC_LABELS_SIZE]; // "" = none
  double value;                    // sum of a histogram
  double shared;                   // what other threads added
  uint64_t count, buckets[METRIC_BUCKETS + 1];
};
typedef void metric_series_visit(void *context, const struct metric_series *series);
void metric_series_each(metric_series_visit *visit,
                        void *context); // grouped by metric, in the order of metric.def
