// The outbox with the real channel, a real HTTP server and a real store: intent before sending, retries,
// crashes, lanes.
#include "tests/unit/notify/frame.h"
#include "tests/unit/notify/hookd.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS(word) NTF__DELIVERY_STATUS__DELIVERY_##word
#define WEBHOOK      PRG__CHANNEL_KIND__CHANNEL_WEBHOOK

struct setting {
  struct frame *frame;
  struct hookd *hookd;
};

static int setup(void **state)
{
  struct setting *setting = calloc(1, sizeof *setting);
  setting->frame = frame_new();
  setting->hookd = hookd_start();
  *state = setting;
  return 0;
}
static int teardown(void **state)
{
  struct setting *setting = *state;
  frame_free(setting->frame);
  hookd_stop(setting->hookd);
  free(setting);
  return 0;
}

// A notice whose copy goes to this path; returns the copy's id (in the arena).
static const char *raise_to(struct frame *frame, struct hookd *hookd, const char *code, const char *path)
{
  static unsigned events;
  char id[16];
  struct desk *desk = frame->desk;
  desk_contact(desk, code, false, hookd_url(hookd, path));
  snprintf(id, sizeof id, "e%u", ++events);
  desk_raise(desk, id, "PlanApproved", &desk_plan(desk, 20, 16)->base);
  desk_commit(desk);
  return desk_to(desk, code, WEBHOOK)->id;
}

struct wanted {
  const char *id;
  Ntf__DeliveryStatus status;
};
static bool has_status(struct frame *frame, void *context)
{
  const struct wanted *wanted = context;
  return desk_delivery(frame->desk, wanted->id)->status == wanted->status;
}
static void until_status(struct frame *frame, const char *id, Ntf__DeliveryStatus status)
{
  struct wanted wanted = {id, status};
  frame_until(frame, has_status, &wanted);
}

static void a_copy_is_delivered(void **state)
{
  struct setting *s = *state;
  frame_open_outbox(s->frame);
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/status/200");
  until_status(s->frame, id, STATUS(DELIVERED));
  assert_int_equal(hookd_count(s->hookd), 1);
  struct hookd_request request = hookd_request(s->hookd, 0);
  assert_string_equal(request.id, id);
  assert_non_null(strstr(request.body, "\"code\":\"BT-EDU\""));
  assert_non_null(strstr(request.body, desk_mail(s->frame->desk, "BT-EDU")->id)); // what to sign
  const Ntf__Delivery *delivery = desk_delivery(s->frame->desk, id);
  assert_int_equal(delivery->attempts_made, 1);
  assert_int_equal(delivery->attempts[0]->code, 200);
}

struct seen {
  struct hookd *hookd;
  size_t n;
};
static bool has_seen(struct frame *frame, void *context)
{
  const struct seen *seen = context;
  (void)frame;
  return hookd_count(seen->hookd) >= seen->n;
}

static void the_intent_is_committed_before_anything_is_sent(void **state)
{
  struct setting *s = *state;
  struct seen seen = {s->hookd, 1};
  frame_open_outbox(s->frame);
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/hold");
  frame_until(s->frame, has_seen, &seen);
  struct store_txn *reader = NULL; // what a restart would find
  const Ntf__Delivery *delivery = NULL;
  assert_ok(store_begin(s->frame->desk->store, false, &reader));
  assert_ok(
      ntf_view_delivery(ntf_state_view(s->frame->desk->state, reader, s->frame->desk->arena), id, &delivery));
  assert_int_equal(delivery->status, STATUS(SENDING));
  store_abort(&reader);
}

static void a_failure_waits_for_its_hour(void **state)
{
  struct setting *s = *state;
  struct desk *desk = s->frame->desk;
  frame_open_outbox(s->frame);
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/flaky/1");
  until_status(s->frame, id, STATUS(RETRY_WAIT));
  while (frame_turn(s->frame))
    continue;
  int64_t next = (int64_t)desk_delivery(desk, id)->next_try_us;
  assert_true(next > desk->now_us && next <= desk->now_us + INT64_C(10000000));
  assert_int_equal(s->frame->tick_at_us, next); // it asked to be woken
  assert_int_equal(hookd_count(s->hookd), 1);
  desk->now_us = next;
  until_status(s->frame, id, STATUS(DELIVERED));
  assert_string_equal(hookd_request(s->hookd, 1).id, id);
  assert_string_equal(hookd_request(s->hookd, 0).id, id);
}

