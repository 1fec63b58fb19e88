// The compiled-in catalogue: every method and event of registry, dispatch, notify and ops, from the service
// descriptors.
#pragma once
#include "common/base/arena.h"
#include <stdbool.h>

struct catalogue_method {
  const char *area;    // "registry"; "ops" is served by every daemon
  const char *package; // "jiedui.registry.v1"
  const char *name;    // "DraftAgreement"
  bool query;
  const ProtobufCMessageDescriptor *request, *reply;
};
// "registry.DraftAgreement", also "registry.v1.DraftAgreement". False if unknown.
bool catalogue_find(const char *name, struct catalogue_method *ret);
// All methods one after the other, false at the end.
bool catalogue_at(size_t index, struct catalogue_method *ret);
// The nearest method name to a wrong one, "area.Method"; NULL if nothing is near.
const char *catalogue_suggest(const char *name, struct arena *arena);
// The type on the wire: "registry.v1.DraftAgreement".
const char *catalogue_type(const struct catalogue_method *method, struct arena *arena);
// The message of an event type "registry.v1.AgreementSigned"; NULL if unknown.
const ProtobufCMessageDescriptor *catalogue_event(const char *type);
// The three daemons, in the order in which they depend on each other; NULL at the end.
extern const char *const catalogue_areas[];
bool catalogue_area_known(const char *area);
