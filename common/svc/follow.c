// Following other daemons' feeds. Effects and cursor are one transaction, so an event counts exactly once
// however often the process dies. An event waits until this daemon has read the other feeds as far as its
// decider had (its basis): a posting is never looked at before the agreement it rests on. An event that
// cannot be taken is held with an alarm and tried again: skipping it would leave a projection silently wrong.
#include "common/svc/internal.h"

#include "common/base/clock.h"
#include "common/base/pb.h"
#include "common/base/rand.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/param.h>

enum { HELD_RETRY_US = 60 * 1000000, RESYNC_RETRY_US = 10 * 1000000 };

static const char *cursor_name(const struct followed *f, char out[64])
{
  snprintf(out, 64, "follow/%s", f->def->area);
  return out;
}

static const struct conf_peer *peer_of(const struct svc *svc, const char *area)
{
  for (size_t i = 0; i < svc->conf->n_peers; i++)
    if (strcmp(svc->conf->peers[i].area, area) == 0) return &svc->conf->peers[i];
  return NULL;
}

static int load_cursor(struct svc *svc, struct followed *f)
{
  char name[64];
  struct store_txn *txn = NULL;
  int r = store_begin(svc->store, false, &txn);
  if (r == 0) r = cursor_get(txn, svc->keep, cursor_name(f, name), &f->epoch, &f->seq);
  if (txn) store_abort(&txn);
  return r;
}

static int open_one(struct svc *svc, struct followed *f)
{
  const struct conf_peer *peer = peer_of(svc, f->def->area);
  if (!peer) {
    log_event(LOG_config_refused, F_TEXT("error", "peers: no entry for a followed area"),
              F_TEXT("object", f->def->area));
    return -EINVAL;
  }
  zcert_t *cert = zcert_load(peer->server_key);
  if (!cert) {
    log_event(LOG_config_refused, F_TEXT("error", "peers: server_key cannot be read"),
              F_TEXT("object", peer->server_key));
    return -EINVAL;
  }
  int r = load_cursor(svc, f);
  struct bus_follower_options options = {.area = f->def->area,
                                         .endpoint = peer->endpoint,
                                         .server_key = zcert_public_txt(cert),
                                         .cert = svc->cert,
                                         .epoch = f->epoch,
                                         .after = f->seq};
  if (r == 0) r = bus_follower_open(&options, &f->follower);
  if (r == 0) r = arena_new(SVC_WORK_BYTES, &f->arena);
  zcert_destroy(&cert);
  return r;
}

int follow_start(struct svc *svc)
{
  for (const struct svc_follow *def = svc->service->follow_table; def && def->area; def++) {
    CHECK(svc->n_follows < SVC_FOLLOWS_MAX);
    size_t i = svc->n_follows++; // also when it fails: follow_stop takes half-opened ones
    svc->follows[i].def = def;
    int r = bind_feed(def->events, &svc->follow_events[i]);
    if (r == 0) r = open_one(svc, &svc->follows[i]);
    if (r < 0) return r;
  }
  return 0;
}

void follow_stop(struct svc *svc)
{
  for (size_t i = 0; i < svc->n_follows; i++) {
    svc->follows[i].follower = bus_follower_close(svc->follows[i].follower);
    svc->follows[i].arena = arena_free(svc->follows[i].arena);
    bind_free(&svc->follow_events[i]);
  }
  svc->n_follows = 0;
}

size_t follow_positions(const struct svc *svc, struct arena *arena, Bus__Position ***ret)
{
  if (!svc->n_follows) return 0;
  *ret = ARENA_ARRAY(arena, Bus__Position *, svc->n_follows);
  for (size_t i = 0; *ret && i < svc->n_follows; i++) {
    Bus__Position *position = ARENA_NEW(arena, Bus__Position);
    if (!position) return 0;
    bus__position__init(position);
    const struct followed *f = &svc->follows[i];
    position->area = (char *)f->def->area;
    position->epoch = f->taking ? f->batch->epoch : f->touched ? f->next_epoch : f->epoch;
    position->seq = f->taking ? f->taking : f->touched ? f->next_seq : f->seq;
    (*ret)[i] = position;
  }
  return *ret ? svc->n_follows : 0;
}

// ---- one event

static bool basis_reached(const struct svc *svc, const Bus__Event *event)
{
  for (size_t i = 0; i < event->n_basis; i++)
    for (size_t k = 0; k < svc->n_follows; k++) {
      const struct followed *other = &svc->follows[k];
      if (strcmp(other->def->area, event->basis[i]->area) != 0 || event->basis[i]->seq == 0) continue;
      uint64_t seq = other->touched ? other->next_seq : other->seq;
      uint64_t epoch = other->touched ? other->next_epoch : other->epoch;
      if (epoch == event->basis[i]->epoch && seq < event->basis[i]->seq) return false;
      if (epoch == 0) return false; // nothing read of that feed yet
    }
  return true;
}

