#include "common/base/pb.h"
#include "services/cli/import.h"
#include "services/cli/lang.h"
#include "services/cli/progress.h"
#include "services/cli/session.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define IN_FLIGHT 256

// One command: n rows from a place in the sending order.
struct unit {
  size_t first, n;
  char key[64];
};
struct sending {
  struct import_run *run;
  bool dry;
  size_t *order; // rows that have a message, parents first
  size_t n_order;
  struct unit *units, *again; // of this pass and of the next
  size_t n_units, n_again, answered;
  struct progress progress;
};

static size_t row_of(const struct sending *sending, const struct unit *unit, size_t i)
{
  return sending->order[unit->first + i];
}

// Same content, same key: importing a file twice changes nothing. --key salts it, to do so on purpose.
static void make_key(const struct import_run *run, const uint8_t *body, size_t length, char out[64])
{
  crypto_generichash_state state;
  uint8_t digest[16];
  const char *salt = run->import.cli->key ? run->import.cli->key : "";
  crypto_generichash_init(&state, NULL, 0, sizeof digest);
  crypto_generichash_update(&state, (const uint8_t *)run->type, strlen(run->type) + 1);
  crypto_generichash_update(&state, (const uint8_t *)salt, strlen(salt) + 1);
  crypto_generichash_update(&state, body, length);
  crypto_generichash_final(&state, digest, sizeof digest);
  memcpy(out, "import-", 7);
  sodium_bin2hex(out + 7, 64 - 7, digest, sizeof digest);
}

static ProtobufCMessage *command_of(const struct sending *sending, const struct unit *unit,
                                    struct arena *arena)
{
  const struct import_kind *kind = sending->run->kind;
  if (!kind->wrap) return sending->run->rows[row_of(sending, unit, 0)].message;
  ProtobufCMessage **rows = ARENA_ARRAY(arena, ProtobufCMessage *, unit->n);
  for (size_t i = 0; rows && i < unit->n; i++)
    rows[i] = sending->run->rows[row_of(sending, unit, i)].message;
  return rows ? kind->wrap(arena, rows, unit->n) : NULL;
}

static bool next_call(void *context, size_t index, struct arena *arena, struct bus_call *ret)
{
  struct sending *sending = context;
  if (index >= sending->n_units) return false;
  struct unit *unit = &sending->units[index];
  const ProtobufCMessage *command = command_of(sending, unit, arena);
  uint8_t *body = NULL;
  size_t length = command ? pb_pack(arena, command, &body) : 0;
  make_key(sending->run, body, length, unit->key);
  *ret = (struct bus_call){.type = sending->run->type,
                           .body = body,
                           .length = length,
                           .idem_key = sending->dry ? NULL : unit->key,
                           .dry_run = sending->dry};
  return true;
}

// ---- answers ----

static const char *kept(struct arena *arena, const char *text)
{
  const char *copy = arena_strdup(arena, text ? text : "");
  return copy ? copy : "";
}

// A field of the reply by name and type; NULL if it has none.
static const void *reply_field(const ProtobufCMessage *reply, const char *name, ProtobufCType type)
{
  const ProtobufCFieldDescriptor *field =
      reply ? protobuf_c_message_descriptor_get_field_by_name(reply->descriptor, name) : NULL;
  return field && field->type == type ? (const uint8_t *)reply + field->offset : NULL;
}

static void take_success(struct sending *sending, const struct unit *unit, const Bus__Status *status)
{
  struct import_run *run = sending->run;
  struct pb_fault fault;
  const ProtobufCMessage *reply = sending->dry ? NULL
                                               : pb_admit(run->method.reply, status->result.data,
                                                          status->result.len, run->import.cli->arena, &fault);
  const protobuf_c_boolean *unchanged = reply_field(reply, "unchanged", PROTOBUF_C_TYPE_BOOL);
  const uint32_t *same = reply_field(reply, "same", PROTOBUF_C_TYPE_UINT32); // of a list
  char *const *id = reply_field(reply, "id", PROTOBUF_C_TYPE_STRING);
  size_t n_same = status->replayed || (unchanged && *unchanged) ? unit->n : same ? *same : 0;
  for (size_t i = 0; i < unit->n; i++)
    run->results[row_of(sending, unit, i)] =
        (struct import_result){.state = i < n_same ? IMPORT_SAME : IMPORT_MADE, .id = id ? *id : NULL};
}

static void take_refusal(struct sending *sending, const struct unit *unit, const Bus__Status *status)
{
  struct arena *arena = sending->run->import.cli->arena;
  sending->run->results[row_of(sending, unit, 0)] =
      (struct import_result){.state = IMPORT_REFUSED,
                             .code = kept(arena, status->reason),
                             .message = kept(arena, lang_pick(status->message_zh, status->message_en)),
                             .fix = kept(arena, lang_pick(status->fix_zh, status->fix_en))};
}

