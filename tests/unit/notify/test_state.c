// The tables of notifyd: which rows stand in which list, and how they leave it again; projection; hints.
#include "services/notify/state.h"
#include "tests/rules/notify/desk.h"
#include <stdio.h>
#include <string.h>

#define STATUS(word) NTF__DELIVERY_STATUS__DELIVERY_##word
#define ACK(word)    PRG__ACK_KIND__ACK_##word
#define WEBHOOK      PRG__CHANNEL_KIND__CHANNEL_WEBHOOK

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

static size_t count(struct desk *desk, enum ntf_list list, const char *text, uint32_t number)
{
  struct table_rows rows;
  struct ntf_page page = {.list = list, .text = text, .number = number, .after = ""};
  assert_ok(ntf_state_list(desk->state, desk->txn, &page, desk->arena, &rows));
  return rows.n;
}

static size_t waiting(struct desk *desk, const char *lane)
{
  struct table_rows rows;
  assert_ok(ntf_state_waiting(desk->state, desk->txn, lane, 0, desk->arena, &rows));
  for (size_t i = 1; i < rows.n; i++)
    assert_true(((Ntf__Delivery *)rows.rows[i - 1])->next_try_us <=
                ((Ntf__Delivery *)rows.rows[i])->next_try_us);
  return rows.n;
}

static size_t overdue(struct desk *desk)
{
  Ntf__Delivery *const *list = NULL;
  size_t n = 0;
  assert_ok(ntf_view_overdue(desk->view, INT64_MAX, 100, &list, &n));
  return n;
}

static void a_mailbox_delivery_through_its_lists(void **state)
{
  static const struct {
    const char *verb;
    size_t owed, open, due; // of BT-EDU's delivery after the verb
  } steps[] = {{NULL, 1, 1, 1}, {"read", 1, 1, 1}, {"sign", 0, 0, 0}};
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PARTY_A", ACK(SIGN), 3, "PROVINCE")};
  desk_rules(desk, 1, rules);
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  const char *party = world_id(desk->world, "BT-EDU");
  for (size_t i = 0; i < 3; i++) {
    if (steps[i].verb) desk_do(desk, steps[i].verb, "baotou", desk_mail(desk, "BT-EDU")->id);
    assert_int_equal(count(desk, NTF_LIST_MAILBOX, party, 0), 1);
    assert_int_equal(count(desk, NTF_LIST_OPEN_MAILBOX, party, 0), steps[i].open);
    assert_int_equal(count(desk, NTF_LIST_OWED, "", 0), steps[i].owed);
    assert_int_equal(overdue(desk), steps[i].due);
  }
}

static void an_escalated_delivery_is_owed_but_not_due(void **state)
{
  struct desk *desk = *state;
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  desk_at(desk, "2016-10-10");
  desk_do_tick(desk);
  assert_int_equal(overdue(desk), 0);
  assert_int_equal(count(desk, NTF_LIST_OWED, "", 0), 2);
  const char *province = world_id(desk->world, "NM-EDU");
  assert_int_equal(count(desk, NTF_LIST_OPEN_MAILBOX, province, 0), 2);
  desk_do(desk, "sign", "baotou", desk_mail(desk, "BT-EDU")->id);
  assert_int_equal(count(desk, NTF_LIST_OPEN_MAILBOX, province, 0), 1);
  assert_int_equal(count(desk, NTF_LIST_MAILBOX, province, 0), 2);
}

// Work lists: a copy waits in its lane, is under way in none, and ends in none.
static int count_work(void *context, const ProtobufCMessage *row)
{
  (void)row;
  ++*(size_t *)context;
  return 0;
}

static void a_copy_through_its_lanes(void **state)
{
  static const struct {
    const char *verb;
    size_t waits, under_way;
  } steps[] = {{NULL, 1, 0}, {"begin", 0, 1}, {"try_later", 1, 0}, {"begin", 0, 1}, {"delivered", 0, 0}};
  static const char lane[] = "http://127.0.0.1:7";
  struct desk *desk = *state;
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:7/hook");
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  const char *id = desk_to(desk, "BT-EDU", WEBHOOK)->id;
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    size_t work = 0;
    if (steps[i].verb) desk_do(desk, steps[i].verb, "", id);
    assert_int_equal(waiting(desk, lane), steps[i].waits);
    assert_int_equal(waiting(desk, "http://127.0.0.1:70"), 0); // another endpoint that begins alike
    assert_int_equal(waiting(desk, ""), steps[i].under_way);
    assert_ok(ntf_state_work(desk->state, desk->txn, count_work, &work));
    assert_int_equal(work, steps[i].waits + steps[i].under_way);
  }
  assert_int_equal(count(desk, NTF_LIST_MAILBOX, world_id(desk->world, "BT-EDU"), 0),
                   1); // copies are no mail
}

static void the_earliest_waits_first(void **state)
{
  struct desk *desk = *state;
  char id[16];
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:7/hook");
  for (int i = 0; i < 10; i++) {
    snprintf(id, sizeof id, "e%d", i);
    desk->now_us += i % 3 ? INT64_C(1000000) : -INT64_C(1500000);
    desk_raise(desk, id, "PlanApproved", &desk_plan(desk, 1, 1)->base);
  }
  assert_int_equal(waiting(desk, "http://127.0.0.1:7"), 10);
}

