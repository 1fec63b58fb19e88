#include "tests/crash/store/child.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct child child_start(child_work *work, const void *context)
{
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  fflush(stdout);
  pid_t pid = fork();
  assert_true(pid >= 0);
  if (pid == 0) {
    close(ends[0]);
    work(context, ends[1]);
    _exit(9);
  }
  close(ends[1]);
  return (struct child){pid, ends[0]};
}

void child_say(int fd, const void *record, size_t size)
{
  // At most PIPE_BUF bytes: whole or not at all, also when the kill comes now.
  child_must(size <= 4096 && write(fd, record, size) == (ssize_t)size);
}

void child_check(bool condition, const char *text, const char *file, int line)
{
  if (condition) return;
  dprintf(STDERR_FILENO, "child: %s:%d: %s\n", file, line, text);
  _exit(3);
}

bool child_hear(struct child *child, void *record, size_t size)
{
  size_t have = 0;
  while (have < size) {
    if (!test_wait_readable(child->fd, 60000)) fail_msg("the child says nothing");
    ssize_t n = read(child->fd, (char *)record + have, size - have);
    if (n < 0 && errno == EINTR) continue;
    assert_true(n >= 0);
    if (n == 0) break;
    have += (size_t)n;
  }
  assert_true(have == 0 || have == size);
  return have == size;
}

void child_kill(struct child *child, uint64_t *random)
{
  volatile uint64_t work = 0;
  for (uint64_t n = test_random(random) >> (44 + test_random_below(random, 20)); n > 0; n--)
    work = work + n;
  assert_int_equal(kill(child->pid, SIGKILL), 0);
  int status = test_wait_child(child->pid);
  child->pid = 0;
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
    fail_msg("the child ended by itself: status %x", status);
}

void child_close(struct child *child)
{
  close(child->fd);
  child->fd = -1;
}
