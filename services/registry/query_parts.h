// The answers of the query_*.c files, for the table in query.c.
#pragma once
#include "common/svc/svc.h"

// The view a question is answered by: of its day, or the present one where it names none. FIELD when it is no
// day.
int reg_query_as_of(const struct svc_call *call, const char *as_of, struct decision *out,
                    const struct dir_view **ret);

// query_programme.c
int reg_query_programme(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
int reg_query_programmes(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
// query_history.c
int reg_query_history(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
// query_figures.c
int reg_query_figures(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
int reg_query_figure_records(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
// query_supervision.c
int reg_query_review(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
int reg_query_reviews(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
int reg_query_values(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
int reg_query_targets(struct svc_call *call, const ProtobufCMessage *query, struct decision *out);
