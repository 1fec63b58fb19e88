#include "common/bus/bus_monitor.h"
#include "common/bus/bus_socket.h"
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EVENTS                                                                                               \
  (ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |                \
   ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL)

struct bus_monitor {
  void *watched; // the socket
  zsock_t *pair;
};

// It binds the endpoint, which a signal may interrupt as any bind.
static int watch(void *socket, const char *endpoint)
{
  return TEMP_FAILURE_RETRY(zmq_socket_monitor(socket, endpoint, EVENTS)) < 0 ? -errno : 0;
}

int bus_monitor_open(zsock_t *socket, struct bus_monitor **ret)
{
  static _Atomic unsigned serial;
  struct bus_monitor *monitor = calloc(1, sizeof(*monitor));
  if (!monitor) return -ENOMEM;
  char endpoint[64];
  snprintf(endpoint, sizeof(endpoint), "inproc://bus-monitor-%u", atomic_fetch_add(&serial, 1));
  monitor->watched = zsock_resolve(socket);
  monitor->pair = zsock_new(ZMQ_PAIR);
  if (monitor->pair) zsock_set_rcvhwm(monitor->pair, 0);
  int r = monitor->pair ? watch(monitor->watched, endpoint) : -EMFILE;
  if (r == 0) r = bus_connect(zsock_resolve(monitor->pair), endpoint);
  if (r < 0) {
    bus_monitor_close(monitor);
    return r;
  }
  *ret = monitor;
  return 0;
}

struct bus_monitor *bus_monitor_close(struct bus_monitor *monitor)
{
  if (!monitor) return NULL;
  zmq_socket_monitor(monitor->watched, NULL, 0);
  zsock_destroy(&monitor->pair);
  free(monitor);
  return NULL;
}

enum bus_connection bus_monitor_next(struct bus_monitor *monitor)
{
  for (;;) {
    zmq_msg_t frames[2];
    int n = bus_receive_frames(zsock_resolve(monitor->pair), frames, 2);
    if (n <= 0) return BUS_CONNECTION_NONE;
    uint16_t event = 0;
    if (zmq_msg_size(&frames[0]) >= sizeof(event)) memcpy(&event, zmq_msg_data(&frames[0]), sizeof(event));
    for (int i = 0; i < n && i < 2; i++)
      zmq_msg_close(&frames[i]);
    if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) return BUS_CONNECTION_UP;
    if (event == ZMQ_EVENT_DISCONNECTED) return BUS_CONNECTION_DOWN;
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) return BUS_CONNECTION_DENIED;
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) return BUS_CONNECTION_FAILED;
    if (event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL) return BUS_CONNECTION_LEFT;
  }
}

void *bus_monitor_socket(struct bus_monitor *monitor)
{
  return zsock_resolve(monitor->pair);
}
