#include "services/notify/rules/receipt.h"
#include "common/domain/authority.h"
#include "services/notify/rules/lifecycle.h"
#include "services/notify/rules/task.h"

#include <errno.h>
#include <string.h>

struct answer { // one answer in the making
  const struct dir_view *dir;
  struct ntf_view *view;
  const struct rule_context *ctx;
  struct decision *out;
  const Ntf__Delivery *before;
  const char *unit;        // name of the addressee
  Ntf__Delivery *delivery; // after
  Ntf__Notice *notice;     // after; NULL = the notice is not concerned
  Ntf__Delivery **settled;
  size_t n_settled;
};

int ntf_receipt_acts_for(const struct dir_view *dir, const struct actor *actor, Ntf__AddresseeKind kind,
                         const char *id, bool *ret_acts, const char **ret_name)
{
  bool acts = false;
  const char *name = id;
  int r;
  if (kind == NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON) {
    const Reg__Person *person = NULL;
    r = dir_person(dir, id, &person);
    if (r == 0 && person) r = actor_acts_for_person(dir, actor, person, &acts);
    if (person) name = person->staff_no;
  } else {
    const Reg__Institution *institution = NULL;
    r = dir_institution(dir, id, &institution);
    if (r == 0 && institution) r = actor_acts_for_unit(dir, actor, institution, &acts);
    if (institution) name = institution->name;
  }
  if (r < 0) return r;
  *ret_acts = acts;
  *ret_name = name;
  return 0;
}

// Finds the delivery and checks that this actor may answer it.
static int open_answer(const char *id, struct answer *a)
{
  bool acts = false;
  int r = ntf_record_find(a->view, id, a->ctx, a->out, &a->before);
  if (r != 0) return r;
  r = ntf_receipt_acts_for(a->dir, &a->ctx->actor, a->before->addressee_kind, a->before->addressee, &acts,
                           &a->unit);
  if (r < 0) return r;
  if (!acts) return decision_reject(a->out, REASON_NO_02, "actor", a->ctx->actor.name, "unit", a->unit, NULL);
  if (!a->before->mailbox[0]) return 0;
  return decision_reject(
      a->out, REASON_FIELD, "field", "id", "detail",
      arena_printf(a->out->arena, "is a copy on another channel; answer %s", a->before->mailbox), NULL);
}

// Moves the delivery and stamps who did it.
static int move(struct answer *a, const char *verb, const char *note)
{
  int to = 0;
  int r = lifecycle_move(&ntf_lifecycle_delivery, (int)a->before->status, verb, a->out, &to);
  if (r != 0) return r;
  a->delivery = ntf_record_delivery(a->out->arena, a->before);
  if (!a->delivery) return -ENOMEM;
  a->delivery->status = (Ntf__DeliveryStatus)to;
  a->delivery->receipt_by = (char *)a->ctx->actor.name;
  a->delivery->receipt_us = (uint64_t)a->ctx->now_us;
  a->delivery->receipt_note = (char *)note;
  return 0;
}

static int settle_escalations(struct answer *a)
{
  Ntf__Delivery *const *list = NULL;
  size_t n = 0;
  int r = a->before->escalated_us ? ntf_view_escalations(a->view, a->before, &list, &n) : 0;
  if (r < 0 || n == 0) return r;
  a->settled = ARENA_ARRAY(a->out->arena, Ntf__Delivery *, n);
  if (!a->settled) return -ENOMEM;
  for (size_t i = 0; i < n; i++) {
    if (list[i]->settled_us) continue;
    Ntf__Delivery *next = ntf_record_delivery(a->out->arena, list[i]);
    if (!next) return -ENOMEM;
    next->settled_us = (uint64_t)a->ctx->now_us;
    a->settled[a->n_settled++] = next;
  }
  return 0;
}

// If this was the answer that the delivery owed: the notice is owed one less, and its escalations are
// settled.
static int settle(struct answer *a)
{
  if (!ntf_lifecycle_owes(a->before) || ntf_lifecycle_owes(a->delivery)) return 0;
  const Ntf__Notice *notice = NULL;
  int r = ntf_view_notice(a->view, a->before->notice, &notice);
  if (r < 0) return r;
  if (!notice || !notice->owed) return -EBADMSG; // a delivery that owes always has a notice that counts it
  a->notice = ntf_record_notice(a->out->arena, notice);
  if (!a->notice) return -ENOMEM;
  if (--a->notice->owed == 0)
    a->notice->status =
        (Ntf__NoticeStatus)lifecycle_find(&ntf_lifecycle_notice, (int)notice->status, "close")->to;
  return settle_escalations(a);
}

