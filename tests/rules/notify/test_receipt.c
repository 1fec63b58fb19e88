// What addressees do with their deliveries: who may (NO-02), what it changes, when a notice closes.
#include "services/notify/rules/lifecycle.h"
#include "tests/rules/notify/desk.h"
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

// A notice to BT-EDU and BY-EDU with this acknowledgement.
static void raise(struct desk *desk, Prg__AckKind ack)
{
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "PARTY_A|PARTY_B", ack,
                                        ack == ACK(NONE) ? 0 : 3, ack == ACK(NONE) ? "" : "PROVINCE")};
  desk_rules(desk, 1, rules);
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 20, 16)->base);
}

// NO-02, as a table: actor, addressee, whether it may sign.
static void only_who_acts_for_the_addressee_signs(void **state)
{
  static const struct {
    const char *actor, *addressee;
    bool may;
  } cases[] = {
      {"baotou", "3115020201", true},     // units-under the bureau
      {"baotou", "2115080201", false},    // the other city's school
      {"bayannur", "2115080201", true},   // two steps down the chain
      {"linhe", "2115080201", true},      // its managing bureau
      {"school", "2115080201", true},     // the school itself
      {"region", "2115080201", false},    // covers the division, but does not act for the school
      {"registrar", "2115080201", false}, // keeps the records, signs nothing
      {"stranger", "2115080201", false},
      {"self", "2115080201", false},
      {"baotou", "R01", true}, // persons-of the bureau that manages the home
      {"bayannur", "R01", false},
      {"school", "R01", false},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct desk *desk = desk_new();
    desk_raise(desk, "e1", "AssignmentApproved",
               &desk_assignment(desk, "R01", "3115020201", "2115080201")->base);
    struct decision *out = world_decision(desk->world);
    int r = desk_sign(desk, cases[i].actor, desk_mail(desk, cases[i].addressee)->id, "", out);
    if (cases[i].may)
      assert_accepted(out, r);
    else
      assert_refused(out, r, "NO-02", "actor", cases[i].actor, "unit", "*", NULL);
    desk_free(desk);
  }
  (void)state;
}

static void reading_and_refusing_need_the_same_right(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(SIGN));
  const char *id = desk_mail(desk, "BT-EDU")->id;
  struct decision *out = world_decision(desk->world);
  assert_refused(out, desk_read(desk, "bayannur", id, out), "NO-02", "unit", "包头市教育局", NULL);
  assert_refused(out, desk_refuse(desk, "bayannur", id, "no", out), "NO-02", NULL);
}

// Every verb from every state a mailbox delivery can have, under each acknowledgement.
static void moves_of_a_mailbox_delivery(void **state)
{
  static const struct {
    const char *before; // verb that led to the state, "" = none
    const char *verb;
    const char *refused; // reason, NULL = accepted
    Ntf__DeliveryStatus to;
  } cases[] = {
      {"", "read", NULL, STATUS(READ)},
      {"", "sign", NULL, STATUS(SIGNED)},
      {"", "refuse", NULL, STATUS(REFUSED)},
      {"read", "read", NULL, STATUS(READ)}, // once more changes nothing
      {"read", "sign", NULL, STATUS(SIGNED)},
      {"read", "refuse", NULL, STATUS(REFUSED)},
      {"sign", "read", NULL, STATUS(SIGNED)},
      {"sign", "sign", "STATE", STATUS(SIGNED)},
      {"sign", "refuse", "STATE", STATUS(SIGNED)},
      {"refuse", "read", NULL, STATUS(REFUSED)},
      {"refuse", "sign", "STATE", STATUS(REFUSED)},
      {"refuse", "refuse", "STATE", STATUS(REFUSED)},
  };
  static const Prg__AckKind acks[] = {ACK(NONE), ACK(RECEIPT), ACK(SIGN)};
  for (size_t a = 0; a < 3; a++)
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      struct desk *desk = desk_new();
      raise(desk, acks[a]);
      const char *id = desk_mail(desk, "BT-EDU")->id;
      if (cases[i].before[0]) desk_do(desk, cases[i].before, "baotou", id);
      struct decision *out = world_decision(desk->world);
      int r = strcmp(cases[i].verb, "read") == 0   ? desk_read(desk, "baotou", id, out)
              : strcmp(cases[i].verb, "sign") == 0 ? desk_sign(desk, "baotou", id, "", out)
                                                   : desk_refuse(desk, "baotou", id, "送错单位", out);
      if (cases[i].refused)
        assert_refused(out, r, cases[i].refused, "record", "Delivery", NULL);
      else
        assert_accepted(out, r);
      desk_apply(desk, out);
      assert_int_equal(desk_delivery(desk, id)->status, cases[i].to);
      desk_free(desk);
    }
  (void)state;
}

