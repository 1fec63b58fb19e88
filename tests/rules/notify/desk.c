#include "tests/rules/notify/desk.h"
#include "common/base/pb.h"
#include "proto/registry_service.pb-c.h"
#include "services/notify/rules/attempt.h"
#include "services/notify/rules/escalate.h"
#include "services/notify/rules/lifecycle.h"
#include "services/notify/rules/raise.h"
#include "services/notify/rules/receipt.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *need(void *pointer)
{
  assert_non_null(pointer);
  return pointer;
}
#define NEW(desk, type, init)                                                                                \
  ({                                                                                                         \
    type *new_ = need(ARENA_NEW((desk)->arena, type));                                                       \
    init(new_);                                                                                              \
    new_;                                                                                                    \
  })

static const Prg__Programme *titled_programme(struct desk *desk)
{
  const Prg__Programme *programme = NULL;
  assert_ok(dir_programme(desk->world->dir, "nmg-framework", 0, &programme));
  Prg__Programme *titled = need(arena_clone(desk->arena, &programme->base));
  for (size_t i = 0; i < titled->n_measures; i++)
    if (strcmp(titled->measures[i]->id, "retired_teaching") == 0)
      titled->measures[i]->title =
          programme_text(desk->arena, "优秀退休教师支教", "Retired teachers in support");
  world_put(desk->world, &titled->base);
  return titled;
}

struct desk *desk_new(void)
{
  struct desk *desk = need(calloc(1, sizeof *desk));
  desk->world = world_new();
  desk->arena = desk->world->arena;
  desk->store = test_store(NULL, "notify");
  assert_ok(ntf_state_open(desk->store, &desk->state));
  assert_ok(directory_open(desk->store, &desk->directory));
  assert_ok(store_begin(desk->store, true, &desk->txn));
  desk->view = need(ntf_state_view(desk->state, desk->txn, desk->arena));
  desk->programme = titled_programme(desk);
  desk->agreement = world_agreement(desk->world, REG__AGREEMENT_STATUS__AGREEMENT_EFFECTIVE);
  desk_at(desk, "2016-09-05"); // a Monday
  return desk;
}

struct desk *desk_free(struct desk *desk)
{
  if (!desk) return NULL;
  store_abort(&desk->txn);
  directory_close(desk->directory);
  ntf_state_free(desk->state);
  store_close(desk->store);
  world_free(desk->world);
  free(desk->applied);
  free(desk);
  return NULL;
}

void desk_at(struct desk *desk, const char *day)
{
  desk->now_us = date_start_us(day) + INT64_C(8) * 3600 * 1000000;
}

const struct rule_context *desk_context(struct desk *desk, const char *words)
{
  struct rule_context *ctx = world_context(desk->world, words, "2016-09-05");
  ctx->now_us = desk->now_us;
  date_of_time(desk->now_us, ctx->today);
  return ctx;
}

// ---- records and events

Prg__NoticeRule *desk_rule(struct desk *desk, const char *event, const char *to, Prg__AckKind ack,
                           unsigned within, const char *escalate)
{
  Prg__NoticeRule *rule = NEW(desk, Prg__NoticeRule, prg__notice_rule__init);
  rule->event = (char *)event;
  rule->to = programme_words(desk->arena, to, &rule->n_to);
  rule->ack = ack;
  rule->within_working_days = within;
  rule->escalate = programme_words(desk->arena, escalate, &rule->n_escalate);
  return rule;
}

void desk_rules(struct desk *desk, size_t n, Prg__NoticeRule *const *rules)
{
  Prg__Programme *programme = need(arena_clone(desk->arena, &desk->programme->base));
  programme->version++;
  programme->notices = need(ARENA_ARRAY(desk->arena, Prg__NoticeRule *, n + 1));
  if (n) memcpy(programme->notices, rules, n * sizeof *rules);
  programme->n_notices = n;
  world_put(desk->world, &programme->base);
  desk->programme = programme;
  desk->agreement->programme_version = programme->version;
  world_put(desk->world, &desk->agreement->base);
}

