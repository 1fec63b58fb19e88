// The wire form of a message before it is decoded: what the decoded form can no longer show (a NUL that cuts
// a text) or what would hurt while decoding (nesting, unknown fields). Used by pb.c only.
#pragma once
#include "common/base/pb.h"

#define PB_MAX_DEPTH   32
#define PB_MAX_UNKNOWN 16

// False with *fault filled. Linear in length, recursion at most PB_MAX_DEPTH deep, no allocation.
bool pb_scan(const ProtobufCMessageDescriptor *descriptor, const void *data, size_t length,
             struct pb_fault *fault);

// Puts "name[index]" (index < 0: "name") in front of the path. For building paths while unwinding.
void pb_fault_prepend(struct pb_fault *fault, const char *name, long index);
bool pb_fault_set(struct pb_fault *fault, const char *what); // always false; starts an empty path