static void the_last_signature_closes_the_notice(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(SIGN));
  struct decision *first = desk_do(desk, "sign", "baotou", desk_mail(desk, "BT-EDU")->id);
  assert_string_equal(world_events(desk->world, first), "DeliverySigned");
  assert_int_equal(desk_notice(desk)->status, NTF__NOTICE_STATUS__NOTICE_OPEN);
  struct decision *last = desk_do(desk, "sign", "bayannur", desk_mail(desk, "BY-EDU")->id);
  assert_string_equal(world_events(desk->world, last), "DeliverySigned,NoticeClosed");
  assert_int_equal(desk_notice(desk)->status, NTF__NOTICE_STATUS__NOTICE_CLOSED);
  assert_int_equal(desk_notice(desk)->rev, 3);
}

static void a_signature_says_who_when_and_what(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(SIGN));
  struct decision *out = world_decision(desk->world);
  const char *id = desk_mail(desk, "BT-EDU")->id;
  desk_at(desk, "2016-09-06");
  assert_accepted(out, desk_sign(desk, "baotou", id, "已转人事科", out));
  desk_apply(desk, out);
  const Ntf__Delivery *delivery = desk_delivery(desk, id);
  assert_string_equal(delivery->receipt_by, "baotou");
  assert_int_equal(delivery->receipt_us, (uint64_t)desk->now_us);
  assert_string_equal(delivery->receipt_note, "已转人事科");
  const Ntf__DeliveryReply *reply = (const Ntf__DeliveryReply *)out->reply;
  assert_string_equal(reply->id, id);
  assert_int_equal(reply->status, STATUS(SIGNED));
  assert_int_equal(reply->rev, 2);
}

// Reading is the receipt, but no signature.
static void reading_answers_a_receipt_only(void **state)
{
  static const struct {
    Prg__AckKind ack;
    unsigned owed_after;
    const char *events;
  } cases[] = {
      {ACK(NONE), 0, "DeliveryRead"}, {ACK(RECEIPT), 1, "DeliveryRead"}, {ACK(SIGN), 2, "DeliveryRead"}};
  for (size_t i = 0; i < 3; i++) {
    struct desk *desk = desk_new();
    raise(desk, cases[i].ack);
    struct decision *out = desk_do(desk, "read", "baotou", desk_mail(desk, "BT-EDU")->id);
    assert_string_equal(world_events(desk->world, out), cases[i].events);
    assert_int_equal(desk_notice(desk)->owed, cases[i].owed_after);
    const Ntf__DeliveryRead *event = (const Ntf__DeliveryRead *)out->first->data;
    assert_true((event->notice != NULL) == (cases[i].ack == ACK(RECEIPT)));
    desk_free(desk);
  }
  (void)state;
}

static void signing_what_was_read_counts_once(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(RECEIPT));
  const char *id = desk_mail(desk, "BT-EDU")->id;
  desk_do(desk, "read", "baotou", id);
  desk_do(desk, "sign", "baotou", id);
  assert_int_equal(desk_notice(desk)->owed, 1);
}

static void a_refusal_answers_and_opens_a_task(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(SIGN));
  struct decision *out = desk_do(desk, "refuse", "baotou", desk_mail(desk, "BT-EDU")->id);
  assert_string_equal(world_events(desk->world, out), "DeliveryRefused,TaskOpened");
  assert_int_equal(desk_notice(desk)->owed, 1);
  struct table_rows tasks = desk_tasks(desk, NTF__TASK_STATUS__TASK_OPEN);
  assert_int_equal(tasks.n, 1);
  const Ntf__OperatorTask *task = (const Ntf__OperatorTask *)tasks.rows[0];
  assert_string_equal(task->reason, "NO-05");
  assert_string_equal(task->text_zh, "包头市教育局 退回了通知：送错单位");
  assert_string_equal(
      world_events(desk->world, desk_do(desk, "refuse", "bayannur", desk_mail(desk, "BY-EDU")->id)),
      "DeliveryRefused,NoticeClosed,TaskOpened");
}

