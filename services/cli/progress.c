#include "services/cli/progress.h"
#include "common/base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BAR 30

struct progress progress_start(const char *what, size_t total)
{
  const char *terminal = getenv("TERM");
  bool dumb = terminal && strcmp(terminal, "dumb") == 0;
  return (struct progress){.what = what, .total = total, .on = total > 0 && !dumb && isatty(STDERR_FILENO)};
}

void progress_show(struct progress *progress, size_t done)
{
  int64_t now = clock_monotonic_us();
  if (!progress->on || (now - progress->shown_us < 100000 && done < progress->total)) return;
  progress->shown_us = now;
  char bar[BAR + 1];
  size_t filled = done * BAR / progress->total;
  memset(bar, '.', BAR);
  memset(bar, '#', filled < BAR ? filled : BAR);
  bar[BAR] = '\0';
  fprintf(stderr, "\r%s [%s] %zu/%zu", progress->what, bar, done, progress->total);
  fflush(stderr);
}

void progress_end(struct progress *progress)
{
  if (progress->on) fputs("\r\033[K", stderr);
  progress->on = false;
}
