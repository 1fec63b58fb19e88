#include "services/cli/export.h"
#include "proto/registry.pb-c.h"
#include "services/cli/args.h"
#include "services/cli/csv_guard.h"
#include "services/cli/labels.h"
#include "services/cli/lang.h"
#include "services/cli/names.h"
#include "services/cli/progress.h"
#include "services/cli/request.h"
#include "services/cli/say.h"
#include "services/cli/session.h"
#include "services/cli/show.h"
#include "services/cli/words.h"
#include <csv.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#define COLUMNS_MAX 24

struct exporting {
  struct cli *cli;
  struct export_column columns[COLUMNS_MAX];
  size_t n_columns;
  FILE *out;
  char *partial;       // the file is written under this name and takes its own when it is whole
  iconv_t to_gb18030;  // (iconv_t)-1 = UTF-8
  size_t rows, masked; // names
};

// ---- cells ----

static const ProtobufCMessage *inner(const ProtobufCMessage *record, const char **path)
{
  const char *dot = strchr(*path, '.');
  char name[64];
  if (!dot || (size_t)(dot - *path) >= sizeof name) return record;
  memcpy(name, *path, (size_t)(dot - *path));
  name[dot - *path] = '\0';
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(record->descriptor, name);
  if (!field || field->type != PROTOBUF_C_TYPE_MESSAGE || field->label == PROTOBUF_C_LABEL_REPEATED)
    return record;
  const ProtobufCMessage *message =
      *(const ProtobufCMessage *const *)((const uint8_t *)record + field->offset);
  *path = dot + 1;
  return message ? inner(message, path) : NULL;
}

static const char *value_text(struct exporting *exporting, const ProtobufCFieldDescriptor *field,
                              const void *at)
{
  if (field->type == PROTOBUF_C_TYPE_STRING) return *(char *const *)at;
  if (field->type == PROTOBUF_C_TYPE_BOOL) return *(const protobuf_c_boolean *)at ? _("yes") : _("no");
  if (field->type != PROTOBUF_C_TYPE_ENUM) return NULL;
  const char *word = words_of(field->descriptor, *(const int *)at);
  return word ? word : arena_printf(exporting->cli->arena, "%d", *(const int *)at);
}

// Raw values, not names for people: what the import reads back. NULL for what only show.h can say.
static const char *raw_text(struct exporting *exporting, const ProtobufCMessage *record, const char *path)
{
  record = inner(record, &path);
  if (!record) return "";
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(record->descriptor, path);
  if (!field) return NULL;
  const uint8_t *at = (const uint8_t *)record + field->offset;
  if (field->label != PROTOBUF_C_LABEL_REPEATED) return value_text(exporting, field, at);
  size_t n = *(const size_t *)((const uint8_t *)record + field->quantifier_offset);
  size_t size = field->type == PROTOBUF_C_TYPE_STRING ? sizeof(char *) : sizeof(int);
  const char *joined = "";
  for (size_t i = 0; i < n && joined; i++) {
    const char *value = value_text(exporting, field, *(uint8_t *const *)at + i * size);
    joined = value ? arena_printf(exporting->cli->arena, "%s%s%s", joined, i ? "|" : "", value) : NULL;
  }
  return joined;
}

static const char *members(struct exporting *exporting, const Reg__Partnership *partnership, const char *role)
{
  const char *joined = "";
  for (size_t i = 0; i < partnership->n_members && joined; i++) {
    const Reg__Member *member = partnership->members[i];
    if (strcmp(member->role, role) != 0) continue;
    joined = arena_printf(exporting->cli->arena, "%s%s%s", joined, *joined ? "|" : "",
                          names_unit_code(exporting->cli, member->party));
  }
  return joined;
}

static const char *cell(struct exporting *exporting, const ProtobufCMessage *record,
                        const struct export_column *column)
{
  const char *text;
  switch (column->cell) {
  case EXPORT_UNIT:
    text = raw_text(exporting, record, column->field);
    return text && *text ? names_unit_code(exporting->cli, text) : "";
  case EXPORT_MEMBERS:
    return members(exporting, (const Reg__Partnership *)record, column->field);
  case EXPORT_NAME:
    if (!((const Reg__PersonView *)record)->masked) return ((const Reg__PersonView *)record)->name;
    exporting->masked++;
    return "";
  default:
    text = export_columns_of(exporting->cli->verb->noun) ? raw_text(exporting, record, column->field) : NULL;
    return text ? text : show_cell(exporting->cli, record, column->field);
  }
}

