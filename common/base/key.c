#include "common/base/key.h"
#include <endian.h>
#include <string.h>

void key_init(struct key *key)
{
  key->length = 0;
  key->overflow = false;
}

void key_bytes(struct key *key, const void *bytes, size_t length)
{
  if (key->overflow || length > KEY_MAX - key->length) {
    key->overflow = true;
    return;
  }
  if (length) memcpy(key->bytes + key->length, bytes, length);
  key->length += length;
}

bool key_equal(const struct key *a, const struct key *b)
{
  return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

bool key_begins(const struct key *key, const struct key *prefix)
{
  return key->length >= prefix->length && memcmp(key->bytes, prefix->bytes, prefix->length) == 0;
}

void key_text(struct key *key, const char *text)
{
  if (!text) text = "";
  key_bytes(key, text, strlen(text) + 1);
}

void key_u8(struct key *key, uint8_t value)
{
  key_bytes(key, &value, 1);
}

void key_u32(struct key *key, uint32_t value)
{
  uint32_t big = htobe32(value);
  key_bytes(key, &big, sizeof big);
}

void key_u64(struct key *key, uint64_t value)
{
  uint64_t big = htobe64(value);
  key_bytes(key, &big, sizeof big);
}

bool key_read_text(const void *bytes, size_t length, size_t *offset, const char **ret)
{
  if (*offset >= length) return false;
  const char *text = (const char *)bytes + *offset;
  const char *end = memchr(text, '\0', length - *offset);
  if (!end) return false;
  *offset += (size_t)(end - text) + 1;
  *ret = text;
  return true;
}

bool key_read_u32(const void *bytes, size_t length, size_t *offset, uint32_t *ret)
{
  uint32_t big = 0;
  if (*offset > length || length - *offset < sizeof big) return false;
  memcpy(&big, (const uint8_t *)bytes + *offset, sizeof big);
  *offset += sizeof big;
  *ret = be32toh(big);
  return true;
}

bool key_read_u64(const void *bytes, size_t length, size_t *offset, uint64_t *ret)
{
  uint64_t big = 0;
  if (*offset > length || length - *offset < sizeof big) return false;
  memcpy(&big, (const uint8_t *)bytes + *offset, sizeof big);
  *offset += sizeof big;
  *ret = be64toh(big);
  return true;
}
