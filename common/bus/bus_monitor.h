// What happens to a socket's connections, without blocking and without a thread. Internal to bus.
// The receiving side has no high-water mark: libzmq's I/O thread would otherwise block on a full monitor. The
// owner drains it in every turn.
#pragma once
#include "common/bus/bus.h"

struct bus_monitor;
enum bus_connection {
  BUS_CONNECTION_NONE,
  BUS_CONNECTION_UP,     // handshake done
  BUS_CONNECTION_DOWN,   // a connection ended, established or not
  BUS_CONNECTION_DENIED, // the handshake came to the keys, and the client's is not listed
  BUS_CONNECTION_FAILED, // the handshake failed before
  BUS_CONNECTION_LEFT    // the peer hung up before there was one: it only looked whether somebody listens
};

int bus_monitor_open(zsock_t *socket, struct bus_monitor **ret);
struct bus_monitor *bus_monitor_close(struct bus_monitor *monitor); // before its socket
enum bus_connection bus_monitor_next(struct bus_monitor *monitor);  // the next event
void *bus_monitor_socket(struct bus_monitor *monitor);              // to poll
