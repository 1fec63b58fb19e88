// Authentication of CURVE keys: a ZAP thread of our own (czmq's zauth must not be used: bus-and-store C2, C5,
// C6). It retries EINTR and aborts the process on any other exit: without a handler libzmq would accept every
// key. (The end of the whole context is the one exception: no handshake can follow it.) The answer's User-Id
// is the principal's name. Replace the key list at any time; live connections of a removed key are refused
// per message by the server, which asks its principals table each time.
#pragma once
#include <stddef.h>

struct zap;
struct zap_entry {
  char key[41]; // Z85
  const char *name;
};
// Binds inproc://zeromq.zap.01 and starts the thread. Once per process, before any other bind.
int zap_start(struct zap **ret);
// Signals: the thread inherits the caller's mask, so a daemon blocks its signals first; handlers that run in
// it all the same do no harm.
void zap_set(struct zap *zap, const struct zap_entry *entries, size_t n); // copies; names below 128 bytes
struct zap *zap_stop(struct zap *zap);