static void notes_are_checked(void **state)
{
  static const struct {
    const char *note, *word;
  } cases[] = {
      {"联系 13812345678", "NO-03"},
      {"证件 11010519491231002X 已核", "NO-03"},
      {"", "FIELD"}, // a refusal needs a reason
  };
  struct desk *desk = *state;
  raise(desk, ACK(SIGN));
  const char *id = desk_mail(desk, "BT-EDU")->id;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct decision *out = world_decision(desk->world);
    assert_refused(out, desk_refuse(desk, "baotou", id, cases[i].note, out), cases[i].word, "field", "reason",
                   NULL);
    if (cases[i].note[0])
      assert_refused(out, desk_sign(desk, "baotou", id, cases[i].note, out), cases[i].word, "field", "note",
                     NULL);
    assert_int_equal(out->n_events, 0);
  }
  char text[600];
  memset(text, 'x', sizeof text - 1);
  text[sizeof text - 1] = '\0';
  struct decision *out = world_decision(desk->world);
  assert_refused(out, desk_sign(desk, "baotou", id, text, out), "FIELD", "field", "note", NULL);
}

static void copies_are_not_answered(void **state)
{
  struct desk *desk = *state;
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:1/hook");
  raise(desk, ACK(SIGN));
  const Ntf__Delivery *copy = desk_to(desk, "BT-EDU", PRG__CHANNEL_KIND__CHANNEL_WEBHOOK);
  desk_do(desk, "begin", "", copy->id);
  desk_do(desk, "delivered", "", copy->id);
  struct decision *out = world_decision(desk->world);
  assert_refused(out, desk_sign(desk, "baotou", copy->id, "", out), "FIELD", "field", "id", "detail", "*",
                 NULL);
  assert_non_null(
      strstr(world_param(out, "detail"), desk_mail(desk, "BT-EDU")->id)); // says which one to answer
}

static void the_expected_revision_is_checked(void **state)
{
  struct desk *desk = *state;
  raise(desk, ACK(SIGN));
  const char *id = desk_mail(desk, "BT-EDU")->id;
  desk_do(desk, "read", "baotou", id);
  struct decision *out = world_decision(desk->world);
  struct rule_context *ctx = (struct rule_context *)desk_context(desk, "baotou");
  const Ntf__Delivery *found = NULL;
  ctx->expect_rev = 1;
  assert_refused(out, ntf_record_find(desk->view, id, ctx, out, &found), "DA-02", "rev", "2", "expected", "1",
                 NULL);
  ctx->expect_rev = 2;
  assert_accepted(out, ntf_record_find(desk->view, id, ctx, out, &found));
}

static void unknown_deliveries_are_not_found(void **state)
{
  struct desk *desk = *state;
  struct decision *out = world_decision(desk->world);
  assert_refused(out, desk_read(desk, "baotou", "nothing", out), "NOT-FOUND", "ref", "nothing", NULL);
  assert_refused(out, desk_sign(desk, "baotou", "", "", out), "NOT-FOUND", NULL);
  char long_id[700];
  memset(long_id, 'x', sizeof long_id - 1);
  long_id[sizeof long_id - 1] = '\0';
  assert_refused(out, desk_refuse(desk, "baotou", long_id, "r", out), "NOT-FOUND", NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(only_who_acts_for_the_addressee_signs),
      TEST(reading_and_refusing_need_the_same_right),
      cmocka_unit_test(moves_of_a_mailbox_delivery),
      TEST(the_last_signature_closes_the_notice),
      TEST(a_signature_says_who_when_and_what),
      cmocka_unit_test(reading_answers_a_receipt_only),
      TEST(signing_what_was_read_counts_once),
      TEST(a_refusal_answers_and_opens_a_task),
      TEST(notes_are_checked),
      TEST(copies_are_not_answered),
      TEST(the_expected_revision_is_checked),
      TEST(unknown_deliveries_are_not_found),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
