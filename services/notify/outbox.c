#include "services/notify/outbox.h"
#include "common/base/cleanup.h"
#include "common/base/clock.h"
#include "common/base/rand.h"
#include "common/obs/log.h"
#include "common/obs/metric.h"
#include "services/notify/channel/cloudevent.h"
#include "services/notify/channel/endpoint.h"

#include <czmq.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define DOWN_AFTER 5 // attempts that fail in a row before the lane is reported

struct lane { // one endpoint
  char *name;
  unsigned under_way;
  unsigned failures; // in a row
};
struct flight { // one delivery between BeginAttempt and the commit of EndAttempt
  struct outbox *outbox;
  struct lane *lane;
  char id[UUID_TEXT];
  uint32_t attempt;    // 0 = not begun yet
  bool stuck;          // its EndAttempt could not be committed: again later
  const char *outcome; // word of EndAttempt
  struct channel_result result;
};
struct outbox {
  struct outbox_options options;
  struct arena *arena;
  zhashx_t *lanes;        // name -> struct lane
  zlistx_t *ring;         // the same, in the order they are served next
  zhashx_t *flights;      // delivery id -> struct flight
  int64_t wake_us;        // business time of the earliest delivery that waits for its hour; 0 = none
  int64_t pause_until_us; // monotonic
  bool work;              // something may be due or have room
  bool lost_lane;         // a lane could not be remembered for want of memory: read them all again
  bool stuck;
};

DEFINE_CLEANUP(struct outbox, outbox_close);

// ---- lanes and flights

static struct lane *lane_of(struct outbox *outbox, const char *name)
{
  struct lane *lane = zhashx_lookup(outbox->lanes, name);
  if (lane) return lane;
  lane = calloc(1, sizeof *lane);
  if (lane) lane->name = strdup(name);
  if (!lane || !lane->name) {
    free(lane);
    return NULL;
  }
  zhashx_insert(outbox->lanes, lane->name, lane);
  zlistx_add_end(outbox->ring, lane);
  return lane;
}

static void lane_destroy(void **item)
{
  struct lane *lane = *item;
  free(lane->name);
  free(lane);
  *item = NULL;
}

static void flight_destroy(void **item)
{
  free(*item);
  *item = NULL;
}

static struct flight *flight_new(struct outbox *outbox, struct lane *lane, const char *id)
{
  struct flight *flight = calloc(1, sizeof *flight);
  if (!flight) return NULL;
  flight->outbox = outbox;
  flight->lane = lane;
  snprintf(flight->id, sizeof flight->id, "%s", id);
  zhashx_insert(outbox->flights, flight->id, flight);
  lane->under_way++;
  metric_set(METRIC_deliveries_in_flight, NULL, (double)zhashx_size(outbox->flights));
  return flight;
}

static void flight_end(struct flight *flight)
{
  struct outbox *outbox = flight->outbox;
  flight->lane->under_way--;
  outbox->work = true; // a place in the lane is free
  zhashx_delete(outbox->flights, flight->id);
  metric_set(METRIC_deliveries_in_flight, NULL, (double)zhashx_size(outbox->flights));
}

// The loop refused a command, because the store is short of space or failing.
static void pause_work(struct outbox *outbox)
{
  outbox->pause_until_us = clock_monotonic_us() + outbox->options.pause_us;
}

static bool waits(const Ntf__Delivery *delivery)
{
  return delivery->status == NTF__DELIVERY_STATUS__DELIVERY_QUEUED ||
         delivery->status == NTF__DELIVERY_STATUS__DELIVERY_RETRY_WAIT;
}

static void on_stored(void *context, const Ntf__Delivery *delivery)
{
  struct outbox *outbox = context;
  outbox->work = true;
  if (waits(delivery) && !lane_of(outbox, delivery->lane)) outbox->lost_lane = true;
}

static int learn_lane(void *context, const ProtobufCMessage *row)
{
  const Ntf__Delivery *delivery = (const Ntf__Delivery *)row;
  return !waits(delivery) || lane_of(context, delivery->lane) ? 0 : -ENOMEM;
}

// ---- the end of an attempt

// A lane that is down is probed by one delivery at a time, so that many dead endpoints do not take all the
// room.
static unsigned share_of(const struct lane *lane)
{
  return lane->failures >= DOWN_AFTER ? 1 : OUTBOX_PER_LANE;
}

