// What only reads: queries, pings, fetches, snapshots. Served after the commit from one short read
// transaction, so an answer shows everything that was acknowledged before it.
#include "common/svc/internal.h"

#include "common/base/clock.h"
#include "common/base/pb.h"
#include "common/base/rand.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

void reading_defer(struct svc *svc, struct bus_message *message)
{
  struct deferred *one = calloc(1, sizeof *one);
  if (!one) {
    bus_message_clear(message);
    return;
  }
  one->message = *message;
  *message = (struct bus_message){0};
  *svc->deferred_tail = one;
  svc->deferred_tail = &one->next;
}

// ---- queries

struct query {
  Bus__Header *header;
  const struct binding *binding;
  struct actor actor;
};

static Bus__Status *query_admit(struct svc *svc, struct bus_message *message, struct query *q)
{
  struct pb_fault fault;
  q->header = (Bus__Header *)pb_admit(&bus__header__descriptor, zframe_data(message->a),
                                      zframe_size(message->a), svc->decode, &fault);
  if (!q->header)
    return status_reject(svc->work, REASON_DECODE, "what", "header", "type", "jiedui.bus.v1.Header", "detail",
                         fault.what, NULL);
  const struct principal *principal = who_is(svc, message->principal);
  if (!principal) return status_reject(svc->work, REASON_PRINCIPAL, NULL);
  if (!who_speaks(svc, principal, q->header->on_behalf_of, &q->actor))
    return status_reject(svc->work, REASON_BEHALF, "actor", principal->name, NULL);
  const char *method = bind_method(q->header->type, svc->service->area);
  q->binding = method ? bind_find(&svc->queries, method) : NULL;
  if (!q->binding && (method = bind_method(q->header->type, "ops")))
    q->binding = bind_find(&svc->ops_queries, method);
  if (!q->binding) return status_reject(svc->work, REASON_METHOD, "type", q->header->type, NULL);
  if (!actor_has_role(&q->actor, q->binding->roles))
    return status_reject(svc->work, REASON_ROLE, "method", q->binding->name, "actor", q->actor.name, "roles",
                         who_roles(svc->work, q->binding->roles), NULL);
  return NULL;
}

static Bus__Status *query_fault(struct svc *svc, const struct query *q, int error)
{
  char number[24];
  arena_reset(svc->work); // the query may have used it up: the answer needs a place
  snprintf(number, sizeof number, "%08x", (unsigned)rand_below(UINT32_MAX));
  log_event(LOG_method_failed, F_TEXT("object", q->header->type), F_TEXT("actor", q->actor.name),
            F_TEXT("id", number), F_TEXT("error", strerror(-error)));
  return status_reject(svc->work, REASON_INTERNAL, "id", number, NULL);
}

static Bus__Status *query_answer(struct svc *svc, struct store_txn *txn, struct bus_message *message,
                                 struct query *q)
{
  struct pb_fault fault;
  ProtobufCMessage *body =
      pb_admit(q->binding->input, zframe_data(message->b), zframe_size(message->b), svc->decode, &fault);
  if (!body)
    return status_reject(svc->work, strcmp(fault.what, "enum") == 0 ? REASON_ENUM : REASON_DECODE, "what",
                         "body", "field", fault.path, "type", q->binding->input->name, "detail", fault.what,
                         NULL);
  struct decision decision = {.arena = svc->work};
  struct id_source ids;
  struct rule_context ctx = {.actor = q->actor};
  context_fill(svc, &ctx, &ids);
  struct svc_call call = {svc, svc->state, txn, svc->work, directory_view(svc->directory, txn, svc->work),
                          &ctx};
  int r = q->binding->query->answer(&call, body, &decision);
  if (r < 0) return query_fault(svc, q, r);
  Bus__Status *status = status_of_reason(svc->work, (enum reason)r, &decision);
  if (!status || r > 0 || !decision.reply) return status;
  status->result_type = (char *)decision.reply->descriptor->name;
  status->result.len = pb_pack(svc->work, decision.reply, &status->result.data);
  if (!status->result.data) return query_fault(svc, q, -ENOMEM);
  if (status->result.len > BUS_BODY_MAX - BUS_HEADER_MAX)
    return status_reject(svc->work, REASON_SIZE, "what", "reply", "size",
                         decision_number(&decision, (int64_t)status->result.len), "max", "258048", NULL);
  return status;
}

static void serve_query(struct svc *svc, struct store_txn *txn, struct bus_message *message)
{
  struct query q = {0};
  Bus__Status *status = query_admit(svc, message, &q);
  if (!status) status = query_answer(svc, txn, message, &q);
  uint8_t none[16] = {0}, *id = none;
  size_t length = sizeof none;
  if (q.header) {
    id = q.header->msg_id.data;
    length = MIN(q.header->msg_id.len, sizeof none);
  }
  char labels[160];
  snprintf(labels, sizeof labels, "method=\"%s\",outcome=\"%s\"", q.binding ? q.binding->name : "unknown",
           outcome_word(status ? status->code : BUS__CODE__CODE_INTERNAL));
  metric_add(METRIC_queries, labels, 1);
  if (status) reply_now(svc, &message->address, id, length, status);
}

