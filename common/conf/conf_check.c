#include "common/conf/conf_check.h"
#include "common/base/cleanup.h"
#include "common/base/date.h"
#include "common/conf/conf_text.h"
#include "common/obs/log.h"
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>

// ---- filling in

static int fill_text(char **text, const char *preset)
{
  if (!*text) *text = strdup(preset);
  return *text ? 0 : -ENOMEM;
}

#define PRESET(member, value)                                                                                \
  do {                                                                                                       \
    if (!(member)) (member) = (value);                                                                       \
  } while (0)

// The folder that the file stands in, absolute; malloced.
static char *folder_of(const char *file)
{
  _cleanup_free_ char *copy = strdup(file);
  return copy ? realpath(dirname(copy), NULL) : NULL;
}

static int make_absolute(char **path, const char *folder)
{
  char *absolute;
  if (**path == '/') return 0;
  if (asprintf(&absolute, "%s/%s", folder, *path) < 0) return -ENOMEM;
  free(*path);
  *path = absolute;
  return 0;
}

// "ipc://run/a.sock tcp://..." : relative ipc paths are made absolute, blanks become single.
static int fill_endpoints(char **endpoints, const char *folder)
{
  char *list = NULL, *rest = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&list, &length);
  if (!stream) return -ENOMEM;
  for (char *one = strtok_r(*endpoints, " \t\n", &rest); one; one = strtok_r(NULL, " \t\n", &rest)) {
    bool relative = strncmp(one, "ipc://", 6) == 0 && !strchr("/@*", one[6]);
    fprintf(stream, "%s", ftell(stream) > 0 ? " " : "");
    if (relative)
      fprintf(stream, "ipc://%s/%s", folder, one + 6);
    else
      fprintf(stream, "%s", one);
  }
  bool failed = ferror(stream);
  fclose(stream);
  if (failed || !list) {
    free(list);
    return -ENOMEM;
  }
  free(*endpoints);
  *endpoints = list;
  return 0;
}

static int fill_paths(struct conf *conf)
{
  _cleanup_free_ char *folder = folder_of(conf->file);
  if (!folder) return -ENOMEM;
  int r = make_absolute(&conf->key_file, folder);
  if (r == 0) r = make_absolute(&conf->principals_file, folder);
  if (r == 0) r = make_absolute(&conf->state_dir, folder);
  if (r == 0) r = fill_endpoints(&conf->endpoint, folder);
  for (size_t i = 0; i < conf->n_peers && r == 0; i++) {
    r = make_absolute(&conf->peers[i].server_key, folder);
    if (r == 0) r = fill_endpoints(&conf->peers[i].endpoint, folder);
  }
  for (size_t i = 0; i < conf->n_secrets && r == 0; i++)
    r = make_absolute(&conf->secrets[i].file, folder);
  return r;
}

int conf_fill(struct conf *conf, const struct conf_yaml *yaml)
{
  PRESET(conf->map_size_mib, 65536);
  PRESET(conf->floor_mib, 1024);
  PRESET(conf->floor_percent, 5);
  PRESET(conf->batch_max, 512);
  PRESET(conf->idem_days, 400);
  PRESET(conf->tick_seconds, 30);
  PRESET(conf->target_lead_days, 30);
  if (!conf_yaml_has(yaml, "linger")) conf->linger = true;
  int r = fill_text(&conf->log_level, "info");
  if (r == 0) r = fill_text(&conf->chain, "sha256");
  return r == 0 ? fill_paths(conf) : r;
}

// ---- checking

struct check {
  const struct conf *conf;
  const struct conf_yaml *yaml;
  char **ret_error;
};

#define FAULT(check, path, ...) conf_yaml_error((check)->yaml, (path), (check)->ret_error, __VA_ARGS__)

