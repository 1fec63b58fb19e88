// One command: check, decide, apply. Cheap refusals are answered at once; everything that reads or writes the
// store happens inside a savepoint of the batch's transaction.
#include "common/svc/internal.h"

#include "common/base/clock.h"
#include "common/base/pb.h"
#include "common/base/rand.h"

#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

struct command {
  struct svc *svc;
  Bus__Header *header;
  const char *type; // full, for the hash and the log
  const struct binding *binding;
  bool ops; // served by this folder
  const void *body;
  size_t length;
  struct actor actor;
  const char *sender; // principal of the key
  char idem_key[65];
  uint8_t hash[32];
  struct pending pending;
  struct submitted *own; // or NULL
};

// ---- context

void context_fill(struct svc *svc, struct rule_context *ctx, struct id_source *ids)
{
  ids->ms = (uint64_t)(clock_real_us() / 1000);
  ids->taken = 0;
  rand_bytes(ids->random, sizeof ids->random);
  ctx->now_us = times_now_us(svc);
  date_of_time(ctx->now_us, ctx->today);
  ctx->ids = ids;
}

// ---- events

// "registry.v1.AgreementSigned": mostly the end of the message's full name, which needs no printing.
static char *event_type(struct svc *svc, const struct binding *binding)
{
  static const char root[] = "jiedui.";
  const char *full = binding->input->name, *type = full + sizeof root - 1;
  size_t area = strlen(svc->service->area);
  bool plain = strncmp(full, root, sizeof root - 1) == 0 && strncmp(type, svc->service->area, area) == 0 &&
               strncmp(type + area, ".v1.", 4) == 0 && strcmp(type + area + 4, binding->name) == 0;
  return plain ? (char *)type : arena_printf(svc->work, "%s.v1.%s", svc->service->area, binding->name);
}

int event_make(struct svc *svc, const struct decided_event *decided, const struct command_trace *trace,
               const struct actor *actor, Bus__Event *ret)
{
  const struct binding *binding = bind_find_input(&svc->events, decided->data->descriptor);
  CHECK(binding); // rules emit only events of their own area
  char *id = arena_alloc(svc->work, UUID_TEXT);
  char *type = event_type(svc, binding);
  uint8_t *data = NULL;
  size_t length = pb_pack(svc->work, decided->data, &data);
  if (!id || !type || !data) return -ENOMEM;
  id_source_next(trace->ids, id);
  bus__event__init(ret);
  bool behalf = actor->on_behalf_of[0] != 0;
  ret->id = id;
  ret->type = type;
  ret->time_us = (uint64_t)trace->now_us;
  ret->actor = (char *)trace->principal;
  ret->on_behalf_of = behalf ? (char *)actor->name : ret->on_behalf_of;
  ret->subject = (char *)decided->head.subject;
  ret->division = decided->head.division ? (char *)decided->head.division : ret->division;
  ret->units = (char **)decided->head.units;
  ret->n_units = decided->head.n_units;
  ret->rev = decided->head.rev;
  ret->data = (ProtobufCBinaryData){length, data};
  ret->causation_id = (char *)trace->causation;
  ret->traceparent = (char *)trace->traceparent;
  ret->n_basis = follow_positions(svc, svc->work, &ret->basis);
  return arena_exhausted(svc->work) ? -ENOMEM : 0; // never an event that lacks something
}

int command_apply(struct svc *svc, const struct actor *actor, const struct decision *decision,
                  const struct command_trace *trace, uint64_t *ret_seq)
{
  uint64_t seq = 0;
  for (const struct decided_event *decided = decision->first; decided; decided = decided->next) {
    Bus__Event event;
    int r = event_make(svc, decided, trace, actor, &event);
    if (r < 0) return r;
    if (bus__event__get_packed_size(&event) > SVC_EVENT_MAX) return -EMSGSIZE;
    r = journal_append(svc->batch.txn, svc->journal, &event);
    if (r < 0) return r;
    r = bind_find_input(&svc->events, decided->data->descriptor)
            ->event->apply(svc->state, svc->batch.txn, decided->data);
    if (r < 0) return r;
    seq = event.seq;
    svc->batch.events++;
  }
  if (seq) *ret_seq = seq;
  return 0;
}

