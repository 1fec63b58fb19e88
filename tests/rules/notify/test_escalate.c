// The clock: what is late is escalated once, to whom, and what an answer settles.
#include "tests/rules/notify/desk.h"
#include <stdio.h>
#include <string.h>

#define ACK(word)    PRG__ACK_KIND__ACK_##word
#define STATUS(word) NTF__DELIVERY_STATUS__DELIVERY_##word

static int setup(void **state)
{
  *state = desk_new();
  return 0;
}
static int teardown(void **state)
{
  desk_free(*state);
  return 0;
}

static void raise(struct desk *desk, Prg__AckKind ack, const char *escalate)
{
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PARTY_A|PARTY_B", ack, 3, escalate)};
  desk_rules(desk, 1, rules);
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 20, 16)->base);
}

// The escalations of a delivery, in id order.
static struct table_rows escalations_of(struct desk *desk, const char *id)
{
  struct table_rows rows = {0};
  Ntf__Delivery *const *list = NULL;
  assert_ok(ntf_view_escalations(desk->view, desk_delivery(desk, id), &list, &rows.n));
  rows.rows = (ProtobufCMessage **)list;
  return rows;
}

// Due dates count working days, Monday to Friday, at the same time of day.
static void due_dates_skip_weekends(void **state)
{
  static const struct {
    const char *raised;
    unsigned within;
    const char *due;
  } cases[] = {
      {"2016-09-05", 3, "2016-09-08"}, // Monday
      {"2016-09-08", 2, "2016-09-12"}, // Thursday over a weekend
      {"2016-09-09", 1, "2016-09-12"}, // Friday
      {"2016-09-10", 1, "2016-09-12"}, // Saturday
      {"2016-09-09", 6, "2016-09-19"}, // over two weekends
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct desk *desk = desk_new();
    desk_at(desk, cases[i].raised);
    Prg__NoticeRule *rules[] = {
        desk_rule(desk, "PlanApproved", "PARTY_A", ACK(SIGN), cases[i].within, "PROVINCE")};
    desk_rules(desk, 1, rules);
    desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
    char due[DATE_SIZE];
    date_of_time((int64_t)desk_notice(desk)->due_us, due);
    assert_string_equal(due, cases[i].due);
    desk->now_us = (int64_t)desk_notice(desk)->due_us - 1;
    assert_int_equal(desk_do_tick(desk)->n_events, 0);
    desk->now_us++;
    assert_int_equal(desk_count(desk_do_tick(desk), "DeliveryEscalated"), 1);
    desk_free(desk);
  }
  (void)state;
}

static void what_is_late_is_escalated_once(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(SIGN), "PROVINCE");
  desk_at(desk, "2016-09-08");
  struct decision *out = desk_do_tick(desk);
  assert_string_equal(world_events(desk->world, out), "DeliveryEscalated,DeliveryEscalated");
  assert_int_equal(((const Ntf__TickReply *)out->reply)->moved, 2);
  const Ntf__Delivery *late = desk_mail(desk, "BT-EDU");
  assert_int_equal(late->escalated_us, (uint64_t)desk->now_us);
  assert_int_equal(late->status, STATUS(DELIVERED)); // the original stays open
  struct table_rows told = escalations_of(desk, late->id);
  assert_int_equal(told.n, 1);
  const Ntf__Delivery *escalation = (const Ntf__Delivery *)told.rows[0];
  assert_string_equal(escalation->addressee, world_id(desk->world, "NM-EDU"));
  assert_string_equal(escalation->word, "PROVINCE");
  assert_int_equal(escalation->due_us, 0);
  desk_at(desk, "2016-10-08");
  assert_int_equal(desk_do_tick(desk)->n_events, 0);
}

