// notifyd's tables and the only code that changes them. Rebuilding from the journal gives equal notice,
// delivery, contact and task tables; the projection of dispatchd's plans and assignments is followed, not
// rebuilt.
#pragma once
#include "common/store/table.h"
#include "services/notify/rules/view.h"
#include <stdbool.h>

struct ntf_state;
// Declares the tables; before the first transaction. Freed by ntf_state_free.
int ntf_state_open(struct store *store, struct ntf_state **ret);
struct ntf_state *ntf_state_free(struct ntf_state *state);
void ntf_state_tables(const struct ntf_state *state, void (*visit)(void *context, const struct table *table),
                      void *context);

// The view of one call for rules/view.h, in its arena; NULL past the cap.
struct ntf_view *ntf_state_view(struct ntf_state *state, struct store_txn *txn, struct arena *arena);

// The apply of every event: each notice, delivery, contact and task it carries is stored as it stands in it.
int ntf_state_apply(struct ntf_state *state, struct store_txn *txn, const ProtobufCMessage *event);

// The projection: stores each plan and assignment an event of dispatchd carries.
int ntf_state_project(struct ntf_state *state, struct store_txn *txn, const ProtobufCMessage *event);
int ntf_state_forget_projection(struct ntf_state *state, struct store_txn *txn);

// Reading beyond the rules' view, for queries. Rows live in the arena.
enum ntf_list {
  NTF_LIST_NOTICES,         // all, by id
  NTF_LIST_BY_EVENT,        // text: event
  NTF_LIST_BY_SUBJECT,      // text: id of the record
  NTF_LIST_BY_STATUS,       // number: status
  NTF_LIST_OF_NOTICE,       // deliveries; text: notice; all at once
  NTF_LIST_MAILBOX,         // mailbox deliveries; text: addressee
  NTF_LIST_OPEN_MAILBOX,    // the open ones of them; text: addressee
  NTF_LIST_OWED,            // deliveries that owe an answer
  NTF_LIST_CONTACTS,        // all
  NTF_LIST_CONTACTS_OF,     // text: party; all at once
  NTF_LIST_TASKS,           // all
  NTF_LIST_TASKS_BY_STATUS, // number: status
};
struct ntf_page {
  enum ntf_list list;
  const char *text;
  uint32_t number;
  const char *after; // ntf_state_row_id of the last row of the page before, "" = from the start
  size_t limit;      // 0 = all
};
int ntf_state_list(struct ntf_state *state, struct store_txn *txn, const struct ntf_page *page,
                   struct arena *arena, struct table_rows *ret);
// Primary key text of a notice, delivery, contact or task; NULL past the cap.
const char *ntf_state_row_id(const ProtobufCMessage *row, struct arena *arena);

// What waits to be sent: QUEUED and RETRY_WAIT deliveries of one lane, the earliest next_try first.
int ntf_state_waiting(struct ntf_state *state, struct store_txn *txn, const char *lane, size_t limit,
                      struct arena *arena, struct table_rows *ret);
// Walks all deliveries that wait or are under way (SENDING), in no useful order.
int ntf_state_work(struct ntf_state *state, struct store_txn *txn, table_visit *visit, void *context);
// Called for every delivery to an outside channel as it is stored, by the channel engine that wants to know.
// The batch may still be undone: a hint, never a fact.
typedef void ntf_state_hint(void *context, const Ntf__Delivery *delivery);
void ntf_state_watch(struct ntf_state *state, ntf_state_hint *hint, void *context);
