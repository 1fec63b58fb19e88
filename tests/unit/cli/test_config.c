// The client's configuration, key files, small files, and the probe that says why nobody answers.
#include "services/cli/config.h"
#include "services/cli/faults.h"
#include "services/cli/file.h"
#include "services/cli/keygen.h"
#include "services/cli/ops.h"
#include "services/cli/probe.h"
#include "tests/unit/cli/clilib.h"
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

static struct config *read_text(const char *text, const char **ret_faults)
{
  const char *path = test_path(test_dir(), "client.yaml");
  struct faults *faults = ARENA_NEW(cli->arena, struct faults);
  test_write_file(path, text, strlen(text));
  faults_init(faults, path, cli->arena);
  struct config *config = config_read(path, faults);
  faults->file = "f";
  clilib_catch();
  faults_print(faults, stdout);
  *ret_faults = arena_strdup(cli->arena, clilib_caught(NULL));
  return config;
}

#define DAEMON "  - {area: registry, endpoint: \"ipc:///run/j/registry\", server_key: keys/registryd.pub}\n"

static void test_read(void **state)
{
  (void)state;
  const char *faults;
  const struct config *config =
      read_text("keys_dir: keys\nprincipal: clerk\nlang: zh\ndaemons:\n" DAEMON
                "  - {area: dispatch, endpoint: ipc://run/d, server_key: /abs/d.pub}\n"
                "  - {area: notify, endpoint: \"tcp://127.0.0.1:5583\", server_key: n.pub}\n",
                &faults);
  if (!config) fail_msg("%s", faults);
  char *dir = arena_strdup(cli->arena, cli->arena ? test_path(test_dir(), "") : "");
  (void)dir;
  assert_string_equal(strrchr(config->keys_dir, '/'), "/keys");
  assert_int_equal(config->keys_dir[0], '/');
  assert_string_equal(config->principal, "clerk");
  assert_string_equal(config->lang, "zh");
  assert_int_equal(config->daemons_count, 3);
  assert_string_equal(config_daemon(config, "registry")->endpoint, "ipc:///run/j/registry");
  assert_int_equal(strncmp(config_daemon(config, "dispatch")->endpoint, "ipc:///", 7), 0); // beside the file
  assert_string_equal(config_daemon(config, "dispatch")->server_key, "/abs/d.pub");
  assert_string_equal(config_daemon(config, "notify")->endpoint, "tcp://127.0.0.1:5583");
  assert_null(config_daemon(config, "gateway"));
}

static void test_refused(void **state)
{
  (void)state;
  static const struct {
    const char *text, *faults;
  } cases[] = {
      {"keys_dir: keys\n", "f:1:1: key daemons is missing\n"},
      {"keys_dir: keys\nprincpal: x\ndaemons:\n" DAEMON,
       "f:2:1: unknown key princpal\n  -> did you mean principal?\n"},
      {"keys_dir: keys\nkeys_dir: keys\ndaemons:\n" DAEMON,
       "f:2:1: key keys_dir stands here twice\n  -> it was given before on line 1\n"},
      {"keys_dir: keys\nlang: fr\ndaemons:\n" DAEMON, "f:2:7: lang: zh or en, not fr\n"},
      {"keys_dir: keys\ndaemons:\n  - {area: registri, endpoint: \"ipc:///x\", server_key: x}\n",
       "f:3:12: area: registry, dispatch or notify, not registri\n"},
      {"keys_dir: keys\ndaemons:\n" DAEMON DAEMON, "f:4:12: area registry is listed twice\n"},
      {"keys_dir: keys\ndaemons:\n  - {area: registry, endpoint: \"http://x\", server_key: x}\n",
       "f:3:32: endpoint: ipc:///path or tcp://host:port, not http://x\n"},
      {"keys_dir: keys\ndaemons: []\n", "f:2:10: daemons: the list is empty: leave the key out\n"},
      {"keys_dir:\ndaemons:\n" DAEMON,
       "f:1:10: the value is missing\n  -> leave the key out: that is the only way to say \"not given\"\n"},
      {"keys_dir: [a]\ndaemons:\n" DAEMON, "f:1:11: keys_dir: a single value is expected\n"},
      {"", "f:1:1: the file is empty\n"},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *faults;
    if (read_text(cases[i].text, &faults)) fail_msg("taken: %s", cases[i].text);
    assert_string_equal(faults, cases[i].faults);
  }
}