static void retry_after_is_heeded(void **state)
{
  struct setting *s = *state;
  frame_open_outbox(s->frame);
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/status/429/after/1000");
  until_status(s->frame, id, STATUS(RETRY_WAIT));
  assert_int_equal(desk_delivery(s->frame->desk, id)->next_try_us,
                   (uint64_t)(s->frame->desk->now_us + INT64_C(1000000000)));
}

// The daemon dies while the receiver holds the request: the next one sends it again under the same id.
static void a_crash_while_sending(void **state)
{
  struct setting *s = *state;
  struct seen first = {s->hookd, 1};
  frame_open_outbox(s->frame);
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/hold");
  frame_until(s->frame, has_seen, &first);
  frame_open_outbox(s->frame); // whatever was in memory is gone
  hookd_release(s->hookd);
  until_status(s->frame, id, STATUS(DELIVERED));
  const Ntf__Delivery *delivery = desk_delivery(s->frame->desk, id);
  assert_int_equal(delivery->attempts_made, 2);
  assert_string_equal(delivery->attempts[0]->outcome, "unknown");
  assert_string_equal(delivery->attempts[1]->outcome, "delivered");
  assert_int_equal(hookd_count(s->hookd), 2);
  assert_string_equal(hookd_request(s->hookd, 1).id, id);
}

// The daemon dies between the commit of the intent and the sending.
static void a_crash_before_sending(void **state)
{
  struct setting *s = *state;
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/status/200");
  desk_do(s->frame->desk, "begin", "", id);
  desk_commit(s->frame->desk);
  frame_open_outbox(s->frame);
  until_status(s->frame, id, STATUS(DELIVERED));
  assert_int_equal(hookd_count(s->hookd), 1);
}

static void what_waited_over_a_restart_is_sent(void **state)
{
  struct setting *s = *state;
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/status/200");
  desk_contact(s->frame->desk, "BT-EDU", false, hookd_url(s->hookd, "/status/202"));
  desk_commit(s->frame->desk);
  frame_open_outbox(s->frame);
  until_status(s->frame, id, STATUS(DELIVERED));
  assert_string_equal(hookd_request(s->hookd, 0).path, "/status/202"); // the address of today
}

static void an_address_that_may_not_be_used_any_more(void **state)
{
  static const char *const addresses[] = {"", "http://localhost:1/hook"}; // ended; not in the allow list
  struct setting *s = *state;
  frame_open_outbox(s->frame);
  for (size_t i = 0; i < 2; i++) {
    const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/status/200");
    desk_contact(s->frame->desk, "BT-EDU", false, addresses[i]);
    desk_commit(s->frame->desk);
    until_status(s->frame, id, STATUS(DEAD));
    assert_string_equal(desk_delivery(s->frame->desk, id)->attempts[0]->outcome, "never");
  }
  assert_int_equal(hookd_count(s->hookd), 0);
  assert_int_equal(desk_tasks(s->frame->desk, NTF__TASK_STATUS__TASK_OPEN).n, 2);
}

static bool all_delivered(struct frame *frame, void *context)
{
  const char **ids = context;
  for (; *ids; ids++)
    if (desk_delivery(frame->desk, *ids)->status != STATUS(DELIVERED)) return false;
  return true;
}

static size_t count_sending(struct frame *frame, const char **ids)
{
  size_t n = 0;
  for (; *ids; ids++)
    n += desk_delivery(frame->desk, *ids)->status == STATUS(SENDING);
  return n;
}

// A backlog for an endpoint that does not answer leaves room for another endpoint.
static void a_slow_endpoint_leaves_room(void **state)
{
  struct setting *s = *state;
  struct hookd *fast = hookd_start();
  const char *slow_ids[41] = {0}, *fast_ids[31] = {0};
  frame_open_outbox(s->frame);
  for (int i = 0; i < 40; i++)
    slow_ids[i] = raise_to(s->frame, s->hookd, "BT-EDU", "/hold");
  for (int i = 0; i < 10; i++)
    frame_turn(s->frame);
  desk_contact(s->frame->desk, "BT-EDU", false, "");
  for (int i = 0; i < 30; i++)
    fast_ids[i] = raise_to(s->frame, fast, "BY-EDU", "/status/200");
  frame_until(s->frame, all_delivered, fast_ids);
  assert_int_equal(count_sending(s->frame, slow_ids), OUTBOX_PER_LANE);
  desk_contact(s->frame->desk, "BT-EDU", false, hookd_url(s->hookd, "/hold"));
  hookd_release(s->hookd);
  frame_until(s->frame, all_delivered, slow_ids);
  assert_int_equal(hookd_count(s->hookd), 40);
  hookd_stop(fast);
}