static int check_numbers(const struct check *check)
{
  const struct conf *conf = check->conf;
  const struct {
    const char *key;
    uint64_t value, least, most;
  } ranges[] = {{"map_size_mib", conf->map_size_mib, 16, 16 * 1024 * 1024},
                {"floor_mib", conf->floor_mib, 1, 1024 * 1024},
                {"floor_percent", conf->floor_percent, 1, 101}, // 101 = by bytes only
                {"batch_max", conf->batch_max, 1, 4096},
                {"idem_days", conf->idem_days, 7, 3660},
                {"tick_seconds", conf->tick_seconds, 1, 3600},
                {"target_lead_days", conf->target_lead_days, 1, 366}};
  for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
    if (ranges[i].value < ranges[i].least || ranges[i].value > ranges[i].most)
      return FAULT(check, ranges[i].key, "%s is %llu. Choose a number from %llu to %llu", ranges[i].key,
                   (unsigned long long)ranges[i].value, (unsigned long long)ranges[i].least,
                   (unsigned long long)ranges[i].most);
  return 0;
}

static const char *word_at(const void *list, size_t i)
{
  return ((const char *const *)list)[i];
}

static int check_word(const struct check *check, const char *key, const char *value, const char *const *words,
                      size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(value, words[i]) == 0) return 0;
  const char *near = conf_text_nearest(value, word_at, words, n);
  return FAULT(check, key, "%s cannot be '%s'. %s '%s'%s", key, value,
               near ? "Did you mean" : "The default is", near ? near : words[0], near ? "?" : "");
}

static int check_words(const struct check *check)
{
  static const char *const levels[] = {"info", "error", "warning", "notice", "debug"};
  static const char *const chains[] = {"sha256", "sm3"};
  int r = check_word(check, "log_level", check->conf->log_level, levels, 5);
  return r < 0 ? r : check_word(check, "chain", check->conf->chain, chains, 2);
}

static int check_clock(const struct check *check)
{
  const struct conf *conf = check->conf;
  if (conf->clock_start && !conf->simulated_clock)
    return FAULT(check, "clock.start", "clock.start is only for mode: simulated. Remove it or set the mode");
  if (conf->clock_start && !date_is_day(conf->clock_start))
    return FAULT(check, "clock.start", "clock.start '%s' is not a day. Write it as \"2016-08-17\"",
                 conf->clock_start);
  if (conf->simulated_clock && !conf->clock_start)
    return FAULT(check, "clock", "mode: simulated needs a first day. Add start: \"2016-08-17\"");
  return 0;
}

static int check_tcp(const struct check *check, const char *path, const char *one)
{
  const char *colon = strrchr(one + 6, ':');
  if (!colon || colon == one + 6 || !colon[1])
    return FAULT(check, path, "'%s' has no port. Write tcp://ADDRESS:PORT", one);
  char *end;
  unsigned long port = strtoul(colon + 1, &end, 10);
  if (strcmp(colon, ":*") != 0 && (*end || port == 0 || port > 65535))
    return FAULT(check, path, "'%s': the port must be 1 to 65535. Correct it", one);
  return 0;
}

static int check_endpoint(const struct check *check, const char *path, const char *one)
{
  if (strncmp(one, "tcp://", 6) == 0) return check_tcp(check, path, one);
  if (strncmp(one, "ipc://", 6) != 0)
    return FAULT(check, path, "'%s' is no endpoint. Write ipc:///PATH or tcp://ADDRESS:PORT", one);
  const size_t most = sizeof(((struct sockaddr_un *)0)->sun_path) - 1;
  if (strlen(one + 6) > most)
    return FAULT(check, path,
                 "the path of '%s' has %zu bytes, a socket's may have %zu. Choose a shorter folder", one,
                 strlen(one + 6), most);
  return one[6] ? 0 : FAULT(check, path, "'%s' has no path. Write ipc:///PATH", one);
}

static int check_endpoints(const struct check *check)
{
  _cleanup_free_ char *list = strdup(check->conf->endpoint);
  if (!list) return -ENOMEM;
  char *rest = NULL;
  unsigned n = 0;
  for (char *one = strtok_r(list, " ", &rest); one; one = strtok_r(NULL, " ", &rest), n++) {
    int r = check_endpoint(check, "endpoint", one);
    if (r < 0) return r;
  }
  return n ? 0 : FAULT(check, "endpoint", "endpoint is blank. Write ipc:///PATH or tcp://ADDRESS:PORT");
}

