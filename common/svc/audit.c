// What became of a command: "what did the system do with command C - accepted, refused with which rule, by
// whom?" Accepted ones are told from their idempotency row and the journal, which are kept anyway. Refused
// ones change nothing, so they leave a row here: a ring of the last so many, at most so many a second, none
// while space is short. A flood of refusals thus costs a bounded number of pages, and accepted commands
// nothing. Never in it: bodies, and parameters that could tell of a person.
#include "common/svc/internal.h"

#include "common/base/clock.h"
#include "common/base/pb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#ifndef AUDIT_REFUSALS_MAX
#define AUDIT_REFUSALS_MAX 100000 // rows held, about 30 MB; a test has fewer
#endif
enum {
  REFUSALS_MAX = AUDIT_REFUSALS_MAX,
  REFUSALS_A_SECOND = 100,    // written down; more are only counted
  EVENTS_MAX = 100,           // of one command that are told
  EVENTS_LOOKED_AT = 8 * 512, // journal rows looked through for them
};

struct audit {
  unsigned refusals, keys; // number -> Refusal; principal NUL key -> number
  uint64_t next;           // number of the next row
  int64_t second;          // the one the tokens are for
  unsigned tokens;
};

// ---- rows

static void number_key(uint64_t number, struct key *key)
{
  key_init(key);
  key_u64(key, number);
}

static void command_key(const char *principal, const char *idem_key, struct key *key)
{
  key_init(key);
  key_text(key, principal);
  key_bytes(key, idem_key, strlen(idem_key));
}

int audit_open(struct svc *svc)
{
  struct audit *audit = svc->audit = calloc(1, sizeof *audit);
  struct store_txn *txn = NULL;
  if (!audit) return -ENOMEM;
  int r = store_table(svc->store, "refusal", &audit->refusals);
  if (r == 0) r = store_table(svc->store, "refusal.key", &audit->keys);
  if (r == 0) r = store_begin(svc->store, false, &txn);
  if (r < 0) return r;
  r = value_get(txn, svc->keep, "refusals", &audit->next);
  store_abort(&txn);
  return r;
}

struct oldest {
  struct arena *arena;
  bool found;
  uint64_t number;
  Ops__Refusal *row; // NULL = damaged
};

static int take_oldest(void *context, const void *key, size_t key_length, const void *value, size_t length)
{
  struct oldest *oldest = context;
  size_t offset = 0;
  arena_reset(oldest->arena);
  oldest->found = key_read_u64(key, key_length, &offset, &oldest->number);
  oldest->row = ops__refusal__unpack(arena_allocator(oldest->arena), length, value);
  return 1; // the first one will do
}

// Removes a row, and the entry of its command unless a later row took that over.
static int drop(struct svc *svc, struct store_txn *txn, const struct oldest *oldest)
{
  struct audit *audit = svc->audit;
  struct key key, by_command;
  const void *entry = NULL;
  size_t length = 0, offset = 0;
  uint64_t latest = 0;
  number_key(oldest->number, &key);
  int r = 0;
  if (oldest->row) {
    command_key(oldest->row->principal, oldest->row->key, &by_command);
    r = store_get(txn, audit->keys, &by_command, &entry, &length);
    if (r == 0 && entry && key_read_u64(entry, length, &offset, &latest) && latest == oldest->number)
      r = store_del(txn, audit->keys, &by_command);
  }
  return r == 0 ? store_del(txn, audit->refusals, &key) : r;
}

// Drops rows beyond the ring or from before a time; a few at a time, as they came.
static int trim(struct svc *svc, struct store_txn *txn, uint64_t before_us, unsigned most)
{
  struct oldest oldest = {.arena = svc->decode};
  for (unsigned i = 0; i < most; i++) {
    oldest.found = false;
    int r = store_scan(txn, svc->audit->refusals, NULL, NULL, take_oldest, &oldest);
    if (r < 0 || !oldest.found) return r < 0 ? r : 0;
    bool beyond = svc->audit->next - oldest.number > REFUSALS_MAX;
    if (!beyond && oldest.row && oldest.row->time_us >= before_us) return 0;
    if ((r = drop(svc, txn, &oldest)) < 0) return r;
  }
  return 0;
}

int audit_trim(struct svc *svc, struct store_txn *txn, uint64_t before_us)
{
  return trim(svc, txn, before_us, 500);
}

// ---- what is written down

// Parameters that say which rule and whose step it is. All others may quote what was sent.
static bool is_harmless(const char *name)
{
  static const char *const names[] = {
      "method",   "roles",     "field",     "code",        "rev",     "expected", "state",
      "verb",     "allowed",   "mode",      "role",        "rule",    "row",      "who",
      "min",      "max",       "n",         "year",        "version", "level",    "institution",
      "division", "programme", "agreement", "partnership", "plan",    "record"};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    size_t length = strlen(names[i]);
    if (strncmp(name, names[i], length) != 0) continue;
    if (!name[length] || strcmp(name + length, "_zh") == 0 || strcmp(name + length, "_en") == 0) return true;
  }
  return false;
}

