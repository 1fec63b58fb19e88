#include "common/conf/conf_yaml.h"
#include "common/base/cleanup.h"
#include "common/conf/conf_text.h"
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define FILE_MAX (1 << 20)

struct conf_yaml {
  char *file;
  char *text;
  size_t length;
  bool parsed;
  yaml_document_t document;
};

DEFINE_CLEANUP(struct conf_yaml, conf_yaml_free);

struct conf_yaml *conf_yaml_free(struct conf_yaml *yaml)
{
  if (!yaml) return NULL;
  if (yaml->parsed) yaml_document_delete(&yaml->document);
  free(yaml->file);
  free(yaml->text);
  free(yaml);
  return NULL;
}

// ---- errors

static int error_at(const struct conf_yaml *yaml, yaml_mark_t mark, char **ret_error, const char *format,
                    va_list args)
{
  _cleanup_free_ char *what = NULL;
  if (vasprintf(&what, format, args) < 0) {
    what = NULL;
    return -ENOMEM;
  }
  if (asprintf(ret_error, "%s:%zu:%zu: %s", yaml->file, mark.line + 1, mark.column + 1, what) >= 0)
    return -EINVAL;
  *ret_error = NULL;
  return -ENOMEM;
}

// What the walk over the document carries.
struct check {
  const struct conf_yaml *yaml;
  char **ret_error;
};

__attribute__((format(printf, 3, 4))) static int fault(const struct check *check, const yaml_node_t *node,
                                                       const char *format, ...)
{
  va_list args;
  va_start(args, format);
  int r = error_at(check->yaml, node->start_mark, check->ret_error, format, args);
  va_end(args);
  return r;
}

// ---- reading

static int read_file(struct conf_yaml *yaml, char **ret_error)
{
  _cleanup_(cleanup_free) char *text = malloc(FILE_MAX + 1);
  if (!text) return -ENOMEM;
  FILE *file = fopen(yaml->file, "re");
  if (!file) {
    const char *why = strerror(errno);
    return asprintf(ret_error, "%s:1:1: the file cannot be read: %s. Check its path and permissions",
                    yaml->file, why) < 0
               ? -ENOMEM
               : -EINVAL;
  }
  size_t length = fread(text, 1, FILE_MAX + 1, file);
  bool failed = ferror(file);
  fclose(file);
  if (failed || length > FILE_MAX)
    return asprintf(ret_error, "%s:1:1: %s", yaml->file,
                    failed ? "the file cannot be read. Is it a folder?"
                           : "the file is larger than 1 MiB. Split it") < 0
               ? -ENOMEM
               : -EINVAL;
  yaml->text = TAKE(text);
  yaml->length = length;
  return 0;
}

static int report_parser(const struct conf_yaml *yaml, const yaml_parser_t *parser, char **ret_error)
{
  bool reader = parser->error == YAML_READER_ERROR;
  size_t line = parser->problem_mark.line + 1, column = parser->problem_mark.column + 1;
  if (reader) { // libyaml knows the offset only
    line = column = 1;
    for (size_t i = 0; i < parser->problem_offset && i < yaml->length; i++) {
      column = yaml->text[i] == '\n' ? 1 : column + 1;
      line += yaml->text[i] == '\n';
    }
  }
  int r = asprintf(ret_error, "%s:%zu:%zu: not YAML: %s. %s", yaml->file, line, column,
                   parser->problem ? parser->problem : "out of memory",
                   reader ? "Save the file as UTF-8" : "Check quotes, indentation and colons here");
  return r < 0 ? -ENOMEM : -EINVAL;
}

// The first document, and that there is no second.
static int parse(struct conf_yaml *yaml, char **ret_error)
{
  yaml_parser_t parser;
  if (!yaml_parser_initialize(&parser)) return -ENOMEM;
  yaml_parser_set_input_string(&parser, (const unsigned char *)yaml->text, yaml->length);
  int r = 0;
  yaml_document_t second;
  if (!yaml_parser_load(&parser, &yaml->document)) {
    r = report_parser(yaml, &parser, ret_error);
  } else {
    yaml->parsed = true;
    if (!yaml_parser_load(&parser, &second)) {
      r = report_parser(yaml, &parser, ret_error);
    } else {
      yaml_node_t *node = yaml_document_get_root_node(&second);
      if (node)
        r = fault(&(struct check){yaml, ret_error}, node,
                  "a second document. Remove the line --- and what follows");
      yaml_document_delete(&second);
    }
  }
  yaml_parser_delete(&parser);
  return r;
}

