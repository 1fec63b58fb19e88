#include "services/cli/config.h"
#include "services/cli/catalogue.h"
#include "services/cli/file.h"
#include "services/cli/lang.h"
#include "services/cli/say.h"
#include "services/cli/schema.h"
#include <stdlib.h>
#include <string.h>

#define CONFIG_MAX_BYTES (64 * 1024)

static const cyaml_schema_field_t daemon_fields[] = {
    CYAML_FIELD_STRING_PTR("area", CYAML_FLAG_POINTER, struct config_daemon, area, 1, 32),
    CYAML_FIELD_STRING_PTR("endpoint", CYAML_FLAG_POINTER, struct config_daemon, endpoint, 6, 200),
    CYAML_FIELD_STRING_PTR("server_key", CYAML_FLAG_POINTER, struct config_daemon, server_key, 1, 4000),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t daemon_value = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct config_daemon, daemon_fields)};
static const cyaml_schema_field_t fields[] = {
    CYAML_FIELD_STRING_PTR("keys_dir", CYAML_FLAG_POINTER, struct config, keys_dir, 1, 4000),
    CYAML_FIELD_STRING_PTR("principal", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct config, principal, 1,
                           128),
    CYAML_FIELD_STRING_PTR("lang", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct config, lang, 2, 2),
    CYAML_FIELD_SEQUENCE("daemons", CYAML_FLAG_POINTER, struct config, daemons, &daemon_value, 1, 16),
    CYAML_FIELD_END,
};
static const cyaml_schema_value_t top = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct config, fields)};
static const struct schema schema = {.top = &top, .level = DIALECT_PLAIN};

// An ipc path is relative to the file too.
static char *endpoint_beside(struct arena *arena, const char *file, const char *endpoint)
{
  if (strncmp(endpoint, "ipc://", 6) != 0 || endpoint[6] == '/' || endpoint[6] == '@')
    return arena_strdup(arena, endpoint);
  const char *path = file_beside(arena, file, endpoint + 6);
  return path ? arena_printf(arena, "ipc://%s", path) : NULL;
}

// A copy in the arena, with paths made relative to the file: the loaded structure is libcyaml's.
static struct config *adopt(const struct config *loaded, struct faults *faults)
{
  struct arena *arena = faults->arena;
  struct config *config = ARENA_NEW(arena, struct config);
  struct config_daemon *daemons = ARENA_ARRAY(arena, struct config_daemon, loaded->daemons_count);
  if (!config || !daemons) return NULL;
  config->keys_dir = file_beside(arena, faults->file, loaded->keys_dir);
  config->principal = loaded->principal ? arena_strdup(arena, loaded->principal) : NULL;
  config->lang = loaded->lang ? arena_strdup(arena, loaded->lang) : NULL;
  config->daemons = daemons;
  config->daemons_count = loaded->daemons_count;
  for (unsigned i = 0; i < loaded->daemons_count; i++)
    daemons[i] =
        (struct config_daemon){.area = arena_strdup(arena, loaded->daemons[i].area),
                               .endpoint = endpoint_beside(arena, faults->file, loaded->daemons[i].endpoint),
                               .server_key = file_beside(arena, faults->file, loaded->daemons[i].server_key)};
  return config;
}

static void check_values(const struct config *config, const struct dialect_node *root, struct faults *faults)
{
  if (config->lang && !lang_known(config->lang)) {
    const struct dialect_node *node = dialect_path(root, "lang");
    faults_add(faults, node->line, node->column, _("lang: zh or en, not %s"), config->lang);
  }
  for (unsigned i = 0; i < config->daemons_count; i++) {
    const struct config_daemon *daemon = &config->daemons[i];
    const struct dialect_node *node = dialect_path(root, arena_printf(faults->arena, "daemons[%u].area", i));
    if (!catalogue_area_known(daemon->area))
      faults_add(faults, node->line, node->column, _("area: registry, dispatch or notify, not %s"),
                 daemon->area);
    if (config_daemon(config, daemon->area) != daemon)
      faults_add(faults, node->line, node->column, _("area %s is listed twice"), daemon->area);
    node = dialect_path(root, arena_printf(faults->arena, "daemons[%u].endpoint", i));
    if (strncmp(daemon->endpoint, "ipc://", 6) != 0 && strncmp(daemon->endpoint, "tcp://", 6) != 0)
      faults_add(faults, node->line, node->column, _("endpoint: ipc:///path or tcp://host:port, not %s"),
                 daemon->endpoint);
  }
}

struct config *config_read(const char *file, struct faults *faults)
{
  size_t length = 0;
  int error = 0;
  char *data = file_read(file, CONFIG_MAX_BYTES, faults->arena, &length, &error);
  if (!data) {
    faults_add(faults, 1, 1, "%s", strerror(-error));
    return NULL;
  }
  const struct dialect_node *root;
  struct config *loaded = schema_load(&schema, data, length, faults, &root);
  if (!loaded) return NULL;
  struct config *config = adopt(loaded, faults);
  schema_free(&schema, loaded);
  if (config) check_values(config, root, faults);
  return config && faults->total == 0 ? config : NULL;
}

const struct config *config_get(struct cli *cli)
{
  if (cli->config) return cli->config;
  const char *file = cli->config_file ? cli->config_file : getenv("JIEDUI_CONFIG");
  if (!file || !*file) {
    say_error(0, _("no configuration"));
    say_fix(_("name one with --config FILE or in the environment variable JIEDUI_CONFIG"));
    return NULL;
  }
  struct faults *faults = ARENA_NEW(cli->arena, struct faults);
  if (!faults) return NULL;
  faults_init(faults, file, cli->arena);
  cli->config = config_read(file, faults);
  if (!cli->config) faults_print(faults, stderr);
  if (cli->config && !cli->lang && cli->config->lang) lang_start(cli->config->lang);
  return cli->config;
}

const struct config_daemon *config_daemon(const struct config *config, const char *area)
{
  for (unsigned i = 0; i < config->daemons_count; i++)
    if (strcmp(config->daemons[i].area, area) == 0) return &config->daemons[i];
  return NULL;
}
