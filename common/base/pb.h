// What protobuf-c leaves to its caller, done by walking descriptors: UTF-8, enum ranges, size; and words of
// enums.
#pragma once
#include "common/base/arena.h"
#include <stdbool.h>

#define PB_MAX_LENGTH (1024 * 1024) // of a packed message; the bus has a lower limit of its own

struct pb_fault {
  char path[128];   // e.g. "parties[1].role"; "" = the message itself
  const char *what; // "utf8", "nul", "enum", "decode", "unknown_fields", "too_big", "too_deep" (32 levels)
};

// Decodes into the arena and admits: every text field is UTF-8 without NUL, every enum value is known, at
// most 16 unknown fields. NULL with *fault filled on refusal. Absent repeated and text fields are as
// protobuf-c gives them.
ProtobufCMessage *pb_admit(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t length,
                           struct arena *arena, struct pb_fault *fault);
// Only the walk, for a message that was decoded or built elsewhere.
bool pb_check(const ProtobufCMessage *message, struct pb_fault *fault);

// Packs into the arena. Returns length, *ret the bytes; 0 with *ret NULL past the cap.
size_t pb_pack(struct arena *arena, const ProtobufCMessage *message, uint8_t **ret);

// "SCHOOL" of value KIND_SCHOOL: the common prefix of the enum's values is cut. NULL if the value is unknown.
const char *pb_enum_word(const ProtobufCEnumDescriptor *descriptor, int value);
// The value of a word, with or without prefix, exact case; -1 if unknown. Never answers ..._UNSPECIFIED.
int pb_enum_value(const ProtobufCEnumDescriptor *descriptor, const char *word);
