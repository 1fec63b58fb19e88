// A client of one daemon: commands with retries under the same idempotency key, queries, pings, feed reading.
// Blocking calls with a deadline for tools; bus_follower for daemons. A socket that timed out is thrown away
// and made anew (a DEALER would deliver stale answers). No routing id is ever set. One thread at a time uses
// a client.
#pragma once
#include "common/bus/bus.h"

struct bus_client;
struct bus_client_options {
  const char *endpoint;
  const char *server_key; // Z85 public key of the daemon
  zcert_t *cert;          // own key pair; borrowed
  unsigned timeout_ms;    // a call as a whole; 0 = 10000
  unsigned retry_ms;      // one try; 0 = 2500
};
int bus_client_open(const struct bus_client_options *options, struct bus_client **ret);
struct bus_client *bus_client_close(struct bus_client *client);

struct bus_call {
  const char *type; // "registry.v1.DraftAgreement"
  bool query;
  const void *body;
  size_t length;
  const char *idem_key; // NULL = drawn
  const char *traceparent;
  uint64_t expect_rev;
  bool dry_run;
  const char *causation_id;
  const char *on_behalf_of; // only gateways may
};
// 0 with *ret in the arena (whatever its code); -ETIMEDOUT no answer in time (the outcome is unknown: call
// again with the same key); -EACCES the daemon does not list our key (told at once); -EMSGSIZE the call does
// not fit a message; -EBADMSG the answer cannot be read; other negative: system failure. Retries the same key
// with jittered back-off on silence, UNAVAILABLE and EXHAUSTED (after retry_after_ms). The command carries an
// expiry a little after the deadline, so that it cannot be executed long after the caller left.
int bus_client_call(struct bus_client *client, const struct bus_call *call, struct arena *arena,
                    Bus__Status **ret);
// -EACCES: the daemon answers but does not take this key.
int bus_client_ping(struct bus_client *client, struct arena *arena, Bus__Pong **ret);
// These have their outcome in (*ret)->status; a fetch waits its wait_ms on top of the deadline.
int bus_client_fetch(struct bus_client *client, const Bus__Fetch *fetch, struct arena *arena,
                     Bus__Batch **ret);
int bus_client_snapshot(struct bus_client *client, const Bus__SnapRequest *request, struct arena *arena,
                        Bus__SnapPage **ret);
int bus_client_ack(struct bus_client *client, const Bus__Ack *ack, struct arena *arena, Bus__Status **ret);

// Many commands in flight on one connection, for imports and benchmarks: answers come back through done, in
// any order. Each has the deadline and the retries of a call. next may be asked for as many as are in flight
// before the first done. 0 once each command was told to done; negative as for a call: what done has not told
// is unknown.
typedef void bus_done(void *context, size_t index,
                      const Bus__Status *status); // status NULL = no answer in time
typedef bool bus_next(void *context, size_t index, struct arena *arena,
                      struct bus_call *ret); // false = no more
int bus_client_pipeline(struct bus_client *client, unsigned in_flight, bus_next *next, bus_done *done,
                        void *context);
