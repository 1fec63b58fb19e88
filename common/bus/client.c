#include "common/bus/client.h"
#include "common/base/cleanup.h"
#include "common/base/clock.h"
#include "common/base/pb.h"
#include "common/base/rand.h"
#include "common/base/uuid7.h"
#include "common/bus/client_internal.h"
#include "common/obs/metric.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

// The clocks of client and daemon may differ by this much before an expiry bites too early.
#define CLOCK_SLACK_US 30000000

DEFINE_CLEANUP(struct bus_client, bus_client_close);

int bus_client_open(const struct bus_client_options *options, struct bus_client **ret)
{
  if (!options->server_key || strlen(options->server_key) != 40) return -EINVAL;
  _cleanup_(bus_client_closep) struct bus_client *client = calloc(1, sizeof(*client));
  if (!client) return -ENOMEM;
  client->endpoint = strdup(options->endpoint);
  if (!client->endpoint) return -ENOMEM;
  memcpy(client->server_key, options->server_key, sizeof(client->server_key));
  client->cert = options->cert;
  client->timeout_ms = options->timeout_ms ? options->timeout_ms : 10000;
  client->retry_ms = options->retry_ms ? options->retry_ms : 2500;
  int r = client_connect(client);
  if (r < 0) return r;
  *ret = TAKE(client);
  return 0;
}

struct bus_client *bus_client_close(struct bus_client *client)
{
  if (!client) return NULL;
  client_disconnect(client);
  free(client->endpoint);
  free(client);
  return NULL;
}

int client_connect(struct bus_client *client)
{
  if (client->dealer) return 0;
  struct bus_peer_address peer = {client->endpoint, client->server_key, client->cert};
  return bus_dealer_open(&peer, &client->dealer, &client->monitor);
}

void client_disconnect(struct bus_client *client)
{
  client->monitor = bus_monitor_close(client->monitor);
  zsock_destroy(&client->dealer);
}

void client_draw_id(uint8_t id[CLIENT_ID])
{
  uint8_t random[10];
  rand_bytes(random, sizeof(random));
  uuid7_make((uint64_t)clock_real_us() / 1000, random, id);
}

int client_header(const struct bus_client *client, const struct bus_call *call, const uint8_t id[CLIENT_ID],
                  struct arena *arena, uint8_t **ret)
{
  char drawn[UUID_TEXT];
  uuid_format(id, drawn);
  uint64_t now = (uint64_t)clock_real_us();
  Bus__Header header = BUS__HEADER__INIT;
  header.msg_id = (ProtobufCBinaryData){CLIENT_ID, (uint8_t *)id};
  header.type = (char *)call->type;
  header.time_us = now;
  header.idem_key = (char *)(call->idem_key ? call->idem_key : drawn);
  if (call->causation_id) header.causation_id = (char *)call->causation_id;
  if (call->on_behalf_of) header.on_behalf_of = (char *)call->on_behalf_of;
  if (call->traceparent) header.traceparent = (char *)call->traceparent;
  header.expect_rev = call->expect_rev;
  header.expires_us = now + client->timeout_ms * 1000ull + CLOCK_SLACK_US;
  header.dry_run = call->dry_run;
  if (call->length > BUS_BODY_MAX) return -EMSGSIZE;
  size_t length = pb_pack(arena, &header.base, ret);
  if (length == 0) return -ENOMEM;
  return length > BUS_HEADER_MAX ? -EMSGSIZE : (int)length;
}

int client_wait(struct bus_client *client, int64_t until_us)
{
  int64_t left = until_us - clock_monotonic_us();
  zmq_pollitem_t items[] = {{.socket = zsock_resolve(client->dealer), .events = ZMQ_POLLIN},
                            {.socket = bus_monitor_socket(client->monitor), .events = ZMQ_POLLIN}};
  if (zmq_poll(items, 2, left > 0 ? (long)((left + 999) / 1000) : 0) < 0) return errno == EINTR ? 0 : -errno;
  enum bus_connection event;
  while ((event = bus_monitor_next(client->monitor)) != BUS_CONNECTION_NONE)
    if (event == BUS_CONNECTION_DENIED) return -EACCES;
  return items[0].revents != 0;
}

int64_t client_backoff_us(unsigned tries)
{
  uint32_t most = 100000u << (tries < 5 ? tries : 5);
  if (most > 2000000) most = 2000000;
  return most / 2 + rand_below(most / 2);
}

bool client_try_again(const Bus__Status *status, unsigned tries, int64_t *ret_wait_us)
{
  if (status->code != BUS__CODE__CODE_UNAVAILABLE && status->code != BUS__CODE__CODE_EXHAUSTED) return false;
  *ret_wait_us = client_backoff_us(tries);
  int64_t asked = status->retry_after_ms * 1000ll;
  if (asked > *ret_wait_us) *ret_wait_us = asked + rand_below(100000);
  return true;
}

