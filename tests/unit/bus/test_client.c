// The blocking client: one key over all retries, fresh sockets, patience when asked for it, no stale or
// foreign answer.
#include "common/base/clock.h"
#include "common/base/pb.h"
#include "common/base/uuid7.h"
#include "tests/unit/bus/buslib.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A server that follows a script: what it does with the n-th command.
enum act {
  ACT_END,
  ACT_OK,
  ACT_SILENT,
  ACT_UNAVAILABLE,
  ACT_EXHAUSTED,
  ACT_REFUSED,
  ACT_GARBAGE,
  ACT_FOREIGN,
  ACT_OTHER_KIND,
  ACT_ZEROS,
  ACT_LATE
};
struct script {
  const enum act *acts;
  int taken;
  char idem_key[8][80];
  uint8_t msg_id[8][16];
  Bus__Header *last; // of the last command
  int last_kind;
  zmsg_t *late; // address of a command that was not answered in time
  uint8_t late_id[16];
};

static void send_status(struct bus_server *server, zmsg_t **address, const uint8_t *id, size_t length,
                        Bus__Code code, uint32_t retry_after_ms)
{
  uint8_t bytes[128];
  Bus__Status status = BUS__STATUS__INIT;
  status.code = code;
  status.reason = "WORD";
  status.retry_after_ms = retry_after_ms;
  bus_server_reply(server, address, BUS_REPLY, id, length, bytes, bus__status__pack(&status, bytes));
}

static void act(struct script *script, enum act act, struct bus_server *server, zmsg_t **address,
                const uint8_t *id)
{
  static const uint8_t zeros[16], foreign[16] = {1, 2, 3};
  switch (act) {
  case ACT_LATE: // this one's answer is sent together with the next one's
    script->late = *address;
    *address = NULL;
    memcpy(script->late_id, id, 16);
    break;
  case ACT_OK:
    if (script->late) send_status(server, &script->late, script->late_id, 16, BUS__CODE__CODE_CONFLICT, 0);
    send_status(server, address, id, 16, BUS__CODE__CODE_OK, 0);
    break;
  case ACT_UNAVAILABLE:
    send_status(server, address, id, 16, BUS__CODE__CODE_UNAVAILABLE, 0);
    break;
  case ACT_EXHAUSTED:
    send_status(server, address, id, 16, BUS__CODE__CODE_EXHAUSTED, 50);
    break;
  case ACT_REFUSED:
    send_status(server, address, id, 16, BUS__CODE__CODE_REFUSED, 0);
    break;
  case ACT_ZEROS:
    send_status(server, address, zeros, 16, BUS__CODE__CODE_INVALID, 0);
    break;
  case ACT_GARBAGE:
    bus_server_reply(server, address, BUS_REPLY, id, 16, "\xff\xff\xff", 3);
    break;
  case ACT_FOREIGN: { // an answer to somebody else's message comes first
    zmsg_t *copy = zmsg_dup(*address);
    send_status(server, &copy, foreign, 16, BUS__CODE__CODE_DENIED, 0);
    send_status(server, address, id, 16, BUS__CODE__CODE_OK, 0);
    break;
  }
  case ACT_OTHER_KIND: {
    zmsg_t *copy = zmsg_dup(*address), *more = zmsg_dup(*address);
    bus_server_reply(server, &copy, BUS_BATCH, id, 16, "", 0);
    zmsg_addstr(more, "a frame too many");
    bus_server_reply(server, &more, BUS_REPLY, id, 16, "", 0);
    send_status(server, address, id, 16, BUS__CODE__CODE_OK, 0);
    break;
  }
  default:
    break; // silence
  }
}

static void handle_script(void *context, struct bus_server *server, struct bus_message *message,
                          enum bus_fault fault)
{
  struct script *script = context;
  assert_int_equal(fault, BUS_FINE);
  Bus__Header *header = header_of(message);
  int n = script->taken++;
  assert_true(n < 8);
  script->last_kind = (int)message->kind;
  memcpy(script->msg_id[n], header->msg_id.data, 16);
  snprintf(script->idem_key[n], sizeof(script->idem_key[n]), "%s", header->idem_key);
  if (script->last) bus__header__free_unpacked(script->last, NULL);
  script->last = header;
  act(script, script->acts[n], server, &message->address, header->msg_id.data);
}

struct outcome {
  int result;
  Bus__Code code;
};

