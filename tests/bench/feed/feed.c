// bench_feed replay ENDPOINT CERT SERVER_KEY BATCH EVENTS [AHEAD]
//   reads that many events, or all there are, from the beginning in batches of BATCH, decoding each, with
//   AHEAD fetches under way (default 1); prints events/s, gaps
// bench_feed live ENDPOINT CERT SERVER_KEY FOLLOWERS EVENTS
//   sends commands at 500 a second to a registry and times each from sending to its event's arrival at every
//   follower; prints p50 and p99 in microseconds, arrivals, gaps
#include "common/base/uuid7.h"
#include "common/bus/bus.h"
#include "proto/registry.pb-c.h"
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STUCK_MS    10000
#define MAX_FOLLOW  128
#define INTERVAL_US 2000
#define REPLY_MAX   (1024 * 1024)

struct bench {
  const char *endpoint;
  zcert_t *cert, *server;
  void *context;
  uint8_t *buffer; // REPLY_MAX
};
struct follower {
  void *socket;
  uint64_t after;
};
struct live {
  uint64_t *sent_us; // by position in the run
  uint32_t *latency; // of each arrival
  size_t arrivals, gaps;
  uint64_t first; // seq of the first event of the run
};

static void *connect_peer(struct bench *bench)
{
  int linger = 0;
  void *socket = zmq_socket(bench->context, ZMQ_DEALER);
  zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger);
  zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, zcert_public_txt(bench->server), 41);
  zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, zcert_public_key(bench->cert), 32);
  zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, zcert_secret_key(bench->cert), 32);
  if (zmq_connect(socket, bench->endpoint) < 0) {
    perror(bench->endpoint);
    exit(1);
  }
  return socket;
}

static void send_fetch(void *socket, uint64_t after, uint32_t max, uint32_t wait_ms)
{
  uint8_t bytes[128];
  Bus__Fetch fetch = BUS__FETCH__INIT;
  fetch.after = after;
  fetch.max_events = max;
  fetch.wait_ms = wait_ms;
  size_t length = bus__fetch__pack(&fetch, bytes);
  zmq_send(socket, bus_kind_words[BUS_FETCH], BUS_KIND_SIZE, ZMQ_SNDMORE);
  zmq_send(socket, "b", 1, ZMQ_SNDMORE);
  zmq_send(socket, bytes, length, 0);
}

// The next batch; the caller frees it. Ends the program when none comes.
static Bus__Batch *receive_batch(struct bench *bench, void *socket)
{
  zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
  char kind[BUS_KIND_SIZE], correlation[16];
  if (zmq_poll(&item, 1, STUCK_MS) <= 0 || zmq_recv(socket, kind, sizeof kind, 0) != BUS_KIND_SIZE ||
      zmq_recv(socket, correlation, sizeof correlation, 0) < 0) {
    fprintf(stderr, "no batch from %s\n", bench->endpoint);
    exit(1);
  }
  int length = zmq_recv(socket, bench->buffer, REPLY_MAX, 0);
  Bus__Batch *batch =
      length > 0 && length <= REPLY_MAX ? bus__batch__unpack(NULL, (size_t)length, bench->buffer) : NULL;
  if (!batch || (batch->status && batch->status->code != BUS__CODE__CODE_OK)) {
    fprintf(stderr, "the feed refuses: %s\n",
            batch && batch->status ? batch->status->message_en : "no batch");
    exit(1);
  }
  return batch;
}

static size_t count_gaps(const Bus__Batch *batch, uint64_t after)
{
  size_t gaps = 0;
  for (size_t i = 0; i < batch->n_events; i++)
    gaps += batch->events[i]->seq != after + 1 + i;
  return gaps;
}

static uint64_t feed_head(struct bench *bench, void *socket)
{
  send_fetch(socket, 0, 1, 0);
  Bus__Batch *batch = receive_batch(bench, socket);
  uint64_t head = batch->head;
  bus__batch__free_unpacked(batch, NULL);
  return head;
}

