// Metrics of one daemon: counters, gauges and histograms described once in metric.def, kept in static arrays,
// printed in Prometheus text form. One thread writes (the loop); other threads use metric_add_atomic.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum metric {
#define COUNTER(id, name, help)   METRIC_##id,
#define GAUGE(id, name, help)     METRIC_##id,
#define HISTOGRAM(id, name, help) METRIC_##id,
#include "common/obs/metric.def"
#undef COUNTER
#undef GAUGE
#undef HISTOGRAM
  METRICS
};

// labels in Prometheus form without braces (method="DraftPlan",outcome="ok") or NULL. At most 512 label sets
// in all: further ones are counted under labels="other", malformed or overlong ones under labels="invalid".
void metric_add(enum metric metric, const char *labels, double value);
void metric_set(enum metric metric, const char *labels, double value);
void metric_observe(enum metric metric, const char *labels,
                    double value);                          // seconds or sizes, by the help text
void metric_add_atomic(enum metric metric, uint64_t value); // no labels; from any thread

// A histogram is shown as its _count and _sum; name and labels are valid during the call.
typedef void metric_visit(void *context, const char *name, const char *labels, double value);
void metric_each(metric_visit *visit, void *context);
char *metric_text(size_t *ret_length); // malloced Prometheus text; ends with a newline
