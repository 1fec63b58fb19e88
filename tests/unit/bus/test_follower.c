// The follower against a scripted feed: every answer a server may give, and those it never should.
#include "common/base/clock.h"
#include "common/bus/follower.h"
#include "tests/unit/bus/buslib.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

// What the server does with the n-th fetch; then it serves.
enum act {
  SERVE,
  SILENT,
  EPOCH,
  TRIMMED,
  DENIED,
  DENIED_BARE,
  UNAVAILABLE,
  GARBAGE,
  NO_STATUS,
  REPEATED,
  BACKWARDS,
  SHORT_NEXT,
  FOREIGN,
  ZEROS,
  NEW_EPOCH,
  LARGE
};
struct feed {
  const enum act *acts;
  int n_acts, fetches;
  uint64_t head, epoch;
  unsigned each;      // events in a batch
  uint64_t after[64]; // cursors that were asked for
  uint32_t max_bytes[64];
};

static void send_batch(struct bus_server *server, zmsg_t **address, const struct bus_message *message,
                       const Bus__Batch *batch)
{
  size_t length = bus__batch__get_packed_size(batch);
  uint8_t *bytes = malloc(length + 1);
  bus__batch__pack(batch, bytes);
  bus_server_reply(server, address, BUS_BATCH, zframe_data(message->a), zframe_size(message->a), bytes,
                   length);
  free(bytes);
}

static void send_refusal(struct bus_server *server, struct bus_message *message, Bus__Code code,
                         const char *reason)
{
  Bus__Status status = BUS__STATUS__INIT;
  Bus__Batch batch = BUS__BATCH__INIT;
  status.code = code;
  status.reason = (char *)reason;
  batch.status = &status;
  batch.epoch = 77;
  batch.first = 500;
  send_batch(server, &message->address, message, &batch);
}

static void serve(struct feed *feed, struct bus_server *server, struct bus_message *message,
                  const Bus__Fetch *fetch, enum act act)
{
  enum { MOST = 64 };
  static uint8_t data[64 * 1024];
  Bus__Status status = BUS__STATUS__INIT;
  Bus__Batch batch = BUS__BATCH__INIT;
  Bus__Event events[MOST], *list[MOST];
  uint64_t n = feed->head > fetch->after ? feed->head - fetch->after : 0;
  if (n > feed->each) n = feed->each;
  for (uint64_t i = 0; i < n; i++) {
    list[i] = &events[i];
    bus__event__init(&events[i]);
    events[i].seq = fetch->after + 1 + i;
    if (act == LARGE) events[i].data = (ProtobufCBinaryData){fetch->max_bytes / (n + 1), data};
  }
  if (act == REPEATED) events[1].seq = events[0].seq;
  if (act == BACKWARDS) events[0].seq = fetch->after;
  status.code = BUS__CODE__CODE_OK;
  batch.status = act == NO_STATUS ? NULL : &status;
  batch.epoch = act == NEW_EPOCH ? feed->epoch + 1 : feed->epoch;
  batch.events = list;
  batch.n_events = n;
  batch.next_after = act == SHORT_NEXT ? fetch->after : fetch->after + n;
  batch.head = feed->head;
  batch.first = 1;
  send_batch(server, &message->address, message, &batch);
}

static void follow_script(struct feed *feed, struct bus_server *server, struct bus_message *message,
                          const Bus__Fetch *fetch, enum act act)
{
  static const uint8_t foreign[16] = {9}, zeros[16];
  uint8_t bytes[64];
  Bus__Status denied = BUS__STATUS__INIT;
  denied.code = BUS__CODE__CODE_DENIED;
  zmsg_t *copy;
  switch (act) {
  case SILENT:
    break;
  case EPOCH:
    send_refusal(server, message, BUS__CODE__CODE_CONFLICT, "EPOCH");
    break;
  case TRIMMED:
    send_refusal(server, message, BUS__CODE__CODE_CONFLICT, "TRIMMED");
    break;
  case DENIED:
    send_refusal(server, message, BUS__CODE__CODE_DENIED, "ROLE");
    break;
  case UNAVAILABLE:
    send_refusal(server, message, BUS__CODE__CODE_UNAVAILABLE, "STOPPING");
    break;
  case DENIED_BARE:
    reply_status(server, message, &denied);
    break;
  case ZEROS:
    bus_server_reply(server, &message->address, BUS_REPLY, zeros, 16, bytes,
                     bus__status__pack(&denied, bytes));
    break;
  case GARBAGE:
    bus_server_reply(server, &message->address, BUS_BATCH, zframe_data(message->a), zframe_size(message->a),
                     "\xff", 1);
    break;
  case FOREIGN:
    copy = zmsg_dup(message->address);
    bus_server_reply(server, &copy, BUS_BATCH, foreign, 16, "", 0);
    serve(feed, server, message, fetch, SERVE);
    break;
  default:
    serve(feed, server, message, fetch, act);
  }
}