// `ahead` fetches are under way at a time: positions are gapless, so a reader knows where the next batch
// begins.
static int replay(struct bench *bench, uint32_t batch_size, uint64_t wanted, unsigned ahead)
{
  void *socket = connect_peer(bench);
  uint64_t head = feed_head(bench, socket); // nor is the handshake measured
  uint64_t asked = 0, after = 0;
  if (wanted > head) wanted = head;
  wanted -= wanted % batch_size;
  size_t gaps = 0;
  int64_t began = zclock_usecs();
  for (unsigned i = 0; i < ahead; i++, asked += batch_size)
    send_fetch(socket, asked, batch_size, 0);
  while (after < wanted) {
    Bus__Batch *batch = receive_batch(bench, socket);
    gaps += count_gaps(batch, after) + (batch->n_events != batch_size);
    after += batch->n_events;
    bus__batch__free_unpacked(batch, NULL);
    send_fetch(socket, asked, batch_size, 0);
    asked += batch_size;
    if (gaps > 0) break;
  }
  double seconds = (double)(zclock_usecs() - began) / 1e6;
  printf("%.0f %zu\n", (double)after / seconds, gaps);
  zmq_close(socket);
  return gaps == 0 ? 0 : 1;
}

static void send_command(void *socket, uint64_t n)
{
  uint8_t header_bytes[256], body[512], id[16], random[10];
  char type[] = "registry.v1.RegisterInstitution", division[] = "150821105", bureau[] = "BUR-150821",
       name[64], code[16];
  Typ__Stage stages[] = {TYP__STAGE__STAGE_PRIMARY};
  Reg__Institution institution = REG__INSTITUTION__INIT;
  Reg__RegisterInstitution command = REG__REGISTER_INSTITUTION__INIT;
  Bus__Header header = BUS__HEADER__INIT;

  snprintf(code, sizeof code, "3715%06u", (unsigned)(n % 1000000));
  snprintf(name, sizeof name, "第%" PRIu64 "中心小学（压力测试用）", n);
  institution.kind = TYP__INSTITUTION_KIND__KIND_SCHOOL;
  institution.name = name;
  institution.code = code;
  institution.division = division;
  institution.place = TYP__PLACE__PLACE_TOWNSHIP;
  institution.stages = stages;
  institution.n_stages = 1;
  institution.legal_person = 1;
  command.institution = &institution;
  command.managing_bureau_code = bureau;
  randombytes_buf(random, sizeof random);
  uuid7_make((uint64_t)zclock_time(), random, id);
  header.msg_id.data = id;
  header.msg_id.len = sizeof id;
  header.type = type;
  zmq_send(socket, bus_kind_words[BUS_COMMAND], BUS_KIND_SIZE, ZMQ_SNDMORE);
  zmq_send(socket, header_bytes, bus__header__pack(&header, header_bytes), ZMQ_SNDMORE);
  zmq_send(socket, body, reg__register_institution__pack(&command, body), 0);
}

static void take_reply(struct bench *bench, void *socket)
{
  char kind[BUS_KIND_SIZE], id[64];
  zmq_recv(socket, kind, sizeof kind, 0);
  zmq_recv(socket, id, sizeof id, 0);
  int length = zmq_recv(socket, bench->buffer, REPLY_MAX, 0);
  Bus__Status *status = length > 0 ? bus__status__unpack(NULL, (size_t)length, bench->buffer) : NULL;
  if (!status || status->code != BUS__CODE__CODE_OK) {
    fprintf(stderr, "refused: %s\n", status ? status->message_en : "no status");
    exit(1);
  }
  bus__status__free_unpacked(status, NULL);
}

static void take_events(struct bench *bench, struct follower *follower, struct live *live, uint64_t sent)
{
  Bus__Batch *batch = receive_batch(bench, follower->socket);
  uint64_t now = (uint64_t)zclock_usecs();
  live->gaps += count_gaps(batch, follower->after);
  for (size_t i = 0; i < batch->n_events; i++) {
    uint64_t position = batch->events[i]->seq - live->first;
    if (position < sent) live->latency[live->arrivals++] = (uint32_t)(now - live->sent_us[position]);
  }
  follower->after = batch->next_after;
  bus__batch__free_unpacked(batch, NULL);
  send_fetch(follower->socket, follower->after, 256, 5000);
}