// A run of eleven or more digits is an identity or mobile number, whatever it stands in.
static bool holds_number(const char *text)
{
  size_t run = 0;
  for (; *text; text++) {
    run = *text >= '0' && *text <= '9' ? run + 1 : 0;
    if (run == 11) return true;
  }
  return false;
}

static bool may_write(struct audit *audit)
{
  int64_t second = clock_monotonic_us() / 1000000;
  if (second != audit->second) {
    audit->second = second;
    audit->tokens = REFUSALS_A_SECOND;
  }
  if (audit->tokens == 0) return false;
  audit->tokens--;
  return true;
}

static bool fill_params(struct svc *svc, const Bus__Status *status, Ops__Refusal *row)
{
  row->params = ARENA_ARRAY(svc->work, Bus__Param *, status->n_params + 1);
  Bus__Param *params = ARENA_ARRAY(svc->work, Bus__Param, status->n_params + 1);
  if (!row->params || !params) return false;
  for (size_t i = 0; i < status->n_params; i++) {
    Bus__Param *param = &params[i];
    bus__param__init(param);
    bool plain = is_harmless(status->params[i]->name) && !holds_number(status->params[i]->value);
    param->name = status->params[i]->name;
    param->value = plain ? status->params[i]->value : (char *)"…";
    row->params[row->n_params++] = param;
  }
  return true;
}

static int put_refusal(struct svc *svc, const Ops__Refusal *row)
{
  struct audit *audit = svc->audit;
  struct store_txn *txn = svc->batch.txn;
  struct key key, by_command;
  uint8_t *bytes = NULL;
  size_t length = pb_pack(svc->work, &row->base, &bytes);
  number_key(audit->next, &key);
  command_key(row->principal, row->key, &by_command);
  if (!bytes || by_command.overflow) return 0; // an answer matters more than its trace
  int r = store_put(txn, audit->refusals, &key, bytes, length);
  if (r == 0) r = store_put(txn, audit->keys, &by_command, key.bytes, key.length);
  if (r == 0) r = value_put(txn, svc->keep, "refusals", ++audit->next);
  return r == 0 ? trim(svc, txn, 0, 2) : r;
}

void audit_refused(struct svc *svc, const struct audit_command *command, const Bus__Status *status)
{
  Ops__Refusal row = OPS__REFUSAL__INIT;
  if (!svc->creations || svc->batch.failed) return;
  if (!may_write(svc->audit)) {
    metric_add(METRIC_refusals_unwritten, NULL, 1);
    return;
  }
  row.time_us = (uint64_t)clock_real_us();
  row.principal = (char *)command->principal;
  row.key = (char *)command->key;
  row.method = (char *)command->method;
  row.on_behalf_of = (char *)command->on_behalf_of;
  row.code = status->code;
  row.reason = status->reason;
  if (!fill_params(svc, status, &row) || batch_begin(svc) < 0) return;
  (void)put_refusal(svc, &row); // its error is the transaction's
}

// ---- what is told

static int find_refusal(struct svc_call *call, const Ops__CommandQuery *query, Ops__Refusal **ret)
{
  struct audit *audit = call->svc->audit;
  struct key by_command, key;
  const void *value = NULL;
  size_t length = 0;
  *ret = NULL;
  command_key(query->principal, query->key, &by_command);
  int r = store_get(call->txn, audit->keys, &by_command, &value, &length);
  if (r < 0 || !value) return r;
  key_init(&key);
  key_bytes(&key, value, length);
  r = store_get(call->txn, audit->refusals, &key, &value, &length);
  if (r < 0 || !value) return r;
  *ret = ops__refusal__unpack(arena_allocator(call->arena), length, value);
  return *ret ? 0 : -EBADMSG;
}

static int tell_refusal(struct svc_call *call, const Ops__Refusal *refusal, Ops__CommandTrace *trace)
{
  struct decision params = {.arena = call->arena};
  for (size_t i = 0; i < refusal->n_params && params.n_params < DECISION_PARAMS; i++) {
    params.params[params.n_params].name = refusal->params[i]->name;
    params.params[params.n_params++].value = refusal->params[i]->value;
  }
  enum reason reason = reason_of_word(refusal->reason);
  const Bus__Status *status = reason ? status_of_reason(call->arena, reason, &params) : NULL;
  trace->refused_us = refusal->time_us;
  trace->method = refusal->method;
  trace->on_behalf_of = refusal->on_behalf_of;
  trace->code = refusal->code;
  trace->reason = refusal->reason;
  if (!status) return 0; // a word that this version no longer knows
  trace->message_zh = status->message_zh;
  trace->message_en = status->message_en;
  trace->fix_zh = status->fix_zh;
  trace->fix_en = status->fix_en;
  return 0;
}