static void test_none(void **state)
{
  (void)state;
  const char *err;
  unsetenv("JIEDUI_CONFIG");
  clilib_catch();
  assert_null(config_get(cli));
  clilib_caught(&err);
  assert_string_equal(
      err, "jiedui: no configuration\n  -> name one with --config FILE or in the environment variable "
           "JIEDUI_CONFIG\n");
  setenv("JIEDUI_CONFIG", "/nowhere/client.yaml", 1);
  clilib_catch();
  assert_null(config_get(cli));
  clilib_caught(&err);
  assert_string_equal(err, "/nowhere/client.yaml:1:1: No such file or directory\n");
}

static void test_keygen(void **state)
{
  (void)state;
  char line[512];
  const char *err, *out, *dir = test_path(test_dir(), "keys");
  struct stat status;
  snprintf(line, sizeof line, "jiedui keygen --out %s clerk registryd", dir);
  assert_int_equal(clilib_parse(cli, line), CLI_OK);
  clilib_catch();
  assert_int_equal(cli->verb->run(cli), CLI_OK);
  out = clilib_caught(NULL);
  assert_int_equal(strncmp(out, "clerk ", 6), 0);
  assert_int_equal(strcspn(out + 6, "\n"), 40);
  assert_int_equal(stat(test_path(dir, "clerk.key"), &status), 0);
  assert_int_equal(status.st_mode & 0777, 0600);
  assert_int_equal(stat(test_path(dir, "clerk.pub"), &status), 0);
  assert_int_equal(status.st_mode & 0777, 0644);
  char *text = test_read_file(test_path(dir, "clerk.pub"), NULL);
  assert_null(strstr(text, "secret"));
  free(text);
  clilib_catch();
  assert_int_equal(cli->verb->run(cli), CLI_CONFLICT);
  clilib_caught(&err);
  assert_non_null(strstr(err, "clerk.key exists already\n  -> a key is never overwritten"));
  snprintf(line, sizeof line, "jiedui keygen --out %s ../evil", dir);
  assert_int_equal(clilib_parse(cli, line), CLI_OK);
  clilib_catch();
  assert_int_equal(cli->verb->run(cli), CLI_USAGE);
  clilib_caught(&err);
  assert_non_null(strstr(err, "../evil cannot be the name of a key"));
}

// A secret that others may read is refused; a missing one says how to make it.
static void test_own_key(void **state)
{
  (void)state;
  const char *err, *faults, *dir = test_dir();
  char line[512];
  snprintf(line, sizeof line, "jiedui keygen -q --out %s clerk", dir);
  assert_int_equal(clilib_parse(cli, line), CLI_OK);
  clilib_catch();
  cli->verb->run(cli);
  clilib_caught(NULL);
  cli->config = read_text("keys_dir: .\ndaemons:\n" DAEMON, &faults);
  cli->config->keys_dir = (char *)dir;
  clilib_catch();
  assert_null(keygen_own(cli));
  clilib_caught(&err);
  assert_non_null(strstr(err, "who acts? no principal is named"));
  cli->as = "clerk";
  zcert_t *cert = keygen_own(cli);
  assert_non_null(cert);
  zcert_destroy(&cert);
  assert_int_equal(chmod(test_path(dir, "clerk.key"), 0644), 0);
  clilib_catch();
  assert_null(keygen_own(cli));
  clilib_caught(&err);
  assert_non_null(strstr(err, "clerk.key can be read by others\n  -> chmod 600 "));
  cli->as = "nobody";
  clilib_catch();
  assert_null(keygen_own(cli));
  clilib_caught(&err);
  assert_non_null(strstr(err, "No such file or directory\n  -> jiedui keygen --out "));
  clilib_catch();
  assert_null(keygen_public(cli, test_path(dir, "client.yaml")));
  clilib_caught(&err);
  assert_non_null(strstr(err, "no public key can be read from it"));
}

