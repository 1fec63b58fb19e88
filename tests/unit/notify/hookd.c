#include "tests/unit/notify/hookd.h"
#include "tests/lib/testlib.h"
#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REQUESTS = 4096, URLS = 64, BODY_MAX = 64 * 1024, HELD_MAX = 256 };

struct request {
  struct hookd_request shown;
  char *texts[6];
  char *body;
  size_t length;
  bool kept, held;
};
struct hookd {
  struct MHD_Daemon *server;
  char lane[64];
  char *urls[URLS];
  size_t n_urls;
  pthread_mutex_t lock;
  pthread_cond_t changed;
  struct request *requests[REQUESTS]; // kept ones
  size_t n;
  struct MHD_Connection *held[HELD_MAX];
  size_t n_held;
  bool released;
};

static char *header(struct MHD_Connection *connection, const char *name)
{
  const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return strdup(value ? value : "");
}

static void keep(struct hookd *hookd, struct MHD_Connection *connection, const char *path,
                 struct request *request)
{
  static const char *const names[] = {"Content-Type", "webhook-id", "webhook-timestamp", "webhook-signature",
                                      "User-Agent"};
  request->texts[0] = strdup(path);
  for (size_t i = 0; i < 5; i++)
    request->texts[i + 1] = header(connection, names[i]);
  char **t = request->texts;
  request->shown = (struct hookd_request){t[0], t[1], t[2], t[3], t[4], t[5], request->body, request->length};
  request->kept = true;
  hookd->requests[hookd->n++] = request;
  pthread_cond_broadcast(&hookd->changed);
}

static size_t seen(const struct hookd *hookd, const char *path)
{
  size_t n = 0;
  for (size_t i = 0; i < hookd->n; i++)
    n += strcmp(hookd->requests[i]->texts[0], path) == 0;
  return n;
}

static void add_retry_after(struct MHD_Response *response, const char *after)
{
  char text[64];
  if (strcmp(after, "date") == 0) {
    time_t then = time(NULL) + 3600;
    struct tm parts;
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&then, &parts));
    after = text;
  }
  MHD_add_response_header(response, "Retry-After", after);
}

static struct MHD_Response *body_of(size_t length)
{
  char *text = malloc(length + 1);
  memset(text, 'x', length);
  return MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
}

static enum MHD_Result answer(struct hookd *hookd, struct MHD_Connection *connection, const char *path)
{
  unsigned status = 200, first = 0;
  char after[32] = "";
  struct MHD_Response *response = body_of(strcmp(path, "/big") == 0 ? 1 << 20 : 2);
  if (sscanf(path, "/flaky/%u", &first) == 1)
    status = seen(hookd, path) <= first ? 503 : 200;
  else if (sscanf(path, "/status/%u/after/%31s", &status, after) == 2)
    add_retry_after(response, after);
  else
    (void)sscanf(path, "/status/%u", &status);
  if (strcmp(path, "/move") == 0) {
    status = 302;
    MHD_add_response_header(response, "Location", "/status/200");
  }
  for (unsigned i = 0; strcmp(path, "/headers") == 0 && i < 25; i++) {
    char name[16], *value = calloc(1, 8001);
    snprintf(name, sizeof name, "X-Fill-%u", i);
    memset(value, 'x', 8000);
    MHD_add_response_header(response, name, value);
    free(value);
  }
  enum MHD_Result r = MHD_queue_response(connection, status, response);
  MHD_destroy_response(response);
  return r;
}

static enum MHD_Result take_body(struct request *request, const char *data, size_t *size)
{
  if (request->length + *size > BODY_MAX) return MHD_NO;
  char *bigger = realloc(request->body, request->length + *size + 1);
  if (!bigger) return MHD_NO;
  memcpy(bigger + request->length, data, *size);
  request->body = bigger;
  request->length += *size;
  request->body[request->length] = '\0';
  *size = 0;
  return MHD_YES;
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **of_connection)
{
  struct hookd *hookd = context;
  struct request *request = *of_connection;
  (void)method, (void)version;
  if (!request) {
    *of_connection = calloc(1, sizeof *request);
    return *of_connection ? MHD_YES : MHD_NO;
  }
  if (*size) return take_body(request, data, size);
  pthread_mutex_lock(&hookd->lock);
  if (!request->kept) keep(hookd, connection, path, request);
  bool hold = strcmp(path, "/hold") == 0 && !hookd->released && !request->held;
  if (hold) {
    request->held = true;
    hookd->held[hookd->n_held++] = connection;
    MHD_suspend_connection(connection);
  }
  enum MHD_Result r = hold ? MHD_YES : answer(hookd, connection, path);
  pthread_mutex_unlock(&hookd->lock);
  return r;
}

