#include "services/cli/schema.h"
#include "common/base/suggest.h"
#include "services/cli/lang.h"
#include <stdlib.h>
#include <string.h>

struct walk {
  const struct schema *schema;
  struct faults *faults;
};

static void walk_value(const struct walk *walk, const cyaml_schema_value_t *value,
                       const struct dialect_node *node, const char *path);

static void add(const struct walk *walk, const struct dialect_node *node, const char *path, const char *text)
{
  faults_add(walk->faults, node->line, node->column, "%s%s%s", path, *path ? ": " : "", text);
}

static const cyaml_schema_field_t *field_of(const cyaml_schema_field_t *fields, const char *key)
{
  for (const cyaml_schema_field_t *field = fields; field->key; field++)
    if (strcmp(field->key, key) == 0) return field;
  return NULL;
}

// The key that an unknown one was probably meant to be; NULL if nothing is near.
static const char *meant(const cyaml_schema_field_t *fields, const struct dialect_node *node)
{
  struct suggest suggest = suggest_start(node->key);
  for (const cyaml_schema_field_t *field = fields; field->key; field++)
    suggest_offer(&suggest, field->key);
  return suggest_best(&suggest);
}

static void unknown_key(const struct walk *walk, const cyaml_schema_field_t *fields,
                        const struct dialect_node *node, const char *path)
{
  const char *near = meant(fields, node);
  if (node->key_wrong) return;
  faults_add(walk->faults, node->key_line, node->key_column, _("%s%sunknown key %s"), path, *path ? ": " : "",
             node->key);
  if (near) faults_fix(walk->faults, _("did you mean %s?"), near);
}

// A misspelt key is not missing as well.
static bool misspelt(const cyaml_schema_field_t *fields, const struct dialect_node *mapping, const char *key)
{
  for (const struct dialect_node *node = mapping->first; node; node = node->next) {
    const char *near = field_of(fields, node->key) ? NULL : meant(fields, node);
    if (near && strcmp(near, key) == 0) return true;
  }
  return false;
}

static bool is_choice(const struct schema *schema, const cyaml_schema_field_t *fields)
{
  for (const cyaml_schema_field_t *const *choice = schema->choices; choice && *choice; choice++)
    if (*choice == fields) return true;
  return false;
}

static void check_keys_given(const struct walk *walk, const cyaml_schema_field_t *fields,
                             const struct dialect_node *mapping, const char *path)
{
  const char *lead = *path ? ": " : "";
  if (is_choice(walk->schema, fields)) {
    if (!mapping->first) add(walk, mapping, path, _("exactly one key is needed here"));
    for (const struct dialect_node *more = mapping->first ? mapping->first->next : NULL; more;
         more = more->next)
      faults_add(walk->faults, more->key_line, more->key_column,
                 _("%s%sexactly one key is allowed here, %s is one too many"), path, lead, more->key);
    return;
  }
  for (const cyaml_schema_field_t *field = fields; field->key; field++)
    if (!(field->value.flags & CYAML_FLAG_OPTIONAL) && !dialect_key(mapping, field->key) &&
        !misspelt(fields, mapping, field->key))
      faults_add(walk->faults, mapping->line, mapping->column, _("%s%skey %s is missing"), path, lead,
                 field->key);
}

static void walk_mapping(const struct walk *walk, const cyaml_schema_field_t *fields,
                         const struct dialect_node *mapping, const char *path)
{
  for (const struct dialect_node *node = mapping->first; node; node = node->next) {
    const cyaml_schema_field_t *field = field_of(fields, node->key);
    if (!field) {
      unknown_key(walk, fields, node, path);
      continue;
    }
    const char *inner = arena_printf(walk->faults->arena, "%s%s%s", path, *path ? "." : "", node->key);
    if (inner) walk_value(walk, &field->value, node, inner);
  }
  check_keys_given(walk, fields, mapping, path);
}

// "modes.FUSION" of an item with an id, "modes[2]" of one without.
static const char *item_path(const struct walk *walk, const struct dialect_node *item, const char *path,
                             size_t index)
{
  const struct dialect_node *id = dialect_key(item, "id");
  const char *inner = id && id->kind == DIALECT_SCALAR
                          ? arena_printf(walk->faults->arena, "%s.%s", path, id->text)
                          : arena_printf(walk->faults->arena, "%s[%zu]", path, index);
  return inner ? inner : path;
}

static void walk_sequence(const struct walk *walk, const cyaml_schema_value_t *value,
                          const struct dialect_node *sequence, const char *path)
{
  size_t n = 0;
  for (const struct dialect_node *item = sequence->first; item; item = item->next, n++)
    walk_value(walk, value->sequence.entry, item, item_path(walk, item, path, n));
  if (n < value->sequence.min) add(walk, sequence, path, _("the list is empty: leave the key out"));
  if (n > value->sequence.max)
    faults_add(walk->faults, sequence->line, sequence->column, _("%s: at most %u entries are taken"), path,
               value->sequence.max);
}

