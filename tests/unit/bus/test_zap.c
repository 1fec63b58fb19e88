// Who gets in: listed keys and no others, whatever happens to the thread that decides.
#include "tests/unit/bus/buslib.h"
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REFUSED_MS 700 // how long a refused client is given; it is never answered

static void test_listed_and_unlisted(void **state)
{
  (void)state;
  struct served served;
  served_start(&served, buslib_ipc(), handle_echo, NULL);
  double asked = metric_now("jiedui_curve_auth_total"),
         refused = metric_now("jiedui_curve_auth_refused_total");
  assert_true(answered(served.endpoint, clerk_cert, DEADLINE_MS));
  assert_true(answered(served.endpoint, gate_cert, DEADLINE_MS));
  assert_int_equal(metric_now("jiedui_curve_auth_total"), asked + 2);
  assert_int_equal(metric_now("jiedui_curve_auth_refused_total"), refused);
  assert_false(answered(served.endpoint, stranger_cert, REFUSED_MS));
  assert_true(metric_now("jiedui_curve_auth_refused_total") > refused);
  assert_true(answered(served.endpoint, clerk_cert, DEADLINE_MS));
  served_stop(&served);
}

static void test_principal_is_the_name(void **state)
{
  (void)state;
  struct served served;
  served_start(&served, "tcp://127.0.0.1:*", handle_echo, NULL);
  struct bus_client *client = buslib_client(served.endpoint, gate_cert, DEADLINE_MS, 0);
  struct arena *arena = NULL;
  Bus__Pong *pong = NULL;
  assert_ok(arena_new(0, &arena));
  assert_ok(bus_client_ping(client, arena, &pong));
  assert_string_equal(pong->principal, "gate");
  assert_string_equal(pong->area, "echo");
  arena_free(arena);
  bus_client_close(client);
  served_stop(&served);
}

// A client whose key is not listed learns it at once, not by waiting.
static void test_unlisted_is_told(void **state)
{
  (void)state;
  struct served served;
  served_start(&served, "tcp://127.0.0.1:*", handle_echo, NULL);
  struct bus_client *client = buslib_client(served.endpoint, stranger_cert, DEADLINE_MS, DEADLINE_MS);
  struct arena *arena = NULL;
  Bus__Status *status = NULL;
  struct bus_call call = {.type = "t"};
  assert_ok(arena_new(0, &arena));
  assert_code(bus_client_call(client, &call, arena, &status), -EACCES);
  assert_code(bus_client_ping(client, arena, &(Bus__Pong *){NULL}), -EACCES); // and again on a fresh socket
  arena_free(arena);
  bus_client_close(client);
  served_stop(&served);
}

static void test_wrong_server_key(void **state)
{
  (void)state;
  struct served served;
  served_start(&served, buslib_ipc(), handle_echo, NULL);
  struct bus_client *client = NULL;
  struct bus_client_options options = {.endpoint = served.endpoint,
                                       .server_key = zcert_public_txt(stranger_cert),
                                       .cert = clerk_cert,
                                       .timeout_ms = REFUSED_MS};
  assert_ok(bus_client_open(&options, &client));
  struct arena *arena = NULL;
  Bus__Pong *pong = NULL;
  assert_ok(arena_new(0, &arena));
  assert_code(bus_client_ping(client, arena, &pong), -ETIMEDOUT);
  arena_free(arena);
  bus_client_close(client);
  assert_true(answered(served.endpoint, clerk_cert, DEADLINE_MS));
  served_stop(&served);
  assert_true(metric_now("jiedui_handshake_failed_total") > 0);
}

// Without CURVE, and with a public key that is listed but whose secret part the client does not have.
static void test_no_curve_and_stolen_public_key(void **state)
{
  (void)state;
  struct served served;
  served_start(&served, "tcp://127.0.0.1:*", handle_echo, NULL);
  zsock_t *plain = raw_dealer(served.endpoint, NULL, NULL);
  assert_int_equal(zstr_sendx(plain, "JD1P", "x", "", NULL), 0);
  assert_false(wait_socket(zsock_resolve(plain), REFUSED_MS));
  zsock_destroy(&plain);
  zcert_t *thief = zcert_new_from(zcert_public_key(clerk_cert), zcert_secret_key(stranger_cert));
  assert_false(answered(served.endpoint, thief, REFUSED_MS));
  zcert_destroy(&thief);
  assert_true(answered(served.endpoint, clerk_cert, DEADLINE_MS));
  served_stop(&served);
}

