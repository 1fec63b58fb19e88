#include "services/cli/file.h"
#include "common/base/cleanup.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static ssize_t read_all(int fd, char *out, size_t max)
{
  size_t got = 0;
  while (got < max) {
    ssize_t n = read(fd, out + got, max - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return -errno;
    if (n == 0) break;
    got += (size_t)n;
  }
  return (ssize_t)got;
}

char *file_read(const char *path, size_t max, struct arena *arena, size_t *ret_length, int *ret_error)
{
  bool standard = strcmp(path, "-") == 0;
  _cleanup_close_ int fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    *ret_error = -errno;
    return NULL;
  }
  _cleanup_free_ char *bytes = malloc(max + 1);
  ssize_t length = bytes ? read_all(fd, bytes, max + 1) : -ENOMEM;
  if (length < 0 || (size_t)length > max) {
    *ret_error = length < 0 ? (int)length : -EFBIG;
    return NULL;
  }
  char *text = arena_alloc(arena, (size_t)length + 1);
  if (!text) {
    *ret_error = -ENOMEM;
    return NULL;
  }
  memcpy(text, bytes, (size_t)length);
  *ret_length = (size_t)length;
  return text;
}

char *file_beside(struct arena *arena, const char *base, const char *path)
{
  const char *slash = strrchr(base, '/');
  if (*path == '/' || !slash) return arena_strdup(arena, path);
  return arena_printf(arena, "%.*s/%s", (int)(slash - base), base, path);
}