// One request and what may answer it.
struct exchange {
  enum bus_kind kind, wanted; // BUS_REPLY is always accepted too
  const uint8_t *a, *b;
  size_t a_length, b_length;
  const uint8_t *id; // correlation that comes back
  size_t id_length;
  unsigned wait_ms; // how long the server may hold the answer
};

// A server that could not read which message it refuses answers with zeros.
static bool answers(const struct exchange *exchange, const struct bus_answer *answer)
{
  static const uint8_t zeros[BUS_CORRELATION_MAX];
  if (answer->kind != exchange->wanted && answer->kind != BUS_REPLY) return false;
  size_t length = zframe_size(answer->a);
  const uint8_t *id = zframe_data(answer->a);
  if (length == exchange->id_length && memcmp(id, exchange->id, length) == 0) return true;
  return answer->kind == BUS_REPLY && length <= sizeof(zeros) && memcmp(id, zeros, length) == 0;
}

static void sleep_until(int64_t until_us)
{
  for (int64_t left; (left = until_us - clock_monotonic_us()) > 0;)
    (void)zmq_poll(NULL, 0, (long)((left + 999) / 1000));
}

// One try: 1 answered, 0 silence, negative.
static int try_once(struct bus_client *client, const struct exchange *exchange, int64_t until_us,
                    struct bus_answer *ret)
{
  int r = client_connect(client);
  if (r == 0)
    r = bus_dealer_send(client->dealer, exchange->kind, exchange->a, exchange->a_length, exchange->b,
                        exchange->b_length);
  if (r < 0) return r == -EAGAIN ? 0 : r;
  for (;;) {
    while (bus_dealer_receive(client->dealer, ret) > 0) {
      if (answers(exchange, ret)) return 1;
      bus_answer_clear(ret);
    }
    if (clock_monotonic_us() >= until_us) return 0;
    r = client_wait(client, until_us);
    if (r < 0) return r;
  }
}

// Tries until the deadline, each time on a fresh socket. 0 with *ret, -ETIMEDOUT or other negative.
static int exchange_once(struct bus_client *client, const struct exchange *exchange, int64_t deadline_us,
                         unsigned *tries, struct bus_answer *ret)
{
  for (;; (*tries)++) {
    int64_t until = clock_monotonic_us() + (client->retry_ms + exchange->wait_ms) * 1000ll;
    int r = try_once(client, exchange, until < deadline_us ? until : deadline_us, ret);
    if (r > 0) return 0;
    client_disconnect(client);
    if (r < 0) return r;
    int64_t next = clock_monotonic_us() + client_backoff_us(*tries);
    if (next >= deadline_us) return -ETIMEDOUT;
    metric_add_atomic(METRIC_client_retries, 1);
    sleep_until(next);
  }
}

static ProtobufCMessage *decode(const struct bus_answer *answer, const ProtobufCMessageDescriptor *descriptor,
                                struct arena *arena)
{
  struct pb_fault fault;
  return pb_admit(descriptor, zframe_data(answer->b), zframe_size(answer->b), arena, &fault);
}

static int64_t deadline_of(const struct bus_client *client, unsigned wait_ms)
{
  return clock_monotonic_us() + (client->timeout_ms + wait_ms) * 1000ll;
}

// Exchanges until the answer is final: a status that asks for patience is obeyed within the deadline.
static int exchange_status(struct bus_client *client, const struct exchange *exchange, struct arena *arena,
                           Bus__Status **ret)
{
  int64_t deadline = deadline_of(client, 0);
  for (unsigned tries = 0;; tries++) {
    struct bus_answer answer = {0};
    int r = exchange_once(client, exchange, deadline, &tries, &answer);
    if (r < 0) return r;
    Bus__Status *status = (Bus__Status *)decode(&answer, &bus__status__descriptor, arena);
    bus_answer_clear(&answer);
    if (!status) return -EBADMSG;
    int64_t wait_us;
    if (!client_try_again(status, tries, &wait_us) || clock_monotonic_us() + wait_us >= deadline) {
      *ret = status;
      return 0;
    }
    metric_add_atomic(METRIC_client_retries, 1);
    sleep_until(clock_monotonic_us() + wait_us);
  }
}

