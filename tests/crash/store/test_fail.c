// The n-th commit fails, for every n: nobody was told OK, the process would end here, the next one finds all
// that was acknowledged and nothing of the rest.
#include "tests/crash/store/ledger.h"
#include "tests/lib/testlib.h"
#include <errno.h>

#define BATCHES 8

static void every_commit_may_fail(void **state)
{
  (void)state;
  static const int codes[] = {-EIO, -ENOSPC};
  for (size_t k = 0; k < 2; k++) {
    bool failed = true;
    for (unsigned n = 1; failed; n++) {
      struct store_options options = {.directory = test_dir(), .map_size = 16 << 20, .no_sync = true};
      struct ledger ledger;
      uint64_t acked = 0;
      assert_ok(ledger_open(&options, &ledger));
      store_fail_commit(ledger.store, n, codes[k]);
      failed = false;
      for (unsigned i = 0; i < BATCHES && !failed; i++) {
        int r = ledger_batch(&ledger, acked + 1, 5);
        failed = r < 0;
        if (failed)
          assert_code(r, codes[k]);
        else
          acked += 5;
      }
      assert_true(acked == 5 * (failed ? n - 1 : BATCHES));
      assert_true(ledger_expect(&ledger, acked) == acked); // in the process that failed
      ledger_close(&ledger);
      assert_ok(ledger_open(&options, &ledger)); // and in the next one
      assert_true(ledger_expect(&ledger, acked) == acked);
      assert_ok(ledger_batch(&ledger, 1, (unsigned)acked + 5)); // all sent again
      assert_true(ledger_expect(&ledger, acked + 5) == acked + 5);
      ledger_close(&ledger);
      assert_true(n <= BATCHES + 1);
    }
  }
}

// A transaction that fails in the middle leaves nothing behind, whatever is done with it afterwards.
static void a_failed_batch_leaves_nothing(void **state)
{
  (void)state;
  struct store_options options = {.directory = test_dir(), .map_size = 16 << 20, .no_sync = true};
  struct ledger ledger;
  struct store_txn *txn = NULL;
  struct key empty;
  key_init(&empty);
  assert_ok(ledger_open(&options, &ledger));
  assert_ok(ledger_batch(&ledger, 1, 10));
  assert_ok(store_begin(ledger.store, true, &txn));
  assert_ok(ledger_command(&ledger, txn, 11));
  assert_code(store_put(txn, 0, &empty, "", 0), -EINVAL);
  assert_code(ledger_command(&ledger, txn, 12), -EINVAL);
  assert_code(store_commit(&txn), -EINVAL);
  assert_true(ledger_expect(&ledger, 10) == 10);
  assert_ok(ledger_batch(&ledger, 11, 5));
  assert_true(ledger_expect(&ledger, 15) == 15);
  ledger_close(&ledger);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_commit_may_fail),
      cmocka_unit_test(a_failed_batch_leaves_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