static struct outcome call_script(struct script *script, const struct bus_call *call, unsigned timeout_ms,
                                  unsigned retry_ms)
{
  struct served served;
  struct arena *arena = NULL;
  Bus__Status *status = NULL;
  served_start(&served, buslib_ipc(), handle_script, script);
  struct bus_client *client = buslib_client(served.endpoint, clerk_cert, timeout_ms, retry_ms);
  assert_ok(arena_new(0, &arena));
  int result = bus_client_call(client, call, arena, &status);
  struct outcome outcome = {result, status ? status->code : BUS__CODE__CODE_UNSPECIFIED};
  bus_client_close(client);
  served_stop(&served);
  arena_free(arena);
  zmsg_destroy(&script->late);
  return outcome;
}

static void script_done(struct script *script)
{
  if (script->last) bus__header__free_unpacked(script->last, NULL);
  script->last = NULL;
}

static const struct bus_call simple = {.type = "registry.v1.AmendPerson", .body = "body", .length = 4};

static void test_header(void **state)
{
  (void)state;
  struct script script = {.acts = (const enum act[]){ACT_OK}};
  struct bus_call call = simple;
  call.idem_key = "import-7/line-3";
  call.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  call.expect_rev = 12;
  call.dry_run = true;
  call.causation_id = "cause";
  call.on_behalf_of = "officer";
  uint64_t before = (uint64_t)clock_real_us();
  struct outcome outcome = call_script(&script, &call, DEADLINE_MS, 0);
  assert_int_equal(outcome.result, 0);
  assert_int_equal(outcome.code, BUS__CODE__CODE_OK);
  const Bus__Header *header = script.last;
  assert_int_equal(script.last_kind, BUS_COMMAND);
  assert_string_equal(header->type, call.type);
  assert_string_equal(header->idem_key, call.idem_key);
  assert_string_equal(header->traceparent, call.traceparent);
  assert_string_equal(header->causation_id, "cause");
  assert_string_equal(header->on_behalf_of, "officer");
  assert_int_equal(header->expect_rev, 12);
  assert_true(header->dry_run);
  assert_int_equal(header->msg_id.len, 16);
  assert_int_equal(header->msg_id.data[6] >> 4, 7); // UUIDv7
  assert_true(header->time_us >= before && header->time_us <= (uint64_t)clock_real_us());
  assert_true(header->expires_us > header->time_us + DEADLINE_MS * 1000ull);
  script_done(&script);
}

static void test_query_and_drawn_keys(void **state)
{
  (void)state;
  struct script script = {.acts = (const enum act[]){ACT_OK}}, second = {.acts = (const enum act[]){ACT_OK}};
  struct bus_call call = simple;
  call.query = true;
  assert_int_equal(call_script(&script, &call, DEADLINE_MS, 0).code, BUS__CODE__CODE_OK);
  assert_int_equal(script.last_kind, BUS_QUERY);
  assert_true(uuid_valid(script.idem_key[0])); // drawn, time-ordered
  assert_int_equal(call_script(&second, &simple, DEADLINE_MS, 0).code, BUS__CODE__CODE_OK);
  assert_true(strcmp(script.idem_key[0], second.idem_key[0]) != 0);
  script_done(&script);
  script_done(&second);
}

static void test_scripts(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    enum act acts[8];
    int result;
    Bus__Code code;
    int taken;
  } cases[] = {
      {"silence twice", {ACT_SILENT, ACT_SILENT, ACT_OK}, 0, BUS__CODE__CODE_OK, 3},
      {"unavailable", {ACT_UNAVAILABLE, ACT_UNAVAILABLE, ACT_OK}, 0, BUS__CODE__CODE_OK, 3},
      {"exhausted", {ACT_EXHAUSTED, ACT_OK}, 0, BUS__CODE__CODE_OK, 2},
      {"both", {ACT_UNAVAILABLE, ACT_SILENT, ACT_EXHAUSTED, ACT_OK}, 0, BUS__CODE__CODE_OK, 4},
      {"a refusal is final", {ACT_REFUSED, ACT_OK}, 0, BUS__CODE__CODE_REFUSED, 1},
      {"garbage is not tried again", {ACT_GARBAGE, ACT_OK}, -EBADMSG, BUS__CODE__CODE_UNSPECIFIED, 1},
      {"a foreign answer is passed over", {ACT_FOREIGN}, 0, BUS__CODE__CODE_OK, 1},
      {"other kinds and frames are passed over", {ACT_OTHER_KIND}, 0, BUS__CODE__CODE_OK, 1},
      {"zeros answer what could not be read", {ACT_ZEROS}, 0, BUS__CODE__CODE_INVALID, 1},
      {"a late answer goes nowhere", {ACT_LATE, ACT_OK}, 0, BUS__CODE__CODE_OK, 2},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct script script = {.acts = cases[i].acts};
    struct outcome outcome = call_script(&script, &simple, DEADLINE_MS, 800);
    if (outcome.result != cases[i].result || outcome.code != cases[i].code || script.taken != cases[i].taken)
      fail_msg("%s: %d, code %d, %d taken", cases[i].name, outcome.result, outcome.code, script.taken);
    for (int n = 1; n < script.taken; n++) {
      assert_string_equal(script.idem_key[n], script.idem_key[0]);
      assert_memory_equal(script.msg_id[n], script.msg_id[0], 16);
    }
    script_done(&script);
  }
}

