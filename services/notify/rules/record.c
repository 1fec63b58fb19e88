#include "services/notify/rules/record.h"
#include "services/notify/rules/privacy.h"

#include <errno.h>
#include <string.h>

char *ntf_record_id(const struct rule_context *ctx, struct arena *arena)
{
  char *id = arena_alloc(arena, UUID_TEXT);
  if (id) id_source_next(ctx->ids, id);
  return id;
}

Ntf__Notice *ntf_record_notice(struct arena *arena, const Ntf__Notice *notice)
{
  Ntf__Notice *next = (Ntf__Notice *)arena_clone(arena, &notice->base);
  if (next) next->rev++;
  return next;
}

Ntf__Delivery *ntf_record_delivery(struct arena *arena, const Ntf__Delivery *delivery)
{
  Ntf__Delivery *next = (Ntf__Delivery *)arena_clone(arena, &delivery->base);
  if (next) next->rev++;
  return next;
}

int ntf_record_emit(struct decision *out, const Ntf__Delivery *delivery, const ProtobufCMessage *event)
{
  struct event_head head = {.subject = delivery->id,
                            .division = delivery->division,
                            .units = {delivery->addressee},
                            .n_units = 1,
                            .rev = delivery->rev};
  return decision_emit(out, &head, event);
}

int ntf_record_find(struct ntf_view *view, const char *id, const struct rule_context *ctx,
                    struct decision *out, const Ntf__Delivery **ret)
{
  const Ntf__Delivery *delivery = NULL;
  int r = ntf_view_delivery(view, id, &delivery);
  if (r < 0) return r;
  if (!delivery) return decision_reject(out, REASON_NOT_FOUND, "what", "delivery", "ref", id, NULL);
  if (ctx->expect_rev && ctx->expect_rev != delivery->rev)
    return decision_reject(out, REASON_REV, "rev", decision_number(out, (int64_t)delivery->rev), "expected",
                           decision_number(out, (int64_t)ctx->expect_rev), NULL);
  *ret = delivery;
  return 0;
}

int ntf_record_check_note(const char *field, const char *note, bool required, struct decision *out)
{
  if (required && !note[0])
    return decision_reject(out, REASON_FIELD, "field", field, "detail", "is required: say why", NULL);
  if (strlen(note) > NTF_NOTE_MAX)
    return decision_reject(out, REASON_FIELD, "field", field, "detail", "has more than 500 bytes", NULL);
  if (ntf_privacy_found(note)) return decision_reject(out, REASON_NO_03, "field", field, NULL);
  return 0;
}

int ntf_record_reply(struct decision *out, const Ntf__Delivery *delivery)
{
  Ntf__DeliveryReply *reply = ARENA_NEW(out->arena, Ntf__DeliveryReply);
  if (!reply) return -ENOMEM;
  ntf__delivery_reply__init(reply);
  reply->id = delivery->id;
  reply->status = delivery->status;
  reply->rev = delivery->rev;
  out->reply = &reply->base;
  return 0;
}
