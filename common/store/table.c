#include "common/store/table.h"
#include "common/base/cleanup.h"
#include "common/store/store_private.h"
#include "common/store/table_private.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_CAP                                                                                              \
  ((size_t)8 << 20) // decoded; a row is at most one bus message, decoding adds a few times its size

DEFINE_CLEANUP(struct arena, arena_free);

static void table_free(void *object)
{
  struct table *table = object;
  arena_free(table->scratch);
  free(table->before);
  free(table->after);
  free(table);
}

int table_open(struct store *store, const struct table_def *def, struct table **ret)
{
  char entries[128];
  struct table *table = calloc(1, sizeof *table);
  if (!table) return -ENOMEM;
  table->def = def;
  while (table->n_indexes < TABLE_MAX_INDEXES && def->indexes[table->n_indexes].name)
    table->n_indexes++;
  snprintf(entries, sizeof entries, "%.100s.index", def->name);
  int r = store_own(store, table, table_free, NULL);
  if (r == 0) r = arena_new(ROW_CAP, &table->scratch);
  if (r == 0) r = table_index_buffers(table);
  if (r == 0) r = store_table(store, def->name, &table->rows);
  if (r == 0) r = store_table(store, entries, &table->entries);
  if (r == 0) r = table_index_refresh(store, table);
  if (r == 0) *ret = table;
  return r;
}

const struct table_def *table_definition(const struct table *table)
{
  return table->def;
}

unsigned table_id(const struct table *table)
{
  return table->rows;
}

int table_clear(struct store_txn *txn, const struct table *table)
{
  int r = store_clear(txn, table->rows);
  return r < 0 ? r : store_clear(txn, table->entries);
}

int table_decode(struct store_txn *txn, const struct table *table, const void *value, size_t length,
                 struct arena *arena, ProtobufCMessage **ret)
{
  ProtobufCMessage *row = protobuf_c_message_unpack(table->def->row, arena_allocator(arena), length, value);
  if (!row) return arena_exhausted(arena) ? -ENOBUFS : store_fail(txn, -EBADMSG);
  *ret = row;
  return 0;
}

int table_get(struct store_txn *txn, const struct table *table, const struct key *key, struct arena *arena,
              ProtobufCMessage **ret)
{
  const void *value = NULL;
  size_t length = 0;
  int r = store_get(txn, table->rows, key, &value, &length);
  if (r < 0) return r;
  if (value) return table_decode(txn, table, value, length, arena, ret);
  *ret = NULL;
  return 0;
}

// The row as it is before a change, in the scratch arena. Not needed when there is no index to keep in step.
static int read_before(struct store_txn *txn, const struct table *table, const struct key *key,
                       ProtobufCMessage **ret)
{
  *ret = NULL;
  if (table->n_indexes == 0) return 0;
  arena_reset(table->scratch);
  int r = table_get(txn, table, key, table->scratch, ret);
  return r < 0 ? store_fail(txn, r) : 0;
}

int table_put(struct store_txn *txn, const struct table *table, const ProtobufCMessage *row)
{
  struct key key;
  ProtobufCMessage *before = NULL;
  uint8_t *bytes = NULL;
  key_init(&key);
  table->def->key(row, &key);
  int r = read_before(txn, table, &key, &before);
  if (r == 0) r = table_index_change(txn, table, before, row, &key);
  if (r < 0) return r;
  size_t length = protobuf_c_message_get_packed_size(row);
  r = store_reserve(txn, table->rows, &key, length, false, (void **)&bytes);
  if (r == 0) protobuf_c_message_pack(row, bytes);
  return r;
}

int table_del(struct store_txn *txn, const struct table *table, const struct key *key)
{
  ProtobufCMessage *before = NULL;
  int r = read_before(txn, table, key, &before);
  if (r == 0 && before) r = table_index_change(txn, table, before, NULL, key);
  return r < 0 ? r : store_del(txn, table->rows, key);
}

// Walking rows, directly or through an index.
struct walking {
  struct store_txn *txn;
  const struct table *table;
  int (*visit)(struct walking *walking, const struct table_stored *stored);
  void *context;
  bool covered;
};

static int row_visit(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  struct walking *walking = context;
  return walking->visit(walking, &(const struct table_stored){key, key_length, value, length});
}

static int entry_visit(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  struct walking *walking = context;
  struct key primary;
  struct table_stored stored;
  if (!table_index_read(key, key_length, value, length, &stored)) return store_fail(walking->txn, -EBADMSG);
  if (walking->covered && stored.length) return walking->visit(walking, &stored);
  key_init(&primary);
  key_bytes(&primary, stored.key, stored.key_length);
  int r = store_get(walking->txn, walking->table->rows, &primary, &stored.value, &stored.length);
  if (r < 0) return r;
  if (!stored.value) return store_fail(walking->txn, -EBADMSG); // an entry without its row
  return walking->visit(walking, &stored);
}

