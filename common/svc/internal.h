// What the files of common/svc share. Nobody outside includes this.
#pragma once
#include "common/base/check.h"
#include "common/base/cleanup.h"
#include "common/bus/follower.h"
#include "common/bus/server.h"
#include "common/bus/zap.h"
#include "common/domain/authority.h"
#include "common/obs/log.h"
#include "common/obs/metric.h"
#include "common/store/keep.h"
#include "common/svc/svc.h"
#include "proto/ops.pb-c.h"

enum {
  SVC_WORK_BYTES = 64 << 20, // one command may build this much (a match run of a province)
  SVC_FETCHED_BYTES = BUS_BODY_MAX + 512,
  SVC_DECODE_BYTES = 4 << 20, // and decode this much: stops decode bombs
  SVC_EVENT_MAX = 240 * 1024, // a packed event must fit a Batch
  SVC_PARKED_MAX = 1024,
  SVC_PARKED_PER_PRINCIPAL = 4,
  SVC_FETCH_MAX = 16 * 1024, // a waiting fetch is kept in memory
  SVC_FILTERS_MAX = 64,      // types or subjects of one fetch: looked through for each row
  SVC_SCAN_MAX = 4096,       // journal rows one fetch may look through in a turn
  SVC_FOLLOW_EVENTS = 256,   // upstream events taken in one turn
  SVC_FOLLOWS_MAX = 4,
  SVC_WATCHES_MAX = 4,
  SVC_BATCH_EVENTS =
      4096, // a transaction that has so many takes no further command: its pages are held in memory
};

struct command_trace;

struct binding { // one rpc of a service block and what serves it
  const char *name;
  const ProtobufCMessageDescriptor *input, *output;
  uint32_t roles;
  const struct svc_command *command;
  const struct svc_query *query;
  const struct svc_event *event;
};
struct bindings {
  struct binding *list; // in descriptor order
  size_t n;
};

struct pending {   // an answer that waits for the commit
  zmsg_t *address; // NULL for commands of our own
  uint8_t id[16];
  size_t id_length;
  const uint8_t *status; // packed, in the batch arena
  size_t length;
  int64_t began_us;
  const char *method;
  const char *outcome;
  void (*done)(struct svc *, void *, const Bus__Status *, void *);
  void *context;
};
struct batch {
  struct store_txn *txn; // NULL until something needs it
  struct arena *arena;   // bytes of the answers
  struct pending *pending;
  size_t n, capacity;
  size_t previous; // size of the batch before
  size_t events;   // journaled so far
  double commit_ewma_us;
  bool failed;            // the store refused: nobody is told OK
  uint64_t events_before; // journal head when the transaction began
  int64_t clock_before;   // business clock of then: SetClock is an effect like others
};

struct deferred { // queries, fetches, pings: answered from one read transaction after the commit
  struct bus_message message;
  struct deferred *next;
};

struct parked {
  zmsg_t *address;
  uint8_t id[16];
  size_t id_length;
  char principal[48]; // key
  uint64_t after;
  uint32_t max_events, max_bytes;
  int64_t until_us;  // monotonic
  Bus__Fetch *fetch; // with filters; malloced by protobuf-c
  struct parked *next;
};

struct submitted {
  char method[64];
  uint8_t *bytes;
  size_t length;
  void (*done)(struct svc *, void *, const Bus__Status *, void *);
  void *context;
  struct submitted *next;
};

struct followed {
  const struct svc_follow *def;
  struct bus_follower *follower;
  struct arena *arena;           // of the batch at hand
  Bus__Batch *batch;             // NULL = waiting for the next
  size_t at;                     // next event in it
  uint64_t epoch, seq;           // cursor in force (committed)
  uint64_t next_epoch, next_seq; // cursor of the running batch
  uint64_t taking;               // the event at hand, 0 = none: what it causes rests on it
  bool touched;
  bool restarted; // the running batch forgets the projection and starts anew
  bool held;      // nothing is taken before retry_us
  int64_t retry_us;
  char held_id[UUID_TEXT]; // the event that could not be taken, "" = none
};

struct svc {
  const struct svc_service *service;
  struct conf *conf;
  struct principals *principals;
  struct store *store;
  struct journal *journal;
  struct keep *keep;
  struct audit *audit;
  struct directory *directory;
  struct vault *vault;
  void *state;
  struct zap *zap;
  struct bus_server *server;
  zcert_t *cert;
  int signal_fd;

  struct bindings commands, queries, events, ops_commands, ops_queries;
  struct bindings follow_events[SVC_FOLLOWS_MAX];
  struct followed follows[SVC_FOLLOWS_MAX];
  size_t n_follows;
  struct {
    void *socket;
    void (*ready)(struct svc *, void *);
  } watches[SVC_WATCHES_MAX];
  size_t n_watches;

  struct batch batch;
  struct { // the command that is being decided, for svc_apply
    const struct command_trace *trace;
    uint64_t seq; // of the last event it applied, 0 = none
  } deciding;
  struct arena *work, *decode;
  uint8_t *fetched; // SVC_FETCHED_BYTES: the events of the fetch that is being answered
  struct deferred *deferred, **deferred_tail;
  struct parked *parked;
  size_t n_parked;
  struct submitted *submitted, **submitted_tail;

