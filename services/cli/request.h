// The runner of verbs that call one method: inputs become the request by field names, lists are read to their
// end, what was done is told with the next step.
#pragma once
#include "services/cli/catalogue.h"
#include "services/cli/cli.h"

int request_run(struct cli *cli); // the verb's method with its inputs
// Only the request of the verb's method, for verbs that add to it; *ret_method may be NULL. CLI_OK, or the
// exit code with the error printed.
int request_build(struct cli *cli, struct catalogue_method *ret_method, ProtobufCMessage **ret);
// Sends a command built by the verb and tells what changed.
int request_send(struct cli *cli, const char *method, const ProtobufCMessage *request);
// Prints the reply of a command: only the id with -q, JSON with --json.
void request_told(struct cli *cli, const ProtobufCMessage *reply, bool replayed);
// Sends a query and shows its answer: a table of the verb's columns, or a record.
int request_show(struct cli *cli, const struct catalogue_method *method, ProtobufCMessage *request);

// All pages of a list query; the request must have a field `page`. *ret_items in the arena.
struct request_list {
  const ProtobufCMessage **items;
  size_t n;
};
int request_pages(struct cli *cli, const char *method, ProtobufCMessage *request, struct request_list *ret);

// One page of a list query behind `after` ("" = the first); *ret_next NULL = it was the last.
int request_page(struct cli *cli, const char *method, ProtobufCMessage *request, const char *after,
                 const ProtobufCMessage **ret, const char **ret_next);
