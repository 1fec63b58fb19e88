#include "services/notify/rules/attempt.h"
#include "services/notify/rules/lifecycle.h"
#include "services/notify/rules/privacy.h"
#include "services/notify/rules/retry.h"
#include "services/notify/rules/task.h"

#include <errno.h>
#include <string.h>

#define HTTP_GONE 410

// Finds the delivery, moves it, and gives its next version.
static int move(struct ntf_view *view, const char *id, const char *verb, const struct rule_context *ctx,
                struct decision *out, Ntf__Delivery **ret)
{
  const Ntf__Delivery *before = NULL;
  int to = 0;
  int r = ntf_record_find(view, id, ctx, out, &before);
  if (r == 0) r = lifecycle_move(&ntf_lifecycle_delivery, (int)before->status, verb, out, &to);
  if (r != 0) return r;
  Ntf__Delivery *next = ntf_record_delivery(out->arena, before);
  if (!next) return -ENOMEM;
  next->status = (Ntf__DeliveryStatus)to;
  *ret = next;
  return 0;
}

// ---- begin

static int add_attempt(struct arena *arena, Ntf__Delivery *delivery, int64_t now_us)
{
  size_t kept = delivery->n_attempts < NTF_ATTEMPTS_KEPT ? delivery->n_attempts : NTF_ATTEMPTS_KEPT - 1;
  Ntf__Attempt **list = ARENA_ARRAY(arena, Ntf__Attempt *, kept + 1);
  Ntf__Attempt *attempt = ARENA_NEW(arena, Ntf__Attempt);
  if (!list || !attempt) return -ENOMEM;
  if (kept) memcpy(list, delivery->attempts + (delivery->n_attempts - kept), kept * sizeof *list);
  ntf__attempt__init(attempt);
  attempt->no = ++delivery->attempts_made;
  attempt->started_us = (uint64_t)now_us;
  list[kept] = attempt;
  delivery->attempts = list;
  delivery->n_attempts = kept + 1;
  return 0;
}

int ntf_attempt_decide_begin(struct ntf_view *view, const Ntf__BeginAttempt *command,
                             const struct rule_context *ctx, struct decision *out)
{
  Ntf__Delivery *delivery = NULL;
  int r = move(view, command->id, "begin", ctx, out, &delivery);
  if (r == 0) r = add_attempt(out->arena, delivery, ctx->now_us);
  if (r != 0) return r;
  delivery->tries++;
  delivery->next_try_us = 0;
  Ntf__DeliveryAttempted *event = ARENA_NEW(out->arena, Ntf__DeliveryAttempted);
  if (!event) return -ENOMEM;
  ntf__delivery_attempted__init(event);
  event->delivery = delivery;
  r = ntf_record_emit(out, delivery, &event->base);
  return r < 0 ? r : ntf_record_reply(out, delivery);
}

// ---- end

enum outcome { DELIVERED, TRY_LATER, NEVER, UNKNOWN, OUTCOMES };
static const char *const outcome_words[OUTCOMES] = {"delivered", "try_later", "never", "unknown"};

static int outcome_of(const char *word, struct decision *out, enum outcome *ret)
{
  for (int i = 0; i < OUTCOMES; i++)
    if (strcmp(word, outcome_words[i]) == 0) {
      *ret = (enum outcome)i;
      return 0;
    }
  return decision_reject(out, REASON_FIELD, "field", "outcome", "detail",
                         "is none of delivered, try_later, never, unknown", NULL);
}

// The verb, and the time to wait where it fails for now.
static const char *judge(enum outcome outcome, const Ntf__Delivery *before, const Ntf__EndAttempt *command,
                         int64_t *ret_wait_us)
{
  int64_t wait = 0;
  if (outcome == DELIVERED) return "deliver";
  if (outcome == NEVER || !ntf_retry_wait(before->tries, command->jitter, command->retry_after_s, &wait))
    return "die";
  *ret_wait_us = outcome == UNKNOWN ? 0 : wait;
  return "fail";
}

// Cuts at a character's start, so that the text stays UTF-8.
static char *short_detail(struct arena *arena, const char *detail)
{
  size_t length = strlen(detail);
  if (length > NTF_DETAIL_MAX)
    for (length = NTF_DETAIL_MAX; length && ((unsigned char)detail[length] & 0xc0) == 0x80;)
      length--;
  char *text = arena_strndup(arena, detail, length);
  return text ? (char *)ntf_privacy_mask(arena, text) : NULL;
}

static int note_outcome(struct arena *arena, Ntf__Delivery *delivery, const Ntf__EndAttempt *command,
                        enum outcome outcome, int64_t now_us)
{
  Ntf__Attempt *attempt = delivery->n_attempts ? delivery->attempts[delivery->n_attempts - 1] : NULL;
  if (!attempt) return -EBADMSG; // SENDING always has its attempt
  attempt->outcome = (char *)outcome_words[outcome];
  attempt->ended_us = outcome == UNKNOWN ? 0 : (uint64_t)now_us;
  attempt->code = command->code;
  attempt->detail = short_detail(arena, command->detail);
  return attempt->detail ? 0 : -ENOMEM;
}

