// Words of the wire protocol that both sides share. The normative text is proto/README.md.
// Every message: [address stack 1..4 frames] [kind: 4 bytes] [frame A] [frame B], exactly that count.
#pragma once
#include "common/base/arena.h"
#include "proto/envelope.pb-c.h"
#include <czmq.h>

#define BUS_KIND_SIZE       4
#define BUS_HEADER_MAX      4096
#define BUS_BODY_MAX        (256 * 1024)
#define BUS_CORRELATION_MAX 16
#define BUS_ADDRESS_MAX     4 // frames of an address stack
#define BUS_FRAMES_MAX      8
#define BUS_DOMAIN          "jiedui"

enum bus_kind {
  BUS_COMMAND,  // JD1C  Header, body        ->
  BUS_QUERY,    // JD1Q  Header, body        ->
  BUS_REPLY,    // JD1R  msg_id, Status      <-
  BUS_FETCH,    // JD1F  correlation, Fetch  ->
  BUS_BATCH,    // JD1B  correlation, Batch  <-
  BUS_ACK,      // JD1A  correlation, Ack    -> answered by JD1R
  BUS_SNAPSHOT, // JD1S  correlation, SnapRequest -> ; correlation, SnapPage <-
  BUS_PING,     // JD1P  correlation, empty  -> ; correlation, Pong <-
  BUS_KINDS
};
extern const char *const bus_kind_words[BUS_KINDS]; // "JD1C" ...
int bus_kind_of(const void *bytes, size_t length);  // -1 unknown

// The process's one ZeroMQ context, made at the first call: czmq installs no signal handlers and takes
// nothing from ZSYS_* variables. A daemon calls it (through zap_start) with its signals blocked, so that
// libzmq's threads never run a handler.
void *bus_context(void);
