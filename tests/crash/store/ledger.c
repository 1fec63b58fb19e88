#include "tests/crash/store/ledger.h"
#include "proto/registry.pb-c.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ACCOUNTS 37
#define START_US 1472659200000000

static void primary(const ProtobufCMessage *row, struct key *key)
{
  key_text(key, ((const Reg__Institution *)row)->id);
}

static size_t by_name(const ProtobufCMessage *row, struct key keys[TABLE_MAX_KEYS])
{
  key_text(&keys[0], ((const Reg__Institution *)row)->name);
  return 1;
}

static const struct table_def accounts = {.name = "account",
                                          .row = &reg__institution__descriptor,
                                          .key = primary,
                                          .indexes = {{"by_name", by_name}}};

int ledger_open(const struct store_options *options, struct ledger *ret)
{
  struct store_options own = *options;
  *ret = (struct ledger){0};
  own.area = "registry";
  int r = store_open(&own, &ret->store, NULL);
  if (r == 0) r = journal_open(ret->store, &ret->journal);
  if (r == 0) r = keep_open(ret->store, &ret->keep);
  if (r == 0) r = table_open(ret->store, &accounts, &ret->table);
  if (r == 0) r = arena_new(0, &ret->arena);
  if (r < 0) ledger_close(ret);
  return r;
}

void ledger_close(struct ledger *ledger)
{
  ledger->arena = arena_free(ledger->arena);
  ledger->store = store_close(ledger->store);
}

static void name_command(uint64_t n, char out[48], uint8_t hash[32])
{
  snprintf(out, 48, "0156%08llx-7000-command", (unsigned long long)n);
  memset(hash, 0, 32);
  memcpy(hash, &n, sizeof n);
}

// The only code that changes the table, live and when replaying: one more, under a name made of the number.
static int apply(struct store_txn *txn, const struct table *table, struct arena *arena, uint64_t n)
{
  char id[24], name[40];
  struct key key;
  ProtobufCMessage *found = NULL;
  Reg__Institution fresh = REG__INSTITUTION__INIT;
  snprintf(id, sizeof id, "account-%02u", (unsigned)(n * 7919 % ACCOUNTS));
  snprintf(name, sizeof name, "changed by %llu", (unsigned long long)n);
  key_init(&key);
  key_text(&key, id);
  arena_reset(arena);
  int r = table_get(txn, table, &key, arena, &found);
  if (r < 0) return r;
  Reg__Institution *row = found ? (Reg__Institution *)found : &fresh;
  row->id = id;
  row->name = name;
  row->rev++;
  return table_put(txn, table, &row->base);
}

static int decide(struct ledger *ledger, struct store_txn *txn, uint64_t n, const struct idem_key *command)
{
  char data[700];
  Bus__Event event = BUS__EVENT__INIT;
  memset(data, 'd', sizeof data);
  event.type = (char *)"registry.v1.AccountChanged";
  event.time_us = START_US + n;
  event.causation_id = (char *)command->key;
  event.rev = n;
  event.data = (ProtobufCBinaryData){n * 31 % sizeof data, (uint8_t *)data};
  int r = journal_append(txn, ledger->journal, &event);
  if (r == 0) r = apply(txn, ledger->table, ledger->arena, n);
  if (r == 0) r = idem_put(txn, ledger->keep, command, event.time_us, &event.seq, sizeof event.seq);
  return r;
}

int ledger_command(struct ledger *ledger, struct store_txn *txn, uint64_t n)
{
  char name[48];
  uint8_t hash[32];
  const struct idem_key command = {"client", name, hash};
  struct idem_answer answer = {0};
  name_command(n, name, hash);
  arena_reset(ledger->arena);
  int r = idem_get(txn, ledger->keep, &command, ledger->arena, &answer);
  if (r < 0 || answer.state == IDEM_SAME) return r;
  if (answer.state == IDEM_OTHER) return -EPROTO;
  for (int again = n % 11 == 0; again >= 0; again--) {
    if ((r = store_savepoint(txn)) < 0) return r;
    decide(ledger, txn, n, &command);
    if ((r = again ? store_rollback(txn) : store_release(txn)) < 0) return r;
  }
  return store_error(txn);
}

int ledger_batch(struct ledger *ledger, uint64_t first, unsigned count)
{
  struct store_txn *txn = NULL;
  int r = store_begin(ledger->store, true, &txn);
  if (r < 0) return r;
  for (unsigned i = 0; r == 0 && i < count; i++)
    r = ledger_command(ledger, txn, first + i);
  if (r == 0) return store_commit(&txn);
  store_abort(&txn);
  return r;
}

struct replaying {
  struct ledger *fresh;
  struct store_txn *txn;
  uint64_t next;
};

static int replay(void *context, uint64_t seq, const void *bytes, size_t length)
{
  struct replaying *replaying = context;
  char name[48];
  uint8_t hash[32];
  Bus__Event *event = bus__event__unpack(NULL, length, bytes);
  assert_non_null(event);
  assert_true(seq == replaying->next && event->seq == seq); // gapless
  assert_true(event->rev == seq);                           // command n is event n: none twice, none left out
  name_command(seq, name, hash);
  assert_string_equal(event->causation_id, name);
  bus__event__free_unpacked(event, NULL);
  assert_ok(apply(replaying->txn, replaying->fresh->table, replaying->fresh->arena, seq));
  replaying->next++;
  return 0;
}

static void expect_answers(struct ledger *ledger, struct store_txn *txn, uint64_t count)
{
  for (uint64_t n = 1; n <= count + 1; n++) {
    char name[48];
    uint8_t hash[32];
    const struct idem_key command = {"client", name, hash};
    struct idem_answer answer = {0};
    name_command(n, name, hash);
    arena_reset(ledger->arena);
    assert_ok(idem_get(txn, ledger->keep, &command, ledger->arena, &answer));
    assert_int_equal(answer.state, n <= count ? IDEM_SAME : IDEM_NEW);
    if (answer.state == IDEM_SAME) assert_memory_equal(answer.bytes, &n, sizeof n);
  }
}

uint64_t ledger_expect(struct ledger *ledger, uint64_t acked)
{
  struct store_options options = {.directory = test_dir(), .map_size = 64 << 20, .no_sync = true};
  struct ledger fresh;
  struct replaying replaying = {.fresh = &fresh, .next = 1};
  struct store_txn *txn = NULL;
  uint64_t rows = 0, bad = 0, head = journal_head(ledger->journal);
  uint8_t live[32], replayed[32];
  if (head < acked) fail_msg("acknowledged up to %d, held up to %d", (int)acked, (int)head);
  assert_ok(ledger_open(&options, &fresh));
  assert_ok(store_begin(ledger->store, false, &txn));
  assert_ok(store_begin(fresh.store, true, &replaying.txn));
  assert_ok(journal_verify(txn, ledger->journal, 0, UINT64_MAX, &rows, &bad));
  assert_true(bad == 0 && rows == head);
  assert_ok(journal_read(txn, ledger->journal, 0, replay, &replaying));
  assert_true(replaying.next == head + 1);
  expect_answers(ledger, txn, head);
  assert_ok(table_digest(txn, ledger->table, live));
  assert_ok(table_digest(replaying.txn, fresh.table, replayed));
  assert_memory_equal(live, replayed, sizeof live);
  store_abort(&replaying.txn);
  store_abort(&txn);
  ledger_close(&fresh);
  return head;
}
