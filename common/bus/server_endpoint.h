// Binding the endpoints of a server. Internal to bus.
#pragma once
#include "common/bus/bus.h"

// Binds each of the blank-separated endpoints. 0 or negative with *why.
int server_endpoint_bind(void *socket, const char *endpoints, const char **why);
