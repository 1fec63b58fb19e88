// Random upstream events, answers, attempts and days against a naive model of who owes what; then every event
// again on an empty store: the tables must be equal, byte by byte.
#include "services/notify/rules/lifecycle.h"
#include "tests/rules/notify/desk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATUS(word) NTF__DELIVERY_STATUS__DELIVERY_##word
#define ACK(word)    PRG__ACK_KIND__ACK_##word

enum { NOTICES = 120, ADDRESSEES = 4, STEPS = 1500, DAY_STEPS = 20 };

// Two rules for approved plans, one for approved assignments.
static const struct {
  const char *codes[ADDRESSEES]; // who is told, in order
  Prg__AckKind ack;
  unsigned within;
  bool escalates;
} rules_of_model[] = {
    {{"BT-EDU", "BY-EDU"}, ACK(SIGN), 3, true},
    {{"NM-EDU"}, ACK(RECEIPT), 1, false},
    {{"R01", "3115020201", "2115080201"}, ACK(RECEIPT), 2, true},
};

// What the model knows of a delivery: is it answered, was it escalated.
struct owed {
  const char *id; // of the mailbox delivery; NULL = none
  bool read, answered, escalated;
};
struct noticed {
  char id[UUID_TEXT];
  size_t rule;
  int64_t due_us;
  struct owed owed[ADDRESSEES];
};
struct model {
  struct desk *desk;
  uint64_t seed;
  struct noticed notices[NOTICES];
  size_t n;
  unsigned events;
  int day; // after 2016-09-05
};

static const char *actor_of(const char *code)
{
  static const struct {
    const char *code, *actor;
  } actors[] = {{"BT-EDU", "baotou"},     {"BY-EDU", "bayannur"}, {"NM-EDU", "region"},
                {"3115020201", "baotou"}, {"R01", "baotou"},      {"2115080201", "school"}};
  for (size_t i = 0; i < sizeof actors / sizeof *actors; i++)
    if (strcmp(actors[i].code, code) == 0) return actors[i].actor;
  return "stranger";
}

// ---- what the model does beside the real thing

static void note_notice(struct model *model, const Ntf__NoticeRaised *event, size_t rule)
{
  struct noticed *noticed = &model->notices[model->n++];
  *noticed = (struct noticed){.rule = rule};
  snprintf(noticed->id, sizeof noticed->id, "%s", event->notice->id);
  noticed->due_us = working_days_after(model->desk->now_us, (int)rules_of_model[rule].within);
  for (size_t i = 0, at = 0; i < event->n_deliveries; i++)
    if (!event->deliveries[i]->mailbox[0]) noticed->owed[at++].id = event->deliveries[i]->id;
}

static void raise(struct model *model)
{
  struct desk *desk = model->desk;
  char id[16];
  bool plan = test_random_below(&model->seed, 2) == 0;
  bool again = model->events && test_random_below(&model->seed, 5) == 0; // an event that came before
  if (model->n + 2 > NOTICES) return;
  unsigned number = again ? test_random_below(&model->seed, model->events) : model->events++;
  static bool was_plan[NOTICES];
  if (again) plan = was_plan[number];
  was_plan[number] = plan;
  snprintf(id, sizeof id, "e%u", number);
  struct decision *out = plan ? desk_raise(desk, id, "PlanApproved", &desk_plan(desk, 20, 16)->base)
                              : desk_raise(desk, id, "AssignmentApproved",
                                           &desk_assignment(desk, "R01", "3115020201", "2115080201")->base);
  assert_int_equal(desk_count(out, "NoticeRaised"), again ? 0 : plan ? 2 : 1);
  size_t rule = plan ? 0 : 2;
  for (const struct decided_event *event = out->first; event; event = event->next)
    note_notice(model, (const Ntf__NoticeRaised *)event->data, rule++);
}

static bool owes(const struct noticed *noticed, const struct owed *owed)
{
  if (!owed->id || owed->answered) return false;
  return rules_of_model[noticed->rule].ack == ACK(SIGN) || !owed->read;
}

