#include "common/bus/zap.h"
#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "common/bus/bus_socket.h"
#include "common/obs/log.h"
#include "common/obs/metric.h"
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZAP_ENDPOINT  "inproc://zeromq.zap.01"
#define STOP_ENDPOINT "inproc://zap-stop"
#define KEY_BYTES     32
#define NAME_SIZE     128 // as much as a bus_message takes

struct listed {
  uint8_t key[KEY_BYTES];
  char name[NAME_SIZE];
};
struct zap {
  zsock_t *rep, *stopped; // the thread's own after start
  zsock_t *stop;
  pthread_t thread;
  pthread_mutex_t lock;
  struct listed *list; // sorted by key
  size_t n;
  int64_t logged_us; // the thread's own
  uint64_t unlogged;
};

static int by_key(const void *a, const void *b)
{
  return memcmp(((const struct listed *)a)->key, ((const struct listed *)b)->key, KEY_BYTES);
}

void zap_set(struct zap *zap, const struct zap_entry *entries, size_t n)
{
  struct listed *list = calloc(n ? n : 1, sizeof(*list));
  CHECK(list);
  for (size_t i = 0; i < n; i++) {
    CHECK(zmq_z85_decode(list[i].key, entries[i].key) && strlen(entries[i].name) < NAME_SIZE);
    snprintf(list[i].name, sizeof(list[i].name), "%s", entries[i].name);
  }
  qsort(list, n, sizeof(*list), by_key);
  pthread_mutex_lock(&zap->lock);
  struct listed *old = zap->list;
  zap->list = list;
  zap->n = n;
  pthread_mutex_unlock(&zap->lock);
  free(old);
}

// Copies the name out, because the list may be replaced at once.
static bool look_up(struct zap *zap, const uint8_t key[KEY_BYTES], char name[NAME_SIZE])
{
  struct listed wanted;
  memcpy(wanted.key, key, KEY_BYTES);
  pthread_mutex_lock(&zap->lock);
  const struct listed *found =
      zap->n ? bsearch(&wanted, zap->list, zap->n, sizeof(*zap->list), by_key) : NULL;
  if (found) memcpy(name, found->name, NAME_SIZE);
  pthread_mutex_unlock(&zap->lock);
  return found;
}

// A refused client tries again for ever: one record a second is enough.
static void log_refusal(struct zap *zap, const uint8_t *key, const char *address)
{
  int64_t now = clock_monotonic_us();
  if (zap->logged_us && now - zap->logged_us < 1000000) {
    zap->unlogged++;
    return;
  }
  char text[41];
  log_event(LOG_principal_refused, F_TEXT("key", zmq_z85_encode(text, key, KEY_BYTES)),
            F_TEXT("peer", address), F_NUMBER("unlogged", zap->unlogged));
  zap->logged_us = now;
  zap->unlogged = 0;
}

// RFC 27. Frames: version, request id, domain, address, identity, mechanism, credentials (the client's public
// key).
enum { VERSION, REQUEST, DOMAIN, ADDRESS, IDENTITY, MECHANISM, KEY, FRAMES };

static bool frame_is(zmq_msg_t *frame, const char *text)
{
  return zmq_msg_size(frame) == strlen(text) && memcmp(zmq_msg_data(frame), text, strlen(text)) == 0;
}

static bool well_formed(zmq_msg_t *frames, int n)
{
  return n == FRAMES && frame_is(&frames[VERSION], "1.0") && frame_is(&frames[DOMAIN], BUS_DOMAIN) &&
         frame_is(&frames[MECHANISM], "CURVE") && zmq_msg_size(&frames[KEY]) == KEY_BYTES;
}

static bool decide(struct zap *zap, zmq_msg_t *frames, int n, char name[NAME_SIZE])
{
  metric_add_atomic(METRIC_auth, 1);
  bool listed = well_formed(frames, n) && look_up(zap, zmq_msg_data(&frames[KEY]), name);
  if (listed) return true;
  metric_add_atomic(METRIC_auth_refused, 1);
  if (!well_formed(frames, n)) return false;
  char address[64] = "";
  size_t length = zmq_msg_size(&frames[ADDRESS]);
  memcpy(address, zmq_msg_data(&frames[ADDRESS]), length < sizeof(address) ? length : sizeof(address) - 1);
  log_refusal(zap, zmq_msg_data(&frames[KEY]), address);
  return false;
}