// ---- ping: answered to every authenticated key, for diagnosis

static void serve_ping(struct svc *svc, struct bus_message *message)
{
  static char *caps[] = {"dry-run", "snapshot", "consumer-cursor"};
  const struct principal *principal = who_is(svc, message->principal);
  Bus__Pong pong = BUS__PONG__INIT;
  pong.area = (char *)svc->service->area;
  pong.version = (char *)JIEDUI_VERSION;
  pong.epoch = journal_epoch(svc->journal);
  pong.head = journal_head(svc->journal);
  pong.time_us = (uint64_t)times_now_us(svc);
  pong.ready = svc->ready && !svc->draining;
  pong.principal = principal ? principal->name : pong.principal;
  pong.caps = caps;
  pong.n_caps = sizeof caps / sizeof *caps;
  uint8_t *bytes = NULL;
  size_t length = pb_pack(svc->work, &pong.base, &bytes);
  if (bytes)
    bus_server_reply(svc->server, &message->address, BUS_PING, zframe_data(message->a),
                     MIN(zframe_size(message->a), 16), bytes, length);
}

// ---- acks write, so they ride in the batch

static Bus__Status *keep_cursor(struct svc *svc, const struct principal *principal, const Bus__Ack *ack)
{
  if (!ack->consumer[0] || strlen(ack->consumer) > 64 || ack->seq > journal_head(svc->journal))
    return status_reject(svc->work, REASON_FIELD, "field", "consumer, seq", "detail",
                         "1-64 bytes; not past the head", NULL);
  uint64_t epoch = journal_epoch(svc->journal);
  if (ack->epoch && ack->epoch != epoch) // it counts the rows of another history
    return status_reject(svc->work, REASON_EPOCH, "epoch", arena_printf(svc->work, "%" PRIu64, epoch), NULL);
  char *name = arena_printf(svc->work, "consumer/%s/%s", principal->name, ack->consumer);
  int r = name ? batch_begin(svc) : -ENOMEM;
  if (r == 0) r = cursor_put(svc->batch.txn, svc->keep, name, epoch, ack->seq);
  return r == 0 ? status_of_reason(svc->work, REASON_NONE, NULL)
                : status_reject(svc->work, REASON_SPACE, NULL);
}

void ack_take(struct svc *svc, struct bus_message *message)
{
  arena_reset(svc->work);
  arena_reset(svc->decode);
  struct pending pending = {.address = message->address, .began_us = clock_monotonic_us(), .method = "Ack"};
  message->address = NULL;
  pending.id_length = MIN(zframe_size(message->a), sizeof pending.id);
  memcpy(pending.id, zframe_data(message->a), pending.id_length);
  struct pb_fault fault;
  const Bus__Ack *ack = (Bus__Ack *)pb_admit(&bus__ack__descriptor, zframe_data(message->b),
                                             zframe_size(message->b), svc->decode, &fault);
  const struct principal *principal = who_is(svc, message->principal);
  Bus__Status *status = NULL;
  if (!principal)
    status = status_reject(svc->work, REASON_PRINCIPAL, NULL);
  else if (!ack)
    status = status_reject(svc->work, REASON_DECODE, "what", "body", "type", "jiedui.bus.v1.Ack", "detail",
                           fault.what, NULL);
  else
    status = keep_cursor(svc, principal, ack);
  pending.outcome = outcome_word(status ? status->code : BUS__CODE__CODE_INTERNAL);
  batch_answer(svc, &pending, status);
}

// ---- all of them

static void serve(struct svc *svc, struct store_txn *txn, struct bus_message *message)
{
  arena_reset(svc->work);
  arena_reset(svc->decode);
  switch (message->kind) {
  case BUS_QUERY:
    serve_query(svc, txn, message);
    break;
  case BUS_PING:
    serve_ping(svc, message);
    break;
  case BUS_FETCH:
    feed_fetch(svc, txn, message);
    break;
  case BUS_SNAPSHOT:
    snapshot_page(svc, txn, message);
    break;
  default:
    break;
  }
  bus_message_clear(message);
}

void reading_serve(struct svc *svc)
{
  struct deferred *list = svc->deferred;
  svc->deferred = NULL;
  svc->deferred_tail = &svc->deferred;
  if (!list && !svc->parked) return;
  struct store_txn *txn = NULL;
  int r = store_begin(svc->store, false, &txn);
  while (list) {
    struct deferred *next = list->next;
    if (r == 0)
      serve(svc, txn, &list->message);
    else
      bus_message_clear(&list->message);
    free(list);
    list = next;
  }
  if (r == 0) feed_wake(svc, txn);
  if (txn) store_abort(&txn);
}
