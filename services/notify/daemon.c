#include "services/notify/daemon.h"
#include "common/base/cleanup.h"
#include "common/obs/log.h"
#include "services/notify/channel/webhook.h"

#include <errno.h>
#include <string.h>

int ntf_daemon_open(struct svc *svc, struct store *store, void **ret)
{
  _cleanup_free_ struct ntf_daemon *daemon = calloc(1, sizeof *daemon);
  (void)svc;
  int r = daemon ? ntf_state_open(store, &daemon->state) : -ENOMEM;
  if (r == 0) *ret = TAKE(daemon);
  return r;
}

static int open_channel(struct svc *svc, struct channel **ret)
{
  const struct conf *conf = svc_conf(svc);
  _cleanup_free_ struct webhook_secret *secrets = calloc(conf->n_secrets + 1, sizeof *secrets);
  _cleanup_free_ char *why = NULL;
  if (!secrets) return -ENOMEM;
  for (size_t i = 0; i < conf->n_secrets; i++)
    secrets[i] = (struct webhook_secret){conf->secrets[i].name, conf->secrets[i].file};
  struct webhook_options options = {
      .secrets = secrets, .n_secrets = conf->n_secrets, .jobs_max = OUTBOX_IN_ALL};
  int r = webhook_open(&options, ret, &why);
  if (r < 0) log_event(LOG_config_refused, F_TEXT("error", why ? why : strerror(-r)));
  return r;
}

static void results(struct svc *svc, void *state)
{
  (void)svc;
  outbox_results(((struct ntf_daemon *)state)->outbox);
}

// Not in open: a rebuild needs the tables but must not send anything.
int ntf_daemon_ready(struct svc *svc, void *state)
{
  struct ntf_daemon *daemon = state;
  struct outbox_options options = {.svc = svc,
                                   .store = svc_store(svc),
                                   .directory = svc_directory(svc),
                                   .state = daemon->state,
                                   .allow = svc_conf(svc)->webhook_allow};
  int r = open_channel(svc, &options.channel);
  if (r < 0) return r;
  void *socket = options.channel->socket(options.channel);
  r = outbox_open(&options, &daemon->outbox);
  if (r == 0) r = svc_watch(svc, socket, results);
  return r == 0 ? outbox_resume(daemon->outbox) : r;
}

void ntf_daemon_committed(struct svc *svc, void *state)
{
  (void)svc;
  outbox_turn(((struct ntf_daemon *)state)->outbox);
}

void ntf_daemon_close(void *state)
{
  struct ntf_daemon *daemon = state;
  daemon->outbox = outbox_close(daemon->outbox);
  daemon->state = ntf_state_free(daemon->state);
  free(daemon);
}

void ntf_daemon_tables(void *state, void (*visit)(void *context, const struct table *table), void *context)
{
  ntf_state_tables(((struct ntf_daemon *)state)->state, visit, context);
}
