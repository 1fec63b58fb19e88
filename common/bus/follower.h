// A long-poll follower of another daemon's feed, driven by the owner's poll loop: no thread, no blocking.
// The owner keeps the cursor (in the same transaction as the effects) and tells it at start and after each
// batch. One fetch is outstanding. It is asked again on a fresh socket when the connection ends or the answer
// is overdue by five seconds; an answer to an earlier fetch is thrown away. So batches come in order, without
// gap or repetition.
#pragma once
#include "common/bus/bus.h"

struct bus_follower;
struct bus_follower_options {
  const char *area;
  const char *endpoint;
  const char *server_key;
  zcert_t *cert;         // borrowed
  uint64_t epoch, after; // cursor
  uint32_t wait_ms;      // how long the server may hold a fetch; 0 = 20000
  uint32_t overdue_ms;   // how much later a fetch counts as lost; 0 = 5000
};
int bus_follower_open(const struct bus_follower_options *options, struct bus_follower **ret);
struct bus_follower *bus_follower_close(struct bus_follower *follower);
void *bus_follower_socket(struct bus_follower *follower); // changes after a reconnect: ask before each poll
// When the follower next wants a turn although nothing arrived (a look at its connection, retry of a lost
// fetch), monotonic microseconds.
int64_t bus_follower_wake_us(const struct bus_follower *follower);

enum bus_follow { FOLLOW_NOTHING, FOLLOW_BATCH, FOLLOW_EPOCH, FOLLOW_TRIMMED, FOLLOW_DENIED };
// Takes what has arrived and re-sends a fetch that was lost. FOLLOW_BATCH: *ret is in the arena; the next
// fetch is sent by bus_follower_advance. FOLLOW_EPOCH and FOLLOW_TRIMMED: the cursor is of no use, a resync
// is needed; *ret tells epoch, first and head. After these and FOLLOW_DENIED it asks again some seconds
// later, or at once when advanced. It logs follow_connected, follow_lost and follow_denied when that changes.
enum bus_follow bus_follower_turn(struct bus_follower *follower, struct arena *arena, Bus__Batch **ret);
void bus_follower_advance(struct bus_follower *follower, uint64_t epoch, uint64_t after);
void bus_follower_status(const struct bus_follower *follower, bool *ret_connected, uint64_t *ret_head);
