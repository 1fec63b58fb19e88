#include "services/cli/columns.h"
#include "common/base/suggest.h"
#include "services/cli/fill.h"
#include "services/cli/lang.h"
#include <string.h>
#include <strings.h>

static bool in_words(const char *words, const char *wanted)
{
  size_t length = strlen(wanted);
  for (const char *at = words; at && *at; at += strcspn(at, " "), at += *at == ' ')
    if (strcspn(at, " ") == length && strncasecmp(at, wanted, length) == 0) return true;
  return false;
}

static int find(const struct column *list, const char *header)
{
  for (int i = 0; list[i].name; i++)
    if (strcasecmp(list[i].name, header) == 0 || in_words(list[i].aliases, header)) return i;
  return -1;
}

static bool unknown(const struct column *list, const char *header, struct arena *arena,
                    struct columns_fault *fault)
{
  struct suggest suggest = suggest_start(header);
  const char *all = "";
  for (const struct column *column = list; column->name; column++) {
    suggest_offer(&suggest, column->name);
    all = arena_printf(arena, "%s%s%s", all ? all : "", *all ? "," : "", column->name);
  }
  const char *near = suggest_best(&suggest);
  fault->text = arena_printf(arena, _("unknown column %s"), header);
  fault->fix =
      near ? arena_printf(arena, _("did you mean %s? --skip-unknown leaves unknown columns out"), near)
           : arena_printf(arena, _("known are %s; --skip-unknown leaves unknown columns out"), all);
  return false;
}

// A reject file puts row,code,message before the columns of the file it came from.
static size_t reject_columns(const struct csv_row *header)
{
  bool reject = header->n > 3 && strcmp(header->cells[0], "row") == 0 &&
                strcmp(header->cells[1], "code") == 0 && strcmp(header->cells[2], "message") == 0;
  return reject ? 3 : 0;
}

static bool check_given(const struct columns *columns, struct arena *arena, struct columns_fault *fault)
{
  for (size_t i = 0; columns->list[i].name; i++) {
    if (!(columns->list[i].flags & COLUMN_REQUIRED) || columns->at[i] >= 0) continue;
    fault->text = arena_printf(arena, _("the column %s is missing"), columns->list[i].name);
    fault->fix = _("the first row names the columns");
    return false;
  }
  return true;
}

bool columns_bind(struct columns *columns, const struct column *list, const struct csv_row *header,
                  bool skip_unknown, struct arena *arena, struct columns_fault *fault)
{
  columns->list = list;
  *fault = (struct columns_fault){0};
  for (size_t i = 0; i < CSV_MAX_COLUMNS; i++)
    columns->at[i] = -1;
  for (size_t i = reject_columns(header); i < header->n; i++) {
    if (!*header->cells[i]) continue;
    int found = find(list, header->cells[i]);
    if (found < 0 && skip_unknown) continue;
    if (found < 0) return unknown(list, header->cells[i], arena, fault);
    if (columns->at[found] >= 0) {
      fault->text = arena_printf(arena, _("the column %s stands there twice"), list[found].name);
      return false;
    }
    columns->at[found] = (int)i;
  }
  return check_given(columns, arena, fault);
}

static const char *cell_at(const struct columns *columns, const struct csv_row *row, size_t i)
{
  int at = columns->at[i];
  return at >= 0 && (size_t)at < row->n ? row->cells[at] : "";
}

const char *columns_cell(const struct columns *columns, const struct csv_row *row, const char *name)
{
  for (size_t i = 0; columns->list[i].name; i++)
    if (strcmp(columns->list[i].name, name) == 0) return cell_at(columns, row, i);
  return "";
}

bool columns_each(const char *cell, struct arena *arena, columns_value_fn *fn, void *context)
{
  static const char *const separators[] = {"|", ";", "；", "、"};
  while (*cell) {
    size_t length = strlen(cell), skip = 0;
    for (size_t s = 0; s < sizeof separators / sizeof *separators; s++) {
      const char *at = strstr(cell, separators[s]);
      if (!at || (size_t)(at - cell) >= length) continue;
      length = (size_t)(at - cell);
      skip = strlen(separators[s]);
    }
    const char *next = cell + length + skip;
    while (length && *cell == ' ') {
      cell++;
      length--;
    }
    while (length && cell[length - 1] == ' ')
      length--;
    const char *value = arena_strndup(arena, cell, length);
    if (!value || (*value && !fn(context, value))) return false;
    cell = next;
  }
  return true;
}

struct filling {
  struct arena *arena;
  ProtobufCMessage *request;
  const char *field;
  struct fill_fault fault;
};

static bool fill_one(void *context, const char *value)
{
  struct filling *filling = context;
  return fill_field(filling->arena, filling->request, filling->field, value, &filling->fault);
}

static bool refuse_cell(const struct column *column, const struct filling *filling,
                        struct columns_fault *fault)
{
  fault->text = arena_printf(filling->arena, "%s: %s", column->name, filling->fault.text);
  fault->fix = filling->fault.near[0]
                   ? arena_printf(filling->arena, _("did you mean %s?"), filling->fault.near)
                   : NULL;
  return false;
}

static bool fill_cell(const struct column *column, const char *cell, ProtobufCMessage *request,
                      struct arena *arena, struct columns_fault *fault)
{
  struct filling filling = {.arena = arena, .request = request, .field = column->field};
  bool filled =
      column->flags & COLUMN_LIST ? columns_each(cell, arena, fill_one, &filling) : fill_one(&filling, cell);
  return filled || refuse_cell(column, &filling, fault);
}

bool columns_fill_cell(const char *name, const char *cell, ProtobufCMessage *request, const char *field,
                       struct arena *arena, struct columns_fault *fault)
{
  const struct column column = {name, NULL, field, 0};
  return fill_cell(&column, cell, request, arena, fault);
}

bool columns_fill(const struct columns *columns, const struct csv_row *row, ProtobufCMessage *request,
                  struct arena *arena, struct columns_fault *fault)
{
  *fault = (struct columns_fault){0};
  for (size_t i = 0; columns->list[i].name; i++) {
    const struct column *column = &columns->list[i];
    const char *cell = cell_at(columns, row, i);
    if (!*cell && (column->flags & COLUMN_REQUIRED)) {
      fault->text = arena_printf(arena, _("%s is empty"), column->name);
      return false;
    }
    if (*cell && column->field && !fill_cell(column, cell, request, arena, fault)) return false;
  }
  return true;
}
