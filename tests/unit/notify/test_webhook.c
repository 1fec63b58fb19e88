// The webhook channel over a real HTTP server: what is sent, what each answer means, lanes, bounds, ends.
#include "services/notify/channel/sign.h"
#include "services/notify/channel/webhook.h"
#include "tests/lib/testlib.h"
#include "tests/unit/notify/hookd.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <zmq.h>

static const char secret_text[] = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n";

static const char *secret_file(void)
{
  const char *file = test_path(test_dir(), "hook.secret");
  test_write_file(file, secret_text, strlen(secret_text));
  assert_int_equal(chmod(file, 0600), 0);
  return file;
}

static struct channel *open_channel(struct webhook_options options)
{
  struct webhook_secret secret = {"hook", secret_file()};
  struct channel *channel = NULL;
  char *why = NULL;
  options.secrets = &secret;
  options.n_secrets = 1;
  assert_ok(webhook_open(&options, &channel, &why));
  assert_null(why);
  return channel;
}

static void submit(struct channel *channel, const char *lane, const char *address, const char *id,
                   unsigned attempt)
{
  struct channel_job job = {
      .id = id, .attempt = attempt, .lane = lane, .address = address, .secret = "hook", .body = "{\"a\":1}"};
  assert_ok(channel->submit(channel, &job));
}

static bool wait_result(struct channel *channel, int timeout_ms, struct channel_result *ret)
{
  if (channel->result(channel, ret)) return true;
  zmq_pollitem_t item = {.socket = channel->socket(channel), .events = ZMQ_POLLIN};
  while (zmq_poll(&item, 1, timeout_ms) > 0)
    if (channel->result(channel, ret)) return true;
  return false;
}

static struct channel_result next_result(struct channel *channel)
{
  struct channel_result result;
  if (!wait_result(channel, 20000, &result)) fail_msg("no result came");
  return result;
}

static struct channel_result post(struct channel *channel, struct hookd *hookd, const char *path)
{
  submit(channel, hookd_lane(hookd), hookd_url(hookd, path), "d1", 1);
  return next_result(channel);
}

static void what_is_sent(void **state)
{
  struct hookd *hookd = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){0});
  struct channel_result result = post(channel, hookd, "/status/200");
  assert_string_equal(result.id, "d1");
  assert_int_equal(result.attempt, 1);
  assert_int_equal(result.outcome, CHANNEL_DELIVERED);
  assert_int_equal(result.code, 200);
  struct hookd_request request = hookd_request(hookd, 0);
  assert_string_equal(request.content_type, "application/cloudevents+json; charset=utf-8");
  assert_string_equal(request.id, "d1");
  assert_string_equal(request.body, "{\"a\":1}");
  assert_memory_equal(request.agent, "jiedui/", 7);
  long stamp = strtol(request.timestamp, NULL, 10);
  assert_true(labs(stamp - (long)time(NULL)) < 60); // real time, also under a simulated clock
  struct sign_key key;
  const char *why = NULL;
  char signature[SIGN_TEXT];
  assert_ok(sign_key_parse(secret_text, &key, &why));
  sign_v1(&key, "d1", stamp, request.body, request.length, signature);
  assert_string_equal(request.signature, signature);
  channel_free(channel);
  hookd_stop(hookd);
  (void)state;
}

static void what_answers_mean(void **state)
{
  static const struct {
    const char *path;
    unsigned code;
    enum channel_outcome outcome;
    unsigned retry_after_s;
  } cases[] = {
      {"/status/200", 200, CHANNEL_DELIVERED, 0},
      {"/status/202", 202, CHANNEL_DELIVERED, 0},
      {"/status/204", 204, CHANNEL_DELIVERED, 0},
      {"/status/301", 301, CHANNEL_NEVER, 0},
      {"/status/400", 400, CHANNEL_NEVER, 0},
      {"/status/401", 401, CHANNEL_NEVER, 0},
      {"/status/404", 404, CHANNEL_NEVER, 0},
      {"/status/410", 410, CHANNEL_NEVER, 0},
      {"/status/408", 408, CHANNEL_TRY_LATER, 0},
      {"/status/425", 425, CHANNEL_TRY_LATER, 0},
      {"/status/429", 429, CHANNEL_TRY_LATER, 0},
      {"/status/500", 500, CHANNEL_TRY_LATER, 0},
      {"/status/502", 502, CHANNEL_TRY_LATER, 0},
      {"/status/504", 504, CHANNEL_TRY_LATER, 0},
      {"/status/429/after/7", 429, CHANNEL_TRY_LATER, 7},
      {"/status/503/after/120", 503, CHANNEL_TRY_LATER, 120},
  };
  struct hookd *hookd = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){0});
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct channel_result result = post(channel, hookd, cases[i].path);
    assert_int_equal(result.code, cases[i].code);
    assert_int_equal(result.outcome, cases[i].outcome);
    assert_int_equal(result.retry_after_s, cases[i].retry_after_s);
    assert_non_null(strstr(result.detail, "HTTP "));
  }
  struct channel_result dated = post(channel, hookd, "/status/503/after/date");
  assert_true(dated.retry_after_s > 3000 && dated.retry_after_s <= 3600);
  channel_free(channel);
  hookd_stop(hookd);
  (void)state;
}

