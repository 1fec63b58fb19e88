// Contacts, tasks, personal numbers in texts, and the document generated from the lifecycle tables.
#include "services/notify/rules/contact.h"
#include "services/notify/rules/lifecycle.h"
#include "services/notify/rules/privacy.h"
#include "services/notify/rules/task.h"
#include "tests/rules/notify/desk.h"
#include <stdlib.h>
#include <string.h>

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

static const struct ntf_contact_check usable = {NULL, "https://hook.example.cn:443", true};

static int set(struct desk *desk, const char *actor, const Ntf__Contact *contact,
               const struct ntf_contact_check *check, struct decision *out)
{
  Ntf__SetContact command = NTF__SET_CONTACT__INIT;
  struct rule_context *ctx = (struct rule_context *)desk_context(desk, actor);
  command.contact = (Ntf__Contact *)contact;
  ctx->prepared = check;
  return ntf_contact_decide_set(desk->world->dir, desk->view, &command, ctx, out);
}

static Ntf__Contact webhook(struct desk *desk, const char *code)
{
  Ntf__Contact contact = NTF__CONTACT__INIT;
  contact.party_kind = NTF__ADDRESSEE_KIND__ADDRESSEE_INSTITUTION;
  contact.party = (char *)world_id(desk->world, code);
  contact.channel = PRG__CHANNEL_KIND__CHANNEL_WEBHOOK;
  contact.address = "https://hook.example.cn/jiedui";
  contact.secret = "bt";
  return contact;
}

static const Ntf__Contact *stored(struct desk *desk, const char *code)
{
  const Ntf__Contact *contact = NULL;
  assert_ok(ntf_view_contact(desk->view, world_id(desk->world, code), PRG__CHANNEL_KIND__CHANNEL_WEBHOOK,
                             &contact));
  return contact;
}

// Who may set a contact, and whose word verifies it.
static void who_sets_and_who_verifies(void **state)
{
  static const struct {
    const char *actor, *party;
    bool may, verified;
    const char *refused;
  } cases[] = {
      {"self", "BT-EDU", true, true, NULL},       // an operator
      {"registrar", "BT-EDU", true, true, NULL},  // covers the division
      {"region", "2115080201", true, true, NULL}, // an authority over it
      {"baotou", "BT-EDU", true, false, NULL},    // for itself: waits for the word of one of those
      {"school", "2115080201", true, false, NULL},
      {"baotou", "2115080201", false, false, "SE-01"}, // neither acts for it nor keeps it
      {"stranger", "BT-EDU", false, false, "SE-01"},   // keeps another province
      {"reader", "BY-EDU", false, false, "AS-09"},     // covers the division, keeps nothing
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct desk *desk = desk_new();
    struct decision *out = world_decision(desk->world);
    Ntf__Contact contact = webhook(desk, cases[i].party);
    contact.verified = true; // what the message claims counts for nothing
    int r = set(desk, cases[i].actor, &contact, &usable, out);
    if (!cases[i].may) {
      assert_refused(out, r, cases[i].refused, NULL);
    } else {
      assert_accepted(out, r);
      desk_apply(desk, out);
      assert_true(stored(desk, cases[i].party)->verified == cases[i].verified);
    }
    desk_free(desk);
  }
  (void)state;
}

static void a_verified_address_stays_so_until_it_changes(void **state)
{
  struct desk *desk = *state;
  static const struct {
    const char *actor, *address;
    bool verified;
  } steps[] = {
      {"baotou", "https://hook.example.cn/a", false},
      {"registrar", "https://hook.example.cn/a", true},
      {"baotou", "https://hook.example.cn/a", true},
      {"baotou", "https://hook.example.cn/b", false},
      {"registrar", "", false}, // ended
  };
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    struct decision *out = world_decision(desk->world);
    Ntf__Contact contact = webhook(desk, "BT-EDU");
    contact.address = (char *)steps[i].address;
    assert_accepted(out, set(desk, steps[i].actor, &contact, &usable, out));
    desk_apply(desk, out);
    const Ntf__Contact *now = stored(desk, "BT-EDU");
    assert_true(now->verified == steps[i].verified);
    assert_int_equal(now->rev, i + 1);
    assert_string_equal(now->lane, steps[i].address[0] ? usable.lane : "");
    assert_int_equal(((const Ntf__ContactReply *)out->reply)->rev, i + 1);
  }
}

