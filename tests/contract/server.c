// A server with our ROUTER that says what integrators must be ready for, for clients in other languages:
//   contract_server ENDPOINT SERVER.key NAME=PUBLICKEY...      prints its endpoint once it is bound
// Commands and queries by type: test.v1.Echo gives the body back; DropFirst does not answer a key's first
// sight; Busy says UNAVAILABLE then; Refuse refuses. Status.seq = how often the key was seen. The feed has 20
// events, 6 to a batch.
#include "common/bus/server.h"
#include "common/base/clock.h"
#include "common/base/pb.h"
#include "common/bus/zap.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>

#define EPOCH 7
#define HEAD  20
#define EACH  6

static struct bus_server *server;
static struct arena *arena;
static zhashx_t *seen; // key -> count + 1 as a pointer

static void reply(struct bus_message *message, enum bus_kind kind, const void *id, size_t length,
                  const ProtobufCMessage *body)
{
  uint8_t *bytes = NULL;
  size_t n = pb_pack(arena, body, &bytes);
  bus_server_reply(server, &message->address, kind, id, length, bytes, n);
}

static uintptr_t count(const char *key)
{
  uintptr_t n = (uintptr_t)zhashx_lookup(seen, key) + 1;
  zhashx_update(seen, key, (void *)n);
  return n;
}

static void command(struct bus_message *message)
{
  static Bus__Param param = BUS__PARAM__INIT, *params[] = {&param};
  struct pb_fault fault;
  Bus__Status status = BUS__STATUS__INIT;
  status.code = BUS__CODE__CODE_OK;
  Bus__Header *header = (Bus__Header *)pb_admit(&bus__header__descriptor, zframe_data(message->a),
                                                zframe_size(message->a), arena, &fault);
  if (!header || header->msg_id.len != 16) {
    status.code = BUS__CODE__CODE_INVALID;
    status.reason = "DECODE";
    reply(message, BUS_REPLY, (uint8_t[16]){0}, 16, &status.base);
    return;
  }
  uintptr_t n = count(header->idem_key);
  status.seq = n;
  status.result = (ProtobufCBinaryData){zframe_size(message->b), zframe_data(message->b)};
  if (strcmp(header->type, "test.v1.DropFirst") == 0 && n == 1) return;
  if (strcmp(header->type, "test.v1.Busy") == 0 && n == 1) {
    status.code = BUS__CODE__CODE_UNAVAILABLE;
    status.retry_after_ms = 20;
  }
  if (strcmp(header->type, "test.v1.Refuse") == 0) {
    param.name = "mode";
    param.value = "一对一";
    status.code = BUS__CODE__CODE_REFUSED;
    status.reason = "PN-01";
    status.params = params;
    status.n_params = 1;
  }
  if (header->expires_us && header->expires_us < (uint64_t)clock_real_us())
    status.code = BUS__CODE__CODE_EXPIRED;
  reply(message, BUS_REPLY, header->msg_id.data, 16, &status.base);
}

static void fetch(struct bus_message *message)
{
  struct pb_fault fault;
  Bus__Event events[EACH], *list[EACH];
  Bus__Status status = BUS__STATUS__INIT;
  Bus__Batch batch = BUS__BATCH__INIT;
  Bus__Fetch *asked = (Bus__Fetch *)pb_admit(&bus__fetch__descriptor, zframe_data(message->b),
                                             zframe_size(message->b), arena, &fault);
  status.code = asked ? BUS__CODE__CODE_OK : BUS__CODE__CODE_INVALID;
  if (asked && asked->epoch && asked->epoch != EPOCH) {
    status.code = BUS__CODE__CODE_CONFLICT;
    status.reason = "EPOCH";
  }
  batch.status = &status;
  batch.epoch = EPOCH;
  batch.events = list;
  batch.head = HEAD;
  batch.first = 1;
  uint64_t most = asked && asked->max_events && asked->max_events < EACH ? asked->max_events : EACH;
  while (status.code == BUS__CODE__CODE_OK && batch.n_events < most && asked->after + batch.n_events < HEAD) {
    Bus__Event *event = list[batch.n_events] = &events[batch.n_events];
    bus__event__init(event);
    event->seq = asked->after + ++batch.n_events;
    event->type = "test.v1.Happened";
  }
  batch.next_after = asked ? asked->after + batch.n_events : 0;
  reply(message, BUS_BATCH, zframe_data(message->a), zframe_size(message->a), &batch.base);
}