// ---- the file ----

static bool write_text(struct exporting *exporting, const char *text, size_t length)
{
  char buffer[512], *from = (char *)text;
  if (exporting->to_gb18030 == (iconv_t)-1) return fwrite(text, 1, length, exporting->out) == length;
  while (length > 0) { // UTF-8 is read whole: only room can be short
    char *to = buffer;
    size_t room = sizeof buffer;
    size_t done = iconv(exporting->to_gb18030, &from, &length, &to, &room);
    if (done == (size_t)-1 && errno != E2BIG) return false;
    if (fwrite(buffer, 1, sizeof buffer - room, exporting->out) != sizeof buffer - room) return false;
  }
  return true;
}

static bool write_cells(struct exporting *exporting, const char *const cells[])
{
  for (size_t i = 0; i < exporting->n_columns; i++) {
    const char *text = csv_guard_add(exporting->cli->arena, cells[i] ? cells[i] : "");
    if (!text) return false;
    size_t length = strlen(text), size = 2 * length + 2;
    char *quoted = malloc(size + 1);
    if (!quoted) return false;
    bool plain = length == strcspn(text, ",\"\r\n\t ");
    size_t n = plain ? length : csv_write(quoted, size, text, length);
    if (plain) memcpy(quoted, text, length);
    quoted[n++] = i + 1 < exporting->n_columns ? ',' : '\n';
    bool good = write_text(exporting, quoted, n);
    free(quoted);
    if (!good) return false;
  }
  return true;
}

static bool write_header(struct exporting *exporting)
{
  const char *cells[COLUMNS_MAX];
  for (size_t i = 0; i < exporting->n_columns; i++)
    cells[i] = lang_pick(exporting->columns[i].zh, exporting->columns[i].name);
  return write_cells(exporting, cells);
}

static bool write_record(struct exporting *exporting, const ProtobufCMessage *record)
{
  const char *cells[COLUMNS_MAX];
  for (size_t i = 0; i < exporting->n_columns; i++)
    cells[i] = cell(exporting, record, &exporting->columns[i]);
  exporting->rows++;
  return write_cells(exporting, cells);
}

// ---- options ----

static int refuse_encoding(const char *encoding)
{
  if (strcasecmp(encoding, "gbk") != 0 && strcasecmp(encoding, "gb2312") != 0)
    return say_error(CLI_USAGE, _("--encoding %s: utf-8, utf-8-bom or gb18030"), encoding);
  say_error(
      0,
      _("--encoding %s: it has no room for names with rare characters (䶮 㛃 𠮷 𬱖), which would be "
        "lost"),
      encoding);
  say_fix(_("--encoding gb18030 is read by the same programs and holds them all"));
  return CLI_USAGE;
}

static int choose_encoding(struct exporting *exporting, const char **ret_mark)
{
  const char *encoding = args_get(exporting->cli->args, "--encoding");
  if (!encoding) encoding = args_get(exporting->cli->args, "--out") ? "utf-8-bom" : "utf-8";
  *ret_mark = strcmp(encoding, "utf-8-bom") == 0 ? "\xef\xbb\xbf" : "";
  if (strcmp(encoding, "utf-8") == 0 || **ret_mark) return CLI_OK;
  if (strcmp(encoding, "gb18030") != 0) return refuse_encoding(encoding);
  exporting->to_gb18030 = iconv_open("GB18030", "UTF-8");
  return exporting->to_gb18030 == (iconv_t)-1 ? say_failure(-errno, "GB18030") : CLI_OK;
}

static int open_file(struct exporting *exporting)
{
  struct cli *cli = exporting->cli;
  const char *path = args_get(cli->args, "--out");
  exporting->out = stdout;
  if (!path) return CLI_OK;
  exporting->partial = arena_printf(cli->arena, "%s.partial", path);
  exporting->out = exporting->partial ? fopen(exporting->partial, "we") : NULL;
  return exporting->out ? CLI_OK : say_failure(-errno, path);
}