Dsp__NeedsPlan *desk_plan(struct desk *desk, unsigned requested, unsigned approved)
{
  Dsp__NeedsPlan *plan = NEW(desk, Dsp__NeedsPlan, dsp__needs_plan__init);
  plan->id = (char *)world_new_id(desk->world);
  plan->programme = desk->programme->id;
  plan->programme_version = desk->programme->version;
  plan->agreement = desk->agreement->id;
  plan->measure = "retired_teaching";
  plan->school_year = "2016-2017";
  plan->owner = (char *)world_id(desk->world, "BY-EDU");
  plan->requested = requested;
  plan->approved = approved;
  plan->division = "1508";
  plan->rev = 1;
  return plan;
}

Dsp__Assignment *desk_assignment(struct desk *desk, const char *person, const char *home, const char *host)
{
  Dsp__Assignment *assignment = NEW(desk, Dsp__Assignment, dsp__assignment__init);
  Typ__Period *period = NEW(desk, Typ__Period, typ__period__init);
  period->from = "2016-09-01";
  period->to = "2017-09-01";
  assignment->id = (char *)world_new_id(desk->world);
  assignment->programme = desk->programme->id;
  assignment->programme_version = desk->programme->version;
  assignment->agreement = desk->agreement->id;
  assignment->measure = "retired_teaching";
  assignment->person = (char *)world_id(desk->world, person);
  assignment->home = (char *)world_id(desk->world, home);
  assignment->host = (char *)world_id(desk->world, host);
  assignment->period = period;
  assignment->order_no = "包教派2016-7";
  assignment->arrival_due = "2016-09-10";
  assignment->arrived_on = "2016-09-08";
  assignment->ended_on = "2017-07-15";
  assignment->division = world_institution(desk->world, host)->division;
  assignment->rev = 1;
  return assignment;
}

static const ProtobufCMessageDescriptor *event_type(const char *name)
{
  const ProtobufCServiceDescriptor *const areas[] = {&reg__events__descriptor, &dsp__events__descriptor};
  for (size_t a = 0; a < 2; a++)
    for (unsigned i = 0; i < areas[a]->n_methods; i++)
      if (strcmp(areas[a]->methods[i].name, name) == 0) return areas[a]->methods[i].input;
  fail_msg("no event is called %s", name);
  return NULL;
}

ProtobufCMessage *desk_event(struct desk *desk, const char *name, ProtobufCMessage *record)
{
  const ProtobufCMessageDescriptor *type = event_type(name);
  ProtobufCMessage *event = need(arena_alloc(desk->arena, type->sizeof_message));
  protobuf_c_message_init(type, event);
  assert_ptr_equal(type->fields[0].descriptor, record->descriptor);
  *(ProtobufCMessage **)((char *)event + type->fields[0].offset) = record;
  const ProtobufCFieldDescriptor *reason = protobuf_c_message_descriptor_get_field_by_name(type, "reason");
  if (reason) *(char **)((char *)event + reason->offset) = "人数与编制不符";
  return event;
}

static void apply(struct desk *desk, const ProtobufCMessage *event)
{
  assert_ok(ntf_state_apply(desk->state, desk->txn, event));
  if (desk->n_applied == desk->room) {
    desk->room = desk->room ? desk->room * 2 : 64;
    desk->applied = need(realloc(desk->applied, desk->room * sizeof *desk->applied));
  }
  desk->applied[desk->n_applied++] = need(arena_clone(desk->arena, event));
}

// Scheme, host and port: the address up to its third slash.
static char *lane_of(struct desk *desk, const char *address)
{
  const char *host = strstr(address, "//");
  const char *end = host ? strchr(host + 2, '/') : NULL;
  return need(arena_strndup(desk->arena, address, end ? (size_t)(end - address) : strlen(address)));
}

void desk_contact(struct desk *desk, const char *code, bool person, const char *address)
{
  Ntf__ContactSet event = NTF__CONTACT_SET__INIT;
  Ntf__Contact contact = NTF__CONTACT__INIT;
  contact.party_kind =
      person ? NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON : NTF__ADDRESSEE_KIND__ADDRESSEE_INSTITUTION;
  contact.party = (char *)world_id(desk->world, code);
  contact.channel = PRG__CHANNEL_KIND__CHANNEL_WEBHOOK;
  contact.address = (char *)address;
  contact.secret = "test";
  contact.verified = true;
  contact.lane = lane_of(desk, address);
  contact.rev = 1;
  event.contact = &contact;
  apply(desk, &event.base);
}

