// The proto3 JSON mapping by descriptors, with the original field names: bytes as base64, 64-bit integers as
// text, enums by name. Fields at their default are left out, as the mapping does. Reading takes more than
// writing gives: 64-bit integers as numbers or text, enums also by their short word or number, base64 also of
// the URL kind, null as "not given".
#pragma once
#include "common/base/arena.h"
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#define PBJSON_MAX_DEPTH 24

struct pbjson_fault {
  char path[160]; // "parties[1].role"
  char text[200]; // what is wrong, in the user's language
  char near[80];  // did you mean; "" = nothing is near
};

// A new reference; NULL when memory ran out.
json_t *pbjson_write(const ProtobufCMessage *message);
// Into the arena; NULL with *fault filled.
ProtobufCMessage *pbjson_read(const ProtobufCMessageDescriptor *descriptor, const json_t *json,
                              struct arena *arena, struct pbjson_fault *fault);
// One document, indented, with a line end.
void pbjson_print(FILE *out, const ProtobufCMessage *message);