static void note_health(struct lane *lane, const char *outcome)
{
  if (strcmp(outcome, "delivered") == 0) {
    if (lane->failures >= DOWN_AFTER) log_event(LOG_channel_up, F_TEXT("object", lane->name));
    lane->failures = 0;
  } else if (++lane->failures == DOWN_AFTER)
    log_event(LOG_channel_down, F_TEXT("object", lane->name));
}

static void note_dead(const struct flight *flight, const Bus__Status *status)
{
  Ntf__DeliveryReply *reply = ntf__delivery_reply__unpack(NULL, status->result.len, status->result.data);
  if (!reply) return;
  if (reply->status == NTF__DELIVERY_STATUS__DELIVERY_DEAD)
    log_event(LOG_delivery_failed, F_TEXT("object", flight->id), F_NUMBER("code", flight->result.code));
  ntf__delivery_reply__free_unpacked(reply, NULL);
}

// Refused by a rule: the delivery is no longer what it was, nothing is left to note. Otherwise the store
// could not take it: the outcome is known and must not be lost.
static void end_done(struct svc *svc, void *state, const Bus__Status *status, void *context)
{
  struct flight *flight = context;
  (void)svc, (void)state;
  if (status->code == BUS__CODE__CODE_EXHAUSTED || status->code == BUS__CODE__CODE_INTERNAL) {
    flight->stuck = flight->outbox->stuck = true;
    pause_work(flight->outbox);
    return;
  }
  if (status->code == BUS__CODE__CODE_OK) note_dead(flight, status);
  flight_end(flight);
}

static void submit_end(struct flight *flight)
{
  Ntf__EndAttempt command = NTF__END_ATTEMPT__INIT;
  command.id = flight->id;
  command.no = flight->attempt;
  command.outcome = (char *)flight->outcome;
  command.code = flight->result.code;
  command.detail = flight->result.detail;
  command.retry_after_s = flight->result.retry_after_s;
  command.jitter = rand_below(UINT32_MAX);
  int r = svc_submit(flight->outbox->options.svc, "EndAttempt", &command.base, end_done, flight);
  flight->stuck = r < 0;
  flight->outbox->stuck |= r < 0;
}

static void end_flight(struct flight *flight, const char *outcome)
{
  char labels[80];
  flight->outcome = outcome;
  snprintf(labels, sizeof labels, "channel=\"webhook\",outcome=\"%s\"", outcome);
  metric_add(METRIC_delivery_attempts, labels, 1);
  if (strcmp(outcome, "unknown") != 0) note_health(flight->lane, outcome);
  submit_end(flight);
}

static void end_without_sending(struct flight *flight, const char *outcome, const char *detail)
{
  snprintf(flight->result.detail, sizeof flight->result.detail, "%s", detail);
  end_flight(flight, outcome);
}

void outbox_results(struct outbox *outbox)
{
  static const char *const words[] = {
      [CHANNEL_DELIVERED] = "delivered", [CHANNEL_TRY_LATER] = "try_later", [CHANNEL_NEVER] = "never"};
  struct channel_result result;
  while (outbox->options.channel->result(outbox->options.channel, &result)) {
    struct flight *flight = zhashx_lookup(outbox->flights, result.id);
    if (!flight || flight->attempt != result.attempt) continue;
    flight->result = result;
    end_flight(flight, words[result.outcome]);
  }
}

// ---- handing over, once the intent is committed

struct item { // what is sent
  const Ntf__Delivery *delivery;
  const Ntf__Notice *notice;
  const Ntf__Contact *contact;
  const char *code; // of the addressee
};

static int addressee_code(struct outbox *outbox, struct store_txn *txn, const Ntf__Delivery *delivery,
                          const char **ret)
{
  const struct dir_view *dir = directory_view(outbox->options.directory, txn, outbox->arena);
  if (!dir) return -ENOMEM;
  const Reg__Person *person = NULL;
  const Reg__Institution *institution = NULL;
  int r = delivery->addressee_kind == NTF__ADDRESSEE_KIND__ADDRESSEE_PERSON
              ? dir_person(dir, delivery->addressee, &person)
              : dir_institution(dir, delivery->addressee, &institution);
  if (r == 0) *ret = person ? person->staff_no : institution ? institution->code : "";
  return r;
}

static int read_item(struct outbox *outbox, struct store_txn *txn, const char *id, struct item *ret)
{
  struct item item = {0};
  struct ntf_view *view = ntf_state_view(outbox->options.state, txn, outbox->arena);
  int r = view ? ntf_view_delivery(view, id, &item.delivery) : -ENOMEM;
  if (r == 0 && !item.delivery) r = -ENOENT;
  if (r == 0) r = ntf_view_notice(view, item.delivery->notice, &item.notice);
  if (r == 0 && !item.notice) r = -ENOENT;
  if (r == 0) r = ntf_view_contact(view, item.delivery->addressee, item.delivery->channel, &item.contact);
  if (r == 0) r = addressee_code(outbox, txn, item.delivery, &item.code);
  if (r == 0) *ret = item;
  return r;
}

