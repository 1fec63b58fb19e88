// From the bound structures of template_schema.h to messages that can be packed.
#pragma once
#include "services/cli/template_schema.h"

// Everything is copied into the arena; NULL when it is full. root is the tree of the same file: it tells
// which keys an override gives.
Prg__Programme *template_build(const struct template_programme *bound, const struct dialect_node *root,
                               struct arena *arena);
