// Signatures by Standard Webhooks, against the vector of its reference libraries and against OpenSSL; secret
// files.
#include "services/notify/channel/sign.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static void the_published_vector(void **state)
{
  struct sign_key key;
  const char *why = NULL;
  char signature[SIGN_TEXT];
  static const char body[] = "{\"test\": 2432232314}";
  assert_ok(sign_key_parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &key, &why));
  assert_int_equal(key.length, 24);
  sign_v1(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body, strlen(body), signature);
  assert_string_equal(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  (void)state;
}

// The same by another library, for keys of every length and bodies of any bytes.
static void agrees_with_openssl(void **state)
{
  uint64_t seed = test_seed();
  for (size_t length = SIGN_KEY_MIN; length <= SIGN_KEY_MAX; length++) {
    struct sign_key key = {.length = length};
    uint8_t body[200], message[300], mac[32], text[64];
    char id[37], signature[SIGN_TEXT];
    unsigned mac_length = 0;
    for (size_t i = 0; i < length; i++)
      key.bytes[i] = (uint8_t)test_random(&seed);
    for (size_t i = 0; i < sizeof body; i++)
      body[i] = (uint8_t)test_random(&seed);
    size_t body_length = test_random_below(&seed, sizeof body);
    int64_t stamp = test_random_below(&seed, UINT32_MAX);
    snprintf(id, sizeof id, "id-%u", test_random_below(&seed, 1000000));
    int head = snprintf((char *)message, 100, "%s.%lld.", id, (long long)stamp);
    memcpy(message + head, body, body_length);
    HMAC(EVP_sha256(), key.bytes, (int)length, message, (size_t)head + body_length, mac, &mac_length);
    EVP_EncodeBlock(text, mac, 32);
    sign_v1(&key, id, stamp, body, body_length, signature);
    assert_memory_equal(signature, "v1,", 3);
    assert_string_equal(signature + 3, (char *)text);
  }
  (void)state;
}

static void secrets_are_checked(void **state)
{
  static const struct {
    const char *text;
    int length; // 0 = refused
  } cases[] = {
      {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", 24}, // as `echo` writes it
      {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw  \r\n", 24},
      {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", 64},
      {"whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 0},
      {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", 0}, // cut
      {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2La", 0},    // 21 bytes
      {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0},      // no prefix
      {"whsec_MfKQ9r8GKYqr TwjUPD8ILPZIo2LaLaSw", 0},
      {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa*w", 0},
      {"whsec_", 0},
      {"", 0},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct sign_key key = {.length = 1};
    const char *why = NULL;
    int r = sign_key_parse(cases[i].text, &key, &why);
    if (cases[i].length) {
      assert_ok(r);
      assert_int_equal(key.length, cases[i].length);
    } else {
      assert_int_equal(r, -EINVAL);
      assert_non_null(strstr(why, "whsec_"));
      assert_int_equal(key.length, 1); // untouched
    }
  }
  (void)state;
}

static void files_must_be_private(void **state)
{
  static const char text[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";
  static const struct {
    mode_t mode;
    int code;
  } cases[] = {{0600, 0}, {0400, 0}, {0640, -EPERM}, {0604, -EPERM}, {0610, -EPERM}};
  const char *file = test_path(test_dir(), "secret");
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct sign_key key;
    const char *why = NULL;
    remove(file);
    test_write_file(file, text, strlen(text));
    assert_int_equal(chmod(file, cases[i].mode), 0);
    assert_code(sign_key_load(file, &key, &why), cases[i].code);
    if (cases[i].code) assert_non_null(strstr(why, "chmod 600"));
  }
  struct sign_key key;
  const char *why = NULL;
  assert_code(sign_key_load(test_path(test_dir(), "absent"), &key, &why), -ENOENT);
  assert_non_null(why);
  (void)state;
}

static void wiping_leaves_nothing(void **state)
{
  struct sign_key key;
  const char *why = NULL;
  assert_ok(sign_key_parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", &key, &why));
  sign_key_wipe(&key);
  assert_true(sodium_is_zero((const unsigned char *)&key, sizeof key));
  (void)state;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_published_vector),  cmocka_unit_test(agrees_with_openssl),
      cmocka_unit_test(secrets_are_checked),   cmocka_unit_test(files_must_be_private),
      cmocka_unit_test(wiping_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