// ---- the document against the schema

static int check_value(const struct check *check, yaml_node_t *node, const cyaml_schema_value_t *schema,
                       const char *key);

static yaml_node_t *node_of(const struct check *check, int index)
{
  return yaml_document_get_node((yaml_document_t *)&check->yaml->document, index);
}

static const char *text_of(const yaml_node_t *node)
{
  return (const char *)node->data.scalar.value;
}

static const char *field_key(const void *list, size_t i)
{
  return ((const cyaml_schema_field_t *)list)[i].key;
}
static const char *strval_word(const void *list, size_t i)
{
  return ((const cyaml_strval_t *)list)[i].str;
}

// "a, b, c" of n words, malloced.
static char *word_list(const char *(*word_at)(const void *, size_t), const void *list, size_t n)
{
  char *text = NULL;
  size_t length = 0;
  FILE *stream = open_memstream(&text, &length);
  if (!stream) return NULL;
  for (size_t i = 0; i < n; i++)
    fprintf(stream, "%s%s", i ? ", " : "", word_at(list, i));
  fclose(stream);
  return text;
}

static int unknown(const struct check *check, const yaml_node_t *node, const char *what,
                   const char *(*word_at)(const void *, size_t), const void *list, size_t n)
{
  const char *near = conf_text_nearest(text_of(node), word_at, list, n);
  if (near) return fault(check, node, "%s '%s'. Did you mean '%s'?", what, text_of(node), near);
  _cleanup_free_ char *known = word_list(word_at, list, n);
  return fault(check, node, "%s '%s'. Possible here: %s", what, text_of(node), known ? known : "");
}

static size_t count_fields(const cyaml_schema_field_t *fields)
{
  size_t n = 0;
  while (fields[n].key)
    n++;
  return n;
}

static int check_pair(const struct check *check, const yaml_node_t *mapping, size_t at,
                      const cyaml_schema_field_t *fields)
{
  const yaml_node_pair_t *pairs = mapping->data.mapping.pairs.start;
  yaml_node_t *key = node_of(check, pairs[at].key), *value = node_of(check, pairs[at].value);
  if (key->type != YAML_SCALAR_NODE) return fault(check, key, "a key must be a word. Write key: value");
  for (size_t i = 0; i < at; i++) {
    yaml_node_t *earlier = node_of(check, pairs[i].key);
    if (strcmp(text_of(earlier), text_of(key)) == 0)
      return fault(check, key, "key '%s' is given twice, first in line %zu. Keep one", text_of(key),
                   earlier->start_mark.line + 1);
  }
  for (const cyaml_schema_field_t *field = fields; field->key; field++)
    if (strcmp(field->key, text_of(key)) == 0) return check_value(check, value, &field->value, field->key);
  return unknown(check, key, "unknown key", field_key, fields, count_fields(fields));
}

static int check_mapping(const struct check *check, const yaml_node_t *node,
                         const cyaml_schema_field_t *fields, const char *key)
{
  if (node->type != YAML_MAPPING_NODE)
    return fault(check, node, "%s must be a mapping. Write key: value lines below it", key);
  size_t n = (size_t)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
  for (size_t i = 0; i < n; i++) {
    int r = check_pair(check, node, i, fields);
    if (r < 0) return r;
  }
  for (const cyaml_schema_field_t *field = fields; field->key; field++) {
    bool there = field->value.flags & CYAML_FLAG_OPTIONAL;
    for (size_t i = 0; i < n && !there; i++)
      there = strcmp(text_of(node_of(check, node->data.mapping.pairs.start[i].key)), field->key) == 0;
    if (!there) return fault(check, node, "key '%s' is missing in %s. Add it", field->key, key);
  }
  return 0;
}

static int check_sequence(const struct check *check, const yaml_node_t *node,
                          const cyaml_schema_value_t *entry, uint32_t max, const char *key)
{
  if (node->type != YAML_SEQUENCE_NODE)
    return fault(check, node, "%s must be a list. Write - before each entry, or [a, b]", key);
  const yaml_node_item_t *start = node->data.sequence.items.start, *top = node->data.sequence.items.top;
  if (top - start > (ptrdiff_t)max)
    return fault(check, node, "%s has %td entries, at most %" PRIu32 " are taken. Shorten it", key,
                 top - start, max);
  for (const yaml_node_item_t *item = start; item < top; item++) {
    int r = check_value(check, node_of(check, *item), entry, key);
    if (r < 0) return r;
  }
  return 0;
}

