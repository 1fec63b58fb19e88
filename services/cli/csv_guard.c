#include "services/cli/csv_guard.h"
#include <stdbool.h>
#include <string.h>

// Behind any marks: one more than there are is taken off again.
static const char *behind_marks(const char *text)
{
  return text + strspn(text, "'");
}

static bool begins_formula(const char *text)
{
  return *text && strchr("=+-@\t\r", *text);
}

// -5, +0.25: nothing to run.
static bool is_number(const char *text)
{
  const char *digits = text + (*text == '-' || *text == '+');
  size_t whole = strspn(digits, "0123456789");
  const char *rest = digits + whole;
  if (whole && *rest == '.') rest += 1 + strspn(rest + 1, "0123456789");
  return whole && !*rest;
}

const char *csv_guard_add(struct arena *arena, const char *text)
{
  const char *inner = behind_marks(text);
  if (!begins_formula(inner) || (inner == text && is_number(text))) return text;
  return arena_printf(arena, "'%s", text);
}

const char *csv_guard_strip(const char *text)
{
  return *text == '\'' && begins_formula(behind_marks(text)) ? text + 1 : text;
}