// A removed key: its live connection goes on (the server asks its table per message), a new one is refused.
static void test_removed_key(void **state)
{
  (void)state;
  struct served served;
  served_start(&served, buslib_ipc(), handle_echo, NULL);
  struct bus_client *client = buslib_client(served.endpoint, clerk_cert, DEADLINE_MS, 0);
  struct arena *arena = NULL;
  Bus__Pong *pong = NULL;
  assert_ok(arena_new(0, &arena));
  assert_ok(bus_client_ping(client, arena, &pong));
  zap_set(zap, NULL, 0);
  assert_ok(bus_client_ping(client, arena, &pong));
  assert_string_equal(pong->principal, "clerk"); // still told who it was: the caller refuses
  assert_false(answered(served.endpoint, clerk_cert, REFUSED_MS));
  buslib_list_all();
  assert_true(answered(served.endpoint, clerk_cert, DEADLINE_MS));
  arena_free(arena);
  bus_client_close(client);
  served_stop(&served);
}

// Handled signals interrupt every system call of every thread: the decision must come out the same.
static _Atomic int handled;
static void on_signal(int number)
{
  (void)number;
  atomic_fetch_add(&handled, 1);
}

static void signal_all_threads(int number)
{
  DIR *tasks = opendir("/proc/self/task");
  assert_non_null(tasks);
  for (struct dirent *task; (task = readdir(tasks));)
    if (task->d_name[0] != '.') (void)syscall(SYS_tgkill, getpid(), atoi(task->d_name), number);
  closedir(tasks);
}

struct storm {
  _Atomic bool over;
  pthread_t thread;
};
static void *storm_run(void *argument)
{
  struct storm *storm = argument;
  for (unsigned n = 0; !atomic_load(&storm->over); n++) {
    signal_all_threads(n & 1 ? SIGHUP : SIGUSR1);
    (void)poll(NULL, 0, 1); // leaves the others some time between two signals
  }
  return NULL;
}

static void test_signal_storm(void **state)
{
  (void)state;
  struct sigaction action = {.sa_handler = on_signal}; // without SA_RESTART
  struct sigaction before[2];
  sigaction(SIGUSR1, &action, &before[0]);
  sigaction(SIGHUP, &action, &before[1]);
  struct served served;
  served_start(&served, buslib_ipc(), handle_echo, NULL);
  static struct storm storm; // static: its thread outlives a test that fails
  assert_int_equal(pthread_create(&storm.thread, NULL, storm_run, &storm), 0);
  for (int i = 0; i < 20; i++)
    assert_true(answered(served.endpoint, clerk_cert, DEADLINE_MS));
  assert_false(answered(served.endpoint, stranger_cert, REFUSED_MS));
  atomic_store(&storm.over, true);
  pthread_join(storm.thread, NULL);
  for (int i = 0; i < 200; i++)
    signal_all_threads(SIGUSR1);
  assert_false(
      answered(served.endpoint, stranger_cert, REFUSED_MS)); // with czmq's zauth it would be let in here
  assert_true(answered(served.endpoint, clerk_cert, DEADLINE_MS));
  assert_true(atomic_load(&handled) > 200);
  served_stop(&served);
  sigaction(SIGUSR1, &before[0], NULL);
  sigaction(SIGHUP, &before[1], NULL);
}

// The list is replaced while handshakes are going on.
static void *replace_list(void *argument)
{
  struct storm *storm = argument;
  enum { MANY = 2000 };
  struct zap_entry *entries = calloc(MANY, sizeof(*entries));
  for (unsigned i = 0; i < MANY; i++) {
    snprintf(entries[i].key, sizeof(entries[i].key), "00000000000000000000000000000000000%05u", i);
    entries[i].name = "filler";
  }
  memcpy(entries[MANY / 2].key, zcert_public_txt(clerk_cert), sizeof(entries[0].key));
  while (!atomic_load(&storm->over))
    zap_set(zap, entries, MANY);
  free(entries);
  return NULL;
}

static void test_list_replaced_under_load(void **state)
{
  (void)state;
  struct served served;
  served_start(&served, buslib_ipc(), handle_echo, NULL);
  static struct storm storm; // static: its thread outlives a test that fails
  assert_int_equal(pthread_create(&storm.thread, NULL, replace_list, &storm), 0);
  for (int i = 0; i < 30; i++)
    assert_true(answered(served.endpoint, clerk_cert, DEADLINE_MS));
  assert_false(answered(served.endpoint, stranger_cert, REFUSED_MS));
  atomic_store(&storm.over, true);
  pthread_join(storm.thread, NULL);
  buslib_list_all();
  served_stop(&served);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_listed_and_unlisted),
      cmocka_unit_test(test_principal_is_the_name),
      cmocka_unit_test(test_unlisted_is_told),
      cmocka_unit_test(test_wrong_server_key),
      cmocka_unit_test(test_no_curve_and_stolen_public_key),
      cmocka_unit_test(test_removed_key),
      cmocka_unit_test(test_signal_storm),
      cmocka_unit_test(test_list_replaced_under_load),
  };
  return cmocka_run_group_tests(tests, buslib_setup, buslib_teardown);
}
