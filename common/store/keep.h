// Small things a daemon keeps beside its records, all in the batch's transaction:
// idempotency answers, cursors of the feeds it follows or serves, and single values.
#pragma once
#include "common/base/arena.h"
#include "common/store/store.h"

struct keep;
int keep_open(struct store *store, struct keep **ret); // owned by the store

// Idempotency (DA-01). Key = principal NUL key. `hash` is over type and body. Only successes are stored.
// idem_get, not sticky: -ENOBUFS arena too small, -ENAMETOOLONG a key nobody could store.
struct idem_key {
  const char *principal, *key;
  const uint8_t *hash; // 32 bytes
};
enum idem_state { IDEM_NEW, IDEM_SAME, IDEM_OTHER };
struct idem_answer {
  enum idem_state state;
  const void *bytes; // of IDEM_SAME, in the arena
  size_t length;
};
int idem_get(struct store_txn *txn, struct keep *keep, const struct idem_key *command, struct arena *arena,
             struct idem_answer *ret);
// What is stored under a key, whatever was sent under it (`hash` is not looked at), and when; state IDEM_NEW
// or IDEM_SAME.
int idem_find(struct store_txn *txn, struct keep *keep, const struct idem_key *command, struct arena *arena,
              struct idem_answer *ret, uint64_t *ret_time_us);
int idem_put(struct store_txn *txn, struct keep *keep, const struct idem_key *command, uint64_t time_us,
             const void *answer, size_t length);
// Forgets at most 500 answers older than before_us (kept in time order by a second key).
int idem_trim(struct store_txn *txn, struct keep *keep, uint64_t before_us, unsigned *ret_trimmed);

// Cursors: name -> epoch, seq. Absent = 0, 0.
int cursor_get(struct store_txn *txn, struct keep *keep, const char *name, uint64_t *ret_epoch,
               uint64_t *ret_seq);
int cursor_put(struct store_txn *txn, struct keep *keep, const char *name, uint64_t epoch, uint64_t seq);

// Single values: name -> u64. Absent = 0.
int value_get(struct store_txn *txn, struct keep *keep, const char *name, uint64_t *ret);
int value_put(struct store_txn *txn, struct keep *keep, const char *name, uint64_t value);
