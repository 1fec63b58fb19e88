// Many commands in flight: each is answered exactly once, under one key, whatever gets lost on the way.
#include "tests/unit/bus/buslib.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 3000

// The server's side: how often it has seen each key, and what it does with the first sight of some.
struct store {
  int seen[MOST];
  int silent_each, busy_each, cut_after;
  int total;
};

static void handle_store(void *context, struct bus_server *server, struct bus_message *message,
                         enum bus_fault fault)
{
  struct store *store = context;
  if (fault != BUS_FINE) return;
  Bus__Header *header = header_of(message);
  int n = atoi(header->idem_key + strlen("row-"));
  bool first = store->seen[n]++ == 0;
  store->total++;
  Bus__Status status = BUS__STATUS__INIT;
  status.code = BUS__CODE__CODE_OK;
  status.seq = (uint64_t)n;
  if (first && store->busy_each && n % store->busy_each == 1) status.code = BUS__CODE__CODE_UNAVAILABLE;
  bool silent = first && store->silent_each && n % store->silent_each == 0;
  if (!silent) reply_status(server, message, &status);
  bus__header__free_unpacked(header, NULL);
}

struct import {
  size_t rows;
  int done[MOST], unanswered, refused;
  size_t large; // this row is larger than a message; MOST = none
  unsigned most_in_flight, in_flight;
};

static bool next_row(void *context, size_t index, struct arena *arena, struct bus_call *ret)
{
  struct import *import = context;
  if (index >= import->rows) return false;
  ret->type = "registry.v1.RegisterPerson";
  ret->idem_key = arena_printf(arena, "row-%zu", index);
  ret->body = index == import->large ? arena_alloc(arena, 1) : arena_printf(arena, "body %zu", index);
  ret->length = index == import->large ? BUS_BODY_MAX + 1 : strlen(ret->body);
  if (++import->in_flight > import->most_in_flight) import->most_in_flight = import->in_flight;
  return true;
}

static void row_done(void *context, size_t index, const Bus__Status *status)
{
  struct import *import = context;
  import->in_flight--;
  assert_true(index < import->rows);
  import->done[index]++;
  if (!status)
    import->unanswered++;
  else if (status->code == BUS__CODE__CODE_OK)
    assert_int_equal(status->seq, index); // the answer belongs to the row
  else
    import->refused++;
}

static void run(struct import *import, struct store *store, unsigned in_flight, unsigned timeout_ms)
{
  struct served served;
  served_start(&served, buslib_ipc(), handle_store, store);
  struct bus_client *client =
      buslib_client(served.endpoint, clerk_cert, timeout_ms, store->silent_each ? 300 : timeout_ms);
  assert_ok(bus_client_pipeline(client, in_flight, next_row, row_done, import));
  bus_client_close(client);
  served_stop(&served);
  assert_int_equal(import->in_flight, 0);
  for (size_t i = 0; i < import->rows; i++)
    assert_int_equal(import->done[i], 1);
}

static void test_all_answered(void **state)
{
  (void)state;
  static const unsigned widths[] = {0, 1, 7, 64, 256};
  for (size_t i = 0; i < 5; i++) {
    struct import import = {.rows = 1000, .large = MOST};
    struct store store = {0};
    run(&import, &store, widths[i], DEADLINE_MS);
    assert_int_equal(import.unanswered + import.refused, 0);
    assert_int_equal(store.total, 1000); // nothing was sent twice without need
    assert_int_equal(import.most_in_flight, widths[i] ? widths[i] : 1);
  }
}

static void test_losses(void **state)
{
  (void)state;
  struct import import = {.rows = 600, .large = 333};
  struct store store = {.silent_each = 97, .busy_each = 13};
  run(&import, &store, 32, DEADLINE_MS);
  assert_int_equal(import.unanswered, 0);
  assert_int_equal(import.refused, 1); // the large one, without being sent
  assert_int_equal(store.seen[333], 0);
  for (size_t i = 0; i < import.rows; i++)
    if (i != import.large) assert_true(store.seen[i] >= 1);
  assert_true(store.seen[97] >= 2 && store.seen[14] >= 2);
}

static void test_nothing_to_do(void **state)
{
  (void)state;
  struct import import = {.rows = 0, .large = MOST};
  struct store store = {0};
  run(&import, &store, 16, DEADLINE_MS);
  assert_int_equal(store.total, 0);
}

static void test_nobody_there(void **state)
{
  (void)state;
  struct import import = {.rows = 50, .large = MOST};
  struct bus_client *client = buslib_client(buslib_ipc(), clerk_cert, 400, 100);
  assert_ok(bus_client_pipeline(client, 64, next_row, row_done, &import));
  assert_int_equal(import.unanswered, 50);
  bus_client_close(client);
}

// A client can be used again after a pipeline, and a pipeline after a call.
static void test_again(void **state)
{
  (void)state;
  struct served served;
  struct store store = {0};
  served_start(&served, buslib_ipc(), handle_store, &store);
  struct bus_client *client = buslib_client(served.endpoint, clerk_cert, DEADLINE_MS, 0);
  struct arena *arena = NULL;
  Bus__Status *status = NULL;
  assert_ok(arena_new(0, &arena));
  for (int round = 0; round < 3; round++) {
    struct import import = {.rows = 20, .large = MOST};
    assert_ok(bus_client_pipeline(client, 4, next_row, row_done, &import));
    struct bus_call call = {.type = "t", .idem_key = "row-5"};
    assert_ok(bus_client_call(client, &call, arena, &status));
    assert_int_equal(status->seq, 5);
  }
  arena_free(arena);
  bus_client_close(client);
  served_stop(&served);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_all_answered),  cmocka_unit_test(test_losses),
      cmocka_unit_test(test_nothing_to_do), cmocka_unit_test(test_nobody_there),
      cmocka_unit_test(test_again),
  };
  return cmocka_run_group_tests(tests, buslib_setup, buslib_teardown);
}
