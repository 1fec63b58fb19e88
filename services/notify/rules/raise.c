#include "services/notify/rules/raise.h"
#include "services/notify/rules/lifecycle.h"
#include "services/notify/rules/task.h"
#include "services/notify/rules/text.h"

#include <errno.h>
#include <string.h>

struct raise { // one rule for one event
  const struct dir_view *dir;
  struct ntf_view *view;
  const struct ntf_source *source;
  const struct ntf_subject *subject;
  const ProtobufCMessage *event;
  const struct rule_context *ctx;
  struct decision *out;
  const Prg__NoticeRule *rule;
  uint32_t index;
};

static bool wants_answer(const Prg__NoticeRule *rule)
{
  return rule->ack == PRG__ACK_KIND__ACK_RECEIPT || rule->ack == PRG__ACK_KIND__ACK_SIGN;
}

static int write_texts(const struct raise *raise, Ntf__Notice *notice)
{
  struct arena *arena = raise->out->arena;
  struct ntf_params *params = ARENA_NEW(arena, struct ntf_params);
  if (!params) return -ENOMEM;
  int r = ntf_text_params(raise->dir, raise->subject, raise->source->event, raise->event, arena, params);
  if (r < 0) return r;
  if (notice->due_us) {
    char *due = arena_alloc(arena, DATE_SIZE);
    if (!due) return -ENOMEM;
    date_of_time((int64_t)notice->due_us, due);
    r = ntf_text_param(params, arena, "due", due);
    if (r < 0) return r;
  }
  notice->params = params->list;
  notice->n_params = params->n;
  return ntf_text_write(arena, ntf_text_of(raise->source->event), notice);
}

static int new_notice(const struct raise *raise, Ntf__Notice **ret)
{
  struct arena *arena = raise->out->arena;
  Ntf__Notice *notice = ARENA_NEW(arena, Ntf__Notice);
  char *id = ntf_record_id(raise->ctx, arena);
  if (!notice || !id) return -ENOMEM;
  ntf__notice__init(notice);
  notice->id = id;
  notice->area = (char *)raise->source->area;
  notice->source_seq = raise->source->seq;
  notice->source_event = (char *)raise->source->id;
  notice->event = (char *)raise->source->event;
  notice->subject = (char *)raise->subject->id;
  notice->division = (char *)raise->subject->division;
  notice->programme = (char *)raise->subject->programme;
  notice->programme_version = raise->subject->version;
  notice->rule = raise->index;
  notice->ack = raise->rule->ack;
  notice->raised_us = (uint64_t)raise->ctx->now_us;
  if (wants_answer(raise->rule) && raise->rule->within_working_days)
    notice->due_us = (uint64_t)working_days_after(raise->ctx->now_us, (int)raise->rule->within_working_days);
  notice->rev = 1;
  int r = write_texts(raise, notice);
  if (r == 0) *ret = notice;
  return r;
}

// With ack: none nobody can be late, so those to escalate to are told at the same time.
static int find_addressees(const struct raise *raise, struct ntf_addressees *ret)
{
  const Prg__NoticeRule *rule = raise->rule;
  struct arena *arena = raise->out->arena;
  int r = ntf_address_resolve(raise->dir, raise->subject, rule->to, rule->n_to, arena, ret);
  if (r == 0 && !wants_answer(rule))
    r = ntf_address_resolve(raise->dir, raise->subject, rule->escalate, rule->n_escalate, arena, ret);
  return r;
}

// Index of the first delivery of the addressee after the next `limit` ones (a mailbox delivery opens each).
static size_t end_of_chunk(const struct ntf_deliveries *all, size_t from, size_t limit)
{
  size_t at = from, addressees = 0;
  for (; at < all->n; at++)
    if (!all->list[at]->mailbox[0] && addressees++ == limit) break;
  return at;
}