static void split(struct sending *sending, const struct unit *unit)
{
  size_t half = unit->n / 2;
  sending->again[sending->n_again++] = (struct unit){.first = unit->first, .n = half};
  sending->again[sending->n_again++] = (struct unit){.first = unit->first + half, .n = unit->n - half};
}

static void take_answer(void *context, size_t index, const Bus__Status *status)
{
  struct sending *sending = context;
  const struct unit *unit = &sending->units[index];
  sending->answered += unit->n;
  progress_show(&sending->progress, sending->answered);
  if (status && status->code == BUS__CODE__CODE_OK) {
    take_success(sending, unit, status);
  } else if (unit->n > 1) {
    split(sending, unit); // find the rows it is about
  } else if (status) {
    take_refusal(sending, unit, status);
  } else {
    sending->run->results[row_of(sending, unit, 0)] =
        (struct import_result){.state = IMPORT_SILENT, .code = "TIMEOUT", .message = _("no answer in time")};
  }
}

// ---- passes ----

static int send_pass(struct sending *sending)
{
  struct import_run *run = sending->run;
  int exit_code;
  struct bus_client *client = session_client(run->import.cli, run->method.area, &exit_code);
  if (!client) return exit_code;
  size_t rows = 0;
  for (size_t i = 0; i < sending->n_units; i++)
    rows += sending->units[i].n;
  sending->answered = 0;
  sending->progress = progress_start(sending->dry ? _("checking") : _("importing"), rows);
  int error = bus_client_pipeline(client, IN_FLIGHT, next_call, take_answer, sending);
  progress_end(&sending->progress);
  return error ? session_silent(run->import.cli, run->method.area, error) : CLI_OK;
}

static size_t taken(const struct import_run *run)
{
  return import_count(run, IMPORT_MADE) + import_count(run, IMPORT_SAME);
}

// A row may be refused only because a row it refers to came later: again, as long as that gets any further.
static void again_with_references(struct sending *sending)
{
  const struct import_run *run = sending->run;
  for (size_t i = 0; i < sending->n_order; i++) {
    size_t row = sending->order[i];
    if (run->results[row].state == IMPORT_REFUSED && run->rows[row].refers)
      sending->again[sending->n_again++] = (struct unit){.first = i, .n = 1};
  }
}

static int send_all(struct sending *sending)
{
  while (sending->n_units > 0) {
    size_t before = taken(sending->run);
    sending->n_again = 0;
    int failed = send_pass(sending);
    if (failed) return failed;
    bool split_some = sending->n_again > 0;
    if (!split_some && !sending->dry && taken(sending->run) > before) again_with_references(sending);
    struct unit *units = sending->units;
    sending->units = sending->again;
    sending->again = units;
    sending->n_units = sending->n_again;
  }
  return CLI_OK;
}

struct ranked {
  unsigned rank;
  size_t row;
};

static int by_rank(const void *a, const void *b)
{
  const struct ranked *x = a, *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

// The rows to send, by rank; false when memory is out.
static bool set_order(struct sending *sending)
{
  struct import_run *run = sending->run;
  struct arena *arena = run->import.cli->arena;
  struct ranked *ranked = ARENA_ARRAY(arena, struct ranked, run->file.n_rows + 1);
  sending->order = ARENA_ARRAY(arena, size_t, run->file.n_rows + 1);
  if (!ranked || !sending->order) return false;
  for (size_t i = 0; i < run->file.n_rows; i++) {
    const ProtobufCMessage *message = run->rows[i].message;
    if (!message) continue;
    run->results[i] = (struct import_result){0};
    ranked[sending->n_order++] = (struct ranked){run->kind->rank ? run->kind->rank(message) : 0, i};
  }
  qsort(ranked, sending->n_order, sizeof *ranked, by_rank);
  for (size_t i = 0; i < sending->n_order; i++)
    sending->order[i] = ranked[i].row;
  return true;
}

// A pass has at most as many units as rows: splitting halves them.
static bool set_units(struct sending *sending)
{
  struct arena *arena = sending->run->import.cli->arena;
  size_t batch = sending->run->kind->wrap ? sending->run->kind->batch : 1;
  sending->units = ARENA_ARRAY(arena, struct unit, sending->n_order + 1);
  sending->again = ARENA_ARRAY(arena, struct unit, sending->n_order + 1);
  if (!sending->units || !sending->again) return false;
  for (size_t first = 0; first < sending->n_order; first += batch) {
    size_t left = sending->n_order - first;
    sending->units[sending->n_units++] = (struct unit){.first = first, .n = left < batch ? left : batch};
  }
  return true;
}

int import_send(struct import_run *run, bool dry)
{
  struct sending sending = {.run = run, .dry = dry};
  if (!set_order(&sending) || !set_units(&sending))
    return session_silent(run->import.cli, run->method.area, -ENOMEM);
  return send_all(&sending);
}
