// A closed-loop load of small durable writes from n clients, each on a connection of its own: the next one is
// sent when the last was answered. The same payload goes to every kind of server.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct load {
  enum load_kind { LOAD_DIVISION, LOAD_INSTITUTION } kind;
  const char *endpoint; // ipc:///... for jiedui, http://127.0.0.1:port for etcd, path of the socket for redis
  const char *cert;     // jiedui: own key file
  const char *server_key; // jiedui: file with the server's public key
  unsigned clients;       // writes under way
  unsigned connections;   // that they share; etcd's HTTP/1.1 takes one for each client
  unsigned seconds;
  uint64_t first; // number of the first record: runs against one server must not overlap
};

struct samples {
  uint32_t *us; // latency of each write that was answered
  size_t n, room;
  uint64_t refused; // answered with anything but success
  uint64_t began_us, ended_us;
};
uint64_t load_now_us(void); // monotonic
void samples_add(struct samples *samples, uint64_t began_us);
void samples_print(const struct samples *samples); // "rate p50_us p99_us refused"

// What is written as record n. For the peers the bytes are a value under the key; for jiedui they are the
// command: LOAD_DIVISION     one row, no indexes: a division of some 17,000 is given another name
// LOAD_INSTITUTION  a new school: its codes and bureau are looked up, ten index entries are made
#define PAYLOAD_MAX 1024
struct payload {
  char key[32];
  const char *method; // "registry.v1.ImportDivisions"
  uint8_t bytes[PAYLOAD_MAX];
  size_t length;
};
void payload_make(enum load_kind kind, uint64_t n, struct payload *ret);

// 0, or negative after a message on standard error.
int load_jiedui(const struct load *load, struct samples *samples);
int load_etcd(const struct load *load, struct samples *samples);
int load_redis(const struct load *load, struct samples *samples);
