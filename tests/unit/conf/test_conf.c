// The configuration of a daemon: defaults, paths, every refusal with its place and its remedy, printing that
// loads again.
#include "common/conf/conf.h"
#include "tests/unit/conf/conflib.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct conf *load(const char *file, const char *area)
{
  struct conf *conf = NULL;
  char *error = NULL;
  if (conf_load(file, area, &conf, &error) < 0) fail_msg("refused: %s", error ? error : "");
  return conf;
}

static void test_defaults(void **state)
{
  (void)state;
  const char *directory = test_dir();
  struct conf *conf = load(conflib_daemon(directory, ""), "registry");
  char ipc[512];
  snprintf(ipc, sizeof(ipc), "ipc://%s/run/registry.sock tcp://127.0.0.1:5581", directory);
  assert_string_equal(conf->endpoint, ipc);
  assert_string_equal(conf->key_file, test_path(directory, "own.key"));
  assert_string_equal(conf->principals_file, test_path(directory, "people.yaml"));
  assert_string_equal(conf->state_dir, test_path(directory, "state"));
  assert_string_equal(conf->log_level, "info");
  assert_string_equal(conf->chain, "sha256");
  assert_int_equal(conf->map_size_mib, 65536);
  assert_int_equal(conf->floor_mib, 1024);
  assert_int_equal(conf->floor_percent, 5);
  assert_int_equal(conf->batch_max, 512);
  assert_int_equal(conf->idem_days, 400);
  assert_int_equal(conf->tick_seconds, 30);
  assert_true(conf->linger);
  assert_false(conf->simulated_clock);
  assert_null(conf->clock_start);
  assert_int_equal(conf->n_peers, 0);
  assert_int_equal(conf->n_secrets, 0);
  conf_free(conf);
}

#define EVERYTHING                                                                                           \
  "log_level: debug\nchain: sm3\nmap_size_mib: 64\nfloor_mib: 1\nfloor_percent: 101\n"                       \
  "clock: {mode: simulated, start: \"2016-08-17\"}\nbatch_max: 8\nlinger: false\nidem_days: 7\n"             \
  "tick_seconds: 1\npeers:\n- {area: dispatch, endpoint: \"ipc://run/d.sock\", server_key: peer.pub}\n"      \
  "- area: notify\n  endpoint: tcp://127.0.0.1:5583\n  server_key: peer.pub\n"

static void assert_everything(const struct conf *conf, const char *directory)
{
  assert_string_equal(conf->log_level, "debug");
  assert_string_equal(conf->chain, "sm3");
  assert_int_equal(conf->map_size_mib, 64);
  assert_int_equal(conf->floor_mib, 1);
  assert_int_equal(conf->floor_percent, 101);
  assert_true(conf->simulated_clock);
  assert_string_equal(conf->clock_start, "2016-08-17");
  assert_int_equal(conf->batch_max, 8);
  assert_false(conf->linger);
  assert_int_equal(conf->idem_days, 7);
  assert_int_equal(conf->tick_seconds, 1);
  assert_int_equal(conf->n_peers, 2);
  assert_string_equal(conf->peers[0].area, "dispatch");
  assert_string_equal(conf->peers[0].server_key, test_path(directory, "peer.pub"));
  assert_string_equal(conf->peers[1].endpoint, "tcp://127.0.0.1:5583");
}

static void test_everything_and_printing(void **state)
{
  (void)state;
  const char *directory = test_dir();
  struct conf *conf = load(conflib_daemon(directory, EVERYTHING), "registry");
  assert_everything(conf, directory);
  char *printed = conf_print(conf);
  assert_non_null(printed);
  assert_non_null(strstr(printed, "start: 2016-08-17"));
  const char *elsewhere = conflib_file(test_dir(), "printed.yaml", printed, 0644); // its paths are absolute
  struct conf *again = load(elsewhere, "registry");
  assert_everything(again, directory);
  char *twice = conf_print(again);
  assert_string_equal(printed, twice);
  free(printed);
  free(twice);
  conf_free(conf);
  conf_free(again);
}

static void test_defaults_print_and_load(void **state)
{
  (void)state;
  struct conf *conf = load(conflib_daemon(test_dir(), ""), NULL);
  char *printed = conf_print(conf);
  struct conf *again = load(conflib_file(test_dir(), "printed.yaml", printed, 0644), "registry");
  assert_true(again->linger);
  assert_null(again->clock_start);
  free(printed);
  conf_free(conf);
  conf_free(again);
}

