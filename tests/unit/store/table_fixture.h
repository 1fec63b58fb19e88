// A store with one table of institutions open in a write transaction, for the tests of tables.
#pragma once
#include "common/store/table.h"
#include "proto/registry.pb-c.h"
#include "tests/lib/testlib.h"

struct table_fixture {
  struct store *store;
  struct table *table;
  struct store_txn *txn;
  struct arena *arena;
};

static inline int table_fixture_open(const struct table_def *def, void **state)
{
  static struct table_fixture fixture;
  fixture = (struct table_fixture){.store = test_store(NULL, "registry")};
  assert_ok(table_open(fixture.store, def, &fixture.table));
  assert_ok(arena_new(0, &fixture.arena));
  assert_ok(store_begin(fixture.store, true, &fixture.txn));
  *state = &fixture;
  return 0;
}

static inline int table_fixture_close(void **state)
{
  struct table_fixture *fixture = *state;
  store_abort(&fixture->txn);
  arena_free(fixture->arena);
  store_close(fixture->store);
  return 0;
}

// ---- the table: by id, by code, by each tag

static inline const Reg__Institution *row_of(const ProtobufCMessage *row)
{
  return (const Reg__Institution *)row;
}

static inline void primary(const ProtobufCMessage *row, struct key *key)
{
  key_text(key, row_of(row)->id);
}

static inline size_t by_code(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  if (!row_of(row)->code[0]) return 0;
  key_text(&keys[0], row_of(row)->code);
  return 1;
}

static inline size_t by_tag(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  size_t n = 0;
  for (; n < row_of(row)->n_tags && n < TABLE_MAX_KEYS; n++)
    key_text(&keys[n], row_of(row)->tags[n]);
  return n;
}