// The address is checked again: the configuration may have changed since it was set.
static void send_item(struct flight *flight, const struct item *item)
{
  struct outbox *outbox = flight->outbox;
  char lane[ENDPOINT_LANE];
  const char *why = NULL;
  if (!item->contact || !item->contact->verified || !item->contact->address[0]) {
    end_without_sending(flight, "never", "the addressee has no verified contact any more");
    return;
  }
  if (!endpoint_check(item->contact->address, outbox->options.allow, lane, &why)) {
    log_event(LOG_address_refused, F_TEXT("object", item->contact->lane), F_TEXT("error", why));
    end_without_sending(flight, "never", why);
    return;
  }
  _cleanup_free_ char *body = cloudevent_of(item->notice, item->delivery, item->code);
  struct channel_job job = {.id = flight->id,
                            .attempt = flight->attempt,
                            .lane = lane,
                            .address = item->contact->address,
                            .secret = item->contact->secret,
                            .body = body};
  int r = body ? outbox->options.channel->submit(outbox->options.channel, &job) : -ENOMEM;
  if (r < 0) end_without_sending(flight, "try_later", strerror(-r));
}

static void hand_over(struct flight *flight)
{
  struct outbox *outbox = flight->outbox;
  struct store_txn *txn = NULL;
  struct item item = {0};
  arena_reset(outbox->arena);
  int r = store_begin(outbox->options.store, false, &txn);
  if (r == 0) r = read_item(outbox, txn, flight->id, &item);
  if (r == 0) flight->attempt = item.delivery->attempts_made;
  if (r == 0)
    send_item(flight, &item);
  else // the intent stands and will be found at the next start
    log_event(LOG_store_failed, F_TEXT("object", flight->id), F_TEXT("error", strerror(-r)));
  if (txn) store_abort(&txn);
}

static void begin_done(struct svc *svc, void *state, const Bus__Status *status, void *context)
{
  struct flight *flight = context;
  (void)svc, (void)state;
  if (status->code == BUS__CODE__CODE_OK) {
    hand_over(flight);
    return;
  }
  if (status->code == BUS__CODE__CODE_EXHAUSTED || status->code == BUS__CODE__CODE_INTERNAL)
    pause_work(flight->outbox);
  flight_end(flight);
}

// ---- beginning what is due

static bool begin(struct outbox *outbox, struct lane *lane, const char *id)
{
  Ntf__BeginAttempt command = NTF__BEGIN_ATTEMPT__INIT;
  command.id = (char *)id;
  struct flight *flight = flight_new(outbox, lane, id);
  if (!flight) return false;
  if (svc_submit(outbox->options.svc, "BeginAttempt", &command.base, begin_done, flight) == 0) return true;
  flight_end(flight);
  return false;
}

static void wake_at(struct outbox *outbox, int64_t time_us)
{
  if (!outbox->wake_us || time_us < outbox->wake_us) outbox->wake_us = time_us;
}

// The rows of flights that have not begun stand among those that wait, hence as many rows as the lane may
// hold.
static int serve_lane(struct outbox *outbox, struct store_txn *txn, struct lane *lane, int64_t now_us)
{
  struct table_rows rows;
  arena_reset(outbox->arena);
  int r =
      ntf_state_waiting(outbox->options.state, txn, lane->name, OUTBOX_PER_LANE + 1, outbox->arena, &rows);
  for (size_t i = 0; r == 0 && i < rows.n; i++) {
    const Ntf__Delivery *delivery = (const Ntf__Delivery *)rows.rows[i];
    if (zhashx_lookup(outbox->flights, delivery->id)) continue;
    if ((int64_t)delivery->next_try_us > now_us) {
      wake_at(outbox, (int64_t)delivery->next_try_us);
      break;
    }
    if (lane->under_way >= share_of(lane) || zhashx_size(outbox->flights) >= OUTBOX_IN_ALL) break;
    if (!begin(outbox, lane, delivery->id)) return -ENOMEM;
  }
  return r;
}