int svc_apply(struct svc_call *call, const struct decision *part)
{
  struct svc *svc = call->svc;
  return command_apply(svc, &call->ctx->actor, part, svc->deciding.trace, &svc->deciding.seq);
}

// ---- checks before the store is touched: 0 or a refusal in *ret

static enum reason check_who(struct command *c, const char *key, Bus__Status **ret)
{
  struct svc *svc = c->svc;
  const struct principal *principal = who_is(svc, key);
  if (!principal) {
    metric_add(METRIC_frames_refused, "reason=\"principal\"", 1);
    *ret = status_reject(svc->work, REASON_PRINCIPAL, NULL);
    return REASON_PRINCIPAL;
  }
  c->sender = principal->name;
  if (!who_speaks(svc, principal, c->header->on_behalf_of, &c->actor)) {
    *ret = status_reject(svc->work, REASON_BEHALF, "actor", principal->name, NULL);
    return REASON_BEHALF;
  }
  return REASON_NONE;
}

static enum reason check_key(struct command *c, Bus__Status **ret)
{
  const Bus__Header *header = c->header;
  size_t key = strlen(header->idem_key);
  if (key > 64 || (!key && header->msg_id.len != 16)) {
    *ret = status_reject(c->svc->work, REASON_IDEM_KEY, NULL);
    return REASON_IDEM_KEY;
  }
  if (key)
    memcpy(c->idem_key, header->idem_key, key + 1);
  else
    sodium_bin2hex(c->idem_key, sizeof c->idem_key, header->msg_id.data, header->msg_id.len);
  return REASON_NONE;
}

static enum reason check_method(struct command *c, Bus__Status **ret)
{
  struct svc *svc = c->svc;
  const char *method = bind_method(c->type, svc->service->area);
  c->binding = method ? bind_find(&svc->commands, method) : NULL;
  if (!c->binding && (method = bind_method(c->type, "ops"))) {
    c->binding = bind_find(&svc->ops_commands, method);
    c->ops = c->binding != NULL;
  }
  if (!c->binding) {
    *ret = status_reject(svc->work, REASON_METHOD, "type", c->type, NULL);
    return REASON_METHOD;
  }
  if (!actor_has_role(&c->actor, c->binding->roles)) {
    *ret = status_reject(svc->work, REASON_ROLE, "method", c->binding->name, "actor", c->actor.name, "roles",
                         who_roles(svc->work, c->binding->roles), NULL);
    return REASON_ROLE;
  }
  return REASON_NONE;
}

static enum reason check_envelope(struct command *c, Bus__Status **ret)
{
  struct svc *svc = c->svc;
  const Bus__Header *header = c->header;
  if (header->expires_us && (int64_t)header->expires_us < clock_real_us()) {
    char when[DATE_SIZE];
    date_of_time((int64_t)header->expires_us, when);
    *ret = status_reject(svc->work, REASON_EXPIRED, "expires", when, NULL);
    return REASON_EXPIRED;
  }
  if (svc->draining && !c->ops) {
    *ret = status_reject(svc->work, REASON_STOPPING, NULL);
    return REASON_STOPPING;
  }
  if (c->ops && header->dry_run) { // they act at once, there is nothing to roll back
    *ret = status_reject(svc->work, REASON_FIELD, "field", "dry_run", "detail", "not for ops commands", NULL);
    return REASON_FIELD;
  }
  return REASON_NONE;
}

static Bus__Status *status_of_fault(struct arena *arena, const struct pb_fault *fault, const char *what,
                                    const char *type)
{
  if (strcmp(fault->what, "utf8") == 0 || strcmp(fault->what, "nul") == 0)
    return status_reject(arena, REASON_UTF8, "field", fault->path, NULL);
  if (strcmp(fault->what, "enum") == 0) return status_reject(arena, REASON_ENUM, "field", fault->path, NULL);
  return status_reject(arena, REASON_DECODE, "what", what, "type", type, "detail", fault->what, NULL);
}

