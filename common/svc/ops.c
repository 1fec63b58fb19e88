// What an operator may do to any daemon. Nothing here is journaled: it changes how the daemon runs, not what
// is true.
#include "common/svc/internal.h"

#include "common/base/clock.h"

#include <errno.h>
#include <string.h>

static int empty_reply(struct svc_call *call, struct decision *out)
{
  Ops__Empty *empty = ARENA_NEW(call->arena, Ops__Empty);
  if (!empty) return -ENOMEM;
  ops__empty__init(empty);
  out->reply = &empty->base;
  return 0;
}

static int drain(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  (void)message;
  call->svc->draining = true;
  log_event(LOG_drain, F_TEXT("actor", call->ctx->actor.name));
  return empty_reply(call, out);
}

static int set_log_level(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ops__SetLogLevel *command = (const Ops__SetLogLevel *)message;
  int level = log_level_of_word(command->level);
  if (level < 0)
    return decision_reject(out, REASON_FIELD, "field", "level", "detail",
                           "error, warning, notice, info or debug", NULL);
  log_set_level((enum log_level)level);
  return empty_reply(call, out);
}

static int reload(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  (void)message;
  char *error = NULL;
  if (who_load(call->svc, false, &error) < 0) {
    int r = decision_reject(out, REASON_FIELD, "field", "principals_file", "detail", error ? error : "memory",
                            NULL);
    log_event(LOG_reload_refused, F_TEXT("error", error ? error : "memory"));
    free(error);
    return r;
  }
  return empty_reply(call, out);
}

#define CLOCK_END "2199-01-01" // dates end soon after

static int set_clock(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ops__SetClock *command = (const Ops__SetClock *)message;
  struct svc *svc = call->svc;
  if (!svc->conf->simulated_clock)
    return decision_reject(out, REASON_CLOCK, "detail", "the clock is real / 使用真实时钟", NULL);
  if ((int64_t)command->time_us < svc->simulated_us)
    return decision_reject(out, REASON_CLOCK, "detail", "not backwards / 不得倒拨", NULL);
  if ((int64_t)command->time_us >= date_start_us(CLOCK_END)) // it could never be put right again
    return decision_reject(out, REASON_FIELD, "field", "time_us", "detail",
                           "microseconds since 1970, before " CLOCK_END, NULL);
  int r = value_put(call->txn, svc->keep, "clock", command->time_us);
  if (r < 0) return r;
  svc->simulated_us = (int64_t)command->time_us;
  times_tick_now(svc);
  log_event(LOG_clock_set, F_TEXT("actor", call->ctx->actor.name), F_NUMBER("time_us", command->time_us));
  Ops__ClockAnswer *answer = ARENA_NEW(call->arena, Ops__ClockAnswer);
  if (!answer) return -ENOMEM;
  ops__clock_answer__init(answer);
  answer->time_us = command->time_us;
  out->reply = &answer->base;
  return 0;
}

static int backup(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ops__Backup *command = (const Ops__Backup *)message;
  if (command->directory[0] != '/')
    return decision_reject(out, REASON_FIELD, "field", "directory", "detail", "an absolute path is needed",
                           NULL);
  Ops__BackupAnswer *answer = ARENA_NEW(call->arena, Ops__BackupAnswer);
  if (!answer) return -ENOMEM;
  ops__backup_answer__init(answer);
  int r = store_backup(call->svc->store, command->directory, &answer->bytes);
  if (r == -EEXIST || r == -ENOTEMPTY || r == -ENOENT || r == -EACCES || r == -ENOTDIR)
    return decision_reject(out, REASON_FIELD, "field", "directory", "detail", strerror(-r), NULL);
  if (r < 0) return r;
  answer->seq = call->svc->batch.events_before; // the copy holds what is committed, not this batch
  out->reply = &answer->base;
  return 0;
}

const struct svc_command ops_command_table[] = {
    {"Drain", ROLE_BIT(OPERATOR), SVC_FINISHES, NULL, drain},
    {"SetLogLevel", ROLE_BIT(OPERATOR), SVC_FINISHES, NULL, set_log_level},
    {"Reload", ROLE_BIT(OPERATOR), SVC_FINISHES, NULL, reload},
    {"SetClock", ROLE_BIT(OPERATOR), SVC_FINISHES, NULL, set_clock},
    {"Backup", ROLE_BIT(OPERATOR), SVC_FINISHES, NULL, backup},
    {0},
};

// ---- queries

static int follow_statuses(struct svc_call *call, Ops__DaemonStatus *status)
{
  struct svc *svc = call->svc;
  if (!svc->n_follows) return 0;
  status->follows = ARENA_ARRAY(call->arena, Ops__FollowStatus *, svc->n_follows);
  if (!status->follows) return -ENOMEM;
  for (size_t i = 0; i < svc->n_follows; i++) {
    const struct followed *f = &svc->follows[i];
    Ops__FollowStatus *one = ARENA_NEW(call->arena, Ops__FollowStatus);
    if (!one) return -ENOMEM;
    ops__follow_status__init(one);
    bool connected = false;
    one->area = (char *)f->def->area;
    one->epoch = f->epoch;
    one->seq = f->seq;
    bus_follower_status(f->follower, &connected, &one->head);
    one->connected = connected;
    one->parked_event = (char *)f->held_id;
    status->follows[status->n_follows++] = one;
  }
  return 0;
}

