// Addresses of the webhook channel: what may be posted to. The same URL parser as the one that connects, so
// that a check cannot be talked around by an address the two read differently.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define ENDPOINT_LANE 300

// Whether a URL may be posted to: http or https, no user, no fragment, and a host that `allow` lists. allow
// is a blank-separated list of host, host:port, *.domain (any host below it) and *.domain:port; a pattern
// without a port allows all ports; NULL or empty allows nothing. On true lane is "scheme://host:port"; on
// false *ret_why says why.
bool endpoint_check(const char *url, const char *allow, char lane[ENDPOINT_LANE], const char **ret_why);
