// A server among people who mean it no good: junk on the wire, connections that never finish, messages that
// never end. It goes on answering, and its memory stays bounded.
#include "tests/unit/bus/buslib.h"
#include "tests/unit/bus/rawcurve.h"
#include <poll.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

// AddressSanitizer keeps freed memory for a while; it counts as resident.
#if defined(__SANITIZE_ADDRESS__)
#define GROWTH_KIB (400 * 1024)
#else
#define GROWTH_KIB (48 * 1024)
#endif

static struct served served;

static int setup(void **state)
{
  if (buslib_setup(state) < 0 || sodium_init() < 0) return -1;
  struct rlimit files = {4096, 4096};
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max < 4096 ? files.rlim_max : 4096;
    setrlimit(RLIMIT_NOFILE, &files);
  }
  served_start(&served, "tcp://127.0.0.1:*", handle_echo, NULL);
  return 0;
}

static int teardown(void **state)
{
  served_stop(&served);
  return buslib_teardown(state);
}

static int port(void)
{
  return atoi(strrchr(served.endpoint, ':') + 1);
}

static void make_raw(struct rawcurve *raw, zcert_t *cert)
{
  memset(raw, 0, sizeof(*raw));
  memcpy(raw->own_public, zcert_public_key(cert), 32);
  memcpy(raw->own_secret, zcert_secret_key(cert), 32);
  memcpy(raw->server, zcert_public_key(server_cert), 32);
}

static void assert_served(long before)
{
  assert_true(answered(served.endpoint, clerk_cert, DEADLINE_MS));
  long grown = resident_kib() - before;
  if (grown > GROWTH_KIB) fail_msg("grown by %ld KiB", grown);
}

// The hand-made client is right: a listed key is answered like any other, an unlisted one is turned away.
static void test_the_tool_itself(void **state)
{
  (void)state;
  struct rawcurve raw;
  uint8_t out[256];
  bool more;
  make_raw(&raw, clerk_cert);
  assert_true(rawcurve_open(&raw, port(), RAW_READY));
  assert_true(rawcurve_send(&raw, "JD1P", 4, true));
  assert_true(rawcurve_send(&raw, "id", 2, true));
  assert_true(rawcurve_send(&raw, "", 0, false));
  assert_int_equal(rawcurve_receive(&raw, out, sizeof(out), &more), 4);
  assert_memory_equal(out, "JD1P", 4);
  assert_int_equal(rawcurve_receive(&raw, out, sizeof(out), &more), 2);
  assert_memory_equal(out, "id", 2);
  assert_true(more);
  assert_true(rawcurve_receive(&raw, out, sizeof(out), &more) > 0);
  assert_false(more);
  rawcurve_close(&raw);
  make_raw(&raw, stranger_cert);
  assert_false(rawcurve_open(&raw, port(), RAW_READY));
  rawcurve_close(&raw);
}

// 400 connections that send garbage, halves of a greeting, a HELLO and then nothing, and stay open.
static void test_junk_connections(void **state)
{
  (void)state;
  enum { MANY = 400 };
  static struct rawcurve raws[MANY];
  uint64_t seed = test_seed();
  long before = resident_kib();
  for (int i = 0; i < MANY; i++) {
    uint8_t junk[2000];
    make_raw(&raws[i], i % 2 ? clerk_cert : stranger_cert);
    enum rawcurve_stage stage = (enum rawcurve_stage)(i % 3);
    assert_true(rawcurve_open(&raws[i], port(), stage));
    size_t length = test_random_below(&seed, sizeof(junk));
    for (size_t k = 0; k < length; k++)
      junk[k] = (uint8_t)test_random(&seed);
    if (i % 7 == 0) memcpy(junk, "GET / HTTP/1.1\r\n\r\n", 18);
    if (i % 7 == 1) memcpy(junk, "\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL", 16);
    if (i % 5) (void)rawcurve_write(&raws[i], junk, length); // it may have been cut already
  }
  assert_served(before);
  for (int i = 0; i < MANY; i++)
    rawcurve_close(&raws[i]);
  assert_served(before);
}

