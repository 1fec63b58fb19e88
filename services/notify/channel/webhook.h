// The webhook channel: POSTs over libcurl in a thread of its own, one lane for each endpoint, signed by
// Standard Webhooks. The header webhook-id is the delivery's id over all attempts; webhook-timestamp is the
// real time of the attempt, also where the business clock is simulated. Results: 2xx delivered; 408, 425,
// 429, 5xx, timeouts and connection errors try later, as Retry-After says; other answers never. Redirects are
// not followed, proxies of the environment not used, answers read up to a bound only.
#pragma once
#include "services/notify/channel/channel.h"

struct webhook_secret {
  const char *name, *file;
};
struct webhook_options {
  const struct webhook_secret *secrets;
  size_t n_secrets;
  unsigned per_lane;   // requests under way at one endpoint; 0 = 4
  unsigned jobs_max;   // jobs taken and not answered; 0 = 1024
  unsigned connect_ms; // 0 = 5000
  unsigned timeout_ms; // of one request as a whole; 0 = 15000
  size_t answer_max;   // bytes of an answer that are read, headers included; 0 = 65536
};
// 0; negative with *ret_why naming the secret (malloced, to be freed) or NULL when the system failed.
int webhook_open(const struct webhook_options *options, struct channel **ret, char **ret_why);
