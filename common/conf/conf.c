#include "common/conf/conf.h"
#include "common/base/cleanup.h"
#include "common/conf/conf_check.h"
#include "common/conf/conf_yaml.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 4096
#define LIST_MAX 64

// Field of a text: required unless OPTIONAL.
#define TEXT(key_, flags_, type_, member_)                                                                   \
  CYAML_FIELD_STRING_PTR(key_, CYAML_FLAG_POINTER | (flags_), type_, member_, 1, TEXT_MAX)
#define OPTIONAL CYAML_FLAG_OPTIONAL
// A mapping in the file whose keys are members of the same struct.
#define FLAT(key_, fields_)                                                                                  \
  {                                                                                                          \
    .key = key_, .data_offset = 0, .value = {CYAML_VALUE_MAPPING(OPTIONAL, struct conf, fields_)},           \
  }

static const cyaml_schema_field_t peer_fields[] = {
    TEXT("area", 0, struct conf_peer, area), TEXT("endpoint", 0, struct conf_peer, endpoint),
    TEXT("server_key", 0, struct conf_peer, server_key), CYAML_FIELD_END};
static const cyaml_schema_value_t peer = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct conf_peer, peer_fields)};

static const cyaml_schema_field_t secret_fields[] = {TEXT("name", 0, struct conf_webhook_secret, name),
                                                     TEXT("file", 0, struct conf_webhook_secret, file),
                                                     CYAML_FIELD_END};
static const cyaml_schema_value_t secret = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct conf_webhook_secret, secret_fields)};

static const cyaml_strval_t clock_modes[] = {{"real", false}, {"simulated", true}};
static const cyaml_schema_field_t clock_fields[] = {
    CYAML_FIELD_ENUM("mode", OPTIONAL | CYAML_FLAG_STRICT, struct conf, simulated_clock, clock_modes,
                     CYAML_ARRAY_LEN(clock_modes)),
    TEXT("start", OPTIONAL, struct conf, clock_start), CYAML_FIELD_END};
static const cyaml_schema_field_t webhook_fields[] = {
    TEXT("allow", OPTIONAL, struct conf, webhook_allow),
    CYAML_FIELD_SEQUENCE_COUNT("secrets", CYAML_FLAG_POINTER | OPTIONAL, struct conf, secrets, n_secrets,
                               &secret, 0, LIST_MAX),
    CYAML_FIELD_END};

static const cyaml_schema_field_t fields[] = {
    TEXT("area", 0, struct conf, area),
    TEXT("endpoint", 0, struct conf, endpoint),
    TEXT("key_file", 0, struct conf, key_file),
    TEXT("principals_file", 0, struct conf, principals_file),
    TEXT("state_dir", 0, struct conf, state_dir),
    TEXT("log_level", OPTIONAL, struct conf, log_level),
    TEXT("chain", OPTIONAL, struct conf, chain),
    CYAML_FIELD_UINT("map_size_mib", OPTIONAL, struct conf, map_size_mib),
    CYAML_FIELD_UINT("floor_mib", OPTIONAL, struct conf, floor_mib),
    CYAML_FIELD_UINT("floor_percent", OPTIONAL, struct conf, floor_percent),
    FLAT("clock", clock_fields),
    CYAML_FIELD_UINT("batch_max", OPTIONAL, struct conf, batch_max),
    CYAML_FIELD_BOOL("linger", OPTIONAL, struct conf, linger),
    CYAML_FIELD_UINT("idem_days", OPTIONAL, struct conf, idem_days),
    CYAML_FIELD_UINT("tick_seconds", OPTIONAL, struct conf, tick_seconds),
    CYAML_FIELD_UINT("target_lead_days", OPTIONAL, struct conf, target_lead_days),
    CYAML_FIELD_SEQUENCE_COUNT("peers", CYAML_FLAG_POINTER | OPTIONAL, struct conf, peers, n_peers, &peer, 0,
                               LIST_MAX),
    FLAT("webhook", webhook_fields),
    CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct conf, fields)};

DEFINE_CLEANUP(struct conf, conf_free);
DEFINE_CLEANUP(struct conf_yaml, conf_yaml_free);

struct conf *conf_free(struct conf *conf)
{
  if (!conf) return NULL;
  free(conf->file);
  return conf_yaml_free_data(&schema, conf);
}

int conf_load(const char *file, const char *area, struct conf **ret, char **ret_error)
{
  _cleanup_(conf_yaml_freep) struct conf_yaml *yaml = NULL;
  _cleanup_(conf_freep) struct conf *conf = NULL;
  void *data = NULL;
  *ret_error = NULL;
  int r = conf_yaml_load(file, &schema, &data, &yaml, ret_error);
  if (r < 0) return r;
  conf = data;
  conf->file = strdup(file);
  r = conf->file ? conf_fill(conf, yaml) : -ENOMEM;
  if (r == 0) r = conf_check(conf, area, yaml, ret_error);
  if (r < 0) return r;
  *ret = TAKE(conf);
  return 0;
}

char *conf_print(const struct conf *conf)
{
  return conf_yaml_save(&schema, conf);
}
