// Read-only answers. Pages are read from indexes; who sees what: deliveries by those who act for the
// addressee or cover its division, notices also by those who cover the place of the record, tasks by those
// who run the system.
#include "common/domain/authority.h"
#include "common/domain/division.h"
#include "services/notify/daemon.h"
#include "services/notify/rules/receipt.h"

#include <errno.h>
#include <string.h>

enum {
  PAGE_DEFAULT = 50,
  PAGE_MAX = 100,
  PAGE_BYTES = 200 * 1024, // an answer must fit one message
  SCAN_MAX = 2000,         // rows one query looks at; a shorter page with `next` comes back then
  NOTICE_DELIVERIES = 500,
};

static struct ntf_state *state_of(const struct svc_call *call)
{
  return ((struct ntf_daemon *)call->state)->state;
}

// ---- who sees what

static bool covers(const struct svc_call *call, const char *division, const char *programme)
{
  const struct actor *actor = &call->ctx->actor;
  return actor_has_role(actor, ROLE_BIT(SERVICE)) || actor_covers(actor, division, programme);
}

static int sees_party(const struct svc_call *call, Ntf__AddresseeKind kind, const char *id,
                      const char *division, bool *ret)
{
  const char *name = NULL;
  if (covers(call, division, "")) {
    *ret = true;
    return 0;
  }
  return ntf_receipt_acts_for(call->dir, &call->ctx->actor, kind, id, ret, &name);
}

static int sees_delivery(const struct svc_call *call, const Ntf__Delivery *delivery, bool *ret)
{
  return sees_party(call, delivery->addressee_kind, delivery->addressee, delivery->division, ret);
}

// An institution by id or code, or a person by id or staff number.
struct party {
  Ntf__AddresseeKind kind;
  const char *id, *division;
};

static int division_of_home(const struct svc_call *call, const Reg__Person *person, const char **ret)
{
  const Reg__Institution *home = NULL;
  int r = person->home[0] ? dir_institution(call->dir, person->home, &home) : 0;
  if (r == 0) *ret = home ? home->division : "";
  return r;
}

static int find_party(const struct svc_call *call, const char *reference, struct decision *out,
                      struct party *ret)
{
  const Reg__Institution *institution = NULL;
  const Reg__Person *person = NULL;
  int r = dir_institution(call->dir, reference, &institution);
  if (r == 0 && !institution) r = dir_institution_by_code(call->dir, reference, &institution);
  if (r == 0 && !institution) r = dir_person(call->dir, reference, &person);
  if (r == 0 && !institution && !person) r = dir_person_by_staff_no(call->dir, reference, &person);
  if (r < 0) return r;
  if (institution) {
    *ret = (struct party){NTF__ADDRESSEE_KIND__ADDRESSEE_INSTITUTION, institution->id, institution->division};
    return 0;
  }
  if (!person) return decision_reject(out, REASON_NOT_FOUND, "what", "addressee", "ref", reference, NULL);
  *ret = (struct party){NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON, person->id, ""};
  return division_of_home(call, person, &ret->division);
}

// ---- pages

struct listing {
  struct svc_call *call;
  const ProtobufCMessage *query;
  size_t limit, bytes;
  ProtobufCMessage **items; // of the answer
  size_t n;
  const char *next;
};
// Makes the item of a row; *ret NULL = not wanted, or not for this caller.
typedef int make_item(struct listing *listing, const ProtobufCMessage *row, ProtobufCMessage **ret);

static int open_listing(struct listing *listing, const Ntf__PageRequest *request, struct ntf_page *page)
{
  listing->limit = request && request->limit ? request->limit : PAGE_DEFAULT;
  if (listing->limit > PAGE_MAX) listing->limit = PAGE_MAX;
  listing->items = ARENA_ARRAY(listing->call->arena, ProtobufCMessage *, listing->limit);
  listing->next = "";
  page->after = request ? request->after : "";
  page->limit = PAGE_MAX;
  return listing->items ? 0 : -ENOMEM;
}

