// What main.c hands to common/svc: the life of this daemon and the tables of its methods.
#pragma once
#include "services/notify/outbox.h"

struct ntf_daemon {
  struct ntf_state *state;
  struct outbox *outbox; // from `ready` on: a rebuild needs the tables but must not send anything
};
int ntf_daemon_open(struct svc *svc, struct store *store, void **ret);
int ntf_daemon_ready(struct svc *svc, void *daemon);
void ntf_daemon_committed(struct svc *svc, void *daemon);
void ntf_daemon_close(void *daemon);
void ntf_daemon_tables(void *daemon, void (*visit)(void *context, const struct table *table), void *context);

// api.c
extern const struct svc_command ntf_api_commands[];
extern const struct svc_event ntf_api_events[];
extern const struct svc_follow ntf_api_follows[];
// query.c
extern const struct svc_query ntf_query_table[];