// ---- invariants

static bool is_original(const Ntf__Delivery *delivery)
{
  return !delivery->escalation_of[0] && !delivery->mailbox[0];
}

static void check_delivery(struct desk *desk, const Ntf__Delivery *delivery)
{
  bool bus = delivery->channel == PRG__CHANNEL_KIND__CHANNEL_BUS;
  assert_true(bus == !delivery->mailbox[0]);
  assert_true(bus == !delivery->lane[0]);
  if (delivery->mailbox[0])
    assert_string_equal(desk_delivery(desk, delivery->mailbox)->addressee, delivery->addressee);
  if (delivery->escalation_of[0]) {
    assert_int_equal(delivery->ack, PRG__ACK_KIND__ACK_NONE);
    bool settled = !ntf_lifecycle_owes(desk_delivery(desk, delivery->escalation_of));
    assert_true(settled == (delivery->settled_us != 0));
  }
  bool waits = delivery->status == NTF__DELIVERY_STATUS__DELIVERY_QUEUED ||
               delivery->status == NTF__DELIVERY_STATUS__DELIVERY_RETRY_WAIT;
  assert_true(waits == (delivery->next_try_us != 0));
  assert_true(delivery->n_attempts <= 20 && delivery->attempts_made >= delivery->n_attempts);
  assert_true(delivery->tries <= delivery->attempts_made);
}

static void check_notice(struct desk *desk, const char *id)
{
  const Ntf__Notice *notice = desk_notice_of(desk, id);
  struct table_rows rows = desk_deliveries(desk, id);
  unsigned owed = 0;
  for (size_t i = 0; i < rows.n; i++) {
    const Ntf__Delivery *delivery = (const Ntf__Delivery *)rows.rows[i];
    check_delivery(desk, delivery);
    owed += is_original(delivery) && ntf_lifecycle_owes(delivery);
    for (size_t k = 0; k < i; k++) { // one original a party and channel
      const Ntf__Delivery *other = (const Ntf__Delivery *)rows.rows[k];
      if (is_original(delivery) && is_original(other))
        assert_string_not_equal(delivery->addressee, other->addressee);
    }
  }
  assert_int_equal(notice->owed, owed);
  assert_int_equal(notice->status,
                   owed ? NTF__NOTICE_STATUS__NOTICE_OPEN : NTF__NOTICE_STATUS__NOTICE_CLOSED);
}

// The notice an event is about: its first field is the notice, or a delivery of it.
static const char *notice_of(const ProtobufCMessage *event)
{
  const ProtobufCMessage *record =
      *(ProtobufCMessage *const *)((const char *)event + event->descriptor->fields[0].offset);
  if (record->descriptor == &ntf__notice__descriptor) return ((const Ntf__Notice *)record)->id;
  if (record->descriptor == &ntf__delivery__descriptor) return ((const Ntf__Delivery *)record)->notice;
  return NULL;
}

void desk_apply(struct desk *desk, const struct decision *decision)
{
  for (const struct decided_event *event = decision->first; event; event = event->next) {
    struct pb_fault fault;
    if (!pb_check(event->data, &fault))
      fail_msg("%s: %s %s", event->data->descriptor->name, fault.path, fault.what);
    assert_true(protobuf_c_message_get_packed_size(event->data) < 240 * 1024);
    assert_true(event->head.subject && event->head.subject[0] && event->head.n_units <= EVENT_UNITS);
    apply(desk, event->data);
  }
  for (const struct decided_event *event = decision->first; event; event = event->next)
    if (notice_of(event->data)) check_notice(desk, notice_of(event->data));
}

void desk_commit(struct desk *desk)
{
  assert_ok(store_commit(&desk->txn));
  assert_ok(store_begin(desk->store, true, &desk->txn));
  desk->view = need(ntf_state_view(desk->state, desk->txn, desk->arena));
}

