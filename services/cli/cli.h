// What every part of the command-line tool is handed: options, open files and connections, and its exit
// codes. A verb prints its own errors where they arise and returns the exit code; nothing is reported twice.
#pragma once
#include "common/base/arena.h"
#include <stdbool.h>
#include <stdint.h>

enum cli_exit {
  CLI_OK = 0,
  CLI_REFUSED = 1,     // a rule of the domain said no
  CLI_USAGE = 2,       // the command line, a file or a message is wrong
  CLI_UNREACHABLE = 3, // the daemon is not there, stopping, or failed
  CLI_DENIED = 4,      // not authorised
  CLI_CONFLICT = 5,    // changed meanwhile, or the key was used for something else
  CLI_NOT_FOUND = 6,
  CLI_TIMEOUT = 7,
  CLI_PARTIAL = 8, // some rows of an import were refused
};

struct args;
struct config;
struct names;
struct session;
struct verb;

struct cli {
  const struct verb *verb; // the one that runs
  const struct args *args;
  struct arena *arena; // lives as long as the process
  // global options
  const char *config_file; // --config; NULL = the environment's
  const char *as;          // --as
  const char *key;         // --key
  const char *lang;        // --lang
  uint64_t rev;            // --rev
  unsigned timeout_ms;     // --timeout; 0 = the client's own
  bool json, quiet, dry_run, help, version;
  // opened on first use
  struct config *config;
  struct session *session;
  struct names *names;
};
