#include "services/cli/dialect.h"
#include "common/base/cleanup.h"
#include "services/cli/dialect_scalar.h"
#include "services/cli/lang.h"
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct reader {
  yaml_parser_t parser;
  const char *data;
  size_t length;
  enum dialect_level level;
  struct faults *faults;
  bool broken; // nothing more can be read
};

static void parser_clear(struct reader *reader)
{
  yaml_parser_delete(&reader->parser);
}
static void event_clear(yaml_event_t *event)
{
  yaml_event_delete(event);
}

static void fault_at(struct reader *reader, yaml_mark_t mark, const char *text, const char *fix)
{
  faults_add(reader->faults, (unsigned)mark.line + 1, (unsigned)mark.column + 1, "%s", text);
  if (fix) faults_fix(reader->faults, "%s", fix);
}

// Where bytes are no text libyaml only counts bytes.
static yaml_mark_t mark_of_offset(const struct reader *reader, size_t offset)
{
  yaml_mark_t mark = {0};
  for (size_t i = 0; i < offset && i < reader->length; i++) {
    mark.column = reader->data[i] == '\n' ? 0 : mark.column + ((reader->data[i] & 0xc0) != 0x80);
    mark.line += reader->data[i] == '\n';
  }
  return mark;
}

// The next event, or false after a syntax error.
static bool next_event(struct reader *reader, yaml_event_t *event)
{
  if (yaml_parser_parse(&reader->parser, event)) return true;
  const yaml_parser_t *parser = &reader->parser;
  yaml_mark_t mark = parser->error == YAML_READER_ERROR ? mark_of_offset(reader, parser->problem_offset)
                                                        : parser->problem_mark;
  faults_add(reader->faults, (unsigned)mark.line + 1, (unsigned)mark.column + 1, _("this is not YAML: %s"),
             parser->problem ? parser->problem : "?");
  if (parser->context) faults_fix(reader->faults, "%s", parser->context);
  reader->broken = true;
  return false;
}

// False if there was something to refuse.
static bool check_decoration(struct reader *reader, const yaml_event_t *event, const yaml_char_t *anchor,
                             const yaml_char_t *tag)
{
  if (anchor)
    fault_at(reader, event->start_mark, _("anchors (&) are not allowed"),
             _("write the value where it is used"));
  if (tag)
    fault_at(reader, event->start_mark, _("tags (!) are not allowed"),
             _("the schema decides the type of a value"));
  return !anchor && !tag;
}

static struct dialect_node *new_node(struct reader *reader, enum dialect_kind kind, yaml_mark_t mark)
{
  struct dialect_node *node = ARENA_NEW(reader->faults->arena, struct dialect_node);
  if (!node) {
    fault_at(reader, mark, _("the file is too large"), NULL);
    reader->broken = true;
    return NULL;
  }
  node->kind = kind;
  node->line = (unsigned)mark.line + 1;
  node->column = (unsigned)mark.column + 1;
  return node;
}

static struct dialect_node *scalar_node(struct reader *reader, const yaml_event_t *event, bool key)
{
  struct dialect_node *node = new_node(reader, DIALECT_SCALAR, event->start_mark);
  if (!node) return NULL;
  node->wrong = !check_decoration(reader, event, event->data.scalar.anchor, event->data.scalar.tag);
  struct dialect_scalar scalar = {.text = (const char *)event->data.scalar.value,
                                  .length = event->data.scalar.length,
                                  .style = event->data.scalar.style,
                                  .key = key,
                                  .level = reader->level};
  const char *fix = NULL, *wrong = dialect_scalar_check(&scalar, &fix);
  if (wrong) {
    node->wrong = true;
    faults_add(reader->faults, node->line, node->column, wrong, scalar.text);
    if (fix) faults_fix(reader->faults, "%s", fix);
  }
  node->quoted = scalar.style != YAML_PLAIN_SCALAR_STYLE;
  node->text = arena_strndup(reader->faults->arena, scalar.text, scalar.length);
  if (!node->text) node->text = "";
  return node;
}

