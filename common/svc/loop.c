// The loop: poll, take what is there, one commit, answers, readers. One thread owns every socket and the
// store.
#include "common/svc/internal.h"

#include "common/base/clock.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/param.h>
#include <sys/signalfd.h>
#include <systemd/sd-daemon.h>

// ---- intake

static void refuse_frames(struct svc *svc, struct bus_message *message, enum bus_fault fault)
{
  static const char *const words[] = {"fine", "nothing", "frames", "size", "kind", "principal"};
  char labels[32];
  snprintf(labels, sizeof labels, "reason=\"%s\"", words[fault]);
  metric_add(METRIC_frames_refused, labels, 1);
  if (message->address) {
    arena_reset(svc->work);
    Bus__Status *status = NULL;
    if (fault == BUS_SIZE)
      status =
          status_reject(svc->work, REASON_SIZE, "what", "frame", "size", "too many", "max", "262144", NULL);
    else if (fault == BUS_KIND)
      status = status_reject(svc->work, REASON_KIND, "kind", "frame", NULL);
    else if (fault == BUS_PRINCIPAL)
      status = status_reject(svc->work, REASON_PRINCIPAL, NULL);
    else
      status = status_reject(svc->work, REASON_FRAMES, "detail", "expected kind, frame A, frame B", NULL);
    uint8_t none[16] = {0};
    if (status) reply_now(svc, &message->address, none, sizeof none, status);
  }
  bus_message_clear(message);
}

static void take(struct svc *svc, struct bus_message *message)
{
  switch (message->kind) {
  case BUS_COMMAND:
    command_take(svc, message);
    break;
  case BUS_ACK:
    ack_take(svc, message);
    break;
  case BUS_QUERY:
  case BUS_FETCH:
  case BUS_SNAPSHOT:
  case BUS_PING:
    reading_defer(svc, message);
    return;
  default:
    refuse_frames(svc, message, BUS_KIND);
    return;
  }
  bus_message_clear(message);
}

// Takes at most `room` messages that are there now.
static size_t intake(struct svc *svc, size_t room)
{
  size_t taken = 0;
  while (taken < room && svc->batch.events < SVC_BATCH_EVENTS) {
    struct bus_message message = {0};
    enum bus_fault fault = bus_server_receive(svc->server, &message);
    if (fault == BUS_NOTHING) break;
    taken++;
    if (fault != BUS_FINE)
      refuse_frames(svc, &message, fault);
    else
      take(svc, &message);
  }
  return taken;
}

// Adaptive linger (bus-and-store §4): with siblings about, waiting a quarter of a commit fills the batch; a
// single client never waits. Ends early once as many commands are in as were in the batch before.
static void linger(struct svc *svc, size_t room)
{
  struct batch *batch = &svc->batch;
  if (!svc->conf->linger || !batch->txn || (batch->previous <= 1 && batch->n <= 1)) return;
  int64_t limit = (int64_t)MIN(batch->commit_ewma_us / 4, 2000.0);
  int64_t until = clock_monotonic_us() + limit;
  while (batch->n < batch->previous && batch->n < room && batch->events < SVC_BATCH_EVENTS) {
    int64_t left = until - clock_monotonic_us();
    if (left <= 0) return;
    struct pollfd item = {.fd = bus_server_fd(svc->server), .events = POLLIN};
    struct timespec wait = {.tv_sec = 0, .tv_nsec = left * 1000};
    if (intake(svc, room - batch->n) == 0 && ppoll(&item, 1, &wait, NULL) == 0) return;
  }
}

static void take_submitted(struct svc *svc)
{
  struct submitted *list = svc->submitted; // what handlers submit meanwhile waits for the next batch
  svc->submitted = NULL;
  svc->submitted_tail = &svc->submitted;
  while (list) {
    struct submitted *next = list->next;
    command_take_submitted(svc, list);
    free(list->bytes);
    free(list);
    list = next;
  }
}

