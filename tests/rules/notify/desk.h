// A desk for tests of notifyd: the small world of tests/lib/world.h, the daemon's own tables on an LMDB
// beside it, and helpers that decide, apply and check. After every apply the invariants of the records are
// checked.
#pragma once
#include "services/notify/rules/address.h"
#include "services/notify/state.h"
#include "tests/lib/testlib.h"
#include "tests/lib/world.h"

struct desk {
  struct world *world;
  struct store *store;
  struct ntf_state *state;
  struct directory *directory; // a second one beside the tables, as a daemon has it; filled by desk_publish
  struct store_txn *txn;
  struct ntf_view *view;
  struct arena *arena;              // the world's
  const Prg__Programme *programme;  // A, as the directory has it
  Reg__Agreement *agreement;        // the framework agreement, in effect
  const ProtobufCMessage **applied; // every event, in order
  size_t n_applied, room;
  int64_t now_us; // of the next context
};
struct desk *desk_new(void);
struct desk *desk_free(struct desk *desk);

// ---- time and people: `words` as in world_actor; the day is 08:00 UTC+8 until desk_at moves it
void desk_at(struct desk *desk, const char *day);
const struct rule_context *desk_context(struct desk *desk, const char *words);

// ---- records and upstream events. Everything lives in the arena.
Prg__NoticeRule *desk_rule(struct desk *desk, const char *event, const char *to, Prg__AckKind ack,
                           unsigned within,
                           const char *escalate); // lists are separated by |
// Programme A with exactly these rules, put in the directory as its next version; records made from now on
// follow it.
void desk_rules(struct desk *desk, size_t n, Prg__NoticeRule *const *rules);
Dsp__NeedsPlan *desk_plan(struct desk *desk, unsigned requested, unsigned approved);
Dsp__Assignment *desk_assignment(struct desk *desk, const char *person, const char *home, const char *host);
// "PlanApproved" around a plan, "AgreementEffective" around an agreement ...: any event whose first field is
// a record.
ProtobufCMessage *desk_event(struct desk *desk, const char *name, ProtobufCMessage *record);
// A verified webhook contact, put as ContactSet would.
void desk_contact(struct desk *desk, const char *code, bool person, const char *address);

// ---- deciding. Raises for an event under an id; applies what was decided.
struct decision *desk_raise(struct desk *desk, const char *id, const char *name, ProtobufCMessage *record);
int desk_read(struct desk *desk, const char *actor, const char *id, struct decision *out);
int desk_sign(struct desk *desk, const char *actor, const char *id, const char *note, struct decision *out);
int desk_refuse(struct desk *desk, const char *actor, const char *id, const char *reason,
                struct decision *out);
int desk_begin(struct desk *desk, const char *id, struct decision *out);
int desk_end(struct desk *desk, const char *id, const char *outcome, unsigned code, struct decision *out);
int desk_tick(struct desk *desk, struct decision *out);
// Decides afresh, asserts success and applies. verb: read, sign, refuse, begin, delivered, try_later, never,
// unknown.
struct decision *desk_do(struct desk *desk, const char *verb, const char *actor, const char *id);
struct decision *desk_do_tick(struct desk *desk);

void desk_apply(struct desk *desk, const struct decision *decision);
// Commits and goes on: others who read the store see what was applied. The first copies the world's directory
// there.
void desk_commit(struct desk *desk);
void desk_publish(struct desk *desk);

// ---- looking. The notice of the last NoticeRaised; rows as they stand now; failure fails the test.
const Ntf__Notice *desk_notice(struct desk *desk);
const Ntf__Notice *desk_notice_of(struct desk *desk, const char *id);
const Ntf__Delivery *desk_delivery(struct desk *desk, const char *id);
struct table_rows desk_deliveries(struct desk *desk, const char *notice);
// The delivery of the last notice to a code or staff number over a channel, originals only; NULL if there is
// none.
const Ntf__Delivery *desk_to(struct desk *desk, const char *code, Prg__ChannelKind channel);
const Ntf__Delivery *desk_mail(struct desk *desk, const char *code); // over BUS; must be there
// "BT-EDU/PARTY_A BY-EDU/PARTY_B": who got the last notice in the mailbox and under which word, originals
// only.
const char *desk_told(struct desk *desk);
struct table_rows desk_tasks(struct desk *desk, Ntf__TaskStatus status);
size_t desk_count(const struct decision *decision, const char *event);
