#include "services/cli/probe.h"
#include "common/base/cleanup.h"
#include "common/base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static int connect_ipc(const char *path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  size_t length = strlen(path);
  if (length >= sizeof address.sun_path) return -ENAMETOOLONG;
  memcpy(address.sun_path, path, length + 1);
  socklen_t size = sizeof address;
  if (path[0] == '@') { // abstract: the length counts
    address.sun_path[0] = '\0';
    size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
  }
  _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  return connect(fd, (const struct sockaddr *)&address, size) == 0 ? 0 : -errno;
}

static int connect_one(const struct addrinfo *address, unsigned wait_ms)
{
  _cleanup_close_ int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (connect(fd, address->ai_addr, address->ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return -errno;
  struct pollfd wait = {.fd = fd, .events = POLLOUT};
  if (poll(&wait, 1, (int)wait_ms) <= 0) return -ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return -error;
}

static int connect_tcp(const char *address, unsigned wait_ms)
{
  char host[256];
  const char *colon = strrchr(address, ':');
  if (!colon || (size_t)(colon - address) >= sizeof host) return -EINVAL;
  memcpy(host, address, (size_t)(colon - address));
  host[colon - address] = '\0';
  size_t length = strlen(host);
  bool bracketed = host[0] == '[' && length > 1 && host[length - 1] == ']';
  if (bracketed) host[length - 1] = '\0';
  struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
  if (getaddrinfo(host + bracketed, colon + 1, &hints, &found) != 0) return -EHOSTUNREACH;
  int error = -EHOSTUNREACH;
  for (const struct addrinfo *at = found; at && error; at = at->ai_next)
    error = connect_one(at, wait_ms);
  freeaddrinfo(found);
  return error;
}

bool probe_listens(const char *endpoint, unsigned wait_ms)
{
  if (strncmp(endpoint, "ipc://", 6) == 0) return connect_ipc(endpoint + 6) == 0;
  if (strncmp(endpoint, "tcp://", 6) == 0) return connect_tcp(endpoint + 6, wait_ms) == 0;
  return true; // another transport: let ZeroMQ find out
}

// The number of the next event of the monitor, 0 = none within the time.
static uint16_t next_event(void *monitor, int64_t until_us)
{
  int64_t left = (until_us - clock_monotonic_us()) / 1000;
  zmq_pollitem_t item = {.socket = monitor, .events = ZMQ_POLLIN};
  if (left <= 0 || zmq_poll(&item, 1, (long)left) <= 0) return 0;
  uint8_t event[6], address[512];
  if (zmq_recv(monitor, event, sizeof event, 0) < 2) return 0;
  zmq_recv(monitor, address, sizeof address, 0);
  uint16_t number;
  memcpy(&number, event, sizeof number);
  return number;
}

static enum probe watch(void *monitor, int64_t until_us)
{
  for (;;) {
    switch (next_event(monitor, until_us)) {
    case 0: // it listens and says nothing: busy or stopped
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
      return PROBE_SLOW;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
      return PROBE_KEY_REFUSED;
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
    case ZMQ_EVENT_DISCONNECTED:
      return PROBE_NOT_JIEDUI;
    default:
      break;
    }
  }
}

enum probe probe_endpoint(const char *endpoint, const char *server_key, zcert_t *own, unsigned wait_ms)
{
  if (!probe_listens(endpoint, wait_ms)) return PROBE_NOBODY;
  zsock_t *socket = zsock_new(ZMQ_DEALER), *monitor = zsock_new(ZMQ_PAIR);
  enum probe found = PROBE_SLOW;
  if (socket && monitor) {
    zsock_set_linger(socket, 0);
    zsock_set_curve_serverkey(socket, server_key);
    zcert_apply(own, socket);
    char address[64]; // a name of its own: that of an earlier probe may still be closing
    snprintf(address, sizeof address, "inproc://probe-%p", (void *)socket);
    zmq_socket_monitor(zsock_resolve(socket), address, ZMQ_EVENT_ALL);
    zsock_connect(monitor, "%s", address);
    if (zsock_connect(socket, "%s", endpoint) == 0)
      found = watch(zsock_resolve(monitor), clock_monotonic_us() + (int64_t)wait_ms * 1000);
    zmq_socket_monitor(zsock_resolve(socket), NULL, 0);
  }
  zsock_destroy(&monitor);
  zsock_destroy(&socket);
  return found;
}
