#include "services/cli/catalogue.h"
#include "common/base/suggest.h"
#include "proto/dispatch.pb-c.h"
#include "proto/notify.pb-c.h"
#include "proto/ops.pb-c.h"
#include "proto/registry.pb-c.h"
#include "proto/registry_service.pb-c.h"
#include <string.h>

static const struct {
  const char *area;
  const ProtobufCServiceDescriptor *commands, *queries, *events;
} parts[] = {
    {"registry", &reg__commands__descriptor, &reg__queries__descriptor, &reg__events__descriptor},
    {"dispatch", &dsp__commands__descriptor, &dsp__queries__descriptor, &dsp__events__descriptor},
    {"notify", &ntf__commands__descriptor, &ntf__queries__descriptor, &ntf__events__descriptor},
    {"ops", &ops__commands__descriptor, &ops__queries__descriptor, NULL},
};
#define N_PARTS (sizeof parts / sizeof *parts)

const char *const catalogue_areas[] = {"registry", "dispatch", "notify", NULL};

bool catalogue_area_known(const char *area)
{
  for (const char *const *known = catalogue_areas; *known; known++)
    if (strcmp(*known, area) == 0) return true;
  return false;
}

bool catalogue_at(size_t index, struct catalogue_method *ret)
{
  for (size_t p = 0; p < N_PARTS; p++) {
    const ProtobufCServiceDescriptor *services[] = {parts[p].commands, parts[p].queries};
    for (int query = 0; query < 2; query++) {
      const ProtobufCServiceDescriptor *service = services[query];
      if (index >= service->n_methods) {
        index -= service->n_methods;
        continue;
      }
      const ProtobufCMethodDescriptor *method = &service->methods[index];
      *ret = (struct catalogue_method){.area = parts[p].area,
                                       .package = service->package,
                                       .name = method->name,
                                       .query = query,
                                       .request = method->input,
                                       .reply = method->output};
      return true;
    }
  }
  return false;
}

// "registry.v1.X" and "registry.X" -> "X" if area fits; NULL otherwise
static const char *method_part(const char *name, const char *area)
{
  size_t length = strlen(area);
  if (strncmp(name, area, length) != 0 || name[length] != '.') return NULL;
  name += length + 1;
  return strncmp(name, "v1.", 3) == 0 ? name + 3 : name;
}

bool catalogue_find(const char *name, struct catalogue_method *ret)
{
  struct catalogue_method method;
  for (size_t i = 0; catalogue_at(i, &method); i++) {
    const char *part = method_part(name, method.area);
    if (!part || strcmp(part, method.name) != 0) continue;
    *ret = method;
    return true;
  }
  return false;
}

const char *catalogue_suggest(const char *name, struct arena *arena)
{
  struct suggest suggest = suggest_start(name);
  struct catalogue_method method;
  for (size_t i = 0; catalogue_at(i, &method); i++) {
    const char *full = arena_printf(arena, "%s.%s", method.area, method.name);
    if (!full) break;
    suggest_offer(&suggest, full);
  }
  return suggest_best(&suggest);
}

const char *catalogue_type(const struct catalogue_method *method, struct arena *arena)
{
  return arena_printf(arena, "%s.%s", method->package + strlen("jiedui."), method->name);
}

const ProtobufCMessageDescriptor *catalogue_event(const char *type)
{
  for (size_t p = 0; p < N_PARTS; p++) {
    const char *part = parts[p].events ? method_part(type, parts[p].area) : NULL;
    if (!part) continue;
    const ProtobufCMethodDescriptor *method =
        protobuf_c_service_descriptor_get_method_by_name(parts[p].events, part);
    return method ? method->input : NULL;
  }
  return NULL;
}
