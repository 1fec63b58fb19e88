// The same server in a process whose ZAP thread is missing, and with a libzmq that does not enforce the
// domain.
#include "tests/unit/bus/buslib.h"
#include <dlfcn.h>
#include <errno.h>

static int not_enforced; // what this libzmq pretends

// Stands before libzmq's.
int zmq_getsockopt(void *socket, int option, void *value, size_t *size)
{
  static int (*real)(void *, int, void *, size_t *);
  if (!real) *(void **)&real = dlsym(RTLD_NEXT, "zmq_getsockopt");
  int r = real(socket, option, value, size);
  if (option == 93 && not_enforced) *(int *)value = 0;
  return r;
}

static void test_nobody_is_let_in(void **state)
{
  (void)state;
  struct served served;
  served_start(&served, buslib_ipc(), handle_echo, NULL);
  assert_false(answered(served.endpoint, clerk_cert, 1000)); // libzmq's default would be to let it in
  served_stop(&served);
}

static void test_start_refused_without_enforcement(void **state)
{
  (void)state;
  struct bus_server *server = NULL;
  const char *why = "";
  struct bus_server_options options = {.endpoints = buslib_ipc(), .cert = server_cert};
  not_enforced = 1;
  assert_code(bus_server_open(&options, &server, &why), -ENOTSUP);
  assert_string_equal(why, "this libzmq does not enforce the ZAP domain: keys would not be checked");
  assert_null(server);
  not_enforced = 0;
  assert_ok(bus_server_open(&options, &server, &why));
  int enforced = 0;
  size_t size = sizeof(enforced);
  assert_int_equal(zmq_getsockopt(bus_server_socket(server), 93, &enforced, &size), 0);
  assert_int_equal(enforced, 1);
  char domain[32];
  size = sizeof(domain);
  assert_int_equal(zmq_getsockopt(bus_server_socket(server), ZMQ_ZAP_DOMAIN, domain, &size), 0);
  assert_string_equal(domain, BUS_DOMAIN);
  bus_server_close(server);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_nobody_is_let_in),
      cmocka_unit_test(test_start_refused_without_enforcement),
  };
  return cmocka_run_group_tests(tests, buslib_keys, buslib_teardown);
}