// After five failures in a row an endpoint is probed by one delivery at a time, until one arrives.
static void a_dead_endpoint_is_probed(void **state)
{
  struct setting *s = *state;
  struct seen seen = {s->hookd, 6};
  const char *ids[11] = {0};
  frame_open_outbox(s->frame);
  for (int i = 0; i < 5; i++)
    until_status(s->frame, raise_to(s->frame, s->hookd, "BT-EDU", "/status/503"), STATUS(RETRY_WAIT));
  for (int i = 0; i < 10; i++)
    ids[i] = raise_to(s->frame, s->hookd, "BT-EDU", "/hold");
  frame_until(s->frame, has_seen, &seen);
  for (int i = 0; i < 5; i++)
    frame_turn(s->frame);
  assert_int_equal(count_sending(s->frame, ids), 1);
  hookd_release(s->hookd);
  frame_until(s->frame, all_delivered, ids);
}

static bool asked_often(struct frame *frame, void *context)
{
  (void)context;
  return frame->commands >= 5;
}

// The store cannot take the outcome: it is offered again until it can, and the receiver is not asked twice.
static void an_outcome_is_not_lost_when_the_store_is_full(void **state)
{
  struct setting *s = *state;
  frame_open_outbox(s->frame);
  s->frame->refuse = "EndAttempt";
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/status/200");
  frame_until(s->frame, asked_often, NULL);
  assert_int_equal(desk_delivery(s->frame->desk, id)->status, STATUS(SENDING));
  s->frame->refuse = NULL;
  until_status(s->frame, id, STATUS(DELIVERED));
  assert_int_equal(hookd_count(s->hookd), 1);
}

static void an_intent_that_cannot_be_stored_sends_nothing(void **state)
{
  struct setting *s = *state;
  frame_open_outbox(s->frame);
  s->frame->refuse = "BeginAttempt";
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/status/200");
  frame_until(s->frame, asked_often, NULL);
  assert_int_equal(hookd_count(s->hookd), 0);
  s->frame->refuse = NULL;
  until_status(s->frame, id, STATUS(DELIVERED));
  assert_int_equal(desk_delivery(s->frame->desk, id)->attempts_made, 1);
}

// Looking again before the first intent is decided begins nothing twice.
static void a_delivery_is_begun_once(void **state)
{
  struct setting *s = *state;
  const char *ids[3] = {0};
  frame_open_outbox(s->frame);
  for (int i = 0; i < 2; i++) {
    ids[i] = raise_to(s->frame, s->hookd, "BT-EDU", "/status/200");
    outbox_turn(s->frame->daemon.outbox);
  }
  frame_until(s->frame, all_delivered, ids);
  assert_int_equal(s->frame->commands, 4); // two intents, two outcomes
  assert_int_equal(hookd_count(s->hookd), 2);
}

// Dropped by an operator between being chosen and being begun.
static void a_dropped_delivery_is_not_sent(void **state)
{
  struct setting *s = *state;
  frame_open_outbox(s->frame);
  const char *id = raise_to(s->frame, s->hookd, "BT-EDU", "/status/200");
  outbox_turn(s->frame->daemon.outbox); // BeginAttempt is submitted
  Ntf__DropDelivery drop = NTF__DROP_DELIVERY__INIT;
  struct decision *out = world_decision(s->frame->desk->world);
  drop.id = (char *)id;
  drop.reason = "作废";
  assert_accepted(out, frame_command(s->frame, "registrar", "DropDelivery", &drop.base, out));
  while (frame_turn(s->frame))
    continue;
  const char *next = raise_to(s->frame, s->hookd, "BT-EDU", "/status/200");
  until_status(s->frame, next, STATUS(DELIVERED));
  assert_int_equal(hookd_count(s->hookd), 1);
  assert_int_equal(desk_delivery(s->frame->desk, id)->status, STATUS(DEAD));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(a_copy_is_delivered),
      TEST(the_intent_is_committed_before_anything_is_sent),
      TEST(a_failure_waits_for_its_hour),
      TEST(retry_after_is_heeded),
      TEST(a_crash_while_sending),
      TEST(a_crash_before_sending),
      TEST(what_waited_over_a_restart_is_sent),
      TEST(an_address_that_may_not_be_used_any_more),
      TEST(a_slow_endpoint_leaves_room),
      TEST(a_dead_endpoint_is_probed),
      TEST(an_outcome_is_not_lost_when_the_store_is_full),
      TEST(an_intent_that_cannot_be_stored_sends_nothing),
      TEST(a_delivery_is_begun_once),
      TEST(a_dropped_delivery_is_not_sent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