static void only_who_still_owes_is_escalated(void **state)
{
  static const struct {
    Prg__AckKind ack;
    const char *verb;
    size_t late; // of the two addressees
  } cases[] = {
      {ACK(SIGN), "sign", 1},    {ACK(SIGN), "read", 2},    {ACK(SIGN), "refuse", 1},
      {ACK(RECEIPT), "read", 1}, {ACK(RECEIPT), "sign", 1}, {ACK(RECEIPT), "refuse", 1},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct desk *desk = desk_new();
    raise(desk, cases[i].ack, "PROVINCE");
    desk_do(desk, cases[i].verb, "baotou", desk_mail(desk, "BT-EDU")->id);
    desk_at(desk, "2016-09-09");
    assert_int_equal(desk_count(desk_do_tick(desk), "DeliveryEscalated"), cases[i].late);
    desk_free(desk);
  }
  (void)state;
}

static void signing_the_original_settles_its_escalations(void **state)
{
  struct desk *desk = *state;
  desk_contact(desk, "NM-EDU", false, "http://127.0.0.1:1/hook");
  raise(desk, ACK(SIGN), "PROVINCE");
  desk_at(desk, "2016-09-09");
  desk_do_tick(desk);
  const char *id = desk_mail(desk, "BT-EDU")->id;
  assert_int_equal(escalations_of(desk, id).n, 2); // mailbox and webhook
  struct decision *out = desk_do(desk, "sign", "baotou", id);
  const Ntf__DeliverySigned *event = (const Ntf__DeliverySigned *)out->first->data;
  assert_int_equal(event->n_settled, 2);
  struct table_rows told = escalations_of(desk, id);
  for (size_t i = 0; i < told.n; i++)
    assert_int_equal(((const Ntf__Delivery *)told.rows[i])->settled_us, (uint64_t)desk->now_us);
  told = escalations_of(desk, desk_mail(desk, "BY-EDU")->id); // the other one is still late
  assert_int_equal(((const Ntf__Delivery *)told.rows[0])->settled_us, 0);
  out = desk_do(desk, "sign", "bayannur", desk_mail(desk, "BY-EDU")->id);
  assert_string_equal(world_events(desk->world, out), "DeliverySigned,NoticeClosed");
}

static void an_escalation_is_for_information(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(SIGN), "PROVINCE");
  desk_at(desk, "2016-09-09");
  desk_do_tick(desk);
  const char *late = desk_mail(desk, "BT-EDU")->id;
  const char *told = ((const Ntf__Delivery *)escalations_of(desk, late).rows[0])->id;
  struct decision *out = world_decision(desk->world);
  assert_refused(out, desk_sign(desk, "region", late, "", out), "NO-02",
                 NULL); // being told is no right to sign
  assert_string_equal(world_events(desk->world, desk_do(desk, "sign", "region", told)), "DeliverySigned");
  assert_int_equal(desk_notice(desk)->owed, 2);
}

// NO-01 for escalations: nobody there, or only the one who is late.
static void escalation_to_nobody_opens_a_task(void **state)
{
  static const struct {
    const char *escalate;
    size_t told, tasks;
  } cases[] = {
      {"ORGANISER", 0, 1},          // leads to nobody
      {"PARTY_A", 0, 1},            // for BT-EDU: itself
      {"PARTY_A|PROVINCE", 1, 0},   // itself is left out
      {"ORGANISER|PROVINCE", 1, 1}, //
      {"PROVINCE|OWNER", 1, 0},     // the same department under two words
      {"", 0, 0},                   // the rule says nobody
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct desk *desk = desk_new();
    raise(desk, ACK(SIGN), cases[i].escalate);
    const char *id = desk_mail(desk, "BT-EDU")->id;
    desk_do(desk, "sign", "bayannur", desk_mail(desk, "BY-EDU")->id);
    desk_at(desk, "2016-09-09");
    struct decision *out = desk_do_tick(desk);
    assert_int_equal(desk_count(out, "DeliveryEscalated"), 1);
    assert_int_equal(desk_count(out, "TaskOpened"), cases[i].tasks);
    assert_int_equal(escalations_of(desk, id).n, cases[i].told);
    if (cases[i].tasks) {
      const Ntf__OperatorTask *task = ((const Ntf__TaskOpened *)world_event(out, "TaskOpened")->data)->task;
      assert_string_equal(task->delivery, id);
      assert_string_equal(task->reason, "NO-01");
    }
    assert_int_equal(desk_do_tick(desk)->n_events, 0); // once
    desk_free(desk);
  }
  (void)state;
}

