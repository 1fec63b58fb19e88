// The feed: long-poll FETCH over the journal. Gapless per daemon; what filters or rights hold back still
// moves next_after on, so a filtered reader keeps a correct cursor. Rows go out as they are stored: a service
// reading everything costs no decoding.
#include "common/svc/internal.h"

#include "common/base/clock.h"
#include "common/base/pb.h"

#include <errno.h>
#include <string.h>
#include <sys/param.h>

struct reading { // one fetch being answered
  struct svc *svc;
  const Bus__Fetch *fetch;
  struct dir_view *dir;
  struct actor actor;
  bool raw;       // no filter, no rights to check
  uint8_t *bytes; // events field of a Batch, packed by hand
  size_t length, capacity, budget;
  uint32_t events, max_events;
  uint64_t next_after;
  unsigned scanned;
};

static size_t put_varint(uint8_t *out, uint64_t value)
{
  size_t n = 0;
  do {
    out[n] = (uint8_t)(value & 0x7f) | (value > 0x7f ? 0x80 : 0);
    value >>= 7;
    n++;
  } while (value);
  return n;
}

static bool word_listed(char *const *list, size_t n, const char *word)
{
  for (size_t i = 0; i < n; i++)
    if (strcmp(list[i], word) == 0) return true;
  return n == 0;
}

static int wanted(struct reading *reading, const void *packed, size_t length, bool *ret)
{
  *ret = true;
  if (reading->raw) return 0;
  arena_reset(reading->svc->decode);
  Bus__Event *event = bus__event__unpack(arena_allocator(reading->svc->decode), length, packed);
  if (!event) return -EBADMSG;
  const Bus__Fetch *fetch = reading->fetch;
  *ret = word_listed(fetch->types, fetch->n_types, event->type) &&
         word_listed(fetch->subjects, fetch->n_subjects, event->subject);
  return *ret ? who_sees(reading->dir, &reading->actor, event, ret) : 0;
}

static int read_row(void *context, uint64_t seq, const void *packed, size_t length)
{
  struct reading *reading = context;
  bool take = false;
  int r = wanted(reading, packed, length, &take);
  if ((r == -ENOBUFS || r == -ENOMEM) && reading->scanned) { // rights cost much here: go on in another turn
    reading->scanned = SVC_SCAN_MAX;
    return 1;
  }
  if (r < 0) return r;
  if (take) {
    uint8_t head[11] = {0x1a}; // field 3, length-delimited
    size_t n = 1 + put_varint(head + 1, length);
    if (reading->events && reading->length + n + length > reading->budget) return 1;
    if (reading->length + n + length > reading->capacity) return reading->events ? 1 : -EMSGSIZE;
    memcpy(reading->bytes + reading->length, head, n);
    memcpy(reading->bytes + reading->length + n, packed, length);
    reading->length += n + length;
    reading->events++;
  }
  reading->next_after = seq;
  return reading->events >= reading->max_events || ++reading->scanned >= SVC_SCAN_MAX;
}

static size_t put_number(uint8_t *out, unsigned field, uint64_t value)
{
  size_t n = put_varint(out, field << 3);
  return n + put_varint(out + n, value);
}

static void send_batch(struct reading *reading, zmsg_t **address, const uint8_t *id, size_t id_length)
{
  struct svc *svc = reading->svc;
  static const uint8_t ok[] = {0x0a, 0x02, 0x08, BUS__CODE__CODE_OK}; // status { code: OK }
  uint8_t *out = reading->bytes + reading->length;
  memcpy(out, ok, sizeof ok);
  size_t n = sizeof ok;
  n += put_number(out + n, 2, journal_epoch(svc->journal));
  n += put_number(out + n, 4, reading->next_after);
  n += put_number(out + n, 5, journal_head(svc->journal));
  n += put_number(out + n, 6, journal_first(svc->journal));
  metric_add(METRIC_events_fetched, NULL, reading->events);
  bus_server_reply(svc->server, address, BUS_BATCH, id, id_length, reading->bytes, reading->length + n);
}

static int read_rows(struct svc *svc, struct store_txn *txn, const struct principal *principal,
                     struct parked *request, struct reading *reading)
{
  *reading = (struct reading){.svc = svc,
                              .fetch = request->fetch,
                              .capacity = BUS_BODY_MAX,
                              .budget = request->max_bytes,
                              .max_events = request->max_events,
                              .next_after = request->after};
  who_actor(svc->work, principal, &reading->actor);
  reading->raw =
      (principal->roles & ROLE_BIT(SERVICE)) && !request->fetch->n_types && !request->fetch->n_subjects;
  reading->dir = directory_view(svc->directory, txn, svc->work);
  reading->bytes = svc->fetched; // not from the arena, which clears what it gives
  int r = journal_read(txn, svc->journal, request->after, read_row, reading);
  return r < 0 ? r : 0;
}

