#include "tests/model/registry/replay.h"
#include "tests/lib/testlib.h"
#include <stdlib.h>

void replay_keep(struct replay *replay, const struct decision *decision)
{
  for (const struct decided_event *event = decision->first; event; event = event->next) {
    replay->events = realloc(replay->events, (replay->n + 1) * sizeof *replay->events);
    assert_non_null(replay->events);
    struct replay_event *kept = &replay->events[replay->n++];
    kept->type = event->data->descriptor;
    kept->length = protobuf_c_message_get_packed_size(event->data);
    kept->bytes = malloc(kept->length + 1);
    assert_non_null(kept->bytes);
    protobuf_c_message_pack(event->data, kept->bytes);
  }
}

struct digests {
  struct store_txn *txn;
  uint8_t values[64][32];
  size_t n;
};
static void digest(void *context, const struct table *table)
{
  struct digests *digests = context;
  assert_true(digests->n < 64);
  assert_ok(table_digest(digests->txn, table, digests->values[digests->n++]));
}

void replay_compare(const struct replay *replay, struct world *live, void (*prepare)(struct world *world))
{
  struct world *again = world_new();
  struct digests before = {.txn = live->txn}, after = {.txn = again->txn};
  prepare(again);
  for (size_t i = 0; i < replay->n; i++) {
    const struct replay_event *event = &replay->events[i];
    ProtobufCMessage *message = protobuf_c_message_unpack(event->type, NULL, event->length, event->bytes);
    assert_non_null(message);
    assert_ok(directory_apply(again->directory, again->txn, event->type->short_name, message));
    protobuf_c_message_free_unpacked(message, NULL);
  }
  directory_tables(live->directory, digest, &before);
  directory_tables(again->directory, digest, &after);
  assert_true(before.n > 6); // the records and their histories
  assert_int_equal(before.n, after.n);
  for (size_t i = 0; i < before.n; i++)
    assert_memory_equal(before.values[i], after.values[i], 32);
  world_free(again);
}

void replay_free(struct replay *replay)
{
  for (size_t i = 0; i < replay->n; i++)
    free(replay->events[i].bytes);
  free(replay->events);
  *replay = (struct replay){0};
}