// ---- the decision, inside a savepoint

// Keyed where bodies carry personal data: a plain hash would let anybody with the store try out identity
// numbers long after the person was erased.
static int hash_command(struct command *c)
{
  crypto_generichash_state state;
  crypto_generichash_init(&state, NULL, 0, sizeof c->hash);
  crypto_generichash_update(&state, (const uint8_t *)c->type, strlen(c->type) + 1);
  crypto_generichash_update(&state, (const uint8_t *)c->actor.name, strlen(c->actor.name) + 1);
  crypto_generichash_update(&state, c->body, c->length);
  crypto_generichash_final(&state, c->hash, sizeof c->hash);
  if (!c->svc->service->personal) return 0;
  char hex[2 * sizeof c->hash + 1];
  sodium_bin2hex(hex, sizeof hex, c->hash, sizeof c->hash);
  struct vault *vault = svc_vault(c->svc);
  return vault ? vault_hash(vault, hex, c->hash) : -EIO;
}

// A known key: *ret is the stored answer or the DA-01 refusal; NULL = new.
static int look_up_key(struct command *c, Bus__Status **ret)
{
  struct svc *svc = c->svc;
  const struct idem_key key = {c->sender, c->idem_key, c->hash};
  struct idem_answer known;
  int r = idem_get(svc->batch.txn, svc->keep, &key, svc->work, &known);
  if (r < 0) return r;
  if (known.state == IDEM_NEW) return 0;
  if (known.state == IDEM_OTHER) {
    *ret = status_reject(svc->work, REASON_IDEM_REUSE, NULL);
    return 0;
  }
  *ret = bus__status__unpack(arena_allocator(svc->work), known.length, known.bytes);
  if (!*ret) return -EBADMSG;
  (*ret)->replayed = true;
  return 0;
}

static int dry_run_events(struct svc *svc, const struct actor *actor, const struct decision *decision,
                          const struct command_trace *trace, Bus__Status *status)
{
  status->events = ARENA_ARRAY(svc->work, Bus__Event *, decision->n_events + 1);
  if (!status->events) return -ENOMEM;
  for (const struct decided_event *decided = decision->first; decided; decided = decided->next) {
    Bus__Event *event = ARENA_NEW(svc->work, Bus__Event);
    int r = event ? event_make(svc, decided, trace, actor, event) : -ENOMEM;
    if (r < 0) return r;
    status->events[status->n_events++] = event;
  }
  return bus__status__get_packed_size(status) > BUS_BODY_MAX ? -EMSGSIZE : 0;
}

static int status_success(struct svc *svc, const struct decision *decision, Bus__Status **ret)
{
  Bus__Status *status = status_of_reason(svc->work, REASON_NONE, decision);
  if (!status) return -ENOMEM;
  if (decision->reply) {
    status->result_type = (char *)decision->reply->descriptor->name;
    status->result.len = pb_pack(svc->work, decision->reply, &status->result.data);
    if (!status->result.data) return -ENOMEM;
    if (status->result.len > BUS_BODY_MAX - BUS_HEADER_MAX) return -EMSGSIZE;
  }
  *ret = status;
  return 0;
}

static int remember(struct command *c, const Bus__Status *status)
{
  if (c->own || c->ops) return 0;
  uint8_t *bytes = NULL;
  size_t length = pb_pack(c->svc->work, &status->base, &bytes);
  if (!bytes) return -ENOMEM;
  const struct idem_key key = {c->sender, c->idem_key, c->hash};
  return idem_put(c->svc->batch.txn, c->svc->keep, &key, (uint64_t)clock_real_us(), bytes, length);
}