// ---- requests

static void refuse(struct svc *svc, struct bus_message *message, Bus__Status *status)
{
  Bus__Batch batch = BUS__BATCH__INIT;
  batch.status = status;
  batch.epoch = journal_epoch(svc->journal);
  batch.head = journal_head(svc->journal);
  batch.first = journal_first(svc->journal);
  uint8_t *bytes = NULL;
  size_t length = pb_pack(svc->work, &batch.base, &bytes);
  if (status && bytes)
    bus_server_reply(svc->server, &message->address, BUS_BATCH, zframe_data(message->a),
                     MIN(zframe_size(message->a), 16), bytes, length);
}

static Bus__Status *check_fetch(struct svc *svc, const struct bus_message *message, const Bus__Fetch *fetch)
{
  char first[24], after[24], epoch[24];
  if (fetch->n_types > SVC_FILTERS_MAX || fetch->n_subjects > SVC_FILTERS_MAX || strlen(fetch->consumer) > 64)
    return status_reject(svc->work, REASON_FIELD, "field", "types, subjects, consumer", "detail",
                         "at most 64 of each; 64 bytes", NULL);
  if (!who_is(svc, message->principal)) return status_reject(svc->work, REASON_PRINCIPAL, NULL);
  snprintf(epoch, sizeof epoch, "%llu", (unsigned long long)journal_epoch(svc->journal));
  if (fetch->epoch && fetch->epoch != journal_epoch(svc->journal))
    return status_reject(svc->work, REASON_EPOCH, "epoch", epoch, NULL);
  if (fetch->after + 1 < journal_first(svc->journal)) {
    snprintf(first, sizeof first, "%llu", (unsigned long long)journal_first(svc->journal));
    snprintf(after, sizeof after, "%llu", (unsigned long long)fetch->after);
    return status_reject(svc->work, REASON_TRIMMED, "after", after, "first", first, NULL);
  }
  if (fetch->after > journal_head(svc->journal))
    return status_reject(svc->work, REASON_EPOCH, "epoch", epoch, NULL);
  return NULL;
}

static int use_kept_cursor(struct svc *svc, struct store_txn *txn, const char *key, Bus__Fetch *fetch)
{
  const struct principal *principal = who_is(svc, key);
  if (!fetch->consumer[0] || fetch->after || !principal) return 0;
  char *name = arena_printf(svc->work, "consumer/%s/%s", principal->name, fetch->consumer);
  uint64_t epoch = 0;
  int r = name ? cursor_get(txn, svc->keep, name, &epoch, &fetch->after) : -ENOMEM;
  if (r == 0 && epoch) fetch->epoch = epoch; // one of before a restore is refused, until an Ack renews it
  return r;
}

static void parked_free(struct parked *one)
{
  zmsg_destroy(&one->address);
  bus__fetch__free_unpacked(one->fetch, NULL);
  free(one);
}

static bool may_park(const struct svc *svc, const char *key)
{
  unsigned mine = 0;
  for (const struct parked *one = svc->parked; one; one = one->next)
    if (strcmp(one->principal, key) == 0) mine++;
  const struct principal *principal = who_is(svc, key);
  bool service = principal && (principal->roles & ROLE_BIT(SERVICE));
  return svc->n_parked < SVC_PARKED_MAX && (service || mine < SVC_PARKED_PER_PRINCIPAL);
}

static struct parked *request_of(struct bus_message *message, Bus__Fetch *fetch)
{
  struct parked *one = calloc(1, sizeof *one);
  if (!one) return NULL;
  one->id_length = MIN(zframe_size(message->a), sizeof one->id);
  memcpy(one->id, zframe_data(message->a), one->id_length);
  memcpy(one->principal, message->principal, sizeof one->principal);
  one->after = fetch->after;
  one->max_events = fetch->max_events ? MIN(fetch->max_events, 1024) : 256;
  one->max_bytes = fetch->max_bytes ? MIN(fetch->max_bytes, BUS_BODY_MAX - 512) : BUS_BODY_MAX - 512;
  one->until_us = clock_monotonic_us() + (int64_t)MIN(fetch->wait_ms, 60000) * 1000;
  one->fetch = fetch;
  one->address = message->address;
  message->address = NULL;
  return one;
}

