// Signatures by Standard Webhooks: HMAC-SHA256 over "<id>.<timestamp>.<body>", sent as "v1,<base64>".
// A secret is "whsec_" and the base64 of 24 to 64 random bytes, alone in a file that only its owner may read.
#pragma once
#include <stddef.h>
#include <stdint.h>

#define SIGN_KEY_MIN 24
#define SIGN_KEY_MAX 64
#define SIGN_TEXT    48 // "v1," and 44 characters, with the NUL

struct sign_key {
  uint8_t bytes[SIGN_KEY_MAX];
  size_t length;
};
// 0; -EINVAL with *ret_why when the text is no such secret.
int sign_key_parse(const char *text, struct sign_key *ret, const char **ret_why);
// Also -EPERM when others may read the file, or the error of opening it, always with *ret_why.
int sign_key_load(const char *file, struct sign_key *ret, const char **ret_why);
void sign_key_wipe(struct sign_key *key);

void sign_v1(const struct sign_key *key, const char *id, int64_t timestamp_s, const void *body, size_t length,
             char out[SIGN_TEXT]);
