#include "common/store/journal.h"
#include "common/base/cleanup.h"
#include "common/store/store_private.h"
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

#define CHAIN_SIZE  32
#define HEAD_SIZE   (2 + CHAIN_SIZE) // version, algorithm, chain; the event follows
#define ROW_VERSION 1
#define TRIM_MOST   500

enum algorithm { ALGORITHM_SHA256 = 1, ALGORITHM_SM3 = 2 };

struct position {
  uint64_t head, first;
  uint8_t chain[CHAIN_SIZE]; // of head; zero before the first row
};

struct journal {
  struct store *store;
  unsigned table;
  uint64_t epoch;
  struct position now, begun, saved; // the last two are where an abort and a rollback go back to
  enum algorithm algorithm;
  EVP_MD *digest; // fetched once: looking it up costs more than hashing a row
  EVP_MD_CTX *context;
};

// A row of the table taken apart. Points into the map.
struct row {
  uint64_t seq;
  const uint8_t *chain;
  const uint8_t *event;
  size_t length;
};

static void journal_free(void *object)
{
  struct journal *journal = object;
  EVP_MD_CTX_free(journal->context);
  EVP_MD_free(journal->digest);
  free(journal);
}

static void journal_turn(void *object, enum store_turn turn)
{
  struct journal *journal = object;
  switch (turn) {
  case STORE_BEGUN:
    journal->begun = journal->now;
    break;
  case STORE_SAVED:
    journal->saved = journal->now;
    break;
  case STORE_ROLLED_BACK:
    journal->now = journal->saved;
    break;
  case STORE_ABORTED:
    journal->now = journal->begun;
    break;
  }
}

static int hash(struct journal *journal, const uint8_t before[CHAIN_SIZE], const void *event, size_t length,
                uint8_t ret[CHAIN_SIZE])
{
  unsigned size = CHAIN_SIZE;
  bool done = EVP_DigestInit_ex2(journal->context, journal->digest, NULL) &&
              EVP_DigestUpdate(journal->context, before, CHAIN_SIZE) &&
              EVP_DigestUpdate(journal->context, event, length) &&
              EVP_DigestFinal_ex(journal->context, ret, &size);
  return done ? 0 : -EIO;
}

static void make_key(uint64_t seq, struct key *key)
{
  key_init(key);
  key_u64(key, seq);
}

// False when the row is not one of ours: another version or algorithm, too short.
static bool read_row(const struct journal *journal, const void *key, size_t key_length, const void *value,
                     size_t length, struct row *ret)
{
  const uint8_t *bytes = value;
  size_t offset = 0;
  if (!key_read_u64(key, key_length, &offset, &ret->seq) || offset != key_length) return false;
  if (length < HEAD_SIZE || bytes[0] != ROW_VERSION || bytes[1] != journal->algorithm) return false;
  ret->chain = bytes + 2;
  ret->event = bytes + HEAD_SIZE;
  ret->length = length - HEAD_SIZE;
  return true;
}

static int read_edge(struct store_txn *txn, struct journal *journal, bool last, struct row *ret)
{
  MDB_val key, value;
  int r = store_edge(txn, journal->table, last, &key, &value);
  if (r < 0) return r;
  if (!key.mv_data) return -ENOENT;
  return read_row(journal, key.mv_data, key.mv_size, value.mv_data, value.mv_size, ret)
             ? 0
             : store_fail(txn, -EBADMSG);
}

int journal_reload(struct store_txn *txn, struct journal *journal)
{
  struct position now = {.first = 1};
  struct row row;
  int r = read_edge(txn, journal, true, &row);
  if (r == 0) {
    now.head = row.seq;
    memcpy(now.chain, row.chain, CHAIN_SIZE);
    if ((r = read_edge(txn, journal, false, &row)) == 0) now.first = row.seq;
  }
  if (r < 0 && r != -ENOENT) return r;
  journal->now = now;
  return 0;
}

static int read_epoch(struct store_txn *txn, struct journal *journal, bool *ret_copied)
{
  const void *value = NULL, *mark = NULL;
  size_t length = 0, ignored = 0;
  int r = store_meta_get(txn, "epoch", &value, &length);
  if (r == 0) r = store_meta_get(txn, "copied", &mark, &ignored);
  if (r < 0) return r;
  if (length != sizeof journal->epoch) return store_fail(txn, -EBADMSG);
  memcpy(&journal->epoch, value, length);
  *ret_copied = mark != NULL;
  return 0;
}

