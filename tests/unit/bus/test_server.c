// The ROUTER seen from the wire: which frames it takes, who it says has sent them, where answers go.
#include "common/base/clock.h"
#include "tests/unit/bus/buslib.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static struct bus_server *open_server(const char *endpoints)
{
  struct bus_server *server = NULL;
  const char *why = "";
  struct bus_server_options options = {.endpoints = endpoints, .cert = server_cert};
  int r = bus_server_open(&options, &server, &why);
  if (r < 0) fail_msg("%s: %d %s", endpoints, r, why);
  return server;
}

// The next message, waited for.
static enum bus_fault next_message(struct bus_server *server, struct bus_message *message)
{
  int64_t until = clock_monotonic_us() + DEADLINE_MS * 1000ll;
  do {
    enum bus_fault fault = bus_server_receive(server, message);
    if (fault != BUS_NOTHING) return fault;
    wait_socket(bus_server_socket(server), 1000);
  } while (clock_monotonic_us() < until);
  fail_msg("no message came");
  return BUS_NOTHING;
}

#define FRAMES_MOST 100
struct frames {
  const char *text[FRAMES_MOST]; // "#123" = 123 bytes of 'x', "" = an empty frame
  int n;
};

static void send_frames(zsock_t *dealer, const struct frames *frames)
{
  zmsg_t *message = zmsg_new();
  for (int i = 0; i < frames->n; i++) {
    const char *text = frames->text[i];
    size_t length = text[0] == '#' ? strtoul(text + 1, NULL, 10) : strlen(text);
    char *bytes = malloc(length + 1);
    memset(bytes, 'x', length + 1);
    if (text[0] != '#') memcpy(bytes, text, length);
    zmsg_addmem(message, bytes, length);
    free(bytes);
  }
  assert_int_equal(zmsg_send(&message, dealer), 0);
}

#define F(...)                                                                                               \
  {                                                                                                          \
    {__VA_ARGS__}, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *)                                    \
  }

static void test_frames(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    struct frames frames;
    enum bus_fault fault;
    int kind, address; // address frames that come back, the connection's own included
  } cases[] = {
      {"a command", F("JD1C", "header", "body"), BUS_FINE, BUS_COMMAND, 1},
      {"a query", F("JD1Q", "header", "body"), BUS_FINE, BUS_QUERY, 1},
      {"a fetch", F("JD1F", "id", ""), BUS_FINE, BUS_FETCH, 1},
      {"an ack", F("JD1A", "id", "x"), BUS_FINE, BUS_ACK, 1},
      {"a snapshot request", F("JD1S", "id", ""), BUS_FINE, BUS_SNAPSHOT, 1},
      {"a ping", F("JD1P", "0123456789abcdef", ""), BUS_FINE, BUS_PING, 1},
      {"of a REQ socket", F("", "JD1C", "header", "body"), BUS_FINE, BUS_COMMAND, 2},
      {"through two proxies", F("hop1", "hop2", "", "JD1C", "header", "body"), BUS_FINE, BUS_COMMAND, 4},
      {"through too many", F("hop1", "hop2", "hop3", "", "JD1C", "header", "body"), BUS_FRAMES, BUS_KINDS, 1},
      {"one frame", F("JD1C"), BUS_FRAMES, BUS_KINDS, 1},
      {"two frames", F("JD1C", "header"), BUS_FRAMES, BUS_KINDS, 1},
      {"an empty frame", F(""), BUS_FRAMES, BUS_KINDS, 1},
      {"eight frames", F("JD1C", "h", "b", "4", "5", "6", "7", "8"), BUS_FRAMES, BUS_KINDS, 1},
      {"another major version", F("JD2C", "header", "body"), BUS_KIND, BUS_KINDS, 1},
      {"an empty kind", F("", "header", "body"), BUS_KIND, BUS_KINDS, 1},
      {"a longer kind", F("JD1CC", "header", "body"), BUS_KIND, BUS_KINDS, 1},
      {"lower case", F("jd1c", "header", "body"), BUS_KIND, BUS_KINDS, 1},
      {"a reply", F("JD1R", "id", "body"), BUS_KIND, BUS_REPLY, 1},
      {"a batch", F("JD1B", "id", "body"), BUS_KIND, BUS_BATCH, 1},
      {"no header", F("JD1C", "", "body"), BUS_FRAMES, BUS_COMMAND, 1},
      {"the longest header", F("JD1C", "#4096", "body"), BUS_FINE, BUS_COMMAND, 1},
      {"a longer header", F("JD1C", "#4097", "body"), BUS_SIZE, BUS_COMMAND, 1},
      {"a longer header of a query", F("JD1Q", "#4097", "body"), BUS_SIZE, BUS_QUERY, 1},
      {"the longest correlation", F("JD1F", "#16", ""), BUS_FINE, BUS_FETCH, 1},
      {"a longer correlation", F("JD1F", "#17", ""), BUS_SIZE, BUS_FETCH, 1},
      {"no correlation", F("JD1P", "", ""), BUS_FRAMES, BUS_PING, 1},
      {"the longest body", F("JD1C", "h", "#262144"), BUS_FINE, BUS_COMMAND, 1},
      {"a longer body", F("JD1C", "h", "#262145"), BUS_SIZE, BUS_COMMAND, 1},
      {"a body longer by 8 KiB", F("JD1C", "h", "#270336"), BUS_SIZE, BUS_COMMAND, 1},
  };
  struct bus_server *server = open_server(buslib_ipc());
  zsock_t *dealer = raw_dealer(bus_server_endpoint(server), clerk_cert, zcert_public_txt(server_cert));
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct bus_message message;
    send_frames(dealer, &cases[i].frames);
    enum bus_fault fault = next_message(server, &message);
    if (fault != cases[i].fault || (int)message.kind != cases[i].kind)
      fail_msg("%s: fault %d, kind %d", cases[i].name, fault, message.kind);
    assert_string_equal(message.principal, "clerk");
    assert_int_equal(zmsg_size(message.address), cases[i].address);
    if (fault == BUS_FINE) {
      int n = cases[i].frames.n;
      if (cases[i].frames.text[n - 2][0] != '#')
        assert_true(zframe_streq(message.a, cases[i].frames.text[n - 2]));
      if (cases[i].frames.text[n - 1][0] != '#')
        assert_true(zframe_streq(message.b, cases[i].frames.text[n - 1]));
    }
    // whatever it was, it can be answered
    bus_server_reply(server, &message.address, BUS_REPLY, "id", 2, "answer", 6);
    assert_null(message.address);
    bus_message_clear(&message);
    assert_true(wait_socket(zsock_resolve(dealer), DEADLINE_MS));
    zmsg_t *reply = zmsg_recv(dealer);
    for (int k = 1; k < cases[i].address; k++)
      zframe_destroy(&(zframe_t *){zmsg_pop(reply)}); // the client's own part of the address
    assert_int_equal(zmsg_size(reply), 3);
    assert_true(zframe_streq(zmsg_first(reply), "JD1R"));
    assert_true(zframe_streq(zmsg_next(reply), "id"));
    assert_true(zframe_streq(zmsg_next(reply), "answer"));
    zmsg_destroy(&reply);
  }
  zsock_destroy(&dealer);
  bus_server_close(server);
}

