// The writer thread: what is logged arrives, in order, once; a reader that does not read never blocks the
// caller.
#include "common/obs/log.h"
#include "common/obs/log_record.h"
#include "common/obs/metric.h"
#include "tests/lib/testlib.h"
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

// ---- standard error goes elsewhere during a test

static int kept_stderr = -1;

static void redirect(int fd)
{
  kept_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
  assert_true(kept_stderr >= 0 && dup2(fd, STDERR_FILENO) == STDERR_FILENO);
}

static void restore(void)
{
  assert_int_equal(dup2(kept_stderr, STDERR_FILENO), STDERR_FILENO);
  close(kept_stderr);
}

// What has been written to a pipe's other end by now, until it is closed.
struct reader {
  int fd;
  char *text;
  size_t length;
};

static void *read_all(void *argument)
{
  struct reader *reader = argument;
  for (;;) {
    reader->text = realloc(reader->text, reader->length + 65537);
    ssize_t n = read(reader->fd, reader->text + reader->length, 65536);
    if (n <= 0) break;
    reader->length += (size_t)n;
  }
  reader->text[reader->length] = 0;
  return NULL;
}

// The lines written between log_start and log_stop as a JSON array; `act` runs between.
static json_t *lines_of(enum log_level level, void (*act)(void))
{
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  redirect(ends[1]);
  struct reader reader = {.fd = ends[0]};
  pthread_t thread;
  assert_int_equal(log_start("test", level), 0);
  assert_int_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
  act();
  log_stop();
  close(ends[1]);
  restore();
  pthread_join(thread, NULL);
  close(ends[0]);
  json_t *array = json_array();
  for (char *line = reader.text, *end; (end = strchr(line, '\n')); line = end + 1) {
    json_t *object = json_loadb(line, (size_t)(end - line), JSON_REJECT_DUPLICATES, NULL);
    if (!object) fail_msg("not JSON: %.*s", (int)(end - line), line);
    json_array_append_new(array, object);
  }
  free(reader.text);
  return array;
}

static const char *event_at(const json_t *lines, size_t i)
{
  return json_string_value(json_object_get(json_array_get(lines, i), "event"));
}

// ---- tests

static void three_levels(void)
{
  log_event(LOG_ready, F_TEXT("endpoint", "ipc:///x"));
  log_event(LOG_reply_dropped); // debug
  log_event(LOG_space_closed, F_NUMBER("free", 12));
  log_set_level(LOG_LEVEL_WARNING);
  log_event(LOG_stopping);
  log_event(LOG_commit_failed);
  log_set_level(LOG_LEVEL_DEBUG);
  log_event(LOG_reply_dropped);
}

static void test_levels(void **state)
{
  (void)state;
  static const char *const wanted[] = {"ready", "space_closed", "commit_failed", "reply_dropped"};
  json_t *lines = lines_of(LOG_LEVEL_INFO, three_levels);
  assert_int_equal(json_array_size(lines), 4);
  for (size_t i = 0; i < 4; i++)
    assert_string_equal(event_at(lines, i), wanted[i]);
  assert_int_equal(json_integer_value(json_object_get(json_array_get(lines, 1), "free")), 12);
  json_decref(lines);
}

static void test_words(void **state)
{
  (void)state;
  static const char *const words[] = {"error", "warning", "notice", "info", "debug"};
  for (int i = 0; i < 5; i++) {
    assert_int_equal(log_level_of_word(words[i]), LOG_LEVEL_ERROR + i);
    assert_string_equal(log_level_word((enum log_level)(LOG_LEVEL_ERROR + i)), words[i]);
  }
  assert_int_equal(log_level_of_word("loud"), -1);
  assert_int_equal(log_level_of_word(NULL), -1);
}

static void nothing(void) {}

static void test_not_running(void **state)
{
  (void)state;
  uint64_t before = log_dropped();
  log_event(LOG_commit_failed); // goes nowhere, harms nobody
  json_t *lines = lines_of(LOG_LEVEL_DEBUG, nothing);
  assert_int_equal(json_array_size(lines), 0);
  assert_int_equal(log_dropped(), before);
  json_decref(lines);
  log_stop(); // twice is once
}

#define THREADS 4
#define EACH    400

static void *log_many(void *argument)
{
  for (int i = 0; i < EACH; i++)
    log_event(LOG_ready, F_NUMBER("thread", (intptr_t)argument), F_NUMBER("n", i),
              F_TEXT("object", "一二三"));
  return NULL;
}

static void threads_log(void)
{
  pthread_t threads[THREADS];
  for (intptr_t i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, log_many, (void *)i), 0);
  for (int i = 0; i < THREADS; i++)
    pthread_join(threads[i], NULL);
}

// Each thread's records are all there and in its order (4 x 400 fit the ring, so none may be lost).
static void test_threads(void **state)
{
  (void)state;
  json_int_t next[THREADS] = {0};
  json_t *lines = lines_of(LOG_LEVEL_INFO, threads_log);
  assert_int_equal(json_array_size(lines), THREADS * EACH);
  for (size_t i = 0; i < THREADS * EACH; i++) {
    json_t *line = json_array_get(lines, i);
    json_int_t thread = json_integer_value(json_object_get(line, "thread"));
    assert_int_equal(json_integer_value(json_object_get(line, "n")), next[thread]++);
  }
  json_decref(lines);
}

static double metric_found;
static void find_dropped(void *context, const char *name, const char *labels, double value)
{
  (void)context;
  if (strcmp(name, "jiedui_log_dropped_total") == 0 && !*labels) metric_found = value;
}

