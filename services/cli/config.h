// The client's configuration: which daemons there are and where the own keys lie. Relative paths are relative
// to the file.
#pragma once
#include "services/cli/cli.h"
#include <stddef.h>

struct config_daemon {
  char *area;       // registry, dispatch, notify
  char *endpoint;   // ipc:///path or tcp://host:port
  char *server_key; // file with the daemon's public key
};
struct faults;
struct config {
  char *keys_dir;
  char *principal; // default key name
  char *lang;      // zh or en; NULL = from the environment
  struct config_daemon *daemons;
  unsigned daemons_count;
};

// The configuration named by --config or $JIEDUI_CONFIG, read once; the language is set from it. NULL with
// the error printed.
const struct config *config_get(struct cli *cli);
const struct config_daemon *config_daemon(const struct config *config,
                                          const char *area); // NULL if not listed
// Reads one. NULL with faults added; owned by the arena of faults.
struct config *config_read(const char *file, struct faults *faults);
