#include "common/base/cleanup.h"
#include "common/conf/conf.h"
#include "common/conf/conf_yaml.h"
#include "proto/types.pb-c.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 64
#define LIST_LIMIT     100000

#define ROLE(word)                                                                                           \
  {                                                                                                          \
#word, 1u << TYP__ROLE__ROLE_##word                                                                      \
  }
static const cyaml_strval_t roles[] = {ROLE(OPERATOR), ROLE(REGISTRAR), ROLE(AUTHORITY), ROLE(BUREAU),
                                       ROLE(UNIT),     ROLE(PERSON),    ROLE(SERVICE),   ROLE(READER)};

static const cyaml_schema_field_t scope_fields[] = {
    CYAML_FIELD_STRING_PTR("division", CYAML_FLAG_POINTER, struct principal_scope, division, 1, 12),
    CYAML_FIELD_STRING_PTR("programme", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct principal_scope,
                           programme, 1, 64),
    CYAML_FIELD_END};
static const cyaml_schema_value_t scope = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct principal_scope, scope_fields)};
static const cyaml_schema_value_t acts_for = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char *, 1, 128)};

static const cyaml_schema_field_t principal_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct principal, name, 1, NAME_MAX_BYTES),
    CYAML_FIELD_STRING("key", CYAML_FLAG_DEFAULT, struct principal, key, 40),
    CYAML_FIELD_FLAGS("roles", CYAML_FLAG_STRICT, struct principal, roles, roles, CYAML_ARRAY_LEN(roles)),
    CYAML_FIELD_BOOL("on_behalf_of", CYAML_FLAG_OPTIONAL, struct principal, on_behalf_of),
    CYAML_FIELD_SEQUENCE_COUNT("scope", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct principal, scopes,
                               n_scopes, &scope, 0, 1024),
    CYAML_FIELD_SEQUENCE_COUNT("acts_for", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct principal,
                               acts_for, n_acts_for, &acts_for, 0, 1024),
    CYAML_FIELD_END};
static const cyaml_schema_value_t principal = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct principal, principal_fields)};

static const cyaml_schema_field_t fields[] = {CYAML_FIELD_SEQUENCE_COUNT("principals", CYAML_FLAG_POINTER,
                                                                         struct principals, list, n,
                                                                         &principal, 0, LIST_LIMIT),
                                              CYAML_FIELD_END};
static const cyaml_schema_value_t schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct principals, fields)};

DEFINE_CLEANUP(struct principals, principals_free);
DEFINE_CLEANUP(struct conf_yaml, conf_yaml_free);

struct principals *principals_free(struct principals *principals)
{
  return principals ? conf_yaml_free_data(&schema, principals) : NULL;
}

// ---- checks

struct check {
  const struct principals *principals;
  const struct conf_yaml *yaml;
  char **ret_error;
};

__attribute__((format(printf, 4, 5))) static int fault(const struct check *check, size_t i, const char *key,
                                                       const char *format, ...)
{
  char path[96];
  _cleanup_free_ char *what = NULL;
  va_list args;
  va_start(args, format);
  int n = vasprintf(&what, format, args);
  va_end(args);
  if (n < 0) {
    what = NULL;
    return -ENOMEM;
  }
  snprintf(path, sizeof(path), "principals[%zu].%s", i, key);
  return conf_yaml_error(check->yaml, path, check->ret_error, "%s", what);
}

// ZeroMQ RFC 32: 40 characters of its alphabet, each five a number below 2^32.
static bool z85_valid(const char *key)
{
  static const char alphabet[] =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
  if (strlen(key) != 40) return false;
  for (int group = 0; group < 8; group++) {
    uint64_t value = 0;
    for (int i = 0; i < 5; i++) {
      const char *at = strchr(alphabet, key[group * 5 + i]);
      if (!at) return false;
      value = value * 85 + (uint64_t)(at - alphabet);
    }
    if (value > UINT32_MAX) return false;
  }
  return true;
}

// Names stand in cursor names, metrics and logs.
static bool name_valid(const char *name)
{
  for (const unsigned char *p = (const unsigned char *)name; *p; p++)
    if (!isalnum(*p) && !strchr("._-@", *p) && *p < 0x80) return false;
  return strcmp(name, "self") != 0;
}

static bool acts_for_valid(const char *text)
{
  static const char *const kinds[] = {"unit:", "units-under:", "person:", "persons-of:"};
  for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    if (strncmp(text, kinds[i], strlen(kinds[i])) == 0) return text[strlen(kinds[i])] != 0;
  return false;
}

static int check_scopes(const struct check *check, size_t i)
{
  const struct principal *one = &check->principals->list[i];
  char key[48];
  for (size_t k = 0; k < one->n_scopes; k++) {
    const char *division = one->scopes[k].division;
    snprintf(key, sizeof(key), "scope[%zu].division", k);
    if (division[strspn(division, "0123456789")])
      return fault(check, i, key, "division '%s' is no code. Write its digits, or \"0\" for the nation",
                   division);
  }
  for (size_t k = 0; k < one->n_acts_for; k++) {
    snprintf(key, sizeof(key), "acts_for[%zu]", k);
    if (!acts_for_valid(one->acts_for[k]))
      return fault(
          check, i, key,
          "acts_for '%s' names nobody. Write unit:CODE, units-under:CODE, person:STAFF_NO or persons-of:CODE",
          one->acts_for[k]);
  }
  return 0;
}

