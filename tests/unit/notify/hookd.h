// A real HTTP server on 127.0.0.1 for tests of the webhook channel (libmicrohttpd, own thread). What it
// answers is told by the path:
//   /status/503              that status                /status/503/after/7     with Retry-After: 7
//   /status/503/after/date   with Retry-After as a date an hour ahead
//   /flaky/2                 503 for the first two requests to this path, then 200
//   /hold                    no answer until hookd_release()
//   /big                     200 and a megabyte of body
//   /headers                 200 and 200 kB of headers
//   /move                    302 to /status/200
// Every request is kept, with its headers and body.
#pragma once
#include <stddef.h>

struct hookd;
struct hookd *hookd_start(void);                              // failure fails the test
struct hookd *hookd_stop(struct hookd *hookd);                // releases what is held
const char *hookd_url(struct hookd *hookd, const char *path); // owned by hookd
const char *hookd_lane(const struct hookd *hookd);            // "http://127.0.0.1:PORT"

struct hookd_request {
  const char *path, *content_type, *id, *timestamp, *signature, *agent;
  const char *body;
  size_t length;
};
size_t hookd_count(struct hookd *hookd);
// Waits until n requests have come; fails the test after ten seconds.
void hookd_wait(struct hookd *hookd, size_t n);
struct hookd_request hookd_request(struct hookd *hookd, size_t i);
void hookd_release(struct hookd *hookd);
