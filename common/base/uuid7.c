#include "common/base/uuid7.h"
#include <endian.h>
#include <string.h>

void uuid7_make(uint64_t ms, const uint8_t random[10], uint8_t out[16])
{
  for (int i = 0; i < 6; i++)
    out[i] = (uint8_t)(ms >> (8 * (5 - i)));
  memcpy(out + 6, random, 10);
  out[6] = (uint8_t)((out[6] & 0x0f) | 0x70); // version 7
  out[8] = (uint8_t)((out[8] & 0x3f) | 0x80); // variant of RFC 9562
}

void uuid_format(const uint8_t bytes[16], char out[UUID_TEXT])
{
  static const char digits[] = "0123456789abcdef";
  char *p = out;
  for (int i = 0; i < 16; i++) {
    if (i == 4 || i == 6 || i == 8 || i == 10) *p++ = '-';
    *p++ = digits[bytes[i] >> 4];
    *p++ = digits[bytes[i] & 15];
  }
  *p = '\0';
}

// Upper case is refused: an id is a key of the store and must have one spelling.
static int digit_value(char c)
{
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool uuid_parse(const char *text, uint8_t out[16])
{
  uint8_t bytes[16];
  if (!text || strnlen(text, UUID_TEXT) != UUID_TEXT - 1) return false;
  for (int i = 0; i < 16; i++) {
    if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-') return false;
    int high = digit_value(text[0]);
    int low = digit_value(text[1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = (uint8_t)(high * 16 + low);
    text += 2;
  }
  memcpy(out, bytes, sizeof bytes);
  return true;
}

bool uuid_valid(const char *text)
{
  uint8_t bytes[16];
  return uuid_parse(text, bytes);
}

void id_source_next(struct id_source *source, char out[UUID_TEXT])
{
  // The number taken is added to the random tail. Its top bit (below the variant) is cleared first, so that
  // the sum cannot wrap and the ids of one source ascend.
  uint8_t random[10], id[16];
  uint64_t tail = 0;
  memcpy(random, source->random, sizeof random);
  memcpy(&tail, random + 2, sizeof tail);
  tail = htobe64((be64toh(tail) & (UINT64_MAX >> 3)) + source->taken++);
  memcpy(random + 2, &tail, sizeof tail);
  uuid7_make(source->ms, random, id);
  uuid_format(id, out);
}

bool uuid7_ms(const char *text, uint64_t *ret)
{
  uint8_t bytes[16];
  *ret = 0;
  if (!uuid_parse(text, bytes) || bytes[6] >> 4 != 7) return false;
  for (int i = 0; i < 6; i++)
    *ret = *ret << 8 | bytes[i];
  return true;
}
