// The load against a jiedui daemon: commands over CURVE. Clients share connections as the users of a portal
// do; an answer finds its client through the message id, which carries the client's number.
#include "common/base/uuid7.h"
#include "common/bus/bus.h"
#include "tests/bench/commands/load.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STUCK_MS 10000

struct fleet {
  const struct load *load;
  struct samples *samples;
  void **sockets; // load->connections
  zmq_pollitem_t *items;
  uint64_t *sent_us; // of each client
  uint64_t next, end_us;
  unsigned open;
};

static void *connect_one(void *context, const struct load *load, zcert_t *cert, const char *server_key)
{
  int linger = 0;
  void *socket = zmq_socket(context, ZMQ_DEALER);
  if (!socket) return NULL;
  zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
  zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_key, strlen(server_key) + 1);
  zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, zcert_public_key(cert), 32);
  zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, zcert_secret_key(cert), 32);
  if (zmq_connect(socket, load->endpoint) == 0) return socket;
  zmq_close(socket);
  return NULL;
}

static int send_one(struct fleet *fleet, unsigned client)
{
  struct payload payload;
  uint8_t header_bytes[256], id[16], random[10];
  Bus__Header header = BUS__HEADER__INIT;
  void *socket = fleet->sockets[client % fleet->load->connections];

  randombytes_buf(random, sizeof random);
  memcpy(random + sizeof random - sizeof client, &client, sizeof client);
  uuid7_make((uint64_t)zclock_time(), random, id);
  payload_make(fleet->load->kind, fleet->next++, &payload);
  header.msg_id.data = id;
  header.msg_id.len = sizeof id;
  header.type = (char *)payload.method;
  header.time_us = (uint64_t)zclock_usecs();
  size_t header_length = bus__header__pack(&header, header_bytes);
  fleet->sent_us[client] = load_now_us();
  if (zmq_send(socket, bus_kind_words[BUS_COMMAND], BUS_KIND_SIZE, ZMQ_SNDMORE) < 0 ||
      zmq_send(socket, header_bytes, header_length, ZMQ_SNDMORE) < 0 ||
      zmq_send(socket, payload.bytes, payload.length, 0) < 0)
    return -errno;
  return 0;
}

static int read_status(const uint8_t *bytes, size_t length)
{
  Bus__Status *status = bus__status__unpack(NULL, length, bytes);
  if (!status) return -EPROTO;
  int ok = status->code == BUS__CODE__CODE_OK;
  if (!ok) fprintf(stderr, "refused: %s %s\n", status->reason, status->message_en);
  bus__status__free_unpacked(status, NULL);
  return ok;
}

// Takes one reply that is there: 1 = success, 0 = refused, -EAGAIN = nothing there, else unreadable.
static int receive_one(struct fleet *fleet, void *socket, unsigned *ret_client)
{
  char kind[BUS_KIND_SIZE];
  uint8_t id[16], reply[16384];
  if (zmq_recv(socket, kind, sizeof kind, ZMQ_DONTWAIT) != BUS_KIND_SIZE)
    return errno == EAGAIN ? -EAGAIN : -EPROTO;
  if (zmq_recv(socket, id, sizeof id, 0) != sizeof id) return -EPROTO;
  int length = zmq_recv(socket, reply, sizeof reply, 0);
  memcpy(ret_client, id + sizeof id - sizeof *ret_client, sizeof *ret_client);
  if (length < 0 || (size_t)length > sizeof reply || *ret_client >= fleet->load->clients ||
      memcmp(kind, bus_kind_words[BUS_REPLY], sizeof kind) != 0)
    return -EPROTO;
  return read_status(reply, (size_t)length);
}

// All replies of one connection; each client sends anew until the time is over.
static int serve(struct fleet *fleet, void *socket)
{
  for (;;) {
    unsigned client = 0;
    int answer = receive_one(fleet, socket, &client);
    if (answer == -EAGAIN) return 0;
    if (answer < 0) return answer;
    samples_add(fleet->samples, fleet->sent_us[client]);
    fleet->samples->refused += answer == 0;
    int error = 0;
    if (load_now_us() < fleet->end_us)
      error = send_one(fleet, client);
    else
      fleet->open--;
    if (error < 0) return error;
  }
}

static int run(struct fleet *fleet, uint64_t seconds)
{
  const struct load *load = fleet->load;
  int error = 0;
  fleet->samples->began_us = load_now_us();
  fleet->end_us = fleet->samples->began_us + seconds * 1000000;
  fleet->open = load->clients;
  for (unsigned i = 0; i < load->clients && error == 0; i++)
    error = send_one(fleet, i);
  while (fleet->open > 0 && error == 0) {
    if (zmq_poll(fleet->items, (int)load->connections, STUCK_MS) <= 0) {
      fprintf(stderr, "no answer from %s: is the key listed?\n", load->endpoint);
      return -ETIMEDOUT;
    }
    for (unsigned i = 0; i < load->connections && error == 0; i++)
      if (fleet->items[i].revents & ZMQ_POLLIN) error = serve(fleet, fleet->sockets[i]);
  }
  fleet->samples->ended_us = load_now_us();
  return error;
}

// One write of each client before the clock starts: connections and handshakes are not measured.
static int warm_up_and_run(struct fleet *fleet)
{
  struct samples *samples = fleet->samples;
  int error = run(fleet, 0);
  if (error < 0) return error;
  samples->n = 0;
  return run(fleet, fleet->load->seconds);
}

int load_jiedui(const struct load *load, struct samples *samples)
{
  int error = 0;
  zcert_t *cert = zcert_load(load->cert), *server = zcert_load(load->server_key);
  void *context = zmq_ctx_new();
  struct fleet fleet = {.load = load,
                        .samples = samples,
                        .sockets = calloc(load->connections, sizeof(void *)),
                        .items = calloc(load->connections, sizeof(zmq_pollitem_t)),
                        .sent_us = calloc(load->clients, sizeof(uint64_t)),
                        .next = load->first};
  if (!cert || !server || !context || !fleet.sockets || !fleet.items || !fleet.sent_us) {
    fprintf(stderr, "cannot read %s or %s\n", load->cert, load->server_key);
    error = -EINVAL;
  }
  for (unsigned i = 0; i < load->connections && error == 0; i++) {
    fleet.sockets[i] = connect_one(context, load, cert, zcert_public_txt(server));
    fleet.items[i] = (zmq_pollitem_t){.socket = fleet.sockets[i], .events = ZMQ_POLLIN};
    if (!fleet.sockets[i]) error = -errno;
  }
  if (error == 0) error = warm_up_and_run(&fleet);
  for (unsigned i = 0; fleet.sockets && i < load->connections; i++)
    if (fleet.sockets[i]) zmq_close(fleet.sockets[i]);
  free(fleet.sockets);
  free(fleet.items);
  free(fleet.sent_us);
  if (context) zmq_ctx_term(context);
  zcert_destroy(&cert);
  zcert_destroy(&server);
  return error;
}
