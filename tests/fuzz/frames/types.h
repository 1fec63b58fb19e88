// Every message type that can come from outside: parameters and answers of all methods, events, and what
// stands around them on the wire; and a sample of each with all fields filled.
#pragma once
#include "common/base/arena.h"
#include <protobuf-c/protobuf-c.h>

size_t types_count(void);
const ProtobufCMessageDescriptor *types_at(size_t i); // i modulo the count
// A message of this type with every field set, in the arena; NULL past its cap.
ProtobufCMessage *types_sample(const ProtobufCMessageDescriptor *type, struct arena *arena);