static int check_number(const struct check *check, const yaml_node_t *node, unsigned size, const char *key)
{
  const char *text = text_of(node);
  uint64_t most = size >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * size) - 1;
  size_t digits = strspn(text, "0123456789");
  if (digits == 0 || text[digits])
    return fault(check, node, "%s must be a number, not '%s'. Write digits only", key, text);
  errno = 0;
  if (strtoull(text, NULL, 10) > most || errno == ERANGE)
    return fault(check, node, "%s is %s, the largest possible is %" PRIu64 ". Write a smaller number", key,
                 text, most);
  return 0;
}

static int check_text(const struct check *check, const yaml_node_t *node, const cyaml_schema_value_t *schema,
                      const char *key)
{
  size_t length = node->data.scalar.length;
  if (strlen(text_of(node)) != length)
    return fault(check, node, "%s contains a NUL character. Remove it", key);
  if (length == 0 && schema->string.min > 0) return fault(check, node, "%s is empty. Give it a value", key);
  if (length < schema->string.min || length > schema->string.max)
    return fault(check, node, "%s has %zu bytes, %" PRIu32 " to %" PRIu32 " are possible. Correct it", key,
                 length, schema->string.min, schema->string.max);
  return 0;
}

static int check_scalar(const struct check *check, const yaml_node_t *node,
                        const cyaml_schema_value_t *schema, const char *key)
{
  if (node->type != YAML_SCALAR_NODE)
    return fault(check, node, "%s must be a single value. Write it after the colon", key);
  const char *text = text_of(node);
  switch (schema->type) {
  case CYAML_UINT:
    return check_number(check, node, schema->data_size, key);
  case CYAML_BOOL:
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) return 0;
    return fault(check, node, "%s must be true or false, not '%s'. Write one of the two", key, text);
  case CYAML_STRING:
    return check_text(check, node, schema, key);
  default: // enum; flags are sequences of words
    for (uint32_t i = 0; i < schema->enumeration.count; i++)
      if (strcmp(schema->enumeration.strings[i].str, text) == 0) return 0;
    return unknown(check, node, key, strval_word, schema->enumeration.strings, schema->enumeration.count);
  }
}

static int check_value(const struct check *check, yaml_node_t *node, const cyaml_schema_value_t *schema,
                       const char *key)
{
  switch (schema->type) {
  case CYAML_MAPPING:
    return check_mapping(check, node, schema->mapping.fields, key);
  case CYAML_SEQUENCE:
    return check_sequence(check, node, schema->sequence.entry, schema->sequence.max, key);
  case CYAML_FLAGS: {
    cyaml_schema_value_t word = *schema;
    word.type = CYAML_ENUM;
    return check_sequence(check, node, &word, schema->enumeration.count, key);
  }
  default:
    return check_scalar(check, node, schema, key);
  }
}

// ---- binding

// libcyaml's own complaint is the last resort: it says what, and the first line of its backtrace says where.
struct complaint {
  char what[256];
  unsigned line, column;
};

static void hear(cyaml_log_t level, void *context, const char *format, va_list args)
{
  struct complaint *complaint = context;
  char text[256];
  vsnprintf(text, sizeof(text), format, args);
  const char *where = strstr(text, "(line: ");
  if (level < CYAML_LOG_ERROR || strstr(text, "Backtrace")) return;
  if (where && !complaint->line)
    (void)sscanf(where, "(line: %u, column: %u)", &complaint->line, &complaint->column);
  else if (!where && !complaint->what[0])
    snprintf(complaint->what, sizeof(complaint->what), "%.*s", (int)strcspn(text, "\n"), text);
}

static const cyaml_config_t *config_with(cyaml_config_t *config, struct complaint *complaint)
{
  *config = (cyaml_config_t){.log_fn = complaint ? hear : NULL,
                             .log_ctx = complaint,
                             .log_level = CYAML_LOG_ERROR,
                             .mem_fn = cyaml_mem,
                             .flags = CYAML_CFG_NO_ALIAS | CYAML_CFG_STYLE_BLOCK};
  return config;
}