static bool same_text_lists(const struct principal *a, const struct principal *b)
{
  if (a->n_scopes != b->n_scopes || a->n_acts_for != b->n_acts_for) return false;
  for (size_t i = 0; i < a->n_scopes; i++)
    if (strcmp(a->scopes[i].division, b->scopes[i].division) != 0 ||
        strcmp(a->scopes[i].programme, b->scopes[i].programme) != 0)
      return false;
  for (size_t i = 0; i < a->n_acts_for; i++)
    if (strcmp(a->acts_for[i], b->acts_for[i]) != 0) return false;
  return true;
}

static bool same_rights(const struct principal *a, const struct principal *b)
{
  return a->roles == b->roles && a->on_behalf_of == b->on_behalf_of && same_text_lists(a, b);
}

static int check_one(const struct check *check, size_t i)
{
  const struct principal *one = &check->principals->list[i];
  if (!name_valid(one->name))
    return fault(check, i, "name",
                 "name '%s' cannot be used. Take letters, digits, '.', '_', '-', '@', and not 'self'",
                 one->name);
  if (!z85_valid(one->key))
    return fault(check, i, "key",
                 "key of '%s' is not a Z85 public key. Copy the 40 characters `jiedui keygen` printed",
                 one->name);
  if (!one->roles) return fault(check, i, "roles", "'%s' has no role. Give it one at least", one->name);
  return check_scopes(check, i);
}

// Indexes sorted by key or name, so that a province's list is checked in n log n.
struct order {
  const struct principal *one;
  size_t i;
};
static int by_key(const void *a, const void *b)
{
  const struct order *x = a, *y = b;
  int c = strcmp(x->one->key, y->one->key);
  return c ? c : (x->i > y->i) - (x->i < y->i);
}
static int by_name(const void *a, const void *b)
{
  const struct order *x = a, *y = b;
  int c = strcmp(x->one->name, y->one->name);
  return c ? c : (x->i > y->i) - (x->i < y->i);
}

static int check_repeats(const struct check *check)
{
  size_t n = check->principals->n;
  _cleanup_free_ struct order *order = calloc(n + 1, sizeof(*order));
  if (!order) return -ENOMEM;
  for (size_t i = 0; i < n; i++)
    order[i] = (struct order){&check->principals->list[i], i};
  qsort(order, n, sizeof(*order), by_key);
  for (size_t i = 1; i < n; i++)
    if (strcmp(order[i - 1].one->key, order[i].one->key) == 0)
      return fault(check, order[i].i, "key", "'%s' has the key of '%s'. Every entry needs a key of its own",
                   order[i].one->name, order[i - 1].one->name);
  qsort(order, n, sizeof(*order), by_name);
  for (size_t i = 1; i < n; i++)
    if (strcmp(order[i - 1].one->name, order[i].one->name) == 0 &&
        !same_rights(order[i - 1].one, order[i].one))
      return fault(
          check, order[i].i, "name",
          "'%s' is listed again with other rights. During a change of keys both entries have the same rights",
          order[i].one->name);
  return 0;
}

static int fill_programmes(struct principals *principals)
{
  for (size_t i = 0; i < principals->n; i++)
    for (size_t k = 0; k < principals->list[i].n_scopes; k++) {
      struct principal_scope *one = &principals->list[i].scopes[k];
      if (!one->programme && !(one->programme = strdup("*"))) return -ENOMEM;
    }
  return 0;
}

static int list_by_key(const void *a, const void *b)
{
  return strcmp(((const struct principal *)a)->key, ((const struct principal *)b)->key);
}

int principals_load(const char *file, struct principals **ret, char **ret_error)
{
  _cleanup_(conf_yaml_freep) struct conf_yaml *yaml = NULL;
  _cleanup_(principals_freep) struct principals *principals = NULL;
  void *data = NULL;
  *ret_error = NULL;
  int r = conf_yaml_load(file, &schema, &data, &yaml, ret_error);
  if (r < 0) return r;
  principals = data;
  const struct check check = {principals, yaml, ret_error};
  r = fill_programmes(principals);
  for (size_t i = 0; i < principals->n && r == 0; i++)
    r = check_one(&check, i);
  if (r == 0) r = check_repeats(&check);
  if (r < 0) return r;
  if (principals->n) qsort(principals->list, principals->n, sizeof(*principals->list), list_by_key);
  *ret = TAKE(principals);
  return 0;
}

// Asked for every message.
const struct principal *principals_by_key(const struct principals *principals, const char *key)
{
  struct principal wanted;
  if (!principals->n || strlen(key) >= sizeof(wanted.key)) return NULL;
  memcpy(wanted.key, key, strlen(key) + 1);
  return bsearch(&wanted, principals->list, principals->n, sizeof(*principals->list), list_by_key);
}

const struct principal *principals_by_name(const struct principals *principals, const char *name)
{
  for (size_t i = 0; i < principals->n; i++)
    if (strcmp(principals->list[i].name, name) == 0) return &principals->list[i];
  return NULL;
}