static int walk(struct walking *walking, const char *index, const struct key *prefix, const char *after)
{
  const struct table *table = walking->table;
  struct key start, behind;
  key_init(&start);
  if (index) {
    int number = table_index_number(table, index);
    if (number < 0) return -EINVAL;
    table_index_start(&start, (unsigned)number);
  }
  if (prefix) {
    key_bytes(&start, prefix->bytes, prefix->length);
    start.overflow |= prefix->overflow;
  }
  behind = start;
  bool has_after = after && after[0];
  if (has_after) key_text(&behind, after);
  return store_scan(walking->txn, index ? table->entries : table->rows, &start, has_after ? &behind : NULL,
                    index ? entry_visit : row_visit, walking);
}

struct listing {
  struct arena *arena;
  size_t limit, room;
  table_reader *reader;
  struct table_rows rows;
};

static int read_row(struct walking *walking, const struct table_stored *stored, const struct listing *listing,
                    ProtobufCMessage **ret)
{
  if (!listing->reader)
    return table_decode(walking->txn, walking->table, stored->value, stored->length, listing->arena, ret);
  *ret = listing->reader(listing->arena, stored);
  if (*ret) return 0;
  return arena_exhausted(listing->arena) ? -ENOBUFS : store_fail(walking->txn, -EBADMSG);
}

static int list_visit(struct walking *walking, const struct table_stored *stored)
{
  struct listing *listing = walking->context;
  struct table_rows *rows = &listing->rows;
  if (listing->limit && rows->n == listing->limit) {
    rows->more = true;
    return 1;
  }
  if (rows->n == listing->room) {
    size_t room = listing->room ? listing->room * 2 : 16;
    ProtobufCMessage **bigger = ARENA_ARRAY(listing->arena, ProtobufCMessage *, room);
    if (!bigger) return -ENOBUFS;
    if (rows->n) memcpy(bigger, rows->rows, rows->n * sizeof *bigger);
    rows->rows = bigger;
    listing->room = room;
  }
  int r = read_row(walking, stored, listing, &rows->rows[rows->n]);
  if (r == 0) rows->n++;
  return r;
}

int table_select_with(struct store_txn *txn, const struct table *table, const struct table_query *query,
                      struct table_way way, struct arena *arena, struct table_rows *ret)
{
  struct listing listing = {.arena = arena, .limit = query->limit, .reader = way.read};
  struct walking walking = {txn, table, list_visit, &listing, way.covered && way.read};
  int r = walk(&walking, query->index, query->prefix, query->after);
  if (r < 0) return r;
  *ret = listing.rows;
  return 0;
}

int table_select(struct store_txn *txn, const struct table *table, const struct table_query *query,
                 struct arena *arena, struct table_rows *ret)
{
  return table_select_with(txn, table, query, (struct table_way){NULL, false}, arena, ret);
}

struct visiting {
  struct arena *arena;
  table_visit *visit;
  void *context;
};

static int visit_visit(struct walking *walking, const struct table_stored *stored)
{
  struct visiting *visiting = walking->context;
  ProtobufCMessage *row = NULL;
  arena_reset(visiting->arena);
  int r = table_decode(walking->txn, walking->table, stored->value, stored->length, visiting->arena, &row);
  return r < 0 ? r : visiting->visit(visiting->context, row);
}

int table_walk(struct store_txn *txn, const struct table *table, const char *index, const struct key *prefix,
               table_visit *visit, void *context)
{
  // Not the scratch arena: the visitor may put rows into this table's neighbours or walk again.
  _cleanup_(arena_freep) struct arena *arena = NULL;
  int r = arena_new(ROW_CAP, &arena);
  if (r < 0) return r;
  struct visiting visiting = {arena, visit, context};
  struct walking walking = {txn, table, visit_visit, &visiting, false};
  return walk(&walking, index, prefix, NULL);
}

static int digest_visit(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  crypto_generichash_state *state = context;
  const uint64_t lengths[2] = {key_length, length}; // so that no byte can move between key and value
  crypto_generichash_update(state, (const uint8_t *)lengths, sizeof lengths);
  crypto_generichash_update(state, key, key_length);
  crypto_generichash_update(state, value, length);
  return 0;
}

int table_digest(struct store_txn *txn, const struct table *table, uint8_t ret[32])
{
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, 32);
  int r = store_scan(txn, table->rows, NULL, NULL, digest_visit, &state);
  const uint64_t border = UINT64_MAX; // no key is that long
  crypto_generichash_update(&state, (const uint8_t *)&border, sizeof border);
  if (r == 0) r = store_scan(txn, table->entries, NULL, NULL, digest_visit, &state);
  if (r == 0) crypto_generichash_final(&state, ret, 32);
  return r;
}
