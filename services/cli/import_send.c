#include "common/base/pb.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/import.h"
#include "services/cli/lang.h"
#include "services/cli/progress.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define IN_FLIGHT       256 // commands of one row
#define LISTS_IN_FLIGHT 6   // enough that the daemon never waits
#define LIST_BYTES      (200 * 1024)

// The rows of one command on its way.
struct unit {
  uint32_t *rows;
  size_t n;
  size_t range, at; // where they stand in the pass
};
// Rows that are to be sent in one pass, in ranges that may not be mixed: the halves of a list that was
// refused.
struct range {
  size_t first, n;
};
struct pass {
  uint32_t *rows;
  size_t n;
  struct range *ranges;
  size_t n_ranges, room, room_ranges;
};
struct sending {
  struct import_run *run;
  bool dry;
  unsigned number; // of passes
  struct pass now, next;
  size_t range, at;   // in now: the next row to send
  struct unit *units; // by index of the command
  size_t n_units, room_units;
  size_t answered;
  size_t batch;  // rows of a command at most
  bool together; // all rows are one command
  bool too_many; // which they do not fit into
  struct progress progress;
};

static bool more_room(void *list, size_t *room, size_t n, size_t size)
{
  void **at = list;
  if (n <= *room) return true;
  size_t wanted = *room ? *room * 2 : 64;
  void *bigger = reallocarray(*at, wanted > n ? wanted : n, size);
  if (!bigger) return false;
  *at = bigger;
  *room = wanted > n ? wanted : n;
  return true;
}

// Adds a range of rows to a pass; rows that cannot be kept stay unanswered.
static void plan(struct pass *pass, const uint32_t *rows, size_t n)
{
  if (n == 0 || !more_room(&pass->rows, &pass->room, pass->n + n, sizeof *pass->rows) ||
      !more_room(&pass->ranges, &pass->room_ranges, pass->n_ranges + 1, sizeof *pass->ranges))
    return;
  memcpy(pass->rows + pass->n, rows, n * sizeof *rows);
  pass->ranges[pass->n_ranges++] = (struct range){pass->n, n};
  pass->n += n;
}

// Rows that each stand for a record of their own kind (proposals) are not proposed again by the same content:
// same content, same key. Lists say what the records shall be, so that each import counts, and only --key
// makes it a repeat.
static const char *make_key(const struct sending *sending, const uint8_t *body, size_t length,
                            struct arena *arena)
{
  const struct import_run *run = sending->run;
  const char *salt = run->import.cli->key ? run->import.cli->key : "";
  bool states = run->kind->wrap && !run->kind->in_order; // the others are steps, taken once
  unsigned pass = states ? sending->number : 0;          // rows are sent again after others were taken
  if (sending->dry || (states && !*salt)) return NULL;
  crypto_generichash_state state;
  uint8_t digest[16];
  char *key = arena_alloc(arena, 64);
  if (!key) return NULL;
  crypto_generichash_init(&state, NULL, 0, sizeof digest);
  crypto_generichash_update(&state, (const uint8_t *)run->type, strlen(run->type) + 1);
  crypto_generichash_update(&state, (const uint8_t *)salt, strlen(salt) + 1);
  if (pass) crypto_generichash_update(&state, (const uint8_t *)&pass, sizeof pass);
  crypto_generichash_update(&state, body, length);
  crypto_generichash_final(&state, digest, sizeof digest);
  memcpy(key, "import-", 7);
  sodium_bin2hex(key + 7, 64 - 7, digest, sizeof digest);
  return key;
}

// ---- commands ----

struct building {
  ProtobufCMessage **messages;
  struct unit unit;
  size_t bytes;
};

// Takes the next row of the range into the command; false when it does not fit any more.
static bool build_row(struct sending *sending, struct building *building, uint32_t row)
{
  struct import_run *run = sending->run;
  struct columns_fault fault;
  ProtobufCMessage *message = import_message(run, row, &fault);
  if (!message) {
    import_refuse_row(run, row, &fault);
    sending->answered++;
    return true;
  }
  size_t size = protobuf_c_message_get_packed_size(message) + 8;
  if (building->unit.n && building->bytes + size > LIST_BYTES) return false;
  building->bytes += size;
  building->messages[building->unit.n] = message;
  building->unit.rows[building->unit.n++] = row;
  return true;
}

