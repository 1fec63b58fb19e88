#include "common/bus/follower.h"
#include "common/base/cleanup.h"
#include "common/base/clock.h"
#include "common/base/pb.h"
#include "common/base/rand.h"
#include "common/bus/bus_monitor.h"
#include "common/bus/bus_socket.h"
#include "common/obs/log.h"
#include "common/obs/metric.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS     20000
#define OVERDUE_MS  5000    // past the time that the server may hold a fetch
#define LOOK_US     500000  // between looks at the monitor while a fetch is out
#define AGAIN_US    5000000 // after a refusal
#define BYTES_MOST  (128 * 1024)
#define BYTES_LEAST (8 * 1024)
#define ID_BYTES    16

enum state {
  ASKING,  // a fetch is to be sent at due_us
  WAITING, // one is out
  HOLDING  // the owner has a batch
};
struct bus_follower {
  char area[32];
  char *endpoint;
  char server_key[41];
  zcert_t *cert;
  zsock_t *dealer;
  struct bus_monitor *monitor;
  enum state state;
  uint64_t epoch, after, head;
  uint32_t wait_ms, overdue_ms, max_bytes;
  uint8_t id[ID_BYTES]; // of the fetch that is out
  int64_t due_us;       // ASKING: when to send; WAITING: when it counts as lost
  unsigned failures;    // in a row
  bool up;              // the handshake of this socket was done once
  bool connected;       // the last fetch was answered
  bool told_lost, told_denied;
  char labels[64];
};

DEFINE_CLEANUP(struct bus_follower, bus_follower_close);

static void close_socket(struct bus_follower *follower)
{
  follower->monitor = bus_monitor_close(follower->monitor);
  zsock_destroy(&follower->dealer);
}

// A fresh socket in place of the old one, which stays if there cannot be another (descriptors, memory).
static int renew_socket(struct bus_follower *follower)
{
  struct bus_peer_address peer = {follower->endpoint, follower->server_key, follower->cert};
  zsock_t *dealer = NULL;
  struct bus_monitor *monitor = NULL;
  int r = bus_dealer_open(&peer, &dealer, &monitor);
  if (r < 0) return r;
  close_socket(follower);
  follower->dealer = dealer;
  follower->monitor = monitor;
  follower->up = false;
  return 0;
}

int bus_follower_open(const struct bus_follower_options *options, struct bus_follower **ret)
{
  if (!options->server_key || strlen(options->server_key) != 40) return -EINVAL;
  _cleanup_(bus_follower_closep) struct bus_follower *follower = calloc(1, sizeof(*follower));
  if (!follower) return -ENOMEM;
  snprintf(follower->area, sizeof(follower->area), "%s", options->area);
  snprintf(follower->labels, sizeof(follower->labels), "area=\"%s\"", follower->area);
  memcpy(follower->server_key, options->server_key, sizeof(follower->server_key));
  follower->endpoint = strdup(options->endpoint);
  if (!follower->endpoint) return -ENOMEM;
  follower->cert = options->cert;
  follower->epoch = options->epoch;
  follower->after = options->after;
  follower->wait_ms = options->wait_ms ? options->wait_ms : WAIT_MS;
  follower->overdue_ms = options->overdue_ms ? options->overdue_ms : OVERDUE_MS;
  follower->max_bytes = BYTES_MOST;
  int r = renew_socket(follower);
  if (r < 0) return r;
  *ret = TAKE(follower);
  return 0;
}

struct bus_follower *bus_follower_close(struct bus_follower *follower)
{
  if (!follower) return NULL;
  close_socket(follower);
  free(follower->endpoint);
  free(follower);
  return NULL;
}

void *bus_follower_socket(struct bus_follower *follower)
{
  return zsock_resolve(follower->dealer);
}

int64_t bus_follower_wake_us(const struct bus_follower *follower)
{
  if (follower->state == HOLDING) return INT64_MAX;
  if (follower->state == ASKING) return follower->due_us;
  int64_t look = clock_monotonic_us() + LOOK_US;
  return look < follower->due_us ? look : follower->due_us;
}

void bus_follower_status(const struct bus_follower *follower, bool *ret_connected, uint64_t *ret_head)
{
  *ret_connected = follower->connected;
  *ret_head = follower->head;
}

