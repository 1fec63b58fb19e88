// The methods of notifyd: thin handlers from the daemon's frame to the rules, and what its feeds make it do.
#include "common/obs/log.h"
#include "proto/registry_service.pb-c.h"
#include "services/notify/channel/endpoint.h"
#include "services/notify/daemon.h"
#include "services/notify/rules/attempt.h"
#include "services/notify/rules/contact.h"
#include "services/notify/rules/escalate.h"
#include "services/notify/rules/raise.h"
#include "services/notify/rules/receipt.h"
#include "services/notify/rules/task.h"

#include <errno.h>
#include <string.h>

static struct ntf_state *state_of(const struct svc_call *call)
{
  return ((struct ntf_daemon *)call->state)->state;
}

static struct ntf_view *view_of(const struct svc_call *call)
{
  return ntf_state_view(state_of(call), call->txn, call->arena);
}

// What operators should hear of, besides the records.
static void log_decided(const struct decision *out)
{
  for (const struct decided_event *event = out->first; event; event = event->next) {
    if (event->data->descriptor == &ntf__task_opened__descriptor) {
      const Ntf__OperatorTask *task = ((const Ntf__TaskOpened *)event->data)->task;
      if (strcmp(task->reason, reason_text(REASON_NO_01)->word) == 0)
        log_event(LOG_no_recipient, F_TEXT("object", task->notice), F_TEXT("word", task->word));
    } else if (event->data->descriptor == &ntf__delivery_escalated__descriptor)
      log_event(LOG_escalated, F_TEXT("object", event->head.subject));
  }
}

// ---- commands of people

static bool secret_known(const struct conf *conf, const char *name)
{
  for (size_t i = 0; i < conf->n_secrets; i++)
    if (strcmp(conf->secrets[i].name, name) == 0) return true;
  return false;
}

static int prepare_contact(struct svc_call *call, ProtobufCMessage *message, const void **ret,
                           struct decision *out)
{
  const Ntf__Contact *contact = ((const Ntf__SetContact *)message)->contact;
  struct ntf_contact_check *check = ARENA_NEW(call->arena, struct ntf_contact_check);
  char *lane = arena_alloc(call->arena, ENDPOINT_LANE);
  (void)out;
  if (!check || !lane) return -ENOMEM;
  if (contact && contact->address[0]) {
    (void)endpoint_check(contact->address, svc_conf(call->svc)->webhook_allow, lane, &check->why);
    check->secret_known = secret_known(svc_conf(call->svc), contact->secret);
  }
  check->lane = lane;
  *ret = check;
  return 0;
}

static int set_contact(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  return view ? ntf_contact_decide_set(call->dir, view, (const Ntf__SetContact *)message, call->ctx, out)
              : -ENOMEM;
}

static int read_delivery(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  return view ? ntf_receipt_decide_read(call->dir, view, (const Ntf__ReadDelivery *)message, call->ctx, out)
              : -ENOMEM;
}

static int sign_delivery(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  return view ? ntf_receipt_decide_sign(call->dir, view, (const Ntf__SignDelivery *)message, call->ctx, out)
              : -ENOMEM;
}

static int refuse_delivery(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  return view ? ntf_receipt_decide_refuse(call->dir, view, (const Ntf__RefuseDelivery *)message, call->ctx,
                                          out)
              : -ENOMEM;
}

static int retry_delivery(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  return view ? ntf_attempt_decide_retry(view, (const Ntf__RetryDelivery *)message, call->ctx, out) : -ENOMEM;
}

static int drop_delivery(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  return view ? ntf_attempt_decide_drop(view, (const Ntf__DropDelivery *)message, call->ctx, out) : -ENOMEM;
}

static int close_task(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  return view ? ntf_task_decide_close(view, (const Ntf__CloseTask *)message, call->ctx, out) : -ENOMEM;
}

// ---- commands of the daemon itself

// Other daemons have the role SERVICE too, for reading; they do not speak for our channel.
static int require_self(const struct svc_call *call, const char *method, struct decision *out)
{
  if (strcmp(call->ctx->actor.name, "self") == 0) return 0;
  return decision_reject(out, REASON_ROLE, "method", method, "roles", "self", "actor", call->ctx->actor.name,
                         NULL);
}

static int begin_attempt(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  int r = view ? require_self(call, "BeginAttempt", out) : -ENOMEM;
  return r != 0 ? r : ntf_attempt_decide_begin(view, (const Ntf__BeginAttempt *)message, call->ctx, out);
}

