// Attempts over an outside channel: every move, the schedule's end, what a crash leaves, the operator's hand.
#include "services/notify/rules/attempt.h"
#include "services/notify/rules/retry.h"
#include "tests/rules/notify/desk.h"
#include <string.h>

#define STATUS(word) NTF__DELIVERY_STATUS__DELIVERY_##word
#define WEBHOOK      PRG__CHANNEL_KIND__CHANNEL_WEBHOOK
#define SECOND       INT64_C(1000000)

// A desk with one webhook delivery that waits; *ret_id lives in the arena.
static struct desk *desk_with_copy(const char **ret_id)
{
  struct desk *desk = desk_new();
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:1/hook");
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 20, 16)->base);
  *ret_id = desk_to(desk, "BT-EDU", WEBHOOK)->id;
  return desk;
}

static int retry(struct desk *desk, const char *actor, const char *id, struct decision *out)
{
  Ntf__RetryDelivery command = NTF__RETRY_DELIVERY__INIT;
  command.id = (char *)id;
  return ntf_attempt_decide_retry(desk->view, &command, desk_context(desk, actor), out);
}

static int drop(struct desk *desk, const char *id, const char *reason, struct decision *out)
{
  Ntf__DropDelivery command = NTF__DROP_DELIVERY__INIT;
  command.id = (char *)id;
  command.reason = (char *)reason;
  return ntf_attempt_decide_drop(desk->view, &command, desk_context(desk, "registrar"), out);
}

// Applies what a retry or drop decided.
static void do_retry(struct desk *desk, const char *id)
{
  struct decision *out = world_decision(desk->world);
  assert_accepted(out, retry(desk, "registrar", id, out));
  desk_apply(desk, out);
}
static void do_drop(struct desk *desk, const char *id)
{
  struct decision *out = world_decision(desk->world);
  assert_accepted(out, drop(desk, id, "地址作废", out));
  desk_apply(desk, out);
}

static void bring_to(struct desk *desk, const char *id, Ntf__DeliveryStatus status)
{
  if (status == STATUS(QUEUED)) return;
  desk_do(desk, "begin", "", id);
  if (status == STATUS(RETRY_WAIT)) desk_do(desk, "try_later", "", id);
  if (status == STATUS(DELIVERED)) desk_do(desk, "delivered", "", id);
  if (status == STATUS(DEAD)) desk_do(desk, "never", "", id);
}

static int decide(struct desk *desk, const char *verb, const char *id, struct decision *out)
{
  if (strcmp(verb, "begin") == 0) return desk_begin(desk, id, out);
  if (strcmp(verb, "retry") == 0) return retry(desk, "registrar", id, out);
  if (strcmp(verb, "drop") == 0) return drop(desk, id, "地址作废", out);
  return desk_end(desk, id, verb, 200, out);
}