// Decides and applies. 0: *ret is a success; > 0: *ret is the rejection; negative: system failure.
static int decide_and_apply(struct command *c, const ProtobufCMessage *message, Bus__Status **ret)
{
  struct svc *svc = c->svc;
  struct decision decision = {.arena = svc->work};
  struct id_source ids;
  struct rule_context ctx = {.actor = c->actor, .expect_rev = c->header->expect_rev};
  context_fill(svc, &ctx, &ids);
  struct dir_view *dir = directory_view(svc->directory, svc->batch.txn, svc->work);
  struct svc_call call = {svc, svc->state, svc->batch.txn, svc->work, dir, &ctx};
  const struct svc_command *command = c->binding->command;
  struct command_trace trace = {c->sender, c->idem_key, c->header->traceparent, &ids, ctx.now_us};
  svc->deciding.trace = &trace;
  svc->deciding.seq = 0;
  int r =
      command->prepare ? command->prepare(&call, (ProtobufCMessage *)message, &ctx.prepared, &decision) : 0;
  if (r == 0) r = command->decide(&call, message, &decision);
  if (r > 0) {
    *ret = status_of_reason(svc->work, (enum reason)r, &decision);
    return *ret ? r : -ENOMEM;
  }
  if (r < 0) return r;
  r = status_success(svc, &decision, ret);
  if (r < 0) return r;
  if (c->header->dry_run) return dry_run_events(svc, &c->actor, &decision, &trace, *ret);
  r = command_apply(svc, &c->actor, &decision, &trace, &svc->deciding.seq);
  if (r < 0) return r;
  (*ret)->seq = svc->deciding.seq;
  return remember(c, *ret);
}

static Bus__Status *status_of_space(struct svc *svc)
{
  Bus__Status *space = status_reject(svc->work, REASON_SPACE, NULL);
  if (space) space->retry_after_ms = 60000;
  return space;
}

// A system failure inside one command: nothing of it stays. A full store fails the whole batch.
static Bus__Status *status_of_failure(struct command *c, int error)
{
  struct svc *svc = c->svc;
  arena_reset(svc->work); // what the command built may have used it up: the answer needs a place
  if (error == -ENOSPC || error == -EDQUOT || error == -EFBIG) {
    svc->batch.failed = true;
    return status_of_space(svc);
  }
  if (error == -EMSGSIZE)
    return status_reject(svc->work, REASON_SIZE, "what", "event or reply", "size", "too many", "max",
                         "245760", NULL);
  char number[24];
  snprintf(number, sizeof number, "%08x", (unsigned)rand_below(UINT32_MAX));
  log_event(LOG_method_failed, F_TEXT("object", c->type), F_TEXT("actor", c->actor.name),
            F_TEXT("id", number), F_TEXT("error", strerror(-error)));
  return status_reject(svc->work, REASON_INTERNAL, "id", number, NULL);
}

static Bus__Status *run_in_savepoint(struct command *c, const ProtobufCMessage *message)
{
  struct svc *svc = c->svc;
  Bus__Status *status = NULL;
  uint64_t mark = svc->vault ? vault_mark(svc->vault) : 0;
  int r = store_savepoint(svc->batch.txn);
  if (r == 0) r = decide_and_apply(c, message, &status);
  if (r == 0 && !c->header->dry_run)
    r = store_release(svc->batch.txn);
  else {
    int undone = store_rollback(svc->batch.txn);
    if (svc->vault) vault_undo(svc->vault, mark);
    if (undone < 0 && r >= 0) r = undone;
  }
  return r < 0 ? status_of_failure(c, r) : status;
}

static Bus__Status *execute(struct command *c)
{
  struct svc *svc = c->svc;
  struct pb_fault fault;
  ProtobufCMessage *message = pb_admit(c->binding->input, c->body, c->length, svc->decode, &fault);
  if (!message) return status_of_fault(svc->work, &fault, "body", c->binding->input->name);
  int r = batch_begin(svc);
  if (r < 0) return status_of_failure(c, r);
  if (!c->own && !c->ops && !c->header->dry_run) {
    Bus__Status *known = NULL;
    r = hash_command(c);
    if (r == 0) r = look_up_key(c, &known);
    if (r < 0) return status_of_failure(c, r);
    if (known) return known;
  }
  // After the look-up: what was done before the guard closed is answered as ever.
  if (!c->own && !c->ops && c->binding->command->class_ == SVC_CREATES && !svc->creations)
    return status_of_space(svc);
  return run_in_savepoint(c, message);
}