// Three pages of one row.
static void snapshot(struct bus_message *message)
{
  struct pb_fault fault;
  Bus__Status ok = BUS__STATUS__INIT;
  Bus__SnapPage page = BUS__SNAP_PAGE__INIT;
  Bus__SnapRow row = BUS__SNAP_ROW__INIT, *rows[] = {&row};
  Bus__SnapRequest *asked = (Bus__SnapRequest *)pb_admit(
      &bus__snap_request__descriptor, zframe_data(message->b), zframe_size(message->b), arena, &fault);
  uint8_t at = asked && asked->cursor.len ? asked->cursor.data[0] : 0;
  at++;
  ok.code = BUS__CODE__CODE_OK;
  row.table = "thing";
  row.row = (ProtobufCBinaryData){1, &at};
  page.status = &ok;
  page.epoch = EPOCH;
  page.seq = HEAD + at;
  page.rows = rows;
  page.n_rows = 1;
  page.cursor = (ProtobufCBinaryData){1, &at};
  page.last = at == 3;
  reply(message, BUS_SNAPSHOT, zframe_data(message->a), zframe_size(message->a), &page.base);
}

static void ping(struct bus_message *message)
{
  Bus__Pong pong = BUS__PONG__INIT;
  pong.area = "test";
  pong.principal = message->principal;
  pong.epoch = EPOCH;
  pong.head = HEAD;
  pong.ready = 1;
  reply(message, BUS_PING, zframe_data(message->a), zframe_size(message->a), &pong.base);
}

static void answer(struct bus_message *message, enum bus_fault fault)
{
  Bus__Status status = BUS__STATUS__INIT;
  status.code = BUS__CODE__CODE_OK;
  if (fault != BUS_FINE) {
    static const char *const words[] = {[BUS_FRAMES] = "FRAMES", [BUS_SIZE] = "SIZE", [BUS_KIND] = "KIND"};
    status.code = BUS__CODE__CODE_INVALID;
    status.reason = (char *)words[fault];
    reply(message, BUS_REPLY, (uint8_t[16]){0}, 16, &status.base);
  } else if (message->kind == BUS_COMMAND || message->kind == BUS_QUERY) {
    command(message);
  } else if (message->kind == BUS_FETCH) {
    fetch(message);
  } else if (message->kind == BUS_SNAPSHOT) {
    snapshot(message);
  } else if (message->kind == BUS_PING) {
    ping(message);
  } else {
    reply(message, BUS_REPLY, zframe_data(message->a), zframe_size(message->a), &status.base);
  }
}

static int start(int argc, char **argv)
{
  struct zap *zap = NULL;
  struct zap_entry entries[16] = {{.name = NULL}};
  const char *why = "";
  int n = 0;
  bus_context();
  zcert_t *cert = zcert_load(argv[2]);
  for (int i = 3; i < argc && n < 16; i++) {
    char *equals = strchr(argv[i], '=');
    if (!equals || strlen(equals + 1) != 40) return -1;
    *equals = 0;
    entries[n].name = argv[i];
    memcpy(entries[n++].key, equals + 1, 41);
  }
  if (!cert || zap_start(&zap) < 0) return -1;
  zap_set(zap, entries, (size_t)n);
  struct bus_server_options options = {.endpoints = argv[1], .cert = cert};
  if (bus_server_open(&options, &server, &why) < 0) {
    fprintf(stderr, "%s\n", why);
    return -1;
  }
  return 0;
}

int main(int argc, char **argv)
{
  prctl(PR_SET_PDEATHSIG, SIGKILL); // whoever started it ends it
  seen = zhashx_new();
  if (argc < 4 || arena_new(0, &arena) < 0 || start(argc, argv) < 0) return 1;
  printf("%s\n", bus_server_endpoint(server));
  fflush(stdout);
  for (;;) {
    zmq_pollitem_t item = {.socket = bus_server_socket(server), .events = ZMQ_POLLIN};
    struct bus_message message;
    enum bus_fault fault;
    (void)zmq_poll(&item, 1, 1000);
    while ((fault = bus_server_receive(server, &message)) != BUS_NOTHING) {
      arena_reset(arena);
      if (fault != BUS_PRINCIPAL) answer(&message, fault);
      bus_message_clear(&message);
    }
  }
}
