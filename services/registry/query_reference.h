// Answers about reference data: divisions by name, code tables.
#pragma once
#include "common/svc/svc.h"

int reg_query_find_division(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
// Of a table: its codes, by code. Without a table: one entry a table, with the number of its codes as the
// note.
int reg_query_list_codes(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
