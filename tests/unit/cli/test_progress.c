// The progress bar on a terminal of its own, and nothing where there is none.
#include "services/cli/progress.h"
#include "tests/unit/cli/clilib.h"
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Runs fn with this descriptor as standard error.
static void with_stderr(int fd, void (*fn)(void))
{
  fflush(stderr);
  int real = dup(STDERR_FILENO);
  dup2(fd, STDERR_FILENO);
  fn();
  fflush(stderr);
  dup2(real, STDERR_FILENO);
  close(real);
}

static void whole(void)
{
  struct progress progress = progress_start("importing", 40);
  progress_show(&progress, 0);
  progress_show(&progress, 40); // the end is always shown
  progress_end(&progress);
}

static void empty(void)
{
  struct progress progress = progress_start("importing", 0);
  progress_show(&progress, 0);
  progress_end(&progress);
}

// What was written to the terminal before now. It arrives in pieces: a mark written behind it ends it.
static size_t read_terminal(int master, int slave, char *text, size_t room)
{
  size_t length = 0;
  assert_int_equal(write(slave, "!", 1), 1);
  while (length == 0 || text[length - 1] != '!') {
    assert_true(test_wait_readable(master, 10000));
    ssize_t n = read(master, text + length, room - length);
    assert_true(n > 0);
    length += (size_t)n;
  }
  text[--length] = '\0';
  return length;
}

static void test_terminal(void **state)
{
  (void)state;
  int master, slave;
  char text[512];
  setenv("TERM", "xterm", 1);
  if (openpty(&master, &slave, NULL, NULL, NULL) != 0) skip(); // a container without /dev/pts
  with_stderr(slave, whole);
  read_terminal(master, slave, text, sizeof text);
  assert_string_equal(text, "\rimporting [..............................] 0/40"
                            "\rimporting [##############################] 40/40\r\033[K");
  with_stderr(slave, empty);
  assert_int_equal(read_terminal(master, slave, text, sizeof text), 0);
  setenv("TERM", "dumb", 1);
  with_stderr(slave, whole);
  assert_int_equal(read_terminal(master, slave, text, sizeof text), 0);
  close(master);
  close(slave);
}

static void test_pipe(void **state)
{
  (void)state;
  int ends[2];
  char text[64];
  setenv("TERM", "xterm", 1);
  assert_int_equal(pipe(ends), 0);
  with_stderr(ends[1], whole);
  close(ends[1]);
  assert_int_equal(read(ends[0], text, sizeof text), 0);
  close(ends[0]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_terminal), cmocka_unit_test(test_pipe)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