// Files that systemd hands over carry an access list, whose mask shows as rights of the group.
static bool is_credential(const char *file)
{
  const char *folder = getenv("CREDENTIALS_DIRECTORY");
  return folder && *folder && strncmp(file, folder, strlen(folder)) == 0 && file[strlen(folder)] == '/';
}

static int check_file(const struct check *check, const char *path, const char *file, bool is_secret)
{
  struct stat st;
  if (stat(file, &st) < 0)
    return FAULT(check, path, "%s '%s' cannot be read: %s. Check the path", path, file, strerror(errno));
  if (!S_ISREG(st.st_mode)) return FAULT(check, path, "%s '%s' is not a file. Check the path", path, file);
  mode_t others = is_credential(file) ? 007 : 077;
  if (is_secret && (st.st_mode & others))
    return FAULT(check, path, "%s '%s' is open to others (mode %04o). Run: chmod 600 %s", path, file,
                 (unsigned)(st.st_mode & 07777), file);
  return 0;
}

static int check_files(const struct check *check)
{
  int r = check_file(check, "key_file", check->conf->key_file, true);
  return r < 0 ? r : check_file(check, "principals_file", check->conf->principals_file, false);
}

static int check_peer(const struct check *check, size_t i)
{
  const struct conf_peer *peers = check->conf->peers;
  char path[64];
  snprintf(path, sizeof(path), "peers[%zu].area", i);
  if (strcmp(peers[i].area, check->conf->area) == 0)
    return FAULT(check, path, "a daemon does not follow itself. Remove the peer '%s'", peers[i].area);
  for (size_t j = 0; j < i; j++)
    if (strcmp(peers[i].area, peers[j].area) == 0)
      return FAULT(check, path, "area '%s' is listed twice among the peers. Keep one", peers[i].area);
  snprintf(path, sizeof(path), "peers[%zu].endpoint", i);
  if (strchr(peers[i].endpoint, ' ')) return FAULT(check, path, "a peer has one endpoint. Remove the others");
  int r = check_endpoint(check, path, peers[i].endpoint);
  if (r < 0) return r;
  snprintf(path, sizeof(path), "peers[%zu].server_key", i);
  return check_file(check, path, peers[i].server_key, false);
}

static int check_webhook(const struct check *check)
{
  const struct conf *conf = check->conf;
  if ((conf->webhook_allow || conf->n_secrets) && strcmp(conf->area, "notify") != 0)
    return FAULT(check, "webhook", "webhook is for notifyd only. Remove it");
  for (size_t i = 0; i < conf->n_secrets; i++) {
    char path[64];
    snprintf(path, sizeof(path), "webhook.secrets[%zu].name", i);
    for (size_t j = 0; j < i; j++)
      if (strcmp(conf->secrets[i].name, conf->secrets[j].name) == 0)
        return FAULT(check, path, "secret '%s' is listed twice. Keep one", conf->secrets[i].name);
    snprintf(path, sizeof(path), "webhook.secrets[%zu].file", i);
    int r = check_file(check, path, conf->secrets[i].file, true);
    if (r < 0) return r;
  }
  return 0;
}

int conf_check(const struct conf *conf, const char *area, const struct conf_yaml *yaml, char **ret_error)
{
  const struct check check = {conf, yaml, ret_error};
  if (area && strcmp(conf->area, area) != 0)
    return FAULT(&check, "area", "this daemon serves area '%s', not '%s'. Give it its own file", area,
                 conf->area);
  int r = check_numbers(&check);
  if (r == 0) r = check_words(&check);
  if (r == 0) r = check_clock(&check);
  if (r == 0) r = check_endpoints(&check);
  if (r == 0) r = check_files(&check);
  for (size_t i = 0; i < conf->n_peers && r == 0; i++)
    r = check_peer(&check, i);
  return r == 0 ? check_webhook(&check) : r;
}