// After the event of the answer itself.
static int close_notice(struct answer *a)
{
  if (!a->notice || a->notice->owed) return 0;
  Ntf__NoticeClosed *event = ARENA_NEW(a->out->arena, Ntf__NoticeClosed);
  if (!event) return -ENOMEM;
  ntf__notice_closed__init(event);
  event->notice = a->notice;
  struct event_head head = {.subject = a->notice->id, .division = a->notice->division, .rev = a->notice->rev};
  return decision_emit(a->out, &head, &event->base);
}

static int finish(struct answer *a, const ProtobufCMessage *event)
{
  int r = ntf_record_emit(a->out, a->delivery, event);
  if (r == 0) r = close_notice(a);
  return r < 0 ? r : ntf_record_reply(a->out, a->delivery);
}

int ntf_receipt_decide_read(const struct dir_view *dir, struct ntf_view *view,
                            const Ntf__ReadDelivery *command, const struct rule_context *ctx,
                            struct decision *out)
{
  struct answer a = {.dir = dir, .view = view, .ctx = ctx, .out = out};
  int r = open_answer(command->id, &a);
  if (r != 0) return r;
  if (a.before->status == NTF__DELIVERY_STATUS__DELIVERY_READ || a.before->receipt_us)
    return ntf_record_reply(out, a.before);
  r = move(&a, "read", "");
  if (r == 0) r = settle(&a);
  if (r != 0) return r;
  Ntf__DeliveryRead *event = ARENA_NEW(out->arena, Ntf__DeliveryRead);
  if (!event) return -ENOMEM;
  ntf__delivery_read__init(event);
  event->delivery = a.delivery;
  event->notice = a.notice;
  event->settled = a.settled;
  event->n_settled = a.n_settled;
  return finish(&a, &event->base);
}

int ntf_receipt_decide_sign(const struct dir_view *dir, struct ntf_view *view,
                            const Ntf__SignDelivery *command, const struct rule_context *ctx,
                            struct decision *out)
{
  struct answer a = {.dir = dir, .view = view, .ctx = ctx, .out = out};
  int r = open_answer(command->id, &a);
  if (r == 0) r = ntf_record_check_note("note", command->note, false, out);
  if (r == 0) r = move(&a, "sign", command->note);
  if (r == 0) r = settle(&a);
  if (r != 0) return r;
  Ntf__DeliverySigned *event = ARENA_NEW(out->arena, Ntf__DeliverySigned);
  if (!event) return -ENOMEM;
  ntf__delivery_signed__init(event);
  event->delivery = a.delivery;
  event->notice = a.notice;
  event->settled = a.settled;
  event->n_settled = a.n_settled;
  return finish(&a, &event->base);
}

static int tell_operators(const struct answer *a)
{
  struct ntf_task task = {.notice = a->delivery->notice,
                          .delivery = a->delivery->id,
                          .word = a->delivery->word,
                          .division = a->delivery->division,
                          .reason = REASON_NO_05,
                          .name1 = "unit",
                          .value1 = a->unit,
                          .name2 = "detail",
                          .value2 = a->delivery->receipt_note};
  return ntf_task_open(&task, a->ctx, a->out);
}

int ntf_receipt_decide_refuse(const struct dir_view *dir, struct ntf_view *view,
                              const Ntf__RefuseDelivery *command, const struct rule_context *ctx,
                              struct decision *out)
{
  struct answer a = {.dir = dir, .view = view, .ctx = ctx, .out = out};
  int r = open_answer(command->id, &a);
  if (r == 0) r = ntf_record_check_note("reason", command->reason, true, out);
  if (r == 0) r = move(&a, "refuse", command->reason);
  if (r == 0) r = settle(&a);
  if (r != 0) return r;
  Ntf__DeliveryRefused *event = ARENA_NEW(out->arena, Ntf__DeliveryRefused);
  if (!event) return -ENOMEM;
  ntf__delivery_refused__init(event);
  event->delivery = a.delivery;
  event->reason = command->reason;
  event->notice = a.notice;
  event->settled = a.settled;
  event->n_settled = a.n_settled;
  r = finish(&a, &event->base);
  return r < 0 ? r : tell_operators(&a);
}
