#include "services/notify/state.h"
#include "common/base/cleanup.h"
#include "services/notify/rules/lifecycle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PARTY_MAX   40 // bytes of an id
#define PRIMARY_MAX 64 // "<party>/<channel>"

enum { NOTICE, DELIVERY, CONTACT, TASK, OWN_TABLES, PLAN = OWN_TABLES, ASSIGNMENT, TABLES };

struct ntf_state {
  struct table *tables[TABLES];
  ntf_state_hint *hint; // or NULL
  void *hint_context;
};
struct ntf_view {
  struct ntf_state *state;
  struct store_txn *txn;
  struct arena *arena;
};

// ---- keys: one function for each table and index

static void notice_key(const ProtobufCMessage *row, struct key *key)
{
  key_text(key, ((const Ntf__Notice *)row)->id);
}

static void source_fields(struct key *key, const char *area, const char *event, uint32_t rule)
{
  key_text(key, area);
  key_text(key, event);
  key_u32(key, rule);
}

static size_t notice_by_source(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Ntf__Notice *notice = (const Ntf__Notice *)row;
  source_fields(&keys[0], notice->area, notice->source_event, notice->rule);
  return 1;
}

static size_t notice_by_event(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  key_text(&keys[0], ((const Ntf__Notice *)row)->event);
  return 1;
}

static size_t notice_by_subject(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  key_text(&keys[0], ((const Ntf__Notice *)row)->subject);
  return 1;
}

static size_t notice_by_status(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  key_u32(&keys[0], (uint32_t)((const Ntf__Notice *)row)->status);
  return 1;
}

static void delivery_key(const ProtobufCMessage *row, struct key *key)
{
  key_text(key, ((const Ntf__Delivery *)row)->id);
}

static size_t delivery_by_notice(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Ntf__Delivery *delivery = (const Ntf__Delivery *)row;
  key_text(&keys[0], delivery->notice);
  key_text(&keys[0], delivery->escalation_of);
  return 1;
}

static size_t delivery_by_mailbox(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Ntf__Delivery *delivery = (const Ntf__Delivery *)row;
  if (delivery->channel != PRG__CHANNEL_KIND__CHANNEL_BUS) return 0;
  key_text(&keys[0], delivery->addressee);
  return 1;
}

static size_t delivery_by_open(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Ntf__Delivery *delivery = (const Ntf__Delivery *)row;
  if (!ntf_lifecycle_open(delivery)) return 0;
  key_text(&keys[0], delivery->addressee);
  return 1;
}

// One list of all, in the order of their ids, which is that of time.
static size_t delivery_by_owed(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  (void)keys;
  return ntf_lifecycle_owes((const Ntf__Delivery *)row) ? 1 : 0;
}

static size_t delivery_by_due(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Ntf__Delivery *delivery = (const Ntf__Delivery *)row;
  if (!delivery->due_us || delivery->escalated_us || !ntf_lifecycle_owes(delivery)) return 0;
  key_u64(&keys[0], delivery->due_us);
  return 1;
}

// What is under way stands in the lane without a name, out of the way of what waits.
static size_t delivery_by_work(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  const Ntf__Delivery *delivery = (const Ntf__Delivery *)row;
  switch (delivery->status) {
  case NTF__DELIVERY_STATUS__DELIVERY_QUEUED:
  case NTF__DELIVERY_STATUS__DELIVERY_RETRY_WAIT:
    key_text(&keys[0], delivery->lane);
    key_u64(&keys[0], delivery->next_try_us);
    return 1;
  case NTF__DELIVERY_STATUS__DELIVERY_SENDING:
    key_text(&keys[0], "");
    return 1;
  default:
    return 0;
  }
}

static void contact_primary(const char *party, Prg__ChannelKind channel, char out[PRIMARY_MAX])
{
  snprintf(out, PRIMARY_MAX, "%.*s/%d", PARTY_MAX, party, (int)channel);
}

static void contact_key(const ProtobufCMessage *row, struct key *key)
{
  char primary[PRIMARY_MAX];
  const Ntf__Contact *contact = (const Ntf__Contact *)row;
  contact_primary(contact->party, contact->channel, primary);
  key_text(key, primary);
}

