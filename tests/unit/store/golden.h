// The golden store: a small store with known content, written once per on-disk version by make_golden_store
// into tests/fixtures/store-v<version>/data.mdb and from then on read by every later program (test_backup.c).
//   cmake --build BUILD --target make_golden_store && BUILD/bin/make_golden_store tests/fixtures/store-v1
// Never write a fixture of an old version again: that it was written by an old program is its whole worth.
#pragma once
#include "common/store/journal.h"
#include "common/store/keep.h"
#include "common/store/table.h"

#define GOLDEN_EVENTS 12

// Objects of the golden store's kind, opened in any store.
struct golden {
  struct store *store;
  struct journal *journal;
  struct keep *keep;
  struct table *table;
};

// Fails the test on an error.
void golden_open(const char *directory, struct golden *ret);
void golden_fill(struct golden *golden);
// Everything that golden_fill wrote is there, and nothing else.
void golden_expect(struct golden *golden);
// Hash chain of the last event and digest of the table, as hexadecimal text.
void golden_hashes(struct golden *golden, char chain[65], char digest[65]);
