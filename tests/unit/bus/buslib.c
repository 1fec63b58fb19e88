#include "tests/unit/bus/buslib.h"
#include "common/base/clock.h"
#include "common/obs/metric.h"
#include <errno.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

zcert_t *server_cert, *clerk_cert, *gate_cert, *stranger_cert;
struct zap *zap;

int buslib_keys(void **state)
{
  (void)state;
  bus_context();
  server_cert = zcert_new();
  clerk_cert = zcert_new();
  gate_cert = zcert_new();
  stranger_cert = zcert_new();
  return server_cert && clerk_cert && gate_cert && stranger_cert ? 0 : -1;
}

void buslib_list_all(void)
{
  struct zap_entry entries[2] = {{.name = "clerk"}, {.name = "gate"}};
  memcpy(entries[0].key, zcert_public_txt(clerk_cert), sizeof(entries[0].key));
  memcpy(entries[1].key, zcert_public_txt(gate_cert), sizeof(entries[1].key));
  zap_set(zap, entries, 2);
}

int buslib_setup(void **state)
{
  if (buslib_keys(state) < 0 || zap_start(&zap) < 0) return -1;
  buslib_list_all();
  return 0;
}

int buslib_teardown(void **state)
{
  (void)state;
  zap = zap_stop(zap);
  zcert_destroy(&server_cert);
  zcert_destroy(&clerk_cert);
  zcert_destroy(&gate_cert);
  zcert_destroy(&stranger_cert);
  return 0;
}

const char *buslib_ipc(void)
{
  char text[256];
  snprintf(text, sizeof(text), "ipc://%s", test_dir());
  return test_path(text, "s");
}

// ---- servers

static void take_all(struct served *served, struct bus_server *server)
{
  struct bus_message message;
  enum bus_fault fault;
  while ((fault = bus_server_receive(server, &message)) != BUS_NOTHING) {
    served->handle(served->context, server, &message, fault);
    bus_message_clear(&message);
  }
}

static void *serve(void *argument)
{
  struct served *served = argument;
  struct bus_server *server = NULL;
  const char *why = "";
  struct bus_server_options options = {.endpoints = served->endpoint, .cert = server_cert};
  int r = bus_server_open(&options, &server, &why);
  if (r < 0) {
    fprintf(stderr, "server: %d %s\n", r, why);
    abort();
  }
  snprintf(served->endpoint, sizeof(served->endpoint), "%s", bus_server_endpoint(server));
  sem_post(&served->bound);
  for (;;) {
    zmq_pollitem_t items[] = {{.socket = bus_server_socket(server), .events = ZMQ_POLLIN},
                              {.fd = served->stop_fd, .events = ZMQ_POLLIN}};
    if (zmq_poll(items, 2, 200) < 0 && errno != EINTR) abort();
    if (items[1].revents) break;
    take_all(served, server);
  }
  bus_server_close(server);
  return NULL;
}

void served_start(struct served *served, const char *endpoint, buslib_handle *handle, void *context)
{
  *served = (struct served){.handle = handle, .context = context, .stop_fd = eventfd(0, EFD_CLOEXEC)};
  snprintf(served->endpoint, sizeof(served->endpoint), "%s", endpoint);
  sem_init(&served->bound, 0, 0);
  assert_int_equal(pthread_create(&served->thread, NULL, serve, served), 0);
  while (sem_wait(&served->bound) < 0)
    assert_int_equal(errno, EINTR);
}

void served_stop(struct served *served)
{
  assert_int_equal(eventfd_write(served->stop_fd, 1), 0);
  pthread_join(served->thread, NULL);
  close(served->stop_fd);
  sem_destroy(&served->bound);
}

// ---- answers

Bus__Header *header_of(const struct bus_message *message)
{
  return bus__header__unpack(NULL, zframe_size(message->a), zframe_data(message->a));
}

static void reply_packed(struct bus_server *server, struct bus_message *message, enum bus_kind kind,
                         const ProtobufCBinaryData *id, const ProtobufCMessage *body)
{
  size_t length = protobuf_c_message_get_packed_size(body);
  uint8_t *bytes = malloc(length + 1);
  protobuf_c_message_pack(body, bytes);
  bus_server_reply(server, &message->address, kind, id->data, id->len, bytes, length);
  free(bytes);
}

