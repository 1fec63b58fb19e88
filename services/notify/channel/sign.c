#include "services/notify/channel/sign.h"
#include "common/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PREFIX   "whsec_"
#define FILE_MAX 256

int sign_key_parse(const char *text, struct sign_key *ret, const char **ret_why)
{
  struct sign_key key = {0};
  *ret_why = "it must be whsec_ and the base64 of 24 to 64 bytes";
  if (strncmp(text, PREFIX, strlen(PREFIX)) != 0) return -EINVAL;
  const char *base64 = text + strlen(PREFIX), *end = NULL;
  size_t length = strcspn(base64, " \t\r\n");
  if (base64[length + strspn(base64 + length, " \t\r\n")]) return -EINVAL; // something behind it
  int r = sodium_base642bin(key.bytes, sizeof key.bytes, base64, length, NULL, &key.length, &end,
                            sodium_base64_VARIANT_ORIGINAL);
  if (r == 0 && end == base64 + length && key.length >= SIGN_KEY_MIN)
    *ret = key;
  else
    r = -EINVAL;
  sodium_memzero(&key, sizeof key);
  return r;
}

int sign_key_load(const char *file, struct sign_key *ret, const char **ret_why)
{
  char text[FILE_MAX] = "";
  struct stat stat;
  *ret_why = "the file cannot be read";
  _cleanup_close_ int fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 || fstat(fd, &stat) < 0) return -errno;
  if (stat.st_mode & (S_IRWXG | S_IRWXO)) {
    *ret_why = "others than its owner may access the file: chmod 600";
    return -EPERM;
  }
  ssize_t length = read(fd, text, sizeof text - 1);
  if (length < 0) return -errno;
  int r = sign_key_parse(text, ret, ret_why);
  sodium_memzero(text, sizeof text);
  return r;
}

void sign_key_wipe(struct sign_key *key)
{
  sodium_memzero(key, sizeof *key);
}

void sign_v1(const struct sign_key *key, const char *id, int64_t timestamp_s, const void *body, size_t length,
             char out[SIGN_TEXT])
{
  crypto_auth_hmacsha256_state state;
  uint8_t mac[crypto_auth_hmacsha256_BYTES];
  char stamp[32];
  int n = snprintf(stamp, sizeof stamp, ".%" PRId64 ".", timestamp_s);
  crypto_auth_hmacsha256_init(&state, key->bytes, key->length);
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)id, strlen(id));
  crypto_auth_hmacsha256_update(&state, (const uint8_t *)stamp, (size_t)n);
  crypto_auth_hmacsha256_update(&state, body, length);
  crypto_auth_hmacsha256_final(&state, mac);
  memcpy(out, "v1,", 3);
  sodium_bin2base64(out + 3, SIGN_TEXT - 3, mac, sizeof mac, sodium_base64_VARIANT_ORIGINAL);
  sodium_memzero(&state, sizeof state);
}