static void a_repeat_has_the_same_id(void **state)
{
  struct hookd *hookd = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){0});
  static const enum channel_outcome expected[] = {CHANNEL_TRY_LATER, CHANNEL_DELIVERED};
  for (unsigned attempt = 1; attempt <= 2; attempt++) {
    submit(channel, hookd_lane(hookd), hookd_url(hookd, "/flaky/1"), "d7", attempt);
    struct channel_result result = next_result(channel);
    assert_int_equal(result.attempt, attempt);
    assert_int_equal(result.outcome, expected[attempt - 1]);
    assert_string_equal(hookd_request(hookd, attempt - 1).id, "d7");
  }
  channel_free(channel);
  hookd_stop(hookd);
  (void)state;
}

// A port that nobody listens on: bound once, then closed.
static void nobody_listens(void **state)
{
  struct hookd *hookd = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){0});
  char url[80], lane[64];
  snprintf(lane, sizeof lane, "%s", hookd_lane(hookd));
  snprintf(url, sizeof url, "%s/hook", lane);
  hookd_stop(hookd);
  submit(channel, lane, url, "d1", 1);
  struct channel_result result = next_result(channel);
  assert_int_equal(result.outcome, CHANNEL_TRY_LATER);
  assert_int_equal(result.code, 0);
  assert_true(strlen(result.detail) > 10);
  channel_free(channel);
  (void)state;
}

// One endpoint that does not answer: another one's deliveries all arrive meanwhile, and it has no more than
// its share of requests under way.
static void a_slow_endpoint_delays_nobody_else(void **state)
{
  struct hookd *slow = hookd_start(), *fast = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){.per_lane = 2});
  const char *hold = hookd_url(slow, "/hold"), *fine = hookd_url(fast, "/status/200");
  char id[16];
  for (unsigned i = 0; i < 20; i++) {
    snprintf(id, sizeof id, "slow-%u", i);
    submit(channel, hookd_lane(slow), hold, id, 1);
  }
  for (unsigned i = 0; i < 100; i++) {
    snprintf(id, sizeof id, "fast-%u", i);
    submit(channel, hookd_lane(fast), fine, id, 1);
  }
  for (unsigned i = 0; i < 100; i++) {
    struct channel_result result = next_result(channel);
    assert_memory_equal(result.id, "fast-", 5);
    assert_int_equal(result.outcome, CHANNEL_DELIVERED);
  }
  hookd_wait(slow, 2);
  assert_int_equal(hookd_count(slow), 2); // the other 18 wait in their lane, not in libcurl
  hookd_release(slow);
  for (unsigned i = 0; i < 20; i++)
    assert_memory_equal(next_result(channel).id, "slow-", 5);
  assert_int_equal(hookd_count(slow), 20);
  channel_free(channel);
  hookd_stop(slow);
  hookd_stop(fast);
  (void)state;
}

static void a_silent_endpoint_times_out(void **state)
{
  struct hookd *hookd = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){.timeout_ms = 300});
  struct channel_result result = post(channel, hookd, "/hold");
  assert_int_equal(result.outcome, CHANNEL_TRY_LATER);
  assert_int_equal(result.code, 0);
  channel_free(channel);
  hookd_stop(hookd);
  (void)state;
}

static void long_answers_are_not_read(void **state)
{
  static const char *const paths[] = {"/big", "/headers"};
  struct hookd *hookd = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){.answer_max = 10000});
  for (size_t i = 0; i < 2; i++) {
    struct channel_result result = post(channel, hookd, paths[i]);
    assert_int_equal(result.outcome, CHANNEL_DELIVERED); // it had taken the request
    assert_non_null(strstr(result.detail, "was not read"));
  }
  assert_int_equal(post(channel, hookd, "/status/200").outcome, CHANNEL_DELIVERED); // the lane goes on
  channel_free(channel);
  hookd_stop(hookd);
  (void)state;
}

