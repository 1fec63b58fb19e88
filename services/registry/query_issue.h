// Governance bodies and issues, listed; and what an institution is bound by.
#pragma once
#include "common/svc/svc.h"

int reg_query_list_bodies(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
int reg_query_list_links(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
int reg_query_list_issues(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
