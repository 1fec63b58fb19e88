// Queries: who sees what, pages, filters.
#include "tests/unit/notify/frame.h"
#include <stdio.h>
#include <string.h>

#define ACK(word) PRG__ACK_KIND__ACK_##word

static int setup(void **state)
{
  *state = frame_new();
  return 0;
}
static int teardown(void **state)
{
  frame_free(*state);
  return 0;
}

static const char *raise_plan(struct frame *frame)
{
  static unsigned events;
  char id[16];
  snprintf(id, sizeof id, "q%u", ++events);
  desk_raise(frame->desk, id, "PlanApproved", &desk_plan(frame->desk, 20, 16)->base);
  return desk_notice(frame->desk)->id;
}

static const Ntf__MailItems *mail(struct frame *frame, const char *actor, const char *method,
                                  const ProtobufCMessage *query)
{
  struct decision *out = world_decision(frame->desk->world);
  assert_accepted(out, frame_query(frame, actor, method, query, out));
  assert_ptr_equal(out->reply->descriptor, &ntf__mail_items__descriptor);
  return (const Ntf__MailItems *)out->reply;
}

static const Ntf__MailItems *mailbox(struct frame *frame, const char *actor, const char *addressee,
                                     bool open_only)
{
  Ntf__Mailbox query = NTF__MAILBOX__INIT;
  query.addressee = (char *)addressee;
  query.unsigned_only = open_only;
  return mail(frame, actor, "Mailbox", &query.base);
}

static void a_mailbox_is_found_by_id_code_and_staff_number(void **state)
{
  struct frame *frame = *state;
  desk_raise(frame->desk, "e1", "AssignmentApproved",
             &desk_assignment(frame->desk, "R01", "3115020201", "2115080201")->base);
  const char *const names[] = {"R01", "3115020201", "2115080201"};
  for (size_t i = 0; i < 3; i++) {
    const Ntf__MailItems *by_code = mailbox(frame, "region", names[i], false);
    assert_int_equal(by_code->n_items, 1);
    assert_string_equal(by_code->items[0]->notice->event, "AssignmentApproved");
    assert_string_equal(by_code->items[0]->delivery->addressee, world_id(frame->desk->world, names[i]));
    assert_int_equal(mailbox(frame, "region", world_id(frame->desk->world, names[i]), false)->n_items, 1);
  }
  struct decision *out = world_decision(frame->desk->world);
  Ntf__Mailbox query = NTF__MAILBOX__INIT;
  query.addressee = "nobody";
  assert_refused(out, frame_query(frame, "region", "Mailbox", &query.base, out), "NOT-FOUND", "ref", "nobody",
                 NULL);
}

static void who_sees_a_mailbox(void **state)
{
  static const struct {
    const char *actor, *addressee;
    bool sees;
  } cases[] = {
      {"school", "2115080201", true},   {"school", "2115080202", false}, {"linhe", "2115080201", true},
      {"bayannur", "2115080201", true}, {"baotou", "2115080201", false}, {"reader", "2115080201", true},
      {"reader", "BT-EDU", false},      {"region", "BT-EDU", true},      {"stranger", "BT-EDU", false},
      {"baotou", "R01", true},          {"bayannur", "R01", false},      {"self", "R01", true},
  };
  struct frame *frame = *state;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out = world_decision(frame->desk->world);
    Ntf__Mailbox query = NTF__MAILBOX__INIT;
    query.addressee = (char *)cases[i].addressee;
    int r = frame_query(frame, cases[i].actor, "Mailbox", &query.base, out);
    if (cases[i].sees)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "SE-01", "object", cases[i].addressee, NULL);
  }
}

