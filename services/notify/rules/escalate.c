#include "services/notify/rules/escalate.h"
#include "services/notify/rules/task.h"

#include <errno.h>
#include <string.h>

struct overdue { // one delivery past due
  const struct dir_view *dir;
  struct ntf_view *view;
  const struct rule_context *ctx;
  struct decision *out;
  const Ntf__Delivery *late;
  const Ntf__Notice *notice;
  struct ntf_subject subject;
  const Prg__NoticeRule *rule; // NULL = its programme is not known any more
};

static int open_task(const struct overdue *o, const char *word)
{
  struct ntf_task task = {.notice = o->notice->id,
                          .delivery = o->late->id,
                          .word = word,
                          .division = o->late->division,
                          .reason = REASON_NO_01,
                          .name1 = "word",
                          .value1 = word};
  return ntf_task_open(&task, o->ctx, o->out);
}

// Nobody is told of their own lateness a second time.
static void leave_out(struct ntf_addressees *to, const char *id)
{
  size_t n = 0;
  for (size_t i = 0; i < to->n; i++)
    if (strcmp(to->list[i].id, id) != 0) to->list[n++] = to->list[i];
  to->n = n;
}

static int emit(const struct overdue *o, const struct ntf_deliveries *escalations)
{
  Ntf__DeliveryEscalated *event = ARENA_NEW(o->out->arena, Ntf__DeliveryEscalated);
  Ntf__Delivery *late = ntf_record_delivery(o->out->arena, o->late);
  if (!event || !late) return -ENOMEM;
  late->escalated_us = (uint64_t)o->ctx->now_us;
  ntf__delivery_escalated__init(event);
  event->delivery = late;
  event->escalations = escalations->list;
  event->n_escalations = escalations->n;
  struct event_head head = {.subject = late->id, .division = late->division, .rev = late->rev};
  head.units[head.n_units++] = late->addressee;
  for (size_t i = 0; i < escalations->n; i++)
    if (!escalations->list[i]->mailbox[0]) head.units[head.n_units++] = escalations->list[i]->addressee;
  return decision_emit(o->out, &head, &event->base);
}

static int escalate(const struct overdue *o)
{
  struct ntf_addressees to = {0};
  struct ntf_deliveries escalations = {0};
  Ntf__Delivery like = NTF__DELIVERY__INIT;
  like.notice = o->notice->id;
  like.ack = PRG__ACK_KIND__ACK_NONE;
  like.escalation_of = o->late->id;
  int r =
      ntf_address_resolve(o->dir, &o->subject, o->rule->escalate, o->rule->n_escalate, o->out->arena, &to);
  if (r < 0) return r;
  size_t reached = to.n;
  leave_out(&to, o->late->addressee);
  bool own = reached && !to.n, cut = to.n > NTF_ESCALATION_MAX;
  if (cut) to.n = NTF_ESCALATION_MAX;
  struct ntf_mailing mailing = {&to, o->rule, &like};
  r = ntf_address_deliver(o->view, &mailing, o->ctx, o->out, &escalations);
  if (r == 0) r = emit(o, &escalations);
  for (size_t i = 0; r == 0 && i < to.n_nobody; i++)
    r = open_task(o, to.nobody[i]);
  if (r == 0 && (own || cut)) r = open_task(o, o->rule->escalate[o->rule->n_escalate - 1]);
  return r;
}

// A rule without anybody to escalate to: only the fact that the date passed.
static int note_overdue(const struct overdue *o)
{
  struct ntf_deliveries none = {0};
  int r = emit(o, &none);
  return r == 0 && !o->rule ? open_task(o, o->late->word) : r;
}

static int take(struct overdue *o)
{
  int r = ntf_view_notice(o->view, o->late->notice, &o->notice);
  if (r < 0) return r;
  if (!o->notice) return -EBADMSG;
  r = ntf_subject_of_notice(o->dir, o->view, o->notice, &o->subject);
  if (r < 0) return r;
  // the version the notice was raised under, whatever the record follows today
  const Prg__Programme *programme = NULL;
  r = dir_programme(o->dir, o->notice->programme, o->notice->programme_version, &programme);
  if (r < 0) return r;
  o->rule = programme && o->notice->rule < programme->n_notices ? programme->notices[o->notice->rule] : NULL;
  return o->rule && o->rule->n_escalate ? escalate(o) : note_overdue(o);
}

int ntf_escalate_decide_tick(const struct dir_view *dir, struct ntf_view *view, const Ntf__Tick *command,
                             const struct rule_context *ctx, struct decision *out)
{
  (void)command;
  Ntf__Delivery *const *late = NULL;
  size_t n = 0;
  int r = ntf_view_overdue(view, ctx->now_us, NTF_TICK_MAX, &late, &n);
  for (size_t i = 0; r == 0 && i < n; i++) {
    struct overdue one = {.dir = dir, .view = view, .ctx = ctx, .out = out, .late = late[i]};
    r = take(&one);
  }
  if (r < 0) return r;
  Ntf__TickReply *reply = ARENA_NEW(out->arena, Ntf__TickReply);
  if (!reply) return -ENOMEM;
  ntf__tick_reply__init(reply);
  reply->moved = (uint32_t)n;
  out->reply = &reply->base;
  return 0;
}
