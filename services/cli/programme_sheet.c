#include "services/cli/programme_sheet.h"
#include "common/base/pb.h"
#include "services/cli/lang.h"
#include "services/cli/say.h"
#include "services/cli/words.h"
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct {
  const char *word, *text;
} phrases[] = {
#define PHRASE(word, text) {word, text},
#include "services/cli/programme_words.def"
#undef PHRASE
};

static const char *phrase(const char *word)
{
  for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
    if (strcmp(phrases[i].word, word) == 0) return _(phrases[i].text);
  return NULL;
}

const char *sheet_text(const struct sheet *sheet, const char *format, ...)
{
  char small[256];
  va_list list, again;
  va_start(list, format);
  va_copy(again, list);
  int length = vsnprintf(small, sizeof small, format, list);
  va_end(list);
  char *text = length < 0 ? NULL : arena_alloc(sheet->arena, (size_t)length + 1);
  if (text) vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  return text ? text : "";
}

const char *sheet_title(const Typ__Text *title)
{
  return title ? lang_pick(title->zh, title->en) : "";
}

// "retired teacher" of RETIRED_TEACHER
static const char *lowered(const struct sheet *sheet, const char *word, char blank)
{
  char *text = arena_strdup(sheet->arena, word);
  for (char *c = text; c && *c; c++)
    *c = *c == '_' ? blank : (char)tolower((unsigned char)*c);
  return text ? text : "";
}

const char *sheet_enum(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor, int value)
{
  const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(descriptor, value);
  if (!known) return _("a word newer than this tool");
  const char *text = phrase(known->name);
  if (!text) text = words_of(descriptor, value);
  return lang_zh() || phrase(known->name) ? text : lowered(sheet, text, ' ');
}

const char *sheet_word(const char *word)
{
  const char *text = phrase(word);
  return text ? text : word;
}

const char *sheet_party(const struct sheet *sheet, const char *word)
{
  for (size_t i = 0; i < sheet->programme->n_roles; i++)
    if (strcmp(sheet->programme->roles[i]->id, word) == 0)
      return sheet_title(sheet->programme->roles[i]->title);
  return sheet_word(word);
}

const char *sheet_measure(const struct sheet *sheet, const char *id)
{
  for (size_t i = 0; i < sheet->programme->n_measures; i++)
    if (strcmp(sheet->programme->measures[i]->id, id) == 0)
      return sheet_title(sheet->programme->measures[i]->title);
  return id;
}

static const char *mode_title(const struct sheet *sheet, const char *id)
{
  for (size_t i = 0; i < sheet->programme->n_modes; i++)
    if (strcmp(sheet->programme->modes[i]->id, id) == 0)
      return sheet_title(sheet->programme->modes[i]->title);
  return id;
}

// ---- lists

const char *sheet_join(const struct sheet *sheet, const char *const *texts, size_t n, enum sheet_join how)
{
  const char *joined = "";
  for (size_t i = 0; i < n; i++) {
    const char *between = how == SHEET_CHAIN ? " → " : _(", ");
    if (i + 1 == n && how == SHEET_OR) between = _(" or ");
    if (i + 1 == n && how == SHEET_AND) between = _(" and ");
    joined = sheet_text(sheet, "%s%s%s", joined, i ? between : "", texts[i]);
  }
  return joined;
}

const char *sheet_enums(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor,
                        const void *values, size_t n, enum sheet_join how)
{
  const char **texts = ARENA_ARRAY(sheet->arena, const char *, n + 1);
  for (size_t i = 0; texts && i < n; i++)
    texts[i] = sheet_enum(sheet, descriptor, ((const int *)values)[i]);
  return texts ? sheet_join(sheet, texts, n, how) : "";
}

typedef const char *(*naming)(const struct sheet *sheet, const char *word);

static const char *named(const struct sheet *sheet, char *const *words, size_t n, enum sheet_join how,
                         naming name)
{
  const char **texts = ARENA_ARRAY(sheet->arena, const char *, n + 1);
  for (size_t i = 0; texts && i < n; i++)
    texts[i] = name(sheet, words[i]);
  return texts ? sheet_join(sheet, texts, n, how) : "";
}

static const char *word_alone(const struct sheet *sheet, const char *word)
{
  (void)sheet;
  return sheet_word(word);
}

const char *sheet_words(const struct sheet *sheet, char *const *words, size_t n, enum sheet_join how)
{
  return named(sheet, words, n, how, word_alone);
}

const char *sheet_parties(const struct sheet *sheet, char *const *words, size_t n, enum sheet_join how)
{
  return named(sheet, words, n, how, sheet_party);
}

