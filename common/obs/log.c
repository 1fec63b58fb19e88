#include "common/obs/log.h"
#include "common/base/check.h"
#include "common/base/clock.h"
#include "common/obs/log_record.h"
#include "common/obs/metric.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

// A bounded queue of many writers and one reader: each slot carries a turn number, writers claim a slot by
// moving the tail, nobody ever waits for anybody (D. Vyukov's bounded queue).
#define RING_SLOTS  2048u
#define WRITE_BATCH (64 * 1024)

struct slot {
  _Atomic uint32_t turn;
  struct log_record record;
};
static struct {
  struct slot slots[RING_SLOTS];
  _Atomic uint32_t tail;
  uint32_t head; // the writer thread's own
  _Atomic uint64_t dropped;
  uint64_t dropped_before; // at log_start
  _Atomic bool running, stopping;
  _Atomic int level;
  sem_t wake;
  pthread_t thread;
  struct log_identity identity;
  bool journal; // standard error is the journal
} ring = {.level = LOG_LEVEL_INFO};

static const struct {
  const char *word;
  enum log_level level;
} levels[] = {{"error", LOG_LEVEL_ERROR},
              {"warning", LOG_LEVEL_WARNING},
              {"notice", LOG_LEVEL_NOTICE},
              {"info", LOG_LEVEL_INFO},
              {"debug", LOG_LEVEL_DEBUG}};

int log_level_of_word(const char *word)
{
  for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
    if (word && strcmp(levels[i].word, word) == 0) return (int)levels[i].level;
  return -1;
}

const char *log_level_word(enum log_level level)
{
  for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
    if (levels[i].level == level) return levels[i].word;
  return "info";
}

void log_set_level(enum log_level level)
{
  atomic_store(&ring.level, (int)level);
}
enum log_level log_get_level(void)
{
  return (enum log_level)atomic_load(&ring.level);
}
uint64_t log_dropped(void)
{
  return atomic_load(&ring.dropped);
}

void log_write(enum log_event event, const struct log_field *fields)
{
  if (!atomic_load_explicit(&ring.running, memory_order_acquire)) return;
  CHECK((unsigned)event < LOG_EVENTS);
  if ((int)log_record_level(event) > atomic_load_explicit(&ring.level, memory_order_relaxed)) return;
  uint32_t at = atomic_load_explicit(&ring.tail, memory_order_relaxed);
  struct slot *slot;
  for (;;) {
    slot = &ring.slots[at % RING_SLOTS];
    int32_t ahead = (int32_t)(atomic_load_explicit(&slot->turn, memory_order_acquire) - at);
    if (ahead == 0) {
      if (atomic_compare_exchange_weak(&ring.tail, &at, at + 1)) break;
    } else if (ahead < 0) {
      atomic_fetch_add(&ring.dropped, 1);
      metric_add_atomic(METRIC_log_dropped, 1);
      return;
    } else {
      at = atomic_load_explicit(&ring.tail, memory_order_relaxed);
    }
  }
  log_record_capture(&slot->record, clock_real_us(), event, fields);
  atomic_store_explicit(&slot->turn, at + 1, memory_order_release);
  sem_post(&ring.wake);
}

// Waits for a reader that lags; gives up only when standard error is gone.
static void write_all(const char *bytes, size_t length)
{
  while (length > 0) {
    ssize_t n = write(STDERR_FILENO, bytes, length);
    if (n >= 0) {
      bytes += n;
      length -= (size_t)n;
    } else if (errno == EAGAIN) {
      struct pollfd fd = {.fd = STDERR_FILENO, .events = POLLOUT};
      (void)poll(&fd, 1, 1000);
    } else if (errno != EINTR) {
      return;
    }
  }
}

struct batch {
  size_t used;
  char bytes[WRITE_BATCH];
};

static void batch_flush(struct batch *batch)
{
  write_all(batch->bytes, batch->used);
  batch->used = 0;
}

static void emit(struct batch *batch, const struct log_record *record)
{
  if (ring.journal) {
    struct log_journal_space space;
    struct iovec fields[LOG_JOURNAL_FIELDS];
    int n = log_record_journal(record, &ring.identity, &space, fields);
    if (sd_journal_sendv(fields, n) >= 0) return; // fails when the journal is being restarted: then as text
  }
  if (sizeof(batch->bytes) - batch->used < LOG_JSON_MAX) batch_flush(batch);
  batch->used += log_record_json(record, &ring.identity, batch->bytes + batch->used, LOG_JSON_MAX);
}

// Copies out and frees the slot before anything is written, so that a slow reader costs at most the ring.
static bool take(struct log_record *ret)
{
  struct slot *slot = &ring.slots[ring.head % RING_SLOTS];
  if (atomic_load_explicit(&slot->turn, memory_order_acquire) != ring.head + 1) return false;
  *ret = slot->record;
  atomic_store_explicit(&slot->turn, ring.head + RING_SLOTS, memory_order_release);
  ring.head++;
  return true;
}

static void report_drops(struct batch *batch, uint64_t *reported)
{
  uint64_t dropped = log_dropped();
  if (dropped == *reported) return;
  struct log_record record;
  struct log_field fields[] = {F_NUMBER("number", dropped - *reported), {0}};
  log_record_capture(&record, clock_real_us(), LOG_log_dropped, fields);
  *reported = dropped;
  emit(batch, &record);
}

static void *writer(void *argument)
{
  struct batch *batch = argument;
  struct log_record record;
  uint64_t reported = ring.dropped_before;
  for (;;) {
    bool stopping = atomic_load(&ring.stopping);
    while (take(&record))
      emit(batch, &record);
    report_drops(batch, &reported);
    batch_flush(batch);
    if (stopping) break;
    while (sem_wait(&ring.wake) < 0 && errno == EINTR)
      ;
    while (sem_trywait(&ring.wake) == 0) // one wake for all that has piled up
      ;
  }
  free(batch);
  return NULL;
}

// systemd sets JOURNAL_STREAM=device:inode; standard error may have been redirected since.
static bool stderr_is_journal(void)
{
  const char *stream = getenv("JOURNAL_STREAM");
  unsigned long long device, inode;
  struct stat st;
  return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && fstat(STDERR_FILENO, &st) == 0 &&
         st.st_dev == (dev_t)device && st.st_ino == (ino_t)inode;
}

static int start_thread(struct batch *batch)
{
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&ring.thread, NULL, writer, batch);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return -error;
}

int log_start(const char *service, enum log_level level)
{
  if (atomic_load(&ring.running)) return -EALREADY;
  struct batch *batch = calloc(1, sizeof(*batch));
  if (!batch) return -ENOMEM;
  snprintf(ring.identity.service, sizeof(ring.identity.service), "%s", service);
  snprintf(ring.identity.instance, sizeof(ring.identity.instance), "%d", (int)getpid());
  for (uint32_t i = 0; i < RING_SLOTS; i++)
    atomic_store(&ring.slots[i].turn, i);
  ring.head = 0;
  atomic_store(&ring.tail, 0);
  atomic_store(&ring.stopping, false);
  ring.dropped_before = log_dropped();
  ring.journal = stderr_is_journal();
  log_set_level(level);
  sem_init(&ring.wake, 0, 0);
  int error = start_thread(batch);
  if (error < 0) {
    free(batch);
    return error;
  }
  atomic_store_explicit(&ring.running, true, memory_order_release);
  return 0;
}

void log_stop(void)
{
  if (!atomic_exchange(&ring.running, false)) return;
  atomic_store(&ring.stopping, true);
  sem_post(&ring.wake);
  pthread_join(ring.thread, NULL);
}
