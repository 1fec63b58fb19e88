// A progress bar on standard error, only where that is a terminal; at most ten updates a second.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct progress {
  const char *what;
  size_t total;
  int64_t shown_us;
  bool on;
};
struct progress progress_start(const char *what, size_t total);
void progress_show(struct progress *progress, size_t done);
void progress_end(struct progress *progress); // wipes the line
