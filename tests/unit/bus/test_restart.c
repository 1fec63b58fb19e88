// Servers that are killed in the middle and started again: the follower misses nothing and takes nothing
// twice, the client's call comes through under its key. The server is this program itself, run with --serve.
#include "common/base/clock.h"
#include "common/bus/follower.h"
#include "tests/unit/bus/buslib.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define EPOCH 5
#define EACH  7 // events in a batch

// ---- the server: a feed of `head` events, a fetch at its end is held for ever

static uint64_t feed_head;

static void serve_fetch(struct bus_server *server, struct bus_message *message)
{
  Bus__Fetch *fetch = bus__fetch__unpack(NULL, zframe_size(message->b), zframe_data(message->b));
  Bus__Status status = BUS__STATUS__INIT;
  Bus__Batch batch = BUS__BATCH__INIT;
  Bus__Event events[EACH], *list[EACH];
  uint8_t bytes[2048];
  status.code = BUS__CODE__CODE_OK;
  batch.status = &status;
  batch.epoch = EPOCH;
  batch.events = list;
  batch.head = feed_head;
  for (uint64_t seq = fetch->after + 1; seq <= feed_head && batch.n_events < EACH; seq++) {
    Bus__Event *event = list[batch.n_events] = &events[batch.n_events];
    bus__event__init(event);
    event->seq = seq;
    batch.n_events++;
  }
  batch.next_after = fetch->after + batch.n_events;
  bus__fetch__free_unpacked(fetch, NULL);
  if (batch.n_events == 0) return; // held
  bus_server_reply(server, &message->address, BUS_BATCH, zframe_data(message->a), zframe_size(message->a),
                   bytes, bus__batch__pack(&batch, bytes));
}

static void handle(void *context, struct bus_server *server, struct bus_message *message,
                   enum bus_fault fault)
{
  if (fault == BUS_FINE && message->kind == BUS_FETCH)
    serve_fetch(server, message);
  else
    handle_echo(context, server, message, fault);
}

// --serve ENDPOINT HEAD SERVER_SECRET_KEY CLERK_PUBLIC_KEY; writes a byte once bound.
static int serve_main(char **argv)
{
  uint8_t public_key[32], secret_key[32];
  char text[41];
  struct zap_entry entry = {.name = "clerk"};
  struct served served;
  prctl(PR_SET_PDEATHSIG, SIGKILL); // a failed test leaves no server behind
  feed_head = strtoull(argv[3], NULL, 10);
  zmq_z85_decode(secret_key, argv[4]);
  if (zmq_curve_public(text, argv[4]) < 0) return 1;
  zmq_z85_decode(public_key, text);
  server_cert = zcert_new_from(public_key, secret_key);
  memcpy(entry.key, argv[5], 41);
  if (zap_start(&zap) < 0) return 1;
  zap_set(zap, &entry, 1);
  served_start(&served, argv[2], handle, NULL);
  if (write(STDOUT_FILENO, "+", 1) != 1) return 1;
  for (;;)
    pause();
}

static struct bus_follower *open_follower(const char *endpoint)
{
  struct bus_follower *follower = NULL;
  struct bus_follower_options options = {.area = "registry",
                                         .endpoint = endpoint,
                                         .server_key = zcert_public_txt(server_cert),
                                         .cert = clerk_cert,
                                         .epoch = EPOCH};
  assert_ok(bus_follower_open(&options, &follower));
  return follower;
}

// --exit ENDPOINT: leaves in the middle of everything, as a daemon does whose commit failed.
static int exit_main(char **argv)
{
  static struct bus_server *volatile kept_server; // not leaked, but open
  static struct bus_follower *volatile kept_follower;
  static struct bus_client *volatile kept_client;
  struct bus_server *server = NULL;
  const char *why = "";
  void *state = NULL;
  if (freopen("/dev/null", "w", stdout) == NULL || buslib_setup(&state) < 0) return 1;
  struct bus_server_options options = {.endpoints = argv[2], .cert = server_cert};
  int r = bus_server_open(&options, &server, &why);
  if (r < 0) {
    fprintf(stderr, "server: %d %s\n", r, why);
    return 1;
  }
  kept_server = server;
  kept_follower = open_follower(argv[2]);
  kept_client = buslib_client(argv[2], clerk_cert, 0, 0);
  exit(kept_server && kept_follower && kept_client ? 3 : 4);
}

static pid_t start_server(const char *endpoint, uint64_t head)
{
  int ends[2];
  char number[24], byte;
  snprintf(number, sizeof(number), "%llu", (unsigned long long)head);
  assert_int_equal(pipe(ends), 0);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl("/proc/self/exe", "unit_bus_restart", "--serve", endpoint, number, zcert_secret_txt(server_cert),
          zcert_public_txt(clerk_cert), (char *)NULL);
    _exit(127);
  }
  close(ends[1]);
  assert_true(test_wait_readable(ends[0], DEADLINE_MS));
  assert_int_equal(read(ends[0], &byte, 1), 1);
  close(ends[0]);
  return pid;
}