static void test_webhook(void **state)
{
  (void)state;
  const char *directory = test_dir();
  conflib_daemon(directory, "");
  conflib_file(directory, "hook.secret", "whsec_x", 0600);
  const char *file = conflib_file(directory, "n.yaml",
                                  "area: notify\nendpoint: ipc://n.sock\nkey_file: own.key\n"
                                  "principals_file: people.yaml\nstate_dir: /var/lib/x\n"
                                  "webhook:\n  allow: \"a.example b.example\"\n"
                                  "  secrets: [{name: s, file: hook.secret}]\n",
                                  0644);
  struct conf *conf = load(file, "notify");
  assert_string_equal(conf->webhook_allow, "a.example b.example");
  assert_int_equal(conf->n_secrets, 1);
  assert_string_equal(conf->secrets[0].name, "s");
  assert_string_equal(conf->secrets[0].file, test_path(directory, "hook.secret"));
  char *printed = conf_print(conf);
  assert_null(strstr(printed, "whsec_x")); // a file's name, never what is in it
  free(printed);
  conf_free(conf);
}

static void test_refusals(void **state)
{
  (void)state;
  static const struct {
    const char *more, *wanted;
  } cases[] = {
      // the first five lines are those of conflib_daemon
      {"lingr: true\n", "c.yaml:6:1: unknown key 'lingr'. Did you mean 'linger'?"},
      {"zzz: 1\n",
       "c.yaml:6:1: unknown key 'zzz'. Possible here: area, endpoint, key_file, principals_file, state_dir, "
       "log_level, chain, map_size_mib, floor_mib, floor_percent, clock, batch_max, linger, idem_days, "
       "tick_seconds, target_lead_days, peers, webhook"},
      {"area: registry\n", "c.yaml:6:1: key 'area' is given twice, first in line 1. Keep one"},
      {"linger: maybe\n", "c.yaml:6:9: linger must be true or false, not 'maybe'. Write one of the two"},
      {"linger: [true]\n", "c.yaml:6:9: linger must be a single value. Write it after the colon"},
      {"batch_max: 3abc\n", "c.yaml:6:12: batch_max must be a number, not '3abc'. Write digits only"},
      {"batch_max: -1\n", "c.yaml:6:12: batch_max must be a number, not '-1'. Write digits only"},
      {"batch_max:\n", "c.yaml:6:11: batch_max must be a number, not ''. Write digits only"},
      {"batch_max: 4294967296\n",
       "c.yaml:6:12: batch_max is 4294967296, the largest possible is 4294967295. Write a smaller number"},
      {"floor_mib: 99999999999999999999\n",
       "c.yaml:6:12: floor_mib is 99999999999999999999, the largest possible is "
       "18446744073709551615. Write a smaller number"},
      {"batch_max: 5000\n", "c.yaml:6:12: batch_max is 5000. Choose a number from 1 to 4096"},
      {"idem_days: 6\n", "c.yaml:6:12: idem_days is 6. Choose a number from 7 to 3660"},
      {"tick_seconds: 3601\n", "c.yaml:6:15: tick_seconds is 3601. Choose a number from 1 to 3600"},
      {"map_size_mib: 1\n", "c.yaml:6:15: map_size_mib is 1. Choose a number from 16 to 16777216"},
      {"floor_percent: 102\n", "c.yaml:6:16: floor_percent is 102. Choose a number from 1 to 101"},
      {"log_level: warn\n", "c.yaml:6:12: log_level cannot be 'warn'. The default is 'info'"},
      {"log_level: eror\n", "c.yaml:6:12: log_level cannot be 'eror'. Did you mean 'error'?"},
      {"chain: sha265\n", "c.yaml:6:8: chain cannot be 'sha265'. Did you mean 'sha256'?"},
      {"clock: {mode: simulate}\n", "c.yaml:6:15: mode 'simulate'. Did you mean 'simulated'?"},
      {"clock: {mode: simulated}\n",
       "c.yaml:6:8: mode: simulated needs a first day. Add start: \"2016-08-17\""},
      {"clock:\n  start: 2016-08-17\n",
       "c.yaml:7:10: clock.start is only for mode: simulated. Remove it or set the mode"},
      {"clock: {mode: simulated, start: 2016-08}\n",
       "c.yaml:6:33: clock.start '2016-08' is not a day. Write it as \"2016-08-17\""},
      {"clock: simulated\n", "c.yaml:6:8: clock must be a mapping. Write key: value lines below it"},
      {"clock: {mod: real}\n", "c.yaml:6:9: unknown key 'mod'. Did you mean 'mode'?"},
      {"peers: 3\n", "c.yaml:6:8: peers must be a list. Write - before each entry, or [a, b]"},
      {"peers: [x]\n", "c.yaml:6:9: peers must be a mapping. Write key: value lines below it"},
      {"peers:\n- area: notify\n  endpoint: ipc:///x\n",
       "c.yaml:7:3: key 'server_key' is missing in peers. Add it"},
      {"peers:\n- {area: registry, endpoint: \"ipc:///x\", server_key: peer.pub}\n",
       "c.yaml:7:10: a daemon does not follow itself. Remove the peer 'registry'"},
      {"peers:\n- {area: notify, endpoint: \"ipc:///x\", server_key: peer.pub}\n"
       "- {area: notify, endpoint: \"ipc:///x\", server_key: peer.pub}\n",
       "c.yaml:8:10: area 'notify' is listed twice among the peers. Keep one"},
      {"peers:\n- {area: notify, endpoint: \"ipc:///x ipc:///y\", server_key: peer.pub}\n",
       "c.yaml:7:28: a peer has one endpoint. Remove the others"},
      {"peers:\n- {area: notify, endpoint: \"udp://x\", server_key: peer.pub}\n",
       "c.yaml:7:28: 'udp://x' is no endpoint. Write ipc:///PATH or tcp://ADDRESS:PORT"},
      {"webhook: {allow: \"x\"}\n", "c.yaml:6:10: webhook is for notifyd only. Remove it"},
      {"a: &x 1\nb: *x\n", "c.yaml:6:1: unknown key 'a'. Possible here: area"},
      {"log_level: \"info\n",
       "c.yaml:7:1: not YAML: found unexpected end of stream. Check quotes, indentation and "
       "colons here"},
      {"log_level: info\n\tx: 1\n",
       "c.yaml:7:1: not YAML: found a tab character that violates indentation. Check quotes, "
       "indentation and colons here"},
      {"log_level: \"\\0\"\n", "c.yaml:6:12: log_level contains a NUL character. Remove it"},
      {"log_level: \"\"\n", "c.yaml:6:12: log_level is empty. Give it a value"},
      {"log_level: \xff\n", "c.yaml:6:12: not YAML: invalid leading UTF-8 octet. Save the file as UTF-8"},
      {"---\narea: x\n", "c.yaml:7:1: a second document. Remove the line --- and what follows"},
      {"? [a]\n: b\n", "c.yaml:6:3: a key must be a word. Write key: value"},
      {"log_level: &level info\nchain: *level\n",
       "c.yaml:7:1: YAML alias unsupported. Write the value out instead of "
       "using an alias"},
  };
  const char *directory = test_dir();
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    struct conf *conf = NULL;
    char *error = NULL;
    int r = conf_load(conflib_daemon(directory, cases[i].more), "registry", &conf, &error);
    assert_null(conf);
    if (r != -EINVAL ||
        strncmp(conflib_local(error, directory), cases[i].wanted, strlen(cases[i].wanted)) != 0)
      fail_msg("'%s' gave %d: %s\nwanted %s", cases[i].more, r, error, cases[i].wanted);
    free(error);
  }
}

