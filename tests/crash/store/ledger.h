// A small daemon's worth of state for crash tests: numbered commands, each of which is one event in the
// journal, one change of a table and one idempotency answer in the same transaction. Command n always means
// the same.
#pragma once
#include "common/store/journal.h"
#include "common/store/keep.h"
#include "common/store/table.h"

struct ledger {
  struct store *store;
  struct journal *journal;
  struct keep *keep;
  struct table *table;
  struct arena *arena;
};

// Codes as of store_open. options->area is set here.
int ledger_open(const struct store_options *options, struct ledger *ret);
void ledger_close(struct ledger *ledger);

// Decides, applies and answers command n inside a savepoint; a command done before changes nothing. Now and
// then the work is done, rolled back and done again, as for a command that a rule refused. 0 or negative.
int ledger_command(struct ledger *ledger, struct store_txn *txn, uint64_t n);
// Commands [first, first + count) in one transaction.
int ledger_batch(struct ledger *ledger, uint64_t first, unsigned count);

// Fails the test unless: the journal is gapless and its chain good; it holds each command from 1 on exactly
// once and at least up to acked; answers are there for these and no others; the table is what replaying the
// journal gives. Returns the number of commands held.
uint64_t ledger_expect(struct ledger *ledger, uint64_t acked);