static int copy_row(void *context, const ProtobufCMessage *row)
{
  struct desk *desk = context;
  static const char *const names[] = {"division",  "institution", "person",
                                      "programme", "agreement",   "partnership"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    const struct table *table = directory_table(desk->directory, names[i]);
    if (table_definition(table)->row == row->descriptor) return table_put(desk->txn, table, row);
  }
  return -1;
}

static void copy_table(void *context, const struct table *table)
{
  struct desk *desk = context;
  assert_ok(table_walk(desk->world->txn, table, NULL, NULL, copy_row, desk));
}

void desk_publish(struct desk *desk)
{
  directory_tables(desk->world->directory, copy_table, desk);
  desk_commit(desk);
}

// ---- deciding

struct decision *desk_raise(struct desk *desk, const char *id, const char *name, ProtobufCMessage *record)
{
  struct decision *out = world_decision(desk->world);
  ProtobufCMessage *event = desk_event(desk, name, record);
  bool dispatch = strncmp(event->descriptor->name, "jiedui.dispatch", 15) == 0;
  struct ntf_source source = {.area = dispatch ? "dispatch" : "registry", .seq = 7, .id = id, .event = name};
  if (dispatch) assert_ok(ntf_state_project(desk->state, desk->txn, event));
  assert_accepted(
      out, ntf_raise_decide(desk->world->dir, desk->view, &source, event, desk_context(desk, "self"), out));
  desk_apply(desk, out);
  return out;
}

int desk_read(struct desk *desk, const char *actor, const char *id, struct decision *out)
{
  Ntf__ReadDelivery command = NTF__READ_DELIVERY__INIT;
  command.id = (char *)id;
  return ntf_receipt_decide_read(desk->world->dir, desk->view, &command, desk_context(desk, actor), out);
}

int desk_sign(struct desk *desk, const char *actor, const char *id, const char *note, struct decision *out)
{
  Ntf__SignDelivery command = NTF__SIGN_DELIVERY__INIT;
  command.id = (char *)id;
  command.note = (char *)note;
  return ntf_receipt_decide_sign(desk->world->dir, desk->view, &command, desk_context(desk, actor), out);
}

int desk_refuse(struct desk *desk, const char *actor, const char *id, const char *reason,
                struct decision *out)
{
  Ntf__RefuseDelivery command = NTF__REFUSE_DELIVERY__INIT;
  command.id = (char *)id;
  command.reason = (char *)reason;
  return ntf_receipt_decide_refuse(desk->world->dir, desk->view, &command, desk_context(desk, actor), out);
}

int desk_begin(struct desk *desk, const char *id, struct decision *out)
{
  Ntf__BeginAttempt command = NTF__BEGIN_ATTEMPT__INIT;
  command.id = (char *)id;
  return ntf_attempt_decide_begin(desk->view, &command, desk_context(desk, "self"), out);
}

int desk_end(struct desk *desk, const char *id, const char *outcome, unsigned code, struct decision *out)
{
  Ntf__EndAttempt command = NTF__END_ATTEMPT__INIT;
  command.id = (char *)id;
  command.no = desk_delivery(desk, id)->attempts_made;
  command.outcome = (char *)outcome;
  command.code = code;
  command.jitter = 1u << 31;
  command.detail = "HTTP";
  return ntf_attempt_decide_end(desk->view, &command, desk_context(desk, "self"), out);
}

int desk_tick(struct desk *desk, struct decision *out)
{
  Ntf__Tick command = NTF__TICK__INIT;
  return ntf_escalate_decide_tick(desk->world->dir, desk->view, &command, desk_context(desk, "self"), out);
}

static int decide(struct desk *desk, const char *verb, const char *actor, const char *id,
                  struct decision *out)
{
  if (strcmp(verb, "read") == 0) return desk_read(desk, actor, id, out);
  if (strcmp(verb, "sign") == 0) return desk_sign(desk, actor, id, "", out);
  if (strcmp(verb, "refuse") == 0) return desk_refuse(desk, actor, id, "送错单位", out);
  if (strcmp(verb, "begin") == 0) return desk_begin(desk, id, out);
  return desk_end(desk, id, verb, 0, out);
}