// NO-04 and the fields.
static void bad_contacts_are_refused(void **state)
{
  struct desk *desk = *state;
  static const struct ntf_contact_check foreign = {"its host is not listed in webhook.allow", "", true};
  static const struct ntf_contact_check no_secret = {NULL, "https://hook.example.cn:443", false};
  struct decision *out = world_decision(desk->world);
  Ntf__Contact contact = webhook(desk, "BT-EDU");
  assert_refused(out, set(desk, "registrar", &contact, &foreign, out), "NO-04", "why",
                 "its host is not listed in webhook.allow", NULL);
  assert_refused(out, set(desk, "registrar", &contact, &no_secret, out), "NO-04", "why", "*", NULL);
  contact.channel = PRG__CHANNEL_KIND__CHANNEL_MAIL;
  assert_refused(out, set(desk, "registrar", &contact, &usable, out), "FIELD", "field", "contact.channel",
                 NULL);
  contact = webhook(desk, "BT-EDU");
  contact.party_kind = NTF__ADDRESSEE_KIND__ADDRESSEE_UNSPECIFIED;
  assert_refused(out, set(desk, "registrar", &contact, &usable, out), "FIELD", "field", "contact.party_kind",
                 NULL);
  contact = webhook(desk, "BT-EDU");
  contact.party = "nobody";
  assert_refused(out, set(desk, "registrar", &contact, &usable, out), "NOT-FOUND", "ref", "nobody", NULL);
  contact.party_kind = NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON;
  assert_refused(out, set(desk, "registrar", &contact, &usable, out), "NOT-FOUND", NULL);
  assert_refused(out, set(desk, "registrar", NULL, &usable, out), "FIELD", "field", "contact", NULL);
  char address[600];
  memset(address, 'a', sizeof address - 1);
  address[sizeof address - 1] = '\0';
  contact = webhook(desk, "BT-EDU");
  contact.address = address;
  assert_refused(out, set(desk, "registrar", &contact, &usable, out), "FIELD", "field", "contact.address",
                 NULL);
  assert_null(stored(desk, "BT-EDU"));
}

static void tasks_are_closed_once(void **state)
{
  struct desk *desk = *state;
  Prg__NoticeRule *rules[] = {desk_rule(desk, "PlanApproved", "ORGANISER", PRG__ACK_KIND__ACK_SIGN, 3, "")};
  desk_rules(desk, 1, rules);
  desk_raise(desk, "e1", "PlanApproved", &desk_plan(desk, 1, 1)->base);
  Ntf__CloseTask command = NTF__CLOSE_TASK__INIT;
  command.id = ((Ntf__OperatorTask *)desk_tasks(desk, NTF__TASK_STATUS__TASK_OPEN).rows[0])->id;
  command.note = "已电话通知";
  const struct rule_context *ctx = desk_context(desk, "registrar");
  struct decision *out = world_decision(desk->world);
  assert_accepted(out, ntf_task_decide_close(desk->view, &command, ctx, out));
  assert_string_equal(((const Ntf__TaskClosed *)world_event(out, "TaskClosed")->data)->note, "已电话通知");
  desk_apply(desk, out);
  assert_int_equal(desk_tasks(desk, NTF__TASK_STATUS__TASK_OPEN).n, 0);
  assert_int_equal(desk_tasks(desk, NTF__TASK_STATUS__TASK_DONE).n, 1);
  out = world_decision(desk->world);
  assert_refused(out, ntf_task_decide_close(desk->view, &command, ctx, out), "STATE", "state", "DONE", NULL);
  command.id = "nothing";
  assert_refused(out, ntf_task_decide_close(desk->view, &command, ctx, out), "NOT-FOUND", NULL);
}

// NO-03: what counts as a personal number.
static void personal_numbers(void **state)
{
  static const struct {
    const char *text, *masked; // masked NULL = nothing personal
  } cases[] = {
      {"", NULL},
      {"核定 16 名", NULL},
      {"11010519491231002X", "******************"}, // the example of GB 11643
      {"11010519491231002x", "******************"},
      {"110105194912310021", NULL}, // check digit is wrong
      {"号码11010519491231002X。", "号码******************。"},
      {"440524188001010014", "******************"}, // all digits
      {"13812345678", "138****5678"},
      {"tel:13812345678,13912345678", "tel:138****5678,139****5678"},
      {"12812345678", NULL},        // no mobile prefix
      {"138123456789", NULL},       // twelve digits
      {"2115080201", NULL},         // a school code
      {"91150200MA0MW4XY1T", NULL}, // a social credit code
      {"包教派〔2016〕15号", NULL},
  };
  struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    assert_true(ntf_privacy_found(cases[i].text) == (cases[i].masked != NULL));
    assert_string_equal(ntf_privacy_mask(arena, cases[i].text),
                        cases[i].masked ? cases[i].masked : cases[i].text);
  }
  arena_free(arena);
  (void)state;
}

// The document beside the tables is what the tables say. JIEDUI_WRITE_DOCS=1 writes it.
static void the_document_is_generated(void **state)
{
  static const struct lifecycle *const all[] = {&ntf_lifecycle_notice, &ntf_lifecycle_delivery,
                                                &ntf_lifecycle_task};
  struct arena *arena = NULL;
  assert_ok(arena_new(0, &arena));
  char *text = arena_strdup(
      arena, "<!-- Generated from services/notify/rules/lifecycle.c by rules_notify_contact with "
             "JIEDUI_WRITE_DOCS=1. Do not edit. -->\n\n# Lifecycles of notifyd\n");
  for (size_t i = 0; i < 3; i++) {
    char *one = lifecycle_markdown(all[i]);
    text = arena_printf(arena, "%s\n%s", text, one);
    free(one);
  }
  const char *path = test_source("services/notify/LIFECYCLES.md");
  if (getenv("JIEDUI_WRITE_DOCS")) test_write_file(path, text, strlen(text));
  char *have = test_read_file(path, NULL);
  assert_string_equal(have, text);
  free(have);
  arena_free(arena);
  (void)state;
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(who_sets_and_who_verifies),
      TEST(a_verified_address_stays_so_until_it_changes),
      TEST(bad_contacts_are_refused),
      TEST(tasks_are_closed_once),
      cmocka_unit_test(personal_numbers),
      cmocka_unit_test(the_document_is_generated),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