static void a_mailbox_shows_what_is_open(void **state)
{
  struct frame *frame = *state;
  struct desk *desk = frame->desk;
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:1/hook");
  raise_plan(frame);
  const char *first = desk_mail(desk, "BT-EDU")->id;
  raise_plan(frame);
  assert_int_equal(mailbox(frame, "baotou", "BT-EDU", false)->n_items, 2); // copies stay out
  desk_do(desk, "sign", "baotou", first);
  assert_int_equal(mailbox(frame, "baotou", "BT-EDU", false)->n_items, 2);
  assert_int_equal(mailbox(frame, "baotou", "BT-EDU", true)->n_items, 1);
  desk_at(desk, "2016-09-30");
  desk_do_tick(desk); // BT-EDU once and BY-EDU twice are late: the department hears of it
  assert_int_equal(mailbox(frame, "region", "NM-EDU", true)->n_items, 3);
  desk_do(desk, "sign", "baotou", desk_mail(desk, "BT-EDU")->id);
  assert_int_equal(mailbox(frame, "region", "NM-EDU", true)->n_items, 2); // settled
  assert_int_equal(mailbox(frame, "region", "NM-EDU", false)->n_items, 3);
}

static void pages_are_whole_and_end(void **state)
{
  struct frame *frame = *state;
  for (int i = 0; i < 23; i++)
    raise_plan(frame);
  static const size_t limits[] = {1, 5, 7, 22, 23, 24, 0, 5000};
  for (size_t l = 0; l < sizeof limits / sizeof *limits; l++) {
    char after[64] = "", last[64] = "";
    size_t total = 0, pages = 0;
    do {
      Ntf__Mailbox query = NTF__MAILBOX__INIT;
      Ntf__PageRequest page = NTF__PAGE_REQUEST__INIT;
      query.addressee = "BT-EDU";
      query.page = &page;
      page.after = after;
      page.limit = (uint32_t)limits[l];
      const Ntf__MailItems *items = mail(frame, "baotou", "Mailbox", &query.base);
      for (size_t i = 0; i < items->n_items; i++) {
        assert_true(strcmp(items->items[i]->delivery->id, last) > 0); // ascending, so none twice
        snprintf(last, sizeof last, "%s", items->items[i]->delivery->id);
      }
      total += items->n_items;
      snprintf(after, sizeof after, "%s", items->next);
      pages++;
    } while (after[0]);
    assert_int_equal(total, 23);
    if (limits[l] == 5) assert_int_equal(pages, 5);
    if (limits[l] == 23) assert_int_equal(pages, 1);
  }
}

static size_t count_unsigned(struct frame *frame, const char *actor, bool overdue, const char *division)
{
  Ntf__ListUnsigned query = NTF__LIST_UNSIGNED__INIT;
  query.overdue_only = overdue;
  query.division = (char *)division;
  return mail(frame, actor, "ListUnsigned", &query.base)->n_items;
}

static void the_ledger_of_the_unsigned(void **state)
{
  struct frame *frame = *state;
  struct desk *desk = frame->desk;
  raise_plan(frame);
  desk_raise(desk, "e1", "AssignmentApproved",
             &desk_assignment(desk, "R01", "3115020201", "2115080201")->base); // receipts by the 7th
  assert_int_equal(count_unsigned(frame, "region", false, ""), 5);
  assert_int_equal(count_unsigned(frame, "region", false, "1508"), 2);
  assert_int_equal(count_unsigned(frame, "region", false, "150802"), 1);
  assert_int_equal(count_unsigned(frame, "bayannur", false, ""), 2);
  assert_int_equal(count_unsigned(frame, "school", false, ""), 1);
  assert_int_equal(count_unsigned(frame, "stranger", false, ""), 0);
  assert_int_equal(count_unsigned(frame, "region", true, ""), 0);
  desk_at(desk, "2016-09-07");
  assert_int_equal(count_unsigned(frame, "region", true, ""), 3);
  desk_do_tick(desk);
  assert_int_equal(count_unsigned(frame, "region", true, ""), 3); // escalated is still unsigned
  desk_do(desk, "read", "school", desk_mail(desk, "2115080201")->id);
  assert_int_equal(count_unsigned(frame, "region", true, ""), 2);
}

static size_t count_notices(struct frame *frame, const char *actor, const char *event, const char *subject,
                            Ntf__NoticeStatus status)
{
  struct decision *out = world_decision(frame->desk->world);
  Ntf__ListNotices query = NTF__LIST_NOTICES__INIT;
  query.event = (char *)event;
  query.subject = (char *)subject;
  query.status = status;
  assert_accepted(out, frame_query(frame, actor, "ListNotices", &query.base, out));
  return ((const Ntf__Notices *)out->reply)->n_notices;
}