// Takes rows until the page is full: 1 = full, with listing->next set.
static int take_rows(struct listing *listing, const struct table_rows *rows, make_item *make)
{
  for (size_t i = 0; i < rows->n; i++) {
    ProtobufCMessage *item = NULL;
    int r = make(listing, rows->rows[i], &item);
    if (r < 0) return r;
    if (!item) continue;
    listing->items[listing->n++] = item;
    listing->bytes += protobuf_c_message_get_packed_size(item);
    if (listing->n < listing->limit && listing->bytes < PAGE_BYTES) continue;
    bool last = i + 1 == rows->n && !rows->more;
    listing->next = last ? "" : ntf_state_row_id(rows->rows[i], listing->call->arena);
    return listing->next ? 1 : -ENOMEM;
  }
  return 0;
}

static int list(struct listing *listing, const Ntf__PageRequest *request, struct ntf_page page,
                make_item *make)
{
  struct svc_call *call = listing->call;
  int r = open_listing(listing, request, &page);
  for (size_t scanned = 0; r == 0; scanned += PAGE_MAX) {
    struct table_rows rows;
    r = ntf_state_list(state_of(call), call->txn, &page, call->arena, &rows);
    if (r == 0) r = take_rows(listing, &rows, make);
    if (r != 0 || !rows.more) break;
    page.after = ntf_state_row_id(rows.rows[rows.n - 1], call->arena);
    if (!page.after) return -ENOMEM;
    if (scanned >= SCAN_MAX) {
      listing->next = page.after;
      break;
    }
  }
  return r < 0 ? r : 0;
}

// ---- items

// Lists show the last attempt only.
static Ntf__Delivery *short_delivery(const struct svc_call *call, const Ntf__Delivery *delivery)
{
  Ntf__Delivery *copy = arena_memdup(call->arena, delivery, sizeof *delivery);
  if (copy && copy->n_attempts > 1) {
    copy->attempts += copy->n_attempts - 1;
    copy->n_attempts = 1;
  }
  return copy;
}

static int mail_item(const struct svc_call *call, Ntf__Delivery *delivery, Ntf__MailItem **ret)
{
  struct ntf_view *view = ntf_state_view(state_of(call), call->txn, call->arena);
  Ntf__MailItem *item = ARENA_NEW(call->arena, Ntf__MailItem);
  const Ntf__Notice *notice = NULL;
  if (!view || !item || !delivery) return -ENOMEM;
  int r = ntf_view_notice(view, delivery->notice, &notice);
  if (r < 0) return r;
  ntf__mail_item__init(item);
  item->delivery = delivery;
  item->notice = (Ntf__Notice *)notice;
  *ret = item;
  return 0;
}

static int make_mail(struct listing *listing, const ProtobufCMessage *row, ProtobufCMessage **ret)
{
  return mail_item(listing->call, short_delivery(listing->call, (const Ntf__Delivery *)row),
                   (Ntf__MailItem **)ret);
}

static int make_unsigned(struct listing *listing, const ProtobufCMessage *row, ProtobufCMessage **ret)
{
  const Ntf__ListUnsigned *query = (const Ntf__ListUnsigned *)listing->query;
  const Ntf__Delivery *delivery = (const Ntf__Delivery *)row;
  bool sees = false, overdue = delivery->due_us && (int64_t)delivery->due_us <= listing->call->ctx->now_us;
  if (query->overdue_only && !overdue) return 0;
  if (query->division[0] && !division_covers(query->division, delivery->division)) return 0;
  int r = sees_delivery(listing->call, delivery, &sees);
  return r < 0 || !sees ? r : make_mail(listing, row, ret);
}

static int make_notice(struct listing *listing, const ProtobufCMessage *row, ProtobufCMessage **ret)
{
  const Ntf__ListNotices *query = (const Ntf__ListNotices *)listing->query;
  const Ntf__Notice *notice = (const Ntf__Notice *)row;
  bool wanted = (!query->event[0] || strcmp(query->event, notice->event) == 0) &&
                (!query->subject[0] || strcmp(query->subject, notice->subject) == 0) &&
                (!query->status || query->status == notice->status);
  if (wanted && covers(listing->call, notice->division, notice->programme)) *ret = (ProtobufCMessage *)row;
  return 0;
}

static int make_contact(struct listing *listing, const ProtobufCMessage *row, ProtobufCMessage **ret)
{
  const Ntf__Contact *contact = (const Ntf__Contact *)row;
  struct decision ignored = {.arena = listing->call->arena};
  struct party party;
  bool sees = actor_has_role(&listing->call->ctx->actor, ROLE_BIT(OPERATOR));
  if (!contact->address[0]) return 0; // ended
  int r = sees ? 0 : find_party(listing->call, contact->party, &ignored, &party);
  if (r == 0 && !sees) r = sees_party(listing->call, party.kind, party.id, party.division, &sees);
  if (r == 0 && sees) *ret = (ProtobufCMessage *)row;
  return r < 0 ? r : 0;
}