// Nobody reads the pipe: the caller goes on, drops are counted, and once somebody reads they are reported.
static void test_full_ring(void **state)
{
  (void)state;
  enum { RECORDS = 20000 };
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  redirect(ends[1]);
  uint64_t before = log_dropped();
  assert_int_equal(log_start("test", LOG_LEVEL_INFO), 0);
  for (int i = 0; i < RECORDS; i++)
    log_event(LOG_ready, F_NUMBER("n", i)); // a blocking call would hang the test here
  uint64_t dropped = log_dropped() - before;
  assert_true(dropped > 0 && dropped < RECORDS);
  metric_each(find_dropped, NULL);
  assert_int_equal(metric_found, log_dropped());
  struct reader reader = {.fd = ends[0]};
  pthread_t thread;
  assert_int_equal(pthread_create(&thread, NULL, read_all, &reader), 0);
  log_stop();
  close(ends[1]);
  restore();
  pthread_join(thread, NULL);
  close(ends[0]);
  uint64_t written = 0, reported = 0;
  for (char *line = reader.text, *end; (end = strchr(line, '\n')); line = end + 1) {
    json_t *object = json_loadb(line, (size_t)(end - line), 0, NULL);
    assert_non_null(object);
    if (strcmp(json_string_value(json_object_get(object, "event")), "ready") == 0)
      written++;
    else
      reported += (uint64_t)json_integer_value(json_object_get(object, "number"));
    json_decref(object);
  }
  assert_int_equal(written + dropped, RECORDS);
  assert_int_equal(reported, dropped);
  free(reader.text);
}

// Signals handled by the process are never run in the writer thread.
static volatile sig_atomic_t in_main;
static pthread_t main_thread;
static void on_signal(int number)
{
  (void)number;
  in_main += pthread_equal(pthread_self(), main_thread) ? 1 : 1000000;
}
static void signals_and_records(void)
{
  for (int i = 0; i < 500; i++) {
    kill(getpid(), SIGUSR1);
    log_event(LOG_ready, F_NUMBER("n", i));
  }
}
static void test_signals(void **state)
{
  (void)state;
  struct sigaction action = {.sa_handler = on_signal}, before;
  main_thread = pthread_self();
  sigset_t usr1, mask;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  sigaction(SIGUSR1, &action, &before);
  pthread_sigmask(SIG_UNBLOCK, &usr1, &mask);
  json_t *lines = lines_of(LOG_LEVEL_INFO, signals_and_records);
  sigaction(SIGUSR1, &before, NULL);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  assert_int_equal(json_array_size(lines), 500);
  assert_true(in_main > 0);
  json_decref(lines);
}

// ---- the journal: this sendv stands before libsystemd's

static char journal_text[4096];
static int journal_result, journal_calls;
int sd_journal_sendv(const struct iovec *fields, int n);
int sd_journal_sendv(const struct iovec *fields, int n)
{
  journal_calls++;
  journal_text[0] = 0;
  for (int i = 0; i < n; i++) {
    size_t used = strlen(journal_text);
    snprintf(journal_text + used, sizeof(journal_text) - used, "%.*s|", (int)fields[i].iov_len,
             (const char *)fields[i].iov_base);
  }
  return journal_result;
}

static void one_record(void)
{
  log_event(LOG_chain_damaged, F_NUMBER("seq", 42));
}

static void with_journal(int result, unsigned long long inode_off)
{
  int ends[2];
  struct stat st;
  char stream[64];
  assert_int_equal(pipe(ends), 0);
  redirect(ends[1]);
  assert_int_equal(fstat(STDERR_FILENO, &st), 0);
  snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
           (unsigned long long)st.st_ino + inode_off);
  setenv("JOURNAL_STREAM", stream, 1);
  journal_calls = 0;
  journal_result = result;
  assert_int_equal(log_start("test", LOG_LEVEL_INFO), 0);
  one_record();
  log_stop();
  unsetenv("JOURNAL_STREAM");
  close(ends[1]);
  restore();
  struct reader reader = {.fd = ends[0]};
  read_all(&reader);
  close(ends[0]);
  bool as_text = strstr(reader.text, "\"chain_damaged\"");
  free(reader.text);
  assert_int_equal(journal_calls, inode_off ? 0 : 1);
  assert_int_equal(as_text, inode_off || result < 0);
}

static void test_journal(void **state)
{
  (void)state;
  with_journal(0, 0);
  assert_non_null(strstr(journal_text, "EVENT=chain_damaged|"));
  assert_non_null(strstr(journal_text, "PRIORITY=3|"));
  assert_non_null(strstr(journal_text, "SEQ=42|"));
  assert_non_null(strstr(journal_text, "MESSAGE_ID="));
}

static void test_journal_away(void **state)
{
  (void)state;
  with_journal(-ENOENT, 0); // the journal is being restarted: as text
}

static void test_redirected_since(void **state)
{
  (void)state;
  with_journal(0, 1); // JOURNAL_STREAM names another file than standard error
}

int main(void)
{
  unsetenv("JOURNAL_STREAM");
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_levels),           cmocka_unit_test(test_words),
      cmocka_unit_test(test_not_running),      cmocka_unit_test(test_threads),
      cmocka_unit_test(test_full_ring),        cmocka_unit_test(test_signals),
      cmocka_unit_test(test_journal),          cmocka_unit_test(test_journal_away),
      cmocka_unit_test(test_redirected_since),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