// Every verb from every state; to 0 = refused.
static void moves_of_an_outside_delivery(void **state)
{
  static const struct {
    Ntf__DeliveryStatus from;
    const char *verb;
    Ntf__DeliveryStatus to;
    const char *events;
  } cases[] = {
      {STATUS(QUEUED), "begin", STATUS(SENDING), "DeliveryAttempted"},
      {STATUS(QUEUED), "delivered", 0, ""},
      {STATUS(QUEUED), "try_later", 0, ""},
      {STATUS(QUEUED), "retry", 0, ""},
      {STATUS(QUEUED), "drop", STATUS(DEAD), "DeliveryDead"},
      {STATUS(SENDING), "begin", 0, ""},
      {STATUS(SENDING), "delivered", STATUS(DELIVERED), "DeliveryDelivered"},
      {STATUS(SENDING), "try_later", STATUS(RETRY_WAIT), "DeliveryFailed"},
      {STATUS(SENDING), "unknown", STATUS(RETRY_WAIT), "DeliveryFailed"},
      {STATUS(SENDING), "never", STATUS(DEAD), "DeliveryDead,TaskOpened"},
      {STATUS(SENDING), "retry", 0, ""},
      {STATUS(SENDING), "drop", 0, ""},
      {STATUS(RETRY_WAIT), "begin", STATUS(SENDING), "DeliveryAttempted"},
      {STATUS(RETRY_WAIT), "delivered", 0, ""},
      {STATUS(RETRY_WAIT), "retry", STATUS(QUEUED), "DeliveryRequeued"},
      {STATUS(RETRY_WAIT), "drop", STATUS(DEAD), "DeliveryDead"},
      {STATUS(DELIVERED), "begin", 0, ""},
      {STATUS(DELIVERED), "never", 0, ""},
      {STATUS(DELIVERED), "retry", 0, ""},
      {STATUS(DELIVERED), "drop", 0, ""},
      {STATUS(DEAD), "begin", 0, ""},
      {STATUS(DEAD), "delivered", 0, ""},
      {STATUS(DEAD), "retry", STATUS(QUEUED), "DeliveryRequeued"},
      {STATUS(DEAD), "drop", 0, ""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const char *id = NULL;
    struct desk *desk = desk_with_copy(&id);
    bring_to(desk, id, cases[i].from);
    assert_int_equal(desk_delivery(desk, id)->status, cases[i].from);
    struct decision *out = world_decision(desk->world);
    int r = decide(desk, cases[i].verb, id, out);
    if (cases[i].to)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "STATE", "record", "Delivery", "allowed", "*", NULL);
    assert_string_equal(world_events(desk->world, out), cases[i].events);
    desk_apply(desk, out);
    assert_int_equal(desk_delivery(desk, id)->status, cases[i].to ? cases[i].to : cases[i].from);
    desk_free(desk);
  }
  (void)state;
}

static void an_attempt_is_written_down(void **state)
{
  const char *id = NULL;
  struct desk *desk = desk_with_copy(&id);
  int64_t began = desk->now_us;
  desk_do(desk, "begin", "", id);
  const Ntf__Delivery *delivery = desk_delivery(desk, id);
  assert_int_equal(delivery->attempts_made, 1);
  assert_int_equal(delivery->n_attempts, 1);
  assert_int_equal(delivery->attempts[0]->no, 1);
  assert_int_equal(delivery->attempts[0]->started_us, (uint64_t)began);
  assert_int_equal(delivery->attempts[0]->ended_us, 0);
  desk->now_us += 3 * SECOND;
  struct decision *out = world_decision(desk->world);
  assert_accepted(out, desk_end(desk, id, "try_later", 503, out));
  desk_apply(desk, out);
  delivery = desk_delivery(desk, id);
  assert_int_equal(delivery->attempts[0]->ended_us, (uint64_t)desk->now_us);
  assert_string_equal(delivery->attempts[0]->outcome, "try_later");
  assert_int_equal(delivery->attempts[0]->code, 503);
  assert_int_equal(delivery->next_try_us,
                   (uint64_t)(desk->now_us + 5 * SECOND)); // the middle of the first step
  desk_free(desk);
  (void)state;
}

static void the_tenth_failure_is_the_last(void **state)
{
  const char *id = NULL;
  struct desk *desk = desk_with_copy(&id);
  struct decision *out = NULL;
  for (int attempt = 1; attempt <= 10; attempt++) {
    assert_int_not_equal(desk_delivery(desk, id)->status, STATUS(DEAD));
    desk_do(desk, "begin", "", id);
    out = desk_do(desk, "try_later", "", id);
  }
  assert_string_equal(world_events(desk->world, out), "DeliveryDead,TaskOpened");
  const Ntf__OperatorTask *task = ((const Ntf__TaskOpened *)world_event(out, "TaskOpened")->data)->task;
  assert_string_equal(task->reason, "NO-04");
  assert_string_equal(task->delivery, id);
  assert_non_null(strstr(task->text_en, "http://127.0.0.1:1"));
  assert_int_equal(desk_notice(desk)->owed, 2); // the mailbox still waits for its signature
  desk_free(desk);
  (void)state;
}

