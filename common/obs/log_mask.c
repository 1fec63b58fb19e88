#include "common/obs/log.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

void log_mask_phone(const char *phone, char out[LOG_MASK_SIZE])
{
  size_t length = phone ? strlen(phone) : 0;
  if (length < 11 || length > 20)
    snprintf(out, LOG_MASK_SIZE, "%s", length ? "****" : "");
  else
    snprintf(out, LOG_MASK_SIZE, "%.*s****%s", (int)length - 8, phone, phone + length - 4);
}

static int two_digits(const char *text)
{
  return (text[0] - '0') * 10 + text[1] - '0';
}

// 6 digits division, 8 date of birth, 3 sequence, 1 check character (GB 11643).
static bool looks_like_identity(const char *text)
{
  int century = two_digits(text + 6), month = two_digits(text + 10), day = two_digits(text + 12);
  return text[0] >= '1' && (century == 19 || century == 20) && month >= 1 && month <= 12 && day >= 1 &&
         day <= 31;
}

void log_mask_text(char *text)
{
  for (char *p = text; *p;) {
    if (!isalnum((unsigned char)*p)) {
      p++;
      continue;
    }
    size_t digits = strspn(p, "0123456789"), word = digits;
    while (isalnum((unsigned char)p[word]))
      word++;
    bool checked = word == 18 && (digits == 18 || (digits == 17 && (p[17] == 'X' || p[17] == 'x')));
    if (checked && looks_like_identity(p))
      memset(p, '*', 18);
    else if (word == 11 && digits == 11 && p[0] == '1' && p[1] >= '3')
      memset(p + 3, '*', 4);
    p += word;
  }
}
