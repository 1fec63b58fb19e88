#include "services/notify/channel/engine.h"
#include "common/base/clock.h"
#include "services/notify/channel/cloudevent.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { IDLE_MS = 1000, CACHED_CONNECTIONS = 64 };

struct lane {
  zlistx_t *waiting; // of struct engine_job
  unsigned under_way;
};
struct transfer { // one request under way
  struct engine_job *job;
  struct lane *lane;
  CURL *easy;
  struct curl_slist *headers;
  size_t read, read_max; // of the answer
  char error[CURL_ERROR_SIZE];
};
struct engine {
  const struct engine_options *options;
  zsock_t *pipe;
  CURLM *multi;
  zhashx_t *lanes;     // endpoint -> struct lane
  zlistx_t *transfers; // all under way
  bool stopping;
};

// ---- jobs

struct engine_job *engine_job_new(const struct channel_job *job)
{
  struct engine_job *copy = calloc(1, sizeof *copy);
  if (!copy) return NULL;
  snprintf(copy->id, sizeof copy->id, "%s", job->id);
  copy->attempt = job->attempt;
  copy->lane = strdup(job->lane);
  copy->address = strdup(job->address);
  copy->secret = strdup(job->secret);
  copy->body = strdup(job->body);
  if (!copy->lane || !copy->address || !copy->secret || !copy->body) return engine_job_free(copy);
  return copy;
}

struct engine_job *engine_job_free(struct engine_job *job)
{
  if (!job) return NULL;
  free(job->lane);
  free(job->address);
  free(job->secret);
  free(job->body);
  free(job);
  return NULL;
}

// Sends a job back with its result. The pipe has room: it holds more than webhook.c lets in.
static void answer(struct engine *engine, struct engine_job *job, enum channel_outcome outcome,
                   const char *detail)
{
  snprintf(job->result.id, sizeof job->result.id, "%s", job->id);
  job->result.attempt = job->attempt;
  job->result.outcome = outcome;
  snprintf(job->result.detail, sizeof job->result.detail, "%s", detail);
  if (zsock_send(engine->pipe, "p", job) < 0) engine_job_free(job);
}

// ---- one request

static size_t take_bytes(struct transfer *transfer, size_t length)
{
  transfer->read += length;
  return transfer->read > transfer->read_max ? 0 : length; // 0 ends the transfer
}
static size_t on_body(char *data, size_t size, size_t n, void *context)
{
  (void)data;
  return take_bytes(context, size * n);
}
static size_t on_header(char *data, size_t size, size_t n, void *context)
{
  (void)data;
  return take_bytes(context, size * n);
}

static void transfer_free(struct engine *engine, struct transfer *transfer)
{
  if (transfer->easy) {
    curl_multi_remove_handle(engine->multi, transfer->easy);
    curl_easy_cleanup(transfer->easy);
  }
  curl_slist_free_all(transfer->headers);
  engine_job_free(transfer->job);
  free(transfer);
}

static const struct sign_key *find_key(const struct engine *engine, const char *name)
{
  for (size_t i = 0; i < engine->options->n_secrets; i++)
    if (strcmp(engine->options->secrets[i].name, name) == 0) return &engine->options->secrets[i].key;
  return NULL;
}

static bool add_header(struct transfer *transfer, const char *format, const char *value)
{
  char text[256];
  snprintf(text, sizeof text, format, value);
  struct curl_slist *list = curl_slist_append(transfer->headers, text);
  if (list) transfer->headers = list;
  return list != NULL;
}

// Each attempt is stamped and signed anew: receivers refuse old timestamps.
static bool add_headers(struct transfer *transfer, const struct sign_key *key)
{
  const struct engine_job *job = transfer->job;
  char stamp[24], signature[SIGN_TEXT];
  int64_t now_s = clock_real_us() / 1000000;
  snprintf(stamp, sizeof stamp, "%" PRId64, now_s);
  sign_v1(key, job->id, now_s, job->body, strlen(job->body), signature);
  return add_header(transfer, "Content-Type: %s", CLOUDEVENT_TYPE) &&
         add_header(transfer, "webhook-id: %s", job->id) &&
         add_header(transfer, "webhook-timestamp: %s", stamp) &&
         add_header(transfer, "webhook-signature: %s", signature) && add_header(transfer, "%s", "Expect:");
}

static void set_options(const struct engine *engine, struct transfer *transfer)
{
  CURL *easy = transfer->easy;
  curl_easy_setopt(easy, CURLOPT_URL, transfer->job->address);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "jiedui/" JIEDUI_VERSION);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
  curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(transfer->job->body));
  curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->job->body);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)engine->options->connect_ms);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)engine->options->timeout_ms);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer);
}

// Hands a job to libcurl; answers it at once when that cannot be done.
static void start(struct engine *engine, struct lane *lane, struct engine_job *job)
{
  const struct sign_key *key = find_key(engine, job->secret);
  if (!key) {
    answer(engine, job, CHANNEL_NEVER, "its signing secret is not configured");
    return;
  }
  struct transfer *transfer = calloc(1, sizeof *transfer);
  if (!transfer) {
    answer(engine, job, CHANNEL_TRY_LATER, "out of memory");
    return;
  }
  transfer->job = job;
  transfer->lane = lane;
  transfer->read_max = engine->options->answer_max;
  transfer->easy = curl_easy_init();
  bool ready = transfer->easy && add_headers(transfer, key);
  if (ready) set_options(engine, transfer);
  if (!ready || curl_multi_add_handle(engine->multi, transfer->easy) != CURLM_OK) {
    transfer->job = NULL;
    transfer_free(engine, transfer);
    answer(engine, job, CHANNEL_TRY_LATER, "out of memory");
    return;
  }
  lane->under_way++;
  zlistx_add_end(engine->transfers, transfer);
}

