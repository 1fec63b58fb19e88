// The load against etcd: puts through the JSON gateway of its v3 API, kept-alive HTTP, one connection a
// client. The gateway costs etcd something over plain gRPC; the text with the results says so.
#include "tests/bench/commands/load.h"
#include <curl/curl.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct peer {
  CURL *easy;
  uint64_t sent_us;
  char json[2 * PAYLOAD_MAX];
};

static size_t swallow(char *data, size_t size, size_t count, void *context)
{
  (void)data;
  (void)context;
  return size * count;
}

static void peer_fill(struct peer *peer, enum load_kind kind, uint64_t n)
{
  struct payload payload;
  char key64[96], value64[PAYLOAD_MAX * 3 / 2];
  payload_make(kind, n, &payload);
  sodium_bin2base64(key64, sizeof key64, (const uint8_t *)payload.key, strlen(payload.key),
                    sodium_base64_VARIANT_ORIGINAL);
  sodium_bin2base64(value64, sizeof value64, payload.bytes, payload.length, sodium_base64_VARIANT_ORIGINAL);
  snprintf(peer->json, sizeof peer->json, "{\"key\":\"%s\",\"value\":\"%s\"}", key64, value64);
  curl_easy_setopt(peer->easy, CURLOPT_POSTFIELDS, peer->json);
  peer->sent_us = load_now_us();
}

static CURL *peer_new(const char *url, const struct curl_slist *headers, struct peer *peer)
{
  CURL *easy = curl_easy_init();
  if (!easy) return NULL;
  curl_easy_setopt(easy, CURLOPT_URL, url);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, swallow);
  curl_easy_setopt(easy, CURLOPT_PRIVATE, peer);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 10000L);
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  return easy;
}

// Takes what has ended and sends the next ones; returns how many clients stopped.
static unsigned reap(CURLM *multi, enum load_kind kind, uint64_t *n, uint64_t end, struct samples *samples)
{
  unsigned stopped = 0;
  int left;
  for (CURLMsg *message; (message = curl_multi_info_read(multi, &left));) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL *easy = message->easy_handle;
    CURLcode result = message->data.result;
    struct peer *peer;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &peer);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi, easy);
    samples_add(samples, peer->sent_us);
    samples->refused += result != CURLE_OK || status != 200;
    if (load_now_us() >= end) {
      stopped++;
      continue;
    }
    peer_fill(peer, kind, (*n)++);
    curl_multi_add_handle(multi, easy);
  }
  return stopped;
}

static int measure(CURLM *multi, struct peer *peers, const struct load *load, struct samples *samples)
{
  uint64_t n = load->first;
  samples->began_us = load_now_us();
  uint64_t end = samples->began_us + load->seconds * UINT64_C(1000000);
  for (unsigned i = 0; i < load->clients; i++) {
    peer_fill(&peers[i], load->kind, n++);
    curl_multi_add_handle(multi, peers[i].easy);
  }
  for (unsigned open = load->clients; open > 0;) {
    int running;
    if (curl_multi_perform(multi, &running) != CURLM_OK) return -EIO;
    unsigned before = open;
    size_t done = samples->n;
    open -= reap(multi, load->kind, &n, end, samples);
    if (open == before && done == samples->n) curl_multi_poll(multi, NULL, 0, 1000, NULL);
  }
  samples->ended_us = load_now_us();
  return 0;
}

int load_etcd(const struct load *load, struct samples *samples)
{
  char url[256];
  struct peer *peers = calloc(load->clients, sizeof *peers);
  CURLM *multi = curl_multi_init();
  struct curl_slist *headers = curl_slist_append(NULL, "content-type: application/json");
  int error = peers && multi && headers ? 0 : -ENOMEM;
  snprintf(url, sizeof url, "%s/v3/kv/put", load->endpoint);
  if (multi) curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)load->clients + 8);
  for (unsigned i = 0; i < load->clients && error == 0; i++)
    if (!(peers[i].easy = peer_new(url, headers, &peers[i]))) error = -ENOMEM;
  if (error == 0) error = measure(multi, peers, load, samples);
  for (unsigned i = 0; peers && i < load->clients; i++)
    curl_easy_cleanup(peers[i].easy);
  if (multi) curl_multi_cleanup(multi);
  curl_slist_free_all(headers);
  free(peers);
  return error;
}