static void handle_feed(void *context, struct bus_server *server, struct bus_message *message,
                        enum bus_fault fault)
{
  struct feed *feed = context;
  assert_int_equal(fault, BUS_FINE);
  assert_int_equal(message->kind, BUS_FETCH);
  Bus__Fetch *fetch = bus__fetch__unpack(NULL, zframe_size(message->b), zframe_data(message->b));
  int n = feed->fetches++;
  assert_true(n < 64);
  feed->after[n] = fetch->after;
  feed->max_bytes[n] = fetch->max_bytes;
  follow_script(feed, server, message, fetch, n < feed->n_acts ? feed->acts[n] : SERVE);
  bus__fetch__free_unpacked(fetch, NULL);
}

// ---- the owner's loop

static struct bus_follower *open_follower(const char *endpoint, uint64_t epoch, uint64_t after)
{
  struct bus_follower *follower = NULL;
  struct bus_follower_options options = {.area = "registry",
                                         .endpoint = endpoint,
                                         .server_key = zcert_public_txt(server_cert),
                                         .cert = clerk_cert,
                                         .epoch = epoch,
                                         .after = after,
                                         .wait_ms = 200,
                                         .overdue_ms = 300};
  assert_ok(bus_follower_open(&options, &follower));
  return follower;
}

// Polls as a daemon does until something comes of it.
static enum bus_follow next_turn(struct bus_follower *follower, struct arena *arena, Bus__Batch **ret)
{
  int64_t until = clock_monotonic_us() + DEADLINE_MS * 1000ll;
  while (clock_monotonic_us() < until) {
    arena_reset(arena);
    enum bus_follow result = bus_follower_turn(follower, arena, ret);
    if (result != FOLLOW_NOTHING) return result;
    int64_t wait = bus_follower_wake_us(follower) - clock_monotonic_us();
    zmq_pollitem_t item = {.socket = bus_follower_socket(follower), .events = ZMQ_POLLIN};
    (void)zmq_poll(&item, 1, wait > 0 ? (long)(wait / 1000 + 1) : 0);
  }
  fail_msg("the follower did not go on");
  return FOLLOW_NOTHING;
}

struct fixture {
  struct feed feed;
  struct served served;
  struct bus_follower *follower;
  struct arena *arena;
  Bus__Batch *batch;
};

static void begin(struct fixture *f, const enum act *acts, int n_acts)
{
  f->feed = (struct feed){.acts = acts, .n_acts = n_acts, .head = 10, .epoch = 3, .each = 4};
  f->arena = NULL;
  served_start(&f->served, buslib_ipc(), handle_feed, &f->feed);
  f->follower = open_follower(f->served.endpoint, 3, 0);
  assert_ok(arena_new(0, &f->arena));
}

static void end(struct fixture *f)
{
  f->follower = bus_follower_close(f->follower);
  served_stop(&f->served);
  f->arena = arena_free(f->arena);
}

// Takes batches until `last` and checks that there is no gap and no repetition.
static void take_up_to(struct fixture *f, uint64_t from, uint64_t last)
{
  for (uint64_t seq = from; seq < last;) {
    assert_int_equal(next_turn(f->follower, f->arena, &f->batch), FOLLOW_BATCH);
    for (size_t i = 0; i < f->batch->n_events; i++)
      assert_int_equal(f->batch->events[i]->seq, ++seq);
    assert_int_equal(f->batch->next_after, seq);
    bus_follower_advance(f->follower, f->batch->epoch, f->batch->next_after);
  }
}

static void test_whole_feed(void **state)
{
  (void)state;
  struct fixture f;
  bool connected;
  uint64_t head;
  begin(&f, NULL, 0);
  bus_follower_status(f.follower, &connected, &head);
  assert_false(connected);
  take_up_to(&f, 0, 10);
  bus_follower_status(f.follower, &connected, &head);
  assert_true(connected);
  assert_int_equal(head, 10);
  static const uint64_t asked[] = {0, 4, 8};
  for (int i = 0; i < 3; i++)
    assert_int_equal(f.feed.after[i], asked[i]);
  end(&f);
}

// While the owner works on a batch nothing is fetched, and nothing wakes it.
static void test_holding(void **state)
{
  (void)state;
  struct fixture f;
  begin(&f, NULL, 0);
  assert_int_equal(next_turn(f.follower, f.arena, &f.batch), FOLLOW_BATCH);
  for (int i = 0; i < 5; i++)
    assert_int_equal(bus_follower_turn(f.follower, f.arena, &f.batch), FOLLOW_NOTHING);
  assert_true(bus_follower_wake_us(f.follower) == INT64_MAX);
  assert_int_equal(f.feed.fetches, 1);
  bus_follower_advance(f.follower, 3, 4);
  take_up_to(&f, 4, 10);
  end(&f);
}

