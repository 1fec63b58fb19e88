// The load against Redis: SET over a unix socket, one connection a client, answered after fsync (appendfsync
// always).
#include "tests/bench/commands/load.h"
#include <errno.h>
#include <hiredis/hiredis.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

struct peer {
  redisContext *context;
  uint64_t sent_us;
};

static int peer_send(struct peer *peer, uint64_t n)
{
  uint8_t body[PAYLOAD_MAX];
  size_t length = payload_write(n, body);
  int done = 0;
  peer->sent_us = load_now_us();
  if (redisAppendCommand(peer->context, "SET institution:%09" PRIu64 " %b", n, body, length) != REDIS_OK)
    return -EIO;
  while (!done)
    if (redisBufferWrite(peer->context, &done) != REDIS_OK) return -EIO;
  return 0;
}

// 1 = success, 0 = refused, -EAGAIN = not there yet.
static int peer_receive(struct peer *peer)
{
  redisReply *reply = NULL;
  if (redisBufferRead(peer->context) != REDIS_OK ||
      redisGetReplyFromReader(peer->context, (void **)&reply) != REDIS_OK)
    return -EIO;
  if (!reply) return -EAGAIN;
  int ok = reply->type == REDIS_REPLY_STATUS;
  freeReplyObject(reply);
  return ok;
}

static int measure(struct peer *peers, struct pollfd *fds, const struct load *load, struct samples *samples)
{
  uint64_t n = load->first;
  samples->began_us = load_now_us();
  uint64_t end = samples->began_us + load->seconds * UINT64_C(1000000);
  for (unsigned i = 0; i < load->clients; i++)
    if (peer_send(&peers[i], n++) < 0) return -EIO;
  for (unsigned open = load->clients; open > 0;) {
    if (poll(fds, load->clients, 10000) <= 0) return -ETIMEDOUT;
    for (unsigned i = 0; i < load->clients; i++) {
      if (!(fds[i].revents & POLLIN)) continue;
      int answer = peer_receive(&peers[i]);
      if (answer == -EAGAIN) continue;
      if (answer < 0) return answer;
      samples_add(samples, peers[i].sent_us);
      samples->refused += answer == 0;
      if (load_now_us() >= end)
        open--;
      else if (peer_send(&peers[i], n++) < 0)
        return -EIO;
    }
  }
  samples->ended_us = load_now_us();
  return 0;
}

int load_redis(const struct load *load, struct samples *samples)
{
  struct peer *peers = calloc(load->clients, sizeof *peers);
  struct pollfd *fds = calloc(load->clients, sizeof *fds);
  int error = peers && fds ? 0 : -ENOMEM;
  for (unsigned i = 0; i < load->clients && error == 0; i++) {
    peers[i].context = redisConnectUnixNonBlock(load->endpoint);
    if (!peers[i].context || peers[i].context->err)
      error = -ECONNREFUSED;
    else
      fds[i] = (struct pollfd){.fd = peers[i].context->fd, .events = POLLIN};
  }
  if (error == 0) error = measure(peers, fds, load, samples);
  if (error < 0) fprintf(stderr, "redis at %s: error %d\n", load->endpoint, -error);
  for (unsigned i = 0; peers && i < load->clients; i++)
    if (peers[i].context) redisFree(peers[i].context);
  free(peers);
  free(fds);
  return error;
}
