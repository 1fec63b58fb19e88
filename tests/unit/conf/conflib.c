#include "tests/unit/conf/conflib.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *conflib_file(const char *directory, const char *name, const char *text, unsigned mode)
{
  const char *path = test_path(directory, name);
  test_write_file(path, text, strlen(text));
  if (chmod(path, mode) < 0) fail_msg("chmod %s", path);
  return path;
}

const char *conflib_daemon(const char *directory, const char *more)
{
  conflib_file(directory, "own.key", "secret", 0600);
  conflib_file(directory, "peer.pub", "public", 0644);
  conflib_file(directory, "people.yaml", "principals: []\n", 0644);
  char *text = NULL;
  if (asprintf(&text,
               "area: registry\n"
               "endpoint: \"ipc://run/registry.sock  tcp://127.0.0.1:5581\"\n"
               "key_file: own.key\n"
               "principals_file: people.yaml\n"
               "state_dir: state\n"
               "%s",
               more) < 0)
    fail_msg("out of memory");
  const char *path = conflib_file(directory, "c.yaml", text, 0644);
  free(text);
  return path;
}

const char *conflib_local(const char *error, const char *directory)
{
  if (!error || strncmp(error, directory, strlen(directory)) != 0 || error[strlen(directory)] != '/')
    fail_msg("'%s' does not begin with %s/", error ? error : "(none)", directory);
  return error + strlen(directory) + 1;
}