static unsigned owed_by(const struct noticed *noticed)
{
  unsigned n = 0;
  for (size_t i = 0; i < ADDRESSEES; i++)
    n += owes(noticed, &noticed->owed[i]);
  return n;
}

// A random verb by a random person to a random delivery.
static void answer(struct model *model)
{
  static const char *const verbs[] = {"read", "sign", "refuse"};
  if (!model->n) return;
  struct noticed *noticed = &model->notices[test_random_below(&model->seed, (uint32_t)model->n)];
  size_t which = test_random_below(&model->seed, ADDRESSEES), verb = test_random_below(&model->seed, 3);
  struct owed *owed = &noticed->owed[which];
  if (!owed->id) return;
  bool wrong = test_random_below(&model->seed, 6) == 0;
  const char *actor = wrong ? "stranger" : actor_of(rules_of_model[noticed->rule].codes[which]);
  unsigned before = owed_by(noticed);
  struct decision *out = world_decision(model->desk->world);
  int r = verb == 0   ? desk_read(model->desk, actor, owed->id, out)
          : verb == 1 ? desk_sign(model->desk, actor, owed->id, "", out)
                      : desk_refuse(model->desk, actor, owed->id, "送错", out);
  if (wrong) {
    assert_refused(out, r, "NO-02", NULL);
    return;
  }
  if (verb > 0 && owed->answered) {
    assert_refused(out, r, "STATE", NULL);
    return;
  }
  assert_accepted(out, r);
  if (verb == 0)
    owed->read = true;
  else
    owed->answered = true;
  bool closes = before && !owed_by(noticed);
  assert_int_equal(desk_count(out, "NoticeClosed"), closes);
  assert_int_equal(desk_count(out, "TaskOpened"), strcmp(verbs[verb], "refuse") == 0);
  desk_apply(model->desk, out);
}

static void pass_time(struct model *model)
{
  char day[DATE_SIZE];
  model->day += (int)test_random_below(&model->seed, 3);
  date_add_days("2016-09-05", model->day, day);
  desk_at(model->desk, day);
  size_t late = 0, told = 0;
  for (size_t i = 0; i < model->n; i++)
    for (size_t k = 0; k < ADDRESSEES; k++) {
      struct noticed *noticed = &model->notices[i];
      struct owed *owed = &noticed->owed[k];
      if (owed->escalated || !owes(noticed, owed) || noticed->due_us > model->desk->now_us) continue;
      owed->escalated = true;
      late++;
    }
  for (;;) {
    struct decision *out = desk_do_tick(model->desk);
    told += desk_count(out, "DeliveryEscalated");
    if (((const Ntf__TickReply *)out->reply)->moved == 0) break;
  }
  assert_int_equal(told, late);
}

// Some webhook copy moves on by a random outcome.
static void send(struct model *model)
{
  static const char *const outcomes[] = {"delivered", "try_later", "never", "unknown"};
  if (!model->n) return;
  struct noticed *noticed = &model->notices[test_random_below(&model->seed, (uint32_t)model->n)];
  struct table_rows rows = desk_deliveries(model->desk, noticed->id);
  for (size_t i = 0; i < rows.n; i++) {
    const Ntf__Delivery *delivery = (const Ntf__Delivery *)rows.rows[i];
    if (delivery->status == STATUS(QUEUED) || delivery->status == STATUS(RETRY_WAIT))
      desk_do(model->desk, "begin", "", delivery->id);
    else if (delivery->status == STATUS(SENDING))
      desk_do(model->desk, outcomes[test_random_below(&model->seed, 4)], "", delivery->id);
  }
}

// ---- comparing