int journal_new_epoch(struct store *store, struct journal *journal)
{
  struct store_txn *txn = NULL;
  uint64_t epoch = 0;
  int r = store_begin(store, true, &txn);
  if (r < 0) return r;
  store_draw_epoch(txn, &epoch);
  store_meta_del(txn, "copied");
  if ((r = store_commit(&txn)) == 0) journal->epoch = epoch;
  return r;
}

static int load(struct store *store, struct journal *journal)
{
  struct store_txn *txn = NULL;
  bool copied = false;
  int r = store_table(store, "journal", &journal->table);
  if (r == 0) r = store_begin(store, false, &txn);
  if (r < 0) return r;
  r = read_epoch(txn, journal, &copied);
  if (r == 0) r = journal_reload(txn, journal);
  store_abort(&txn);
  if (r == 0 && copied) r = journal_new_epoch(store, journal);
  return r;
}

int journal_open(struct store *store, struct journal **ret)
{
  struct journal *journal = calloc(1, sizeof *journal);
  if (!journal) return -ENOMEM;
  bool sm3 = strcmp(store->chain, "sm3") == 0;
  journal->store = store;
  journal->algorithm = sm3 ? ALGORITHM_SM3 : ALGORITHM_SHA256;
  journal->digest = EVP_MD_fetch(NULL, sm3 ? "SM3" : "SHA256", NULL);
  journal->context = EVP_MD_CTX_new();
  int r = store_own(store, journal, journal_free, journal_turn);
  if (r < 0) return r;
  if (!journal->digest || !journal->context) return -ENOTSUP;
  if ((r = load(store, journal)) < 0) return r;
  *ret = journal;
  return 0;
}

uint64_t journal_epoch(const struct journal *journal)
{
  return journal->epoch;
}
const char *journal_algorithm(const struct journal *journal)
{
  return journal->store->chain;
}
uint64_t journal_head(const struct journal *journal)
{
  return journal->now.head;
}
uint64_t journal_first(const struct journal *journal)
{
  return journal->now.first;
}

int journal_append(struct store_txn *txn, struct journal *journal, Bus__Event *event)
{
  if (txn->error < 0) return txn->error;
  uint8_t *row = NULL, chain[CHAIN_SIZE];
  struct key key;
  event->seq = journal->now.head + 1;
  make_key(event->seq, &key);
  size_t length = bus__event__get_packed_size(event);
  int r = store_reserve(txn, journal->table, &key, HEAD_SIZE + length, true, (void **)&row);
  if (r < 0) return r;
  bus__event__pack(event, row + HEAD_SIZE);
  if ((r = hash(journal, journal->now.chain, row + HEAD_SIZE, length, chain)) < 0) return store_fail(txn, r);
  row[0] = ROW_VERSION;
  row[1] = (uint8_t)journal->algorithm;
  memcpy(row + 2, chain, CHAIN_SIZE);
  memcpy(journal->now.chain, chain, CHAIN_SIZE);
  journal->now.head = event->seq;
  return 0;
}

struct reading {
  struct journal *journal;
  journal_visit *visit;
  void *context;
};

static int read_visit(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  struct reading *reading = context;
  struct row row;
  if (!read_row(reading->journal, key, key_length, value, length, &row)) return -EBADMSG;
  return reading->visit(reading->context, row.seq, row.event, row.length);
}

int journal_read(struct store_txn *txn, struct journal *journal, uint64_t after, journal_visit *visit,
                 void *context)
{
  struct reading reading = {journal, visit, context};
  struct key key;
  make_key(after, &key);
  return store_scan(txn, journal->table, NULL, &key, read_visit, &reading);
}