static int close_file(struct exporting *exporting, int failed)
{
  const char *path = args_get(exporting->cli->args, "--out");
  if (exporting->to_gb18030 != (iconv_t)-1) iconv_close(exporting->to_gb18030);
  if (!exporting->out) return failed;
  bool good = fflush(exporting->out) == 0 && !ferror(exporting->out);
  if (!exporting->partial) return failed || good ? failed : say_failure(-EIO, "standard output");
  good &= fsync(fileno(exporting->out)) == 0;
  good &= fclose(exporting->out) == 0;
  if (!failed && good && rename(exporting->partial, path) == 0) return CLI_OK;
  int error = errno;
  unlink(exporting->partial);
  return failed ? failed : say_failure(-error, path);
}

// The columns of the verb: its paths, called as its table calls them.
static void shown_columns(struct exporting *exporting)
{
  struct arena *arena = exporting->cli->arena;
  char *rest = arena_strdup(arena, exporting->cli->verb->show), *path;
  while (rest && exporting->n_columns < COLUMNS_MAX && (path = strsep(&rest, " "))) {
    const char *dot = strrchr(path, '.'), *name = dot ? dot + 1 : path;
    size_t length = strlen(name);
    bool pair = length > 2 && name[length - 1] == '*';
    const char *title = pair ? arena_strndup(arena, name, length - 2) : name;
    exporting->columns[exporting->n_columns++] =
        (struct export_column){path, title ? labels_of(title).text : path, path, EXPORT_TEXT};
  }
}

static void choose_columns(struct exporting *exporting)
{
  const struct export_column *columns = export_columns_of(exporting->cli->verb->noun);
  if (!columns) {
    shown_columns(exporting);
    return;
  }
  while (exporting->n_columns < COLUMNS_MAX && columns[exporting->n_columns].name) {
    exporting->columns[exporting->n_columns] = columns[exporting->n_columns];
    exporting->n_columns++;
  }
}

// ---- all of it ----

static int write_pages(struct exporting *exporting, const struct catalogue_method *method,
                       ProtobufCMessage *request)
{
  struct cli *cli = exporting->cli;
  const char *name = arena_printf(cli->arena, "%s.%s", method->area, method->name), *after = "";
  if (!name) return say_failure(-ENOMEM, method->name);
  struct arena *whole = cli->arena, *page_arena = NULL;
  int unreachable;
  if (!session_client(cli, method->area, &unreachable))
    return unreachable; // it stays, so not in a page's arena
  if (arena_new((size_t)64 << 20, &page_arena) < 0) return say_failure(-ENOMEM, name);
  int failed = CLI_OK;
  while (!failed && after) { // replies and cells last for a page, so that a ledger of any length fits
    const ProtobufCMessage *page;
    char next[256] = "";
    size_t n = 0;
    cli->arena = page_arena;
    failed = request_page(cli, name, request, after, &page, &after);
    const ProtobufCMessage *const *items = failed ? NULL : show_items(page, &n);
    for (size_t i = 0; !failed && i < n; i++)
      if (!write_record(exporting, items[i])) failed = say_failure(-EIO, "export");
    if (after) snprintf(next, sizeof next, "%s", after);
    cli->arena = whole;
    after = after ? arena_strdup(whole, next) : NULL;
    arena_reset(page_arena);
  }
  arena_free(page_arena);
  return failed;
}

static void tell(const struct exporting *exporting)
{
  if (exporting->masked)
    fprintf(stderr,
            _("%zu names are left out: to see them needs a registrar whose jurisdiction covers the home; "
              "such rows "
              "cannot be imported\n"),
            exporting->masked);
  if (strcmp(exporting->cli->verb->noun, "person") == 0)
    fputs(_("identity numbers and contacts are not in it; an import of it keeps those that are stored\n"),
          stderr);
  if (exporting->partial && !exporting->cli->quiet)
    fprintf(stderr, _("%zu rows written to %s\n"), exporting->rows, args_get(exporting->cli->args, "--out"));
}

int export_run(struct cli *cli)
{
  struct exporting exporting = {.cli = cli, .to_gb18030 = (iconv_t)-1};
  struct catalogue_method method;
  ProtobufCMessage *request;
  const char *mark;
  int failed = choose_encoding(&exporting, &mark);
  if (!failed) failed = request_build(cli, &method, &request);
  if (failed) return failed;
  choose_columns(&exporting);
  failed = open_file(&exporting);
  if (!failed && (fputs(mark, exporting.out) < 0 || !write_header(&exporting)))
    failed = say_failure(-EIO, "export");
  if (!failed) failed = write_pages(&exporting, &method, request);
  failed = close_file(&exporting, failed);
  if (!failed) tell(&exporting);
  return failed;
}
