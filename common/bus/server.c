#include "common/bus/server.h"
#include "common/base/check.h"
#include "common/base/cleanup.h"
#include "common/base/clock.h"
#include "common/bus/bus_frames.h"
#include "common/bus/bus_monitor.h"
#include "common/bus/bus_socket.h"
#include "common/bus/server_endpoint.h"
#include "common/obs/log.h"
#include "common/obs/metric.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// A draft option in the headers of libzmq 4.3.4, yet compiled in (bus-and-store Z3); read back below.
#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93
#endif

// Space for the CURVE envelope and a little more, so that a body somewhat too long is answered with its size
// and only one far too long ends the connection.
#define WIRE_MAX (BUS_BODY_MAX + 16 * 1024)

struct bus_server {
  zsock_t *router;
  void *socket;
  struct bus_monitor *monitor;
  pthread_t owner;
  char *endpoint;
  int64_t logged_us;
  uint64_t unlogged;
  unsigned received;
};

static const struct bus_option router_options[] = {{ZMQ_ROUTER_MANDATORY, 1, false},
                                                   {ZMQ_CURVE_SERVER, 1, false},
                                                   {ZMQ_MAXMSGSIZE, WIRE_MAX, true},
                                                   {ZMQ_RCVHWM, 100, false},
                                                   {ZMQ_SNDHWM, 1000, false},
                                                   {ZMQ_LINGER, 1000, false},
                                                   {ZMQ_HANDSHAKE_IVL, 5000, false},
                                                   {ZMQ_HEARTBEAT_IVL, 10000, false},
                                                   {ZMQ_HEARTBEAT_TIMEOUT, 30000, false},
                                                   {ZMQ_HEARTBEAT_TTL, 30000, false},
                                                   {ZMQ_TCP_KEEPALIVE, 1, false},
                                                   {ZMQ_TCP_KEEPALIVE_IDLE, 60, false},
                                                   {ZMQ_TCP_KEEPALIVE_INTVL, 15, false},
                                                   {ZMQ_TCP_KEEPALIVE_CNT, 4, false},
                                                   {ZMQ_BACKLOG, 512, false},
                                                   {ZMQ_ZAP_ENFORCE_DOMAIN, 1, false},
                                                   {0}};

// Without an enforced domain a missing ZAP handler means that every key is accepted (bus-and-store Z2).
static int enforce_domain(void *socket, const char **why)
{
  char domain[32] = "";
  size_t length = sizeof(domain);
  int enforced = 0, server = 0;
  size_t size = sizeof(enforced);
  if (zmq_setsockopt(socket, ZMQ_ZAP_DOMAIN, BUS_DOMAIN, strlen(BUS_DOMAIN)) == 0 &&
      zmq_getsockopt(socket, ZMQ_ZAP_DOMAIN, domain, &length) == 0 && strcmp(domain, BUS_DOMAIN) == 0 &&
      zmq_getsockopt(socket, ZMQ_ZAP_ENFORCE_DOMAIN, &enforced, &size) == 0 && enforced == 1 &&
      zmq_getsockopt(socket, ZMQ_CURVE_SERVER, &server, &size) == 0 && server == 1)
    return 0;
  *why = "this libzmq does not enforce the ZAP domain: keys would not be checked";
  return -ENOTSUP;
}

static int set_up(struct bus_server *server, const struct bus_server_options *options, const char **why)
{
  bus_context();
  server->router = zsock_new(ZMQ_ROUTER);
  if (!server->router) {
    *why = "no socket could be made";
    return -EMFILE;
  }
  server->socket = zsock_resolve(server->router);
  zcert_apply(options->cert, server->router);
  int r = bus_socket_options(server->socket, router_options);
  if (r == 0) r = enforce_domain(server->socket, why);
  if (r == 0) r = bus_monitor_open(server->router, &server->monitor);
  if (r == 0) r = server_endpoint_bind(server->socket, options->endpoints, why);
  if (r < 0) return r;
  server->endpoint = zsock_last_endpoint(server->router);
  return server->endpoint ? 0 : -ENOMEM;
}

DEFINE_CLEANUP(struct bus_server, bus_server_close);

int bus_server_open(const struct bus_server_options *options, struct bus_server **ret, const char **why)
{
  *why = "the socket options were refused";
  _cleanup_(bus_server_closep) struct bus_server *server = calloc(1, sizeof(*server));
  if (!server) return -ENOMEM;
  server->owner = pthread_self();
  int r = set_up(server, options, why);
  if (r < 0) return r;
  log_event(LOG_bound, F_TEXT("endpoint", server->endpoint));
  *ret = TAKE(server);
  return 0;
}

