#include "services/cli/request.h"
#include "services/cli/args.h"
#include "services/cli/fill.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/pbjson.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/show.h"
#include <errno.h>
#include <string.h>

#define PAGE_LIMIT 200

static int resolve(struct cli *cli, const struct verb_input *input, const char *value, const char **ret)
{
  switch (input->kind) {
  case VERB_UNIT:
    return names_unit_id(cli, value, ret);
  case VERB_PERSON:
    return names_person_id(cli, value, ret);
  case VERB_AGREEMENT:
    return names_agreement_id(cli, value, ret);
  default:
    *ret = value;
    return CLI_OK;
  }
}

static int refuse(const struct verb_input *input, const struct fill_fault *fault)
{
  say_error(0, "%s: %s", input->name, fault->text);
  if (fault->near[0]) say_fix(_("did you mean %s?"), fault->near);
  return CLI_USAGE;
}

int request_build(struct cli *cli, struct catalogue_method *ret_method, ProtobufCMessage **ret)
{
  struct catalogue_method method;
  if (!catalogue_find(cli->verb->method, &method))
    return say_error(CLI_USAGE, _("no method %s"), cli->verb->method);
  ProtobufCMessage *request = fill_new(cli->arena, method.request);
  if (!request) return say_failure(-ENOMEM, method.name);
  for (size_t i = 0; i < cli->args->n; i++) {
    const struct args_value *given = &cli->args->values[i];
    const char *value = "true"; // of a flag
    struct fill_fault fault;
    if (!given->input->field) continue;
    int failed = given->input->kind == VERB_FLAG ? CLI_OK : resolve(cli, given->input, given->value, &value);
    if (failed) return failed;
    if (!fill_field(cli->arena, request, given->input->field, value, &fault))
      return refuse(given->input, &fault);
  }
  if (ret_method) *ret_method = method;
  *ret = request;
  return CLI_OK;
}

static const char *text_field(const ProtobufCMessage *message, const char *name)
{
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
  if (!field || field->type != PROTOBUF_C_TYPE_STRING || field->label == PROTOBUF_C_LABEL_REPEATED)
    return NULL;
  return *(char *const *)((const uint8_t *)message + field->offset);
}

static void tell_next(const struct cli *cli, const char *id)
{
  const char *next = cli->verb->next;
  const char *hole = next ? strstr(next, "{id}") : NULL;
  if (!next) return;
  if (hole) {
    printf(_("next: %.*s%s%s\n"), (int)(hole - next), next, id ? id : "", hole + 4);
  } else {
    printf(_("next: %s\n"), next);
  }
}

void request_told(struct cli *cli, const ProtobufCMessage *reply, bool replayed)
{
  const char *id = text_field(reply, "id");
  if (cli->json) {
    pbjson_print(stdout, reply);
    return;
  }
  if (cli->quiet) {
    if (id) puts(id);
    return;
  }
  const char *verb = cli->verb->verb ? cli->verb->verb : "";
  printf("%s%s%s%s", cli->verb->noun, *verb ? " " : "", verb,
         replayed ? _(": done before under this key") : _(": done"));
  putchar('\n');
  show_record(cli, reply, 2);
  tell_next(cli, id);
}

int request_send(struct cli *cli, const char *method, const ProtobufCMessage *request)
{
  struct session_call call = {.method = method, .request = request};
  const Bus__Status *status;
  const ProtobufCMessage *reply;
  int failed = session_send(cli, &call, &status, &reply);
  if (!failed && reply) request_told(cli, reply, status->replayed);
  return failed;
}

// ---- reading ----

static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessage *message, const char *name)
{
  return protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
}

// Pages are asked for by a PageRequest, each area has one of the same shape, or by such fields of the request
// itself.
static bool has_pages(const ProtobufCMessage *request)
{
  return field_of(request, "page") || (field_of(request, "after") && field_of(request, "limit"));
}

// The message that holds `after` and `limit`, made anew: the one of the page before may have gone with its
// arena. NULL past the arena's cap.
static ProtobufCMessage *page_of(struct arena *arena, ProtobufCMessage *request)
{
  const ProtobufCFieldDescriptor *field = field_of(request, "page");
  if (!field) return request;
  ProtobufCMessage **page = (ProtobufCMessage **)((uint8_t *)request + field->offset);
  const ProtobufCMessageDescriptor *type = field->descriptor;
  *page = arena_alloc(arena, type->sizeof_message);
  if (*page) type->message_init(*page);
  return *page;
}