static void walk_string(const struct walk *walk, const cyaml_schema_value_t *value,
                        const struct dialect_node *node, const char *path)
{
  size_t length = strlen(node->text);
  bool number = !node->quoted && node->text[0] >= '0' && node->text[0] <= '9';
  if (number && walk->schema->level == DIALECT_PROGRAMME) {
    add(walk, node, path, _("a text is expected, this is a number"));
    faults_fix(walk->faults, _("codes and dates stand in double quotes: \"%s\""), node->text);
  } else if (length < value->string.min) {
    add(walk, node, path, _("the text is empty: leave the key out"));
  } else if (length > value->string.max) {
    faults_add(walk->faults, node->line, node->column, _("%s: the text has %zu bytes, at most %u are taken"),
               path, length, value->string.max);
  }
}

static void walk_enum(const struct walk *walk, const cyaml_schema_value_t *value,
                      const struct dialect_node *node, const char *path)
{
  struct suggest suggest = suggest_start(node->text);
  for (uint32_t i = 0; i < value->enumeration.count; i++) {
    const char *word = value->enumeration.strings[i].str;
    if (strcmp(word, node->text) == 0) {
      if (!node->quoted || walk->schema->level == DIALECT_PLAIN) return;
      add(walk, node, path, _("fixed words and flags stand without quotes"));
      return;
    }
    suggest_offer(&suggest, word);
  }
  faults_add(walk->faults, node->line, node->column, _("%s: unknown word %s"), path, node->text);
  const char *near = suggest_best(&suggest);
  if (near) {
    faults_fix(walk->faults, _("did you mean %s?"), near);
  } else if (value->enumeration.count == 1) {
    faults_fix(walk->faults, _("only %s may stand here"), value->enumeration.strings[0].str);
  }
}

static void walk_uint(const struct walk *walk, const cyaml_schema_value_t *value,
                      const struct dialect_node *node, const char *path)
{
  uint64_t max = value->data_size >= 8 ? UINT64_MAX : (UINT64_C(1) << (8 * value->data_size)) - 1;
  bool digits = *node->text && strspn(node->text, "0123456789") == strlen(node->text);
  if (!digits || node->quoted) {
    add(walk, node, path, _("a number without quotes is expected"));
  } else if (strlen(node->text) > 18 || strtoull(node->text, NULL, 10) > max) {
    add(walk, node, path, _("the number is too large"));
  } else if (strcmp(node->text, "0") == 0 && walk->schema->zero &&
             (!node->key || strcmp(node->key, walk->schema->zero) != 0)) {
    add(walk, node, path, _("0 means \"not given\": leave the key out"));
  }
}

static void walk_value(const struct walk *walk, const cyaml_schema_value_t *value,
                       const struct dialect_node *node, const char *path)
{
  if (node->wrong) return;
  if (value->type == CYAML_MAPPING) {
    if (node->kind != DIALECT_MAPPING) {
      add(walk, node, path, _("a mapping {key: value} is expected"));
    } else {
      walk_mapping(walk, value->mapping.fields, node, path);
    }
  } else if (value->type == CYAML_SEQUENCE) {
    if (node->kind != DIALECT_SEQUENCE) {
      add(walk, node, path, _("a list [..] is expected, also for one entry"));
    } else {
      walk_sequence(walk, value, node, path);
    }
  } else if (node->kind != DIALECT_SCALAR) {
    add(walk, node, path, _("a single value is expected"));
  } else if (value->type == CYAML_STRING) {
    walk_string(walk, value, node, path);
  } else if (value->type == CYAML_ENUM) {
    walk_enum(walk, value, node, path);
  } else {
    walk_uint(walk, value, node, path);
  }
}

bool schema_check(const struct schema *schema, const struct dialect_node *root, struct faults *faults)
{
  struct walk walk = {.schema = schema, .faults = faults};
  size_t before = faults->total;
  walk_value(&walk, schema->top, root, "");
  return faults->total == before;
}

// Only reached when libcyaml and the walk disagree: its own words are then better than none.
static void take_log(cyaml_log_t level, void *context, const char *format, va_list list)
{
  if (level < CYAML_LOG_ERROR) return;
  char text[512];
  vsnprintf(text, sizeof text, format, list);
  text[strcspn(text, "\n")] = '\0';
  faults_add(context, 1, 1, "%s", text);
}

static cyaml_config_t config_of(struct faults *faults)
{
  return (cyaml_config_t){.log_fn = faults ? take_log : NULL,
                          .log_ctx = faults,
                          .log_level = CYAML_LOG_ERROR,
                          .mem_fn = cyaml_mem,
                          .flags = CYAML_CFG_NO_ALIAS};
}

void *schema_load(const struct schema *schema, const char *data, size_t length, struct faults *faults,
                  const struct dialect_node **ret_root)
{
  size_t before = faults->total;
  const struct dialect_node *root = dialect_read(data, length, schema->level, faults);
  if (ret_root) *ret_root = root;
  if (!root || !schema_check(schema, root, faults) || faults->total > before) return NULL;
  cyaml_config_t config = config_of(faults);
  cyaml_data_t *loaded = NULL;
  cyaml_err_t error = cyaml_load_data((const uint8_t *)data, length, &config, schema->top, &loaded, NULL);
  if (error != CYAML_OK && faults->total == before) faults_add(faults, 1, 1, "%s", cyaml_strerror(error));
  return error == CYAML_OK ? loaded : NULL;
}

void schema_free(const struct schema *schema, void *loaded)
{
  cyaml_config_t config = config_of(NULL);
  if (loaded) cyaml_free(&config, schema->top, loaded, 0);
}