// Rows of one range, as many as a command takes; those that are faulty are refused on the way.
static void build_range(struct sending *sending, struct building *building, size_t batch)
{
  const struct range *range = &sending->now.ranges[sending->range];
  for (; sending->at < range->n && building->unit.n < batch; sending->at++) {
    uint32_t row = sending->now.rows[range->first + sending->at];
    if (!sending->run->faulty[row] && !build_row(sending, building, row)) return;
  }
  if (sending->at < range->n) return;
  sending->range++;
  sending->at = 0;
}

// The next command of the pass; NULL when there is none.
static const ProtobufCMessage *build(struct sending *sending, struct unit *ret)
{
  const struct import_kind *kind = sending->run->kind;
  struct arena *arena = sending->run->import.arena;
  size_t batch = sending->batch;
  arena_reset(arena);
  struct building building = {.messages = ARENA_ARRAY(arena, ProtobufCMessage *, batch),
                              .unit = {.rows = calloc(batch, sizeof *building.unit.rows),
                                       .range = sending->range,
                                       .at = sending->at}};
  while (building.messages && building.unit.rows && !building.unit.n &&
         sending->range < sending->now.n_ranges)
    build_range(sending, &building, batch);
  *ret = building.unit;
  if (!building.unit.n) return NULL;
  if (!kind->wrap) return building.messages[0];
  ProtobufCMessage *command = kind->wrap(arena, building.messages, building.unit.n);
  if (!sending->together || !command) return command;
  sending->too_many = sending->range < sending->now.n_ranges;
  if (sending->too_many) return NULL; // half of them would be no whole
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(command->descriptor, "all_or_nothing");
  *(protobuf_c_boolean *)((uint8_t *)command + field->offset) = !sending->dry; // a dry run tells of each row
  return command;
}

