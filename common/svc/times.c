// The business clock, ticks and the minute's chores. With clock.mode: simulated the business clock stands
// still until an operator moves it (ops.SetClock); its value survives a restart.
#include "common/svc/internal.h"

#include "common/base/clock.h"

#include <sys/param.h>

int64_t times_now_us(const struct svc *svc)
{
  return svc->conf->simulated_clock ? svc->simulated_us : clock_real_us();
}

int64_t svc_now_us(const struct svc *svc)
{
  return times_now_us(svc);
}

int times_start(struct svc *svc)
{
  svc->started_us = clock_monotonic_us();
  svc->next_tick_us = svc->started_us;
  svc->next_minute_us = svc->started_us;
  if (!svc->conf->simulated_clock) return 0;
  struct store_txn *txn = NULL;
  uint64_t kept = 0;
  int r = store_begin(svc->store, false, &txn);
  if (r == 0) r = value_get(txn, svc->keep, "clock", &kept);
  if (txn) store_abort(&txn);
  if (r < 0) return r;
  const char *start = svc->conf->clock_start ? svc->conf->clock_start : "2016-08-17";
  svc->simulated_us = kept ? (int64_t)kept : date_start_us(start) + 8 * INT64_C(3600000000);
  return 0;
}

void svc_tick_at(struct svc *svc, int64_t time_us)
{
  if (time_us > 0 && (svc->tick_at_us == 0 || time_us < svc->tick_at_us)) svc->tick_at_us = time_us;
}

static void tick_done(struct svc *svc, void *state, const Bus__Status *status, void *context)
{
  (void)state, (void)context;
  svc->tick_queued = false;
  if (status->code != BUS__CODE__CODE_OK) log_event(LOG_tick_failed, F_TEXT("code", status->reason));
}

// All areas name their tick message Tick{now_us = 1}: it is built by its descriptor.
void times_tick_now(struct svc *svc)
{
  if (svc->tick_queued) { // with an earlier time: that one does not do, the next turn makes another
    svc_tick_at(svc, times_now_us(svc));
    return;
  }
  const struct binding *tick = bind_find(&svc->commands, "Tick");
  if (!tick) return;
  uint8_t bytes[512] = {0};
  CHECK(tick->input->sizeof_message <= sizeof bytes);
  ProtobufCMessage *message = (ProtobufCMessage *)bytes;
  protobuf_c_message_init(tick->input, message);
  const ProtobufCFieldDescriptor *now =
      protobuf_c_message_descriptor_get_field_by_name(tick->input, "now_us");
  CHECK(now && now->type == PROTOBUF_C_TYPE_UINT64);
  *(uint64_t *)(bytes + now->offset) = (uint64_t)times_now_us(svc);
  if (svc_submit(svc, "Tick", message, tick_done, NULL) == 0) svc->tick_queued = true;
}

void times_check_space(struct svc *svc)
{
  struct store_space space;
  if (store_space(svc->store, &space) < 0) return;
  if (space.map_size) metric_set(METRIC_map_used, NULL, (double)space.map_used / (double)space.map_size);
  if (space.creations == svc->creations) return;
  svc->creations = space.creations;
  if (space.creations)
    log_event(LOG_space_open, F_NUMBER("disk_free", space.disk_free));
  else
    log_event(LOG_space_closed, F_NUMBER("disk_free", space.disk_free), F_NUMBER("map_used", space.map_used));
}

static void minute(struct svc *svc)
{
  int cleared = 0;
  (void)store_reader_check(svc->store, &cleared);
  times_check_space(svc);
  uint64_t days = svc->conf->idem_days ? svc->conf->idem_days : 400;
  uint64_t age = days * UINT64_C(86400000000), now = (uint64_t)clock_real_us();
  unsigned trimmed = 0;
  if (now <= age || batch_begin(svc) < 0) return;
  (void)idem_trim(svc->batch.txn, svc->keep, now - age, &trimmed);
  (void)audit_trim(svc, svc->batch.txn, now - age);
}

void times_turn(struct svc *svc)
{
  int64_t now = clock_monotonic_us();
  if (now >= svc->next_minute_us) {
    minute(svc);
    svc->next_minute_us = now + 60 * INT64_C(1000000);
  }
  bool asked = svc->tick_at_us && svc->tick_at_us <= times_now_us(svc);
  if (asked || now >= svc->next_tick_us) {
    uint32_t seconds = svc->conf->tick_seconds ? svc->conf->tick_seconds : 30;
    svc->next_tick_us = now + (int64_t)seconds * 1000000;
    if (asked) svc->tick_at_us = 0;
    times_tick_now(svc);
  }
}

int64_t times_next_us(const struct svc *svc)
{
  int64_t next = MIN(svc->next_tick_us, svc->next_minute_us);
  int64_t wait = svc->tick_at_us - times_now_us(svc); // a simulated clock stands still while we wait
  if (svc->tick_at_us && (wait <= 0 || !svc->conf->simulated_clock))
    next = MIN(next, clock_monotonic_us() + MAX(wait, 0));
  return next;
}