static struct dialect_node *read_node(struct reader *reader, const yaml_event_t *event, unsigned depth);

static void read_sequence(struct reader *reader, struct dialect_node *sequence, unsigned depth)
{
  for (struct dialect_node **end = &sequence->first; !reader->broken;) {
    _cleanup_(event_clear) yaml_event_t event = {0};
    if (!next_event(reader, &event) || event.type == YAML_SEQUENCE_END_EVENT) return;
    *end = read_node(reader, &event, depth);
    if (*end) end = &(*end)->next;
  }
}

static void check_key_new(struct reader *reader, const struct dialect_node *mapping,
                          const struct dialect_node *key)
{
  const struct dialect_node *first = dialect_key(mapping, key->text);
  if (!first) return;
  faults_add(reader->faults, key->line, key->column, _("key %s stands here twice"), key->text);
  faults_fix(reader->faults, _("it was given before on line %u"), first->key_line);
}

static void read_mapping(struct reader *reader, struct dialect_node *mapping, unsigned depth)
{
  for (struct dialect_node **end = &mapping->first; !reader->broken;) {
    _cleanup_(event_clear) yaml_event_t key_event = {0}, event = {0};
    if (!next_event(reader, &key_event) || key_event.type == YAML_MAPPING_END_EVENT) return;
    if (key_event.type != YAML_SCALAR_EVENT) {
      fault_at(reader, key_event.start_mark, _("a key must be a word"), NULL);
      reader->broken = true;
      return;
    }
    const struct dialect_node *key = scalar_node(reader, &key_event, true);
    if (!key || !next_event(reader, &event)) return;
    check_key_new(reader, mapping, key);
    *end = read_node(reader, &event, depth);
    if (!*end) return;
    (*end)->key = key->text;
    (*end)->key_wrong = key->wrong;
    (*end)->key_line = key->line;
    (*end)->key_column = key->column;
    end = &(*end)->next;
  }
}

static void check_indent(struct reader *reader, const yaml_event_t *event, bool block)
{
  if (reader->level != DIALECT_PROGRAMME || !block || event->start_mark.column % 2 == 0) return;
  fault_at(reader, event->start_mark, _("the indentation is not a multiple of two spaces"),
           _("indent by two spaces a level"));
}

static struct dialect_node *read_node(struct reader *reader, const yaml_event_t *event, unsigned depth)
{
  if (depth >= DIALECT_MAX_DEPTH) {
    fault_at(reader, event->start_mark, _("nested too deeply"), NULL);
    reader->broken = true;
    return NULL;
  }
  struct dialect_node *node;
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    return scalar_node(reader, event, false);
  case YAML_ALIAS_EVENT:
    fault_at(reader, event->start_mark, _("aliases (*) are not allowed"),
             _("write the value where it is used"));
    node = new_node(reader, DIALECT_SCALAR, event->start_mark);
    if (node)
      *node = (struct dialect_node){.line = node->line, .column = node->column, .text = "", .wrong = true};
    return node;
  case YAML_SEQUENCE_START_EVENT:
    check_decoration(reader, event, event->data.sequence_start.anchor, event->data.sequence_start.tag);
    check_indent(reader, event, event->data.sequence_start.style == YAML_BLOCK_SEQUENCE_STYLE);
    node = new_node(reader, DIALECT_SEQUENCE, event->start_mark);
    if (node) read_sequence(reader, node, depth + 1);
    return node;
  case YAML_MAPPING_START_EVENT:
    check_decoration(reader, event, event->data.mapping_start.anchor, event->data.mapping_start.tag);
    check_indent(reader, event, event->data.mapping_start.style == YAML_BLOCK_MAPPING_STYLE);
    node = new_node(reader, DIALECT_MAPPING, event->start_mark);
    if (node) read_mapping(reader, node, depth + 1);
    return node;
  default:
    reader->broken = true;
    return NULL;
  }
}

