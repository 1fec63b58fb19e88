// kill -9 at random points: what was acknowledged is there, nothing is there twice, nothing is half there.
#include "common/store/vault.h"
#include "tests/crash/store/child.h"
#include "tests/crash/store/ledger.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ROUNDS 25

struct job {
  const char *directory;
  uint64_t first, seed;
};

static struct store_options options_for(const char *directory)
{
  return (struct store_options){.directory = directory, .map_size = 256 << 20}; // with real syncs
}

// Sends the number of the last command whose batch was committed.
static void write_batches(const void *context, int fd)
{
  const struct job *job = context;
  struct store_options options = options_for(job->directory);
  struct ledger ledger;
  uint64_t random = job->seed;
  child_must(ledger_open(&options, &ledger) == 0);
  for (uint64_t next = job->first; next < 1000000;) {
    unsigned count = 1 + test_random_below(&random, 40);
    child_must(ledger_batch(&ledger, next, count) == 0);
    next += count;
    uint64_t acked = next - 1;
    child_say(fd, &acked, sizeof acked);
  }
}

static void acknowledged_commands_survive(void **state)
{
  (void)state;
  const char *directory = test_dir();
  struct store_options options = options_for(directory);
  uint64_t random = test_seed(), acked = 0, held = 0, unacknowledged = 0;
  for (int round = 0; round < ROUNDS; round++) {
    // The client sends again what it has no answer for, and the first command of all once more.
    struct job job = {directory, round % 5 == 4 ? 1 : acked + 1, test_random(&random)};
    struct child child = child_start(write_batches, &job);
    for (uint32_t n = test_random_below(&random, 12); n > 0; n--)
      assert_true(child_hear(&child, &acked, sizeof acked));
    child_kill(&child, &random);
    while (child_hear(&child, &acked, sizeof acked))
      ;
    child_close(&child);
    if (held > acked) acked = held; // a round that began at 1 may have been killed before it got that far
    struct ledger ledger;
    assert_ok(ledger_open(&options, &ledger));
    uint64_t now = ledger_expect(&ledger, acked);
    assert_true(now >= held);
    unacknowledged += now > acked;
    held = acked;
    ledger_close(&ledger);
  }
  print_message("%d kills, %d commands, %d rounds left a batch committed but not acknowledged\n", ROUNDS,
                (int)acked, (int)unacknowledged);
  assert_true(acked > ROUNDS);
}

// A backup that store_backup called good, and what the store held by then.
struct saved {
  uint64_t number, head;
};

static const char *backup_path(const char *directory, uint64_t number)
{
  char name[32];
  snprintf(name, sizeof name, "backup-%d", (int)number);
  return test_path(directory, name);
}

static void write_backups(const void *context, int fd)
{
  const struct job *job = context;
  struct store_options options = options_for(test_path(job->directory, "live"));
  struct ledger ledger;
  child_must(ledger_open(&options, &ledger) == 0);
  for (struct saved saved = {.number = job->first}; saved.number < 100000; saved.number++) {
    child_must(ledger_batch(&ledger, journal_head(ledger.journal) + 1, 20) == 0);
    child_must(store_backup(ledger.store, backup_path(job->directory, saved.number), NULL) == 0);
    saved.head = journal_head(ledger.journal);
    child_say(fd, &saved, sizeof saved);
  }
}

static void expect_backup(const char *directory, const struct saved *saved)
{
  struct store_options options = options_for(backup_path(directory, saved->number));
  struct ledger copy;
  assert_ok(ledger_open(&options, &copy));
  assert_true(ledger_expect(&copy, saved->head) >= saved->head);
  ledger_close(&copy);
}

static void a_backup_is_good_or_missing(void **state)
{
  (void)state;
  uint64_t random = test_seed(), next = 0;
  const char *directory = test_dir();
  for (int round = 0; round < 10; round++) {
    struct job job = {directory, next, 0};
    struct child child = child_start(write_backups, &job);
    struct saved saved = {0};
    assert_true(child_hear(&child, &saved, sizeof saved));
    child_kill(&child, &random);
    do {
      expect_backup(directory, &saved);
    } while (child_hear(&child, &saved, sizeof saved));
    child_close(&child);
    saved.number++; // the one that was being made
    if (access(test_path(backup_path(directory, saved.number), "data.mdb"), F_OK) == 0)
      expect_backup(directory, &saved);
    next = saved.number + 1; // its directory is not empty: a new name
  }
}

