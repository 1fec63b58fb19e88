#include "common/bus/bus_socket.h"
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

// Z9: no routing id. Z5, Z18: back-off for a refused or absent server. A batch carries up to 256 KiB of
// events.
static const struct bus_option dealer_options[] = {{ZMQ_LINGER, 0, false},
                                                   {ZMQ_SNDHWM, 1000, false},
                                                   {ZMQ_RCVHWM, 1000, false},
                                                   {ZMQ_MAXMSGSIZE, 4 * BUS_BODY_MAX, true},
                                                   {ZMQ_RECONNECT_IVL, 200, false},
                                                   {ZMQ_RECONNECT_IVL_MAX, 5000, false},
                                                   {ZMQ_HANDSHAKE_IVL, 5000, false},
                                                   {ZMQ_HEARTBEAT_IVL, 10000, false},
                                                   {ZMQ_HEARTBEAT_TIMEOUT, 30000, false},
                                                   {ZMQ_HEARTBEAT_TTL, 30000, false},
                                                   {0}};

int bus_socket_options(void *socket, const struct bus_option *options)
{
  for (; options->name; options++) {
    int narrow = (int)options->value;
    int r = options->wide ? zmq_setsockopt(socket, options->name, &options->value, sizeof(options->value))
                          : zmq_setsockopt(socket, options->name, &narrow, sizeof(narrow));
    if (r < 0) return -errno;
  }
  return 0;
}

int bus_bind(void *socket, const char *endpoint)
{
  return TEMP_FAILURE_RETRY(zmq_bind(socket, endpoint)) < 0 ? -errno : 0;
}

int bus_connect(void *socket, const char *endpoint)
{
  return TEMP_FAILURE_RETRY(zmq_connect(socket, endpoint)) < 0 ? -errno : 0;
}

int bus_dealer_open(const struct bus_peer_address *peer, zsock_t **ret, struct bus_monitor **ret_monitor)
{
  bus_context();
  struct bus_monitor *monitor = NULL;
  zsock_t *dealer = zsock_new(ZMQ_DEALER);
  if (!dealer) return -EMFILE;
  void *socket = zsock_resolve(dealer);
  zcert_apply(peer->cert, dealer);
  int r = bus_socket_options(socket, dealer_options);
  if (r == 0 && zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, peer->server_key, 41) < 0) r = -errno;
  if (r == 0) r = bus_monitor_open(dealer, &monitor);
  if (r == 0) r = bus_connect(socket, peer->endpoint);
  if (r < 0) {
    bus_monitor_close(monitor);
    zsock_destroy(&dealer);
    return r;
  }
  *ret = dealer;
  *ret_monitor = monitor;
  return 0;
}

int bus_send_frame(void *socket, const void *bytes, size_t length, int flags)
{
  return TEMP_FAILURE_RETRY(zmq_send(socket, length ? bytes : "", length, flags)) < 0 ? -errno : 0;
}

int bus_dealer_send(zsock_t *dealer, enum bus_kind kind, const void *a, size_t a_length, const void *b,
                    size_t b_length)
{
  void *socket = zsock_resolve(dealer);
  int r = bus_send_frame(socket, bus_kind_words[kind], BUS_KIND_SIZE, ZMQ_SNDMORE | ZMQ_DONTWAIT);
  if (r == 0) r = bus_send_frame(socket, a, a_length, ZMQ_SNDMORE | ZMQ_DONTWAIT);
  if (r == 0) r = bus_send_frame(socket, b, b_length, ZMQ_DONTWAIT);
  return r;
}

static int receive_frame(void *socket, zmq_msg_t *frame)
{
  zmq_msg_init(frame);
  if (TEMP_FAILURE_RETRY(zmq_msg_recv(frame, socket, ZMQ_DONTWAIT)) >= 0) return 0;
  int r = -errno;
  zmq_msg_close(frame);
  return r;
}

int bus_receive_frames(void *socket, zmq_msg_t *frames, int max)
{
  for (int n = 0;;) {
    zmq_msg_t spare, *frame = n < max ? &frames[n] : &spare;
    int r = receive_frame(socket, frame);
    if (r == -EAGAIN && n == 0) return 0;
    if (r < 0) { // the rest of a message is always there: only a closing context comes here
      for (int i = 0; i < n && i < max; i++)
        zmq_msg_close(&frames[i]);
      return r;
    }
    bool more = zmq_msg_more(frame);
    if (n >= max) zmq_msg_close(&spare);
    if (n < INT_MAX) n++;
    if (!more) return n;
  }
}

int bus_dealer_receive(zsock_t *dealer, struct bus_answer *ret)
{
  enum { FRAMES = 3 };
  zmq_msg_t frames[FRAMES];
  for (;;) {
    int n = bus_receive_frames(zsock_resolve(dealer), frames, FRAMES);
    if (n <= 0) return 0;
    int kind = bus_kind_of(zmq_msg_data(&frames[0]), zmq_msg_size(&frames[0]));
    if (n == FRAMES && kind >= 0) {
      ret->kind = (enum bus_kind)kind;
      ret->a = zframe_new(zmq_msg_data(&frames[1]), zmq_msg_size(&frames[1]));
      ret->b = zframe_new(zmq_msg_data(&frames[2]), zmq_msg_size(&frames[2]));
    }
    for (int i = 0; i < n && i < FRAMES; i++)
      zmq_msg_close(&frames[i]);
    if (n == FRAMES && kind >= 0) return 1;
  }
}

void bus_answer_clear(struct bus_answer *answer)
{
  zframe_destroy(&answer->a);
  zframe_destroy(&answer->b);
}