// What libyaml would take but the dialect does not: marks, line ends, size.
static bool check_bytes(const char *data, size_t length, struct faults *faults)
{
  if (length > DIALECT_MAX_BYTES) {
    faults_add(faults, 1, 1, _("the file has %zu bytes, at most %d are taken"), length, DIALECT_MAX_BYTES);
    return false;
  }
  if (length >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0) {
    faults_add(faults, 1, 1, _("the file starts with a byte order mark"));
    faults_fix(faults, _("save it as UTF-8 without BOM"));
    return false;
  }
  unsigned line = 1;
  const char *start = data;
  for (const char *p = data; p < data + length; p++) {
    if (*p == '\n') {
      line++;
      start = p + 1;
    } else if (*p == '\r' || *p == '\0') {
      faults_add(faults, line, (unsigned)(p - start) + 1,
                 *p ? _("line ends with CR LF") : _("the file contains a NUL byte"));
      faults_fix(faults, _("save it as UTF-8 text with LF line ends"));
      return false;
    }
  }
  return true;
}

static struct dialect_node *read_document(struct reader *reader)
{
  struct dialect_node *root = NULL;
  for (;;) {
    _cleanup_(event_clear) yaml_event_t event = {0};
    if (!next_event(reader, &event)) return NULL;
    switch (event.type) {
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      break;
    case YAML_STREAM_END_EVENT:
      if (!root) fault_at(reader, event.start_mark, _("the file is empty"), NULL);
      return root;
    case YAML_DOCUMENT_START_EVENT:
      if (root) {
        fault_at(reader, event.start_mark, _("a second document starts here"), _("one document per file"));
        return NULL;
      }
      if (event.data.document_start.version_directive ||
          event.data.document_start.tag_directives.start != event.data.document_start.tag_directives.end)
        fault_at(reader, event.start_mark, _("directives (%) are not allowed"), NULL);
      break;
    default:
      root = read_node(reader, &event, 0);
      if (!root || reader->broken) return NULL;
    }
  }
}

struct dialect_node *dialect_read(const char *data, size_t length, enum dialect_level level,
                                  struct faults *faults)
{
  if (!check_bytes(data, length, faults)) return NULL;
  _cleanup_(parser_clear) struct reader reader = {
      .data = data, .length = length, .level = level, .faults = faults};
  if (!yaml_parser_initialize(&reader.parser)) return NULL;
  yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string(&reader.parser, (const unsigned char *)data, length);
  return read_document(&reader);
}

const struct dialect_node *dialect_key(const struct dialect_node *mapping, const char *key)
{
  if (mapping->kind != DIALECT_MAPPING) return NULL;
  for (const struct dialect_node *node = mapping->first; node; node = node->next)
    if (strcmp(node->key, key) == 0) return node;
  return NULL;
}

static const struct dialect_node *item_with_id(const struct dialect_node *sequence, const char *id)
{
  for (const struct dialect_node *item = sequence->first; item; item = item->next) {
    const struct dialect_node *given = dialect_key(item, "id");
    if (given && given->kind == DIALECT_SCALAR && strcmp(given->text, id) == 0) return item;
  }
  return NULL;
}

static const struct dialect_node *item_at(const struct dialect_node *sequence, unsigned long index)
{
  const struct dialect_node *item = sequence->kind == DIALECT_SEQUENCE ? sequence->first : NULL;
  while (item && index-- > 0)
    item = item->next;
  return item;
}

const struct dialect_node *dialect_path(const struct dialect_node *root, const char *path)
{
  const struct dialect_node *node = root;
  while (*path) {
    const struct dialect_node *inner;
    if (*path == '[') {
      char *end;
      inner = item_at(node, strtoul(path + 1, &end, 10));
      path = *end == ']' ? end + 1 : "";
    } else {
      path += *path == '.';
      char word[64];
      size_t length = strcspn(path, ".[");
      if (length == 0 || length >= sizeof word) return node;
      memcpy(word, path, length);
      word[length] = '\0';
      path += length;
      inner = node->kind == DIALECT_SEQUENCE ? item_with_id(node, word) : dialect_key(node, word);
    }
    if (!inner) return node;
    node = inner;
  }
  return node;
}