// Requests that never were complete are freed here, the kept ones with the server.
static void completed(void *context, struct MHD_Connection *connection, void **of_connection,
                      enum MHD_RequestTerminationCode code)
{
  struct request *request = *of_connection;
  (void)context, (void)connection, (void)code;
  if (!request || request->kept) return;
  free(request->body);
  free(request);
}

struct hookd *hookd_start(void)
{
  struct hookd *hookd = calloc(1, sizeof *hookd);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  assert_non_null(hookd);
  pthread_mutex_init(&hookd->lock, NULL);
  pthread_cond_init(&hookd->changed, NULL);
  hookd->server = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
                                   handle, hookd, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address,
                                   MHD_OPTION_NOTIFY_COMPLETED, completed, NULL,
                                   MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)512 * 1024, MHD_OPTION_END);
  assert_non_null(hookd->server);
  const union MHD_DaemonInfo *info = MHD_get_daemon_info(hookd->server, MHD_DAEMON_INFO_BIND_PORT);
  snprintf(hookd->lane, sizeof hookd->lane, "http://127.0.0.1:%u", (unsigned)info->port);
  return hookd;
}

void hookd_release(struct hookd *hookd)
{
  pthread_mutex_lock(&hookd->lock);
  hookd->released = true;
  for (size_t i = 0; i < hookd->n_held; i++)
    MHD_resume_connection(hookd->held[i]);
  hookd->n_held = 0;
  pthread_mutex_unlock(&hookd->lock);
}

struct hookd *hookd_stop(struct hookd *hookd)
{
  if (!hookd) return NULL;
  hookd_release(hookd);
  MHD_stop_daemon(hookd->server);
  for (size_t i = 0; i < hookd->n; i++) {
    for (size_t k = 0; k < 6; k++)
      free(hookd->requests[i]->texts[k]);
    free(hookd->requests[i]->body);
    free(hookd->requests[i]);
  }
  for (size_t i = 0; i < hookd->n_urls; i++)
    free(hookd->urls[i]);
  pthread_cond_destroy(&hookd->changed);
  pthread_mutex_destroy(&hookd->lock);
  free(hookd);
  return NULL;
}

const char *hookd_url(struct hookd *hookd, const char *path)
{
  assert_true(hookd->n_urls < URLS);
  char **url = &hookd->urls[hookd->n_urls++];
  assert_true(asprintf(url, "%s%s", hookd->lane, path) > 0);
  return *url;
}

const char *hookd_lane(const struct hookd *hookd)
{
  return hookd->lane;
}

size_t hookd_count(struct hookd *hookd)
{
  pthread_mutex_lock(&hookd->lock);
  size_t n = hookd->n;
  pthread_mutex_unlock(&hookd->lock);
  return n;
}

void hookd_wait(struct hookd *hookd, size_t n)
{
  struct timespec until;
  int r = 0;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 10;
  pthread_mutex_lock(&hookd->lock);
  while (hookd->n < n && r == 0)
    r = pthread_cond_timedwait(&hookd->changed, &hookd->lock, &until);
  size_t have = hookd->n;
  pthread_mutex_unlock(&hookd->lock);
  if (have < n) fail_msg("%zu requests came, %zu were expected", have, n);
}

struct hookd_request hookd_request(struct hookd *hookd, size_t i)
{
  pthread_mutex_lock(&hookd->lock);
  assert_true(i < hookd->n);
  struct hookd_request request = hookd->requests[i]->shown;
  pthread_mutex_unlock(&hookd->lock);
  return request;
}
