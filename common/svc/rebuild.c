// --rebuild: clears the daemon's own tables and applies its whole journal to them, then compares. Equal
// digests prove that the journal alone holds the state; different ones name the table. Runs without the bus.
#include "common/svc/internal.h"

#include "common/base/clock.h"
#include "common/base/pb.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { EVENTS_A_COMMIT = 1000, TABLES_MAX = 64 };

struct digests {
  struct store_txn *txn;
  const char *names[TABLES_MAX];
  uint8_t values[TABLES_MAX][32];
  size_t n;
  int error;
};

static void digest_one(void *context, const struct table *table)
{
  struct digests *digests = context;
  CHECK(digests->n < TABLES_MAX);
  digests->names[digests->n] = table_definition(table)->name;
  int r = table_digest(digests->txn, table, digests->values[digests->n++]);
  if (r < 0) digests->error = r;
}

static int digest_all(struct svc *svc, struct digests *ret)
{
  memset(ret, 0, sizeof *ret);
  int r = store_begin(svc->store, false, &ret->txn);
  if (r < 0) return r;
  svc->service->tables(svc->state, digest_one, ret);
  store_abort(&ret->txn);
  return ret->error;
}

static void clear_one(void *context, const struct table *table)
{
  struct digests *digests = context;
  int r = table_clear(digests->txn, table);
  if (r < 0) digests->error = r;
}

static int clear_all(struct svc *svc)
{
  struct digests clearing = {0};
  int r = store_begin(svc->store, true, &clearing.txn);
  if (r < 0) return r;
  r = value_put(clearing.txn, svc->keep, "rebuilding", 1);
  svc->service->tables(svc->state, clear_one, &clearing);
  if (r == 0) r = clearing.error;
  if (r < 0) {
    store_abort(&clearing.txn);
    return r;
  }
  return store_commit(&clearing.txn);
}

struct replay {
  struct svc *svc;
  struct store_txn *txn;
  uint64_t seq;
  unsigned events;
};

static int replay_row(void *context, uint64_t seq, const void *packed, size_t length)
{
  struct replay *replay = context;
  struct svc *svc = replay->svc;
  arena_reset(svc->decode);
  Bus__Event *event = bus__event__unpack(arena_allocator(svc->decode), length, packed);
  const char *name = event ? bind_method(event->type, svc->service->area) : NULL;
  const struct binding *binding = name ? bind_find(&svc->events, name) : NULL;
  if (!binding) return -EBADMSG;
  ProtobufCMessage *message = protobuf_c_message_unpack(binding->input, arena_allocator(svc->decode),
                                                        event->data.len, event->data.data);
  if (!message) return -EBADMSG;
  int r = binding->event->apply(svc->state, replay->txn, message);
  if (r < 0) return r;
  replay->seq = seq;
  return ++replay->events == EVENTS_A_COMMIT;
}

static int replay_all(struct svc *svc, uint64_t *ret_events)
{
  struct replay replay = {.svc = svc};
  uint64_t head = journal_head(svc->journal);
  while (replay.seq < head) {
    replay.events = 0;
    int r = store_begin(svc->store, true, &replay.txn);
    if (r < 0) return r;
    r = journal_read(replay.txn, svc->journal, replay.seq, replay_row, &replay);
    if (r >= 0 && replay.events == 0) r = -EBADMSG; // the rows end before the head
    if (r < 0) {
      fprintf(stderr, "event %" PRIu64 ": %s\n", replay.seq + 1, strerror(-r));
      store_abort(&replay.txn);
      return r;
    }
    r = store_commit(&replay.txn);
    if (r < 0) return r;
    *ret_events += replay.events;
  }
  return 0;
}

// Apart from the replay, which has nothing to do for an empty journal.
static int mark_rebuilt(struct svc *svc)
{
  struct store_txn *txn = NULL;
  int r = store_begin(svc->store, true, &txn);
  if (r < 0) return r;
  (void)value_put(txn, svc->keep, "rebuilding", 0); // its error is the commit's
  return store_commit(&txn);
}

int rebuild_run(struct svc *svc)
{
  struct digests before, after;
  if (journal_first(svc->journal) != 1) {
    fprintf(stderr, "the journal was trimmed: restore from a backup or take a snapshot instead\n");
    return -EINVAL;
  }
  uint64_t events = 0;
  int r = digest_all(svc, &before);
  if (r == 0) r = clear_all(svc);
  int64_t began = clock_monotonic_us();
  if (r == 0) r = replay_all(svc, &events);
  int64_t took = MAX(clock_monotonic_us() - began, 1);
  if (r == 0) r = mark_rebuilt(svc);
  if (r == 0) r = digest_all(svc, &after);
  if (r < 0) return r;
  bool equal = true;
  for (size_t i = 0; i < after.n; i++) {
    bool same = memcmp(before.values[i], after.values[i], 32) == 0;
    equal &= same;
    printf("%-14s ", after.names[i]);
    for (size_t k = 0; k < 8; k++)
      printf("%02x", after.values[i][k]);
    printf("  %s\n", same ? "equal" : "DIFFERENT");
  }
  printf("%" PRIu64 " events applied, %.0f events/s\n", events, (double)events * 1e6 / (double)took);
  printf("tables %s\n", equal ? "equal" : "were different and are now the journal's");
  return equal ? 0 : 1;
}
