#include "services/registry/query_reference.h"
#include "services/registry/rules/division_find.h"
#include "services/registry/rules/reg.h"
#include <errno.h>
#include <string.h>

enum { PAGE_DEFAULT = 100, PAGE_MAX = 500, TABLES_MAX = 200 };

int reg_query_find_division(struct svc_call *call, const ProtobufCMessage *query, struct decision *out)
{
  return reg_division_find(call->dir, (const Reg__FindDivision *)query, call->ctx, out);
}

// ---- code tables

static const struct table *codes(const struct svc_call *call)
{
  return directory_table(svc_directory(call->svc), "code");
}

struct heads {
  struct svc_call *call;
  Reg__Codes *reply;
  size_t counted; // of the table at hand
};

static int count_code(void *context, const ProtobufCMessage *row)
{
  struct heads *heads = context;
  Reg__Codes *reply = heads->reply;
  const char *table = ((const Reg__CodeEntry *)row)->table;
  Reg__CodeEntry *head = reply->n_codes ? reply->codes[reply->n_codes - 1] : NULL;
  if (!head || strcmp(head->table, table) != 0) {
    if (reply->n_codes == TABLES_MAX) return 1;
    head = ARENA_NEW(heads->call->arena, Reg__CodeEntry);
    if (!head) return -ENOMEM;
    reg__code_entry__init(head);
    head->table = arena_strdup(heads->call->arena, table);
    if (!head->table) return -ENOMEM;
    reply->codes[reply->n_codes++] = head;
    heads->counted = 0;
  }
  head->note = arena_printf(heads->call->arena, "%zu", ++heads->counted);
  return head->note ? 0 : -ENOMEM;
}

static int list_tables(struct svc_call *call, Reg__Codes *reply)
{
  struct heads heads = {.call = call, .reply = reply};
  reply->codes = ARENA_ARRAY(call->arena, Reg__CodeEntry *, TABLES_MAX);
  if (!reply->codes) return -ENOMEM;
  int r = table_walk(call->txn, codes(call), NULL, NULL, count_code, &heads);
  return r < 0 ? r : 0;
}

static int one_code(struct svc_call *call, const Reg__ListCodes *query, Reg__Codes *reply)
{
  const Reg__CodeEntry *entry = NULL;
  int r = dir_code(call->dir, query->table, query->code, &entry);
  if (r < 0 || !entry) return r;
  reply->codes = ARENA_ARRAY(call->arena, Reg__CodeEntry *, 1);
  if (!reply->codes) return -ENOMEM;
  reply->codes[0] = (Reg__CodeEntry *)entry;
  reply->n_codes = 1;
  return 0;
}

static int page_of(struct svc_call *call, const Reg__ListCodes *query, Reg__Codes *reply)
{
  const Reg__PageRequest *page = query->page;
  size_t limit = page && page->limit ? page->limit : PAGE_DEFAULT;
  struct table_rows rows = {0};
  struct key prefix;
  key_init(&prefix);
  key_text(&prefix, query->table);
  if (prefix.overflow) return 0;
  int r = table_list(call->txn, codes(call), NULL, &prefix, page ? page->after : "",
                     limit > PAGE_MAX ? PAGE_MAX : limit, call->arena, &rows);
  if (r < 0) return r;
  reply->codes = (Reg__CodeEntry **)rows.rows;
  reply->n_codes = rows.n;
  if (rows.more && rows.n) reply->next = reply->codes[rows.n - 1]->code;
  return 0;
}

int reg_query_list_codes(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListCodes *query = (const Reg__ListCodes *)message;
  Reg__Codes *reply = REG_NEW(out, Reg__Codes, reg__codes__init);
  if (!reply) return -ENOMEM;
  out->reply = &reply->base;
  if (query->code[0] && !query->table[0])
    return reg_field(out, "table", "查单个代码须写明表名", "is needed with a code");
  if (!query->table[0]) return list_tables(call, reply);
  return query->code[0] ? one_code(call, query, reply) : page_of(call, query, reply);
}