static void redirects_are_not_followed(void **state)
{
  struct hookd *hookd = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){0});
  struct channel_result result = post(channel, hookd, "/move");
  assert_int_equal(result.outcome, CHANNEL_NEVER);
  assert_int_equal(result.code, 302);
  assert_non_null(strstr(result.detail, "redirect"));
  assert_int_equal(hookd_count(hookd), 1);
  channel_free(channel);
  hookd_stop(hookd);
  (void)state;
}

static void proxies_of_the_environment_are_not_used(void **state)
{
  struct hookd *hookd = hookd_start();
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  struct channel *channel = open_channel((struct webhook_options){0});
  assert_int_equal(post(channel, hookd, "/status/200").outcome, CHANNEL_DELIVERED);
  unsetenv("http_proxy");
  channel_free(channel);
  hookd_stop(hookd);
  (void)state;
}

static void jobs_that_cannot_be_sent(void **state)
{
  static const struct {
    const char *address, *secret;
  } cases[] = {{"http://127.0.0.1:1/", "other"}, {"gopher://127.0.0.1:1/", "hook"}, {"http://[::", "hook"}};
  struct channel *channel = open_channel((struct webhook_options){0});
  for (size_t i = 0; i < 3; i++) {
    struct channel_job job = {.id = "d1",
                              .attempt = 1,
                              .lane = "x",
                              .address = cases[i].address,
                              .secret = cases[i].secret,
                              .body = "{}"};
    assert_ok(channel->submit(channel, &job));
    struct channel_result result = next_result(channel);
    assert_int_equal(result.outcome, CHANNEL_NEVER);
    assert_true(result.detail[0]);
  }
  channel_free(channel);
  (void)state;
}

static void what_is_under_way_is_bounded(void **state)
{
  struct hookd *hookd = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){.jobs_max = 3});
  struct channel_job job = {.id = "d1",
                            .attempt = 1,
                            .lane = hookd_lane(hookd),
                            .address = hookd_url(hookd, "/hold"),
                            .secret = "hook",
                            .body = "{}"};
  for (unsigned i = 0; i < 3; i++)
    assert_ok(channel->submit(channel, &job));
  assert_code(channel->submit(channel, &job), -EAGAIN);
  hookd_release(hookd);
  for (unsigned i = 0; i < 3; i++)
    next_result(channel);
  assert_ok(channel->submit(channel, &job));
  next_result(channel);
  channel_free(channel);
  hookd_stop(hookd);
  (void)state;
}

// Stopping abandons what waits, what is under way and what was answered; nothing leaks (the sanitizer tells).
static void stopping_in_the_middle(void **state)
{
  struct hookd *hookd = hookd_start();
  struct channel *channel = open_channel((struct webhook_options){.per_lane = 2});
  for (unsigned i = 0; i < 50; i++)
    submit(channel, i % 2 ? hookd_lane(hookd) : "other", hookd_url(hookd, i % 2 ? "/hold" : "/status/200"),
           "d", i);
  hookd_wait(hookd, 3);
  channel_free(channel);
  assert_null(channel_free(NULL));
  hookd_stop(hookd);
  (void)state;
}

static void a_bad_secret_is_named(void **state)
{
  struct webhook_secret secrets[] = {{"good", secret_file()},
                                     {"bad", test_path(test_dir(), "absent.secret")}};
  struct webhook_options options = {.secrets = secrets, .n_secrets = 2};
  struct channel *channel = NULL;
  char *why = NULL;
  assert_true(webhook_open(&options, &channel, &why) < 0);
  assert_null(channel);
  assert_non_null(strstr(why, "webhook secret bad:"));
  assert_non_null(strstr(why, "absent.secret"));
  free(why);
  (void)state;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_sent),
      cmocka_unit_test(what_answers_mean),
      cmocka_unit_test(a_repeat_has_the_same_id),
      cmocka_unit_test(nobody_listens),
      cmocka_unit_test(a_slow_endpoint_delays_nobody_else),
      cmocka_unit_test(a_silent_endpoint_times_out),
      cmocka_unit_test(long_answers_are_not_read),
      cmocka_unit_test(redirects_are_not_followed),
      cmocka_unit_test(proxies_of_the_environment_are_not_used),
      cmocka_unit_test(jobs_that_cannot_be_sent),
      cmocka_unit_test(what_is_under_way_is_bounded),
      cmocka_unit_test(stopping_in_the_middle),
      cmocka_unit_test(a_bad_secret_is_named),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