static void task_key(const ProtobufCMessage *row, struct key *key)
{
  key_text(key, ((const Ntf__OperatorTask *)row)->id);
}

static size_t task_by_status(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  key_u32(&keys[0], (uint32_t)((const Ntf__OperatorTask *)row)->status);
  return 1;
}

static void plan_key(const ProtobufCMessage *row, struct key *key)
{
  key_text(key, ((const Dsp__NeedsPlan *)row)->id);
}

static void assignment_key(const ProtobufCMessage *row, struct key *key)
{
  key_text(key, ((const Dsp__Assignment *)row)->id);
}

static const struct table_def definitions[TABLES] = {
    [NOTICE] = {.name = "notice",
                .row = &ntf__notice__descriptor,
                .key = notice_key,
                .indexes = {{"by_source", notice_by_source},
                            {"by_event", notice_by_event},
                            {"by_subject", notice_by_subject},
                            {"by_status", notice_by_status}}},
    [DELIVERY] = {.name = "delivery",
                  .row = &ntf__delivery__descriptor,
                  .key = delivery_key,
                  .indexes = {{"by_notice", delivery_by_notice},
                              {"by_mailbox", delivery_by_mailbox},
                              {"by_open", delivery_by_open},
                              {"by_owed", delivery_by_owed},
                              {"by_due", delivery_by_due},
                              {"by_work", delivery_by_work}}},
    [CONTACT] = {.name = "contact", .row = &ntf__contact__descriptor, .key = contact_key},
    [TASK] = {.name = "task",
              .row = &ntf__operator_task__descriptor,
              .key = task_key,
              .indexes = {{"by_status", task_by_status}}},
    [PLAN] = {.name = "plan", .row = &dsp__needs_plan__descriptor, .key = plan_key},
    [ASSIGNMENT] = {.name = "assignment", .row = &dsp__assignment__descriptor, .key = assignment_key},
};

// ---- life

DEFINE_CLEANUP(struct ntf_state, ntf_state_free);

int ntf_state_open(struct store *store, struct ntf_state **ret)
{
  _cleanup_(ntf_state_freep) struct ntf_state *state = calloc(1, sizeof *state);
  if (!state) return -ENOMEM;
  for (int i = 0; i < TABLES; i++) {
    int r = table_open(store, &definitions[i], &state->tables[i]);
    if (r < 0) return r;
  }
  *ret = TAKE(state);
  return 0;
}

struct ntf_state *ntf_state_free(struct ntf_state *state)
{
  free(state);
  return NULL;
}

void ntf_state_tables(const struct ntf_state *state, void (*visit)(void *context, const struct table *table),
                      void *context)
{
  for (int i = 0; i < OWN_TABLES; i++)
    visit(context, state->tables[i]);
}

void ntf_state_watch(struct ntf_state *state, ntf_state_hint *hint, void *context)
{
  state->hint = hint;
  state->hint_context = context;
}

// ---- changing

static const struct table *table_of(const struct ntf_state *state, const ProtobufCMessageDescriptor *row,
                                    int first, int end)
{
  for (int i = first; i < end; i++)
    if (definitions[i].row == row) return state->tables[i];
  return NULL;
}

static int put(struct ntf_state *state, struct store_txn *txn, const struct table *table,
               const ProtobufCMessage *row)
{
  const Ntf__Delivery *delivery = table == state->tables[DELIVERY] ? (const Ntf__Delivery *)row : NULL;
  if (delivery && state->hint && delivery->channel != PRG__CHANNEL_KIND__CHANNEL_BUS)
    state->hint(state->hint_context, delivery);
  return table_put(txn, table, row);
}

// Stores the records among one field's messages.
static int put_field(struct ntf_state *state, struct store_txn *txn, const ProtobufCMessage *event,
                     const ProtobufCFieldDescriptor *field, const struct table *table)
{
  const char *at = (const char *)event + field->offset;
  if (field->label != PROTOBUF_C_LABEL_REPEATED) {
    const ProtobufCMessage *row = *(ProtobufCMessage *const *)at;
    return row ? put(state, txn, table, row) : 0;
  }
  size_t n = *(const size_t *)((const char *)event + field->quantifier_offset);
  ProtobufCMessage *const *rows = *(ProtobufCMessage *const *const *)at;
  for (size_t i = 0; i < n; i++) {
    int r = put(state, txn, table, rows[i]);
    if (r < 0) return r;
  }
  return 0;
}