static void a_retry_by_hand_starts_the_schedule_anew(void **state)
{
  const char *id = NULL;
  struct desk *desk = desk_with_copy(&id);
  for (int attempt = 1; attempt <= 25; attempt++) {
    if (desk_delivery(desk, id)->status == STATUS(DEAD)) do_retry(desk, id);
    desk_do(desk, "begin", "", id);
    desk_do(desk, "try_later", "", id);
  }
  const Ntf__Delivery *delivery = desk_delivery(desk, id);
  assert_int_equal(delivery->attempts_made, 25); // numbers go on
  assert_int_equal(delivery->tries, 5);
  assert_int_equal(delivery->n_attempts, NTF_ATTEMPTS_KEPT);
  assert_int_equal(delivery->attempts[0]->no, 6);
  assert_int_equal(delivery->attempts[19]->no, 25);
  desk_free(desk);
  (void)state;
}

// The daemon died while SENDING: told "unknown", it is sent again at once, under the same id.
static void an_unknown_outcome_is_sent_again_at_once(void **state)
{
  const char *id = NULL;
  struct desk *desk = desk_with_copy(&id);
  desk_do(desk, "begin", "", id);
  desk->now_us += 3600 * SECOND;
  desk_do(desk, "unknown", "", id);
  const Ntf__Delivery *delivery = desk_delivery(desk, id);
  assert_int_equal(delivery->next_try_us, (uint64_t)desk->now_us);
  assert_string_equal(delivery->attempts[0]->outcome, "unknown");
  assert_int_equal(delivery->attempts[0]->ended_us, 0);
  desk_do(desk, "begin", "", id);
  assert_int_equal(desk_delivery(desk, id)->attempts_made, 2);
  desk_free(desk);
  (void)state;
}

static void an_end_belongs_to_the_attempt_under_way(void **state)
{
  const char *id = NULL;
  struct desk *desk = desk_with_copy(&id);
  desk_do(desk, "begin", "", id);
  desk_do(desk, "unknown", "", id);
  desk_do(desk, "begin", "", id);
  Ntf__EndAttempt late = NTF__END_ATTEMPT__INIT; // of the first attempt, from before
  late.id = (char *)id;
  late.no = 1;
  late.outcome = "delivered";
  struct decision *out = world_decision(desk->world);
  const struct rule_context *ctx = desk_context(desk, "self");
  assert_refused(out, ntf_attempt_decide_end(desk->view, &late, ctx, out), "FIELD", "field", "no", NULL);
  late.no = 2;
  late.outcome = "perhaps";
  assert_refused(out, ntf_attempt_decide_end(desk->view, &late, ctx, out), "FIELD", "field", "outcome", NULL);
  desk_free(desk);
  (void)state;
}