void reply_status(struct bus_server *server, struct bus_message *message, const Bus__Status *status)
{
  Bus__Header *header = NULL;
  ProtobufCBinaryData id = {zframe_size(message->a), zframe_data(message->a)};
  if (message->kind == BUS_COMMAND || message->kind == BUS_QUERY) {
    header = header_of(message);
    if (!header) return; // cannot be read: who sent it gets no answer from this server
    id = header->msg_id;
  }
  reply_packed(server, message, BUS_REPLY, &id, &status->base);
  if (header) bus__header__free_unpacked(header, NULL);
}

void reply_pong(struct bus_server *server, struct bus_message *message, const char *area)
{
  Bus__Pong pong = BUS__PONG__INIT;
  pong.area = (char *)area;
  pong.principal = message->principal;
  ProtobufCBinaryData id = {zframe_size(message->a), zframe_data(message->a)};
  reply_packed(server, message, BUS_PING, &id, &pong.base);
}

void handle_echo(void *context, struct bus_server *server, struct bus_message *message, enum bus_fault fault)
{
  (void)context;
  if (fault != BUS_FINE) return;
  if (message->kind == BUS_PING) {
    reply_pong(server, message, "echo");
    return;
  }
  Bus__Status status = BUS__STATUS__INIT;
  status.code = BUS__CODE__CODE_OK;
  status.result = (ProtobufCBinaryData){zframe_size(message->b), zframe_data(message->b)};
  reply_status(server, message, &status);
}

// ---- clients

struct bus_client *buslib_client(const char *endpoint, zcert_t *cert, unsigned timeout_ms, unsigned retry_ms)
{
  struct bus_client *client = NULL;
  struct bus_client_options options = {.endpoint = endpoint,
                                       .server_key = zcert_public_txt(server_cert),
                                       .cert = cert,
                                       .timeout_ms = timeout_ms,
                                       .retry_ms = retry_ms};
  assert_ok(bus_client_open(&options, &client));
  return client;
}

bool answered(const char *endpoint, zcert_t *cert, unsigned timeout_ms)
{
  struct bus_client *client = buslib_client(endpoint, cert, timeout_ms, timeout_ms);
  struct arena *arena = NULL;
  Bus__Pong *pong = NULL;
  assert_ok(arena_new(0, &arena));
  int r = bus_client_ping(client, arena, &pong);
  assert_true(r == 0 || r == -ETIMEDOUT || r == -EACCES);
  arena_free(arena);
  bus_client_close(client);
  return r == 0;
}

zsock_t *raw_dealer(const char *endpoint, zcert_t *cert, const char *server_key)
{
  zsock_t *dealer = zsock_new(ZMQ_DEALER);
  assert_non_null(dealer);
  zsock_set_linger(dealer, 0);
  zsock_set_sndhwm(dealer, 0);
  if (cert) {
    zcert_apply(cert, dealer);
    zsock_set_curve_serverkey(dealer, server_key);
  }
  assert_int_equal(zmq_connect(zsock_resolve(dealer), endpoint), 0);
  return dealer;
}

bool wait_socket(void *socket, int timeout_ms)
{
  int64_t until = clock_monotonic_us() + timeout_ms * 1000ll;
  for (;;) {
    int64_t left = until - clock_monotonic_us();
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
    int r = zmq_poll(&item, 1, left > 0 ? (long)(left / 1000 + 1) : 0);
    if (r > 0) return true;
    if (left <= 0) return false;
  }
}

// ---- numbers

struct search {
  const char *name;
  double value;
};
static void look(void *context, const char *name, const char *labels, double value)
{
  struct search *search = context;
  if (!*labels && strcmp(name, search->name) == 0) search->value = value;
}

double metric_now(const char *name)
{
  struct search search = {name, 0};
  metric_each(look, &search);
  return search.value;
}

long resident_kib(void)
{
  char line[256];
  long pages = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  assert_non_null(file);
  if (!fgets(line, sizeof(line), file) || sscanf(line, "%*d %ld", &pages) != 1) fail_msg("statm");
  fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}