// Nobody without a listed secret key brings a message to the loop, but a listed one may send frames without
// end.
static void test_unfinished_message(void **state)
{
  (void)state;
  struct rawcurve raw;
  make_raw(&raw, gate_cert);
  assert_true(rawcurve_open(&raw, port(), RAW_READY));
  long before = resident_kib();
  for (int i = 0; i < 20000; i++)
    assert_true(rawcurve_send(&raw, "x", 1, true));
  assert_served(before);
  assert_true(rawcurve_send(&raw, "JD1P", 4, false)); // it ends at last: one message with far too many frames
  assert_served(before);
  rawcurve_close(&raw);
  assert_served(before);
}

static void test_unfinished_and_gone(void **state)
{
  (void)state;
  long before = resident_kib();
  for (int round = 0; round < 20; round++) {
    struct rawcurve raw;
    make_raw(&raw, gate_cert);
    assert_true(rawcurve_open(&raw, port(), RAW_READY));
    for (int i = 0; i < 1000; i++)
      assert_true(rawcurve_send(&raw, "xx", 2, true));
    rawcurve_close(&raw);
  }
  assert_served(before);
}

// Whether the server ends the connection within the deadline.
static bool cut(struct rawcurve *raw)
{
  uint8_t bytes[4096];
  while (test_wait_readable(raw->fd, DEADLINE_MS)) {
    ssize_t n = recv(raw->fd, bytes, sizeof(bytes), 0);
    if (n <= 0) return true;
  }
  return false;
}

// A frame that announces more than a message may have is cut off at its head; so is one that was tampered
// with.
static void test_lying_length_and_tampering(void **state)
{
  (void)state;
  static const uint8_t huge[] = {0x02, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 7, 'M'};
  static const uint8_t forged[] = "\x00\x22\x07MESSAGE\0\0\0\0\0\0\0\x09................."; // no box of ours
  struct {
    const uint8_t *bytes;
    size_t length;
  } cases[] = {{huge, sizeof(huge)}, {forged, 36}};
  for (int i = 0; i < 2; i++) {
    struct rawcurve raw;
    long before = resident_kib();
    make_raw(&raw, gate_cert);
    assert_true(rawcurve_open(&raw, port(), RAW_READY));
    assert_true(rawcurve_write(&raw, cases[i].bytes, cases[i].length));
    assert_true(cut(&raw));
    rawcurve_close(&raw);
    assert_served(before);
  }
}

// Random bytes in the tunnel and on the wire, from a listed key.
static void test_random_traffic(void **state)
{
  (void)state;
  uint64_t seed = test_seed();
  long before = resident_kib();
  for (int round = 0; round < 60; round++) {
    struct rawcurve raw;
    make_raw(&raw, gate_cert);
    assert_true(rawcurve_open(&raw, port(), RAW_READY));
    for (int i = 0; i < 30; i++) {
      uint8_t data[400];
      size_t length = test_random_below(&seed, sizeof(data));
      for (size_t k = 0; k < length; k++)
        data[k] = (uint8_t)test_random(&seed);
      if (length >= 4 && test_random_below(&seed, 2))
        memcpy(data, bus_kind_words[test_random_below(&seed, BUS_KINDS)], 4);
      if (!rawcurve_send(&raw, data, length, test_random_below(&seed, 2))) break;
    }
    uint8_t end[64];
    for (size_t k = 0; k < sizeof(end); k++)
      end[k] = (uint8_t)test_random(&seed);
    (void)rawcurve_write(&raw, end, test_random_below(&seed, sizeof(end)));
    rawcurve_close(&raw);
  }
  assert_served(before);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_the_tool_itself),
      cmocka_unit_test(test_junk_connections),
      cmocka_unit_test(test_unfinished_message),
      cmocka_unit_test(test_unfinished_and_gone),
      cmocka_unit_test(test_lying_length_and_tampering),
      cmocka_unit_test(test_random_traffic),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
