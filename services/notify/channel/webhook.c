#include "services/notify/channel/webhook.h"
#include "common/base/cleanup.h"
#include "services/notify/channel/engine.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { JOBS_LIMIT = 512 }; // the pipe holds 1000 messages each way: no send in it ever waits

struct webhook {
  struct channel channel; // first: the seam is cast back
  struct engine_options options;
  zactor_t *thread;
  unsigned under_way, jobs_max;
};

static void *socket_of(struct channel *channel)
{
  return zsock_resolve(((struct webhook *)channel)->thread);
}

static int submit(struct channel *channel, const struct channel_job *job)
{
  struct webhook *webhook = (struct webhook *)channel;
  if (webhook->under_way == webhook->jobs_max) return -EAGAIN;
  struct engine_job *copy = engine_job_new(job);
  if (!copy) return -ENOMEM;
  if (zsock_send(webhook->thread, "p", copy) < 0) {
    engine_job_free(copy);
    return -EAGAIN;
  }
  webhook->under_way++;
  return 0;
}

static bool result(struct channel *channel, struct channel_result *ret)
{
  struct webhook *webhook = (struct webhook *)channel;
  struct engine_job *job = NULL;
  if (!(zsock_events(webhook->thread) & ZMQ_POLLIN)) return false;
  if (zsock_recv(webhook->thread, "p", &job) < 0 || !job) return false;
  *ret = job->result;
  engine_job_free(job);
  webhook->under_way--;
  return true;
}

// The jobs that the thread had answered already are ours to free.
static void stop(struct webhook *webhook)
{
  struct engine_job *job = NULL;
  zsock_send(webhook->thread, "p", NULL);
  while (zsock_recv(webhook->thread, "p", &job) == 0 && job)
    engine_job_free(job);
  zactor_destroy(&webhook->thread);
}

static struct channel *destroy(struct channel *channel)
{
  struct webhook *webhook = (struct webhook *)channel;
  if (webhook->thread) stop(webhook);
  curl_multi_cleanup(webhook->options.multi);
  for (size_t i = 0; i < webhook->options.n_secrets; i++) {
    sign_key_wipe(&webhook->options.secrets[i].key);
    free(webhook->options.secrets[i].name);
  }
  free(webhook->options.secrets);
  free(webhook);
  curl_global_cleanup();
  return NULL;
}

static int load_secrets(struct webhook *webhook, const struct webhook_options *options, char **ret_why)
{
  webhook->options.secrets = calloc(options->n_secrets + 1, sizeof *webhook->options.secrets);
  if (!webhook->options.secrets) return -ENOMEM;
  for (size_t i = 0; i < options->n_secrets; i++) {
    struct engine_secret *secret = &webhook->options.secrets[i];
    const char *why = NULL;
    secret->name = strdup(options->secrets[i].name);
    if (!secret->name) return -ENOMEM;
    webhook->options.n_secrets++;
    int r = sign_key_load(options->secrets[i].file, &secret->key, &why);
    if (r == 0) continue;
    if (asprintf(ret_why, "webhook secret %s: %s: %s", options->secrets[i].name, options->secrets[i].file,
                 why) < 0)
      *ret_why = NULL;
    return r;
  }
  return 0;
}

DEFINE_CLEANUP(struct channel, channel_free);

int webhook_open(const struct webhook_options *options, struct channel **ret, char **ret_why)
{
  *ret_why = NULL;
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return -ENOMEM;
  struct webhook *webhook = calloc(1, sizeof *webhook);
  if (!webhook) return -ENOMEM;
  webhook->channel = (struct channel){PRG__CHANNEL_KIND__CHANNEL_WEBHOOK, socket_of, submit, result, destroy};
  _cleanup_(channel_freep) struct channel *channel = &webhook->channel;
  webhook->jobs_max = options->jobs_max ? options->jobs_max : 256;
  if (webhook->jobs_max > JOBS_LIMIT) webhook->jobs_max = JOBS_LIMIT;
  webhook->options.per_lane = options->per_lane ? options->per_lane : 4;
  webhook->options.connect_ms = options->connect_ms ? options->connect_ms : 5000;
  webhook->options.timeout_ms = options->timeout_ms ? options->timeout_ms : 15000;
  webhook->options.answer_max = options->answer_max ? options->answer_max : 65536;
  int r = load_secrets(webhook, options, ret_why);
  if (r < 0) return r;
  webhook->options.multi = curl_multi_init();
  if (!webhook->options.multi) return -ENOMEM;
  webhook->thread = zactor_new(engine_run, &webhook->options);
  if (!webhook->thread) return -ENOMEM;
  *ret = TAKE(channel);
  return 0;
}
