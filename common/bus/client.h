// A client of one daemon: commands with retries under the same idempotency key, queries, pings, feed reading.
// Blocking calls with a deadline for tools; bus_follower for daemons. A socket that timed out is thrown away and made
// anew (a DEALER would deliver stale answers). No routing id is ever set.
#pragma once
#include "common/bus/bus.h"

struct bus_client;
struct bus_client_options {
  const char *endpoint;
  const char *server_key;    // Z85 public key of the daemon
  zcert_t *cert;             // own key pair; borrowed
  unsigned timeout_ms;       // a call as a whole; 0 = 10000
  unsigned retry_ms;         // one try; 0 = 2500
};
int bus_client_open(const struct bus_client_options *options, struct bus_client **ret);
struct bus_client *bus_client_close(struct bus_client *client);

struct bus_call {
  const char *type;          // "registry.v1.DraftAgreement"
  bool query;
  const void *body;
  size_t length;
  const char *idem_key;      // NULL = drawn
  const char *traceparent;
  uint64_t expect_rev;
  bool dry_run;
  const char *causation_id;
};
// 0 with *ret in the arena (whatever its code); -ETIMEDOUT no answer in time; other negative: system failure.
// Retries the same key with jittered back-off on silence, UNAVAILABLE and EXHAUSTED (after retry_after_ms).
int bus_client_call(struct bus_client *client, const struct bus_call *call, struct arena *arena, Bus__Status **ret);
int bus_client_ping(struct bus_client *client, struct arena *arena, Bus__Pong **ret);
int bus_client_fetch(struct bus_client *client, const Bus__Fetch *fetch, struct arena *arena, Bus__Batch **ret);

// Many commands in flight on one connection, for imports and benchmarks: answers come back through done, in any order.
typedef void bus_done(void *context, size_t index, const Bus__Status *status); // status NULL = no answer in time
typedef bool bus_next(void *context, size_t index, struct arena *arena, struct bus_call *ret); // false = no more
int bus_client_pipeline(struct bus_client *client, unsigned in_flight, bus_next *next, bus_done *done, void *context);