static int put_records(struct ntf_state *state, struct store_txn *txn, const ProtobufCMessage *event,
                       int first, int end)
{
  const ProtobufCMessageDescriptor *type = event->descriptor;
  for (unsigned i = 0; i < type->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &type->fields[i];
    if (field->type != PROTOBUF_C_TYPE_MESSAGE) continue;
    const struct table *table = table_of(state, field->descriptor, first, end);
    int r = table ? put_field(state, txn, event, field, table) : 0;
    if (r < 0) return r;
  }
  return 0;
}

int ntf_state_apply(struct ntf_state *state, struct store_txn *txn, const ProtobufCMessage *event)
{
  return put_records(state, txn, event, 0, OWN_TABLES);
}

int ntf_state_project(struct ntf_state *state, struct store_txn *txn, const ProtobufCMessage *event)
{
  return put_records(state, txn, event, OWN_TABLES, TABLES);
}

int ntf_state_forget_projection(struct ntf_state *state, struct store_txn *txn)
{
  int r = 0;
  for (int i = OWN_TABLES; r == 0 && i < TABLES; i++)
    r = table_clear(txn, state->tables[i]);
  return r;
}

// ---- the rules' view

struct ntf_view *ntf_state_view(struct ntf_state *state, struct store_txn *txn, struct arena *arena)
{
  struct ntf_view *view = ARENA_NEW(arena, struct ntf_view);
  if (view) *view = (struct ntf_view){state, txn, arena};
  return view;
}

static int get(struct ntf_view *view, int table, const char *id, ProtobufCMessage **ret)
{
  struct key key;
  key_init(&key);
  key_text(&key, id);
  *ret = NULL;
  if (key.overflow) return 0; // nothing has such an id
  return table_get(view->txn, view->state->tables[table], &key, view->arena, ret);
}

int ntf_view_notice(struct ntf_view *view, const char *id, const Ntf__Notice **ret)
{
  return get(view, NOTICE, id, (ProtobufCMessage **)ret);
}

int ntf_view_delivery(struct ntf_view *view, const char *id, const Ntf__Delivery **ret)
{
  return get(view, DELIVERY, id, (ProtobufCMessage **)ret);
}

int ntf_view_contact(struct ntf_view *view, const char *party, Prg__ChannelKind channel,
                     const Ntf__Contact **ret)
{
  char primary[PRIMARY_MAX];
  contact_primary(party, channel, primary);
  return get(view, CONTACT, primary, (ProtobufCMessage **)ret);
}

int ntf_view_task(struct ntf_view *view, const char *id, const Ntf__OperatorTask **ret)
{
  return get(view, TASK, id, (ProtobufCMessage **)ret);
}

int ntf_view_plan(struct ntf_view *view, const char *id, const Dsp__NeedsPlan **ret)
{
  return get(view, PLAN, id, (ProtobufCMessage **)ret);
}

int ntf_view_assignment(struct ntf_view *view, const char *id, const Dsp__Assignment **ret)
{
  return get(view, ASSIGNMENT, id, (ProtobufCMessage **)ret);
}

int ntf_view_raised(struct ntf_view *view, const char *area, const char *source_event, uint32_t rule,
                    const Ntf__Notice **ret)
{
  struct key key;
  struct table_rows rows;
  key_init(&key);
  source_fields(&key, area, source_event, rule);
  int r = table_list(view->txn, view->state->tables[NOTICE], "by_source", &key, NULL, 1, view->arena, &rows);
  if (r == 0) *ret = rows.n ? (const Ntf__Notice *)rows.rows[0] : NULL;
  return r;
}

int ntf_view_escalations(struct ntf_view *view, const Ntf__Delivery *original, Ntf__Delivery *const **ret,
                         size_t *ret_n)
{
  struct key key;
  struct table_rows rows;
  key_init(&key);
  key_text(&key, original->notice);
  key_text(&key, original->id);
  int r =
      table_list(view->txn, view->state->tables[DELIVERY], "by_notice", &key, NULL, 0, view->arena, &rows);
  if (r < 0) return r;
  *ret = (Ntf__Delivery *const *)rows.rows;
  *ret_n = rows.n;
  return 0;
}