static void gone_means_the_contact_is_no_longer_trusted(void **state)
{
  const char *id = NULL;
  struct desk *desk = desk_with_copy(&id);
  desk_do(desk, "begin", "", id);
  struct decision *out = world_decision(desk->world);
  assert_accepted(out, desk_end(desk, id, "never", 410, out));
  assert_string_equal(world_events(desk->world, out), "DeliveryDead,TaskOpened,ContactSet");
  desk_apply(desk, out);
  desk_raise(desk, "e2", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  assert_null(desk_to(desk, "BT-EDU", WEBHOOK));
  out = world_decision(desk->world);
  assert_refused(out, retry(desk, "registrar", id, out), "NO-04", NULL);
  desk_free(desk);
  (void)state;
}

static void details_are_short_whole_and_clean(void **state)
{
  static const struct {
    const char *detail, *kept;
  } cases[] = {
      {"HTTP 500", "HTTP 500"},
      {"call 13812345678", "call 138****5678"},
      {NULL, NULL}, // 300 bytes of Chinese: cut at a character
  };
  char text[301] = "";
  while (strlen(text) < 300)
    strncat(text, "错", sizeof text - strlen(text) - 1);
  for (size_t i = 0; i < 3; i++) {
    const char *id = NULL;
    struct desk *desk = desk_with_copy(&id);
    desk_do(desk, "begin", "", id);
    Ntf__EndAttempt command = NTF__END_ATTEMPT__INIT;
    command.id = (char *)id;
    command.no = 1;
    command.outcome = "try_later";
    command.detail = cases[i].detail ? (char *)cases[i].detail : text;
    struct decision *out = world_decision(desk->world);
    assert_accepted(out, ntf_attempt_decide_end(desk->view, &command, desk_context(desk, "self"), out));
    desk_apply(desk, out); // checks that all text is UTF-8
    const char *kept = desk_delivery(desk, id)->attempts[0]->detail;
    if (cases[i].kept)
      assert_string_equal(kept, cases[i].kept);
    else
      assert_int_equal(strlen(kept), 198);
    desk_free(desk);
  }
  (void)state;
}

static void dropping_needs_a_reason_and_is_noted(void **state)
{
  const char *id = NULL;
  struct desk *desk = desk_with_copy(&id);
  struct decision *out = world_decision(desk->world);
  assert_refused(out, drop(desk, id, "", out), "FIELD", "field", "reason", NULL);
  assert_refused(out, drop(desk, id, "问 13812345678", out), "NO-03", NULL);
  do_drop(desk, id);
  const Ntf__Delivery *delivery = desk_delivery(desk, id);
  assert_string_equal(delivery->receipt_by, "registrar");
  assert_string_equal(delivery->receipt_note, "地址作废");
  assert_int_equal(desk_tasks(desk, NTF__TASK_STATUS__TASK_OPEN).n, 0); // who dropped it knows
  desk_free(desk);
  (void)state;
}

// Bounds of the schedule for the least and the greatest random number.
static void the_schedule(void **state)
{
  static const int64_t steps_s[] = {5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400};
  int64_t wait = -1;
  for (uint32_t n = 1; n <= 9; n++) {
    int64_t step = steps_s[n - 1] * SECOND;
    assert_true(ntf_retry_wait(n, 0, 0, &wait));
    assert_int_equal(wait, SECOND);
    assert_true(ntf_retry_wait(n, 1u << 31, 0, &wait));
    assert_int_equal(wait, step);
    assert_true(ntf_retry_wait(n, UINT32_MAX, 0, &wait));
    assert_true(wait < 2 * step && wait > 2 * step - 2 * SECOND);
    assert_true(ntf_retry_wait(n, 0, 7, &wait));
    assert_int_equal(wait, 7 * SECOND); // Retry-After
    assert_true(ntf_retry_wait(n, 0, UINT32_MAX, &wait));
    assert_int_equal(wait, 86400 * SECOND); // ... at most a day
  }
  wait = -1;
  assert_false(ntf_retry_wait(0, 0, 0, &wait));
  assert_false(ntf_retry_wait(10, 0, 0, &wait));
  assert_int_equal(wait, -1);
  (void)state;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(moves_of_an_outside_delivery),
      cmocka_unit_test(an_attempt_is_written_down),
      cmocka_unit_test(the_tenth_failure_is_the_last),
      cmocka_unit_test(a_retry_by_hand_starts_the_schedule_anew),
      cmocka_unit_test(an_unknown_outcome_is_sent_again_at_once),
      cmocka_unit_test(an_end_belongs_to_the_attempt_under_way),
      cmocka_unit_test(gone_means_the_contact_is_no_longer_trusted),
      cmocka_unit_test(details_are_short_whole_and_clean),
      cmocka_unit_test(dropping_needs_a_reason_and_is_noted),
      cmocka_unit_test(the_schedule),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