static void notices_stand_under_event_record_and_status(void **state)
{
  struct desk *desk = *state;
  Dsp__NeedsPlan *plan = desk_plan(desk, 1, 1);
  desk_raise(desk, "e1", "PlanApproved", &plan->base);
  assert_int_equal(count(desk, NTF_LIST_NOTICES, "", 0), 1);
  assert_int_equal(count(desk, NTF_LIST_BY_EVENT, "PlanApproved", 0), 1);
  assert_int_equal(count(desk, NTF_LIST_BY_EVENT, "Plan", 0), 0);
  assert_int_equal(count(desk, NTF_LIST_BY_SUBJECT, plan->id, 0), 1);
  assert_int_equal(count(desk, NTF_LIST_BY_STATUS, "", NTF__NOTICE_STATUS__NOTICE_OPEN), 1);
  desk_do(desk, "sign", "baotou", desk_mail(desk, "BT-EDU")->id);
  desk_do(desk, "sign", "bayannur", desk_mail(desk, "BY-EDU")->id);
  assert_int_equal(count(desk, NTF_LIST_BY_STATUS, "", NTF__NOTICE_STATUS__NOTICE_OPEN), 0);
  assert_int_equal(count(desk, NTF_LIST_BY_STATUS, "", NTF__NOTICE_STATUS__NOTICE_CLOSED), 1);
  const Ntf__Notice *found = NULL;
  assert_ok(ntf_view_raised(desk->view, "dispatch", "e1", 0, &found));
  assert_non_null(found);
  assert_ok(ntf_view_raised(desk->view, "registry", "e1", 0, &found)); // ids of another feed
  assert_null(found);
  assert_ok(ntf_view_raised(desk->view, "dispatch", "e1", 1, &found)); // another rule
  assert_null(found);
}

static void contacts_of_one_party(void **state)
{
  struct desk *desk = *state;
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:7/a");
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:7/b"); // the same row again
  desk_contact(desk, "BY-EDU", false, "http://127.0.0.1:7/c");
  assert_int_equal(count(desk, NTF_LIST_CONTACTS, "", 0), 2);
  assert_int_equal(count(desk, NTF_LIST_CONTACTS_OF, world_id(desk->world, "BT-EDU"), 0), 1);
  assert_int_equal(count(desk, NTF_LIST_CONTACTS_OF, "0", 0), 0); // no prefix of an id is a party
  const Ntf__Contact *contact = NULL;
  assert_ok(ntf_view_contact(desk->view, world_id(desk->world, "BT-EDU"), WEBHOOK, &contact));
  assert_string_equal(contact->address, "http://127.0.0.1:7/b");
  assert_ok(ntf_view_contact(desk->view, world_id(desk->world, "BT-EDU"), PRG__CHANNEL_KIND__CHANNEL_SMS,
                             &contact));
  assert_null(contact);
}

static void keys_that_no_row_can_have(void **state)
{
  struct desk *desk = *state;
  struct table_rows rows;
  char text[1000];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  assert_int_equal(count(desk, NTF_LIST_BY_EVENT, text, 0), 0);
  assert_int_equal(count(desk, NTF_LIST_CONTACTS_OF, text, 0), 0);
  struct ntf_page page = {.list = NTF_LIST_NOTICES, .after = text};
  assert_ok(ntf_state_list(desk->state, desk->txn, &page, desk->arena, &rows));
  assert_int_equal(rows.n, 0);
  const Ntf__Notice *notice = NULL;
  assert_ok(ntf_view_notice(desk->view, text, &notice));
  assert_null(notice);
}

// The hint tells of what leaves the mailbox, and of nothing else.
struct hints {
  size_t n;
  char lane[64];
};
static void hear(void *context, const Ntf__Delivery *delivery)
{
  struct hints *hints = context;
  hints->n++;
  snprintf(hints->lane, sizeof hints->lane, "%s", delivery->lane);
}

static void the_engine_hears_of_copies(void **state)
{
  struct desk *desk = *state;
  struct hints hints = {0};
  ntf_state_watch(desk->state, hear, &hints);
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  assert_int_equal(hints.n, 0);
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:7/hook");
  desk_raise(desk, "e2", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  assert_int_equal(hints.n, 1);
  assert_string_equal(hints.lane, "http://127.0.0.1:7");
  desk_do(desk, "begin", "", desk_to(desk, "BT-EDU", WEBHOOK)->id);
  assert_int_equal(hints.n, 2);
  desk_do(desk, "sign", "baotou", desk_mail(desk, "BT-EDU")->id);
  assert_int_equal(hints.n, 2);
  ntf_state_watch(desk->state, NULL, NULL);
  desk_do(desk, "delivered", "", desk_to(desk, "BT-EDU", WEBHOOK)->id);
  assert_int_equal(hints.n, 2);
}

static void next_table(void *context, const struct table *table)
{
  static const char *const names[] = {"notice", "delivery", "contact", "task"};
  size_t *n = context;
  assert_true(*n < 4);
  assert_string_equal(table_definition(table)->name, names[(*n)++]);
}

static void the_projection_is_not_part_of_a_rebuild(void **state)
{
  struct desk *desk = *state;
  size_t n = 0;
  ntf_state_tables(desk->state, next_table, &n);
  assert_int_equal(n, 4);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      TEST(a_mailbox_delivery_through_its_lists),
      TEST(an_escalated_delivery_is_owed_but_not_due),
      TEST(a_copy_through_its_lanes),
      TEST(the_earliest_waits_first),
      TEST(notices_stand_under_event_record_and_status),
      TEST(contacts_of_one_party),
      TEST(keys_that_no_row_can_have),
      TEST(the_engine_hears_of_copies),
      TEST(the_projection_is_not_part_of_a_rebuild),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
