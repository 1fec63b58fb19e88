#include "services/registry/page.h"
#include "common/base/check.h"
#include <errno.h>
#include <string.h>

enum { PAGE_DEFAULT = 100, PAGE_MAX = 500, PAGE_BYTES = 200 * 1024, STEP = 200, SCAN_MAX = 5000 };

struct reading {
  const struct reg_page *page;
  struct reg_rows *out;
  size_t limit, bytes, scanned, steps;
  const char *last; // key of the row looked at last
  bool full;        // stopped although there may be more
  bool ended;
};

// The first field of every record in the directory is its id or code.
static const char *key_of(const ProtobufCMessage *row)
{
  const ProtobufCFieldDescriptor *field = &row->descriptor->fields[0];
  return *(char *const *)((const uint8_t *)row + field->offset);
}

static int look_at(struct reading *reading, ProtobufCMessage *row)
{
  enum reg_sift sift = REG_SKIP;
  size_t size = protobuf_c_message_get_packed_size(row) + 8;
  int r = reading->page->sift(reading->page, row, &sift);
  if (r < 0) return r;
  if (sift == REG_STOP) {
    reading->ended = true;
    return 0;
  }
  if (sift == REG_TAKE) {
    if (reading->out->n == reading->limit || (reading->out->n && reading->bytes + size > PAGE_BYTES)) {
      reading->full = true;
      return 0;
    }
    reading->out->rows[reading->out->n++] = row;
    reading->bytes += size;
  }
  reading->last = key_of(row);
  reading->full = ++reading->scanned == SCAN_MAX;
  return 0;
}

static int read_step(struct reading *reading)
{
  const struct reg_page *page = reading->page;
  const struct table_query query = {page->index, page->prefix, reading->last, STEP};
  struct directory_page rows = {0};
  int r = directory_select(page->dir ? page->dir : page->call->dir, page->table, &query, &rows);
  for (size_t i = 0; r == 0 && i < rows.n && !reading->full && !reading->ended; i++)
    r = look_at(reading, rows.rows[i]);
  if (r < 0 || reading->full || reading->ended) return r;
  reading->last = rows.last; // as of a past day a step may hold more than it gives
  if (!rows.more) reading->ended = true;
  reading->steps++;
  reading->full = !reading->ended && reading->steps * STEP >= SCAN_MAX;
  return r;
}

int reg_page_read(const struct reg_page *page, struct reg_rows *ret)
{
  const Reg__PageRequest *request = page->request;
  size_t limit = request && request->limit ? request->limit : PAGE_DEFAULT;
  struct reading reading = {.page = page, .out = ret, .limit = limit > PAGE_MAX ? PAGE_MAX : limit};
  *ret = (struct reg_rows){.rows = ARENA_ARRAY(page->call->arena, ProtobufCMessage *, reading.limit)};
  if (!ret->rows) return -ENOMEM;
  reading.last = request && request->after[0] ? request->after : page->begin;
  while (!reading.full && !reading.ended) {
    int r = read_step(&reading);
    if (r < 0) return r;
  }
  ret->next = arena_strdup(page->call->arena, reading.full && reading.last ? reading.last : "");
  return ret->next ? 0 : -ENOMEM;
}

int reg_page_reply(const struct reg_page *page, const ProtobufCMessageDescriptor *type, struct decision *out)
{
  const ProtobufCFieldDescriptor *list = &type->fields[0], *next = &type->fields[1];
  struct reg_rows rows;
  CHECK(list->label == PROTOBUF_C_LABEL_REPEATED && next->type == PROTOBUF_C_TYPE_STRING);
  ProtobufCMessage *reply = arena_alloc(out->arena, type->sizeof_message);
  int r = reply ? reg_page_read(page, &rows) : -ENOMEM;
  if (r < 0) return r;
  protobuf_c_message_init(type, reply);
  *(ProtobufCMessage ***)((uint8_t *)reply + list->offset) = rows.rows;
  *(size_t *)((uint8_t *)reply + list->quantifier_offset) = rows.n;
  *(char **)((uint8_t *)reply + next->offset) = rows.next;
  out->reply = reply;
  return 0;
}