// Answers after which it goes on by itself, without gap or repetition.
static void test_goes_on_by_itself(void **state)
{
  (void)state;
  static const struct {
    const char *name;
    enum act acts[4];
    int n;
  } cases[] = {{"a lost fetch", {SILENT}, 1},
               {"lost again", {SERVE, SILENT, SILENT}, 3},
               {"a server that stops", {UNAVAILABLE, SERVE, UNAVAILABLE}, 3},
               {"garbage", {GARBAGE}, 1},
               {"no status", {NO_STATUS}, 1},
               {"an event twice", {SERVE, REPEATED}, 2},
               {"an event before the cursor", {SERVE, BACKWARDS}, 2},
               {"a cursor before its events", {SHORT_NEXT}, 1},
               {"an answer to another", {FOREIGN}, 1}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct fixture f;
    begin(&f, cases[i].acts, cases[i].n);
    take_up_to(&f, 0, 10);
    end(&f);
  }
}

static void test_refusals(void **state)
{
  (void)state;
  static const struct {
    enum act act;
    enum bus_follow wanted;
    uint64_t epoch, first;
  } cases[] = {{EPOCH, FOLLOW_EPOCH, 77, 500},   {TRIMMED, FOLLOW_TRIMMED, 77, 500},
               {DENIED, FOLLOW_DENIED, 77, 500}, {DENIED_BARE, FOLLOW_DENIED, 0, 0},
               {ZEROS, FOLLOW_DENIED, 0, 0},     {NEW_EPOCH, FOLLOW_EPOCH, 4, 1}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct fixture f;
    begin(&f, &cases[i].act, 1);
    assert_int_equal(next_turn(f.follower, f.arena, &f.batch), cases[i].wanted);
    assert_int_equal(f.batch->epoch, cases[i].epoch);
    assert_int_equal(f.batch->first, cases[i].first);
    // it asks again by itself, some seconds later
    int64_t wake = bus_follower_wake_us(f.follower);
    assert_true(wake > clock_monotonic_us() && wake != INT64_MAX);
    // or at once, when the owner has found a new cursor
    bus_follower_advance(f.follower, 3, 2);
    take_up_to(&f, 2, 10);
    assert_int_equal(f.feed.after[1], 2);
    end(&f);
  }
}

// A batch that does not fit the owner's memory is asked for again, smaller, until it does.
static void test_smaller_batches(void **state)
{
  (void)state;
  static const enum act acts[] = {LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE, LARGE};
  struct fixture f;
  begin(&f, acts, 10);
  f.arena = arena_free(f.arena);
  assert_ok(arena_new(48 * 1024, &f.arena));
  take_up_to(&f, 0, 10);
  assert_int_equal(f.feed.max_bytes[0], 128 * 1024);
  assert_true(f.feed.max_bytes[f.feed.fetches - 2] < 48 * 1024);
  assert_true(f.feed.fetches < 10); // what fits is kept to
  end(&f);
}

// The socket changes after a lost fetch, and the one that is polled is the one that is used.
static void test_fresh_socket(void **state)
{
  (void)state;
  static const enum act acts[] = {SILENT};
  struct fixture f;
  begin(&f, acts, 1);
  int before = 0, after = 0;
  size_t size = sizeof(int);
  assert_int_equal(zmq_getsockopt(bus_follower_socket(f.follower), ZMQ_FD, &before, &size), 0);
  take_up_to(&f, 0, 10);
  assert_int_equal(zmq_getsockopt(bus_follower_socket(f.follower), ZMQ_FD, &after, &size), 0);
  assert_int_not_equal(before, after);
  assert_int_equal(f.feed.after[0], f.feed.after[1]);
  end(&f);
}

static void test_bad_options(void **state)
{
  (void)state;
  struct bus_follower *follower = NULL;
  struct bus_follower_options options = {
      .area = "a", .endpoint = "ipc:///x", .server_key = "short", .cert = clerk_cert};
  assert_code(bus_follower_open(&options, &follower), -EINVAL);
  options.server_key = zcert_public_txt(server_cert);
  options.endpoint = "nonsense";
  assert_code(bus_follower_open(&options, &follower), -EINVAL);
  assert_null(follower);
  assert_null(bus_follower_close(NULL));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_whole_feed),        cmocka_unit_test(test_holding),
      cmocka_unit_test(test_goes_on_by_itself), cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_smaller_batches),   cmocka_unit_test(test_fresh_socket),
      cmocka_unit_test(test_bad_options),
  };
  return cmocka_run_group_tests(tests, buslib_setup, buslib_teardown);
}