int svc_submit(struct svc *svc, const char *method, const ProtobufCMessage *message,
               void (*done)(struct svc *, void *, const Bus__Status *, void *), void *context)
{
  if (strlen(method) >= sizeof((struct submitted *)0)->method) return -EINVAL;
  struct submitted *one = calloc(1, sizeof *one);
  size_t length = protobuf_c_message_get_packed_size(message);
  uint8_t *bytes = malloc(length + 1);
  if (!one || !bytes) {
    free(one);
    free(bytes);
    return -ENOMEM;
  }
  protobuf_c_message_pack(message, bytes);
  memcpy(one->method, method, strlen(method) + 1);
  one->bytes = bytes;
  one->length = length;
  one->done = done;
  one->context = context;
  *svc->submitted_tail = one;
  svc->submitted_tail = &one->next;
  return 0;
}

int svc_watch(struct svc *svc, void *zmq_socket, void (*ready)(struct svc *, void *))
{
  if (svc->n_watches == SVC_WATCHES_MAX) return -ENOSPC;
  svc->watches[svc->n_watches].socket = zmq_socket;
  svc->watches[svc->n_watches++].ready = ready;
  return 0;
}

// ---- one turn

static int take_signals(struct svc *svc)
{
  struct signalfd_siginfo info;
  while (read(svc->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
    if (info.ssi_signo == SIGHUP) {
      char *error = NULL;
      if (who_load(svc, false, &error) < 0)
        log_event(LOG_reload_refused, F_TEXT("error", error ? error : "memory"));
      free(error);
    } else if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT)
      svc->stopping = true;
  }
  return 0;
}

static long poll_timeout_ms(const struct svc *svc, bool more)
{
  if (more || svc->submitted) return 0;
  int64_t next = MIN(times_next_us(svc), MIN(follow_next_us(svc), feed_next_us(svc)));
  int64_t left = next - clock_monotonic_us();
  return left <= 0 ? 0 : (long)MIN((left + 999) / 1000, 1000);
}

static void tell_supervisor(struct svc *svc)
{
  char text[160];
  snprintf(text, sizeof text, "WATCHDOG=1\nSTATUS=%s seq=%llu parked=%zu",
           svc->draining ? "draining 停止受理" : "ready 就绪", (unsigned long long)journal_head(svc->journal),
           svc->n_parked);
  (void)sd_notify(0, text);
}

static int turn(struct svc *svc, bool *more)
{
  zmq_pollitem_t items[2 + SVC_FOLLOWS_MAX + SVC_WATCHES_MAX];
  int n = 0;
  items[n++] = (zmq_pollitem_t){.socket = bus_server_socket(svc->server), .events = ZMQ_POLLIN};
  items[n++] = (zmq_pollitem_t){.fd = svc->signal_fd, .events = ZMQ_POLLIN};
  for (size_t i = 0; i < svc->n_follows; i++)
    items[n++] =
        (zmq_pollitem_t){.socket = bus_follower_socket(svc->follows[i].follower), .events = ZMQ_POLLIN};
  int first_watch = n;
  for (size_t i = 0; i < svc->n_watches; i++)
    items[n++] = (zmq_pollitem_t){.socket = svc->watches[i].socket, .events = ZMQ_POLLIN};
  if (zmq_poll(items, n, poll_timeout_ms(svc, *more)) < 0 && errno != EINTR) return -errno;
  if (items[1].revents) take_signals(svc);
  for (size_t i = 0; i < svc->n_watches; i++)
    if (items[first_watch + (int)i].revents) svc->watches[i].ready(svc, svc->state);
  size_t room = svc->conf->batch_max ? svc->conf->batch_max : 512;
  times_turn(svc);
  take_submitted(svc);
  *more = intake(svc, room) == room;
  *more |= follow_turn(svc);
  linger(svc, room);
  int r = batch_commit(svc);
  if (r < 0) return r;
  reading_serve(svc);
  tell_supervisor(svc);
  return 0;
}

int loop_run(struct svc *svc)
{
  bool more = false;
  while (!svc->stopping) {
    int r = turn(svc, &more);
    if (r < 0) return r;
  }
  // Finish: what has arrived is refused with UNAVAILABLE, so that clients go on elsewhere with the same key.
  svc->draining = true;
  intake(svc, 4096);
  int r = batch_commit(svc);
  reading_serve(svc);
  return r;
}