static void refuse_file(const char *file, const char *directory, const char *wanted)
{
  struct conf *conf = NULL;
  char *error = NULL;
  assert_int_equal(conf_load(file, "registry", &conf, &error), -EINVAL);
  assert_null(conf);
  const char *local = conflib_local(error, directory);
  if (strncmp(local, wanted, strlen(wanted)) != 0) fail_msg("%s\nwanted %s", local, wanted);
  free(error);
}

static void test_required_keys(void **state)
{
  (void)state;
  const char *directory = test_dir();
  const char *file = conflib_file(directory, "c.yaml", "endpoint: ipc:///x\n", 0644);
  refuse_file(file, directory, "c.yaml:1:1: key 'area' is missing in the file. Add it");
  file = conflib_file(directory, "c.yaml", "", 0644);
  refuse_file(file, directory, "c.yaml:1:1: the file is empty. Write key: value lines");
  file = conflib_file(directory, "c.yaml", "# only a comment\n", 0644);
  refuse_file(file, directory, "c.yaml:1:1: the file is empty. Write key: value lines");
  file = conflib_file(directory, "c.yaml", "- a\n", 0644);
  refuse_file(file, directory, "c.yaml:1:1: the file must be a mapping. Write key: value lines below it");
  file = test_path(directory, "none.yaml");
  refuse_file(file, directory,
              "none.yaml:1:1: the file cannot be read: No such file or directory. Check its path");
}