// Begins with another lane each time, so that none is always last when everything is full.
static int serve_lanes(struct outbox *outbox, struct store_txn *txn)
{
  int64_t now_us = svc_now_us(outbox->options.svc);
  int r = 0;
  outbox->wake_us = 0;
  for (size_t n = zlistx_size(outbox->ring); r == 0 && n > 0; n--) {
    struct lane *lane = zlistx_detach(outbox->ring, NULL);
    zlistx_add_end(outbox->ring, lane);
    if (lane->under_way < share_of(lane)) r = serve_lane(outbox, txn, lane, now_us);
    if (zhashx_size(outbox->flights) >= OUTBOX_IN_ALL) break;
  }
  if (outbox->wake_us) svc_tick_at(outbox->options.svc, outbox->wake_us);
  return r;
}

static void end_stuck(struct outbox *outbox)
{
  struct flight *flight;
  outbox->stuck = false;
  for (flight = zhashx_first(outbox->flights); flight; flight = zhashx_next(outbox->flights))
    if (flight->stuck) submit_end(flight);
}

static int look(struct outbox *outbox)
{
  struct store_txn *txn = NULL;
  int r = store_begin(outbox->options.store, false, &txn);
  if (r == 0 && outbox->lost_lane) r = ntf_state_work(outbox->options.state, txn, learn_lane, outbox);
  if (r == 0) {
    outbox->work = outbox->lost_lane = false;
    r = serve_lanes(outbox, txn);
  }
  if (txn) store_abort(&txn);
  return r;
}

void outbox_turn(struct outbox *outbox)
{
  if (clock_monotonic_us() < outbox->pause_until_us) return;
  if (outbox->stuck) end_stuck(outbox);
  bool due = outbox->wake_us && outbox->wake_us <= svc_now_us(outbox->options.svc);
  if (!outbox->work && !outbox->lost_lane && !due) return;
  int r = look(outbox);
  if (r == 0) return;
  outbox->work = true;
  pause_work(outbox);
  log_event(LOG_store_failed, F_TEXT("object", "outbox"), F_TEXT("error", strerror(-r)));
}

// ---- life

// A delivery that waits makes its lane known; one that was under way has an unknown outcome.
static int resume_one(void *context, const ProtobufCMessage *row)
{
  struct outbox *outbox = context;
  const Ntf__Delivery *delivery = (const Ntf__Delivery *)row;
  struct lane *lane = lane_of(outbox, delivery->lane);
  if (!lane) return -ENOMEM;
  if (delivery->status != NTF__DELIVERY_STATUS__DELIVERY_SENDING) return 0;
  struct flight *flight = flight_new(outbox, lane, delivery->id);
  if (!flight) return -ENOMEM;
  flight->attempt = delivery->attempts_made;
  log_event(LOG_delivery_unknown, F_TEXT("object", delivery->id), F_NUMBER("attempt", flight->attempt));
  end_without_sending(flight, "unknown", "the daemon ended before the outcome was known");
  return 0;
}

int outbox_resume(struct outbox *outbox)
{
  struct store_txn *txn = NULL;
  int r = store_begin(outbox->options.store, false, &txn);
  if (r == 0) r = ntf_state_work(outbox->options.state, txn, resume_one, outbox);
  if (txn) store_abort(&txn);
  return r;
}

int outbox_open(const struct outbox_options *options, struct outbox **ret)
{
  _cleanup_(outbox_closep) struct outbox *outbox = calloc(1, sizeof *outbox);
  if (!outbox) {
    channel_free(options->channel);
    return -ENOMEM;
  }
  outbox->options = *options;
  if (!outbox->options.pause_us) outbox->options.pause_us = INT64_C(5000000);
  outbox->lanes = zhashx_new();
  outbox->ring = zlistx_new();
  outbox->flights = zhashx_new();
  if (!outbox->lanes || !outbox->ring || !outbox->flights) return -ENOMEM;
  zhashx_set_destructor(outbox->lanes, lane_destroy);
  zhashx_set_destructor(outbox->flights, flight_destroy);
  int r = arena_new((size_t)8 << 20, &outbox->arena);
  if (r < 0) return r;
  outbox->work = true;
  ntf_state_watch(options->state, on_stored, outbox);
  *ret = TAKE(outbox);
  return 0;
}

struct outbox *outbox_close(struct outbox *outbox)
{
  if (!outbox) return NULL;
  ntf_state_watch(outbox->options.state, NULL, NULL);
  channel_free(outbox->options.channel);
  zhashx_destroy(&outbox->flights);
  zlistx_destroy(&outbox->ring);
  zhashx_destroy(&outbox->lanes);
  arena_free(outbox->arena);
  free(outbox);
  return NULL;
}
