// What happens to a socket's connections, without blocking and without a thread. Internal to bus.
// The receiving side has no high-water mark: libzmq's I/O thread would otherwise block on a full monitor. The
// owner drains it in every turn.
#pragma once
#include "common/bus/bus.h"

struct bus_monitor;
enum bus_connection { BUS_CONNECTION_NONE, BUS_CONNECTION_UP, BUS_CONNECTION_DOWN, BUS_CONNECTION_REFUSED };

int bus_monitor_open(zsock_t *socket, struct bus_monitor **ret);
struct bus_monitor *bus_monitor_close(struct bus_monitor *monitor); // before its socket
// The next event. UP: handshake done. DOWN: an established connection ended. REFUSED: a handshake failed.
enum bus_connection bus_monitor_next(struct bus_monitor *monitor);