int bus_client_call(struct bus_client *client, const struct bus_call *call, struct arena *arena,
                    Bus__Status **ret)
{
  uint8_t id[CLIENT_ID], *header = NULL;
  client_draw_id(id);
  int length = client_header(client, call, id, arena, &header);
  if (length < 0) return length;
  struct exchange exchange = {.kind = call->query ? BUS_QUERY : BUS_COMMAND,
                              .wanted = BUS_REPLY,
                              .a = header,
                              .a_length = (size_t)length,
                              .b = call->body,
                              .b_length = call->length,
                              .id = id,
                              .id_length = sizeof(id)};
  return exchange_status(client, &exchange, arena, ret);
}

// A request that is not a command: sent under a drawn correlation, answered by its own kind or by a Status.
struct request {
  enum bus_kind kind, wanted;
  const ProtobufCMessage *message; // NULL = an empty frame
  unsigned wait_ms;
};

// Packs the request into the arena; *id lives there too. 0 or -ENOMEM.
static int make_exchange(const struct request *request, struct arena *arena, struct exchange *ret)
{
  uint8_t *id = arena_alloc(arena, CLIENT_ID), *body = NULL;
  size_t length = request->message ? pb_pack(arena, request->message, &body) : 0;
  if (!id || arena_exhausted(arena)) return -ENOMEM;
  client_draw_id(id);
  *ret = (struct exchange){.kind = request->kind,
                           .wanted = request->wanted,
                           .a = id,
                           .a_length = CLIENT_ID,
                           .b = body,
                           .b_length = length,
                           .id = id,
                           .id_length = CLIENT_ID,
                           .wait_ms = request->wait_ms};
  return 0;
}

static int send_request(struct bus_client *client, const struct request *request, struct arena *arena,
                        struct bus_answer *ret)
{
  struct exchange exchange;
  unsigned tries = 0;
  int r = make_exchange(request, arena, &exchange);
  return r < 0 ? r : exchange_once(client, &exchange, deadline_of(client, request->wait_ms), &tries, ret);
}

int bus_client_ping(struct bus_client *client, struct arena *arena, Bus__Pong **ret)
{
  struct bus_answer answer = {0};
  int r = send_request(client, &(struct request){BUS_PING, BUS_PING, NULL, 0}, arena, &answer);
  if (r < 0) return r;
  Bus__Pong *pong = NULL;
  if (answer.kind == BUS_PING) pong = (Bus__Pong *)decode(&answer, &bus__pong__descriptor, arena);
  r = pong ? 0 : answer.kind == BUS_REPLY ? -EACCES : -EBADMSG;
  bus_answer_clear(&answer);
  if (pong) *ret = pong;
  return r;
}

int bus_client_fetch(struct bus_client *client, const Bus__Fetch *fetch, struct arena *arena,
                     Bus__Batch **ret)
{
  struct bus_answer answer = {0};
  struct request request = {BUS_FETCH, BUS_BATCH, &fetch->base, fetch->wait_ms};
  int r = send_request(client, &request, arena, &answer);
  if (r < 0) return r;
  Bus__Batch *batch = NULL;
  if (answer.kind == BUS_BATCH) {
    batch = (Bus__Batch *)decode(&answer, &bus__batch__descriptor, arena);
  } else if ((batch = ARENA_NEW(arena, Bus__Batch))) {
    bus__batch__init(batch);
    batch->status = (Bus__Status *)decode(&answer, &bus__status__descriptor, arena);
  }
  bus_answer_clear(&answer);
  if (!batch || !batch->status) return -EBADMSG;
  *ret = batch;
  return 0;
}

int bus_client_snapshot(struct bus_client *client, const Bus__SnapRequest *snap, struct arena *arena,
                        Bus__SnapPage **ret)
{
  struct bus_answer answer = {0};
  struct request request = {BUS_SNAPSHOT, BUS_SNAPSHOT, &snap->base, 0};
  int r = send_request(client, &request, arena, &answer);
  if (r < 0) return r;
  Bus__SnapPage *page = NULL;
  if (answer.kind == BUS_SNAPSHOT) {
    page = (Bus__SnapPage *)decode(&answer, &bus__snap_page__descriptor, arena);
  } else if ((page = ARENA_NEW(arena, Bus__SnapPage))) {
    bus__snap_page__init(page);
    page->status = (Bus__Status *)decode(&answer, &bus__status__descriptor, arena);
  }
  bus_answer_clear(&answer);
  if (!page || !page->status) return -EBADMSG;
  *ret = page;
  return 0;
}

int bus_client_ack(struct bus_client *client, const Bus__Ack *ack, struct arena *arena, Bus__Status **ret)
{
  struct exchange exchange;
  int r = make_exchange(&(struct request){BUS_ACK, BUS_REPLY, &ack->base, 0}, arena, &exchange);
  return r < 0 ? r : exchange_status(client, &exchange, arena, ret);
}