const char *sheet_modes(const struct sheet *sheet, char *const *ids, size_t n, enum sheet_join how)
{
  return named(sheet, ids, n, how, mode_title);
}

const char *sheet_every(const struct sheet *sheet, const Prg__CalendarWord *every, size_t n)
{
  return sheet_text(sheet, _("every %s"),
                    sheet_enums(sheet, &prg__calendar_word__descriptor, every, n, SHEET_AND));
}

// ---- the dialect

const char *sheet_dialect_enum(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor,
                               int value, bool lower)
{
  const char *word = pb_enum_word(descriptor, value);
  if (!word) return "?";
  return lower ? lowered(sheet, word, '_') : word;
}

const char *sheet_dialect_enums(const struct sheet *sheet, const ProtobufCEnumDescriptor *descriptor,
                                const void *values, size_t n, bool lower)
{
  const char *list = "";
  for (size_t i = 0; i < n; i++)
    list = sheet_text(sheet, "%s%s%s", list, i ? ", " : "",
                      sheet_dialect_enum(sheet, descriptor, ((const int *)values)[i], lower));
  return sheet_text(sheet, "[%s]", list);
}

const char *sheet_dialect_words(const struct sheet *sheet, char *const *words, size_t n)
{
  const char *list = "";
  for (size_t i = 0; i < n; i++)
    list = sheet_text(sheet, "%s%s%s", list, i ? ", " : "", words[i]);
  return sheet_text(sheet, "[%s]", list);
}

// ---- lines

void sheet_heading(const char *text)
{
  printf("\n%s\n", text);
}

// Titles and tags come from files of others: nothing in them moves the cursor.
static void print_clean(const char *text)
{
  for (; *text; text++)
    putchar((unsigned char)*text < 0x20 || *text == 0x7f ? ' ' : *text);
}

void sheet_line(unsigned indent, const char *text, const char *dialect)
{
  printf("%*s", (int)indent, "");
  print_clean(text);
  if (*dialect) fputs("  {", stdout);
  print_clean(dialect);
  puts(*dialect ? "}" : "");
}

void sheet_about(const struct sheet *sheet, unsigned indent, const char *about, const char *text,
                 const char *dialect)
{
  sheet_line(indent, *about ? sheet_text(sheet, _("%s: %s"), about, text) : text, dialect);
}

// ---- where it comes from

static const char *id_of(const ProtobufCMessage *item)
{
  const ProtobufCFieldDescriptor *field =
      protobuf_c_message_descriptor_get_field_by_name(item->descriptor, "id");
  return *(char *const *)((const uint8_t *)item + field->offset);
}

static bool same(const struct sheet *sheet, const ProtobufCMessage *a, const ProtobufCMessage *b)
{
  uint8_t *left, *right;
  size_t n = pb_pack(sheet->arena, a, &left), m = pb_pack(sheet->arena, b, &right);
  return left && right && n == m && memcmp(left, right, n) == 0;
}

static const char *origin(const struct sheet *sheet, const char *format)
{
  const Prg__Extends *extends = sheet->programme->extends;
  return sheet_text(sheet, format, extends->id, extends->version);
}

static const char *item_origin(const struct sheet *sheet, const ProtobufCMessage *item,
                               const ProtobufCMessage *const *items, size_t n)
{
  if (!sheet->parent || !sheet->programme->extends) return "";
  for (size_t i = 0; i < n; i++) {
    if (strcmp(id_of(items[i]), id_of(item)) != 0) continue;
    return origin(sheet, same(sheet, item, items[i]) ? _("inherited from %s@%u") : _("changed from %s@%u"));
  }
  return _("its own");
}

void sheet_item(const struct sheet *sheet, const Typ__Text *title, const ProtobufCMessage *item,
                const ProtobufCMessage *const *items, size_t n)
{
  const char *from = item_origin(sheet, item, items, n);
  sheet_line(2,
             sheet_text(sheet, *from ? _("%s  %s  (%s)") : "%s  %s%s", sheet_title(title), id_of(item), from),
             "");
}

const char *sheet_list_origin(const struct sheet *sheet, const ProtobufCMessage *const *own, size_t n_own,
                              const ProtobufCMessage *const *items, size_t n)
{
  if (!sheet->parent || !sheet->programme->extends) return "";
  bool equal = n == n_own;
  for (size_t i = 0; equal && i < n; i++)
    equal = same(sheet, own[i], items[i]);
  return equal ? origin(sheet, _("inherited from %s@%u")) : _("its own");
}
