// Snapshot pages for readers whose cursor was trimmed, or who start late. Pages come from a moving store:
// records carry whole states, so fetching after the first page's seq converges. Only services may take one.
#include "common/svc/internal.h"

#include "common/base/pb.h"

#include <errno.h>
#include <string.h>
#include <sys/param.h>

struct paging {
  struct svc *svc;
  struct store_txn *txn;
  Bus__SnapPage *page;
  unsigned table, from_table; // running number, and where the cursor stands
  const uint8_t *after;
  size_t after_length;
  size_t bytes, budget, capacity;
  struct key last;
  bool full;
  int error;
  const char *name;
};

static int add_row(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  struct paging *paging = context;
  Bus__SnapPage *page = paging->page;
  if (page->n_rows && (paging->bytes + length > paging->budget || page->n_rows == paging->capacity)) {
    paging->full = true;
    return 1;
  }
  Bus__SnapRow *row = ARENA_NEW(paging->svc->work, Bus__SnapRow);
  if (!row) return -ENOMEM;
  bus__snap_row__init(row);
  row->table = (char *)paging->name;
  row->row.data = arena_memdup(paging->svc->work, value, length);
  row->row.len = length;
  if (!row->row.data && length) return -ENOMEM;
  page->rows[page->n_rows++] = row;
  paging->bytes += length + 32;
  key_init(&paging->last);
  key_u8(&paging->last, (uint8_t)paging->table);
  key_bytes(&paging->last, key, key_length);
  return 0;
}

static void add_table(void *context, const struct table *table)
{
  struct paging *paging = context;
  unsigned number = paging->table++;
  if (paging->error || paging->full || number < paging->from_table) return;
  struct key after, all;
  key_init(&all);
  key_init(&after);
  bool here = number == paging->from_table && paging->after_length;
  if (here) key_bytes(&after, paging->after, paging->after_length);
  paging->name = table_definition(table)->name;
  paging->table = number;
  int r = store_scan(paging->txn, table_id(table), &all, here ? &after : NULL, add_row, paging);
  paging->table = number + 1;
  if (r < 0) paging->error = r;
}

static Bus__Status *fill(struct svc *svc, struct store_txn *txn, struct bus_message *message,
                         Bus__SnapPage *page)
{
  struct pb_fault fault;
  Bus__SnapRequest *request = (Bus__SnapRequest *)pb_admit(
      &bus__snap_request__descriptor, zframe_data(message->b), zframe_size(message->b), svc->decode, &fault);
  const struct principal *principal = who_is(svc, message->principal);
  if (!principal) return status_reject(svc->work, REASON_PRINCIPAL, NULL);
  if (!(principal->roles & ROLE_BIT(SERVICE)))
    return status_reject(svc->work, REASON_ROLE, "method", "Snapshot", "actor", principal->name, "roles",
                         "SERVICE", NULL);
  if (!request)
    return status_reject(svc->work, REASON_DECODE, "what", "body", "type", "jiedui.bus.v1.SnapRequest",
                         "detail", fault.what, NULL);
  struct paging paging = {.svc = svc, .txn = txn, .page = page, .capacity = 2000};
  paging.budget = request->max_bytes ? MIN(request->max_bytes, 200 * 1024) : 200 * 1024;
  if (request->cursor.len) {
    paging.from_table = request->cursor.data[0];
    paging.after = request->cursor.data + 1;
    paging.after_length = MIN(request->cursor.len - 1, KEY_MAX);
  }
  page->rows = ARENA_ARRAY(svc->work, Bus__SnapRow *, paging.capacity);
  if (!page->rows) return status_reject(svc->work, REASON_SPACE, NULL);
  svc->service->tables(svc->state, add_table, &paging);
  if (paging.error) return status_reject(svc->work, REASON_INTERNAL, "id", "snapshot", NULL);
  page->last = !paging.full;
  if (paging.full)
    page->cursor = (ProtobufCBinaryData){paging.last.length,
                                         arena_memdup(svc->work, paging.last.bytes, paging.last.length)};
  return NULL;
}

void snapshot_page(struct svc *svc, struct store_txn *txn, struct bus_message *message)
{
  Bus__SnapPage page = BUS__SNAP_PAGE__INIT;
  Bus__Status ok = BUS__STATUS__INIT;
  ok.code = BUS__CODE__CODE_OK;
  page.epoch = journal_epoch(svc->journal);
  page.seq = journal_head(svc->journal);
  Bus__Status *refused = fill(svc, txn, message, &page);
  page.status = refused ? refused : &ok;
  uint8_t *bytes = NULL;
  size_t length = pb_pack(svc->work, &page.base, &bytes);
  if (bytes)
    bus_server_reply(svc->server, &message->address, BUS_SNAPSHOT, zframe_data(message->a),
                     MIN(zframe_size(message->a), 16), bytes, length);
}
