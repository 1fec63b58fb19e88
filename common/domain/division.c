#include "common/domain/division.h"
#include <stdio.h>
#include <string.h>

// Digits of a code at each level; a level's code is the first so many digits of everything below it.
static const size_t digits_at[] = {
    [TYP__DIVISION_LEVEL__LEVEL_PROVINCE] = 2,
    [TYP__DIVISION_LEVEL__LEVEL_PREFECTURE] = 4,
    [TYP__DIVISION_LEVEL__LEVEL_COUNTY] = 6,
    [TYP__DIVISION_LEVEL__LEVEL_TOWNSHIP] = 9,
};

bool division_valid(const char *code)
{
  size_t length = strlen(code);
  if (strspn(code, "0123456789") != length) return false;
  if (length == 1) return code[0] == '0';
  return length == 2 || length == 4 || length == 6 || length == 9;
}

void division_short(const char *code, char out[DIVISION_SIZE])
{
  snprintf(out, DIVISION_SIZE, "%.*s", DIVISION_SIZE - 1, code);
  if (strlen(code) != 6) return;
  if (strcmp(code, "000000") == 0)
    out[1] = '\0';
  else if (strcmp(code + 2, "0000") == 0)
    out[2] = '\0';
  else if (strcmp(code + 4, "00") == 0)
    out[4] = '\0';
}

Typ__DivisionLevel division_level(const char *code)
{
  char text[DIVISION_SIZE];
  division_short(code, text);
  if (!division_valid(code)) return TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED;
  size_t length = strlen(text);
  if (length == 1) return TYP__DIVISION_LEVEL__LEVEL_NATION;
  for (int level = TYP__DIVISION_LEVEL__LEVEL_PROVINCE; level <= TYP__DIVISION_LEVEL__LEVEL_TOWNSHIP; level++)
    if (digits_at[level] == length) return level;
  return TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED;
}

bool division_covers(const char *scope, const char *code)
{
  char above[DIVISION_SIZE], below[DIVISION_SIZE];
  division_short(scope, above);
  division_short(code, below);
  if (above[0] == '\0' || strcmp(above, "0") == 0) return true;
  return strncmp(above, below, strlen(above)) == 0;
}

bool division_at_level(const char *code, Typ__DivisionLevel level, char out[DIVISION_SIZE])
{
  char text[DIVISION_SIZE];
  Typ__DivisionLevel own = division_level(code);
  if (own == TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED || level == TYP__DIVISION_LEVEL__LEVEL_UNSPECIFIED ||
      level > TYP__DIVISION_LEVEL__LEVEL_TOWNSHIP || own < level)
    return false;
  division_short(code, text);
  if (level == TYP__DIVISION_LEVEL__LEVEL_NATION)
    snprintf(out, DIVISION_SIZE, "0");
  else
    snprintf(out, DIVISION_SIZE, "%.*s", (int)digits_at[level], text);
  return true;
}