  int64_t simulated_us; // business clock in simulated mode
  int64_t tick_at_us;   // business time of the next tick, 0 = none asked for
  int64_t next_tick_us; // monotonic: the regular one
  int64_t next_minute_us;
  int64_t started_us;
  bool tick_queued;
  bool ready, draining, stopping;
  bool creations; // space guard
};

// bind.c: every rpc of a block has exactly one entry; 0 or -EINVAL having printed what is unbound.
int bind_commands(const ProtobufCServiceDescriptor *block, const struct svc_command *table,
                  struct bindings *ret);
int bind_queries(const ProtobufCServiceDescriptor *block, const struct svc_query *table,
                 struct bindings *ret);
int bind_events(const ProtobufCServiceDescriptor *block, const struct svc_event *table, struct bindings *ret);
int bind_feed(const ProtobufCServiceDescriptor *block, struct bindings *ret); // names and types only
const struct binding *bind_find(const struct bindings *bindings, const char *name);
const struct binding *bind_find_input(const struct bindings *bindings,
                                      const ProtobufCMessageDescriptor *input);
void bind_free(struct bindings *bindings);
// "registry.v1.DraftAgreement" -> the method if the area fits, else NULL.
const char *bind_method(const char *type, const char *area);

// who.c: principals, actors, keys.
int who_load(struct svc *svc, bool first, char **ret_error);
const struct principal *who_is(const struct svc *svc, const char *key);
// Fills an actor in the arena from a principal; `self` has all roles of a daemon over everything.
void who_actor(struct arena *arena, const struct principal *principal, struct actor *ret);
// The actor of a message: the principal itself, or whom a gateway names. False if it may not.
bool who_speaks(struct svc *svc, const struct principal *principal, const char *behalf, struct actor *ret);
void who_self(struct actor *ret);
const char *who_roles(struct arena *arena, uint32_t roles); // "BUREAU, AUTHORITY"
int who_sees(struct dir_view *dir, const struct actor *actor, const Bus__Event *event, bool *ret);

// command.c: one command in the batch.
struct command_trace {
  const char *principal; // who sent it
  const char *causation, *traceparent;
  struct id_source *ids;
  int64_t now_us;
};
void command_take(struct svc *svc, struct bus_message *message);
void command_take_submitted(struct svc *svc, struct submitted *submitted);
// Applies and journals what was decided; *ret_seq becomes the position of the last event and stays when there
// is none.
int command_apply(struct svc *svc, const struct actor *actor, const struct decision *decision,
                  const struct command_trace *trace, uint64_t *ret_seq);
int event_make(struct svc *svc, const struct decided_event *decided, const struct command_trace *trace,
               const struct actor *actor, Bus__Event *ret);
void context_fill(struct svc *svc, struct rule_context *ctx, struct id_source *ids);

// batch.c: the only place that commits and replies.
int batch_begin(struct svc *svc); // the transaction, lazily
void batch_answer(struct svc *svc, struct pending *pending, const Bus__Status *status); // consumes address
int batch_commit(struct svc *svc); // commit, replies, wake followers; exits on failure
void reply_now(struct svc *svc, zmsg_t **address, const uint8_t *id, size_t id_length,
               const Bus__Status *status);
const char *outcome_word(Bus__Code code);

// reading.c: queries, pings, acks; feed.c: fetches; snapshot.c.
void reading_defer(struct svc *svc, struct bus_message *message);
void reading_serve(struct svc *svc);
void feed_fetch(struct svc *svc, struct store_txn *txn, struct bus_message *message);
void feed_wake(struct svc *svc, struct store_txn *txn);
int64_t feed_next_us(const struct svc *svc);
void feed_clear(struct svc *svc);
void snapshot_page(struct svc *svc, struct store_txn *txn, struct bus_message *message);
void ack_take(struct svc *svc, struct bus_message *message);

// follow.c
int follow_start(struct svc *svc);
void follow_stop(struct svc *svc);
bool follow_turn(struct svc *svc); // takes events into the running batch; true = more at hand
void follow_committed(struct svc *svc);
void follow_aborted(struct svc *svc); // takes the events of the lost batch again
int64_t follow_next_us(const struct svc *svc);
size_t follow_positions(const struct svc *svc, struct arena *arena, Bus__Position ***ret);

// audit.c: what became of commands.
struct audit_command {
  const char *principal, *key, *method, *on_behalf_of;
};
int audit_open(struct svc *svc); // while no transaction is open; freed with free()
// Writes a refusal down in the running batch. Nothing fails for it: what cannot be written is left out.
void audit_refused(struct svc *svc, const struct audit_command *command, const Bus__Status *status);
int audit_trim(struct svc *svc, struct store_txn *txn, uint64_t before_us);
int audit_query(struct svc_call *call, const ProtobufCMessage *message, struct decision *out);

// ops.c
extern const struct svc_command ops_command_table[];
extern const struct svc_query ops_query_table[];

// times.c: business clock, ticks, the minute's chores.
int64_t times_now_us(const struct svc *svc);
int times_start(struct svc *svc);
void times_turn(struct svc *svc);
int64_t times_next_us(const struct svc *svc); // monotonic
void times_tick_now(struct svc *svc);
void times_check_space(struct svc *svc);

// loop.c
int loop_run(struct svc *svc);
// rebuild.c
int rebuild_run(struct svc *svc);