// Patience ends with the deadline: the last status is the answer.
static void test_unavailable_until_the_end(void **state)
{
  (void)state;
  static const enum act acts[8] = {ACT_UNAVAILABLE, ACT_UNAVAILABLE, ACT_UNAVAILABLE, ACT_UNAVAILABLE,
                                   ACT_UNAVAILABLE, ACT_UNAVAILABLE, ACT_UNAVAILABLE, ACT_UNAVAILABLE};
  struct script script = {.acts = acts};
  struct outcome outcome =
      call_script(&script, &simple, 2500, 2000); // enough for one answer on a busy machine
  assert_int_equal(outcome.result, 0);
  assert_int_equal(outcome.code, BUS__CODE__CODE_UNAVAILABLE);
  assert_in_range(script.taken, 1, 8);
  script_done(&script);
}

static void test_nobody_there(void **state)
{
  (void)state;
  struct bus_client *client = buslib_client(buslib_ipc(), clerk_cert, 500, 200);
  struct arena *arena = NULL;
  Bus__Status *status = NULL;
  assert_ok(arena_new(0, &arena));
  assert_code(bus_client_call(client, &simple, arena, &status), -ETIMEDOUT);
  assert_null(status);
  arena_free(arena);
  bus_client_close(client);
  assert_null(bus_client_close(NULL));
}

// The server comes up while the client is asking.
struct later {
  struct served served;
  const char *endpoint;
  struct script *script;
};
static void *start_later(void *argument)
{
  struct later *later = argument;
  served_start(&later->served, later->endpoint, handle_script, later->script);
  return NULL;
}
static void test_server_comes_later(void **state)
{
  (void)state;
  struct script script = {.acts = (const enum act[]){ACT_OK, ACT_OK, ACT_OK}};
  struct later later = {.endpoint = buslib_ipc(), .script = &script};
  struct bus_client *client = buslib_client(later.endpoint, clerk_cert, DEADLINE_MS, 300);
  struct arena *arena = NULL;
  Bus__Status *status = NULL;
  pthread_t thread;
  assert_ok(arena_new(0, &arena));
  assert_int_equal(pthread_create(&thread, NULL, start_later, &later), 0);
  assert_ok(bus_client_call(client, &simple, arena, &status));
  assert_int_equal(status->code, BUS__CODE__CODE_OK);
  pthread_join(thread, NULL);
  served_stop(&later.served);
  arena_free(arena);
  bus_client_close(client);
  script_done(&script);
}

static void test_limits(void **state)
{
  (void)state;
  struct served served;
  struct arena *arena = NULL;
  Bus__Status *status = NULL;
  served_start(&served, buslib_ipc(), handle_echo, NULL);
  struct bus_client *client = buslib_client(served.endpoint, clerk_cert, DEADLINE_MS, 0);
  uint8_t *body = calloc(1, BUS_BODY_MAX + 1);
  struct bus_call call = {.type = "t", .body = body, .length = BUS_BODY_MAX + 1};
  assert_ok(arena_new(0, &arena));
  assert_code(bus_client_call(client, &call, arena, &status), -EMSGSIZE);
  call.length = BUS_BODY_MAX;
  assert_ok(bus_client_call(client, &call, arena, &status));
  assert_int_equal(status->result.len, BUS_BODY_MAX);
  char longest[5000];
  memset(longest, 'x', sizeof(longest));
  longest[4999] = 0;
  call = (struct bus_call){.type = longest};
  assert_code(bus_client_call(client, &call, arena, &status), -EMSGSIZE);
  call = (struct bus_call){.type = "t"}; // an empty body is a message too
  assert_ok(bus_client_call(client, &call, arena, &status));
  assert_int_equal(status->result.len, 0);
  struct arena *tiny = NULL; // an answer that does not fit the caller's memory
  assert_ok(arena_new(64 * 1024, &tiny));
  call = (struct bus_call){.type = "t", .body = body, .length = BUS_BODY_MAX};
  assert_code(bus_client_call(client, &call, tiny, &status), -EBADMSG);
  arena_free(tiny);
  free(body);
  arena_free(arena);
  bus_client_close(client);
  served_stop(&served);
}