int ntf_view_overdue(struct ntf_view *view, int64_t now_us, size_t limit, Ntf__Delivery *const **ret,
                     size_t *ret_n)
{
  struct table_rows rows;
  int r =
      table_list(view->txn, view->state->tables[DELIVERY], "by_due", NULL, NULL, limit, view->arena, &rows);
  if (r < 0) return r;
  size_t n = 0;
  while (n < rows.n && (int64_t)((const Ntf__Delivery *)rows.rows[n])->due_us <= now_us)
    n++;
  *ret = (Ntf__Delivery *const *)rows.rows;
  *ret_n = n;
  return 0;
}

// ---- lists for queries and the channel engine

enum key_form { ALL, TEXT, NUMBER, PARTY };
static const struct {
  int table;
  const char *index;
  enum key_form form;
} lists[] = {
    [NTF_LIST_NOTICES] = {NOTICE, NULL, ALL},
    [NTF_LIST_BY_EVENT] = {NOTICE, "by_event", TEXT},
    [NTF_LIST_BY_SUBJECT] = {NOTICE, "by_subject", TEXT},
    [NTF_LIST_BY_STATUS] = {NOTICE, "by_status", NUMBER},
    [NTF_LIST_OF_NOTICE] = {DELIVERY, "by_notice", TEXT},
    [NTF_LIST_MAILBOX] = {DELIVERY, "by_mailbox", TEXT},
    [NTF_LIST_OPEN_MAILBOX] = {DELIVERY, "by_open", TEXT},
    [NTF_LIST_OWED] = {DELIVERY, "by_owed", ALL},
    [NTF_LIST_CONTACTS] = {CONTACT, NULL, ALL},
    [NTF_LIST_CONTACTS_OF] = {CONTACT, NULL, PARTY},
    [NTF_LIST_TASKS] = {TASK, NULL, ALL},
    [NTF_LIST_TASKS_BY_STATUS] = {TASK, "by_status", NUMBER},
};

static void list_prefix(const struct ntf_page *page, struct key *ret)
{
  key_init(ret);
  switch (lists[page->list].form) {
  case ALL:
    break;
  case TEXT:
    key_text(ret, page->text);
    break;
  case NUMBER:
    key_u32(ret, page->number);
    break;
  case PARTY: // the start of contact_primary
    key_bytes(ret, page->text, strnlen(page->text, PARTY_MAX));
    key_bytes(ret, "/", 1);
    break;
  }
}

int ntf_state_list(struct ntf_state *state, struct store_txn *txn, const struct ntf_page *page,
                   struct arena *arena, struct table_rows *ret)
{
  struct key prefix;
  list_prefix(page, &prefix);
  if (prefix.overflow || strlen(page->after) > PRIMARY_MAX) { // no row has such a key
    *ret = (struct table_rows){0};
    return 0;
  }
  return table_list(txn, state->tables[lists[page->list].table], lists[page->list].index, &prefix,
                    page->after, page->limit, arena, ret);
}

const char *ntf_state_row_id(const ProtobufCMessage *row, struct arena *arena)
{
  for (int i = 0; i < OWN_TABLES; i++) {
    struct key key;
    if (definitions[i].row != row->descriptor) continue;
    key_init(&key);
    definitions[i].key(row, &key);
    return arena_strdup(arena, (const char *)key.bytes); // one text field, ended by its NUL
  }
  return NULL;
}

int ntf_state_waiting(struct ntf_state *state, struct store_txn *txn, const char *lane, size_t limit,
                      struct arena *arena, struct table_rows *ret)
{
  struct key prefix;
  key_init(&prefix);
  key_text(&prefix, lane);
  return table_list(txn, state->tables[DELIVERY], "by_work", &prefix, NULL, limit, arena, ret);
}

int ntf_state_work(struct ntf_state *state, struct store_txn *txn, table_visit *visit, void *context)
{
  return table_walk(txn, state->tables[DELIVERY], "by_work", NULL, visit, context);
}