static void test_many_frames(void **state)
{
  (void)state;
  struct bus_server *server = open_server(buslib_ipc());
  zsock_t *dealer = raw_dealer(bus_server_endpoint(server), clerk_cert, zcert_public_txt(server_cert));
  void *socket = zsock_resolve(dealer);
  for (int i = 0; i < 20000; i++)
    assert_true(zmq_send(socket, "x", 1, ZMQ_SNDMORE) == 1);
  assert_true(zmq_send(socket, "x", 1, 0) == 1);
  send_frames(dealer, &(struct frames)F("JD1C", "header", "body"));
  struct bus_message message;
  assert_int_equal(next_message(server, &message), BUS_FRAMES); // one message, one fault
  bus_message_clear(&message);
  assert_int_equal(next_message(server, &message), BUS_FINE);
  bus_message_clear(&message);
  assert_int_equal(bus_server_receive(server, &message), BUS_NOTHING);
  zsock_destroy(&dealer);
  bus_server_close(server);
}

// A frame far too long ends the connection; nobody else notices.
static void test_oversize_ends_the_connection(void **state)
{
  (void)state;
  struct bus_server *server = open_server(buslib_ipc());
  zsock_t *other = raw_dealer(bus_server_endpoint(server), gate_cert, zcert_public_txt(server_cert));
  zsock_t *dealer = raw_dealer(bus_server_endpoint(server), clerk_cert, zcert_public_txt(server_cert));
  send_frames(dealer, &(struct frames)F("JD1C", "h", "#1048576"));
  send_frames(other, &(struct frames)F("JD1C", "h", "b"));
  struct bus_message message;
  assert_int_equal(next_message(server, &message), BUS_FINE);
  assert_string_equal(message.principal, "gate");
  bus_message_clear(&message);
  send_frames(dealer, &(struct frames)F("JD1C", "h", "b")); // it reconnects; the huge one is not sent again
  assert_int_equal(next_message(server, &message), BUS_FINE);
  assert_string_equal(message.principal, "clerk");
  assert_int_equal(zframe_size(message.b), 1);
  bus_message_clear(&message);
  zsock_destroy(&dealer);
  zsock_destroy(&other);
  bus_server_close(server);
}

