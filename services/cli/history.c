#include "services/cli/history.h"
#include "proto/registry.pb-c.h"
#include "proto/supervision.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/labels.h"
#include "services/cli/lang.h"
#include "services/cli/pbjson.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/show.h"
#include "services/cli/table.h"
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const ProtobufCMessageDescriptor *const types[] = {
    &reg__division__descriptor,    &reg__institution__descriptor,   &reg__person__descriptor,
    &reg__agreement__descriptor,   &reg__partnership__descriptor,   &reg__governance_body__descriptor,
    &reg__issue__descriptor,       &reg__review_record__descriptor, &reg__indicator_value__descriptor,
    &reg__target_state__descriptor};

// The record in a state; NULL when this tool does not know its type.
static ProtobufCMessage *record_of(struct cli *cli, const Reg__HistoryState *state)
{
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (strcmp(types[i]->name, state->type) == 0)
      return protobuf_c_message_unpack(types[i], arena_allocator(cli->arena), state->record.len,
                                       state->record.data);
  return NULL;
}

static json_t *json_of(struct cli *cli, const Reg__HistoryState *state)
{
  const ProtobufCMessage *record = record_of(cli, state);
  json_t *object = json_object();
  json_object_set_new(object, "since", json_string(state->since));
  json_object_set_new(object, "rev", json_integer((json_int_t)state->rev));
  if (record) json_object_set_new(object, "record", pbjson_write(record));
  return object;
}

static void print_json(struct cli *cli, const struct request_list *states)
{
  json_t *object = json_object(), *array = json_array();
  for (size_t i = 0; i < states->n; i++)
    json_array_append_new(array, json_of(cli, (const Reg__HistoryState *)states->items[i]));
  json_object_set_new(object, "states", array);
  json_dumpf(object, stdout, JSON_INDENT(2));
  putchar('\n');
  json_decref(object);
}

// ---- for people

// Both of a field at once: a message or a list as JSON on one line, all else as in tables.
static const char *cell_of(struct cli *cli, const ProtobufCMessage *record,
                           const ProtobufCFieldDescriptor *field)
{
  const char *cell = show_cell(cli, record, field->name);
  if (field->type != PROTOBUF_C_TYPE_MESSAGE) return cell;
  json_t *whole = pbjson_write(record);
  char *text = whole ? json_dumps(json_object_get(whole, field->name), JSON_COMPACT | JSON_ENCODE_ANY) : NULL;
  const char *kept = text ? arena_strdup(cli->arena, text) : "";
  free(text);
  json_decref(whole);
  return kept ? kept : "";
}

static void print_changes(struct cli *cli, const ProtobufCMessage *before, const ProtobufCMessage *after)
{
  for (unsigned i = 0; i < after->descriptor->n_fields; i++) {
    const ProtobufCFieldDescriptor *field = &after->descriptor->fields[i];
    if (strcmp(field->name, "rev") == 0 || strcmp(field->name, "since") == 0) continue;
    const char *then = cell_of(cli, before, field), *now = cell_of(cli, after, field);
    if (strcmp(then, now) == 0) continue;
    printf("  %s: %s → %s\n", labels_of(field->name).text, *then ? say_clean(cli->arena, then) : "—",
           *now ? say_clean(cli->arena, now) : "—");
  }
}

static void print_states(struct cli *cli, const struct request_list *states)
{
  const ProtobufCMessage *before = NULL;
  for (size_t i = 0; i < states->n; i++) {
    const Reg__HistoryState *state = (const Reg__HistoryState *)states->items[i];
    const ProtobufCMessage *record = record_of(cli, state);
    printf(_("%s  revision %llu\n"), *state->since ? state->since : _("from the beginning"),
           (unsigned long long)state->rev);
    if (!record) continue;
    if (before)
      print_changes(cli, before, record);
    else
      show_record(cli, record, 2);
    before = record;
  }
}

int history_run(struct cli *cli)
{
  struct request_list states;
  Reg__ListHistory *request = ARENA_NEW(cli->arena, Reg__ListHistory);
  if (!request) return say_failure(-ENOMEM, "ListHistory");
  reg__list_history__init(request);
  request->kind = (char *)args_get(cli->args, "KIND");
  request->ref = (char *)args_get(cli->args, "REF");
  int failed = request_pages(cli, "registry.ListHistory", &request->base, &states);
  if (failed) return failed;
  if (cli->json)
    print_json(cli, &states);
  else
    print_states(cli, &states);
  return CLI_OK;
}