static int bind(const struct conf_yaml *yaml, const cyaml_schema_value_t *schema, void **ret_data,
                char **ret_error)
{
  struct complaint complaint = {0};
  cyaml_config_t config;
  cyaml_data_t *data = NULL;
  cyaml_err_t error = cyaml_load_data((const uint8_t *)yaml->text, yaml->length,
                                      config_with(&config, &complaint), schema, &data, NULL);
  if (error == CYAML_OK && data) {
    *ret_data = data;
    return 0;
  }
  if (error == CYAML_ERR_OOM) return -ENOMEM;
  bool alias = error == CYAML_ERR_ALIAS;
  int r = asprintf(ret_error, "%s:%u:%u: %s. %s", yaml->file, complaint.line ? complaint.line : 1,
                   complaint.column ? complaint.column : 1,
                   complaint.what[0] ? complaint.what : cyaml_strerror(error),
                   alias ? "Write the value out instead of using an alias" : "Correct this place");
  return r < 0 ? -ENOMEM : -EINVAL;
}

int conf_yaml_load(const char *file, const cyaml_schema_value_t *schema, void **ret_data,
                   struct conf_yaml **ret, char **ret_error)
{
  _cleanup_(conf_yaml_freep) struct conf_yaml *yaml = calloc(1, sizeof(*yaml));
  if (!yaml || !(yaml->file = strdup(file))) return -ENOMEM;
  int r = read_file(yaml, ret_error);
  if (r == 0) r = parse(yaml, ret_error);
  if (r < 0) return r;
  yaml_node_t *root = yaml_document_get_root_node(&yaml->document);
  if (!root)
    return asprintf(ret_error, "%s:1:1: the file is empty. Write key: value lines", file) < 0 ? -ENOMEM
                                                                                              : -EINVAL;
  r = check_value(&(struct check){yaml, ret_error}, root, schema, "the file");
  if (r == 0) r = bind(yaml, schema, ret_data, ret_error);
  if (r < 0) return r;
  *ret = TAKE(yaml);
  return 0;
}

void *conf_yaml_free_data(const cyaml_schema_value_t *schema, void *data)
{
  cyaml_config_t config;
  cyaml_free(config_with(&config, NULL), schema, data, 0);
  return NULL;
}

char *conf_yaml_save(const cyaml_schema_value_t *schema, const void *data)
{
  cyaml_config_t config;
  char *bytes = NULL, *text = NULL;
  size_t length = 0;
  if (cyaml_save_data(&bytes, &length, config_with(&config, NULL), schema, data, 0) == CYAML_OK)
    text = strndup(bytes, length);
  free(bytes);
  return text;
}

// ---- positions

static yaml_node_t *child(const struct check *check, const yaml_node_t *node, const char *key, size_t length)
{
  if (node->type != YAML_MAPPING_NODE) return NULL;
  for (yaml_node_pair_t *pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
    yaml_node_t *name = node_of(check, pair->key);
    if (name->type == YAML_SCALAR_NODE && strlen(text_of(name)) == length &&
        memcmp(text_of(name), key, length) == 0)
      return node_of(check, pair->value);
  }
  return NULL;
}

static yaml_node_t *entry(const struct check *check, const yaml_node_t *node, size_t i)
{
  if (node->type != YAML_SEQUENCE_NODE) return NULL;
  size_t n = (size_t)(node->data.sequence.items.top - node->data.sequence.items.start);
  return i < n ? node_of(check, node->data.sequence.items.start[i]) : NULL;
}

// The node at path; *ret_above = the deepest one on the way to it.
static yaml_node_t *find(const struct conf_yaml *yaml, const char *path, yaml_node_t **ret_above)
{
  struct check check = {yaml, NULL};
  yaml_node_t *node = yaml_document_get_root_node((yaml_document_t *)&yaml->document);
  *ret_above = node;
  while (node && *path) {
    if (*path == '[') {
      char *end;
      node = entry(&check, node, strtoul(path + 1, &end, 10));
      path = end + 1;
    } else {
      size_t length = strcspn(path, ".[");
      node = child(&check, node, path, length);
      path += length;
    }
    if (*path == '.') path++;
    if (node) *ret_above = node;
  }
  return node;
}

bool conf_yaml_has(const struct conf_yaml *yaml, const char *path)
{
  yaml_node_t *above;
  return find(yaml, path, &above) != NULL;
}

int conf_yaml_error(const struct conf_yaml *yaml, const char *path, char **ret_error, const char *format, ...)
{
  yaml_node_t *above;
  find(yaml, path, &above);
  va_list args;
  va_start(args, format);
  int r = error_at(yaml, above->start_mark, ret_error, format, args);
  va_end(args);
  return r;
}