// The routing id that a client gives itself is not who it is.
static void test_routing_id_is_not_identity(void **state)
{
  (void)state;
  struct bus_server *server = open_server(buslib_ipc());
  zsock_t *dealer = zsock_new(ZMQ_DEALER);
  zsock_set_identity(dealer, "gate");
  zcert_apply(clerk_cert, dealer);
  zsock_set_curve_serverkey(dealer, zcert_public_txt(server_cert));
  assert_int_equal(zsock_connect(dealer, "%s", bus_server_endpoint(server)), 0);
  send_frames(dealer, &(struct frames)F("JD1C", "header", "body"));
  struct bus_message message;
  assert_int_equal(next_message(server, &message), BUS_FINE);
  assert_string_equal(message.principal, "clerk");
  bus_message_clear(&message);
  zsock_destroy(&dealer);
  bus_server_close(server);
}

// The peer has gone: the answer is dropped and counted, nothing blocks.
static void test_reply_to_nobody(void **state)
{
  (void)state;
  struct bus_server *server = open_server(buslib_ipc());
  zsock_t *dealer = raw_dealer(bus_server_endpoint(server), clerk_cert, zcert_public_txt(server_cert));
  send_frames(dealer, &(struct frames)F("JD1P", "id", ""));
  struct bus_message message;
  assert_int_equal(next_message(server, &message), BUS_FINE);
  zsock_destroy(&dealer);
  double before = metric_now("jiedui_reply_drops_total");
  int64_t until = clock_monotonic_us() + DEADLINE_MS * 1000ll;
  while (metric_now("jiedui_reply_drops_total") == before) { // until libzmq has noticed
    zmsg_t *address = zmsg_dup(message.address);
    bus_server_reply(server, &address, BUS_PING, "id", 2, "", 0);
    assert_null(address);
    assert_true(clock_monotonic_us() < until);
    wait_socket(bus_server_socket(server), 5);
  }
  bus_message_clear(&message);
  bus_server_close(server);
}

// A peer that does not read: its pipe fills, further answers are dropped and counted, others are served.
static void test_reply_to_a_full_peer(void **state)
{
  (void)state;
  struct bus_server *server = open_server(buslib_ipc());
  zsock_t *lazy = raw_dealer(bus_server_endpoint(server), clerk_cert, zcert_public_txt(server_cert));
  send_frames(lazy, &(struct frames)F("JD1P", "id", ""));
  struct bus_message message;
  assert_int_equal(next_message(server, &message), BUS_FINE);
  double before = metric_now("jiedui_reply_drops_total");
  static char large[64 * 1024];
  int sent = 0;
  for (; sent < 20000 && metric_now("jiedui_reply_drops_total") == before; sent++) {
    zmsg_t *address = zmsg_dup(message.address);
    bus_server_reply(server, &address, BUS_PING, "id", 2, large, sizeof(large));
  }
  assert_true(sent > 100 && sent < 20000);
  bus_message_clear(&message);
  zsock_t *other = raw_dealer(bus_server_endpoint(server), gate_cert, zcert_public_txt(server_cert));
  send_frames(other, &(struct frames)F("JD1P", "id", ""));
  assert_int_equal(next_message(server, &message), BUS_FINE);
  bus_server_reply(server, &message.address, BUS_PING, "id", 2, "", 0);
  assert_true(wait_socket(zsock_resolve(other), DEADLINE_MS));
  bus_message_clear(&message);
  zsock_destroy(&lazy);
  zsock_destroy(&other);
  bus_server_close(server);
}

// ---- endpoints

static void refuse(const char *endpoints, int code, const char *wanted)
{
  struct bus_server *server = NULL;
  const char *why = "";
  struct bus_server_options options = {.endpoints = endpoints, .cert = server_cert};
  assert_code(bus_server_open(&options, &server, &why), code);
  assert_null(server);
  assert_string_equal(why, wanted);
}

static void test_bad_endpoints(void **state)
{
  (void)state;
  char longest[200] = "ipc:///";
  memset(longest + 7, 'x', 120);
  refuse("", -EINVAL, "no endpoint is named");
  refuse(" \t", -EINVAL, "no endpoint is named");
  refuse(longest, -ENAMETOOLONG, "the path of an ipc endpoint has at most 107 bytes");
  refuse("ipc:///proc/none/x", -ENOENT, "the folder of the ipc endpoint cannot be made");
  refuse("nonsense", -EINVAL, "Invalid argument");
  refuse("udp://127.0.0.1:1", -ENOCOMPATPROTO, "The protocol is not compatible with the socket type");
}