static void test_bad_options(void **state)
{
  (void)state;
  struct bus_client *client = NULL;
  struct bus_client_options options = {.endpoint = "ipc:///x", .server_key = "short", .cert = clerk_cert};
  assert_code(bus_client_open(&options, &client), -EINVAL);
  options.server_key = NULL;
  assert_code(bus_client_open(&options, &client), -EINVAL);
  options.server_key = zcert_public_txt(server_cert);
  options.endpoint = "nonsense";
  assert_code(bus_client_open(&options, &client), -EINVAL);
  assert_null(client);
}

// ---- the other kinds

// Answers fetch, snapshot, ack and ping; or each of them with a bare DENIED.
static void handle_kinds(void *context, struct bus_server *server, struct bus_message *message,
                         enum bus_fault fault)
{
  const bool *deny = context;
  Bus__Status ok = BUS__STATUS__INIT;
  ok.code = *deny ? BUS__CODE__CODE_DENIED : BUS__CODE__CODE_OK;
  assert_int_equal(fault, BUS_FINE);
  if (*deny || message->kind == BUS_ACK) {
    reply_status(server, message, &ok);
    return;
  }
  uint8_t bytes[256];
  if (message->kind == BUS_PING) reply_pong(server, message, "kinds");
  if (message->kind == BUS_FETCH) {
    Bus__Fetch *fetch = bus__fetch__unpack(NULL, zframe_size(message->b), zframe_data(message->b));
    Bus__Batch batch = BUS__BATCH__INIT;
    batch.status = &ok;
    batch.next_after = fetch->after + 1;
    batch.head = 99;
    bus_server_reply(server, &message->address, BUS_BATCH, zframe_data(message->a), zframe_size(message->a),
                     bytes, bus__batch__pack(&batch, bytes));
    bus__fetch__free_unpacked(fetch, NULL);
  }
  if (message->kind == BUS_SNAPSHOT) {
    Bus__SnapPage page = BUS__SNAP_PAGE__INIT;
    page.status = &ok;
    page.seq = 7;
    page.last = true;
    bus_server_reply(server, &message->address, BUS_SNAPSHOT, zframe_data(message->a),
                     zframe_size(message->a), bytes, bus__snap_page__pack(&page, bytes));
  }
}

static void test_kinds(void **state)
{
  (void)state;
  bool deny = false;
  struct served served;
  struct arena *arena = NULL;
  served_start(&served, buslib_ipc(), handle_kinds, &deny);
  struct bus_client *client = buslib_client(served.endpoint, clerk_cert, DEADLINE_MS, 0);
  assert_ok(arena_new(0, &arena));
  Bus__Fetch fetch = BUS__FETCH__INIT;
  fetch.after = 41;
  Bus__Batch *batch = NULL;
  assert_ok(bus_client_fetch(client, &fetch, arena, &batch));
  assert_int_equal(batch->next_after, 42);
  assert_int_equal(batch->head, 99);
  Bus__SnapRequest request = BUS__SNAP_REQUEST__INIT;
  Bus__SnapPage *page = NULL;
  assert_ok(bus_client_snapshot(client, &request, arena, &page));
  assert_true(page->last && page->seq == 7);
  Bus__Ack ack = BUS__ACK__INIT;
  ack.consumer = "c";
  Bus__Status *status = NULL;
  assert_ok(bus_client_ack(client, &ack, arena, &status));
  assert_int_equal(status->code, BUS__CODE__CODE_OK);
  Bus__Pong *pong = NULL;
  assert_ok(bus_client_ping(client, arena, &pong));
  assert_string_equal(pong->area, "kinds");

  deny = true;
  assert_ok(bus_client_fetch(client, &fetch, arena, &batch));
  assert_int_equal(batch->status->code, BUS__CODE__CODE_DENIED);
  assert_ok(bus_client_snapshot(client, &request, arena, &page));
  assert_int_equal(page->status->code, BUS__CODE__CODE_DENIED);
  assert_ok(bus_client_ack(client, &ack, arena, &status));
  assert_int_equal(status->code, BUS__CODE__CODE_DENIED);
  assert_code(bus_client_ping(client, arena, &pong), -EACCES);
  arena_free(arena);
  bus_client_close(client);
  served_stop(&served);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_header),       cmocka_unit_test(test_query_and_drawn_keys),
      cmocka_unit_test(test_scripts),      cmocka_unit_test(test_unavailable_until_the_end),
      cmocka_unit_test(test_nobody_there), cmocka_unit_test(test_server_comes_later),
      cmocka_unit_test(test_limits),       cmocka_unit_test(test_bad_options),
      cmocka_unit_test(test_kinds),
  };
  return cmocka_run_group_tests(tests, buslib_setup, buslib_teardown);
}
