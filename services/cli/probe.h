// Why does nobody answer? Watches the events of a fresh connection: nobody there, key not accepted, or only
// slow.
#pragma once
#include <czmq.h>

enum probe { PROBE_NOBODY, PROBE_KEY_REFUSED, PROBE_NOT_JIEDUI, PROBE_SLOW };
enum probe probe_endpoint(const char *endpoint, const char *server_key, zcert_t *own, unsigned wait_ms);
// Whether something listens at an ipc:// or tcp:// endpoint: a plain connect, within wait_ms.
bool probe_listens(const char *endpoint, unsigned wait_ms);
