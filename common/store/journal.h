// The journal: the only source of truth of a daemon. Rows are appended in the write transaction of the batch.
// Key: u64 big-endian seq, gapless from 1. Value: u8 version | u8 algorithm | 32-byte chain | packed
// bus.v1.Event. chain(n) = H(chain(n-1) || event bytes): a changed, removed or reordered row breaks every
// later one. `epoch` is drawn at creation and drawn anew by restore, so that a reader notices a rewound feed.
#pragma once
#include "common/store/store.h"
#include "proto/envelope.pb-c.h"

struct journal;

int journal_open(struct store *store, struct journal **ret); // owned by the store
uint64_t journal_epoch(const struct journal *journal);
const char *journal_algorithm(const struct journal *journal);

// Inside a write transaction: sets event->seq to the next one, packs and appends. The new head is visible to
// others after commit; an abort or rollback takes it back by itself. journal_reload reads it from the table
// again.
int journal_append(struct store_txn *txn, struct journal *journal, Bus__Event *event);
int journal_reload(struct store_txn *txn, struct journal *journal);
// Last appended seq, 0 = empty; inside a batch the batch's.
uint64_t journal_head(const struct journal *journal);
// Oldest row still held, 1 when nothing was trimmed.
uint64_t journal_first(const struct journal *journal);

// Rows with seq > after, in order. visit gets the packed Event (valid only during the call).
typedef int journal_visit(void *context, uint64_t seq, const void *event, size_t length);
int journal_read(struct store_txn *txn, struct journal *journal, uint64_t after, journal_visit *visit,
                 void *context);

// Deletes at most 500 rows with seq < before, riding on a commit that happens anyway. The last row always
// stays.
int journal_trim(struct store_txn *txn, struct journal *journal, uint64_t before, unsigned *ret_trimmed);
// Recomputes the chain over [from, to]; *ret_bad = first damaged seq or 0; *ret_rows how many were read.
int journal_verify(struct store_txn *txn, struct journal *journal, uint64_t from, uint64_t to,
                   uint64_t *ret_rows, uint64_t *ret_bad);
int journal_chain(struct store_txn *txn, struct journal *journal, uint64_t seq, uint8_t ret[32]);
// Draws a new epoch (after a restore). Own transaction. journal_open does so by itself for a store that is a
// copy made by store_backup.
int journal_new_epoch(struct store *store, struct journal *journal);
