// Keys, a ZAP list, servers in threads and waiting for what must happen, for tests of the bus.
#pragma once
#include "common/bus/client.h"
#include "common/bus/server.h"
#include "common/bus/zap.h"
#include "tests/lib/testlib.h"
#include <pthread.h>
#include <semaphore.h>

#define DEADLINE_MS 20000 // generous: only a failure waits so long

// Key pairs of this process: the server's, a listed client's ("clerk"), a second listed one ("gate") and one
// unlisted.
extern zcert_t *server_cert, *clerk_cert, *gate_cert, *stranger_cert;
extern struct zap *zap;
int buslib_setup(void **state); // makes keys, starts ZAP, lists clerk and gate
int buslib_teardown(void **state);
int buslib_keys(void **state); // keys only
void buslib_list_all(void);    // clerk and gate, as after buslib_setup

// An ipc endpoint in a new directory.
const char *buslib_ipc(void);

// A server that runs in a thread of its own.
typedef void buslib_handle(void *context, struct bus_server *server, struct bus_message *message,
                           enum bus_fault fault);
struct served {
  char endpoint[256];
  buslib_handle *handle;
  void *context;
  pthread_t thread;
  int stop_fd;
  sem_t bound;
};
void served_start(struct served *served, const char *endpoint, buslib_handle *handle, void *context);
void served_stop(struct served *served);

// Answers a command or query with a Status, a ping with a Pong.
void reply_status(struct bus_server *server, struct bus_message *message, const Bus__Status *status);
void reply_pong(struct bus_server *server, struct bus_message *message, const char *area);
// The header of a command or query; free with bus__header__free_unpacked.
Bus__Header *header_of(const struct bus_message *message);
// Echo: OK with the body as result; pings are answered.
void handle_echo(void *context, struct bus_server *server, struct bus_message *message, enum bus_fault fault);

struct bus_client *buslib_client(const char *endpoint, zcert_t *cert, unsigned timeout_ms, unsigned retry_ms);
// Whether a ping with this key is answered within the time.
bool answered(const char *endpoint, zcert_t *cert, unsigned timeout_ms);

// A DEALER with these keys, for messages that our client would not send. cert NULL = no CURVE.
zsock_t *raw_dealer(const char *endpoint, zcert_t *cert, const char *server_key);
// True once the socket can be read; false after the deadline.
bool wait_socket(void *socket, int timeout_ms);

double metric_now(const char *name); // the unlabelled value, 0 if there is none
long resident_kib(void);
