// The frame of every daemon: one thread, one loop.
//   receive -> check -> decide (rules) -> apply -> one commit -> replies -> wake followers
// A daemon is a table handed to svc_main(). Nothing but this folder commits or replies.
// Invariants: nothing is acknowledged before its commit; a commit error ends the process; state changes only
// through apply; rules see a view, never a handle; a rejected command leaves no trace but its reply and a
// metric.
#pragma once
#include "common/conf/conf.h"
#include "common/directory/directory.h"
#include "common/domain/decision.h"
#include "common/store/journal.h"
#include "common/store/table.h"
#include "common/store/vault.h"

struct svc;

// What a handler is given for one command, query or upstream event.
struct svc_call {
  struct svc *svc;
  void *state; // the daemon's own (struct svc_service.open)
  struct store_txn *txn;
  struct arena *arena; // freed after the reply
  struct dir_view *dir;
  const struct rule_context *ctx;
};

// Space guard classes (architecture §4): creations are refused at the mark, everything else always fits.
enum svc_class { SVC_CREATES, SVC_FINISHES };

struct svc_command {
  const char *name; // rpc of `service Commands`
  uint32_t roles;   // ROLE_BIT(...) | ...
  enum svc_class class_;
  // Optional, outside the rules: sealing, hashing. Result goes to ctx->prepared. 0, reason or negative.
  int (*prepare)(struct svc_call *call, ProtobufCMessage *command, const void **ret, struct decision *out);
  int (*decide)(struct svc_call *call, const ProtobufCMessage *command, struct decision *out);
};
struct svc_query {
  const char *name; // rpc of `service Queries`
  uint32_t roles;
  int (*answer)(struct svc_call *call, const ProtobufCMessage *query,
                struct decision *out); // sets out->reply
};
struct svc_event {
  const char *name; // rpc of `service Events`
  int (*apply)(void *state, struct store_txn *txn, const ProtobufCMessage *event);
};
// A feed this daemon follows. project() stores what it needs (a projection: not journaled, rebuilt by
// following anew); react() may emit own events. Both run in one transaction with the cursor. An event is held
// back until the positions in its basis have been reached in the other followed feeds.
struct svc_follow {
  const char *area; // peers[].area in the configuration
  const ProtobufCServiceDescriptor *events;
  int (*project)(struct svc_call *call, const char *event, const ProtobufCMessage *message);
  int (*react)(struct svc_call *call, const Bus__Event *head, const char *event,
               const ProtobufCMessage *message,
               struct decision *out); // optional
  // Forgets the projection, before the feed is followed anew from its start (its epoch changed). NULL = the
  // directory.
  int (*reset)(struct svc_call *call);
};

struct svc_service {
  const char *area;  // "registry"
  const char *title; // for --help
  bool personal;     // commands carry personal data: their idempotency hashes are keyed
  const ProtobufCServiceDescriptor *commands, *queries, *events;
  const struct svc_command *command_table;
  const struct svc_query *query_table;
  const struct svc_event *event_table;
  const struct svc_follow *follow_table; // ended by area NULL; or NULL
  // Opens own tables (before the first transaction). open_tables declares; ready runs once the loop may
  // start.
  int (*open)(struct svc *svc, struct store *store, void **ret_state);
  int (*ready)(struct svc *svc, void *state);
  void (*close)(void *state);
  // Tables that state.c owns, for snapshots and rebuild digests.
  void (*tables)(void *state, void (*visit)(void *context, const struct table *table), void *context);
  // Called after each commit: wake channel engines and the like. Optional.
  void (*committed)(struct svc *svc, void *state);
};

// main(): options --config FILE, --check, --print, --rebuild (tables from the journal, then exit), --version,
// --help.
int svc_main(const struct svc_service *service, int argc, char **argv);

// Inside handlers and hooks.
const struct conf *svc_conf(const struct svc *svc);
struct directory *svc_directory(struct svc *svc);
struct store *svc_store(struct svc *svc);
int64_t svc_now_us(const struct svc *svc); // business clock
struct vault *svc_vault(struct svc *svc);  // opened on first use

// A socket of the daemon's own (a channel engine's inproc pipe), served by the loop.
int svc_watch(struct svc *svc, void *zmq_socket, void (*ready)(struct svc *svc, void *state));
// Queues a command of the daemon's own (Tick, BeginAttempt ...): decided in the next batch as principal
// "self" (roles SERVICE and OPERATOR). done is called after the commit with its Status, or NULL. The message
// is copied.
int svc_submit(struct svc *svc, const char *method, const ProtobufCMessage *message,
               void (*done)(struct svc *svc, void *state, const Bus__Status *status, void *context),
               void *context);
// Within decide of a command that carries many rows: stores the events of one of them at once, so that the
// next is decided with it. They are part of the running command and vanish with it (refusal, dry run).
int svc_apply(struct svc_call *call, const struct decision *part);
// Asks for a Tick at this business time at the latest (the earliest one asked for counts).
void svc_tick_at(struct svc *svc, int64_t time_us);
