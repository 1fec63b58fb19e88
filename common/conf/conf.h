// Configuration of a daemon: one YAML file, bound to this struct by libcyaml; unknown and repeated keys,
// wrong types and values out of range are refused with file, line and column. Relative paths are relative to
// the file.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct conf_peer { // a daemon whose feed is followed
  char *area;      // "registry"
  char *endpoint;
  char *server_key; // file with its public key
};
struct conf_webhook_secret { // notifyd only
  char *name;
  char *file; // whsec_... (Standard Webhooks), mode 0600
};
struct conf {
  char *area;     // must be the daemon's own
  char *endpoint; // ipc:///... or tcp://127.0.0.1:5581 ; several separated by a blank are bound each
  char *key_file; // own CURVE secret key (zcert form), mode 0600
  char *principals_file;
  char *state_dir;
  char *log_level;           // default info
  char *chain;               // sha256 (default) or sm3
  uint64_t map_size_mib;     // 0 = 65536
  uint64_t floor_mib;        // space guard; 0 = 1024
  uint32_t floor_percent;    // 0 = 5
  bool simulated_clock;      // clock: {mode: real|simulated, start: "2016-08-17"}
  char *clock_start;         // date; only with simulated
  uint32_t batch_max;        // 0 = 512
  bool linger;               // adaptive linger, default true
  uint32_t idem_days;        // idempotency answers are kept so long; 0 = 400 (a school year)
  uint32_t tick_seconds;     // 0 = 30
  uint32_t target_lead_days; // registryd: a target is at risk so many days before it is due; 0 = 30
  struct conf_peer *peers;
  size_t n_peers;
  struct conf_webhook_secret *secrets;
  size_t n_secrets;
  char *webhook_allow; // notifyd: host patterns that may be posted to, blank-separated
  char *file;          // where this was read from
};

// Loads and checks. On error returns negative and *ret_error is a malloced text "file:line:column: what. how
// to fix".
int conf_load(const char *file, const char *area, struct conf **ret, char **ret_error);
struct conf *conf_free(struct conf *conf);
// Prints the configuration in force, defaults filled in, secrets as file names. malloced.
char *conf_print(const struct conf *conf);

// Who is who: the file that maps CURVE keys to principals.
struct principal {
  char *name;
  char key[41];      // Z85 public key
  uint32_t roles;    // bit per jiedui.types.v1.Role
  bool on_behalf_of; // a gateway that may name another principal
  struct principal_scope {
    char *division;  // subtree: prefix of division codes; "0" = the nation
    char *programme; // id or "*"
  } * scopes;
  size_t n_scopes;
  char **acts_for; // "unit:CODE", "units-under:CODE", "person:STAFF_NO", "persons-of:CODE"
  size_t n_acts_for;
};
struct principals {
  struct principal *list; // sorted by key
  size_t n;
};
// Two principals with one key, a malformed key or an unknown role are errors with line and column. A
// programme left out of a scope is "*". The name "self" belongs to the daemons. A principal may have two keys
// during rotation: two entries of one name with equal rights.
int principals_load(const char *file, struct principals **ret, char **ret_error);
struct principals *principals_free(struct principals *principals);
const struct principal *principals_by_key(const struct principals *principals, const char *key);
const struct principal *principals_by_name(const struct principals *principals, const char *name);