// The rule is the one of the version the notice was raised under.
static void a_newer_programme_changes_nothing_for_old_notices(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(SIGN), "PROVINCE");
  const char *notice = desk_notice(desk)->id, *id = desk_mail(desk, "BT-EDU")->id;
  desk_rules(desk, 0, NULL);
  desk_at(desk, "2016-09-09");
  desk_do_tick(desk);
  assert_int_equal(escalations_of(desk, id).n, 1);
  assert_int_equal(desk_deliveries(desk, notice).n, 4);
}

static void an_assignment_is_looked_up_in_the_projection(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "AssignmentApproved", "HOME", ACK(SIGN), 1, "HOST|PARTY_A")};
  desk_rules(desk, 1, rules);
  desk_raise(desk, "e1", "AssignmentApproved",
             &desk_assignment(desk, "R01", "3115020201", "2115080201")->base);
  desk_at(desk, "2016-09-09");
  struct decision *out = desk_do_tick(desk);
  assert_int_equal(desk_count(out, "TaskOpened"), 0);
  struct table_rows told = escalations_of(desk, desk_mail(desk, "3115020201")->id);
  assert_int_equal(told.n, 2);
  assert_string_equal(((const Ntf__Delivery *)told.rows[0])->addressee, world_id(desk->world, "2115080201"));
  assert_string_equal(((const Ntf__Delivery *)told.rows[1])->addressee, world_id(desk->world, "BT-EDU"));
}

// Without the record, words that need none still resolve by the notice's place.
static void a_lost_projection_still_finds_the_province(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(SIGN), "PARTY_B|PROVINCE");
  assert_ok(ntf_state_forget_projection(desk->state, desk->txn));
  desk_at(desk, "2016-09-09");
  struct decision *out = desk_do_tick(desk);
  assert_int_equal(desk_count(out, "DeliveryEscalated"), 2);
  assert_int_equal(desk_count(out, "TaskOpened"), 2); // PARTY_B for each
  assert_int_equal(escalations_of(desk, desk_mail(desk, "BT-EDU")->id).n, 1);
}

static void one_tick_is_bounded(void **state)
{
  struct desk *desk = *state;
  char id[16];
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PARTY_A", ACK(SIGN), 1, "PROVINCE")};
  desk_rules(desk, 1, rules);
  for (int i = 0; i < 100; i++) {
    snprintf(id, sizeof id, "e%d", i);
    desk_raise(desk, id, "PlanApproved", &desk_plan(desk, 1, 1)->base);
  }
  desk_at(desk, "2016-09-07");
  assert_int_equal(((const Ntf__TickReply *)desk_do_tick(desk)->reply)->moved, 64);
  assert_int_equal(((const Ntf__TickReply *)desk_do_tick(desk)->reply)->moved, 36);
  assert_int_equal(((const Ntf__TickReply *)desk_do_tick(desk)->reply)->moved, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(due_dates_skip_weekends),
      TEST(what_is_late_is_escalated_once),
      cmocka_unit_test(only_who_still_owes_is_escalated),
      TEST(signing_the_original_settles_its_escalations),
      TEST(an_escalation_is_for_information),
      cmocka_unit_test(escalation_to_nobody_opens_a_task),
      TEST(a_newer_programme_changes_nothing_for_old_notices),
      TEST(an_assignment_is_looked_up_in_the_projection),
      TEST(a_lost_projection_still_finds_the_province),
      TEST(one_tick_is_bounded),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
