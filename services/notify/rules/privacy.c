#include "services/notify/rules/privacy.h"

#include <string.h>

static bool is_digit(char c)
{
  return c >= '0' && c <= '9';
}

static size_t run_of_digits(const char *text)
{
  size_t n = 0;
  while (is_digit(text[n]))
    n++;
  return n;
}

// GB 11643: 17 digits with weights 2^(18-i) mod 11, then the check character.
static bool identity_check(const char *text)
{
  static const int weights[17] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (int i = 0; i < 17; i++)
    sum += (text[i] - '0') * weights[i];
  char expected = "10X98765432"[sum % 11];
  return text[17] == expected || (expected == 'X' && text[17] == 'x');
}

// Length of the personal number that starts here, at the start of a run of digits: 18, 11 or 0.
static size_t personal_number(const char *text, size_t run)
{
  bool x = run == 17 && (text[17] == 'X' || text[17] == 'x');
  if ((run == 18 || x) && identity_check(text)) return 18;
  if (run == 11 && text[0] == '1' && text[1] >= '3') return 11;
  return 0;
}

// Next personal number at or after *text; moves *text to it. 0 = none.
static size_t find(const char **text)
{
  const char *at = *text;
  while (*at) {
    size_t run = run_of_digits(at);
    size_t length = run ? personal_number(at, run) : 0;
    if (length) {
      *text = at;
      return length;
    }
    at += run ? run : 1;
  }
  return 0;
}

bool ntf_privacy_found(const char *text)
{
  return find(&text) > 0;
}

const char *ntf_privacy_mask(struct arena *arena, const char *text)
{
  if (!ntf_privacy_found(text)) return text;
  char *copy = arena_strdup(arena, text);
  if (!copy) return NULL;
  const char *at = copy;
  size_t length;
  while ((length = find(&at))) {
    char *number = copy + (at - copy);
    if (length == 11)
      memset(number + 3, '*', 4);
    else
      memset(number, '*', length);
    at += length;
  }
  return copy;
}
