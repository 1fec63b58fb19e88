// The states of one record in valid time, oldest first, the present one last.
#include "common/base/date.h"
#include "common/base/pb.h"
#include "common/domain/authority.h"
#include "services/registry/query_parts.h"
#include "services/registry/rules/reg.h"
#include "services/registry/sight.h"
#include <errno.h>
#include <string.h>

enum { STATES_DEFAULT = 100, STATES_MAX = 500 };

struct past {
  struct svc_call *call;
  struct decision *out;
  const char *kind;
  const ProtobufCMessage *present;
};

static const char *text_of(const ProtobufCMessage *row, const char *name)
{
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(row->descriptor, name);
  if (!field || field->type != PROTOBUF_C_TYPE_STRING || field->label == PROTOBUF_C_LABEL_REPEATED) return "";
  return *(char *const *)((const uint8_t *)row + field->offset);
}

static uint64_t rev_of(const ProtobufCMessage *row)
{
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(row->descriptor, "rev");
  return field && field->type == PROTOBUF_C_TYPE_UINT64
             ? *(const uint64_t *)((const uint8_t *)row + field->offset)
             : 0;
}

// ---- which record, and who may see it

static int by_index(struct past *past, const char *index, const char *text)
{
  struct key prefix;
  struct table_rows rows = {0};
  key_init(&prefix);
  key_text(&prefix, text);
  const struct table *table = directory_table(svc_directory(past->call->svc), past->kind);
  if (prefix.overflow || !text[0]) return 0;
  int r = table_list(past->call->txn, table, index, &prefix, NULL, 1, past->call->arena, &rows);
  if (r == 0 && rows.n) past->present = rows.rows[0];
  return r;
}

static int find(struct past *past, const char *ref)
{
  static const struct {
    const char *kind, *index;
  } others[] = {{"institution", "by_code"}, {"person", "by_staff_no"}, {"agreement", "by_doc_no"}};
  int r = by_index(past, NULL, ref);
  for (size_t i = 0; r == 0 && !past->present && i < sizeof others / sizeof *others; i++)
    if (strcmp(others[i].kind, past->kind) == 0) r = by_index(past, others[i].index, ref);
  return r == 0 && !past->present ? reg_not_found(past->out, "记录", "record", ref) : r;
}

static int sees(const struct past *past, bool *ret)
{
  const struct svc_call *call = past->call;
  const ProtobufCMessage *row = past->present;
  const ProtobufCMessageDescriptor *type = row->descriptor;
  *ret = type == &reg__division__descriptor || type == &reg__institution__descriptor; // reference data
  if (*ret) return 0;
  if (type == &reg__person__descriptor) return reg_sight_person(call, (const Reg__Person *)row, ret);
  if (type == &reg__agreement__descriptor) return reg_sight_agreement(call, (const Reg__Agreement *)row, ret);
  if (type == &reg__partnership__descriptor)
    return reg_sight_partnership(call, (const Reg__Partnership *)row, ret);
  *ret = actor_has_role(&call->ctx->actor, ROLE_BIT(SERVICE)) ||
         actor_covers(&call->ctx->actor, text_of(row, "division"), text_of(row, "programme"));
  return 0;
}

// ---- the answer

static int add(struct past *past, Reg__History *reply, ProtobufCMessage *row)
{
  Reg__HistoryState *state = REG_NEW(past->out, Reg__HistoryState, reg__history_state__init);
  if (!state) return -ENOMEM;
  if (row->descriptor == &reg__person__descriptor) { // personal data stays sealed and out of sight
    ((Reg__Person *)row)->sealed = (ProtobufCBinaryData){0, NULL};
    ((Reg__Person *)row)->id_hash = (ProtobufCBinaryData){0, NULL};
  }
  state->since = (char *)text_of(row, "since");
  state->rev = rev_of(row);
  state->type = (char *)row->descriptor->name;
  state->record.len = pb_pack(past->out->arena, row, &state->record.data);
  if (!state->record.data && arena_exhausted(past->out->arena)) return -ENOMEM;
  reply->states[reply->n_states++] = state;
  return 0;
}

static int answer(struct past *past, const Reg__PageRequest *page, Reg__History *reply)
{
  struct table_rows rows;
  size_t limit = page && page->limit ? page->limit : STATES_DEFAULT;
  if (limit > STATES_MAX) limit = STATES_MAX;
  const ProtobufCFieldDescriptor *key = &past->present->descriptor->fields[0];
  const char *id = *(char *const *)((const uint8_t *)past->present + key->offset);
  int r = directory_states(past->call->dir, past->kind, id, page ? page->after : "", limit, &rows);
  if (r < 0) return r;
  reply->states = ARENA_ARRAY(past->out->arena, Reg__HistoryState *, rows.n + 1);
  if (!reply->states) return -ENOMEM;
  for (size_t i = 0; r == 0 && i < rows.n; i++)
    r = add(past, reply, rows.rows[i]);
  if (rows.more)
    reply->next = (char *)text_of(rows.rows[rows.n - 1], "since");
  else if (r == 0)
    r = add(past, reply, (ProtobufCMessage *)past->present);
  return r;
}

int reg_query_history(struct svc_call *call, const ProtobufCMessage *message, struct decision *out)
{
  const Reg__ListHistory *query = (const Reg__ListHistory *)message;
  struct past past = {.call = call, .out = out, .kind = query->kind};
  bool seen = false;
  const char *history = arena_printf(out->arena, "%s.history", query->kind);
  if (!history) return -ENOMEM;
  if (!directory_table(svc_directory(call->svc), history))
    return reg_field(out, "kind",
                     "没有这类记录的沿革：division、institution、person、agreement、partnership 等",
                     "has no history: division, institution, person, agreement, partnership ...");
  int r = find(&past, query->ref);
  if (r == 0) r = sees(&past, &seen);
  if (r == 0 && !seen)
    return require_scope(call->ctx, text_of(past.present, "division"), text_of(past.present, "programme"),
                         query->ref, out);
  Reg__History *reply = r == 0 ? REG_NEW(out, Reg__History, reg__history__init) : NULL;
  if (r != 0) return r;
  if (!reply) return -ENOMEM;
  out->reply = &reply->base;
  return answer(&past, query->page, reply);
}
