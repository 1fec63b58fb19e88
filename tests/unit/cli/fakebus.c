#include "tests/unit/cli/fakebus.h"
#include "common/base/pb.h"
#include "services/cli/args.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct bus_client {
  char area[16]; // which endpoint it was opened with
};

static const struct fakebus_method *table;
static struct {
  char type[64];
  size_t n;
} counted[64];
static size_t calls;
Bus__Pong fakebus_pong = BUS__PONG__INIT;
Bus__Batch fakebus_batch = BUS__BATCH__INIT;
Bus__Fetch fakebus_last_fetch = BUS__FETCH__INIT;

void fakebus_set(const struct fakebus_method *methods)
{
  table = methods;
  calls = 0;
  memset(counted, 0, sizeof counted);
}

static void count(const char *type)
{
  calls++;
  for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
    if (counted[i].n && strcmp(counted[i].type, type) != 0) continue;
    snprintf(counted[i].type, sizeof counted[i].type, "%s", type);
    counted[i].n++;
    return;
  }
}

size_t fakebus_calls(void)
{
  return calls;
}

size_t fakebus_calls_of(const char *type)
{
  for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
    if (counted[i].n && strcmp(counted[i].type, type) == 0) return counted[i].n;
  return 0;
}

void fakebus_result(Bus__Status *status, struct arena *arena, const ProtobufCMessage *result)
{
  status->result.len = pb_pack(arena, result, &status->result.data);
  status->result_type = (char *)result->descriptor->name;
}

void fakebus_refuse(Bus__Status *status, Bus__Code code, const char *reason, const char *message)
{
  status->code = code;
  status->reason = (char *)reason;
  status->message_en = status->message_zh = (char *)message;
  status->fix_en = status->fix_zh = "mend it";
}

static int answer(const struct bus_call *call, struct arena *arena, Bus__Status *status)
{
  bus__status__init(status);
  status->code = BUS__CODE__CODE_OK;
  count(call->type);
  for (const struct fakebus_method *method = table; method && method->type; method++) {
    struct pb_fault fault;
    if (strcmp(method->type, call->type) != 0) continue;
    ProtobufCMessage *request = pb_admit(method->request, call->body, call->length, arena, &fault);
    assert_non_null(request);
    return method->answer(call, request, arena, status);
  }
  fakebus_refuse(status, BUS__CODE__CODE_UNIMPLEMENTED, "METHOD", "no such method");
  return 0;
}

int bus_client_open(const struct bus_client_options *options, struct bus_client **ret)
{
  assert_int_equal(strlen(options->server_key), 40);
  *ret = calloc(1, sizeof **ret);
  return *ret ? 0 : -ENOMEM;
}

struct bus_client *bus_client_close(struct bus_client *client)
{
  free(client);
  return NULL;
}

int bus_client_call(struct bus_client *client, const struct bus_call *call, struct arena *arena,
                    Bus__Status **ret)
{
  Bus__Status *status = ARENA_NEW(arena, Bus__Status);
  assert_non_null(client);
  int error = answer(call, arena, status);
  if (!error) *ret = status;
  return error;
}

int bus_client_ping(struct bus_client *client, struct arena *arena, Bus__Pong **ret)
{
  assert_non_null(client);
  *ret = (Bus__Pong *)arena_clone(arena, &fakebus_pong.base);
  return 0;
}

int bus_client_fetch(struct bus_client *client, const Bus__Fetch *fetch, struct arena *arena,
                     Bus__Batch **ret)
{
  assert_non_null(client);
  fakebus_last_fetch = *fetch;
  *ret = (Bus__Batch *)arena_clone(arena, &fakebus_batch.base);
  return 0;
}

int bus_client_pipeline(struct bus_client *client, unsigned in_flight, bus_next *next, bus_done *done,
                        void *context)
{
  struct arena *arena = NULL;
  assert_non_null(client);
  assert_true(in_flight > 0);
  assert_ok(arena_new(8u << 20, &arena));
  for (size_t i = 0;; i++) {
    struct bus_call call = {0};
    Bus__Status status;
    arena_reset(arena);
    if (!next(context, i, arena, &call)) break;
    int error = answer(&call, arena, &status);
    done(context, i, error ? NULL : &status);
  }
  arena_free(arena);
  return 0;
}

// The session first looks whether somebody listens: a socket that never answers is enough.
static void listen_at(const char *path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  assert_true(strlen(path) < sizeof address.sun_path);
  memcpy(address.sun_path, path, strlen(path) + 1);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof address), 0);
  assert_int_equal(listen(fd, 16), 0);
}

void fakebus_configure(struct cli *cli)
{
  const char *dir = test_dir(), *socket_path = test_path(dir, "s");
  char text[2048], line[512];
  snprintf(line, sizeof line, "jiedui keygen --quiet --out %s clerk server", dir);
  listen_at(socket_path);
  clilib_catch();
  assert_int_equal(clilib_parse(cli, line), CLI_OK);
  assert_int_equal(cli->verb->run(cli), CLI_OK);
  clilib_caught(NULL);
  snprintf(text, sizeof text,
           "keys_dir: .\nprincipal: clerk\ndaemons:\n"
           "  - {area: registry, endpoint: 'ipc://s', server_key: server.pub}\n"
           "  - {area: dispatch, endpoint: 'ipc://s', server_key: server.pub}\n"
           "  - {area: notify, endpoint: 'ipc://s', server_key: server.pub}\n");
  cli->config_file = test_path(dir, "client.yaml");
  cli->quiet = false;
  test_write_file(cli->config_file, text, strlen(text));
}