static int make_task(struct listing *listing, const ProtobufCMessage *row, ProtobufCMessage **ret)
{
  (void)listing;
  *ret = (ProtobufCMessage *)row;
  return 0;
}

// ---- queries

static int not_found(struct decision *out, const char *what, const char *id)
{
  return decision_reject(out, REASON_NOT_FOUND, "what", what, "ref", id, NULL);
}

static int read_deliveries(const struct svc_call *call, const char *notice, struct table_rows *ret)
{
  struct ntf_page page = {
      .list = NTF_LIST_OF_NOTICE, .text = notice, .after = "", .limit = NOTICE_DELIVERIES};
  return ntf_state_list(state_of(call), call->txn, &page, call->arena, ret);
}

static int sees_any(const struct svc_call *call, const struct table_rows *rows, bool *ret)
{
  int r = 0;
  for (size_t i = 0; r == 0 && !*ret && i < rows->n; i++)
    r = sees_delivery(call, (const Ntf__Delivery *)rows->rows[i], ret);
  return r;
}

static int get_notice(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ntf__GetById *query = (const Ntf__GetById *)message;
  struct ntf_view *view = ntf_state_view(state_of(call), call->txn, call->arena);
  Ntf__NoticeView *answer = ARENA_NEW(call->arena, Ntf__NoticeView);
  const Ntf__Notice *notice = NULL;
  struct table_rows rows = {0};
  if (!view || !answer) return -ENOMEM;
  int r = ntf_view_notice(view, query->id, &notice);
  if (r == 0 && notice) r = read_deliveries(call, notice->id, &rows);
  if (r < 0) return r;
  if (!notice) return not_found(out, "notice", query->id);
  bool sees = covers(call, notice->division, notice->programme);
  r = sees_any(call, &rows, &sees);
  if (r < 0) return r;
  if (!sees) return require_scope(call->ctx, notice->division, notice->programme, notice->id, out);
  for (size_t i = 0; i < rows.n; i++) {
    rows.rows[i] = (ProtobufCMessage *)short_delivery(call, (const Ntf__Delivery *)rows.rows[i]);
    if (!rows.rows[i]) return -ENOMEM;
  }
  ntf__notice_view__init(answer);
  answer->notice = (Ntf__Notice *)notice;
  answer->deliveries = (Ntf__Delivery **)rows.rows;
  answer->n_deliveries = rows.n;
  out->reply = &answer->base;
  return 0;
}

static int get_delivery(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ntf__GetById *query = (const Ntf__GetById *)message;
  struct ntf_view *view = ntf_state_view(state_of(call), call->txn, call->arena);
  const Ntf__Delivery *delivery = NULL;
  Ntf__MailItem *item = NULL;
  bool sees = false;
  int r = view ? ntf_view_delivery(view, query->id, &delivery) : -ENOMEM;
  if (r < 0) return r;
  if (!delivery) return not_found(out, "delivery", query->id);
  r = sees_delivery(call, delivery, &sees);
  if (r < 0) return r;
  if (!sees) return require_scope(call->ctx, delivery->division, "", delivery->id, out);
  r = mail_item(call, (Ntf__Delivery *)delivery, &item);
  if (r == 0) out->reply = &item->base;
  return r;
}

static int list_notices(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ntf__ListNotices *query = (const Ntf__ListNotices *)message;
  struct listing listing = {.call = call, .query = message};
  struct ntf_page page = {.list = NTF_LIST_NOTICES};
  if (query->subject[0])
    page = (struct ntf_page){.list = NTF_LIST_BY_SUBJECT, .text = query->subject};
  else if (query->event[0])
    page = (struct ntf_page){.list = NTF_LIST_BY_EVENT, .text = query->event};
  else if (query->status)
    page = (struct ntf_page){.list = NTF_LIST_BY_STATUS, .number = (uint32_t)query->status};
  Ntf__Notices *answer = ARENA_NEW(call->arena, Ntf__Notices);
  int r = answer ? list(&listing, query->page, page, make_notice) : -ENOMEM;
  if (r < 0) return r;
  ntf__notices__init(answer);
  answer->notices = (Ntf__Notice **)listing.items;
  answer->n_notices = listing.n;
  answer->next = (char *)listing.next;
  out->reply = &answer->base;
  return 0;
}