struct decision *desk_do(struct desk *desk, const char *verb, const char *actor, const char *id)
{
  struct decision *out = world_decision(desk->world);
  assert_accepted(out, decide(desk, verb, actor, id, out));
  desk_apply(desk, out);
  return out;
}

struct decision *desk_do_tick(struct desk *desk)
{
  struct decision *out = world_decision(desk->world);
  assert_accepted(out, desk_tick(desk, out));
  desk_apply(desk, out);
  return out;
}

// ---- looking

const Ntf__Notice *desk_notice_of(struct desk *desk, const char *id)
{
  const Ntf__Notice *notice = NULL;
  assert_ok(ntf_view_notice(desk->view, id, &notice));
  return need((void *)notice);
}

const Ntf__Notice *desk_notice(struct desk *desk)
{
  for (size_t i = desk->n_applied; i-- > 0;)
    if (desk->applied[i]->descriptor == &ntf__notice_raised__descriptor)
      return desk_notice_of(desk, ((const Ntf__NoticeRaised *)desk->applied[i])->notice->id);
  fail_msg("no notice was raised");
  return NULL;
}

const Ntf__Delivery *desk_delivery(struct desk *desk, const char *id)
{
  const Ntf__Delivery *delivery = NULL;
  assert_ok(ntf_view_delivery(desk->view, id, &delivery));
  return need((void *)delivery);
}

struct table_rows desk_deliveries(struct desk *desk, const char *notice)
{
  struct table_rows rows;
  struct ntf_page page = {.list = NTF_LIST_OF_NOTICE, .text = notice, .after = ""};
  assert_ok(ntf_state_list(desk->state, desk->txn, &page, desk->arena, &rows));
  return rows;
}

const Ntf__Delivery *desk_to(struct desk *desk, const char *code, Prg__ChannelKind channel)
{
  struct table_rows rows = desk_deliveries(desk, desk_notice(desk)->id);
  const char *id = world_id(desk->world, code);
  for (size_t i = 0; i < rows.n; i++) {
    const Ntf__Delivery *delivery = (const Ntf__Delivery *)rows.rows[i];
    if (delivery->channel == channel && strcmp(delivery->addressee, id) == 0 && !delivery->escalation_of[0])
      return delivery;
  }
  return NULL;
}

const Ntf__Delivery *desk_mail(struct desk *desk, const char *code)
{
  return need((void *)desk_to(desk, code, PRG__CHANNEL_KIND__CHANNEL_BUS));
}

static const char *code_of(struct desk *desk, const char *id)
{
  const Reg__Institution *institution = NULL;
  const Reg__Person *person = NULL;
  assert_ok(dir_institution(desk->world->dir, id, &institution));
  assert_ok(dir_person(desk->world->dir, id, &person));
  return institution ? institution->code : person ? person->staff_no : id;
}

const char *desk_told(struct desk *desk)
{
  struct table_rows rows = desk_deliveries(desk, desk_notice(desk)->id);
  const char *told = "";
  for (size_t i = 0; i < rows.n; i++) {
    const Ntf__Delivery *delivery = (const Ntf__Delivery *)rows.rows[i];
    if (!is_original(delivery)) continue;
    told = need(arena_printf(desk->arena, "%s%s%s/%s", told, told[0] ? " " : "",
                             code_of(desk, delivery->addressee), delivery->word));
  }
  return told;
}

struct table_rows desk_tasks(struct desk *desk, Ntf__TaskStatus status)
{
  struct table_rows rows;
  struct ntf_page page = {.list = NTF_LIST_TASKS_BY_STATUS, .number = (uint32_t)status, .after = ""};
  assert_ok(ntf_state_list(desk->state, desk->txn, &page, desk->arena, &rows));
  return rows;
}

size_t desk_count(const struct decision *decision, const char *event)
{
  size_t n = 0;
  for (const struct decided_event *at = decision->first; at; at = at->next)
    n += strcmp(at->data->descriptor->short_name, event) == 0;
  return n;
}
