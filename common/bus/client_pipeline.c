// Many commands in flight on one connection. Each slot is one command: waiting to be sent (again) at a time,
// or on its way. Silence of the whole connection for one try makes a new socket and sends all that is on its
// way once more, under the same keys.
#include "common/base/cleanup.h"
#include "common/base/clock.h"
#include "common/base/pb.h"
#include "common/bus/client_internal.h"
#include "common/obs/metric.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOT_BYTES   (BUS_BODY_MAX + 64 * 1024)
#define ANSWER_BYTES (4 * BUS_BODY_MAX)

enum slot_state { SLOT_FREE, SLOT_DUE, SLOT_SENT };
struct slot {
  enum slot_state state;
  size_t index;        // of the command
  struct arena *arena; // header and body
  struct bus_call call;
  uint8_t id[CLIENT_ID];
  uint8_t *header;
  size_t header_length;
  unsigned tries;
  int64_t due_us;  // when to send
  int64_t sent_us; // when last sent
  int64_t deadline_us;
};
struct pipeline {
  struct bus_client *client;
  bus_next *next;
  bus_done *done;
  void *context;
  struct slot *slots;
  unsigned n_slots, busy;
  size_t taken;
  bool exhausted; // no more commands
  struct arena *answer;
  int64_t heard_us; // when something last arrived, or was first awaited
};

static struct pipeline *pipeline_clear(struct pipeline *pipeline)
{
  for (unsigned i = 0; pipeline->slots && i < pipeline->n_slots; i++)
    arena_free(pipeline->slots[i].arena);
  free(pipeline->slots);
  arena_free(pipeline->answer);
  return NULL;
}
static void pipeline_clearp(struct pipeline *pipeline)
{
  pipeline_clear(pipeline);
}

static void finish(struct pipeline *pipeline, struct slot *slot, const Bus__Status *status)
{
  slot->state = SLOT_FREE;
  pipeline->busy--;
  pipeline->done(pipeline->context, slot->index, status);
}

// The slot's number stands at the end of its message id, so that an answer finds it at once.
static void draw_slot_id(struct pipeline *pipeline, struct slot *slot)
{
  uint32_t number = (uint32_t)(slot - pipeline->slots);
  client_draw_id(slot->id);
  memcpy(slot->id + CLIENT_ID - sizeof(number), &number, sizeof(number));
}

static struct slot *slot_of(struct pipeline *pipeline, const struct bus_answer *answer)
{
  uint32_t number;
  if (answer->kind != BUS_REPLY || zframe_size(answer->a) != CLIENT_ID) return NULL;
  memcpy(&number, zframe_data(answer->a) + CLIENT_ID - sizeof(number), sizeof(number));
  if (number >= pipeline->n_slots) return NULL;
  struct slot *slot = &pipeline->slots[number];
  return slot->state == SLOT_SENT && memcmp(slot->id, zframe_data(answer->a), CLIENT_ID) == 0 ? slot : NULL;
}

// A command that does not fit a message is answered as the server would.
static void refuse_here(struct pipeline *pipeline, struct slot *slot, int error)
{
  Bus__Status status = BUS__STATUS__INIT;
  status.code = BUS__CODE__CODE_INVALID;
  status.reason = "SIZE";
  status.message_zh = "命令超过一条消息的大小，未发送";
  status.message_en = error == -ENOMEM ? "The command does not fit the memory of one message; it was not sent"
                                       : "The command is larger than a message may be; it was not sent";
  status.fix_zh = "请分成较小的命令";
  status.fix_en = "Split it into smaller commands";
  finish(pipeline, slot, &status);
}

// Fills free slots with further commands.
static void take_commands(struct pipeline *pipeline)
{
  for (unsigned i = 0; i < pipeline->n_slots && !pipeline->exhausted; i++) {
    struct slot *slot = &pipeline->slots[i];
    if (slot->state != SLOT_FREE) continue;
    arena_reset(slot->arena);
    slot->call = (struct bus_call){0};
    slot->index = pipeline->taken;
    if (!pipeline->next(pipeline->context, slot->index, slot->arena, &slot->call)) {
      pipeline->exhausted = true;
      break;
    }
    pipeline->taken++;
    draw_slot_id(pipeline, slot);
    int length = client_header(pipeline->client, &slot->call, slot->id, slot->arena, &slot->header);
    slot->header_length = length < 0 ? 0 : (size_t)length;
    slot->tries = 0;
    slot->due_us = 0;
    slot->deadline_us = clock_monotonic_us() + pipeline->client->timeout_ms * 1000ll;
    slot->state = SLOT_DUE;
    pipeline->busy++;
    if (length < 0) refuse_here(pipeline, slot, length);
  }
}

static bool on_its_way(const struct pipeline *pipeline)
{
  for (unsigned i = 0; i < pipeline->n_slots; i++)
    if (pipeline->slots[i].state == SLOT_SENT) return true;
  return false;
}