static bool set_page(struct arena *arena, ProtobufCMessage *request, const char *after)
{
  if (!has_pages(request)) return true;
  ProtobufCMessage *page = page_of(arena, request);
  if (!page) return false;
  *(const char **)((uint8_t *)page + field_of(page, "after")->offset) = after;
  *(uint32_t *)((uint8_t *)page + field_of(page, "limit")->offset) = PAGE_LIMIT;
  return true;
}

static bool append(struct arena *arena, struct request_list *list, const ProtobufCMessage *page)
{
  size_t n;
  const ProtobufCMessage *const *items = show_items(page, &n);
  const ProtobufCMessage **all = ARENA_ARRAY(arena, const ProtobufCMessage *, list->n + n + 1);
  if (!all) return false;
  if (list->n) memcpy(all, list->items, list->n * sizeof *all);
  if (n) memcpy(all + list->n, items, n * sizeof *all);
  list->items = all;
  list->n += n;
  return true;
}

int request_page(struct cli *cli, const char *method, ProtobufCMessage *request, const char *after,
                 const ProtobufCMessage **ret, const char **ret_next)
{
  if (!set_page(cli->arena, request, after)) return say_failure(-ENOMEM, method);
  int failed = session_ask(cli, method, request, ret);
  if (failed) return failed;
  const char *next = text_field(*ret, "next");
  *ret_next = next && *next && strcmp(next, after) != 0 ? next : NULL;
  return CLI_OK;
}

int request_pages(struct cli *cli, const char *method, ProtobufCMessage *request, struct request_list *ret)
{
  *ret = (struct request_list){0};
  for (const char *after = ""; after;) {
    const ProtobufCMessage *page;
    int failed = request_page(cli, method, request, after, &page, &after);
    if (failed) return failed;
    if (!append(cli->arena, ret, page)) return say_failure(-ENOMEM, method);
  }
  return CLI_OK;
}

// {"institutions": [...]} of all pages
static void print_json_list(const struct catalogue_method *method, const struct request_list *list)
{
  json_t *object = json_object(), *array = json_array();
  for (size_t i = 0; i < list->n; i++)
    json_array_append_new(array, pbjson_write(list->items[i]));
  json_object_set_new(object, method->reply->fields[0].name, array);
  json_dumpf(object, stdout, JSON_INDENT(2));
  putchar('\n');
  json_decref(object);
}

static void print_list(struct cli *cli, const struct catalogue_method *method,
                       const struct request_list *list)
{
  if (cli->json) {
    print_json_list(method, list);
  } else if (cli->quiet) {
    for (size_t i = 0; i < list->n; i++) {
      const char *id = text_field(list->items[i], "id");
      if (id) puts(id);
    }
  } else if (list->n == 0) {
    puts(_("none"));
  } else {
    show_table(cli, list->items, list->n, cli->verb->show ? cli->verb->show : "id", 0);
  }
}

int request_show(struct cli *cli, const struct catalogue_method *method, ProtobufCMessage *request)
{
  const char *name = arena_printf(cli->arena, "%s.%s", method->area, method->name);
  if (!name) return say_failure(-ENOMEM, method->name);
  if (show_is_list(method->reply) && (has_pages(request) || method->reply->n_fields == 1)) {
    struct request_list list;
    int failed = request_pages(cli, name, request, &list);
    if (!failed) print_list(cli, method, &list);
    return failed;
  }
  const ProtobufCMessage *reply;
  int failed = session_ask(cli, name, request, &reply);
  if (failed) return failed;
  if (cli->json) {
    pbjson_print(stdout, reply);
  } else {
    show_record(cli, reply, 0);
  }
  return CLI_OK;
}

int request_run(struct cli *cli)
{
  struct catalogue_method method;
  ProtobufCMessage *request;
  int failed = request_build(cli, &method, &request);
  if (failed) return failed;
  return method.query ? request_show(cli, &method, request) : request_send(cli, cli->verb->method, request);
}
