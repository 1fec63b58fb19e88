// The thread behind the webhook channel. Its own invariants: libcurl is never given more of a lane than may
// be under way (it would let one slow receiver stall all others), and after completions the lanes are
// refilled before waiting.
#pragma once
#include "services/notify/channel/sign.h"
#include "services/notify/channel/webhook.h"
#include <curl/curl.h>
#include <czmq.h>

struct engine_secret {
  char *name;
  struct sign_key key;
};
struct engine_options { // unchanged while the thread runs
  CURLM *multi;         // used by the thread alone, owned by who made it
  struct engine_secret *secrets;
  size_t n_secrets;
  unsigned per_lane, connect_ms, timeout_ms;
  size_t answer_max;
};
// What travels in the pipe, as a pointer: jobs in, answered jobs out. The receiver owns it.
struct engine_job {
  char id[UUID_TEXT];
  uint32_t attempt;
  char *lane, *address, *secret, *body;
  struct channel_result result;
};
struct engine_job *engine_job_new(const struct channel_job *job);
struct engine_job *engine_job_free(struct engine_job *job);

// Body of the thread, for zactor_new; args is a struct engine_options. Ends at "$TERM", abandoning what is
// under way.
void engine_run(zsock_t *pipe, void *args);
