// The load against a jiedui daemon: commands over CURVE, one DEALER a client.
#include "common/base/uuid7.h"
#include "common/bus/bus.h"
#include "tests/bench/commands/load.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STUCK_MS 10000

struct peer {
  void *socket;
  uint64_t sent_us;
};

static void *peer_connect(void *context, const struct load *load, zcert_t *cert, const char *server_key)
{
  int linger = 0;
  void *socket = zmq_socket(context, ZMQ_DEALER);
  if (!socket) return NULL;
  zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
  zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_key, strlen(server_key) + 1);
  zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, zcert_public_key(cert), 32);
  zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, zcert_secret_key(cert), 32);
  if (zmq_connect(socket, load->endpoint) < 0) {
    zmq_close(socket);
    return NULL;
  }
  return socket;
}

static int peer_send(struct peer *peer, uint64_t n)
{
  uint8_t body[PAYLOAD_MAX], header_bytes[256];
  uint8_t id[16], random[10];
  char type[] = "registry.v1.RegisterInstitution";
  size_t length = payload_write(n, body);
  Bus__Header header = BUS__HEADER__INIT;

  randombytes_buf(random, sizeof random);
  uuid7_make((uint64_t)zclock_time(), random, id);
  header.msg_id.data = id;
  header.msg_id.len = sizeof id;
  header.type = type;
  header.time_us = (uint64_t)zclock_usecs();
  size_t header_length = bus__header__pack(&header, header_bytes);
  peer->sent_us = load_now_us();
  if (zmq_send(peer->socket, bus_kind_words[BUS_COMMAND], BUS_KIND_SIZE, ZMQ_SNDMORE) < 0 ||
      zmq_send(peer->socket, header_bytes, header_length, ZMQ_SNDMORE) < 0 ||
      zmq_send(peer->socket, body, length, 0) < 0)
    return -errno;
  return 0;
}

// Takes one reply. 1 = success, 0 = refused, negative = nothing readable.
static int peer_receive(struct peer *peer)
{
  char kind[BUS_KIND_SIZE];
  uint8_t id[64], reply[16384];
  if (zmq_recv(peer->socket, kind, sizeof kind, 0) != BUS_KIND_SIZE ||
      zmq_recv(peer->socket, id, sizeof id, 0) < 0)
    return -EPROTO;
  int length = zmq_recv(peer->socket, reply, sizeof reply, 0);
  if (length < 0 || (size_t)length > sizeof reply ||
      memcmp(kind, bus_kind_words[BUS_REPLY], sizeof kind) != 0)
    return -EPROTO;
  Bus__Status *status = bus__status__unpack(NULL, (size_t)length, reply);
  if (!status) return -EPROTO;
  int ok = status->code == BUS__CODE__CODE_OK;
  if (!ok) fprintf(stderr, "refused: %s %s\n", status->reason, status->message_en);
  bus__status__free_unpacked(status, NULL);
  return ok;
}

// One write a peer before the clock starts: connections and handshakes are not measured.
static int warm_up(struct peer *peers, const struct load *load, uint64_t *n)
{
  for (unsigned i = 0; i < load->clients; i++)
    if (peer_send(&peers[i], (*n)++) < 0) return -EIO;
  for (unsigned i = 0; i < load->clients; i++) {
    zmq_pollitem_t item = {.socket = peers[i].socket, .events = ZMQ_POLLIN};
    if (zmq_poll(&item, 1, STUCK_MS) <= 0 || peer_receive(&peers[i]) <= 0) {
      fprintf(stderr, "no success from %s: is the key listed, are divisions and bureaus there?\n",
              load->endpoint);
      return -EPROTO;
    }
  }
  return 0;
}

static int measure(struct peer *peers, const struct load *load, uint64_t n, struct samples *samples)
{
  zmq_pollitem_t *items = calloc(load->clients, sizeof *items);
  if (!items) return -ENOMEM;
  samples->began_us = load_now_us();
  uint64_t end = samples->began_us + load->seconds * UINT64_C(1000000);
  int error = 0;
  for (unsigned i = 0; i < load->clients && error == 0; i++) {
    items[i] = (zmq_pollitem_t){.socket = peers[i].socket, .events = ZMQ_POLLIN};
    error = peer_send(&peers[i], n++);
  }
  unsigned open = load->clients;
  while (open > 0 && error == 0) {
    if (zmq_poll(items, (int)load->clients, STUCK_MS) <= 0) {
      fprintf(stderr, "no answer for %d ms, %u writes open\n", STUCK_MS, open);
      error = -ETIMEDOUT;
    }
    for (unsigned i = 0; i < load->clients && error == 0; i++) {
      if (!(items[i].revents & ZMQ_POLLIN)) continue;
      int answer = peer_receive(&peers[i]);
      if (answer < 0) {
        error = answer;
        break;
      }
      samples_add(samples, peers[i].sent_us);
      samples->refused += answer == 0;
      if (load_now_us() < end)
        error = peer_send(&peers[i], n++);
      else
        open--;
    }
  }
  samples->ended_us = load_now_us();
  free(items);
  return error;
}

int load_jiedui(const struct load *load, struct samples *samples)
{
  int error = -EINVAL;
  zcert_t *cert = zcert_load(load->cert), *server = zcert_load(load->server_key);
  void *context = zmq_ctx_new();
  struct peer *peers = calloc(load->clients, sizeof *peers);
  uint64_t n = load->first;
  if (cert && server && context && peers) {
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, 1023);
    error = 0;
    for (unsigned i = 0; i < load->clients && error == 0; i++)
      if (!(peers[i].socket = peer_connect(context, load, cert, zcert_public_txt(server)))) error = -errno;
    if (error == 0) error = warm_up(peers, load, &n);
    if (error == 0) error = measure(peers, load, n, samples);
  } else {
    fprintf(stderr, "cannot read %s or %s\n", load->cert, load->server_key);
  }
  for (unsigned i = 0; peers && i < load->clients; i++)
    if (peers[i].socket) zmq_close(peers[i].socket);
  free(peers);
  if (context) zmq_ctx_term(context);
  zcert_destroy(&cert);
  zcert_destroy(&server);
  return error;
}
