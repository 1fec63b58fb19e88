// A CURVE client made by hand from sockets and libsodium (RFC 23, 25, 26): it can send what libzmq never
// would, such as frames of a message that never ends, and stop anywhere in the handshake.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rawcurve {
  int fd;
  uint8_t own_public[32], own_secret[32], server[32]; // long-term
  uint8_t short_public[32], short_secret[32], server_short[32];
  uint8_t shared[32]; // of the short-term keys
  uint64_t nonce;
};
enum rawcurve_stage { RAW_CONNECTED, RAW_GREETED, RAW_HELLO, RAW_READY };

// Connects to 127.0.0.1:port and goes on up to the stage. False if the server ends it before.
bool rawcurve_open(struct rawcurve *raw, int port, enum rawcurve_stage stage);
void rawcurve_close(struct rawcurve *raw);
// One frame of a message inside the tunnel; more = the message goes on. False when the connection has ended.
bool rawcurve_send(struct rawcurve *raw, const void *data, size_t length, bool more);
bool rawcurve_write(struct rawcurve *raw, const void *data, size_t length); // bytes as they are
// Opens one message frame of the server; its length, or -1.
long rawcurve_receive(struct rawcurve *raw, uint8_t *out, size_t size, bool *ret_more);