static void notices_by_event_record_and_status(void **state)
{
  struct frame *frame = *state;
  struct desk *desk = frame->desk;
  raise_plan(frame);
  const char *plan = desk_notice(desk)->subject;
  desk_do(desk, "sign", "baotou", desk_mail(desk, "BT-EDU")->id);
  desk_do(desk, "sign", "bayannur", desk_mail(desk, "BY-EDU")->id);
  raise_plan(frame);
  desk_raise(desk, "e1", "AssignmentApproved",
             &desk_assignment(desk, "R01", "3115020201", "2115080201")->base);
  assert_int_equal(count_notices(frame, "region", "", "", 0), 3);
  assert_int_equal(count_notices(frame, "region", "PlanApproved", "", 0), 2);
  assert_int_equal(count_notices(frame, "region", "", plan, 0), 1);
  assert_int_equal(count_notices(frame, "region", "", "", NTF__NOTICE_STATUS__NOTICE_OPEN), 2);
  assert_int_equal(count_notices(frame, "region", "PlanApproved", "", NTF__NOTICE_STATUS__NOTICE_OPEN), 1);
  assert_int_equal(count_notices(frame, "region", "AssignmentApproved", plan, 0), 0);
  assert_int_equal(count_notices(frame, "baotou", "", "", 0), 0); // both records are Bayannur's
  assert_int_equal(count_notices(frame, "bayannur", "", "", 0), 3);
}

static void one_notice_with_its_deliveries(void **state)
{
  struct frame *frame = *state;
  Ntf__GetById query = NTF__GET_BY_ID__INIT;
  query.id = (char *)raise_plan(frame);
  static const struct {
    const char *actor, *refused;
  } cases[] = {
      {"bayannur", NULL}, {"baotou", NULL}, {"region", NULL}, {"stranger", "SE-01"}, {"school", "SE-01"}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out = world_decision(frame->desk->world);
    int r = frame_query(frame, cases[i].actor, "GetNotice", &query.base, out);
    if (cases[i].refused) {
      assert_refused(out, r, cases[i].refused, NULL);
      continue;
    }
    assert_accepted(out, r); // Baotou covers no part of it, but was told
    assert_int_equal(((const Ntf__NoticeView *)out->reply)->n_deliveries, 2);
  }
  query.id = "nothing";
  struct decision *out = world_decision(frame->desk->world);
  assert_refused(out, frame_query(frame, "region", "GetNotice", &query.base, out), "NOT-FOUND", NULL);
}

static void one_delivery_with_all_its_attempts(void **state)
{
  struct frame *frame = *state;
  struct desk *desk = frame->desk;
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:1/hook");
  const char *notice = raise_plan(frame);
  Ntf__GetById query = NTF__GET_BY_ID__INIT;
  query.id = (char *)desk_to(desk, "BT-EDU", PRG__CHANNEL_KIND__CHANNEL_WEBHOOK)->id;
  for (int i = 0; i < 3; i++) {
    desk_do(desk, "begin", "", query.id);
    desk_do(desk, "try_later", "", query.id);
  }
  struct decision *out = world_decision(desk->world);
  assert_accepted(out, frame_query(frame, "baotou", "GetDelivery", &query.base, out));
  const Ntf__MailItem *item = (const Ntf__MailItem *)out->reply;
  assert_int_equal(item->delivery->n_attempts, 3);
  assert_string_equal(item->notice->id, notice);
  query.id = (char *)notice; // lists show the last attempt
  assert_accepted(out, frame_query(frame, "region", "GetNotice", &query.base, out));
  const Ntf__NoticeView *view = (const Ntf__NoticeView *)out->reply;
  for (size_t i = 0; i < view->n_deliveries; i++) {
    const Ntf__Delivery *delivery = view->deliveries[i];
    if (delivery->mailbox[0]) assert_int_equal(delivery->attempts[0]->no, 3);
    assert_true(delivery->n_attempts <= 1);
  }
  query.id = (char *)desk_mail(desk, "BY-EDU")->id;
  assert_refused(out, frame_query(frame, "baotou", "GetDelivery", &query.base, out), "SE-01", NULL);
}

