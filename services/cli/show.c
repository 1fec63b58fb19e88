#include "services/cli/show.h"
#include "proto/types.pb-c.h"
#include "services/cli/labels.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/rules.h"
#include "services/cli/say.h"
#include "services/cli/subjects.h"
#include "services/cli/table.h"
#include "services/cli/words.h"
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define SHOW_COLUMNS 16

static bool ends_with(const char *text, const char *end)
{
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

const char *show_time(struct arena *arena, uint64_t time_us)
{
  char text[32];
  struct tm parts;
  time_t seconds = (time_t)(time_us / 1000000) + 8 * 3600;
  if (time_us == 0 || !gmtime_r(&seconds, &parts)) return "";
  strftime(text, sizeof text, "%Y-%m-%d %H:%M", &parts);
  const char *kept = arena_strdup(arena, text);
  return kept ? kept : "";
}

static const char *or_empty(const char *text)
{
  return text ? text : "";
}

static const char *show_id(struct cli *cli, const char *field, const char *id)
{
  switch (*id ? labels_of(field).what : LABEL_TEXT) {
  case LABEL_UNIT:
    return names_unit(cli, id);
  case LABEL_PERSON:
    return names_person(cli, id);
  case LABEL_PARTY:
    return names_party(cli, id);
  case LABEL_SUBJECT:
    return subjects_name(id);
  case LABEL_RULE:
    return rules_words(cli, id);
  case LABEL_HIDDEN:
    return "";
  default:
    return id;
  }
}

// A message as one cell.
static const char *show_inner(struct cli *cli, const ProtobufCMessage *message)
{
  if (message->descriptor == &typ__text__descriptor) {
    const Typ__Text *text = (const void *)message;
    return lang_pick(text->zh, text->en);
  }
  if (message->descriptor == &typ__period__descriptor) {
    const Typ__Period *period = (const void *)message;
    return or_empty(arena_printf(cli->arena, "%s –%s%s", period->from, *period->to ? " " : "", period->to));
  }
  return "…";
}

static const char *show_value(struct cli *cli, const ProtobufCFieldDescriptor *field, const void *at)
{
  struct arena *arena = cli->arena;
  switch (field->type) {
  case PROTOBUF_C_TYPE_STRING:
    return show_id(cli, field->name, or_empty(*(char *const *)at));
  case PROTOBUF_C_TYPE_ENUM: {
    const char *word = words_of(field->descriptor, *(const int *)at);
    return word ? word : or_empty(arena_printf(arena, "%d", *(const int *)at));
  }
  case PROTOBUF_C_TYPE_BOOL:
    return *(const protobuf_c_boolean *)at ? _("yes") : _("no");
  case PROTOBUF_C_TYPE_UINT64:
    if (ends_with(field->name, "_us")) return show_time(arena, *(const uint64_t *)at);
    return or_empty(arena_printf(arena, "%" PRIu64, *(const uint64_t *)at));
  case PROTOBUF_C_TYPE_INT64:
    return or_empty(arena_printf(arena, "%" PRId64, *(const int64_t *)at));
  case PROTOBUF_C_TYPE_UINT32:
    return or_empty(arena_printf(arena, "%" PRIu32, *(const uint32_t *)at));
  case PROTOBUF_C_TYPE_INT32:
    return or_empty(arena_printf(arena, "%" PRId32, *(const int32_t *)at));
  case PROTOBUF_C_TYPE_DOUBLE:
    return or_empty(arena_printf(arena, "%g", *(const double *)at));
  case PROTOBUF_C_TYPE_MESSAGE: {
    const ProtobufCMessage *inner = *(ProtobufCMessage *const *)at;
    return inner ? show_inner(cli, inner) : "";
  }
  default:
    return "…";
  }
}

static size_t value_size(const ProtobufCFieldDescriptor *field)
{
  switch (field->type) {
  case PROTOBUF_C_TYPE_ENUM:
  case PROTOBUF_C_TYPE_UINT32:
  case PROTOBUF_C_TYPE_INT32:
  case PROTOBUF_C_TYPE_BOOL:
    return 4;
  default:
    return 8;
  }
}

static size_t count_of(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field)
{
  return *(const size_t *)((const uint8_t *)message + field->quantifier_offset);
}

static const char *show_field(struct cli *cli, const ProtobufCMessage *message,
                              const ProtobufCFieldDescriptor *field)
{
  const uint8_t *at = (const uint8_t *)message + field->offset;
  if (field->label != PROTOBUF_C_LABEL_REPEATED) return show_value(cli, field, at);
  size_t n = count_of(message, field);
  if (field->type == PROTOBUF_C_TYPE_MESSAGE) return n ? or_empty(arena_printf(cli->arena, "%zu", n)) : "";
  const char *joined = "";
  for (size_t i = 0; i < n; i++) {
    const char *value = show_value(cli, field, *(uint8_t *const *)at + i * value_size(field));
    joined = or_empty(arena_printf(cli->arena, "%s%s%s", joined, i ? ", " : "", value));
  }
  return joined;
}

const char *show_cell(struct cli *cli, const ProtobufCMessage *message, const char *path)
{
  char name[64];
  size_t length = strcspn(path, ".");
  if (length + 3 > sizeof name) return "";
  memcpy(name, path, length);
  name[length] = '\0';
  if (name[length - 1] == '*') memcpy(name + length - 1, lang_zh() ? "zh" : "en", 3);
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(message->descriptor, name);
  if (!field) return "";
  if (!path[length]) return show_field(cli, message, field);
  if (field->type != PROTOBUF_C_TYPE_MESSAGE) return "";
  const void *at = *(void *const *)((const uint8_t *)message + field->offset);
  if (field->label != PROTOBUF_C_LABEL_REPEATED) return at ? show_cell(cli, at, path + length + 1) : "";
  const char *joined = "";
  for (size_t i = 0; i < count_of(message, field); i++)
    joined =
        or_empty(arena_printf(cli->arena, "%s%s%s", joined, i ? ", " : "",
                              show_cell(cli, ((const ProtobufCMessage *const *)at)[i], path + length + 1)));
  return joined;
}

// ---- tables ----

struct columns {
  char *paths[SHOW_COLUMNS];
  const char *titles[SHOW_COLUMNS];
  size_t n;
};

// "delivery.id" is titled by its last field, "title_*" by "title".
static const char *column_title(struct arena *arena, const char *path)
{
  const char *dot = strrchr(path, '.');
  const char *name = dot ? dot + 1 : path;
  size_t length = strlen(name);
  if (length > 2 && name[length - 1] == '*') name = or_empty(arena_strndup(arena, name, length - 2));
  return labels_of(name).text;
}

static void split_columns(struct arena *arena, const char *text, struct columns *columns)
{
  columns->n = 0;
  char *rest = arena_strdup(arena, text), *path;
  while (rest && columns->n < SHOW_COLUMNS && (path = strsep(&rest, " "))) {
    columns->paths[columns->n] = path;
    columns->titles[columns->n++] = column_title(arena, path);
  }
}

static bool column_is_number(const ProtobufCMessage *message, const char *path)
{
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(message->descriptor, path);
  if (!field || field->label == PROTOBUF_C_LABEL_REPEATED || ends_with(path, "_us")) return false;
  return field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_UINT64 ||
         field->type == PROTOBUF_C_TYPE_INT64;
}

void show_table(struct cli *cli, const ProtobufCMessage *const *rows, size_t n, const char *text,
                unsigned indent)
{
  struct columns columns;
  split_columns(cli->arena, text, &columns);
  struct table_out *table = table_new(cli->arena, columns.titles, columns.n);
  for (size_t i = 0; table && i < n; i++) {
    const char *cells[SHOW_COLUMNS];
    for (size_t c = 0; c < columns.n; c++)
      cells[c] = show_cell(cli, rows[i], columns.paths[c]);
    if (!table_row(table, cells)) break;
  }
  for (size_t c = 0; table && n && c < columns.n; c++)
    if (column_is_number(rows[0], columns.paths[c])) table_align_right(table, c);
  if (table) table_print(table, indent, stdout);
}

// ---- records ----

// The other language's half of a pair is left out.
static bool other_language(const char *name)
{
  const char *zh[] = {"_zh", "_en"}, *alone[] = {"zh", "en"};
  int other = lang_zh() ? 1 : 0;
  return ends_with(name, zh[other]) || strcmp(name, alone[other]) == 0;
}

static bool is_given(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, const char *cell)
{
  if (field->label == PROTOBUF_C_LABEL_REPEATED) return count_of(message, field) > 0;
  bool flag = field->type == PROTOBUF_C_TYPE_BOOL;
  if (flag) return *(const protobuf_c_boolean *)((const uint8_t *)message + field->offset);
  return *cell && strcmp(cell, "0") != 0;
}

// "title" of "title_zh"; the one text of a pair of bare languages is called text
static const char *field_title(struct arena *arena, const char *name)
{
  if (strcmp(name, "zh") == 0 || strcmp(name, "en") == 0) return labels_of("text").text;
  size_t length = strlen(name);
  bool pair = ends_with(name, "_zh") || ends_with(name, "_en");
  return labels_of(pair ? or_empty(arena_strndup(arena, name, length - 3)) : name).text;
}

// All fields that any row gives and that fit into a cell.
static const char *columns_given(struct cli *cli, const ProtobufCMessage *const *rows, size_t n)
{
  const ProtobufCMessageDescriptor *descriptor = rows[0]->descriptor;
  const char *columns = "";
  for (unsigned f = 0; f < descriptor->n_fields; f++) {
    const ProtobufCFieldDescriptor *field = &descriptor->fields[f];
    if (other_language(field->name)) continue;
    bool given = false;
    for (size_t i = 0; i < n && !given; i++)
      given = is_given(rows[i], field, show_field(cli, rows[i], field));
    if (given)
      columns = or_empty(arena_printf(cli->arena, "%s%s%s", columns, *columns ? " " : "", field->name));
  }
  return columns;
}

static void show_messages(struct cli *cli, const ProtobufCMessage *message,
                          const ProtobufCFieldDescriptor *field, unsigned indent)
{
  const ProtobufCMessage *const *rows =
      *(const ProtobufCMessage *const *const *)((const uint8_t *)message + field->offset);
  size_t n = count_of(message, field);
  const char *columns = columns_given(cli, rows, n);
  if (*columns) show_table(cli, rows, n, columns, indent);
}

static void show_line(struct cli *cli, const ProtobufCMessage *record, const ProtobufCFieldDescriptor *field,
                      unsigned indent)
{
  const char *cell = show_field(cli, record, field), *title = field_title(cli->arena, field->name);
  if (other_language(field->name) || labels_of(field->name).what == LABEL_HIDDEN ||
      !is_given(record, field, cell))
    return;
  size_t width = table_width(title);
  int room = width < 20 ? (int)(20 - width) : 1;
  bool message = field->type == PROTOBUF_C_TYPE_MESSAGE, repeated = field->label == PROTOBUF_C_LABEL_REPEATED;
  if (message && repeated) {
    printf("%*s%s\n", (int)indent, "", title);
    show_messages(cli, record, field, indent + 2);
  } else if (message && strcmp(cell, "…") == 0) {
    printf("%*s%s\n", (int)indent, "", title);
    show_record(cli, *(ProtobufCMessage *const *)((const uint8_t *)record + field->offset), indent + 2);
  } else {
    printf("%*s%s%*s%s\n", (int)indent, "", title, room, "", say_clean(cli->arena, cell));
  }
}

void show_record(struct cli *cli, const ProtobufCMessage *record, unsigned indent)
{
  for (unsigned i = 0; i < record->descriptor->n_fields; i++)
    show_line(cli, record, &record->descriptor->fields[i], indent);
}

bool show_is_list(const ProtobufCMessageDescriptor *descriptor)
{
  return descriptor->n_fields > 0 && descriptor->fields[0].label == PROTOBUF_C_LABEL_REPEATED &&
         descriptor->fields[0].type == PROTOBUF_C_TYPE_MESSAGE;
}

const ProtobufCMessage *const *show_items(const ProtobufCMessage *page, size_t *ret_n)
{
  const ProtobufCFieldDescriptor *field = &page->descriptor->fields[0];
  *ret_n = count_of(page, field);
  return *(const ProtobufCMessage *const *const *)((const uint8_t *)page + field->offset);
}