static void test_a_file_too_large(void **state)
{
  (void)state;
  const char *directory = test_dir();
  size_t size = (1 << 20) + 1;
  char *text = malloc(size + 1);
  memset(text, '#', size);
  text[size] = 0;
  const char *file = conflib_file(directory, "c.yaml", text, 0644);
  free(text);
  refuse_file(file, directory, "c.yaml:1:1: the file is larger than 1 MiB. Split it");
}

static void test_wrong_area(void **state)
{
  (void)state;
  const char *directory = test_dir();
  struct conf *conf = NULL;
  char *error = NULL;
  assert_int_equal(conf_load(conflib_daemon(directory, ""), "dispatch", &conf, &error), -EINVAL);
  assert_string_equal(conflib_local(error, directory),
                      "c.yaml:1:7: this daemon serves area 'dispatch', not 'registry'. Give it its own file");
  free(error);
}

static void test_endpoints(void **state)
{
  (void)state;
  static const struct {
    const char *endpoint, *wanted; // NULL = taken
  } cases[] = {
      {"ipc:///run/x.sock", NULL},
      {"ipc://@abstract", NULL},
      {"tcp://127.0.0.1:*", NULL},
      {"tcp://[::1]:5581", NULL},
      {"tcp://127.0.0.1", "c.yaml:2:11: 'tcp://127.0.0.1' has no port. Write tcp://ADDRESS:PORT"},
      {"tcp://:5581", "c.yaml:2:11: 'tcp://:5581' has no port. Write tcp://ADDRESS:PORT"},
      {"tcp://h:0", "c.yaml:2:11: 'tcp://h:0': the port must be 1 to 65535. Correct it"},
      {"tcp://h:65536", "c.yaml:2:11: 'tcp://h:65536': the port must be 1 to 65535. Correct it"},
      {"tcp://h:55x", "c.yaml:2:11: 'tcp://h:55x': the port must be 1 to 65535. Correct it"},
      {"inproc://x", "c.yaml:2:11: 'inproc://x' is no endpoint. Write ipc:///PATH or tcp://ADDRESS:PORT"},
      {"ipc:///a http://b",
       "c.yaml:2:11: 'http://b' is no endpoint. Write ipc:///PATH or tcp://ADDRESS:PORT"},
      {"   ", "c.yaml:2:11: endpoint is blank. Write ipc:///PATH or tcp://ADDRESS:PORT"},
      {"ipc:///0123456789012345678901234567890123456789012345678901234567890123456789"
       "01234567890123456789012345678901234567",
       "c.yaml:2:11: the path of 'ipc:///01234567890123456789012345678901234567890123456789012345678901234567"
       "8901234567890123456789012345678901234567' has 109 bytes, a socket's may have 107. Choose a shorter"}};
  const char *directory = test_dir();
  conflib_daemon(directory, "");
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    char text[1024];
    snprintf(
        text, sizeof(text),
        "area: registry\nendpoint: \"%s\"\nkey_file: own.key\nprincipals_file: people.yaml\nstate_dir: s\n",
        cases[i].endpoint);
    const char *file = conflib_file(directory, "c.yaml", text, 0644);
    if (cases[i].wanted)
      refuse_file(file, directory, cases[i].wanted);
    else
      conf_free(load(file, "registry"));
  }
}

