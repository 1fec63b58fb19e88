// What server, client and follower share: setting options, making a DEALER, one message out, one message in.
// Internal to bus. Every socket has CURVE; every call is DONTWAIT.
#pragma once
#include "common/bus/bus.h"
#include "common/bus/bus_monitor.h"

struct bus_option {
  int name;
  int64_t value;
  bool wide; // the option is an int64_t, else an int
};
// Ended by name 0. 0 or negative.
int bus_socket_options(void *socket, const struct bus_option *options);

// zmq_bind and zmq_connect first work off what other threads sent to the socket, and a signal may interrupt
// that: both are asked again then (they have done nothing yet). 0 or negative errno.
int bus_bind(void *socket, const char *endpoint);
int bus_connect(void *socket, const char *endpoint);

struct bus_peer_address {
  const char *endpoint;
  const char *server_key; // Z85
  zcert_t *cert;          // own
};
// The monitor is there before the connection, so that it misses nothing.
int bus_dealer_open(const struct bus_peer_address *peer, zsock_t **ret, struct bus_monitor **ret_monitor);

// 0, -EAGAIN (full or not connected for long), or negative. a and b may be empty.
int bus_dealer_send(zsock_t *dealer, enum bus_kind kind, const void *a, size_t a_length, const void *b,
                    size_t b_length);

struct bus_answer {
  enum bus_kind kind;
  zframe_t *a, *b; // owned
};
// 1 with *ret filled, 0 nothing there. Messages with other frames than kind, A, B are thrown away.
int bus_dealer_receive(zsock_t *dealer, struct bus_answer *ret);
void bus_answer_clear(struct bus_answer *answer);

// Receives the frames of one message into frames[0..max): returns how many it had (further ones are read and
// thrown away), 0 if there is none, negative errno. The caller closes the first min(result, max) frames.
int bus_receive_frames(void *socket, zmq_msg_t *frames, int max);
// Retries EINTR; flags as zmq_send. 0 or negative errno.
int bus_send_frame(void *socket, const void *bytes, size_t length, int flags);
