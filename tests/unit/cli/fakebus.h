// A bus without daemons: the functions of common/bus/client.h answered by a table of the test. Linked instead
// of the real client, so that session, request, imports and feeds run as they are.
#pragma once
#include "common/bus/client.h"
#include "tests/unit/cli/clilib.h"

// Answers one command or query: fills status (initialised to OK) and its result. Return a negative errno for
// silence.
typedef int fakebus_fn(const struct bus_call *call, const ProtobufCMessage *request, struct arena *arena,
                       Bus__Status *status);
struct fakebus_method {
  const char *type; // "registry.v1.GetInstitution"
  const ProtobufCMessageDescriptor *request;
  fakebus_fn *answer;
};
// The table to answer from, ended by type NULL; unknown types are UNIMPLEMENTED.
void fakebus_set(const struct fakebus_method *methods);
// A configuration with keys in a new directory; sets cli->config_file. All areas point at a socket that
// listens.
void fakebus_configure(struct cli *cli);
// Puts a result into a status.
void fakebus_result(Bus__Status *status, struct arena *arena, const ProtobufCMessage *result);
void fakebus_refuse(Bus__Status *status, Bus__Code code, const char *reason, const char *message);
// How many calls were answered, and how many of a type.
size_t fakebus_calls(void);
size_t fakebus_calls_of(const char *type);
// What the next pings and fetches answer.
extern Bus__Pong fakebus_pong;
extern Bus__Batch fakebus_batch;
extern Bus__Fetch fakebus_last_fetch;