static void test_files(void **state)
{
  (void)state;
  size_t length = 0;
  int error = 0;
  const char *path = test_path(test_dir(), "x");
  test_write_file(path, "abc", 3);
  assert_string_equal(file_read(path, 3, cli->arena, &length, &error), "abc");
  assert_int_equal(length, 3);
  assert_null(file_read(path, 2, cli->arena, &length, &error));
  assert_int_equal(error, -EFBIG);
  assert_null(file_read("/nowhere/x", 2, cli->arena, &length, &error));
  assert_int_equal(error, -ENOENT);
  assert_string_equal(file_beside(cli->arena, "/etc/jiedui/client.yaml", "keys"), "/etc/jiedui/keys");
  assert_string_equal(file_beside(cli->arena, "/etc/jiedui/client.yaml", "/keys"), "/keys");
  assert_string_equal(file_beside(cli->arena, "client.yaml", "keys"), "keys");
}

static void test_moment(void **state)
{
  (void)state;
  static const struct {
    const char *text;
    uint64_t us; // 0 = refused
  } cases[] = {{"2016-09-01", 1472688000000000},
               {"2016-09-01T09:30", 1472693400000000},
               {"2016-09-01 00:00", 1472659200000000},
               {"2016-09-01T24:00", 0},
               {"2016-09-01T09:60", 0},
               {"2016-09-01T9", 0},
               {"2016-09-01T09:30:00", 0},
               {"2016-02-30", 0},
               {"2016-09", 0},
               {"", 0},
               {"2016-09-01X09:30", 0}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint64_t us = 0;
    if (ops_moment(cases[i].text, &us) != (cases[i].us != 0) || us != cases[i].us)
      fail_msg("%s: %llu", cases[i].text, (unsigned long long)us);
  }
}

// ---- the probe ----

static void test_listens(void **state)
{
  (void)state;
  char endpoint[256];
  const char *path = test_path(test_dir(), "sock");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(endpoint, sizeof endpoint, "ipc://%s", path);
  assert_false(probe_listens(endpoint, 500));
  memcpy(address.sun_path, path, strlen(path) + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  assert_false(probe_listens(endpoint, 500)); // a left-over socket file
  assert_int_equal(listen(fd, 1), 0);
  assert_true(probe_listens(endpoint, 500));
  close(fd);

  struct sockaddr_in inet = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof inet;
  fd = socket(AF_INET, SOCK_STREAM, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&inet, sizeof inet), 0);
  assert_int_equal(getsockname(fd, (struct sockaddr *)&inet, &size), 0);
  snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%d", ntohs(inet.sin_port));
  assert_false(probe_listens(endpoint, 500));
  assert_int_equal(listen(fd, 1), 0);
  assert_true(probe_listens(endpoint, 500));
  close(fd);
  assert_false(probe_listens("tcp://no-port", 500));
}

// A server that speaks CURVE: the right key is merely slow, a wrong server key is no daemon of ours.
static void test_handshake(void **state)
{
  (void)state;
  zsys_init();
  zsys_handler_set(NULL);
  zcert_t *server = zcert_new(), *client = zcert_new(), *other = zcert_new();
  zsock_t *router = zsock_new(ZMQ_ROUTER);
  char endpoint[256];
  snprintf(endpoint, sizeof endpoint, "ipc://%s", test_path(test_dir(), "curve"));
  assert_int_equal(probe_endpoint(endpoint, zcert_public_txt(server), client, 300), PROBE_NOBODY);
  zcert_apply(server, router);
  zsock_set_curve_server(router, 1);
  assert_int_equal(zsock_bind(router, "%s", endpoint), 0);
  assert_int_equal(probe_endpoint(endpoint, zcert_public_txt(server), client, 3000), PROBE_SLOW);
  assert_int_equal(probe_endpoint(endpoint, zcert_public_txt(other), client, 3000), PROBE_NOT_JIEDUI);
  assert_int_equal(probe_endpoint(endpoint, zcert_public_txt(server), client, 3000), PROBE_SLOW); // and again
  zsock_destroy(&router);
  // somebody who listens and never speaks
  const char *path = test_path(test_dir(), "mute");
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  memcpy(address.sun_path, path, strlen(path) + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(fd, 8), 0);
  snprintf(endpoint, sizeof endpoint, "ipc://%s", path);
  assert_int_equal(probe_endpoint(endpoint, zcert_public_txt(server), client, 300), PROBE_SLOW);
  close(fd);
  zcert_destroy(&server);
  zcert_destroy(&client);
  zcert_destroy(&other);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_read, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_refused, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_none, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_keygen, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_own_key, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_files, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_moment, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_listens, clilib_setup, clilib_teardown),
      cmocka_unit_test_setup_teardown(test_handshake, clilib_setup, clilib_teardown)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