static int react(struct svc *svc, struct followed *f, struct svc_call *call, const Bus__Event *event,
                 const char *name, const ProtobufCMessage *message)
{
  struct decision decision = {.arena = svc->work};
  int r = f->def->react(call, event, name, message, &decision);
  if (r > 0) { // a reaction has nobody to answer to: note it and go on
    log_event(LOG_method_failed, F_TEXT("object", event->type),
              F_TEXT("code", reason_text((enum reason)r)->word), F_TEXT("id", event->id));
    return 0;
  }
  if (r < 0 || !decision.n_events) return r;
  struct command_trace trace = {call->ctx->actor.name, event->id, event->traceparent, call->ctx->ids,
                                call->ctx->now_us};
  uint64_t seq;
  return command_apply(svc, &call->ctx->actor, &decision, &trace, &seq);
}

static int take_event(struct svc *svc, struct followed *f, const struct bindings *types,
                      const Bus__Event *event)
{
  arena_reset(svc->work);
  arena_reset(svc->decode);
  const char *name = bind_method(event->type, f->def->area);
  const struct binding *binding = name ? bind_find(types, name) : NULL;
  if (!binding) return 0; // a newer daemon's event: not for us
  struct pb_fault fault;
  ProtobufCMessage *message =
      pb_admit(binding->input, event->data.data, event->data.len, svc->decode, &fault);
  if (!message) return -EBADMSG;
  struct id_source ids;
  struct rule_context ctx = {0};
  who_self(&ctx.actor);
  context_fill(svc, &ctx, &ids);
  struct svc_call call = {
      svc, svc->state, svc->batch.txn, svc->work, directory_view(svc->directory, svc->batch.txn, svc->work),
      &ctx};
  int r = f->def->project ? f->def->project(&call, name, message) : 0;
  if (r == -ENOTSUP) r = 0;
  if (r == 0 && f->def->react) r = react(svc, f, &call, event, name, message);
  return r;
}

static int take_in_savepoint(struct svc *svc, struct followed *f, const struct bindings *types,
                             const Bus__Event *event)
{
  int r = store_savepoint(svc->batch.txn);
  if (r < 0) return r;
  f->taking = event->seq;
  r = take_event(svc, f, types, event);
  f->taking = 0;
  if (r == 0) return store_release(svc->batch.txn);
  int undone = store_rollback(svc->batch.txn);
  return undone < 0 ? undone : r;
}

static void hold(struct svc *svc, struct followed *f, const Bus__Event *event, int error)
{
  if (error == -ENOSPC) svc->batch.failed = true;
  if (strcmp(f->held_id, event->id) != 0) // not again at each try
    log_event(LOG_event_parked, F_TEXT("object", f->def->area), F_NUMBER("seq", event->seq),
              F_TEXT("id", event->id), F_TEXT("error", strerror(-error)));
  f->held = true;
  f->retry_us = clock_monotonic_us() + HELD_RETRY_US;
  snprintf(f->held_id, sizeof f->held_id, "%s", event->id);
}

// ---- one feed

static int reset_projection(struct svc *svc, struct followed *f);

static void fetch_more(struct svc *svc, struct followed *f)
{
  Bus__Batch *batch = NULL;
  arena_reset(f->arena);
  switch (bus_follower_turn(f->follower, f->arena, &batch)) {
  case FOLLOW_BATCH:
    f->batch = batch;
    f->at = 0;
    break;
  case FOLLOW_EPOCH: {
    int r = reset_projection(svc, f);
    log_event(LOG_follow_epoch, F_TEXT("object", f->def->area), F_NUMBER("seq", f->seq),
              F_NUMBER("result", r));
    break;
  }
  case FOLLOW_TRIMMED:
    log_event(LOG_follow_trimmed, F_TEXT("object", f->def->area), F_NUMBER("seq", f->seq));
    f->held = true;
    f->retry_us = clock_monotonic_us() + RESYNC_RETRY_US;
    break;
  case FOLLOW_DENIED:
    f->held = true;
    f->retry_us = clock_monotonic_us() + RESYNC_RETRY_US;
    break;
  case FOLLOW_NOTHING:
    break;
  }
}

// Takes events of the batch at hand. True = stopped by the limit, there is more.
static bool take_batch(struct svc *svc, struct followed *f, const struct bindings *types)
{
  unsigned taken = 0;
  while (f->at < f->batch->n_events) {
    const Bus__Event *event = f->batch->events[f->at];
    if (taken == SVC_FOLLOW_EVENTS) return true;
    if (!basis_reached(svc, event)) return false;
    int r = batch_begin(svc);
    if (r == 0) r = take_in_savepoint(svc, f, types, event);
    if (r < 0) {
      hold(svc, f, event, r);
      return false;
    }
    f->at++;
    taken++;
    f->held_id[0] = 0;
    f->touched = true;
    f->next_epoch = f->batch->epoch;
    f->next_seq = event->seq;
  }
  bool moved = f->batch->next_after > f->next_seq || f->batch->epoch != f->epoch;
  if (moved && batch_begin(svc) == 0) {
    f->touched = true;
    f->next_epoch = f->batch->epoch;
    f->next_seq = MAX(f->next_seq, f->batch->next_after);
  } else if (!f->touched) { // an empty answer to a long poll: nothing to store, ask again
    f->batch = NULL;
    bus_follower_advance(f->follower, f->epoch, f->seq);
  }
  return false;
}