// Sockets are the owner's alone, unless the process's umask lets the group write; never anybody else's.
static void test_folders_and_modes(void **state)
{
  (void)state;
  static const struct {
    mode_t mask, group;
  } masks[] = {{022, 0}, {077, 0}, {027, 0}, {007, 070}, {0, 070}};
  for (size_t m = 0; m < sizeof(masks) / sizeof(masks[0]); m++) {
    const char *directory = test_dir();
    char endpoint[300];
    struct stat st;
    snprintf(endpoint, sizeof(endpoint), "ipc://%s/a/b/s.sock", directory);
    mode_t before = umask(masks[m].mask);
    struct bus_server *server = open_server(endpoint);
    assert_int_equal(umask(before), masks[m].mask); // the process's own mask is as it was
    assert_int_equal(stat(endpoint + 6, &st), 0);
    assert_int_equal(st.st_mode & (S_IFMT | 0077), S_IFSOCK | masks[m].group);
    assert_int_equal(stat(test_path(directory, "a"), &st), 0);
    assert_int_equal(st.st_mode & (S_IFMT | 0077), S_IFDIR);
    assert_int_equal(stat(test_path(directory, "a/b"), &st), 0);
    assert_int_equal(st.st_mode & (S_IFMT | 0077), S_IFDIR);
    bus_server_close(server);
  }
}

static void test_two_endpoints(void **state)
{
  (void)state;
  char path[300], endpoints[400];
  snprintf(path, sizeof(path), "ipc://%s/s", test_dir());
  snprintf(endpoints, sizeof(endpoints), "%s  tcp://127.0.0.1:*", path);
  struct bus_server *server = open_server(endpoints);
  assert_int_equal(strncmp(bus_server_endpoint(server), "tcp://127.0.0.1:", 16), 0);
  assert_true(atoi(bus_server_endpoint(server) + 16) > 0);
  const char *both[] = {path, bus_server_endpoint(server)};
  for (int i = 0; i < 2; i++) {
    zsock_t *dealer = raw_dealer(both[i], clerk_cert, zcert_public_txt(server_cert));
    send_frames(dealer, &(struct frames)F("JD1P", "id", ""));
    struct bus_message message;
    assert_int_equal(next_message(server, &message), BUS_FINE);
    bus_message_clear(&message);
    zsock_destroy(&dealer);
  }
  bus_server_close(server);
}

// Two daemons on one ipc endpoint: the second is refused (libzmq would take it over); a left-over file is not
// in the way.
static void test_endpoint_in_use(void **state)
{
  (void)state;
  const char *endpoint = buslib_ipc();
  struct bus_server *server = open_server(endpoint);
  refuse(endpoint, -EADDRINUSE, "another process listens on this ipc endpoint");
  bus_server_close(server);

  const char *stale = buslib_ipc();
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, stale + 6, strlen(stale + 6));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
  close(fd); // the file stays, as after a kill
  server = open_server(stale);
  bus_server_close(server);
}

static void test_socket_and_fd(void **state)
{
  (void)state;
  struct bus_server *server = open_server(buslib_ipc());
  zsock_t *dealer = raw_dealer(bus_server_endpoint(server), clerk_cert, zcert_public_txt(server_cert));
  struct bus_message message;
  while (bus_server_receive(server, &message) !=
         BUS_NOTHING) // re-arms the descriptor, which is edge-triggered
    ;
  send_frames(dealer, &(struct frames)F("JD1P", "id", ""));
  enum bus_fault fault = BUS_NOTHING;
  for (int i = 0; i < 100 && fault == BUS_NOTHING; i++) { // the handshake wakes it too
    assert_true(test_wait_readable(bus_server_fd(server), DEADLINE_MS));
    fault = bus_server_receive(server, &message);
  }
  assert_int_equal(fault, BUS_FINE);
  bus_message_clear(&message);
  bus_message_clear(&message); // twice is once
  zsock_destroy(&dealer);
  bus_server_close(server);
  assert_null(bus_server_close(NULL));
}

static void test_kinds(void **state)
{
  (void)state;
  for (int kind = 0; kind < BUS_KINDS; kind++)
    assert_int_equal(bus_kind_of(bus_kind_words[kind], 4), kind);
  assert_int_equal(bus_kind_of("JD1X", 4), -1);
  assert_int_equal(bus_kind_of("JD1", 3), -1);
  assert_int_equal(bus_kind_of("", 0), -1);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_frames),
      cmocka_unit_test(test_many_frames),
      cmocka_unit_test(test_oversize_ends_the_connection),
      cmocka_unit_test(test_routing_id_is_not_identity),
      cmocka_unit_test(test_reply_to_nobody),
      cmocka_unit_test(test_reply_to_a_full_peer),
      cmocka_unit_test(test_bad_endpoints),
      cmocka_unit_test(test_folders_and_modes),
      cmocka_unit_test(test_two_endpoints),
      cmocka_unit_test(test_endpoint_in_use),
      cmocka_unit_test(test_socket_and_fd),
      cmocka_unit_test(test_kinds),
  };
  return cmocka_run_group_tests(tests, buslib_setup, buslib_teardown);
}
