// The connections of one run of the tool: one client per area, opened on first use; refusals are printed
// here.
#pragma once
#include "common/bus/client.h"
#include "services/cli/catalogue.h"
#include "services/cli/cli.h"

// The client of an area, or NULL with *ret_exit set and the error printed.
struct bus_client *session_client(struct cli *cli, const char *area, int *ret_exit);
void session_close(struct cli *cli);

struct session_call {
  const char *method; // "registry.SubmitAgreement"
  const char *to;     // area that is asked; NULL = the method's own (ops methods need one)
  const ProtobufCMessage *request;
  const char *key; // idempotency key; NULL = --key
  bool once;       // do not use --dry-run and --rev: a query on the way to the real thing
};
// Sends and waits. CLI_OK with *ret_reply (NULL for a dry run, whose events are printed) and *ret_status (may
// be NULL) in the arena; otherwise the exit code, with the refusal printed.
int session_send(struct cli *cli, const struct session_call *call, const Bus__Status **ret_status,
                 const ProtobufCMessage **ret_reply);
// A query on the way: no --dry-run, no --rev.
int session_ask(struct cli *cli, const char *method, const ProtobufCMessage *request,
                const ProtobufCMessage **ret_reply);
// The same without printing a refusal: *ret_status tells.
int session_try(struct cli *cli, const char *method, const ProtobufCMessage *request,
                const Bus__Status **ret_status, const ProtobufCMessage **ret_reply);
int session_try_call(struct cli *cli, const struct session_call *call, const Bus__Status **ret_status,
                     const ProtobufCMessage **ret_reply);
// What to say when no answer came: asks the socket why. Returns the exit code.
int session_silent(struct cli *cli, const char *area, int error);