// Half a second doubled with each failure up to eight, the half of it random.
static int64_t backoff_us(unsigned failures)
{
  int64_t most = 500000ll << (failures < 4 ? failures : 4);
  return most / 2 + rand_below((uint32_t)(most / 2));
}

static void ask_later(struct bus_follower *follower, int64_t wait_us)
{
  follower->state = ASKING;
  follower->due_us = clock_monotonic_us() + wait_us;
}

static void tell_lost(struct bus_follower *follower)
{
  follower->connected = false;
  if (follower->told_lost) return;
  follower->told_lost = true;
  log_event(LOG_follow_lost, F_TEXT("object", follower->area), F_TEXT("endpoint", follower->endpoint),
            F_NUMBER("seq", follower->after));
}

static void tell_denied(struct bus_follower *follower, const char *reason)
{
  follower->connected = false;
  if (follower->told_denied) return;
  follower->told_denied = true;
  log_event(LOG_follow_denied, F_TEXT("object", follower->area), F_TEXT("endpoint", follower->endpoint),
            F_TEXT("code", reason));
}

static void tell_connected(struct bus_follower *follower)
{
  follower->failures = 0;
  follower->up = true;
  follower->told_denied = false;
  if (follower->connected) return;
  follower->connected = true;
  follower->told_lost = false;
  log_event(LOG_follow_connected, F_TEXT("object", follower->area), F_TEXT("endpoint", follower->endpoint),
            F_NUMBER("seq", follower->after));
}

// The fetch that is out will not be answered any more: once again on a fresh socket.
static void start_over(struct bus_follower *follower)
{
  tell_lost(follower);
  metric_add(METRIC_follow_retries, follower->labels, 1);
  int r = renew_socket(follower);
  if (r < 0) log_event(LOG_follow_lost, F_TEXT("object", follower->area), F_NUMBER("code", -r));
  ask_later(follower, backoff_us(follower->failures++));
}

static void send_fetch(struct bus_follower *follower)
{
  uint8_t bytes[256];
  Bus__Fetch fetch = BUS__FETCH__INIT;
  fetch.epoch = follower->epoch;
  fetch.after = follower->after;
  fetch.max_bytes = follower->max_bytes;
  fetch.wait_ms = follower->wait_ms;
  rand_bytes(follower->id, sizeof(follower->id));
  size_t length = bus__fetch__pack(&fetch, bytes); // five numbers: at most 55 bytes
  int r = bus_dealer_send(follower->dealer, BUS_FETCH, follower->id, sizeof(follower->id), bytes, length);
  if (r < 0) {
    ask_later(follower, backoff_us(follower->failures++));
    return;
  }
  follower->state = WAITING;
  follower->due_us = clock_monotonic_us() + (follower->wait_ms + follower->overdue_ms) * 1000ll;
}

// Whether an established connection ended since the last look.
static bool connection_ended(struct bus_follower *follower)
{
  bool ended = false;
  enum bus_connection event;
  while ((event = bus_monitor_next(follower->monitor)) != BUS_CONNECTION_NONE) {
    if (event == BUS_CONNECTION_UP) follower->up = true;
    if (event == BUS_CONNECTION_FAILED || event == BUS_CONNECTION_LEFT)
      tell_lost(follower); // libzmq goes on trying with growing pauses
    if (event == BUS_CONNECTION_DENIED) tell_denied(follower, "PRINCIPAL");
    if (event == BUS_CONNECTION_DOWN && follower->up) ended = true;
  }
  return ended;
}

// The answer to a fetch may also be a bare Status; both become a Batch.
static Bus__Batch *decode(const struct bus_answer *answer, struct arena *arena)
{
  struct pb_fault fault;
  const uint8_t *data = zframe_data(answer->b);
  size_t length = zframe_size(answer->b);
  if (answer->kind == BUS_BATCH)
    return (Bus__Batch *)pb_admit(&bus__batch__descriptor, data, length, arena, &fault);
  Bus__Batch *batch = ARENA_NEW(arena, Bus__Batch);
  if (!batch) return NULL;
  bus__batch__init(batch);
  batch->status = (Bus__Status *)pb_admit(&bus__status__descriptor, data, length, arena, &fault);
  return batch;
}

