// Replies for people: lists as tables of chosen fields, records field by field. Works by descriptors, so that
// no message needs printing code of its own.
//
// A column is a path of fields, "valid.from"; "title_*" is title_zh or title_en as the language goes. Enums
// show their word, fields ..._us a time of day in UTC+8, texts in both languages the one in use, ids the name
// of what they refer to.
#pragma once
#include "services/cli/cli.h"
#include <protobuf-c/protobuf-c.h>
#include <stdio.h>

// One cell: the field at a path of a message, as text in the arena ("" if not given).
const char *show_cell(struct cli *cli, const ProtobufCMessage *message, const char *path);
// A table of messages, one a row; columns blank-separated.
void show_table(struct cli *cli, const ProtobufCMessage *const *rows, size_t n, const char *columns,
                unsigned indent);
// All that is given of a record, a line each; lists of messages as tables under it.
void show_record(struct cli *cli, const ProtobufCMessage *record, unsigned indent);
// Whether a message is a page of a list: its first field repeats messages.
bool show_is_list(const ProtobufCMessageDescriptor *descriptor);
// The messages of the first field.
const ProtobufCMessage *const *show_items(const ProtobufCMessage *page, size_t *ret_n);
// "2016-09-01 08:00" of microseconds since 1970, in UTC+8; "" for 0.
const char *show_time(struct arena *arena, uint64_t time_us);
