#include "common/bus/server_endpoint.h"
#include "common/base/cleanup.h"
#include "common/bus/bus_socket.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

// Makes the folders above a path, 0700 each; those that exist are left as they are.
static int make_folders(const char *path)
{
  char folder[sizeof(((struct sockaddr_un *)0)->sun_path)];
  for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    memcpy(folder, path, (size_t)(slash - path));
    folder[slash - path] = 0;
    if (mkdir(folder, 0700) < 0 && errno != EEXIST) return -errno;
  }
  return 0;
}

// Whether a process listens on this path: libzmq removes what it finds and would take the endpoint over.
static bool in_use(const struct sockaddr_un *address)
{
  _cleanup_close_ int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return false;
  return connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 || errno == EAGAIN;
}

static int prepare_ipc(const char *path, const char **why)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (path[0] == '@' || path[0] == '*') return 0; // abstract, or a name of libzmq's choice
  if (strlen(path) >= sizeof(address.sun_path)) {
    *why = "the path of an ipc endpoint has at most 107 bytes";
    return -ENAMETOOLONG;
  }
  memcpy(address.sun_path, path, strlen(path));
  int r = make_folders(path);
  if (r < 0) {
    *why = "the folder of the ipc endpoint cannot be made";
    return r;
  }
  if (!in_use(&address)) return 0;
  *why = "another process listens on this ipc endpoint";
  return -EADDRINUSE;
}

static int bind_one(void *socket, const char *endpoint, const char **why)
{
  int r = strncmp(endpoint, "ipc://", 6) == 0 ? prepare_ipc(endpoint + 6, why) : 0;
  if (r < 0) return r;
  r = bus_bind(socket, endpoint);
  if (r < 0) *why = zmq_strerror(-r);
  return r;
}

int server_endpoint_bind(void *socket, const char *endpoints, const char **why)
{
  _cleanup_free_ char *list = strdup(endpoints);
  if (!list) return -ENOMEM;
  unsigned bound = 0;
  char *rest = NULL;
  mode_t before = umask(077);            // sockets are for the owner,
  if (!(before & 020)) (void)umask(007); // and for the group only where the unit's umask lets the group write
  int r = 0;
  for (char *one = strtok_r(list, " \t\n", &rest); one && r == 0;
       one = strtok_r(NULL, " \t\n", &rest), bound++)
    r = bind_one(socket, one, why);
  umask(before);
  if (r == 0 && bound == 0) {
    *why = "no endpoint is named";
    return -EINVAL;
  }
  return r;
}
