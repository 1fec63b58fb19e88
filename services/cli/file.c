#include "services/cli/file.h"
#include "common/base/cleanup.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Reads to the end into a buffer that grows: pipes have no size to ask for. At most max + 1 bytes.
static ssize_t read_all(int fd, size_t max, char **ret)
{
  size_t got = 0, room = 0;
  for (;;) {
    if (got == room) {
      room = room ? room * 2 : 64 * 1024;
      if (room > max + 1) room = max + 1;
      char *bigger = got < room ? realloc(*ret, room) : NULL;
      if (!bigger) return got < room ? -ENOMEM : (ssize_t)got;
      *ret = bigger;
    }
    ssize_t n = read(fd, *ret + got, room - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -errno;
    if (n == 0) return (ssize_t)got;
    got += (size_t)n;
  }
}

char *file_read(const char *path, size_t max, struct arena *arena, size_t *ret_length, int *ret_error)
{
  bool standard = strcmp(path, "-") == 0;
  _cleanup_close_ int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    *ret_error = -errno;
    return NULL;
  }
  _cleanup_free_ char *bytes = NULL;
  ssize_t length = read_all(fd, max, &bytes);
  if (length < 0 || (size_t)length > max) {
    *ret_error = length < 0 ? (int)length : -EFBIG;
    return NULL;
  }
  char *text = arena_alloc(arena, (size_t)length + 1);
  if (!text) {
    *ret_error = -ENOMEM;
    return NULL;
  }
  if (length) memcpy(text, bytes, (size_t)length);
  *ret_length = (size_t)length;
  return text;
}

char *file_beside(struct arena *arena, const char *base, const char *path)
{
  const char *slash = strrchr(base, '/');
  if (*path == '/' || !slash) return arena_strdup(arena, path);
  return arena_printf(arena, "%.*s/%s", (int)(slash - base), base, path);
}