static bool turn_one(struct svc *svc, struct followed *f, const struct bindings *types)
{
  if (f->held) {
    if (clock_monotonic_us() < f->retry_us) return false;
    f->held = false; // a held event is tried again; without a batch just ask again
  }
  if (!f->batch) fetch_more(svc, f);
  if (!f->batch) return false;
  if (!f->touched) f->next_seq = f->seq;
  bool more = take_batch(svc, f, types);
  if (f->touched && svc->batch.txn) {
    char name[64];
    int r = cursor_put(svc->batch.txn, svc->keep, cursor_name(f, name), f->next_epoch, f->next_seq);
    if (r < 0) svc->batch.failed = true;
  }
  return more;
}

bool follow_turn(struct svc *svc)
{
  bool more = false;
  for (size_t i = 0; i < svc->n_follows; i++) {
    struct followed *f = &svc->follows[i];
    size_t before = f->at;
    more |= turn_one(svc, f, &svc->follow_events[i]);
    // progress in one feed may let an event of another go: look once more before sleeping
    more |= svc->n_follows > 1 && f->batch && f->at > before;
  }
  return more;
}

void follow_committed(struct svc *svc)
{
  for (size_t i = 0; i < svc->n_follows; i++) {
    struct followed *f = &svc->follows[i];
    if (!f->touched) continue;
    f->touched = false;
    f->epoch = f->next_epoch;
    f->seq = f->next_seq;
    if (f->restarted) {
      f->restarted = false;
      bus_follower_advance(f->follower, f->epoch, f->seq);
    } else if (f->batch && f->at == f->batch->n_events) {
      char labels[64];
      snprintf(labels, sizeof labels, "consumer=\"%s\"", f->def->area);
      metric_set(METRIC_lag, labels, (double)(f->batch->head > f->seq ? f->batch->head - f->seq : 0));
      f->batch = NULL;
      bus_follower_advance(f->follower, f->epoch, f->seq);
    }
  }
}

void follow_aborted(struct svc *svc)
{
  for (size_t i = 0; i < svc->n_follows; i++) {
    struct followed *f = &svc->follows[i];
    if (!f->touched) continue;
    f->touched = f->restarted = false;
    while (f->batch && f->at > 0 && f->batch->events[f->at - 1]->seq > f->seq)
      f->at--;
    f->held = true;
    f->retry_us = clock_monotonic_us() + 1000000;
  }
}

int64_t follow_next_us(const struct svc *svc)
{
  int64_t next = INT64_MAX;
  for (size_t i = 0; i < svc->n_follows; i++) {
    const struct followed *f = &svc->follows[i];
    if (f->held)
      next = MIN(next, f->retry_us);
    else if (!f->batch)
      next = MIN(next, bus_follower_wake_us(f->follower));
    else
      next = MIN(next, clock_monotonic_us() + 20000); // waits for another feed
  }
  return next;
}

// ---- a feed with a new epoch is followed anew from its start

struct clearing {
  struct store_txn *txn;
  int error;
};

static void clear_table(void *context, const struct table *table)
{
  struct clearing *clearing = context;
  int r = table_clear(clearing->txn, table);
  if (r < 0) clearing->error = r;
}

static int forget_projection(struct svc *svc, struct followed *f)
{
  struct id_source ids;
  struct rule_context ctx = {0};
  arena_reset(svc->work);
  who_self(&ctx.actor);
  context_fill(svc, &ctx, &ids);
  struct svc_call call = {
      svc, svc->state, svc->batch.txn, svc->work, directory_view(svc->directory, svc->batch.txn, svc->work),
      &ctx};
  if (f->def->reset) return f->def->reset(&call);
  struct clearing clearing = {.txn = svc->batch.txn};
  directory_tables(svc->directory, clear_table, &clearing);
  return clearing.error;
}

// The new start counts with the commit: if that fails the old cursor is still in force and meets the new
// epoch again.
static int reset_projection(struct svc *svc, struct followed *f)
{
  char name[64];
  int r = batch_begin(svc);
  if (r < 0) return r;
  r = forget_projection(svc, f);
  if (r == 0) r = cursor_put(svc->batch.txn, svc->keep, cursor_name(f, name), 0, 0);
  if (r < 0) svc->batch.failed = true; // no savepoint: nothing of a half-cleared projection may stay
  f->touched = f->restarted = true;
  f->next_epoch = f->next_seq = 0;
  f->held_id[0] = 0;
  return r;
}