static int end_attempt(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  int r = view ? require_self(call, "EndAttempt", out) : -ENOMEM;
  return r != 0 ? r : ntf_attempt_decide_end(view, (const Ntf__EndAttempt *)message, call->ctx, out);
}

static int tick(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  int r =
      view ? ntf_escalate_decide_tick(call->dir, view, (const Ntf__Tick *)message, call->ctx, out) : -ENOMEM;
  if (r != 0) return r;
  log_decided(out);
  const Ntf__TickReply *reply = (const Ntf__TickReply *)out->reply;
  if (reply->moved == NTF_TICK_MAX) svc_tick_at(call->svc, call->ctx->now_us); // there may be more
  return 0;
}

#define ADDRESSEES (ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU) | ROLE_BIT(UNIT) | ROLE_BIT(PERSON))
#define KEEPERS    (ROLE_BIT(OPERATOR) | ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY))

const struct svc_command ntf_api_commands[] = {
    {"SetContact", KEEPERS | ADDRESSEES, SVC_CREATES, prepare_contact, set_contact},
    {"ReadDelivery", ADDRESSEES, SVC_FINISHES, NULL, read_delivery},
    {"SignDelivery", ADDRESSEES, SVC_FINISHES, NULL, sign_delivery},
    {"RefuseDelivery", ADDRESSEES, SVC_FINISHES, NULL, refuse_delivery},
    {"RetryDelivery", KEEPERS, SVC_FINISHES, NULL, retry_delivery},
    {"DropDelivery", KEEPERS, SVC_FINISHES, NULL, drop_delivery},
    {"BeginAttempt", ROLE_BIT(SERVICE), SVC_FINISHES, NULL, begin_attempt},
    {"EndAttempt", ROLE_BIT(SERVICE), SVC_FINISHES, NULL, end_attempt},
    {"CloseTask", KEEPERS, SVC_FINISHES, NULL, close_task},
    {"Tick", ROLE_BIT(SERVICE), SVC_FINISHES, NULL, tick},
    {0},
};

// ---- events

static int apply(void *daemon, struct store_txn *txn, const ProtobufCMessage *event)
{
  return ntf_state_apply(((struct ntf_daemon *)daemon)->state, txn, event);
}

const struct svc_event ntf_api_events[] = {
    {"ContactSet", apply},        {"NoticeRaised", apply},      {"NoticeClosed", apply},
    {"DeliveryAttempted", apply}, {"DeliveryDelivered", apply}, {"DeliveryFailed", apply},
    {"DeliveryDead", apply},      {"DeliveryRead", apply},      {"DeliverySigned", apply},
    {"DeliveryRefused", apply},   {"DeliveryEscalated", apply}, {"DeliveryRequeued", apply},
    {"TaskOpened", apply},        {"TaskClosed", apply},        {0},
};

// ---- followed feeds

static int react(struct svc_call *call, const char *area, const Bus__Event *head, const char *event,
                 const ProtobufCMessage *message, struct decision *out)
{
  struct ntf_view *view = view_of(call);
  struct ntf_source source = {.area = area, .seq = head->seq, .id = head->id, .event = event};
  int r = view ? ntf_raise_decide(call->dir, view, &source, message, call->ctx, out) : -ENOMEM;
  if (r == 0) log_decided(out);
  return r;
}

static int project_registry(struct svc_call *call, const char *event, const ProtobufCMessage *message)
{
  return directory_apply(svc_directory(call->svc), call->txn, event, message);
}

static int react_registry(struct svc_call *call, const Bus__Event *head, const char *event,
                          const ProtobufCMessage *message, struct decision *out)
{
  return react(call, "registry", head, event, message, out);
}

static int project_dispatch(struct svc_call *call, const char *event, const ProtobufCMessage *message)
{
  (void)event;
  return ntf_state_project(state_of(call), call->txn, message);
}

static int react_dispatch(struct svc_call *call, const Bus__Event *head, const char *event,
                          const ProtobufCMessage *message, struct decision *out)
{
  return react(call, "dispatch", head, event, message, out);
}

static int reset_dispatch(struct svc_call *call)
{
  return ntf_state_forget_projection(state_of(call), call->txn);
}

const struct svc_follow ntf_api_follows[] = {
    {"registry", &reg__events__descriptor, project_registry, react_registry, NULL},
    {"dispatch", &dsp__events__descriptor, project_dispatch, react_dispatch, reset_dispatch},
    {0},
};