static int status_query(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  (void)message;
  struct svc *svc = call->svc;
  Ops__DaemonStatus *status = ARENA_NEW(call->arena, Ops__DaemonStatus);
  struct store_space space;
  if (!status) return -ENOMEM;
  int r = store_space(svc->store, &space);
  if (r < 0) return r;
  ops__daemon_status__init(status);
  status->area = (char *)svc->service->area;
  status->version = (char *)JIEDUI_VERSION;
  status->ready = svc->ready;
  status->draining = svc->draining;
  status->epoch = journal_epoch(svc->journal);
  status->head = journal_head(svc->journal);
  status->first = journal_first(svc->journal);
  status->time_us = (uint64_t)times_now_us(svc);
  status->simulated_clock = svc->conf->simulated_clock;
  status->uptime_s = (uint64_t)((clock_monotonic_us() - svc->started_us) / 1000000);
  status->map_used = space.map_used;
  status->map_size = space.map_size;
  status->disk_free = space.disk_free;
  status->accepts_creations = svc->creations;
  status->log_level = (char *)log_level_word(log_get_level());
  status->pid = (uint64_t)getpid();
  status->parked = (uint32_t)svc->n_parked;
  status->chain_algorithm = (char *)journal_algorithm(svc->journal);
  out->reply = &status->base;
  return follow_statuses(call, status);
}

struct stats_building {
  struct arena *arena;
  Ops__Stats *stats;
  size_t capacity;
};

static void add_stat(void *context, const char *name, const char *labels, double value)
{
  struct stats_building *building = context;
  Ops__Stats *stats = building->stats;
  if (stats->n_stats == building->capacity) return;
  Ops__Stat *stat = ARENA_NEW(building->arena, Ops__Stat);
  if (!stat) return;
  ops__stat__init(stat);
  stat->name = arena_strdup(building->arena, name);
  stat->labels = arena_strdup(building->arena, labels ? labels : "");
  stat->value = value;
  if (stat->name && stat->labels) stats->stats[stats->n_stats++] = stat;
}

static int stats_query(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  (void)message;
  struct stats_building building = {.arena = call->arena, .capacity = 1500};
  Ops__Stats *stats = building.stats = ARENA_NEW(call->arena, Ops__Stats);
  if (!stats) return -ENOMEM;
  ops__stats__init(stats);
  stats->stats = ARENA_ARRAY(call->arena, Ops__Stat *, building.capacity);
  if (!stats->stats) return -ENOMEM;
  metric_each(add_stat, &building);
  size_t length = 0;
  char *text = metric_text(&length);
  if (text && length < 120 * 1024) stats->text = arena_strndup(call->arena, text, length);
  free(text);
  out->reply = &stats->base;
  return 0;
}

static int verify_query(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Ops__VerifyJournal *query = (const Ops__VerifyJournal *)message;
  Ops__VerifyAnswer *answer = ARENA_NEW(call->arena, Ops__VerifyAnswer);
  struct journal *journal = call->svc->journal;
  if (!answer) return -ENOMEM;
  ops__verify_answer__init(answer);
  uint64_t from = query->from ? query->from : journal_first(journal);
  uint64_t to = query->to ? query->to : journal_head(journal);
  int r = journal_verify(call->txn, journal, from, to, &answer->rows, &answer->bad_seq);
  if (r < 0) return r;
  answer->ok = answer->bad_seq == 0;
  if (!answer->ok) log_event(LOG_chain_damaged, F_NUMBER("seq", answer->bad_seq));
  uint8_t chain[32];
  if (to && journal_chain(call->txn, journal, to, chain) == 0) {
    answer->head_hash = arena_alloc(call->arena, 65);
    for (size_t i = 0; answer->head_hash && i < 32; i++)
      snprintf(answer->head_hash + 2 * i, 3, "%02x", chain[i]);
    if (!answer->head_hash) return -ENOMEM;
  }
  out->reply = &answer->base;
  return 0;
}

#define EVERYBODY                                                                                            \
  (ROLE_BIT(OPERATOR) | ROLE_BIT(SERVICE) | ROLE_BIT(READER) | ROLE_BIT(AUTHORITY) | ROLE_BIT(BUREAU) |      \
   ROLE_BIT(UNIT) | ROLE_BIT(REGISTRAR) | ROLE_BIT(PERSON))

const struct svc_query ops_query_table[] = {
    {"Status", ROLE_BIT(OPERATOR) | ROLE_BIT(SERVICE) | ROLE_BIT(READER) | ROLE_BIT(AUTHORITY), status_query},
    {"Stats", ROLE_BIT(OPERATOR) | ROLE_BIT(SERVICE), stats_query},
    {"Command", EVERYBODY, audit_query}, // of one's own
    {"VerifyJournal", ROLE_BIT(OPERATOR), verify_query},
    {0},
};
