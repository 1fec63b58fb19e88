#include "common/base/suggest.h"
#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#define SUGGEST_MAX 48 // longer words are not compared

static unsigned least(unsigned a, unsigned b)
{
  return a < b ? a : b;
}

// Damerau-Levenshtein (optimal string alignment), case ignored: three rows of the table are enough.
static unsigned distance(const char *a, const char *b)
{
  size_t n = strlen(a), m = strlen(b);
  if (n > SUGGEST_MAX || m > SUGGEST_MAX) return UINT_MAX;
  unsigned rows[3][SUGGEST_MAX + 1];
  unsigned *before = rows[0], *last = rows[1], *row = rows[2];
  for (size_t j = 0; j <= m; j++)
    last[j] = before[j] = (unsigned)j;
  for (size_t i = 1; i <= n; i++) {
    row[0] = (unsigned)i;
    for (size_t j = 1; j <= m; j++) {
      int x = tolower((unsigned char)a[i - 1]), y = tolower((unsigned char)b[j - 1]);
      row[j] = least(least(last[j], row[j - 1]) + 1, last[j - 1] + (x != y));
      bool swapped =
          i > 1 && j > 1 && x == tolower((unsigned char)b[j - 2]) && tolower((unsigned char)a[i - 2]) == y;
      if (swapped) row[j] = least(row[j], before[j - 2] + 1);
    }
    unsigned *oldest = before;
    before = last;
    last = row;
    row = oldest;
  }
  return last[m];
}

struct suggest suggest_start(const char *wanted)
{
  return (struct suggest){.wanted = wanted, .distance = UINT_MAX};
}

void suggest_offer(struct suggest *suggest, const char *word)
{
  unsigned found = distance(suggest->wanted, word);
  if (found >= suggest->distance) return;
  suggest->distance = found;
  suggest->best = word;
}

const char *suggest_best(const struct suggest *suggest)
{
  size_t length = strlen(suggest->wanted);
  unsigned allowed = length < 3 ? 1 : (unsigned)(length + 2) / 3;
  return suggest->best && suggest->distance <= allowed ? suggest->best : NULL;
}