static int emit_chunk(const struct raise *raise, Ntf__Notice *notice, const struct ntf_deliveries *all,
                      size_t from, size_t end)
{
  struct event_head head = {.subject = notice->id, .division = notice->division, .rev = notice->rev};
  Ntf__NoticeRaised *event = ARENA_NEW(raise->out->arena, Ntf__NoticeRaised);
  if (!event) return -ENOMEM;
  ntf__notice_raised__init(event);
  event->notice = notice;
  event->deliveries = all->list + from;
  event->n_deliveries = end - from;
  for (size_t i = from; i < end; i++)
    if (!all->list[i]->mailbox[0]) head.units[head.n_units++] = all->list[i]->addressee;
  return decision_emit(raise->out, &head, &event->base);
}

static int emit(const struct raise *raise, Ntf__Notice *notice, const struct ntf_deliveries *all)
{
  size_t at = 0;
  do {
    size_t end = end_of_chunk(all, at, NTF_ADDRESSEES_PER_EVENT);
    int r = emit_chunk(raise, notice, all, at, end);
    if (r < 0) return r;
    at = end;
  } while (at < all->n);
  return 0;
}

static int open_tasks(const struct raise *raise, const Ntf__Notice *notice, const struct ntf_addressees *to)
{
  for (size_t i = 0; i < to->n_nobody; i++) {
    struct ntf_task task = {.notice = notice->id,
                            .delivery = "",
                            .word = to->nobody[i],
                            .division = notice->division,
                            .reason = REASON_NO_01,
                            .name1 = "word",
                            .value1 = to->nobody[i]};
    int r = ntf_task_open(&task, raise->ctx, raise->out);
    if (r < 0) return r;
  }
  return 0;
}

static int raise_one(const struct raise *raise)
{
  const Ntf__Notice *before = NULL;
  Ntf__Notice *notice = NULL;
  struct ntf_addressees to = {0};
  struct ntf_deliveries deliveries = {0};
  int r = ntf_view_raised(raise->view, raise->source->area, raise->source->id, raise->index, &before);
  if (r < 0 || before) return r;
  r = new_notice(raise, &notice);
  if (r == 0) r = find_addressees(raise, &to);
  if (r < 0) return r;
  Ntf__Delivery like = NTF__DELIVERY__INIT;
  like.notice = notice->id;
  like.due_us = notice->due_us;
  like.ack = wants_answer(raise->rule) ? notice->ack : PRG__ACK_KIND__ACK_NONE;
  struct ntf_mailing mailing = {&to, raise->rule, &like};
  r = ntf_address_deliver(raise->view, &mailing, raise->ctx, raise->out, &deliveries);
  if (r < 0) return r;
  for (size_t i = 0; i < deliveries.n; i++)
    notice->owed += ntf_lifecycle_owes(deliveries.list[i]);
  notice->status = notice->owed ? NTF__NOTICE_STATUS__NOTICE_OPEN : NTF__NOTICE_STATUS__NOTICE_CLOSED;
  r = emit(raise, notice, &deliveries);
  return r < 0 ? r : open_tasks(raise, notice, &to);
}

// Never seen in a healthy installation: records name a programme version that registryd has published.
static int no_programme(const struct ntf_subject *subject, const struct rule_context *ctx,
                        struct decision *out)
{
  struct ntf_task task = {.notice = "",
                          .delivery = "",
                          .word = "",
                          .division = subject->division,
                          .reason = REASON_NOT_FOUND,
                          .name1 = "what",
                          .value1 = "programme",
                          .name2 = "ref",
                          .value2 = subject->programme};
  return ntf_task_open(&task, ctx, out);
}

int ntf_raise_decide(const struct dir_view *dir, struct ntf_view *view, const struct ntf_source *source,
                     const ProtobufCMessage *event, const struct rule_context *ctx, struct decision *out)
{
  struct ntf_subject subject = {0};
  int r = ntf_subject_of_event(dir, event, &subject);
  if (r < 0 || !subject.id) return r;
  const Prg__Programme *programme = subject.party.programme;
  if (!programme) return no_programme(&subject, ctx, out);
  for (size_t i = 0; i < programme->n_notices; i++) {
    if (strcmp(programme->notices[i]->event, source->event) != 0) continue;
    struct raise raise = {dir, view, source, &subject, event, ctx, out, programme->notices[i], (uint32_t)i};
    r = raise_one(&raise);
    if (r < 0) return r;
  }
  return 0;
}
