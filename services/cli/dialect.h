// The strict YAML of programme files and configurations, read from libyaml's events into a tree that knows
// lines and columns: deploy/programmes/README.md §1. What YAML would read as a surprise is refused here,
// before any schema looks. Invariants: the tree lives in the arena; texts are UTF-8 without control
// characters; keys of a mapping are unique.
#pragma once
#include "services/cli/faults.h"
#include <stdbool.h>

#define DIALECT_MAX_BYTES (1024 * 1024)
#define DIALECT_MAX_DEPTH 24

enum dialect_kind { DIALECT_SCALAR, DIALECT_MAPPING, DIALECT_SEQUENCE };

struct dialect_node {
  enum dialect_kind kind;
  unsigned line, column; // from 1
  const char *text;      // of a scalar
  bool quoted;
  bool wrong;                        // a fault was added for it: the schema need not look at it
  struct dialect_node *first, *next; // children in order
  const char *key;                   // if it stands in a mapping
  unsigned key_line, key_column;
  bool key_wrong;
};

enum dialect_level {
  DIALECT_PLAIN,     // configurations: plain scalars may be anything but a trap
  DIALECT_PROGRAMME, // words and numbers plain, every text in double quotes, two-space indentation
};

// NULL if the file cannot be read as a tree; otherwise a tree, with faults added where the rules were broken.
struct dialect_node *dialect_read(const char *data, size_t length, enum dialect_level level,
                                  struct faults *faults);
const struct dialect_node *dialect_key(const struct dialect_node *mapping, const char *key);
// The node of "modes.FUSION.members[0].role": a word after a list names the item with that id. Where the path
// leads further than the file, the deepest node on the way.
const struct dialect_node *dialect_path(const struct dialect_node *root, const char *path);