static int send_due(struct pipeline *pipeline)
{
  int64_t now = clock_monotonic_us();
  if (!on_its_way(pipeline)) pipeline->heard_us = now;
  for (unsigned i = 0; i < pipeline->n_slots; i++) {
    struct slot *slot = &pipeline->slots[i];
    if (slot->state != SLOT_DUE || slot->due_us > now) continue;
    int r = bus_dealer_send(pipeline->client->dealer, slot->call.query ? BUS_QUERY : BUS_COMMAND,
                            slot->header, slot->header_length, slot->call.body, slot->call.length);
    if (r == -EAGAIN) return 0;
    if (r < 0) return r;
    slot->state = SLOT_SENT;
    slot->sent_us = now;
    slot->tries++;
  }
  return 0;
}

static void take_answer(struct pipeline *pipeline, const struct bus_answer *answer)
{
  struct slot *slot = slot_of(pipeline, answer);
  if (!slot) return;
  struct pb_fault fault;
  arena_reset(pipeline->answer);
  Bus__Status *status = (Bus__Status *)pb_admit(&bus__status__descriptor, zframe_data(answer->b),
                                                zframe_size(answer->b), pipeline->answer, &fault);
  int64_t wait_us;
  if (!status) return; // counts as silence
  if (client_try_again(status, slot->tries, &wait_us) && clock_monotonic_us() + wait_us < slot->deadline_us) {
    slot->state = SLOT_DUE;
    slot->due_us = clock_monotonic_us() + wait_us;
    metric_add_atomic(METRIC_client_retries, 1);
  } else {
    finish(pipeline, slot, status);
  }
}

static void take_answers(struct pipeline *pipeline)
{
  struct bus_answer answer = {0};
  while (bus_dealer_receive(pipeline->client->dealer, &answer) > 0) {
    pipeline->heard_us = clock_monotonic_us();
    take_answer(pipeline, &answer);
    bus_answer_clear(&answer);
  }
}

// A single answer may have been dropped while others arrive: that command goes out once more, each time
// later.
static bool overdue(const struct pipeline *pipeline, const struct slot *slot, int64_t now)
{
  unsigned shift = slot->tries < 5 ? slot->tries : 5;
  return slot->state == SLOT_SENT && now - slot->sent_us >= (int64_t)pipeline->client->retry_ms * 1000
                                                                << shift;
}

static void look_after_late(struct pipeline *pipeline)
{
  int64_t now = clock_monotonic_us();
  for (unsigned i = 0; i < pipeline->n_slots; i++) {
    struct slot *slot = &pipeline->slots[i];
    if (slot->state != SLOT_FREE && slot->deadline_us <= now)
      finish(pipeline, slot, NULL);
    else if (overdue(pipeline, slot, now))
      slot->state = SLOT_DUE;
  }
}

// A fresh socket; what was on its way goes out again after a back-off.
static int start_over(struct pipeline *pipeline)
{
  client_disconnect(pipeline->client);
  for (unsigned i = 0; i < pipeline->n_slots; i++) {
    struct slot *slot = &pipeline->slots[i];
    if (slot->state != SLOT_SENT) continue;
    slot->state = SLOT_DUE;
    slot->due_us = clock_monotonic_us() + client_backoff_us(slot->tries);
    metric_add_atomic(METRIC_client_retries, 1);
  }
  pipeline->heard_us = clock_monotonic_us();
  return client_connect(pipeline->client);
}

static int64_t next_turn_us(const struct pipeline *pipeline)
{
  int64_t next = pipeline->heard_us + pipeline->client->retry_ms * 1000ll;
  for (unsigned i = 0; i < pipeline->n_slots; i++) {
    const struct slot *slot = &pipeline->slots[i];
    if (slot->state == SLOT_FREE) continue;
    if (slot->deadline_us < next) next = slot->deadline_us;
    if (slot->state == SLOT_DUE && slot->due_us < next) next = slot->due_us;
  }
  int64_t soon = clock_monotonic_us() + 1000; // a full socket: look again
  return next > soon ? next : soon;
}

static int turn(struct pipeline *pipeline)
{
  take_commands(pipeline);
  int r = pipeline->busy ? send_due(pipeline) : 0;
  if (r < 0 || !pipeline->busy) return r;
  r = client_wait(pipeline->client, next_turn_us(pipeline));
  if (r < 0) return r;
  take_answers(pipeline);
  look_after_late(pipeline);
  bool silent = clock_monotonic_us() - pipeline->heard_us >= pipeline->client->retry_ms * 1000ll;
  return silent && on_its_way(pipeline) ? start_over(pipeline) : 0;
}

int bus_client_pipeline(struct bus_client *client, unsigned in_flight, bus_next *next, bus_done *done,
                        void *context)
{
  _cleanup_(pipeline_clearp) struct pipeline pipeline = {
      .client = client, .next = next, .done = done, .context = context, .n_slots = in_flight ? in_flight : 1};
  pipeline.slots = calloc(pipeline.n_slots, sizeof(*pipeline.slots));
  if (!pipeline.slots) return -ENOMEM;
  int r = arena_new(ANSWER_BYTES, &pipeline.answer);
  for (unsigned i = 0; i < pipeline.n_slots && r == 0; i++)
    r = arena_new(SLOT_BYTES, &pipeline.slots[i].arena);
  if (r == 0) r = client_connect(client);
  while (r == 0 && (pipeline.busy || !pipeline.exhausted))
    r = turn(&pipeline);
  if (r < 0 || pipeline.taken) client_disconnect(client); // answers that come too late go nowhere
  return r;
}