static int emit_end(struct decision *out, Ntf__Delivery *delivery)
{
  union {
    Ntf__DeliveryDelivered delivered;
    Ntf__DeliveryFailed failed;
    Ntf__DeliveryDead dead;
  } *event = arena_alloc(out->arena, sizeof *event);
  if (!event) return -ENOMEM;
  switch (delivery->status) {
  case NTF__DELIVERY_STATUS__DELIVERY_DELIVERED:
    ntf__delivery_delivered__init(&event->delivered);
    event->delivered.delivery = delivery;
    return ntf_record_emit(out, delivery, &event->delivered.base);
  case NTF__DELIVERY_STATUS__DELIVERY_RETRY_WAIT:
    ntf__delivery_failed__init(&event->failed);
    event->failed.delivery = delivery;
    return ntf_record_emit(out, delivery, &event->failed.base);
  default:
    ntf__delivery_dead__init(&event->dead);
    event->dead.delivery = delivery;
    return ntf_record_emit(out, delivery, &event->dead.base);
  }
}

static int open_task(const Ntf__Delivery *delivery, const char *why, const struct rule_context *ctx,
                     struct decision *out)
{
  struct ntf_task task = {.notice = delivery->notice,
                          .delivery = delivery->id,
                          .word = delivery->word,
                          .division = delivery->division,
                          .reason = REASON_NO_04,
                          .name1 = "address",
                          .value1 = delivery->lane,
                          .name2 = "why",
                          .value2 = why};
  return ntf_task_open(&task, ctx, out);
}

static int distrust_contact(struct ntf_view *view, const Ntf__Delivery *delivery, struct decision *out)
{
  const Ntf__Contact *contact = NULL;
  int r = ntf_view_contact(view, delivery->addressee, delivery->channel, &contact);
  if (r < 0 || !contact || !contact->verified) return r;
  Ntf__Contact *next = (Ntf__Contact *)arena_clone(out->arena, &contact->base);
  Ntf__ContactSet *event = ARENA_NEW(out->arena, Ntf__ContactSet);
  if (!next || !event) return -ENOMEM;
  next->verified = false;
  next->rev++;
  ntf__contact_set__init(event);
  event->contact = next;
  struct event_head head = {.subject = next->party,
                            .division = delivery->division,
                            .units = {next->party},
                            .n_units = 1,
                            .rev = next->rev};
  return decision_emit(out, &head, &event->base);
}

static int check_current(const Ntf__Delivery *before, const Ntf__EndAttempt *command, struct decision *out)
{
  if (command->no == before->attempts_made) return 0;
  return decision_reject(
      out, REASON_FIELD, "field", "no", "detail",
      arena_printf(out->arena, "attempt %u is not the current one (%u)", command->no, before->attempts_made),
      NULL);
}

int ntf_attempt_decide_end(struct ntf_view *view, const Ntf__EndAttempt *command,
                           const struct rule_context *ctx, struct decision *out)
{
  const Ntf__Delivery *before = NULL;
  Ntf__Delivery *delivery = NULL;
  enum outcome outcome = UNKNOWN;
  int64_t wait = 0;
  int r = ntf_record_find(view, command->id, ctx, out, &before);
  if (r == 0) r = outcome_of(command->outcome, out, &outcome);
  if (r == 0) r = check_current(before, command, out);
  if (r == 0) r = move(view, command->id, judge(outcome, before, command, &wait), ctx, out, &delivery);
  if (r == 0) r = note_outcome(out->arena, delivery, command, outcome, ctx->now_us);
  if (r != 0) return r;
  bool dead = delivery->status == NTF__DELIVERY_STATUS__DELIVERY_DEAD;
  if (delivery->status == NTF__DELIVERY_STATUS__DELIVERY_RETRY_WAIT)
    delivery->next_try_us = (uint64_t)(ctx->now_us + wait);
  r = emit_end(out, delivery);
  if (r == 0 && dead) r = open_task(delivery, delivery->attempts[delivery->n_attempts - 1]->detail, ctx, out);
  if (r == 0 && dead && command->code == HTTP_GONE) r = distrust_contact(view, delivery, out);
  return r < 0 ? r : ntf_record_reply(out, delivery);
}

// ---- the operator's

int ntf_attempt_decide_retry(struct ntf_view *view, const Ntf__RetryDelivery *command,
                             const struct rule_context *ctx, struct decision *out)
{
  Ntf__Delivery *delivery = NULL;
  const Ntf__Contact *contact = NULL;
  int r = move(view, command->id, "retry", ctx, out, &delivery);
  if (r == 0) r = ntf_view_contact(view, delivery->addressee, delivery->channel, &contact);
  if (r != 0) return r;
  if (!contact || !contact->verified || !contact->address[0])
    return decision_reject(out, REASON_NO_04, "address", delivery->lane, "why",
                           "the addressee has no verified contact on this channel", NULL);
  delivery->tries = 0;
  delivery->next_try_us = (uint64_t)ctx->now_us;
  delivery->lane = contact->lane;
  Ntf__DeliveryRequeued *event = ARENA_NEW(out->arena, Ntf__DeliveryRequeued);
  if (!event) return -ENOMEM;
  ntf__delivery_requeued__init(event);
  event->delivery = delivery;
  r = ntf_record_emit(out, delivery, &event->base);
  return r < 0 ? r : ntf_record_reply(out, delivery);
}

int ntf_attempt_decide_drop(struct ntf_view *view, const Ntf__DropDelivery *command,
                            const struct rule_context *ctx, struct decision *out)
{
  Ntf__Delivery *delivery = NULL;
  int r = ntf_record_check_note("reason", command->reason, true, out);
  if (r == 0) r = move(view, command->id, "drop", ctx, out, &delivery);
  if (r != 0) return r;
  delivery->receipt_by = (char *)ctx->actor.name;
  delivery->receipt_us = (uint64_t)ctx->now_us;
  delivery->receipt_note = command->reason;
  delivery->next_try_us = 0;
  r = emit_end(out, delivery);
  return r < 0 ? r : ntf_record_reply(out, delivery);
}