// Refusals of who is known; what a dry run says has no consequence, and UNAVAILABLE or EXHAUSTED is no
// decision.
static void write_refusal(struct command *c, const Bus__Status *status)
{
  static const Bus__Code decided[] = {BUS__CODE__CODE_INVALID,  BUS__CODE__CODE_REFUSED,
                                      BUS__CODE__CODE_DENIED,   BUS__CODE__CODE_NOT_FOUND,
                                      BUS__CODE__CODE_CONFLICT, BUS__CODE__CODE_EXPIRED};
  if (!status || c->own || !c->sender || !c->idem_key[0] || c->header->dry_run) return;
  for (size_t i = 0; i < sizeof decided / sizeof *decided; i++) {
    if (status->code != decided[i]) continue;
    const struct audit_command command = {
        c->sender, c->idem_key, c->type,
        c->actor.on_behalf_of ? c->actor.on_behalf_of[0] ? c->actor.name : "" : ""};
    audit_refused(c->svc, &command, status);
    return;
  }
}

static void finish(struct command *c, const Bus__Status *status)
{
  write_refusal(c, status);
  c->pending.outcome = outcome_word(status ? status->code : BUS__CODE__CODE_INTERNAL);
  c->pending.method = c->binding ? c->binding->name : "unknown";
  batch_answer(c->svc, &c->pending, status);
}

// ---- entries

static enum reason read_header(struct command *c, struct bus_message *message, Bus__Status **ret)
{
  struct svc *svc = c->svc;
  struct pb_fault fault;
  c->header = (Bus__Header *)pb_admit(&bus__header__descriptor, zframe_data(message->a),
                                      zframe_size(message->a), svc->decode, &fault);
  if (!c->header) {
    metric_add(METRIC_frames_refused, "reason=\"header\"", 1);
    c->pending.id_length = sizeof c->pending.id; // zeros, as wherever the id cannot be read
    *ret = status_of_fault(svc->work, &fault, "header", "jiedui.bus.v1.Header");
    return REASON_DECODE;
  }
  c->pending.id_length = c->header->msg_id.len > 16 ? 16 : c->header->msg_id.len;
  if (c->pending.id_length)
    memcpy(c->pending.id, c->header->msg_id.data, c->pending.id_length); // may be NULL
  c->type = c->header->type;
  return REASON_NONE;
}

void command_take(struct svc *svc, struct bus_message *message)
{
  arena_reset(svc->work);
  arena_reset(svc->decode);
  struct command c = {.svc = svc, .body = zframe_data(message->b), .length = zframe_size(message->b)};
  c.pending.began_us = clock_monotonic_us();
  c.pending.address = message->address;
  message->address = NULL;
  Bus__Status *status = NULL;
  enum reason refused = read_header(&c, message, &status);
  if (!refused) refused = check_who(&c, message->principal, &status);
  if (!refused) refused = check_key(&c, &status);
  if (!refused) refused = check_method(&c, &status);
  if (!refused) refused = check_envelope(&c, &status);
  if (!refused) status = execute(&c);
  finish(&c, status);
}

void command_take_submitted(struct svc *svc, struct submitted *submitted)
{
  arena_reset(svc->work);
  arena_reset(svc->decode);
  Bus__Header header = BUS__HEADER__INIT;
  struct command c = {.svc = svc,
                      .header = &header,
                      .type = submitted->method,
                      .sender = "self",
                      .own = submitted,
                      .body = submitted->bytes,
                      .length = submitted->length};
  memcpy(c.idem_key, submitted->method,
         sizeof submitted->method); // only a trace: own commands are not remembered
  c.pending.began_us = clock_monotonic_us();
  c.pending.done = submitted->done;
  c.pending.context = submitted->context;
  who_self(&c.actor);
  c.binding = bind_find(&svc->commands, submitted->method);
  CHECK(c.binding);
  Bus__Status *status = execute(&c);
  if (status && status->code != BUS__CODE__CODE_OK && !c.pending.done)
    log_event(LOG_tick_failed, F_TEXT("object", submitted->method), F_TEXT("code", status->reason));
  finish(&c, status);
}