struct telling {
  struct arena *arena, *row; // of the answer; of the row at hand
  Ops__CommandTrace *trace;
  uint64_t last;
};

static int tell_event(void *context, uint64_t seq, const void *packed, size_t length)
{
  struct telling *telling = context;
  Ops__CommandTrace *trace = telling->trace;
  if (seq > telling->last) return 1;
  arena_reset(telling->row);
  const Bus__Event *event = bus__event__unpack(arena_allocator(telling->row), length, packed);
  if (!event) return -EBADMSG;
  if (strcmp(event->causation_id, trace->key) != 0 || strcmp(event->actor, trace->principal) != 0)
    return 0; // of the command before
  trace->n_all_events++;
  if (trace->n_events == EVENTS_MAX) return 0;
  Ops__CommandEvent *told = ARENA_NEW(telling->arena, Ops__CommandEvent);
  if (!told) return -ENOMEM;
  ops__command_event__init(told);
  told->seq = seq;
  told->type = arena_strdup(telling->arena, event->type);
  told->subject = arena_strdup(telling->arena, event->subject);
  told->division = arena_strdup(telling->arena, event->division);
  told->rev = event->rev;
  if (!trace->n_events) trace->on_behalf_of = arena_strdup(telling->arena, event->on_behalf_of);
  if (arena_exhausted(telling->arena)) return -ENOMEM;
  trace->events[trace->n_events++] = told;
  return 0;
}

// The events of a command stand one after the other up to the position its answer names.
static int tell_events(struct svc_call *call, uint64_t last, Ops__CommandTrace *trace)
{
  struct telling telling = {.arena = call->arena, .trace = trace, .last = last};
  trace->events = ARENA_ARRAY(call->arena, Ops__CommandEvent *, EVENTS_MAX);
  if (!trace->events || arena_new(SVC_DECODE_BYTES, &telling.row) < 0) return -ENOMEM;
  uint64_t after = last > EVENTS_LOOKED_AT ? last - EVENTS_LOOKED_AT : 0;
  int r = last ? journal_read(call->txn, call->svc->journal, after, tell_event, &telling) : 0;
  arena_free(telling.row);
  return r < 0 ? r : 0;
}

static int tell_acceptance(struct svc_call *call, const Ops__CommandQuery *query, Ops__CommandTrace *trace)
{
  struct idem_answer known;
  uint64_t time_us = 0;
  const struct idem_key key = {query->principal, query->key, NULL};
  int r = idem_find(call->txn, call->svc->keep, &key, call->arena, &known, &time_us);
  if (r < 0 || known.state == IDEM_NEW) return r;
  Bus__Status *status = bus__status__unpack(arena_allocator(call->arena), known.length, known.bytes);
  if (!status) return -EBADMSG;
  trace->accepted_us = time_us;
  trace->seq = status->seq;
  trace->result_type = status->result_type;
  return tell_events(call, status->seq, trace);
}

int audit_query(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  Ops__CommandQuery query = *(const Ops__CommandQuery *)message;
  const struct actor *actor = &call->ctx->actor;
  Ops__CommandTrace *trace = ARENA_NEW(call->arena, Ops__CommandTrace);
  Ops__Refusal *refusal = NULL;
  if (!trace) return -ENOMEM;
  if (!query.key[0] || strlen(query.key) > 64) return decision_reject(out, REASON_IDEM_KEY, NULL);
  if (!query.principal[0]) query.principal = (char *)actor->name;
  if (strcmp(query.principal, actor->name) != 0 && !actor_has_role(actor, ROLE_BIT(OPERATOR)))
    return decision_reject(out, REASON_WRONG_ACTOR, "who", "OPERATOR", "actor", actor->name, NULL);
  ops__command_trace__init(trace);
  trace->principal = query.principal;
  trace->key = query.key;
  int r = find_refusal(call, &query, &refusal);
  if (r == 0 && refusal) r = tell_refusal(call, refusal, trace);
  if (r == 0) r = tell_acceptance(call, &query, trace);
  if (r < 0) return r;
  if (!trace->accepted_us && !refusal)
    return decision_reject(out, REASON_NOT_FOUND, "what_zh", "命令", "what_en", "command", "ref",
                           arena_printf(call->arena, "%s/%s", query.principal, query.key), NULL);
  trace->outcome =
      trace->accepted_us ? OPS__COMMAND_OUTCOME__OUTCOME_ACCEPTED : OPS__COMMAND_OUTCOME__OUTCOME_REFUSED;
  out->reply = &trace->base;
  return 0;
}
