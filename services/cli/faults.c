#include "services/cli/faults.h"
#include "services/cli/lang.h"
#include <stdarg.h>
#include <stdlib.h>

void faults_init(struct faults *faults, const char *file, struct arena *arena)
{
  *faults = (struct faults){.file = file, .arena = arena};
}

static const char *format_text(struct arena *arena, const char *format, va_list list)
{
  char text[1024];
  vsnprintf(text, sizeof text, format, list);
  const char *kept = arena_strdup(arena, text);
  return kept ? kept : "";
}

void faults_add(struct faults *faults, unsigned line, unsigned column, const char *format, ...)
{
  if (faults->total++ >= FAULTS_MAX) return;
  va_list list;
  va_start(list, format);
  faults->list[faults->n++] =
      (struct fault){.line = line, .column = column, .text = format_text(faults->arena, format, list)};
  va_end(list);
}

void faults_fix(struct faults *faults, const char *format, ...)
{
  if (faults->total > faults->n || faults->n == 0) return; // it was not kept
  va_list list;
  va_start(list, format);
  faults->list[faults->n - 1].fix = format_text(faults->arena, format, list);
  va_end(list);
}

static int by_place(const void *a, const void *b)
{
  const struct fault *x = a, *y = b;
  if (x->line != y->line) return x->line < y->line ? -1 : 1;
  return x->column < y->column ? -1 : x->column > y->column;
}

void faults_print(struct faults *faults, FILE *out)
{
  qsort(faults->list, faults->n, sizeof *faults->list, by_place);
  for (size_t i = 0; i < faults->n; i++) {
    const struct fault *fault = &faults->list[i];
    fprintf(out, "%s:%u:%u: %s\n", faults->file, fault->line, fault->column, fault->text);
    if (fault->fix) fprintf(out, "  -> %s\n", fault->fix);
  }
  if (faults->total > faults->n) fprintf(out, _("and %zu more\n"), faults->total - faults->n);
}