static bool next_call(void *context, size_t index, struct arena *arena, struct bus_call *ret)
{
  struct sending *sending = context;
  struct unit unit = {0};
  const ProtobufCMessage *command = build(sending, &unit);
  if (!command || !more_room(&sending->units, &sending->room_units, index + 1, sizeof *sending->units)) {
    free(unit.rows);
    return false;
  }
  sending->units[index] = unit;
  sending->n_units = index + 1;
  uint8_t *body = NULL;
  size_t length = pb_pack(arena, command, &body);
  *ret = (struct bus_call){.type = sending->run->type,
                           .body = body,
                           .length = length,
                           .idem_key = make_key(sending, body, length, arena),
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

static void refuse(struct sending *sending, uint32_t row, const Reg__RowResult *told)
{
  struct arena *arena = sending->run->import.cli->arena;
  sending->run->results[row] =
      (struct import_result){.state = IMPORT_REFUSED,
                             .code = kept(arena, told->reason),
                             .message = kept(arena, lang_pick(told->message_zh, told->message_en)),
                             .fix = kept(arena, lang_pick(told->fix_zh, told->fix_en))};
}

// An answer that tells of the rows: those it does not list were made or are the same, of which only the
// numbers matter.
static void take_rows(struct sending *sending, const struct unit *unit, const Reg__ImportReply *reply,
                      bool replayed)
{
  size_t n_same = replayed ? unit->n : reply->same;
  for (size_t i = 0; i < unit->n; i++)
    sending->run->results[unit->rows[i]] = (struct import_result){.state = IMPORT_MADE};
  for (size_t i = 0; i < reply->n_rows; i++)
    if (reply->rows[i]->outcome == REG__ROW_OUTCOME__ROW_REFUSED && reply->rows[i]->row < unit->n)
      refuse(sending, unit->rows[reply->rows[i]->row], reply->rows[i]);
  for (size_t i = 0; i < unit->n && n_same; i++) {
    struct import_result *result = &sending->run->results[unit->rows[i]];
    if (result->state != IMPORT_MADE) continue;
    result->state = IMPORT_SAME;
    n_same--;
  }
}

static void take_success(struct sending *sending, const struct unit *unit, const Bus__Status *status)
{
  struct import_run *run = sending->run;
  struct pb_fault fault;
  arena_reset(run->import.arena);
  const ProtobufCMessage *reply =
      pb_admit(run->method.reply, status->result.data, status->result.len, run->import.arena, &fault);
  if (reply && reply->descriptor == &reg__import_reply__descriptor) {
    take_rows(sending, unit, (const Reg__ImportReply *)reply, status->replayed);
    return;
  }
  const protobuf_c_boolean *unchanged = reply_field(reply, "unchanged", PROTOBUF_C_TYPE_BOOL);
  const uint32_t *same = reply_field(reply, "same", PROTOBUF_C_TYPE_UINT32); // of a list
  char *const *id = sending->dry ? NULL : reply_field(reply, "id", PROTOBUF_C_TYPE_STRING);
  size_t n_same = status->replayed || (unchanged && *unchanged) ? unit->n : same ? *same : 0;
  for (size_t i = 0; i < unit->n; i++)
    run->results[unit->rows[i]] = (struct import_result){.state = i < n_same ? IMPORT_SAME : IMPORT_MADE,
                                                         .id = id ? kept(run->import.cli->arena, *id) : NULL};
}

static void take_refusal(struct sending *sending, const struct unit *unit, const Bus__Status *status)
{
  Reg__RowResult told = REG__ROW_RESULT__INIT;
  told.reason = status->reason;
  told.message_zh = status->message_zh;
  told.message_en = status->message_en;
  told.fix_zh = status->fix_zh;
  told.fix_en = status->fix_en;
  for (size_t i = 0; i < unit->n; i++)
    refuse(sending, unit->rows[i], &told);
}

// Whoever may not send the command at all is not told so for each row.
static bool about_sender(const Bus__Status *status)
{
  static const char *const words[] = {"ROLE", "BEHALF", "PRINCIPAL", "METHOD", "STOPPING"};
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (strcmp(status->reason, words[i]) == 0) return true;
  return false;
}

// Finds the rows it is about: halves of the command, after the others; of steps at once, before those behind
// them.
static void split(struct sending *sending, const struct unit *unit)
{
  if (!sending->run->kind->in_order) {
    plan(&sending->next, unit->rows, unit->n / 2);
    plan(&sending->next, unit->rows + unit->n / 2, unit->n - unit->n / 2);
    return;
  }
  sending->range = unit->range;
  sending->at = unit->at;
  sending->batch = unit->n / 2;
  sending->answered -= unit->n;
}

static void take_silence(struct sending *sending, const struct unit *unit)
{
  for (size_t i = 0; i < unit->n; i++)
    sending->run->results[unit->rows[i]] =
        (struct import_result){.state = IMPORT_SILENT, .code = "TIMEOUT", .message = _("no answer in time")};
}

static void take_answer(void *context, size_t index, const Bus__Status *status)
{
  struct sending *sending = context;
  const struct import_kind *kind = sending->run->kind;
  struct unit *unit = &sending->units[index];
  sending->answered += unit->n;
  progress_show(&sending->progress, sending->answered);
  bool step_lost = kind->in_order && !status; // it may have been taken: only the same command may come again
  if (status && status->code == BUS__CODE__CODE_OK) {
    take_success(sending, unit, status);
    if (kind->in_order && kind->wrap && !sending->together)
      sending->batch = sending->batch * 2 < kind->batch ? sending->batch * 2 : kind->batch;
  } else if (unit->n > 1 && !sending->together && !step_lost && !(status && about_sender(status))) {
    split(sending, unit);
  } else if (status) {
    take_refusal(sending, unit, status);
  } else {
    take_silence(sending, unit);
  }
  free(unit->rows);
  *unit = (struct unit){0};
}

// ---- passes ----

static int send_pass(struct sending *sending)
{
  struct import_run *run = sending->run;
  int exit_code;
  struct bus_client *client = session_client(run->import.cli, run->method.area, &exit_code);
  if (!client) return exit_code;
  const struct import_kind *kind = run->kind;
  sending->answered = sending->range = sending->at = 0;
  bool whole = kind->together && (sending->together || sending->dry); // a step sees only its own command's
  sending->batch = !kind->wrap ? 1 : whole ? kind->together : kind->batch;
  sending->number++;
  sending->progress = progress_start(sending->dry ? _("checking") : _("importing"), sending->now.n);
  unsigned in_flight = kind->in_order ? 1 : kind->wrap ? LISTS_IN_FLIGHT : IN_FLIGHT;
  int error = bus_client_pipeline(client, in_flight, next_call, take_answer, sending);
  progress_end(&sending->progress);
  for (size_t i = 0; i < sending->n_units; i++)
    free(sending->units[i].rows); // of what was not answered, after a failure
  sending->n_units = 0;
  if (sending->too_many) {
    say_error(0, _("--all-or-nothing: the rows do not fit into one command, which takes %zu"),
              kind->together);
    say_fix("%s", _("split the file, or import it without --all-or-nothing"));
    return CLI_USAGE;
  }
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
  size_t batch = run->kind->wrap ? run->kind->batch : 1, n = 0;
  if (run->kind->in_order) return;
  for (size_t i = 0; i < sending->now.n; i++) {
    uint32_t row = sending->now.rows[i];
    if (run->results[row].state == IMPORT_REFUSED && !run->faulty[row] && import_keys_refers(run->keys, row))
      sending->now.rows[n++] = row;
  }
  for (size_t at = 0; at < n; at += batch)
    plan(&sending->next, sending->now.rows + at, n - at < batch ? n - at : batch);
}

static int send_all(struct sending *sending)
{
  while (sending->now.n_ranges > 0) {
    size_t before = taken(sending->run);
    sending->next.n = sending->next.n_ranges = 0;
    int failed = send_pass(sending);
    if (failed) return failed;
    bool split_some = sending->next.n_ranges > 0;
    if (!split_some && !sending->dry && taken(sending->run) > before) again_with_references(sending);
    struct pass pass = sending->now;
    sending->now = sending->next;
    sending->next = pass;
  }
  return CLI_OK;
}

struct ranked {
  unsigned rank;
  uint32_t row;
};

static int by_rank(const void *a, const void *b)
{
  const struct ranked *x = a, *y = b;
  if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
  return x->row < y->row ? -1 : x->row > y->row;
}

// The rows of the first pass, by rank; false when memory is out.
static bool plan_all(struct sending *sending)
{
  struct import_run *run = sending->run;
  size_t n = 0, most = run->file.n_rows;
  struct ranked *ranked = calloc(most + 1, sizeof *ranked);
  if (!ranked || !more_room(&sending->now.rows, &sending->now.room, most + 1, sizeof *sending->now.rows)) {
    free(ranked);
    return false;
  }
  for (size_t i = 0; i < most; i++) {
    if (run->faulty[i]) continue;
    struct columns_fault fault;
    unsigned rank = 0;
    run->results[i] = (struct import_result){0};
    arena_reset(run->import.arena);
    if (run->kind->rank) {
      const ProtobufCMessage *message = import_message(run, i, &fault);
      rank = message ? run->kind->rank(message) : 0;
    }
    ranked[n++] = (struct ranked){rank, (uint32_t)i};
  }
  if (run->kind->rank) qsort(ranked, n, sizeof *ranked, by_rank);
  for (size_t i = 0; i < n; i++)
    sending->now.rows[i] = ranked[i].row;
  free(ranked);
  sending->now.n = n;
  bool room = more_room(&sending->now.ranges, &sending->now.room_ranges, 1, sizeof *sending->now.ranges);
  if (room && n) sending->now.ranges[sending->now.n_ranges++] = (struct range){0, n};
  return room;
}

int import_send(struct import_run *run, bool dry)
{
  struct sending sending = {.run = run, .dry = dry};
  sending.together = run->kind->together && args_get(run->import.cli->args, "--all-or-nothing");
  int failed =
      plan_all(&sending) ? send_all(&sending) : session_silent(run->import.cli, run->method.area, -ENOMEM);
  free(sending.now.rows);
  free(sending.now.ranges);
  free(sending.next.rows);
  free(sending.next.ranges);
  free(sending.units);
  return failed;
}