#define BLOB 128

// What the vault's child has done for person `number`, durable when it is sent.
struct deed {
  uint64_t number;
  bool erased;
  uint64_t length;
  uint8_t blob[BLOB];
};

static void name_person(uint64_t number, char out[32])
{
  snprintf(out, 32, "person-%d", (int)number);
}

static void write_vault(const void *context, int fd)
{
  const struct job *job = context;
  struct vault *vault = NULL;
  struct arena *arena = NULL;
  child_must(vault_open(job->directory, false, &vault) == 0);
  child_must(arena_new(0, &arena) == 0);
  for (uint64_t number = job->first; number < 100000; number++) {
    char person[32];
    struct deed deed = {.number = number};
    name_person(number, person);
    arena_reset(arena);
    ProtobufCBinaryData sealed, plain = {strlen(person), (uint8_t *)person};
    child_must(vault_seal(vault, person, plain, arena, &sealed) == 0);
    child_must(sealed.len <= BLOB);
    child_must(vault_sync(vault) == 0);
    memcpy(deed.blob, sealed.data, sealed.len);
    deed.length = sealed.len;
    child_say(fd, &deed, sizeof deed);
    if (number % 3) continue;
    child_must(vault_erase(vault, person) == 0);
    child_must(vault_sync(vault) == 0);
    deed.erased = true;
    child_say(fd, &deed, sizeof deed);
  }
}

struct people {
  struct deed deeds[4096];
  uint64_t n;
};

static bool hear_deed(struct child *child, struct people *people)
{
  struct deed deed;
  if (!child_hear(child, &deed, sizeof deed)) return false;
  assert_true(deed.number < 4096 && deed.number <= people->n);
  people->deeds[deed.number] = deed;
  people->n = deed.number + 1;
  return true;
}

static void expect_people(const char *directory, struct people *people)
{
  struct vault *vault = NULL;
  struct arena *arena = NULL;
  assert_ok(vault_open(directory, false, &vault));
  assert_ok(arena_new(0, &arena));
  for (uint64_t i = 0; i < people->n; i++) {
    struct deed *deed = &people->deeds[i];
    char person[32];
    name_person(i, person);
    arena_reset(arena);
    ProtobufCBinaryData plain, sealed = {deed->length, deed->blob};
    int r = vault_open_sealed(vault, person, sealed, arena, &plain);
    // the last erasure may have been done and not been told
    if (r == -ENOKEY && i % 3 == 0 && i + 1 == people->n) deed->erased = true;
    assert_code(r, deed->erased ? -ENOKEY : 0);
    if (r == 0) assert_string_equal((const char *)plain.data, person);
  }
  arena_free(arena);
  vault_close(vault);
}

// Every third person is erased, which rewrites the vault's file and swaps it: the most delicate moment.
static void keys_and_erasures_survive(void **state)
{
  (void)state;
  const char *directory = test_dir();
  struct people *people = calloc(1, sizeof *people);
  uint64_t random = test_seed();
  assert_non_null(people);
  for (int round = 0; round < ROUNDS; round++) {
    struct job job = {directory, people->n, 0};
    struct child child = child_start(write_vault, &job);
    for (uint32_t n = 1 + test_random_below(&random, 6); n > 0; n--)
      assert_true(hear_deed(&child, people));
    child_kill(&child, &random);
    while (hear_deed(&child, people))
      ;
    child_close(&child);
    expect_people(directory, people);
  }
  print_message("%d kills, %d people\n", ROUNDS, (int)people->n);
  free(people);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(acknowledged_commands_survive),
      cmocka_unit_test(a_backup_is_good_or_missing),
      cmocka_unit_test(keys_and_erasures_survive),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