static int answer_mail(struct listing *listing, const Ntf__PageRequest *request, struct ntf_page page,
                       make_item *make, struct decision *out)
{
  Ntf__MailItems *answer = ARENA_NEW(listing->call->arena, Ntf__MailItems);
  int r = answer ? list(listing, request, page, make) : -ENOMEM;
  if (r < 0) return r;
  ntf__mail_items__init(answer);
  answer->items = (Ntf__MailItem **)listing->items;
  answer->n_items = listing->n;
  answer->next = (char *)listing->next;
  out->reply = &answer->base;
  return 0;
}

static int mailbox(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ntf__Mailbox *query = (const Ntf__Mailbox *)message;
  struct listing listing = {.call = call, .query = message};
  struct party party;
  bool sees = false;
  int r = find_party(call, query->addressee, out, &party);
  if (r == 0) r = sees_party(call, party.kind, party.id, party.division, &sees);
  if (r != 0) return r;
  if (!sees) return require_scope(call->ctx, party.division, "", query->addressee, out);
  struct ntf_page page = {.list = query->unsigned_only ? NTF_LIST_OPEN_MAILBOX : NTF_LIST_MAILBOX,
                          .text = party.id};
  return answer_mail(&listing, query->page, page, make_mail, out);
}

static int list_unsigned(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ntf__ListUnsigned *query = (const Ntf__ListUnsigned *)message;
  struct listing listing = {.call = call, .query = message};
  struct ntf_page page = {.list = NTF_LIST_OWED};
  return answer_mail(&listing, query->page, page, make_unsigned, out);
}

static int list_contacts(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ntf__ListContacts *query = (const Ntf__ListContacts *)message;
  struct listing listing = {.call = call, .query = message};
  struct ntf_page page = {.list = NTF_LIST_CONTACTS};
  struct party party;
  if (query->party[0]) {
    int r = find_party(call, query->party, out, &party);
    if (r != 0) return r;
    page = (struct ntf_page){.list = NTF_LIST_CONTACTS_OF, .text = party.id};
  }
  Ntf__Contacts *answer = ARENA_NEW(call->arena, Ntf__Contacts);
  int r = answer ? list(&listing, query->page, page, make_contact) : -ENOMEM;
  if (r < 0) return r;
  ntf__contacts__init(answer);
  answer->contacts = (Ntf__Contact **)listing.items;
  answer->n_contacts = listing.n;
  answer->next = (char *)listing.next;
  out->reply = &answer->base;
  return 0;
}

static int list_tasks(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ntf__ListTasks *query = (const Ntf__ListTasks *)message;
  struct listing listing = {.call = call, .query = message};
  struct ntf_page page = {.list = query->status ? NTF_LIST_TASKS_BY_STATUS : NTF_LIST_TASKS,
                          .number = (uint32_t)query->status};
  Ntf__Tasks *answer = ARENA_NEW(call->arena, Ntf__Tasks);
  int r = answer ? list(&listing, query->page, page, make_task) : -ENOMEM;
  if (r < 0) return r;
  ntf__tasks__init(answer);
  answer->tasks = (Ntf__OperatorTask **)listing.items;
  answer->n_tasks = listing.n;
  answer->next = (char *)listing.next;
  out->reply = &answer->base;
  return 0;
}

#define READERS                                                                                              \
  (ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU) | ROLE_BIT(UNIT) | ROLE_BIT(PERSON) |        \
   ROLE_BIT(READER) | ROLE_BIT(SERVICE))

const struct svc_query ntf_query_table[] = {
    {"GetNotice", READERS, get_notice},
    {"ListNotices", READERS, list_notices},
    {"GetDelivery", READERS | ROLE_BIT(OPERATOR), get_delivery},
    {"Mailbox", READERS, mailbox},
    {"ListUnsigned", READERS, list_unsigned},
    {"ListContacts", READERS | ROLE_BIT(OPERATOR), list_contacts},
    {"ListTasks", ROLE_BIT(OPERATOR) | ROLE_BIT(REGISTRAR) | ROLE_BIT(AUTHORITY) | ROLE_BIT(SERVICE),
     list_tasks},
    {0},
};
