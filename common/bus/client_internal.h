// What the blocking calls and the pipeline share. Internal to bus.
#pragma once
#include "common/bus/bus_monitor.h"
#include "common/bus/bus_socket.h"
#include "common/bus/client.h"

struct bus_client {
  char *endpoint;
  char server_key[41];
  zcert_t *cert;
  unsigned timeout_ms, retry_ms;
  zsock_t *dealer; // NULL = to be made
  struct bus_monitor *monitor;
};

#define CLIENT_ID 16
// Packs the header of a call, with its id, its key (drawn if there is none) and its expiry. Returns its
// length, with *ret in the arena; -ENOMEM, or -EMSGSIZE past the limits of the protocol.
int client_header(const struct bus_client *client, const struct bus_call *call, const uint8_t id[CLIENT_ID],
                  struct arena *arena, uint8_t **ret);
void client_draw_id(uint8_t id[CLIENT_ID]);
int client_connect(struct bus_client *client);     // if there is no socket
void client_disconnect(struct bus_client *client); // with all that is on its way
// Waits until something arrives or the time has come (monotonic): 1, 0, or negative (-EACCES: our key is not
// listed).
int client_wait(struct bus_client *client, int64_t until_us);
// Back-off before try n (1 = first repetition): up to 100 ms doubled each time, at most 2 s, the half of it
// random.
int64_t client_backoff_us(unsigned tries);
bool client_try_again(const Bus__Status *status, unsigned tries, int64_t *ret_wait_us);
