// Fields of a message from the text people write: options, CSV cells. By descriptors; nested messages are
// made on the way.
#pragma once
#include "common/base/arena.h"
#include <stdbool.h>

struct fill_fault {
  char text[200]; // what is wrong, in the user's language
  char near[80];  // did you mean; "" = nothing is near
};
// Sets "valid.from", or appends to it if it repeats. Enum words may be of either language, flags are true,
// yes, 是, 1 or false, no, 否, 0. The path must exist; the text is copied. False with *fault filled.
bool fill_field(struct arena *arena, ProtobufCMessage *message, const char *path, const char *text,
                struct fill_fault *fault);
// A new message of this type; NULL when the arena is full.
ProtobufCMessage *fill_new(struct arena *arena, const ProtobufCMessageDescriptor *descriptor);