// In order, after the cursor, and ending where it says.
static bool in_order(const struct bus_follower *follower, const Bus__Batch *batch)
{
  uint64_t last = follower->after;
  for (size_t i = 0; i < batch->n_events; i++) {
    if (batch->events[i]->seq <= last) return false;
    last = batch->events[i]->seq;
  }
  return batch->next_after >= last;
}

static enum bus_follow refused(struct bus_follower *follower, const Bus__Status *status)
{
  int64_t patience = backoff_us(follower->failures++), asked = status->retry_after_ms * 1000ll;
  if (status->code == BUS__CODE__CODE_UNAVAILABLE || status->code == BUS__CODE__CODE_EXHAUSTED) {
    ask_later(follower, asked > patience ? asked : patience);
    return FOLLOW_NOTHING;
  }
  ask_later(follower, AGAIN_US);
  if (status->code == BUS__CODE__CODE_CONFLICT)
    return strcmp(status->reason, "TRIMMED") == 0 ? FOLLOW_TRIMMED : FOLLOW_EPOCH;
  tell_denied(follower, status->reason);
  return FOLLOW_DENIED;
}

// An answer that cannot be read is asked for again, smaller if it was the memory that did not suffice.
static enum bus_follow unreadable(struct bus_follower *follower, bool memory)
{
  if (memory && follower->max_bytes > BYTES_LEAST) {
    follower->max_bytes /= 2;
    ask_later(follower, 0);
  } else {
    start_over(follower);
  }
  return FOLLOW_NOTHING;
}

static enum bus_follow take_answer(struct bus_follower *follower, const struct bus_answer *answer,
                                   struct arena *arena, Bus__Batch **ret)
{
  Bus__Batch *batch = decode(answer, arena);
  if (!batch || !batch->status) return unreadable(follower, arena_exhausted(arena));
  if (batch->status->code != BUS__CODE__CODE_OK) {
    *ret = batch;
    return refused(follower, batch->status);
  }
  if (!in_order(follower, batch)) return unreadable(follower, false);
  tell_connected(follower);
  *ret = batch;
  follower->head = batch->head;
  if (follower->epoch && batch->epoch != follower->epoch) {
    ask_later(follower, AGAIN_US);
    return FOLLOW_EPOCH;
  }
  metric_add(METRIC_follow_batches, follower->labels, 1);
  follower->state = HOLDING;
  return FOLLOW_BATCH;
}

// A server that cannot read a fetch answers it with a Status and a correlation of zeros.
static bool is_answer(const struct bus_follower *follower, const struct bus_answer *answer)
{
  static const uint8_t zeros[ID_BYTES];
  if (zframe_size(answer->a) != ID_BYTES) return false;
  bool mine = memcmp(zframe_data(answer->a), follower->id, ID_BYTES) == 0;
  if (answer->kind == BUS_REPLY) return mine || memcmp(zframe_data(answer->a), zeros, ID_BYTES) == 0;
  return answer->kind == BUS_BATCH && mine;
}

enum bus_follow bus_follower_turn(struct bus_follower *follower, struct arena *arena, Bus__Batch **ret)
{
  if (follower->state == ASKING && clock_monotonic_us() >= follower->due_us) send_fetch(follower);
  if (follower->state != WAITING) return FOLLOW_NOTHING;
  struct bus_answer answer = {0};
  while (bus_dealer_receive(follower->dealer, &answer) > 0) {
    bool mine = is_answer(follower, &answer);
    enum bus_follow result = mine ? take_answer(follower, &answer, arena, ret) : FOLLOW_NOTHING;
    bus_answer_clear(&answer);
    if (mine) return result;
  }
  if (connection_ended(follower) || clock_monotonic_us() >= follower->due_us) start_over(follower);
  return FOLLOW_NOTHING;
}

void bus_follower_advance(struct bus_follower *follower, uint64_t epoch, uint64_t after)
{
  follower->epoch = epoch;
  follower->after = after;
  follower->state = ASKING;
  follower->due_us = 0;
  send_fetch(follower);
}