static void kill_server(pid_t pid)
{
  assert_int_equal(kill(pid, SIGKILL), 0);
  int status = test_wait_child(pid);
  assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

// ---- tests

static void test_exit_in_the_middle(void **state)
{
  (void)state;
  const char *endpoint = buslib_ipc(), *said = test_path(test_dir(), "stderr");
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    int file = open(said, O_WRONLY | O_CREAT | O_CLOEXEC, 0600); // czmq complains about each socket
    dup2(file, STDERR_FILENO);
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1); // what libzmq's thread has in its hands is not freed
    execl("/proc/self/exe", "unit_bus_restart", "--exit", endpoint, (char *)NULL);
    _exit(127);
  }
  int status = test_wait_child(pid); // neither held up by open sockets nor aborted
  if (WIFEXITED(status) && WEXITSTATUS(status) == 3) return;
  char *text = test_read_file(said, NULL);
  print_error("%s\n", text);
  free(text);
  fail_msg("wait status %d", status);
}

// Follows until the cursor has reached seq.
static uint64_t follow_to(struct bus_follower *follower, struct arena *arena, uint64_t cursor, uint64_t seq)
{
  int64_t until = clock_monotonic_us() + DEADLINE_MS * 1000ll;
  while (cursor < seq) {
    Bus__Batch *batch = NULL;
    arena_reset(arena);
    if (bus_follower_turn(follower, arena, &batch) == FOLLOW_BATCH) {
      for (size_t i = 0; i < batch->n_events; i++)
        assert_int_equal(batch->events[i]->seq, ++cursor); // no gap, nothing twice
      bus_follower_advance(follower, batch->epoch, batch->next_after);
      continue;
    }
    assert_true(clock_monotonic_us() < until);
    int64_t wait = bus_follower_wake_us(follower) - clock_monotonic_us();
    zmq_pollitem_t item = {.socket = bus_follower_socket(follower), .events = ZMQ_POLLIN};
    (void)zmq_poll(&item, 1, wait > 0 ? (long)(wait / 1000 + 1) : 0);
  }
  return cursor;
}

// Killed with a fetch held, with answers on their way, and before it is first reached. The follower waits 20
// s for a held fetch, so only noticing the end of the connection makes this pass within the deadline.
static void follow_through_kills(const char *endpoint)
{
  struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  struct bus_follower *follower = open_follower(endpoint); // nobody is there yet
  Bus__Batch *batch = NULL;
  assert_int_equal(bus_follower_turn(follower, arena, &batch), FOLLOW_NOTHING);
  uint64_t cursor = 0;
  bool connected;
  uint64_t seen_head;
  for (uint64_t head = 20; head <= 100; head += 20) {
    pid_t pid = start_server(endpoint, head);
    cursor = follow_to(follower, arena, cursor, head - (head % 40 ? 0 : EACH)); // to its end, or not quite
    bus_follower_status(follower, &connected, &seen_head);
    assert_true(connected);
    assert_int_equal(seen_head, head);
    kill_server(pid);
  }
  bus_follower_close(follower);
  arena_free(arena);
}

static void test_follower_ipc(void **state)
{
  (void)state;
  follow_through_kills(buslib_ipc());
}

// One that nobody gets by accident while no server holds it: below those that the kernel gives to
// connections.
static int free_port(void)
{
  uint64_t seed = test_seed();
  for (;;) {
    int port = 20000 + (int)test_random_below(&seed, 10000);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int r = bind(fd, (struct sockaddr *)&address, sizeof(address));
    close(fd);
    if (r == 0) return port;
  }
}

static void test_follower_tcp(void **state)
{
  (void)state;
  int port = free_port();
  char endpoint[64];
  snprintf(endpoint, sizeof(endpoint), "tcp://127.0.0.1:%d", port);
  follow_through_kills(endpoint);
}

static void test_client_calls_again(void **state)
{
  (void)state;
  const char *endpoint = buslib_ipc();
  struct bus_client *client = buslib_client(endpoint, clerk_cert, DEADLINE_MS, 500);
  struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  for (int round = 0; round < 3; round++) {
    Bus__Status *status = NULL;
    struct bus_call call = {.type = "t", .body = "x", .length = 1, .idem_key = "k"};
    pid_t pid = start_server(endpoint, 0);
    assert_ok(bus_client_call(client, &call, arena, &status));
    assert_int_equal(status->code, BUS__CODE__CODE_OK);
    kill_server(pid);
  }
  bus_client_close(client);
  arena_free(arena);
}

int main(int argc, char **argv)
{
  if (argc == 6 && strcmp(argv[1], "--serve") == 0) return serve_main(argv);
  if (argc == 3 && strcmp(argv[1], "--exit") == 0) return exit_main(argv);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_follower_ipc),
      cmocka_unit_test(test_follower_tcp),
      cmocka_unit_test(test_client_calls_again),
      cmocka_unit_test(test_exit_in_the_middle),
  };
  return cmocka_run_group_tests(tests, buslib_keys, buslib_teardown);
}
