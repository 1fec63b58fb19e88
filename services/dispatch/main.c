#include "proto/registry_service.pb-c.h"
#include "services/dispatch/api.h"
#include "services/dispatch/query.h"
#include "services/dispatch/rules/orphan.h"
#include "services/dispatch/state.h"
#include <errno.h>

static int open_state(struct svc *svc, struct store *store, void **ret_state)
{
  (void)svc;
  return dsp_state_open(store, (struct dsp_state **)ret_state);
}

static void close_state(void *state)
{
  dsp_state_close(state);
}

static void tables(void *state, void (*visit)(void *, const struct table *), void *context)
{
  dsp_state_tables(state, visit, context);
}

// Asks for a tick when the next ordered person becomes a no-show.
static void schedule(struct svc *svc, void *state)
{
  struct store_txn *txn;
  int64_t due = 0;
  if (!dsp_state_due_changed(state) || store_begin(svc_store(svc), false, &txn) < 0) return;
  if (dsp_state_next_due(state, txn, &due) == 0 && due > 0) svc_tick_at(svc, due);
  store_abort(&txn);
}

static int ready(struct svc *svc, void *state)
{
  schedule(svc, state);
  return 0;
}

static int project(struct svc_call *call, const char *event, const ProtobufCMessage *message)
{
  int r = directory_apply(svc_directory(call->svc), call->txn, event, message);
  return r == -ENOTSUP ? 0 : r; // an event of a newer registryd about something not kept here
}

// The projection has the event already: rules see what it left.
static int react(struct svc_call *call, const Bus__Event *head, const char *event,
                 const ProtobufCMessage *message, struct decision *out)
{
  const struct dsp_view *view = dsp_state_view(call->state, call->txn, call->arena);
  const struct dsp_registry_event taken = {head->id, event, message};
  return view ? dsp_orphan_decide(call->dir, view, &taken, call->ctx, out) : -ENOMEM;
}

static const struct svc_follow follows[] = {
    {.area = "registry", .events = &reg__events__descriptor, .project = project, .react = react}, {0}};

static const struct svc_service service = {.area = "dispatch",
                                           .title = "needs plans, matching and postings",
                                           .commands = &dsp__commands__descriptor,
                                           .queries = &dsp__queries__descriptor,
                                           .events = &dsp__events__descriptor,
                                           .command_table = dsp_api_commands,
                                           .query_table = dsp_query_table,
                                           .event_table = dsp_api_events,
                                           .follow_table = follows,
                                           .open = open_state,
                                           .ready = ready,
                                           .close = close_state,
                                           .tables = tables,
                                           .committed = schedule};

int main(int argc, char **argv)
{
  return svc_main(&service, argc, argv);
}
