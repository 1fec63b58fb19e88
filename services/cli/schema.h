// Files bound to C structures by libcyaml, with every fault named at once: the same schema tables are first
// walked over the dialect's tree (unknown and repeated keys with suggestions, wrong types, missing keys,
// words outside their list), and only a tree without faults is loaded.
#pragma once
#include "services/cli/dialect.h"
#include <cyaml/cyaml.h>

struct schema {
  const cyaml_schema_value_t *top;
  // Mappings of which exactly one key is given (predicates, the owner); ended by NULL.
  const cyaml_schema_field_t *const *choices;
  const char *zero;         // the only key that may be 0; NULL = any
  enum dialect_level level; // DIALECT_PROGRAMME: words and numbers plain, texts quoted
};

// A tree against the schema; faults are added. True if there were none.
bool schema_check(const struct schema *schema, const struct dialect_node *root, struct faults *faults);
// Reads, checks and loads. NULL with faults added, or the structure: free it with schema_free. *ret_root (may
// be NULL) is the tree as far as it could be read.
void *schema_load(const struct schema *schema, const char *data, size_t length, struct faults *faults,
                  const struct dialect_node **ret_root);
void schema_free(const struct schema *schema, void *loaded);