// ---- results

static enum channel_outcome outcome_of_status(long status)
{
  if (status >= 200 && status < 300) return CHANNEL_DELIVERED;
  if (status == 408 || status == 425 || status == 429 || status >= 500) return CHANNEL_TRY_LATER;
  return CHANNEL_NEVER;
}

// An answer that was cut at the bound counts by its status: the receiver had taken the request.
static void judge(const struct transfer *transfer, CURLcode code, struct channel_result *result,
                  char detail[], size_t size)
{
  long status = 0;
  curl_off_t wait = 0;
  curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(transfer->easy, CURLINFO_RETRY_AFTER, &wait);
  bool cut = code == CURLE_WRITE_ERROR && transfer->read > transfer->read_max && status >= 200;
  if (code == CURLE_OK || cut) {
    result->code = (uint32_t)status;
    result->retry_after_s = wait > 0 && wait < UINT32_MAX ? (uint32_t)wait : 0;
    result->outcome = outcome_of_status(status);
    snprintf(detail, size, "HTTP %ld%s%s", status,
             status >= 300 && status < 400 ? ", redirects are not followed" : "",
             cut ? ", a long answer was not read" : "");
    return;
  }
  bool hopeless = code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL;
  result->outcome = hopeless ? CHANNEL_NEVER : CHANNEL_TRY_LATER;
  snprintf(detail, size, "%.150s", transfer->error[0] ? transfer->error : curl_easy_strerror(code));
}

static void finish(struct engine *engine, struct transfer *transfer, CURLcode code)
{
  char detail[CHANNEL_DETAIL];
  struct engine_job *job = transfer->job;
  judge(transfer, code, &job->result, detail, sizeof detail);
  transfer->lane->under_way--;
  transfer->job = NULL;
  zlistx_delete(engine->transfers, zlistx_find(engine->transfers, transfer));
  transfer_free(engine, transfer);
  answer(engine, job, job->result.outcome, detail);
}

static bool reap(struct engine *engine)
{
  int left = 0;
  bool any = false;
  CURLMsg *message;
  while ((message = curl_multi_info_read(engine->multi, &left))) {
    if (message->msg != CURLMSG_DONE) continue;
    struct transfer *transfer = NULL;
    CURLcode code = message->data.result; // the message dies with its handle
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    finish(engine, transfer, code);
    any = true;
  }
  return any;
}

// ---- lanes

static void lane_free(void **item)
{
  struct lane *lane = *item;
  struct engine_job *job;
  while ((job = zlistx_detach(lane->waiting, NULL)))
    engine_job_free(job);
  zlistx_destroy(&lane->waiting);
  free(lane);
  *item = NULL;
}

static struct lane *lane_of(struct engine *engine, const char *name)
{
  struct lane *lane = zhashx_lookup(engine->lanes, name);
  if (lane) return lane;
  lane = calloc(1, sizeof *lane);
  if (!lane) return NULL;
  lane->waiting = zlistx_new();
  zhashx_insert(engine->lanes, name, lane);
  return lane;
}

static void take_jobs(struct engine *engine)
{
  while (!engine->stopping && (zsock_events(engine->pipe) & ZMQ_POLLIN)) {
    struct engine_job *job = NULL;
    if (zsock_recv(engine->pipe, "p", &job) < 0 || !job) {
      engine->stopping = true;
      return;
    }
    struct lane *lane = lane_of(engine, job->lane);
    if (lane)
      zlistx_add_end(lane->waiting, job);
    else
      answer(engine, job, CHANNEL_TRY_LATER, "out of memory");
  }
}

static void refill(struct engine *engine)
{
  struct lane *lane;
  for (lane = zhashx_first(engine->lanes); lane; lane = zhashx_next(engine->lanes))
    while (lane->under_way < engine->options->per_lane && zlistx_size(lane->waiting))
      start(engine, lane, zlistx_detach(lane->waiting, NULL));
}

// ---- the thread

static void turn(struct engine *engine)
{
  int running = 0;
  do {
    refill(engine);
    curl_multi_perform(engine->multi, &running);
  } while (reap(engine));
  if (zsock_events(engine->pipe) & ZMQ_POLLIN) return; // asked last: the descriptor tells of changes only
  struct curl_waitfd pipe = {.fd = zsock_fd(engine->pipe), .events = CURL_WAIT_POLLIN};
  curl_multi_poll(engine->multi, &pipe, 1, IDLE_MS, NULL);
}

// Signals belong to the main thread; a peer that hangs up is an error code, not SIGPIPE.
static void block_signals(void)
{
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
}

static void stop(struct engine *engine)
{
  struct transfer *transfer;
  while ((transfer = zlistx_detach(engine->transfers, NULL)))
    transfer_free(engine, transfer);
  zlistx_destroy(&engine->transfers);
  zhashx_destroy(&engine->lanes);
  zsock_send(engine->pipe, "p", NULL);
  zmsg_t *term = zmsg_recv(engine->pipe);
  zmsg_destroy(&term);
}

void engine_run(zsock_t *pipe, void *args)
{
  struct engine engine = {.options = args,
                          .pipe = pipe,
                          .multi = ((struct engine_options *)args)->multi,
                          .lanes = zhashx_new(),
                          .transfers = zlistx_new()};
  zhashx_set_destructor(engine.lanes, lane_free);
  curl_multi_setopt(engine.multi, CURLMOPT_MAXCONNECTS, (long)CACHED_CONNECTIONS);
  block_signals();
  zsock_signal(pipe, 0);
  while (!engine.stopping) {
    take_jobs(&engine);
    if (!engine.stopping) turn(&engine);
  }
  stop(&engine);
}
