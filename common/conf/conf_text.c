#include "common/conf/conf_text.h"
#include <string.h>

#define LONGEST 40

static unsigned least(unsigned a, unsigned b)
{
  return a < b ? a : b;
}

unsigned conf_text_distance(const char *a, const char *b)
{
  size_t n = strnlen(a, LONGEST), m = strnlen(b, LONGEST);
  unsigned d[LONGEST + 1][LONGEST + 1];
  for (size_t i = 0; i <= n; i++)
    d[i][0] = (unsigned)i;
  for (size_t j = 0; j <= m; j++)
    d[0][j] = (unsigned)j;
  for (size_t i = 1; i <= n; i++)
    for (size_t j = 1; j <= m; j++) {
      unsigned change = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
      d[i][j] = least(change, least(d[i - 1][j], d[i][j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
    }
  return d[n][m];
}

const char *conf_text_nearest(const char *word, const char *(*word_at)(const void *list, size_t i),
                              const void *list, size_t n)
{
  const char *best = NULL;
  unsigned length = (unsigned)strnlen(word, LONGEST), nearest = 1 + (length < 6 ? 1 : length / 3);
  for (size_t i = 0; i < n; i++) {
    unsigned distance = conf_text_distance(word, word_at(list, i));
    if (distance < nearest) {
      nearest = distance;
      best = word_at(list, i);
    }
  }
  return best;
}
