// Words of enums for people: the short word in English, the Chinese one otherwise; and back, for CSV cells.
#pragma once
#include <protobuf-c/protobuf-c.h>

// "" for value 0; the number's word, or NULL if it is unknown.
const char *words_of(const ProtobufCEnumDescriptor *descriptor, int value);
// The value of a word in either language, case ignored for English; -1 if unknown.
int words_value(const ProtobufCEnumDescriptor *descriptor, const char *word);