static int compare(const void *a, const void *b)
{
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

// One loop for the writer and all followers: items[0] is the writer.
static void run_live(struct bench *bench, void *writer, struct follower *followers, size_t n,
                     struct live *live, uint64_t events)
{
  zmq_pollitem_t items[MAX_FOLLOW + 1] = {{.socket = writer, .events = ZMQ_POLLIN}};
  for (size_t i = 0; i < n; i++)
    items[i + 1] = (zmq_pollitem_t){.socket = followers[i].socket, .events = ZMQ_POLLIN};
  uint64_t sent = 0, next = (uint64_t)zclock_usecs();
  while (live->arrivals < events * n) {
    uint64_t now = (uint64_t)zclock_usecs();
    if (sent < events && now >= next) {
      live->sent_us[sent] = now;
      send_command(writer, live->first + sent++);
      next += INTERVAL_US;
    }
    long wait = sent < events ? (next > now ? 1 : 0) : STUCK_MS;
    if (zmq_poll(items, (int)n + 1, wait) <= 0 && wait == STUCK_MS) {
      fprintf(stderr, "%zu of %" PRIu64 " arrivals\n", live->arrivals, events * n);
      exit(1);
    }
    if (items[0].revents & ZMQ_POLLIN) take_reply(bench, writer);
    for (size_t i = 0; i < n; i++)
      if (items[i + 1].revents & ZMQ_POLLIN) take_events(bench, &followers[i], live, sent);
  }
}

static int live(struct bench *bench, size_t n, uint64_t events)
{
  struct follower followers[MAX_FOLLOW];
  struct live live = {0};
  if (n == 0 || n > MAX_FOLLOW) return 2;
  void *writer = connect_peer(bench);
  live.first = feed_head(bench, writer) + 1;
  live.sent_us = calloc(events, sizeof *live.sent_us);
  live.latency = calloc(events * n, sizeof *live.latency);
  if (!live.sent_us || !live.latency) return 1;
  for (size_t i = 0; i < n; i++) {
    followers[i] = (struct follower){.socket = connect_peer(bench), .after = live.first - 1};
    feed_head(bench, followers[i].socket);
    send_fetch(followers[i].socket, followers[i].after, 256, 5000);
  }
  run_live(bench, writer, followers, n, &live, events);
  qsort(live.latency, live.arrivals, sizeof *live.latency, compare);
  printf("%" PRIu32 " %" PRIu32 " %zu %zu\n", live.latency[live.arrivals / 2],
         live.latency[live.arrivals - 1 - live.arrivals / 100], live.arrivals, live.gaps);
  for (size_t i = 0; i < n; i++)
    zmq_close(followers[i].socket);
  zmq_close(writer);
  free(live.sent_us);
  free(live.latency);
  return 0;
}

int main(int argc, char **argv)
{
  if (argc != 7 && argc != 8) {
    fprintf(stderr, "usage: %s replay|live ENDPOINT CERT SERVER_KEY BATCH|FOLLOWERS EVENTS [AHEAD]\n",
            argv[0]);
    return 2;
  }
  struct bench bench = {.endpoint = argv[2], .cert = zcert_load(argv[3]), .server = zcert_load(argv[4])};
  bench.context = zmq_ctx_new();
  bench.buffer = malloc(REPLY_MAX);
  if (!bench.cert || !bench.server || !bench.context || !bench.buffer) {
    fprintf(stderr, "cannot read %s or %s\n", argv[3], argv[4]);
    return 1;
  }
  unsigned long size = strtoul(argv[5], NULL, 10), events = strtoul(argv[6], NULL, 10);
  unsigned long ahead = argc > 7 ? strtoul(argv[7], NULL, 10) : 1;
  int result = strcmp(argv[1], "replay") == 0 ? replay(&bench, (uint32_t)size, events, (unsigned)ahead)
                                              : live(&bench, size, events);
  zmq_ctx_term(bench.context);
  free(bench.buffer);
  zcert_destroy(&bench.cert);
  zcert_destroy(&bench.server);
  return result;
}
