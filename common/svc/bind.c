#include "common/svc/internal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int bindings_new(const ProtobufCServiceDescriptor *block, struct bindings *ret)
{
  ret->n = block->n_methods;
  ret->list = calloc(block->n_methods ? block->n_methods : 1, sizeof *ret->list);
  if (!ret->list) return -ENOMEM;
  for (size_t i = 0; i < block->n_methods; i++)
    ret->list[i] = (struct binding){
        .name = block->methods[i].name, .input = block->methods[i].input, .output = block->methods[i].output};
  return 0;
}

static int unbound(const ProtobufCServiceDescriptor *block, const char *name, const char *what)
{
  fprintf(stderr, "%s.%s %s\n", block->name, name, what);
  return -EINVAL;
}

static struct binding *find(const struct bindings *bindings, const char *name)
{
  for (size_t i = 0; i < bindings->n; i++)
    if (strcmp(bindings->list[i].name, name) == 0) return &bindings->list[i];
  return NULL;
}

const struct binding *bind_find(const struct bindings *bindings, const char *name)
{
  return find(bindings, name);
}

const struct binding *bind_find_input(const struct bindings *bindings,
                                      const ProtobufCMessageDescriptor *input)
{
  for (size_t i = 0; i < bindings->n; i++)
    if (bindings->list[i].input == input) return &bindings->list[i];
  return NULL;
}

int bind_commands(const ProtobufCServiceDescriptor *block, const struct svc_command *table,
                  struct bindings *ret)
{
  int r = bindings_new(block, ret);
  if (r < 0) return r;
  for (; table && table->name; table++) {
    struct binding *binding = find(ret, table->name);
    if (!binding) return unbound(block, table->name, "stands in the table but not in the .proto");
    if (binding->command) return unbound(block, table->name, "stands twice in the table");
    binding->command = table;
    binding->roles = table->roles;
  }
  for (size_t i = 0; i < ret->n; i++)
    if (!ret->list[i].command) return unbound(block, ret->list[i].name, "has no handler");
  return 0;
}

int bind_queries(const ProtobufCServiceDescriptor *block, const struct svc_query *table, struct bindings *ret)
{
  int r = bindings_new(block, ret);
  if (r < 0) return r;
  for (; table && table->name; table++) {
    struct binding *binding = find(ret, table->name);
    if (!binding) return unbound(block, table->name, "stands in the table but not in the .proto");
    if (binding->query) return unbound(block, table->name, "stands twice in the table");
    binding->query = table;
    binding->roles = table->roles;
  }
  for (size_t i = 0; i < ret->n; i++)
    if (!ret->list[i].query) return unbound(block, ret->list[i].name, "has no handler");
  return 0;
}

int bind_events(const ProtobufCServiceDescriptor *block, const struct svc_event *table, struct bindings *ret)
{
  int r = bindings_new(block, ret);
  if (r < 0) return r;
  for (; table && table->name; table++) {
    struct binding *binding = find(ret, table->name);
    if (!binding) return unbound(block, table->name, "stands in the table but not in the .proto");
    if (binding->event) return unbound(block, table->name, "stands twice in the table");
    binding->event = table;
  }
  for (size_t i = 0; i < ret->n; i++)
    if (!ret->list[i].event) return unbound(block, ret->list[i].name, "is never applied");
  return 0;
}

int bind_feed(const ProtobufCServiceDescriptor *block, struct bindings *ret)
{
  return bindings_new(block, ret);
}

void bind_free(struct bindings *bindings)
{
  free(bindings->list);
  *bindings = (struct bindings){0};
}

const char *bind_method(const char *type, const char *area)
{
  size_t length = strlen(area);
  if (strncmp(type, area, length) != 0 || strncmp(type + length, ".v1.", 4) != 0) return NULL;
  return type + length + 4;
}