int journal_chain(struct store_txn *txn, struct journal *journal, uint64_t seq, uint8_t ret[CHAIN_SIZE])
{
  const void *value = NULL;
  size_t length = 0;
  struct row row;
  struct key key;
  if (seq == 0) {
    memset(ret, 0, CHAIN_SIZE);
    return 0;
  }
  make_key(seq, &key);
  int r = store_get(txn, journal->table, &key, &value, &length);
  if (r < 0) return r;
  if (!value) return -ENOENT;
  if (!read_row(journal, key.bytes, key.length, value, length, &row)) return -EBADMSG;
  memcpy(ret, row.chain, CHAIN_SIZE);
  return 0;
}

// The chain of the last row that was trimmed: without it the oldest row held could not be verified.
struct anchor {
  uint64_t seq;
  uint8_t chain[CHAIN_SIZE];
};

static int keep_anchor(struct store_txn *txn, struct journal *journal, uint64_t seq)
{
  struct anchor anchor = {.seq = seq};
  int r = journal_chain(txn, journal, seq, anchor.chain);
  return r < 0 ? store_fail(txn, r) : store_meta_put(txn, "anchor", &anchor, sizeof anchor);
}

static int chain_before(struct store_txn *txn, struct journal *journal, uint64_t seq, uint8_t ret[CHAIN_SIZE])
{
  const void *value = NULL;
  size_t length = 0;
  struct anchor anchor;
  if (seq > journal->now.first || seq == 1) return journal_chain(txn, journal, seq - 1, ret);
  int r = store_meta_get(txn, "anchor", &value, &length);
  if (r < 0) return r;
  if (length != sizeof anchor) return -EBADMSG;
  memcpy(&anchor, value, sizeof anchor);
  if (anchor.seq != seq - 1) return -EBADMSG;
  memcpy(ret, anchor.chain, CHAIN_SIZE);
  return 0;
}

int journal_trim(struct store_txn *txn, struct journal *journal, uint64_t before, unsigned *ret_trimmed)
{
  struct position *now = &journal->now;
  uint64_t end = before < now->head ? before : now->head; // the last row stays: it carries head and chain
  if (end > now->first + TRIM_MOST) end = now->first + TRIM_MOST;
  if (txn->error < 0) return txn->error;
  *ret_trimmed = 0;
  if (end <= now->first) return 0;
  int r = keep_anchor(txn, journal, end - 1);
  for (uint64_t seq = now->first; r == 0 && seq < end; seq++) {
    struct key key;
    make_key(seq, &key);
    r = store_del(txn, journal->table, &key);
  }
  if (r < 0) return r;
  *ret_trimmed = (unsigned)(end - now->first);
  now->first = end;
  return 0;
}

struct verifying {
  struct journal *journal;
  uint64_t next, to; // expected seq, last one wanted
  uint64_t rows, bad;
  uint8_t chain[CHAIN_SIZE];
};

static int verify_visit(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  struct verifying *v = context;
  uint8_t chain[CHAIN_SIZE];
  struct row row;
  if (v->next > v->to) return 1;
  bool good = read_row(v->journal, key, key_length, value, length, &row) && row.seq == v->next;
  if (good) {
    int r = hash(v->journal, v->chain, row.event, row.length, chain);
    if (r < 0) return r;
    good = memcmp(chain, row.chain, CHAIN_SIZE) == 0;
  }
  if (!good) {
    v->bad = v->next;
    return 1;
  }
  memcpy(v->chain, chain, CHAIN_SIZE);
  v->rows++;
  v->next++;
  return 0;
}

int journal_verify(struct store_txn *txn, struct journal *journal, uint64_t from, uint64_t to,
                   uint64_t *ret_rows, uint64_t *ret_bad)
{
  const struct position *now = &journal->now;
  if (from < now->first) from = now->first;
  if (to > now->head) to = now->head;
  struct verifying v = {.journal = journal, .next = from, .to = to};
  struct key after;
  if (from <= to) {
    int r = chain_before(txn, journal, from, v.chain);
    if (r == -EBADMSG || r == -ENOENT)
      v.bad = from > now->first ? from - 1 : from;
    else if (r < 0)
      return r;
    make_key(from - 1, &after);
    if (!v.bad && (r = store_scan(txn, journal->table, NULL, &after, verify_visit, &v)) < 0) return r;
    if (!v.bad && v.next <= to) v.bad = v.next; // rows are missing at the end
  }
  *ret_rows = v.rows;
  *ret_bad = v.bad;
  return 0;
}
