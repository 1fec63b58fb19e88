// The load against Redis: SET over a unix socket, answered after fsync (appendfsync always). Clients that
// share a connection are pipelined on it; answers come in the order of the writes.
#include "tests/bench/commands/load.h"
#include <errno.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#define PIPELINE_MAX 512

struct peer {
  redisContext *context;
  uint64_t sent_us[PIPELINE_MAX]; // ring of the writes under way
  unsigned head, under_way;
  bool dirty; // appended and not yet handed to the socket
};

static int peer_append(struct peer *peer, enum load_kind kind, uint64_t n)
{
  struct payload payload;
  payload_make(kind, n, &payload);
  peer->sent_us[(peer->head + peer->under_way++) % PIPELINE_MAX] = load_now_us();
  peer->dirty = true;
  int result = redisAppendCommand(peer->context, "SET %s %b", payload.key, payload.bytes, payload.length);
  return result == REDIS_OK ? 0 : -EIO;
}

static int peer_flush(struct peer *peer)
{
  for (int done = !peer->dirty; !done;)
    if (redisBufferWrite(peer->context, &done) != REDIS_OK) return -EIO;
  peer->dirty = false;
  return 0;
}

// 1 = success, 0 = refused, -EAGAIN = no further answer there.
static int peer_answer(struct peer *peer)
{
  redisReply *reply = NULL;
  if (redisGetReplyFromReader(peer->context, (void **)&reply) != REDIS_OK) return -EIO;
  if (!reply) return -EAGAIN;
  int ok = reply->type == REDIS_REPLY_STATUS;
  freeReplyObject(reply);
  return ok;
}

struct fleet {
  const struct load *load;
  struct samples *samples;
  struct peer *peers;
  struct pollfd *fds;
  uint64_t next, end_us;
  unsigned open;
};

static int serve(struct fleet *fleet, struct peer *peer)
{
  if (redisBufferRead(peer->context) != REDIS_OK) return -EIO;
  for (int answer; (answer = peer_answer(peer)) != -EAGAIN;) {
    if (answer < 0) return answer;
    samples_add(fleet->samples, peer->sent_us[peer->head]);
    fleet->samples->refused += answer == 0;
    peer->head = (peer->head + 1) % PIPELINE_MAX;
    peer->under_way--;
    if (load_now_us() >= fleet->end_us)
      fleet->open--;
    else if (peer_append(peer, fleet->load->kind, fleet->next++) < 0)
      return -EIO;
  }
  return peer_flush(peer);
}

static int measure(struct fleet *fleet)
{
  const struct load *load = fleet->load;
  int error = 0;
  fleet->samples->began_us = load_now_us();
  fleet->end_us = fleet->samples->began_us + load->seconds * UINT64_C(1000000);
  fleet->open = load->clients;
  for (unsigned i = 0; i < load->clients && error == 0; i++)
    error = peer_append(&fleet->peers[i % load->connections], load->kind, fleet->next++);
  for (unsigned i = 0; i < load->connections && error == 0; i++)
    error = peer_flush(&fleet->peers[i]);
  while (fleet->open > 0 && error == 0) {
    if (poll(fleet->fds, load->connections, 10000) <= 0) return -ETIMEDOUT;
    for (unsigned i = 0; i < load->connections && error == 0; i++)
      if (fleet->fds[i].revents & POLLIN) error = serve(fleet, &fleet->peers[i]);
  }
  fleet->samples->ended_us = load_now_us();
  return error;
}

int load_redis(const struct load *load, struct samples *samples)
{
  struct fleet fleet = {.load = load,
                        .samples = samples,
                        .peers = calloc(load->connections, sizeof(struct peer)),
                        .fds = calloc(load->connections, sizeof(struct pollfd)),
                        .next = load->first};
  int error = fleet.peers && fleet.fds ? 0 : -ENOMEM;
  for (unsigned i = 0; i < load->connections && error == 0; i++) {
    redisContext *context = fleet.peers[i].context = redisConnectUnixNonBlock(load->endpoint);
    if (!context || context->err)
      error = -ECONNREFUSED;
    else
      fleet.fds[i] = (struct pollfd){.fd = context->fd, .events = POLLIN};
  }
  if (error == 0) error = measure(&fleet);
  if (error < 0) fprintf(stderr, "redis at %s: error %d\n", load->endpoint, -error);
  for (unsigned i = 0; fleet.peers && i < load->connections; i++)
    if (fleet.peers[i].context) redisFree(fleet.peers[i].context);
  free(fleet.peers);
  free(fleet.fds);
  return error;
}