static void compare(struct model *model)
{
  for (size_t i = 0; i < model->n; i++) {
    const struct noticed *noticed = &model->notices[i];
    const Ntf__Notice *notice = desk_notice_of(model->desk, noticed->id);
    assert_int_equal(notice->owed, owed_by(noticed));
    assert_int_equal(notice->due_us, noticed->due_us);
    for (size_t k = 0; k < ADDRESSEES && noticed->owed[k].id; k++) {
      const Ntf__Delivery *delivery = desk_delivery(model->desk, noticed->owed[k].id);
      const char *code = rules_of_model[noticed->rule].codes[k];
      assert_string_equal(delivery->addressee, world_id(model->desk->world, code));
      assert_true(ntf_lifecycle_owes(delivery) == owes(noticed, &noticed->owed[k]));
      assert_true((delivery->escalated_us != 0) == noticed->owed[k].escalated);
      Ntf__Delivery *const *told = NULL;
      size_t n = 0;
      assert_ok(ntf_view_escalations(model->desk->view, delivery, &told, &n));
      bool escalates = noticed->owed[k].escalated && rules_of_model[noticed->rule].escalates;
      assert_int_equal(n, escalates ? 1 : 0);
    }
  }
}

struct digests {
  struct store_txn *txn;
  uint8_t values[8][32];
  size_t n;
};
static void digest_one(void *context, const struct table *table)
{
  struct digests *digests = context;
  assert_ok(table_digest(digests->txn, table, digests->values[digests->n++]));
}

// The same events applied to an empty store.
static void rebuild_and_compare(struct desk *desk)
{
  struct digests live = {.txn = desk->txn}, rebuilt = {0};
  struct store *store = test_store(NULL, "notify");
  struct ntf_state *state = NULL;
  assert_ok(ntf_state_open(store, &state));
  assert_ok(store_begin(store, true, &rebuilt.txn));
  for (size_t i = 0; i < desk->n_applied; i++) {
    uint8_t *bytes = malloc(protobuf_c_message_get_packed_size(desk->applied[i]) + 1);
    size_t length = protobuf_c_message_pack(desk->applied[i], bytes);
    ProtobufCMessage *event = protobuf_c_message_unpack(desk->applied[i]->descriptor, NULL, length, bytes);
    assert_ok(ntf_state_apply(state, rebuilt.txn, event));
    protobuf_c_message_free_unpacked(event, NULL);
    free(bytes);
  }
  ntf_state_tables(desk->state, digest_one, &live);
  ntf_state_tables(state, digest_one, &rebuilt);
  assert_int_equal(live.n, 4);
  assert_int_equal(live.n, rebuilt.n);
  assert_memory_equal(live.values, rebuilt.values, sizeof live.values);
  store_abort(&rebuilt.txn);
  ntf_state_free(state);
  store_close(store);
}

static void random_years(void **state)
{
  struct model *model = calloc(1, sizeof *model);
  struct desk *desk = desk_new();
  *model = (struct model){.desk = desk, .seed = test_seed()};
  Prg__NoticeRule *rules[] = {
      desk_rule(desk, "PlanApproved", "PARTY_A|PARTY_B", ACK(SIGN), 3, "PROVINCE"),
      desk_rule(desk, "PlanApproved", "PROVINCE|OWNER", ACK(RECEIPT), 1, ""),
      desk_rule(desk, "AssignmentApproved", "PERSON|HOME|HOST", ACK(RECEIPT), 2, "PROVINCE")};
  desk_rules(desk, 3, rules);
  desk_contact(desk, "BT-EDU", false, "http://127.0.0.1:1/hook");
  desk_contact(desk, "R01", true, "http://127.0.0.1:1/hook");
  for (int step = 0; step < STEPS; step++) {
    switch (test_random_below(&model->seed, 8)) {
    case 0:
      raise(model);
      break;
    case 1:
    case 2:
      send(model);
      break;
    case 3:
      if (step % DAY_STEPS < 4) pass_time(model);
      break;
    default:
      answer(model);
      break;
    }
    if (step % 100 == 99) compare(model);
  }
  compare(model);
  assert_true(model->n > 20); // the walk went somewhere
  rebuild_and_compare(desk);
  desk_free(desk);
  free(model);
  (void)state;
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_years)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