static void test_files(void **state)
{
  (void)state;
  const char *directory = test_dir();
  const char *file = conflib_daemon(directory, ""), *key = test_path(directory, "own.key");
  char wanted[600];
  static const unsigned open_modes[] = {0640, 0604, 0620, 0644, 0666};
  for (size_t i = 0; i < sizeof(open_modes) / sizeof(open_modes[0]); i++) {
    assert_int_equal(chmod(key, open_modes[i]), 0);
    snprintf(wanted, sizeof(wanted),
             "c.yaml:3:11: key_file '%s' is open to others (mode %04o). Run: chmod 600 %s", key,
             open_modes[i], key);
    refuse_file(file, directory, wanted);
  }
  assert_int_equal(chmod(key, 0400), 0);
  conf_free(load(file, "registry"));
  unlink(key);
  snprintf(wanted, sizeof(wanted),
           "c.yaml:3:11: key_file '%s' cannot be read: No such file or directory. Check", key);
  refuse_file(file, directory, wanted);
  assert_int_equal(mkdir(key, 0700), 0);
  snprintf(wanted, sizeof(wanted), "c.yaml:3:11: key_file '%s' is not a file. Check the path", key);
  refuse_file(file, directory, wanted);
}

// systemd's credential files carry an access list whose mask shows as rights of the group; others stay shut
// out.
static void test_credentials(void **state)
{
  (void)state;
  const char *directory = test_dir();
  const char *file = conflib_daemon(directory, "");
  assert_int_equal(chmod(test_path(directory, "own.key"), 0440), 0);
  setenv("CREDENTIALS_DIRECTORY", directory, 1);
  conf_free(load(file, "registry"));
  assert_int_equal(chmod(test_path(directory, "own.key"), 0444), 0);
  refuse_file(file, directory, "c.yaml:3:11: key_file");
  setenv("CREDENTIALS_DIRECTORY", "/nowhere", 1);
  assert_int_equal(chmod(test_path(directory, "own.key"), 0440), 0);
  refuse_file(file, directory, "c.yaml:3:11: key_file");
  unsetenv("CREDENTIALS_DIRECTORY");
}

static void test_secrets(void **state)
{
  (void)state;
  const char *directory = test_dir();
  conflib_daemon(directory, "");
  static const struct {
    const char *secrets, *wanted;
    unsigned mode;
  } cases[] = {
      {"[{name: a, file: s}, {name: a, file: s}]", "n.yaml:6:48: secret 'a' is listed twice. Keep one", 0600},
      {"[{name: a, file: s}]", "n.yaml:6:37: webhook.secrets[0].file '", 0644},
      {"[{name: a, file: none}]", "n.yaml:6:37: webhook.secrets[0].file '", 0600},
      {"[{name: a, fil: s}]", "n.yaml:6:31: unknown key 'fil'. Did you mean 'file'?", 0600}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
    char text[512];
    conflib_file(directory, "s", "whsec_x", cases[i].mode);
    snprintf(
        text, sizeof(text),
        "area: notify\nendpoint: ipc://n\nkey_file: own.key\nprincipals_file: people.yaml\nstate_dir: s\n"
        "webhook: {secrets: %s}\n",
        cases[i].secrets);
    struct conf *conf = NULL;
    char *error = NULL;
    assert_int_equal(conf_load(conflib_file(directory, "n.yaml", text, 0644), "notify", &conf, &error),
                     -EINVAL);
    if (!strstr(conflib_local(error, directory), cases[i].wanted))
      fail_msg("%s\nwanted %s", error, cases[i].wanted);
    free(error);
  }
}

// What stands in deploy/config is right but for the files it names, which exist after an installation only.
static void test_shipped(void **state)
{
  (void)state;
  static const char *const areas[] = {"registry", "dispatch", "notify"};
  for (size_t i = 0; i < 3; i++) {
    char name[64];
    struct conf *conf = NULL;
    char *error = NULL;
    snprintf(name, sizeof(name), "deploy/config/%sd.yaml", areas[i]);
    const char *file = test_source(name);
    if (access(file, R_OK) < 0) skip();
    int r = conf_load(file, areas[i], &conf, &error);
    if (r < 0 && !strstr(error, "cannot be read: No such file")) fail_msg("%s", error);
    free(error);
    conf_free(conf);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_defaults),
      cmocka_unit_test(test_everything_and_printing),
      cmocka_unit_test(test_defaults_print_and_load),
      cmocka_unit_test(test_webhook),
      cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_required_keys),
      cmocka_unit_test(test_a_file_too_large),
      cmocka_unit_test(test_wrong_area),
      cmocka_unit_test(test_endpoints),
      cmocka_unit_test(test_files),
      cmocka_unit_test(test_credentials),
      cmocka_unit_test(test_secrets),
      cmocka_unit_test(test_shipped),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
