// The ROUTER of a daemon: frames in, frames out; knows nothing of commands.
// Invariants: CURVE with an enforced ZAP domain that is read back (start fails otherwise); MANDATORY sends
// that never block (a reply that finds no peer is dropped and counted: the client retries with the same key);
// identity comes from the User-Id of a frame after the first (bus-and-store Z1), empty means denied; bounded
// message size and depth.
#pragma once
#include "common/bus/bus.h"

struct bus_server;
struct bus_message {
  zmsg_t *address; // owned; sent back with the answer
  enum bus_kind kind;
  char principal[128]; // "" = none: refuse
  zframe_t *a, *b;     // owned
};
enum bus_fault { BUS_FINE, BUS_NOTHING, BUS_FRAMES, BUS_SIZE, BUS_KIND, BUS_PRINCIPAL };

struct bus_server_options {
  const char *endpoints; // blank-separated; ipc:// paths are for the owner; for the group too with umask 007
  zcert_t *cert;         // own key pair
};
// Directories of ipc endpoints are made with mode 0700. An ipc endpoint that somebody listens on already is
// refused (libzmq would take it over silently). Negative with *why (static text) on refusal.
int bus_server_open(const struct bus_server_options *options, struct bus_server **ret, const char **why);
struct bus_server *bus_server_close(struct bus_server *server);
void *bus_server_socket(struct bus_server *server);   // resolved zmq socket, for zmq_poll
int bus_server_fd(struct bus_server *server);         // ZMQ_FD, for waits below a millisecond
char *bus_server_endpoint(struct bus_server *server); // last bound, with the real port; owned by the server

// Next message without waiting. BUS_NOTHING if there is none. Faults with a usable address and correlation
// are left in *message so that the caller can answer them; kind is BUS_KINDS where it was not readable, a and
// b may be NULL. The caller counts and answers faults; failed handshakes are counted and logged here. With
// BUS_FINE: frame A of commands and queries is 1..4096 bytes, of the other kinds 1..16; frame B at most 256
// KiB.
enum bus_fault bus_server_receive(struct bus_server *server, struct bus_message *message);
void bus_message_clear(struct bus_message *message);

// Answers: consumes *address. Drops (counting METRIC_reply_drops) when the peer is gone or full; never
// blocks.
struct bus_bytes {
  const void *data;
  size_t length;
};
void bus_server_send(struct bus_server *server, zmsg_t **address, enum bus_kind kind, struct bus_bytes a,
                     struct bus_bytes b);
#define bus_server_reply(server, address, kind, a, a_length, b, b_length)                                    \
  bus_server_send((server), (address), (kind), (struct bus_bytes){(a), (a_length)},                          \
                  (struct bus_bytes){(b), (b_length)})