struct bus_server *bus_server_close(struct bus_server *server)
{
  if (!server) return NULL;
  server->monitor = bus_monitor_close(server->monitor);
  zsock_destroy(&server->router);
  freen(server->endpoint);
  free(server);
  return NULL;
}

void *bus_server_socket(struct bus_server *server)
{
  return server->socket;
}

int bus_server_fd(struct bus_server *server)
{
  int fd = -1;
  size_t size = sizeof(fd);
  CHECK(zmq_getsockopt(server->socket, ZMQ_FD, &fd, &size) == 0);
  return fd;
}

char *bus_server_endpoint(struct bus_server *server)
{
  return server->endpoint;
}

// Somebody without CURVE or with the wrong server key may try for ever: one record a second.
static void drain_monitor(struct bus_server *server)
{
  enum bus_connection event;
  while ((event = bus_monitor_next(server->monitor)) != BUS_CONNECTION_NONE) {
    if (event != BUS_CONNECTION_FAILED && event != BUS_CONNECTION_LEFT)
      continue; // keys: told by zap.c, by name
    metric_add(METRIC_handshake_failed, NULL, 1);
    if (event == BUS_CONNECTION_LEFT) continue; // as every `jiedui` does first: nothing to warn of
    int64_t now = clock_monotonic_us();
    if (server->logged_us && now - server->logged_us < 1000000) {
      server->unlogged++;
      continue;
    }
    log_event(LOG_handshake_failed, F_TEXT("endpoint", server->endpoint),
              F_NUMBER("unlogged", server->unlogged));
    server->logged_us = now;
    server->unlogged = 0;
  }
}

// The identity frame loses its metadata after a poll (bus-and-store Z1): the principal is that of a later
// frame.
static void read_principal(zmq_msg_t *frame, char principal[128])
{
  const char *name = zmq_msg_gets(frame, "User-Id");
  if (name && strlen(name) < 128) memcpy(principal, name, strlen(name) + 1);
}

enum bus_fault bus_server_receive(struct bus_server *server, struct bus_message *message)
{
  CHECK(pthread_equal(server->owner, pthread_self()));
  zmq_msg_t frames[BUS_FRAMES_MAX];
  *message = (struct bus_message){.kind = BUS_KINDS};
  int n = bus_receive_frames(server->socket, frames, BUS_FRAMES_MAX);
  if (n <= 0 || ++server->received % 256 == 0) drain_monitor(server); // also under a flood that never ends
  if (n <= 0) return BUS_NOTHING;
  enum bus_fault fault = bus_frames_split(frames, n, message);
  if (n > 1) read_principal(&frames[1], message->principal);
  if (!message->principal[0]) fault = BUS_PRINCIPAL;
  for (int i = 0; i < n && i < BUS_FRAMES_MAX; i++)
    zmq_msg_close(&frames[i]);
  return fault;
}

void bus_message_clear(struct bus_message *message)
{
  zmsg_destroy(&message->address);
  zframe_destroy(&message->a);
  zframe_destroy(&message->b);
  message->principal[0] = 0;
}

// MANDATORY tells at the first frame whether the peer is there and has room; the rest follows it.
static int send_address(struct bus_server *server, zmsg_t *address)
{
  int r = 0;
  for (zframe_t *frame = zmsg_first(address); frame && r == 0; frame = zmsg_next(address))
    r = bus_send_frame(server->socket, zframe_data(frame), zframe_size(frame), ZMQ_SNDMORE | ZMQ_DONTWAIT);
  return r;
}

void bus_server_send(struct bus_server *server, zmsg_t **address, enum bus_kind kind, struct bus_bytes a,
                     struct bus_bytes b)
{
  CHECK(pthread_equal(server->owner, pthread_self()));
  int r = send_address(server, *address);
  if (r == 0)
    r = bus_send_frame(server->socket, bus_kind_words[kind], BUS_KIND_SIZE, ZMQ_SNDMORE | ZMQ_DONTWAIT);
  if (r == 0) r = bus_send_frame(server->socket, a.data, a.length, ZMQ_SNDMORE | ZMQ_DONTWAIT);
  if (r == 0) r = bus_send_frame(server->socket, b.data, b.length, ZMQ_DONTWAIT);
  if (r < 0) {
    metric_add(METRIC_reply_drops, NULL, 1);
    log_event(LOG_reply_dropped, F_NUMBER("code", -r));
  }
  zmsg_destroy(address);
}
