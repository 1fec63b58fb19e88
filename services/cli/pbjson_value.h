// Single values of the JSON mapping: numbers, text, bytes, enums. Messages and lists are pbjson.c's.
#pragma once
#include "services/cli/pbjson.h"

struct pbjson_read {
  struct arena *arena;
  struct pbjson_fault *fault;
  unsigned depth;
};

size_t pbjson_value_size(ProtobufCType type); // in a struct or array
bool pbjson_value_default(const ProtobufCFieldDescriptor *field, const void *at);
json_t *pbjson_value_write(const ProtobufCFieldDescriptor *field, const void *at);
bool pbjson_value_read(const ProtobufCFieldDescriptor *field, const json_t *json, struct pbjson_read *read,
                       void *at);
// Fills the fault's text; always false.
bool pbjson_value_refuse(struct pbjson_read *read, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