static int answer(zsock_t *rep, zmq_msg_t *request, const char *code, const char *text, const char *name)
{
  const struct {
    const void *bytes;
    size_t length;
  } frames[] = {{"1.0", 3},
                {zmq_msg_data(request), zmq_msg_size(request)},
                {code, 3},
                {text, strlen(text)},
                {name, strlen(name)},
                {"", 0}};
  const size_t n = sizeof(frames) / sizeof(frames[0]);
  for (size_t i = 0; i < n; i++) {
    int r =
        bus_send_frame(zsock_resolve(rep), frames[i].bytes, frames[i].length, i + 1 < n ? ZMQ_SNDMORE : 0);
    if (r < 0) return r;
  }
  return 0;
}

// 0 or negative: then the thread must not go on.
static int serve(struct zap *zap)
{
  zmq_msg_t frames[FRAMES];
  int n = bus_receive_frames(zsock_resolve(zap->rep), frames, FRAMES);
  if (n <= 0) return n;
  char name[NAME_SIZE] = "";
  int r;
  if (n < REQUEST + 1)
    r = -EPROTO; // not from libzmq: nobody else can connect to inproc but ourselves
  else if (decide(zap, frames, n, name))
    r = answer(zap->rep, &frames[REQUEST], "200", "OK", name);
  else
    r = answer(zap->rep, &frames[REQUEST], "400", "not listed", "");
  for (int i = 0; i < n && i < FRAMES; i++)
    zmq_msg_close(&frames[i]);
  return r;
}

// Ends when told to stop, or when the process exits: czmq then closes all sockets and their context, and no
// handshake can be asked about any more.
static void *run(void *argument)
{
  struct zap *zap = argument;
  for (;;) {
    zmq_pollitem_t items[] = {{.socket = zsock_resolve(zap->rep), .events = ZMQ_POLLIN},
                              {.socket = zsock_resolve(zap->stopped), .events = ZMQ_POLLIN}};
    int r = zmq_poll(items, 2, -1) < 0 ? -errno : 0;
    if (r == 0 && items[1].revents) break;
    if (r == 0 && items[0].revents) r = serve(zap);
    if (r == -ETERM || r == -ENOTSOCK) return NULL; // the sockets are not ours any more
    if (r == 0 || r == -EINTR) continue;
    log_event(LOG_zap_failed, F_NUMBER("code", -r));
    log_stop();
    fprintf(stderr, "zap: %s\n", zmq_strerror(-r));
    abort();
  }
  zsock_destroy(&zap->rep);
  zsock_destroy(&zap->stopped);
  return NULL;
}

static void discard(struct zap *zap)
{
  pthread_mutex_destroy(&zap->lock);
  free(zap->list);
  free(zap);
}

// Through czmq, which counts them: a process that exits in the middle is then not held up by its open
// sockets.
static int open_sockets(struct zap *zap)
{
  bus_context();
  zap->rep = zsock_new(ZMQ_REP);
  zap->stop = zsock_new(ZMQ_PAIR);
  zap->stopped = zsock_new(ZMQ_PAIR);
  if (!zap->rep || !zap->stop || !zap->stopped) return -EMFILE;
  zsock_set_linger(zap->rep, 0);
  int r = bus_bind(zsock_resolve(zap->rep), ZAP_ENDPOINT);
  if (r == 0) r = bus_bind(zsock_resolve(zap->stopped), STOP_ENDPOINT);
  if (r == 0) r = bus_connect(zsock_resolve(zap->stop), STOP_ENDPOINT);
  return r;
}

int zap_start(struct zap **ret)
{
  struct zap *zap = calloc(1, sizeof(*zap));
  if (!zap) return -ENOMEM;
  pthread_mutex_init(&zap->lock, NULL);
  int r = open_sockets(zap);
  if (r == 0) r = -pthread_create(&zap->thread, NULL, run, zap);
  if (r < 0) {
    zsock_destroy(&zap->rep);
    zsock_destroy(&zap->stop);
    zsock_destroy(&zap->stopped);
    discard(zap);
    return r;
  }
  *ret = zap;
  return 0;
}

struct zap *zap_stop(struct zap *zap)
{
  if (!zap) return NULL;
  (void)bus_send_frame(zsock_resolve(zap->stop), "", 0, 0);
  pthread_join(zap->thread, NULL);
  zsock_destroy(&zap->stop);
  discard(zap);
  return NULL;
}
