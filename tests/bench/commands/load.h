// A closed-loop load of small durable writes from n clients, each on a connection of its own: the next one is
// sent when the last was answered. The same payload goes to every kind of server.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct load {
  const char *endpoint; // ipc:///... for jiedui, http://127.0.0.1:port for etcd, path of the socket for redis
  const char *cert;     // jiedui: own key file
  const char *server_key; // jiedui: file with the server's public key
  unsigned clients;
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

#define PAYLOAD_MAX 1024
// Packs the RegisterInstitution command of record n; returns its length.
size_t payload_write(uint64_t n, uint8_t bytes[PAYLOAD_MAX]);

// 0, or negative after a message on standard error.
int load_jiedui(const struct load *load, struct samples *samples);
int load_etcd(const struct load *load, struct samples *samples);
int load_redis(const struct load *load, struct samples *samples);