// Answers if there is something or the time is up. True = done with it.
static bool answer(struct svc *svc, struct store_txn *txn, struct parked *one, bool last)
{
  const struct principal *principal = who_is(svc, one->principal);
  if (!principal) return true; // revoked while it waited: no answer
  if (one->after >= journal_head(svc->journal) && !last) return false;
  struct reading reading;
  int r = read_rows(svc, txn, principal, one, &reading);
  if (r < 0) {
    log_event(LOG_method_failed, F_TEXT("object", "fetch"), F_TEXT("error", strerror(-r)));
    return true;
  }
  if (reading.events == 0 && !last && reading.scanned < SVC_SCAN_MAX) {
    one->after = reading.next_after; // all held back so far: wait on
    return false;
  }
  send_batch(&reading, &one->address, one->id, one->id_length);
  return true;
}

// Decoded outside the arenas, as it may have to wait: bounded by its size. NULL with *ret a refusal.
static Bus__Fetch *read_fetch(struct svc *svc, const struct bus_message *message, Bus__Status **ret)
{
  struct pb_fault fault = {.what = "decode"};
  size_t length = zframe_size(message->b);
  if (length > SVC_FETCH_MAX) {
    *ret = status_reject(svc->work, REASON_SIZE, "what", "Fetch", "size", "too many", "max", "16384", NULL);
    return NULL;
  }
  Bus__Fetch *fetch = bus__fetch__unpack(NULL, length, zframe_data(message->b));
  if (fetch && pb_check(&fetch->base, &fault)) return fetch;
  if (fetch) bus__fetch__free_unpacked(fetch, NULL);
  *ret = status_reject(svc->work, REASON_DECODE, "what", "body", "type", "jiedui.bus.v1.Fetch", "detail",
                       fault.what, NULL);
  return NULL;
}

static Bus__Status *status_of_busy(struct svc *svc)
{
  Bus__Status *busy = status_reject(svc->work, REASON_BUSY, NULL);
  if (busy) busy->retry_after_ms = 1000;
  return busy;
}

// Nothing to tell yet. Who has too many waiting is told to come later: an empty answer would be asked again
// at once.
static void park(struct svc *svc, struct bus_message *message, struct parked *one)
{
  if (!may_park(svc, one->principal)) {
    message->address = TAKE(one->address);
    parked_free(one);
    refuse(svc, message, status_of_busy(svc));
    return;
  }
  one->next = svc->parked;
  svc->parked = one;
  svc->n_parked++;
  metric_set(METRIC_parked, NULL, (double)svc->n_parked);
}

void feed_fetch(struct svc *svc, struct store_txn *txn, struct bus_message *message)
{
  Bus__Status *status = NULL;
  Bus__Fetch *fetch = read_fetch(svc, message, &status);
  if (fetch && use_kept_cursor(svc, txn, message->principal, fetch) < 0)
    status = status_reject(svc->work, REASON_INTERNAL, "id", "cursor", NULL);
  if (fetch && !status) status = check_fetch(svc, message, fetch);
  struct parked *one = fetch && !status ? request_of(message, fetch) : NULL;
  if (!one) {
    if (fetch) bus__fetch__free_unpacked(fetch, NULL);
    refuse(svc, message, status ? status : status_of_busy(svc));
    return;
  }
  if (answer(svc, txn, one, one->until_us <= clock_monotonic_us()))
    parked_free(one);
  else
    park(svc, message, one);
}

void feed_wake(struct svc *svc, struct store_txn *txn)
{
  int64_t now = clock_monotonic_us();
  for (struct parked **link = &svc->parked; *link;) {
    struct parked *one = *link;
    bool last = one->until_us <= now;
    arena_reset(svc->work);
    if (!answer(svc, txn, one, last)) {
      link = &one->next;
      continue;
    }
    *link = one->next;
    svc->n_parked--;
    parked_free(one);
  }
  metric_set(METRIC_parked, NULL, (double)svc->n_parked);
}

int64_t feed_next_us(const struct svc *svc)
{
  int64_t next = INT64_MAX;
  for (const struct parked *one = svc->parked; one; one = one->next)
    next = MIN(next, one->until_us);
  return next;
}

void feed_clear(struct svc *svc)
{
  while (svc->parked) {
    struct parked *one = svc->parked;
    svc->parked = one->next;
    parked_free(one);
  }
  svc->n_parked = 0;
}
