#include "common/obs/metric.h"
#include "common/obs/metric_series.h"
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

// Series are found by open addressing over a table twice as large as the limit; they are never removed.
#define SERIES_MAX 512
#define SLOTS      1024

static struct metric_series
    pool[SERIES_MAX + 2 * METRICS]; // the limit, and "other" and "invalid" of each metric
static size_t n_series;
static struct metric_series *slots[4 * SLOTS];
static _Atomic uint64_t atomics[METRICS];

const struct metric_info metric_info[METRICS] = {
#define COUNTER(id, name, help)   [METRIC_##id] = {METRIC_COUNTER, name, help},
#define GAUGE(id, name, help)     [METRIC_##id] = {METRIC_GAUGE, name, help},
#define HISTOGRAM(id, name, help) [METRIC_##id] = {METRIC_HISTOGRAM, name, help},
#include "common/obs/metric.def"
#undef COUNTER
#undef GAUGE
#undef HISTOGRAM
};

static const double second_bounds[METRIC_BUCKETS] = {
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60};
static const double size_bounds[METRIC_BUCKETS] = {1,   2,   4,    8,    16,   32,   64,    128,
                                                   256, 512, 1024, 2048, 4096, 8192, 16384, 65536};

const double *metric_bounds(enum metric metric)
{
  return strstr(metric_info[metric].name, "_seconds") ? second_bounds : size_bounds;
}

// label="value",... with Prometheus' escapes, so that one bad text cannot spoil the whole exposition.
static bool well_formed(const char *labels)
{
  const char *p = labels;
  for (;;) {
    size_t name = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
    if (name == 0 || (*p >= '0' && *p <= '9') || p[name] != '=' || p[name + 1] != '"') return false;
    p += name + 2;
    for (; *p != '"'; p++) {
      if (*p == 0 || *p == '\n') return false;
      if (*p == '\\' && !strchr("\\\"n", *++p)) return false;
      if (*p == 0) return false;
    }
    if (*++p == 0) return true;
    if (*p++ != ',') return false;
  }
}

static uint32_t hash_of(enum metric metric, const char *labels)
{
  uint32_t hash = 2166136261u ^ (uint32_t)metric; // FNV-1a
  for (; *labels; labels++)
    hash = (hash ^ (unsigned char)*labels) * 16777619u;
  return hash;
}

static struct metric_series **find(enum metric metric, const char *labels)
{
  uint32_t at = hash_of(metric, labels);
  for (;; at++) {
    struct metric_series **slot = &slots[at % (4 * SLOTS)];
    if (!*slot || ((*slot)->metric == metric && strcmp((*slot)->labels, labels) == 0)) return slot;
  }
}

static struct metric_series *series_of(enum metric metric, const char *labels)
{
  if (!labels) labels = "";
  struct metric_series **slot = find(metric, labels);
  if (*slot) return *slot;
  if (*labels && (strlen(labels) >= METRIC_LABELS_SIZE || !well_formed(labels)))
    slot = find(metric, labels = "labels=\"invalid\"");
  else if (n_series >= SERIES_MAX)
    slot = find(metric, labels = "labels=\"other\"");
  if (*slot) return *slot;
  struct metric_series *series = &pool[n_series++];
  series->metric = metric;
  strncpy(series->labels, labels, sizeof(series->labels) - 1);
  return *slot = series;
}

void metric_add(enum metric metric, const char *labels, double value)
{
  series_of(metric, labels)->value += value;
}

void metric_set(enum metric metric, const char *labels, double value)
{
  series_of(metric, labels)->value = value;
}

void metric_observe(enum metric metric, const char *labels, double value)
{
  struct metric_series *series = series_of(metric, labels);
  const double *bounds = metric_bounds(metric);
  size_t i = 0;
  while (i < METRIC_BUCKETS && value > bounds[i])
    i++;
  series->buckets[i]++;
  series->count++;
  series->value += value;
}

void metric_add_atomic(enum metric metric, uint64_t value)
{
  atomic_fetch_add_explicit(&atomics[metric], value, memory_order_relaxed);
}

void metric_series_each(metric_series_visit *visit, void *context)
{
  for (int m = 0; m < METRICS; m++) {
    uint64_t shared = atomic_load_explicit(&atomics[m], memory_order_relaxed);
    if (shared) series_of((enum metric)m, NULL)->shared = (double)shared;
    for (size_t i = 0; i < n_series; i++)
      if (pool[i].metric == (enum metric)m) visit(context, &pool[i]);
  }
}
