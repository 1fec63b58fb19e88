// The only place that commits and replies. An answer to a command leaves after the commit of the transaction
// it was decided in, never before; if the commit fails the process ends and nobody was told OK.
#include "common/svc/internal.h"

#include "common/base/clock.h"
#include "common/base/pb.h"

#include <errno.h>
#include <string.h>

const char *outcome_word(Bus__Code code)
{
  switch (code) {
  case BUS__CODE__CODE_OK:
    return "ok";
  case BUS__CODE__CODE_INVALID:
    return "invalid";
  case BUS__CODE__CODE_REFUSED:
    return "refused";
  case BUS__CODE__CODE_DENIED:
    return "denied";
  case BUS__CODE__CODE_NOT_FOUND:
    return "not_found";
  case BUS__CODE__CODE_CONFLICT:
    return "conflict";
  case BUS__CODE__CODE_UNIMPLEMENTED:
    return "unimplemented";
  case BUS__CODE__CODE_EXPIRED:
    return "expired";
  case BUS__CODE__CODE_EXHAUSTED:
    return "exhausted";
  case BUS__CODE__CODE_UNAVAILABLE:
    return "unavailable";
  default:
    return "internal";
  }
}

int batch_begin(struct svc *svc)
{
  struct batch *batch = &svc->batch;
  if (batch->txn) return 0;
  int r = store_begin(svc->store, true, &batch->txn);
  if (r < 0) return r;
  batch->events_before = journal_head(svc->journal);
  batch->clock_before = svc->simulated_us;
  return 0;
}

static bool grow(struct batch *batch)
{
  if (batch->n < batch->capacity) return true;
  size_t capacity = batch->capacity ? batch->capacity * 2 : 256;
  struct pending *list = realloc(batch->pending, capacity * sizeof *list);
  if (!list) return false;
  batch->pending = list;
  batch->capacity = capacity;
  return true;
}

void batch_answer(struct svc *svc, struct pending *pending, const Bus__Status *status)
{
  struct batch *batch = &svc->batch;
  uint8_t *bytes = NULL;
  size_t length = status ? pb_pack(batch->arena, &status->base, &bytes) : 0;
  if (!bytes || !grow(batch)) { // out of memory: no answer, the client asks again with the same key
    zmsg_destroy(&pending->address);
    metric_add(METRIC_reply_drops, "reason=\"memory\"", 1);
    return;
  }
  pending->status = bytes;
  pending->length = length;
  batch->pending[batch->n++] = *pending;
  pending->address = NULL;
}

void reply_now(struct svc *svc, zmsg_t **address, const uint8_t *id, size_t id_length,
               const Bus__Status *status)
{
  uint8_t *bytes = NULL;
  size_t length = pb_pack(svc->work, &status->base, &bytes);
  if (bytes)
    bus_server_reply(svc->server, address, BUS_REPLY, id, id_length, bytes, length);
  else
    zmsg_destroy(address);
}

static void count_answer(const struct pending *pending)
{
  char labels[160];
  snprintf(labels, sizeof labels, "method=\"%s\",outcome=\"%s\"", pending->method, pending->outcome);
  metric_add(METRIC_commands, labels, 1);
  metric_observe(METRIC_command_seconds, NULL, (double)(clock_monotonic_us() - pending->began_us) / 1e6);
}

static void tell_own(struct svc *svc, const struct pending *pending)
{
  if (!pending->done) return;
  Bus__Status *status = bus__status__unpack(NULL, pending->length, pending->status);
  if (!status) return;
  pending->done(svc, svc->state, status, pending->context);
  bus__status__free_unpacked(status, NULL);
}

static void send_answers(struct svc *svc)
{
  struct batch *batch = &svc->batch;
  for (size_t i = 0; i < batch->n; i++) {
    struct pending *pending = &batch->pending[i];
    count_answer(pending);
    if (pending->address)
      bus_server_reply(svc->server, &pending->address, BUS_REPLY, pending->id, pending->id_length,
                       pending->status, pending->length);
    else
      tell_own(svc, pending);
  }
}

// An answer that was read from the transaction: a success, or a refusal that may rest on what came before it.
static bool rests_on_batch(const struct pending *pending)
{
  static const char *const words[] = {"ok", "refused", "conflict", "not_found", "denied"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(pending->outcome, words[i]) == 0) return true;
  return false;
}

// The store is full: nothing of this batch stays and every answer that rested on it becomes EXHAUSTED.
static void fail_batch(struct svc *svc)
{
  struct batch *batch = &svc->batch;
  store_abort(&batch->txn);
  svc->simulated_us = batch->clock_before;
  arena_reset(svc->work);
  Bus__Status *space = status_reject(svc->work, REASON_SPACE, NULL);
  uint8_t *bytes = NULL;
  CHECK(space); // the arena is empty
  space->retry_after_ms = 60000;
  size_t length = pb_pack(svc->work, &space->base, &bytes);
  for (size_t i = 0; i < batch->n; i++)
    if (rests_on_batch(&batch->pending[i])) {
      batch->pending[i].status = bytes;
      batch->pending[i].length = length;
      batch->pending[i].outcome = "exhausted";
    }
  log_event(LOG_space_closed, F_NUMBER("commands", batch->n));
  svc->creations = false;
}

_Noreturn static void die_of_commit(int error)
{
  log_event(LOG_commit_failed, F_TEXT("error", strerror(-error)));
  log_stop();
  _exit(1);
}

static void commit_store(struct svc *svc)
{
  struct batch *batch = &svc->batch;
  if (!batch->txn) return;
  if (batch->failed) {
    fail_batch(svc);
    return;
  }
  if (svc->vault) {
    int r = vault_sync(
        svc->vault); // keys first: a key without a record is harmless, a record without a key is lost
    if (r < 0) die_of_commit(r);
  }
  int64_t began = clock_monotonic_us();
  int r = store_commit(&batch->txn);
  if (r == -ENOSPC) { // found full while writing pages: the transaction is gone, the environment is fine
    batch->failed = true;
    fail_batch(svc);
    return;
  }
  if (r < 0) die_of_commit(r);
  double took = (double)(clock_monotonic_us() - began);
  batch->commit_ewma_us = batch->commit_ewma_us == 0 ? took : 0.8 * batch->commit_ewma_us + 0.2 * took;
  metric_observe(METRIC_commit_seconds, NULL, took / 1e6);
  metric_observe(METRIC_batch_size, NULL, (double)batch->n);
  metric_set(METRIC_journal_seq, NULL, (double)journal_head(svc->journal));
}

int batch_commit(struct svc *svc)
{
  struct batch *batch = &svc->batch;
  bool had_txn = batch->txn != NULL;
  commit_store(svc);
  if (had_txn && batch->failed) follow_aborted(svc);
  bool committed = had_txn && !batch->failed;
  if (committed) follow_committed(svc);
  send_answers(svc);
  batch->previous = batch->n;
  batch->n = 0;
  batch->events = 0;
  batch->failed = false;
  arena_reset(batch->arena);
  if (committed && svc->service->committed) svc->service->committed(svc, svc->state);
  return 0;
}