static size_t count_contacts(struct frame *frame, const char *actor, const char *party)
{
  struct decision *out = world_decision(frame->desk->world);
  Ntf__ListContacts query = NTF__LIST_CONTACTS__INIT;
  query.party = (char *)party;
  assert_accepted(out, frame_query(frame, actor, "ListContacts", &query.base, out));
  return ((const Ntf__Contacts *)out->reply)->n_contacts;
}

static void contacts_by_party(void **state)
{
  struct frame *frame = *state;
  desk_contact(frame->desk, "BT-EDU", false, "http://127.0.0.1:1/hook");
  desk_contact(frame->desk, "2115080201", false, "http://127.0.0.1:2/hook");
  desk_contact(frame->desk, "R01", true, "http://127.0.0.1:3/hook");
  desk_contact(frame->desk, "BY-EDU", false, ""); // ended
  assert_int_equal(count_contacts(frame, "region", ""), 3);
  assert_int_equal(count_contacts(frame, "self", ""), 3);
  assert_int_equal(count_contacts(frame, "baotou", ""), 2);
  assert_int_equal(count_contacts(frame, "school", ""), 1);
  assert_int_equal(count_contacts(frame, "region", "R01"), 1);
  assert_int_equal(count_contacts(frame, "region", "BY-EDU"), 0);
  assert_int_equal(count_contacts(frame, "school", "BT-EDU"), 0);
}

static void tasks_by_status(void **state)
{
  struct frame *frame = *state;
  Prg__NoticeRule *rules[] = {desk_rule(frame->desk, "PlanApproved", "ORGANISER|PERSON", ACK(SIGN), 3, "")};
  desk_rules(frame->desk, 1, rules);
  desk_raise(frame->desk, "e1", "PlanApproved", &desk_plan(frame->desk, 1, 1)->base);
  static const struct {
    Ntf__TaskStatus status;
    size_t n;
  } cases[] = {{0, 2}, {NTF__TASK_STATUS__TASK_OPEN, 2}, {NTF__TASK_STATUS__TASK_DONE, 0}};
  for (size_t i = 0; i < 3; i++) {
    struct decision *out = world_decision(frame->desk->world);
    Ntf__ListTasks query = NTF__LIST_TASKS__INIT;
    query.status = cases[i].status;
    assert_accepted(out, frame_query(frame, "registrar", "ListTasks", &query.base, out));
    assert_int_equal(((const Ntf__Tasks *)out->reply)->n_tasks, cases[i].n);
  }
}

// A page is cut where it would not fit one message any more.
static void answers_fit_one_message(void **state)
{
  struct frame *frame = *state;
  char title[6001];
  memset(title, 'x', sizeof title - 1);
  title[sizeof title - 1] = '\0';
  frame->desk->agreement->title = title;
  Prg__NoticeRule *rules[] = {desk_rule(frame->desk, "AgreementEffective", "PARTY_A", ACK(SIGN), 3, "")};
  desk_rules(frame->desk, 1, rules);
  for (int i = 0; i < 30; i++) {
    char id[16];
    snprintf(id, sizeof id, "e%d", i);
    desk_raise(frame->desk, id, "AgreementEffective", &frame->desk->agreement->base);
  }
  const Ntf__MailItems *items = mailbox(frame, "baotou", "BT-EDU", false);
  assert_true(items->n_items > 1 && items->n_items < 30);
  assert_true(items->next[0]);
  assert_true(ntf__mail_items__get_packed_size(items) < 250 * 1024);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(a_mailbox_is_found_by_id_code_and_staff_number),
      TEST(who_sees_a_mailbox),
      TEST(a_mailbox_shows_what_is_open),
      TEST(pages_are_whole_and_end),
      TEST(the_ledger_of_the_unsigned),
      TEST(notices_by_event_record_and_status),
      TEST(one_notice_with_its_deliveries),
      TEST(one_delivery_with_all_its_attempts),
      TEST(contacts_by_party),
      TEST(tasks_by_status),
      TEST(answers_fit_one_message),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
